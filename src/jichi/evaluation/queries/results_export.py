"""Published evaluations as flat rows for open data. Of free text only what is itself a published reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.exports import MEASURE_COLUMNS, PROJECT_COLUMNS
from jichi.evaluation.fields import (
    ACCOMPLISHMENT,
    ACCOMPLISHMENT_REASON,
    CONTRIBUTION,
    CRITERIA,
    DIRECTION,
    ESTIMATE,
    MEASURE_DIRECTION,
    PERSONNEL,
    PROGRESS,
    PROJECT_COST,
    SETTLED,
    TOTAL,
)
from jichi.evaluation.models import Grade, SheetEdition
from jichi.manifest import Column
from jichi.ui.content import translated

from .grades import row_of
from .results import (
    FORM_NAME,
    form_name_of,
    grades_for,
    name_of,
    newest_editions_for,
    open_fields,
    public_cycles_for,
)

Row = dict[str, Any]

_COSTS = {
    f"{field}_{row}": f"{field}.{row}"
    for field in (PROJECT_COST, PERSONNEL, TOTAL)
    for row in (ESTIMATE, SETTLED)
}
_ANSWERS = (
    ACCOMPLISHMENT,
    ACCOMPLISHMENT_REASON,
    CONTRIBUTION,
    DIRECTION,
    *CRITERIA,
    PROGRESS,
    f"{PROGRESS}_reason",
    MEASURE_DIRECTION,
)


def project_rows(viewer: Viewer) -> Iterator[Row]:
    """Every published project sheet as it stands today."""
    return _only(PROJECT_COLUMNS, sheet_dicts(viewer, _cycles(viewer, yearly=True)))


def measure_rows(viewer: Viewer) -> Iterator[Row]:
    """Every published measure sheet as it stands today."""
    return _only(MEASURE_COLUMNS, sheet_dicts(viewer, _cycles(viewer, yearly=False)))


def _only(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Row]:
    keys = [column.key for column in columns]
    return ({key: row[key] for key in keys} for row in rows)


def _cycles(viewer: Viewer, *, yearly: bool) -> list[int]:
    rows = public_cycles_for(viewer)
    rows = rows.filter(kind=CycleKind.YEARLY) if yearly else rows.exclude(kind=CycleKind.YEARLY)
    return list(rows.values_list("pk", flat=True))


def sheet_dicts(viewer: Viewer, cycles: Iterable[int]) -> Iterator[Row]:
    """The published sheets of these cycles, flat; None where a form does not ask."""
    given = {f"answer_{key}": KT(f"content__values__{key}") for key in _ANSWERS}
    given |= {f"cost_{name}": KT(f"content__values__{place}") for name, place in _COSTS.items()}
    editions = (
        newest_editions_for(viewer, cycles)
        .defer("content")
        .select_related("sheet__node__plan", "sheet__cycle__plan", "sheet__department__ward")
        .annotate(
            printed_name=KT("content__node__name"),
            **FORM_NAME,
            **given,
        )
        .order_by("-sheet__cycle__fiscal_year", "sheet__cycle__kind", "sheet__node__code")
    )
    listed = list(editions)
    shown = open_fields(form_name_of(edition) for edition in listed)
    return (_sheet(edition, shown[form_name_of(edition)]) for edition in listed)


def _sheet(edition: Any, shown: frozenset[str]) -> Row:
    sheet = edition.sheet
    cycle, office = sheet.cycle, sheet.department
    ward = office.ward if office is not None else None
    return {
        "plan": cycle.plan.key,
        "fiscal_year": cycle.fiscal_year,
        "kind": cycle.kind,
        "code": sheet.node.code,
        "name": str(name_of(sheet, str(edition.printed_name or ""))),
        "sheet": sheet.kind,
        "department": str(translated(office, "name")) if office is not None else None,
        "ward": str(translated(ward, "name")) if ward is not None else None,
        **{key: (getattr(edition, f"answer_{key}") or None) if key in shown else None for key in _ANSWERS},
        **{
            name: _number(getattr(edition, f"cost_{name}")) if place.partition(".")[0] in shown else None
            for name, place in _COSTS.items()
        },
        "edition": edition.kind,
        "edition_number": edition.number,
        "published_on": _published(edition),
        "form": f"{edition.form_key}#{edition.form_number}",
        "is_sample": cycle.is_sample,
        "url": settings.BASE_URL + _address(cycle, sheet.node.code),
    }


def _published(edition: SheetEdition) -> Any:
    """When it became public: with the cycle, or by its correction where that came later."""
    opened = edition.sheet.cycle.public_from
    moment = max(edition.made_at, opened) if opened is not None else edition.made_at
    return timezone.localtime(moment).date()


def _address(cycle: Any, code: str) -> str:
    if cycle.kind == CycleKind.YEARLY:
        return reverse("results-year-sheet", args=[str(cycle.fiscal_year), code])
    return reverse("results-period-sheet", args=[cycle.plan.key, cycle.kind, code])


def _number(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text)) if text not in (None, "") else None
    except InvalidOperation:
        return None


def grade_rows(viewer: Viewer) -> Iterator[Row]:
    """The grade of every series in every published evaluation."""
    cycles = list(public_cycles_for(viewer).values_list("pk", flat=True))
    return (_grade(row) for row in grades_for(viewer, cycles))


def _grade(row: Grade) -> Row:
    case = row.case
    indicator = row.series.indicator
    return {
        "plan": row.cycle.plan.key,
        "fiscal_year": row.cycle.fiscal_year,
        "kind": row.cycle.kind,
        "code": row.placement.node.code,
        "name": str(translated(row.placement.node, "name")),
        "indicator": indicator.key,
        "series": row.series.key,
        "indicator_name": str(translated(indicator, "name")),
        "grade": row.grade or None,
        "cause": row.cause or None,
        "value": _number(case.get("value")),
        "value_year": case.get("value_year"),
        "target": _number(case.get("target")),
        "target_year": case.get("target_year"),
        "comparator": case.get("comparator"),
        "start": _number(case.get("start")),
        "unit": str(translated(indicator, "unit")),
        "explanation": row_of(row).explanation,
        "rule": row.rule.rule_set.key,
        "rule_version": row.rule.number,
        "rule_confirmed": row.rule.is_confirmed,
        "revision": row.revision,
        "is_sample": row.cycle.is_sample,
    }
