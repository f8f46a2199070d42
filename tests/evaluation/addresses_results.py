"""Arguments of the public pages of results for the permission matrix: anybody may read them."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.evaluation.models import Cycle
from tests.evaluation.results import made


def _made() -> None:
    made.plan(2)
    if not Cycle.objects.filter(plan__key=made.PLAN).exists():
        made.cycle(2025)
        made.cycle(2024, kind="interim")


def year(owner: Department | None) -> dict[str, Any]:
    _made()
    return {"fiscal_year": "2025"}


def period(owner: Department | None) -> dict[str, Any]:
    _made()
    return {"plan_key": made.PLAN, "kind": "interim"}


ADDRESSES = {
    "results-year": year,
    "results-year-data": lambda owner: {**year(owner), "fmt": "csv"},
    "results-year-corrections": year,
    "results-year-sheet": lambda owner: {**year(owner), "code": "1-1-002"},
    "results-period": period,
    "results-period-data": lambda owner: {**period(owner), "fmt": "csv"},
    "results-period-corrections": period,
    "results-period-sheet": lambda owner: {**period(owner), "code": "1-1"},
}
