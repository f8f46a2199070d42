"""What the undertakings room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Duty, PackFile, Room, SearchSource

from .actions import ACTIONS
from .exports import EXPORTS
from .invariants import TRIGGERS
from .routes import PAGES, ROUTES

_DUTIES = "jichi.undertakings.duties"

ROOM = Room(
    key="undertakings",
    title=_("Undertakings"),
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    exports=EXPORTS,
    triggers=TRIGGERS,
    search=(
        SearchSource(
            key="undertakings.undertakings",
            title=_("What was asked of the city"),
            types=("undertakings.undertaking", "undertakings.several"),
            documents="jichi.undertakings.queries.findable:undertakings",
        ),
    ),
    duties=(
        Duty(key="undertakings.answer", title=_("Undertakings to answer"), waiting=f"{_DUTIES}:to_answer"),
        Duty(key="undertakings.confirm", title=_("Answers to confirm"), waiting=f"{_DUTIES}:to_confirm"),
        Duty(
            key="undertakings.assign",
            title=_("Undertakings to give to an office"),
            waiting=f"{_DUTIES}:to_assign",
        ),
        Duty(key="undertakings.late", title=_("Undertakings that are late"), waiting=f"{_DUTIES}:late"),
    ),
    pack_files=(
        PackFile(
            kind="undertakings",
            schema="undertakings/schema/jichi-undertakings-1.schema.json",
            load="jichi.undertakings.services:load_undertakings",
            order=50,
        ),
    ),
)
