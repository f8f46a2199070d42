"""A sheet being written: formats, protection, print set-up, and a note of every text that is the form's."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from jichi.sheets.definition import Field, FieldType, Value
from jichi.sheets.typed import NO, YES, plain_text
from jichi.sheets.words import say

from .content import written
from .problems import WorkbookError, cell_name

FONT = "Yu Gothic"
INPUT_COLOUR, COMPUTED_COLOUR, QUIET_COLOUR, UNASKED_COLOUR = "#FFF8DC", "#F0F0F0", "#555555", "#A6A6A6"
LONGEST_TEXT = 32_767
"""UTF-16 units of a cell."""
PRECISE = 15
"""Digits of a spreadsheet's number."""

_FREE_DECIMALS = 4
"""So many digits after the point are a limit, not how every number is written."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY = "1900-03-01"
"""Before it, spreadsheets disagree on the day's number."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")

OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Styles:
    """Cell formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        whole = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter", **properties}
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(whole)
        return self._made[key]

    def text(self, **properties: Any) -> Any:
        """Words that wrap."""
        return self(text_wrap=True, **properties)

    def label(self, **properties: Any) -> Any:
        """Words in the grid."""
        # A little room between the line and what is written.
        indent = {} if properties.get("align") == "center" else {"indent": 1}
        return self.text(border=1, border_color="#808080", **indent, **properties)

    def quiet(self, **properties: Any) -> Any:
        """Words beside an answer: hints, units, the previous return."""
        return self.label(font_color=QUIET_COLOUR, **properties)

    def answer(self, field: Field, *, is_open: bool, **properties: Any) -> Any:
        """The cell of an answer; unlocked where it is to be filled."""
        number = number_format(field)
        align = "right" if field.is_number else ("center" if is_open and _is_marked(field) else "left")
        shown: dict[str, Any] = {"num_format": number, "align": align, **properties}
        if field.type is FieldType.COMPUTED:
            shown |= {"bg_color": COMPUTED_COLOUR, "italic": True}
        elif is_open:
            shown |= {"bg_color": INPUT_COLOUR, "locked": False}
        return self.label(**shown)


def _is_marked(field: Field) -> bool:
    return field.type in {FieldType.CHOICES, FieldType.YES_NO}


def number_format(field: Field) -> str:
    """The format code of a field's cells. Text for whatever a program would turn into something else."""
    if field.type is FieldType.INTEGER:
        return "#,##0"
    if field.type is FieldType.DECIMAL and field.decimals >= _FREE_DECIMALS:
        return "General"
    if field.type in {FieldType.DECIMAL, FieldType.COMPUTED}:
        return "#,##0" + ("." + "0" * field.decimals if field.decimals else "")
    if field.type is FieldType.DATE:
        return "yyyy/m/d"
    return "@"


def width_of(text: str) -> int:
    """Columns that a text takes: a full-width character counts twice."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in line)
            for line in text.split("\n")
        ),
        default=0,
    )


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a cell ``width`` columns wide."""
    return sum(max(1, math.ceil(width_of(line) / max(1.0, width - 1))) for line in text.split("\n"))


class Page:
    """One sheet: what is written through it is remembered as the form's own."""

    def __init__(self, sheet: Any, styles: Styles, language: str) -> None:
        self.sheet, self.styles, self.language = sheet, styles, language
        self.own: dict[str, None] = {}

    @property
    def name(self) -> str:
        """As a person sees it below the window."""
        return str(self.sheet.get_name())

    def text(self, row: int, column: int, words: str, style: Any = None) -> None:
        """Write words. An empty text leaves a cell with a format only."""
        if not words:
            self.sheet.write_blank(row, column, None, style)
            return
        words = self._fitting(plain_text(words), row, column)
        self.sheet.write_string(row, column, words, style)
        self.own[words.strip()] = None

    def across(self, row: int, first: int, last: int, words: str, style: Any, width: float) -> None:
        """Write words over several columns, in a line high enough for them."""
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", style)
        self.text(row, first, words, style)
        self.sheet.set_row(row, 4 + 17 * lines_of(words, width))

    def anchor(self, row: int, column: int, text: str) -> None:
        """Write an anchor into the hidden row or column."""
        self.sheet.write_string(row, column, text)

    def _fitting(self, words: str, row: int, column: int) -> str:
        if len(words.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            raise WorkbookError("text_too_long", sheet=self.name, cell=cell_name(row + 1, column + 1))
        return _NOT_IN_XML.sub("", words)

    def typed(
        self, row: int, column: int, field: Field, text: str, style: Any, *, is_own: bool = False
    ) -> None:
        """Write what was typed: numbers and days as such, choices by their label, all else as it is.

        ``is_own``: it is only shown, and so part of the form.
        """
        text = plain_text(text)
        plain = text.strip()
        words = self._fitting(self._shown(field, text), row, column)
        if field.is_number and _is_plain_number(plain):
            self.sheet.write_number(row, column, float(plain), style)
            words = written(Decimal(plain))
        elif field.type is FieldType.DATE and _is_plain_day(plain):
            self.sheet.write_datetime(row, column, dt.datetime.fromisoformat(plain), style)
        elif plain:
            self.sheet.write_string(row, column, words, style)
        else:
            self.sheet.write_blank(row, column, None, style)
        if is_own and plain:
            self.own[words.strip()] = None

    def _shown(self, field: Field, text: str) -> str:
        plain = text.strip()
        if field.type is FieldType.CHOICE:
            label = next((one.label for one in field.choices if one.key == plain), None)
            return say(label, self.language) if label else text
        if field.type is FieldType.YES_NO and plain in {YES, NO}:
            return yes_word() if plain == YES else no_word()
        return text

    def value(self, row: int, column: int, field: Field, value: Value, style: Any) -> None:
        """Write a value that is only looked at."""
        if isinstance(value, Decimal) and _is_plain_number(text := written(value)):
            self.sheet.write_number(row, column, float(text), style)
            self.own[text] = None
        elif field.type is FieldType.DATE and isinstance(value, str) and _is_plain_day(value):
            self.sheet.write_datetime(row, column, dt.datetime.fromisoformat(value), style)
            self.own[value] = None
        else:
            self.text(row, column, shown_value(field, value, self.language), style)

    def protect(self) -> None:
        """Lock all but the answers. There is no password: it keeps from slips, and hides nothing."""
        self.sheet.protect("", {"format_columns": True, "format_rows": True})

    def printed(self, title: str, *, is_wide: bool, heads: tuple[int, int] | None) -> None:
        """A4, one page wide, heads on every page."""
        sheet = self.sheet
        sheet.set_paper(9)
        if is_wide:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        if heads is not None:
            sheet.repeat_rows(*heads)
        footer = _cut(title, 30).replace("&", "&&")
        sheet.set_footer(f"&L{footer}&C&A&R&P / &N")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _is_plain_number(text: str) -> bool:
    """Whether a spreadsheet's number gives exactly this one back."""
    return bool(_NUMBER.fullmatch(text)) and len(text.strip("-").replace(".", "").strip("0")) <= PRECISE


def _is_plain_day(text: str) -> bool:
    if not _DAY.fullmatch(text) or text < _FIRST_DAY:
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def yes_word() -> str:
    """What a person chooses for yes."""
    return _("Yes")


def no_word() -> str:
    """What a person chooses for no."""
    return _("No")


def shown_value(field: Field, value: Value, language: str) -> str:
    """A value in words."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return yes_word() if value else no_word()
    if isinstance(value, Decimal):
        return written(value)
    labels: Mapping[str, str] = {one.key: say(one.label, language) for one in field.choices}
    if isinstance(value, tuple):
        return "、".join(labels.get(key, key) for key in value)
    return labels.get(value, value)
