"""Columns of a table file for a command: csv read row by row, however long, or a workbook's first sheet."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import Failure

if TYPE_CHECKING:
    from jichi.methods.tables.troubles import Trouble

_MOST_BYTES = 200 * 1024 * 1024
_LONGEST_CELL = 16 * 1024 * 1024
_BLOCK = 1 << 20
_SHOWN = 8
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\uf8f0-\uf8f3]")
_ARCHIVE, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNREADABLE = {
    "empty": "it is empty",
    "too_long": "it is longer than {most:,} bytes",
    "damaged": "it is damaged, or only a part of a workbook",
    "protected": "it is protected by a password; save it without one",
    "not_a_table": "it is no csv in UTF-8 or Shift_JIS, nor a workbook; save it as one of them",
    "far_flung": "it has {rows:,} rows and {columns:,} columns; the most are 300,000 rows and {most:,} cells",
    "bomb": "it unpacks to far more than its size",
    "no_sheets": "it is a workbook without a sheet of cells",
    "quote": "a quotation mark is opened and not closed in the row of line {line}",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of a file, as text, with the line of the file on which each row begins.

    Attributes
    ----------
    lines
        From 1; of a workbook, the row.
    encoding
        Of a csv; empty for a workbook.
    """

    names: tuple[str, ...]
    cells: dict[str, list[str]]
    lines: Sequence[int]
    encoding: str

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file whose head is known and whose rows are read when asked for."""

    path: Path
    names: tuple[str, ...]
    encoding: str

    def columns(self, wanted: Sequence[str] | None = None) -> Columns:
        """The named columns, or all that have a name.

        Raises:
            Failure: naming every row with more cells than the head, or a column that stands twice.
        """
        chosen = [name for name in self.names if name] if wanted is None else list(wanted)
        if twice := sorted({name for name in chosen if self.names.count(name) > 1}):
            raise Failure(f"{self.path} has two columns called {', '.join(twice)}: give each its own name.")
        places: list[tuple[int, list[str]]] = [(self.names.index(name), []) for name in chosen]
        width, lines, uneven = len(self.names), array("q"), []
        seen: dict[str, str] = {}
        for line, row in _rows(self.path, self.encoding, head=False):
            if len(row) > width and any(row[width:]):
                uneven.append(line)
            lines.append(line)
            for place, cells in places:
                cell = row[place] if place < len(row) else ""
                # One string for cells that are the same and short: ids of people and statements.
                cells.append(seen.setdefault(cell, cell) if len(cell) < 24 else cell)
        if uneven:
            raise Failure(
                f"{self.path}, {at_lines(uneven)}: more cells than the head has names ({width}); put cells"
                " that hold a comma in quotation marks."
            )
        found = {name: cells for name, (_place, cells) in zip(chosen, places, strict=True)}
        return Columns(names=self.names, cells=found, lines=lines, encoding=self.encoding)


def at_lines(lines: Sequence[int]) -> str:
    """``line 4`` or ``lines 4, 9, 12 and 31 more``."""
    shown = ", ".join(str(line) for line in lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN:,} more" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def open_table(path: Path) -> TableFile:
    """The file with its head, the first line that is not empty.

    Raises:
        Failure: if it is no table, or has no row under its head.
    """
    encoding = _encoding(path)
    rows = _rows(path, encoding, head=True)
    head = next(rows, None)
    if head is None:
        raise Failure(f"{path} is empty: it needs a head with the names of its columns, and rows under it.")
    if next(rows, None) is None:
        raise Failure(f"{path} has no rows under its head.")
    return TableFile(path=path, names=tuple(name.strip() for name in head[1]), encoding=encoding)


def chosen_column(
    table: TableFile, what: str, given: str | None, usual: Sequence[str], *, option: str, needed: bool = True
) -> str:
    """The column that was named, or has a usual name; empty where there is none and none is needed.

    Raises:
        Failure: with the names that the file has.
    """
    there = [name for name in table.names if name]
    if given is not None:
        if given in there:
            return given
        raise Failure(f"{table.path} has no column called {given!r}; it has: {', '.join(there)}.")
    plain = {_plain(name): name for name in reversed(there)}
    for name in usual:
        if _plain(name) in plain:
            return plain[_plain(name)]
    if not needed:
        return ""
    raise Failure(
        f"{table.path} has no column for the {what}, such as {', '.join(usual[:3])}; name it with {option}."
        f" It has: {', '.join(there)}."
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.]+", "", unicodedata.normalize("NFKC", name).casefold())


def checksum(path: Path) -> str:
    """SHA-256 of a file: whoever has the file can check what a result follows from."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


def unreadable(trouble: Trouble) -> str:
    """Why a file cannot be read, in words."""
    facts = {**trouble.facts, "line": trouble.line}
    return _UNREADABLE.get(trouble.code, trouble.code.replace("_", " ")).format_map(facts)


def _encoding(path: Path) -> str:
    """The encoding of a csv; empty for a workbook."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith((_ARCHIVE, _OLE)):
        return ""
    tried = ("utf-16",) if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    for encoding in tried:
        if _decodes(path, encoding):
            return encoding
    raise Failure(f"{path} cannot be read as a table: {_UNREADABLE['not_a_table']}.")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                text = decoder.decode(block)
                # What is no Shift_JIS decodes as it often enough, to signs that nobody writes. In UTF-8 such
                # a sign was pasted from somewhere; opinions that hold one are told, not refused.
                if "\x00" in text or (encoding == "cp932" and _CONTROL.search(text)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _rows(path: Path, encoding: str, *, head: bool) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with its first line; with or without the head."""
    found = _csv_rows(path, encoding) if encoding else _sheet_rows(path)
    if not head:
        next(found, None)
    return found


def _csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        delimiter = max(",\t;", key=file.read(20_000).split("\n")[0].count)
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            line = 1
            try:
                for row in reader:
                    if any(row) and row != ["\x1a"]:
                        yield line, row
                    line = reader.line_num + 1
            except csv.Error as problem:
                raise Failure(_broken(path, line, problem)) from problem
    finally:
        csv.field_size_limit(before)


def _broken(path: Path, line: int, problem: csv.Error) -> str:
    if "field larger" in str(problem):
        return f"{path}, line {line}: a cell is longer than {_LONGEST_CELL:,} characters."
    return (
        f"{path} cannot be read as a table: a quotation mark is opened and not closed, or followed by more"
        f" text, in the row of line {line}."
    )


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from jichi.methods.tables.files import open_book  # deferred: start-up
    from jichi.methods.tables.grid import cell_name  # deferred: start-up
    from jichi.methods.tables.troubles import TableError  # deferred: start-up

    try:
        grid = open_book(path.read_bytes(), most_bytes=_MOST_BYTES).grid(0)
    except TableError as problem:
        raise Failure(f"{path} cannot be read as a table: {unreadable(problem.trouble)}.") from problem
    if grid.faults:
        cells = ", ".join(cell_name(*place) for place in sorted(grid.faults)[:_SHOWN])
        raise Failure(
            f"{path} holds an error or a formula without a result in {cells}: mend or empty the cell."
        )
    for line, row in enumerate(grid.rows, 1):
        cells_of_row = [_text(cell) for cell in row]
        if any(cells_of_row):
            yield line, cells_of_row


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
