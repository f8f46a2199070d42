"""What a certificate of a map says, and the rules by which groups are told or withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "LEAST_COUNT",
    "LEAST_JACCARD",
    "LEAST_JACCARD_ANYHOW",
    "MOST_CHANCE",
    "Certificate",
    "GroupStability",
    "StatementStability",
    "adjusted_rand",
    "separation",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_CHANCE = 0.05
"""Groups are told where one cloud, of either kind, looks as clearly grouped in at most this part of maps:
the level of the test."""

LEAST_JACCARD = 0.6
"""A group is stable where it and its like on the maps drawn anew share at least this part of their people,
on average (Hennig 2007: below 0.6 it should not be trusted)."""

LEAST_COUNT = 0.5
"""Groups are told where at least this part of the maps drawn anew has the same number of groups, or all
groups are found again when that number is asked for with ``LEAST_JACCARD_ANYHOW``."""

LEAST_JACCARD_ANYHOW = 0.75
"""Hennig 2007: above 0.75 a group is a valid, stable one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStability:
    """One group of the map.

    Attributes
    ----------
    group, size
        Its number and its people.
    jaccard
        Mean part shared by the group and its like, over maps drawn anew.
    sure
        How many of its people are in it with a probability of at least 0.8.
    stable
        Whether ``jaccard`` is at least ``LEAST_JACCARD``.
    """

    group: int
    size: int
    jaccard: float
    sure: int
    stable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementStability:
    """A statement that was selected: in which part of the maps drawn anew it is selected again, on the same
    side.

    ``group`` is None for a statement of the consensus.
    """

    group: int | None
    statement: Any
    side: str
    stability: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certificate:
    """How far a map can be trusted.

    Attributes
    ----------
    told
        Whether groups may be told.
    reason
        Why not: ``"no-groups"`` (the map has none), ``"one-cloud"`` (one cloud of people would look the
        same), ``"unstable-groups"`` (a group is not found again), ``"unstable-count"`` (neither is their
        number); None.
    groups
        Each group's stability.
    membership
        (n, groups), for each participant the probability of each group; nan for those in no group of the map.
    agreement
        (resamples,), adjusted Rand index of each map drawn anew with the map, ascending.
    counts
        How often each number of groups was chosen, by number.
    count_stability
        In which part of the maps drawn anew the number of groups is the map's.
    silhouette, cloud_silhouettes
        The map's, and those of one cloud, ascending: all found in the same quick way. Of the two clouds tried
        (:mod:`.clouds`) it is the one that looks more like groups.
    separation
        Of the map's groups (:func:`separation`); None where there are none.
    chance
        In which part of maps one cloud is as clearly grouped (the map itself counted among them): of
        silhouette and separation the greater part, of the two clouds the greater; the second is left out
        where the first is enough to withhold groups.
    compared
        How many people clouds were compared with: all, or 2,000 of more; 0 where nothing was compared.
    representative, consensus
        The map's selected statements.
    resamples, seed
        How it was done: maps really drawn anew, fewer than asked for where votes are very many.
    """

    told: bool
    reason: str | None
    groups: tuple[GroupStability, ...]
    membership: Floats
    agreement: Floats
    counts: tuple[tuple[int, int], ...]
    count_stability: float | None
    silhouette: float | None
    cloud_silhouettes: Floats
    chance: float | None
    representative: tuple[StatementStability, ...]
    consensus: tuple[StatementStability, ...]
    resamples: int
    seed: int
    separation: float | None = None
    compared: int = 0


def adjusted_rand(table: Ints) -> float:
    """Adjusted Rand index of two groupings from the counts of people in both (Hubert and Arabie 1985)."""

    def pairs(numbers: Ints) -> float:
        return float((numbers * (numbers - 1)).sum()) / 2

    both, one, other = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    every = pairs(np.array([table.sum()]))
    chance = one * other / every if every else 0.0
    most = (one + other) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def separation(points: Floats, labels: Ints) -> float:
    """1 less Wilks' lambda, 0 to 1: how far groups lie apart for their own spread, whatever the direction.

    Lambda is the determinant of the scatter within groups over that of all. It does not fall for a long tail
    as a silhouette rises, and the axis along which groups do not differ leaves it as it is. Points on a line
    are judged along it.
    """
    centred = points - points.mean(axis=0)
    within = centred.copy()
    for label in np.unique(labels):
        own = labels == label
        within[own] -= centred[own].mean(axis=0)
    every, rest = (np.einsum("ij,ik->jk", each, each) for each in (centred, within))
    whole = float(every[0, 0] * every[1, 1] - every[0, 1] ** 2)
    if whole > 1e-9 * float(np.trace(every)) ** 2:
        return 1.0 - float(rest[0, 0] * rest[1, 1] - rest[0, 1] ** 2) / whole
    spread = float(np.trace(every))
    return 1.0 - float(np.trace(rest)) / spread if spread > 0 else 0.0
