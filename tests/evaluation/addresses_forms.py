"""Arguments of the workbooks' routes for the permission matrix: one sheet, which belongs to ``owner``."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.evaluation.models import Cycle, Sheet
from jichi.plan.models import Plan
from tests.evaluation.cycle.sample import office, opened
from tests.plan.rich import applied

YEAR = 2023


def sheet(owner: Department | None) -> Sheet:
    """A sheet that lies with ``owner``; without an owner, with an office that nobody works in."""
    owner = owner or Department.objects.filter(key="niemands").first() or office("niemands", "無所属課")
    cycle = Cycle.objects.filter(fiscal_year=YEAR, kind="yearly", state="open").first()
    if cycle is None:
        cycle = opened(Plan.objects.filter(key="mihon-1").first() or applied(), YEAR)
    found = Sheet.objects.filter(cycle=cycle).order_by("pk").first()
    assert found is not None
    Sheet.objects.filter(pk=found.pk).update(department=owner)
    return Sheet.objects.get(pk=found.pk)


def _sheet(owner: Department | None) -> dict[str, Any]:
    return {"pk": sheet(owner).pk}


def _cycle(owner: Department | None) -> dict[str, Any]:
    return {"pk": sheet(owner).cycle_id}


def _office(owner: Department | None) -> dict[str, Any]:
    found = sheet(owner)
    return {"pk": found.cycle_id, "department": found.department_id}


ADDRESSES = {
    "staff-evaluation-workbook": _sheet,
    "staff-evaluation-workbook-return": _sheet,
    "staff-evaluation-workbooks": _cycle,
    "staff-evaluation-workbooks-return": _cycle,
    "staff-evaluation-workbooks-office": _office,
    "staff-evaluation-workbooks-office-return": _office,
}
