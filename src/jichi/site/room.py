"""What the site room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, PackFile, Reach, Role, Room

from .api import routes as api
from .data import exports as data_exports
from .data import routes as data
from .routes import PAGES, PANELS, ROUTES
from .search import routes as search
from .search.sources import CHECKS, READERS, SEARCH

ROOM = Room(
    key="site",
    title="Site",
    actions=(
        Action(
            key="site.glossary:load",
            roles={Role.ADMINISTRATOR: Reach.CITY, Role.PLANNING_OFFICER: Reach.CITY},
            sentence=_("The glossary was loaded"),
        ),
    ),
    routes=ROUTES + search.ROUTES + data.ROUTES + api.ROUTES,
    pages=PAGES + data.PAGES,
    search=SEARCH,
    readers=READERS,
    checks=CHECKS,
    exports=data_exports.EXPORTS,
    panels=PANELS,
    pack_files=(
        PackFile(
            kind="glossary",
            schema="site/schema/jichi-glossary-1.schema.json",
            load="jichi.site.services:load_glossary",
            order=30,
        ),
    ),
)
