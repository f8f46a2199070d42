"""What may be added where: which facts are asked, and which the place itself gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Indicator,
    Initiative,
    Milestone,
    Node,
    NotHeld,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A kind of row that may be added below another one (``parent`` None: it stands for itself).

    ``asks`` are the facts of the form; ``gives`` makes the rest from the parent.
    """

    model: type[models.Model]
    title: Promise
    asks: tuple[str, ...]
    parent: type[models.Model] | None = None
    gives: Callable[[Any], Mapping[str, Any]] = field(default=lambda parent: {})


def _next(rows: Any) -> int:
    return int(rows.aggregate(last=Max("order"))["last"] or 0) + 1


def _statement(node: Node) -> Mapping[str, Any]:
    return {"node_id": node.pk, "order": _next(node.statements)}


def _node(parent: Node) -> Mapping[str, Any]:
    level = parent.plan.levels.filter(depth__gt=parent.level.depth).order_by("depth").first()
    return {
        "plan_id": parent.plan_id,
        "parent_id": parent.pk,
        "level_id": level.pk if level else None,
        "order": _next(parent.children),
        "department_id": parent.department_id,
    }


def _initiative(project: Node) -> Mapping[str, Any]:
    return {"project_id": project.pk, "order": _next(project.initiatives)}


def _milestone(initiative: Initiative) -> Mapping[str, Any]:
    return {"initiative_id": initiative.pk, "order": _next(initiative.milestones)}


def _figure(project: Node) -> Mapping[str, Any]:
    return {"project_id": project.pk, "order": _next(project.figures)}


def _series(indicator: Indicator) -> Mapping[str, Any]:
    return {"indicator_id": indicator.pk, "order": _next(indicator.series)}


def _revision(document: PolicyDocument) -> Mapping[str, Any]:
    return {"document_id": document.pk, "order": _next(document.revisions)}


_POINT = ("role", "fiscal_year", "as_of", "value", "printed", "note")

ADDITIONS: Mapping[str, Addition] = {
    one.model.__name__: one
    for one in (
        Addition(
            model=Statement,
            title=_("Add a goal or direction"),
            parent=Node,
            asks=("kind", "text"),
            gives=_statement,
        ),
        Addition(
            model=Node,
            title=_("Add a heading or project below"),
            parent=Node,
            asks=("code", "name", "summary"),
            gives=_node,
        ),
        Addition(
            model=Initiative,
            title=_("Add an initiative"),
            parent=Node,
            asks=("name", "marker"),
            gives=_initiative,
        ),
        Addition(
            model=Milestone,
            title=_("Add an activity"),
            parent=Initiative,
            asks=("text", "first_year", "last_year", "open_ended", "certain"),
            gives=_milestone,
        ),
        Addition(
            model=ProjectFigure,
            title=_("Add a number"),
            parent=Node,
            asks=("name", "unit", "comparator", "decimals"),
            gives=_figure,
        ),
        Addition(
            model=FigurePoint,
            title=_("Add a printed value"),
            parent=ProjectFigure,
            asks=_POINT,
            gives=lambda figure: {"figure_id": figure.pk},
        ),
        Addition(
            model=Indicator,
            title=_("Add an indicator"),
            asks=("key", "name", "kind", "unit", "source", "decimals", "definition", "note"),
        ),
        Addition(
            model=Series, title=_("Add a series"), parent=Indicator, asks=("key", "name"), gives=_series
        ),
        Addition(
            model=Point,
            title=_("Add a printed value"),
            parent=Series,
            asks=(
                "plan_id",
                "role",
                "fiscal_year",
                "as_of",
                "value",
                "decimals",
                "comparator",
                "printed",
                "note",
            ),
            gives=lambda series: {"series_id": series.pk},
        ),
        Addition(
            model=PolicyDocument,
            title=_("Add a policy document"),
            asks=("key", "name", "kind", "legal_basis", "summary"),
        ),
        Addition(
            model=DocumentRevision,
            title=_("Add a revision"),
            parent=PolicyDocument,
            asks=("event", "fiscal_year", "label", "note"),
            gives=_revision,
        ),
        Addition(model=Scheme, title=_("Add a scheme"), asks=("key", "name", "summary")),
        Addition(
            model=NotHeld,
            title=_("Add a part that is not held"),
            parent=Plan,
            asks=("key", "title", "reason", "node_id"),
            gives=lambda plan: {"plan_id": plan.pk},
        ),
    )
}


def additions_below(row: models.Model) -> list[Addition]:
    """What may be added below a row. Projects alone have initiatives and numbers; nothing stands below
    them.
    """
    found = [one for one in ADDITIONS.values() if one.parent is type(row)]
    if not isinstance(row, Node):
        return found
    below: set[type[models.Model]] = {Statement}
    if row.is_project:
        below |= {Initiative, ProjectFigure}
    elif row.plan.levels.filter(depth__gt=row.level.depth).exists():
        below.add(Node)
    return [one for one in found if one.model in below]
