"""What an expression is made of: its kinds, its functions, its bounds, and its one error."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

MAX_LENGTH = 1000
MAX_DEPTH = 100
PRECISION = 40
"""Significant digits that are computed with."""

Scalar = Decimal | str | bool | None
Known = Scalar | Sequence[Scalar]
"""What a name may stand for: one value, or the column of a part that repeats (or several choices)."""


class ExpressionError(ValueError):
    """An expression that cannot be read, or does not fit the names it is over.

    ``code`` is one of ``empty``, ``long``, ``deep``, ``syntax``, ``node``, ``number``, ``name``,
    ``function``, ``arguments``, ``unknown_name``, ``column``, ``kind``; ``params`` says what is meant.
    """

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(" ".join([code, *params.values()]))


class Kind(StrEnum):
    """What an expression comes to, when it is known."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Column:
    """The kind of a name that stands for several values."""

    of: Kind


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read. ``names`` are the answers it is over, in the order of the text."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(repr=False, compare=False)


FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "sum": (1, 100),
    "count": (1, 100),
    "min": (1, 100),
    "max": (1, 100),
    "abs": (1, 1),
    "round": (1, 2),
    "filled": (1, 1),
    "has": (2, 2),
    "if_": (3, 3),
}
"""Name → fewest and most arguments. ``count`` counts what is filled; ``has(choices, "key")`` looks for it."""

COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
