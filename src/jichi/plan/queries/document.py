"""A stored plan as the project's own JSON form (jichi-plan/1): for export, for workbooks and for diffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models

from jichi.city.access import Viewer
from jichi.plan.models import (
    DocumentRevision,
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


def document_of(viewer: Viewer, plan_key: str) -> dict[str, Any]:
    """The whole plan as a jichi-plan/1 document.

    Running prose of the source (``source_text``) is left out except for those who may read drafts.

    Raises:
        Plan.DoesNotExist: if there is no such plan, or the viewer may not see it.
    """
    inside = viewer.can("plan.plan:read_draft")
    plans = Plan.objects.all() if inside else Plan.objects.filter(published_at__isnull=False)
    plan = plans.select_related("predecessor").get(key=plan_key)
    nodes = list(
        Node.objects.filter(plan=plan)
        .select_related("level", "parent", "department")
        .order_by("level__depth", "code")
    )
    return {
        "format": "jichi-plan/1",
        "plan": _head(plan),
        "nodes": _nodes(plan, nodes, inside),
        "indicators": _indicators(plan),
        "projects": _projects(plan, nodes),
        "documents": _documents(plan),
        "schemes": _schemes(plan),
        "not_held": [
            {
                "key": row.key,
                "title": row.title,
                "reason": row.reason,
                "node": row.node.code if row.node else None,
            }
            for row in NotHeld.objects.filter(plan=plan).select_related("node").order_by("key")
        ],
        "translations": _memory(plan),
    }


def _head(plan: Plan) -> dict[str, Any]:
    return {
        "key": plan.key,
        "name": plan.name,
        "language": plan.language,
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "adopted_on": plan.adopted_on.isoformat() if plan.adopted_on else None,
        "scope_note": plan.scope_note,
        "source": plan.source,
        "levels": [
            {"key": level.key, "name": level.name, "kind": level.kind}
            for level in plan.levels.order_by("depth")
        ],
        "periods": [
            {"number": p.number, "name": p.name, "first_year": p.first_year, "last_year": p.last_year}
            for p in plan.periods.order_by("number")
        ],
    }


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number that reads back to the same decimal."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _grouped(rows: Iterable[models.Model], name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _nodes(plan: Plan, nodes: list[Node], inside: bool) -> list[dict[str, Any]]:
    statements = _grouped(Statement.objects.filter(node__plan=plan).order_by("kind", "order"), "node_id")
    found = []
    for node in nodes:
        sentences = [
            {"kind": row.kind, "text": row.text, "source_text": row.source_text if inside else ""}
            for row in statements[node.pk]
            if row.text or inside
        ]
        found.append(
            {
                "code": node.code,
                "level": node.level.key,
                "name": node.name,
                "parent": node.parent.code if node.parent else None,
                "order": node.order,
                "summary": node.summary,
                "source_text": node.source_text if inside else "",
                "statements": sentences,
                "department": node.department.key if node.department else None,
                "documents": [],
            }
        )
    return found


def _indicators(plan: Plan) -> list[dict[str, Any]]:
    points = _grouped(
        Point.objects.filter(plan=plan).select_related("period").order_by("fiscal_year", "role"), "series_id"
    )
    placements = (
        Placement.objects.filter(node__plan=plan)
        .select_related("node", "indicator", "indicator__department")
        .prefetch_related("indicator__series")
        .order_by("node__level__depth", "node__code", "order")
    )
    found = []
    for placement in placements:
        indicator = placement.indicator
        found.append(
            {
                "key": indicator.key,
                "node": placement.node.code,
                "name": indicator.name,
                "kind": indicator.kind,
                "source": indicator.source,
                "unit": indicator.unit,
                "comparator": placement.comparator,
                "decimals": indicator.decimals,
                "definition": indicator.definition,
                "note": indicator.note,
                "series": [
                    {"key": s.key, "name": s.name, "points": [_point(row) for row in points[s.pk]]}
                    for s in indicator.series.all()
                ],
            }
        )
    return found


def _point(row: Point) -> dict[str, Any]:
    return {
        "role": row.role,
        "fiscal_year": row.fiscal_year,
        "as_of": row.as_of or None,
        "value": _number(row.value),
        "decimals": row.decimals,
        "comparator": row.comparator,
        "period": row.period.number if row.period else None,
        "printed": row.printed,
        "note": row.note,
    }


def _projects(plan: Plan, nodes: list[Node]) -> list[dict[str, Any]]:
    initiatives = _grouped(
        Initiative.objects.filter(project__plan=plan).prefetch_related("milestones").order_by("order"),
        "project_id",
    )
    figures = _grouped(
        ProjectFigure.objects.filter(project__plan=plan)
        .select_related("initiative")
        .prefetch_related("points")
        .order_by("order"),
        "project_id",
    )
    found = []
    for node in nodes:
        if not node.is_project:
            continue
        orders = {row.pk: row.order for row in initiatives[node.pk]}
        found.append(
            {
                "code": node.code,
                "initiatives": [_initiative(row, orders) for row in initiatives[node.pk]],
                "figures": [
                    {
                        "order": row.order,
                        "name": row.name,
                        "unit": row.unit,
                        "comparator": row.comparator,
                        "decimals": row.decimals,
                        "initiative": orders.get(row.initiative_id) if row.initiative_id else None,
                        "points": [_figure_point(point) for point in row.points.all()],
                    }
                    for row in figures[node.pk]
                ],
            }
        )
    return found


def _initiative(row: Initiative, orders: dict[int, int]) -> dict[str, Any]:
    return {
        "order": row.order,
        "marker": row.marker,
        "parent": orders.get(row.parent_id) if row.parent_id else None,
        "name": row.name,
        "activities": [
            {
                "text": m.text,
                "first_year": m.first_year,
                "last_year": m.last_year,
                "open_ended": m.open_ended,
                "certain": m.certain,
            }
            for m in row.milestones.all()
        ],
    }


def _figure_point(row: FigurePoint) -> dict[str, Any]:
    return {
        "role": row.role,
        "fiscal_year": row.fiscal_year,
        "as_of": row.as_of or None,
        "value": _number(row.value),
        "printed": row.printed,
        "note": row.note,
    }


def _tied(rows: Iterable[Any], plan: Plan) -> Iterable[tuple[Any, list[str]]]:
    for row in rows:
        yield row, sorted(node.code for node in row.nodes.all() if node.plan_id == plan.pk)


def _documents(plan: Plan) -> list[dict[str, Any]]:
    rows = PolicyDocument.objects.filter(nodes__plan=plan).distinct().prefetch_related("nodes", "revisions")
    return [
        {
            "key": row.key,
            "name": row.name,
            "kind": row.kind,
            "legal_basis": row.legal_basis,
            "summary": row.summary,
            "nodes": codes,
            "revisions": [
                {"fiscal_year": r.fiscal_year, "event": r.event, "label": r.label, "note": r.note}
                for r in row.revisions.all()
            ],
        }
        for row, codes in _tied(rows.order_by("key"), plan)
    ]


def _schemes(plan: Plan) -> list[dict[str, Any]]:
    rows = Scheme.objects.filter(nodes__plan=plan).distinct().prefetch_related("nodes")
    return [
        {"key": row.key, "name": row.name, "summary": row.summary, "nodes": codes}
        for row, codes in _tied(rows.order_by("key"), plan)
    ]


def _memory(plan: Plan) -> dict[str, dict[str, str]]:
    """Every stored translation of the plan's strings: language → source string → translation."""
    memory: dict[str, dict[str, str]] = defaultdict(dict)
    for rows in _translated_rows(plan):
        for row in rows:
            for language, fields in row.translations.items():
                for name, text in fields.items():
                    if source := getattr(row, name, ""):
                        memory[language][source] = text
    return {language: dict(sorted(found.items())) for language, found in sorted(memory.items())}


def _translated_rows(plan: Plan) -> Iterable[Iterable[Any]]:
    yield [plan]
    yield plan.levels.all()
    yield plan.periods.all()
    yield Node.objects.filter(plan=plan)
    yield Statement.objects.filter(node__plan=plan)
    yield Indicator.objects.filter(placements__node__plan=plan).distinct()
    yield Series.objects.filter(indicator__placements__node__plan=plan).distinct()
    yield Point.objects.filter(plan=plan)
    yield Initiative.objects.filter(project__plan=plan)
    yield Milestone.objects.filter(initiative__project__plan=plan)
    yield ProjectFigure.objects.filter(project__plan=plan)
    yield FigurePoint.objects.filter(figure__project__plan=plan)
    yield PolicyDocument.objects.filter(nodes__plan=plan).distinct()
    yield DocumentRevision.objects.filter(document__nodes__plan=plan).distinct()
    yield Scheme.objects.filter(nodes__plan=plan).distinct()
    yield NotHeld.objects.filter(plan=plan)
