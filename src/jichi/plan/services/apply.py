"""Applying a plan document (the jichi-plan/1 form) to the database: idempotent, with a diff, in one
transaction.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.plan.enums import Comparator, PointRole
from jichi.plan.models import (
    Indicator,
    Level,
    Node,
    Period,
    Placement,
    Plan,
    Point,
    Series,
    Statement,
)

from .apply_projects import apply_documents, apply_not_held, apply_projects, apply_schemes
from .facts import decimal_of
from .sync import Sync, Tally
from .translations import Memory, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyReport:
    """What applying a document did, per kind of row."""

    plan: Plan
    tallies: dict[str, Tally]

    @property
    def touched(self) -> int:
        return sum(tally.touched for tally in self.tallies.values())


@dataclass(slots=True, kw_only=True)
class Context:
    """What the steps of one application share."""

    sync: Sync
    plan: Plan
    document: Mapping[str, Any]
    memory: Memory
    departments: Mapping[str, int]


def apply_document(
    *,
    viewer: Viewer,
    document: Mapping[str, Any],
    memory: Memory | None = None,
    departments: Mapping[str, int] | None = None,
    publish: bool = False,
    reason: str = "",
) -> ApplyReport:
    """Bring the plan named in ``document`` to what the document says.

    ``document`` must have passed the published schema. ``memory`` maps language → source string →
    translation; ``departments`` a department's key to its id. Applying the same document twice changes
    nothing.

    Raises:
        NotAllowed, Invalid (a node without its parent, an unknown level or department).
    """
    try:
        return _apply(viewer, document, memory or {}, departments or {}, publish=publish, reason=reason)
    except IntegrityError as error:
        text = _("The document contradicts itself or what stands in another plan (%(detail)s).")
        raise Invalid({"": [text % {"detail": error}]}) from error


def _apply(
    viewer: Viewer,
    document: Mapping[str, Any],
    memory: Memory,
    departments: Mapping[str, int],
    *,
    publish: bool,
    reason: str,
) -> ApplyReport:
    head = document["plan"]
    stored = Plan.objects.filter(key=head["key"]).first()
    with act(viewer, "plan.plan:apply", stored) as act_id:
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=stored, reason=reason)
        merged = {**document.get("translations", {}), **memory}
        plan = _apply_head(sync, head, merged, stored)
        sync.plan = plan
        context = Context(
            sync=sync,
            plan=plan,
            document=document,
            memory=merged,
            departments=departments,
        )
        nodes = _apply_nodes(context)
        _apply_statements(context, nodes)
        _apply_indicators(context, nodes)
        apply_projects(context, nodes)
        apply_documents(context, nodes)
        apply_schemes(context, nodes)
        apply_not_held(context, nodes)
        if publish and plan.published_at is None:
            plan.published_at = timezone.now()
            plan.save(update_fields=["published_at"])
        for edit in sync.edits:
            edit.plan = plan
        touched = sync.finish()
        if touched:
            digest = digest_of(f"{edit.model}:{edit.object_id}" for edit in sync.edits)
            record(viewer, "plan.plan:apply", plan, count=touched, digest=digest)
    return ApplyReport(plan=plan, tallies=sync.tallies)


def _date(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _apply_head(sync: Sync, head: Mapping[str, Any], memory: Memory, stored: Plan | None) -> Plan:
    facts: dict[str, Any] = {
        "key": head["key"],
        "name": head["name"],
        "language": head.get("language", "ja"),
        "first_year": head["first_year"],
        "last_year": head["last_year"],
        "adopted_on": _date(head.get("adopted_on")),
        "scope_note": head.get("scope_note", ""),
        "source": dict(head.get("source", {})),
    }
    if head.get("superseded_on"):
        facts["superseded_on"] = _date(head["superseded_on"])
    if head.get("predecessor"):
        facts["predecessor_id"] = Plan.objects.get(key=head["predecessor"]).pk
    facts = translated(memory, facts, ("name", "scope_note"), stored)
    plan = sync.bring(Plan, {head["key"]: stored} if stored else {}, {head["key"]: facts})[head["key"]]
    levels = {
        level["key"]: translated(
            memory,
            {
                "plan_id": plan.pk,
                "depth": depth,
                "key": level["key"],
                "name": level["name"],
                "kind": level["kind"],
            },
            ("name",),
            None,
        )
        for depth, level in enumerate(head["levels"])
    }
    sync.bring(Level, {row.key: row for row in Level.objects.filter(plan=plan)}, levels)
    periods = {
        period["number"]: translated(
            memory,
            {
                "plan_id": plan.pk,
                "number": period["number"],
                "name": period["name"],
                "first_year": period.get("first_year"),
                "last_year": period.get("last_year"),
            },
            ("name",),
            None,
        )
        for period in head.get("periods", [])
    }
    sync.bring(Period, {row.number: row for row in Period.objects.filter(plan=plan)}, periods)
    return plan


def _apply_nodes(context: Context) -> dict[str, Node]:
    plan = context.plan
    levels = {row.key: row for row in Level.objects.filter(plan=plan)}
    stored = {row.code: row for row in Node.objects.filter(plan=plan).select_related("level")}
    rows: dict[str, Node] = {}
    listed = context.document["nodes"]
    _check_tree(listed, levels)
    gone, moved = _places_that_change(stored, listed)
    context.sync.park(Node, [*gone, *moved])
    # Level by level, because a child needs its parent's id.
    for level in sorted(levels.values(), key=lambda row: row.depth):
        wanted = {}
        for node in listed:
            if node["level"] != level.key:
                continue
            parent = rows[node["parent"]] if node.get("parent") else None
            facts = {
                "plan_id": plan.pk,
                "level_id": level.pk,
                "parent_id": parent.pk if parent else None,
                "code": node["code"],
                "order": node["order"],
                "name": node["name"],
                "summary": node.get("summary", ""),
            }
            facts |= _source_text(node) | _department(context, node)
            wanted[node["code"]] = translated(
                context.memory, facts, ("name", "summary"), stored.get(node["code"])
            )
        present = {code: row for code, row in stored.items() if code in wanted}
        for code, row in context.sync.bring(Node, present, wanted).items():
            rows[str(code)] = row
    # Last, because what is kept may have stood below what goes.
    context.sync.remove(gone)
    return rows


def _check_tree(listed: list[Mapping[str, Any]], levels: Mapping[str, Level]) -> None:
    codes = {node["code"]: node for node in listed}
    wrong: list[str] = []
    for node in listed:
        if node["level"] not in levels:
            wrong.append(_("%(code)s: the level “%(level)s” is not one of the plan's.") % node)
        elif node.get("parent") and node["parent"] not in codes:
            wrong.append(_("%(code)s: its parent %(parent)s is not in the document.") % node)
        elif node.get("parent") and not _stands_below(node, codes[node["parent"]], levels):
            wrong.append(_("%(code)s: its parent %(parent)s does not stand on a higher level.") % node)
    if len(codes) != len(listed):
        wrong.append(_("A code stands twice in the document."))
    if wrong:
        raise Invalid({"nodes": wrong})


def _stands_below(node: Mapping[str, Any], parent: Mapping[str, Any], levels: Mapping[str, Level]) -> bool:
    above = levels.get(parent["level"])
    return above is None or above.depth < levels[node["level"]].depth


def _places_that_change(
    stored: Mapping[str, Node], listed: list[Mapping[str, Any]]
) -> tuple[list[Node], list[Node]]:
    """The nodes that go, from the leaves up, and those that move to another place."""
    codes = {row.pk: code for code, row in stored.items()}
    places = {node["code"]: (node.get("parent"), node["order"]) for node in listed}
    gone = [row for code, row in stored.items() if code not in places]
    moved = [
        row
        for code, row in stored.items()
        if code in places and places[code] != (codes.get(row.parent_id or 0), row.order)
    ]
    return sorted(gone, key=lambda row: row.level.depth, reverse=True), moved


def _source_text(item: Mapping[str, Any]) -> dict[str, str]:
    """The source's prose, which comes from imports alone: a document without it says nothing about it."""
    return {"source_text": item["source_text"]} if item.get("source_text") else {}


def _department(context: Context, item: Mapping[str, Any]) -> dict[str, int]:
    """Whose it is; a document that names nobody leaves the department that officers entered."""
    key = item.get("department")
    if not key:
        return {}
    if key not in context.departments:
        raise Invalid({"department": [_("The department “%(key)s” is not known.") % {"key": key}]})
    return {"department_id": context.departments[key]}


def _apply_statements(context: Context, nodes: dict[str, Node]) -> None:
    stored = {
        (row.node_id, row.kind, row.order): row for row in Statement.objects.filter(node__plan=context.plan)
    }
    wanted: dict[Any, dict[str, Any]] = {}
    for item in context.document["nodes"]:
        counts: dict[str, int] = {}
        for statement in item.get("statements", []):
            order = counts[statement["kind"]] = counts.get(statement["kind"], 0) + 1
            key = (nodes[item["code"]].pk, statement["kind"], order)
            facts = {
                "node_id": key[0],
                "kind": key[1],
                "order": order,
                "text": statement.get("text", ""),
                **_source_text(statement),
            }
            wanted[key] = translated(context.memory, facts, ("text",), stored.get(key))
    context.sync.bring(Statement, stored, wanted)


def _apply_indicators(context: Context, nodes: dict[str, Node]) -> None:
    listed = context.document["indicators"]
    stored = {row.key: row for row in Indicator.objects.filter(key__in=[item["key"] for item in listed])}
    wanted = {}
    for item in listed:
        facts = {
            "key": item["key"],
            "name": item["name"],
            "kind": item["kind"],
            "unit": item["unit"],
            "source": item.get("source", ""),
            "decimals": item.get("decimals", 0),
            "definition": item.get("definition", ""),
            "note": item.get("note", ""),
            **_department(context, item),
        }
        wanted[item["key"]] = translated(
            context.memory, facts, ("name", "unit", "source", "definition", "note"), stored.get(item["key"])
        )
    # An indicator outlives a plan: it is placed or no longer placed, never removed by a plan.
    rows = context.sync.bring(Indicator, stored, wanted, remove=False)
    _apply_placements(context, nodes, rows)
    _apply_points(context, _apply_series(context, rows))


def _apply_placements(context: Context, nodes: dict[str, Node], rows: Mapping[Any, Indicator]) -> None:
    stored = {
        (row.node_id, row.indicator_id): row for row in Placement.objects.filter(node__plan=context.plan)
    }
    wanted: dict[Any, dict[str, Any]] = {}
    counts: dict[int, int] = {}
    for item in context.document["indicators"]:
        node, indicator = nodes[item["node"]], rows[item["key"]]
        counts[node.pk] = counts.get(node.pk, 0) + 1
        wanted[(node.pk, indicator.pk)] = {
            "node_id": node.pk,
            "indicator_id": indicator.pk,
            "order": counts[node.pk],
            "comparator": item.get("comparator", Comparator.NONE),
        }
    context.sync.bring(Placement, stored, wanted)


def _apply_series(context: Context, rows: Mapping[Any, Indicator]) -> dict[tuple[str, str], Series]:
    ids = {row.pk: row.key for row in rows.values()}
    stored = {(ids[row.indicator_id], row.key): row for row in Series.objects.filter(indicator_id__in=ids)}
    wanted: dict[Any, dict[str, Any]] = {}
    for item in context.document["indicators"]:
        for order, series in enumerate(item["series"], start=1):
            key = (item["key"], series.get("key", ""))
            facts = {
                "indicator_id": rows[item["key"]].pk,
                "key": key[1],
                "name": series.get("name", ""),
                "order": order,
            }
            wanted[key] = translated(context.memory, facts, ("name",), stored.get(key))
    found = context.sync.bring(Series, stored, wanted, remove=False)
    return {(str(key[0]), str(key[1])): row for key, row in found.items()}


def _apply_points(context: Context, series: Mapping[tuple[str, str], Series]) -> None:
    plan = context.plan
    periods = {row.number: row.pk for row in Period.objects.filter(plan=plan)}
    stored = {(row.series_id, row.role, row.fiscal_year): row for row in Point.objects.filter(plan=plan)}
    wanted: dict[Any, dict[str, Any]] = {}
    for item in context.document["indicators"]:
        for line in item["series"]:
            row = series[(item["key"], line.get("key", ""))]
            for point in line["points"]:
                key = (row.pk, point["role"], point.get("fiscal_year"))
                facts = _point_facts(point, plan.pk, row.pk, periods)
                wanted[key] = translated(context.memory, facts, ("note",), stored.get(key))
    context.sync.bring(Point, stored, wanted)


def _point_facts(
    point: Mapping[str, Any], plan_id: int, series_id: int, periods: Mapping[int, int]
) -> dict[str, Any]:
    is_target = point["role"] == PointRole.TARGET
    return {
        "series_id": series_id,
        "plan_id": plan_id,
        "role": point["role"],
        "fiscal_year": point.get("fiscal_year"),
        "as_of": point.get("as_of") or "",
        "value": decimal_of(point.get("value")),
        "decimals": point.get("decimals", 0),
        "comparator": point.get("comparator", Comparator.NONE) if is_target else Comparator.NONE,
        "period_id": periods.get(point["period"]) if point.get("period") else None,
        "printed": point.get("printed", ""),
        "note": point.get("note", ""),
    }
