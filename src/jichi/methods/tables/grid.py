"""A sheet as a grid of cells with the addresses a spreadsheet shows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Raw = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta
"""A cell as the file holds it; blank is the empty text."""

_LETTERS = re.compile(r"[A-Z]{1,3}")


def letters_of(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def column_of(letters: str) -> int:
    """The column, counted from 0, of its letters; ValueError for anything else."""
    plain = letters.strip().upper()
    if not _LETTERS.fullmatch(plain):
        raise ValueError(f"no column is called {letters!r}")
    number = 0
    for letter in plain:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """The address of a cell counted from 0: (13, 3) is D14."""
    return f"{letters_of(column)}{row + 1}"


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range, both ends within it, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies in the range."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet. Rows may differ in length; what lies beyond is blank.

    ``faults`` are cells that hold no value although something stands there: ``error`` (#N/A, #DIV/0!) and
    ``uncomputed`` (a formula whose result was never saved). ``lines`` are the lines of a csv on which the
    rows end. ``knows_merges`` False: the file cannot say which cells are merged.
    """

    name: str
    rows: Sequence[Sequence[Raw]]
    merged: tuple[Span, ...] = ()
    knows_merges: bool = False
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lines: Sequence[int] | None = None
    hidden: bool = False

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """The number of columns of the longest row."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Raw:
        """The cell, blank beyond the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def line_of(self, row: int) -> int | None:
        """The line of a csv where it is another number than the row's."""
        if self.lines is None or row >= len(self.lines) or self.lines[row] == row + 1:
            return None
        return self.lines[row]


def is_blank(value: Raw) -> bool:
    """Whether nothing stands in the cell."""
    return isinstance(value, str) and not value.strip()
