"""What a project cost, year beside year: estimate and settled account, each with its bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.evaluation.fields import ESTIMATE, PROJECT_COST, SETTLED, TOTAL
from jichi.evaluation.queries.public_sheets import YearOf
from jichi.ui.numbers import fiscal_year, format_number
from jichi.ui.tables import Cell, Column, Table

from .bars import bar
from .words import MISSING_ANSWER, number_or_dash, written


def costs_table(years: Sequence[YearOf]) -> Table | None:
    """Total cost (where the sheets give none, project cost) of each year; None for less than two years."""
    key = TOTAL if any(year.costs.get(f"{TOTAL}.{SETTLED}") for year in years) else PROJECT_COST
    given = [
        (
            year,
            number_or_dash(year.costs.get(f"{key}.{ESTIMATE}")),
            number_or_dash(year.costs.get(f"{key}.{SETTLED}")),
        )
        for year in years
    ]
    amounts = [amount for _year, *pair in given for amount in pair if amount is not None]
    if len(given) < 2 or not amounts:
        return None
    longest = max(amounts)
    return Table(
        caption=_("Total cost year by year (thousand yen)")
        if key == TOTAL
        else _("Project cost year by year (thousand yen)"),
        columns=[
            Column(_("Fiscal year"), head=True),
            Column(_("Budget estimate")),
            Column(_("Settled account")),
        ],
        rows=[
            [
                Cell(fiscal_year(year.cycle.fiscal_year, style="short")),
                Cell(_amount(estimate, longest)),
                Cell(_amount(settled, longest)),
            ]
            for year, estimate, settled in given
        ],
        note=_("A dash means that nothing was given: it is not nought."),
        ident="costs-by-year",
    )


def _amount(amount: Decimal | None, longest: Decimal) -> SafeString:
    if amount is None:
        return SafeString(MISSING_ANSWER)
    return format_html("{}{}", format_number(amount), bar(amount, longest) if longest else "")


def finance_table(content: Mapping[str, Any]) -> Table | None:
    """The budget lines a project bears, from the finance system's file; in yen."""
    lines = content.get("finance") or []
    if not lines:
        return None
    return Table(
        caption=_("Budget lines behind it (yen)"),
        columns=[
            Column(_("Budget line"), head=True),
            Column(_("Share"), numeric=True),
            Column(_("Budget estimate"), numeric=True),
            Column(_("Settled account"), numeric=True),
        ],
        rows=[
            [
                Cell(
                    format_html("{} {}", one.get("code", ""), written(str(one.get("name", ""))).html),
                    note=written(str(one.get("account") or "")).html,
                ),
                Cell(_number(one.get("percent"), "%")),
                Cell(_number(one.get("estimate"))),
                Cell(_number(one.get("settled"))),
            ]
            for one in lines
        ],
        phone="cards",
        ident="finance",
        hide_caption=True,
    )


def _number(text: Any, unit: str = "") -> str:
    number = number_or_dash(text)
    if number is None:
        return MISSING_ANSWER
    return format_number(number) + (f" {unit}" if unit else "")
