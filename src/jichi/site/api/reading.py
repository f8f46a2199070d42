"""Rows of the rooms as the API's answers: everything is read as an anonymous reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import ANONYMOUS
from jichi.city.queries import fiscal_year_start_month
from jichi.figures.queries.states import FigureState, state_of_figures_for
from jichi.figures.queries_export import binding_row, definition_row, latest_row, observation_rows
from jichi.manifest import Column
from jichi.plan.models import Indicator, Node, Plan, PolicyDocument, ProjectFigure, Series
from jichi.plan.queries import outline_for, projects_for
from jichi.plan.queries.export import node_row
from jichi.site.search.queries import Hit
from jichi.ui.content import translated
from jichi.ui.downloads import plain

Row = dict[str, Any]


def address(route: str, *args: str) -> str:
    """The full address of a route."""
    return f"{settings.BASE_URL}{reverse(route, args=args)}"


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return f"{settings.BASE_URL}{path}"


def said(row: Any, field: str) -> str:
    """A field in the reader's language."""
    return str(translated(row, field))


def plan_answer(plan: Plan) -> Row:
    """A plan with its levels and periods."""
    return {
        "key": plan.key,
        "name": said(plan, "name"),
        "first_year": plan.first_year,
        "last_year": plan.last_year,
        "adopted_on": plan.adopted_on,
        "state": plan.state_on(timezone.localdate(), start_month=fiscal_year_start_month()).value,
        "scope_note": said(plan, "scope_note"),
        "source": plan.source,
        "levels": [
            {"key": row.key, "name": said(row, "name"), "kind": row.kind} for row in plan.levels.all()
        ],
        "periods": [
            {
                "number": row.number,
                "name": said(row, "name"),
                "first_year": row.first_year,
                "last_year": row.last_year,
            }
            for row in plan.periods.all()
        ],
        "predecessor": plan.predecessor.key if plan.predecessor else None,
        "successor": plan.successor.key if hasattr(plan, "successor") else None,
        "url": address("plan-detail", plan.key),
        "document": address("plan-data", plan.key, "json"),
    }


def tree_answer(plan: Plan) -> Row:
    """A plan with its whole tree."""
    outline = outline_for(ANONYMOUS, plan)

    def branch(node: Node) -> Row:
        return {
            "code": node.code,
            "level": node.level.key,
            "name": said(node, "name"),
            "url": address("node-detail", plan.key, node.code),
            "children": [branch(child) for child in outline.children(node)],
        }

    return {**plan_answer(plan), "tree": [branch(node) for node in outline.roots]}


def node_answer(node: Node) -> Row:
    """A node with its sentences and what hangs on it; relations must be prefetched."""
    return {
        **node_row(node),
        "statements": [
            {"kind": row.kind, "text": said(row, "text")}
            for row in node.statements.all()
            if said(row, "text")
        ],
        "children": [child.code for child in node.children.all()],
        "indicators": [placement.indicator.key for placement in node.placements.all()],
        "documents": [row.key for row in node.documents.all()],
        "schemes": [row.key for row in node.schemes.all()],
        "project": address("api-project", node.plan.key, node.code) if node.is_project else None,
    }


def indicator_answer(row: Indicator) -> Row:
    """An indicator and where plans place it; relations must be prefetched."""
    return {
        "key": row.key,
        "name": said(row, "name"),
        "kind": row.kind,
        "unit": said(row, "unit"),
        "decimals": row.decimals,
        "source": said(row, "source"),
        "definition": said(row, "definition"),
        "note": said(row, "note"),
        "department": said(row.department, "name") if row.department else None,
        "placements": [
            {
                "plan": placement.node.plan.key,
                "node": placement.node.code,
                "node_name": said(placement.node, "name"),
                "comparator": placement.comparator,
            }
            for placement in row.placements.all()
        ],
        "url": address("indicator-detail", row.key),
    }


def indicator_detail_answer(row: Indicator) -> Row:
    """An indicator with all its printed and measured values."""
    measured: dict[str, list[Row]] = defaultdict(list)
    for observation in observation_rows(ANONYMOUS, indicator=row.key):
        measured[observation["series"]].append(_plain(observation))
    return {
        **indicator_answer(row),
        "series": [
            {
                "key": series.key,
                "name": said(series, "name"),
                "points": [
                    {
                        "plan": point.plan.key,
                        "role": point.role,
                        "fiscal_year": point.fiscal_year,
                        "as_of": point.as_of or None,
                        "value": plain(point.value),
                        "decimals": point.decimals,
                        "comparator": point.comparator,
                        "period": point.period.number if point.period else None,
                        "printed": point.printed,
                        "note": said(point, "note"),
                    }
                    for point in series.points.all()
                ],
                "observations": measured[series.key],
            }
            for series in row.series.all()
        ],
    }


def figure_answers(plan: Plan) -> list[Row]:
    """Every figure of a plan with its state, its definitions and its source."""
    return [_figure(found) for found in state_of_figures_for(ANONYMOUS, plan)]


def _figure(found: FigureState) -> Row:
    subject, node, plan = found.placed.subject, found.placed.node, found.placed.plan
    whose: Row
    named: Indicator | ProjectFigure
    if isinstance(subject, Series):
        named = subject.indicator
        whose = {"indicator": named.key, "series": subject.key, "figure": None}
        url = address("indicator-detail", named.key)
    else:
        named = subject
        whose = {"indicator": None, "series": None, "figure": subject.order}
        url = address("node-detail", plan.key, node.code)
    return {
        "plan": plan.key,
        "node": node.code,
        **whose,
        "name": said(named, "name"),
        "unit": said(named, "unit"),
        "state": found.state.value,
        "states": sorted(state.value for state in found.states),
        "department": said(found.department, "name") if found.department else "",
        "next_due": found.next_due,
        "late_years": list(found.late_years),
        "definitions": [definition_row(row) for row in found.definitions],
        "binding": binding_row(found.binding) if found.binding is not None else None,
        "latest": _plain(latest_row(found.latest)) if found.latest is not None else None,
        "url": url,
    }


def _plain(row: Row) -> Row:
    numbers = {"value", "interval_low", "interval_high"}
    return {key: plain(value) if key in numbers else value for key, value in row.items()}


def project_answers(listed: Sequence[Node]) -> list[Row]:
    """Projects with what they do, their yearly numbers and what was measured, in the given order."""
    heads = {node.pk: node_row(node) for node in listed}
    measured: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in observation_rows(ANONYMOUS):
        if row["project"] is not None:
            measured[(row["plan"], row["project"], row["figure"])].append(_plain(row))
    return [{**heads[node.pk], **_project(node, measured)} for node in projects_for(ANONYMOUS, listed)]


def _project(node: Any, measured: dict[tuple[str, str, int], list[Row]]) -> Row:
    initiatives = list(node.initiatives.all())
    orders = {row.pk: row.order for row in initiatives}
    names = {row.pk: said(row, "name") for row in initiatives}
    return {
        "initiatives": [
            {
                "order": row.order,
                "marker": row.marker,
                "parent": orders.get(row.parent_id),
                "name": names[row.pk],
                "milestones": [
                    {
                        "order": one.order,
                        "text": said(one, "text"),
                        **{
                            name: getattr(one, name)
                            for name in ("first_year", "last_year", "open_ended", "certain")
                        },
                    }
                    for one in row.milestones.all()
                ],
            }
            for row in initiatives
        ],
        "figures": [
            {
                "order": row.order,
                "name": said(row, "name"),
                "unit": said(row, "unit"),
                "comparator": row.comparator,
                "decimals": row.decimals,
                "initiative": names.get(row.initiative_id),
                "points": [
                    {
                        "role": point.role,
                        "fiscal_year": point.fiscal_year,
                        "as_of": point.as_of or None,
                        "value": plain(point.value),
                        "printed": point.printed,
                        "note": said(point, "note"),
                    }
                    for point in row.points.all()
                ],
                "observations": measured[(node.plan.key, node.code, row.order)],
            }
            for row in node.figures.all()
        ],
    }


def document_answer(row: PolicyDocument) -> Row:
    """A policy document with its revisions; relations must be prefetched."""
    return {
        **{name: said(row, name) for name in ("name", "legal_basis", "summary")},
        "key": row.key,
        "kind": row.kind,
        "nodes": [one.code for one in row.nodes.all()],
        "revisions": [
            {
                "fiscal_year": one.fiscal_year,
                "event": one.event,
                "label": said(one, "label"),
                "note": said(one, "note"),
            }
            for one in row.revisions.all()
        ],
        "url": address("document-detail", row.key),
    }


def found_answer(hit: Hit) -> Row:
    """A page that a search found, without marks."""
    return {
        "kind": hit.source,
        "code": hit.code,
        "title": hit.title,
        "context": hit.context,
        "excerpt": "".join(piece.text for piece in hit.pieces),
        "url": absolute(hit.url),
    }


def column_answer(column: Column) -> Row:
    """A column of a dataset in the reader's language."""
    return {
        "key": column.key,
        "title": _(column.title),
        "type": column.type,
        "unit": column.unit,
        "description": _(column.description) if column.description else "",
    }
