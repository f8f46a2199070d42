"""Cubes: the simplest ways in which a table can change without changing any sum.

For one dimension let ``u`` be +1 at one member and -1 at another (the total stays), or +1 at one member and
+1 at the total. The product of one such ``u`` for each dimension changes 2^k cells, and every relation
"the members sum to the total" still holds, in every table over some of these dimensions at once. If all the
changed cells are hidden, a reader cannot tell the two tables apart [4]_.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from .arrays import Flags, Ints

__all__ = ["Moves", "moves"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moves:
    """All cubes of one shape of block.

    Attributes
    ----------
    size : how many cells a block has; the number `size` itself stands for "no cell"
    cells : (moves + 1, corners) the cells of each cube; the last row is "no cube"
    signs : (moves + 1, corners) +1 or -1
    through : (size, most) for each cell the cubes that hold it, filled up with "no cube"
    sign_at : (size, most) the cell's own sign in each of these
    """

    size: int
    cells: Ints
    signs: Ints
    through: Ints
    sign_at: Ints

    @property
    def count(self) -> int:
        """Number of cubes."""
        return len(self.cells) - 1


@lru_cache(maxsize=8)
def moves(slots: tuple[int, ...], totals: tuple[bool, ...], levels: frozenset[int] | None) -> Moves:
    """The cubes of a block.

    Parameters
    ----------
    slots : tuple of int
        How many members of each dimension the block has, its total counted where it has it.
    totals : tuple of bool
        Slot 0 of the dimension is its total.
    levels : frozenset of int or None
        Which levels (bit d set: not the total of dimension d) exist in any table; cells of other levels
        are no cells. None: all.

    Notes
    -----
    There are ``prod(m (m - 1) / 2)`` cubes for m slots, of ``2^k`` corners.
    """
    size = int(np.prod(slots, dtype=np.int64))
    number = np.arange(size).reshape(slots)
    cells = np.zeros((1, 1), np.int64)
    signs = np.ones((1, 1), np.int8)
    for at, (count, total) in enumerate(zip(slots, totals, strict=True)):
        stride = int(np.prod(slots[at + 1 :], dtype=np.int64))
        pairs = np.array(list(combinations(range(count), 2)), np.int64).reshape(-1, 2)
        sign = np.ones((len(pairs), 2), np.int8)
        sign[:, 1] = np.where((pairs[:, 0] == 0) & total, 1, -1)
        cells = (cells[:, None, :, None] + stride * pairs[None, :, None, :]).reshape(
            len(cells) * len(pairs), -1
        )
        signs = (signs[:, None, :, None] * sign[None, :, None, :]).reshape(len(cells), -1)
    if levels is not None:
        cells, signs = _real(cells, signs, _exists(number, totals, levels))
    return _indexed(cells, signs, size)


def _exists(number: Ints, totals: Sequence[bool], levels: frozenset[int]) -> Flags:
    """For each cell of the block whether its level is one of those given."""
    level = np.zeros(number.shape, np.int64)
    for at, total in enumerate(totals):
        member = np.ones(number.shape[at], np.int64)
        member[0] = 0 if total else 1
        level += (member << at).reshape([-1 if one == at else 1 for one in range(number.ndim)])
    return np.isin(level.ravel(), sorted(levels))


def _real(cells: Ints, signs: Ints, exists: Flags) -> tuple[Ints, Ints]:
    """The cubes without the corners that are no cells, each once."""
    size = len(exists)
    cells = np.where(exists[cells], cells, size)
    order = np.argsort(cells, axis=1, kind="stable")
    cells = np.take_along_axis(cells, order, 1)
    signs = np.take_along_axis(signs, order, 1)
    signs = np.where(cells == size, 1, signs * signs[:, :1]).astype(np.int8)
    unique = np.unique(np.concatenate([cells, signs.astype(np.int64)], axis=1), axis=0)
    unique = unique[unique[:, 0] < size]
    corners = cells.shape[1]
    return unique[:, :corners], unique[:, corners:].astype(np.int8)


def _indexed(cells: Ints, signs: Ints, size: int) -> Moves:
    count, corners = cells.shape
    flat, own = cells.ravel(), signs.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[flat[order] < size]
    held = flat[order]
    start = np.searchsorted(held, np.arange(size))
    rank = np.arange(len(held)) - start[held]
    most = int(rank.max(initial=-1)) + 1
    through = np.full((size, most), count, np.int32)
    sign_at = np.ones((size, most), np.int8)
    through[held, rank] = order // corners
    sign_at[held, rank] = own[order]
    return Moves(
        size=size,
        cells=np.vstack([cells, np.full((1, corners), size)]).astype(np.int32),
        signs=np.vstack([signs, np.ones((1, corners), np.int8)]),
        through=through,
        sign_at=sign_at,
    )
