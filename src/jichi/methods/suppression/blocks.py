"""Cuts a lattice into blocks of one shape that can be protected side by side.

A dimension over which nothing is summed cuts the tables into independent parts. A long dimension that is
summed over is cut into groups of members: within a group cells can change against each other while every
total over the dimension stays. What is proved within a block with all else held fast holds all the more
when the reader knows less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Flags, Floats, Ints
from .lattice import Lattice
from .moves import Moves, moves

__all__ = ["Blocks", "cut"]

# Corners of cubes looked at for one cell, and cubes times blocks held at once.
_WORK = 4096
_HELD = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blocks:
    """Blocks of one shape.

    Attributes
    ----------
    moves : the cubes of the shape
    cells : (blocks, size) the number of the cell in the system; -1 for what is no cell
    frozen : (blocks, size) stands in no table although its level does: zero, and readers know it
    family : (blocks,) blocks of one family are bound: a cube in one needs its opposite in another
    total : (blocks,) the block is the total of its family: the cube is not reversed there
    bound : there are families at all; without them each block is by itself
    """

    moves: Moves
    cells: Ints
    frozen: Flags
    family: Ints
    total: Flags
    bound: bool

    def __len__(self) -> int:
        return len(self.cells)

    def chunks(self) -> Iterator[Blocks]:
        """The same in portions that fit into memory; families stay whole."""
        most = max(1, _HELD // (self.moves.count + 1))
        family = self.family if self.bound else np.arange(len(self))
        start = 0
        while start < len(self):
            stop = min(start + most, len(self))
            if stop < len(self):  # back to where a family begins, or on to where it ends
                first = np.searchsorted(family, family[stop])
                stop = int(first if first > start else np.searchsorted(family, family[stop], "right"))
            yield self._part(slice(start, stop))
            start = stop

    def alone(self) -> Blocks:
        """The same blocks without what binds them."""
        return replace(self, bound=False)

    def _part(self, rows: slice) -> Blocks:
        return replace(
            self,
            cells=self.cells[rows],
            frozen=self.frozen[rows],
            family=self.family[rows],
            total=self.total[rows],
        )


def cut(lattice: Lattice, numbers: Ints, need: Floats) -> Iterator[Blocks]:
    """The blocks that hold a cell in need, in stages.

    Parameters
    ----------
    lattice : Lattice
    numbers : (cells,) the number in the system of each cell of the lattice
    need : (cells,) of the lattice; more than 0 where protection is needed
    """
    if not (need > 0).any():
        return
    everywhere = np.bitwise_and.reduce(np.array(lattice.levels, np.int64))
    ranks = range(len(lattice.dimensions))
    free = [at for at in ranks if everywhere >> at & 1]
    # A dimension of which there is only the total binds nothing.
    bound = [at for at in ranks if not everywhere >> at & 1 and len(lattice.members[at]) > 1]
    sizes = [len(lattice.members[at]) for at in bound]
    pair = None
    if bound and _too_much(sizes, 1):
        pair = bound.pop(int(np.argmax(sizes)))
        sizes = [len(lattice.members[at]) for at in bound]
    limits = _limits(sizes, 1 if pair is None else len(lattice.members[pair]))
    split = [at for at, limit, size in zip(bound, limits, sizes, strict=True) if limit < size]
    for depth in range(len(split) + 1):
        for summed in combinations(split, depth):
            choices = [
                _choices(lattice, need, at, limit, at in split, at in summed)
                for at, limit in zip(bound, limits, strict=True)
            ]
            whole = [at not in split or at in summed for at in bound]
            yield _blocks(lattice, numbers, need, free, pair, bound, choices, whole)


def _too_much(sizes: list[int], blocks: int) -> bool:
    """Blocks with so many members in each dimension have more cubes than can be looked through."""
    through = prod(size - 1 for size in sizes) * 2 ** len(sizes)
    return through > _WORK or prod(size * (size - 1) // 2 for size in sizes) * blocks > _HELD


def _limits(sizes: list[int], blocks: int) -> list[int]:
    """How many members of each dimension a block may have."""
    limits = list(sizes)
    while _too_much(limits, blocks) and max(limits, default=0) > 2:
        longest = int(np.argmax(limits))
        limits[longest] -= max(1, limits[longest] // 8)
    return limits


def _choices(
    lattice: Lattice, need: Floats, at: int, limit: int, split: bool, summed: bool
) -> list[list[int]]:
    """The sets of members (0: the total) of one dimension that make up blocks."""
    count = len(lattice.members[at])
    if not split:
        return [list(range(count))]
    weak = np.bincount(lattice.codes[need > 0, at], minlength=count)[1:]
    order = (np.argsort(-weak, kind="stable") + 1).tolist()
    if summed:
        return [[0, *order[: limit - 1]]]
    groups = max(1, min(-(-len(order) // limit), len(order) // 2))  # none of a single member
    cuts = np.linspace(0, len(order), groups + 1).astype(int)
    return [order[low:high] for low, high in pairwise(cuts)]


def _blocks(
    lattice: Lattice,
    numbers: Ints,
    need: Floats,
    free: list[int],
    pair: int | None,
    bound: list[int],
    choices: list[list[list[int]]],
    whole: list[bool],
) -> Blocks:
    slots = tuple(max(len(one) for one in choice) for choice in choices)
    place: NDArray[Any] = np.unique((lattice.codes[need > 0][:, free] * lattice.strides[free]).sum(axis=1))
    absent: NDArray[Any] = np.zeros(place.shape, bool)
    for at, count, choice in zip(bound, slots, choices, strict=True):
        codes = np.array([[*one, *[-1] * (count - len(one))] for one in choice], np.int64)
        middle = [1] * (place.ndim - 1)
        step = codes.clip(0).reshape(1, len(choice), *middle, count) * lattice.strides[at]
        place = (place[:, None, ..., None] + step).reshape(-1, *place.shape[1:], count)
        absent = (absent[:, None, ..., None] | (codes < 0).reshape(step.shape)).reshape(place.shape)
    place, absent = place.reshape(len(place), -1), absent.reshape(len(absent), -1)
    members = len(lattice.members[pair]) if pair is not None else 1
    family = np.repeat(np.arange(len(place)), members)
    total = np.tile(np.arange(members) == 0, len(place)) & (pair is not None)
    if pair is not None:
        step = np.tile(np.arange(members), len(place)) * lattice.strides[pair]
        place, absent = place[family] + step[:, None], absent[family]
    at_place = np.searchsorted(lattice.place, place).clip(max=len(lattice.place) - 1)
    found = (lattice.place[at_place] == place) & ~absent
    weak = np.bincount(family, (np.where(found, need[at_place], 0.0) > 0).any(axis=1)) > 0
    keep = weak[family]
    return Blocks(
        moves=moves(slots, tuple(whole), _levels(lattice, bound, whole)),
        cells=np.where(found, numbers[at_place], -1)[keep],
        frozen=(~found & _in_levels(lattice, place) | absent)[keep],
        family=family[keep],
        total=total[keep],
        bound=pair is not None,
    )


def _levels(lattice: Lattice, bound: list[int], whole: list[bool]) -> frozenset[int] | None:
    """The levels within a block, by the rank of its own dimensions; None where all of them exist."""
    found = frozenset(
        sum(1 << rank for rank, at in enumerate(bound) if level >> at & 1) for level in lattice.levels
    )
    outside = sum(1 << rank for rank, one in enumerate(whole) if not one)
    held = {level for level in found if level & outside == outside}
    return None if len(held) == 2 ** sum(whole) else found


def _in_levels(lattice: Lattice, place: Ints) -> Flags:
    """Whether the level of a position exists in any table."""
    level = np.zeros(place.shape, np.int64)
    for at, stride in enumerate(lattice.strides):
        level |= ((place // stride) % len(lattice.members[at]) > 0).astype(np.int64) << at
    return np.isin(level, np.array(lattice.levels, np.int64))
