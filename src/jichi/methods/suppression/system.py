"""All cells of all tables as the unknowns of one linear system, as a reader sees them.

A relation is a row of ``A`` with 1 at its parts and -1 at its total, so ``A x = 0`` for the true cells x.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .checking import check_refs, check_releases, check_rule, check_tables, raise_if, refs_of
from .lattice import Flags, Floats, Ints, Lattice, lattices
from .values import Problem, Ref, Relation, Release, Rule, Table

__all__ = ["Source", "System", "build"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """Cells (each once, in whatever tables it stands) and the relations between them.

    Attributes
    ----------
    value : (cells,) the true number
    need : (cells,) width asked of the cell's interval; 0 where it needs no protection
    known : (cells,) readers have it, whatever is hidden now
    candidate : (cells,) would be printed now, so it can be hidden
    matrix : (relations, cells) sparse
    foreign : (relations,) not a sum within `lattices`
    lattices : those of the tables to be published now, each with the numbers of its cells
    places : the cell of each table and key of the tables to be published now
    names : table and key by which to speak of each cell
    """

    value: Floats
    need: Floats
    known: Flags
    candidate: Flags
    matrix: sparse.csr_array
    foreign: Flags
    lattices: tuple[tuple[Lattice, Ints], ...]
    places: dict[Ref, int]
    sources: tuple[Source, ...]
    first: Ints

    def home(self, cell: int) -> tuple[str, Ref]:
        """The release (that of now has no name) and the table and key by which to speak of a cell."""
        at = int(self.first[cell])
        for source in self.sources:
            if at < source.lattice.place.size:
                return source.release, source.lattice.name(at)
            at -= source.lattice.place.size
        raise IndexError(cell)

    def name(self, cell: int) -> Ref:
        """Table and key of a cell; a cell of an earlier release alone has that release before its table."""
        release, (table, key) = self.home(cell)
        return (f"{release}: {table}" if release else table), key


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One measure of one release; the release now to be published has no name."""

    release: str
    lattice: Lattice
    shown: Flags


def build(
    tables: Sequence[Table],
    *,
    rule: Rule,
    relations: Sequence[Relation] = (),
    published: Sequence[Release] = (),
) -> System:
    """The system of the tables to be published, together with all that has been published.

    Cells of two releases are one unknown where point and value are the same: a reader may guess that what
    did not change did not change. Where the value differs they are two.

    Raises
    ------
    SuppressionError
        Input that cannot be used; see `values`.
    """
    check_rule(rule)
    check_releases([release.name for release in published])
    now = Release(name="", tables=tables, relations=relations)
    releases = [now, *published]
    sources = [source for release in releases for source in _sources(release)]
    cell, first = _unknowns(sources) if published else _plain(sources)
    size = len(first)
    offsets = np.cumsum([0, *(source.lattice.place.size for source in sources)])
    of_source = [cell[low:high] for low, high in itertools.pairwise(offsets)]
    current = [number for number, source in enumerate(sources) if not source.release]
    places = [_places(release, sources, of_source) for release in releases]
    matrix, origin, own = _matrix(releases, sources, of_source, places, size)
    value = np.concatenate([source.lattice.value for source in sources])[first]
    value, closed, wrong = complete(matrix, value)
    raise_if([_difference(releases, sources, int(origin[row]), *sums) for row, sums in wrong.items()])
    flags = _flags(sources, of_source, size)
    known = flags["before"] | closed
    need = _needs(sources, of_source, value, rule)
    need[known & ~flags["now"]] = 0.0
    return System(
        value=value,
        need=need,
        known=known,
        candidate=flags["printed"] & ~known,
        matrix=matrix,
        foreign=origin >= own,
        lattices=tuple((sources[number].lattice, of_source[number]) for number in current),
        places=places[0],
        sources=tuple(sources),
        first=first,
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


def _plain(sources: list[Source]) -> tuple[Ints, Ints]:
    size = sum(source.lattice.place.size for source in sources)
    return np.arange(size), np.arange(size)


def _unknowns(sources: list[Source]) -> tuple[Ints, Ints]:
    """The unknown of each cell of each source, and for each unknown the first cell that is it."""
    seen: dict[tuple[object, ...], int] = {}
    cell = []
    first: list[int] = []
    for number, source in enumerate(sources):
        lattice = source.lattice
        for at, value in enumerate(lattice.value.tolist()):
            pairs = lattice.pairs(at)
            alone = (number, at) if value != value else ()  # a cell not measured is like no other
            key = (lattice.measure, pairs, value if not alone else None, alone)
            if key not in seen:
                seen[key] = len(first)
                first.append(len(cell))
            cell.append(seen[key])
    return np.array(cell, np.int64), np.array(first, np.int64)


def _places(release: Release, sources: list[Source], of_source: list[Ints]) -> dict[Ref, int]:
    found: dict[Ref, int] = {}
    for source, cells in zip(sources, of_source, strict=True):
        if source.release == release.name:
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
    places: list[dict[Ref, int]],
    size: int,
) -> tuple[sparse.csr_array, Ints, int]:
    """The relations of all sources, then those stated, without repetitions.

    Returns also the number of each relation before repetitions were left out, and how many of these are
    sums of the tables of now.
    """
    rows, cells, signs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    made, own = 0, 0
    for source, numbers in zip(sources, of_source, strict=True):
        lattice = source.lattice
        count = len(lattice.heads)
        rows += [lattice.rows + made, np.arange(count) + made]
        cells += [numbers[lattice.parts], numbers[lattice.heads]]
        signs += [np.ones(len(lattice.parts)), -np.ones(count)]
        made += count
        own = made if not source.release else own
    for release, place in zip(releases, places, strict=True):
        for relation in release.relations:
            rows.append(np.full(len(relation.parts) + 1, made))
            cells.append(np.array([place[ref] for ref in (relation.total, *relation.parts)]))
            signs.append(np.array([-1.0] + [1.0] * len(relation.parts)))
            made += 1
    entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(cells)))
    matrix = sparse.csr_array(entries, shape=(made, size))
    origin = np.arange(made)
    if made > own:  # what an earlier release says again adds nothing
        salt = np.random.default_rng(20260401).integers(-(2**62), 2**62, size)
        origin = np.sort(np.unique(matrix.astype(np.int64) @ salt, return_index=True)[1])
        matrix = matrix[origin]
    return matrix, origin, own


def _difference(
    releases: Sequence[Release], sources: list[Source], row: int, total: float, parts: float
) -> Problem:
    """The sentence for a relation that does not hold."""
    numbers = {"total": total, "parts": parts, "difference": total - parts}
    for source in sources:
        lattice = source.lattice
        if row < len(lattice.heads):
            head = int(lattice.heads[row])
            part = int(lattice.parts[np.flatnonzero(lattice.rows == row)[0]])
            over = int(lattice.level[part]) & ~int(lattice.level[head])
            table, key = lattice.name(head)
            names = [name for at, name in enumerate(lattice.dimensions) if over >> at & 1]
            relation = f"table {table}, cell {key}, over {', '.join(names)}"
            params = {"relation": relation, "table": table, "key": key, "over": tuple(names), **numbers}
            return Problem(code="does_not_add_up", params=params)
        row -= len(lattice.heads)
    stated = [relation for release in releases for relation in release.relations][row]
    table, key = stated.total
    params = {"relation": f"relation {stated.name}", "table": table, "key": key, "over": (), **numbers}
    return Problem(code="does_not_add_up", params=params)


def _flags(sources: list[Source], of_source: list[Ints], size: int) -> dict[str, Flags]:
    """Which unknowns are printed now, stand in the tables of now, and have been shown before."""
    flags = {name: np.zeros(size, bool) for name in ("printed", "now", "before")}
    for source, cells in zip(sources, of_source, strict=True):
        if source.release:
            flags["before"][cells[source.shown]] = True
        else:
            flags["printed"][cells[source.lattice.printed]] = True
            flags["now"][cells] = True
    return flags


def _needs(sources: list[Source], of_source: list[Ints], value: Floats, rule: Rule) -> Floats:
    """The width each cell's interval needs: more than 0 for the cells that the rule calls small."""
    count, sensitive = np.full(len(value), np.inf), np.zeros(len(value), bool)
    for source, cells in zip(sources, of_source, strict=True):
        counted = ~np.isnan(source.lattice.count)
        np.minimum.at(count, cells[counted], source.lattice.count[counted])
        sensitive[cells[source.lattice.sensitive]] = True
    small = (count < rule.threshold) & ~((count == 0) & rule.zero_is_safe) | sensitive
    width = rule.threshold if rule.width is None else rule.width
    return np.where(small, np.maximum(width, rule.relative * value), 0.0)


def complete(matrix: sparse.csr_array, value: Floats) -> tuple[Floats, Flags, dict[int, tuple[float, float]]]:
    """Checks that the relations hold, and finds numbers for what was not measured.

    Where a total is the sum of what was measured, it counts only that: what is missing adds nothing and
    readers know it (``closed``). Elsewhere the missing cells share the rest.

    Returns
    -------
    value, closed, wrong
        Numbers without nan; which cells are closed; for each relation that fails its total and its parts.
    """
    value, closed = value.copy(), np.zeros(len(value), bool)
    while True:
        known = ~np.isnan(value)
        filled = np.where(known, value, 0.0)
        rest = -(matrix @ filled)  # total - parts, of what is known
        room = 1e-9 * np.maximum(1.0, abs(matrix) @ filled)
        parts_open = (matrix > 0) @ (~known).astype(np.int64)
        total_open = (matrix < 0) @ (~known).astype(np.int64)
        bad = (total_open == 0) & np.where(parts_open == 0, np.abs(rest) > room, rest < -room)
        if bad.any() or known.all():
            return value, closed, _sums(matrix, filled, np.flatnonzero(bad))
        spent = (total_open == 0) & (parts_open > 0) & (rest <= room)
        nothing = ~known & ((matrix[spent] != 0).sum(axis=0) > 0)
        if nothing.any():
            value[nothing], closed = 0.0, closed | nothing
            continue
        single = np.flatnonzero(parts_open + total_open == 1)
        if not len(single):
            return _shared(matrix, value, closed)
        for row in single:
            cell = next(
                cell
                for cell in matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
                if not known[cell]
            )
            value[cell] = abs(rest[row])


def _sums(matrix: sparse.csr_array, value: Floats, rows: Ints) -> dict[int, tuple[float, float]]:
    found = {}
    for row in rows:
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = matrix.data[span] * value[matrix.indices[span]]
        found[int(row)] = (float(-terms[terms < 0].sum()), float(terms[terms > 0].sum()))
    return found


def _shared(
    matrix: sparse.csr_array, value: Floats, closed: Flags
) -> tuple[Floats, Flags, dict[int, tuple[float, float]]]:
    """Any non-negative numbers for the missing cells that agree with all relations."""
    missing = np.isnan(value)
    filled = np.where(missing, 0.0, value)
    open_matrix = matrix[:, missing]
    rows = np.flatnonzero(np.diff(open_matrix.indptr))
    rest = -(matrix @ filled)[rows]
    answer = linprog(np.zeros(int(missing.sum())), A_eq=open_matrix[rows], b_eq=rest, method="highs")
    if answer.status != 0:
        return filled, closed, _sums(matrix, filled, rows[np.argmax(np.abs(rest))][None])
    filled[missing] = np.maximum(answer.x, 0.0)
    return filled, closed, {}
