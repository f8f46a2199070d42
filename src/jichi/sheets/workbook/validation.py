"""What a spreadsheet program itself checks while an answer is typed, and the words shown beside the cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from jichi.sheets.definition import TEXTS, TYPED_NUMBERS, Field, FieldType
from jichi.sheets.typed import LAST_YEAR
from jichi.sheets.words import say

from .content import written
from .formulas import MARK
from .layout import BINDING_SHEET, Slot
from .page import Page, no_word, yes_word

_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_FIRST_YEAR = 1900
"""Spreadsheets know no earlier day."""
_LARGEST = Decimal(10) ** 15


def condition_words(field: Field) -> Iterator[str]:
    """What may be typed, in words."""
    if field.type in TYPED_NUMBERS:
        yield from _range_words(field)
    elif field.type in TEXTS and field.most is not None:
        yield _("At most %(most)s characters.") % {"most": written(field.most)}
    elif field.type is FieldType.DATE:
        yield _("A date, such as 2025/4/1 or R7.4.1.")
    elif field.type is FieldType.FISCAL_YEAR:
        yield _("A fiscal year, such as 2025 or 令和7年度.")
    elif field.type is FieldType.CHOICE:
        yield _("Choose from the list.")
    elif field.type is FieldType.CHOICES:
        yield _("Mark all that apply with ○.")
    if field.when:
        yield _("Asked for or not, depending on other answers.")


def _range_words(field: Field) -> Iterator[str]:
    least = written(field.least) if field.least is not None else ""
    most = written(field.most) if field.most is not None else ""
    if least and most:
        yield _("A number from %(least)s to %(most)s.") % {"least": least, "most": most}
    elif least:
        yield _("A number of at least %(least)s.") % {"least": least}
    elif most:
        yield _("A number of at most %(most)s.") % {"most": most}
    if field.type is FieldType.DECIMAL:
        yield _("At most %(decimals)s digits after the point.") % {"decimals": str(field.decimals)}


class Validator:
    """Sets the checks of one workbook's cells. Lists of choices stand in the hidden sheet."""

    mark = MARK

    def __init__(self, book: xlsxwriter.Workbook, hidden: Any, first_column: int) -> None:
        self._book, self._hidden = book, hidden
        self._next = first_column
        self._lists: dict[tuple[str, ...], str] = {}
        self._formats: dict[tuple[tuple[str, str], ...], Any] = {}

    def format(self, properties: dict[str, str]) -> Any:
        """The format of a conditional formatting rule, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def check(self, page: Page, slot: Slot, last_row: int) -> None:
        """Set the check of an answer's cells down to ``last_row``, with the hint as their message."""
        field = slot.field
        rule = {**self._rule(field, page.language), "ignore_blank": True}
        label = " ".join(say(field.label, page.language).split())
        hint = "\n".join(filter(None, [say(field.hint, page.language), *condition_words(field)]))
        if hint:
            rule |= {
                "input_title": _cut(label, _LONGEST_TITLE),
                "input_message": _cut(hint, _LONGEST_MESSAGE),
            }
        rule["error_title"] = _cut(label, _LONGEST_TITLE)
        page.sheet.data_validation(slot.row, slot.column, last_row, slot.column, rule)

    def _rule(self, field: Field, language: str) -> dict[str, Any]:
        if field.type in TYPED_NUMBERS:
            return self._number_rule(field)
        if field.type in TEXTS and field.most is not None:
            most = int(field.most)
            return {
                "validate": "length",
                "criteria": "<=",
                "value": most,
                # Programs count rare characters twice: it may be kept, and is counted again on return.
                "error_type": "warning",
                "error_message": _("This is longer than %(most)s characters.") % {"most": str(most)},
            }
        if field.type is FieldType.DATE:
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": dt.date(_FIRST_YEAR, 1, 1),
                "maximum": dt.date(LAST_YEAR, 12, 31),
                # An era date that this program does not know is read on return.
                "error_type": "warning",
                "error_message": _("This program does not read it as a date, such as 2025/4/1."),
            }
        if field.type is FieldType.CHOICE:
            labels = tuple(say(one.label, language) for one in field.choices)
            return {"validate": "list", "source": self._listed(labels), "error_message": _not_listed()}
        if field.type is FieldType.YES_NO:
            words = (yes_word(), no_word())
            return {"validate": "list", "source": self._listed(words), "error_message": _not_listed()}
        if field.type is FieldType.CHOICES:
            return {
                "validate": "list",
                "source": [MARK],
                "error_message": _("Mark with ○ or leave it empty."),
            }
        return {"validate": "any"}

    def _number_rule(self, field: Field) -> dict[str, Any]:
        least = field.least if field.least is not None else -_LARGEST
        most = field.most if field.most is not None else _LARGEST
        return {
            "validate": "integer" if field.type is FieldType.INTEGER else "decimal",
            "criteria": "between",
            "minimum": float(least),
            "maximum": float(most),
            "error_message": _("Only a number in the range given, without unit and without words."),
        }

    def _listed(self, words: tuple[str, ...]) -> str:
        """The cells of the hidden sheet in which a list of words stands."""
        if words not in self._lists:
            column = self._next
            self._next += 1
            for row, word in enumerate(words):
                self._hidden.write_string(row, column, word)
            letters = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
            self._lists[words] = f"='{BINDING_SHEET}'!{letters}$1:{letters}${len(words)}"
        return self._lists[words]


def _not_listed() -> str:
    return _("Choose one of the list.")


def _cut(text: str, most: int) -> str:
    """Within the length that spreadsheets allow, counted in UTF-16."""
    if len(text.encode("utf-16-le")) // 2 <= most:
        return text
    while len(text.encode("utf-16-le")) // 2 >= most:
        text = text[:-1]
    return text + "…"
