"""What an expression comes to: a number, a text or a truth, told before anything is answered."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from .language import Column, Expression, ExpressionError, Kind
from .reading import function_of, operands


def kind_of(expression: Expression, kinds: Mapping[str, Kind | Column]) -> Kind:
    """What an expression comes to, when names are of these kinds.

    Raises:
        ExpressionError: ``unknown_name``; ``column`` (several values where one is meant); ``kind`` (a text is
        added, a number taken for a condition, a number compared with a text).
    """
    return _kind(expression.tree, kinds)


def _kind(node: ast.expr, kinds: Mapping[str, Kind | Column]) -> Kind:
    match node:
        case ast.Constant(value=value):
            return _kind_of_value(value)
        case ast.Name(id=name):
            found = _kind_of_name(name, kinds)
            if isinstance(found, Column):
                raise ExpressionError("column", name=name)
            return found
        case ast.BinOp() | ast.UnaryOp(op=ast.UAdd() | ast.USub()):
            return _all_of(Kind.NUMBER, node, kinds)
        case ast.BoolOp() | ast.UnaryOp():
            return _all_of(Kind.TRUTH, node, kinds)
        case ast.Compare(ops=ops):
            return _kind_of_comparison(node, ops, kinds)
        case ast.Call():
            return _kind_of_call(node, kinds)
    raise ExpressionError("node", node=type(node).__name__)


def _kind_of_value(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.TRUTH
    return Kind.TEXT if isinstance(value, str) else Kind.NUMBER


def _kind_of_name(name: str, kinds: Mapping[str, Kind | Column]) -> Kind | Column:
    try:
        return kinds[name]
    except KeyError:
        raise ExpressionError("unknown_name", name=name) from None


def _needs(wanted: Kind, node: ast.expr, kinds: Mapping[str, Kind | Column]) -> None:
    if _kind(node, kinds) is not wanted:
        raise ExpressionError("kind", expression=_shown(node), kind=wanted.value)


def _all_of(wanted: Kind, node: ast.expr, kinds: Mapping[str, Kind | Column]) -> Kind:
    for operand in operands(node):
        _needs(wanted, operand, kinds)
    return wanted


def _kind_of_comparison(node: ast.expr, ops: list[ast.cmpop], kinds: Mapping[str, Kind | Column]) -> Kind:
    first, *others = operands(node)
    wanted = _kind(first, kinds)
    for other in others:
        _needs(wanted, other, kinds)
    if wanted is Kind.TRUTH and any(not isinstance(op, ast.Eq | ast.NotEq) for op in ops):
        raise ExpressionError("kind", expression=_shown(first), kind=Kind.NUMBER.value)
    return Kind.TRUTH


def _kind_of_call(node: ast.Call, kinds: Mapping[str, Kind | Column]) -> Kind:
    name = function_of(node)
    if name in {"abs", "round"}:
        _needs(Kind.NUMBER, node.args[0], kinds)
        return Kind.NUMBER
    if name == "if_":
        _needs(Kind.TRUTH, node.args[0], kinds)
        wanted = _kind(node.args[1], kinds)
        _needs(wanted, node.args[2], kinds)
        return wanted
    found = [
        _kind_of_name(arg.id, kinds) if isinstance(arg, ast.Name) else _kind(arg, kinds) for arg in node.args
    ]
    plain = [one.of if isinstance(one, Column) else one for one in found]
    if name == "has":
        if isinstance(found[1], Column) or plain[0] is not plain[1]:
            raise ExpressionError("kind", expression=_shown(node.args[1]), kind=plain[0].value)
        return Kind.TRUTH
    if name in {"sum", "min", "max"}:
        for arg, one in zip(node.args, plain, strict=True):
            if one is not Kind.NUMBER:
                raise ExpressionError("kind", expression=_shown(arg), kind=Kind.NUMBER.value)
    return Kind.TRUTH if name == "filled" else Kind.NUMBER


def _shown(node: ast.expr) -> str:
    """A part of an expression as it was written."""
    return re.sub(r"Decimal\('([^']*)'\)", r"\1", ast.unparse(node))[:80]
