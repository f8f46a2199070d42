"""The data of single pages: of a node, an indicator, a policy document, each as one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext_noop as _

from jichi.city.access import Viewer
from jichi.figures.queries_export import observation_rows
from jichi.manifest import Column
from jichi.plan.exports import EXPORTS
from jichi.plan.models import Node
from jichi.plan.queries import indicators_for, placements_for
from jichi.plan.queries.export import (
    document_rows,
    milestone_rows,
    ordered_nodes_for,
    point_rows,
    project_figure_rows,
)
from jichi.ui.content import translated

Row = dict[str, Any]

NODE_COLUMNS = (
    Column(
        key="kind",
        title=_("Kind of row"),
        description=_(
            "part: a part of the plan; statement: a sentence; point: a number the plan prints; "
            "activity: what is done in which years; observation: a measured value."
        ),
    ),
    Column(key="code", title=_("Code")),
    Column(key="name", title=_("Name")),
    Column(key="item", title=_("Item"), description=_("The indicator, yearly number or initiative.")),
    Column(key="series", title=_("Series")),
    Column(key="role", title=_("Role")),
    Column(key="fiscal_year", title=_("Fiscal year"), type="integer"),
    Column(key="last_year", title=_("Last fiscal year"), type="integer"),
    Column(key="value", title=_("Value"), type="decimal"),
    Column(key="unit", title=_("Unit")),
    Column(key="comparator", title=_("Comparator")),
    Column(key="text", title=_("Text")),
)

INDICATOR_COLUMNS = (
    Column(key="indicator", title=_("Indicator key")),
    Column(key="series", title=_("Series key")),
    Column(key="series_name", title=_("Series")),
    Column(
        key="role",
        title=_("Role"),
        description=_("baseline, current and target are printed; actual is measured."),
    ),
    Column(key="plan", title=_("Plan key")),
    Column(key="fiscal_year", title=_("Fiscal year"), type="integer"),
    Column(key="as_of", title=_("As of")),
    Column(key="value", title=_("Value"), type="decimal"),
    Column(key="unit", title=_("Unit")),
    Column(key="decimals", title=_("Decimal places"), type="integer"),
    Column(key="comparator", title=_("Comparator")),
    Column(key="period", title=_("Period"), type="integer"),
    Column(key="printed", title=_("As printed")),
    Column(key="definition", title=_("Definition")),
    Column(key="coverage_seen", title=_("Coverage: seen"), type="integer"),
    Column(key="coverage_whole", title=_("Coverage: whole"), type="integer"),
    Column(key="n", title=_("Sample size"), type="integer"),
    Column(key="interval_low", title=_("Interval: low"), type="decimal"),
    Column(key="interval_high", title=_("Interval: high"), type="decimal"),
    Column(key="status", title=_("Status")),
    Column(key="revision", title=_("Revision"), type="integer"),
    Column(key="reason", title=_("Reason of the correction")),
    Column(key="source_kind", title=_("Kind of source")),
    Column(key="evidence", title=_("Evidence")),
    Column(key="evidence_url", title=_("Address of the evidence"), type="url"),
    Column(key="is_sample", title=_("Sample data"), type="boolean"),
    Column(key="note", title=_("Note")),
)

DOCUMENT_COLUMNS = next(export.columns for export in EXPORTS if export.key == "documents")


def node_table(viewer: Viewer, plan_key: str, code: str) -> tuple[str, list[Row]] | None:
    """Title and rows of a node and of everything below it; None where the viewer may read no such node."""
    listed = list(ordered_nodes_for(viewer).filter(plan__key=plan_key).prefetch_related("statements"))
    by_id = {node.pk: node for node in listed}
    node = next((one for one in listed if one.code == code), None)
    if node is None:
        return None
    inside = [one for one in listed if _is_within(one, node, by_id)]
    numbers, activities = _project_rows(viewer, plan_key), _activity_rows(viewer, plan_key)
    indicators = _indicator_rows(viewer, plan_key)
    rows: list[Row] = []
    for one in inside:
        own = {"code": one.code, "name": str(translated(one, "name"))}
        below = chain(_own_rows(one), indicators[one.code], activities[one.code], numbers[one.code])
        rows += [{**own, **row} for row in below]
    return f"{node.code} {translated(node, 'name')}", rows


def _is_within(node: Node, above: Node, by_id: dict[int, Node]) -> bool:
    current: Node | None = node
    while current is not None:
        if current.pk == above.pk:
            return True
        current = by_id.get(current.parent_id) if current.parent_id else None
    return False


def _own_rows(node: Node) -> Iterator[Row]:
    yield {"kind": "part", "role": node.level.key, "text": str(translated(node, "summary"))}
    for statement in node.statements.all():
        if text := str(translated(statement, "text")):
            yield {"kind": "statement", "role": statement.kind, "text": text}


def _indicator_rows(viewer: Viewer, plan_key: str) -> dict[str, list[Row]]:
    """Points and values of the plan's indicators, by the code of the node that places them."""
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in _points_and_values(viewer):
        if row["plan"] in (plan_key, None):
            by_key[row["indicator"]].append(row)
    found: dict[str, list[Row]] = defaultdict(list)
    for placement in placements_for(viewer).filter(node__plan__key=plan_key):
        item = str(translated(placement.indicator, "name"))
        for row in by_key[placement.indicator.key]:
            found[placement.node.code].append(
                {
                    "kind": "observation" if row["role"] == "actual" else "point",
                    "item": item,
                    "series": row["series_name"],
                    **{key: row.get(key) for key in ("role", "fiscal_year", "value", "unit", "comparator")},
                    "text": row.get("printed") or row.get("note"),
                }
            )
    return found


def _activity_rows(viewer: Viewer, plan_key: str) -> dict[str, list[Row]]:
    """What the projects do, by project code."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in milestone_rows(viewer, plan=plan_key):
        found[row["project"]].append(
            {
                "kind": "activity",
                "item": row["initiative_name"],
                "fiscal_year": row.get("first_year"),
                "last_year": row.get("last_year"),
                "text": row.get("text"),
            }
        )
    return found


def _project_rows(viewer: Viewer, plan_key: str) -> dict[str, list[Row]]:
    """The yearly numbers of the projects, printed and measured, by project code."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in project_figure_rows(viewer, plan=plan_key):
        found[row["project"]].append(
            {
                "kind": "point",
                "item": row["figure_name"],
                "text": row["printed"] or row["note"],
                **{key: row[key] for key in ("role", "fiscal_year", "value", "unit", "comparator")},
            }
        )
    for row in observation_rows(viewer):
        if row["is_latest"] and row["plan"] == plan_key:
            found[row["project"]].append(
                {
                    "kind": "observation",
                    "item": row["name"],
                    "role": "actual",
                    "text": row["note"],
                    **{key: row[key] for key in ("fiscal_year", "value", "unit")},
                }
            )
    return found


def indicator_rows(viewer: Viewer, key: str) -> list[Row]:
    """What is printed and what was measured (newest revisions) of one indicator, oldest year first."""
    return _points_and_values(viewer, key)


def _points_and_values(viewer: Viewer, key: str = "") -> list[Row]:
    printed = list(point_rows(viewer, indicator=key))
    named = {(row["indicator"], row["series"]): row for row in printed}
    measured = []
    for row in observation_rows(viewer, indicator=key):
        like = named.get((row["indicator"], row["series"]))
        if row["is_latest"] and row["indicator"] is not None:
            measured.append(
                {
                    **row,
                    "role": "actual",
                    "plan": None,
                    "unit": like["unit"] if like else row["unit"],
                    "series_name": like["series_name"] if like else "",
                    "as_of": row["as_of"].isoformat() if row["as_of"] else None,
                }
            )
    return sorted(
        [*printed, *measured],
        key=lambda row: (row["indicator"], row["series"], row["fiscal_year"] or 0, row["role"] == "actual"),
    )


def indicator_table(viewer: Viewer, key: str) -> tuple[str, list[Row]] | None:
    """Title and rows of one indicator; None where the viewer may read no such indicator."""
    indicator = indicators_for(viewer).filter(key=key).first()
    return (str(translated(indicator, "name")), indicator_rows(viewer, key)) if indicator else None


def document_table(viewer: Viewer, key: str) -> tuple[str, list[Row]] | None:
    """Title and rows of one policy document; None where the viewer may read no such document."""
    rows = [row for row in document_rows(viewer) if row["key"] == key]
    return (rows[0]["name"], rows) if rows else None
