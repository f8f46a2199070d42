"""Reading answers against a form: values, what is not asked, what is computed, and what is wrong.

Answers from a page, a workbook, paper and an import come here as text by address, so that they are the same
answer under the same checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jichi.methods.expressions import Known, Scalar, evaluate, parse

from .definition import (
    Address,
    Check,
    Definition,
    Field,
    FieldType,
    Filler,
    Part,
    Problem,
    Raw,
    Reading,
    Severity,
    Value,
    Values,
)
from .dependencies import in_order
from .typed import MOST_DIGITS, Misread, plain_text, read_one, rounded, says_nothing, text_of

__all__ = [
    "Look",
    "asked_in",
    "from_json",
    "look",
    "raw_from_json",
    "raw_of",
    "raw_to_json",
    "read",
    "rows_in",
    "tidy",
    "to_json",
]

_OPEN_ROW = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Answers read against a form, with what is asked (parts and addresses) and the rows of each part."""

    reading: Reading
    parts: frozenset[str]
    asked: frozenset[Address]
    rows: Mapping[str, tuple[str, ...]]


def look(
    definition: Definition, raw: Raw, *, fill: Filler | None = Filler.RESPONDENT, known: Values | None = None
) -> Look:
    """What :func:`read` gives, and what was found on the way to it."""
    state = _State(definition, _plain(raw), fill, known or {})
    state.read_fields()
    problems = [*state.problems, *_row_problems(state), *_unknown_places(state)]
    problems += [
        problem for check in definition.checks if state.sees(check) for problem in _violations(state, check)
    ]
    reading = Reading(values=state.values, problems=tuple(sorted(problems, key=state.position)))
    parts = frozenset(part.key for part in definition.parts if state.holds(part.when))
    return Look(reading=reading, parts=parts, asked=frozenset(state.asked), rows=state.rows)


def read(
    definition: Definition, raw: Raw, *, fill: Filler | None = Filler.RESPONDENT, known: Values | None = None
) -> Reading:
    """The answers in ``raw`` as values, with everything that is wrong with them.

    Only parts that ``fill`` may fill are read (None: all). ``known`` are values of the other parts that stand
    already: conditions, formulas and checks see them, and the result holds them as well. Values hold what is
    asked and answered; a field that is not asked (its condition is not true) has none, whatever is typed in
    it, and a warning says so. Problems name the addresses of ``raw``.
    """
    return look(definition, raw, fill=fill, known=known).reading


def rows_in(part: Part, raw: Mapping[Address, Any]) -> tuple[str, ...]:
    """The keys of a part's rows in order: those the form names, or those in which something stands.

    A part that does not repeat has the one key "".
    """
    if part.rows is None:
        return ("",)
    if part.rows.fixed:
        return tuple(row.key for row in part.rows.fixed)
    typed = {field.key: field for field in part.fields if field.type is not FieldType.COMPUTED}
    found = {
        int(address.row)
        for address, text in raw.items()
        if address.field in typed and _OPEN_ROW.fullmatch(address.row) and _stands(typed[address.field], text)
    }
    return tuple(str(number) for number in sorted(found))


def _plain(raw: Raw) -> dict[Address, str]:
    return {address: plain_text(text) for address, text in raw.items()}


def _stands(field: Field, text: Any) -> bool:
    return not says_nothing(field, text) if isinstance(text, str) else text is not None


def asked_in(
    definition: Definition, raw: Raw, *, fill: Filler = Filler.RESPONDENT, known: Values | None = None
) -> frozenset[Address]:
    """The addresses whose conditions are true for what stands in ``raw``, in the rows that stand there."""
    return look(definition, raw, fill=fill, known=known).asked


class _State:
    """What is known while a form's fields are read one after the other."""

    def __init__(self, definition: Definition, raw: Raw, fill: Filler | None, known: Values) -> None:
        self.definition, self.raw = definition, raw
        self.taken = frozenset(part.key for part in definition.parts if fill is None or fill in part.fill)
        self.parts = {field.key: part for part, field in definition.fields()}
        self.values: dict[Address, Value] = {}
        self.problems: list[Problem] = []
        self.asked: set[Address] = set()
        self.asked_fields: set[str] = set()
        self.outer: dict[str, Known] = {}
        self.known = {
            address: value
            for address, value in known.items()
            if address.field in self.parts and self.parts[address.field].key not in self.taken
        }
        self.has_known = bool(known)
        self.rows = {
            part.key: rows_in(part, raw if part.key in self.taken else self.known)
            for part in definition.parts
        }
        self.order = {field.key: place for place, (_part, field) in enumerate(definition.fields())}

    def seen(self, text: str, part: Part | None, row: str) -> Scalar:
        """The value of an expression; in a row of a part it sees the row's own answers, not their columns."""
        expression = parse(text)
        if part is None or not row:
            return evaluate(expression, self.outer)
        scope = {
            name: self.values.get(Address(name, row)) if self._is_inside(name, part) else self.outer.get(name)
            for name in expression.names
        }
        return evaluate(expression, scope)

    def _is_inside(self, name: str, part: Part | None) -> bool:
        return part is not None and self.parts[name].key == part.key

    def holds(self, condition: str, part: Part | None = None, row: str = "") -> bool:
        """Whether a condition is true; an empty one always is."""
        return not condition or self.seen(condition, part, row) is True

    def read_fields(self) -> None:
        for part, field in in_order(self.definition):
            shown = self.holds(part.when)
            column: list[Value] = []
            for row in self.rows[part.key]:
                address = Address(field.key, row)
                if not (shown and self.holds(field.when, part, row)):
                    self._not_asked(part, field, address)
                    continue
                self.asked.add(address)
                self.asked_fields.add(field.key)
                value = self._value(part, field, address)
                if value is not None:
                    self.values[address] = value
                column.append(value)
            self._publish(part, field, column)

    def _publish(self, part: Part, field: Field, column: list[Value]) -> None:
        """Let later expressions see the field: its value, or its column laid flat."""
        if part.rows is None:
            self.outer[field.key] = column[0] if column else None
            return
        flat: list[Any] = []
        for value in column:
            flat += value if isinstance(value, tuple) else [value]
        self.outer[field.key] = tuple(flat)

    def _value(self, part: Part, field: Field, address: Address) -> Value:
        if field.type is FieldType.COMPUTED:
            return self._computed(field, address, self.seen(field.formula, part, address.row))
        if part.key not in self.taken:
            return self.known.get(address)
        value, misread = read_one(field, self.raw.get(address, ""))
        if misread is not None:
            self._misread(address, misread)
        elif value is None and field.required:
            self.problems.append(Problem(code="required", places=(address,)))
        return value

    def _computed(self, field: Field, address: Address, result: Scalar) -> Value:
        if not isinstance(result, Decimal):
            return None
        if result.adjusted() >= MOST_DIGITS:
            self._misread(address, Misread("computed_long", {"most": str(MOST_DIGITS)}))
            return None
        return rounded(result, field.decimals)

    def _misread(self, address: Address, misread: Misread) -> None:
        self.problems.append(Problem(code=misread.code, places=(address,), params=misread.params))

    def _not_asked(self, part: Part, field: Field, address: Address) -> None:
        typed = self.raw.get(address, "").strip()
        if typed and part.key in self.taken and field.type is not FieldType.COMPUTED:
            self.problems.append(Problem(code="not_asked", places=(address,), severity=Severity.WARNING))

    def sees(self, check: Check) -> bool:
        """Whether the check is about what is read here, and nothing it is over is out of sight."""
        names = [name for name in parse(check.expression).names if name in self.parts]
        taken = [self.parts[name].key in self.taken for name in names]
        return any(taken) and (self.has_known or all(taken))

    def places(self, keys: Iterable[str], part: Part | None, row: str) -> tuple[Address, ...]:
        """Where the fields of a check stand: those of its own part in its row."""
        return tuple(Address(key, row if self._is_inside(key, part) else "") for key in keys)

    def is_asked(self, place: Address) -> bool:
        """Whether a field is asked; one that repeats, in any row where none is given."""
        return place in self.asked if place.row else place.field in self.asked_fields

    def position(self, problem: Problem) -> tuple[int, int, int, str]:
        """Where a problem stands in the form: by field, then by row; what is about the whole comes last."""
        if not problem.places:
            return len(self.order), 0, 0, problem.code
        first = problem.places[0]
        part = self.parts.get(first.field)
        rows = self.rows[part.key] if part is not None else ()
        row = rows.index(first.row) if first.row in rows else len(rows)
        place = self.order.get(first.field, len(self.order))
        # Tables are read row by row, so the row counts before the field within it.
        start = self.order[part.fields[0].key] if part is not None else place
        return start, row, place, problem.code


def _row_problems(state: _State) -> Iterator[Problem]:
    for part in state.definition.parts:
        rows = part.rows
        if rows is None or rows.fixed or part.key not in state.taken or not state.holds(part.when):
            continue
        there = state.rows[part.key]
        first = part.fields[0].key
        params = {"least": str(rows.least), "most": str(rows.most), "count": str(len(there))}
        if len(there) > rows.most:
            yield Problem(code="rows_most", places=(Address(first, there[rows.most]),), params=params)
        elif len(there) < rows.least:
            place = Address(first, str(int(there[-1]) + 1 if there else 1))
            yield Problem(code="rows_least", places=(place,), params=params)


def _unknown_places(state: _State) -> Iterator[Problem]:
    for address, text in state.raw.items():
        if not text.strip():
            continue
        part = state.parts.get(address.field)
        if part is None or (part.key in state.taken and address.row not in state.rows[part.key]):
            yield Problem(
                code="unknown_place",
                params={"place": str(address)[:60], "text": text.strip()[:60]},
                severity=Severity.WARNING,
            )


def _violations(state: _State, check: Check) -> Iterator[Problem]:
    names = parse(check.expression).names
    part = next((one for one in state.definition.parts if one.key == check.part), None)
    for row in state.rows[part.key] if part is not None else ("",):
        # filled() of what nobody asks is false, not unknown; nobody could mend that.
        if not any(state.is_asked(place) for place in state.places(names, part, row)):
            continue
        if state.seen(check.expression, part, row) is False:
            yield Problem(
                code="check",
                places=state.places(check.fields or names, part, row),
                params={"check": check.key},
                severity=check.severity,
                message=check.message,
            )


# --- written out --------------------------------------------------------------------------------
def raw_of(values: Values, definition: Definition) -> dict[Address, str]:
    """The values written out, so that reading them gives the same values. Computed fields are left out."""
    fields = {field.key: field for _part, field in definition.fields()}
    found: dict[Address, str] = {}
    for address, value in values.items():
        field = fields.get(address.field)
        if field is not None and (text := text_of(value, field)):
            found[address] = text
    return found


def tidy(definition: Definition, raw: Raw) -> dict[Address, str]:
    """What is typed, without blanks and places the form does not have; open rows numbered 1, 2 … again."""
    clean = _plain(raw)
    found: dict[Address, str] = {}
    for part in definition.parts:
        rows = rows_in(part, clean)
        is_open = part.rows is not None and not part.rows.fixed
        for number, row in enumerate(rows, start=1):
            for field in part.fields:
                text = clean.get(Address(field.key, row), "")
                if text.strip() and field.type is not FieldType.COMPUTED:
                    found[Address(field.key, str(number) if is_open else row)] = text
    return found


def raw_to_json(raw: Raw) -> dict[str, str]:
    """What is typed, as it is kept."""
    return {plain_text(str(address)): plain_text(text) for address, text in raw.items() if text.strip()}


def raw_from_json(data: Mapping[str, Any]) -> dict[Address, str]:
    """What was kept as typed."""
    return {Address.of(key): str(text) for key, text in data.items()}


def to_json(values: Values) -> dict[str, Any]:
    """Values as they are kept: by ``field`` or ``field.row``; numbers as text, several choices as a list."""
    return {str(address): _kept(value) for address, value in sorted(values.items()) if value is not None}


def _kept(value: Value) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return list(value) if isinstance(value, tuple) else value


def from_json(data: Mapping[str, Any], definition: Definition) -> dict[Address, Value]:
    """Values that were kept; the definition says which texts are numbers. Unknown fields are left out."""
    types = {field.key: field.type for _part, field in definition.fields()}
    found: dict[Address, Value] = {}
    for key, kept in data.items():
        address = Address.of(key)
        if address.field in types and kept is not None:
            found[address] = _value_of(kept, types[address.field])
    return found


_NUMERIC = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.COMPUTED, FieldType.FISCAL_YEAR})


def _value_of(kept: Any, kind: FieldType) -> Value:
    if kind in _NUMERIC:
        return Decimal(str(kept))
    if kind is FieldType.CHOICES:
        return tuple(kept)
    return bool(kept) if kind is FieldType.YES_NO else str(kept)
