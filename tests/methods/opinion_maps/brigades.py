"""Conversations with groups, with none, and with a brigade in them: made up from a seed."""

from __future__ import annotations

import numpy as np

from jichi.methods.opinion_maps.votes import Votes, votes_from_table


def planted(people: int = 150, statements: int = 40, *, groups: int = 2, seed: int = 1) -> np.ndarray:
    """A table of votes by people of clearly different leanings; groups 0 makes one cloud."""
    rng = np.random.default_rng(seed)
    if groups:
        lean = rng.normal(0, 1.1, (groups, statements))[rng.integers(0, groups, people)]
    else:
        lean = rng.normal(0, 1, (people, 2)) @ rng.normal(0, 0.7, (2, statements))
    reach = lean + rng.normal(0.2, 0.5, statements) + rng.normal(0, 1, (people, statements))
    table = np.where(reach > 0.3, 1.0, np.where(reach < -0.3, -1.0, 0.0))
    table[rng.random((people, statements)) > 0.6] = np.nan
    return table


def joined(table: np.ndarray, *, copies: int = 26, changed: float = 0.0, part: float = 1.0, seed: int = 2):
    """The table with a brigade below it: copies of one random ballot, partly changed, or only a part of it."""
    rng = np.random.default_rng(seed)
    width = table.shape[1]
    copied = rng.choice([-1.0, 0.0, 1.0], width, p=[0.45, 0.1, 0.45])
    copied[rng.random(width) > 0.7] = np.nan
    ballots = np.tile(copied, (copies, 1))
    ballots[rng.random(ballots.shape) > part] = np.nan
    flip = (rng.random(ballots.shape) < changed) & ~np.isnan(ballots)
    ballots[flip] = np.where(ballots[flip] == 1.0, -1.0, 1.0)
    return np.vstack([table, ballots])


def as_votes(table: np.ndarray, names: np.ndarray | None = None) -> Votes:
    names = np.arange(len(table)) if names is None else names
    return votes_from_table(names, np.arange(table.shape[1]), table)
