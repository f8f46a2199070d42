"""Grades of indicators for the pages of results: how many of each, and how each came about, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.evaluation.models import Grade
from jichi.evaluation.queries.grades import told_of
from jichi.evaluation.rules.sentences import (
    Told,
    beside_sentences,
    cause_sentence,
    flag_sentences,
    short,
    steps,
    told_of_edition,
)
from jichi.evaluation.rules.values import GradingRule
from jichi.ui.content import translated
from jichi.ui.numbers import format_number
from jichi.ui.states import state_mark
from jichi.ui.tables import Cell, Column, Table

from .bars import bar
from .words import written


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLine:
    """A grade for a page. ``explanation`` in one sentence; ``steps`` every clause; ``flags`` beside it."""

    name: SafeString
    url: str
    mark: SafeString
    explanation: str
    steps: Sequence[str]
    notes: Sequence[str]


Rules = Mapping[tuple[str, int], GradingRule | None]
"""Rules by key and version, as published sheets name them."""


def lines_of_content(grades: Iterable[Mapping[str, Any]], rules: Rules) -> list[GradeLine]:
    """The grades that a published measure sheet holds, as they were when it was published."""
    found = []
    for one in grades:
        named = one.get("rule") or {}
        rule = rules.get((str(named.get("key", "")), int(named.get("number") or 0)))
        name = written(str(one.get("indicator") or "")).html
        if one.get("series"):
            name = format_html("{} {}", name, written(str(one["series"])).html)
        found.append(_line(told_of_edition(one, rule), name, str(one.get("indicator_key") or "")))
    return found


def lines_of_grades(grades: Iterable[Grade]) -> list[GradeLine]:
    """Grades as rows, in the reader's language."""
    found = []
    for grade in grades:
        indicator = grade.series.indicator
        name = translated(indicator, "name").html
        if grade.series.name:
            name = format_html("{} {}", name, translated(grade.series, "name").html)
        found.append(_line(told_of(grade), name, str(indicator.key)))
    return found


def _line(told: Told, name: SafeString, key: str) -> GradeLine:
    return GradeLine(
        name=name,
        url=reverse("indicator-detail", args=[key]) if key else "",
        mark=mark_of(told),
        explanation=short(told),
        steps=tuple(steps(told)),
        notes=(*flag_sentences(told), *beside_sentences(told)),
    )


def mark_of(told: Told) -> SafeString:
    """A grade with the shape of its state; without a grade the reason why."""
    if not told.grade:
        return state_mark("cannot_judge", word=cause_sentence(told))
    words = f"{told.grade} {told.label}" if told.label and told.label != told.grade else told.grade
    return state_mark(told.state, word=words)


def grades_table(grades: Sequence[Grade]) -> Table:
    """How many series got which grade, the reasons of those that cannot be judged each on its own line."""
    told = [told_of(row) for row in grades]
    rule = next((one.rule for one in told if one.rule is not None), None)
    tally = Counter((one.grade, one.cause) for one in told)
    example = {(one.grade, one.cause): one for one in told}
    known = [(value, "") for value in (rule.rule.grades if rule is not None else ())]
    others = sorted({one for one in tally if one not in known})
    longest = max([*tally.values(), 1])
    rows = []
    for key in [*known, *others]:
        one = example.get(key) or Told(grade=key[0], cause="", case={}, rule=rule)
        rows.append(
            [
                Cell(format_html("{}{}", mark_of(one), bar(tally[key], longest))),
                Cell(format_number(tally[key])),
            ]
        )
    return Table(
        caption=_("Grades of indicators"),
        columns=[Column(_("Grade"), head=True), Column(_("How many"), numeric=True)],
        rows=rows,
        note=_("What cannot be judged is never counted as the worst grade."),
        ident="grades",
    )
