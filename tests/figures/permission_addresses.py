"""Arguments of this room's staff routes for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.plan.models import Indicator, Plan, Series
from tests.plan.rich import applied


def series(owner: Department | None) -> dict[str, Any]:
    if not Plan.objects.filter(key="mihon-1").exists():
        applied()
    Indicator.objects.update(department=owner)
    return {"kind": "series", "pk": Series.objects.get(indicator__key="kanyu").pk}


ADDRESSES = {
    "staff-subject": series,
    "staff-value-new": series,
}
