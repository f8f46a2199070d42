"""The reader's attack: how far can each hidden cell be narrowed, by linear programmes.

With x the hidden cells, A the relations and v the true numbers, a reader knows

    A x = A v,   x >= 0                                                                       (1)

and narrows cell j to [min x_j, max x_j] subject to (1) [1]_. Every x that a programme finds is a table that
agrees with all that is shown, so it widens the interval of every cell and not only of the one asked for;
most cells are wide enough after a few programmes with mixed objectives, and never get one of their own.
Hidden cells that no chain of relations joins do not matter to each other: components are solved side by
side in one programme, one objective for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from .arrays import Flags, Floats, Ints

__all__ = ["Reach", "Tables", "attack", "components", "short", "subtracted"]

_BATCH = 1500  # cells in one programme
_MIXED = 4  # programmes with mixed objectives before cells are asked for one by one


class Tables:
    """Tables that agree with all that is shown, as changes of the true one; each within one component."""

    def __init__(self) -> None:
        self.table, self.cell, self.change = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        self.count = 0

    def add(self, table: Ints, cell: Ints, change: Floats, count: int) -> None:
        """More tables, numbered from 0."""
        self.table = np.concatenate([self.table, table + self.count])
        self.cell = np.concatenate([self.cell, cell])
        self.change = np.concatenate([self.change, change])
        self.count += count

    def without(self, gone: Flags) -> Tables:
        """All but some; (tables,)."""
        found, keep = Tables(), ~gone[self.table]
        left, table = np.unique(self.table[keep], return_inverse=True)
        found.add(table, self.cell[keep], self.change[keep], len(left))
        return found

    def touching(self, cells: Flags) -> Flags:
        """(tables,) which differ from the true one at any of the cells."""
        return np.bincount(self.table, cells[self.cell], self.count) > 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """The intervals found; ``low_exact`` and ``high_exact`` say that nothing beyond agrees.

    Where ``tables`` is there, the tables found are kept in it.
    """

    low: Floats
    high: Floats
    low_exact: Flags
    high_exact: Flags
    tables: Tables | None = None

    @classmethod
    def none(cls, value: Floats, tables: Tables | None = None) -> Reach:
        """Only what the tables show, if any."""
        low, high, no = value.copy(), value.copy(), np.zeros(len(value), bool)
        if tables is not None:
            np.minimum.at(low, tables.cell, value[tables.cell] + tables.change)
            np.maximum.at(high, tables.cell, value[tables.cell] + tables.change)
        return cls(low=low, high=high, low_exact=no, high_exact=no.copy(), tables=tables)

    def part(self, cells: Ints) -> Reach:
        """A copy for some cells."""
        return Reach(
            low=self.low[cells],
            high=self.high[cells],
            low_exact=self.low_exact[cells],
            high_exact=self.high_exact[cells],
        )

    def put(self, cells: Ints, part: Reach) -> None:
        """Takes over what was found for some cells."""
        self.low[cells], self.high[cells] = part.low, part.high
        self.low_exact[cells], self.high_exact[cells] = part.low_exact, part.high_exact

    def add(self, cells: Ints, table: Floats) -> None:
        """One more table that agrees; its numbers in `cells`."""
        self.low[cells] = np.minimum(self.low[cells], table)
        self.high[cells] = np.maximum(self.high[cells], table)


def short(low: Floats, high: Floats, need: Floats) -> Flags:
    """Which intervals are too narrow: below the need, or a single point. As `Interval.protected`."""
    room = 1e-6 * np.maximum(np.maximum(1.0, np.abs(low)), need)
    return ~((high - low > room) & (high - low >= need - room))


def subtracted(matrix: sparse.csr_array, hidden: Flags) -> Flags:
    """The hidden cells that a reader gets by subtracting what he has from a total, again and again."""
    joined = sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    told = np.zeros(len(hidden), bool)
    while True:
        left = hidden & ~told
        alone = (joined @ left.astype(float)) == 1
        new = left & ((joined.T @ alone.astype(float)) > 0)
        if not new.any():
            return told
        told |= new


def components(matrix: sparse.csr_array) -> Ints:
    """For each cell the number of the component to which the relations join it."""
    rows, cells = matrix.shape
    joined = sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=(rows, cells))
    graph = sparse.block_array([[None, joined], [joined.T, None]], format="csr")
    label: Ints = connected_components(graph, directed=False)[1][rows:]
    return label


def attack(
    matrix: sparse.csr_array,
    value: Floats,
    hidden: Flags,
    need: Floats,
    asked: Flags,
    *,
    reach: Reach,
    exact: bool = False,
) -> None:
    """Widens `reach` at the cells asked for until each is wide enough or shown not to be.

    Parameters
    ----------
    matrix, value, hidden, need
        The relations; (cells,) true numbers, what the reader does not know, and the width needed.
    asked : (cells,) whose intervals are wanted
    reach : Reach
        What has been found before; changed in place.
    exact : bool
        Go on until both ends are exact.

    Notes
    -----
    At most two programmes for each cell asked for; every one holds about 1,500 cells of whole components,
    or one component if that is larger. What follows by subtraction alone needs none. A pattern under which
    many cells of large components are narrow but cannot be computed takes long.
    """
    told = subtracted(matrix, hidden)
    reach.low_exact[told], reach.high_exact[told] = True, True
    hidden = hidden & ~told
    asked = asked & hidden
    cells = np.flatnonzero(hidden)
    inner = matrix[:, cells]
    inner = inner[np.diff(inner.indptr) > 0]
    label = components(inner)
    wanted = asked[cells]
    worth = np.bincount(label, wanted) > 0
    chosen = np.flatnonzero(worth[label])
    for part in _batches(label[chosen]):
        _Batch(inner, cells, chosen[part], label, value, need, wanted, reach).run(exact)


def _batches(label: Ints) -> Iterator[Ints]:
    """Whole components together, about as many cells as go well into one programme."""
    if not len(label):
        return
    order = np.argsort(label, kind="stable")
    start = np.flatnonzero(np.diff(label[order], prepend=-1))
    portion = start // _BATCH
    cuts = start[np.flatnonzero(np.diff(portion, prepend=-1))]
    for low, high in zip(cuts, [*cuts[1:], len(order)], strict=True):
        yield order[low:high]


class _Batch:
    """Some components under attack at the same time."""

    def __init__(
        self,
        matrix: sparse.csr_array,
        cells: Ints,
        part: Ints,
        label: Ints,
        value: Floats,
        need: Floats,
        wanted: Flags,
        reach: Reach,
    ) -> None:
        self.cells, self.reach = cells[part], reach
        mine = matrix[:, part]
        self.matrix = mine[np.diff(mine.indptr) > 0]
        self.value, self.need, self.wanted = value[self.cells], need[self.cells], wanted[part]
        self.label = np.unique(label[part], return_inverse=True)[1]
        self.right = self.matrix @ self.value
        # A box, so that a programme over many components has an answer even where one has no bound.
        total = np.bincount(self.label, self.value) + np.bincount(self.label, self.need)
        self.box = self.value + 4.0 * total[self.label] + 1.0

    def run(self, exact: bool) -> None:
        random = np.random.default_rng(20260401)
        for _ in range(0 if exact else _MIXED):
            narrow = self.narrow()
            if not narrow.any():
                return
            signs = np.where(narrow, random.choice([-1.0, 1.0], len(narrow)), 0.0)
            for goal in (signs, -signs):
                self.solve(goal)
        open_ends = np.stack([self.wanted, self.wanted])
        open_ends[0] &= ~self.reach.high_exact[self.cells]
        open_ends[1] &= ~self.reach.low_exact[self.cells]
        while True:
            left = open_ends if exact else open_ends & self.narrow()
            end, cell = np.nonzero(left)
            now = np.unique(self.label[cell], return_index=True)[1]
            if not len(now):
                return
            end, cell = end[now], cell[now]
            open_ends[end, cell] = False
            goal = np.zeros(len(self.cells))
            goal[cell] = np.where(end == 0, 1.0, -1.0)
            found = self.solve(goal)
            if found is not None:
                self.settle(end, cell, found)

    def narrow(self) -> Flags:
        """The cells asked for that are too narrow as yet."""
        return self.wanted & short(self.reach.low[self.cells], self.reach.high[self.cells], self.need)

    def solve(self, goal: Floats) -> Floats | None:
        """A table that agrees and makes ``goal @ x`` largest; None if the solver gives none to be trusted."""
        answer = linprog(
            -goal,
            A_eq=self.matrix,
            b_eq=self.right,
            bounds=np.column_stack([np.zeros(len(self.box)), self.box]),
            method="highs",
        )
        if answer.status != 0:
            return None
        found: Floats = np.maximum(answer.x, 0.0)
        whole = np.round(found)
        found = np.where(np.abs(found - whole) <= 1e-7 * np.maximum(1.0, whole), whole, found)
        off = np.abs(self.matrix @ found - self.right)
        if (off > 1e-6 * np.maximum(1.0, np.abs(self.right))).any():
            return None
        self.reach.add(self.cells, found)
        if self.reach.tables is not None:
            moved = np.flatnonzero(np.abs(found - self.value) > 1e-9)
            change = found[moved] - self.value[moved]
            self.reach.tables.add(self.label[moved], self.cells[moved], change, int(self.label.max()) + 1)
        return found

    def settle(self, end: Ints, cell: Ints, found: Floats) -> None:
        """Marks ends as exact; where the box may have held the answer back, it is sought without the box."""
        held = np.zeros(self.label.max() + 1, bool)
        held[self.label[found >= self.box * (1 - 1e-9)]] = True
        for which, at in zip(end, cell, strict=True):
            number = self.cells[at]
            if held[self.label[at]]:
                bound = self.unboxed(int(at), 1.0 if which == 0 else -1.0)
                if bound is None:
                    continue
                if which == 0:
                    self.reach.high[number] = bound
            (self.reach.high_exact if which == 0 else self.reach.low_exact)[number] = True

    def unboxed(self, cell: int, sign: float) -> float | None:
        """The end of one cell's interval in its own component."""
        mine = np.flatnonzero(self.label == self.label[cell])
        inner = self.matrix[:, mine]
        used = np.diff(inner.indptr) > 0
        goal = np.where(mine == cell, -sign, 0.0)
        answer = linprog(goal, A_eq=inner[used], b_eq=self.right[used], method="highs")
        if answer.status == 3:
            return np.inf
        return float(-answer.fun) if answer.status == 0 else None
