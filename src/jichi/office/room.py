"""What the office room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Daily, PackFile, Retention, Room

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
    daily=(
        Daily(
            key="office.retention",
            title=_("What is kept no longer is destroyed"),
            run="jichi.office.retention:run_due_retention",
        ),
    ),
    retention=(
        Retention(
            key="office.messages",
            title=_("Text and address of sent messages"),
            run="jichi.office.outbox:forget_messages",
            replay="jichi.office.outbox.services:forget_again",
            object_types=("office.message",),
        ),
        Retention(
            key="office.subjects",
            title=_("Keys to people's details"),
            run="jichi.office.retention.subject_services:nothing_due",
            replay="jichi.office.retention.subject_services:destroy_again",
            object_types=("city.subjectkey",),
        ),
    ),
    pack_files=(
        PackFile(
            kind="routes",
            schema="office/schema/jichi-routes-1.schema.json",
            load="jichi.office.services:load_routes",
            order=12,
        ),
    ),
)
