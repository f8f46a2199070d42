"""A heading or project with all its rows, for the page on which each of them can be edited."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import (
    FigurePoint,
    Indicator,
    Initiative,
    Milestone,
    Node,
    NotHeld,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)

from .rows import READ


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRows:
    """All that hangs on one node."""

    node: Node
    children: list[Node]
    statements: list[Statement]
    placements: list[Placement]
    initiatives: list[Initiative]
    figures: list[ProjectFigure]
    documents: list[PolicyDocument]
    schemes: list[Scheme]
    not_held: list[NotHeld]


def node_rows_for(viewer: Viewer, plan: Plan, code: str) -> NodeRows | None:
    """Everything of one node, or None where there is none the viewer may read on the workbench."""
    if not viewer.can(READ):
        return None
    node = (
        Node.objects.filter(plan=plan, code=code)
        .select_related("plan", "level", "department", "parent__plan")
        .first()
    )
    if node is None:
        return None
    points = Point.objects.filter(plan=plan).select_related("period").order_by("fiscal_year", "role")
    series = Series.objects.order_by("order").prefetch_related(Prefetch("points", points))
    return NodeRows(
        node=node,
        children=list(node.children.select_related("plan", "level").order_by("order")),
        statements=list(node.statements.order_by("kind", "order")),
        placements=list(
            node.placements.select_related("indicator")
            .prefetch_related(Prefetch("indicator__series", series))
            .order_by("order")
        ),
        initiatives=list(
            node.initiatives.prefetch_related(
                Prefetch("milestones", Milestone.objects.order_by("order"))
            ).order_by("order")
        ),
        figures=list(
            node.figures.prefetch_related(
                Prefetch("points", FigurePoint.objects.order_by("fiscal_year", "role"))
            ).order_by("order")
        ),
        documents=list(node.documents.order_by("name")),
        schemes=list(node.schemes.order_by("name")),
        not_held=list(node.not_held.order_by("key")),
    )


def indicators_of_city(viewer: Viewer) -> QuerySet[Indicator]:
    """Every indicator, placed or not."""
    rows = Indicator.objects.all() if viewer.can(READ) else Indicator.objects.none()
    return rows.select_related("department").prefetch_related("placements__node__plan").order_by("name")


def documents_of_city(viewer: Viewer) -> QuerySet[PolicyDocument]:
    """Every policy document, named by a plan or not."""
    rows = PolicyDocument.objects.all() if viewer.can(READ) else PolicyDocument.objects.none()
    return rows.prefetch_related("nodes__plan", "revisions").order_by("name")


def schemes_of_city(viewer: Viewer) -> QuerySet[Scheme]:
    """Every scheme, named by a plan or not."""
    rows = Scheme.objects.all() if viewer.can(READ) else Scheme.objects.none()
    return rows.prefetch_related("nodes__plan").order_by("name")
