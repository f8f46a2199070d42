"""Numbers, years and dates as text, per language.

A number on a page always carries its unit, its printed precision and, where it is a promise, its comparator
(以上, 以下, 程度). Japanese, easy Japanese and English are written out here; any other language takes its
patterns from the catalogue and its separators from CLDR.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.methods import eras

from .languages import html_lang, is_japanese

NBSP = "\u00a0"
MISSING = "—"
_COMPARED = {
    "ja": {"ge": "{}以上", "le": "{}以下", "about": "{}程度"},
    "ja-simple": {"ge": "{} か それより 多い", "le": "{} か それより 少ない", "about": "だいたい {}"},
    "en": {"ge": "{} or more", "le": "{} or less", "about": "about {}"},
}
_ERA_KANA = {"令和": "れいわ", "平成": "へいせい", "昭和": "しょうわ"}
_WEEKDAYS = "月火水木金土日"


def current_language(language: str | None = None) -> str:
    """The language asked for, or the one of the request, or Japanese outside any request."""
    return language or translation.get_language() or "ja"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(html_lang(language), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def printed(value: Decimal | int | float, decimals: int | None = None) -> Decimal:
    """``value`` rounded half up to its printed precision; without one, its trailing zeros are dropped."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        number = number.normalize()
        # normalize() turns 4000 into 4E+3, which would print as such.
        return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def format_number(
    value: Decimal | int | float | None, decimals: int | None = None, language: str | None = None
) -> str:
    """``4,037`` or ``59.0``; a missing value is a dash, never a zero."""
    if value is None:
        return MISSING
    number = printed(value, decimals)
    language = current_language(language)
    if language in _COMPARED:
        return f"{number:,f}".replace("-", "−")
    places = max(0, -int(number.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(number, format=pattern, locale=_locale(language))


def with_unit(number: str, unit: str, language: str | None = None) -> str:
    """Number and unit joined as the language does: ``59.0 %`` and ``607者``, in English ``607 firms``."""
    if not unit:
        return number
    language = current_language(language)
    if html_lang(language) == "ja":
        return number + (NBSP + unit if unit in {"%", "％"} else unit)
    return number + (unit if unit in {"%", "％"} else NBSP + unit)


def compared(text: str, comparator: str, language: str | None = None) -> str:
    """``text`` with its comparator in words; ``none`` and unknown comparators leave it as it is."""
    language = current_language(language)
    if comparator not in {"ge", "le", "about"}:
        return text
    if language in _COMPARED:
        return _COMPARED[language][comparator].format(text)
    with translation.override(language):
        patterns = {
            "ge": _("%(value)s or more"),
            "le": _("%(value)s or less"),
            "about": _("about %(value)s"),
        }
        return patterns[comparator] % {"value": text}


def format_value(
    value: Decimal | int | float | None,
    unit: str = "",
    *,
    decimals: int | None = None,
    comparator: str = "none",
    language: str | None = None,
) -> str:
    """A whole figure as text: ``4,037者以上``, ``64 %以上``, ``64% or more``; a dash when there is none."""
    if value is None:
        return MISSING
    text = with_unit(format_number(value, decimals, language), unit, language)
    return compared(text, comparator, language)


def era_year(year: int, *, kana: bool = False, letter: bool = False) -> str:
    """A fiscal year in its era: ``令和7``, ``令和元``, ``れいわ7``, ``R7``. Empty before Showa."""
    try:
        found = eras.era_year(year)
    except eras.EraError:
        return ""
    if found.era.name not in _ERA_KANA:
        return ""
    if letter:
        return f"{found.era.letter}{found.number}"
    return f"{_ERA_KANA[found.era.name]}{found.number}" if kana else found.text


def fiscal_year(year: int | None, language: str | None = None, *, style: str = "full") -> str:
    """A fiscal year (April to March) as text.

    ``full``: 令和7（2025）年度 · FY2025 · 2025年度（れいわ7年度）; ``short``: 令和7年度 · FY2025 · 2025年度;
    ``era``: 令和7年度 · FY · れいわ7年度, to stand over the western year; ``western``: 2025年度 · FY2025;
    ``number``: 2025 in every language.
    """
    if year is None:
        return MISSING
    language = current_language(language)
    if style == "number":
        return str(year)
    if style == "era":
        if not is_japanese(language):
            return _("FY")
        return f"{era_year(year, kana=language == 'ja-simple')}年度"
    if language == "ja-simple":
        return f"{year}年度" + (f"（{era_year(year, kana=True)}年度）" if style == "full" else "")
    if language == "ja":
        era = era_year(year)
        if not era or style == "western":
            return f"{year}年度"
        return f"{era}（{year}）年度" if style == "full" else f"{era}年度"
    if language == "en":
        return f"FY{year}"
    with translation.override(language):
        return pgettext("fiscal year", "FY%(year)s") % {"year": year}


def fiscal_years(first: int | None, last: int | None, language: str | None = None) -> str:
    """A span of fiscal years: 2022–2025年度 · FY2022–2025; open ends in words: 2022年度から."""
    language = current_language(language)
    if first == last:
        return fiscal_year(first, language)
    japanese = html_lang(language) == "ja"
    if first is None or last is None:
        known = fiscal_year(first or last, language, style="western")
        if japanese:
            return f"{known}{'から' if last is None else 'まで'}"
        with translation.override(language):
            return (_("from %(year)s") if last is None else _("until %(year)s")) % {"year": known}
    return f"{first}–{last}年度" if japanese else f"FY{first}–{last}"


_TOGETHER = re.compile(
    r"(?P<markup><[^>]*>|&[#\w]+;)|（?(?:FY|令和|平成|昭和|れいわ|へいせい)?\d[\d,.–〜]*(?:（\d{4}）)?"
    r"(?:[\u00a0 ]?(?:年度|%|％|点|者|団体|人|件|世帯|ポイント|歳|か所|回|つ|年|月|日))?"
    r"(?:以上|以下|程度)?(?:現在)?）?[、。]?"
)


def unbroken(text: str) -> SafeString:
    """``text`` as HTML in which a number stays on one line with its unit, its comparator and its brackets."""
    return mark_safe(  # noqa: S308 - the text is escaped, only spans are added
        _TOGETHER.sub(
            lambda m: m.group() if m["markup"] else f'<span class="nowrap">{m.group()}</span>',
            conditional_escape(text),
        )
    )


def format_date(day: dt.date | None, language: str | None = None, *, weekday: bool = True) -> str:
    """A date: 2026年11月23日（月） · 23 November 2026 (Mon) · 2026年11月23日（月曜日）."""
    if day is None:
        return MISSING
    language = current_language(language)
    if isinstance(day, dt.datetime):
        day = day.date()
    if html_lang(language) == "ja":
        name = _WEEKDAYS[day.weekday()] + ("曜日" if language == "ja-simple" else "")
        return f"{day.year}年{day.month}月{day.day}日" + (f"（{name}）" if weekday else "")
    pattern = "d MMMM y" + (" (EEE)" if weekday else "")
    return babel_date(day, pattern if language == "en" else "long", locale=_locale(language))
