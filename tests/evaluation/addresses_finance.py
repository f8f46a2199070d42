"""Arguments of the routes of budget lines for the permission matrix. Lines belong to the whole city."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import BudgetLine, FinanceImport
from jichi.evaluation.services.finance import take_in_lines


def _taken() -> None:
    content = "科目コード,名称,予算額\n02-01,市民活動費,1\n".encode()
    take_in_lines(
        viewer=system_viewer("demo"), kind="estimate", fiscal_year=2023, content=content, filename="a.csv"
    )


def line(owner: Department | None) -> dict[str, Any]:
    """A line of the budget."""
    _taken()
    return {"pk": BudgetLine.objects.get(code="02-01").pk}


def file(owner: Department | None) -> dict[str, Any]:
    """The file it came in."""
    _taken()
    return {"pk": FinanceImport.objects.latest("pk").pk}


ADDRESSES = {"staff-finance-line": line, "staff-finance-shares": line, "staff-finance-file": file}
