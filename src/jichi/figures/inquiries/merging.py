"""Many returns taken together: columns, totals, what does not add up, and the values of targets. No rows.

A field that a return did not ask for (its condition was not true: the event was cancelled) is no nought and
no gap; it is left out of the column and counted as such. One that was asked and left empty makes everything
computed from it unknown, since a part must not pose as the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from jichi.methods.expressions import ExpressionError, Known, evaluate, parse
from jichi.methods.outliers import Pair, Unusual, unusual
from jichi.sheets.definition import Address, Definition, Field, FieldType, Part, Raw, Reading, Value, Values
from jichi.sheets.dependencies import in_order
from jichi.sheets.reading import look
from jichi.sheets.typed import at_decimals

RULE = "inquiry-merge-1"
ZERO = Decimal(0)
MOST_DIGITS = 12
"""Digits before the point that a value of a figure is kept with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What one of those asked gave back. ``nothing``: it said that there is nothing to report."""

    request_id: int
    values: Values = field(default_factory=dict)
    asked: frozenset[Address] = frozenset()
    nothing: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A field over all returns: its values, and whose is empty or was not asked."""

    values: tuple[Any, ...]
    empty: tuple[int, ...] = ()
    not_asked: tuple[int, ...] = ()


class WhyNone(StrEnum):
    """Why a target has no value."""

    NO_RETURNS = "no_returns"
    EMPTY = "empty"
    NOT_HELD = "not_held"
    UNKNOWN_FIELD = "unknown_field"
    UNDEFINED = "undefined"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The value of a target, or why there is none and because of which requests."""

    value: Decimal | None
    inputs: Mapping[str, Any]
    why: WhyNone | None = None
    because: tuple[int, ...] = ()
    not_asked: tuple[int, ...] = ()


def read_return(
    definition: Definition, request_id: int, raw: Raw, known: Values, *, fill: Any, group: str = ""
) -> tuple[Return, Reading]:
    """A return as it was handed in, read again: its values and what was asked, with all its problems."""
    seen = look(definition, raw, fill=fill, known=known)
    given = Return(request_id=request_id, values=seen.reading.values, asked=seen.asked, group=group)
    return given, seen.reading


def gather(definition: Definition, returns: Iterable[Return]) -> dict[str, Gathered]:
    """Field key → its column over the returns. A table without rows adds nothing and is no gap."""
    listed = [one for one in returns if not one.nothing]
    return {found.key: _gathered(found, part.rows is not None, listed) for part, found in definition.fields()}


def _gathered(wanted: Field, repeats: bool, returns: Sequence[Return]) -> Gathered:
    values: list[Any] = []
    empty: list[int] = []
    not_asked: list[int] = []
    for one in returns:
        addresses = [Address(wanted.key)] if not repeats else _rows_of(one, wanted.key)
        asked = [address for address in addresses if address in one.asked]
        if not asked and not repeats:
            not_asked.append(one.request_id)
        for address in asked:
            value = one.values.get(address)
            values += list(value) if isinstance(value, tuple) else [value]
            if value is None and wanted.is_number:
                empty.append(one.request_id)
    return Gathered(values=tuple(values), empty=tuple(dict.fromkeys(empty)), not_asked=tuple(not_asked))


def _rows_of(one: Return, key: str) -> list[Address]:
    return sorted(address for address in one.asked if address.field == key)


# --- the value of a target ------------------------------------------------------------------------
def result_of(
    expression: str, columns: Mapping[str, Gathered], *, decimals: int, returned: int, nothing: int
) -> Result:
    """The value of a target's expression over the columns, rounded half up to ``decimals``.

    Where none of its fields was asked in any return, though returns are there (every event was cancelled),
    the value is not nought but unknown; where everybody says that there is nothing to report, it is what the
    expression makes of empty columns.
    """
    try:
        parsed = parse(expression)
    except ExpressionError:
        return Result(value=None, inputs={}, why=WhyNone.UNDEFINED)
    inputs = {name: _input(columns[name]) for name in parsed.names if name in columns}
    if any(name not in columns for name in parsed.names):
        return Result(value=None, inputs=inputs, why=WhyNone.UNKNOWN_FIELD)
    if not returned:
        return Result(value=None, inputs=inputs, why=WhyNone.NO_RETURNS)
    used = [columns[name] for name in parsed.names]
    skipped = tuple(dict.fromkeys(pk for one in used for pk in one.not_asked))
    if skipped and not nothing and not any(one.values for one in used):
        return Result(value=None, inputs=inputs, why=WhyNone.NOT_HELD, because=skipped, not_asked=skipped)
    scope: dict[str, Known] = {name: columns[name].values for name in parsed.names}
    value = evaluate(parsed, scope)
    if isinstance(value, Decimal):
        rounded = at_decimals(value, decimals)
        if rounded.adjusted() >= MOST_DIGITS:
            return Result(value=None, inputs=inputs, why=WhyNone.TOO_LARGE, not_asked=skipped)
        return Result(value=rounded, inputs=inputs, not_asked=skipped)
    gaps = tuple(dict.fromkeys(pk for one in used for pk in one.empty))
    why = WhyNone.EMPTY if gaps else WhyNone.UNDEFINED
    return Result(value=None, inputs=inputs, why=why, because=gaps, not_asked=skipped)


def _input(column: Gathered) -> dict[str, Any]:
    numbers = [value for value in column.values if isinstance(value, Decimal)]
    return {
        "count": len(column.values),
        "sum": format(sum(numbers, ZERO), "f") if numbers else None,
        "empty": list(column.empty),
    }


# --- totals ---------------------------------------------------------------------------------------
def totals_of(definition: Definition, returns: Sequence[Return]) -> dict[str, Any]:
    """Field key → its total over the returns, ready for JSON.

    ``total`` (numbers; of what is filled), ``filled``, ``empty`` and ``not_asked`` (request ids), ``rows``
    (totals of the rows a form names), ``counts`` (choices and yes/no). A computed field is computed again
    from the totals of what it is over, so that a share is the share of the whole and no sum of shares.
    """
    columns = gather(definition, returns)
    found: dict[str, Any] = {}
    for part, one in definition.fields():
        if one.type is FieldType.COMPUTED or one.type in _WORDS:
            continue
        found[one.key] = _total(part, one, columns[one.key], returns)
    for part, one in in_order(definition):
        if one.type is FieldType.COMPUTED:
            found[one.key] = _computed(definition, part, one, columns, found)
    return found


_WORDS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.DATE, FieldType.FISCAL_YEAR})


def _total(part: Part, one: Field, column: Gathered, returns: Sequence[Return]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "filled": sum(value is not None for value in column.values),
        "empty": list(column.empty),
        "not_asked": list(column.not_asked),
    }
    if one.type in {FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO}:
        counted = Counter(_word(value) for value in column.values if value is not None)
        return {**facts, "counts": dict(sorted(counted.items()))}
    facts["total"] = _sum(column.values)
    if part.rows is not None and part.rows.fixed:
        facts["rows"] = {
            row.key: _sum(given.values.get(Address(one.key, row.key)) for given in returns)
            for row in part.rows.fixed
        }
    return facts


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _sum(values: Iterable[Value]) -> str | None:
    numbers = [value for value in values if isinstance(value, Decimal)]
    return format(sum(numbers, ZERO), "f") if numbers else None


def _computed(
    definition: Definition,
    part: Part,
    one: Field,
    columns: Mapping[str, Gathered],
    totals: Mapping[str, Any],
) -> dict[str, Any]:
    parsed = parse(one.formula)
    column = columns[one.key]
    facts = {
        "filled": sum(value is not None for value in column.values),
        "empty": list(column.empty),
        "not_asked": list(column.not_asked),
    }
    if any(not _is_totalled(definition, part, name) for name in parsed.names):
        # Made of words or choices (one for each event that was held): such a number is counted up.
        return {**facts, "total": _sum(column.values)}
    scope: dict[str, Known] = {}
    for name in parsed.names:
        if _is_column(definition, part, name):
            scope[name] = columns[name].values
        else:
            text = totals.get(name, {}).get("total")
            scope[name] = Decimal(text) if text is not None else None
    value = evaluate(parsed, scope)
    total = None
    if isinstance(value, Decimal):
        total = format(at_decimals(value, one.decimals), "f")
    return {**facts, "total": total, "computed": True}


def _is_column(definition: Definition, part: Part, name: str) -> bool:
    """Whether a formula of ``part`` sees the field as a column; for one number stands the total instead."""
    home, _field = definition.field(name)
    return home.rows is not None and home.key != part.key


def _is_totalled(definition: Definition, part: Part, name: str) -> bool:
    _home, found = definition.field(name)
    return found.is_number or _is_column(definition, part, name)


# --- against last year ----------------------------------------------------------------------------
def outliers(
    definition: Definition, returns: Iterable[Return], before: Mapping[int, Return]
) -> list[tuple[Address, Unusual]]:
    """What moved differently from last year than in the other returns, field by field.

    Rows that the form names are compared row by row; of a table with free rows, its sum.
    """
    pairs_with = [(one, before[one.request_id]) for one in returns if one.request_id in before]
    found: list[tuple[Address, Unusual]] = []
    for part, one in definition.fields():
        if not one.is_number or not one.compare_previous:
            continue
        counts = one.type is FieldType.INTEGER
        for address in _places(part, one):
            pairs = [pair for now, then in pairs_with if (pair := _pair(address, part, now, then))]
            found += [(address, odd) for odd in unusual(pairs, counts=counts)]
    return found


def _places(part: Part, one: Field) -> list[Address]:
    if part.rows is not None and part.rows.fixed:
        return [Address(one.key, row.key) for row in part.rows.fixed]
    return [Address(one.key)]


def _pair(address: Address, part: Part, now: Return, then: Return) -> Pair | None:
    is_open = part.rows is not None and not part.rows.fixed
    new, old = _number(address, is_open, now), _number(address, is_open, then)
    if new is None or old is None:
        return None
    return Pair(key=str(now.request_id), now=new, before=old)


def _number(address: Address, is_open: bool, one: Return) -> Decimal | None:
    if one.nothing:
        return ZERO
    if is_open:
        numbers = [
            value
            for place, value in one.values.items()
            if place.field == address.field and isinstance(value, Decimal)
        ]
        return sum(numbers, ZERO) if numbers else None
    value = one.values.get(address)
    return value if isinstance(value, Decimal) else None
