"""What each grade of a cycle is made from: the value that counts, what it is held against, and its flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.models import Cycle, StartValue
from jichi.evaluation.rules.stored import Beside
from jichi.evaluation.rules.values import GradingRule
from jichi.figures.models import Binding, Definition, Observation, SourceKind
from jichi.figures.queries import (
    Lines,
    SeriesResult,
    bindings_in_force,
    coverage_of,
    definitions_by_subject,
    latest_of,
    observations_for,
    series_result,
    subject_key,
)
from jichi.figures.surveys.judgeable import is_percentage, measuring_wave
from jichi.methods import rating
from jichi.methods.paths import Comparator
from jichi.methods.proportions import Change, Proportion, ProportionError, change
from jichi.plan.enums import IndicatorKind, PointRole
from jichi.plan.models import Placement, Plan, Point, Series
from jichi.plan.queries import placements_for

SURVEYS = frozenset({SourceKind.PROBABILITY_SURVEY, SourceKind.OTHER_SURVEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgeable:
    """One series of a placed indicator, ready to be rated. ``observation`` is the evidence of its year."""

    placement: Placement
    series: Series
    case: rating.Case
    observation: Observation | None
    target: Point | None
    start: Point | None
    start_broken: bool
    beside: Beside


def cases_of(viewer: Viewer, cycle: Cycle, rule: GradingRule) -> list[Judgeable]:
    """Every series that the cycle's plan places and the rule grades, by a fixed number of queries.

    Left out are indicators of residents' sense unless the rule grades them, and series without a target where
    the rule looks at one: neither gets a grade. Values are published or final ones, the newest of each.
    """
    placements = list(placements_for(viewer).filter(node__plan_id=cycle.plan_id))
    pairs = [(row, series) for row in placements for series in row.indicator.series.all()]
    rows = _rows(viewer, [series.pk for _row, series in pairs])
    definitions = definitions_by_subject([series for _row, series in pairs])
    bindings = bindings_in_force(subjects=[series for _row, series in pairs])
    set_values = start_values([placement.pk for placement in placements])
    found = []
    for placement, series in pairs:
        if placement.indicator.kind == IndicatorKind.SENSE and not rule.rule.grades_sense:
            continue
        key = subject_key(series)
        one = _One(
            cycle, rule, placement, series, rows[series.pk], definitions.get(key, ()), bindings.get(key),
            set_values.get((placement.pk, series.pk)),
        )  # fmt: skip
        if one.target is None and rule.rule.needs_target:
            continue
        found.append(one.judgeable())
    return found


def start_values(placements: Sequence[int]) -> dict[tuple[int, int], StartValue]:
    """The values set for the purpose that count now, by placement and series."""
    rows = StartValue.objects.filter(placement__in=placements).order_by("revision")
    newest = {(row.placement_id, row.series_id): row for row in rows}
    return {key: row for key, row in newest.items() if row.value is not None}


def _as_point(row: StartValue, plan: Plan) -> Point:
    """The set value as the plan's current value would stand, never saved."""
    return Point(
        series_id=row.series_id,
        plan=plan,
        role=PointRole.CURRENT,
        fiscal_year=row.fiscal_year,
        value=row.value,
        decimals=row.decimals,
        note=row.reason,
    )


def _rows(viewer: Viewer, series: Sequence[int]) -> Mapping[int, list[Observation]]:
    counted = Q(published_at__isnull=False) | ~Q(status=Observation.Status.PROVISIONAL)
    found: dict[int, list[Observation]] = defaultdict(list)
    for row in latest_of(observations_for(viewer).filter(counted, series_id__in=series)):
        found[row.series_id or 0].append(row)
    return found


class _One:
    """One series on its way to a case."""

    def __init__(
        self,
        cycle: Cycle,
        rule: GradingRule,
        placement: Placement,
        series: Series,
        rows: Sequence[Observation],
        definitions: Sequence[Definition],
        binding: Binding | None,
        set_value: StartValue | None,
    ) -> None:
        plan: Plan = placement.node.plan
        self.cycle, self.rule, self.placement, self.series, self.binding = (
            cycle, rule, placement, series, binding,
        )  # fmt: skip
        self.plan, self.year = plan, cycle.fiscal_year
        self.decimals = placement.indicator.decimals
        self.found: SeriesResult = series_result(
            series, plan, rows, decimals=self.decimals, definitions=definitions
        )
        self.lines = Lines(definitions, tuple(row.definition for row in rows))
        self.target = _target(self.found.points, cycle)
        self.is_set = set_value is not None
        start = self.found.start if set_value is None else _as_point(set_value, plan)
        usable = start is not None and (start.fiscal_year or 0) <= self.year
        self.start = start if usable else None
        self.start_broken = bool(
            self.start
            and self.found.observations
            and self.lines.at(self.start.fiscal_year) != self.found.promised
        )
        self.by_year = self._by_year()
        self.own = self.by_year.get(self.year)
        self.counting = self._counting()

    def _by_year(self) -> dict[int, Observation]:
        """The row of each year: that of the definition the target follows, else the newest definition's."""
        found: dict[int, Observation] = {}
        for row in self.found.observations:
            held = found.get(row.fiscal_year)
            if held is None or held.definition != self.found.promised:
                found[row.fiscal_year] = row
        return found

    def _counting(self) -> Observation | None:
        """The row whose value will count, so far as one can tell before the rule is applied."""
        if self.own is not None and self.own.value is not None:
            return self.own
        if not self.rule.rule.allows_last or self._missing() is not rating.Reason.SURVEY_NOT_RUN:
            return None
        years = [
            year
            for year, row in self.by_year.items()
            if row.value is not None and self.start_year < year < self.year and year >= self.plan.first_year
        ]
        return self.by_year[max(years)] if years else None

    @property
    def start_year(self) -> int:
        if self.start is not None and self.start.fiscal_year is not None:
            return self.start.fiscal_year
        return min(self.plan.first_year - 1, self.year)

    @property
    def is_survey(self) -> bool:
        if self.counting is not None:
            return self.counting.source_kind in SURVEYS
        if self.binding is not None:
            return self.binding.source_kind in SURVEYS
        return any(row.source_kind in SURVEYS for row in self.found.observations)

    def _missing(self) -> rating.Reason:
        """Why the year has no value: a survey that was not run, or nothing is known."""
        if self.own is not None:
            surveyed = self.own.source_kind in SURVEYS
            return rating.Reason.SURVEY_NOT_RUN if surveyed else rating.Reason.NO_VALUE
        binding = self.binding
        if binding is None or binding.source_kind not in SURVEYS or binding.every_years < 2:
            return rating.Reason.NO_VALUE
        first = binding.first_year or self.start_year
        due = (self.year - first) % binding.every_years == 0
        return rating.Reason.NO_VALUE if due else rating.Reason.SURVEY_NOT_RUN

    # --- what the rule gets -----------------------------------------------------------------------------
    def judgeable(self) -> Judgeable:
        shown = self._change()
        case = rating.Case(
            comparator=self._comparator(),
            target=None if self.target is None else self.target.value,
            target_year=None if self.target is None else self.target.fiscal_year,
            start=None if self.start is None or self.start_broken else self.start.value,
            start_year=self.start_year,
            year=self.year,
            observations=self._observations(),
            decimals=self.decimals,
            breaks=self._breaks(),
            is_survey=self.is_survey,
            is_sense=self.placement.indicator.kind == IndicatorKind.SENSE,
            change_shown=None if shown is None else shown.is_distinguishable,
        )
        return Judgeable(
            placement=self.placement,
            series=self.series,
            case=case,
            observation=self.counting or self.own,
            target=self.target,
            start=self.start,
            start_broken=self.start_broken,
            beside=Beside(
                interval=self._interval(), change=_change_json(shown), flags=tuple(self._flags(shown))
            ),
        )

    def _comparator(self) -> Comparator:
        stated = self.target.comparator if self.target is not None else "none"
        return Comparator(stated if stated != "none" else self.placement.comparator)

    def _observations(self) -> list[rating.Observation]:
        found = [
            rating.Observation(year=year, value=row.value)
            for year, row in sorted(self.by_year.items())
            if self.plan.first_year <= year < self.year
        ]
        own = None if self.own is None else self.own.value
        return [*found, rating.Observation(year=self.year, value=own, missing=self._missing())]

    def _breaks(self) -> tuple[int, ...]:
        row = self.counting
        return (row.fiscal_year,) if row is not None and row.definition != self.found.promised else ()

    # --- what stands beside -----------------------------------------------------------------------------
    def _interval(self) -> dict[str, Any] | None:
        row = self.counting
        if row is None or row.interval_low is None or row.interval_high is None:
            return None
        level = row.interval_method.split("/")[1] if row.interval_method.count("/") else "95"
        return {
            "low": f"{row.interval_low:f}",
            "high": f"{row.interval_high:f}",
            "level": level,
            "n": row.n,
        }

    def _is_comparable(self) -> bool:
        """Whether value and current value follow one definition."""
        return self.start is not None and not self.start_broken and not self._breaks()

    def _change(self) -> Change | None:
        """The change since the current value with its interval; None where no two samples tell it."""
        row = self.counting
        if row is None or self.start is None or self.start.value is None or not self._is_comparable():
            return None
        if not is_percentage(self.placement.indicator.unit):
            return None
        first = self.by_year.get(self.start.fiscal_year or 0)
        if first is None or first.value is None or first.definition != self.found.promised:
            return None
        if _at(first.value, self.decimals) != _at(self.start.value, self.decimals):
            return None
        shares = [_proportion(one, self.decimals) for one in (first, row)]
        if shares[0] is None or shares[1] is None:
            return None
        return change(shares[0], shares[1])

    def _flags(self, shown: Change | None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        row, start_year = self.counting, self.start.fiscal_year if self.start else None
        for unusual in self.rule.unusual:
            if start_year in unusual.years:
                found.append({"code": "unusual_base", "year": start_year, "what": dict(unusual.says)})
        if self.is_set and self.start is not None:
            found.append({"code": "start_set", "year": start_year, "why": self.start.note})
        if self.target is not None and self.target.fiscal_year != self.year:
            found.append({"code": "period_target", "year": self.year})
        if row is None:
            if self._missing() is rating.Reason.SURVEY_NOT_RUN:
                found.append({"code": "survey_not_run", "year": self.year})
            return found
        seen = coverage_of(row)
        if seen is not None and seen[0] < seen[1]:
            found.append({"code": "partial_coverage", "seen": seen[0], "whole": seen[1]})
        if row.status == Observation.Status.PROVISIONAL:
            found.append({"code": "provisional"})
        if self._breaks():
            found.append({"code": "break", "year": row.fiscal_year})
        elif self.start_broken:
            found.append({"code": "break_start"})
        if row.source_kind == SourceKind.OTHER_SURVEY:
            found.append({"code": "not_random"})
        elif row.source_kind == SourceKind.PROBABILITY_SURVEY and shown is None and self._is_comparable():
            found.append({"code": "change_unknown"})
        return found


def _target(points: Sequence[Point], cycle: Cycle) -> Point | None:
    """The target that counts: a yearly one's of the year, else the next to come; a final one's the last."""
    dated = [row for row in points if row.role == PointRole.TARGET and row.value is not None]
    dated.sort(key=lambda row: row.fiscal_year or 0)
    if not dated:
        return None
    if cycle.kind == CycleKind.FINAL:
        return dated[-1]
    coming = [row for row in dated if (row.fiscal_year or 0) >= cycle.fiscal_year]
    return coming[0] if coming else dated[-1]


def _at(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _proportion(row: Observation, decimals: int) -> Proportion | None:
    wave = measuring_wave(row)
    if row.value is None or wave is None or row.source_kind != SourceKind.PROBABILITY_SURVEY:
        return None
    try:
        return Proportion(
            share=float(row.value) / 100,
            n=wave.n,
            design_effect=wave.design_effect,
            rounding=0.5 * 10.0 ** -(decimals + 2),
        )
    except ProportionError:
        return None


def _change_json(shown: Change | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    numbers = {"value": shown.value, "low": shown.low, "high": shown.high}
    return {name: f"{100 * number:.1f}" for name, number in numbers.items()}
