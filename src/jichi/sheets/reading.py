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

from jichi.methods.expressions import Known, evaluate, parse

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
from .typed import Misread, plain_text, read_one, rounded, text_of

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
    definition: Definition, raw: Raw, *, fill: Filler = Filler.RESPONDENT, known: Values | None = None
) -> Look:
    """What :func:`read` gives, and what was found on the way to it."""
    state = _State(definition, _plain(raw), fill, known or {})
    state.read_fields()
    problems = [*state.problems, *_row_problems(state), *_unknown_places(state)]
    problems += [
        problem for check in definition.checks if state.sees(check) for problem in _violations(state, check)
    ]
    reading = Reading(values=state.values, problems=tuple(sorted(problems, key=state.position)))
    parts = frozenset(part.key for part in definition.parts if _is_true(part.when, state.outer))
    return Look(reading=reading, parts=parts, asked=frozenset(state.asked), rows=state.rows)


def read(
    definition: Definition, raw: Raw, *, fill: Filler = Filler.RESPONDENT, known: Values | None = None
) -> Reading:
    """The answers in ``raw`` as values, with everything that is wrong with them.

    Only parts that ``fill`` may fill are read. ``known`` are values of the other parts that stand already:
    conditions, formulas and checks see them, and the result holds them as well. Values hold what is asked and
    answered; a field that is not asked (its condition is not true) has none, whatever is typed in it, and a
    warning says so. Problems name the addresses of ``raw``.
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
    keys = {field.key for field in part.fields if field.type is not FieldType.COMPUTED}
    found = {
        int(address.row)
        for address, text in raw.items()
        if address.field in keys and _OPEN_ROW.fullmatch(address.row) and _stands(text)
    }
    return tuple(str(number) for number in sorted(found))


def _plain(raw: Raw) -> dict[Address, str]:
    return {address: plain_text(text) for address, text in raw.items()}


def _stands(text: Any) -> bool:
    return bool(text.strip()) if isinstance(text, str) else text is not None


def asked_in(
    definition: Definition, raw: Raw, *, fill: Filler = Filler.RESPONDENT, known: Values | None = None
) -> frozenset[Address]:
    """The addresses whose conditions are true for what stands in ``raw``, in the rows that stand there."""
    return look(definition, raw, fill=fill, known=known).asked


class _State:
    """What is known while a form's fields are read one after the other."""

    def __init__(self, definition: Definition, raw: Raw, fill: Filler, known: Values) -> None:
        self.definition, self.raw, self.fill = definition, raw, fill
        self.taken = frozenset(part.key for part in definition.parts if fill in part.fill)
        self.parts = {field.key: part for part, field in definition.fields()}
        self.values: dict[Address, Value] = {}
        self.problems: list[Problem] = []
        self.asked: dict[Address, None] = {}
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

    def scope(self, part: Part, row: str) -> Mapping[str, Known]:
        """What an expression sees in one row of a part: the row's own answers before the columns."""
        if not row:
            return self.outer
        own = {field.key: self.values.get(Address(field.key, row)) for field in part.fields}
        return {**self.outer, **own}

    def read_fields(self) -> None:
        for part, field in in_order(self.definition):
            shown = _is_true(part.when, self.outer)
            column: list[Value] = []
            for row in self.rows[part.key]:
                address = Address(field.key, row)
                # A row's own answers are looked up only where something is over them.
                scope = self.scope(part, row) if field.when or field.formula else self.outer
                if not (shown and _is_true(field.when, scope)):
                    self._not_asked(part, field, address)
                    continue
                self.asked[address] = None
                value = self._value(part, field, address, scope)
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

    def _value(self, part: Part, field: Field, address: Address, scope: Mapping[str, Known]) -> Value:
        if field.type is FieldType.COMPUTED:
            result = evaluate(parse(field.formula), scope)
            return rounded(result, field.decimals) if isinstance(result, Decimal) else None
        if part.key not in self.taken:
            return self.known.get(address)
        value, misread = read_one(field, self.raw.get(address, ""))
        if misread is not None:
            self._misread(address, misread)
        elif value is None and field.required:
            self.problems.append(Problem(code="required", places=(address,)))
        return value

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


def _is_true(condition: str, scope: Mapping[str, Known]) -> bool:
    return not condition or evaluate(parse(condition), scope) is True


def _row_problems(state: _State) -> Iterator[Problem]:
    for part in state.definition.parts:
        rows = part.rows
        if rows is None or rows.fixed or part.key not in state.taken or not _is_true(part.when, state.outer):
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
    expression = parse(check.expression)
    part = next((one for one in state.definition.parts if one.key == check.part), None)
    for row in state.rows[part.key] if part is not None else ("",):
        scope = state.scope(part, row) if part is not None else state.outer
        if evaluate(expression, scope) is False:
            yield Problem(
                code="check",
                places=tuple(_places(state, check, expression.names, part, row)),
                params={"check": check.key},
                severity=check.severity,
                message=check.message,
            )


def _places(
    state: _State, check: Check, names: Iterable[str], part: Part | None, row: str
) -> Iterator[Address]:
    for key in check.fields or names:
        inside = part is not None and state.parts[key].key == part.key
        yield Address(key, row if inside else "")


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
    return {str(address): plain_text(text) for address, text in raw.items() if text.strip()}


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
