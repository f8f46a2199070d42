"""Cells of workbooks and csv files: from a cell to a typed value, and back to text."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from jichi.methods.eras import EraError, parse_fiscal_year
from jichi.plan.importing.characters import narrow
from jichi.plan.importing.sheets import Field
from jichi.plan.importing.values import json_number

__all__ = ["CellError", "cell_text", "column_letter", "exact_number", "parse_cell"]

_TRUE = {"true", "1", "yes", "はい", "○", "する", "真"}
_FALSE = {"false", "0", "no", "いいえ", "×", "しない", "偽"}


class CellError(ValueError):
    """A cell that cannot be read; `code` is a key of PROBLEMS."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def column_letter(index: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def exact_number(value: float) -> bool:
    """Whether a spreadsheet's 15 digits hold a number exactly."""
    return float(f"{value:.15g}") == value


def parse_cell(cell: Any, field: Field) -> Any:
    """The value of a cell for a column; CellError when it cannot be."""
    if cell is None or cell == "" or (field.kind != "text" and isinstance(cell, str) and not cell.strip()):
        return _empty(field)
    value = _READERS[field.kind](cell)
    if field.choices and value not in field.choices:
        raise CellError("choice", value=value, choices=", ".join(c or "–" for c in field.choices))
    return value


def _empty(field: Field) -> Any:
    if field.required:
        raise CellError("required")
    if field.nullable:
        return None
    if field.kind == "codes":
        return []
    if field.kind == "boolean":
        return bool(field.default)
    return ""


def _text(cell: Any) -> str:
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        # A spreadsheet makes a date of 5-1 unless the cell is formatted as text.
        raise CellError("date_in_text", value=str(cell))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return str(json_number(Decimal(str(cell))))
    return str(cell)


def _number(cell: Any) -> int | float:
    if isinstance(cell, bool | datetime.date | datetime.time | datetime.timedelta):
        raise CellError("number", value=str(cell))
    try:
        text = narrow(str(cell)).strip()
        if isinstance(cell, str) and re.search(r"[^0-9,.+\-eE]", text):
            raise CellError("number", value=cell)
        if "," in text and not re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
            raise CellError("number", value=cell)
        value = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise CellError("number", value=str(cell)) from error
    if not value.is_finite() or value.adjusted() > 300:
        raise CellError("number", value=str(cell))
    return json_number(value)


def _integer(cell: Any) -> int:
    if isinstance(cell, str) and not re.fullmatch(r"[+-]?[0-9,.]+", narrow(cell).strip()):
        try:
            return parse_fiscal_year(cell)
        except EraError as error:
            raise CellError("integer", value=cell) from error
    value = _number(cell)
    if not isinstance(value, int):
        raise CellError("integer", value=str(cell))
    return value


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell in (0.0, 1.0):
        return bool(cell)
    text = narrow(str(cell)).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise CellError("boolean", value=str(cell))


def _codes(cell: Any) -> list[str]:
    return [part for part in re.split(r"[\s,、]+", _text(cell).strip()) if part]


def _date(cell: Any) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    text = narrow(_text(cell)).strip()
    found = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text)
    try:
        if found:
            return datetime.date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        pass
    raise CellError("date", value=text)


def _as_of(cell: Any) -> str:
    if isinstance(cell, str) and re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", narrow(cell).strip()):
        return narrow(cell).strip()
    return _date(cell)


_READERS = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "codes": _codes,
    "date": _date,
    "as_of": _as_of,
}


def cell_text(value: Any) -> str:
    """A value as a csv cell. A text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text
