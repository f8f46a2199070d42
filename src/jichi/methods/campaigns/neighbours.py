"""Which texts may be near-duplicates: those that stand next to each other when sketches are sorted.

The sketches are sorted in many orders, each by eight other places first. Two texts that agree at many places
come to stand side by side in some order; each text has at most two neighbours in each, so however large a
campaign or however common a piece of boilerplate, the pairs to look at grow with the number of texts.

References
----------
Bawa, M., Condie, T. and Ganesan, P. (2005). LSH forest: self-tuning indexes for similarity search.
Proceedings of the 14th International Conference on World Wide Web, 651-660 (prefixes of varying length).

Hernández, M. A. and Stolfo, S. J. (1995). The merge/purge problem for large databases. SIGMOD Record 24,
127-138 (several passes over sorted neighbours).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sketches import PLACES, agreement, jaccard_of

__all__ = ["ORDERS", "adjacent", "coded", "kept_pairs", "order_keys", "plausible", "rows_of"]

ORDERS = 32
"""Sorted orders. Each gives a pair with half of its sequences in common another chance to be neighbours."""

_WIDTH = 8
_ALIKE = 3
"""Of the eight places that an order sorts by, as many must agree before whole sketches are compared."""
_SLACK = 0.1
"""How far an estimate may lie below the bound: about two standard errors. What is kept is measured later."""

_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_TOPS = np.uint64(0x8080808080808080)


def coded(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Pairs of rows as one number each."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    return low << np.uint64(32) | high


def order_keys(sketches: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.uint64]:
    """What an order sorts by: eight places of each sketch, read as one number."""
    places = (np.arange(_WIDTH) + number * PLACES // ORDERS) % PLACES
    return np.ascontiguousarray(sketches[:, places]).view(">u8").ravel().astype(np.uint64)


def _agreeing_bytes(one: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    apart = one ^ other
    unlike = (((apart & _SEVENS) + _SEVENS) | apart) & _TOPS
    return np.asarray(_WIDTH - np.bitwise_count(unlike).astype(np.int64))


def plausible(
    agreeing: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    other: npt.NDArray[np.int64],
    rule: Rule,
) -> npt.NDArray[np.bool_]:
    """Whether sketches that agree at so many places leave it open that two texts are near-duplicates."""
    share = jaccard_of(agreeing)
    # |A ∩ B| = J (|A| + |B|) / (1 + J)
    shorter, longer = np.minimum(lengths, other), np.maximum(lengths, other)
    held = share / (1 + share) * (lengths + other) / np.maximum(shorter, 1)
    inside = (held + share >= rule.together - 2 * _SLACK) & (longer <= rule.reach * shorter)
    return np.asarray(
        (share >= rule.jaccard - _SLACK) | (inside & (share >= rule.together / (1 + rule.reach) - _SLACK))
    )


def kept_pairs(
    sketches: npt.NDArray[np.uint8],
    lengths: npt.NDArray[np.int64],
    keys: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]],
    rows: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    rule: Rule,
) -> npt.NDArray[np.uint64]:
    """Of neighbours in one order, those that may be near-duplicates, as codes."""
    close = _agreeing_bytes(*keys) >= _ALIKE
    left, right = rows[0][close], rows[1][close]
    kept = plausible(agreement(sketches, left, right), lengths[left], lengths[right], rule)
    return coded(left[kept], right[kept])


def rows_of(codes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The lower and the higher rows of pairs."""
    return (codes >> np.uint64(32)).astype(np.int64), (codes & np.uint64(0xFFFFFFFF)).astype(np.int64)


def adjacent(
    sketches: npt.NDArray[np.uint8], lengths: npt.NDArray[np.int64], rule: Rule, *, threads: int = 1
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Pairs of texts that are neighbours in some order and may be near-duplicates, and in how many orders.

    Parameters
    ----------
    sketches
        Shape (texts, PLACES), in canonical order: of equal keys the lower row goes first.
    lengths
        Shape (texts,): sequences of each.
    rule
        What near-duplicates are.
    threads
        How many work at once. The result does not depend on it.
    """

    def work(number: int) -> npt.NDArray[np.uint64]:
        keys = order_keys(sketches, number)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        return kept_pairs(sketches, lengths, (keys[:-1], keys[1:]), (order[:-1], order[1:]), rule)

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(work, range(ORDERS)))
    return np.unique(np.concatenate(found), return_counts=True)
