"""Expressions over the columns of merged returns: what they may say, in words where they may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.methods.expressions import Column, ExpressionError, Kind, kind_of, parse
from jichi.sheets.definition import Definition
from jichi.sheets.dependencies import kinds_in
from jichi.sheets.parsing import parse_definition


def column_kinds(definition: Definition) -> dict[str, Kind | Column]:
    """Field key → what it is over many returns: always a column."""
    return {
        key: kind if isinstance(kind, Column) else Column(kind) for key, kind in kinds_in(definition).items()
    }


def problem_of_expression(text: str, definition: Mapping[str, Any]) -> str:
    """What is wrong with a target's expression over this form, in a sentence; empty where nothing is."""
    try:
        kind = kind_of(parse(text), column_kinds(parse_definition(definition)))
    except ExpressionError as error:
        return _in_words(error)
    return "" if kind is Kind.NUMBER else _("The expression does not give a number.")


def _in_words(error: ExpressionError) -> str:
    sentences = {
        "unknown_name": _("The form has no field “%(name)s”."),
        "column": _("“%(name)s” stands for many returns: write for example sum(%(name)s)."),
        "function": _("“%(function)s” is no function that can be used here."),
        "empty": _("Write how the value is computed, for example sum(members)."),
    }
    return sentences.get(error.code, _("The expression cannot be read.")) % error.params
