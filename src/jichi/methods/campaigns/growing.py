"""An index of sketches that takes in further texts, so that it is what it had been with all of them at once.

Only pairs that come to be neighbours, or cease to be because a text now stands between them, are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.near import Index, NearLinks, linked
from jichi.methods.campaigns.neighbours import ORDERS, kept_pairs, order_keys, rows_of
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.verifying import Judged

__all__ = ["Grown", "grown", "sorted_orders"]

Rows = npt.NDArray[np.int64]
Orders = list[npt.NDArray[np.int32]]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Grown:
    """The larger index, its orders, and the rows whose links changed (all new rows among them)."""

    index: Index
    orders: Orders
    touched: Rows


def sorted_orders(index: Index, digests: npt.NDArray[np.uint64]) -> Orders:
    """Rows of an index in each of the orders; of equal keys the lower digest first."""
    canonical = np.lexsort((digests[:, 1], digests[:, 0]))
    held = index.sketches[canonical]
    return [
        canonical[np.argsort(order_keys(held, number), kind="stable")].astype(np.int32)
        for number in range(ORDERS)
    ]


def _is_before(
    one: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]],
    other: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]],
) -> npt.NDArray[np.bool_]:
    """Whether each of the first goes before each of the second, by key and then by digest."""
    (key, digest), (other_key, other_digest) = one, other
    high, low = digest[:, 0], digest[:, 1]
    other_high, other_low = other_digest[:, 0], other_digest[:, 1]
    by_digest = (high < other_high) | ((high == other_high) & (low < other_low))
    return np.asarray((key < other_key) | ((key == other_key) & by_digest))


def _places(
    sketches: npt.NDArray[np.uint8],
    digests: npt.NDArray[np.uint64],
    order: npt.NDArray[np.int32],
    new: Rows,
    number: int,
) -> Rows:
    """Where new rows go into an order: a binary search that reads the keys of the rows it passes only."""
    wanted = (order_keys(sketches[new], number), digests[new])
    low, high = np.zeros(len(new), np.int64), np.full(len(new), len(order), np.int64)
    while (low < high).any():
        open_ = low < high
        middle = (low + high) // 2
        rows = order[np.minimum(middle, len(order) - 1)]
        before = _is_before((order_keys(sketches[rows], number), digests[rows]), wanted) & open_
        low = np.where(before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low


def _inserted(
    index: Index, digests: npt.NDArray[np.uint64], order: npt.NDArray[np.int32], new: Rows, number: int
) -> tuple[npt.NDArray[np.int32], tuple[Rows, Rows], tuple[Rows, Rows]]:
    """An order with new rows, the pairs that became neighbours, and those that no longer are."""
    held = digests[new]
    new = new[np.lexsort((held[:, 1], held[:, 0], order_keys(index.sketches[new], number)))]
    places = _places(index.sketches, digests, order, new, number)
    gaps = np.unique(places)
    gaps = gaps[(gaps > 0) & (gaps < len(order))]
    parted = order[gaps - 1].astype(np.int64), order[gaps].astype(np.int64)
    made = np.insert(order, places, new.astype(np.int32))
    at = places + np.arange(len(places))
    firsts = np.unique(np.concatenate([at - 1, at]))
    firsts = firsts[(firsts >= 0) & (firsts < len(made) - 1)]
    return made, (made[firsts].astype(np.int64), made[firsts + 1].astype(np.int64)), parted


def _kept(index: Index, number: int, pairs: tuple[Rows, Rows], rule: Rule) -> npt.NDArray[np.uint64]:
    left, right = pairs
    keys = order_keys(index.sketches[left], number), order_keys(index.sketches[right], number)
    return kept_pairs(index.sketches, index.lengths, keys, pairs, rule)


def grown(
    index: Index,
    orders: Orders,
    digests: npt.NDArray[np.uint64],
    first: int,
    rule: Rule,
    measure: Callable[[Rows, Rows], Judged],
) -> Grown:
    """An index with the links that its last rows bring.

    Parameters
    ----------
    index
        With the sketches of all rows, and the links of those before ``first``.
    orders
        The rows before ``first`` in each order.
    digests
        Shape (rows, 2): of the form of each row.
    first
        The first new row.
    rule
        What near-duplicates are.
    measure
        Measures pairs of rows.
    """
    new = np.arange(first, len(index.sketches))
    made: Orders = []
    came: list[npt.NDArray[np.uint64]] = []
    went: list[npt.NDArray[np.uint64]] = []
    for number, order in enumerate(orders):
        larger, pairs, parted = _inserted(index, digests, order, new, number)
        made.append(larger)
        came.append(_kept(index, number, pairs, rule))
        went.append(_kept(index, number, parted, rule))
    links, touched = _changed(index, np.concatenate(came), np.concatenate(went), rule, measure)
    return Grown(
        index=replace(index, links=links), orders=made, touched=np.unique(np.concatenate([new, touched]))
    )


def _changed(
    index: Index,
    came: npt.NDArray[np.uint64],
    went: npt.NDArray[np.uint64],
    rule: Rule,
    measure: Callable[[Rows, Rows], Judged],
) -> tuple[NearLinks, Rows]:
    """The links after some pairs became neighbours and some ceased to be, and the rows of those concerned."""
    codes, counts = index.links.codes, index.links.counts.copy()
    lost, times = np.unique(went, return_counts=True)
    known = np.isin(lost, codes, assume_unique=True)
    counts[np.searchsorted(codes, lost[known])] -= times[known]
    found, times = np.unique(came, return_counts=True)
    holds = linked(index.sketches, index.weights, found, rule, measure)
    found, times = found[holds], times[holds]
    touched = np.concatenate([*rows_of(codes[counts == 0]), *rows_of(found)])
    codes, counts = codes[counts > 0], counts[counts > 0]
    place = np.searchsorted(codes, found)
    links = NearLinks(codes=np.insert(codes, place, found), counts=np.insert(counts, place, times))
    return links, touched
