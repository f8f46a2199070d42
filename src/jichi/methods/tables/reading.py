"""Reading a sheet by its layout: the head is found again, rows become numbers, what is wrong is listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .cells import Cell, Fault, Mark, Reading, label_of, plain_number, read_cell, text_of, tidy, unit_line
from .files import Book
from .finding import Found, find_columns, find_head, find_sheet
from .grid import Grid, Raw, cell_name, is_blank, letters_of
from .heads import HeadColumn, Period, counted_on, period_in
from .layout import Layout
from .troubles import Severity, TableError, Trouble

MOST_CELL_TROUBLES = 2_000
"""Cells that could not be read are listed up to this number; the rest is counted."""


@dataclass(slots=True)
class Row:
    """A row as read: ``number`` counts from 1 as a spreadsheet does; ``keys`` are its names, without year."""

    number: int
    keys: tuple[str, ...]
    period: Period | None
    cells: list[Cell]


@dataclass(slots=True, kw_only=True)
class Table:
    """A sheet as read. ``head`` are its head rows as found; ``texts`` what stands above, ``notes`` below."""

    sheet: str
    head: tuple[int, int]
    keys: tuple[str, ...]
    columns: tuple[HeadColumn, ...]
    rows: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: int = 0
    unread: int = 0

    @property
    def stopped(self) -> bool:
        """Whether something is wrong by which nothing can be taken in."""
        return any(trouble.severity is Severity.STOP for trouble in self.troubles)


def read_table(book: Book, layout: Layout) -> Table:
    """A file's table by its layout. What cannot be found is in ``troubles``; nothing is guessed.

    Raises:
        TableError: where there is no table at all: the sheet or the head is gone, or the sheet is damaged.
    """
    position, said = find_sheet(book, layout)
    grid = book.grid(position)
    head = find_head(grid, layout)
    if head.trouble is not None:
        said.append(head.trouble)
    texts = _texts_above(grid, head.first)
    unit = next((word for text in texts if (word := unit_line(text))), "")
    found = find_columns(grid, layout, head.first, head.last, unit)
    table = Table(
        sheet=grid.name,
        head=(head.first + 1, head.last + 1),
        keys=tuple(key.name for key in layout.keys if key.kind == "member"),
        columns=found.values,
        troubles=[*said, *found.troubles],
        texts=texts,
    )
    if not table.stopped:
        _Reader(grid, layout, found, table).read(head.last + 1)
    return table


def _texts_above(grid: Grid, first: int) -> tuple[str, ...]:
    texts = []
    for row in grid.rows[:first]:
        line = " ".join(tidy(text_of(cell)) for cell in row if not is_blank(cell))
        if line:
            texts.append(line)
    return tuple(texts[-12:])


class _Reader:
    """Reads the rows below the head into the table."""

    def __init__(self, grid: Grid, layout: Layout, found: Found, table: Table) -> None:
        self.grid, self.layout, self.found, self.table = grid, layout, found, table
        self.columns = [column.index for column in found.values]
        self.faults = grid.faults
        self.used = {*self.columns, *found.keys.values()}
        self.right = max(self.used | {column.index for column in found.all})
        self.units: dict[int, str] = {column.index: column.unit for column in found.values}
        self.covered = _covered(grid, set(found.keys.values()))
        self.seen: dict[tuple[tuple[str, ...], int | None, object], int] = {}
        self.read_before: dict[str, Reading] = {}
        self.footnotes: Counter[str] = Counter()
        self.above: dict[str, str] = {}
        self.year_before: Period | None = None

    def read(self, start: int) -> None:
        """Read from row ``start`` (from 0) to the table's end."""
        end = self.grid.height
        for row in range(start, self.grid.height):
            cells = self.grid.rows[row]
            if all(is_blank(cell) for cell in cells):
                if self.layout.end == "blank" and (self.table.rows or self.table.skipped):
                    end = row
                    break
                continue
            first = next(tidy(text_of(cell)) for cell in cells if not is_blank(cell))
            if self.layout.ends_with(first):
                end = row
                break
            self._row(row)
        self.table.notes = tuple(_texts_from(self.grid, end))
        if not self.table.rows:
            self._say("no_rows", Severity.STOP, cell=str(start + 1))
        for note, count in self.footnotes.most_common(30):
            self._say("footnote_marks", Severity.NOTE, mark=note, count=count)

    def _say(
        self, code: str, severity: Severity, *, cell: str = "", row: int | None = None, **facts: object
    ) -> None:
        if severity is Severity.CELL:
            self.table.unread += 1
            if self.table.unread > MOST_CELL_TROUBLES:
                return
        line = None if row is None else self.grid.line_of(row)
        self.table.troubles.append(
            Trouble(code=code, severity=severity, sheet=self.table.sheet, cell=cell, line=line, facts=facts)
        )

    def _row(self, row: int) -> None:
        names = self._names(row)
        member_names = [names[key.name] for key in self.layout.keys]
        if self.layout.skips([name for name in member_names if name]):
            self.table.skipped += 1
            return
        if all(
            is_blank(self.grid.at(row, column)) and (row, column) not in self.faults
            for column in self.columns
        ):
            # A heading between the rows, or a remark: it names no number.
            self.table.skipped += 1
            return
        missing = [key for key in self.layout.keys if not names[key.name]]
        if missing:
            self._say(
                "key_missing",
                Severity.CELL,
                cell=cell_name(row, self.found.keys[missing[0].name]),
                row=row,
                key=missing[0].name,
            )
            return
        beyond = next(
            (
                place
                for place in range(self.right + 1, len(self.grid.rows[row]))
                if not is_blank(self.grid.at(row, place))
            ),
            None,
        )
        if beyond is not None:
            # A thousands comma that was not quoted moves everything right of it.
            self._say(
                "beyond_head",
                Severity.CELL,
                cell=cell_name(row, beyond),
                row=row,
                last=letters_of(self.right),
            )
            return
        readable, period = self._period(row, names)
        if readable:
            self._keep(row, names, period)

    def _keep(self, row: int, names: Mapping[str, str], period: Period | None) -> None:
        keys = tuple(names[name] for name in self.table.keys)
        cells = self._cells(row)
        identity = (keys, period.year if period else None, period.as_of if period else None)
        before = self.seen.get(identity)
        if before is not None:
            self._say(
                "row_twice", Severity.CELL, cell=str(row + 1), row=row, first=before, keys=" / ".join(keys)
            )
        else:
            self.seen[identity] = row + 1
        self.table.rows.append(Row(row + 1, keys, period, cells))

    def _names(self, row: int) -> dict[str, str]:
        names: dict[str, str] = {}
        renewed = False
        for key in self.layout.keys:
            column = self.found.keys[key.name]
            text = text_of(self.grid.at(*self.covered.get((row, column), (row, column))))
            label = label_of(text)
            for note in label.notes:
                self.footnotes[note] += 1
            if label.text:
                renewed = renewed or label.text != self.above.get(key.name)
                self.above[key.name] = label.text
            elif not key.fill or renewed:
                # Below a new name further left, the old name right of it no longer holds.
                self.above.pop(key.name, None)
            names[key.name] = self.above.get(key.name, "") if key.fill or label.text else ""
        return names

    def _period(self, row: int, names: Mapping[str, str]) -> tuple[bool, Period | None]:
        """Whether the row's year can be read, and the year; None where rows have none."""
        key = next((key for key in self.layout.keys if key.kind == "year"), None)
        if key is None:
            return True, None
        period, rest, wrong = period_in(names[key.name])
        if period is None and self.year_before is not None:
            period = counted_on(self.year_before, names[key.name], same=True)
            rest = "" if period is not None else rest
        if period is None or rest:
            cell = cell_name(row, self.found.keys[key.name])
            code = "year_contradicts" if wrong else "not_a_year"
            self._say(code, Severity.CELL, cell=cell, row=row, text=names[key.name][:60])
            return False, None
        self.year_before = period
        return True, period

    def _cells(self, row: int) -> list[Cell]:
        values = self.grid.rows[row]
        length = len(values)
        cells: list[Cell] = []
        for column in self.columns:
            value = values[column] if column < length else ""
            if type(value) is float and -1e15 < value < 1e15 and not self.faults:
                # Most cells of a workbook: nothing to take off.
                cells.append(plain_number(value))
                continue
            if self.faults and (row, column) in self.faults:
                reading = Reading(Fault(self.faults[row, column], text_of(value)))
            else:
                reading = self._reading(value)
            cell = reading.cell
            if isinstance(cell, Fault) or reading.unit or reading.notes:
                cell = self._said(row, column, reading)
            cells.append(cell)
        return cells

    def _said(self, row: int, column: int, reading: Reading) -> Cell:
        """A cell that has more to tell than its number."""
        for note in reading.notes:
            self.footnotes[note] += 1
        cell = reading.cell
        if reading.unit:
            known = self.units.get(column) or ""
            if known and known != reading.unit:
                cell = Fault("unit", text_of(self.grid.at(row, column)).strip())
            else:
                self.units[column] = reading.unit
        if isinstance(cell, Fault):
            self._say(cell.code, Severity.CELL, cell=cell_name(row, column), row=row, text=cell.text[:60])
        return cell

    def _reading(self, value: Raw) -> Reading:
        if not isinstance(value, str):
            return read_cell(value, self.layout.marks)
        known = self.read_before.get(value)
        if known is None:
            known = read_cell(value, self.layout.marks)
            if len(value) <= 12 and len(self.read_before) < 50_000:
                self.read_before[value] = known
        return known


def _covered(grid: Grid, keys: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """For key cells within a merged range: the cell that holds its text."""
    return {
        (row, column): (span.top, span.left)
        for span in grid.merged
        for column in range(span.left, min(span.right, span.left + 500) + 1)
        if column in keys
        for row in range(span.top, min(span.bottom, grid.height - 1) + 1)
        if (row, column) != (span.top, span.left)
    }


def _texts_from(grid: Grid, row: int) -> Iterator[str]:
    count = 0
    for cells in grid.rows[row:]:
        line = " ".join(tidy(text_of(cell)) for cell in cells if not is_blank(cell))
        if line:
            yield line[:500]
            count += 1
            if count >= 20:
                return


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wanted number stands."""

    row: Row
    column: HeadColumn
    cell: Cell
    period: Period | None

    @property
    def address(self) -> str:
        """The address of its cell."""
        return f"{self.column.at}{self.row.number}"


def places_of(table: Table, select: Mapping[str, str], column: str) -> list[Place]:
    """Every place of the table that ``select`` (key column → name) and the column's name without year mean.

    Raises:
        TableError: ``no_such_key`` for a key column that the table does not have.
    """
    wanted = {name: tidy(text) for name, text in select.items() if not name.startswith("@")}
    unknown = [name for name in wanted if name not in table.keys]
    if unknown:
        raise TableError(Trouble(code="no_such_key", sheet=table.sheet, facts={"key": unknown[0]}))
    indexes = [(table.keys.index(name), text) for name, text in wanted.items()]
    columns = [(place, one) for place, one in enumerate(table.columns) if one.measure == tidy(column)]
    found = []
    for row in table.rows:
        if all(row.keys[index] == text for index, text in indexes):
            found += [Place(row, one, row.cells[place], row.period or one.period) for place, one in columns]
    return found


def day_wanted(places: Sequence[Place], day: str) -> list[Place]:
    """Those of a certain day of the year (``03-31``); all where no day is asked for."""
    if not re.fullmatch(r"\d\d-\d\d", day):
        return list(places)
    return [
        place
        for place in places
        if place.period is not None
        and place.period.as_of is not None
        and place.period.as_of.strftime("%m-%d") == day
    ]


def is_number(cell: Cell) -> bool:
    """Whether a number stands there (neither nothing, nor a mark, nor something unreadable)."""
    return isinstance(cell, str)


def printed(cell: Cell) -> str:
    """A cell as words: the number, the mark, or what stands there instead."""
    if isinstance(cell, Mark | Fault):
        return cell.text
    return cell or ""
