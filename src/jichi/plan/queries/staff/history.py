"""The plan's history: who changed what and when, narrowed down by row, person and day."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import Edit, Plan

READ = "plan.edit:read"


def edits_for(
    viewer: Viewer,
    plan: Plan | None,
    *,
    model: str = "",
    object_id: str = "",
    actor: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> QuerySet[Edit]:
    """Edits of a plan and of what outlives plans, newest first.

    ``actor`` is the beginning of an opaque actor name; ``since`` and ``until`` are days, both included.
    """
    if not viewer.can(READ):
        return Edit.objects.none()
    rows = Edit.objects.select_related("plan", "undone_by").order_by("-id")
    if plan is not None:
        rows = rows.filter(Q(plan=plan) | Q(plan__isnull=True))
    if model:
        rows = rows.filter(model=model)
    if object_id:
        rows = rows.filter(object_id=object_id)
    if since:
        rows = rows.filter(at__date__gte=since)
    if until:
        rows = rows.filter(at__date__lte=until)
    if actor:
        rows = rows.filter(actor__in=[ref for ref in _actors(rows) if ref.hex.startswith(actor.lower())])
    return rows


def edits_of_row(viewer: Viewer, model: str, pk: object, limit: int = 10) -> list[Edit]:
    """The latest edits of one row."""
    return list(edits_for(viewer, None, model=model, object_id=str(pk))[:limit])


def edit_for(viewer: Viewer, pk: int) -> Edit | None:
    """One edit, or None where there is none the viewer may read."""
    return edits_for(viewer, None).filter(pk=pk).first()


def actors_for(viewer: Viewer, plan: Plan | None) -> list[uuid.UUID]:
    """The opaque names of all who edited the plan."""
    return sorted(_actors(edits_for(viewer, plan)))


def _actors(rows: QuerySet[Edit]) -> set[uuid.UUID]:
    return set(rows.order_by().values_list("actor", flat=True).distinct())
