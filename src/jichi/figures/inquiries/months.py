"""Months in the order of the city's fiscal year, for reports that come month by month."""

from __future__ import annotations

import calendar
import datetime

from jichi.city.queries import fiscal_year_start_month
from jichi.figures.models import Inquiry

MONTHS = 12


def place_in_year(month: int) -> int:
    """How many months of the fiscal year are over when ``month`` begins (0 … 11)."""
    return (month - fiscal_year_start_month()) % MONTHS


def when(inquiry: Inquiry) -> tuple[int, int]:
    """What an inquiry is about, in order of time: its fiscal year and place in it (-1: the whole year)."""
    return inquiry.fiscal_year, place_in_year(inquiry.month) if inquiry.month else -1


def first_day(fiscal_year: int, month: int) -> datetime.date:
    """The first day of a month of a fiscal year."""
    year = fiscal_year if month >= fiscal_year_start_month() else fiscal_year + 1
    return datetime.date(year, month, 1)


def last_day(fiscal_year: int, month: int) -> datetime.date:
    """The last day of a month of a fiscal year."""
    first = first_day(fiscal_year, month)
    return first.replace(day=calendar.monthrange(first.year, month)[1])
