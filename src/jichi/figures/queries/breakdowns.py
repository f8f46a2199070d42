"""Values by ward or group: what everyone may see of them, and what was shown before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from jichi.city.access import Viewer
from jichi.figures.models import Breakdown, Cell, Observation

from .observations import READ_UNPUBLISHED, observations_for

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell as the viewer may see it. ``is_hidden``: one sign for all reasons; the value is then None for
    those who may not read the rows.
    """

    key: Key
    value: Decimal | None
    n: int | None
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCut:
    """One cut of a value as the viewer may see it, with the method and threshold it was protected by.

    ``sees_all``: the viewer sees the hidden cells too (they are marked as hidden for everyone).
    """

    observation: Observation
    dimensions: Key
    cells: tuple[ShownCell, ...]
    method: str
    least_cell: int
    sees_all: bool

    @property
    def hidden(self) -> int:
        """How many cells everyone sees only the sign of."""
        return sum(cell.is_hidden for cell in self.cells)


def breakdowns_for(viewer: Viewer, observation: Observation) -> list[ShownCut]:
    """The cuts of one value, as far as the viewer may read it; the newest of each cut."""
    return breakdowns_of(viewer, [observation]).get(observation.pk, [])


def breakdowns_of(viewer: Viewer, observations: Iterable[Observation]) -> dict[int, list[ShownCut]]:
    """The cuts of several values by two queries, by the value's id; what the viewer may not read is absent.

    Hidden cells keep their value from everyone but those who may read the department's unpublished values.
    """
    readable = list(observations_for(viewer).filter(pk__in=[row.pk for row in observations]))
    reach = viewer.departments_for(READ_UNPUBLISHED)
    by_id = {row.pk: row for row in readable}
    found: dict[int, list[ShownCut]] = defaultdict(list)
    for row in _current(_stored(by_id)):
        observation = by_id[row.observation_id]
        sees_all = reach is None or observation.department_id in reach
        cells = tuple(_shown(cell, sees_all=sees_all) for cell in row.cells.all())
        cut = ShownCut(
            observation=observation,
            dimensions=tuple(row.dimensions),
            cells=cells,
            method=row.method,
            least_cell=row.least_cell,
            sees_all=sees_all,
        )
        found[row.observation_id].append(cut)
    return dict(found)


def _shown(cell: Cell, *, sees_all: bool) -> ShownCell:
    is_hidden = cell.state != Cell.State.SHOWN
    keeps = sees_all or not is_hidden
    return ShownCell(
        key=tuple(cell.key),
        value=cell.value if keeps else None,
        n=cell.n if keeps else None,
        is_hidden=is_hidden,
    )


def _stored(observations: Iterable[int]) -> list[Breakdown]:
    rows = Breakdown.objects.filter(observation__in=list(observations))
    return list(rows.prefetch_related("cells").order_by("observation_id", "number"))


def _current(rows: Iterable[Breakdown]) -> list[Breakdown]:
    """The newest of each cut of each value, in the order in which they were first made."""
    newest: dict[tuple[int, Key], Breakdown] = {}
    for row in rows:
        newest[(row.observation_id, tuple(row.dimensions))] = row
    return list(newest.values())


def cuts_beside(observations: Sequence[Observation]) -> dict[int, list[Breakdown]]:
    """The newest of each cut of each value, with its cells, published or not: for protecting others."""
    found: dict[int, list[Breakdown]] = defaultdict(list)
    for row in _current(_stored([one.pk for one in observations if one.pk is not None])):
        found[row.observation_id].append(row)
    return dict(found)


Line = tuple[int | None, int | None, int, str]


def line_of(row: Observation) -> Line:
    """What the revisions of one value have in common: figure, fiscal year and definition."""
    return row.series_id, row.project_figure_id, row.fiscal_year, row.definition


def earlier_cuts(observations: Sequence[Observation]) -> dict[Line, list[Breakdown]]:
    """What readers saw of the same figure and year beside the newest cuts of ``observations``, oldest first.

    These are cuts that were replaced, and those of published earlier revisions.
    """
    standing = {line_of(row): row for row in observations}
    published = Observation.objects.filter(
        Q(series_id__in={row.series_id for row in observations if row.series_id})
        | Q(project_figure_id__in={row.project_figure_id for row in observations if row.project_figure_id}),
        fiscal_year__in={row.fiscal_year for row in observations},
        published_at__isnull=False,
        breakdowns__isnull=False,
    ).distinct()
    lines = {row.pk: line_of(row) for row in published if line_of(row) in standing}
    stored = _stored(lines)
    current = {row.pk for row in _current(stored)}
    found: dict[Line, list[Breakdown]] = defaultdict(list)
    for row in stored:
        line = lines[row.observation_id]
        if row.observation_id != standing[line].pk or row.pk not in current:
            found[line].append(row)
    return dict(found)
