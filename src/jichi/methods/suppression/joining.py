"""Several releases together: which of their cells are one, and which sums readers can form across them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .arrays import Flags, Ints
from .checking import check_refs, check_tables, refs_of
from .lattice import Lattice, lattices
from .values import TOTAL, Key, Problem, Ref, Release, Table

__all__ = ["Joined", "Source", "difference", "join"]

_OWN, _EARLIER, _ACROSS, _STATED = range(4)

Point = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One measure of one release.

    Attributes
    ----------
    release : the release; that of now has no name
    across : tables of now together with cells of earlier releases; else of one release alone
    shown : (cells of the lattice,) seen by the readers of the release
    """

    release: str
    lattice: Lattice
    shown: Flags
    across: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """The cells and relations of all sources.

    Attributes
    ----------
    cells : for each source the unknown of each of its cells
    first : for each unknown the first cell, counted through all sources, that is it
    places : for each release the unknown of each table and key
    matrix : (relations, unknowns) sparse; the same relation may stand there more than once
    kind : (relations,) own, earlier, across, stated
    source : (relations,) of which source; -1 for those stated
    """

    sources: tuple[Source, ...]
    cells: tuple[Ints, ...]
    first: Ints
    places: tuple[dict[Ref, int], ...]
    matrix: sparse.csr_array
    kind: Ints
    source: Ints

    @property
    def hard(self) -> Flags:
        """(relations,) those that must hold; one across releases may not, where numbers were corrected."""
        hard: Flags = self.kind != _ACROSS
        return hard

    def lattices(self, held: Flags) -> tuple[tuple[tuple[Lattice, Ints], ...], Flags]:
        """The lattices in which to look for cubes, and which relations these do not keep.

        For a measure whose sums across releases all hold it is that of all releases together.
        """
        whole = {
            source.lattice.measure: number
            for number, source in enumerate(self.sources)
            if source.across and held[self.source == number].all()
        }
        chosen, kept = [], np.zeros(len(self.kind), bool)
        for number, source in enumerate(self.sources):
            if source.release or source.across:
                continue
            kept |= self.source == number
            other = whole.get(source.lattice.measure, number)
            kept |= self.source == other
            chosen.append((self.sources[other].lattice, self.cells[other]))
        return tuple(chosen), ~kept


def join(releases: Sequence[Release]) -> Joined:
    """Puts releases together, the one of now first.

    Cells of two releases are one unknown where point and value are the same: a reader may guess that what
    did not change did not change. Where the value differs they are two.

    A reader also adds up cells of now with cells of before. So the tables of now are completed with the
    latest of what stood in earlier releases only, and the sums of that hold as well as far as they add up.
    """
    sources = [source for release in releases for source in _sources(release)]
    if len(releases) > 1:
        sources += _across(releases)
    cells, first = _unknowns(sources, alone=len(releases) == 1)
    places = tuple(_places(release, sources, cells) for release in releases)
    matrix, kind, source = _matrix(releases, sources, cells, places, len(first))
    return Joined(
        sources=tuple(sources),
        cells=tuple(cells),
        first=first,
        places=places,
        matrix=matrix,
        kind=kind,
        source=source,
    )


def _sources(release: Release) -> list[Source]:
    check_tables(release.tables)
    keys = {(table.name, cell.key): 0 for table in release.tables for cell in table.cells}
    check_refs(keys, refs_of(release.relations))
    check_refs(keys, ((f"hidden in {release.name}", ref) for ref in sorted(release.hidden)))
    found = []
    for lattice in lattices(release.tables):
        shown = np.zeros(lattice.place.size, bool)
        for table in lattice.tables:
            if table.printed:
                seen = [
                    cell.value is not None and (table.name, cell.key) not in release.hidden
                    for cell in table.cells
                ]
                shown[lattice.where[table.name][seen]] = True
        found.append(Source(release=release.name, lattice=lattice, shown=shown))
    return found


def _across(releases: Sequence[Release]) -> list[Source]:
    """The tables of now with what only earlier releases have, for measures where there is such."""
    now, *earlier = releases
    have = {_point(table, cell.key) for table in now.tables for cell in table.cells}
    latest: dict[Point, str] = {}
    for release in earlier:
        for table in release.tables:
            latest.update(
                (_point(table, cell.key), release.name) for cell in table.cells if cell.value is not None
            )
    added = []
    for release in earlier:
        for table in release.tables:
            cells = [
                cell
                for cell in table.cells
                if cell.value is not None
                and (point := _point(table, cell.key)) not in have
                and latest[point] == release.name
            ]
            if cells:
                name = f"{release.name}: {table.name}"
                added.append(
                    Table(
                        name=name,
                        dimensions=table.dimensions,
                        cells=cells,
                        measure=table.measure,
                        printed=False,
                    )
                )
    measures = {table.measure for table in added} & {table.measure for table in now.tables}
    tables = [table for table in (*now.tables, *added) if table.measure in measures]
    return [
        Source(release="", lattice=lattice, shown=np.zeros(lattice.place.size, bool), across=True)
        for lattice in lattices(tables)
    ]


def _point(table: Table, key: Key) -> Point:
    pairs = zip(table.dimensions, key, strict=True)
    return table.measure, frozenset((name, member) for name, member in pairs if member != TOTAL)


def _unknowns(sources: list[Source], *, alone: bool) -> tuple[list[Ints], Ints]:
    """The unknown of each cell of each source, and for each unknown the first cell that is it."""
    sizes = [source.lattice.place.size for source in sources]
    if alone:  # nothing can be the same
        offsets = np.cumsum([0, *sizes])
        return [np.arange(low, high) for low, high in itertools.pairwise(offsets)], np.arange(offsets[-1])
    seen: dict[tuple[object, ...], int] = {}
    first: list[int] = []
    cells = []
    counted = 0
    for source in sources:
        lattice = source.lattice
        numbers = []
        for at, value in enumerate(lattice.value.tolist()):
            # What was not measured is the same only within its release. Sums of floats may differ a little.
            same = source.release if value != value else f"{value:.10g}"
            key = (lattice.measure, lattice.pairs(at), value != value, same)
            if key not in seen:
                seen[key] = len(first)
                first.append(counted + at)
            numbers.append(seen[key])
        counted += lattice.place.size
        cells.append(np.array(numbers, np.int64))
    return cells, np.array(first, np.int64)


def _places(release: Release, sources: list[Source], of_source: list[Ints]) -> dict[Ref, int]:
    found: dict[Ref, int] = {}
    for source, cells in zip(sources, of_source, strict=True):
        if source.release == release.name and not source.across:
            for table in source.lattice.tables:
                numbers = cells[source.lattice.where[table.name]].tolist()
                found.update(
                    ((table.name, cell.key), number)
                    for cell, number in zip(table.cells, numbers, strict=True)
                )
    return found


def _matrix(
    releases: Sequence[Release],
    sources: list[Source],
    of_source: list[Ints],
    places: Sequence[dict[Ref, int]],
    size: int,
) -> tuple[sparse.csr_array, Ints, Ints]:
    """The relations of all sources, then those stated; their kinds; their sources."""
    rows, cells, signs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    kinds: list[int] = []
    of: list[int] = []
    for number, (source, numbers) in enumerate(zip(sources, of_source, strict=True)):
        lattice = source.lattice
        count = len(lattice.heads)
        rows += [lattice.rows + len(kinds), np.arange(count) + len(kinds)]
        cells += [numbers[lattice.parts], numbers[lattice.heads]]
        signs += [np.ones(len(lattice.parts)), -np.ones(count)]
        kinds += [_ACROSS if source.across else _EARLIER if source.release else _OWN] * count
        of += [number] * count
    for release, place in zip(releases, places, strict=True):
        for relation in release.relations:
            rows.append(np.full(len(relation.parts) + 1, len(kinds)))
            cells.append(np.array([place[ref] for ref in (relation.total, *relation.parts)]))
            signs.append(np.array([-1.0] + [1.0] * len(relation.parts)))
            kinds.append(_STATED)
            of.append(-1)
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(cells)))
    matrix = sparse.csr_array(entries, shape=(len(kinds), size))
    return matrix, np.array(kinds, np.int64), np.array(of, np.int64)


def difference(joined: Joined, releases: Sequence[Release], row: int, total: float, parts: float) -> Problem:
    """The sentence for a relation that does not hold."""
    numbers = {"total": total, "parts": parts, "difference": total - parts}
    number = int(joined.source[row])
    if number < 0:
        before = int((joined.source[:row] < 0).sum())
        stated = [relation for release in releases for relation in release.relations][before]
        table, key = stated.total
        params = {"relation": f"relation {stated.name}", "table": table, "key": key, "over": (), **numbers}
        return Problem(code="does_not_add_up", params=params)
    lattice = joined.sources[number].lattice
    row -= int(np.flatnonzero(joined.source == number)[0])
    head = int(lattice.heads[row])
    part = int(lattice.parts[np.flatnonzero(lattice.rows == row)[0]])
    over = int(lattice.level[part]) & ~int(lattice.level[head])
    table, key = lattice.name(head)
    names = tuple(name for at, name in enumerate(lattice.dimensions) if over >> at & 1)
    relation = f"table {table}, cell {key}, over {', '.join(names)}"
    params = {"relation": relation, "table": table, "key": key, "over": names, **numbers}
    return Problem(code="does_not_add_up", params=params)
