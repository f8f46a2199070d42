"""A condition in words: when a field or a part is to be filled in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jichi.methods.expressions import parse

from .definition import Definition, Field, Text
from .typed import canonical
from .words import say

_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: gettext_noop("“%(label)s” is %(value)s"),
    ast.NotEq: gettext_noop("“%(label)s” is not %(value)s"),
    ast.Lt: gettext_noop("“%(label)s” is below %(value)s"),
    ast.LtE: gettext_noop("“%(label)s” is %(value)s or less"),
    ast.Gt: gettext_noop("“%(label)s” is above %(value)s"),
    ast.GtE: gettext_noop("“%(label)s” is %(value)s or more"),
}
_EMPTY = gettext_noop("“%(label)s” is left empty")
_FILLED = gettext_noop("“%(label)s” is filled in")
_INCLUDES = gettext_noop("“%(label)s” includes %(value)s")

Words = Callable[[Text | None], str]
Plain = Callable[[str], str]


def condition_words(definition: Definition, condition: str, *, words: Words = say, plain: Plain = str) -> str:
    """When something is asked, in the reader's language; "" without a condition.

    The usual conditions are worded from the labels of the fields; of others the sentence only says on which
    answers they depend. ``words`` writes labels and ``plain`` what the condition itself quotes (a page
    escapes them).
    """
    if not condition:
        return ""
    expression = parse(condition)
    writer = _Writer({field.key: field for _part, field in definition.fields()}, words, plain)
    found = writer.words_of(expression.tree)
    if found is not None:
        return found
    labels = [words(writer.fields[name].label) for name in expression.names if name in writer.fields]
    return _("the answers to %(labels)s require it") % {"labels": _(", ").join(f"“{one}”" for one in labels)}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts one condition into words; None where it is not one of the usual ones."""

    fields: Mapping[str, Field]
    words: Words
    plain: Plain

    def words_of(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._said(_COMPARED[ast.Eq], name, _("“Yes”"))
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
                return self._said(_COMPARED[ast.Eq], name, _("“No”"))
            case ast.UnaryOp(
                op=ast.Not(), operand=ast.Call(func=ast.Name(id="filled"), args=[ast.Name(id=name)])
            ):
                return self._said(_EMPTY, name)
            case ast.Call(func=ast.Name(id="filled"), args=[ast.Name(id=name)]):
                return self._said(_FILLED, name)
            case ast.Call(func=ast.Name(id="has"), args=[ast.Name(id=name), ast.Constant(value=value)]):
                return self._said(_INCLUDES, name, self._value(name, value))
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=value)]):
                return self._said(_COMPARED[type(op)], name, self._value(name, value))
            case ast.BoolOp(op=op, values=values) if not any(isinstance(one, ast.BoolOp) for one in values):
                parts = [one for one in map(self.words_of, values) if one is not None]
                joined = _(" and ") if isinstance(op, ast.And) else _(" or ")
                return joined.join(parts) if len(parts) == len(values) else None
        return None

    def _said(self, sentence: str, name: str, value: str = "") -> str | None:
        if name not in self.fields:
            return None
        return _(sentence) % {"label": self.words(self.fields[name].label), "value": value}

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return _("“Yes”") if value else _("“No”")
        field = self.fields.get(name)
        if isinstance(value, Decimal):
            return canonical(value) + (self.words(field.unit) if field is not None else "")
        label = (
            next((one.label for one in field.choices if one.key == value), None)
            if field is not None
            else None
        )
        return _("“%(answer)s”") % {"answer": self.plain(str(value)) if label is None else self.words(label)}
