"""Reading a form's definition from JSON: its shape by the published schema, its sense by the rules here."""

from __future__ import annotations

import hashlib
import json
import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import jsonschema

from jichi.methods.expressions import FUNCTIONS, ExpressionError, Kind, kind_of, parse

from .definition import (
    CHOOSING,
    TEXTS,
    TYPED_NUMBERS,
    Check,
    Choice,
    Definition,
    Field,
    FieldType,
    Filler,
    FixedRow,
    Part,
    Rows,
    Severity,
    Text,
)
from .dependencies import Circle, in_order, kinds_in
from .limits import MOST_ANSWERS, MOST_CHOICES, MOST_STEPS, answers_of, choices_of, steps_of
from .patterns import PatternError, read_pattern
from .typed import LONG_TEXT_MOST, plain_key

SCHEMA = "sheets/schema/jichi-form-1.schema.json"
_SCHEMA_FILE = Path(__file__).resolve().parent / "schema" / "jichi-form-1.schema.json"


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing that is wrong with a definition: where (a JSON pointer), a code, and what is meant."""

    pointer: str
    code: str
    params: Mapping[str, str] = dataclass_field(default_factory=dict)


class DefinitionError(ValueError):
    """A definition that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[DefinitionProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.pointer}: {one.code} {dict(one.params)}" for one in problems))


def parse_definition(data: Mapping[str, Any]) -> Definition:
    """The form that ``data`` describes, with its digest.

    Raises:
        DefinitionError: with all problems of shape, or else all problems of sense.
    """
    try:
        json.dumps(data, allow_nan=False, default=str)
    except (ValueError, TypeError) as error:
        raise DefinitionError([DefinitionProblem("", "shape", {"detail": str(error)[:200]})]) from error
    problems = [
        DefinitionProblem(_pointer(error.absolute_path), "shape", {"detail": error.message[:200]})
        for error in _validator().iter_errors(data)
    ]
    if problems:
        raise DefinitionError(sorted(problems, key=lambda one: one.pointer)[:50])
    definition = _definition(data)
    if found := list(_senseless(definition)):
        raise DefinitionError(found)
    return definition


def definition_of(version: Stored) -> Definition:
    """The form that a stored version describes; each is read once and kept in memory.

    Raises:
        DefinitionError: for a row that was written past the services.
    """
    return _parsed(json.dumps(version.definition, sort_keys=True))


class Stored(Protocol):
    """A row that holds a definition as JSON."""

    definition: Any


@lru_cache(maxsize=256)
def _parsed(text: str) -> Definition:
    return parse_definition(json.loads(text))


@lru_cache(maxsize=1)
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(_SCHEMA_FILE.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({"$ref": "#/$defs/definition", "$defs": schema["$defs"]})


def _pointer(steps: Iterable[Any]) -> str:
    return "".join(f"/{step}" for step in steps)


def digest_of_definition(data: Mapping[str, Any]) -> str:
    """SHA-256 of the definition, the same however its JSON is laid out and its numbers are written."""
    text = json.dumps(_canonical(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(key): _canonical(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_canonical(value) for value in data]
    if isinstance(data, int | float | Decimal) and not isinstance(data, bool):
        return {"number": format(Decimal(str(data)).normalize(), "f")}
    return data


# --- from JSON to dataclasses -----------------------------------------------------------------------------
def _definition(data: Mapping[str, Any]) -> Definition:
    whole = Definition(
        title=dict(data["title"]),
        purpose=_text(data, "purpose"),
        parts=tuple(_part(part) for part in data["parts"]),
        checks=tuple(_check(check) for check in data.get("checks", ())),
    )
    return replace(whole, digest=digest_of_definition(data))


def _text(data: Mapping[str, Any], name: str) -> Text | None:
    return dict(data[name]) if name in data else None


def _number(data: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(str(data[name])) if name in data else None


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        key=data["key"],
        title=dict(data["title"]),
        fields=tuple(_field(field) for field in data["fields"]),
        hint=_text(data, "hint"),
        rows=_rows(data["rows"]) if "rows" in data else None,
        when=data.get("when", "").strip(),
        fill=frozenset(Filler(one) for one in data.get("fill", (Filler.RESPONDENT,))),
        see=frozenset(Filler(one) for one in data.get("see", tuple(Filler))),
    )


def _rows(data: Mapping[str, Any]) -> Rows:
    fixed = tuple(FixedRow(key=row["key"], label=dict(row["label"])) for row in data.get("fixed", ()))
    return Rows(fixed=fixed, least=int(data.get("least", 0)), most=int(data.get("most", Rows().most)))


def _field(data: Mapping[str, Any]) -> Field:
    return Field(
        key=data["key"],
        label=dict(data["label"]),
        type=FieldType(data["type"]),
        hint=_text(data, "hint"),
        unit=_text(data, "unit"),
        required=data.get("required", False),
        choices=tuple(Choice(key=one["key"], label=dict(one["label"])) for one in data.get("choices", ())),
        least=_number(data, "least"),
        most=_number(data, "most"),
        decimals=int(data.get("decimals", 0)),  # JSON may say 1.0
        pattern=data.get("pattern", ""),
        when=data.get("when", "").strip(),
        formula=data.get("formula", "").strip(),
        compare_previous=data.get("compare_previous", True),
    )


def _check(data: Mapping[str, Any]) -> Check:
    return Check(
        key=data["key"],
        expression=data["expression"].strip(),
        message=dict(data["message"]),
        severity=Severity(data.get("severity", Severity.ERROR)),
        part=data.get("part", ""),
        fields=tuple(data.get("fields", ())),
    )


# --- sense --------------------------------------------------------------------------------
def _senseless(definition: Definition) -> Iterator[DefinitionProblem]:
    if (count := answers_of(definition)) > MOST_ANSWERS:
        yield DefinitionProblem("/parts", "too_large", {"count": str(count), "most": str(MOST_ANSWERS)})
        return
    if (count := choices_of(definition)) > MOST_CHOICES:
        params = {"count": str(count), "most": str(MOST_CHOICES)}
        yield DefinitionProblem("/parts", "too_many_choices", params)
        return
    if steps_of(definition) > MOST_STEPS:
        yield DefinitionProblem("", "too_slow")
        return
    yield from _twice((part.key, f"/parts/{place}/key") for place, part in enumerate(definition.parts))
    yield from _twice(
        (field.key, f"/parts/{at}/fields/{place}/key")
        for at, part in enumerate(definition.parts)
        for place, field in enumerate(part.fields)
    )
    yield from _twice((check.key, f"/checks/{place}/key") for place, check in enumerate(definition.checks))
    for at, part in enumerate(definition.parts):
        yield from _senseless_part(part, f"/parts/{at}")
        for place, field in enumerate(part.fields):
            yield from _senseless_field(field, f"/parts/{at}/fields/{place}")
    yield from _senseless_expressions(definition)
    yield from _senseless_checks(definition)
    try:
        in_order(definition)
    except Circle as circle:
        yield DefinitionProblem("/parts", "circular", {"keys": " → ".join(circle.keys)})


def _twice(keys: Iterable[tuple[str, str]]) -> Iterator[DefinitionProblem]:
    listed = list(keys)
    counts = Counter(key for key, _pointer in listed)
    seen: set[str] = set()
    for key, pointer in listed:
        if counts[key] > 1 and key in seen:
            yield DefinitionProblem(pointer, "key_twice", {"key": key})
        seen.add(key)


def _senseless_part(part: Part, at: str) -> Iterator[DefinitionProblem]:
    if not part.fill <= part.see:
        yield DefinitionProblem(f"{at}/see", "fill_unseen")
    rows = part.rows
    if rows is None:
        return
    yield from _twice((row.key, f"{at}/rows/fixed/{place}/key") for place, row in enumerate(rows.fixed))
    if rows.fixed and (rows.least, rows.most) != (Rows().least, Rows().most):
        yield DefinitionProblem(f"{at}/rows", "rows_both")
    if rows.least > rows.most:
        yield DefinitionProblem(f"{at}/rows/least", "least_above_most")


def _senseless_field(field: Field, at: str) -> Iterator[DefinitionProblem]:
    if keyword.iskeyword(field.key) or field.key in FUNCTIONS:
        yield DefinitionProblem(f"{at}/key", "key_reserved", {"key": field.key})
    yield from _senseless_choices(field, at)
    computed = field.type is FieldType.COMPUTED
    if computed and not field.formula:
        yield DefinitionProblem(at, "formula_missing", {"key": field.key})
    if not computed and field.formula:
        yield DefinitionProblem(f"{at}/formula", "formula_unused", {"type": field.type})
    if computed and field.required:
        yield DefinitionProblem(f"{at}/required", "computed_required")
    bounded = TYPED_NUMBERS | TEXTS
    for name, bound in (("least", field.least), ("most", field.most)):
        if bound is not None and field.type not in bounded:
            yield DefinitionProblem(f"{at}/{name}", "not_for_type", {"type": field.type, "name": name})
        elif bound is not None and field.type in TEXTS and (bound < 0 or bound % 1 or bound > LONG_TEXT_MOST):
            yield DefinitionProblem(f"{at}/{name}", "length", {"most": str(LONG_TEXT_MOST)})
    if field.least is not None and field.most is not None and field.least > field.most:
        yield DefinitionProblem(f"{at}/least", "least_above_most")
    if field.decimals and field.type not in {FieldType.DECIMAL, FieldType.COMPUTED}:
        yield DefinitionProblem(f"{at}/decimals", "not_for_type", {"type": field.type, "name": "decimals"})
    if field.pattern and field.type is not FieldType.TEXT:
        yield DefinitionProblem(f"{at}/pattern", "not_for_type", {"type": field.type, "name": "pattern"})
    elif field.pattern:
        try:
            read_pattern(field.pattern)
        except PatternError as error:
            yield DefinitionProblem(f"{at}/pattern", "pattern", {"detail": str(error)})


def _senseless_choices(field: Field, at: str) -> Iterator[DefinitionProblem]:
    if field.type in CHOOSING and not field.choices:
        yield DefinitionProblem(at, "choices_missing", {"key": field.key})
    if field.type not in CHOOSING and field.choices:
        yield DefinitionProblem(f"{at}/choices", "not_for_type", {"type": field.type, "name": "choices"})
    # Keys are typed by people too, so letter case does not tell two apart.
    yield from _twice(
        (plain_key(one.key), f"{at}/choices/{place}/key") for place, one in enumerate(field.choices)
    )
    # A label may be typed instead of the key, so it must point to one choice.
    taken: dict[str, str] = {plain_key(one.key): one.key for one in field.choices}
    for place, one in enumerate(field.choices):
        for language, label in one.label.items():
            owner = taken.setdefault(plain_key(label), one.key)
            if owner != one.key:
                yield DefinitionProblem(
                    f"{at}/choices/{place}/label/{language}", "label_twice", {"label": label}
                )
            if "\n" in label:
                yield DefinitionProblem(f"{at}/choices/{place}/label/{language}", "label_lines")


def _senseless_expressions(definition: Definition) -> Iterator[DefinitionProblem]:
    for at, part in enumerate(definition.parts):
        if part.when:
            yield from _expression(definition, None, part.when, f"/parts/{at}/when", Kind.TRUTH)
        for place, field in enumerate(part.fields):
            here = f"/parts/{at}/fields/{place}"
            inside = part if part.rows is not None else None
            if field.when:
                yield from _expression(definition, inside, field.when, f"{here}/when", Kind.TRUTH)
            if field.formula:
                yield from _expression(definition, inside, field.formula, f"{here}/formula", Kind.NUMBER)


def _expression(
    definition: Definition, inside: Part | None, text: str, pointer: str, wanted: Kind
) -> Iterator[DefinitionProblem]:
    try:
        found = kind_of(parse(text), kinds_in(definition, inside))
    except ExpressionError as error:
        yield DefinitionProblem(pointer, f"expression_{error.code}", error.params)
        return
    if found is not wanted:
        yield DefinitionProblem(pointer, "expression_result", {"kind": found, "wanted": wanted})


def _senseless_checks(definition: Definition) -> Iterator[DefinitionProblem]:
    parts = {part.key: part for part in definition.parts}
    known = {field.key for _part, field in definition.fields()}
    for place, check in enumerate(definition.checks):
        at = f"/checks/{place}"
        inside = parts.get(check.part)
        if check.part and (inside is None or inside.rows is None):
            yield DefinitionProblem(f"{at}/part", "check_part", {"part": check.part})
            continue
        yield from _expression(definition, inside, check.expression, f"{at}/expression", Kind.TRUTH)
        for position, key in enumerate(check.fields):
            if key not in known:
                yield DefinitionProblem(f"{at}/fields/{position}", "unknown_field", {"key": key})
