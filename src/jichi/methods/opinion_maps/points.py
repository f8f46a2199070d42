"""Where participants and statements stand on the map, and who is put into groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .ballot_matrix import Ballots
from .components import Axes, leading_axes
from .moderation import Standing
from .moments import Moments
from .votes import AGREE, Votes

__all__ = ["LEAST_VOTES", "Placement", "place", "who_is_grouped"]

LEAST_VOTES = 7

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """The map before there are groups on it.

    Attributes
    ----------
    axes
        The two axes.
    means
        Mean vote on each statement; 0 where it does not shape the map.
    points
        Participants by two coordinates.
    statement_points
        Where a person would stand who agreed with that one statement and voted on nothing else.
    extremity
        Distance of each statement point from the centre.
    """

    axes: Axes
    means: FloatArray
    points: FloatArray
    statement_points: FloatArray
    extremity: FloatArray


def place(votes: Votes, sums: Moments, standing: Standing, *, ballots: Ballots | None = None) -> Placement:
    """Axes, participants' points and statements' points.

    Parameters
    ----------
    votes, sums
        The votes and their moments.
    standing
        Which statements shape the map. The others count as passes of everybody, also of those who did not
        vote on them, as in Polis: they add nothing along the axes, but count in the scaling. (red-dwarf does
        so with those that are out, not with those that are meta.)
    ballots
        The same votes as a matrix, where there is one already.

    Notes
    -----
    With m the statements that have a vote, n[p] the votes of person p (and the statements set to 0), μ the
    means and w the loadings of an axis (Small et al. 2021):

        x[p] = sqrt(m / max(1, n[p])) Σ (v[p, c] - μ[c]) w[c],    s[c] = sqrt(m) (1 - μ[c]) w[c].

    Every sum runs over one person's votes in order of statements: it depends on no other person's place.

    References
    ----------
    Small, C., Bjorkegren, M., Erkkilä, T., Shaw, L. and Megill, C. (2021). Polis: scaling deliberation by
    mapping high dimensional opinion spaces. Recerca 26(2).
    """
    seen = sums.voted > 0
    kept = standing.kept & seen
    constant = (
        (sums.agreed == sums.voted) | (sums.disagreed == sums.voted) | (sums.agreed + sums.disagreed == 0)
    )
    axes = leading_axes(sums.scatter(), kept & ~constant)
    means = np.where(kept, sums.means, 0.0)
    width = int(np.count_nonzero(seen))
    points = _projected(Ballots.of(votes) if ballots is None else ballots, means, axes.loadings)
    points *= np.sqrt(width / np.maximum(1, _counted(votes, seen & ~kept)))[:, None]
    statement_points = np.sqrt(width) * ((AGREE - means) * axes.loadings).T
    return Placement(
        axes=axes,
        means=means,
        points=points + 0.0,
        statement_points=statement_points + 0.0,
        extremity=np.sqrt(np.sum(statement_points**2, axis=1)),
    )


def _projected(ballots: Ballots, means: FloatArray, loadings: FloatArray) -> FloatArray:
    """Sums over each person's votes of the centred vote times the loading, one vote after the other."""
    contributions = np.empty((3 * means.size, 2))
    for vote in (-1, 0, 1):
        contributions[vote + 1 :: 3] = ((vote - means) * loadings).T
    return ballots.by_person(contributions)


def _counted(votes: Votes, zeroed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Votes of each person in the matrix with moderated statements set to 0 for everybody."""
    counts = votes.counts
    if not np.any(zeroed):
        return counts
    within = np.concatenate([[0], np.cumsum(zeroed[votes.columns])])
    counts -= within[votes.starts[1:]] - within[votes.starts[:-1]]
    counts += int(np.count_nonzero(zeroed))
    return counts


def who_is_grouped(
    counts: npt.NDArray[np.int64], statements: int, *, least: int = LEAST_VOTES, top_up: int = 0
) -> npt.NDArray[np.bool_]:
    """Who has voted enough to be put into a group.

    Parameters
    ----------
    counts
        Votes of each participant, passes and votes on moderated statements included.
    statements
        How many statements have a vote: nobody need vote on more than there are.
    least
        Fewest votes that suffice: 7 in Polis and red-dwarf.
    top_up
        Where fewer people than this voted enough, the most active others are added, as Polis does up to 15;
        whoever ties with the last one added is added too, so that no order matters. Someone without a vote
        is never added. 0, the default, adds nobody, as red-dwarf.

    Notes
    -----
    Polis also keeps whoever was once in a group although the rule would leave them out later. That makes the
    map depend on when it was drawn before, and is not done here.
    """
    enough = counts >= max(1, min(least, statements))
    if np.count_nonzero(enough) >= top_up:
        return enough
    ranked = np.sort(counts)[::-1]
    last = int(ranked[min(top_up, ranked.size) - 1]) if ranked.size else 0
    return enough | (counts >= max(1, last))
