"""One published sheet, whole: its editions, the committee's draft, its form, and the node's other years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models.fields.json import KT

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind, EditionKind, RuleSetKind
from jichi.evaluation.fields import (
    ACCOMPLISHMENT,
    BEST_FIRST,
    CONTRIBUTION,
    DIRECTION,
    ESTIMATE,
    MEASURE_DIRECTION,
    PERSONNEL,
    PROGRESS,
    PROJECT_COST,
    SETTLED,
    TOTAL,
)
from jichi.evaluation.models import Cycle, RuleSetVersion, Sheet, SheetEdition
from jichi.evaluation.openness import public_fields
from jichi.evaluation.rules.values import GradingRule
from jichi.plan.models import Node
from jichi.sheets.definition import Definition

from .grades import grading_of
from .results import (
    FORM_NAME,
    PUBLIC_KINDS,
    FormName,
    form_name_of,
    forms_by_name,
    newest_editions_for,
    public_cycles_for,
)

YEARS_BESIDE = 4
_COSTS = tuple(f"{field}.{row}" for field in (PROJECT_COST, PERSONNEL, TOTAL) for row in (ESTIMATE, SETTLED))
_JUDGED = (ACCOMPLISHMENT, CONTRIBUTION, DIRECTION, PROGRESS, MEASURE_DIRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A published sheet. ``edition`` is what stands today, ``published`` what was published first.

    ``draft`` is the newest draft the committee was given; None: the city showed it none, or there was none.
    ``form`` is the form of ``edition``; None: it is not held here any more. ``forms``: of all editions.
    """

    cycle: Cycle
    sheet: Sheet
    edition: SheetEdition
    published: SheetEdition
    draft: SheetEdition | None
    corrections: tuple[tuple[SheetEdition, SheetEdition], ...]
    form: Definition | None
    forms: Mapping[FormName, Definition]


def sheet_page_for(viewer: Viewer, cycle: Cycle, code: str) -> SheetPage | None:
    """The sheet of a node in a public cycle; None where there is none that everybody may see."""
    sheet = (
        Sheet.objects.filter(
            cycle=cycle, cycle__in=public_cycles_for(viewer).order_by().values("pk"), node__code=code
        )
        .select_related("node__plan", "node__level", "node__parent__level", "department__ward")
        .first()
    )
    if sheet is None:
        return None
    editions = list(SheetEdition.objects.filter(sheet=sheet).order_by("number"))
    shown = [row for row in editions if row.kind in PUBLIC_KINDS]
    if not shown:
        return None
    drafts = [row for row in editions if row.kind == EditionKind.DRAFT and row.number < shown[0].number]
    forms = forms_named(editions)
    return SheetPage(
        cycle=cycle,
        sheet=sheet,
        edition=shown[-1],
        published=shown[0],
        draft=drafts[-1] if drafts and cycle.committee_from is not None else None,
        corrections=tuple(
            (before, after) for before, after in pairwise(shown) if after.kind == EditionKind.CORRECTED
        ),
        form=form_named(shown[-1], forms),
        forms=forms,
    )


FormsNamed = Mapping[FormName, Definition]
"""Forms by key and version, as editions name them."""


def form_named(edition: SheetEdition, forms: FormsNamed) -> Definition | None:
    """The form that an edition follows, among those read for it; None: it is not held here any more."""
    return forms.get(_named(edition))


def forms_named(editions: Iterable[SheetEdition]) -> dict[FormName, Definition]:
    """The forms that editions name, in one query."""
    return forms_by_name(_named(edition) for edition in editions)


def _named(edition: SheetEdition) -> FormName:
    named = edition.content.get("form") or {}
    return str(named.get("key", "")), int(named.get("number") or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOf:
    """How a node was judged in one public evaluation. ``costs`` by address (``total.settled``), as text."""

    cycle: Cycle
    code: str
    judged: Mapping[str, str]
    costs: Mapping[str, str]
    is_corrected: bool
    form: Definition | None


def years_of_node(viewer: Viewer, node: Node, *, newest: int = YEARS_BESIDE) -> list[YearOf]:
    """The newest public judgements of a project or measure, the oldest of them first. Three queries."""
    cycles = {
        row.pk: row for row in public_cycles_for(viewer).filter(plan_id=node.plan_id, sheets__node_id=node.pk)
    }
    if not cycles:
        return []
    given = {f"judged_{key}": KT(f"content__values__{key}") for key in _JUDGED}
    given |= {f"cost_{place}": KT(f"content__values__{key}") for place, key in enumerate(_COSTS)}
    editions = (
        newest_editions_for(viewer, cycles)
        .filter(sheet__node_id=node.pk)
        .defer("content")
        .select_related("sheet")
        .annotate(**FORM_NAME, **given)
        .order_by("-sheet__cycle__fiscal_year", "sheet__cycle__kind")[:newest]
    )
    listed = list(reversed(editions))
    forms = forms_by_name(form_name_of(row) for row in listed)
    return [_year(row, cycles[row.sheet.cycle_id], node, forms.get(form_name_of(row))) for row in listed]


def _year(edition: Any, cycle: Cycle, node: Node, form: Definition | None) -> YearOf:
    shown = public_fields(form) if form is not None else frozenset()
    judged = {key: getattr(edition, f"judged_{key}") for key in _JUDGED if key in shown}
    costs = {
        key: getattr(edition, f"cost_{place}")
        for place, key in enumerate(_COSTS)
        if key.partition(".")[0] in shown
    }
    return YearOf(
        cycle=cycle,
        code=str(node.code),
        judged={key: str(value) for key, value in judged.items() if value not in (None, "")},
        costs={key: str(value) for key, value in costs.items() if value not in (None, "")},
        is_corrected=edition.kind == EditionKind.CORRECTED,
        form=form,
    )


def main_judgement(kind: str) -> str:
    """The judgement that stands for a whole sheet in a cycle of that kind."""
    return ACCOMPLISHMENT if kind == CycleKind.YEARLY else PROGRESS


def ordered(key: str) -> tuple[str, ...]:
    """The values of a judgement, the best first; of one without order, none."""
    return tuple(BEST_FIRST.get(key, ()))


def whole_editions_for(viewer: Viewer, cycles: Iterable[int]) -> list[SheetEdition]:
    """The editions of these public cycles with everything in them, by cycle and code."""
    return list(
        newest_editions_for(viewer, cycles)
        .select_related("sheet__cycle__plan", "sheet__node__plan", "sheet__department__ward")
        .order_by("-sheet__cycle__fiscal_year", "sheet__cycle__kind", "sheet__node__code")
    )


def rules_named(contents: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], GradingRule | None]:
    """The rules under which the grades in these contents were made, by key and version. One query."""
    wanted = {
        (str(rule.get("key", "")), int(rule.get("number") or 0))
        for content in contents
        for grade in content.get("grades") or []
        if (rule := grade.get("rule"))
    }
    if not wanted:
        return {}
    rows = RuleSetVersion.objects.filter(
        rule_set__key__in={key for key, _number in wanted}, rule_set__kind=RuleSetKind.GRADING
    ).select_related("rule_set")
    return {
        (row.rule_set.key, row.number): grading_of(row)
        for row in rows
        if (row.rule_set.key, row.number) in wanted
    }


def public_addresses(viewer: Viewer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Route and arguments of every page of results with an address of its own, for the map of the site."""
    cycles = {row.pk: row for row in public_cycles_for(viewer)}
    for row in cycles.values():
        yield _route(row, ""), _place(row)
    sheets = newest_editions_for(viewer, cycles).values_list("sheet__cycle_id", "sheet__node__code")
    for pk, code in sheets:
        yield _route(cycles[pk], "-sheet"), (*_place(cycles[pk]), code)


def _route(cycle: Cycle, end: str) -> str:
    return f"results-{'year' if cycle.kind == CycleKind.YEARLY else 'period'}{end}"


def _place(cycle: Cycle) -> tuple[str, ...]:
    if cycle.kind == CycleKind.YEARLY:
        return (str(cycle.fiscal_year),)
    return (cycle.plan.key, str(cycle.kind))
