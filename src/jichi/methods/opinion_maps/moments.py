"""Whole-number sums over participants, from which the map is drawn.

Because they are whole numbers they are the same in any order of votes, on any number of threads, and after
any number of updates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pair_counts import pair_counts, weighted_pair_counts
from .votes import Votes

__all__ = ["UNIT", "Moments", "moments"]

UNIT = 1 << 20
"""Weights are whole multiples of one part in this many: their sums are exact, so free of order."""

_TILE = 128
"""Statements at once, so that all that is needed for a tile of the matrix lies near the processor."""

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Sums over participants, for every statement and for every pair of statements.

    With v a vote and o = 1 where there is one (0 elsewhere), and with weights in parts of ``unit``:

    Attributes
    ----------
    voted, agreed, disagreed
        Sum of o, of [v = 1] and of [v = -1], by statement.
    both, one_voted, two_voted
        Sums of v v', of v o' and of o o', for every two statements (square, statement by statement): whole
        numbers, which float64 holds exactly up to 2^53.
    unit
        What one person of weight 1 adds: 1 without weights.
    """

    voted: IntArray
    agreed: IntArray
    disagreed: IntArray
    both: FloatArray
    one_voted: FloatArray
    two_voted: FloatArray
    unit: int

    @property
    def means(self) -> npt.NDArray[np.float64]:
        """Mean vote on each statement; 0 where nobody voted."""
        total = (self.agreed - self.disagreed).astype(np.float64)
        return np.divide(total, self.voted, out=np.zeros(self.voted.size), where=self.voted > 0)

    def scatter(self) -> npt.NDArray[np.float64]:
        """Sums of products of centred votes, missing votes being the mean: the matrix whose axes are drawn.

        Notes
        -----
        A vote less the mean of its statement is 0 exactly where there is no vote, so that with means μ

            S[c, d] = Σ v v' - μ[c] Σ o v' - μ[d] Σ v o' + μ[c] μ[d] Σ o o'.
        """
        means, size = self.means, self.voted.size
        found = np.empty((size, size))
        pieces = [slice(first, min(first + _TILE, size)) for first in range(0, size, _TILE)]
        for at, rows in enumerate(pieces):
            for columns in pieces[at:]:
                crossed = self.one_voted[rows, columns] * means[columns]
                crossed += (self.one_voted[columns, rows] * means[rows]).T
                tile = self.two_voted[rows, columns] * np.multiply.outer(means[rows], means[columns])
                tile -= crossed
                tile += self.both[rows, columns]
                if self.unit != 1:
                    tile /= self.unit
                found[rows, columns] = tile
                found[columns, rows] = tile.T
        return found


def moments(votes: Votes, weights: IntArray | None = None) -> Moments:
    """All sums of a set of votes.

    Parameters
    ----------
    votes
        The votes.
    weights
        A weight for each participant in parts of :data:`UNIT`; None gives everybody the weight 1.
    """
    size = votes.statements.size
    if weights is None:
        kinds = np.bincount(votes.kinds(), minlength=3 * size)
    else:
        heavy = np.repeat(weights, votes.counts).astype(np.float64)
        kinds = np.bincount(votes.kinds(), weights=heavy, minlength=3 * size).astype(np.int64)
    kinds = kinds.reshape(size, 3)
    pairs = pair_counts(votes) if weights is None else weighted_pair_counts(votes, weights)
    return Moments(
        voted=kinds.sum(axis=1),
        agreed=kinds[:, 2].copy(),
        disagreed=kinds[:, 0].copy(),
        both=pairs.both,
        one_voted=pairs.one_voted,
        two_voted=pairs.two_voted,
        unit=1 if weights is None else UNIT,
    )
