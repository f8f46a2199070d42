"""What differs between this file's numbers and those of the one before: added, gone, changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from .cells import Cell
from .heads import HeadColumn, Period
from .reading import Row, Table, printed

When = tuple[int, datetime.date | None] | None
Line = tuple[tuple[str, ...], When, int]
Head = tuple[str, When, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is new (``old`` None), gone (``new`` None) or another.

    The years are those the numbers are of. Where both are the same year, the publisher changed a number of a
    year that was published before; ``address`` is the cell in the new file, for what is gone in the old one.
    """

    keys: tuple[str, ...]
    measure: str
    year: int | None
    year_before: int | None
    old: str | None
    new: str | None
    address: str

    @property
    def kind(self) -> str:
        """``added``, ``gone``, ``revised`` (the same year told otherwise) or ``next`` (another year's)."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "gone"
        return "revised" if self.year == self.year_before else "next"


@dataclass(slots=True)
class Differences:
    """All differences, and how many numbers are the same."""

    listed: list[Difference] = field(default_factory=list)
    same: int = 0

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        found = {"added": 0, "gone": 0, "revised": 0, "next": 0, "same": self.same}
        for one in self.listed:
            found[one.kind] += 1
        return found


def compare(old: Table, old_year: int, new: Table, new_year: int) -> Differences:
    """What changed from ``old`` to ``new``; the years are those of numbers that have none of their own.

    Numbers are the same one where names, column and printed year agree, wherever they stand. A table without
    years in it is compared with the year before.
    """
    found = Differences()
    before, after = _rows_of(old), _rows_of(new)
    heads_before, heads_after = _heads_of(old), _heads_of(new)
    shared = [(heads_before[head], place) for head, place in heads_after.items() if head in heads_before]
    fresh = [place for head, place in heads_after.items() if head not in heads_before]
    lost = [place for head, place in heads_before.items() if head not in heads_after]
    for line, row in after.items():
        was = before.get(line)
        if was is None:
            found.listed += _whole(new, row, new_year, range(len(new.columns)), is_new=True)
            continue
        for place_before, place in shared:
            one, other = was.cells[place_before], row.cells[place]
            if one == other:
                found.same += one is not None
            elif printed(one) != printed(other):
                found.listed.append(_difference(old, was, place_before, old_year, new, row, place, new_year))
        found.listed += _whole(new, row, new_year, fresh, is_new=True)
        found.listed += _whole(old, was, old_year, lost, is_new=False)
    for line, row in before.items():
        if line not in after:
            found.listed += _whole(old, row, old_year, range(len(old.columns)), is_new=False)
    return found


def _difference(
    old: Table, was: Row, place_before: int, old_year: int, new: Table, row: Row, place: int, new_year: int
) -> Difference:
    one, other = was.cells[place_before], row.cells[place]
    column, column_before = new.columns[place], old.columns[place_before]
    return Difference(
        row.keys,
        column.measure,
        year_of(row.period, column.period, new_year),
        year_of(was.period, column_before.period, old_year),
        _said(one),
        _said(other),
        f"{column.at}{row.number}" if other is not None else f"{column_before.at}{was.number}",
    )


def _whole(
    table: Table, row: Row, own_year: int, places: list[int] | range, *, is_new: bool
) -> Iterator[Difference]:
    for place in places:
        cell, column = row.cells[place], table.columns[place]
        if cell is None:
            continue
        year = year_of(row.period, column.period, own_year)
        yield Difference(
            row.keys,
            column.measure,
            year if is_new else None,
            None if is_new else year,
            None if is_new else _said(cell),
            _said(cell) if is_new else None,
            f"{column.at}{row.number}",
        )


def year_of(row: Period | None, column: Period | None, own_year: int) -> int:
    """The year of a number: its row's, its column's, or that of the whole file."""
    period = row or column
    return period.year if period is not None else own_year


def _said(cell: Cell) -> str | None:
    return None if cell is None else printed(cell)


def _when(period: Period | None) -> When:
    return None if period is None else (period.year, period.as_of)


def _rows_of(table: Table) -> dict[Line, Row]:
    found: dict[Line, Row] = {}
    for row in table.rows:
        number = 0
        # The same names may stand twice; the second is compared with the second.
        while (line := (row.keys, _when(row.period), number)) in found:
            number += 1
        found[line] = row
    return found


def _heads_of(table: Table) -> dict[Head, int]:
    found: dict[Head, int] = {}
    for place, column in enumerate(table.columns):
        number = 0
        while (head := _head(column, number)) in found:
            number += 1
        found[head] = place
    return found


def _head(column: HeadColumn, number: int) -> Head:
    return column.measure, _when(column.period), number
