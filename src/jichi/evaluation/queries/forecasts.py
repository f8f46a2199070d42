"""The probability that a target will be met, for each series whose period is open. "Cannot say" is an answer.

It is computed from what was measured, by :mod:`jichi.methods.forecast`; it is no judgement of the city.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.rules.sentences import forecast_sentences
from jichi.figures.models import Observation
from jichi.figures.queries import SeriesResult, indicator_results_for
from jichi.figures.surveys.judgeable import is_percentage
from jichi.methods.forecast import ForecastError, NotAssessable, Series, forecast
from jichi.plan.enums import PointRole
from jichi.plan.models import Placement, Plan, Point
from jichi.plan.models import Series as PlanSeries
from jichi.plan.queries import placements_for
from jichi.ui.content import translated
from jichi.ui.numbers import format_value

from .grades import last_day_of

LEVEL = 0.8
_Z = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Whether one series will meet its target.

    ``probability`` (0 to 1) and ``low``/``high`` (80 % interval), or None and ``reason`` with ``params``.
    """

    placement: Placement
    series: PlanSeries
    target: Point | None
    probability: float | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int | None:
        """In how many of a hundred like cases the target will be met."""
        return None if self.probability is None else round(100 * self.probability)

    @property
    def sentences(self) -> list[str]:
        """What is said of it, in the active language."""
        if self.count is None:
            return forecast_sentences(count=None, reason=self.reason, params=self.params)
        assert self.target is not None
        indicator = self.placement.indicator
        unit = str(translated(indicator, "unit"))
        words = {
            "target": format_value(
                self.target.value,
                unit,
                decimals=self.target.decimals,
                comparator=_comparator(self.target, self.placement),
            ),
            "low": format_value(self.low, unit, decimals=indicator.decimals),
            "high": format_value(self.high, unit, decimals=indicator.decimals),
            "year": self.target.fiscal_year,
        }
        return forecast_sentences(count=self.count, params=words)


def forecasts_of(viewer: Viewer, plan: Plan, on: datetime.date | None = None) -> list[Prospect]:
    """Every series of a plan whose target's year is not over on a day (default: today), in printed order."""
    placements = list(placements_for(viewer).filter(node__plan=plan))
    placed = [(row.indicator, plan, row.comparator) for row in placements]
    found = indicator_results_for(viewer, placed)
    return [
        prospect
        for placement, result in zip(placements, found, strict=True)
        for row in result.series
        if (prospect := forecast_for(placement, row, on)) is not None
    ]


def forecast_for(
    placement: Placement, found: SeriesResult, on: datetime.date | None = None
) -> Prospect | None:
    """Whether one series will meet its plan's last target; None where no target is open on the day."""
    day = on or timezone.localdate()
    target = _open_target(found.points, day)
    if target is None:
        return None

    def cannot(reason: str, **params: Any) -> Prospect:
        return Prospect(placement=placement, series=found.series, target=target, reason=reason, params=params)

    comparator = _comparator(target, placement)
    if comparator not in {"ge", "le"}:
        return cannot("comparator")
    rows = [row for row in found.observations if row.definition == found.promised and row.value is not None]
    if found.observations and found.observations[-1].definition != found.promised:
        return cannot("break")
    year = target.fiscal_year or 0
    try:
        told = forecast(_series(rows, placement.indicator.unit), year=year)
    except ForecastError:
        return cannot("unusable")
    if isinstance(told, NotAssessable):
        return cannot(str(told.reason), **told.params)
    decimals = placement.indicator.decimals
    # What is published is rounded: 24.95 is printed as 25.0 and meets 25.
    ease = 0.5 * 10.0**-decimals * (-1 if comparator == "ge" else 1)
    interval = told.interval(LEVEL)
    return Prospect(
        placement=placement,
        series=found.series,
        target=target,
        probability=told.probability(float(target.value or 0) + ease, comparator),
        low=Decimal(str(round(interval.low, decimals))),
        high=Decimal(str(round(interval.high, decimals))),
    )


def _open_target(points: Sequence[Point], day: datetime.date) -> Point | None:
    dated = [row for row in points if row.role == PointRole.TARGET and row.value is not None]
    last = max(dated, key=lambda row: row.fiscal_year or 0, default=None)
    if last is None or last.fiscal_year is None or day > last_day_of(last.fiscal_year):
        return None
    return last


def _comparator(target: Point, placement: Placement) -> str:
    return target.comparator if target.comparator != "none" else placement.comparator


def _series(rows: Sequence[Observation], unit: str) -> Series:
    """The values as a forecast reads them; errors come from intervals, the widest where one is missing."""
    errors = [_error(row) for row in rows]
    known = [one for one in errors if one is not None]
    se = [max(known) if one is None else one for one in errors] if known else None
    values = [float(row.value) for row in rows if row.value is not None]
    share = is_percentage(unit)
    return Series(
        years=np.array([row.fiscal_year for row in rows], dtype=np.int64),
        values=np.array(values, dtype=np.float64),
        se=None if se is None else np.array(se, dtype=np.float64),
        low=0.0 if not values or min(values) >= 0 else None,
        high=100.0 if share and (not values or max(values) <= 100) else None,
    )


def _error(row: Observation) -> float | None:
    if row.interval_low is None or row.interval_high is None:
        return None
    width = float(row.interval_high - row.interval_low)
    return width / (2 * _Z) if math.isfinite(width) else None
