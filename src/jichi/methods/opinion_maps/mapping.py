"""The opinion map: people and statements in a plane, groups of people, and what each group says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import listed

from .ballot_matrix import Ballots
from .errors import VoteError
from .groups import MOST_GROUPS, Groups, group_points
from .ids import Ids
from .moderation import Moderation, Standing, standing
from .moments import UNIT, Moments, moments
from .points import LEAST_VOTES, Placement, place, who_is_grouped
from .routing import NextStatement, next_statement, priorities
from .selections import CONFIDENCE, MOST, Consensus, Selected, consensus, representative
from .statistics import GroupStatistics, Tally, group_statistics, tally
from .votes import Votes

__all__ = ["OpinionMap", "Reason", "Rules", "check_rules", "draw_from", "draw_map", "exact_weights"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a map is drawn.

    Attributes
    ----------
    least_votes
        Votes that a person needs to be put into a group (fewer where there are fewer statements): 7, as in
        Polis and red-dwarf.
    top_up
        Where fewer people than this have voted enough, the most active others are added: 0, as red-dwarf
        (nobody is added). Polis adds up to 15.
    most_groups
        The largest number of groups tried.
    groups
        Exactly this many groups, or None to choose.
    most_selected
        Representative statements to a group, and consensus statements to a side.
    confidence
        One-sided level of the tests that select them.
    """

    least_votes: int = LEAST_VOTES
    top_up: int = 0
    most_groups: int = MOST_GROUPS
    groups: int | None = None
    most_selected: int = MOST
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a part of the map is not there or is not determined, for a page to tell in any language.

    Attributes
    ----------
    code
        ``no-votes``: nobody voted. ``no-statements``: every statement that was voted on is out or
        meta. ``no-differences``: on every statement that shapes the map all votes are
        alike, so that all stand at the centre. ``one-axis``: people differ in one direction only.
        ``axes-tied``: two directions matter equally and a fixed rule chose. ``nobody-grouped``: no person
        has voted enough. ``groups-too-few``, ``groups-all-the-same``, ``groups-no-groups-of-two``: why there
        is one group only.
    message
        The same in English.
    """

    code: str
    message: str


_MESSAGES = {
    "no-votes": "nobody has voted yet",
    "no-statements": "each statement with votes is moderated out or about the conversation itself",
    "no-differences": "all votes on each statement that shapes the map are alike, so all stand at its centre",
    "one-axis": "people differ in one direction only: the second coordinate of everybody is 0",
    "axes-tied": "two directions tell people apart equally well; which is drawn was decided by a fixed rule",
    "nobody-grouped": "nobody has voted on enough statements to be put into a group",
    "groups-too-few": "fewer than four people have voted enough: too few to tell groups apart",
    "groups-all-the-same": "all who have voted enough stand at one place, so there are no groups",
    "groups-no-groups-of-two": "every way to divide people leaves somebody alone, so no groups are told",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpinionMap:
    """An opinion map, with everything that was computed for it.

    Attributes
    ----------
    participants, statements
        Sorted names; all arrays below are in their order.
    vote_counts
        Votes of each participant, passes included.
    points
        Participants by two coordinates. Zero for a person who has not voted.
    grouped
        Who has voted enough to be put into a group.
    labels
        The group of each participant from 0, largest first; -1 for those in none.
    group_count
        How many groups there are; 1 where no groups are told, 0 where nobody can be put into one.
    groups
        What grouping found, over the participants of ``grouped``; None where there are none.
    placement
        Mean votes, axes, statement points and extremity.
    statistics
        Counts and the eight statistics of each statement in each group, and group-informed consensus.
    everybody
        Votes of all participants, in groups or not, as a tally of one group.
    representative
        For each group the statements that tell it from the others; empty where there are not two groups.
    consensus
        What most agree on and what most disagree with.
    priorities
        How much it matters that the next voter sees each statement.
    standing
        Which statements are out or meta.
    reasons
        What could not be determined, and why.
    rules
        How the map was drawn.
    """

    participants: Ids
    statements: Ids
    vote_counts: npt.NDArray[np.int64]
    points: FloatArray
    grouped: npt.NDArray[np.bool_]
    labels: npt.NDArray[np.int64]
    group_count: int
    groups: Groups | None
    placement: Placement
    statistics: GroupStatistics
    everybody: Tally
    representative: tuple[tuple[Selected, ...], ...]
    consensus: Consensus
    priorities: FloatArray
    standing: Standing
    reasons: tuple[Reason, ...]
    rules: Rules

    @property
    def statement_points(self) -> FloatArray:
        """Where somebody would stand who agreed with one statement and voted on no other."""
        return self.placement.statement_points

    @property
    def extremity(self) -> FloatArray:
        """Distance of each statement point from the centre."""
        return self.placement.extremity

    def next_statement(
        self, seen: Iterable[object] = (), *, rng: np.random.Generator | int | None = None
    ) -> NextStatement:
        """A statement for a voter who has seen some: see :func:`~.routing.next_statement`."""
        return next_statement(self.statements, self.priorities, seen, out=self.standing.out, rng=rng)


def exact_weights(weights: npt.ArrayLike, size: int) -> npt.NDArray[np.int64]:
    """Weights of participants in whole parts of :data:`~.moments.UNIT`, so that sums of them are exact.

    Raises
    ------
    VoteError
        ``weights-not-usable``: not one for each participant, negative, infinite or not a number, above
        1,000,000, or above 4,000,000,000 together.
    """
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (size,):
        raise VoteError(
            "weights-not-usable",
            f"weights have the shape {given.shape}; give one for each of the {size} participants, in order of"
            " votes.participants",
            participants=size,
        )
    wrong = ~((given >= 0) & (given <= 1_000_000))
    if np.any(wrong):
        rows = [int(row) + 1 for row in np.flatnonzero(wrong)]
        raise VoteError(
            "weights-not-usable",
            f"weights of participants {listed(rows)} (counted from 1) are not between 0 and 1,000,000",
            rows=rows,
        )
    if given.sum() > 4e9:
        raise VoteError(
            "weights-not-usable",
            f"weights add up to {given.sum():.3g}, but only sums up to 4e9 are exact; divide them all",
            total=float(given.sum()),
        )
    return np.rint(given * UNIT).astype(np.int64)


def check_rules(rules: Rules) -> None:
    """Refuse rules that cannot be followed (``groups-not-possible``, ``confidence-out-of-range``)."""
    most, wanted = rules.most_groups, rules.groups
    if most < 2 or (wanted is not None and wanted < 1):
        raise VoteError(
            "groups-not-possible",
            f"a map has at least 2 groups at most, or exactly 1 or more, not {most} and {wanted}",
            most=most,
            groups=wanted,
        )
    if not 0 < rules.confidence < 1:
        raise VoteError(
            "confidence-out-of-range",
            f"a confidence lies between 0 and 1, not {rules.confidence}",
            confidence=rules.confidence,
        )


def _reasons(
    votes: Votes, placed: Placement, groups: Groups | None, kept: npt.NDArray[np.bool_]
) -> tuple[Reason, ...]:
    codes = []
    if votes.values.size == 0:
        codes.append("no-votes")
    elif not np.any(kept):
        codes.append("no-statements")
    elif placed.axes.rank == 0:
        codes.append("no-differences")
    elif placed.axes.rank == 1:
        codes.append("one-axis")
    if placed.axes.tied:
        codes.append("axes-tied")
    if groups is None:
        codes.append("nobody-grouped")
    elif groups.withheld is not None:
        codes.append(f"groups-{groups.withheld}")
    return tuple(
        Reason(code=code, message=_MESSAGES.get(code, "the people on the map are not divided into groups"))
        for code in codes
    )


def draw_from(
    votes: Votes,
    sums: Moments,
    standing: Standing,
    rules: Rules,
    *,
    weights: npt.NDArray[np.int64] | None = None,
) -> OpinionMap:
    """The map of votes whose moments are known: what :func:`draw_map` and an update have in common."""
    ballots = Ballots.of(votes)
    placed = place(votes, sums, standing, ballots=ballots)
    counts = votes.counts
    grouped = who_is_grouped(
        counts, int(np.count_nonzero(sums.voted)), least=rules.least_votes, top_up=rules.top_up
    )
    groups = _in_groups(placed.points, grouped, rules, weights)
    labels = np.full(counts.size, -1, dtype=np.int64)
    if groups is not None:
        labels[grouped] = groups.labels
    group_count = 0 if groups is None else groups.count
    by_group = tally(votes, labels, max(1, group_count), weights, ballots=ballots)
    statistics, everybody = group_statistics(by_group), _everybody(sums)
    select: dict[str, Any] = {
        "statements": votes.statements,
        "open_to": standing.kept & (sums.voted > 0),
        "most": rules.most_selected,
        "confidence": rules.confidence,
    }
    return OpinionMap(
        participants=votes.participants,
        statements=votes.statements,
        vote_counts=counts,
        points=placed.points,
        grouped=grouped,
        labels=labels,
        group_count=group_count,
        groups=groups,
        placement=placed,
        statistics=statistics,
        everybody=everybody,
        representative=representative(statistics, **select) if group_count > 1 else (),
        consensus=consensus(everybody, **select),
        priorities=priorities(_together(by_group), placed.extremity, standing),
        standing=standing,
        reasons=_reasons(
            votes,
            placed,
            groups,
            standing.kept & (np.bincount(votes.columns, minlength=standing.kept.size) > 0),
        ),
        rules=rules,
    )


def _in_groups(
    points: FloatArray,
    grouped: npt.NDArray[np.bool_],
    rules: Rules,
    weights: npt.NDArray[np.int64] | None,
) -> Groups | None:
    if not np.any(grouped):
        return None
    return group_points(
        points[grouped],
        weights=None if weights is None else weights[grouped] / UNIT,
        most=rules.most_groups,
        count=rules.groups,
    )


def _everybody(sums: Moments) -> Tally:
    counts: list[Any] = [sums.agreed[None], sums.disagreed[None], sums.voted[None]]
    if sums.unit != 1:
        counts = [count / sums.unit for count in counts]
    return Tally(agreed=counts[0], disagreed=counts[1], voted=counts[2])


def _together(by_group: Tally) -> Tally:
    return Tally(
        agreed=by_group.agreed.sum(axis=0, keepdims=True),
        disagreed=by_group.disagreed.sum(axis=0, keepdims=True),
        voted=by_group.voted.sum(axis=0, keepdims=True),
    )


def draw_map(
    votes: Votes,
    *,
    moderation: Moderation | None = None,
    weights: npt.ArrayLike | None = None,
    most_groups: int = MOST_GROUPS,
    groups: int | None = None,
    rules: Rules | None = None,
) -> OpinionMap:
    """The opinion map of a conversation.

    Parameters
    ----------
    votes
        The votes.
    moderation
        Statements moderated out or meta.
    weights
        A weight for each participant, in order of ``votes.participants``; kept to one part in 2^20.
    most_groups, groups
        The largest number of groups tried, or exactly how many.
    rules
        All rules at once; ``most_groups`` and ``groups`` are then taken from it.

    Raises
    ------
    VoteError
        ``weights-not-usable``, ``unknown-statements``, ``groups-not-possible``, ``confidence-out-of-range``.

    Notes
    -----
    The map is a function of the set of votes: sums over participants are sums of whole numbers, sums over
    statements run in order of statements, and groups do not depend on the order of points. With weights the
    counts, means, axes and statistics are weighted; who votes enough is not.

    References
    ----------
    Small, C., Bjorkegren, M., Erkkilä, T., Shaw, L. and Megill, C. (2021). Polis: scaling deliberation by
    mapping high dimensional opinion spaces. Recerca 26(2).

    Examples
    --------
    >>> from jichi.methods.opinion_maps.votes import votes_from_table
    >>> table = [[1, 1, -1, 0], [1, 1, -1, -1], [1, 1, -1, 1], [1, -1, 1, 1], [0, -1, 1, 1]]
    >>> found = draw_map(votes_from_table("abcde", [1, 2, 3, 4], table))
    >>> found.labels.tolist(), found.group_count
    ([0, 0, 0, 1, 1], 2)
    """
    used = Rules(most_groups=most_groups, groups=groups) if rules is None else rules
    check_rules(used)
    found = standing(votes.statements, moderation)
    exact = None if weights is None else exact_weights(weights, votes.participants.size)
    return draw_from(votes, moments(votes, exact), found, used, weights=exact)
