"""Which plans a viewer sees, and which of them the city stands on today."""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.plan.enums import PlanState
from jichi.plan.models import Plan

READ_DRAFT = "plan.plan:read_draft"


def visible(viewer: Viewer, prefix: str = "") -> Q:
    """The condition under which rows reached by ``prefix`` (``"node__plan__"``) belong to a readable plan."""
    if viewer.can(READ_DRAFT):
        return Q()
    return Q(**{f"{prefix}published_at__isnull": False})


def plans_for(viewer: Viewer) -> QuerySet[Plan]:
    """The plans the viewer may read, newest first, with their levels, periods and neighbours in time."""
    return (
        Plan.objects.filter(visible(viewer))
        .select_related("predecessor", "successor")
        .prefetch_related("levels", "periods")
    )


def plan_for(viewer: Viewer, key: str) -> Plan | None:
    """The plan of that key, or None where there is none the viewer may read."""
    return plans_for(viewer).filter(key=key).first()


def current_plan_for(
    viewer: Viewer, *, on: datetime.date, default_key: str = "", start_month: int = 4
) -> Plan | None:
    """The plan that tells where the city stands on a day.

    The one in force; where none is, the pack's own choice; otherwise the one that ended last. A draft never
    takes the place of an adopted plan.
    """
    plans = list(plans_for(viewer))
    adopted = [plan for plan in plans if plan.state_on(on, start_month=start_month) != PlanState.DRAFT]
    in_force = [plan for plan in adopted if plan.state_on(on, start_month=start_month) == PlanState.IN_FORCE]
    chosen = [plan for plan in adopted if plan.key == default_key]
    latest = sorted(adopted, key=lambda plan: (plan.last_year, plan.first_year), reverse=True)
    return next(iter([*in_force, *chosen, *latest, *plans]), None)
