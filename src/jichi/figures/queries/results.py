"""How measured values stand beside what the plan promises for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jichi.city.access import Viewer
from jichi.figures.models import Definition, Observation
from jichi.figures.standing import Place, Standing, standing
from jichi.plan.enums import FigureRole, PointRole
from jichi.plan.models import FigurePoint, Indicator, Plan, Point, ProjectFigure, Series

from .bindings import Lines, definitions_by_subject, subject_key
from .observations import latest_of, observations_for


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesResult:
    """One series of an indicator: what a plan promises for it, and what was measured.

    ``definitions`` are those written down for it, oldest first; ``promised`` is the code of the one that the
    plan's targets follow. Nothing is compared across two of them.
    """

    series: Series
    points: tuple[Point, ...]
    observations: tuple[Observation, ...]
    definitions: tuple[Definition, ...]
    promised: str | None
    baseline: Point | None
    start: Point | None
    target: Point | None
    standing: Standing

    @property
    def latest(self) -> Observation | None:
        """The newest observation; among several definitions of one year, the last."""
        return self.observations[-1] if self.observations else None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorResult:
    """An indicator beside its promise. ``place`` is that of its least advanced series."""

    indicator: Indicator
    comparator: str
    series: tuple[SeriesResult, ...]

    @property
    def is_loaded(self) -> bool:
        """Whether any series has an observation with a value."""
        return any(row.latest is not None and row.latest.value is not None for row in self.series)

    @property
    def place(self) -> Standing:
        """The least advanced standing among the series, which is what a list shows."""
        order = (Place.NOT_LOADED, Place.CANNOT_JUDGE, Place.PARTIAL, Place.BELOW, Place.BETWEEN, Place.MET)
        return min((row.standing for row in self.series), key=lambda found: order.index(found.place))


def _last(points: Iterable[Point], role: PointRole) -> Point | None:
    dated = [row for row in points if row.role == role and row.value is not None]
    return max(dated, key=lambda row: row.fiscal_year or 0, default=None)


def series_result(
    series: Series,
    plan: Plan,
    rows: Sequence[Observation],
    *,
    decimals: int,
    definitions: Sequence[Definition] = (),
) -> SeriesResult:
    """One series beside what ``plan`` promises for it. ``rows`` are the latest observations of the series."""
    lines = Lines(definitions, tuple(row.definition for row in rows))
    rows = sorted(rows, key=lambda row: (row.fiscal_year, lines.place(row.definition), row.definition))
    points = tuple(row for row in series.points.all() if row.plan_id == plan.pk)
    baseline, start = _last(points, PointRole.BASELINE), _last(points, PointRole.CURRENT)
    target = _last(points, PointRole.TARGET)
    newest = rows[-1] if rows else None
    promised = lines.promised_by(plan)
    return SeriesResult(
        series=series,
        points=points,
        observations=tuple(rows),
        definitions=tuple(definitions),
        promised=promised,
        baseline=baseline,
        start=start,
        target=target,
        standing=standing(
            value=newest.value if newest else None,
            start=start.value if start else None,
            target=target.value if target else None,
            comparator=target.comparator if target else "none",
            decimals=decimals,
            loaded=newest is not None,
            broken=newest is not None and newest.definition != promised,
            start_broken=newest is not None
            and start is not None
            and newest.definition != lines.at(start.fiscal_year),
            coverage=coverage_of(newest),
        ),
    )


def coverage_of(row: Observation | None) -> tuple[int, int] | None:
    """Which part of the whole a value saw, as (seen, whole); None where it does not say."""
    if row is None or row.coverage_seen is None or row.coverage_whole is None:
        return None
    return row.coverage_seen, row.coverage_whole


def indicator_results_for(
    viewer: Viewer, placed: Sequence[tuple[Indicator, Plan, str]]
) -> list[IndicatorResult]:
    """Indicators with their observations and definitions, in the given order, by two queries.

    ``placed`` gives the indicator (its series and points prefetched), the plan whose promise counts and the
    comparator with which that plan places it.
    """
    ids = [series.pk for indicator, _plan, _comparator in placed for series in indicator.series.all()]
    found: dict[int, list[Observation]] = defaultdict(list)
    if ids:
        for row in latest_of(observations_for(viewer).filter(series_id__in=ids)):
            found[row.series_id or 0].append(row)
    defined = definitions_by_subject(
        series for indicator, _plan, _comparator in placed for series in indicator.series.all()
    )
    return [
        IndicatorResult(
            indicator=indicator,
            comparator=comparator,
            series=tuple(
                series_result(
                    series,
                    plan,
                    found[series.pk],
                    decimals=indicator.decimals,
                    definitions=defined.get(subject_key(series), ()),
                )
                for series in indicator.series.all()
            ),
        )
        for indicator, plan, comparator in placed
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearNumber:
    """A project's number in one year: what was promised, what was measured, how the two stand."""

    year: int
    target: FigurePoint | None
    reference: FigurePoint | None
    observation: Observation | None
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectNumber:
    """A yearly number of a project over the years of its plan. ``definitions``: the oldest first."""

    figure: ProjectFigure
    definitions: tuple[Definition, ...]
    years: tuple[YearNumber, ...]
    references: tuple[FigurePoint, ...]
    has_target: bool


def project_numbers_for(viewer: Viewer, figures: Sequence[ProjectFigure], plan: Plan) -> list[ProjectNumber]:
    """Yearly numbers beside their observations, by two queries. ``points`` must be prefetched."""
    found: dict[int, list[Observation]] = defaultdict(list)
    defined = definitions_by_subject(figures)
    if figures:
        for row in latest_of(observations_for(viewer).filter(project_figure__in=figures)):
            found[row.project_figure_id or 0].append(row)
    return [
        _project_number(
            figure,
            plan,
            found[figure.pk],
            Lines(defined.get(subject_key(figure), ()), tuple(row.definition for row in found[figure.pk])),
        )
        for figure in figures
    ]


def _project_number(
    figure: ProjectFigure, plan: Plan, rows: Sequence[Observation], lines: Lines
) -> ProjectNumber:
    points = list(figure.points.all())
    targets = {row.fiscal_year: row for row in points if row.role == FigureRole.TARGET}
    references = {row.fiscal_year: row for row in points if row.role == FigureRole.REFERENCE}
    years = sorted({*range(plan.first_year, plan.last_year + 1), *(year for year in targets if year)})
    measured = {
        row.fiscal_year: row
        for row in sorted(rows, key=lambda row: (row.fiscal_year, lines.place(row.definition)))
    }
    return ProjectNumber(
        figure=figure,
        definitions=tuple(lines.definitions),
        has_target=bool(targets),
        references=tuple(row for row in points if row.role == FigureRole.REFERENCE),
        years=tuple(
            YearNumber(
                year=year,
                target=targets.get(year),
                reference=references.get(year),
                observation=measured.get(year),
                standing=_year_standing(
                    figure,
                    plan,
                    measured.get(year),
                    targets.get(year),
                    _reference_before(references, year),
                    lines,
                ),
            )
            for year in years
        ),
    )


def _year_standing(
    figure: ProjectFigure,
    plan: Plan,
    row: Observation | None,
    target: FigurePoint | None,
    reference: FigurePoint | None,
    lines: Lines,
) -> Standing:
    return standing(
        value=row.value if row else None,
        start=reference.value if reference else None,
        target=target.value if target else None,
        comparator=figure.comparator,
        decimals=figure.decimals,
        loaded=row is not None,
        broken=row is not None and row.definition != lines.promised_by(plan),
        start_broken=row is not None
        and reference is not None
        and row.definition != lines.at(reference.fiscal_year),
        coverage=coverage_of(row),
    )


def _reference_before(references: dict[int | None, FigurePoint], year: int) -> FigurePoint | None:
    """The newest reference value before a year: from where its target is to be read."""
    earlier = [found for found in references if found is not None and found < year]
    return references[max(earlier)] if earlier else None
