"""How each group voted on each statement, and how that differs from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .ballot_matrix import Ballots
from .moments import UNIT
from .votes import Votes

__all__ = ["GroupStatistics", "Tally", "group_statistics", "tally"]

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally:
    """Votes on each statement, a row for each group: whole numbers, or sums of weights.

    Attributes
    ----------
    agreed, disagreed, voted
        Groups by statements. ``voted`` includes passes.
    """

    agreed: Counts
    disagreed: Counts
    voted: Counts

    @property
    def agree_share(self) -> FloatArray:
        """pa = (na + 1) / (ns + 2): the share that agrees, drawn towards a half where few voted."""
        return (self.agreed + 1) / (self.voted + 2)

    @property
    def disagree_share(self) -> FloatArray:
        """pd = (nd + 1) / (ns + 2)."""
        return (self.disagreed + 1) / (self.voted + 2)

    @property
    def agree_test(self) -> FloatArray:
        """pat: how many standard errors the share that agrees lies above a half."""
        return _one_share(self.agreed + 1, self.voted + 1)

    @property
    def disagree_test(self) -> FloatArray:
        """pdt: the same of those who disagree."""
        return _one_share(self.disagreed + 1, self.voted + 1)


def _one_share(hits: Counts, trials: Counts) -> FloatArray:
    found: FloatArray = 2 * np.sqrt(trials) * ((hits / trials) - 0.5)
    return found


def _two_shares(hits: Counts, trials: Counts, other_hits: Counts, other_trials: Counts) -> FloatArray:
    pooled = (hits + other_hits) / (trials + other_trials)
    error = np.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / other_trials))
    difference = hits / trials - other_hits / other_trials
    found: FloatArray = np.divide(difference, error, out=np.zeros_like(difference), where=pooled != 1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupStatistics:
    """The eight statistics of every statement in every group, with the counts they come from.

    Attributes
    ----------
    tally
        Votes of each group.
    agree_share, agree_test, agree_ratio, agree_ratio_test
        Polis' pa, pat, ra, rat; groups by statements.
    disagree_share, disagree_test, disagree_ratio, disagree_ratio_test
        pd, pdt, rd, rdt.
    agree_consensus, disagree_consensus
        Group-informed consensus: the product of the shares over all groups; one for each statement.
    """

    tally: Tally
    agree_share: FloatArray
    agree_test: FloatArray
    agree_ratio: FloatArray
    agree_ratio_test: FloatArray
    disagree_share: FloatArray
    disagree_test: FloatArray
    disagree_ratio: FloatArray
    disagree_ratio_test: FloatArray
    agree_consensus: FloatArray
    disagree_consensus: FloatArray


def tally(
    votes: Votes,
    labels: npt.NDArray[np.int64],
    groups: int,
    weights: npt.NDArray[np.int64] | None = None,
    *,
    ballots: Ballots | None = None,
) -> Tally:
    """Votes of each group on each statement.

    Parameters
    ----------
    votes
        The votes.
    labels
        The group of each participant, -1 for those in none.
    groups
        How many groups there are.
    weights
        A weight for each participant in parts of :data:`~.moments.UNIT`, or None.
    ballots
        The same votes as a matrix, where there is one already.
    """
    matrix = Ballots.of(votes) if ballots is None else ballots
    member = (labels[:, None] == np.arange(groups)).astype(np.float64)
    if weights is not None:
        member *= weights[:, None]
    kinds = matrix.by_vote(member).T.reshape(groups, votes.statements.size, 3)
    found = kinds.astype(np.int64) if weights is None else kinds / UNIT
    return Tally(agreed=found[:, :, 2].copy(), disagreed=found[:, :, 0].copy(), voted=found.sum(axis=2))


def group_statistics(counts: Tally) -> GroupStatistics:
    """All statistics of a tally.

    Parameters
    ----------
    counts
        Votes of each group. "Others" below are the other groups of the tally together; people in no group
        count nowhere.

    Notes
    -----
    With na, nd and ns the group's agrees, disagrees and votes, Na, Nd and Ns those of the others:

        pa = (na + 1) / (ns + 2)                     pat = 2 sqrt(ns + 1) ((na + 1) / (ns + 1) - 1/2)
        ra = pa / ((Na + 1) / (Ns + 2))              p1 = (na + 1) / (ns + 1),  p2 = (Na + 1) / (Ns + 1)
        ph = (na + Na + 2) / (ns + Ns + 2)           rat = (p1 - p2) / sqrt(ph (1 - ph) (1/(ns+1) + 1/(Ns+1)))

    rat is 0 where ph is 1; the same with nd for disagree. As in Polis passes count as votes.

    References
    ----------
    Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional opinion spaces. Recerca
    26(2).
    """
    rest = Tally(
        agreed=counts.agreed.sum(axis=0) - counts.agreed,
        disagreed=counts.disagreed.sum(axis=0) - counts.disagreed,
        voted=counts.voted.sum(axis=0) - counts.voted,
    )
    agree, disagree = counts.agree_share, counts.disagree_share
    trials, other_trials = counts.voted + 1, rest.voted + 1
    return GroupStatistics(
        tally=counts,
        agree_share=agree,
        agree_test=counts.agree_test,
        agree_ratio=agree / rest.agree_share,
        agree_ratio_test=_two_shares(counts.agreed + 1, trials, rest.agreed + 1, other_trials),
        disagree_share=disagree,
        disagree_test=counts.disagree_test,
        disagree_ratio=disagree / rest.disagree_share,
        disagree_ratio_test=_two_shares(counts.disagreed + 1, trials, rest.disagreed + 1, other_trials),
        agree_consensus=np.multiply.reduce(agree, axis=0),
        disagree_consensus=np.multiply.reduce(disagree, axis=0),
    )
