"""Years as headers and cells print them, beside the forms of `methods.eras`."""

from __future__ import annotations

import re

from jichi.methods.eras import YearMention, find_years

__all__ = ["bracketed_year", "heading_years", "ONLY_YEAR"]

ONLY_YEAR = re.compile(r"\s*((?:19|20)[0-9]{2})(?=\s*(?:年度?)?\s*(?:以降|以後|実績|見込み?)?\s*$)")
_BRACKETED = re.compile(r"[(\[]\s*((?:19|20)[0-9]{2})\s*[)\]]$")


def heading_years(text: str) -> list[YearMention]:
    """The years of a header's cell (narrowed), where a western year may stand alone: 2022, 2026以降."""
    return list(find_years(text)) or _mentions(ONLY_YEAR.match(text))


def bracketed_year(text: str) -> list[YearMention]:
    """A western year alone in brackets at the end of a cell: 19.8 % [2021]."""
    return _mentions(_BRACKETED.search(text))


def _mentions(found: re.Match[str] | None) -> list[YearMention]:
    if found is None:
        return []
    year = int(found.group(1))
    return [YearMention(found.start(), found.end(), found.group().strip(), year, (year,), False)]
