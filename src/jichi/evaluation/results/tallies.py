"""How many got which judgement, beside the time before: the sentence, and tables with a bar in each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.evaluation.fields import ACCOMPLISHMENT, BEST_FIRST, CONTRIBUTION, DIRECTION, MEASURE_DIRECTION
from jichi.sheets.definition import Definition
from jichi.ui.numbers import format_number, format_value
from jichi.ui.tables import Cell, Column, Table

from .bars import paired_bars
from .words import choice_label, field_of, judgement_mark, label_of, sign

AS_PROMISED = {ACCOMPLISHMENT: "3", "progress": "B"}
"""The last value of a judgement that still keeps what was promised: 3 on target, B mostly on the way."""


def names_of(key: str) -> str:
    """What a judgement is called where no form says so."""
    names = {
        ACCOMPLISHMENT: _("Accomplishment"),
        "progress": _("Progress"),
        CONTRIBUTION: _("Contribution"),
        DIRECTION: _("Direction from now on"),
        MEASURE_DIRECTION: _("Direction from now on"),
    }
    return names.get(key, key)


def values_of(form: Definition | None, key: str, *tallies: Mapping[str, int]) -> list[str]:
    """The values a judgement can have, in the form's order, and any other that was given."""
    field = field_of(form, key)
    known = [one.key for one in field.choices] if field is not None else list(BEST_FIRST.get(key, ()))
    others = sorted({value for tally in tallies for value in tally if value} - set(known))
    return [*known, *others]


def kept_promise(tally: Mapping[str, int], key: str) -> int:
    """How many kept what was promised or did better."""
    order = BEST_FIRST[key]
    last = order.index(AS_PROMISED[key])
    return sum(tally.get(value, 0) for value in order[: last + 1])


def answer_sentence(tally: Mapping[str, int], key: str, form: Definition | None, year: str) -> SafeString:
    """The answer of the page: how many of how many kept what was promised, in the form's own words."""
    whole, good = sum(tally.values()), kept_promise(tally, key)
    last = AS_PROMISED[key]
    level = choice_label(form, key, last).html or format_html("{}", sign(key, last))
    if key == ACCOMPLISHMENT:
        text = ngettext(
            "{year}: {good} of {whole} project reached “{level}” or better",
            "{year}: {good} of {whole} projects reached “{level}” or better",
            whole,
        )
    else:
        text = ngettext(
            "{year}: {good} of {whole} measure reached “{level}” or better",
            "{year}: {good} of {whole} measures reached “{level}” or better",
            whole,
        )
    numbers = {"good": format_number(good), "whole": format_number(whole)}
    return format_html(text, year=year, level=level, **numbers)


def tally_table(
    key: str,
    form: Definition | None,
    now: Counter[str],
    before: Counter[str] | None,
    years: tuple[str, str],
) -> Table:
    """One line for each value: this time's number and share, those of the time before, and both as bars."""
    whole = sum(now.values())
    old_whole = sum(before.values()) if before is not None else 0
    values = values_of(form, key, now, before or Counter())
    if now.get("") or (before is not None and before[""]):
        values.append("")
    longest = max([_share(now[one], whole) for one in values] + [Decimal(1)])
    if before is not None:
        longest = max([longest, *(_share(before[one], old_whole) for one in values)])
    columns = [Column(label_of(form, key, names_of(key)), head=True), Column(years[0], numeric=True)]
    if before is not None:
        columns.append(Column(years[1], numeric=True))
    return Table(
        caption=label_of(form, key, names_of(key)),
        columns=columns,
        rows=[_tally_line(key, form, value, (now, whole), (before, old_whole), longest) for value in values],
        ident=f"tally-{key.replace('_', '-')}",
        hide_caption=True,
    )


def _share(number: int, whole: int) -> Decimal:
    return Decimal(100) * number / whole if whole else Decimal(0)


def _tally_line(
    key: str,
    form: Definition | None,
    value: str,
    now: tuple[Counter[str], int],
    before: tuple[Counter[str] | None, int],
    longest: Decimal,
) -> Sequence[Cell]:
    share = _share(now[0][value], now[1])
    old = _share(before[0][value], before[1]) if before[0] is not None else None
    words = judgement_mark(form, key, value) if value else format_html("{}", _("Not judged"))
    cells = [
        Cell(format_html("{}{}", words, paired_bars(share, old, longest))),
        Cell(format_number(now[0][value]), note=_percent(share)),
    ]
    if before[0] is not None and old is not None:
        cells.append(Cell(format_number(before[0][value]), note=_percent(old)))
    return cells


def _percent(share: Decimal) -> str:
    return format_value(share, "%", decimals=0)
