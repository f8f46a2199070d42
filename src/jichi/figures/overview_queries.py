"""Of how many figures a plan promises to watch the result is known, for the pages that say only that."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from jichi.city.access import Viewer
from jichi.plan.models import Plan, ProjectFigure, Series
from jichi.plan.queries import plans_for

from .queries import SubjectKey, latest_of, observations_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How many figures a plan promises to watch, and how many of them have a value in any year."""

    total: int
    known: int

    @property
    def missing(self) -> int:
        """Those without any value: late, not due yet, or not loaded."""
        return self.total - self.known


def overview_for(viewer: Viewer, plan: Plan) -> Overview:
    """The figures of a readable plan and those with a value the viewer may read, by two queries."""
    counted = (
        plans_for(viewer)
        .filter(pk=plan.pk)
        .aggregate(
            series=Count("nodes__placements__indicator__series", distinct=True),
            numbers=Count("nodes__figures", distinct=True),
        )
    )
    return Overview(
        total=counted["series"] + counted["numbers"], known=len(subjects_with_value(viewer, plan))
    )


def subjects_with_value(viewer: Viewer, plan: Plan) -> set[SubjectKey]:
    """The figures of a plan that have a value in any year, as far as the viewer may read it."""
    series = Series.objects.filter(indicator__placements__node__plan=plan)
    figures = ProjectFigure.objects.filter(project__plan=plan)
    rows = observations_for(viewer).filter(series__in=series.values("pk")) | observations_for(viewer).filter(
        project_figure__in=figures.values("pk")
    )
    found: set[SubjectKey] = set()
    for row in latest_of(rows.select_related(None).only(*_ENOUGH)):
        if row.value is not None:
            found.add(("series", row.series_id) if row.series_id else ("number", row.project_figure_id or 0))
    return found


_ENOUGH = ("series_id", "project_figure_id", "fiscal_year", "definition", "revision", "value")
