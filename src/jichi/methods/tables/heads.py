"""The head of a table: merged cells spread to compound names, with the year, unit and footnotes taken out."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jichi.methods.eras import EraError, YearMention, era_years, find_years, parse_year

from .cells import label_of, text_of, tidy
from .grid import Grid, is_blank, letters_of

BETWEEN = " / "
"""Between the parts of a compound name."""

PeriodKind = Literal["fiscal", "calendar", "date", "month", "plain"]
_REST = re.compile(r"(?:現在|末現在|末日|末|時点|実績|速報値?|確報値?|確定値?|調査|[\s()\[\]、,・:]|度)*")
_BASE = re.compile(r"^(?:を?基準|比|以降|以前|以来|から|まで|[-~〜]|=|価格|改正|改訂|改定|版)")
_NUMBER_ONLY = re.compile(r"(元|[0-9]{1,2})(?:年度?)?")


@dataclass(frozen=True, slots=True)
class Period:
    """The time a number is of.

    ``year`` is the fiscal year (for ``calendar`` the year as printed). ``as_of`` is the day, where one is
    printed; ``kind`` says whether 年度, 年, a date or only a number stood there.
    """

    year: int
    as_of: datetime.date | None
    kind: PeriodKind
    text: str


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column as its head names it; ``measure`` is its compound ``name`` without the year."""

    index: int
    name: str
    measure: str
    period: Period | None
    unit: str = ""
    notes: tuple[str, ...] = ()
    contradiction: str = ""

    @property
    def at(self) -> str:
        """The column's letters."""
        return letters_of(self.index)


@lru_cache(maxsize=20_000)
def period_in(text: str) -> tuple[Period | None, str, str]:
    """The period a text names, what else the text says, and a year that contradicts itself (or "").

    令和5年度, R5.4.1現在, 2023年, 令和5年3月末 and 令和5年度人口 are read; 2020年基準 and 2019年比 are none.
    """
    plain = tidy(text)
    try:
        whole = parse_year(plain) if plain.isascii() and plain.strip("()[] ").isdigit() else None
    except EraError:
        whole = None
    if whole is not None:
        return Period(whole, None, "plain", plain), "", ""
    mentions = list(find_years(plain))
    if not mentions:
        return None, plain, ""
    first, last = mentions[0], mentions[-1]
    if any(one.year != first.year or one.month not in (None, first.month) for one in mentions):
        return None, plain, ""
    before, after = plain[: first.start], plain[last.end :]
    if _BASE.match(after) or before.endswith(("対", "から", "~", "-")):
        return None, plain, ""
    named, rest = before.strip(" (["), _without_rest(after)
    if named and rest:
        return None, plain, ""
    if first.year is None:
        return None, plain, plain
    return _period(first, after.lstrip("度").startswith("末"), plain), named or rest, ""


def _without_rest(after: str) -> str:
    """What follows a year and is a name, without 現在, 末, 速報 and brackets opened before the year."""
    found = _REST.match(after)
    assert found is not None
    left = after[found.end() :]
    opened = after[: found.end()].rstrip()
    if left and opened.endswith(("(", "[")):
        left = opened[-1] + left
    return left if left.count("(") == left.count(")") else left.strip("() ")


def _period(mention: YearMention, ends: bool, text: str) -> Period:
    year = mention.year
    assert year is not None
    if mention.month is not None:
        day = mention.day or (calendar.monthrange(year, mention.month)[1] if ends else None)
        as_of = datetime.date(year, mention.month, day) if day else None
        return Period(mention.fiscal_year or year, as_of, "date" if as_of else "month", text)
    if mention.fiscal:
        return Period(year, datetime.date(year + 1, 3, 31) if ends else None, "fiscal", text)
    if "年" in mention.text:
        return Period(year, datetime.date(year, 12, 31) if ends else None, "calendar", text)
    return Period(year, None, "plain", text)


def head_texts(grid: Grid, first: int, last: int, spread: str) -> list[list[str]]:
    """The head's texts by row and column, each spread as far as it reaches; rows count from 0, ends within.

    ``spread`` "blank": a text also reaches over the blank cells right of it, as long as the texts above them
    are the same and something stands below.
    """
    width = max((len(grid.rows[row]) for row in range(first, min(last + 1, grid.height))), default=0)
    merged = [span for span in grid.merged if span.top <= last and span.bottom >= first]
    width = max([width, *(span.right + 1 for span in merged if span.right - span.left < 500)])
    texts = [
        [text_of(grid.at(row, column)).strip() for column in range(width)] for row in range(first, last + 1)
    ]
    for span in merged:
        origin = text_of(grid.at(span.top, span.left)).strip()
        for row in range(max(span.top, first), min(span.bottom, last) + 1):
            for column in range(span.left, min(span.right + 1, width)):
                texts[row - first][column] = origin
    if spread == "blank":
        _spread_right(texts, grid, first, merged)
    return texts


def _spread_right(texts: list[list[str]], grid: Grid, first: int, merged: Sequence[object]) -> None:
    for level in range(len(texts) - 1):
        row = texts[level]
        for column in range(1, len(row)):
            if row[column] or not is_blank(grid.at(first + level, column)) or not row[column - 1]:
                continue
            above = [texts[upper][column] == texts[upper][column - 1] for upper in range(level)]
            below = [texts[lower][column] for lower in range(level + 1, len(texts))]
            left_below = [texts[lower][column - 1] for lower in range(level + 1, len(texts))]
            # A column whose own name stands below, beside another that is named below, shares its head.
            if all(above) and any(below) and any(text != row[column - 1] for text in left_below if text):
                row[column] = row[column - 1]


def columns_of(
    grid: Grid, first: int, last: int, *, spread: str, measure: str, unit: str = ""
) -> list[HeadColumn]:
    """The columns that the head rows name; rows count from 0, ends within.

    ``measure`` names a column whose head holds a year and nothing else; ``unit`` is that of the whole table.
    """
    texts = head_texts(grid, first, last, spread)
    found = [
        _column(index, [row[index] for row in texts], measure, unit)
        for index in range(len(texts[0]) if texts else 0)
        if any(row[index] for row in texts)
    ]
    return list(_continued(found, texts))


def _column(index: int, texts: Sequence[str], measure: str, table_unit: str) -> HeadColumn:
    names: list[str] = []
    whole: list[str] = []
    notes: list[str] = []
    period, unit, contradiction, before = None, "", "", ""
    for text in texts:
        if not text or text == before:
            continue
        before = text
        label = label_of(text)
        notes.extend(label.notes)
        unit = label.unit or unit
        if not label.text:
            continue
        found, rest, wrong = period_in(label.text)
        contradiction = contradiction or wrong
        whole.append(label.text)
        if found is not None and (period is None or period.year == found.year):
            period = period if period is not None and found.as_of is None else found
            if rest:
                names.append(rest)
        else:
            names.append(label.text)
    return HeadColumn(
        index,
        BETWEEN.join(whole),
        BETWEEN.join(names) or (measure if period is not None else ""),
        period,
        unit or table_unit,
        tuple(notes),
        contradiction,
    )


def _continued(columns: list[HeadColumn], texts: Sequence[Sequence[str]]) -> Iterator[HeadColumn]:
    """Reads 令和4年, 5, 6: a bare number right of an era's year goes on counting."""
    before: HeadColumn | None = None
    for column in columns:
        if before is not None and before.period is not None and column.period is None:
            column = _counted_on(before, before.period, column)
        yield column
        before = column


def _counted_on(before: HeadColumn, period: Period, column: HeadColumn) -> HeadColumn:
    parts = column.name.split(BETWEEN)
    numbers = [place for place, part in enumerate(parts) if _NUMBER_ONLY.fullmatch(part)]
    if len(numbers) != 1 or column.index != before.index + 1:
        return column
    rest = BETWEEN.join(part for place, part in enumerate(parts) if place != numbers[0])
    counted = counted_on(period, parts[numbers[0]], same=False)
    if counted is None or (rest and rest != before.measure):
        return column
    return HeadColumn(column.index, column.name, rest or before.measure, counted, column.unit, column.notes)


def counted_on(before: Period, text: str, *, same: bool) -> Period | None:
    """The period of a bare number (5, 6年度, 元) that counts on from ``before``, or None where it does not.

    ``same``: the number may also be that of the same year again, as in rows.
    """
    number = _NUMBER_ONLY.fullmatch(text)
    if number is None or before.as_of is not None or before.kind == "month":
        return None
    counted = 1 if number.group(1) == "元" else int(number.group(1))
    for year in [before.year, before.year + 1] if same else [before.year + 1]:
        if any(one.number == counted for one in era_years(year)):
            return Period(year, None, "fiscal" if "度" in text else before.kind, text)
    return None
