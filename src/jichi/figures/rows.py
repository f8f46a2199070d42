"""Indicators as rows of a list: name, small chart, newest value, target and how the two stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.plan.models import Indicator, Placement, Plan, Point
from jichi.ui.charts import ChartPoint, ChartSeries, indicator_chart
from jichi.ui.charts.model import Kind
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_value

from .models import Observation
from .queries import IndicatorResult, SeriesResult, indicator_results_for
from .standing import Place, Reason, Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One series in a row: its name, its newest known value and its target, each with what it is."""

    name: SafeString | str
    value: str
    value_note: str
    target: str
    target_note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a list."""

    url: str
    name: SafeString
    source: SafeString
    kind: str
    spark: SafeString
    lines: tuple[Line, ...]
    state: str
    seen: int | None
    whole: int | None
    word: str
    is_loaded: bool


def reason_words(found: Standing) -> str:
    """Why a value cannot be held against its target, in words; empty where it can."""
    if found.reason is None:
        return ""
    return {
        Reason.NOT_MEASURED: _("Cannot be judged: not measured"),
        Reason.NO_TARGET: _("Cannot be judged: the plan prints no target"),
        Reason.NO_START: _("Target not reached; the plan prints no current value"),
        Reason.COMPARATOR: _("Cannot be judged: the target says neither “at least” nor “at most”"),
        Reason.BREAK: _("Cannot be judged: the definition changed"),
    }[found.reason]


def as_of_words(text: str) -> str:
    """A printed as-of date (``2022-02-01`` or ``2020-12``) in the page's language."""
    year, month, *day = (int(part) for part in text.split("-"))
    if day:
        return format_date(datetime.date(year, month, day[0]), weekday=False)
    return _("%(month)d/%(year)d") % {"year": year, "month": month}


def unit_of(indicator: Indicator) -> str:
    """The unit in the page's language."""
    return str(translated(indicator, "unit"))


def chart_points(points: Iterable[Point], observations: Sequence[Observation]) -> list[ChartPoint]:
    """Printed points and observations as the chart takes them; what two plans print alike is drawn once."""
    found: list[ChartPoint] = []
    seen: set[tuple[object, ...]] = set()
    for point in points:
        if point.fiscal_year is None:
            continue
        same = (point.role, point.fiscal_year, point.value, point.comparator)
        if same in seen:
            continue
        seen.add(same)
        found.append(
            ChartPoint(
                year=point.fiscal_year,
                value=point.value,
                kind=cast(Kind, point.role),
                comparator=point.comparator,
                decimals=point.decimals,
                note=str(translated(point, "note")),
            )
        )
    found += [_observed(row) for row in observations]
    return found


def _observed(row: Observation) -> ChartPoint:
    interval = None
    if row.interval_low is not None and row.interval_high is not None:
        interval = (row.interval_low, row.interval_high)
    coverage = None
    if row.coverage_seen is not None and row.coverage_whole is not None:
        coverage = (row.coverage_seen, row.coverage_whole)
    return ChartPoint(
        year=row.fiscal_year,
        value=row.value,
        kind="actual",
        decimals=row.decimals,
        interval=interval,
        coverage=coverage,
        definition_id=row.definition,
        note=str(translated(row, "note")),
    )


def known_value(found: SeriesResult, unit: str) -> tuple[str, str]:
    """The newest value and what it is: a result, or failing that what the plan prints as its own start."""
    latest = found.latest
    if latest is not None and latest.value is not None:
        words = _("Result, %(year)s") % {"year": fiscal_year(latest.fiscal_year, style="short")}
        return format_value(latest.value, unit, decimals=latest.decimals), words
    if found.start is not None:
        words = _("Current value in the plan, %(year)s") % {
            "year": fiscal_year(found.start.fiscal_year, style="short")
        }
        return format_value(found.start.value, unit, decimals=found.start.decimals), words
    if found.baseline is not None:
        words = _("When the plan was first drawn up, %(year)s") % {
            "year": fiscal_year(found.baseline.fiscal_year, style="short")
        }
        return format_value(found.baseline.value, unit, decimals=found.baseline.decimals), words
    return "—", _("The plan prints no value")


def _line(found: SeriesResult, unit: str) -> Line:
    value, note = known_value(found, unit)
    target, target_note = "—", _("The plan prints no target")
    if found.target is not None:
        target = format_value(
            found.target.value, unit, decimals=found.target.decimals, comparator=found.target.comparator
        )
        target_note = _("Target, %(year)s") % {"year": fiscal_year(found.target.fiscal_year, style="short")}
    return Line(translated(found.series, "name").html, value, note, target, target_note)


def row_of(found: IndicatorResult, plan: Plan) -> Row:
    """An indicator beside its promise, ready for a template."""
    indicator, unit = found.indicator, unit_of(found.indicator)
    drawn = indicator_chart(
        [
            ChartSeries(str(translated(line.series, "name")), chart_points(line.points, line.observations))
            for line in found.series
        ],
        unit=unit,
        title=str(translated(indicator, "name")),
        period=(plan.first_year, plan.last_year),
        size="spark",
        ident=f"spark-{indicator.pk}-{plan.pk}",
    )
    place = found.place
    return Row(
        url=reverse("indicator-detail", args=[indicator.key]),
        name=translated(indicator, "name").html,
        source=translated(indicator, "source").html,
        kind=indicator.kind,
        spark=drawn.svg,
        lines=tuple(_line(line, unit) for line in found.series),
        state=place.place.value,
        seen=place.seen,
        whole=place.whole,
        word=reason_words(place) if place.place is Place.CANNOT_JUDGE else "",
        is_loaded=found.is_loaded,
    )


def rows_for(viewer: Viewer, placements: Sequence[Placement]) -> list[Row]:
    """The rows of placements, in their order, by one query."""
    placed = [(row.indicator, row.node.plan, row.comparator) for row in placements]
    found = indicator_results_for(viewer, placed)
    return [
        row_of(result, plan) for result, (_indicator, plan, _comparator) in zip(found, placed, strict=True)
    ]
