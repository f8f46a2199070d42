"""What the office room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import PackFile, Room

from .actions import ACTIONS
from .invariants import TRIGGERS
from .routes import DUTIES, PAGES, ROUTES

ROOM = Room(
    key="office",
    title=_("Office"),
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    duties=DUTIES,
    triggers=TRIGGERS,
    pack_files=(
        PackFile(
            kind="routes",
            schema="office/schema/jichi-routes-1.schema.json",
            load="jichi.office.services:load_routes",
            order=12,
        ),
    ),
)
