"""From what stands in an answer's cell to the text a person would have typed on the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from jichi.sheets.definition import TEXTS, TYPED_NUMBERS, Field, FieldType
from jichi.sheets.typed import read_one

from .content import Cell, Kind, day_of, written

Taken = tuple[str, str]
"""The text, and the code of what is to be said about it (empty: nothing)."""

_MARK = Field(key="mark", label={"ja": "○"}, type=FieldType.YES_NO)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
"""1954 to 2119: a bare number in between is a day that lost its format, any other is something else."""


def answer_text(field: Field, cell: Cell, *, starts_1904: bool = False) -> Taken:
    """The text of an answer. Codes of errors come with an empty text: nothing is guessed."""
    if cell.kind is Kind.ERROR:
        return "", "error_value"
    if cell.kind is Kind.NOTHING:
        return "", "formula_without_value"
    if field.type in TYPED_NUMBERS:
        return _number(field, cell)
    if field.type is FieldType.DATE:
        return _date(cell, starts_1904)
    if field.type is FieldType.FISCAL_YEAR and cell.kind in {Kind.DATE, Kind.TIME}:
        return "", "date_in_number"
    if field.type in TEXTS:
        return _text(cell)
    return cell.text, ""


def _number(field: Field, cell: Cell) -> Taken:
    if cell.kind in {Kind.DATE, Kind.TIME}:
        return "", "date_in_number"
    if not cell.is_percent or cell.number is None:
        return cell.text, ""
    # "12%" is stored as 0.12; where the form asks for percent, 12 is meant.
    if any("%" in unicodedata.normalize("NFKC", unit) for unit in (field.unit or {}).values()):
        return written(cell.number * 100), "percent_read"
    return "", "percent_cell"


def _date(cell: Cell, starts_1904: bool) -> Taken:
    if cell.kind not in {Kind.NUMBER, Kind.TIME, Kind.TRUTH}:
        return cell.text, ""
    if cell.number is None:
        return "", "number_in_date"
    if cell.kind is Kind.NUMBER and _FIRST_SERIAL <= cell.number <= _LAST_SERIAL and cell.number % 1 == 0:
        day = day_of(cell.number, starts_1904=starts_1904)
        assert day is not None
        return day.isoformat(), "serial_read"
    if len(cell.text) == 8 and cell.text.isdigit():  # 20250401, which the reading of the form knows
        return cell.text, ""
    return "", "number_in_date"


def _text(cell: Cell) -> Taken:
    if cell.kind is Kind.TIME and cell.number is not None:
        minutes = int((cell.number * 1440).to_integral_value())
        return f"{minutes // 60}:{minutes % 60:02d}", "date_in_text"
    if cell.kind is Kind.DATE:
        return cell.text, "date_in_text"
    if cell.is_percent and cell.number is not None:
        return f"{written(cell.number * Decimal(100))}%", ""
    return cell.text, ""


def is_marked(cell: Cell) -> bool | None:
    """Whether a choice's cell says yes; None when it cannot be told."""
    value, misread = read_one(_MARK, cell.text)
    return None if misread is not None else bool(value)


def in_canonical_words(field: Field, text: str, words: Mapping[str, str]) -> str:
    """Yes and no of the workbook's language (``words``: plain word → canonical) as the page writes them."""
    if field.type is not FieldType.YES_NO:
        return text
    return words.get("".join(unicodedata.normalize("NFKC", text).casefold().split()), text)
