"""How two statements were voted on together, counted exactly for all pairs.

All that is added up are whole numbers small enough for the machine's numbers to hold without rounding: the
sums are the same in any order, in any blocks and on any number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .threads import WORKERS, side_by_side
from .votes import Votes

__all__ = ["PairCounts", "pair_counts", "weighted_pair_counts"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Square = npt.NDArray[Any]

_ROWS = 2000
"""People in a dense block: 4096 x 2000 + 2000 < 2^24, so that a float32 holds two sums without rounding."""
_FIELD = 4096.0

_MANY = 200_000
_WEIGHTS = 16
"""Different weights up to which people of each are counted apart."""

_LIGHT = 0.08
"""Who voted on less than this part of the statements is counted by pairs, others by products of blocks."""
_PAIRS = 1 << 20
"""Pairs counted at once."""
_MOST = 4095
"""Most votes on a statement in a batch: four sums of 13 bits fill the 53 that a float64 holds exactly."""
_LOW, _MIDDLE = 8192.0, 8192.0**2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairCounts:
    """Sums over participants of v v', v o' and o o' (v a vote, o whether there is one), square arrays.

    Whole numbers, held in float64 without rounding.
    """

    both: FloatArray
    one_voted: FloatArray
    two_voted: FloatArray


class _Sums:
    """The sums in the making, added to by several threads in turn."""

    def __init__(self, size: int) -> None:
        self.both, self.one_voted, self.two_voted = (np.zeros((size, size)) for _ in range(3))
        self._turn = Lock()

    def add(self, both: Square, one_voted: Square, two_voted: Square) -> None:
        """Some people's sums."""
        with self._turn:
            self.both += both
            self.one_voted += one_voted
            self.two_voted += two_voted

    def add_upper(self, both: Square, one_voted: Square, voted_two: Square, two_voted: Square) -> None:
        """The same of people's different statements, known above the diagonal only; ``voted_two`` is o v'."""
        with self._turn:
            for sums, upper, lower in (
                (self.both, both, both),
                (self.one_voted, one_voted, voted_two),
                (self.two_voted, two_voted, two_voted),
            ):
                sums += upper
                sums += lower.T

    def found(self) -> PairCounts:
        """What came out."""
        return PairCounts(both=self.both, one_voted=self.one_voted, two_voted=self.two_voted)


def _dense(votes: Votes, rows: IntArray, sums: _Sums) -> None:
    """By products of blocks: v'(v + 4096 o) in one, o'o in another."""
    size = votes.statements.size
    shape = (votes.participants.size, size)
    starts = votes.starts.astype(np.int32 if votes.values.size < 2**31 else np.int64)
    given = sparse.csr_array((votes.values.astype(np.float32), votes.columns, starts), shape=shape)[rows]
    voted = sparse.csr_array((np.ones_like(given.data), given.indices, given.indptr), shape=given.shape)
    blocks = [np.empty((min(_ROWS, rows.size), size), dtype=np.float32) for _ in range(3)]
    for first in range(0, rows.size, _ROWS):
        piece = slice(first, min(first + _ROWS, rows.size))
        values, ones, packed = (block[: piece.stop - first] for block in blocks)
        given[piece].toarray(out=values)
        voted[piece].toarray(out=ones)
        np.multiply(ones, np.float32(_FIELD), out=packed)
        packed += values
        both = values.T @ packed
        one_voted = np.rint(both * np.float32(1 / _FIELD))
        both -= one_voted * np.float32(_FIELD)
        sums.add(both, one_voted, ones.T @ ones)


def _pairs(
    votes: Votes, rows: IntArray, cells: IntArray, products: FloatArray
) -> Iterator[tuple[IntArray, FloatArray]]:
    """All pairs of statements that one person voted on, for people one after the other, in portions."""
    size = votes.statements.size
    counts = votes.counts[rows]
    at = 0
    for length in np.unique(counts[counts > 1]).tolist():
        members = rows[counts == length]
        step = max(1, _PAIRS // length)
        for first in range(0, members.size, step):
            places = votes.starts[members[first : first + step]] + np.arange(length)[:, None]
            right = votes.columns[places].astype(np.int64)
            left = right * size
            value = votes.values[places].astype(np.float64)
            one, two = value + _MIDDLE, value + _LOW
            for apart in range(1, length):
                shape = (length - apart, right.shape[1])
                end = at + shape[0] * shape[1]
                if end > _PAIRS:
                    yield cells[:at], products[:at]
                    at, end = 0, shape[0] * shape[1]
                np.add(left[:-apart], right[apart:], out=cells[at:end].reshape(shape))
                np.multiply(one[:-apart], two[apart:], out=products[at:end].reshape(shape))
                at = end
    yield cells[:at], products[:at]


def _batches(votes: Votes, rows: IntArray) -> Iterator[IntArray]:
    """People in batches in which no statement has more votes than a field can hold."""
    if rows.size <= _MOST:
        yield rows
        return
    chosen = np.zeros(votes.participants.size, dtype=np.bool_)
    chosen[rows] = True
    most = np.bincount(votes.columns[np.repeat(chosen, votes.counts)], minlength=1).max(initial=0)
    if most <= _MOST:
        yield rows
        return
    parts = int(most // _MOST) + 1
    for part in np.array_split(rows, parts):
        yield from _batches(votes, part)


def _taken_out(packed: FloatArray, unit: float) -> FloatArray:
    """The highest sum packed into numbers, which is taken out of them."""
    high: FloatArray = np.rint(packed / unit)
    packed -= high * unit
    return high


def _light(votes: Votes, rows: IntArray, sums: _Sums) -> None:
    """Pair by pair: (v + 8192² o)(v' + 8192 o') = v v' + 8192 v o' + 8192² o v' + 8192³ o o', added up."""
    size = votes.statements.size
    cells, products = np.empty(_PAIRS, dtype=np.int64), np.empty(_PAIRS)
    for batch in _batches(votes, rows):
        packed = np.zeros(size * size)
        for cell, product in _pairs(votes, batch, cells, products):
            packed += np.bincount(cell, weights=product, minlength=size * size)
        both = packed.reshape(size, size)
        two_voted, voted_two, one_voted = (_taken_out(both, unit) for unit in (_LOW * _MIDDLE, _MIDDLE, _LOW))
        sums.add_upper(both, one_voted, voted_two, two_voted)


def _diagonal(votes: Votes, rows: IntArray, sums: _Sums) -> None:
    """What pairs of a statement with itself add."""
    size = votes.statements.size
    chosen = np.zeros(votes.participants.size, dtype=np.bool_)
    chosen[rows] = True
    kinds = np.bincount(votes.kinds()[np.repeat(chosen, votes.counts)], minlength=3 * size).reshape(size, 3)
    at = np.diag_indices(size)
    sums.both[at] += kinds[:, 0] + kinds[:, 2]
    sums.one_voted[at] += kinds[:, 2] - kinds[:, 0]
    sums.two_voted[at] += kinds.sum(axis=1)


def pair_counts(votes: Votes, people: IntArray | None = None) -> PairCounts:
    """Sums over participants for all pairs of statements.

    Parameters
    ----------
    votes
        The votes.
    people
        Positions of the participants that count; None counts all.

    Notes
    -----
    With m statements, a person with k votes costs about k²/2 steps where k is small, and m² steps of a matrix
    product, which are some sixty times as fast, elsewhere. Memory is some 60 m² bytes and three blocks of
    2,000 people a thread.
    """
    size = votes.statements.size
    rows = np.arange(votes.participants.size) if people is None else people
    few = votes.counts[rows] <= max(1.0, _LIGHT * size)
    sums, light, heavy = _Sums(size), rows[few], rows[~few]
    tasks = [
        (way, part)
        for way, some in ((_dense, heavy), (_light, light))
        for part in (some[at::WORKERS] for at in range(WORKERS))
        if part.size
    ]
    _diagonal(votes, light, sums)
    side_by_side(lambda task: task[0](votes, task[1], sums), tasks, worthwhile=votes.values.size > _MANY)
    return sums.found()


def weighted_pair_counts(votes: Votes, weights: IntArray) -> PairCounts:
    """The same with a whole-numbered weight for each participant.

    Notes
    -----
    Exact while the weights of all participants together stay below 2^53. Where many votes have few different
    weights, people of each weight are counted without; elsewhere by products in float64.
    """
    different = np.unique(weights)
    if votes.values.size <= _MANY or different.size > _WEIGHTS:
        return _weighted(votes, weights)
    sums = _Sums(votes.statements.size)
    for weight in different[different > 0].tolist():
        found = pair_counts(votes, np.flatnonzero(weights == weight))
        sums.add(found.both * weight, found.one_voted * weight, found.two_voted * weight)
    return sums.found()


def _weighted(votes: Votes, weights: IntArray) -> PairCounts:
    size, people = votes.statements.size, votes.participants.size
    sums = _Sums(size)
    for first in range(0, people, _ROWS):
        last = min(first + _ROWS, people)
        piece = slice(votes.starts[first], votes.starts[last])
        place = np.repeat(np.arange(last - first), votes.counts[first:last])
        given, voted = np.zeros((last - first, size)), np.zeros((last - first, size))
        given[place, votes.columns[piece]] = votes.values[piece]
        voted[place, votes.columns[piece]] = 1
        heavy = weights[first:last, None].astype(np.float64)
        voted_heavy = voted * heavy
        sums.add(given.T @ (given * heavy), given.T @ voted_heavy, voted.T @ voted_heavy)
    return sums.found()
