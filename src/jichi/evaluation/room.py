"""What the evaluation room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Room

from . import routes_cycle, routes_finance, routes_forms, routes_print, routes_results, routes_rules
from .actions import ACTIONS
from .declared_cycle import DUTIES, PACK_FILES, TRIGGERS
from .exports import EXPORTS
from .rules import declared as declared_rules
from .search import SEARCH

ROOM = Room(
    key="evaluation",
    title=_("Evaluation"),
    actions=ACTIONS,
    search=SEARCH,
    daily=routes_results.DAILY,
    exports=EXPORTS,
    routes=(
        *routes_results.ROUTES,
        *routes_print.ROUTES,
        *routes_forms.ROUTES,
        *routes_rules.ROUTES,
        *routes_cycle.ROUTES,
        *routes_finance.ROUTES,
    ),
    readers=routes_print.READERS,
    pages=(*routes_results.PAGES, *routes_cycle.PAGES, *routes_finance.PAGES),
    panels=(*routes_results.PANELS, *declared_rules.PANELS),
    duties=DUTIES,
    triggers=TRIGGERS,
    checks=declared_rules.CHECKS,
    pack_files=(*PACK_FILES, *declared_rules.PACK_FILES),
)
