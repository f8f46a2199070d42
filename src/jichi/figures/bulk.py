"""A table of measured values: its columns, its cells, and how a file of any usual kind becomes rows.

Pure: nothing here reads the database. :mod:`.staff_queries` finds what the rows are about.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from jichi.city.errors import Invalid
from jichi.methods.eras import EraError, parse_date, parse_fiscal_year
from jichi.methods.tables.spreadsheet_xml import check_extent

MAX_ROWS = 50_000
_HEADER = re.compile(r"(.*?)\s*\[([a-z_]+)\]")
_NOTHING = {"", "-", "−", "—", "ー", "…"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its Japanese head as printed in the template, and what it says."""

    key: str
    label: str
    meaning: str | Promise


COLUMNS: tuple[Column, ...] = (
    Column(
        "indicator", "指標", gettext_lazy("Key or exact name of an indicator. Empty for a project's number.")
    ),
    Column("series", "系列", gettext_lazy("Key or name of the series, where the indicator has several.")),
    Column(
        "plan", "計画", gettext_lazy("Key of the plan of the project; empty: the newest plan with that code.")
    ),
    Column("project", "事務事業", gettext_lazy("Code of the project, for a project's number.")),
    Column("figure", "数値", gettext_lazy("Name of the project's number, or its place in the order.")),
    Column("fiscal_year", "年度", gettext_lazy("令和5年度, R5, 2023 or FY2023.")),
    Column(
        "value", "実績値", gettext_lazy("The number. Empty or “-”: not measured; the note then says why.")
    ),
    Column("decimals", "小数桁", gettext_lazy("Digits after the point as published; empty: as written.")),
    Column("as_of", "時点", gettext_lazy("Day of the count: 2024-03-31 or 令和6年3月31日.")),
    Column("coverage_seen", "捕捉数", gettext_lazy("How many of the whole the value saw.")),
    Column("coverage_whole", "全体数", gettext_lazy("How many there are in the whole.")),
    Column("n", "回答数", gettext_lazy("Number of answers of a survey.")),
    Column(
        "interval_low", "区間下限", gettext_lazy("Lower end of the 95 % interval; probability samples only.")
    ),
    Column(
        "interval_high", "区間上限", gettext_lazy("Upper end of the 95 % interval; probability samples only.")
    ),
    Column("definition", "定義", gettext_lazy("Version of the definition; empty: 1.")),
    Column("note", "注記", gettext_lazy("Shown beside the value.")),
    Column("reason", "訂正理由", gettext_lazy("Required where a value for the year stands already.")),
)
KEYS = tuple(column.key for column in COLUMNS)
REQUIRED = ("fiscal_year", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of the file: its line in the file and its cells as text, by column key."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRow:
    """A row whose cells were read; ``problems`` maps a column to a sentence."""

    line: int
    cells: Mapping[str, str]
    facts: Mapping[str, Any]
    problems: Mapping[str, str]


def read_table(content: bytes) -> list[TableRow]:
    """The rows of a csv (UTF-8, UTF-16 with mark, cp932; comma, semicolon or tab) or of an xlsx's first
    sheet.

    Raises:
        Invalid: for a file that is empty, binary or damaged, has no such columns or too many rows.
    """
    if not content.strip():
        raise _refused(_("The file is empty."))
    lines = _workbook(content) if content.startswith(b"PK") else _csv(content)
    if not lines:
        raise _refused(_("The file is empty."))
    columns = _columns(lines[0][1])
    rows = [
        TableRow(
            line=number,
            cells={key: cells[place].strip() if place < len(cells) else "" for key, place in columns.items()},
        )
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise _refused(_("The file has a head but no rows."))
    if len(rows) > MAX_ROWS:
        raise _refused(
            _("The file has %(count)d rows; at most %(most)d are read.")
            % {"count": len(rows), "most": MAX_ROWS}
        )
    return rows


def _refused(text: str) -> Invalid:
    return Invalid({"file": [text]})


def _csv(content: bytes) -> list[tuple[int, list[str]]]:
    text = _text(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found = []
        for cells in reader:
            # A quoted cell may hold line breaks: the row is named by the line on which it ends.
            found.append((reader.line_num, [cell.removeprefix("'") for cell in cells]))
    except csv.Error as error:
        raise _refused(
            _("Line %(line)d cannot be read: a quotation mark is not closed.") % {"line": reader.line_num}
        ) from error
    return found


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = () if b"\x00" in content else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(_("The file is neither a csv in UTF-8 or Shift_JIS nor an Excel workbook (xlsx)."))


def _workbook(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        check_extent(content)  # TableError is a ValueError
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise _refused(_("The workbook is damaged or protected and cannot be opened.")) from error
    return [(number, [_cell(cell) for cell in row]) for number, row in enumerate(cells, start=1)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        # Excel keeps every number as a float: 392.0 was typed as 392.
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(head: Sequence[str]) -> dict[str, int]:
    known = {column.key: column.key for column in COLUMNS} | {column.label: column.key for column in COLUMNS}
    found: dict[str, int] = {}
    unknown = []
    for place, cell in enumerate(head):
        text = unicodedata.normalize("NFKC", cell).strip().lstrip("\ufeff")
        if not text:
            continue
        match = _HEADER.fullmatch(text)
        key = known.get(match.group(2)) if match else known.get(text)
        if key is None or key in found:
            unknown.append(text[:40])
        else:
            found[key] = place
    missing = [key for key in REQUIRED if key not in found]
    if "indicator" not in found and "project" not in found:
        missing.insert(0, "indicator")
    sentences = []
    if missing:
        labels = {column.key: f"{column.label} [{column.key}]" for column in COLUMNS}
        sentences.append(
            _("These columns are missing: %(columns)s.")
            % {"columns": ", ".join(labels[key] for key in missing)}
        )
    if unknown:
        sentences.append(
            _("These columns are not known, or stand twice: %(columns)s.") % {"columns": ", ".join(unknown)}
        )
    if sentences:
        raise Invalid({"file": sentences})
    return found


def parse_row(row: TableRow) -> ParsedRow:
    """Read the cells of one row: years, numbers and days, each with its problem where it is none."""
    reader = _Reader(row.cells)
    facts = {
        "fiscal_year": reader.year("fiscal_year"),
        "value": reader.number("value"),
        "decimals": reader.whole("decimals"),
        "as_of": reader.day("as_of"),
        "coverage": reader.pair("coverage_seen", "coverage_whole", reader.whole),
        "n": reader.whole("n"),
        "interval": reader.pair("interval_low", "interval_high", reader.number),
        "definition": row.cells.get("definition", "") or "1",
        "note": row.cells.get("note", ""),
        "reason": row.cells.get("reason", ""),
    }
    return ParsedRow(line=row.line, cells=row.cells, facts=facts, problems=reader.problems)


class _Reader:
    """Reads the cells of one row and keeps what was wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: dict[str, str] = {}

    def _plain(self, key: str) -> str:
        text = unicodedata.normalize("NFKC", self.cells.get(key, "")).strip()
        return "" if text in _NOTHING else text

    def year(self, key: str) -> int | None:
        text = self._plain(key)
        if not text:
            self.problems[key] = _("A fiscal year is needed.")
            return None
        try:
            return parse_fiscal_year(text)
        except EraError:
            self.problems[key] = _("“%(value)s” is not a fiscal year. Write 2025, R7 or 令和7年度.") % {
                "value": text
            }
            return None

    def number(self, key: str) -> Decimal | None:
        text = self._plain(key).replace(",", "").replace("−", "-").removesuffix("%").strip()
        if not text:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            self.problems[key] = _("“%(value)s” is not a number.") % {"value": self.cells[key]}
            return None
        return found

    def whole(self, key: str) -> int | None:
        found = self.number(key)
        if found is not None and found != found.to_integral_value():
            self.problems[key] = _("“%(value)s” is not a whole number.") % {"value": self.cells[key]}
            return None
        return None if found is None else int(found)

    def day(self, key: str) -> date | None:
        text = self._plain(key)
        if not text:
            return None
        try:
            return date.fromisoformat(text.replace("/", "-"))
        except ValueError:
            pass
        try:
            return parse_date(text)
        except EraError:
            self.problems[key] = _("“%(value)s” is not a day. Write 2025-04-01 or 令和7年4月1日.") % {
                "value": text
            }
            return None

    def pair(self, first: str, second: str, read: Any) -> tuple[Any, Any] | None:
        one, other = read(first), read(second)
        if (one is None) != (other is None) and first not in self.problems and second not in self.problems:
            self.problems[second if other is None else first] = _(
                "One of two values that belong together is missing."
            )
            return None
        return None if one is None or other is None else (one, other)


def head() -> list[str]:
    """The head of the template: Japanese label and key."""
    return [f"{column.label} [{column.key}]" for column in COLUMNS]


def template_csv(rows: Iterable[Sequence[Any]] = ()) -> bytes:
    """The template as csv, UTF-8 with byte order mark, as spreadsheets expect it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head())
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(rows: Iterable[Sequence[Any]] = ()) -> bytes:
    """The template as a workbook, with a second sheet that says what each column means."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("実績")
        sheet.freeze_panes(1, 0)
        for place, text in enumerate(head()):
            sheet.write_string(0, place, text, bold)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(number, place, cell)
        help_sheet = book.add_worksheet("説明")
        for number, column in enumerate(COLUMNS):
            help_sheet.write_string(number, 0, f"{column.label} [{column.key}]", bold)
            help_sheet.write_string(number, 1, str(column.meaning))
        help_sheet.set_column(0, 1, 40)
    return out.getvalue()
