"""The cells of a report's file, whatever kind of file it is: a workbook's sheets, or the parts of a csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.sheets.workbook.content import Area, Kind, Position, open_book
from jichi.sheets.workbook.content import Cell as BookCell
from jichi.sheets.workbook.problems import WorkbookError, cell_name

from .shape import HELP, SHEETS, plain
from .writing import RISKY


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in a cell, as text, with what makes it doubtful.

    ``doubt``: ``formula`` (its last result was read), ``no_result``, ``error``, ``percent`` (a cell formatted
    as a percentage, read as one), or nothing.
    """

    text: str
    doubt: str = ""


@dataclass(slots=True)
class Grid:
    """A sheet: its cells by row and column (from 1), merged areas, and whether it is hidden."""

    name: str
    cells: dict[Position, Given] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    is_hidden: bool = False
    _by_row: dict[int, dict[int, str]] = field(default_factory=dict, init=False, repr=False)

    def _rows(self) -> dict[int, dict[int, str]]:
        if not self._by_row:
            for (row, column), given in sorted(self.cells.items()):
                self._by_row.setdefault(row, {})[column] = given.text
        return self._by_row

    @property
    def rows(self) -> list[int]:
        """The rows in which something stands."""
        return list(self._rows())

    def text(self, row: int, column: int) -> str:
        """The text of a cell, empty where nothing stands."""
        given = self.cells.get((row, column))
        return given.text if given else ""

    def columns_of(self, row: int) -> dict[int, str]:
        """The texts of a row by column."""
        return self._rows().get(row, {})


@dataclass(frozen=True, slots=True)
class Grids:
    """The sheets that are read, by name, and the names of those that are not."""

    known: Mapping[str, Grid]
    unread: tuple[str, ...]


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    return cell_name(1, column).rstrip("0123456789")


def grids_of(content: bytes) -> Grids:
    """The sheets of a file.

    Raises:
        Invalid: for a file that is empty, damaged, protected or of another kind.
    """
    if not content.strip():
        raise _refused(_("The file is empty."))
    found = _workbook(content) if content.startswith((b"PK", b"\xd0\xcf")) else _csv(content)
    wanted = {plain(name): name for name in SHEETS}
    known = {wanted[plain(grid.name)]: grid for grid in found if plain(grid.name) in wanted}
    unread = [
        grid.name for grid in found if plain(grid.name) not in wanted and grid.name != HELP and grid.cells
    ]
    if not known:
        raise _refused(
            _("None of the sheets %(sheets)s is in the file. Use the template.")
            % {"sheets": "・".join(SHEETS)}
        )
    return Grids(known, tuple(unread))


def _refused(text: str) -> Invalid:
    return Invalid({"file": [text]})


def _workbook(content: bytes) -> list[Grid]:
    try:
        book = open_book(content)
    except WorkbookError as error:
        if error.problem.code in {"too_big", "too_large_inside"}:
            raise _refused(_("The workbook holds far more than a report of a survey.")) from error
        raise _refused(
            _("The workbook is damaged, protected or of another kind and cannot be opened. Save it as xlsx.")
        ) from error
    return [
        Grid(
            name=sheet.name,
            cells={
                place: given
                for place, cell in sheet.cells.items()
                if (given := _given(cell)).text or given.doubt
            },
            merged=list(sheet.merged),
            is_hidden=sheet.is_hidden,
        )
        for sheet in book.sheets
    ]


def _given(cell: BookCell) -> Given:
    if cell.kind is Kind.NOTHING:
        return Given("", "no_result")
    if cell.kind is Kind.ERROR:
        return Given(cell.text, "error")
    if cell.is_percent and cell.number is not None:
        return Given(format((cell.number * 100).normalize(), "f"), "percent")
    return Given(cell.text.strip(), "formula" if cell.formula else "")


def _csv(content: bytes) -> list[Grid]:
    text = _text(content)
    head = text.split("\n", 20)[:20]
    delimiter = max(",;\t", key=lambda sign: sum(line.count(sign) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Grid] = []
    before = 0
    try:
        for cells in reader:
            # A cell may hold line breaks: its row is the line on which it begins.
            number, before = before + 1, reader.line_num
            first = cells[0].strip() if cells else ""
            if first.startswith("[") and first.endswith("]") and not any(cells[1:]):
                found.append(Grid(first[1:-1].strip()))
            elif found:
                found[-1].cells.update(
                    {
                        (number, column): Given(kept)
                        for column, cell in enumerate(cells, start=1)
                        if (kept := _unescaped(cell))
                    }
                )
            elif any(cells):
                raise _refused(
                    _("The file does not begin with [%(sheet)s]. Use the template.") % {"sheet": SHEETS[0]}
                )
    except csv.Error as error:
        raise _refused(
            _("Line %(line)d cannot be read: a quotation mark is not closed.") % {"line": reader.line_num}
        ) from error
    return found


def _unescaped(cell: str) -> str:
    text = cell.strip(" \u3000\r\n")
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text.strip()


def _text(content: bytes) -> str:
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _refused(_("The file is neither a csv in UTF-8 or Shift_JIS nor an Excel workbook (xlsx)."))
