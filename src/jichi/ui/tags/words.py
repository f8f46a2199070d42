"""Numbers, years and dates as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jichi.ui import languages, numbers

from .base import register


@register.filter
def html_lang(code: str) -> str:
    """``{{ LANGUAGE_CODE|html_lang }}``"""
    return languages.html_lang(code or "ja")


@register.filter
def number(value: Decimal | int | float | None, decimals: int | None = None) -> str:
    """``{{ 4037|number }}`` · ``{{ value|number:1 }}``"""
    return numbers.format_number(value, decimals)


@register.simple_tag
def value(
    amount: Decimal | int | None, unit: str = "", decimals: int | None = None, comparator: str = "none"
) -> str:
    """``{% value point.value unit="%" decimals=1 comparator="ge" %}`` → 64.0 %以上"""
    return numbers.format_value(amount, unit, decimals=decimals, comparator=comparator)


@register.simple_tag
def quantity(
    amount: Decimal | int | None, unit: str = "", decimals: int | None = None, comparator: str = "none"
) -> SafeString:
    """Like ``{% value %}``, kept on one line: for headings and sentences."""
    return format_html(
        '<span class="nowrap">{}</span>',
        numbers.format_value(amount, unit, decimals=decimals, comparator=comparator),
    )


@register.filter
def fiscal_year(year: int | None, style: str = "full") -> str:
    """``{{ 2025|fiscal_year }}`` · ``{{ 2025|fiscal_year:"short" }}``"""
    return numbers.fiscal_year(year, style=style)


@register.simple_tag
def fiscal_years(first: int | None, last: int | None) -> str:
    """``{% fiscal_years 2022 2025 %}`` → 2022–2025年度"""
    return numbers.fiscal_years(first, last)


@register.filter
def unbroken(text: str) -> SafeString:
    """``<h1>{{ sentence|unbroken }}</h1>``: numbers stay on one line with their unit and brackets."""
    return numbers.unbroken(text)


@register.filter
def jdate(day: dt.date | None, weekday: bool = True) -> str:
    """``{{ day|jdate }}`` → 2026年11月23日（月）. Of a moment, the day it is in the city."""
    if isinstance(day, dt.datetime) and timezone.is_aware(day):
        day = timezone.localdate(day)
    return numbers.format_date(day, weekday=weekday)
