"""Arguments of this room's staff routes for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.figures.models import Definition
from jichi.plan.models import Indicator, Plan, Series
from tests.figures.inquiries.addresses import ADDRESSES as INQUIRIES
from tests.figures.statistics.addresses import ADDRESSES as TABLES
from tests.figures.surveys.addresses import ADDRESSES as SURVEYS
from tests.plan.rich import applied


def series(owner: Department | None) -> dict[str, Any]:
    if not Plan.objects.filter(key="mihon-1").exists():
        applied()
    Indicator.objects.update(department=owner)
    return {"kind": "series", "pk": Series.objects.get(indicator__key="kanyu").pk}


def definition(owner: Department | None) -> dict[str, Any]:
    address = series(owner)
    one = Definition.objects.filter(series_id=address["pk"]).first() or Definition.objects.create(
        series_id=address["pk"], code="1", counts="加入している世帯"
    )
    return {**address, "definition": one.pk}


def metric(owner: Department | None) -> dict[str, Any]:
    return {"key": "plan.projects"}


ADDRESSES = {
    "staff-metric-recompute": metric,
    "staff-subject": series,
    "staff-value-new": series,
    "staff-source": series,
    "staff-source-decide": series,
    "staff-definition-new": series,
    "staff-definition-amend": definition,
    **INQUIRIES,
    **SURVEYS,
    **TABLES,
}
