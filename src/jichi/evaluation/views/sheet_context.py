"""What stands around the answers of a sheet: state, acts, why it came back, remarks, history."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.actions import (
    ACCEPT,
    CHECK_BUREAU,
    CHECK_SECTION,
    CORRECT,
    EXTEND,
    HAND_ON,
    TAKE_WORKBOOK,
    WITHDRAW,
)
from jichi.evaluation.enums import CycleState, SheetEventKind, SheetState
from jichi.evaluation.models import Sheet, SheetComment, SheetEvent
from jichi.evaluation.moves import Step, can
from jichi.evaluation.page_words import due_words, event_line, office_of, state_of
from jichi.evaluation.queries.page_queries import editions_of, revisions_of
from jichi.evaluation.queries.sheets import events_of
from jichi.evaluation.services.steps import workers_on
from jichi.evaluation.sides import may_check, may_send_back, own_work, sides_of
from jichi.sheets.definition import Definition
from jichi.sheets.models import AnswerRevision

from .answers import remark_line


def surroundings(
    viewer: Viewer,
    sheet: Sheet,
    remarks: Sequence[SheetComment],
    revision: AnswerRevision | None,
    now: datetime.datetime,
    definition: Definition,
) -> dict[str, Any]:
    """The context of everything on a sheet's page but its answers."""
    events = events_of(viewer, sheet)
    acts = acts_on(viewer, sheet)
    return {
        "row": sheet,
        "state": state_of(sheet, now),
        "due": due_words(sheet, now),
        "office": office_of(sheet),
        "given": _given(viewer, sheet),
        "acts": acts,
        "own_work": own_work(sheet.state) if acts["own"] else "",
        "sent_back": sent_back_words(sheet, events),
        "withdrawn": sheet.reason if sheet.state == SheetState.WITHDRAWN else "",
        "remarks": [remark_line(definition, one) for one in remarks],
        "open_remarks": sum(one.settled_at is None for one in remarks),
        "events": [event_line(one) for one in events],
        "revisions": _revisions(viewer, sheet),
        "editions": _editions(viewer, sheet),
        "next": reverse("staff-evaluation-sheet", args=[sheet.pk]),
        "pdf_url": _pdf(sheet, revision),
        **_workbook(sheet, possible=acts["workbook"]),
    }


def acts_on(viewer: Viewer, sheet: Sheet) -> dict[str, bool]:
    """Which buttons stand on the page."""
    is_open = sheet.cycle.state == CycleState.OPEN
    checks = is_open and may_check(viewer, sheet, sheet.state)
    own = checks and not viewer.system and viewer.actor in workers_on([sheet]).get(sheet.pk, ())

    def now(step: Step, key: str) -> bool:
        return is_open and can(step, sheet.state) and viewer.can(key, sheet)

    return {
        "pass": checks and not own and sheet.state in {SheetState.SECTION, SheetState.BUREAU},
        "accept": checks and not own and sheet.state == SheetState.PLANNING,
        "own": own,
        "send_back": is_open and can(Step.SEND_BACK, sheet.state) and may_send_back(viewer, sheet),
        "assign": now(Step.ASSIGN, HAND_ON),
        "extend": now(Step.EXTEND, EXTEND),
        "withdraw": now(Step.WITHDRAW, WITHDRAW),
        "restore": now(Step.RESTORE, WITHDRAW),
        "remark": is_open and can(Step.REMARK, sheet.state) and bool(sides_of(viewer, sheet)),
        "correct": sheet.cycle.state == CycleState.PUBLISHED and viewer.can(CORRECT, sheet),
        "settle": is_open and bool(sides_of(viewer, sheet)),
        "workbook": is_open and sheet.state == SheetState.FILLING and viewer.can(TAKE_WORKBOOK, sheet),
        "checks": any(viewer.can(key, sheet) for key in (CHECK_SECTION, CHECK_BUREAU, ACCEPT)),
    }


def _workbook(sheet: Sheet, *, possible: bool) -> dict[str, str]:
    if not possible:
        return {}
    return {
        "workbook_url": reverse("staff-evaluation-workbook", args=[sheet.pk]),
        "return_url": reverse("staff-evaluation-workbook-return", args=[sheet.pk]),
    }


def _pdf(sheet: Sheet, revision: AnswerRevision | None) -> str:
    """The sheet on paper; "" before anything was handed in, when there is nothing to print."""
    return reverse("staff-evaluation-sheet-file", args=[sheet.pk, "pdf"]) if revision is not None else ""


def _given(viewer: Viewer, sheet: Sheet) -> str:
    if sheet.assigned_to_id is None or sheet.state != SheetState.FILLING:
        return ""
    return "you" if sheet.assigned_to_id == viewer.person_id else "colleague"


def sent_back_words(sheet: Sheet, events: Sequence[SheetEvent]) -> dict[str, Any] | None:
    """Why the sheet came back to where it lies now; None where nobody sent it back last."""
    for event in events:
        if event.kind == SheetEventKind.SENT_BACK:
            return event_line(event) if event.to_state == sheet.state else None
        if event.kind in {SheetEventKind.HANDED_IN, SheetEventKind.PASSED, SheetEventKind.ACCEPTED}:
            return None
    return None


def _revisions(viewer: Viewer, sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "channel": one.get_channel_display(),
            "at": timezone.localtime(one.entered_at),
            "note": one.note,
            "file": one.filename,
            "url": reverse("staff-evaluation-sheet-revision", args=[sheet.pk, one.number]),
        }
        for one in revisions_of(viewer, sheet)
    ]


def _editions(viewer: Viewer, sheet: Sheet) -> list[dict[str, Any]]:
    url = reverse("staff-evaluation-edition", args=[sheet.pk])
    return [
        {
            "number": one.number,
            "kind": one.get_kind_display(),
            "at": timezone.localtime(one.made_at),
            "reason": one.reason,
            "url": f"{url}?number={one.number}",
        }
        for one in editions_of(viewer, sheet)
    ]
