"""A table of voices (CSV or xlsx) as rows of named cells, each with its line; a bad line stops no other."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.city.uploads import XLSX, sniff
from jichi.methods.tables.files import Book, open_book
from jichi.methods.tables.troubles import TableError

from .heads import columns_of, is_head

MOST_BYTES = 400 * 1024 * 1024
_LONGEST_CELL = 8_000_000
_HEAD_WITHIN = 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line (counted from 1 as an editor shows it), its cells by the meaning of their column, and
    those of columns nobody knows by their head. ``problem`` says why it cannot be read, where it cannot.
    """

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened: iterating reads its rows anew, in order; empty rows are left out."""

    kind: str
    encoding: str
    columns: dict[str, int]
    heads: tuple[str, ...]
    source: _Text | _Sheet

    def __iter__(self) -> Iterator[Row]:
        others = {
            place: head.strip()[:80]
            for place, head in enumerate(self.heads)
            if head.strip() and place not in self.columns.values()
        }
        for line, cells, problem in self.source.after_head():
            if problem:
                yield Row(line, problem=problem)
                continue
            if not any(_filled(cell) for cell in cells):
                continue
            if len(cells) > len(self.heads) and any(_filled(cell) for cell in cells[len(self.heads) :]):
                said = _("The line has %(count)s cells, but the head has %(heads)s.")
                yield Row(line, problem=said % {"count": len(cells), "heads": len(self.heads)})
                continue
            yield Row(
                line,
                {key: cells[place] for key, place in self.columns.items() if place < len(cells)},
                {
                    head: text(cells[place])
                    for place, head in others.items()
                    if place < len(cells) and _filled(cells[place])
                },
            )


def open_table(content: bytes) -> Table:
    """Open a file of voices, by its content and not by its name: xlsx, or text with commas, tabs or
    semicolons in UTF-8, UTF-16 or Shift_JIS (cp932).

    A byte that can be read in no way becomes U+FFFD; the rest of its row is kept.

    Raises:
        Invalid: under "file", for what is no such file or has no head that names the text.
    """
    if not content:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(content) > MOST_BYTES:
        raise Invalid({"file": [_("The file is too large. Divide it into several files.")]})
    source: _Text | _Sheet
    source = _sheet(content) if content.startswith(b"PK\x03\x04") else _text(content)
    if source.head is None:
        raise Invalid(
            {
                "file": [
                    _(
                        "No head was found in the first %(count)s lines."
                        " One column must be called 意見, 本文, text or opinion."
                    )
                    % {"count": _HEAD_WITHIN}
                ]
            }
        )
    heads = tuple(text(cell) for cell in source.head)
    return Table(source.kind, source.encoding, columns_of(heads), heads, source)


def text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days in ISO form, nothing for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)


def _filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding. What fits none is read by the one that fits most."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    if content[:2000].count(b"\0") > len(content[:2000]) // 3:
        code = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return content.decode(code, "replace"), code
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    tries = {encoding: content.decode(encoding, "replace") for encoding in ("utf-8-sig", "cp932")}
    best = min(tries, key=lambda one: tries[one].count("\N{REPLACEMENT CHARACTER}"))
    return tries[best], best


class _Text:
    """Delimited text. A quotation mark that is never closed, or closed in the middle, costs its own line
    alone: reading goes on with the next one.
    """

    kind = "csv"

    def __init__(self, content: str, encoding: str) -> None:
        self.encoding = encoding
        self.lines = _LINES.findall(content)
        self.delimiter = _delimiter(self.lines[:_HEAD_WITHIN])
        self.head: Sequence[str] | None = None
        self.first = 0
        for number, (line, cells, problem) in enumerate(self._records(0)):
            if not problem and is_head(cells):
                self.head, self.first = cells, self._next
                break
            if number >= _HEAD_WITHIN or line > _HEAD_WITHIN:
                break

    def after_head(self) -> Iterator[tuple[int, list[str], str]]:
        return self._records(self.first)

    def _records(self, at: int) -> Iterator[tuple[int, list[str], str]]:
        csv.field_size_limit(_LONGEST_CELL)
        self._next = at
        reader = self._reader()
        while self._next < len(self.lines):
            start = self._next
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                self._next = start + 1
                reader = self._reader()
                yield (
                    start + 1,
                    [],
                    _("A quotation mark in this line is not closed, or stands inside a word."),
                )
                continue
            yield start + 1, cells, ""

    def _reader(self) -> Any:
        return csv.reader(self._feed(), delimiter=self.delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        while self._next < len(self.lines):
            self._next += 1
            yield self.lines[self._next - 1]


def _delimiter(lines: Sequence[str]) -> str:
    """The sign between cells: that which stands most often in a line that may be the head."""
    for sign in (",", "\t", ";"):
        if any(is_head([cell.strip(' "\r\n') for cell in line.split(sign)]) for line in lines):
            return sign
    return ","


def _text(content: bytes) -> _Text:
    decoded, encoding = _decoded(content)
    start = decoded[:4000]
    if len(_CONTROL.findall(start)) > len(start) // 20:
        raise Invalid(
            {"file": [_("This is neither text (UTF-8 or Shift_JIS) nor an Excel workbook (xlsx).")]}
        )
    return _Text(decoded, encoding)


class _Sheet:
    """The first sheet of a workbook that has a head."""

    kind = XLSX
    encoding = ""

    def __init__(self, book: Book) -> None:
        self.head: Sequence[Any] | None = None
        self.rows: Sequence[Sequence[Any]] = ()
        self.first = 0
        for place, named in enumerate(book.sheets):
            if named.hidden:
                continue
            rows = book.grid(place).rows
            for number, cells in enumerate(rows[:_HEAD_WITHIN]):
                if is_head([text(cell) for cell in cells]):
                    self.head, self.rows, self.first = cells, rows, number + 1
                    return

    def after_head(self) -> Iterator[tuple[int, Sequence[Any], str]]:
        for number in range(self.first, len(self.rows)):
            yield number + 1, self.rows[number], ""


def _sheet(content: bytes) -> _Sheet:
    sniff(io.BytesIO(content))
    try:
        return _Sheet(open_book(content, most_bytes=MOST_BYTES))
    except TableError as error:
        raise Invalid({"file": [str(error)]}) from error
