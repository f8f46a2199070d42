"""How large a form may be: what one page can send back, and what a server computes while somebody waits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jichi.methods.expressions import ExpressionError, parse

from .definition import Definition, FieldType, Part

MOST_ANSWERS = 4_500
"""Answers of a form with all its rows; the server takes 5,000 of a page (``config/settings.py``)."""
MOST_CHOICES = 50_000
"""Choices that a page offers in all its rows; each stands on it in full."""
MOST_STEPS = 1_000_000
"""Steps that reading full answers takes over all expressions: half a second or less."""


def answers_of(definition: Definition) -> int:
    """How many answers a form has at the most; a box to be ticked counts as one."""
    return sum(
        _rows(part) * (len(field.choices) if field.type is FieldType.CHOICES else 1)
        for part, field in definition.fields()
    )


def choices_of(definition: Definition) -> int:
    """How many choices a form offers at the most."""
    return sum(_rows(part) * len(field.choices) for part, field in definition.fields())


def steps_of(definition: Definition) -> int:
    """How many steps the expressions of a form take where every row is filled in."""
    lengths = {field.key: _rows(part) for part, field in definition.fields()}
    return sum(one.times * _steps_of_one(one, lengths) for one in _expressions(definition))


@dataclass(frozen=True, slots=True)
class _Placed:
    text: str
    inside: Part | None
    times: int


def _rows(part: Part) -> int:
    return 1 if part.rows is None else len(part.rows.fixed) or part.rows.most


def _expressions(definition: Definition) -> Iterator[_Placed]:
    parts = {part.key: part for part in definition.parts}
    for part in definition.parts:
        yield _Placed(part.when, None, len(part.fields))
        for field in part.fields:
            yield from (_Placed(text, part, _rows(part)) for text in (field.when, field.formula))
    for check in definition.checks:
        inside = parts.get(check.part)
        yield _Placed(check.expression, inside, 1 if inside is None else _rows(inside))


def _steps_of_one(one: _Placed, lengths: dict[str, int]) -> int:
    """One for each sign of an expression, and one for each value of a column it is over."""
    try:
        tree = parse(one.text).tree
    except ExpressionError:
        return 0  # told of by a problem of its own
    own = {field.key for field in one.inside.fields} if one.inside is not None else set()
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in own]
    return sum(1 for _node in ast.walk(tree)) + sum(lengths.get(name, 1) for name in names)
