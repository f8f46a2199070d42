"""The cells of one measure over all tables of a release, and the sums that bind them.

Every cell is a point of a grid: for each dimension the number of its member, 0 for the total. Which
dimensions are not 0 is the cell's *level*. Tables that share cells share points, so linked tables need no
further care: all sums between levels hold, also those between a cell of one table and cells of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Flags, Floats, Ints
from .checking import raise_if
from .values import TOTAL, Key, Problem, Ref, Table

__all__ = ["Lattice", "lattices"]

Cells = tuple[Ints, Floats, Floats, Flags, Flags]  # place, value, count, printed, sensitive


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lattice:
    """All cells of one measure in one release.

    Attributes
    ----------
    members : for each dimension its members, the total first
    codes : (cells, dimensions); 0 is the total
    place : (cells,) position in the full grid, increasing
    level : (cells,) bit d is set where the cell has a member of dimension d
    levels : all levels, finest first, closed under intersection
    value, count : (cells,) the number and the units behind it; nan where not known
    printed : with a number in a printed table; sensitive : as the tables say
    totals, parts : one entry for each (relation, part): the row of the relation and the cell
    heads : for each relation the cell that is the total
    where : the cells of each table, in its order
    """

    measure: str
    dimensions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    strides: Ints
    codes: Ints
    place: Ints
    level: Ints
    levels: tuple[int, ...]
    value: Floats
    count: Floats
    printed: Flags
    sensitive: Flags
    heads: Ints
    rows: Ints
    parts: Ints
    where: dict[str, Ints]
    tables: tuple[Table, ...]

    def name(self, cell: int) -> Ref:
        """Table and key by which to speak of a cell, also of one that stands in no table."""
        codes = self.codes[cell]
        used = {name for name, code in zip(self.dimensions, codes, strict=True) if code}
        table = next(table for table in self.tables if used <= set(table.dimensions))
        return table.name, self._key(table, codes)

    def pairs(self, cell: int) -> tuple[tuple[str, str], ...]:
        """The (dimension, member) pairs that make the cell what it is."""
        codes = self.codes[cell].tolist()
        return tuple(
            (name, self.members[at][code])
            for at, (name, code) in enumerate(zip(self.dimensions, codes, strict=True))
            if code
        )

    def summed(self) -> Ints:
        """(cells,) over how many dimensions each cell is a total; those no table sums over do not count."""
        ever = np.bitwise_and.reduce(np.array(self.levels, np.int64))
        bound = [at for at in range(len(self.dimensions)) if not ever >> at & 1]
        order: Ints = (self.codes[:, bound] == 0).sum(axis=1)
        return order

    def _key(self, table: Table, codes: Ints) -> Key:
        member = {name: self.members[at][codes[at]] for at, name in enumerate(self.dimensions)}
        return tuple(member.get(name, TOTAL) for name in table.dimensions)


def lattices(tables: Sequence[Table]) -> list[Lattice]:
    """One lattice for each measure, in the order of their names."""
    measures = sorted({table.measure for table in tables})
    return [
        _lattice(measure, [table for table in tables if table.measure == measure]) for measure in measures
    ]


def _lattice(measure: str, tables: list[Table]) -> Lattice:
    dimensions = tuple(sorted({name for table in tables for name in table.dimensions}))
    columns = {table.name: list(zip(*(cell.key for cell in table.cells), strict=True)) for table in tables}
    members = _members(dimensions, tables, columns)
    sizes = [len(one) for one in members]
    strides = np.cumprod([1, *sizes[:0:-1]], dtype=np.int64)[::-1] if sizes else np.zeros(0, np.int64)
    places = _places(dimensions, members, strides, tables, columns)
    merged = _merge(tables, places)
    levels = _closed(set(_level(merged[0], strides, sizes).tolist()))
    layers = _layers(merged, levels, strides, sizes)
    joined = [np.concatenate(arrays) for arrays in zip(*layers.values(), strict=True)]
    place, value, count, printed, sensitive = (array[np.argsort(joined[0])] for array in joined)
    codes = _codes(place, strides, sizes)
    heads, rows, parts = _relations(place, layers, levels, strides, sizes)
    return Lattice(
        measure=measure,
        dimensions=dimensions,
        members=members,
        strides=strides,
        codes=codes,
        place=place,
        level=((codes > 0) << np.arange(len(sizes))).sum(axis=1),
        levels=levels,
        value=value,
        count=count,
        printed=printed,
        sensitive=sensitive,
        heads=heads,
        rows=rows,
        parts=parts,
        where={table.name: np.searchsorted(place, places[table.name]) for table in tables},
        tables=tuple(sorted(tables, key=lambda table: table.name)),
    )


def _members(
    dimensions: tuple[str, ...], tables: list[Table], columns: dict[str, list[tuple[str, ...]]]
) -> tuple[tuple[str, ...], ...]:
    """For each dimension its members in sorted order behind the total: the order of cells must not matter."""
    found: dict[str, set[str]] = {name: set() for name in dimensions}
    for table in tables:
        for name, column in zip(table.dimensions, columns[table.name], strict=True):
            found[name].update(column)
    return tuple((TOTAL, *sorted(found[name] - {TOTAL})) for name in dimensions)


def _places(
    dimensions: tuple[str, ...],
    members: tuple[tuple[str, ...], ...],
    strides: Ints,
    tables: list[Table],
    columns: dict[str, list[tuple[str, ...]]],
) -> dict[str, Ints]:
    """The position in the grid of each cell of each table."""
    numbers = [{member: code for code, member in enumerate(one)} for one in members]
    places = {}
    for table in tables:
        place = np.zeros(len(table.cells), np.int64)
        for name, column in zip(table.dimensions, columns[table.name], strict=True):
            at = dimensions.index(name)
            number = numbers[at]
            place += strides[at] * np.array([number[member] for member in column], np.int64)
        places[table.name] = place
    return places


def _merge(tables: list[Table], places: dict[str, Ints]) -> Cells:
    """One cell for each point; two tables that give it different values are refused."""
    cells = [cell for table in tables for cell in table.cells]
    value = np.array([np.nan if cell.value is None else float(cell.value) for cell in cells])
    count = np.array([np.nan if cell.n is None else float(cell.n) for cell in cells])
    printed = np.repeat([table.printed for table in tables], [len(table.cells) for table in tables])
    printed &= ~np.isnan(value)
    sensitive = np.array([cell.sensitive for cell in cells], bool)
    place, cell_of = np.unique(np.concatenate([places[table.name] for table in tables]), return_inverse=True)
    size = len(place)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    has = ~np.isnan(value)
    np.minimum.at(low, cell_of[has], value[has])
    np.maximum.at(high, cell_of[has], value[has])
    differ = high - low > _room(high)
    if differ.any():
        raise_if(list(_conflicts(tables, value, cell_of, differ)))
    # The smaller number of units where tables disagree: protecting more is the safe error.
    units = np.full(size, np.inf)
    np.minimum.at(units, cell_of[~np.isnan(count)], count[~np.isnan(count)])
    value = np.where(np.isinf(low), np.nan, low)
    return (
        place,
        value,
        np.where(np.isinf(units), np.nan, units),
        np.bincount(cell_of, printed, size) > 0,
        np.bincount(cell_of, sensitive, size) > 0,
    )


def _room(value: Floats) -> Floats:
    """How far a sum of floats may be off without being wrong."""
    return 1e-9 * np.maximum(1.0, np.abs(value))


def _conflicts(tables: list[Table], value: Floats, cell_of: Ints, differ: Flags) -> Iterator[Problem]:
    owners = [(table.name, cell) for table in tables for cell in table.cells]
    first: dict[int, int] = {}
    for at in np.flatnonzero(differ[cell_of] & ~np.isnan(value)):
        other = first.setdefault(int(cell_of[at]), int(at))
        if abs(value[at] - value[other]) > _room(value[other]):
            table, cell = owners[at]
            yield Problem(
                code="conflict",
                params={
                    "table": table,
                    "key": cell.key,
                    "value": cell.value,
                    "other": owners[other][1].value,
                    "other_table": owners[other][0],
                },
            )


def _codes(place: Ints, strides: Ints, sizes: list[int]) -> Ints:
    return (place[:, None] // strides[None, :]) % np.array(sizes, np.int64)[None, :]


def _level(place: Ints, strides: Ints, sizes: list[int]) -> Ints:
    level: Ints = ((_codes(place, strides, sizes) > 0) << np.arange(len(sizes))).sum(axis=1)
    return level


def _closed(found: set[int]) -> tuple[int, ...]:
    """The levels and all their intersections, finest first.

    Two tables that share only a dimension give the same totals over it, printed or not: a reader can
    equate the sums. The intersection makes that total a cell.
    """
    while True:
        more = {a & b for a in found for b in found} - found
        if not more:
            return tuple(sorted(found, key=lambda level: (-level.bit_count(), level)))
        found |= more


def _finer(level: int, levels: Sequence[int]) -> list[int]:
    """The levels just above: finer than this one, with none between."""
    above = [other for other in levels if other != level and other & level == level]
    return [other for other in above if not any(mid != other and mid & other == mid for mid in above)]


def _project(place: Ints, dropped: int, strides: Ints, sizes: list[int]) -> Ints:
    """Positions with some dimensions (bits) set to their total."""
    for at, (stride, size) in enumerate(zip(strides, sizes, strict=True)):
        if dropped >> at & 1:
            place = place - place // stride % size * stride
    return place


def _layers(cells: Cells, levels: tuple[int, ...], strides: Ints, sizes: list[int]) -> dict[int, Cells]:
    """The cells of each level, with the totals that no table gives.

    Numbers and units not given become the sum of the parts.
    """
    level = _level(cells[0], strides, sizes)
    layers: dict[int, Cells] = {}
    for one in levels:  # finest first, so that the parts are complete
        own = tuple(array[level == one] for array in cells)
        finer = _finer(one, levels)
        to = [_project(layers[other][0], other & ~one, strides, sizes) for other in finer]
        new = _without(np.concatenate([own[0][:0], *to]), own[0])
        order = np.argsort(np.concatenate([own[0], new]), kind="stable")
        fill = (new, np.full(len(new), np.nan), np.full(len(new), np.nan), *[np.zeros(len(new), bool)] * 2)
        place, value, count, printed, sensitive = (
            np.concatenate([array, more])[order] for array, more in zip(own, fill, strict=True)
        )
        for other, head in zip(finer, to, strict=True):
            at = np.searchsorted(place, head)
            has = np.bincount(at, minlength=len(place)) > 0
            for numbers, parts in ((value, layers[other][1]), (count, layers[other][2])):
                total = np.bincount(at, parts, len(place))
                numbers[:] = np.where(np.isnan(numbers) & has, total, numbers)
        layers[one] = place, value, np.where(np.isnan(count), value, count), printed, sensitive
    return layers


def _without(array: Ints, other: Ints) -> Ints:
    """What is in the first and not in the second, sorted, each once; the second is sorted."""
    array = np.sort(array)
    array = array[np.append(np.ones(min(len(array), 1), bool), array[1:] != array[:-1])]
    at = np.searchsorted(other, array)
    left: Ints = array[np.append(other, -1)[at] != array]
    return left


def _relations(
    place: Ints, layers: dict[int, Cells], levels: tuple[int, ...], strides: Ints, sizes: list[int]
) -> tuple[Ints, Ints, Ints]:
    """Every sum between a level and the levels just above it.

    Returns the total of each relation, and for each part the number of its relation and its cell.
    """
    heads, rows, parts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    made = 0
    for one in levels:
        totals = np.searchsorted(place, layers[one][0])
        for finer in _finer(one, levels):
            head = np.searchsorted(layers[one][0], _project(layers[finer][0], finer & ~one, strides, sizes))
            used = np.bincount(head, minlength=len(totals)) > 0
            heads.append(totals[used])
            rows.append((np.cumsum(used) - 1)[head] + made)
            parts.append(np.searchsorted(place, layers[finer][0]))
            made += int(used.sum())
    return np.concatenate(heads), np.concatenate(rows), np.concatenate(parts)
