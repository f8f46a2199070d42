"""Numbers, years and dates in the three languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.ui import numbers
from jichi.ui.languages import LANGUAGE_INFO, html_lang, is_japanese

PERCENT = {"ja": "64\u00a0%以上", "en": "64% or more", "ja-simple": "64\u00a0% か それより 多い"}


@pytest.mark.parametrize("language", ["ja", "en", "ja-simple"])
def test_target_with_comparator(language: str) -> None:
    said = numbers.format_value(Decimal("64"), "%", decimals=0, comparator="ge", language=language)
    assert said == PERCENT[language]


def test_counts_have_no_space_in_japanese() -> None:
    assert numbers.format_value(4037, "者", comparator="ge", language="ja") == "4,037者以上"
    assert numbers.format_value(4037, "firms", comparator="le", language="en") == "4,037\u00a0firms or less"
    assert numbers.format_value(Decimal("4.9"), "点", comparator="about", language="ja") == "4.9点程度"


def test_precision_is_the_printed_one() -> None:
    assert numbers.format_number(Decimal("59"), 1, "ja") == "59.0"
    assert numbers.format_number(Decimal("2.25"), 1, "ja") == "2.3"
    assert numbers.format_number(Decimal("4000.00"), None, "ja") == "4,000"
    assert numbers.format_number(Decimal("-3"), None, "ja") == "−3"


def test_missing_is_not_zero() -> None:
    assert numbers.format_value(None, "%", comparator="ge", language="ja") == "—"
    assert numbers.format_value(0, "人", language="ja") == "0人"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.integers(0, 3))
def test_printing_changes_a_value_by_at_most_half_a_unit(value: Decimal, decimals: int) -> None:
    read = Decimal(numbers.format_number(value, decimals, "ja").replace(",", "").replace("−", "-"))
    assert abs(read - value) <= Decimal(1).scaleb(-decimals) / 2


def test_fiscal_years() -> None:
    assert numbers.fiscal_year(2025, "ja") == "令和7（2025）年度"
    assert numbers.fiscal_year(2019, "ja") == "令和元（2019）年度"
    assert numbers.fiscal_year(2018, "ja", style="short") == "平成30年度"
    assert numbers.fiscal_year(2025, "en") == "FY2025"
    assert numbers.fiscal_year(2025, "ja-simple") == "2025年度（れいわ7年度）"
    assert numbers.fiscal_year(1900, "ja") == "1900年度"
    assert numbers.fiscal_years(2022, 2025, "ja") == "2022–2025年度"
    assert numbers.fiscal_years(2022, None, "ja") == "2022年度から"
    assert numbers.fiscal_years(2022, 2025, "en") == "FY2022–2025"


def test_dates() -> None:
    day = dt.date(2026, 11, 23)
    assert numbers.format_date(day, "ja") == "2026年11月23日（月）"
    assert numbers.format_date(day, "ja-simple") == "2026年11月23日（月曜日）"
    assert numbers.format_date(day, "en") == "23 November 2026 (Mon)"
    assert numbers.format_date(None, "ja") == "—"


def test_unbroken_keeps_numbers_together_and_escapes() -> None:
    html = numbers.unbroken("<b>は 59.0\u00a0%（令和2年度）、目標 64\u00a0%以上 & 'x'")
    assert '<span class="nowrap">59.0\u00a0%</span>' in html
    assert '<span class="nowrap">（令和2年度）、</span>' in html
    assert "&lt;b&gt;" in html and "&#x27;x&#x27;" in html


def test_other_languages_use_their_own_separators() -> None:
    assert numbers.format_number(Decimal("4037.5"), 1, "pt") == "4.037,5"


def test_every_language_has_a_tag() -> None:
    assert all(html_lang(code) for code in LANGUAGE_INFO)
    assert is_japanese("ja-simple") and not is_japanese("en")
    assert html_lang("xx") == "xx"
