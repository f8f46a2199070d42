"""The value of an expression over what is answered, with three-valued logic."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from .language import PRECISION, Expression, ExpressionError, Known, Scalar
from .reading import function_of

_TAKES_COLUMNS = frozenset({"sum", "count", "min", "max", "filled", "has"})


def evaluate(expression: Expression, scope: Mapping[str, Known]) -> Scalar:
    """The value of an expression; None where it is not known. A name that ``scope`` lacks is missing.

    Numbers are decimals of :data:`PRECISION` digits; one that grows beyond them by overflow is not known.
    """
    with localcontext(Context(prec=PRECISION, rounding=ROUND_HALF_UP)):
        try:
            return _value(expression.tree, scope)
        except DecimalException:
            return None


def _value(node: ast.expr, scope: Mapping[str, Known]) -> Scalar:
    match node:
        case ast.Constant(value=value):
            return value  # type: ignore[return-value]
        case ast.Name(id=name):
            found = scope.get(name)
            return found if isinstance(found, Decimal | str | bool) else None
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(op, _number(left, scope), _number(right, scope))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _truth(operand, scope)
            return None if truth is None else not truth
        case ast.UnaryOp(op=op, operand=operand):
            number = _number(operand, scope)
            if number is None:
                return None
            return -number if isinstance(op, ast.USub) else number
        case ast.BoolOp(op=op, values=values):
            return _joined(isinstance(op, ast.And), values, scope)
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compared(left, ops, others, scope)
        case ast.Call(args=args):
            return _call(function_of(node), args, scope)
    raise ExpressionError("node", node=type(node).__name__)


def _number(node: ast.expr, scope: Mapping[str, Known]) -> Decimal | None:
    value = _value(node, scope)
    return value if isinstance(value, Decimal) else None


def _truth(node: ast.expr, scope: Mapping[str, Known]) -> bool | None:
    value = _value(node, scope)
    return value if isinstance(value, bool) else None


def _arithmetic(op: ast.operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Mult):
        return left * right
    return left / right if right else None


def _joined(both: bool, values: list[ast.expr], scope: Mapping[str, Known]) -> bool | None:
    unknown = False
    for node in values:
        truth = _truth(node, scope)
        if truth is None:
            unknown = True
        elif truth is not both:
            return truth
    return None if unknown else both


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,  # type: ignore[operator]
    ast.LtE: lambda a, b: a <= b,  # type: ignore[operator]
    ast.Gt: lambda a, b: a > b,  # type: ignore[operator]
    ast.GtE: lambda a, b: a >= b,  # type: ignore[operator]
}


def _compared(
    left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], scope: Mapping[str, Known]
) -> bool | None:
    """``a < b < c`` is ``a < b and b < c``, with three values."""
    unknown = False
    before = _value(left, scope)
    for op, node in zip(ops, others, strict=True):
        here = _value(node, scope)
        if before is None or here is None or type(before) is not type(here):
            unknown = True
        elif not _COMPARISONS[type(op)](before, here):
            return False
        before = here
    return None if unknown else True


def _several(args: Sequence[ast.expr], scope: Mapping[str, Known]) -> list[Scalar]:
    """The values of arguments, columns laid flat."""
    found: list[Scalar] = []
    for arg in args:
        known = scope.get(arg.id) if isinstance(arg, ast.Name) else _value(arg, scope)
        if isinstance(known, Sequence) and not isinstance(known, str):
            found += known
        else:
            found.append(known)
    return found


def _call(name: str, args: list[ast.expr], scope: Mapping[str, Known]) -> Scalar:
    if name in _TAKES_COLUMNS:
        return _over_columns(name, args, scope)
    if name == "if_":
        truth = _truth(args[0], scope)
        return None if truth is None else _value(args[1] if truth else args[2], scope)
    number = _number(args[0], scope)
    if number is None:
        return None
    if name == "abs":
        return abs(number)
    digits = _number(args[1], scope) if len(args) == 2 else Decimal(0)
    assert digits is not None
    return number.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP) + 0


def _over_columns(name: str, args: list[ast.expr], scope: Mapping[str, Known]) -> Scalar:
    if name == "has":
        wanted = _value(args[1], scope)
        inside = _several(args[:1], scope)
        if wanted is None or inside == [None]:
            return None
        return any(type(one) is type(wanted) and one == wanted for one in inside)
    values = _several(args, scope)
    filled = [value for value in values if value is not None and value != ""]
    if name == "filled":
        return bool(filled)
    if name == "count":
        return Decimal(len(filled))
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) < len(values):
        return None
    if name == "sum":
        return sum(numbers, Decimal(0))
    if not numbers:
        return None
    return min(numbers) if name == "min" else max(numbers)
