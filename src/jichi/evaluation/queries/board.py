"""How far an evaluation has come: per bureau and department, by state, what is late and what came back."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.queries.organisation import departments_for
from jichi.evaluation.actions import RUN
from jichi.evaluation.deadlines import days_left, due_of, is_late, was_late
from jichi.evaluation.enums import SheetEventKind, SheetState
from jichi.evaluation.models import Cycle, Sheet, SheetComment, SheetEvent
from jichi.figures.inquiries.offices import bureau_of

from .cycles import cycle_for
from .sheets import sheets_for

FILTERS = ("late", "returned", "filling", "section", "bureau", "planning", "accepted", "withdrawn", "remarks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sheet on the board. ``is_late``: whoever holds it should have passed it on; ``was_late``: handed in
    after the deadline; ``is_returned``: it lies where it was sent back to."""

    sheet: Sheet
    due: datetime.date | None
    days: int | None
    is_late: bool
    was_late: bool
    is_returned: bool
    remarks: int
    last_kind: str
    last_at: datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of sheets; those taken out are counted apart and belong to no ``whole``."""

    whole: int = 0
    late: int = 0
    returned: int = 0
    states: Mapping[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Sheets that the planning section accepted."""
        return self.states.get(SheetState.ACCEPTED, 0)

    @property
    def withdrawn(self) -> int:
        """Sheets that were taken out."""
        return self.states.get(SheetState.WITHDRAWN, 0)

    @property
    def handed_in(self) -> int:
        """Sheets that the department has handed in, wherever they lie now."""
        return self.whole - self.states.get(SheetState.FILLING, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """A department with its sheets; None: sheets that belong to no office yet."""

    department: Department | None
    tally: Tally
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauRow:
    """A bureau with its departments."""

    bureau: Department | None
    tally: Tally
    offices: tuple[OfficeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole evaluation by bureau and department; ``lines`` are those shown, ``tally`` counts all."""

    cycle: Cycle
    tally: Tally
    bureaus: tuple[BureauRow, ...]
    lines: tuple[Line, ...]


def board_of(
    viewer: Viewer,
    cycle_id: int,
    *,
    only: str = "",
    department_id: int | None = None,
    text: str = "",
    now: datetime.datetime | None = None,
) -> Board:
    """The board of an evaluation; ``only`` (of :data:`FILTERS`), an office and ``text`` narrow the lines.

    Counts are always those of all sheets. A constant number of queries, however many sheets there are.

    Raises:
        Cycle.DoesNotExist: also where the viewer does not run evaluations.
    """
    if not viewer.can(RUN):
        raise Cycle.DoesNotExist
    cycle = cycle_for(viewer, cycle_id)
    moment = now or timezone.now()
    every = lines_of(viewer, cycle, moment)
    shown = [line for line in every if _is_shown(line, only, department_id, text.strip())]
    return Board(
        cycle=cycle,
        tally=tally_of(every),
        bureaus=tuple(_grouped(viewer, every, shown)),
        lines=tuple(shown),
    )


def lines_of(viewer: Viewer, cycle: Cycle, moment: datetime.datetime) -> list[Line]:
    """The sheets of a cycle that the viewer sees, as the board shows them, by code."""
    last = SheetEvent.objects.filter(sheet=OuterRef("pk")).order_by("-at", "-pk")
    moved = last.filter(to_state=OuterRef("state")).exclude(from_state=OuterRef("state"))
    rows = sheets_for(viewer).filter(cycle=cycle)
    rows = rows.annotate(
        last_kind=Subquery(last.values("kind")[:1]),
        last_at=Subquery(last.values("at")[:1]),
        moved_by=Subquery(moved.values("kind")[:1]),
    )
    listed = list(rows.defer("answer_set__draft", "answer_set__form_version__definition"))
    remarks = Counter(
        SheetComment.objects.filter(sheet__cycle=cycle, settled_at__isnull=True).values_list(
            "sheet", flat=True
        )
    )
    return [_line(sheet, cycle, remarks[sheet.pk], moment) for sheet in listed]


def _line(sheet: Sheet, cycle: Cycle, remarks: int, moment: datetime.datetime) -> Line:
    sheet.cycle = cycle
    due = due_of(sheet)
    moved_by = sheet.moved_by  # type: ignore[attr-defined]
    return Line(
        sheet=sheet,
        due=due,
        days=days_left(due, moment),
        is_late=is_late(sheet, moment),
        was_late=was_late(sheet),
        is_returned=moved_by == SheetEventKind.SENT_BACK,
        remarks=remarks,
        last_kind=sheet.last_kind or "",  # type: ignore[attr-defined]
        last_at=sheet.last_at,  # type: ignore[attr-defined]
    )


def tally_of(lines: Iterable[Line]) -> Tally:
    """The counts over some lines."""
    listed = list(lines)
    states = Counter(line.sheet.state for line in listed)
    return Tally(
        whole=len(listed) - states[SheetState.WITHDRAWN],
        late=sum(line.is_late for line in listed),
        returned=sum(line.is_returned for line in listed),
        states=dict(states),
    )


def _is_shown(line: Line, only: str, department_id: int | None, text: str) -> bool:
    sheet = line.sheet
    if department_id is not None and sheet.department_id != department_id:
        return False
    if text and text not in sheet.node.name and not sheet.node.code.startswith(text):
        return False
    match only:
        case "":
            return True
        case "late":
            return line.is_late
        case "returned":
            return line.is_returned
        case "remarks":
            return line.remarks > 0
    return sheet.state == only


def _grouped(viewer: Viewer, every: Sequence[Line], shown: Sequence[Line]) -> list[BureauRow]:
    """Every bureau and department with counts of all its sheets and the lines that are shown."""
    offices = {one.pk: one for one in departments_for(viewer)}
    by_office: dict[int | None, list[Line]] = {}
    for line in every:
        by_office.setdefault(line.sheet.department_id, []).append(line)
    visible: dict[int | None, list[Line]] = {}
    for line in shown:
        visible.setdefault(line.sheet.department_id, []).append(line)
    by_bureau: dict[int | None, list[int | None]] = {}
    for pk in by_office:
        bureau = bureau_of(offices, pk) if pk is not None else None
        by_bureau.setdefault(bureau, []).append(pk)
    found = [
        BureauRow(
            bureau=offices.get(bureau) if bureau is not None else None,
            tally=tally_of(line for pk in members for line in by_office[pk]),
            offices=tuple(
                OfficeRow(
                    department=offices.get(pk) if pk is not None else None,
                    tally=tally_of(by_office[pk]),
                    lines=tuple(visible.get(pk, ())),
                )
                for pk in sorted(members, key=lambda one: offices[one].key if one is not None else "")
            ),
        )
        for bureau, members in by_bureau.items()
    ]
    return sorted(found, key=lambda one: one.bureau.key if one.bureau is not None else "")
