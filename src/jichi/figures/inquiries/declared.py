"""What the part of inquiries declares, for the room's manifest."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Daily, Duty, Export, PackFile, Page, Panel, Route, Zone

from . import actions
from .actions import ACTIONS
from .invariants import TRIGGERS


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=f"staff-inquir{name}", zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner(actions.READ, "ies", "y-request", "y-request-paper"),
    *_inner(actions.READ, "y-request-return", "y-request-file"),
    *_inner(actions.SAVE_SERIES, "y-series-list", "y-series-new", "y-series", "y-targets"),
    *_inner(actions.DRAFT, "y-new", "y-edit"),
    *_inner(actions.CHOOSE, "y-choose"),
    *_inner(actions.SEND, "y-send"),
    *_inner(actions.EXTEND, "y-extend"),
    *_inner(actions.CLOSE, "y-close"),
    *_inner(actions.RUN, "y-bulk"),
    *_inner(actions.REMIND, "y-remind"),
    *_inner(actions.TAKE_IN, "y-returned"),
    *_inner(actions.READ_INQUIRY, "y", "y-merge"),
    *_inner(actions.ENTER, "y-enter"),
    *_inner(actions.TAKE_WORKBOOK, "y-request-workbook"),
    *_inner(actions.ANSWER, "y-request-upload", "y-request-nothing"),
    *_inner(actions.HAND_ON, "y-request-hand-on"),
    *_inner(actions.CHECK_SECTION, "y-request-check-section"),
    *_inner(actions.CHECK_BUREAU, "y-request-check-bureau"),
    *_inner(actions.SEND_BACK, "y-request-send-back"),
    *_inner(actions.TALK, "y-request-talk"),
    *_inner(actions.CANCEL, "y-request-cancel"),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Inquiries"),
        route="staff-inquiries",
        order=520,
        zone=Zone.INNER,
        action=actions.READ,
    ),
)

_DUTIES = "jichi.figures.inquiries.duties"

DUTIES: tuple[Duty, ...] = (
    Duty(
        key="figures.inquiry_answer",
        title=gettext_noop("Inquiries to answer"),
        waiting=f"{_DUTIES}:to_answer",
    ),
    Duty(
        key="figures.inquiry_check",
        title=gettext_noop("Returns to check"),
        waiting=f"{_DUTIES}:to_check",
    ),
    Duty(
        key="figures.inquiry_reply",
        title=gettext_noop("Questions about inquiries to reply to"),
        waiting=f"{_DUTIES}:to_reply",
    ),
    Duty(
        key="figures.inquiry_run",
        title=gettext_noop("Inquiries of ours"),
        waiting=f"{_DUTIES}:of_ours",
    ),
)

PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="inquiries",
        schema="figures/schema/jichi-inquiries-1.schema.json",
        load="jichi.figures.inquiries.services.packs:load_inquiries",
        order=45,
    ),
)

DAILY: tuple[Daily, ...] = (
    Daily(
        key="figures.inquiry_reminders",
        title=gettext_noop("Remind those who are to answer an inquiry"),
        run="jichi.figures.inquiries.services.daily:remind_by_day",
    ),
)

PANELS: tuple[Panel, ...] = ()
EXPORTS: tuple[Export, ...] = ()

__all__ = ["ACTIONS", "DAILY", "DUTIES", "EXPORTS", "PACK_FILES", "PAGES", "PANELS", "ROUTES", "TRIGGERS"]
