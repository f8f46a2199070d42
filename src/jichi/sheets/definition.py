"""A form as data: parts, fields, rows, conditions and checks. Dataclasses only; nothing here reads rows.

A definition is written as JSON (form: ``sheets/schema/jichi-form-1.schema.json``), read once by
:func:`jichi.sheets.parsing.parse_definition` and never changed afterwards: another wording or another field
is a new version. Answers keep the version they were given to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Text = Mapping[str, str]
"""Language code → words; Japanese (``ja``) is always there."""


class FieldType(StrEnum):
    """What a field holds. ``COMPUTED`` is never filled: its formula gives it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    FISCAL_YEAR = "fiscal_year"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    COMPUTED = "computed"


TYPED_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
NUMBERS = TYPED_NUMBERS | {FieldType.COMPUTED}
TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})


class Filler(StrEnum):
    """Who may fill or see a part: whoever answers, the section's or bureau's checker, or who asked."""

    RESPONDENT = "respondent"
    CHECKER = "checker"
    ASKER = "asker"


class Severity(StrEnum):
    """An error keeps the answer from being handed in; a warning is shown and may be explained."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a field's possible answers."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. ``unit`` is shown behind the control and in the workbook's next cell.

    ``least``/``most`` bound a number (both included) or the length of a text; ``decimals`` the digits after
    the point that may be typed. ``when`` is a condition over other answers: where it is not true the field is
    neither asked nor kept. ``formula`` is that of a computed field. Expressions are those of
    :mod:`jichi.methods.expressions`.
    """

    key: str
    label: Text
    type: FieldType
    hint: Text | None = None
    unit: Text | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0
    pattern: str = ""
    when: str = ""
    formula: str = ""
    compare_previous: bool = True

    @property
    def is_number(self) -> bool:
        """Whether its value is a number, so that it can be merged and compared with last year's."""
        return self.type in NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRow:
    """A row that the form names itself (a ward, a month)."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How a part repeats: over rows that the form names (``fixed``), or as many as the respondent needs.

    Open rows get the keys ``1``, ``2`` … in their order; ``least``/``most`` say how many.
    """

    fixed: tuple[FixedRow, ...] = ()
    least: int = 0
    most: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page of the form, a block of the paper, a sheet of the workbook. ``rows`` makes it a table."""

    key: str
    title: Text
    fields: tuple[Field, ...]
    hint: Text | None = None
    rows: Rows | None = None
    when: str = ""
    fill: frozenset[Filler] = frozenset({Filler.RESPONDENT})
    see: frozenset[Filler] = frozenset(Filler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must hold between answers. With ``part``, an expression over each row of that part.

    ``fields`` are the keys beside which the message stands. An expression in which a value is missing is
    unknown, and what is unknown is no violation.
    """

    key: str
    expression: str
    message: Text
    severity: Severity = Severity.ERROR
    part: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A whole form. Keys of fields are unique over the form; ``digest`` is that of its JSON."""

    title: Text
    parts: tuple[Part, ...]
    checks: tuple[Check, ...] = ()
    purpose: Text | None = None
    digest: str = ""

    def fields(self) -> Iterator[tuple[Part, Field]]:
        """Every field with its part, in the order of the form."""
        for part in self.parts:
            for field in part.fields:
                yield part, field

    def field(self, key: str) -> tuple[Part, Field]:
        """One field with its part. Raises KeyError."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Part, Field]]:
        return {field.key: (part, field) for part, field in self.fields()}


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where an answer stands: the field, and the row of a part that repeats (empty: no row)."""

    field: str
    row: str = ""

    def __str__(self) -> str:
        return f"{self.field}.{self.row}" if self.row else self.field

    @classmethod
    def of(cls, text: str) -> Address:
        """The address written as ``field`` or ``field.row``; a field's key holds no dot."""
        field, _dot, row = text.partition(".")
        return cls(field, row)


Raw = Mapping[Address, str]
"""Answers as typed: text by address; several choices are joined by a line break."""

Value = Decimal | str | bool | tuple[str, ...] | None
"""Decimal for numbers and fiscal years, ISO text for dates, choice key(s), bool for yes/no, None missing."""

Values = Mapping[Address, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one answer or between several: a code a page can word, its parameters, where.

    ``places`` are shown beside each of these fields; none: about the whole form. ``message`` is the form's
    own sentence where the problem is one of its checks.
    """

    code: str
    places: tuple[Address, ...] = ()
    params: Mapping[str, str] | None = None
    severity: Severity = Severity.ERROR
    message: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Answers read against a form: values by address, and what is wrong with them."""

    values: Values
    problems: tuple[Problem, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Whether it may be handed in: warnings are allowed, errors are not."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)
