"""Protects blocks that are bound to each other: one for each member of a long dimension, and their total.

What a cube changes in one block must be changed back in another, so that the totals over the dimension
stay; or their total changes with it. A full cube is a cube of the block times a pair of blocks.
"""

from __future__ import annotations

import numpy as np

from .arrays import Flags, Floats, Ints
from .blocks import Blocks
from .cubes import NEVER, Board, Pushed, first_largest

__all__ = ["PairedBoard"]

_PARTNERS = 4  # how many blocks are known that can answer a cube


class PairedBoard(Board):
    """A board whose blocks are bound in families."""

    def __init__(
        self, blocks: Blocks, *, value: Floats, need: Floats, weight: Ints, hidden: Flags, fixed: Flags
    ) -> None:
        super().__init__(blocks, value=value, need=need, weight=weight, hidden=hidden, fixed=fixed)
        self.flip = np.where(blocks.total, -1, 1)
        self.start = np.flatnonzero(np.diff(blocks.family, prepend=-1))
        self.stop = np.append(self.start[1:], len(blocks))
        self.of = np.repeat(np.arange(len(self.start)), self.stop - self.start)
        # How far a block can answer a cube (first) or its opposite (second), were it all hidden.
        along, against = self.rise, self.fall
        ahead = self.flip[:, None] > 0
        self.answer = np.stack([np.where(ahead, along, against), np.where(ahead, against, along)])
        most = int(min(_PARTNERS, (self.stop - self.start).max(initial=1)))
        shape = (2, len(self.start), self.cost.shape[1], most)
        self.who, self.far = np.full(shape, -1), np.zeros(shape)
        self._look(np.arange(self.moves.count))

    def _look(self, cubes: Ints) -> None:
        """Finds for every family and cube the blocks that can answer it furthest."""
        usable = np.where(self.cost[:, cubes] == 0, self.answer[:, :, cubes], 0.0)
        for family, (low, high) in enumerate(zip(self.start, self.stop, strict=True)):
            for side in (0, 1):
                best = _largest(usable[side, low:high], self.who.shape[3])
                self.who[side, family, cubes, : len(best)] = best.T + low
                far = np.take_along_axis(usable[side, low:high], best, 0).T
                self.far[side, family, cubes, : len(best)] = far

    def push(self, row: Ints, owner: Ints, cubes: Ints, signs: Ints, want: Floats) -> Pushed:
        """As in `Board.push`, with another block answering every step; each block answers once at most."""
        table, gained = self.value[row], np.zeros(len(row))
        side = (signs * self.flip[row[owner]] > 0).astype(np.int64)
        family = self.of[row[owner]]
        who, far = self.who[side, family, cubes], self.far[side, family, cubes]
        far = np.where(who == row[owner][:, None], 0.0, far)
        reach = np.where(signs > 0, self.rise[row[owner], cubes], self.fall[row[owner], cubes])
        steps: list[tuple[Ints, Ints, Ints, Floats]] = []
        while True:
            pick = np.argmax(far, axis=1)
            each = np.arange(len(owner))
            both = np.minimum(reach, far[each, pick])
            more = (both > 0) & (gained[owner] < want[owner])
            owner, cubes, signs, both, pick = owner[more], cubes[more], signs[more], both[more], pick[more]
            who, far = who[more], far[more]
            if not len(owner):
                break
            best = first_largest(owner, both)
            at, partner = owner[best], who[best, pick[best]]
            step = np.minimum(both[best], want[at] - gained[at])
            self.apply(table, at, cubes[best], step * signs[best])
            gained[at] += step
            back = -signs[best] * self.flip[row[at]] * self.flip[partner]
            steps.append((at, partner, cubes[best].astype(np.int64), back * step))
            asked = np.full(len(row), -1)
            asked[at] = partner
            far = np.where(who == asked[owner][:, None], 0.0, far)
            reach = self.reach(table, owner, cubes, signs)
        joined = [np.concatenate(one) for one in zip(*steps, strict=True)] if steps else None
        none = np.zeros(0, np.int64)
        others = joined or [none, none, none, np.zeros(0)]
        return Pushed(
            table=table, gained=gained, owner=others[0], row=others[1], cube=others[2], step=others[3]
        )

    def buy(self, row: Ints, cell: Ints, need: Floats) -> Flags:
        """As in `Board.buy`, in pairs of blocks."""
        fine, cube, partner = self.cheapest_pair(row, cell, need)
        if fine.any():
            rows = np.concatenate([row[fine], partner[fine]])
            new_row, new_cell = self.hide(rows, np.tile(cube[fine], 2))
            cubes = self.moves.through[new_cell]
            usable = np.zeros(self.moves.count + 1, bool)
            usable[cubes[self.cost[new_row[:, None], cubes] == 0]] = True
            self._look(np.flatnonzero(usable))
        return fine

    def cheapest_pair(self, row: Ints, cell: Ints, need: Floats) -> tuple[Flags, Ints, Ints]:
        """The cube and the block to answer it that are worth most for the weight to be hidden.

        Either both are to be hidden as far as they are not, or the cube is, and some block can answer it.
        """
        cubes = self.moves.through[cell]
        each, family = np.arange(len(row)), self.of[row]
        at = row[:, None], cubes
        own = self.cost[at], self.rise[at], self.fall[at]
        turned = np.where((self.moves.sign_at[cell] * self.flip[row][:, None]) > 0, 1, 0)
        found = []
        for partner, price in self._answers(row, family, cubes, turned, need.max(initial=1.0)):
            here = np.maximum(partner, 0), cubes
            ahead = self.flip[row][:, None] * self.flip[here[0]] > 0
            along = np.where(ahead, self.fall[here], self.rise[here])
            against = np.where(ahead, self.rise[here], self.fall[here])
            width = np.minimum(own[1], along) + np.minimum(own[2], against)
            width = np.minimum(width, need[:, None])
            cost = own[0].astype(np.int64) + price
            fine = (cost > 0) & (cost < NEVER) & (width > 0) & (partner >= 0)
            score = np.where(fine, cost / np.where(fine, width, 1.0) ** 2, np.inf)
            best = np.argmin(score, axis=1)
            found.append((score[each, best], cubes[each, best], partner[each, best]))
        scores = np.stack([one[0] for one in found])
        pick = np.argmin(scores, axis=0)
        chosen = [np.stack([one[column] for one in found])[pick, each] for column in (1, 2)]
        return np.isfinite(scores[pick, each]), chosen[0], chosen[1]

    def _answers(
        self, row: Ints, family: Ints, cubes: Ints, turned: Ints, width: float
    ) -> list[tuple[Ints, Ints]]:
        """For each cube the block worth most if it were hidden, and the open one that can answer furthest."""
        asked = np.zeros(self.moves.count + 1, bool)
        asked[cubes] = True
        columns, place = np.flatnonzero(asked), (np.cumsum(asked) - 1)[cubes]
        cost = self.cost[:, columns]
        closed = np.where((cost > 0) & (cost < NEVER), cost, np.inf)
        span = self.rise[:, columns] + self.fall[:, columns]
        worth = closed / np.minimum(span, width).clip(1e-9) ** 2
        first = np.full((len(self.start), 2, len(columns)), -1)
        for number in np.unique(family):
            low, high = self.start[number], self.stop[number]
            best = _largest(-worth[low:high], 2)
            usable = np.isfinite(np.take_along_axis(worth[low:high], best, 0))
            first[number, : len(best)] = np.where(usable, best + low, -1)
        one, two = first[family[:, None], 0, place], first[family[:, None], 1, place]
        hide = np.where(one == row[:, None], two, one)
        who = self.who[turned, family[:, None], cubes]
        far = np.where(who == row[:, None, None], 0.0, self.far[turned, family[:, None], cubes])
        pick = np.argmax(far, axis=2)[:, :, None]
        open_ = np.where(
            np.take_along_axis(far, pick, 2)[:, :, 0] > 0, np.take_along_axis(who, pick, 2)[:, :, 0], -1
        )
        price = self.cost[np.maximum(hide, 0), cubes].astype(np.int64)
        return [(hide, price), (open_, np.zeros_like(price))]


def _largest(array: Floats, count: int) -> Ints:
    """(count, columns) the rows in which each column is largest, the first of equals first."""
    array = array.copy()
    columns = np.arange(array.shape[1])
    found = []
    for _ in range(min(count, len(array))):
        found.append(np.argmax(array, axis=0))
        array[found[-1], columns] = -np.inf
    return np.stack(found)
