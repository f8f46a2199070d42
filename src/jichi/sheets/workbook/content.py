"""What stands in a workbook's cells, with what is needed to doubt it: formulas, merged cells, hidden sheets.

Read with :class:`.package.Package` rather than by a library, for three reasons. Value and formula of a cell
come in one pass. Japanese Excel writes era dates under built-in format numbers (27-36, 50-58: ECMA-376 part
1, 18.8.30, ja-jp) that other readers take for plain numbers. And nothing is unfolded: a merged range or a
link over a whole sheet stays two corners.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from xml.sax.xmlreader import AttributesImpl

from .package import END, START, Event, Package
from .problems import WorkbookError
from .texts import TextCollector, strings_of, unescaped

MOST_CELLS = 200_000
"""Cells with something in them, over all sheets."""
MOST_SHEETS = 600
"""A volume of 60 forms has some 500."""
LAST_ROW = 1_048_576
MOST_MERGED = 20_000

_CUSTOM = {"custom-properties", "customProperties"}

Position = tuple[int, int]
"""Row and column, both from 1."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class Kind(StrEnum):
    """What stands in a cell."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TRUTH = "truth"
    ERROR = "error"
    NOTHING = "nothing"
    """A formula whose result was not stored."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with something in it.

    ``text`` is its content written out: digits without separators, ISO dates, ``TRUE``, ``#REF!``. ``number``
    is the value of a number, date or time as stored. ``formula`` begins with ``=``.
    """

    kind: Kind
    text: str
    number: Decimal | None = None
    is_percent: bool = False
    formula: str = ""


@dataclass(slots=True)
class Sheet:
    """A sheet: its cells by position, merged ranges, and the notes people hang on cells."""

    name: str
    is_hidden: bool
    cells: dict[Position, Cell] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    notes: dict[Position, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets in order, and the file's own properties by name."""

    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]
    has_macros: bool
    starts_1904: bool


def open_book(content: bytes) -> Book:
    """Read an xlsx file.

    Raises:
        WorkbookError: when it is none, is damaged, encrypted, an attack, or larger than any form.
    """
    package = Package(content)
    top = package.related("")
    main = next((name for kind, name in top.values() if kind == "officeDocument"), "xl/workbook.xml")
    if not package.has(main):
        raise WorkbookError("not_xlsx")
    listed, starts_1904 = _listed_sheets(package, main)
    related = package.related(main)
    names = {kind: name for kind, name in related.values()}
    strings = strings_of(package, names.get("sharedStrings", ""))
    styles = _styles(package, names.get("styles", ""))
    reader = _SheetReader(package, strings, styles, starts_1904)
    sheets = []
    if len(listed) > MOST_SHEETS:
        raise WorkbookError("too_large_inside")
    for title, is_hidden, relation in listed:
        kind, part = related.get(relation, ("", ""))
        sheet = Sheet(title, is_hidden)
        if kind == "worksheet" and package.has(part):
            reader.fill(sheet, part)
        sheets.append(sheet)
    custom = next((name for kind, name in top.values() if kind in _CUSTOM), "")
    return Book(tuple(sheets), _properties(package, custom), package.has_macros, starts_1904)


def _listed_sheets(package: Package, main: str) -> tuple[list[tuple[str, bool, str]], bool]:
    found = []
    starts_1904 = False
    for kind, tag, attributes, _text in package.events(main):
        if kind != START:
            continue
        if tag == "workbookPr":
            starts_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet":
            relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", ""), hidden, relation))
    return found, starts_1904


def _properties(package: Package, part: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if not part or not package.has(part):
        return found
    name = ""
    for kind, tag, attributes, text in package.events(part):
        if kind == START and tag == "property":
            name = attributes.get("name", "")
        elif kind == END and name and tag != "property":
            found[name] = text
            name = ""
    return found


# --- formats --------------------------------------------------------------------------------------------
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, *range(50, 59)})
_BUILT_IN_TIMES = frozenset({18, 19, 20, 21, 32, 33, 45, 46, 47})
_BUILT_IN_PERCENT = frozenset({9, 10})
_PLAIN = (Kind.NUMBER, False)
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|general|e[+-]|am/pm|a/p')


def kind_of_format(code: str) -> tuple[Kind, bool]:
    """What a number under this format code is: a number, date or time; and whether it is a percentage."""
    plain = _NOT_CODES.sub("", code.casefold())
    if re.search("[ydge]", plain):
        return Kind.DATE, False
    if re.search("[hs]", plain) or "[h" in code.casefold() or "[m" in code.casefold():
        return Kind.TIME, False
    return (Kind.DATE, False) if "m" in plain else (Kind.NUMBER, "%" in plain)


def _kind_of_number(number: int, codes: Mapping[int, str]) -> tuple[Kind, bool]:
    if number in codes:
        return kind_of_format(codes[number])
    if number in _BUILT_IN_DATES:
        return Kind.DATE, False
    if number in _BUILT_IN_TIMES:
        return Kind.TIME, False
    return Kind.NUMBER, number in _BUILT_IN_PERCENT


def _styles(package: Package, part: str) -> list[tuple[Kind, bool]]:
    found: list[tuple[Kind, bool]] = []
    if not part or not package.has(part):
        return found
    codes: dict[int, str] = {}
    in_cells = False
    for kind, tag, attributes, _text in package.events(part):
        if tag == "cellXfs":
            in_cells = kind == START
        elif kind == START and tag == "numFmt":
            codes[_whole(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif kind == START and tag == "xf" and in_cells:
            found.append(_kind_of_number(_whole(attributes.get("numFmtId", "0")), codes))
    return found


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise WorkbookError("damaged") from error


# --- cells ----------------------------------------------------------------------------------------------
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FIFTEEN = Context(prec=15)
_LAST_1904 = (dt.date.max - dt.date(1904, 1, 1)).days
_LARGEST = 400
"""Powers of ten; a spreadsheet's numbers end at 308."""


def position_of(reference: str) -> Position:
    """Row and column of ``B4``. Raises WorkbookError when it is no cell."""
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise WorkbookError("damaged")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def area_of(reference: str) -> Area:
    """The corners of ``B4:C9``. Raises WorkbookError when it is none."""
    first, _colon, last = reference.partition(":")
    top, left = position_of(first)
    bottom, right = position_of(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def written(number: Decimal) -> str:
    """A number in digits, with as many as a spreadsheet shows (15)."""
    number = _FIFTEEN.plus(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def day_of(serial: Decimal, *, starts_1904: bool) -> dt.date | None:
    """The day of a spreadsheet's day number; None when there is none.

    Day 60 of 1900 never was: the count follows Lotus 1-2-3, in which 1900 was a leap year.
    """
    if not 1 <= serial < 2_958_466:
        return None
    whole = int(serial)
    if starts_1904:
        return dt.date(1904, 1, 1) + dt.timedelta(days=whole) if whole <= _LAST_1904 else None
    if whole == 60:
        return None
    return dt.date(1899, 12, 31 if whole < 60 else 30) + dt.timedelta(days=whole)


class _SheetReader:
    def __init__(
        self,
        package: Package,
        strings: Sequence[str],
        styles: Sequence[tuple[Kind, bool]],
        starts_1904: bool,
    ) -> None:
        self._package, self._strings, self._styles = package, strings, styles
        self._starts_1904 = starts_1904
        self._left = MOST_CELLS

    def fill(self, sheet: Sheet, part: str) -> None:
        events = self._package.events(part)
        row = column = 0
        for kind, tag, attributes, _text in events:
            if kind != START:
                continue
            if tag == "row":
                row, column = _whole(attributes["r"]) if "r" in attributes else row + 1, 0
                if not 1 <= row <= LAST_ROW:
                    raise WorkbookError("damaged")
            elif tag == "c":
                if "r" in attributes:
                    row, column = position_of(attributes["r"])
                else:
                    column += 1
                self._cell(sheet, (row, column), attributes, events)
            elif tag == "mergeCell":
                sheet.merged.append(area_of(attributes.get("ref", "")))
                if len(sheet.merged) > MOST_MERGED:
                    raise WorkbookError("too_large_inside", sheet=sheet.name)
        for kind_of_relation, name in self._package.related(part).values():
            if kind_of_relation == "comments" and self._package.has(name):
                sheet.notes.update(_notes(self._package.events(name)))

    def _cell(
        self, sheet: Sheet, position: Position, attributes: AttributesImpl, events: Iterator[Event]
    ) -> None:
        value: str | None = None
        formula: str | None = None
        inline = TextCollector() if attributes.get("t") == "inlineStr" else None
        for kind, tag, _attributes, text in events:
            if kind == END and tag == "c":
                break
            if kind == END and tag == "v":
                value = text
            elif kind == END and tag == "f":
                formula = "=" + text
            if inline is not None:
                inline.take(kind, tag, text)
        if inline is not None:
            value = inline.finish()
        if value is None and formula is None:
            return
        cell = self._made(attributes, value, formula)
        if cell is None:
            return
        self._left -= 1
        if self._left < 0:
            raise WorkbookError("too_large_inside", sheet=sheet.name)
        sheet.cells[position] = cell

    def _made(self, attributes: AttributesImpl, value: str | None, formula: str | None) -> Cell | None:
        kind = attributes.get("t", "n")
        # An empty result of a formula is stored as an empty text; for a number it means that none was stored.
        if value is None or (value == "" and kind not in {"str", "s", "inlineStr"}):
            return Cell(Kind.NOTHING, "", formula=formula) if formula is not None else None
        formula = formula or ""
        if kind == "s":
            index = _whole(value)
            if not 0 <= index < len(self._strings):
                raise WorkbookError("damaged")
            value, kind = self._strings[index], "str"
        elif kind in {"str", "inlineStr"}:
            value, kind = unescaped(value) if kind == "str" else value, "str"
        if kind == "str":
            return Cell(Kind.TEXT, value, formula=formula) if value or formula else None
        if kind == "b":
            return Cell(Kind.TRUTH, "TRUE" if value.strip() in {"1", "true"} else "FALSE", formula=formula)
        if kind == "e":
            return Cell(Kind.ERROR, value, formula=formula)
        if kind == "d":
            day = value.partition("T")[0]
            return Cell(Kind.DATE if day else Kind.TIME, day or value, formula=formula)
        return self._number(attributes, value, formula)

    def _number(self, attributes: AttributesImpl, value: str, formula: str) -> Cell:
        try:
            number = Decimal(value.strip())
        except InvalidOperation as error:
            raise WorkbookError("damaged") from error
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST:
            raise WorkbookError("damaged")
        style = _whole(attributes.get("s", "0"))
        kind, is_percent = self._styles[style] if 0 <= style < len(self._styles) else _PLAIN
        if kind is Kind.DATE:
            day = day_of(number, starts_1904=self._starts_1904)
            if day is not None:
                return Cell(Kind.DATE, day.isoformat(), number, formula=formula)
            kind = Kind.TIME
        if kind is Kind.TIME:
            return Cell(Kind.TIME, written(number), number, formula=formula)
        return Cell(Kind.NUMBER, written(number), number, is_percent, formula)


def _notes(events: Iterator[Event]) -> Iterator[tuple[Position, str]]:
    reference = ""
    collector = TextCollector()
    for kind, tag, attributes, text in events:
        collector.take(kind, tag, text)
        if kind == START and tag == "comment":
            reference = attributes.get("ref", "")
        elif kind == END and tag == "comment":
            note = collector.finish().strip()
            if note and reference:
                yield position_of(reference.partition(":")[0]), note
