"""Lists of the results pages: sheets at a glance, what moved, what was not evaluated, years side by side."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.evaluation.enums import CycleKind
from jichi.evaluation.fields import ACCOMPLISHMENT, CONTRIBUTION, DIRECTION, MEASURE_DIRECTION, PROGRESS
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.queries.public_sheets import YearOf
from jichi.evaluation.queries.results import Forms, Moved, SheetRow
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date
from jichi.ui.tables import Cell, Column, Table

from .tallies import names_of
from .words import judgement, judgement_mark, label_of, sign, written


def cycle_url(cycle: Cycle) -> str:
    """The page of a whole evaluation."""
    if cycle.kind == CycleKind.YEARLY:
        return reverse("results-year", args=[str(cycle.fiscal_year)])
    return reverse("results-period", args=[cycle.plan.key, cycle.kind])


def sheet_url(cycle: Cycle, code: str) -> str:
    """The page of one sheet."""
    if cycle.kind == CycleKind.YEARLY:
        return reverse("results-year-sheet", args=[str(cycle.fiscal_year), code])
    return reverse("results-period-sheet", args=[cycle.plan.key, cycle.kind, code])


def corrections_url(cycle: Cycle) -> str:
    """The page that lists what was corrected."""
    if cycle.kind == CycleKind.YEARLY:
        return reverse("results-year-corrections", args=[str(cycle.fiscal_year)])
    return reverse("results-period-corrections", args=[cycle.plan.key, cycle.kind])


def day_words(moment: datetime.datetime | None) -> str:
    """The day of a moment in the city; a dash for none."""
    return format_date(timezone.localtime(moment).date() if moment is not None else None, weekday=False)


def cycle_title(cycle: Cycle) -> SafeString:
    """The evaluation's own title."""
    return translated(cycle, "title").html


def office_of(sheet: Sheet) -> SafeString:
    """The office that answers for a sheet; never a person."""
    return translated(sheet.department, "name").html if sheet.department is not None else SafeString("")


def sheet_table(cycle: Cycle, rows: Iterable[SheetRow], forms: Forms) -> Table:
    """The sheets at a glance: a card each on a phone, a line each on a desk."""
    keys = (
        (ACCOMPLISHMENT, CONTRIBUTION, DIRECTION)
        if cycle.kind == CycleKind.YEARLY
        else (PROGRESS, MEASURE_DIRECTION)
    )
    form = next(iter(forms.by_kind.values()), None)
    return Table(
        caption=_("The sheets one by one"),
        columns=[
            Column(_("Project") if cycle.kind == CycleKind.YEARLY else _("Measure"), head=True),
            *(Column(label_of(form, key, names_of(key))) for key in keys),
            Column(_("Office")),
        ],
        rows=[_sheet_cells(cycle, row, forms, keys) for row in rows],
        phone="cards",
        ident="sheets",
        hide_caption=True,
    )


def _sheet_cells(cycle: Cycle, row: SheetRow, forms: Forms, keys: Sequence[str]) -> list[Cell]:
    form = forms.of(row.sheet.kind)
    return [
        Cell(
            format_html("{} {}", row.code, row.name.html),
            url=sheet_url(cycle, row.code),
            note=_("corrected after publication") if row.is_corrected else "",
        ),
        *(Cell(judgement_mark(form, key, row.judged.get(key, ""))) for key in keys),
        Cell(office_of(row.sheet) or "-"),
    ]


def moved_cards(cycle: Cycle, moved: Iterable[Moved], forms: Forms, key: str) -> list[dict[str, Any]]:
    """Projects whose judgement moved, with from and to."""
    return [
        {
            "title": format_html("{} {}", one.row.code, one.row.name.html),
            "url": sheet_url(cycle, one.row.code),
            "before": sign(key, one.before) or one.before,
            "after": judgement_mark(forms.of(one.row.sheet.kind), key, one.after),
            "office": office_of(one.row.sheet),
        }
        for one in moved
    ]


def left_out_table(sheets: Sequence[Sheet]) -> Table:
    """What was not evaluated this time, with the reason."""
    return Table(
        caption=_("Not evaluated this time"),
        columns=[Column(_("Project"), head=True), Column(_("Why")), Column(_("Office"))],
        rows=[
            [
                Cell(
                    format_html("{} {}", sheet.node.code, translated(sheet.node, "name").html),
                    url=reverse("node-detail", args=[sheet.node.plan.key, sheet.node.code]),
                ),
                Cell(written(sheet.reason).html),
                Cell(office_of(sheet) or "-"),
            ]
            for sheet in sheets
        ],
        phone="cards",
        ident="left-out",
        hide_caption=True,
    )


def years_table(years: Sequence[YearOf]) -> Table:
    """A project's or measure's judgements, year beside year."""
    keys = [
        key
        for key in (ACCOMPLISHMENT, PROGRESS, CONTRIBUTION, DIRECTION, MEASURE_DIRECTION)
        if any(key in year.judged for year in years)
    ]
    form = next((year.form for year in reversed(years) if year.form is not None), None)
    return Table(
        caption=_("Judged year by year"),
        columns=[Column(_("Evaluation"), head=True), *(Column(label_of(form, k, names_of(k))) for k in keys)],
        rows=[
            [
                Cell(
                    fiscal_year(year.cycle.fiscal_year, style="short"),
                    url=sheet_url(year.cycle, year.code),
                    note=_note(year),
                ),
                *(
                    Cell(judgement_mark(year.form, key, year.judged.get(key, "")))
                    if key in (ACCOMPLISHMENT, PROGRESS)
                    else Cell(judgement(year.form, key, year.judged.get(key, "")))
                    for key in keys
                ),
            ]
            for year in reversed(years)
        ],
        phone="cards",
        ident="judged-years",
        hide_caption=True,
    )


def _note(year: YearOf) -> str:
    kind = "" if year.cycle.kind == CycleKind.YEARLY else str(year.cycle.get_kind_display())
    corrected = _("corrected after publication") if year.is_corrected else ""
    return " · ".join(part for part in (kind, corrected) if part)
