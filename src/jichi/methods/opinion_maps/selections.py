"""Statements that stand for a group, and statements that nearly all share.

The rules are those of Polis and red-dwarf 0.4.0. Two of red-dwarf's functions err and are not followed: its
``count_votes(values, 0)`` counts all votes where passes were asked for, and its ``two_prop_test`` adds 1 to
the caller's own arrays, so that a second call answers otherwise. Neither changes what its pipeline prints.
Besides, its ``select_representative_statements`` names nothing for a group that only disagrees (significant
statements, but none that qualifies as best agreed): here those statements are listed, as in Polis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from .ids import Ids
from .statistics import GroupStatistics, Tally

__all__ = ["CONFIDENCE", "MOST", "Consensus", "Selected", "consensus", "representative"]

CONFIDENCE = 0.9
MOST = 5

Side = Literal["agree", "disagree"]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A statement that was selected, for the side it was selected for.

    Attributes
    ----------
    statement
        Its name.
    side
        Whether agreeing or disagreeing is what tells.
    votes, on_side
        Votes on it, passes included, and those on that side: of the group, or of all for a consensus. Sums
        of weights where votes are weighted.
    share, share_test
        pa and pat of that side (or pd, pdt).
    ratio, ratio_test
        ra and rat of that side; None for a consensus.
    best_agreed
        Whether it is the one statement that best tells what the group agrees on.
    """

    statement: Any
    side: Side
    votes: float
    on_side: float
    share: float
    share_test: float
    ratio: float | None = None
    ratio_test: float | None = None
    best_agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """What most of those who voted agree on, and what most disagree with; the clearest first."""

    agree: tuple[Selected, ...]
    disagree: tuple[Selected, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The statistics of one group, those of the statement's own side picked out."""

    agrees: npt.NDArray[np.bool_]
    share: FloatArray
    test: FloatArray
    ratio: FloatArray
    ratio_test: FloatArray
    hits: npt.NDArray[Any]

    @property
    def metric(self) -> FloatArray:
        return self.ratio * self.ratio_test * self.share * self.test


def _sides(of: GroupStatistics, group: int) -> _Sides:
    agrees = of.agree_ratio_test[group] > of.disagree_ratio_test[group]
    pairs = (
        (of.agree_share, of.disagree_share),
        (of.agree_test, of.disagree_test),
        (of.agree_ratio, of.disagree_ratio),
        (of.agree_ratio_test, of.disagree_ratio_test),
        (of.tally.agreed, of.tally.disagreed),
    )
    return _Sides(agrees, *(np.where(agrees, one[group], two[group]) for one, two in pairs))


def _best_agreed(of: GroupStatistics, group: int, open_to: npt.NDArray[np.bool_], z: float) -> int | None:
    """The statement that best tells what the group agrees on, found in one pass in order of statements."""
    share, test = of.agree_share[group].tolist(), of.agree_test[group].tolist()
    ratio, ratio_test = of.agree_ratio[group].tolist(), of.agree_ratio_test[group].tolist()
    voted = (of.tally.agreed[group] > 0) | (of.tally.disagreed[group] > 0)
    best: int | None = None
    for at in np.flatnonzero(open_to & voted).tolist():
        if best is None:
            better = test[at] > z or (ratio[at] > 1.0 and share[at] > 0.5)
        elif ratio[best] > 1.0:
            better = (
                ratio[at] * ratio_test[at] * share[at] * test[at]
                > ratio[best] * ratio_test[best] * share[best] * test[best]
            )
        else:
            better = share[at] * test[at] > share[best] * test[best]
        if better:
            best = at
    return best


def _chosen(
    of: GroupStatistics, group: int, open_to: npt.NDArray[np.bool_], best: int | None, most: int, z: float
) -> list[int]:
    """Positions of the statements of one group, the best first, before agrees are put before disagrees."""
    significant = open_to & (
        ((of.agree_ratio_test[group] > z) & (of.agree_test[group] > z))
        | ((of.disagree_ratio_test[group] > z) & (of.disagree_test[group] > z))
    )
    head = [] if best is None else [best]
    places = np.flatnonzero(significant)
    if places.size:
        ranked = places[np.argsort(-_sides(of, group).metric[places], kind="stable")]
        return [*head, *(int(at) for at in ranked if at != best)][:most]
    if best is None and np.any(open_to):
        reach = np.maximum(of.agree_ratio_test[group], of.disagree_ratio_test[group])
        head = [int(np.argmax(np.where(open_to, reach, -np.inf)))]
    return head[:most]


def representative(
    of: GroupStatistics,
    statements: Ids,
    open_to: npt.NDArray[np.bool_],
    *,
    most: int = MOST,
    confidence: float = CONFIDENCE,
) -> tuple[tuple[Selected, ...], ...]:
    """For each group, the statements that tell it from the others.

    Parameters
    ----------
    of
        The statistics of all groups.
    statements
        Names of the statements, in the order of the statistics.
    open_to
        Statements that may be selected: those moderated out, meta, or without votes may not.
    most
        How many to a group.
    confidence
        One-sided level of both tests: 0.9, a z of 1.2816.

    Notes
    -----
    A statement is significant where both tests of one side exceed z; its side is that of the larger ratio
    test. They are ranked by ratio, ratio test, share and share test multiplied, ties in order of statements
    (red-dwarf's order of ties is that of an unstable sort).
    The statement that best tells what the group agrees on goes first; then agrees are put before disagrees.
    A group with nothing significant has the best agreed statement, or else the one that sets it apart most.
    """
    z = float(ndtri(confidence))
    found = []
    for group in range(of.agree_share.shape[0]):
        sides, best = _sides(of, group), _best_agreed(of, group, open_to, z)
        chosen = [
            Selected(
                statement=statements[at].item(),
                side="agree" if sides.agrees[at] else "disagree",
                votes=of.tally.voted[group, at].item(),
                on_side=sides.hits[at].item(),
                share=float(sides.share[at]),
                share_test=float(sides.test[at]),
                ratio=float(sides.ratio[at]),
                ratio_test=float(sides.ratio_test[at]),
                best_agreed=at == best,
            )
            for at in _chosen(of, group, open_to, best, most, z)
        ]
        found.append(tuple(sorted(chosen, key=lambda one: one.side)))
    return tuple(found)


def consensus(
    everybody: Tally,
    statements: Ids,
    open_to: npt.NDArray[np.bool_],
    *,
    most: int = MOST,
    confidence: float = CONFIDENCE,
    least_share: float = 0.5,
) -> Consensus:
    """Statements that most people agree on, and that most disagree with, whatever their group.

    Parameters
    ----------
    everybody
        Votes of all participants, in groups or not, as the tally of one group.
    statements, open_to, most, confidence
        As for :func:`representative`.
    least_share
        The share must exceed this.

    Notes
    -----
    Ranked by share times test, ties in order of statements.
    """
    z = float(ndtri(confidence))
    sides: dict[Side, tuple[FloatArray, FloatArray, npt.NDArray[Any]]] = {
        "agree": (everybody.agree_share[0], everybody.agree_test[0], everybody.agreed[0]),
        "disagree": (everybody.disagree_share[0], everybody.disagree_test[0], everybody.disagreed[0]),
    }
    found: dict[str, tuple[Selected, ...]] = {}
    for side, (share, test, hits) in sides.items():
        places = np.flatnonzero(open_to & (share > least_share) & (test > z))
        ranked = places[np.argsort(-(share * test)[places], kind="stable")][:most]
        found[side] = tuple(
            Selected(
                statement=statements[at].item(),
                side=side,
                votes=everybody.voted[0, at].item(),
                on_side=hits[at].item(),
                share=float(share[at]),
                share_test=float(test[at]),
            )
            for at in ranked
        )
    return Consensus(agree=found["agree"], disagree=found["disagree"])
