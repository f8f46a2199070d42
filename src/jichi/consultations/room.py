"""What the consultations room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Room

from .actions import ACTIONS
from .declared import CHECKS, DAILY, DUTIES, PACK_FILES, PANELS, SEARCH
from .exports import EXPORTS
from .invariants import TRIGGERS
from .metrics import METRICS
from .routes import PAGES, ROUTES

ROOM = Room(
    key="consultations",
    title=_("Public comment"),
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    panels=PANELS,
    search=SEARCH,
    exports=EXPORTS,
    metrics=METRICS,
    duties=DUTIES,
    daily=DAILY,
    triggers=TRIGGERS,
    checks=CHECKS,
    pack_files=PACK_FILES,
)
