"""Past years' sheets as one table: a row for each project or measure, a column for each answer.

A column is named by an answer's address (``accomplishment``, ``project_cost.settled``) or by its label as the
form prints it. Columns of computed fields are not taken but checked: what was printed must be what the other
columns give.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import override

from jichi.city.errors import Invalid
from jichi.figures.statistics.words import refused
from jichi.methods.tables.cells import text_of
from jichi.methods.tables.files import open_book
from jichi.methods.tables.grid import Grid
from jichi.methods.tables.troubles import TableError
from jichi.sheets.definition import Address, Definition, FieldType, Part, Severity
from jichi.sheets.reading import read
from jichi.sheets.words import place_label, problem_text

from .finance_file import BadRow

CODE_HEADS = ("事務事業コード", "施策コード", "コード", "code")
OPEN_ROWS = 10
"""Rows of an open part for which columns are understood."""
MOST_ROWS = 5_000
_NOTHING = {"-", "−", "—", "ー"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """One row: its line in the file, the code it names, and its cells by the plain text of their heads."""

    row: int
    code: str
    cells: Mapping[str, str]


@dataclass(slots=True)
class PastTable:
    """The rows of a file; ``heads`` maps the plain text of a head to how it is written."""

    heads: dict[str, str] = field(default_factory=dict)
    rows: list[PastRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_past(content: bytes) -> PastTable:
    """The rows of a csv or workbook.

    Raises:
        Invalid: at ``file``, for a file that cannot be read, has no column of codes or too many rows.
    """
    try:
        grid = open_book(content).grid(0)
    except TableError as problem:
        raise refused(problem) from None
    head, code_at = _head(grid)
    if grid.height - head - 1 > MOST_ROWS:
        raise Invalid({"file": [_("The file has more than %(most)d rows.") % {"most": MOST_ROWS}]})
    heads = {at: text_of(value).strip() for at, value in enumerate(grid.rows[head]) if at != code_at}
    found = PastTable(heads={plain(text): text for text in heads.values() if text})
    seen: dict[str, int] = {}
    for at in range(head + 1, grid.height):
        number = grid.line_of(at) or at + 1
        cells = {plain(text): text_of(grid.at(at, place)).strip() for place, text in heads.items() if text}
        code = plain(text_of(grid.at(at, code_at)))
        if not code and not any(cells.values()):
            continue
        if not code:
            found.bad.append(BadRow(row=number, sentence=_("The row names no code.")))
        elif code in seen:
            text = _("The code %(code)s stands in row %(row)d already. Keep one of them.")
            found.bad.append(BadRow(row=number, sentence=text % {"code": code, "row": seen[code]}))
        else:
            seen[code] = number
            found.rows.append(PastRow(row=number, code=code, cells=cells))
    return found


def _head(grid: Grid) -> tuple[int, int]:
    names = {plain(one) for one in CODE_HEADS}
    for at in range(min(10, grid.height)):
        for place, value in enumerate(grid.rows[at]):
            if plain(text_of(value)) in names:
                return at, place
    text = _("The file has no column of codes. Name it one of: %(names)s")
    raise Invalid({"file": [text % {"names": _(", ").join(CODE_HEADS)}]})


def plain(text: str) -> str:
    """A head or code without differences of width and space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def columns_of(definition: Definition) -> dict[str, Address]:
    """Every head that a form understands, plain, with the answer it stands for."""
    found: dict[str, Address] = {}
    with override("ja"):
        for address in _addresses(definition):
            found.setdefault(plain(place_label(definition, address)), address)
            found[plain(str(address))] = address
    return found


def _addresses(definition: Definition) -> Iterator[Address]:
    for part, asked in definition.fields():
        for row in _rows(part):
            yield Address(asked.key, row)


def _rows(part: Part) -> tuple[str, ...]:
    if part.rows is None:
        return ("",)
    return tuple(one.key for one in part.rows.fixed) or tuple(str(n) for n in range(1, OPEN_ROWS + 1))


def answers_in(row: PastRow, definition: Definition, columns: Mapping[str, Address]) -> dict[Address, str]:
    """The row's answers as typed, without those of computed fields; "-" is an empty cell."""
    found = {}
    for head, text in row.cells.items():
        address = columns.get(head)
        if address is not None and text and text not in _NOTHING and not _is_computed(definition, address):
            found[address] = text
    return found


def _is_computed(definition: Definition, address: Address) -> bool:
    return definition.field(address.field)[1].type is FieldType.COMPUTED


def troubles_of(row: PastRow, definition: Definition, columns: Mapping[str, Address]) -> list[str]:
    """What is wrong with a row: the form's own objections, and printed sums that do not hold."""
    reading = read(definition, answers_in(row, definition, columns))
    found = [
        problem_text(problem, definition)
        for problem in reading.problems
        if problem.severity is Severity.ERROR
    ]
    for head, text in row.cells.items():
        address = columns.get(head)
        if address is None or not text or text in _NOTHING or not _is_computed(definition, address):
            continue
        value = reading.values.get(address)
        if isinstance(value, Decimal) and _number(text) != value:
            sentence = _("%(place)s: the file prints %(printed)s, the other columns give %(computed)s.")
            said = {"place": place_label(definition, address), "printed": text, "computed": f"{value:,f}"}
            found.append(sentence % said)
    return found


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(unicodedata.normalize("NFKC", text).replace(",", ""))
    except InvalidOperation:
        return None
