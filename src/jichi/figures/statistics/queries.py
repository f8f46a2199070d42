"""What the workbench reads of imported statistics, always as far as the viewer may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.figures.models import (
    Binding,
    TableImport,
    TableMapping,
    TableSource,
    TableTarget,
)
from jichi.figures.queries.bindings import bindings_in_force, rows_about, subject_key
from jichi.plan.models import ProjectFigure, Series

from .declared import READ

HEAVY = ("content", "rows")
"""What is not read where a list or a page without the grid is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A table source with what was taken in last, what waits, and the day the next file is due."""

    source: TableSource
    last: TableImport | None
    staged: TableImport | None
    targets: int
    due: datetime.date | None
    due_year: int | None
    may_take: bool


def sources_for(viewer: Viewer) -> QuerySet[TableSource]:
    """The table sources the viewer may look at: the city's, or her own departments'."""
    rows = TableSource.objects.select_related("department").order_by("title")
    reach = viewer.departments_for(READ)
    return rows if reach is None else rows.filter(department_id__in=reach)


def source_for(viewer: Viewer, key: str) -> TableSource | None:
    """One table source, or None where there is none the viewer may look at."""
    return sources_for(viewer).filter(key=key).first()


def mapping_of(source: TableSource) -> TableMapping | None:
    """The newest layout of a source, or None before its first."""
    return source.mappings.order_by("-number").first()


def targets_of(source: TableSource) -> list[TableTarget]:
    """The figures a source measures, in their order."""
    return list(
        source.targets.select_related(
            "series__indicator__department",
            "project_figure__project__plan",
            "project_figure__project__department",
        ).order_by("order")
    )


def target_of(source: TableSource, pk: int) -> TableTarget | None:
    """One of a source's targets."""
    return next((target for target in targets_of(source) if target.pk == pk), None)


def imports_of(source: TableSource) -> QuerySet[TableImport]:
    """Every file of a source, newest first, without the files themselves."""
    return (
        TableImport.objects.filter(source=source)
        .select_related("mapping", "evidence", "previous")
        .defer(*HEAVY, "previous__content", "previous__rows")
        .order_by("-staged_at", "-pk")
    )


def import_for(viewer: Viewer, key: str, pk: int, *, whole: bool = False) -> TableImport | None:
    """One import, or None; ``whole`` reads the file and all its rows as well."""
    rows = TableImport.objects.select_related("source__department", "mapping", "evidence")
    rows = rows.filter(pk=pk, source__key=key, source__in=sources_for(viewer))
    return (rows if whole else rows.defer(*HEAVY)).first()


def last_taken(source: TableSource, *, before_year: int | None = None) -> TableImport | None:
    """The import of the latest year taken in (up to ``before_year``); of the same year the last one."""
    rows = TableImport.objects.filter(source=source, state=TableImport.State.TAKEN)
    if before_year is not None:
        rows = rows.filter(fiscal_year__lte=before_year)
    return rows.defer(*HEAVY).order_by("-fiscal_year", "-taken_at", "-pk").first()


def readable_import(source: TableSource) -> TableImport | None:
    """The newest import whose rows were read: what waits, or else what was taken in last."""
    rows = TableImport.objects.filter(source=source, mapping__isnull=False)
    rows = rows.exclude(state=TableImport.State.DISCARDED).defer("content")
    return rows.order_by("-staged_at", "-pk").first()


def bound_to(source: TableSource) -> dict[tuple[str, int], Binding]:
    """The bindings in force today by which figures come from this source."""
    return {
        key: row
        for key, row in bindings_in_force().items()
        if row.via == Binding.Via.TABLE and row.source_key == source.key
    }


def binding_of_target(target: TableTarget, bound: dict[tuple[str, int], Binding]) -> Binding | None:
    """The binding that lets a target's values in."""
    subject = target.series or target.project_figure
    return bound.get(subject_key(subject)) if subject is not None else None


def due_of(binding: Binding, year: int) -> datetime.date | None:
    """The day by which a fiscal year's value is to be there, or None where no day is known."""
    if binding.due_month is None or binding.due_day is None:
        return None
    first = datetime.date(year + binding.due_years, binding.due_month, 1)
    following = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    last = (following - datetime.timedelta(days=1)).day
    return first.replace(day=min(binding.due_day, last))


def source_lines(viewer: Viewer, sources: Iterable[TableSource]) -> list[SourceLine]:
    """Each source with its last and next file; a fixed number of queries for all of them."""
    listed = list(sources)
    imports = TableImport.objects.filter(source__in=listed).defer(*HEAVY, "diff", "problems")
    taken: dict[int, TableImport] = {}
    staged: dict[int, TableImport] = {}
    for row in imports.order_by("fiscal_year", "taken_at", "pk"):
        if row.state == TableImport.State.TAKEN:
            taken[row.source_id] = row
        elif row.state == TableImport.State.STAGED:
            staged[row.source_id] = row
    counts: dict[int, int] = {}
    for pk in TableTarget.objects.filter(source__in=listed).values_list("source_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    bindings = [row for row in bindings_in_force().values() if row.via == Binding.Via.TABLE]
    return [
        _line(viewer, one, taken.get(one.pk), staged.get(one.pk), counts.get(one.pk, 0), bindings)
        for one in listed
    ]


def _line(
    viewer: Viewer,
    source: TableSource,
    last: TableImport | None,
    staged: TableImport | None,
    targets: int,
    bindings: Iterable[Binding],
) -> SourceLine:
    days = []
    for binding in bindings:
        if binding.source_key != source.key:
            continue
        year = last.fiscal_year + binding.every_years if last is not None else binding.first_year
        day = due_of(binding, year) if year is not None else None
        if day is not None and year is not None:
            days.append((day, year))
    due, due_year = min(days, default=(None, None))
    return SourceLine(
        source=source,
        last=last,
        staged=staged,
        targets=targets,
        due=due,
        due_year=due_year,
        may_take=viewer.can("figures.table:take", source),
    )


def subjects_for_targets(viewer: Viewer, source: TableSource) -> list[Series | ProjectFigure]:
    """Every figure that may be given a place in this table: those bound to it first."""
    bound = bound_to(source)
    series = list(Series.objects.select_related("indicator").order_by("indicator__name", "order"))
    numbers = list(
        ProjectFigure.objects.select_related("project__plan").order_by(
            "project__plan__key", "project__code", "order"
        )
    )
    found: list[Series | ProjectFigure] = [*series, *numbers]
    return (
        sorted(found, key=lambda one: subject_key(one) not in bound)
        if viewer.can("figures.table:map")
        else []
    )


def targets_about(source: TableSource, subject: Series | ProjectFigure) -> QuerySet[TableTarget]:
    """The places of one figure in a source's table: one for each definition."""
    return TableTarget.objects.filter(rows_about([subject]), source=source)


def observations_condition(target: TableTarget) -> Q:
    """The condition that picks a target's values among observations."""
    return Q(
        series_id=target.series_id, project_figure_id=target.project_figure_id, definition=target.definition
    )
