"""What measured values add to lists of indicators and to a project's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.queries import ProjectNumber, project_numbers_for
from jichi.figures.rows import as_of_words, reason_words, rows_for
from jichi.figures.standing import Place
from jichi.plan.models import Node, Placement
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_value
from jichi.ui.states import state_mark
from jichi.ui.tables import Cell, Column, Table


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
        "any_loaded": any(year.observation for row in promised for year in row.years),
    }


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
    """Counts the plan prints without a target: given for reference, never judged."""
    if not numbers:
        return None
    rows = [
        [
            Cell(translated(row.figure, "name").html),
            Cell(
                format_value(point.value, str(translated(row.figure, "unit")), decimals=row.figure.decimals)
            ),
            Cell(as_of_words(point.as_of) if point.as_of else fiscal_year(point.fiscal_year)),
            Cell(translated(point, "note").html),
        ]
        for row in numbers
        for point in row.references
    ]
    return Table(
        caption=_("Counts the plan gives for reference, without a target"),
        columns=[
            Column(_("Number"), head=True),
            Column(_("Value"), numeric=True),
            Column(_("Year")),
            Column(_("Remarks")),
        ],
        rows=rows,
        phone="cards",
        ident="counts",
    )
