"""Nodes of a plan and everything that stands on their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from jichi.city.access import Viewer
from jichi.plan.enums import StatementKind
from jichi.plan.models import (
    FigurePoint,
    Initiative,
    Level,
    Milestone,
    Node,
    Placement,
    Plan,
    ProjectFigure,
    Statement,
)

from .indicators import placements_for
from .outline import Count, Outline, outline_for
from .plans import plan_for, visible


def nodes_for(viewer: Viewer) -> QuerySet[Node]:
    """The nodes of all plans the viewer may read."""
    return Node.objects.filter(visible(viewer, "plan__")).select_related("plan", "level")


@dataclass(frozen=True, slots=True)
class StatementGroup:
    """The sentences of one kind, in printed order."""

    kind: StatementKind
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """What the page of a branch or project shows."""

    plan: Plan
    node: Node
    outline: Outline
    path: tuple[Node, ...]
    previous: Node | None
    next: Node | None
    children: tuple[Node, ...]
    counts: tuple[Count, ...]
    goals: tuple[Statement, ...]
    directions: tuple[Statement, ...]
    further: tuple[StatementGroup, ...]
    placements: tuple[Placement, ...]

    @property
    def child_level(self) -> Level | None:
        """The level of the nodes directly below, for a heading."""
        return self.children[0].level if self.children else None


def node_page_for(viewer: Viewer, plan_key: str, code: str) -> NodePage | None:
    """The page of one node, or None where there is none the viewer may read."""
    plan = plan_for(viewer, plan_key)
    if plan is None:
        return None
    node = (
        nodes_for(viewer)
        .filter(plan=plan, code=code)
        .select_related("department")
        .prefetch_related(
            "statements",
            "documents__revisions",
            "schemes",
            "not_held",
            Prefetch("placements", placements_for(viewer).order_by("order")),
        )
        .first()
    )
    if node is None:
        return None
    outline = outline_for(viewer, plan)
    before, after = outline.neighbours(node)
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in node.statements.all():
        groups[statement.kind].append(statement)
    return NodePage(
        plan=plan,
        node=node,
        outline=outline,
        path=tuple(outline.path(node)),
        previous=before,
        next=after,
        children=tuple(_with_summaries(viewer, outline.children(node))),
        counts=tuple(outline.counts(node)),
        goals=tuple(groups[StatementKind.GOAL]),
        directions=tuple(groups[StatementKind.DIRECTION]),
        further=tuple(
            StatementGroup(kind, tuple(groups[kind]))
            for kind in (StatementKind.PROGRESS, StatementKind.ISSUE)
            if groups[kind]
        ),
        placements=tuple(node.placements.all()),
    )


def _with_summaries(viewer: Viewer, nodes: Sequence[Node]) -> list[Node]:
    """The outline's nodes, whole, in the same order."""
    if not nodes:
        return []
    whole = {row.pk: row for row in nodes_for(viewer).filter(pk__in=[node.pk for node in nodes])}
    return [whole[node.pk] for node in nodes if node.pk in whole]


def projects_for(viewer: Viewer, nodes: Iterable[Node]) -> list[Node]:
    """The given projects with initiatives, milestones and yearly numbers, in the given order."""
    wanted = [node.pk for node in nodes]
    rows = nodes_for(viewer).filter(pk__in=wanted).prefetch_related(*_work())
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in wanted if pk in found]


def project_of(page: NodePage) -> Node:
    """The project of a page with initiatives, milestones and yearly numbers."""
    prefetch_related_objects([page.node], *_work())
    return page.node


def _work() -> tuple[Prefetch, ...]:
    points = Prefetch("points", FigurePoint.objects.order_by("fiscal_year", "role"))
    return (
        Prefetch("initiatives", Initiative.objects.order_by("order")),
        Prefetch("initiatives__milestones", Milestone.objects.order_by("order")),
        Prefetch("figures", ProjectFigure.objects.order_by("order").prefetch_related(points)),
    )
