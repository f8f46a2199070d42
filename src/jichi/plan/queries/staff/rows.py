"""Single rows of a plan, where they belong, and all rows of a plan with what their labels need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django.db import models
from django.db.models import QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Indicator,
    Initiative,
    Level,
    Milestone,
    Node,
    NotHeld,
    Period,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)

READ = "plan.plan:read_draft"

# How each row is loaded, so that its label and its place need no further query.
_LOADED: Mapping[type[models.Model], tuple[str, ...]] = {
    Plan: (),
    Level: ("plan",),
    Period: ("plan",),
    Node: ("plan", "level", "department"),
    Statement: ("node__plan",),
    Indicator: ("department",),
    Placement: ("node__plan", "indicator"),
    Series: ("indicator",),
    Point: ("series__indicator", "plan"),
    Initiative: ("project__plan",),
    Milestone: ("initiative__project__plan",),
    ProjectFigure: ("project__plan",),
    FigurePoint: ("figure__project__plan",),
    PolicyDocument: (),
    DocumentRevision: ("document",),
    Scheme: (),
    NotHeld: ("plan", "node"),
}

# How the rows of one plan are found.
_OF_PLAN: Mapping[type[models.Model], str] = {
    Level: "plan",
    Period: "plan",
    Node: "plan",
    Statement: "node__plan",
    Indicator: "placements__node__plan",
    Placement: "node__plan",
    Series: "indicator__placements__node__plan",
    Point: "plan",
    Initiative: "project__plan",
    Milestone: "initiative__project__plan",
    ProjectFigure: "project__plan",
    FigurePoint: "figure__project__plan",
    PolicyDocument: "nodes__plan",
    DocumentRevision: "document__nodes__plan",
    Scheme: "nodes__plan",
    NotHeld: "plan",
}
MODELS: Mapping[str, type[models.Model]] = {model.__name__: model for model in _LOADED}


def _loaded(model: type[models.Model]) -> QuerySet[Any]:
    related = _LOADED[model]
    rows = cast("Any", model).objects.all()
    return cast("QuerySet[Any]", rows.select_related(*related) if related else rows)


def row_for(viewer: Viewer, model_name: str, pk: Any) -> models.Model | None:
    """One row, or None where there is none the viewer may read on the workbench."""
    model = MODELS.get(model_name)
    if model is None or not viewer.can(READ):
        return None
    return cast("models.Model | None", _loaded(model).filter(pk=pk).first())


def rows_of_plan(viewer: Viewer, model: type[models.Model], plan: Plan) -> QuerySet[Any]:
    """All rows of one kind that belong to a plan (for things that outlive plans: that it names)."""
    if not viewer.can(READ):
        return _loaded(model).none()
    if model is Plan:
        return _loaded(model).filter(pk=plan.pk)
    path = _OF_PLAN[model]
    rows = _loaded(model).filter(**{path: plan})
    return rows.distinct() if path.startswith(("placements", "indicator__", "nodes", "document__")) else rows


def untranslated(row: models.Model, names: Iterable[str], language: str) -> list[str]:
    """Those of the row's texts that have no translation into a language."""
    translations: Mapping[str, Mapping[str, str]] = getattr(row, "translations", None) or {}
    found = translations.get(language, {})
    return [name for name in names if getattr(row, name) and not found.get(name)]


def place_of(row: models.Model) -> Iterator[models.Model]:
    """The rows above this one, outermost first: its plan, its node or indicator, its series or initiative."""
    if isinstance(row, Node | NotHeld | Level | Period):
        yield row.plan
    elif isinstance(row, Statement | Placement):
        yield from (row.node.plan, row.node)
    elif isinstance(row, Initiative | ProjectFigure):
        yield from (row.project.plan, row.project)
    elif isinstance(row, Milestone):
        yield from (row.initiative.project.plan, row.initiative.project, row.initiative)
    elif isinstance(row, FigurePoint):
        yield from (row.figure.project.plan, row.figure.project, row.figure)
    elif isinstance(row, Series):
        yield row.indicator
    elif isinstance(row, Point):
        yield from (row.series.indicator, row.series)
    elif isinstance(row, DocumentRevision):
        yield row.document


def related_label(model: type[models.Model], pk: Any) -> str:
    """The name of the row that a stored fact refers to; its number where that row is gone."""
    found = cast("Any", model).objects.filter(pk=pk).first()
    return str(found) if found is not None else f"#{pk}"
