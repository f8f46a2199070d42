"""All cells of all tables as the unknowns of one linear system, as a reader sees them.

A relation is a row of ``A`` with 1 at its parts and -1 at its total, so ``A x = 0`` for the true cells x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .arrays import Flags, Floats, Ints
from .checking import check_releases, check_rule, raise_if
from .completing import complete, holds
from .joining import Joined, Source, difference, join
from .lattice import Lattice
from .values import Ref, Relation, Release, Rule, Table

__all__ = ["System", "build"]


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
    lattices : those in which to look for cubes, each with the numbers of its cells
    places : the cell of each table and key of the tables to be published now
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


def build(
    tables: Sequence[Table],
    *,
    rule: Rule,
    relations: Sequence[Relation] = (),
    published: Sequence[Release] = (),
) -> System:
    """The system of the tables to be published, together with all that has been published (see `join`).

    Raises
    ------
    SuppressionError
        Input that cannot be used; see `values`.
    """
    check_rule(rule)
    check_releases([release.name for release in published])
    releases = [Release(name="", tables=tables, relations=relations), *published]
    joined = join(releases)
    value = np.concatenate([source.lattice.value for source in joined.sources])[joined.first]
    hard = np.flatnonzero(joined.hard)
    value, closed, wrong = complete(joined.matrix[hard], value)
    raise_if([difference(joined, releases, int(hard[row]), *sums) for row, sums in wrong.items()])
    held = joined.hard | holds(joined.matrix, value)
    chosen, foreign = joined.lattices(held)
    rows = _different(joined.matrix, np.flatnonzero(held), foreign) if published else hard
    flags = _flags(joined, len(value))
    known = flags["before"] | closed
    need = _needs(joined, value, rule)
    need[known & ~flags["now"]] = 0.0
    return System(
        value=value,
        need=need,
        known=known,
        candidate=flags["printed"] & ~known,
        matrix=joined.matrix[rows],
        foreign=foreign[rows],
        lattices=chosen,
        places=joined.places[0],
        sources=joined.sources,
        first=joined.first,
    )


def _different(matrix: sparse.csr_array, rows: Ints, foreign: Flags) -> Ints:
    """Some relations without repetitions; of equal ones the one that is not foreign."""
    rows = rows[np.argsort(foreign[rows], kind="stable")]
    salt = np.random.default_rng(20260401).integers(-(2**62), 2**62, matrix.shape[1])
    return rows[np.sort(np.unique(matrix[rows].astype(np.int64) @ salt, return_index=True)[1])]


def _flags(joined: Joined, size: int) -> dict[str, Flags]:
    """Which cells are printed now, stand in the tables of now, and have been shown before."""
    flags = {name: np.zeros(size, bool) for name in ("printed", "now", "before")}
    for source, cells in zip(joined.sources, joined.cells, strict=True):
        if source.release:
            flags["before"][cells[source.shown]] = True
        elif not source.across:
            flags["printed"][cells[source.lattice.printed]] = True
            flags["now"][cells] = True
    return flags


def _needs(joined: Joined, value: Floats, rule: Rule) -> Floats:
    """The width each cell's interval needs: more than 0 for the cells that the rule calls small."""
    count, sensitive = np.full(len(value), np.inf), np.zeros(len(value), bool)
    for source, cells in zip(joined.sources, joined.cells, strict=True):
        counted = ~np.isnan(source.lattice.count)
        np.minimum.at(count, cells[counted], source.lattice.count[counted])
        sensitive[cells[source.lattice.sensitive]] = True
    small = (count < rule.threshold) & ~((count == 0) & rule.zero_is_safe) | sensitive
    width = rule.threshold if rule.width is None else rule.width
    return np.where(small, np.maximum(width, rule.relative * value), 0.0)
