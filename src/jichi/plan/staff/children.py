"""The rows that are edited from another row's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from jichi.plan.models import (
    Indicator,
    Initiative,
    Plan,
    PolicyDocument,
    ProjectFigure,
    Series,
)

from .labels import kind_label, row_label
from .pages import row_url


def _below(row: models.Model) -> Iterable[models.Model]:
    if isinstance(row, Indicator):
        return row.series.select_related("indicator").order_by("order")
    if isinstance(row, Series):
        return row.points.select_related("series__indicator", "plan").order_by("plan", "fiscal_year", "role")
    if isinstance(row, Initiative):
        return row.milestones.select_related("initiative").order_by("order")
    if isinstance(row, ProjectFigure):
        return row.points.select_related("figure").order_by("fiscal_year", "role")
    if isinstance(row, PolicyDocument):
        return row.revisions.select_related("document").order_by("order")
    if isinstance(row, Plan):
        return row.not_held.order_by("key")
    return ()


def children_of(row: models.Model) -> list[dict[str, Any]]:
    """Links to the rows below, each with its kind."""
    return [
        {"title": row_label(one), "url": row_url(one), "kind": kind_label(type(one).__name__)}
        for one in _below(row)
    ]
