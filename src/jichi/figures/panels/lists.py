"""What measured values add to lists of indicators and to a project's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Observation
from jichi.figures.queries import (
    Placed,
    ProjectNumber,
    bindings_in_force,
    project_numbers_for,
    subject_key,
)
from jichi.figures.rows import as_of_words, reason_words, rows_for
from jichi.figures.standing import Place
from jichi.plan.models import FigurePoint, Node, Placement
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_value
from jichi.ui.states import state_mark
from jichi.ui.tables import Cell, Column, Table

from .source import (
    Origin,
    coverage_words,
    grouped,
    joined,
    late_years,
    next_words,
    office_words,
    origin_facts,
    source_words,
)


def node_indicators(viewer: Viewer, node: Node, request: HttpRequest) -> dict[str, Any]:
    """The indicators of a node as rows, those of residents' sense apart from those of outcome.

    ``placements`` must be prefetched as the room's queries do.
    """
    return _grouped(viewer, list(node.placements.all()))


def indicator_list(viewer: Viewer, placements: Sequence[Placement], request: HttpRequest) -> dict[str, Any]:
    """The given placements as rows."""
    return _grouped(viewer, list(placements), by_node=True)


def _grouped(viewer: Viewer, placements: list[Placement], *, by_node: bool = False) -> dict[str, Any]:
    rows = rows_for(viewer, placements)
    groups: list[dict[str, Any]] = []
    for placement, row in zip(placements, rows, strict=True):
        key = (placement.node_id if by_node else 0, placement.indicator.kind)
        if not groups or groups[-1]["key"] != key:
            groups.append(
                {
                    "key": key,
                    "kind": placement.indicator.get_kind_display(),
                    "node": placement.node if by_node else None,
                    "url": reverse("node-detail", args=[placement.node.plan.key, placement.node.code]),
                    "rows": [],
                }
            )
        groups[-1]["rows"].append(row)
    return {"groups": groups, "total": len(rows), "known": sum(row.is_loaded for row in rows)}


# ---- yearly numbers of a project -----------------------------------------------------------------------
def project_numbers(viewer: Viewer, project: Node, request: HttpRequest) -> dict[str, Any]:
    """A project's yearly numbers, each year's promise above its result. ``figures`` must be prefetched."""
    figures = list(project.figures.all())
    numbers = project_numbers_for(viewer, figures, project.plan)
    promised = [row for row in numbers if row.has_target]
    return {
        "table": _promised_table(project, promised) if promised else None,
        "counts": _count_table([row for row in numbers if not row.has_target]),
        **_sources(viewer, project, numbers),
    }


def _sources(viewer: Viewer, project: Node, numbers: Sequence[ProjectNumber]) -> dict[str, Any]:
    """Where each number comes from: a line of a table, and everything else of it unfolded on demand."""
    bound = bindings_in_force(subjects=[row.figure for row in numbers])
    listed = [_origin(project, row, bound.get(subject_key(row.figure))) for row in numbers]
    late = late_years(viewer, listed)
    names = [translated(row.figure, "name").html for row in numbers]
    facts = (origin_facts(one, late.get(one.placed.key, ())) for one in listed)
    return {
        "sources": _source_table(names, listed) if listed else None,
        "origins": [
            {"name": joined(shared) if len(listed) > 1 else "", "facts": said}
            for shared, said in grouped(zip(names, facts, strict=True))
        ],
    }


def _origin(project: Node, row: ProjectNumber, binding: Binding | None) -> Origin:
    # The prefetched number does not know the plan of the project it was fetched for.
    row.figure.project = project
    targets = tuple(year.year for year in row.years if year.target is not None)
    return Origin(
        placed=Placed(subject=row.figure, plan=project.plan, node=project, targets=targets),
        binding=binding,
        definitions=row.definitions,
        rows=[year.observation for year in row.years if year.observation is not None],
    )


def _source_table(names: Sequence[SafeString], listed: Sequence[Origin]) -> Table:
    rows = []
    for name, one in zip(names, listed, strict=True):
        kind, note = source_words(one.binding)
        newest = one.definitions[-1] if one.definitions else None
        broken = newest is not None and newest.break_reason
        rows.append(
            [
                Cell(name),
                Cell(
                    translated(newest, "counts").html if newest else _("nothing beyond the name"),
                    note=str(translated(newest, "break_reason")) if broken else "",
                ),
                Cell(kind, note=note),
                Cell(**_as_cell(office_words(one))),
                Cell(next_words(one)),
            ]
        )
    return Table(
        caption=_("Where these numbers truly come from"),
        columns=[
            Column(_("Number"), head=True),
            Column(_("What it counts")),
            Column(_("Where it truly comes from")),
            Column(_("Office that answers for it")),
            Column(_("Next value expected")),
        ],
        rows=rows,
        phone="cards",
        ident="sources",
    )


def _as_cell(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": fact["value"], "note": fact.get("note", "")}


def _promised_table(project: Node, numbers: Sequence[ProjectNumber]) -> Table:
    years = sorted({year.year for row in numbers for year in row.years})
    columns = [
        Column(_("Number"), head=True),
        Column(_("Reference"), numeric=True),
        *(Column(fiscal_year(year, style="short"), numeric=True) for year in years),
    ]
    rows = []
    for row in numbers:
        by_year = {year.year: year for year in row.years}
        rows.append(
            [
                Cell(translated(row.figure, "name").html),
                Cell(_reference(row)),
                *(Cell(_year_cell(row, by_year.get(year))) for year in years),
            ]
        )
    return Table(
        caption=format_html(
            _("{project}: yearly targets and results"), project=translated(project, "name").html
        ),
        columns=columns,
        rows=rows,
        note=_("Each year's target stands above its result."),
        phone="cards",
        ident="yearly",
    )


def _reference(row: ProjectNumber) -> SafeString | str:
    unit = str(translated(row.figure, "unit"))
    listed: list[tuple[str, str]] = []
    for point in row.references:
        when = as_of_words(point.as_of) if point.as_of else fiscal_year(point.fiscal_year, style="short")
        listed.append((format_value(point.value, unit, decimals=row.figure.decimals), when))
    return format_html_join("", '{} <small class="cell__note">{}</small>', listed) or "—"


def _year_cell(row: ProjectNumber, year: Any) -> SafeString | str:
    if year is None:
        return "—"
    unit, decimals = str(translated(row.figure, "unit")), row.figure.decimals
    target = "—"
    if year.target is not None:
        target = format_value(year.target.value, unit, decimals=decimals, comparator=row.figure.comparator)
    if year.observation is None:
        result = state_mark(Place.NOT_LOADED.value)
    else:
        value = format_value(year.observation.value, unit, decimals=year.observation.decimals)
        url = reverse("figures-value", args=[year.observation.pk])
        mark = state_mark(
            year.standing.place.value,
            n=year.standing.seen,
            of=year.standing.whole,
            word=reason_words(year.standing),
        )
        result = format_html('<a href="{}">{}</a> {}', url, value, mark)
    return format_html(
        '<span class="set-against"><span>{}</span><small class="cell__note">{}</small></span>', target, result
    )


def _count_table(numbers: Sequence[ProjectNumber]) -> Table | None:
    """Counts without a target: what the plan gives for reference and what was measured, never judged."""
    lines: list[list[Cell]] = []
    for row in numbers:
        unit, name = str(translated(row.figure, "unit")), translated(row.figure, "name").html
        lines += [_reference_cells(name, point, unit, row.figure.decimals) for point in row.references]
        observed = [year.observation for year in row.years if year.observation is not None]
        lines += [_measured_cells(name, one, unit) for one in observed]
    if not lines:
        return None
    measured = any(year.observation is not None for row in numbers for year in row.years)
    return Table(
        caption=_("Counts without a target: what the plan gives for reference, and what was measured")
        if measured
        else _("Counts the plan gives for reference, without a target"),
        columns=[
            Column(_("Number"), head=True),
            Column(_("Value"), numeric=True),
            Column(_("Year")),
            Column(_("Remarks")),
        ],
        rows=lines,
        phone="cards",
        ident="counts",
    )


def _reference_cells(name: SafeString, point: FigurePoint, unit: str, decimals: int) -> list[Cell]:
    return [
        Cell(name),
        Cell(format_value(point.value, unit, decimals=decimals)),
        Cell(as_of_words(point.as_of) if point.as_of else fiscal_year(point.fiscal_year)),
        Cell(translated(point, "note").html or _("printed in the plan")),
    ]


def _measured_cells(name: SafeString, row: Observation, unit: str) -> list[Cell]:
    said = [coverage_words([row]), str(translated(row, "note"))]
    return [
        Cell(name),
        Cell(
            format_value(row.value, unit, decimals=row.decimals), url=reverse("figures-value", args=[row.pk])
        ),
        Cell(fiscal_year(row.fiscal_year)),
        Cell(_("Result"), note=" · ".join(filter(None, said))),
    ]
