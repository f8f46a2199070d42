"""Figures, tables and pictures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jichi.ui import numbers, states
from jichi.ui.tables import Table
from jichi.ui.year_table import YearTable

from .base import register, render


@register.simple_tag
def figure(
    amount: Decimal | int | None,
    unit: str = "",
    decimals: int | None = None,
    comparator: str = "none",
    year: int | None = None,
    as_of: dt.date | None = None,
    source: str = "",
    source_url: str = "",
    label: str = "",
    size: str = "",
    missing: str = "",
) -> SafeString:
    """A number with its unit, year and source; ``size="large"`` for the one figure of a page.

    ``missing`` says why there is none when ``amount`` is None.
    """
    whole = numbers.compared(numbers.with_unit("\0", unit), comparator)
    before, _sep, after = whole.partition("\0")
    return render(
        "figure",
        number=None if amount is None else numbers.format_number(amount, decimals),
        before=before.strip(),
        after=after.strip(),
        when=numbers.format_date(as_of, weekday=False)
        if as_of
        else numbers.fiscal_year(year)
        if year
        else "",
        source=source,
        source_url=source_url,
        label=label,
        size=size,
        missing=missing or states.state_word("not_loaded"),
    )


@register.simple_tag
def data_table(table: Table) -> SafeString:
    """``{% data_table table %}`` with a :class:`jichi.ui.tables.Table`."""
    return render("data_table", table=table)


@register.simple_block_tag
def table_scroll(content: str, label: str) -> SafeString:
    """A region that scrolls sideways instead of the page, by keyboard too: wrap any wide table in it."""
    return format_html(
        '<div class="table-scroll" role="region" tabindex="0" aria-label="{}">{}</div>', label, content
    )


@register.simple_tag
def year_table(table: YearTable) -> SafeString:
    """``{% year_table table %}`` with :func:`jichi.ui.year_table.year_table`."""
    return render("year_table", table=table)


@register.simple_tag
def chart(drawn: Any, heading: int = 3, table: bool = True) -> SafeString:
    """``{% chart drawn %}``: the picture, its notes, and its table on demand (``table=False``: none)."""
    return render("chart", chart=drawn, heading=heading, with_table=table)
