"""The plans as flat rows for open data: one function for each export of ``plan.exports``.

Names come in the active language, falling back to the source's. Keys, codes, years and numbers are the same
in every language. A missing value is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import NoReverseMatch, reverse

from jichi.city.access import Viewer
from jichi.plan.models import FigurePoint, Initiative, Milestone, Node, ProjectFigure
from jichi.ui.content import translated

from .documents import documents_for, not_held_for, schemes_for
from .indicators import indicators_for, placements_for
from .nodes import nodes_for
from .plans import visible

Row = dict[str, Any]


def address(route: str, *args: str) -> str:
    """The full address of a page, as it stands in data; empty where it is not routed."""
    try:
        return f"{settings.BASE_URL}{reverse(route, args=args)}"
    except NoReverseMatch:
        return ""


def _text(row: Any, field: str) -> str:
    return str(translated(row, field))


def ordered_nodes_for(viewer: Viewer) -> QuerySet[Node]:
    """The nodes of all plans the viewer may read, in printed order."""
    return (
        nodes_for(viewer)
        .select_related("parent", "department")
        .order_by("-plan__first_year", "plan__key", "code")
    )


def node_row(node: Node) -> Row:
    """One node as a flat row."""
    return {
        "plan": node.plan.key,
        "code": node.code,
        "parent": node.parent.code if node.parent else None,
        "level": node.level.key,
        "level_name": _text(node.level, "name"),
        "order": node.order,
        "name": _text(node, "name"),
        "summary": _text(node, "summary"),
        "department": _text(node.department, "name") if node.department else None,
        "url": address("node-detail", node.plan.key, node.code),
    }


def node_rows(viewer: Viewer) -> Iterator[Row]:
    """Every node of every readable plan."""
    return (node_row(node) for node in ordered_nodes_for(viewer))


def indicator_rows(viewer: Viewer) -> Iterator[Row]:
    """Every indicator as each plan places it: one row per placement."""
    for placement in placements_for(viewer).select_related("indicator__department"):
        row, node = placement.indicator, placement.node
        yield {
            "key": row.key,
            "name": _text(row, "name"),
            "kind": row.kind,
            "plan": node.plan.key,
            "node": node.code,
            "node_name": _text(node, "name"),
            "unit": _text(row, "unit"),
            "comparator": placement.comparator,
            "decimals": row.decimals,
            "source": _text(row, "source"),
            "definition": _text(row, "definition"),
            "note": _text(row, "note"),
            "department": _text(row.department, "name") if row.department else None,
            "url": address("indicator-detail", row.key),
        }


def point_rows(viewer: Viewer, *, indicator: str = "") -> Iterator[Row]:
    """Every baseline, current value and target that a readable plan prints; of one indicator where given."""
    rows = indicators_for(viewer)
    for row in rows.filter(key=indicator) if indicator else rows.order_by("key"):
        for series in row.series.all():
            for point in series.points.all():
                yield {
                    "indicator": row.key,
                    "indicator_name": _text(row, "name"),
                    "series": series.key,
                    "series_name": _text(series, "name"),
                    "plan": point.plan.key,
                    "role": point.role,
                    "fiscal_year": point.fiscal_year,
                    "as_of": point.as_of or None,
                    "value": point.value,
                    "unit": _text(row, "unit"),
                    "decimals": point.decimals,
                    "comparator": point.comparator,
                    "period": point.period.number if point.period else None,
                    "printed": point.printed,
                    "note": _text(point, "note"),
                }


def project_figures_for(viewer: Viewer) -> QuerySet[ProjectFigure]:
    """The yearly numbers of all projects the viewer may read, with their points."""
    return (
        ProjectFigure.objects.filter(visible(viewer, "project__plan__"))
        .select_related("project__plan", "initiative")
        .prefetch_related(Prefetch("points", FigurePoint.objects.order_by("fiscal_year", "role")))
        .order_by("-project__plan__first_year", "project__plan__key", "project__code", "order")
    )


def project_figure_rows(viewer: Viewer, *, plan: str = "") -> Iterator[Row]:
    """Every reference value and yearly target of the projects; of one plan where given."""
    rows = project_figures_for(viewer)
    for figure in rows.filter(project__plan__key=plan) if plan else rows:
        head = {
            "plan": figure.project.plan.key,
            "project": figure.project.code,
            "project_name": _text(figure.project, "name"),
            "figure": figure.order,
            "figure_name": _text(figure, "name"),
            "unit": _text(figure, "unit"),
            "comparator": figure.comparator,
            "decimals": figure.decimals,
            "initiative": _text(figure.initiative, "name") if figure.initiative else None,
        }
        for point in figure.points.all():
            yield {
                **head,
                "role": point.role,
                "fiscal_year": point.fiscal_year,
                "as_of": point.as_of or None,
                "value": point.value,
                "printed": point.printed,
                "note": _text(point, "note"),
            }


def initiatives_for(viewer: Viewer) -> QuerySet[Initiative]:
    """The initiatives of all projects the viewer may read, with their milestones."""
    return (
        Initiative.objects.filter(visible(viewer, "project__plan__"))
        .select_related("project__plan", "parent")
        .prefetch_related(Prefetch("milestones", Milestone.objects.order_by("order")))
        .order_by("-project__plan__first_year", "project__plan__key", "project__code", "order")
    )


def milestone_rows(viewer: Viewer, *, plan: str = "") -> Iterator[Row]:
    """What each initiative does from which year to which; one row for an initiative without milestones."""
    rows = initiatives_for(viewer)
    for initiative in rows.filter(project__plan__key=plan) if plan else rows:
        head = {
            "plan": initiative.project.plan.key,
            "project": initiative.project.code,
            "project_name": _text(initiative.project, "name"),
            "initiative": initiative.order,
            "marker": initiative.marker,
            "parent": initiative.parent.order if initiative.parent else None,
            "initiative_name": _text(initiative, "name"),
        }
        milestones = list(initiative.milestones.all())
        for milestone in milestones:
            yield {
                **head,
                "milestone": milestone.order,
                "text": _text(milestone, "text"),
                "first_year": milestone.first_year,
                "last_year": milestone.last_year,
                "open_ended": milestone.open_ended,
                "certain": milestone.certain,
            }
        if not milestones:
            yield head


def document_rows(viewer: Viewer) -> Iterator[Row]:
    """Every policy document, one row per revision the plan states (one row where it states none)."""
    for row in documents_for(viewer).order_by("key"):
        head = {
            "key": row.key,
            "name": _text(row, "name"),
            "kind": row.kind,
            "legal_basis": _text(row, "legal_basis"),
            "summary": _text(row, "summary"),
            "nodes": [node.code for node in row.nodes.all()],
            "url": address("document-detail", row.key),
        }
        revisions = list(row.revisions.all())
        for revision in revisions:
            yield {
                **head,
                "fiscal_year": revision.fiscal_year,
                "event": revision.event,
                "label": _text(revision, "label"),
                "note": _text(revision, "note"),
            }
        if not revisions:
            yield head


def scheme_rows(viewer: Viewer) -> Iterator[Row]:
    """Every named scheme."""
    for row in schemes_for(viewer).order_by("key"):
        yield {
            "key": row.key,
            "name": _text(row, "name"),
            "summary": _text(row, "summary"),
            "nodes": [node.code for node in row.nodes.all()],
        }


def not_held_rows(viewer: Viewer) -> Iterator[Row]:
    """What the plans refer to and this installation does not hold, with the reason."""
    for row in not_held_for(viewer):
        yield {
            "plan": row.plan.key,
            "key": row.key,
            "title": _text(row, "title"),
            "reason": _text(row, "reason"),
            "node": row.node.code if row.node else None,
        }
