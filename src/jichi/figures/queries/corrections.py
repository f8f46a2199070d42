"""Corrections, openly: each revised value with what stood before and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q

from jichi.city.access import Viewer
from jichi.figures.models import Observation

from .bindings import readable_figures
from .observations import observations_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A value that took the place of another one. ``before`` None: the viewer never saw what stood.

    ``makes_final``: a provisional value was followed by the final one, as it is meant to be.
    """

    before: Observation | None
    after: Observation

    @property
    def makes_final(self) -> bool:
        return self.after.status == Observation.Status.FINAL

    @property
    def reason(self) -> str:
        return self.after.reason


def corrections_for(viewer: Viewer, limit: int | None = None) -> list[Correction]:
    """Every revision the viewer may read, newest first, each with the value the viewer could read before it.

    Figures of plans the viewer may not read are left out.
    """
    rows = observations_for(viewer).filter(readable_figures(viewer))
    revised = list(
        rows.filter(revision__gt=1)
        .select_related("evidence", "series__indicator", "project_figure__project__plan", "department")
        .order_by(F("published_at").desc(nulls_first=True), "-entered_at", "-pk")[:limit]
    )
    earlier: dict[tuple[object, ...], list[Observation]] = {}
    about = Q(series__in={row.series_id for row in revised if row.series_id}) | Q(
        project_figure__in={row.project_figure_id for row in revised if row.project_figure_id}
    )
    for row in rows.filter(about).order_by("revision"):
        earlier.setdefault(_line(row), []).append(row)
    return [
        Correction(
            before=next(
                (one for one in reversed(earlier.get(_line(row), [])) if one.revision < row.revision), None
            ),
            after=row,
        )
        for row in revised
    ]


def _line(row: Observation) -> tuple[object, ...]:
    return row.series_id, row.project_figure_id, row.fiscal_year, row.definition
