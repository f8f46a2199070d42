"""What an edition of a sheet holds: all that its page, print and file say, as JSON (``jichi-sheet/1``).

::

    {"format": "jichi-sheet/1", "kind": "project" | "ward_project" | "measure",
     "cycle": {"title", "fiscal_year", "kind", "key": the plan's key},
     "node": {"code", "name", "path": [{"level", "code", "name"}], "department", "ward"},
     "form": {"key", "number", "digest"},
     "values": answers by address (:func:`jichi.sheets.reading.to_json`),
     "grades": [{"indicator", "indicator_key", "series", "unit", "decimals", "comparator", "grade", "cause",
                 "case", "steps", "beside", "rule": {"key", "number", "title", "confirmed"}}],
     "numbers": [{"name", "unit", "comparator", "decimals", "target", "actual", "note"}],
     "finance": [{"code", "name", "account", "percent", "estimate", "settled"}]  (yen),
     "projects": [{"code", "name", "accomplishment"}]  (of a measure)}

Decimals are text; what is missing is null, never 0. A department or ward there is none of is "".
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from jichi.plan.models import Node

from .models import BudgetAmount, Cycle, Grade, Sheet
from .queries.contents import Figures, Lines, Parts, parts_of

FORMAT = "jichi-sheet/1"

Content = dict[str, Any]


def content_of_sheets(cycle: Cycle, sheets: Iterable[Sheet], on: datetime.datetime) -> dict[int, Content]:
    """The content of each sheet that was handed in, by its id, as it stands at ``on``.

    The answers are those that were accepted, or else handed in last; sheets without any are left out. The
    number of queries does not depend on the number of sheets.
    """
    # What it tells of the projects' own evaluation must not be out before that evaluation is.
    public_by = max(on, cycle.public_from) if cycle.public_from is not None else on
    parts = parts_of(cycle, list(sheets), on, public_by=public_by)
    return {sheet.pk: _content(parts, sheet) for sheet in parts.sheets if sheet.pk in parts.revisions}


def digest_of_content(content: Content) -> str:
    """The SHA-256 of a content, independent of the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _content(parts: Parts, sheet: Sheet) -> Content:
    revision = parts.revisions[sheet.pk]
    version = parts.forms[revision.form_version_id]
    node = parts.nodes[sheet.node_id]
    return {
        "format": FORMAT,
        "kind": sheet.kind,
        "cycle": {
            "title": parts.cycle.title,
            "fiscal_year": parts.cycle.fiscal_year,
            "kind": parts.cycle.kind,
            "key": parts.cycle.plan.key,
        },
        "node": {
            "code": node.code,
            "name": node.name,
            "path": [
                {"level": one.level.name, "code": one.code, "name": one.name} for one in _above(parts, node)
            ],
            "department": sheet.department.name if sheet.department is not None else "",
            "ward": _ward(sheet),
        },
        "form": {"key": version.form.key, "number": version.number, "digest": version.digest},
        "values": revision.values,
        "grades": [grade_json(row) for row in parts.grades.get(sheet.node_id, ())],
        "numbers": [_number(row) for row in parts.figures.get(sheet.node_id, ())],
        "finance": [_finance(row) for row in parts.lines.get(sheet.node_id, ())],
        "projects": [
            {"code": one.code, "name": one.name, "accomplishment": parts.accomplishments.get(one.pk)}
            for one in parts.projects.get(sheet.node_id, ())
        ],
    }


def _above(parts: Parts, node: Node) -> list[Node]:
    found: list[Node] = []
    current = node.parent_id
    while current is not None and len(found) < 20:
        found.insert(0, parts.nodes[current])
        current = parts.nodes[current].parent_id
    return found


def _ward(sheet: Sheet) -> str:
    department = sheet.department
    return department.ward.name if department is not None and department.ward is not None else ""


def grade_json(row: Grade) -> dict[str, Any]:
    """A grade as contents hold it."""
    indicator = row.placement.indicator
    return {
        "indicator": indicator.name,
        "indicator_key": indicator.key,
        "series": row.series.name,
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "comparator": row.placement.comparator,
        "grade": row.grade,
        "cause": row.cause,
        "case": row.case,
        "steps": row.steps,
        "beside": row.beside,
        "rule": {
            "key": row.rule.rule_set.key,
            "number": row.rule.number,
            "title": row.rule.rule_set.title,
            "confirmed": row.rule.is_confirmed,
        },
    }


def _number(row: Figures) -> dict[str, Any]:
    figure = row.figure
    return {
        "name": figure.name,
        "unit": figure.unit,
        "comparator": figure.comparator,
        "decimals": figure.decimals,
        "target": plain(row.target),
        "actual": plain(row.actual),
        "note": row.note,
    }


def _finance(row: Lines) -> dict[str, Any]:
    return {
        "code": row.line.code,
        "name": row.line.name,
        "account": row.line.account,
        "percent": plain(row.percent),
        "estimate": _yen(row.estimate),
        "settled": _yen(row.settled),
    }


def _yen(row: BudgetAmount | None) -> str | None:
    return None if row is None else str(row.amount)


def plain(value: Decimal | None) -> str | None:
    """A number as text, without zeros that say nothing; None stays None."""
    if value is None:
        return None
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
