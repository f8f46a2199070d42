"""Which fields of each plan row are facts that people change, compare and undo."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Indicator,
    Initiative,
    Level,
    Milestone,
    Node,
    NotHeld,
    Period,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)

FACTS: dict[type[models.Model], tuple[str, ...]] = {
    Plan: (
        "name",
        "language",
        "first_year",
        "last_year",
        "adopted_on",
        "superseded_on",
        "final_evaluation_on",
        "predecessor_id",
        "scope_note",
        "source",
        "translations",
    ),
    Level: ("plan_id", "depth", "key", "name", "kind", "translations"),
    Period: ("plan_id", "number", "name", "first_year", "last_year", "translations"),
    Node: (
        "plan_id",
        "level_id",
        "parent_id",
        "code",
        "order",
        "name",
        "summary",
        "source_text",
        "department_id",
        "translations",
    ),
    Statement: ("node_id", "kind", "order", "text", "source_text", "translations"),
    Indicator: (
        "key",
        "name",
        "kind",
        "unit",
        "source",
        "decimals",
        "definition",
        "note",
        "department_id",
        "translations",
    ),
    Placement: ("node_id", "indicator_id", "order", "comparator"),
    Series: ("indicator_id", "key", "name", "order", "translations"),
    Point: (
        "series_id",
        "plan_id",
        "role",
        "fiscal_year",
        "as_of",
        "value",
        "decimals",
        "comparator",
        "period_id",
        "printed",
        "note",
        "translations",
    ),
    Initiative: ("project_id", "parent_id", "order", "marker", "name", "translations"),
    Milestone: (
        "initiative_id",
        "order",
        "text",
        "first_year",
        "last_year",
        "open_ended",
        "certain",
        "translations",
    ),
    ProjectFigure: (
        "project_id",
        "initiative_id",
        "order",
        "name",
        "unit",
        "comparator",
        "decimals",
        "translations",
    ),
    FigurePoint: ("figure_id", "role", "fiscal_year", "as_of", "value", "printed", "note", "translations"),
    PolicyDocument: ("key", "name", "kind", "legal_basis", "summary", "translations"),
    DocumentRevision: ("document_id", "order", "fiscal_year", "event", "label", "note", "translations"),
    Scheme: ("key", "name", "summary", "translations"),
    NotHeld: ("plan_id", "node_id", "key", "title", "reason", "translations"),
}

PROSE = frozenset({"summary", "source_text", "text", "definition", "note", "reason", "translations"})


def model_named(name: str) -> type[models.Model]:
    """The plan model behind ``Edit.model``. Raises LookupError for any other name."""
    for model in FACTS:
        if model.__name__ == name:
            return model
    raise LookupError(f"no plan row is called {name!r}")


def as_json(value: Any) -> Any:
    """A fact in a form that JSON keeps exactly: decimals and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    return value


def decimal_of(value: Any) -> Decimal | None:
    """A JSON number as the decimal that was written, or None."""
    return None if value is None else Decimal(str(value))


def facts_of(row: models.Model) -> dict[str, Any]:
    """The facts of a row, ready for JSON."""
    return {name: as_json(getattr(row, name)) for name in FACTS[type(row)]}


def changed_facts(row: models.Model, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``wanted`` that differ from the row's present facts."""
    return {name: value for name, value in wanted.items() if as_json(getattr(row, name)) != as_json(value)}


def for_trail(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit trail says of a change: old and new of facts, "changed" for prose."""
    return {
        name: "changed" if name in PROSE else [old.get(name), new.get(name)]
        for name in new
        if old.get(name) != new.get(name)
    }
