"""Keeping a value by ward or group, and deciding which of its cells everyone may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jichi.city.access import Viewer
from jichi.city.trail import act, digest_of, record
from jichi.figures.models import Breakdown, Cell, Observation
from jichi.figures.queries.breakdowns import cuts_beside, earlier_cuts, line_of
from jichi.figures.queries.lateness import publicity

from .protection import Case, CellValue, CutValues, Protected, protect

STORE = "figures.breakdown:store"
BATCH = 200

__all__ = [
    "STORE",
    "CellValue",
    "CutValues",
    "protected",
    "store_breakdown",
    "store_breakdowns",
    "write_cuts",
]


def store_breakdown(
    *,
    viewer: Viewer,
    observation: Observation,
    dimensions: Sequence[str],
    cells: Iterable[CellValue],
    links: Sequence[CutValues] = (),
) -> Breakdown:
    """Keep one cut of a value, protected together with ``links``, which are kept too. Returns the first.

    Raises:
        NotAllowed, Invalid: as :func:`store_breakdowns`.
    """
    first = CutValues(dimensions=tuple(dimensions), cells=tuple(cells))
    return store_breakdowns(viewer=viewer, observation=observation, cuts=[first, *links])[0]


def store_breakdowns(
    *, viewer: Viewer, observation: Observation, cuts: Sequence[CutValues]
) -> list[Breakdown]:
    """Keep cuts of a value with every cell, and decide together which of them everyone may see.

    Small cells are hidden, and as many others as are needed so that no hidden one can be computed: from the
    totals, from the other cuts of the value, and from what was shown before. Where that is not possible any
    more, nothing of the new cuts is shown. What groups leave of the whole is kept as a group of its own.

    Raises:
        NotAllowed; Invalid: cells that do not fit their dimensions, stand twice, are negative or come to
        more than the whole.
    """
    with act(viewer, STORE, observation):
        rows = write_cuts(protected([(observation, cuts)]))
        if rows:
            record(
                viewer,
                STORE,
                rows[0],
                count=len(rows),
                digest=digest_of(row.pk for row in rows),
                fields={"cuts": [[], ["*".join(row.dimensions) for row in rows]]},
            )
        return rows


def protected(listed: Sequence[tuple[Observation, Sequence[CutValues]]]) -> list[Protected]:
    """Decide over the cuts of several values, stored or about to be, each against what readers saw of it.

    Raises:
        Invalid: as :func:`store_breakdowns`.
    """
    least = publicity().least_cell
    observations = [observation for observation, cuts in listed if cuts]
    beside, earlier = cuts_beside(observations), earlier_cuts(observations)
    cases = [
        Case(
            observation=observation,
            cuts=cuts,
            kept=beside.get(observation.pk, []),
            earlier=earlier.get(line_of(observation), []),
        )
        for observation, cuts in listed
        if cuts
    ]
    return protect(cases, least) if cases else []


def write_cuts(found: Iterable[Protected]) -> list[Breakdown]:
    """Store cuts that were decided over, by two inserts for all. Within an act of the caller."""
    rows: list[Breakdown] = []
    cells: list[Cell] = []
    for one in found:
        for place, cut in enumerate(one.cuts, start=1):
            row = Breakdown(
                observation=one.observation,
                dimensions=list(cut.dimensions),
                number=one.last + place,
                method=one.method,
                least_cell=one.least,
                links=list(one.links),
            )
            rows.append(row)
            cells += _cells(row, one, cut)
    Breakdown.objects.bulk_create(rows, batch_size=BATCH)
    Cell.objects.bulk_create(cells, batch_size=BATCH)
    return rows


def _cells(row: Breakdown, found: Protected, cut: CutValues) -> list[Cell]:
    return [
        Cell(
            breakdown=row,
            key=list(cell.key),
            order=order,
            value=cell.value,
            n=cell.n,
            state=found.states[cut.name, cell.key],
        )
        for order, cell in enumerate(cut.cells, start=1)
    ]
