"""How far a map can be trusted: the certificate that goes with it.

Three questions, each with its own way of asking:

- *Would others of the same kind have given the same groups?* Participants are drawn anew with replacement,
  and axes and groups are found again from them. Everybody is then placed on the new map and put into its
  groups.
- *Is this person's group sure?* On each of those maps everybody's own votes are drawn anew as well, for a
  person with ten votes might have been shown ten others. They are not drawn anew when axes and groups are
  found: votes drawn twice blur the whole map, and groups that are there would look unsure.
- *Are there groups at all?* k-means cuts any cloud in two. So the groups must be clearer than those of maps
  of one cloud of people who vote on the same statements with the same shares and spread as far
  (:mod:`.one_cloud`).

Of large conversations fewer maps are drawn anew, and clouds are compared with the map of some of the people:
``resamples`` and ``compared`` say how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from .ballots import Ballots, canonical
from .errors import VoteError
from .groups import Groups, group_points
from .mapping import OpinionMap
from .moments import UNIT
from .one_cloud import Compared, compared_with_clouds
from .resampling import Frame, Redrawn, framed
from .selections import Selected, consensus, representative
from .stability import (
    LEAST_COUNT,
    LEAST_JACCARD,
    LEAST_JACCARD_ANYHOW,
    MOST_CHANCE,
    Certificate,
    GroupStability,
    StatementStability,
    adjusted_rand,
)
from .statistics import Tally, group_statistics, tally
from .votes import Votes

__all__ = ["SEED", "Certificate", "certify"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SEED = 20_260_401
RESAMPLES = 200
MOST_VOTES = 160_000_000  # of all maps drawn anew together: about a minute; at least 20 maps are drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Again:
    """One map drawn anew, its groups numbered as the map's."""

    labels: Ints
    doubtful: Ints
    chosen: int
    agreement: float
    selected: frozenset[tuple[int | None, Any, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Original:
    """The map in the order of ballots."""

    map: OpinionMap
    ballots: Ballots
    frame: Frame
    grouped: npt.NDArray[np.bool_]
    labels: Ints
    count: int


def _nearest(points: Floats, groups: Groups) -> Ints:
    away = ((points[:, None, :] - groups.centres) ** 2).sum(axis=2)
    found: Ints = away.argmin(axis=1)
    return found


def _grouped_again(original: _Original, drawn: Redrawn, weights: Floats) -> tuple[Groups, int]:
    """Groups of as many as on the map, and how many would have been chosen."""
    inside = original.grouped
    most = max(original.map.rules.most_groups, original.count)
    free = group_points(drawn.points[inside], weights=weights[inside], most=most, quick=True)
    if free.count == original.count:
        return free, free.count
    forced = group_points(drawn.points[inside], weights=weights[inside], count=original.count, quick=True)
    return forced, free.count


def _aligned(original: Ints, found: Ints, count: int) -> tuple[Ints, Ints]:
    """The map's number for each group found, so that most people keep theirs; counts of people in both."""
    table = np.bincount(original * count + found, minlength=count * count).reshape(count, count)
    one, other = linear_sum_assignment(-table)
    number = np.empty(count, np.int64)
    number[other] = one
    return number, table


def _drawn_anew(original: _Original, weights: Floats, rng: np.random.Generator) -> _Again:
    frame, inside, count = original.frame, original.grouped, max(original.count, 1)
    drawn = frame.redraw(frame.votes.values.astype(np.float64), weights)
    exact = np.rint(weights).astype(np.int64) * UNIT
    if original.count < 2:
        selected = _selected(original, np.zeros(0, np.int64), exact)
        return _Again(
            labels=np.zeros(0, np.int64),
            doubtful=np.zeros(0, np.int64),
            chosen=1,
            agreement=1.0,
            selected=selected,
        )
    groups, chosen = _grouped_again(original, drawn, weights)
    found = _nearest(drawn.points[inside], groups)
    number, table = _aligned(original.labels, found, count)
    labels = number[found]
    doubtful = number[_nearest(frame.resampled_votes(drawn, rng)[inside], groups)]
    return _Again(
        labels=labels,
        doubtful=doubtful,
        chosen=chosen,
        agreement=adjusted_rand(table),
        selected=_selected(original, labels, exact),
    )


def _selected(original: _Original, labels: Ints, exact: Ints) -> frozenset[tuple[int | None, Any, str]]:
    """The statements selected from a map drawn anew."""
    votes, rules = original.frame.votes, original.map.rules
    whole = np.full(len(exact), -1, np.int64)
    if len(labels):
        whole[original.grouped] = labels
    count = max(original.count, 1)
    every = tally(votes, whole, count, exact)
    rest = tally(votes, np.where(whole < 0, 0, -1), 1, exact)
    everybody = Tally(
        agreed=every.agreed.sum(axis=0, keepdims=True) + rest.agreed,
        disagreed=every.disagreed.sum(axis=0, keepdims=True) + rest.disagreed,
        voted=every.voted.sum(axis=0, keepdims=True) + rest.voted,
    )
    open_to = original.frame.kept & (everybody.voted[0] > 0)
    found: list[tuple[int | None, Any, str]] = []
    options = {"most": rules.most_selected, "confidence": rules.confidence}
    agreed = consensus(everybody, votes.statements, open_to, **options)  # type: ignore[arg-type]
    found += [(None, each.statement, each.side) for each in (*agreed.agree, *agreed.disagree)]
    if original.count > 1:
        told = representative(group_statistics(every), votes.statements, open_to, **options)  # type: ignore[arg-type]
        found += [(group, each.statement, each.side) for group, few in enumerate(told) for each in few]
    return frozenset(found)


def _original(votes: Votes, drawn: OpinionMap) -> _Original:
    if not np.array_equal(drawn.participants, votes.participants):
        raise VoteError(
            "map-of-other-votes",
            "the map has other participants than the votes: draw it from these votes",
            votes=len(votes.participants),
            map=len(drawn.participants),
        )
    ballots = canonical(votes)
    labels = drawn.labels[ballots.order]
    return _Original(
        map=drawn,
        ballots=ballots,
        frame=framed(ballots.votes, ballots.rows, drawn.standing.kept),
        grouped=labels >= 0,
        labels=labels[labels >= 0],
        count=drawn.group_count if drawn.group_count > 1 else 0,
    )


def _with_clouds(original: _Original, seed: int) -> Compared:
    most = max(original.map.rules.most_groups, original.count)
    return compared_with_clouds(original.frame, original.grouped, most=most, count=original.count, seed=seed)


def _maps_drawn_anew(original: _Original, resamples: int, seed: int) -> Iterator[_Again]:
    size = len(original.frame.scale)
    for number in range(resamples):
        rng = np.random.default_rng([seed, number])
        weights = np.bincount(rng.integers(0, size, size), minlength=size).astype(np.float64)
        yield _drawn_anew(original, weights, rng)


def certify(
    votes: Votes, opinion_map: OpinionMap, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Certificate:
    """The certificate of a map.

    Parameters
    ----------
    votes
        The votes that the map was drawn from.
    opinion_map
        The map; one drawn with weights is judged as if drawn without.
    resamples
        How many maps to draw anew, 20 to 10,000. Fewer are drawn, but at least 20, where all together would
        have more than 160 million votes: the certificate says how many.
    seed
        Of the drawing: recorded in the certificate. The same votes and seed give the same certificate, in
        whatever order votes come and whatever participants are called.

    Raises
    ------
    VoteError
        ``resamples-out-of-range``, ``map-of-other-votes``.

    Notes
    -----
    Each map drawn anew costs a few products of the sparse votes with six vectors and one quick grouping: 200
    of 1,000 people and 200 statements take up to ten seconds. With more than 2,000 people the clouds are
    compared with the map of 2,000 of them, drawn from the seed. Groups of a map drawn anew are numbered so
    that most people keep theirs (assignment problem). Nothing depends on the number of threads.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics and Data
    Analysis 52, 258-271.

    Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    """
    if not 20 <= resamples <= 10_000:
        raise VoteError(
            "resamples-out-of-range",
            f"20 to 10,000 maps can be drawn anew, not {resamples}",
            resamples=resamples,
        )
    original = _original(votes, opinion_map)
    if not len(votes.values):
        return _collected(original, [], Compared(), resamples, seed)
    affordable = min(resamples, max(20, MOST_VOTES // len(votes.values)))
    again = list(_maps_drawn_anew(original, affordable, seed))
    compared = _with_clouds(original, seed) if original.count > 1 else Compared()
    return _collected(original, again, compared, affordable, seed)


def _collected(
    original: _Original,
    again: list[_Again],
    compared: Compared,
    resamples: int,
    seed: int,
) -> Certificate:
    count, people = original.count, len(original.map.participants)
    membership = np.full((people, count), np.nan)
    groups: tuple[GroupStability, ...] = ()
    stability = chance = None
    if count:
        shares = np.stack(
            [np.mean([each.doubtful == group for each in again], axis=0) for group in range(count)], axis=1
        )
        membership[original.ballots.order[original.grouped]] = shares
        groups = tuple(_group(original, again, shares, group) for group in range(count))
        stability = float(np.mean([each.chosen == count for each in again]))
        chance = compared.chance
    reason = _reason(count, groups, stability, chance)
    return Certificate(
        told=reason is None,
        reason=reason,
        groups=groups,
        membership=membership,
        agreement=np.sort([each.agreement for each in again]) if count else np.zeros(0),
        counts=tuple(sorted(Counter(each.chosen for each in again).items())) if count else (),
        count_stability=stability,
        silhouette=compared.silhouette,
        cloud_silhouettes=compared.clouds,
        chance=chance,
        separation=compared.separation,
        compared=compared.people,
        representative=tuple(
            _statement(group, each, again)
            for group, few in enumerate(original.map.representative)
            for each in few
        ),
        consensus=tuple(
            _statement(None, each, again)
            for each in (*original.map.consensus.agree, *original.map.consensus.disagree)
        ),
        resamples=resamples,
        seed=seed,
    )


def _reason(
    count: int, groups: tuple[GroupStability, ...], stability: float | None, chance: float | None
) -> str | None:
    if not count or stability is None or chance is None:
        return "no-groups"
    if chance > MOST_CHANCE:
        return "one-cloud"
    if not all(group.stable for group in groups):
        return "unstable-groups"
    if stability < LEAST_COUNT and not all(group.jaccard >= LEAST_JACCARD_ANYHOW for group in groups):
        return "unstable-count"
    return None


def _group(original: _Original, again: list[_Again], shares: Floats, group: int) -> GroupStability:
    own = original.labels == group
    parts = [
        np.count_nonzero(own & (each.labels == group)) / np.count_nonzero(own | (each.labels == group))
        for each in again
    ]
    jaccard = float(np.mean(parts))
    return GroupStability(
        group=group,
        size=int(np.count_nonzero(own)),
        jaccard=jaccard,
        sure=int(np.count_nonzero(shares[own, group] >= 0.8)),
        stable=jaccard >= LEAST_JACCARD,
    )


def _statement(group: int | None, each: Selected, again: list[_Again]) -> StatementStability:
    name = (group, each.statement, each.side)
    return StatementStability(
        group=group,
        statement=each.statement,
        side=each.side,
        stability=float(np.mean([name in one.selected for one in again])) if again else 0.0,
    )
