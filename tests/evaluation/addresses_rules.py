"""Where the routes of rules and grades are tried by every role."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.evaluation.models import Cycle
from jichi.plan.models import Placement
from tests.permission_matrix import Address

from .rules import planned


def _rule(_owner: Department | None) -> dict[str, Any]:
    return {"key": planned.version_of("kawasaki").rule_set.key, "number": 1}


def _cycle(_owner: Department | None) -> dict[str, Any]:
    held = Cycle.objects.filter(plan__key="kei").first()
    return {"pk": (held or planned.cycle(planned.plan(), planned.version_of("kawasaki"))).pk}


def _start(owner: Department | None) -> dict[str, Any]:
    found = _cycle(owner)
    plan = Cycle.objects.get(pk=found["pk"]).plan
    placed = Placement.objects.filter(node__plan=plan).first() or planned.indicator(plan, "hajime")
    return {**found, "placement": placed.pk, "series": placed.indicator.series.get().pk}


ADDRESSES: dict[str, Address] = {
    "staff-evaluation-rule": _rule,
    "staff-evaluation-grades": _cycle,
    "staff-evaluation-grade": _cycle,
    "staff-evaluation-start-value": _start,
}
