"""Where everything stands in the workbook of a form: sheets, lines, and the cell of each answer.

A part without rows is one line per question, the answer in one column. A part with rows is a table, a line
per row and a column per question. A question with several choices has a cell for each of them, marked with ○.

Each line and each answer column has an anchor, a text in the hidden first column or row. A returned workbook
is read by its anchors, so that lines a person inserted or moved do not matter; see :mod:`.finding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jichi.sheets.definition import Address, Definition, Field, FieldType, Filler, Part
from jichi.sheets.words import say

from .problems import WorkbookError

ANCHOR = "jichi:"
SHEET_ANCHOR, ROW_ANCHOR, COLUMN_ANCHOR = f"{ANCHOR}sheet:", f"{ANCHOR}row:", f"{ANCHOR}column:"
HEAD, LABEL, ANSWER = ".head", ".label", ".answer"
"""The lines of the labels, and the answer column of a part without rows. No key of a form has a dot."""

SECTION = "@"
"""Behind a part's key in its sheet's anchor: to which section of a volume the sheet belongs."""

BINDING_SHEET = "_jichi"
COVER = ".cover"

MOST_COLUMNS = 16_000
"""A spreadsheet ends at 16,384."""
MOST_SLOTS = 60_000
"""Answer cells of a workbook; more than anybody fills in by hand."""
_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column in which answers stand: its anchor's name, the label before it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The cell of an answer, or of one of its choices (``option``). Row and column count from 0."""

    address: Address
    field: Field
    option: str
    down: str
    across: str
    row: int
    column: int

    @property
    def is_computed(self) -> bool:
        """Whether nobody fills it."""
        return self.field.type is FieldType.COMPUTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """One sheet. ``down`` are its rows, ``across`` its answer columns; positions count from 0.

    ``previous`` is the column of the previous return by field, ``ANSWER`` standing for all where a part has
    no rows.
    """

    part: Part
    name: str
    is_filled: bool
    down: tuple[Line, ...]
    across: tuple[Line, ...]
    slots: tuple[Slot, ...]
    head: int
    first: int
    previous: Mapping[str, int]
    last_column: int


def plan_sheets(
    definition: Definition,
    *,
    language: str,
    fill: Filler,
    previous: frozenset[str] = frozenset(),
    open_rows: Mapping[str, int] | None = None,
    names: SheetNames | None = None,
    prefix: str = "",
) -> tuple[SheetPlan, ...]:
    """The sheets that ``fill`` gets: the parts to be filled, and locked those that may only be seen.

    ``previous`` names the fields beside which a previous value stands; ``open_rows`` says for a part with
    open rows how many there are to be (at least as many as the form allows). ``names`` are those that the
    sheets before have taken, ``prefix`` stands before each name.

    Raises:
        WorkbookError: ``form_too_large`` when they do not fit into a workbook.
    """
    names = names or SheetNames()
    left = MOST_SLOTS
    plans = []
    for part in definition.parts:
        if fill not in part.fill | part.see:
            continue
        name = names.take(f"{prefix} {say(part.title, language)}")
        make = _plain if part.rows is None else _table
        rows = max((open_rows or {}).get(part.key, 0), part.rows.most if part.rows else 0)
        left -= _size(part, rows)
        if left < 0:
            raise WorkbookError("form_too_large", sheet=name)
        plans.append(make(part, name, fill in part.fill, language, previous, rows))
    return tuple(plans)


def _size(part: Part, rows: int) -> int:
    """How many answer cells a part has. Raises WorkbookError when they are wider than a sheet."""
    cells = sum(len(field.choices) if field.type is FieldType.CHOICES else 1 for field in part.fields)
    if part.rows is None:
        return cells
    if cells * 2 > MOST_COLUMNS:
        raise WorkbookError("form_too_large")
    return cells * (len(part.rows.fixed) or rows)


class SheetNames:
    """Gives names that a spreadsheet program takes: 31 signs, some forbidden, none twice."""

    def __init__(self, *taken: str) -> None:
        self._taken = {BINDING_SHEET, "history", *(name.casefold() for name in taken)}

    def take(self, title: str) -> str:
        """A free name as near to ``title`` as possible."""
        plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("' ") or "-"
        for number in range(1, 1000):
            ending = f" ({number})" if number > 1 else ""
            name = _cut(plain, _LONGEST_NAME - len(ending)).strip("' ") + ending
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
        raise AssertionError("more sheets than a form has parts")


def _cut(text: str, units: int) -> str:
    """The beginning of a text. Spreadsheets count in UTF-16, so a rare character counts twice."""
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text


def field_lines(field: Field, language: str) -> Iterator[tuple[str, Line]]:
    """The lines of one question: (option, line); one, or one per choice where several may be chosen."""
    label = " ".join(say(field.label, language).split())
    if field.type is not FieldType.CHOICES:
        yield "", Line(field.key, label)
        return
    for choice in field.choices:
        words = " ".join(say(choice.label, language).split())
        yield choice.key, Line(f"{field.key}.{choice.key}", f"{label}：{words}")


def row_lines(part: Part, language: str, count: int) -> Iterator[tuple[str, Line]]:
    """The rows of a table: (row key, line)."""
    assert part.rows is not None
    if part.rows.fixed:
        for row in part.rows.fixed:
            yield row.key, Line(row.key, " ".join(say(row.label, language).split()))
        return
    for number in range(1, count + 1):
        yield str(number), Line(str(number), str(number))


_PLAIN_COLUMNS = 4
"""Hidden anchors, question, required, then the answer."""


def _plain(
    part: Part, name: str, is_filled: bool, language: str, previous: frozenset[str], rows: int
) -> SheetPlan:
    head = 4 if part.hint else 3
    answer = _PLAIN_COLUMNS - 1
    down: list[Line] = []
    slots = []
    for field in part.fields:
        for option, line in field_lines(field, language):
            row = head + 1 + len(down)
            slots.append(Slot(Address(field.key), field, option, line.name, ANSWER, row, answer))
            down.append(line)
    has_previous = any(field.key in previous for field in part.fields)
    return SheetPlan(
        part=part,
        name=name,
        is_filled=is_filled,
        down=tuple(down),
        across=(Line(ANSWER, ""),),
        slots=tuple(slots),
        head=head,
        first=head + 1,
        previous={ANSWER: answer + 2} if has_previous else {},
        last_column=answer + (3 if has_previous else 2),
    )


def _table(
    part: Part, name: str, is_filled: bool, language: str, previous: frozenset[str], rows: int
) -> SheetPlan:
    head = 4 if part.hint else 3
    has_hints = any(field.hint for field in part.fields)
    first = head + (3 if has_hints else 2)
    across: list[Line] = []
    beside: dict[str, int] = {}
    columns: list[tuple[Field, str, Line, int]] = []
    column = 2
    for field in part.fields:
        for option, line in field_lines(field, language):
            columns.append((field, option, line, column))
            across.append(line)
            column += 1
        if field.key in previous:
            beside[field.key] = column
            column += 1
    down = list(row_lines(part, language, rows))
    slots = [
        Slot(Address(field.key, key), field, option, row.name, line.name, first + place, column_at)
        for place, (key, row) in enumerate(down)
        for field, option, line, column_at in columns
    ]
    return SheetPlan(
        part=part,
        name=name,
        is_filled=is_filled,
        down=tuple(line for _key, line in down),
        across=tuple(across),
        slots=tuple(slots),
        head=head,
        first=first,
        previous=beside,
        last_column=column - 1,
    )
