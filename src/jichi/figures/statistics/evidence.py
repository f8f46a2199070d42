"""What the page of evidence shows of an imported table: the file, the rows used, its layout, what changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Observation, TableImport
from jichi.figures.queries import observations_for
from jichi.methods.tables.layout import Layout
from jichi.plan.models import ProjectFigure, Series
from jichi.ui import numbers
from jichi.ui.content import translated
from jichi.ui.tables import Cell, Column, Table

from .names import KINDS
from .words import layout_sentences

MOST_ROWS = 200
MOST_REVISIONS = 50


def evidence_of_import(viewer: Viewer, row: TableImport) -> dict[str, Any]:
    """The context of ``figures/statistics/evidence.html``: as far as the viewer may see the values.

    ``source``, ``import``, ``year``, ``used`` (a table of cells used), ``layout`` (sentences), ``counts``,
    ``revised`` (a table of what the publisher changed in the rows used) and ``previous_year``.
    """
    observations = observations_for(viewer).filter(evidence=row.evidence)
    rows = list(
        observations.select_related("series__indicator", "project_figure__project").order_by(
            "fiscal_year", "pk"
        )[:MOST_ROWS]
    )
    counts = row.diff.get("counts")
    revised = [item for item in row.diff.get("cells", ()) if item["kind"] == "revised" and item["targets"]]
    return {
        "source": row.source,
        "import": row,
        "title": translated(row.source, "title").html,
        "publisher": translated(row.source, "publisher").html,
        "licence": translated(row.source, "licence").html,
        "year": numbers.fiscal_year(row.fiscal_year),
        "sheet": row.diff.get("sheet", ""),
        "layout": layout_sentences(Layout.from_json(row.mapping.layout)) if row.mapping else [],
        "layout_number": row.mapping.number if row.mapping else None,
        "used": _used(rows),
        "read": row.diff.get("read", 0),
        "unread": row.diff.get("unread", 0),
        "previous_year": numbers.fiscal_year(row.diff.get("previous_year")) if counts else "",
        "counts": [{"word": KINDS[kind], "number": counts[kind]} for kind in KINDS] if counts else [],
        "revised": _revised(revised[:MOST_REVISIONS]) if revised else None,
    }


def _used(rows: list[Observation]) -> Table:
    return Table(
        caption=_("The cells of the table from which numbers on this site were taken"),
        columns=[
            Column(_("What"), head=True),
            Column(_("Year")),
            Column(_("Row of the table")),
            Column(_("Column of the table")),
            Column(_("Cell")),
            Column(_("In the table"), numeric=True),
            Column(_("Value"), numeric=True),
        ],
        rows=[_cells(row) for row in rows],
        phone="cards",
        ident="table-cells",
    )


def _cells(row: Observation) -> list[Cell]:
    told = row.computation
    factor = told.get("factor", "1")
    unit = translated(row.series.indicator if row.series is not None else row.project_figure, "unit")
    return [
        Cell(
            _name(row),
            note=_("definition %(version)s") % {"version": row.definition} if row.definition != "1" else "",
        ),
        Cell(numbers.fiscal_year(row.fiscal_year)),
        Cell(" / ".join(told.get("names", ())), language="ja"),
        Cell(told.get("column", ""), language="ja"),
        Cell(told.get("cell", "")),
        Cell(told.get("printed", "") or "—", note=f"× {factor}" if factor != "1" else ""),
        Cell(
            numbers.format_value(row.value, str(unit), decimals=row.decimals),
            note=str(translated(row, "note")) if row.value is None else "",
        ),
    ]


def _name(row: Observation) -> Any:
    subject: Series | ProjectFigure | None = row.series or row.project_figure
    if isinstance(subject, Series):
        name = translated(subject.indicator, "name")
        series = translated(subject, "name")
        return f"{name} ({series})" if series else name.html
    return translated(subject, "name").html


def _revised(items: list[dict[str, Any]]) -> Table:
    return Table(
        caption=_("Numbers of earlier years that the publisher changed"),
        columns=[
            Column(_("Row of the table"), head=True),
            Column(_("Column of the table")),
            Column(_("Year")),
            Column(_("Before"), numeric=True),
            Column(_("Now"), numeric=True),
        ],
        rows=[
            [
                Cell(" / ".join(item["keys"]), language="ja"),
                Cell(item["column"], language="ja"),
                Cell(numbers.fiscal_year(item["year"])),
                Cell(item["old"]),
                Cell(item["new"]),
            ]
            for item in items
        ],
        phone="cards",
        ident="table-revised",
    )
