"""The tables of the pages of imported statistics; on a narrow screen each row becomes a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.figures.models import Observation, TableImport, TableTarget
from jichi.ui import numbers
from jichi.ui.content import SOURCE_LANGUAGE
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

from .judging import CORRECTION, LOST, Judged, marks_of, missing_words, stopping
from .names import KINDS, STATES, subject_name, unit_of, value_words
from .places import DAY
from .queries import SourceLine


def _table(caption: str, columns: list[Column], rows: list[list[Cell]], ident: str) -> Table:
    return Table(caption=caption, columns=columns, rows=rows, phone="cards", hide_caption=True, ident=ident)


def sources_table(lines: Iterable[SourceLine], today: Any) -> Table:
    """Every table: what was taken in last, when the next is due, who takes it in, what to do."""
    columns = [
        Column(_("Table"), head=True),
        Column(_("Taken in last")),
        Column(_("Due next")),
        Column(_("Who takes it in")),
        Column(_("Figures"), numeric=True),
        Column(_("Next step")),
    ]
    return _table(_("Tables of statistics"), columns, [_source(line, today) for line in lines], "tables")


def _source(line: SourceLine, today: Any) -> list[Cell]:
    source, last = line.source, line.last
    due = Cell(_("no day is known"))
    if line.due is not None:
        day = format_date(line.due, weekday=False)
        due = Cell(
            numbers.fiscal_year(line.due_year), note=f"{day} · {_('late')}" if line.due < today else day
        )
    return [
        Cell(source.title, url=reverse("staff-table-source", args=[source.key]), note=source.publisher),
        Cell(numbers.fiscal_year(last.fiscal_year), note=format_date(last.taken_at, weekday=False))
        if last is not None
        else Cell(_("Nothing was taken in yet.")),
        due,
        Cell(source.department.name if source.department else "—"),
        Cell(line.targets),
        _next_step(line),
    ]


def _next_step(line: SourceLine) -> Cell:
    key = line.source.key
    hidden = format_html('<span class="visually-hidden">: {}</span>', line.source.title)
    if line.staged is not None:
        words = format_html("{}{}", _("Look at the file that waits"), hidden)
        return Cell(words, url=reverse("staff-table-import", args=[key, line.staged.pk]))
    if line.may_take:
        words = format_html("{}{}", _("Upload a file"), hidden)
        return Cell(words, url=reverse("staff-table-upload", args=[key]))
    return Cell("—")


def targets_table(
    key: str, targets: Iterable[TableTarget], bound: Mapping[int, bool], *, linked: bool
) -> Table:
    """The figures of a source, each with its place in the table."""
    columns = [
        Column(_("Figure"), head=True),
        Column(_("Its place")),
        Column(_("Definition")),
        Column(_("Bound to this table")),
    ]
    rows = []
    for target in targets:
        subject = target.series or target.project_figure
        url = reverse("staff-table-target", args=[key, target.pk]) if linked else ""
        closed = format_html("<strong>{}</strong>", _("no: nothing is entered for it"))
        rows.append(
            [
                Cell(subject_name(subject), url=url, note=unit_of(subject)),
                Cell(
                    place_words(target), note=f"× {target.factor.normalize():f}" if target.factor != 1 else ""
                ),
                Cell(target.definition),
                Cell(_("yes") if bound[target.pk] else closed),
            ]
        )
    return _table(_("Figures and their places"), columns, rows, "targets")


def place_words(target: TableTarget) -> str:
    """A figure's place: the names of its row, its column, its day."""
    names = ", ".join(f"{name}: {text}" for name, text in target.select.items() if name != DAY)
    return " · ".join(part for part in (names, target.column, target.select.get(DAY, "")) if part)


def values_table(row: TableImport, judged: Iterable[Judged]) -> Table:
    """What a file that waits would enter, figure by figure and year by year."""
    columns = [
        Column(_("Figure"), head=True),
        Column(_("Year")),
        Column(_("Its place")),
        Column(_("In the table"), numeric=True),
        Column(_("Value"), numeric=True),
        Column(_("What stands"), numeric=True),
        Column(_("What becomes of it")),
    ]
    rows = [_value(row, one) for one in judged]
    return _table(_("Figures, their places and their numbers"), columns, rows, "values")


def _value(row: TableImport, one: Judged) -> list[Cell]:
    subject = one.target.series or one.target.project_figure
    stand, value = one.stand, one.value
    printed = "" if one.state == LOST else stand.text
    if stand.sort in {"mark", "blank"} and one.state != LOST:
        printed = missing_words(stand, marks_of(row))
    number = ""
    if value is not None and value.value is not None:
        number = numbers.format_value(value.value, unit_of(subject), decimals=value.decimals)
    word = one.problem or STATES[one.state]
    if stopping([one]):
        word = format_html("<strong>{}</strong>", word)
    elif one.state == CORRECTION:
        word = format_html("<ins>{}</ins>", word)
    as_of = value.as_of if value is not None else None
    return [
        Cell(subject_name(subject), note=_definition(one.target.definition)),
        Cell(
            numbers.fiscal_year(stand.year) if stand.year is not None else "—",
            note=format_date(as_of, weekday=False) if as_of else "",
        ),
        Cell(_place(stand.keys, stand.column), note=stand.cell),
        Cell(printed or "—", note=stand.unit if stand.sort == "number" else ""),
        Cell(number or "—"),
        Cell(value_words(one.before) or "—"),
        Cell(word),
    ]


def _place(names: Iterable[str], column: str) -> str:
    return " · ".join(part for part in (", ".join(names), column) if part)


def _definition(code: str) -> str:
    return _("definition %(version)s") % {"version": code} if code != "1" else ""


def entered_table(observations: Iterable[Observation]) -> Table:
    """The values of a table that was taken in, each with the cell it came from."""
    columns = [
        Column(_("Figure"), head=True),
        Column(_("Year")),
        Column(_("Its place")),
        Column(_("In the table"), numeric=True),
        Column(_("Value"), numeric=True),
    ]
    rows = []
    for one in observations:
        told = one.computation
        reason = f"{_('correction')}: {one.reason}" if one.revision > 1 else ""
        rows.append(
            [
                Cell(subject_name(one.series or one.project_figure), note=_definition(one.definition)),
                Cell(numbers.fiscal_year(one.fiscal_year)),
                Cell(_place(told.get("names", ()), told.get("column", "")), note=told.get("cell", "")),
                Cell(told.get("printed", "") or "—"),
                Cell(value_words(one), note=reason),
            ]
        )
    return _table(_("Values and the cells they came from"), columns, rows, "entered")


def differences_table(items: Iterable[Mapping[str, Any]], caption: str, ident: str) -> Table:
    """What differs from the table before, number by number, both years named."""
    columns = [
        Column(_("Row"), head=True),
        Column(_("Column")),
        Column(_("Before"), numeric=True),
        Column(_("Now"), numeric=True),
        Column(_("Cell")),
        Column(_("What")),
    ]
    rows = []
    for item in items:
        word: Any = KINDS[item["kind"]]
        if item["kind"] == "revised":
            word = format_html("<strong>{}</strong>", word)
        rows.append(
            [
                Cell(", ".join(item["keys"]), language=SOURCE_LANGUAGE),
                Cell(item["column"], language=SOURCE_LANGUAGE),
                _number(item["old"], item["year_before"]),
                _number(item["new"], item["year"]),
                Cell(item["cell"]),
                Cell(word),
            ]
        )
    return _table(caption, columns, rows, ident)


def _number(text: str | None, year: int | None) -> Cell:
    if text is None:
        return Cell("—")
    return Cell(text, note=numbers.fiscal_year(year, style="short"))
