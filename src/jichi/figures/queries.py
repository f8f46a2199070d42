"""Every read of measured values, scoped by the viewer, and how they stand beside the plan's points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.plan.enums import FigureRole, PointRole
from jichi.plan.models import FigurePoint, Indicator, Plan, Point, ProjectFigure, Series

from .models import Evidence, Observation
from .standing import Place, Standing, standing

READ_UNPUBLISHED = "figures.observation:read_unpublished"


def observations_for(viewer: Viewer) -> QuerySet[Observation]:
    """Every revision of the observations the viewer may read: published ones, and her department's own."""
    rows = Observation.objects.select_related("evidence").order_by("fiscal_year", "definition", "revision")
    reach = viewer.departments_for(READ_UNPUBLISHED)
    if reach is None:
        return rows
    return rows.filter(Q(published_at__isnull=False) | Q(department_id__in=reach))


def evidence_for(viewer: Viewer) -> QuerySet[Evidence]:
    """Evidence behind at least one observation the viewer may read."""
    return Evidence.objects.filter(pk__in=observations_for(viewer).values("evidence_id"))


def latest_of(rows: Iterable[Observation]) -> list[Observation]:
    """The last revision of each year and definition, oldest year first."""
    last: dict[tuple[int | None, int | None, int, str], Observation] = {}
    for row in rows:
        last[(row.series_id, row.project_figure_id, row.fiscal_year, row.definition)] = row
    return sorted(last.values(), key=lambda row: (row.fiscal_year, row.definition))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesResult:
    """One series of an indicator: what a plan promises for it, and what was measured."""

    series: Series
    points: tuple[Point, ...]
    observations: tuple[Observation, ...]
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


def series_result(series: Series, plan: Plan, rows: Sequence[Observation], *, decimals: int) -> SeriesResult:
    """One series beside what ``plan`` promises for it. ``rows`` are the latest observations of the series."""
    points = tuple(row for row in series.points.all() if row.plan_id == plan.pk)
    baseline, start = _last(points, PointRole.BASELINE), _last(points, PointRole.CURRENT)
    target = _last(points, PointRole.TARGET)
    newest = rows[-1] if rows else None
    coverage = None
    if newest is not None and newest.coverage_seen is not None and newest.coverage_whole is not None:
        coverage = (newest.coverage_seen, newest.coverage_whole)
    return SeriesResult(
        series=series,
        points=points,
        observations=tuple(rows),
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
            broken=len({row.definition for row in rows}) > 1,
            coverage=coverage,
        ),
    )


def indicator_results_for(
    viewer: Viewer, placed: Sequence[tuple[Indicator, Plan, str]]
) -> list[IndicatorResult]:
    """Indicators with their observations, in the given order, by one query.

    ``placed`` gives the indicator (its series and points prefetched), the plan whose promise counts and the
    comparator with which that plan places it.
    """
    ids = [series.pk for indicator, _plan, _comparator in placed for series in indicator.series.all()]
    found: dict[int, list[Observation]] = defaultdict(list)
    if ids:
        for row in latest_of(observations_for(viewer).filter(series_id__in=ids)):
            found[row.series_id or 0].append(row)
    return [
        IndicatorResult(
            indicator=indicator,
            comparator=comparator,
            series=tuple(
                series_result(series, plan, found[series.pk], decimals=indicator.decimals)
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
    """A yearly number of a project over the years of its plan."""

    figure: ProjectFigure
    years: tuple[YearNumber, ...]
    references: tuple[FigurePoint, ...]
    has_target: bool


def project_numbers_for(viewer: Viewer, figures: Sequence[ProjectFigure], plan: Plan) -> list[ProjectNumber]:
    """Yearly numbers beside their observations, by one query. ``points`` must be prefetched."""
    found: dict[int, dict[int, Observation]] = defaultdict(dict)
    if figures:
        rows = observations_for(viewer).filter(project_figure__in=figures)
        for row in latest_of(rows):
            found[row.project_figure_id or 0][row.fiscal_year] = row
    return [_project_number(figure, plan, found[figure.pk]) for figure in figures]


def _project_number(figure: ProjectFigure, plan: Plan, measured: dict[int, Observation]) -> ProjectNumber:
    points = list(figure.points.all())
    targets = {row.fiscal_year: row for row in points if row.role == FigureRole.TARGET}
    references = {row.fiscal_year: row for row in points if row.role == FigureRole.REFERENCE}
    years = sorted({*range(plan.first_year, plan.last_year + 1), *(year for year in targets if year)})
    return ProjectNumber(
        figure=figure,
        has_target=bool(targets),
        references=tuple(row for row in points if row.role == FigureRole.REFERENCE),
        years=tuple(
            YearNumber(
                year=year,
                target=targets.get(year),
                reference=references.get(year),
                observation=measured.get(year),
                standing=standing(
                    value=measured[year].value if year in measured else None,
                    start=_reference_before(references, year),
                    target=targets[year].value if year in targets else None,
                    comparator=figure.comparator,
                    decimals=figure.decimals,
                    loaded=year in measured,
                ),
            )
            for year in years
        ),
    )


def _reference_before(references: dict[int | None, FigurePoint], year: int) -> Decimal | None:
    """The newest reference value before a year: from where its target is to be read."""
    earlier = [found for found in references if found is not None and found < year]
    return references[max(earlier)].value if earlier else None
