"""Grades of indicators on paper, each with how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.evaluation.rules.sentences import flag_sentences, short, told_of_edition
from jichi.ui import numbers
from jichi.ui.paper.document import Block, Column, Heading, Table, Text

DASH = "-"


def grade_blocks(grades: Sequence[Mapping[str, Any]], *, heading: str = "") -> Iterator[Block]:
    """The table of an edition's grades and, below it, one sentence for each; nothing where there are none."""
    if not grades:
        return
    yield Heading(text=heading or _("Outcome indicators"))
    yield Table(
        columns=[
            Column(head=_("Indicator"), share=4),
            Column(head=_("Current value in the plan"), number=True, share=2),
            Column(head=_("Target"), number=True, share=2),
            Column(head=_("Actual"), number=True, share=2),
            Column(head=_("Grade"), share=2),
        ],
        rows=[_row(one) for one in grades],
    )
    for one in grades:
        told = told_of_edition(one)
        yield Text(label=_name(one), text="\n".join((short(told), *flag_sentences(told))))


def _row(one: Mapping[str, Any]) -> list[str]:
    case = one["case"]
    target = _value(case.get("target"), one, comparator=one["comparator"])
    return [
        _name(one),
        _value(case.get("start"), one),
        target,
        _value(case.get("value"), one),
        one["grade"] or DASH,
    ]


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['indicator']}（{one['series']}）" if one["series"] else str(one["indicator"])


def _value(value: str | None, one: Mapping[str, Any], comparator: str = "none") -> str:
    if value is None:
        return DASH
    return numbers.format_value(Decimal(value), one["unit"], decimals=one["decimals"], comparator=comparator)
