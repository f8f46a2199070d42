"""Protects blocks of one shape side by side, with cubes (see `moves`).

Whether a cell is wide enough is shown by two tables that agree with all that is shown: one in which the
cell is large, one in which it is small. Each is reached from the true table by cubes of hidden cells, one
after another, each taken as far as the cells allow. What lies between the two is possible as well, since
the tables that agree are a convex set.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Flags, Floats, Ints
from .blocks import Blocks
from .moves import Moves

__all__ = ["Board", "Evidence", "Pushed", "Witness"]

# Corners in one array: what is done at once is bounded, so that memory is.
_AT_ONCE = 2_000_000
NEVER = 2**29  # a cost from here on: the cube cannot be used
_NONE = np.zeros(0, np.int64)
_NO_STEP = np.zeros(0)
ENOUGH = 1 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pushed:
    """Tables reached from the true one by pushing one cell of each up, or down.

    Attributes
    ----------
    table : (cells, size + 1) the block of the cell; the last column is no cell
    gained : (cells,) how far the cell has come
    owner, row, cube, step : what other blocks did for it: block `row` moved by `step` along `cube`
    """

    table: Floats
    gained: Floats
    owner: Ints
    row: Ints
    cube: Ints
    step: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Witness:
    """For some cells the tables in which each is largest and smallest."""

    up: Pushed
    down: Pushed

    @property
    def width(self) -> Floats:
        """The distance between the two, for each cell."""
        return self.up.gained + self.down.gained


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """Tables that agree with all that is shown, as changes of the true cells of the system."""

    table: Ints
    cell: Ints
    change: Floats
    tables: int


class Board:
    """The state of blocks of one shape while they are being protected.

    Parameters
    ----------
    blocks : Blocks
    value, need : (cells of the system,)
    weight : (cells of the system,) whole numbers over 0
    hidden : (cells of the system,) hidden so far, or never printed
    fixed : (cells of the system,) known to readers, or bound by relations that cubes do not keep

    Attributes
    ----------
    cost : (blocks, cubes + 1) weight still to be hidden before a cube can be used
    rise, fall : (blocks, cubes + 1) how far the true table can be moved along a cube and against it
    """

    def __init__(
        self, blocks: Blocks, *, value: Floats, need: Floats, weight: Ints, hidden: Flags, fixed: Flags
    ) -> None:
        self.moves: Moves = blocks.moves
        self.cells = blocks.cells
        none = blocks.cells < 0
        self.fixed = np.where(none, blocks.frozen, fixed[blocks.cells])
        self.value = _padded(
            np.where(none, np.where(blocks.frozen, 0.0, np.inf), value[blocks.cells]), np.inf
        )
        self.need = np.where(none, 0.0, need[blocks.cells])
        self.weight = np.where(none, 0, weight[blocks.cells]).astype(np.int32)
        self.hidden = np.where(none, ~blocks.frozen, hidden[blocks.cells] & ~self.fixed)
        self.before = self.hidden.copy()
        price, fixed = _padded(self.weight * ~self.hidden, 0), _padded(self.fixed, False)
        corners = self.moves.cells.T
        self.cost = np.zeros((len(self.cells), self.moves.count + 1), np.int32)
        for corner in corners:
            self.cost += price[:, corner]
        for corner in corners:
            self.cost[fixed[:, corner]] = 2 * NEVER
        self.cost[:, -1] = 2 * NEVER
        self.rise = _least(self.value, np.where(self.moves.signs < 0, self.moves.cells, self.moves.size))
        self.fall = _least(self.value, np.where(self.moves.signs > 0, self.moves.cells, self.moves.size))

    def widen(self, row: Ints, cell: Ints, need: Floats) -> Witness:
        """How far each cell can be moved, up and then down, until it is as wide as it needs."""
        cubes = self.moves.through[cell]
        owner, rank = np.nonzero(self.cost[row[:, None], cubes] == 0)
        cubes, signs = cubes[owner, rank], self.moves.sign_at[cell[owner], rank]
        up = self.push(row, owner, cubes, signs, need)
        return Witness(up=up, down=self.push(row, owner, cubes, -signs, need - up.gained))

    def push(self, row: Ints, owner: Ints, cubes: Ints, signs: Ints, want: Floats) -> Pushed:
        """Applies the usable cube with the longest step, again and again, until nothing is wanted.

        ``owner`` says for each usable cube to which entry of `row` it belongs; it never falls.
        """
        table, gained = self.value[row], np.zeros(len(row))
        reach = np.where(signs > 0, self.rise[row[owner], cubes], self.fall[row[owner], cubes])
        while True:
            more = (reach > 0) & (gained[owner] < want[owner])
            owner, cubes, signs, reach = owner[more], cubes[more], signs[more], reach[more]
            if not len(owner):
                return Pushed(table=table, gained=gained, owner=_NONE, row=_NONE, cube=_NONE, step=_NO_STEP)
            best = first_largest(owner, reach)
            at = owner[best]
            step = np.minimum(reach[best], want[at] - gained[at])
            self.apply(table, at, cubes[best], step * signs[best])
            gained[at] += step
            reach = self.reach(table, owner, cubes, signs)

    def apply(self, table: Floats, at: Ints, cube: Ints, step: Floats) -> None:
        """Moves rows of a table along cubes; each row once."""
        table[at[:, None], self.moves.cells[cube]] += step[:, None] * self.moves.signs[cube]

    def reach(self, table: Floats, at: Ints, cubes: Ints, signs: Ints) -> Floats:
        """How far rows of a table can be moved along cubes (or, where the sign is -1, against them)."""
        falls = self.moves.signs[cubes] * signs[:, None] < 0
        held = np.where(falls, table[at[:, None], self.moves.cells[cubes]], np.inf)
        least: Floats = held.min(axis=1, initial=np.inf)
        return least

    def cheapest(self, row: Ints, cell: Ints, need: Floats) -> tuple[Flags, Ints]:
        """The cube that is worth most for the weight to be hidden; whether there is one, and which.

        A cube widens the true table by ``rise + fall``, of which no more counts than is needed; least is
        cost / width^2, so that one wide cube is preferred to several narrow ones.
        """
        cubes = self.moves.through[cell]
        at = row[:, None], cubes
        cost, width = self.cost[at], np.minimum(self.rise[at] + self.fall[at], need[:, None])
        fine = (cost > 0) & (cost < NEVER) & (width > 0)
        score = np.where(fine, cost / np.where(fine, width, 1.0) ** 2, np.inf)
        best = np.argmin(score, axis=1)
        each = np.arange(len(row))
        return fine[each, best], cubes[each, best]

    def hide(self, row: Ints, cube: Ints) -> tuple[Ints, Ints]:
        """Hides the cells of cubes in blocks; returns which cells of which blocks are new."""
        cells = self.moves.cells[cube]
        at, corner = np.nonzero(cells < self.moves.size)
        row, cell = row[at], cells[at, corner].astype(np.int64)
        new = np.sort((row * self.moves.size + cell)[~self.hidden[row, cell]])
        new = new[np.flatnonzero(np.diff(new, prepend=-1))]
        row, cell = new // self.moves.size, new % self.moves.size
        self._set(row, cell, True)
        return row, cell

    def _set(self, row: Ints, cell: Ints, hidden: bool) -> None:
        """Hides or shows cells; each (block, cell) once."""
        self.hidden[row, cell] = hidden
        price = self.weight[row, cell] * (-1 if hidden else 1)
        np.add.at(self.cost, (row[:, None], self.moves.through[cell]), price[:, None])
        self.cost[:, -1] = 2 * NEVER

    def protect(self) -> None:
        """Hides what is needed, cell after cell; in all blocks at the same time."""
        row, cell = in_order(self.need > 0, -self.need, -self.value[:, :-1])
        low, high = self.value.copy(), self.value.copy()  # what the tables found so far show of all cells
        while True:
            need = self.need[row, cell]
            short = high[row, cell] - low[row, cell] < need * ENOUGH
            row, cell, need = row[short], cell[short], need[short]
            now = np.flatnonzero(np.diff(row, prepend=-1))
            if not len(now):
                return
            found = self.widen(row[now], cell[now], need[now])
            self._learn(row[now], found, low, high)
            narrow = found.width < need[now] * ENOUGH
            now = now[narrow]
            hopeless = now[~self.buy(row[now], cell[now], need[now])]
            row, cell = np.delete(row, hopeless), np.delete(cell, hopeless)

    def buy(self, row: Ints, cell: Ints, need: Floats) -> Flags:
        """Hides for each cell what is worth most; False where nothing can help."""
        fine, cube = self.cheapest(row, cell, need)
        self.hide(row[fine], cube[fine])
        return fine

    def _learn(self, row: Ints, found: Witness, low: Floats, high: Floats) -> None:
        """What the tables show of all cells; the rows are all different."""
        for pushed in (found.up, found.down):
            low[row] = np.minimum(low[row], pushed.table)
            high[row] = np.maximum(high[row], pushed.table)
            where = pushed.row[:, None], self.moves.cells[pushed.cube]
            other = self.value[where] + pushed.step[:, None] * self.moves.signs[pushed.cube]
            np.minimum.at(low, where, other)
            np.maximum.at(high, where, other)

    def release(self) -> None:
        """Shows again what turns out not to be needed, the weightiest first; in all blocks at the same time.

        A cell is needed if without it some cell in need is too narrow. Only those whose tables differ from
        the true one at the cell are looked at again.
        """
        row, cell = np.nonzero(self.need > 0)
        need = self.need[row, cell]
        moved, width = self._moved(row, cell, need)
        need = np.minimum(need, width)  # what cannot be had is not lost
        wanted = np.full(len(self.cells), -1)
        for of, candidate in _turns(*in_order(self.hidden & ~self.before & (self.weight > 0), -self.weight)):
            wanted[:] = -1
            wanted[of] = candidate
            looked = np.flatnonzero((wanted[row] >= 0) & moved[np.arange(len(row)), wanted[row]])
            self._set(of, candidate, False)
            again, width = self._moved(row[looked], cell[looked], need[looked])
            narrow = width < need[looked] * ENOUGH
            failed = np.zeros(len(self.cells), bool)
            failed[row[looked[narrow]]] = True
            self._set(of[failed[of]], candidate[failed[of]], True)
            kept = ~failed[row[looked]]
            moved[looked[kept]] = again[kept]

    def _moved(self, row: Ints, cell: Ints, need: Floats) -> tuple[Flags, Floats]:
        """For each cell in need the cells at which its tables differ from the true one, and its width."""
        moved, width = np.zeros((len(row), self.moves.size), bool), np.zeros(len(row))
        for part in self.portions(len(row)):
            found = self.widen(row[part], cell[part], need[part])
            true = self.value[row[part]]
            moved[part] = ((found.up.table != true) | (found.down.table != true))[:, :-1]
            width[part] = found.width
        return moved, width

    def portions(self, count: int) -> Iterator[slice]:
        """Slices small enough for the tables of their cells to be held at once."""
        step = max(1, _AT_ONCE // (self.moves.size + 4 * self.moves.through.shape[1] + 1))
        return (slice(low, low + step) for low in range(0, count, step))

    def write(self, hidden: Flags) -> None:
        """Adds what has been hidden here to the flags of the system."""
        hidden[self.cells[self.hidden & (self.cells >= 0)]] = True

    def evidence(self) -> Iterator[Evidence]:
        """The tables that show how wide the cells in need are, in portions."""
        row, cell = np.nonzero(self.need > 0)
        for part in self.portions(len(row)):
            found = self.widen(row[part], cell[part], self.need[row[part], cell[part]])
            for pushed in (found.up, found.down):
                yield self._changes(row[part], pushed)

    def _changes(self, row: Ints, pushed: Pushed) -> Evidence:
        true = self.value[row]
        change = np.subtract(pushed.table, true, out=np.zeros_like(true), where=np.isfinite(true))
        owner, cell = np.nonzero(change[:, :-1])
        number = self.cells[row[owner], cell]
        other = np.repeat(np.arange(len(pushed.owner)), self.moves.cells.shape[1])
        corner = self.moves.cells[pushed.cube].ravel()
        real = corner < self.moves.size
        other, corner = other[real], corner[real]
        others = self.cells[pushed.row[other], corner]
        step = (pushed.step[:, None] * self.moves.signs[pushed.cube]).ravel()[real]
        real = others >= 0
        return Evidence(
            table=np.concatenate([owner, pushed.owner[other[real]]]),
            cell=np.concatenate([number, others[real]]),
            change=np.concatenate([change[owner, cell], step[real]]),
            tables=len(row),
        )


def first_largest(owner: Ints, reach: Floats) -> Ints:
    """For each owner the place of the first of its largest entries."""
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    largest = np.repeat(np.maximum.reduceat(reach, start), np.diff(start, append=len(owner)))
    found = np.flatnonzero(reach == largest)
    return found[np.flatnonzero(np.diff(owner[found], prepend=-1))]


def _least(value: Floats, cells: Ints) -> Floats:
    """(blocks, cubes + 1) the least value at the cells of each cube; "no cell" holds infinity."""
    columns = np.sort(cells, axis=1).T
    columns = columns[(columns < value.shape[1] - 1).any(axis=1)]
    least = np.full((len(value), len(cells)), np.inf)
    for column in columns:
        np.minimum(least, value[:, column], out=least)
    return least


def _padded(array: NDArray[Any], fill: float) -> NDArray[Any]:
    return np.hstack([array, np.full((len(array), 1), fill, array.dtype)])


def in_order(which: Flags, *keys: NDArray[Any]) -> tuple[Ints, Ints]:
    """Cells by block, in each block in the order of the keys."""
    row, cell = np.nonzero(which)
    order = np.lexsort((cell, *(key[row, cell] for key in keys[::-1]), row))
    return row[order], cell[order]


def _turns(row: Ints, cell: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Takes one cell of every block that has one left."""
    turn = np.arange(len(row)) - np.searchsorted(row, row)
    order = np.argsort(turn, kind="stable")
    cuts = np.searchsorted(turn[order], np.arange(int(turn.max(initial=-1)) + 2))
    for low, high in itertools.pairwise(cuts):
        yield row[order[low:high]], cell[order[low:high]]
