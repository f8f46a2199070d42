"""Reading an expression: Python's parser splits the text, and only nodes on a fixed list are let through."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from .language import COMPARISONS, FUNCTIONS, MAX_DEPTH, MAX_LENGTH, Expression, ExpressionError

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_LETTER_BEHIND_NUMBER = re.compile(r"(?<![A-Za-z0-9_])[0-9][0-9.]*[A-Za-z_]")
_MOST_DIGITS = 30
_ROUND_LIMIT = 12


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: and nothing else, whatever the text is.
    """
    plain = text.strip()
    if not plain:
        raise ExpressionError("empty")
    if len(plain) > MAX_LENGTH:
        raise ExpressionError("long", most=str(MAX_LENGTH))
    # Python's parser would warn before it refuses these.
    if "\\" in plain or _LETTER_BEHIND_NUMBER.search(_STRING.sub(" ", plain)):
        raise ExpressionError("syntax", text=plain[:80])
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ExpressionError("syntax", text=plain[:80]) from error
    names: dict[str, None] = {}
    _check(tree, plain, names, 0)
    return Expression(text=plain, names=tuple(names), tree=tree)


def _check(node: ast.expr, text: str, names: dict[str, None], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ExpressionError("deep", most=str(MAX_DEPTH))
    if isinstance(node, ast.Constant):
        _check_constant(node, text)
    elif isinstance(node, ast.Name):
        if not _NAME.match(node.id):
            raise ExpressionError("name", name=node.id[:80])
        names.setdefault(node.id)
    elif isinstance(node, ast.Call):
        _check_call(node, text)
    for child in operands(node):
        _check(child, text, names, depth + 1)


def operands(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions below a node. Raises ExpressionError for a node that is not on the list."""
    match node:
        case ast.Constant() | ast.Name():
            return
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            yield left
            yield right
        case ast.UnaryOp(op=ast.UAdd() | ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.BoolOp(values=values):
            yield from values
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            isinstance(op, COMPARISONS) for op in ops
        ):
            yield left
            yield from others
        case ast.Call(args=args):
            yield from args
        case _:
            raise ExpressionError("node", node=type(node).__name__)


def _check_constant(node: ast.Constant, text: str) -> None:
    value = node.value
    if isinstance(value, bool):
        return
    if isinstance(value, str):
        # Prefixes and text over several lines are no part of the language.
        if node.kind is not None or any(ord(character) < 32 for character in value):
            raise ExpressionError("syntax", text=text[:80])
        return
    if isinstance(value, int | float):
        written = ast.get_source_segment(text, node) or ""
        if not _NUMBER.match(written) or len(written) > _MOST_DIGITS:
            raise ExpressionError("number", number=written[:80])
        # The digits as written: a float would have lost some.
        node.value = Decimal(written)  # type: ignore[assignment]
        return
    raise ExpressionError("node", node=type(value).__name__)


def _check_call(node: ast.Call, text: str) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        # As it is written: to write it anew takes a depth that nothing has bounded yet.
        written = ast.get_source_segment(text, node.func) or ""
        raise ExpressionError("function", function=written[:80])
    name = node.func.id
    fewest, most = FUNCTIONS[name]
    if node.keywords or not fewest <= len(node.args) <= most:
        raise ExpressionError("arguments", function=name, fewest=str(fewest), most=str(most))
    if name == "round" and len(node.args) == 2 and not _is_small_whole(node.args[1]):
        raise ExpressionError("arguments", function=name, fewest=str(fewest), most=str(most))


def _is_small_whole(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int) and not isinstance(value, bool) and value <= _ROUND_LIMIT


def function_of(node: ast.Call) -> str:
    """The name of the function that a node calls; reading let through no other calls."""
    assert isinstance(node.func, ast.Name)
    return node.func.id
