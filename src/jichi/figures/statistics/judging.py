"""What a staged table would do to each figure, before anybody confirms it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Observation, Quantity, TableImport, TableTarget
from jichi.figures.services.values import (
    ENTER,
    Value,
    definition_codes,
    problems_of,
    says_the_same,
    standing_values,
)
from jichi.ui.content import SOURCE_LANGUAGE

from .places import Stand
from .queries import binding_of_target, bound_to, targets_of
from .words import MEANINGS

NEW, CORRECTION, SAME = "new", "correction", "same"
UNBOUND, NOT_YOURS, LOST, SEVERAL, UNREADABLE, BAD = (
    "unbound",
    "not_yours",
    "lost",
    "several",
    "unreadable",
    "bad",
)
STOPPING = frozenset({NOT_YOURS, LOST, SEVERAL, UNREADABLE, BAD})
"""With one of these nothing of the table can be taken in."""

LANGUAGES = ("en", "ja-simple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One number of one figure: where it stands, what it would be, and what becomes of it."""

    target: TableTarget
    stand: Stand
    state: str
    value: Value | None = None
    before: Observation | None = None
    binding: Binding | None = None
    problem: str = ""


def judge(viewer: Viewer, row: TableImport) -> list[Judged]:
    """What each figure's numbers in a staged import would do, judged against what stands today."""
    bound = bound_to(row.source)
    targets = {target.pk: target for target in targets_of(row.source)}
    pairs = [
        (targets[stand.target], stand)
        for stand in (Stand.from_json(item) for item in row.diff.get("places", ()))
        if stand.target in targets
    ]
    drafts = [
        (target, stand, binding_of_target(target, bound), _value(row, target, stand, bound))
        for target, stand in pairs
    ]
    values = [value for _target, _stand, _binding, value in drafts if value is not None]
    standing, codes = standing_values(values), definition_codes(values)
    return [
        _judged(viewer, target, stand, binding, value, standing, codes)
        for target, stand, binding, value in drafts
    ]


def stopping(judged: Iterable[Judged]) -> list[Judged]:
    """Those by which nothing can be taken in."""
    return [one for one in judged if one.state in STOPPING]


def _judged(
    viewer: Viewer,
    target: TableTarget,
    stand: Stand,
    binding: Binding | None,
    value: Value | None,
    standing: Mapping[Any, Observation],
    codes: Mapping[Any, Any],
) -> Judged:
    before = standing.get(value.subject) if value is not None else None
    if value is not None and value.as_of is None and before is not None and before.as_of is not None:
        # A later table that names no day for an earlier year takes none away.
        value = replace(value, as_of=before.as_of)

    def told(state: str, problem: str = "") -> Judged:
        return Judged(
            target=target,
            stand=stand,
            state=state,
            value=value,
            before=before,
            binding=binding,
            problem=problem,
        )

    if binding is None:
        return told(UNBOUND)
    if stand.problem:
        return told(LOST if stand.problem == "lost" else SEVERAL)
    if stand.sort == "fault" or value is None:
        return told(UNREADABLE)
    if not viewer.can(ENTER, value.owner):
        return told(NOT_YOURS)
    if before is not None and says_the_same(before, value):
        return told(SAME)
    problems = problems_of(value, None, codes.get(value.subject[:2], ()))
    if problems:
        return told(BAD, " ".join(text for texts in problems.values() for text in texts))
    return told(NEW if before is None else CORRECTION)


def _value(
    row: TableImport, target: TableTarget, stand: Stand, bound: dict[tuple[str, int], Binding]
) -> Value | None:
    binding = binding_of_target(target, bound)
    if binding is None or stand.problem or stand.sort == "fault" or stand.year is None:
        return None
    number = _number(stand, target)
    note, translations = _note(stand, marks_of(row)) if number is None else ("", {})
    as_of = stand.as_of or (row.as_of if stand.year == row.fiscal_year else None)
    return Value(
        series=target.series,
        figure=target.project_figure,
        fiscal_year=stand.year,
        value=number,
        decimals=target.decimals,
        as_of=as_of,
        period=_period(target, stand),
        definition=target.definition,
        quantity=target.quantity,
        counting=target.counting,
        source_kind=binding.source_kind,
        binding=binding,
        computation={
            "table": row.source.key,
            "import": row.pk,
            "sheet": row.diff.get("sheet", ""),
            "cell": stand.cell,
            "names": list(stand.keys),
            "column": stand.column,
            "printed": stand.text,
            "factor": format(target.factor.normalize(), "f"),
        },
        note=note,
        translations=translations,
    )


def _number(stand: Stand, target: TableTarget) -> Decimal | None:
    if stand.sort != "number":
        return None
    number = Decimal(stand.text) * target.factor
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        number = number.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
    return number


def _period(target: TableTarget, stand: Stand) -> tuple[datetime.date, datetime.date] | None:
    """The days a flow was counted over: the fiscal year, or the calendar year where 年 is printed alone."""
    if target.quantity != Quantity.FLOW or stand.year is None:
        return None
    if stand.period == "calendar":
        return datetime.date(stand.year, 1, 1), datetime.date(stand.year, 12, 31)
    return datetime.date(stand.year, 4, 1), datetime.date(stand.year + 1, 3, 31)


def marks_of(row: TableImport) -> Mapping[str, str]:
    """The marks in place of a number, with their meaning, as the layout of an import declares them."""
    return row.mapping.layout.get("marks", {}) if row.mapping is not None else {}


def _note(stand: Stand, marks: Mapping[str, str]) -> tuple[str, dict[str, dict[str, str]]]:
    """Why there is no number, in the city's language and the others."""
    texts = {}
    for language in (SOURCE_LANGUAGE, *LANGUAGES):
        with translation.override(language):
            texts[language] = missing_words(stand, marks)
    return texts[SOURCE_LANGUAGE], {language: {"note": texts[language]} for language in LANGUAGES}


def missing_words(stand: Stand, marks: Mapping[str, str]) -> str:
    """Why a place of the table holds no number, in the reader's language."""
    if stand.sort == "blank":
        return _("The published table leaves this cell empty.")
    facts = {"mark": stand.text, "meaning": _(MEANINGS[marks[stand.text]]) if stand.text in marks else "?"}
    return _("The published table prints “%(mark)s” here (%(meaning)s).") % facts
