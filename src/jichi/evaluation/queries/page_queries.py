"""What the pages of the cycle read besides cycles and sheets themselves: filters, work lists, what is beside.

Everything starts from :func:`sheets_seen`: the sheets of the viewer's offices.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.evaluation.actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, FILL
from jichi.evaluation.enums import CycleState, SheetKind, SheetState
from jichi.evaluation.models import (
    Proposal,
    Sheet,
    SheetComment,
    SheetEdition,
)
from jichi.sheets.definition import Raw, Values
from jichi.sheets.models import AnswerRevision
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json, raw_from_json, raw_of, read

from .sheets import Previous, comments_of, proposals_of, sheets_for

State = SheetState

_OWN = Coalesce(F("due_on"), F("cycle__due_department"))
BY_WHEN = Case(
    When(state=State.FILLING, then=_OWN),
    When(state=State.SECTION, due_on__gt=F("cycle__due_section"), then=F("due_on")),
    When(state=State.SECTION, then=F("cycle__due_section")),
    When(state=State.BUREAU, due_on__gt=F("cycle__due_bureau"), then=F("due_on")),
    When(state=State.BUREAU, then=F("cycle__due_bureau")),
    When(state=State.PLANNING, due_on__gt=F("cycle__due_planning"), then=F("due_on")),
    When(state=State.PLANNING, then=F("cycle__due_planning")),
    default=None,
    output_field=DateField(null=True),
)
"""The day by which whoever holds a sheet is to pass it on, as :func:`jichi.evaluation.deadlines.due_of`."""

_REMARKED = SheetComment.objects.filter(sheet=OuterRef("pk"), settled_at__isnull=True).order_by()
REMARKS = Coalesce(Subquery(_REMARKED.values("sheet").annotate(count=Count("pk")).values("count")), 0)
"""How many remarks on a sheet are open."""


def sheets_seen(viewer: Viewer) -> QuerySet[Sheet]:
    """The sheets the viewer sees whole, with the number of their open ``remarks``."""
    return sheets_for(viewer).annotate(remarks=REMARKS)


def sheet_seen(viewer: Viewer, pk: int) -> Sheet:
    """One of them. Raises Sheet.DoesNotExist."""
    return sheets_seen(viewer).get(pk=pk)


# --- filters that stand in the address -------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Filters:
    """Which sheets are wanted; what is empty asks for nothing. ``department`` reaches those below it,
    ``unowned`` those that belong to no office."""

    cycle: int | None = None
    department: int | None = None
    state: str = ""
    kind: str = ""
    ward: str = ""
    late: bool = False
    returned: bool = False
    unowned: bool = False
    text: str = ""

    @classmethod
    def given(cls, data: Mapping[str, str]) -> Filters:
        """What an address asks for; what it cannot mean is left out."""
        state, kind = data.get("state", ""), data.get("kind", "")
        return cls(
            cycle=_number(data.get("cycle", "")),
            department=_number(data.get("department", "")),
            state=state if state in State.values else "",
            kind=kind if kind in SheetKind.values else "",
            ward=data.get("ward", "").replace("\0", "")[:40],
            late=data.get("late") == "1",
            returned=data.get("returned") == "1",
            unowned=data.get("unowned") == "1",
            text=data.get("q", "").replace("\0", "").strip()[:100],
        )

    def but(self, **others: Any) -> Filters:
        """The same with other values for some."""
        return replace(self, **others)

    def address(self) -> dict[str, str]:
        """What stands in the address for it."""
        found = {
            "cycle": str(self.cycle or ""),
            "department": str(self.department or ""),
            "state": self.state,
            "kind": self.kind,
            "ward": self.ward,
            "late": "1" if self.late else "",
            "returned": "1" if self.returned else "",
            "unowned": "1" if self.unowned else "",
            "q": self.text,
        }
        return {name: value for name, value in found.items() if value}

    def applied(self, rows: QuerySet[Sheet], today: datetime.date) -> QuerySet[Sheet]:
        """The rows among ``rows`` (of :func:`sheets_seen`) that are wanted."""
        given = {
            "cycle": self.cycle,
            "state": self.state,
            "kind": self.kind,
            "department__ward__key": self.ward,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        if self.department:
            rows = rows.filter(department__in=_below(self.department))
        if self.unowned:
            rows = rows.filter(department=None)
        if self.late:
            rows = rows.alias(last_day=BY_WHEN).filter(last_day__lt=today, cycle__state=CycleState.OPEN)
        if self.returned:
            rows = rows.filter(times_returned__gt=0, state=State.FILLING)
        if self.text:
            named = Q(node__name__icontains=self.text) | Q(node__code__istartswith=self.text)
            rows = rows.filter(named | Q(department__name__icontains=self.text))
        return rows


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def _below(top: int) -> set[int]:
    """The office and all below it."""
    parents = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    found, more = {top}, {top}
    while more:
        more = {pk for pk, parent in parents.items() if parent in more} - found
        found |= more
    return found


# --- what waits for whom ---------------------------------------------------------------------------
def _of(viewer: Viewer, key: str) -> Q:
    reached = viewer.departments_for(key)
    return Q(pk__isnull=False) if reached is None else Q(department__in=reached)


def to_fill(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that lie with the viewer's office, the first due first; what is a colleague's comes last."""
    rows = sheets_seen(viewer).filter(_of(viewer, FILL), state=State.FILLING, cycle__state=CycleState.OPEN)
    mine = Case(When(Q(assigned_to=None) | Q(assigned_to=viewer.person_id), then=0), default=1)
    return rows.order_by(mine, BY_WHEN, "node__code", "pk")


def to_check(viewer: Viewer) -> QuerySet[Sheet]:
    """Sheets that wait for the viewer's check as head of a section or bureau, or as planning section.

    What she handed in herself is left out: somebody else looks at it.
    """
    waits = Q(pk__isnull=True)
    for key, state in _CHECKS:
        if viewer.can(key):
            waits |= _of(viewer, key) & Q(state=state)
    rows = sheets_seen(viewer).filter(waits, cycle__state=CycleState.OPEN)
    if viewer.actor is not None:
        rows = rows.exclude(handed_in_by=viewer.actor)
    return rows.order_by(BY_WHEN, "node__code", "pk")


_CHECKS = ((CHECK_SECTION, State.SECTION), (CHECK_BUREAU, State.BUREAU), (ACCEPT, State.PLANNING))


# --- one sheet -------------------------------------------------------------------------------------
def newest_revision(sheet: Sheet) -> AnswerRevision | None:
    """What was handed in last, without the file; None where nothing was."""
    rows = AnswerRevision.objects.filter(answer_set=sheet.answer_set_id).select_related("form_version__form")
    return rows.defer("content").order_by("-number").first()


def revisions_of(viewer: Viewer, sheet: Sheet) -> list[AnswerRevision]:
    """Everything that was handed in, the newest first, without the files."""
    rows = AnswerRevision.objects.filter(answer_set=sheet.answer_set_id).select_related("form_version")
    return list(rows.defer("content").order_by("-number"))


def typed_in(sheet: Sheet, revision: AnswerRevision | None) -> Raw:
    """What the form shows: the draft, or else what was handed in last."""
    if sheet.answer_set.draft or revision is None:
        return raw_from_json(sheet.answer_set.draft)
    own, now = definition_of(revision.form_version), definition_of(sheet.answer_set.form_version)
    keys = {field.key for _part, field in now.fields()}
    raw = raw_of(from_json(revision.values, own), own)
    return {place: text for place, text in raw.items() if place.field in keys}


def standing_values(sheet: Sheet, revision: AnswerRevision | None) -> Values:
    """The values that stand: what was handed in last, or what the draft amounts to where nothing was."""
    definition = definition_of(sheet.answer_set.form_version)
    is_drafted = sheet.state == State.FILLING and bool(sheet.answer_set.draft)
    if (
        revision is not None
        and revision.form_version_id == sheet.answer_set.form_version_id
        and not is_drafted
    ):
        return from_json(revision.values, definition)
    return read(definition, typed_in(sheet, revision), fill=None).values


def values_for(sheet: Sheet, earlier: Previous | None) -> Values:
    """The values of the sheet before, as far as the form of ``sheet`` asks for them; {}: there are none."""
    if earlier is None:
        return {}
    revision = earlier.revision
    if revision.form_version_id == sheet.answer_set.form_version_id:
        return earlier.values
    own, now = definition_of(revision.form_version), definition_of(sheet.answer_set.form_version)
    typed = raw_of(from_json(revision.values, own), own)
    keys = {field.key for _part, field in now.fields()}
    return read(now, {place: text for place, text in typed.items() if place.field in keys}, fill=None).values


def remarks_on(viewer: Viewer, sheet: Sheet) -> list[SheetComment]:
    """The remarks on a sheet, the open ones first, then the newest."""
    return sorted(reversed(comments_of(viewer, sheet)), key=lambda one: one.settled_at is not None)


def proposals_for(viewer: Viewer, sheet: Sheet) -> dict[str, Proposal]:
    """What Jichi proposes for the sheet, the newest for each field; {} where the city turned it off."""
    if sheet.cycle.proposals_id is None:
        return {}
    return {field: one.proposal for field, one in proposals_of(viewer, sheet).items()}


def editions_of(viewer: Viewer, sheet: Sheet) -> list[SheetEdition]:
    """The editions of a sheet that were kept, the newest first, without their contents."""
    return list(sheet.editions.defer("content").order_by("-number"))


def offices_among(rows: QuerySet[Sheet]) -> list[Department]:
    """The offices with which any of the sheets are, by their keys."""
    owners = Sheet.objects.filter(pk__in=rows.order_by().values("pk")).order_by().values("department")
    return list(Department.objects.filter(Exists(owners.filter(department=OuterRef("pk")))).order_by("key"))
