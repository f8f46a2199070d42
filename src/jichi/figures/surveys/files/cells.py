"""Reading single cells: words, numbers, years and days, each problem named by sheet, row and column."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from jichi.methods.eras import EraError, parse_date, parse_fiscal_year

from .grids import Grid, letters
from .shape import yes_or_no

_NOTHING = {"", "-", "−", "—", "–", "ー", "…", "*", "※"}
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: sheet, row and column (from 1; 0: the whole row, or the whole sheet)."""

    sheet: str
    row: int = 0
    column: int = 0
    label: str = ""

    def __str__(self) -> str:
        if not self.row:
            return _("Sheet “%(sheet)s”") % {"sheet": self.sheet}
        if not self.column:
            return _("Sheet “%(sheet)s”, row %(row)d") % {"sheet": self.sheet, "row": self.row}
        words = {
            "sheet": self.sheet,
            "row": self.row,
            "column": letters(self.column),
            "label": self.label,
        }
        if not self.label:
            return _("Sheet “%(sheet)s”, row %(row)d, column %(column)s") % words
        return _("Sheet “%(sheet)s”, row %(row)d, column %(column)s (%(label)s)") % words


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a place of the file; an error keeps the report from being taken in."""

    place: Place
    text: str
    is_error: bool = True


class Cells:
    """Reads cells of one sheet and keeps what was wrong with them."""

    def __init__(self, grid: Grid, sheet: str, labels: Mapping[int, str] | None = None) -> None:
        self.grid, self.sheet = grid, sheet
        self.labels = dict(labels or {})
        self.problems: list[Problem] = []

    def place(self, row: int, column: int = 0, label: str = "") -> Place:
        """The place of a cell of this sheet."""
        return Place(self.sheet, row, column, label or self.labels.get(column, ""))

    def wrong(self, row: int, column: int, text: str, *, is_error: bool = True) -> None:
        """Keep a sentence about a cell."""
        self.problems.append(Problem(self.place(row, column), text, is_error))

    def text(self, row: int, column: int) -> str:
        """The words of a cell; a formula's last result is taken, with a warning."""
        given = self.grid.cells.get((row, column))
        if given is None:
            return ""
        if given.doubt == "error":
            self.wrong(row, column, _("The cell holds an error (%(value)s).") % {"value": given.text})
            return ""
        if given.doubt == "no_result":
            self.wrong(row, column, _("The cell holds a formula without a result. Write the number itself."))
            return ""
        if given.doubt == "formula":
            text = _("The cell holds a formula; its last result “%(value)s” was read.")
            self.wrong(row, column, text % {"value": given.text}, is_error=False)
        return given.text

    def number(self, row: int, column: int, *, percent: bool = False) -> Decimal | None:
        """A number, or None where nothing stands. A cell formatted as a percentage holds 0.54 for 54 %."""
        given = self.grid.cells.get((row, column))
        text = unicodedata.normalize("NFKC", self.text(row, column)).strip()
        if text in _NOTHING:
            return None
        if given is not None and given.doubt == "percent":
            if not percent:
                self.wrong(
                    row, column, _("The cell is formatted as a percentage; a plain number belongs here.")
                )
                return None
            said = _("The cell is formatted as a percentage; %(value)s %% was read.") % {"value": text}
            self.wrong(row, column, said, is_error=False)
        plain = text.replace(",", "").replace("−", "-")
        plain = plain.removesuffix("%").strip() if percent else plain
        try:
            found = Decimal(plain)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found.adjusted()) > 12:
            self.wrong(row, column, _("“%(value)s” is not a number.") % {"value": text[:40]})
            return None
        return found

    def whole(self, row: int, column: int) -> int | None:
        """A whole number, or None."""
        found = self.number(row, column)
        if found is None:
            return None
        if found != found.to_integral_value():
            self.wrong(row, column, _("“%(value)s” is not a whole number.") % {"value": found})
            return None
        return int(found)

    def year(self, row: int, column: int) -> int | None:
        """A fiscal year, or None."""
        text = self.text(row, column)
        if not text:
            return None
        try:
            return parse_fiscal_year(text)
        except EraError:
            sentence = _("“%(value)s” is not a fiscal year. Write 2025, R7 or 令和7年度.")
            self.wrong(row, column, sentence % {"value": text[:40]})
            return None

    def day(self, row: int, column: int) -> datetime.date | None:
        """A day, or None."""
        text = unicodedata.normalize("NFKC", self.text(row, column)).strip()
        if text in _NOTHING:
            return None
        try:
            if found := _DAY.fullmatch(text):
                return datetime.date(*(int(part) for part in found.groups()))
            return parse_date(text)
        except (EraError, ValueError):
            sentence = _("“%(value)s” is not a day. Write 2025-04-01 or 令和7年4月1日.")
            self.wrong(row, column, sentence % {"value": text[:40]})
            return None

    def mark(self, row: int, column: int) -> bool:
        """Whether a mark (○) stands."""
        text = self.text(row, column)
        found = yes_or_no(text)
        if found is None:
            self.wrong(
                row, column, _("“%(value)s” is no mark; write ○ or leave it empty.") % {"value": text[:40]}
            )
        return bool(found)
