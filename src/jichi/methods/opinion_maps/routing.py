"""Which statement to show to a voter next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import listed

from .errors import VoteError
from .ids import Ids, positions
from .moderation import Standing
from .statistics import Tally

__all__ = ["META_PRIORITY", "NextStatement", "next_statement", "priorities"]

META_PRIORITY = 49.0

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStatement:
    """The statement that was drawn, and how likely it was.

    Attributes
    ----------
    statement
        Its name, or None where the voter has seen all that may be shown.
    probability
        Its chance in the draw; 0 where there is none.
    choices
        How many statements could have been drawn.
    """

    statement: Any | None
    probability: float
    choices: int


def priorities(grouped: Tally, extremity: FloatArray, standing: Standing) -> FloatArray:
    """How much it matters that the next voter sees each statement.

    Parameters
    ----------
    grouped
        Votes of those in groups, as the tally of one group.
    extremity
        Distance of each statement point from the centre.
    standing
        Meta statements have the priority :data:`META_PRIORITY`. Statements moderated out have theirs, as in
        Polis, but :func:`next_statement` does not draw them.

    Notes
    -----
    With P passes, A agrees and S votes, and E the extremity:

        importance = (1 - (P + 1) / (S + 2)) (E + 1) (A + 1) / (S + 2)
        priority   = (importance (1 + 8 · 2^(-S / 5)))²

    A statement nobody voted on has the priority (9/4)² and so is shown soon.
    """
    voted, agreed = grouped.voted[0], grouped.agreed[0]
    passed = voted - (agreed + grouped.disagreed[0])
    engaged = 1 - (passed + 1) / (voted + 2)
    importance = (agreed + 1) / (voted + 2) * engaged * (1 + extremity)
    found = np.square(importance * (1 + 8 * np.power(2.0, -(voted / 5))))
    return np.where(standing.meta, META_PRIORITY, found)


def next_statement(
    statements: Ids,
    priority: FloatArray,
    seen: Iterable[object] = (),
    *,
    out: npt.NDArray[np.bool_] | None = None,
    rng: np.random.Generator | int | None = None,
) -> NextStatement:
    """One statement that the voter has not seen, drawn with a chance in proportion to its priority.

    Parameters
    ----------
    statements, priority
        Names and priorities, in one order.
    seen
        Statements the voter has seen.
    out
        Statements that may not be drawn.
    rng
        Source of chance: a generator, a seed, or None for one of the system's own.

    Raises
    ------
    VoteError
        ``unknown-statements``: a statement seen is not among the statements.

    Notes
    -----
    One uniform number and the cumulated priorities in order of statements: the same seed draws the same.
    """
    found = list(seen)
    place = positions(statements, found)
    strange = [name for name in found if name not in place]
    if strange:
        raise VoteError(
            "unknown-statements",
            f"statements seen are not on the map: {listed(strange)}; name statements of these votes",
            ids=strange,
        )
    chances = priority.copy()
    chances[list(place.values())] = 0.0
    if out is not None:
        chances[out] = 0.0
    total = np.cumsum(chances)
    open_to = np.flatnonzero(chances > 0)
    if open_to.size == 0:
        return NextStatement(statement=None, probability=0.0, choices=0)
    at = int(np.searchsorted(total, np.random.default_rng(rng).random() * total[-1], side="right"))
    at = min(at, int(open_to[-1]))
    return NextStatement(
        statement=statements[at].item(),
        probability=float(chances[at] / total[-1]),
        choices=int(open_to.size),
    )
