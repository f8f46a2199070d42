"""How much likelier a ballot is as a copy of another than as a vote of one's own.

References
----------
Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
Society B 57, 289-300.

Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and Complexity of
Sequences, 21-29.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import rel_entr

from .ballots import Ballots, Nature
from .comparing import Comparison

__all__ = [
    "FALSE_SHARE",
    "Likely",
    "against",
    "ballot_of",
    "evidence_of",
    "length_cost",
    "likely_copies",
    "listed",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]

FALSE_SHARE = 0.05  # of the ballots put into a set, those that chance may explain
CHANGED = (0.005, 0.03, 0.1)  # how large a part of a copy's votes may have been changed

_LEAST = 0.5  # nats below which a ballot is no candidate for any set
_BLOCK = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likely:
    """Ballots that may be copies of one ballot, best first.

    Attributes
    ----------
    probe
        The ballot that may have been copied.
    rows, nats
        The others, and how much likelier each is as a copy than as a vote of one's own.
    chance
        The same likeness of ballots made by chance, largest first; ``made`` times as many as there are
        ballots.
    """

    probe: int
    rows: Ints
    nats: Floats
    chance: Floats
    made: int


def scored(
    surprises: Floats, matched: Floats, common: Floats, changed: tuple[float, ...] = CHANGED
) -> Floats:
    """Log likelihood ratio of copy to own vote, given the surprise, matches and statements in common.

    Notes
    -----
    A copy keeps a vote with probability 1 - c (``changed``) and else gives one of the two others. For one c
    the ratio has mean at most 1 where people vote for themselves, and so has the mean over several c. The
    largest less log 3 is below that mean: chance gives t or more with probability at most exp(-t).
    """
    found = [
        surprises + matched * np.log1p(-each) + (common - matched) * np.log(each / 2) for each in changed
    ]
    best: Floats = np.maximum.reduce(found) - np.log(len(changed))
    return best


def expected(nats: Floats, chance: Floats, made: int, ballots: int) -> Floats:
    """How many ballots reach each likeness by chance: at most n exp(-t), and as many as among those made."""
    bound: Floats = ballots * np.exp(-nats)
    if not made:
        return bound
    reached = np.searchsorted(-chance, -nats, side="right")
    found: Floats = np.minimum(bound, (reached + 1.0) / made)
    return found


def evidence_of(likely: Likely, ballots: int) -> tuple[int, float]:
    """Of ballots sorted by likeness, how many are copies; and how strong the evidence for that set is, in
    nats.

    Notes
    -----
    The r first are copies for the largest r such that chance gives at most a twentieth of r ballots as like
    (Benjamini and Hochberg 1995). The evidence is that of r ballots where λ are expected, by Chernoff's
    bound of the Poisson distribution, ``r log(r / λ) - r + λ``, at the r where it is greatest, less log n
    for the choice of the ballot copied and log n for that of r.
    """
    if not len(likely.nats):
        return 0, -np.inf
    rank = np.arange(1, len(likely.nats) + 1)
    by_chance = expected(likely.nats, likely.chance, likely.made, ballots)
    passed = np.flatnonzero(by_chance <= FALSE_SHARE * rank)
    if not len(passed):
        return 0, -np.inf
    size = int(passed[-1]) + 1
    rank, by_chance = rank[:size], by_chance[:size]
    above = np.where(rank > by_chance, rank * np.log(rank / by_chance) - rank + by_chance, 0.0)
    return size, float(above.max()) - 2 * float(np.log(ballots))


def listed(probe: int, rows: Ints, nats: Floats, chance: Floats, made: int, least: float = _LEAST) -> Likely:
    """The rows worth keeping, best first; equal ones by ballot."""
    keep = (rows != probe) & (nats >= least)
    rows, nats = rows[keep], nats[keep]
    order = np.lexsort((rows, -nats))
    return Likely(
        probe=probe,
        rows=rows[order],
        nats=nats[order],
        chance=np.sort(chance[chance >= least])[::-1],
        made=made,
    )


def length_cost(common: Floats, width: int, given: float | None) -> Floats:
    """Nats by which the number of votes in common speaks against a copy that gives such a part of them.

    Parameters
    ----------
    common
        Votes in common with what was copied.
    width, given
        Votes of what was copied, and the part of them that its copies give; None where it is not known yet.

    Notes
    -----
    ``width`` times the divergence of the ballot's own part from ``given``: a log likelihood ratio of two
    binomials. Where nearly all copies are whole, somebody who voted on half is not one of them. It may only
    take a ballot out of a set: that two people voted on the same statements stays no evidence.
    """
    if given is None or not width:
        return np.zeros(len(common))
    part = common / width
    cost: Floats = width * (rel_entr(part, given) + rel_entr(1.0 - part, 1.0 - given))
    return cost


def _dense(ballots: Ballots, numbers: npt.NDArray[np.generic]) -> Matrix:
    found = np.zeros((ballots.count, len(ballots.votes.statements)), np.float32)
    found[ballots.rows, ballots.votes.columns] = numbers
    return found


def _against_made(ballots: Ballots, nature: Nature, comparison: Comparison) -> list[Floats]:
    """For each time votes were made: (p, n), their likeness to the probes' own ballots."""
    probes, votes = comparison.probes, ballots.votes
    voted = _dense(ballots, np.ones(1))[probes]
    given = [_dense(ballots, votes.values == kind)[probes] for kind in (-1, 0, 1)]
    found = []
    for values, surprises in nature.made:
        matched = np.zeros(comparison.common.shape, np.float32)
        for kind, own in zip((-1, 0, 1), given, strict=True):
            matched += own @ _dense(ballots, values == kind).T
        heavy = voted @ _dense(ballots, surprises).T
        found.append(
            scored(heavy.astype(np.float64), matched.astype(np.float64), comparison.common.astype(np.float64))
        )
    return found


def likely_copies(ballots: Ballots, nature: Nature, comparison: Comparison) -> Iterator[Likely]:
    """For each ballot compared with others, those that may be copies of it. All sums are exact."""
    every, made = np.arange(ballots.count), len(nature.made)
    by_chance = _against_made(ballots, nature, comparison)
    voted = _dense(ballots, np.ones(1))[comparison.probes]
    heavy = _dense(ballots, nature.surprises)
    for start in range(0, len(comparison.probes), _BLOCK):
        part = slice(start, start + _BLOCK)
        nats = scored(
            (voted[part] @ heavy.T).astype(np.float64),
            comparison.matched[part].astype(np.float64),
            comparison.common[part].astype(np.float64),
        )
        for number, probe in enumerate(comparison.probes[part].tolist()):
            chance = np.concatenate([each[start + number] for each in by_chance] or [np.zeros(0)])
            yield listed(probe, every, nats[number], chance, made)
    for star in comparison.stars:
        nats, _, _ = against(ballots, ballot_of(ballots, star.probe), nature.surprises, rows=star.rows)
        yield listed(star.probe, star.rows, nats, np.zeros(0), 0)


def against(
    ballots: Ballots,
    copied: Ints,
    surprises: Floats,
    *,
    values: npt.NDArray[np.int8] | None = None,
    rows: Ints | None = None,
    changed: tuple[float, ...] = CHANGED,
) -> tuple[Floats, Floats, Floats]:
    """Likeness of ballots to one, votes that match, and statements in common.

    Parameters
    ----------
    copied
        Its vote on each statement, 2 for none.
    surprises, values
        Of each vote; the votes themselves where ``values`` is left out.
    rows
        The ballots asked about; all where left out.
    changed
        How large a part of a copy's votes may have been changed.
    """
    votes = ballots.votes
    values = votes.values if values is None else values
    if rows is None:
        on = np.flatnonzero(copied < 2)
        begins, ends = ballots.column_starts[on], ballots.column_starts[on + 1]
        counts = ends - begins
        places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begins, counts)
        taken, many = ballots.by_column[places], ballots.count
        other, owner = np.repeat(copied[on], counts), ballots.rows[taken]
    else:
        counts = votes.counts[rows]
        owner, many = np.repeat(np.arange(len(rows)), counts), len(rows)
        taken = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner] + votes.starts[rows][owner]
        other = copied[votes.columns[taken]]
    shared = other < 2
    owner, taken = owner[shared], taken[shared]
    common = np.bincount(owner, minlength=many).astype(np.float64)
    matched = np.bincount(owner, values[taken] == other[shared], many).astype(np.float64)
    total = np.bincount(owner, surprises[taken], many).astype(np.float64)
    return scored(total, matched, common, changed), matched, common


def ballot_of(ballots: Ballots, row: int) -> Ints:
    """One ballot as a vote for each statement, 2 for none."""
    votes = ballots.votes
    found = np.full(len(votes.statements), 2, np.int64)
    part = slice(int(votes.starts[row]), int(votes.starts[row + 1]))
    found[votes.columns[part]] = votes.values[part]
    return found
