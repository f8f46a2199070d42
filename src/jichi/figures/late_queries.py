"""What is late, by the office that answers for it, and the page on which each figure's source is worked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jichi.city.access import Viewer
from jichi.city.models import Department

from .inquiries.queries.lists import inquiries_for, series_for
from .models import Binding, Inquiry, InquirySeries, Survey, TableSource
from .queries import Late, SubjectKey, late_for
from .queries.catalogue import Entry, catalogue, metric_of
from .services.values import ENTER
from .staff_queries import LateFigure
from .statistics.queries import sources_for
from .surveys.queries import staff_surveys_for

Via = Binding.Via


@dataclass(frozen=True, slots=True, kw_only=True)
class LateOffice:
    """An office with the late figures it answers for, most overdue first. None: nobody answers for them."""

    department: Department | None
    figures: tuple[LateFigure, ...]

    @property
    def due(self) -> date:
        """The day that passed first."""
        return self.figures[0].due


def late_by_office(viewer: Viewer, *, mine: bool = False) -> list[LateOffice]:
    """Everything late the viewer is told of, by office, the most overdue first; what nobody owns comes last.

    ``mine``: only figures of the offices she enters values for.
    """
    reach = viewer.departments_for(ENTER)
    by_figure: dict[SubjectKey, list[Late]] = defaultdict(list)
    for row in late_for(viewer):
        if not mine or reach is None or (row.department is not None and row.department.pk in reach):
            by_figure[row.placed.key].append(row)
    offices: dict[int, list[LateFigure]] = defaultdict(list)
    departments: dict[int, Department | None] = {}
    for rows in by_figure.values():
        department = rows[0].department
        pk = department.pk if department is not None else 0
        departments[pk] = department
        offices[pk].append(LateFigure(placed=rows[0].placed, late=tuple(rows)))
    found = [LateOffice(department=departments[pk], figures=tuple(rows)) for pk, rows in offices.items()]
    return sorted(found, key=lambda office: (office.department is None, office.due))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the viewer may open of the sources that bindings name, by their keys.

    ``inquiries`` are the newest of each series and fiscal year.
    """

    inquiries: Mapping[tuple[str, int], Inquiry]
    series: Mapping[str, InquirySeries]
    tables: Mapping[str, TableSource]
    surveys: Mapping[str, Survey]
    metrics: Mapping[str, Entry]


def source_name(binding: Binding) -> str:
    """The key of the series, table, survey or metric a binding names, without the part it takes of it."""
    if binding.via == Via.METRIC:
        return metric_of(binding)
    return binding.source_key.partition("/")[0]


def sources_behind(viewer: Viewer, bindings: Iterable[Binding]) -> Sources:
    """The sources of several bindings that the viewer may open, by at most one query for each kind."""
    names: dict[str, set[str]] = defaultdict(set)
    for binding in bindings:
        names[binding.via].add(source_name(binding))
    series, tables, surveys = names[Via.INQUIRY], names[Via.TABLE], names[Via.SURVEY]
    asked = inquiries_for(viewer).filter(series__key__in=series) if series else ()
    newest: dict[tuple[str, int], Inquiry] = {}
    for inquiry in asked:
        newest.setdefault((inquiry.series.key, inquiry.fiscal_year), inquiry)
    return Sources(
        inquiries=newest,
        series={row.key: row for row in series_for(viewer).filter(key__in=series)} if series else {},
        tables={row.key: row for row in sources_for(viewer).filter(key__in=tables)} if tables else {},
        surveys={row.key: row for row in staff_surveys_for(viewer).filter(key__in=surveys)}
        if surveys
        else {},
        metrics={entry.metric.key: entry for entry in catalogue(viewer)} if names[Via.METRIC] else {},
    )
