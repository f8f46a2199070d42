"""The map drawn again from other weights or other votes: quickly, for the same people and statements.

References
----------
Rutishauser, H. (1970). Simultaneous iteration method for symmetric matrices. Numerische Mathematik 16,
205-223.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from .votes import Votes

__all__ = ["Frame", "Redrawn", "framed"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_AXES = 6  # directions carried along, so that the second may fall behind a third and come back
_TURNS = 20
_FIRST_TURNS = 100
_FIRST_EXACT_TO = 1e-5
_EXACT_TO = 1e-3  # part of an axis' variance by which it may miss: far below what resampling changes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redrawn:
    """A map drawn again.

    Attributes
    ----------
    points
        (n, 2), everybody's place, also of those without weight.
    means, loadings
        Mean votes and (m, 2) axes.
    """

    points: Floats
    means: Floats
    loadings: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """What stays the same from one drawing to the next.

    Attributes
    ----------
    votes, rows
        The votes, and the participant of each.
    kept
        (m,), statements that shape the map.
    scale
        (n,), by how much each person's place is drawn out for votes not given.
    loadings
        (m, 6), the leading directions of the whole: where each drawing starts.
    """

    votes: Votes
    rows: Ints
    kept: npt.NDArray[np.bool_]
    scale: Floats
    loadings: Floats

    def redraw(self, values: Floats, weights: Floats) -> Redrawn:
        """The map of other votes on the same statements, or of other weights.

        Notes
        -----
        From the whole's axes until both are exact to a thousandth, at most 20 rounds.
        """
        matrix, means = self._centred(values, weights)
        basis = _leading(matrix, weights, self.loadings, turns=_TURNS, exact_to=_EXACT_TO)
        loadings = basis[:, :2] * np.where((basis[:, :2] * self.loadings[:, :2]).sum(axis=0) < 0, -1.0, 1.0)
        return Redrawn(points=self.scale[:, None] * (matrix @ loadings), means=means, loadings=loadings)

    def _centred(self, values: Floats, weights: Floats) -> tuple[sparse.csr_array, Floats]:
        """Votes less their statement's mean, and the means."""
        columns, width = self.votes.columns, len(self.kept)
        heavy = weights[self.rows]
        total = np.bincount(columns, heavy, width)
        means = np.bincount(columns, heavy * values, width) / np.where(total > 0, total, 1.0)
        means[~self.kept] = 0.0
        centred = np.where(self.kept[columns], values - means[columns], 0.0)
        return sparse.csr_array((centred, columns, self.votes.starts), shape=(len(weights), width)), means

    def resampled_votes(self, drawn: Redrawn, rng: np.random.Generator) -> Floats:
        """(n, 2), where everybody would stand with their own votes drawn anew, with replacement."""
        counts = self.votes.counts[self.rows]
        chosen = self.votes.starts[:-1][self.rows] + (rng.random(len(self.rows)) * counts).astype(np.int64)
        columns = self.votes.columns[chosen]
        centred = np.where(self.kept[columns], self.votes.values[chosen] - drawn.means[columns], 0.0)
        matrix = sparse.csr_array(
            (centred, columns, self.votes.starts), shape=(len(self.scale), len(self.kept))
        )
        found: Floats = self.scale[:, None] * (matrix @ drawn.loadings)
        return found


def _leading(
    matrix: sparse.csr_array, weights: Floats, start: Floats, *, turns: int, exact_to: float
) -> Floats:
    """Leading directions by simultaneous iteration (Rutishauser 1970), strongest first.

    Products run in the order of votes, or are of six numbers by six: nothing depends on threads.
    """
    basis = start
    for _ in range(turns):
        along = matrix @ basis
        moved = matrix.T @ (along * weights[:, None])
        inner = np.einsum("ij,ik->jk", basis, moved)
        levels, turn = linalg.eigh((inner + inner.T) / 2)
        levels, turn = levels[::-1], turn[:, ::-1]
        turned: Floats
        turned, moved = np.einsum("ij,jk->ik", basis, turn), np.einsum("ij,jk->ik", moved, turn)
        miss = np.sqrt(((moved[:, :2] - turned[:, :2] * levels[:2]) ** 2).sum(axis=0))
        if (miss <= exact_to * max(levels[0], 0.0)).all():
            return turned
        basis = _orthonormal(moved)
    return basis


def _orthonormal(columns: Floats) -> Floats:
    """Orthonormal directions that span the columns, nearly orthogonal ones; 0 where they span fewer."""
    lengths = np.sqrt((columns**2).sum(axis=0))
    unit = columns / np.where(lengths > 1e-12 * lengths.max(initial=1e-300), lengths, np.inf)
    levels, turn = linalg.eigh(np.einsum("ij,ik->jk", unit, unit))
    # turned back, so that the strongest direction stays the first
    back = np.einsum("ij,kj->ik", turn / np.sqrt(np.where(levels > 1e-10, levels, np.inf)), turn)
    found: Floats = np.einsum("ij,jk->ik", unit, back)
    return found


def framed(votes: Votes, rows: Ints, kept: npt.NDArray[np.bool_]) -> Frame:
    """What stays the same; the whole's axes are found from a fixed start."""
    width = len(kept)
    seen = np.bincount(votes.columns, minlength=width) > 0
    zeroed = seen & ~kept
    counted = votes.counts - np.bincount(rows, zeroed[votes.columns], len(votes.participants)) + zeroed.sum()
    several = max(2, min(_AXES, width))
    start = (
        np.mod(np.arange(1, width * several + 1) * 0.6180339887498949, 1.0).reshape(several, width).T - 0.5
    )
    frame = Frame(
        votes=votes,
        rows=rows,
        kept=kept & seen,
        scale=np.sqrt(seen.sum() / np.maximum(counted, 1.0)),
        loadings=np.pad(_orthonormal(start), ((0, 0), (0, max(2 - several, 0)))),
    )
    return _warmed(frame) if len(votes.values) else frame


def _warmed(frame: Frame) -> Frame:
    """The same with the whole's leading directions."""
    everybody = np.ones(len(frame.scale))
    matrix, _ = frame._centred(frame.votes.values.astype(np.float64), everybody)
    loadings = _leading(matrix, everybody, frame.loadings, turns=_FIRST_TURNS, exact_to=_FIRST_EXACT_TO)
    strongest = np.abs(loadings).argmax(axis=0)
    loadings = loadings * np.where(loadings[strongest, np.arange(loadings.shape[1])] < 0, -1.0, 1.0)
    return Frame(
        votes=frame.votes,
        rows=frame.rows,
        kept=frame.kept,
        scale=frame.scale,
        loadings=np.ascontiguousarray(loadings),
    )
