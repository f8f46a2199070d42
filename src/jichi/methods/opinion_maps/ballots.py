"""Ballots in an order that only their content decides, and how surprising each vote is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .votes import Votes

__all__ = ["Ballots", "Nature", "canonical", "mixed", "nature"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GRAIN = 1024.0  # surprises are whole parts of this many to a nat: sums of them are exact, in any order
SEED = 20251
MOST_SURPRISE = 3.0  # nats; one odd vote in common proves little, however rare

_OF_ALL = 2.0  # prior weight of all votes in a statement's shares
_OF_STATEMENT = 4.0  # prior weight of a statement's shares in those within a part of the map
_OF_HABIT = 4.0  # prior weight of the part's shares in a person's habit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ballots:
    """Votes by ballot, equal ballots next to each other.

    Attributes
    ----------
    order
        (n,), the participant that each ballot is of: its position in ``votes.participants``.
    votes
        The votes in that order; its participants are numbers from 0.
    rows
        The ballot of each vote.
    by_column, column_starts
        Votes in order of statements, and where each statement's begin.
    same
        (n,), the number of the ballot's content: equal ballots have equal numbers, from 0, ascending.
    """

    order: Ints
    votes: Votes
    rows: Ints
    by_column: Ints
    column_starts: Ints
    same: Ints

    @property
    def count(self) -> int:
        """How many ballots there are."""
        return len(self.order)


def mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The numbers scrambled: each bit of the result depends on all of the number's."""
    found = numbers + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scrambled: npt.NDArray[np.uint64] = found ^ (found >> np.uint64(31))
    return scrambled


def _totals(tokens: npt.NDArray[np.uint64], starts: Ints) -> npt.NDArray[np.uint64]:
    """Sums modulo 2^64 over each ballot: the same in any order of its votes."""
    running = np.zeros(len(tokens) + 1, np.uint64)
    np.cumsum(tokens, out=running[1:])
    found: npt.NDArray[np.uint64] = running[starts[1:]] - running[starts[:-1]]
    return found


def canonical(votes: Votes) -> Ballots:
    """Ballots sorted by a 128-bit hash of their content."""
    cells = votes.columns.astype(np.uint64) * np.uint64(3) + (votes.values.astype(np.int64) + 1).astype(
        np.uint64
    )
    first = _totals(mixed(cells), votes.starts)
    second = _totals(mixed(cells + np.uint64(1 << 40)), votes.starts)
    order = np.lexsort((second, first))
    new = np.ones(len(order), bool)
    new[1:] = (first[order][1:] != first[order][:-1]) | (second[order][1:] != second[order][:-1])
    counts = votes.counts[order]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.repeat(np.arange(len(order)), counts)
    taken = np.arange(starts[-1]) - starts[rows] + votes.starts[order][rows]
    columns = votes.columns[taken]
    return Ballots(
        order=order,
        votes=Votes(
            participants=np.arange(len(order)),
            statements=votes.statements,
            starts=starts,
            columns=columns,
            values=votes.values[taken],
            times=None if votes.times is None else votes.times[taken],
        ),
        rows=rows,
        by_column=np.argsort(columns, kind="stable"),
        column_starts=np.searchsorted(np.sort(columns), np.arange(len(votes.statements) + 1)),
        same=np.cumsum(new) - 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nature:
    """How people would vote who vote for themselves.

    Attributes
    ----------
    surprises
        How surprising each vote is: -log of its chance, in nats, at most 3, in whole parts of 1/1024. A pass
        is 0: that two people pass on the same says nothing of copies, for many pass on much.
    made
        Votes drawn by these chances for the same ballots and statements, each with their surprises.
    """

    surprises: Floats
    made: tuple[tuple[npt.NDArray[np.int8], Floats], ...]


def _shares(ballots: Ballots, weights: Floats, parts: Ints) -> Floats:
    """(votes, 3): the chance of each vote in the person's part of the map, the person's own vote left out."""
    votes, rows = ballots.votes, ballots.rows
    columns, kinds = votes.columns.astype(np.int64), votes.values.astype(np.int64) + 1
    width, many = len(votes.statements), int(parts.max()) + 1
    weight = weights[rows]
    whole = np.bincount(columns * 3 + kinds, weight, 3 * width).reshape(width, 3)
    shares = whole.sum(axis=0) + 1.0
    at = parts[rows] * width + columns
    local = np.bincount(at * 3 + kinds, weight, 3 * width * many).reshape(-1, 3)
    own = np.zeros((len(rows), 3))
    own[np.arange(len(rows)), kinds] = weight
    of_statement = np.maximum(whole[columns] - own, 0.0) + _OF_ALL * (shares / shares.sum())
    of_statement /= of_statement.sum(axis=1, keepdims=True)
    chance = np.maximum(local[at] - own, 0.0) + _OF_STATEMENT * of_statement
    found: Floats = chance / chance.sum(axis=1, keepdims=True)
    return found


def nature(ballots: Ballots, weights: Floats, parts: Ints, made: int) -> Nature:
    """How people would vote who vote for themselves.

    Parameters
    ----------
    ballots
        The ballots; at least one vote.
    weights
        (n,), how much each counts in what is natural.
    parts
        (n,), the part of the map in which each stands.
    made
        How many times to draw votes by chance, from a fixed seed.

    Notes
    -----
    The chance of a vote v of person q on statement c is proportional to ``p(v | part of q, c)``, shrunk to
    ``p(v | c)``, times ``habit(q, v)``: how often q gives v on other statements over how often q's part does
    on the same statements. Every share leaves the vote itself out.
    """
    rows, kinds = ballots.rows, ballots.votes.values.astype(np.int64) + 1
    chance = _shares(ballots, weights, parts)
    usual = np.bincount(kinds, weights[rows], 3) + 1.0
    usual *= _OF_HABIT / usual.sum()
    own = np.empty_like(chance)
    for kind in range(3):
        given = np.bincount(rows, kinds == kind, ballots.count)[rows] - (kinds == kind)
        expected = np.bincount(rows, chance[:, kind], ballots.count)[rows] - chance[:, kind]
        own[:, kind] = chance[:, kind] * (given + usual[kind]) / (np.maximum(expected, 0.0) + usual[kind])
    own /= own.sum(axis=1, keepdims=True)
    rng = np.random.default_rng(SEED)
    drawn = []
    for _ in range(made):
        at = rng.random(len(rows))
        chosen = (at > own[:, 0]).astype(np.int64) + (at > own[:, 0] + own[:, 1])
        drawn.append(((chosen - 1).astype(np.int8), _surprises(own, chosen)))
    return Nature(surprises=_surprises(own, kinds), made=tuple(drawn))


def _surprises(chance: Floats, kinds: Ints) -> Floats:
    found = -np.log(np.maximum(chance[np.arange(len(kinds)), kinds], 1e-9))
    found[kinds == 1] = 0.0
    return np.rint(np.minimum(found, MOST_SURPRISE) * GRAIN) / GRAIN
