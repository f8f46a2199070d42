"""Opening a file: a workbook (xlsx, xls, ods) or text with delimiters (csv, tsv) becomes sheets of cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .grid import Grid, Raw, Span
from .spreadsheet_xml import MAX_CELLS, UNREADABLE, check_extent, faults_of
from .troubles import TableError, stop

MAX_ROWS = 300_000
UNPACKED_LIMIT = 20
"""A workbook may unpack to this many times ``most_bytes``; beyond that it is taken for a zip bomb."""

# Beside the control characters: what cp932 makes of bytes that stand for no character at all.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\uf8f0-\uf8f3]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet as the workbook lists it; ``place`` counts charts and macros too."""

    name: str
    hidden: bool = False
    place: int = 0


@dataclass(slots=True)
class Book:
    """An opened file. ``kind`` is ``csv``, ``xlsx``, ``xls`` or ``ods``; csv has one sheet without a name."""

    kind: str
    sheets: tuple[SheetName, ...]
    encoding: str = ""
    _content: bytes = b""
    _workbook: CalamineWorkbook | None = None
    _text: str = ""
    _read: dict[int, Grid] = field(default_factory=dict)

    def grid(self, position: int) -> Grid:
        """The sheet at ``position``, counted from 0.

        Raises:
            TableError: for a sheet that is damaged, too large, or not there.
        """
        if not 0 <= position < len(self.sheets):
            raise stop("no_such_sheet", number=position + 1, count=len(self.sheets))
        if position not in self._read:
            self._read[position] = (
                _delimited(self._text) if self._workbook is None else self._sheet(self._workbook, position)
            )
        return self._read[position]

    def _sheet(self, workbook: CalamineWorkbook, position: int) -> Grid:
        named = self.sheets[position]
        with _no_worse_than_damaged(named.name):
            sheet = workbook.get_sheet_by_name(named.name)
            if sheet.total_height * max(1, sheet.total_width) > MAX_CELLS or sheet.total_height > MAX_ROWS:
                raise stop(
                    "far_flung",
                    sheet=named.name,
                    rows=sheet.total_height,
                    columns=sheet.total_width,
                    most=MAX_CELLS,
                )
            rows: Sequence[Sequence[Any]] = sheet.to_python(skip_empty_area=False)
            merged = _merged(sheet)
        faults = faults_of(self._content, named.place) if self.kind == "xlsx" else {}
        return Grid(
            name=named.name,
            rows=rows,
            merged=merged or (),
            knows_merges=merged is not None,
            faults=faults,
            hidden=named.hidden,
        )


@contextmanager
def _no_worse_than_damaged(sheet: str = "") -> Iterator[None]:
    """Whatever the workbook's reader makes of a file that is none: the file is damaged."""
    try:
        yield
    except TableError:
        raise
    except CalamineError as error:
        protected = type(error).__name__ == "PasswordError" or "password" in str(error).lower()
        raise stop("protected" if protected else "damaged", sheet=sheet) from error
    except (*UNREADABLE, OverflowError, MemoryError) as error:
        raise stop("damaged", sheet=sheet) from error
    except BaseException as error:
        # A panic of the reader's own language is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise stop("damaged", sheet=sheet) from error


def _merged(sheet: CalamineSheet) -> tuple[Span, ...] | None:
    ranges = sheet.merged_cell_ranges
    if ranges is None:
        return None
    return tuple(Span(top, left, bottom, right) for (top, left), (bottom, right) in ranges)


def open_book(content: bytes, *, most_bytes: int = 20 * 1024 * 1024) -> Book:
    """Open a file by its content, never by its name.

    Raises:
        TableError: ``empty``, ``too_long``, ``damaged``, ``protected``, ``not_a_table``, ``far_flung`` or
        ``bomb``; ``quote`` with its line for a csv whose quotation mark is not closed.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise stop("empty")
    if len(content) > most_bytes:
        raise stop("too_long", most=most_bytes)
    if content.startswith(b"PK"):
        return _workbook(content, _archive_kind(content, most_bytes))
    if content.startswith(_OLE):
        return _workbook(content, "xls")
    text, encoding = _text_of(content)
    return Book(kind="csv", sheets=(SheetName(""),), encoding=encoding, _text=text)


def _archive_kind(content: bytes, most_bytes: int) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except UNREADABLE:
        raise stop("damaged") from None
    if unpacked > UNPACKED_LIMIT * most_bytes:
        raise stop("bomb")
    if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        kind = "xlsx"
    elif "content.xml" in names and "mimetype" in names:
        kind = "ods"
    else:
        raise stop("not_a_table")
    check_extent(content)
    return kind


def _workbook(content: bytes, kind: str) -> Book:
    with _no_worse_than_damaged():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        listed = workbook.sheets_metadata
    # Charts and macros are sheets of a workbook too, and have no cells.
    sheets = tuple(
        SheetName(one.name, hidden=one.visible != SheetVisibleEnum.Visible, place=place)
        for place, one in enumerate(listed)
        if one.typ == SheetTypeEnum.WorkSheet
    )
    if not sheets:
        raise stop("no_sheets")
    return Book(kind=kind, sheets=sheets, _content=content, _workbook=workbook)


def _text_of(content: bytes) -> tuple[str, str]:
    encodings: tuple[str, ...]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif b"\x00" in content:
        encodings = ()
    else:
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text) is None:
            return text, encoding
    raise stop("not_a_table")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines most often; titles above the head have none."""
    start = text[:20_000]
    return max(",\t;", key=start.count)


def _delimited(text: str) -> Grid:
    rows: list[list[Raw]] = []
    lines: list[int] = []
    # A spreadsheet's end-of-file mark of old (Ctrl-Z) is no cell.
    plain = text.rstrip("\x1a").replace("\f", "")
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=_delimiter(plain), strict=True)
    try:
        for cells in reader:
            if len(rows) >= MAX_ROWS:
                raise stop("far_flung", rows=len(rows) + 1, columns=len(cells), most=MAX_CELLS)
            rows.append(list(cells))
            # A quoted cell may hold line breaks: the row is named by the line on which it ends.
            lines.append(reader.line_num)
    except csv.Error as error:
        raise stop("quote", line=(lines[-1] if lines else 0) + 1) from error
    return Grid(name="", rows=rows, lines=lines)
