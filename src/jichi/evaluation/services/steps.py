"""What every act on a sheet has in common: the lock, the move, and the event that stays."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.evaluation.enums import CycleState, SheetEventKind
from jichi.evaluation.models import Cycle, Sheet, SheetEvent
from jichi.evaluation.moves import Step, refusal
from jichi.evaluation.sides import BUREAU, COMMITTEE, PLANNING
from jichi.evaluation.workers import BY_PEOPLE, workers_in
from jichi.figures.inquiries.offices import bureau_of
from jichi.ui import numbers

Kind = SheetEventKind
PORTION = 100
"""How many sheets one transaction of a bulk act takes, so that nobody waits long for the database."""


def sheet_of(sheet_id: int) -> Sheet:
    """The sheet with its cycle, node, office and answers, to ask who may act. Raises DoesNotExist."""
    return _whole().get(pk=sheet_id)


def locked(sheet: Sheet) -> Sheet:
    """The same sheet as it stands, held until the end of the act. Inside the transaction only."""
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    return sheet_of(sheet.pk)


def locked_sheets(ids: Collection[int]) -> list[Sheet]:
    """Sheets held until the end of the act, in the order of their numbers."""
    held = list(Sheet.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update().values_list("pk"))
    return list(_whole().filter(pk__in=[pk for (pk,) in held]).order_by("pk"))


def sheets_of(ids: Collection[int]) -> list[Sheet]:
    """Sheets as they stand, not held, in the order of their numbers."""
    return list(_whole().filter(pk__in=list(ids)).order_by("pk"))


def lies_with(state: str) -> str:
    """With whom a sheet in ``state`` lies, as a sentence."""
    return refusal(Step.ACCEPT, state) or refusal(Step.DRAFT, state)


def _whole() -> QuerySet[Sheet]:
    return Sheet.objects.select_related(
        "cycle__department", "node__level", "department", "answer_set__form_version__form", "assigned_to"
    )


def cycle_of(cycle_id: int) -> Cycle:
    """The cycle with its plan, rule and office. Raises DoesNotExist."""
    return Cycle.objects.select_related(
        "plan", "department", "rule__rule_set", "proposals__rule_set", "previous"
    ).get(pk=cycle_id)


def locked_cycle(cycle_id: int) -> Cycle:
    """The cycle as it stands, held until the end of the act."""
    Cycle.objects.select_for_update().get(pk=cycle_id)
    return cycle_of(cycle_id)


def closed(cycle: Cycle) -> str:
    """Why nobody works on the cycle's sheets now; empty while it is open."""
    if cycle.state == CycleState.PREPARING:
        return _("The evaluation is not open yet.")
    if cycle.state == CycleState.PUBLISHED:
        return _("The evaluation is published and locked. The planning section can correct a sheet.")
    return ""


def require_open(cycle: Cycle) -> None:
    """Raise Invalid unless the cycle is open for work."""
    if text := closed(cycle):
        raise Invalid({"": [text]})


def require_version(row: Any, version: int | None) -> None:
    """Raise Conflict where somebody changed the row since it was looked at."""
    if version is not None and row.version != version:
        raise Conflict(row)


def put(sheet: Sheet, state: str, at: datetime.datetime | None = None, **changes: Any) -> str:
    """Put a locked sheet into ``state`` with the ``changes`` that belong to it; returns where it was."""
    before = sheet.state
    sheet.state = state
    sheet.moved_at = at or timezone.now()
    sheet.version += 1
    for name, value in changes.items():
        setattr(sheet, name, value)
    sheet.save(update_fields=["state", "moved_at", "version", *changes])
    return before


def event(
    viewer: Viewer,
    sheet: Sheet,
    kind: str,
    *,
    side: str,
    from_state: str = "",
    at: datetime.datetime | None = None,
    text: str = "",
    revision: int | None = None,
    offices: Mapping[int, Department] | None = None,
) -> SheetEvent:
    """What happened, not yet written: by which office (that of ``side``), from where to where."""
    assert viewer.actor is not None
    return SheetEvent(
        sheet=sheet,
        kind=kind,
        from_state=from_state or sheet.state,
        to_state=sheet.state,
        revision=revision,
        by=viewer.actor,
        department_id=office_of(sheet, side, offices),
        at=at or timezone.now(),
        text=text[:1000],
    )


def happened(viewer: Viewer, sheet: Sheet, kind: str, **facts: Any) -> SheetEvent:
    """Keep what happened; arguments as of :func:`event`."""
    row = event(viewer, sheet, kind, **facts)
    row.save(force_insert=True)
    return row


def office_of(sheet: Sheet, side: str, offices: Mapping[int, Department] | None = None) -> int | None:
    """The office that stands behind a side of a sheet; the committee is none of the city's."""
    if side == COMMITTEE:
        return None
    if side == PLANNING:
        return sheet.cycle.department_id
    if side == BUREAU and sheet.department_id is not None:
        return bureau_of(offices if offices is not None else tree(), sheet.department_id)
    return sheet.department_id


def tree() -> dict[int, Department]:
    """All offices by their id."""
    return {one.pk: one for one in Department.objects.order_by("key")}


def workers_on(sheets: Iterable[Sheet]) -> dict[int, set[uuid.UUID]]:
    """Who handed in or passed what lies with each sheet now (:func:`workers_in`); one query for all."""
    listed = list(sheets)
    rows = SheetEvent.objects.filter(sheet__in=listed, kind__in=BY_PEOPLE).order_by("at", "pk")
    way: dict[int, list[SheetEvent]] = {}
    for row in rows:
        way.setdefault(row.sheet_id, []).append(row)
    return {sheet.pk: workers_in(sheet, way.get(sheet.pk, ())) for sheet in listed}


def words_required(text: str, field: str = "reason", most: int = 1000) -> str:
    """The text without blanks around it.

    Raises:
        Invalid: where nothing is said, or more than ``most`` characters.
    """
    said = text.strip()
    if not said:
        raise Invalid({field: [_("Say why in words; it stays with the sheet.")]})
    if len(said) > most:
        raise Invalid({field: [_("At most %(most)d characters.") % {"most": most}]})
    return said


def portions(ids: Iterable[int], size: int = PORTION) -> Iterator[Sequence[int]]:
    """The ids, once each, in portions in ascending order (two bulk acts then never wait for each other)."""
    listed = sorted(set(ids))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def moment_text(moment: datetime.datetime) -> str:
    """A moment as it is read: day and time in the city."""
    local = timezone.localtime(moment)
    return f"{numbers.format_date(local.date())} {local:%H:%M}"
