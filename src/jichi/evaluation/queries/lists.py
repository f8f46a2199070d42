"""What waits for a person: sheets to fill in, to check, to accept, that came back, with remarks to answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, FILL
from jichi.evaluation.deadlines import days_left, due_of, is_late
from jichi.evaluation.enums import CycleState, SheetEventKind, SheetState
from jichi.evaluation.models import Cycle, Sheet, SheetComment, SheetEvent
from jichi.evaluation.sides import DEPARTMENT, is_planner
from jichi.evaluation.workers import workers_in

from .sheets import sheets_for

FILL_IN, RETURNED, CHECK, ACCEPTING = "fill", "returned", "check", "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A sheet that waits for the viewer: for what, until when, and what speaks for doing it first.

    ``why`` is ``fill``, ``returned`` (fill in again), ``check`` or ``accept``; ``days`` are the days left,
    negative where it is late; ``said`` is the reason it came back with; ``remarks`` counts unsettled ones.
    """

    sheet: Sheet
    why: str
    due: datetime.date | None
    days: int | None
    is_late: bool
    is_mine: bool
    is_reminded: bool
    said: str
    remarks: int


def work_of(
    viewer: Viewer, *, cycle: Cycle | None = None, now: datetime.datetime | None = None
) -> list[Waiting]:
    """The viewer's list of work in all open evaluations: the late first, then by day, her own before others'.

    Her own hands' work does not wait for her check. A constant number of queries.
    """
    moment = now or timezone.now()
    rows = _waiting_rows(viewer)
    if cycle is not None:
        rows = rows.filter(cycle=cycle)
    listed = list(rows)
    events = _events(listed)
    remarks = _unsettled(listed)
    found = [
        _waiting(viewer, sheet, events.get(sheet.pk, []), remarks.get(sheet.pk, 0), moment)
        for sheet in listed
        if not _is_own_work(viewer, sheet, events.get(sheet.pk, []))
    ]
    return sorted(found, key=_order)


def to_fill_for(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that lie with the viewer's department: hers, or anybody's there."""
    rows = sheets_for(viewer).filter(cycle__state=CycleState.OPEN, state=SheetState.FILLING)
    return rows.filter(_reach(viewer, FILL)).filter(
        Q(assigned_to__isnull=True) | Q(assigned_to=viewer.person_id)
    )


def to_check_for(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that lie with the viewer as head of a section or bureau."""
    section = Q(state=SheetState.SECTION) & _reach(viewer, CHECK_SECTION)
    bureau = Q(state=SheetState.BUREAU) & _reach(viewer, CHECK_BUREAU)
    return sheets_for(viewer).filter(section | bureau, cycle__state=CycleState.OPEN)


def to_accept_for(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that lie with the planning section, for its officers."""
    rows = sheets_for(viewer).filter(cycle__state=CycleState.OPEN, state=SheetState.PLANNING)
    return rows.filter(_reach(viewer, ACCEPT))


def with_remarks_for(viewer: Viewer) -> list[tuple[Sheet, int]]:
    """Sheets with unsettled remarks of others that the viewer's side is to answer, with their number.

    The department answers what the checkers and the planning section remarked, wherever the sheet lies.
    """
    rows = sheets_for(viewer).filter(cycle__state=CycleState.OPEN).filter(_reach(viewer, FILL))
    if is_planner(viewer):
        rows = rows.none()
    remarks = SheetComment.objects.filter(sheet__in=rows.values("pk"), settled_at__isnull=True)
    remarks = remarks.exclude(side__in=[DEPARTMENT])
    counts: dict[int, int] = {}
    for pk in remarks.values_list("sheet", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return [(sheet, counts[sheet.pk]) for sheet in rows.filter(pk__in=list(counts))]


def _waiting_rows(viewer: Viewer) -> QuerySet[Sheet]:
    filling = Q(state=SheetState.FILLING) & _reach(viewer, FILL)
    filling &= Q(assigned_to__isnull=True) | Q(assigned_to=viewer.person_id)
    section = Q(state=SheetState.SECTION) & _reach(viewer, CHECK_SECTION)
    bureau = Q(state=SheetState.BUREAU) & _reach(viewer, CHECK_BUREAU)
    planning = Q(state=SheetState.PLANNING) & _reach(viewer, ACCEPT)
    return sheets_for(viewer).filter(filling | section | bureau | planning, cycle__state=CycleState.OPEN)


def _reach(viewer: Viewer, key: str) -> Q:
    """Sheets of the departments to whose things the viewer may do ``key``."""
    reached = viewer.departments_for(key)
    return Q(pk__isnull=False) if reached is None else Q(department__in=reached)


def _events(sheets: Sequence[Sheet]) -> dict[int, list[SheetEvent]]:
    """The way of each sheet, the oldest first, in one query."""
    found: dict[int, list[SheetEvent]] = {}
    for row in SheetEvent.objects.filter(sheet__in=[one.pk for one in sheets]).order_by("at", "pk"):
        found.setdefault(row.sheet_id, []).append(row)
    return found


def _unsettled(sheets: Sequence[Sheet]) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = SheetComment.objects.filter(sheet__in=[one.pk for one in sheets], settled_at__isnull=True)
    for pk in rows.values_list("sheet", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def _is_own_work(viewer: Viewer, sheet: Sheet, events: Iterable[SheetEvent]) -> bool:
    """Whether the sheet waits for a check of what the viewer handed in or passed herself."""
    return not viewer.system and viewer.actor in workers_in(sheet, events)


def _waiting(
    viewer: Viewer, sheet: Sheet, events: Sequence[SheetEvent], remarks: int, moment: datetime.datetime
) -> Waiting:
    due = due_of(sheet)
    last = next((row for row in reversed(events) if row.to_state != row.from_state), None)
    came_back = last is not None and last.kind == SheetEventKind.SENT_BACK
    reminded = [row for row in events if row.kind == SheetEventKind.REMINDED and row.at >= sheet.moved_at]
    return Waiting(
        sheet=sheet,
        why=_why(sheet, came_back=came_back),
        due=due,
        days=days_left(due, moment),
        is_late=is_late(sheet, moment),
        is_mine=sheet.assigned_to_id is not None and sheet.assigned_to_id == viewer.person_id,
        is_reminded=bool(reminded),
        said=last.text if last is not None and came_back else "",
        remarks=remarks,
    )


def _why(sheet: Sheet, *, came_back: bool) -> str:
    if sheet.state == SheetState.FILLING:
        return RETURNED if came_back else FILL_IN
    return ACCEPTING if sheet.state == SheetState.PLANNING else CHECK


def _order(one: Waiting) -> tuple[bool, datetime.date, bool, bool, str, int]:
    return (
        not one.is_late,
        one.due or datetime.date.max,
        one.why != RETURNED,
        not one.is_mine,
        one.sheet.node.code,
        one.sheet.pk,
    )
