"""Conversations made up from a seed, and brigades that join real ones: for the benchmark of ballots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jichi.methods.opinion_maps.votes import Votes, make_votes, votes_from_table

__all__ = ["MADE", "attacked", "large", "made_up"]

SHARE = 0.15


def made_up(kind: str, people: int, statements: int, seed: int) -> Votes:
    """Two planted groups, one cloud with two dimensions, or votes without any."""
    rng = np.random.default_rng([seed, people])
    if kind == "planted":
        reach = rng.normal(0, 1, (2, statements))[rng.integers(0, 2, people)]
        reach = reach + 0.3 * rng.normal(0, 1, (people, 1)) * rng.normal(0, 1, (1, statements))
    elif kind == "cloud":
        reach = rng.normal(0, 1, (people, 2)) @ rng.normal(0, 0.7, (2, statements))
    else:
        reach = np.zeros((people, statements))
    reach = reach + rng.normal(0, 0.6, statements) + rng.normal(0, 1, (people, statements))
    table = np.where(reach > 0.3, 1.0, np.where(reach < -0.3, -1.0, 0.0))
    table[rng.random(table.shape) > 0.5] = np.nan
    return votes_from_table(np.arange(people), np.arange(statements), table)


def _camps(
    people: int, statements: int, seed: int, *, camps: int = 2, first: float = 0.5, seen: float = 1.0
) -> Votes:
    """Camps that agree with 85 % or 15 % on each statement and differ in nothing else."""
    rng = np.random.default_rng([seed, people, statements, camps])
    camp = np.where(rng.random(people) < first, 0, rng.integers(1, camps, people))
    side = rng.random((camps, statements)) < 0.5
    if camps == 2:
        side[1] = np.where(rng.random(statements) < 0.85, ~side[0], side[0])
    table = np.where(rng.random((people, statements)) < np.where(side[camp], 0.85, 0.15), 1.0, -1.0)
    table[rng.random(table.shape) > seen] = np.nan
    return votes_from_table(np.arange(people), np.arange(statements), table)


def _continuum(people: int, statements: int, seed: int, *, shape: str, steep: float, seen: float) -> Votes:
    """People along one axis, evenly, normally or with a tail on one side."""
    rng = np.random.default_rng([seed, people, statements])
    place = {
        "even": lambda: (rng.random(people) - 0.5) * np.sqrt(12.0),
        "normal": lambda: rng.standard_normal(people),
        "tail": lambda: rng.exponential(1.0, people) - 1.0,
    }[shape]()
    pull = steep * rng.uniform(0.5, 1.5, statements) * rng.choice([-1.0, 1.0], statements)
    reach = place[:, None] * pull + rng.normal(0, 0.6, statements) + rng.normal(0, 1, (people, statements))
    table = np.where(reach > 0.2, 1.0, np.where(reach < -0.2, -1.0, 0.0))
    table[rng.random(table.shape) > seen] = np.nan
    return votes_from_table(np.arange(people), np.arange(statements), table)


MADE: dict[str, tuple[bool, Callable[[int], Votes]]] = {
    "two groups, 200 x 40": (True, lambda seed: made_up("planted", 200, 40, seed)),
    "two camps, 114 x 14": (True, lambda seed: _camps(114, 14, seed)),
    "two camps, 80 to 20, 150 x 20": (True, lambda seed: _camps(150, 20, seed, first=0.8)),
    "two camps, 30 % voted, 200 x 60": (True, lambda seed: _camps(200, 60, seed, seen=0.3)),
    "three camps, 150 x 20": (True, lambda seed: _camps(150, 20, seed, camps=3, first=1 / 3)),
    "normal, one axis, 120 x 14": (
        False,
        lambda seed: _continuum(120, 14, seed, shape="normal", steep=1.0, seen=1.0),
    ),
    "normal, one steep axis, 120 x 14": (
        False,
        lambda seed: _continuum(120, 14, seed, shape="normal", steep=2.0, seen=1.0),
    ),
    "even, one axis, 300 x 60": (
        False,
        lambda seed: _continuum(300, 60, seed, shape="even", steep=1.0, seen=0.5),
    ),
    "a tail, one axis, 200 x 40": (
        False,
        lambda seed: _continuum(200, 40, seed, shape="tail", steep=1.0, seen=0.5),
    ),
    "normal, two axes, 200 x 40": (False, lambda seed: made_up("cloud", 200, 40, seed)),
    "no structure, 200 x 40": (False, lambda seed: made_up("none", 200, 40, seed)),
}
"""Conversations by name: whether groups are there to be told, and how to make one from a seed."""


def _copied(table: np.ndarray, base: str, rng: np.random.Generator) -> np.ndarray:
    """What is copied: an active person's ballot, random votes, the contrary of all, or a party line."""
    given = ~np.isnan(table)
    counts, width = given.sum(axis=1), table.shape[1]
    length = int(max(15, np.quantile(counts, 0.75)))
    if base == "honest":
        active = np.flatnonzero(counts >= max(7, np.median(counts)))
        return table[rng.choice(active)].copy()
    if base == "random":
        votes = rng.choice([-1.0, 0.0, 1.0], width, p=[0.45, 0.1, 0.45])
        votes[rng.random(width) > length / width] = np.nan
        return votes
    total = np.where(given, table, 0.0).sum(axis=0)
    if base == "contrary":
        votes = np.where(total > 0, -1.0, 1.0)
    else:
        centred = np.where(given, table - total / np.maximum(given.sum(axis=0), 1), 0.0)
        votes = np.sign(np.linalg.svd(centred, full_matrices=False)[2][0] * rng.choice([-1, 1]))
    votes[np.argsort(-given.sum(axis=0), kind="stable")[length:]] = np.nan
    return votes


def attacked(
    table: np.ndarray,
    base: str,
    rng: np.random.Generator,
    *,
    changed: float = 0.0,
    left_out: float = 0.0,
    brigades: int = 1,
    most: int | None = None,
) -> np.ndarray:
    """The table with 15 % of all ballots from brigades, below the honest ones."""
    count = round(SHARE / (1 - SHARE) * len(table))
    parts = [table]
    for share in np.diff(np.linspace(0, count, brigades + 1).astype(int)):
        votes = _copied(table, base, rng)
        if most is not None:
            there = np.flatnonzero(~np.isnan(votes))
            votes[rng.permutation(there)[most:]] = np.nan
        ballots = np.tile(votes, (int(share), 1))
        ballots[rng.random(ballots.shape) < left_out] = np.nan
        flip = (rng.random(ballots.shape) < changed) & ~np.isnan(ballots)
        ballots[flip] = (ballots[flip] + 1 + rng.choice([1, 2], int(flip.sum()))) % 3 - 1
        parts.append(ballots)
    return np.vstack(parts)


def large(seed: int) -> tuple[Votes, np.ndarray]:
    """33,422 people of three leanings and 61 brigades of 2,500, 50 or 5; with the brigade of each ballot."""
    people, statements = 33_422, 783
    rng = np.random.default_rng(seed)
    counts = np.clip(rng.geometric(1 / 60, people), 1, statements)
    popular = rng.random(statements) ** 2 + 0.02
    popular /= popular.sum()
    lean = rng.normal(0, 0.9, (3, statements)) + rng.normal(0, 0.6, statements)
    rows = np.repeat(np.arange(people), counts)
    columns = np.concatenate([rng.choice(statements, count, replace=False, p=popular) for count in counts])
    reach = lean[rng.integers(0, 3, people)[rows], columns] + rng.normal(0, 1, len(rows))
    pieces = [np.stack([rows, columns, np.where(reach > 0.3, 1, np.where(reach < -0.3, -1, 0))])]
    truth, number = [np.full(people, -1)], people
    for brigade, size in enumerate([2_500, *[50] * 20, *[5] * 40]):
        copied = rng.choice(statements, 50, replace=False, p=popular)
        votes = rng.choice([-1, 0, 1], 50, p=[0.45, 0.1, 0.45])
        for _ in range(size):
            keep = rng.random(50) < 0.95
            given = np.where(rng.random(50) < 0.03, rng.choice([-1, 0, 1], 50), votes)
            pieces.append(np.stack([np.full(keep.sum(), number), copied[keep], given[keep]]))
            number += 1
        truth.append(np.full(size, brigade))
    table = np.concatenate(pieces, axis=1)
    return make_votes(table[0], table[1], table[2]), np.concatenate(truth)
