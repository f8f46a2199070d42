"""What stands behind one value: its earlier and later versions, what it counts, whence it came, its cuts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from jichi.city.access import Viewer

from .models import Definition, Observation
from .queries import observations_for
from .queries.breakdowns import ShownCut, breakdowns_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """One value with everything that a reader may hold against it. ``versions`` are oldest first."""

    value: Observation
    versions: tuple[Observation, ...]
    definition: Definition | None
    other_definitions: tuple[Definition, ...]
    cuts: tuple[ShownCut, ...]

    @property
    def newest(self) -> Observation:
        """The last version the viewer may read: what stands for the year."""
        return self.versions[-1]

    @property
    def is_replaced(self) -> bool:
        """Whether a later version stands in place of this value."""
        return self.newest.pk != self.value.pk


def provenance_for(viewer: Viewer, pk: int) -> Provenance | None:
    """The value with this number and what stands behind it; None where the viewer may read no such value."""
    value = _whole(observations_for(viewer)).filter(pk=pk).first()
    if value is None:
        return None
    subject = {"series_id": value.series_id, "project_figure_id": value.project_figure_id}
    definitions = list(Definition.objects.filter(**subject).order_by("order"))
    mine = next((one for one in definitions if one.code == value.definition), None)
    versions = _whole(observations_for(viewer)).filter(
        **subject, fiscal_year=value.fiscal_year, definition=value.definition
    )
    return Provenance(
        value=value,
        versions=tuple(versions.order_by("revision")),
        definition=mine,
        other_definitions=tuple(one for one in definitions if one is not mine),
        cuts=tuple(breakdowns_for(viewer, value)),
    )


def _whole(rows: QuerySet[Observation]) -> QuerySet[Observation]:
    return rows.select_related(
        "series__indicator",
        "project_figure__project__plan",
        "department",
        "binding__department",
        "evidence",
    )
