"""The second half of applying a document: projects, policy documents, schemes, and what is not held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.plan.enums import Comparator
from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Initiative,
    Milestone,
    Node,
    NotHeld,
    PolicyDocument,
    ProjectFigure,
    Scheme,
)

from .facts import decimal_of
from .sync import Numbered
from .translations import translated

if TYPE_CHECKING:
    from .apply import Context

Nodes = Mapping[str, Node]


def apply_projects(context: Context, nodes: Nodes) -> None:
    """Initiatives with their milestones, and yearly numbers with their points."""
    initiatives = _apply_initiatives(context, nodes)
    _apply_milestones(context, initiatives)
    _apply_figures(context, nodes, initiatives)


def _apply_initiatives(context: Context, nodes: Nodes) -> dict[tuple[str, int], Initiative]:
    """Initiatives, keyed by (project code, printed order), parents before what stands below them."""
    ordered = Initiative.objects.filter(project__plan=context.plan).order_by("project_id", "order")
    names = Numbered()
    stored = {names.key(row.project_id, row.name): row for row in ordered}
    keys = Numbered()
    waiting: dict[Any, tuple[str, Mapping[str, Any]]] = {}
    for item in context.document["projects"]:
        for initiative in item.get("initiatives", []):
            key = keys.key(nodes[item["code"]].pk, initiative["name"])
            waiting[key] = (item["code"], initiative)
    gone = [row for key, row in stored.items() if key not in waiting]
    moved = [
        stored[key]
        for key, (_code, one) in waiting.items()
        if key in stored and stored[key].order != one["order"]
    ]
    context.sync.park(Initiative, [*gone, *moved])
    rows: dict[tuple[str, int], Initiative] = {}
    while waiting:
        ready = {
            key: _initiative_facts(context, code, initiative, nodes, rows, stored.get(key))
            for key, (code, initiative) in waiting.items()
            if initiative.get("parent") is None or (code, initiative["parent"]) in rows
        }
        if not ready:
            raise Invalid(
                {"initiatives": [_("An initiative names a parent that its project does not have.")]}
            )
        for key, row in context.sync.bring(Initiative, _only(stored, ready), ready).items():
            code, initiative = waiting.pop(key)
            rows[(code, initiative["order"])] = row
    # Last, and from the leaves up, because what is kept may have stood below what goes.
    context.sync.remove(reversed(gone))
    return rows


def _only(stored: Mapping[Any, Any], keys: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: row for key, row in stored.items() if key in keys}


def _initiative_facts(
    context: Context,
    code: str,
    initiative: Mapping[str, Any],
    nodes: Nodes,
    rows: Mapping[tuple[str, int], Initiative],
    stored: Initiative | None,
) -> dict[str, Any]:
    parent = initiative.get("parent")
    facts = {
        "project_id": nodes[code].pk,
        "parent_id": rows[(code, parent)].pk if parent is not None else None,
        "order": initiative["order"],
        "marker": initiative.get("marker", ""),
        "name": initiative["name"],
    }
    return translated(context.memory, facts, ("name",), stored)


def _apply_milestones(context: Context, initiatives: Mapping[tuple[str, int], Initiative]) -> None:
    names = Numbered()
    ordered = Milestone.objects.filter(initiative__project__plan=context.plan).order_by(
        "initiative_id", "order"
    )
    stored = {names.key(row.initiative_id, row.text): row for row in ordered}
    keys = Numbered()
    wanted: dict[Any, dict[str, Any]] = {}
    for item in context.document["projects"]:
        for initiative in item.get("initiatives", []):
            row = initiatives[(item["code"], initiative["order"])]
            for order, activity in enumerate(initiative.get("activities", []), start=1):
                key = keys.key(row.pk, activity["text"])
                facts = {
                    "initiative_id": row.pk,
                    "order": order,
                    "text": activity["text"],
                    "first_year": activity.get("first_year"),
                    "last_year": activity.get("last_year"),
                    "open_ended": activity.get("open_ended", False),
                    "certain": activity.get("certain", True) and activity.get("first_year") is not None,
                }
                wanted[key] = translated(context.memory, facts, ("text",), stored.get(key))
    context.sync.bring(Milestone, stored, wanted)


def _apply_figures(context: Context, nodes: Nodes, initiatives: Mapping[tuple[str, int], Initiative]) -> None:
    names = Numbered()
    ordered = ProjectFigure.objects.filter(project__plan=context.plan).order_by("project_id", "order")
    stored = {names.key(row.project_id, row.name, row.unit): row for row in ordered}
    keys = Numbered()
    wanted: dict[Any, dict[str, Any]] = {}
    points: dict[Any, list[Mapping[str, Any]]] = {}
    for item in context.document["projects"]:
        for figure in item.get("figures", []):
            key = keys.key(nodes[item["code"]].pk, figure["name"], figure["unit"])
            above = (
                initiatives.get((item["code"], figure["initiative"])) if figure.get("initiative") else None
            )
            facts = {
                "project_id": nodes[item["code"]].pk,
                "initiative_id": above.pk if above else None,
                "order": figure["order"],
                "name": figure["name"],
                "unit": figure["unit"],
                "comparator": figure.get("comparator", Comparator.NONE),
                "decimals": figure.get("decimals", 0),
            }
            wanted[key] = translated(context.memory, facts, ("name", "unit"), stored.get(key))
            points[key] = figure.get("points", [])
    rows = context.sync.bring(ProjectFigure, stored, wanted)
    _apply_figure_points(context, {row.pk: points[key] for key, row in rows.items()})


def _apply_figure_points(context: Context, points: Mapping[int, list[Mapping[str, Any]]]) -> None:
    stored = {
        (row.figure_id, row.role, row.fiscal_year): row
        for row in FigurePoint.objects.filter(figure__project__plan=context.plan)
    }
    wanted: dict[Any, dict[str, Any]] = {}
    for figure_id, listed in points.items():
        for point in listed:
            key = (figure_id, point["role"], point.get("fiscal_year"))
            facts = {
                "figure_id": figure_id,
                "role": point["role"],
                "fiscal_year": point.get("fiscal_year"),
                "as_of": point.get("as_of") or "",
                "value": decimal_of(point["value"]),
                "printed": point.get("printed", ""),
                "note": point.get("note", ""),
            }
            wanted[key] = translated(context.memory, facts, ("note",), stored.get(key))
    context.sync.bring(FigurePoint, stored, wanted)


def apply_documents(context: Context, nodes: Nodes) -> None:
    """Policy documents live beyond a plan: they are entered or changed, and tied to this plan's nodes."""
    listed = context.document.get("documents", [])
    stored = {row.key: row for row in PolicyDocument.objects.filter(key__in=[item["key"] for item in listed])}
    wanted = {}
    for item in listed:
        facts = {
            "key": item["key"],
            "name": item["name"],
            "kind": item["kind"],
            "legal_basis": item.get("legal_basis", ""),
            "summary": item.get("summary", ""),
        }
        wanted[item["key"]] = translated(
            context.memory, facts, ("name", "legal_basis", "summary"), stored.get(item["key"])
        )
    rows = context.sync.bring(PolicyDocument, stored, wanted, remove=False)
    for item in listed:
        _tie(context, rows[item["key"]], item, nodes)
    _apply_revisions(context, rows)


def _tie(context: Context, row: Any, item: Mapping[str, Any], nodes: Nodes) -> None:
    """Set the thing's links to nodes of this plan, leaving links to other plans' nodes alone."""
    wanted = {nodes[code].pk for code in item.get("nodes", [])}
    present = set(row.nodes.filter(plan=context.plan).values_list("pk", flat=True))
    row.nodes.remove(*(present - wanted))
    row.nodes.add(*(wanted - present))


def _apply_revisions(context: Context, documents: Mapping[Any, PolicyDocument]) -> None:
    ids = [row.pk for row in documents.values()]
    stored = {
        (row.document_id, row.order): row for row in DocumentRevision.objects.filter(document_id__in=ids)
    }
    wanted: dict[Any, dict[str, Any]] = {}
    for item in context.document.get("documents", []):
        document = documents[item["key"]]
        for order, revision in enumerate(item.get("revisions", []), start=1):
            facts = {
                "document_id": document.pk,
                "order": order,
                "fiscal_year": revision.get("fiscal_year"),
                "event": revision["event"],
                "label": revision.get("label", ""),
                "note": revision.get("note", ""),
            }
            key = (document.pk, order)
            wanted[key] = translated(context.memory, facts, ("label", "note"), stored.get(key))
    context.sync.bring(DocumentRevision, stored, wanted)


def apply_schemes(context: Context, nodes: Nodes) -> None:
    """Named schemes, tied to this plan's nodes."""
    listed = context.document.get("schemes", [])
    stored = {row.key: row for row in Scheme.objects.filter(key__in=[item["key"] for item in listed])}
    wanted = {}
    for item in listed:
        facts = {"key": item["key"], "name": item["name"], "summary": item.get("summary", "")}
        wanted[item["key"]] = translated(context.memory, facts, ("name", "summary"), stored.get(item["key"]))
    rows = context.sync.bring(Scheme, stored, wanted, remove=False)
    for item in listed:
        _tie(context, rows[item["key"]], item, nodes)


def apply_not_held(context: Context, nodes: Nodes) -> None:
    """Parts known to exist and not held."""
    stored = {row.key: row for row in NotHeld.objects.filter(plan=context.plan)}
    wanted = {}
    for item in context.document.get("not_held", []):
        facts = {
            "plan_id": context.plan.pk,
            "node_id": nodes[item["node"]].pk if item.get("node") else None,
            "key": item["key"],
            "title": item["title"],
            "reason": item["reason"],
        }
        wanted[item["key"]] = translated(context.memory, facts, ("title", "reason"), stored.get(item["key"]))
    context.sync.bring(NotHeld, stored, wanted)
