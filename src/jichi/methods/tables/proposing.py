"""Proposing a layout from a file alone: where its head, its keys and its numbers seem to be.

A proposal is looked at and confirmed by a person; what it cannot tell it leaves as the usual case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .cells import USUAL_MARKS, Fault, Mark, read_cell, text_of, tidy, unit_line
from .files import Book
from .grid import Grid, Raw, is_blank
from .heads import HeadColumn, Period, columns_of, counted_on, period_in
from .layout import (
    MOST_HEAD_ROWS,
    End,
    Key,
    KeyKind,
    Layout,
    LayoutError,
    Shape,
    Spread,
    ValueColumn,
    matches,
)
from .troubles import stop

LOOKED_AT = 400
_TOTALS = ("総数", "合計", "総計", "計", "小計", "全体")
_NOTES = ("注*", "(注*", "※*", "資料*", "(資料*", "出典*", "(出典*", "備考*", "*注)*")
_CODE_HEAD = re.compile(r"コード|番号|^No\.?$|code", re.I)
_YEAR_HEAD = re.compile(r"年度?$|年次|年月|時点|期日|^year", re.I)
_CAPTION = re.compile(r"現在[)\]]?$|^[(\[]?単位|^第?\s*\d+[\s-]*表|^表\s*\d|^Table", re.I)


def propose(book: Book, position: int | None = None) -> Layout:
    """The layout that the file seems to have, on the sheet at ``position`` or the first that holds a table.

    Raises:
        TableError: ``no_table`` where no sheet holds rows of numbers below a head.
    """
    shown_first = sorted(range(len(book.sheets)), key=lambda place: (book.sheets[place].hidden, place))
    for place in [position] if position is not None else shown_first:
        try:
            layout = _of_grid(book.grid(place))
        except LayoutError:
            # What it seems to be cannot be meant: a person must say.
            layout = None
        if layout is not None:
            return layout
    raise stop("no_table")


def _of_grid(grid: Grid) -> Layout | None:
    body = _first_row_of_numbers(grid)
    head = _head_rows(grid, body) if body else None
    if not body or head is None:
        return None
    spread: Spread = "merged" if grid.knows_merges and grid.merged else "blank"
    columns = columns_of(grid, head[0], head[1], spread=spread, measure="値")
    rows = _body_rows(grid, body)
    sorts = _sorted(grid, columns, rows)
    keys = [column for column in columns if sorts[column.index] in {"member", "year"}]
    values = [column for column in columns if sorts[column.index] == "value"]
    if not keys or not values or len({column.measure for column in keys}) < len(keys):
        return None
    end, pattern = _end(grid, body)
    return Layout(
        sheet=grid.name or "1",
        sheet_by="name" if grid.name else "place",
        head_first=head[0] + 1,
        head_last=head[1] + 1,
        spread=spread,
        # Below the last of several names a blank is no repetition: it is a name that is missing.
        keys=tuple(_key(column, sorts[column.index], column is not keys[-1]) for column in keys),
        values=value_columns(values),
        shape=_shape(keys, values),
        ignore=tuple(dict.fromkeys(column.measure for column in columns if sorts[column.index] == "words")),
        skip=_totals(grid, rows, [column.index for column in keys]),
        end=end,
        end_pattern=pattern,
        marks=dict(USUAL_MARKS),
    )


def _key(column: HeadColumn, sort: str, fill: bool) -> Key:
    kind: KeyKind = "year" if sort == "year" else "member"
    return Key(name=column.measure, at=column.at, kind=kind, fill=fill)


def value_columns(columns: Sequence[HeadColumn]) -> tuple[ValueColumn, ...]:
    """The columns of numbers as a layout keeps them: each name once, wherever it stands first."""
    first: dict[str, HeadColumn] = {}
    dated: set[str] = set()
    for column in columns:
        first.setdefault(column.measure, column)
        if column.period is not None:
            dated.add(column.measure)
    return tuple(ValueColumn(name=name, at=column.at, years=name in dated) for name, column in first.items())


def _shape(keys: Sequence[HeadColumn], values: Sequence[HeadColumn]) -> Shape:
    return "long" if len(values) == 1 and values[0].period is None and len(keys) > 1 else "wide"


def _totals(grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> tuple[str, ...]:
    names = {tidy(text_of(grid.at(row, column))) for row in rows for column in columns}
    return tuple(word for word in _TOTALS if word in names)


# --- rows
# --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Looks:
    """How a row looks: how many cells are filled, and how many of them are numbers or years."""

    filled: int
    numbers: int
    years: int


def _looks(cells: Sequence[Raw]) -> _Looks:
    filled = numbers = years = 0
    before: Period | None = None
    for cell in cells:
        if is_blank(cell):
            continue
        filled += 1
        period = _year_of(cell) or (counted_on(before, tidy(text_of(cell)), same=False) if before else None)
        before = period
        if period is not None:
            years += 1
        elif isinstance(read_cell(cell, USUAL_MARKS).cell, str | Mark):
            numbers += 1
    return _Looks(filled, numbers, years)


def _year_of(cell: Raw) -> Period | None:
    text = tidy(text_of(cell))
    if not text or len(text) > 40:
        return None
    return period_in(text)[0]


def _first_row_of_numbers(grid: Grid) -> int | None:
    """The first row that holds numbers beside a name and is followed by another such row, or by none."""
    rows = [
        (row, _looks(cells))
        for row, cells in enumerate(grid.rows[:LOOKED_AT])
        if any(not is_blank(c) for c in cells)
    ]
    for years_count, alone in ((False, False), (True, False), (False, True)):
        for place, (row, looks) in enumerate(rows):
            numbers = looks.numbers + (max(0, looks.years - 1) if years_count else 0)
            if not numbers or looks.filled < 2 or row == 0:
                continue
            following = [one for _row, one in rows[place + 1 : place + 4]]
            more = any(one.numbers + (one.years if years_count else 0) for one in following)
            if more or alone or not following:
                return row
    return None


def _head_rows(grid: Grid, body: int) -> tuple[int, int] | None:
    last = body - 1
    while last >= 0 and all(is_blank(cell) for cell in grid.rows[last]):
        last -= 1
    if last < 0 or not _is_head(grid, last):
        return None
    first = last
    while first > 0 and last - first + 1 < MOST_HEAD_ROWS and _is_head(grid, first - 1):
        first -= 1
    return first, last


def _is_head(grid: Grid, row: int) -> bool:
    """Whether a row names columns, and is no title, unit or date above the table."""
    texts = [
        (column, tidy(text_of(cell))) for column, cell in enumerate(grid.rows[row]) if not is_blank(cell)
    ]
    spans = [span for span in grid.merged if span.top <= row <= span.bottom]
    if not texts:
        return bool(spans)
    if any(unit_line(text) for _column, text in texts):
        return False
    if len(texts) > 1:
        return True
    column, text = texts[0]
    if _CAPTION.search(text):
        return False
    span = next((span for span in spans if span.holds(row, column)), None)
    if span is not None:
        return span.left > 0 and span.right > span.left
    return column > 0 or bool(spans)


def _body_rows(grid: Grid, body: int) -> list[int]:
    found = []
    for row in range(body, min(grid.height, body + LOOKED_AT)):
        cells = grid.rows[row]
        first = next((tidy(text_of(cell)) for cell in cells if not is_blank(cell)), "")
        if matches(first, _NOTES):
            break
        if first:
            found.append(row)
    return found


def _end(grid: Grid, body: int) -> tuple[End, str]:
    """The rule by which the table ends: at a note, at a blank row, or with the sheet."""
    blank: int | None = None
    numbers_after_blank = False
    for row in range(body, grid.height):
        cells = grid.rows[row]
        first = next((tidy(text_of(cell)) for cell in cells if not is_blank(cell)), "")
        if not first:
            blank = row if blank is None else blank
            continue
        if matches(first, _NOTES):
            if blank is None or numbers_after_blank:
                return "pattern", "\n".join(_NOTES)
            return "blank", ""
        if blank is not None and row - blank < LOOKED_AT:
            numbers_after_blank = numbers_after_blank or _looks(cells).numbers > 0
    if blank is None or numbers_after_blank:
        return "sheet", ""
    return "blank", ""


# --- columns
# -----------------------------------------------------------------------------------------------
def _sorted(grid: Grid, columns: Sequence[HeadColumn], rows: Sequence[int]) -> dict[int, str]:
    """What each column seems to be: ``member``, ``year``, ``value`` or ``words``."""
    found: dict[int, str] = {}
    seen_value = False
    for column in columns:
        counts = Counter(_sort_of(grid.at(row, column.index)) for row in rows)
        filled = sum(counts.values()) - counts["blank"]
        if seen_value or column.period is not None:
            words = counts["words"] * 2 > filled and not counts["number"]
            found[column.index] = "words" if words and seen_value else "value"
        elif counts["year"] * 2 > filled - counts["number"] * bool(_YEAR_HEAD.search(column.name)):
            found[column.index] = "year"
        elif counts["words"] * 2 > filled or _CODE_HEAD.search(column.name):
            found[column.index] = "member"
        else:
            found[column.index] = "value"
        seen_value = seen_value or found[column.index] == "value"
        if found[column.index] == "year" and list(found.values()).count("year") > 1:
            found[column.index] = "member"
    return found


def _sort_of(cell: Raw) -> str:
    if is_blank(cell):
        return "blank"
    if _year_of(cell) is not None:
        return "year"
    return "words" if isinstance(read_cell(cell, USUAL_MARKS).cell, Fault) else "number"
