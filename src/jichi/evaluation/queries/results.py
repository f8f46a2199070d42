"""What is public of the evaluations: cycles, their sheets at a glance, their grades and their corrections.

An embargo holds for every viewer alike: these pages show what everybody may see, whoever asks.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind, CycleState, EditionKind, SheetKind, SheetState
from jichi.evaluation.fields import (
    ACCOMPLISHMENT,
    BEST_FIRST,
    CONTRIBUTION,
    DIRECTION,
    MEASURE_DIRECTION,
    PROGRESS,
)
from jichi.evaluation.models import Cycle, CycleForm, Grade, Sheet, SheetEdition
from jichi.evaluation.openness import public_fields
from jichi.plan.queries.plans import visible
from jichi.sheets.definition import Definition
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import definition_of
from jichi.ui.content import SOURCE_LANGUAGE, Text, translated
from jichi.ui.numbers import current_language

PUBLIC_KINDS = (EditionKind.PUBLISHED.value, EditionKind.CORRECTED.value)
AT_A_GLANCE = (ACCOMPLISHMENT, CONTRIBUTION, DIRECTION, PROGRESS, MEASURE_DIRECTION)
"""The judgements that lists show without reading whole sheets."""


def public_cycles_for(viewer: Viewer, *, now: datetime.datetime | None = None) -> QuerySet[Cycle]:
    """The evaluations that everybody may see (of plans the viewer may read), newest first."""
    return (
        Cycle.objects.filter(
            visible(viewer, "plan__"), state=CycleState.PUBLISHED, public_from__lte=now or timezone.now()
        )
        .select_related("plan", "rule__rule_set", "department")
        .order_by("-fiscal_year", "-plan__first_year", "kind")
    )


def yearly_cycle_for(viewer: Viewer, fiscal_year: int, plan_key: str = "") -> Cycle | None:
    """The public evaluation of a year's projects; where several plans have one, the newest plan's."""
    rows = public_cycles_for(viewer).filter(kind=CycleKind.YEARLY, fiscal_year=fiscal_year)
    return (rows.filter(plan__key=plan_key) if plan_key else rows).first()


def period_cycle_for(
    viewer: Viewer, plan_key: str, kind: str, fiscal_year: int | None = None
) -> Cycle | None:
    """The public interim or final evaluation of a plan's measures, the newest unless a year is given."""
    rows = public_cycles_for(viewer).filter(plan__key=plan_key, kind=kind)
    return (rows.filter(fiscal_year=fiscal_year) if fiscal_year else rows).first()


def cycle_before(viewer: Viewer, cycle: Cycle) -> Cycle | None:
    """The public evaluation of the same kind and plan that came before; None: there is none to compare."""
    rows = public_cycles_for(viewer).filter(
        plan_id=cycle.plan_id, kind=cycle.kind, fiscal_year__lt=cycle.fiscal_year
    )
    return rows.first()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One published sheet as lists show it. ``name`` is what was published, translated while it is the same.

    ``judged`` holds the answers of :data:`AT_A_GLANCE` that the sheet gives.
    """

    cycle_id: int
    sheet: Sheet
    edition: int
    name: Text
    is_corrected: bool
    judged: Mapping[str, str]

    @property
    def code(self) -> str:
        return str(self.sheet.node.code)

    @property
    def ward_key(self) -> str:
        """The ward of the office that answers for it; empty: none."""
        office = self.sheet.department
        return str(office.ward.key) if office is not None and office.ward is not None else ""

    @property
    def department_key(self) -> str:
        return str(self.sheet.department.key) if self.sheet.department is not None else ""


def newest_editions_for(viewer: Viewer, cycles: Iterable[int]) -> QuerySet[SheetEdition]:
    """The edition that stands today of each published sheet of these cycles, as far as they are public."""
    newer = SheetEdition.objects.filter(
        sheet_id=OuterRef("sheet_id"), kind__in=PUBLIC_KINDS, number__gt=OuterRef("number")
    )
    return SheetEdition.objects.filter(
        ~Exists(newer),
        kind__in=PUBLIC_KINDS,
        sheet__cycle__in=public_cycles_for(viewer).filter(pk__in=list(cycles)).order_by().values("pk"),
    ).order_by("sheet__node__code", "sheet_id")


def sheet_rows_for(viewer: Viewer, cycles: Iterable[int]) -> list[SheetRow]:
    """The sheets of these cycles at a glance, by code. One query, whatever their number."""
    judged = {f"judged_{key}": KT(f"content__values__{key}") for key in AT_A_GLANCE}
    editions = (
        newest_editions_for(viewer, cycles)
        .defer("content")
        .select_related("sheet__node__plan", "sheet__node__level", "sheet__node__parent")
        .select_related("sheet__department__ward")
        .annotate(printed_name=KT("content__node__name"), **FORM_NAME, **judged)
    )
    listed = list(editions)
    shown = open_fields(form_name_of(edition) for edition in listed)
    return [_row(edition, shown[form_name_of(edition)]) for edition in listed]


def _row(edition: Any, shown: frozenset[str]) -> SheetRow:
    given = {key: getattr(edition, f"judged_{key}") for key in AT_A_GLANCE if key in shown}
    return SheetRow(
        cycle_id=edition.sheet.cycle_id,
        sheet=edition.sheet,
        edition=edition.number,
        name=name_of(edition.sheet, str(edition.printed_name or "")),
        is_corrected=edition.kind == EditionKind.CORRECTED,
        judged={key: str(value) for key, value in given.items() if value not in (None, "")},
    )


FormName = tuple[str, int]
"""Key and version of a form, as an edition names it."""

FORM_NAME = {"form_key": KT("content__form__key"), "form_number": KT("content__form__number")}


def form_name_of(edition: Any) -> FormName:
    """The form that an edition follows, of a row with :data:`FORM_NAME`."""
    return str(edition.form_key or ""), int(edition.form_number or 0)


def forms_by_name(wanted: Iterable[FormName]) -> dict[FormName, Definition]:
    """These forms, in one query; those that are not held are left out.

    They are published with the sheets: without them the answers say nothing.
    """
    names = set(wanted)
    rows = FormVersion.objects.filter(
        form__key__in={key for key, _number in names}, number__in={number for _key, number in names}
    ).select_related("form")
    found = {(row.form.key, row.number): row for row in rows}
    return {name: definition_of(row) for name, row in found.items() if name in names}


def open_fields(wanted: Iterable[FormName]) -> dict[FormName, frozenset[str]]:
    """The answers that everybody may see, by form; of a form that is not held, none."""
    names = set(wanted)
    forms = forms_by_name(names)
    return {name: public_fields(forms[name]) if name in forms else frozenset() for name in names}


def name_of(sheet: Sheet, printed: str) -> Text:
    """The name as published; in the reader's language as long as the plan has not renamed the node."""
    if not printed or printed == sheet.node.name:
        return translated(sheet.node, "name")
    return Text(printed, SOURCE_LANGUAGE, is_fallback=current_language() != SOURCE_LANGUAGE)


def counted(rows: Iterable[SheetRow], key: str) -> Counter[str]:
    """How many sheets got each value of a judgement; ``""``: those that give none."""
    return Counter(row.judged.get(key, "") for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A project whose judgement is another one than the time before."""

    row: SheetRow
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What improved and what worsened, and how many stayed or cannot be compared."""

    improved: tuple[Moved, ...] = ()
    worsened: tuple[Moved, ...] = ()
    same: int = 0
    not_compared: int = 0


def changes_between(rows: Sequence[SheetRow], before: Sequence[SheetRow], key: str) -> Changes:
    """How a judgement moved, project by project; only those judged both times are compared."""
    order = BEST_FIRST[key]
    old = {row.sheet.node_id: row.judged.get(key, "") for row in before}
    improved: list[Moved] = []
    worsened: list[Moved] = []
    same = unknown = 0
    for row in rows:
        was, now = old.get(row.sheet.node_id, ""), row.judged.get(key, "")
        if was not in order or now not in order:
            unknown += 1
        elif was == now:
            same += 1
        else:
            better = order.index(now) < order.index(was)
            (improved if better else worsened).append(Moved(row=row, before=was, after=now))
    return Changes(improved=tuple(improved), worsened=tuple(worsened), same=same, not_compared=unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The forms that the sheets of a cycle follow, by kind of sheet."""

    by_kind: Mapping[str, Definition] = field(default_factory=dict)

    def of(self, kind: str) -> Definition | None:
        """The form of a kind of sheet; that of any other kind where this one has none."""
        return self.by_kind.get(kind) or next(iter(self.by_kind.values()), None)


def forms_of(viewer: Viewer, cycle: Cycle) -> Forms:
    """The forms of a public cycle; none for any other."""
    rows = CycleForm.objects.filter(cycle=cycle, cycle__in=public_cycles_for(viewer).order_by().values("pk"))
    order = {kind: place for place, kind in enumerate(SheetKind.values)}
    found = sorted(rows.select_related("form_version"), key=lambda row: order.get(row.sheet_kind, 9))
    return Forms(by_kind={row.sheet_kind: definition_of(row.form_version) for row in found})


def not_evaluated_for(viewer: Viewer, cycle: Cycle) -> list[Sheet]:
    """What was taken out of a public evaluation, each with its reason."""
    return list(
        Sheet.objects.filter(
            cycle=cycle,
            cycle__in=public_cycles_for(viewer).order_by().values("pk"),
            state=SheetState.WITHDRAWN,
        )
        .select_related("node__plan", "department")
        .order_by("node__code")
    )


def grades_for(viewer: Viewer, cycles: Iterable[int]) -> list[Grade]:
    """The grade that stands today of each series in these public cycles, in the order of the plan."""
    newer = Grade.objects.filter(
        cycle_id=OuterRef("cycle_id"),
        placement_id=OuterRef("placement_id"),
        series_id=OuterRef("series_id"),
        revision__gt=OuterRef("revision"),
    )
    return list(
        Grade.objects.filter(
            ~Exists(newer),
            cycle__in=public_cycles_for(viewer).filter(pk__in=list(cycles)).order_by().values("pk"),
        )
        .select_related("cycle__plan", "placement__node", "series__indicator", "rule__rule_set")
        .order_by("-cycle__fiscal_year", "placement__node__code", "placement__order", "series__order")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An edition that took the place of another after publication."""

    after: SheetEdition
    before: SheetEdition | None
    sheet: Sheet
    name: Text


def corrections_for(viewer: Viewer, cycle: Cycle) -> list[Correction]:
    """Every correction of a public cycle, newest first, with the edition it took the place of."""
    public = public_cycles_for(viewer).order_by().values("pk")
    corrected = SheetEdition.objects.filter(sheet_id=OuterRef("sheet_id"), kind=EditionKind.CORRECTED)
    rows = list(
        SheetEdition.objects.filter(
            Exists(corrected), sheet__cycle=cycle, sheet__cycle__in=public, kind__in=PUBLIC_KINDS
        )
        .select_related("sheet__node__plan", "sheet__node__level", "sheet__cycle", "sheet__department")
        .order_by("sheet_id", "number")
    )
    found: list[Correction] = []
    for before, after in zip([None, *rows], rows, strict=False):
        if after.kind != EditionKind.CORRECTED:
            continue
        one = before if before is not None and before.sheet_id == after.sheet_id else None
        name = name_of(after.sheet, str(after.content.get("node", {}).get("name", "")))
        found.append(Correction(after=after, before=one, sheet=after.sheet, name=name))
    return sorted(found, key=lambda row: row.after.made_at, reverse=True)


def corrections_counted(viewer: Viewer, cycles: Iterable[int]) -> Counter[int]:
    """How many corrections each public cycle has had."""
    rows = SheetEdition.objects.filter(
        kind=EditionKind.CORRECTED,
        sheet__cycle__in=public_cycles_for(viewer).filter(pk__in=list(cycles)).order_by().values("pk"),
    ).annotate(cycle=F("sheet__cycle_id"))
    return Counter(rows.values_list("cycle", flat=True))


def tallies_for(viewer: Viewer, cycles: Iterable[int], key: str) -> dict[int, Counter[str]]:
    """How many sheets of each public cycle got which value of a judgement, counted in the database."""
    rows = (
        newest_editions_for(viewer, cycles)
        .annotate(judged=KT(f"content__values__{key}"), **FORM_NAME)
        .order_by()
        .values_list("sheet__cycle_id", "judged", "form_key", "form_number")
        .annotate(sheets=Count("pk"))
    )
    listed = [
        (cycle, value, (str(form), int(number or 0)), sheets) for cycle, value, form, number, sheets in rows
    ]
    shown = open_fields(form for _cycle, _value, form, _sheets in listed)
    found: dict[int, Counter[str]] = {}
    for cycle, value, form, sheets in listed:
        found.setdefault(cycle, Counter())[(value or "") if key in shown[form] else ""] += sheets
    return found
