"""From what a metric counts to the values of the figures bound to it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.queries import fiscal_year_start_month
from jichi.figures.models import Binding, Counting, Observation, Quantity
from jichi.figures.queries.bindings import bindings_in_force
from jichi.figures.queries.catalogue import measure, metric_of, selection_of
from jichi.figures.queries.lateness import last_day_of
from jichi.manifest import Figure, Metric, Scope, StockFlow
from jichi.plan.models import ProjectFigure, Series

from .entry import Subject, Value, says_the_same

_EXACT = Decimal("0.000001")
_NOTHING = hashlib.sha256(b"[]").hexdigest()
_QUANTITY = {
    StockFlow.STOCK: Quantity.STOCK,
    StockFlow.FLOW: Quantity.FLOW,
    StockFlow.CUMULATIVE: Quantity.CUMULATIVE,
    None: Quantity.RATE,
}
Cells = Mapping[tuple[str, ...], Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a metric gave for the figures bound to it.

    ``cells`` are, per value and kept cut, the cells of its breakdown by member. ``problems`` name the
    bindings that took a cell the metric does not have.
    """

    metric: Metric
    scope: Scope
    values: tuple[Value, ...]
    cells: Mapping[Subject, Mapping[str, Mapping[str, Figure]]]
    rows_seen: int
    digest: str
    problems: tuple[str, ...]


def bound_to(metric: Metric) -> list[Binding]:
    """The bindings in force that take their values from ``metric``, with their figures loaded."""
    rows = [
        row
        for row in bindings_in_force().values()
        if row.via == Binding.Via.METRIC and metric_of(row) == metric.key
    ]
    series = Series.objects.select_related("indicator__department").in_bulk(
        [row.series_id for row in rows if row.series_id is not None]
    )
    figures = ProjectFigure.objects.select_related("project__department", "project__plan").in_bulk(
        [row.project_figure_id for row in rows if row.project_figure_id is not None]
    )
    for row in rows:
        if row.series_id is not None:
            row.series = series[row.series_id]
        elif row.project_figure_id is not None:
            row.project_figure = figures[row.project_figure_id]
    return rows


def count(metric: Metric, bindings: Sequence[Binding], scope: Scope, kept: Sequence[str]) -> Counted:
    """Run a metric once for each set of cuts its bindings select by, and once more for each kept cut."""
    groups: dict[tuple[str, ...], list[Binding]] = defaultdict(list)
    for row in bindings:
        groups[tuple(sorted(selection_of(row)))].append(row)
    values: list[Value] = []
    cells: dict[Subject, dict[str, dict[str, Figure]]] = defaultdict(dict)
    problems: list[str] = []
    for by, rows in groups.items():
        whole = _measured(metric, replace(scope, by=by))
        for row in rows:
            found = _values_of(metric, row, by, whole, scope)
            if found is None:
                problems.append(row.source_key)
                continue
            values += found
        for cut in kept:
            if cut not in by:
                _take_cells(metric, rows, by, cut, scope, cells)
    digest, seen = hashlib.sha256(), 0
    for value in sorted(values, key=lambda one: (str(one.subject[:2]), one.fiscal_year)):
        digest.update(_line(value, cells.get(value.subject, {})))
        seen += value.evidence_count or 0
    return Counted(
        metric=metric,
        scope=scope,
        values=tuple(values),
        cells=cells,
        rows_seen=seen,
        digest=digest.hexdigest(),
        problems=tuple(problems),
    )


def _measured(metric: Metric, scope: Scope) -> dict[int, dict[tuple[str, ...], Figure]]:
    found: dict[int, dict[tuple[str, ...], Figure]] = defaultdict(dict)
    for figure in measure(metric, scope):
        found[figure.period[0]][figure.members] = figure
    return found


def _values_of(
    metric: Metric, binding: Binding, by: tuple[str, ...], whole: Mapping[int, Cells], scope: Scope
) -> list[Value] | None:
    """The values of one figure; None where the metric has no such cell in any of the years."""
    selection = selection_of(binding)
    members = tuple(selection[cut] for cut in by)
    by_year = {
        year: whole.get(year, {}).get(members) for year in range(scope.first_year, scope.last_year + 1)
    }
    if all(figure is None for figure in by_year.values()):
        return None
    return [
        _value(metric, binding, year, figure)
        for year, figure in by_year.items()
        # A cell that other years have counts none in this one; a rate of nothing is no value.
        if figure is not None or metric.kind is not None
    ]


def _value(metric: Metric, binding: Binding, year: int, figure: Figure | None) -> Value:
    number = Decimal(0) if figure is None else figure.value
    month = fiscal_year_start_month()
    last, today = last_day_of(year, month), timezone.localdate()
    return Value(
        series=binding.series,
        figure=binding.project_figure,
        fiscal_year=year,
        value=None if number is None else number.quantize(_EXACT, rounding=ROUND_HALF_UP),
        decimals=figure.decimals if figure else metric.decimals,
        as_of=min(last, today) if metric.kind is StockFlow.STOCK else None,
        period=(last_day_of(year - 1, month) + datetime.timedelta(days=1), last)
        if metric.kind is StockFlow.FLOW
        else None,
        definition=binding.definition,
        quantity=_QUANTITY[metric.kind],
        counting=Counting.DISTINCT if metric.distinct else Counting.TIMES,
        coverage=figure.coverage if figure else None,
        n=figure.n if figure else None,
        interval=figure.interval if figure else None,
        status=Observation.Status.PROVISIONAL if last >= today else Observation.Status.FINAL,
        source_kind=binding.source_kind,
        binding=binding,
        metric=metric.key,
        rule_version=figure.rule_version if figure else metric.rule_version,
        computation={"definition": metric.definition, "selection": selection_of(binding)},
        evidence_count=figure.evidence_count if figure else 0,
        evidence_digest=figure.evidence_digest if figure else _NOTHING,
        note=_(figure.reason_missing) if figure is not None and figure.value is None else "",
    )


def _take_cells(
    metric: Metric,
    rows: Iterable[Binding],
    by: tuple[str, ...],
    cut: str,
    scope: Scope,
    cells: dict[Subject, dict[str, dict[str, Figure]]],
) -> None:
    """The cells of ``cut`` for every figure and year, by one measurement."""
    wanted: dict[tuple[str, ...], list[Binding]] = defaultdict(list)
    for row in rows:
        selection = selection_of(row)
        wanted[tuple(selection[one] for one in by)].append(row)
    for figure in measure(metric, replace(scope, by=(*by, cut))):
        member = figure.members[-1]
        if not member:
            continue
        for row in wanted.get(figure.members[:-1], ()):
            subject = (row.series_id, row.project_figure_id, figure.period[0], row.definition)
            cells[subject].setdefault(cut, {})[member] = figure


def _line(value: Value, cuts: Mapping[str, Mapping[str, Figure]]) -> bytes:
    series, figure, year, definition = value.subject
    number = None if value.value is None else format(value.value.normalize(), "f")
    told = [
        series,
        figure,
        year,
        definition,
        number,
        value.evidence_count,
        value.evidence_digest,
        value.status,
    ]
    parts = [
        [cut, member, str(cell.value)]
        for cut, listed in cuts.items()
        for member, cell in sorted(listed.items())
    ]
    return json.dumps([told, parts], ensure_ascii=False).encode()


def news_of(
    values: Iterable[Value], standing: Mapping[Subject, Observation], reason: str
) -> tuple[list[Value], dict[Subject, Observation]]:
    """The values that differ from what stands, and the rows that stand for the others.

    A count of the same things on a later day is no news: the day alone makes no new version.
    """
    fresh: list[Value] = []
    same: dict[Subject, Observation] = {}
    for value in values:
        before = standing.get(value.subject)
        if before is None:
            fresh.append(value)
        elif says_the_same(before, replace(value, as_of=before.as_of)):
            same[value.subject] = before
        else:
            fresh.append(replace(value, reason=reason))
    return fresh, same
