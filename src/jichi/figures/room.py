"""What the figures room declares to the rest."""

from __future__ import annotations

from jichi.manifest import Room

from .declared import ACTIONS, DAILY, PACK_FILES, TRIGGERS
from .exports import EXPORTS
from .inquiries import declared as inquiries
from .metrics import METRICS
from .routes import PAGES, PANELS, ROUTES
from .staff.routes import DUTIES
from .staff.routes import PAGES as STAFF_PAGES
from .staff.routes import PANELS as STAFF_PANELS
from .staff.routes import ROUTES as STAFF_ROUTES
from .statistics import declared as statistics
from .surveys import declared as surveys

ROOM = Room(
    key="figures",
    title="Figures",
    actions=ACTIONS + inquiries.ACTIONS + statistics.ACTIONS + surveys.ACTIONS,
    routes=ROUTES + STAFF_ROUTES + inquiries.ROUTES + statistics.ROUTES + surveys.ROUTES,
    pages=PAGES + STAFF_PAGES + inquiries.PAGES + statistics.PAGES + surveys.PAGES,
    panels=PANELS + STAFF_PANELS + inquiries.PANELS + statistics.PANELS + surveys.PANELS,
    duties=DUTIES + inquiries.DUTIES + statistics.DUTIES + surveys.DUTIES,
    exports=EXPORTS + inquiries.EXPORTS + statistics.EXPORTS + surveys.EXPORTS,
    metrics=METRICS,
    daily=DAILY + inquiries.DAILY + statistics.DAILY + surveys.DAILY,
    triggers=TRIGGERS + inquiries.TRIGGERS + statistics.TRIGGERS + surveys.TRIGGERS,
    pack_files=PACK_FILES + inquiries.PACK_FILES + statistics.PACK_FILES + surveys.PACK_FILES,
)
