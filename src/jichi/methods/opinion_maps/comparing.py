"""Which ballots are compared with which: all pairs where they are few, a sample and sketches where they are
many.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and Complexity of
Sequences, 21-29.

Morcos, F. et al. (2011). Direct-coupling analysis of residue coevolution captures native contacts across many
protein families. PNAS 108, E1293-E1301 (a sequence weighs one over the number of those nearly the same).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .ballots import Ballots, mixed

__all__ = ["Comparison", "Star", "compared"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]

NEAR_COMMON, NEAR_SHARE = 7, 0.9  # votes in common, and the part of them alike, of ballots nearly the same
ALL_PROBES = 2_048  # distinct ballots up to which each is compared with all

_PROBES = 192  # ballots compared with all others where there are more
_HASHES, _ROWS = 64, 4  # of the sketch that finds ballots alike
_NEAR = 400  # ballots compared with one that shares a part of the sketch with them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Star:
    """Ballots to be compared with one."""

    probe: int
    rows: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Which ballots are compared with which.

    Attributes
    ----------
    probes
        (p,), ballots compared with all others.
    matched, common
        (p, n), their votes that are the same, and statements in common.
    stars
        Ballots compared with some others only.
    """

    probes: Ints
    matched: Matrix
    common: Matrix
    stars: tuple[Star, ...]

    def crowding(self) -> Floats:
        """(n,), how many ballots nearly the same as each there are, itself among them, as far as compared."""
        found = np.ones(self.common.shape[1])
        near = (self.common >= NEAR_COMMON) & (self.matched >= np.float32(NEAR_SHARE) * self.common)
        near[np.arange(len(self.probes)), self.probes] = True
        for rows in near:
            found[rows] = np.maximum(found[rows], np.count_nonzero(rows))
        return found


def _all_pairs(ballots: Ballots, probes: Ints) -> tuple[Matrix, Matrix]:
    """Matches and statements in common of probes with all ballots: products of small whole numbers, exact."""
    votes, rows = ballots.votes, ballots.rows
    matched = np.zeros((len(probes), ballots.count), np.float32)
    common = np.zeros((len(probes), ballots.count), np.float32)
    for kind in (-1, 0, 1, None):
        given = np.zeros((ballots.count, len(votes.statements)), np.float32)
        given[rows, votes.columns] = 1.0 if kind is None else votes.values == kind
        into = common if kind is None else matched
        into += given[probes] @ given.T
    return matched, common


def _near(ballots: Ballots) -> Iterator[Star]:
    """Ballots with a part of their sketch in common, each time with the one of most votes."""
    votes = ballots.votes
    some = np.flatnonzero(votes.counts > 0)
    cells = votes.columns.astype(np.int64) * 3 + votes.values + 1
    tokens = np.arange(3 * len(votes.statements), dtype=np.uint64)
    met: dict[int, list[Ints]] = {}
    for band in range(_HASHES // _ROWS):
        key = np.zeros(len(some), np.uint64)
        for number in range(_ROWS):
            rank = mixed(tokens + np.uint64((band * _ROWS + number + 1) << 32))
            key = mixed(key ^ np.minimum.reduceat(rank[cells], votes.starts[some]))
        order = np.argsort(key, kind="stable")
        begins = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) > 0]))
        sizes = np.diff(np.append(begins, len(order)))
        for begin, size in zip(begins[sizes >= 3].tolist(), sizes[sizes >= 3].tolist(), strict=True):
            rows = some[order[begin : begin + size]]
            probe = int(rows[np.lexsort((rows, -votes.counts[rows]))[0]])
            met.setdefault(probe, []).append(rows[:_NEAR])
    for probe in sorted(met):
        yield Star(probe=probe, rows=np.unique(np.concatenate(met[probe]))[:_NEAR])


def compared(ballots: Ballots) -> Comparison:
    """Ballots compared with each other, as far as copies need it.

    Notes
    -----
    Up to 2,048 distinct ballots, each with all. Beyond, a sample spread evenly over the canonical order with
    all, which meets any set of two in a hundred, and ballots that share part of a sketch (Broder 1997) with
    each other, which meets small sets that are nearly identical. No n² pairs are compared.
    """
    filled = ballots.votes.counts > 0
    first = np.flatnonzero((np.diff(ballots.same, prepend=-1) > 0) & filled)
    stars: tuple[Star, ...] = ()
    if len(first) > ALL_PROBES:
        places = np.flatnonzero(filled)
        first = np.unique(places[np.linspace(0, len(places) - 1, _PROBES).astype(np.int64)])
        stars = tuple(_near(ballots))
    matched, common = _all_pairs(ballots, first)
    return Comparison(probes=first, matched=matched, common=common, stars=stars)
