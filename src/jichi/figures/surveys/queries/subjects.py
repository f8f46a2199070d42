"""The figures that a survey may measure: those bound to it first, then the indicators."""

from __future__ import annotations

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Survey
from jichi.figures.queries.bindings import bindings_in_force
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.queries import indicators_for

from .measured import is_bound_to


def bound_subjects(survey: Survey) -> list[Series | ProjectFigure]:
    """The figures whose binding in force names the survey."""
    bound = [row for row in bindings_in_force().values() if is_bound_to(row, survey)]
    return _series(bound) + _figures(bound)


def bindable_subjects(viewer: Viewer, survey: Survey) -> list[Series | ProjectFigure]:
    """The figures bound to the survey, and the series of all indicators the viewer may read."""
    bound = bound_subjects(survey)
    rows = (
        Series.objects.filter(indicator__in=indicators_for(viewer).values("pk"))
        .exclude(pk__in=[one.pk for one in bound if isinstance(one, Series)])
        .select_related("indicator")
        .order_by("indicator__name", "order")
    )
    return [*bound, *rows]


def _series(bound: list[Binding]) -> list[Series | ProjectFigure]:
    ids = [row.series_id for row in bound if row.series_id is not None]
    rows = Series.objects.filter(pk__in=ids).select_related("indicator")
    return list(rows.order_by("indicator__name", "order"))


def _figures(bound: list[Binding]) -> list[Series | ProjectFigure]:
    ids = [row.project_figure_id for row in bound if row.project_figure_id is not None]
    rows = ProjectFigure.objects.filter(pk__in=ids).select_related("project__plan")
    return list(rows.order_by("project__code", "order"))
