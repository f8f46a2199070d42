"""Measured values and their evidence, as far as the viewer may read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from jichi.city.access import Viewer
from jichi.figures.models import Evidence, Observation

READ_UNPUBLISHED = "figures.observation:read_unpublished"


def observations_for(viewer: Viewer) -> QuerySet[Observation]:
    """Every revision of the observations the viewer may read: published ones, and her department's own."""
    rows = Observation.objects.select_related("evidence").order_by("fiscal_year", "definition", "revision")
    reach = viewer.departments_for(READ_UNPUBLISHED)
    if reach is None:
        return rows
    return rows.filter(Q(published_at__isnull=False) | Q(department_id__in=reach))


def evidence_for(viewer: Viewer) -> QuerySet[Evidence]:
    """Evidence behind at least one observation the viewer may read."""
    return Evidence.objects.filter(pk__in=observations_for(viewer).values("evidence_id"))


def latest_of(rows: Iterable[Observation]) -> list[Observation]:
    """The last revision of each year and definition, oldest year first."""
    last: dict[tuple[int | None, int | None, int, str], Observation] = {}
    for row in rows:
        last[(row.series_id, row.project_figure_id, row.fiscal_year, row.definition)] = row
    return sorted(last.values(), key=lambda row: (row.fiscal_year, row.definition))
