"""Kernels that find which forms stand side by side in some sorted order, and measure those pairs.

An order is cut into buckets by the first bits of its key; a bucket is sorted where it lies, and of each only
the two ends come home, where the ends of one bucket meet those of the next.
"""

from __future__ import annotations

import numpy as np

from jichi.methods.campaigns.near import linked, long_rows
from jichi.methods.campaigns.neighbours import ORDERS, coded, kept_pairs, order_keys, rows_of
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.scale.batches import Batch, Blobs, Numbers, blobs, numbers, take
from jichi.methods.campaigns.scale.forms import units_of
from jichi.methods.campaigns.sketches import PLACES, sketch
from jichi.methods.campaigns.verifying import Judge
from jichi.methods.texts.shingles import SIZE, joined

__all__ = [
    "as_texts",
    "asking",
    "carried",
    "edge_rows",
    "in_orders",
    "measured",
    "pair_rows",
    "pairs_across",
    "side_by_side",
]

_BOUNDARY, _PAIR = 1, 0
_TEXT, _QUESTION = 0, 1


def in_orders(batch: Batch, *, rule: Rule, bits: int) -> Batch:
    """Each form once for each order: its sketch and the bucket that it goes to."""
    units = units_of(batch)
    rows = long_rows(units, units.weights, rule)
    sketches = sketch(units, rows)
    shift = np.uint64(64 - bits)
    buckets = [
        (order_keys(sketches, order) >> shift).astype(np.int64) + (order << bits) for order in range(ORDERS)
    ]
    return {
        "bucket": np.concatenate(buckets),
        "form": np.tile(numbers(batch, "form")[rows], ORDERS),
        "length": np.tile(units.lengths[rows] - SIZE + 1, ORDERS),
        "sketch": Blobs.of_width(np.tile(sketches, (ORDERS, 1))),
    }


def _sorted(batch: Batch, bits: int) -> tuple[dict[str, Numbers], np.ndarray, np.ndarray]:
    """Columns, sketches and keys in the order of one machine: bucket, key, form."""
    bucket, form = numbers(batch, "bucket"), numbers(batch, "form")
    sketches = blobs(batch, "sketch").of_one_width(PLACES)
    keys = np.zeros(len(form), np.uint64)
    for order in np.unique(bucket >> bits).tolist():
        here = np.flatnonzero(bucket >> bits == order)
        keys[here] = order_keys(sketches[here], order)
    rows = np.lexsort((form, keys, bucket))
    columns = {"bucket": bucket[rows], "form": form[rows], "length": numbers(batch, "length")[rows]}
    return columns, sketches[rows], keys[rows]


def _kept(
    columns: dict[str, Numbers], sketches: np.ndarray, keys: np.ndarray, meet: Numbers, rule: Rule
) -> tuple[Numbers, Numbers]:
    """Of rows that meet the next row, the pairs of forms that may be near-duplicates, the lower first."""
    next_ = meet + 1
    codes = kept_pairs(sketches, columns["length"], (keys[meet], keys[next_]), (meet, next_), rule)
    left, right = rows_of(codes)
    one, other = columns["form"][left], columns["form"][right]
    return np.minimum(one, other), np.maximum(one, other)


def side_by_side(batch: Batch, *, rule: Rule, bits: int) -> Batch:
    """Pairs within buckets, and the two ends of each bucket."""
    columns, sketches, keys = _sorted(batch, bits)
    bucket = columns["bucket"]
    same = bucket[1:] == bucket[:-1]
    one, other = _kept(columns, sketches, keys, np.flatnonzero(same), rule)
    ends = np.flatnonzero(~(np.append(False, same) & np.append(same, False))) if len(bucket) else bucket
    nothing = np.zeros(len(one), np.int64)
    empty = Blobs(np.zeros(0, np.uint8), np.zeros(len(one), np.int64))
    found = Blobs.of_width(sketches[ends])
    return {
        "kind": np.concatenate([np.full(len(one), _PAIR), np.full(len(ends), _BOUNDARY)]),
        "one": np.concatenate([one, columns["form"][ends]]),
        "other": np.concatenate([other, columns["length"][ends]]),
        "bucket": np.concatenate([nothing, bucket[ends]]),
        "sketch": Blobs(found.data, np.concatenate([empty.starts, found.starts])),
    }


def pair_rows(batch: Batch) -> Batch:
    """Of what :func:`side_by_side` gave, the pairs."""
    rows = np.flatnonzero(numbers(batch, "kind") == _PAIR)
    return {"one": numbers(batch, "one")[rows], "other": numbers(batch, "other")[rows]}


def edge_rows(batch: Batch) -> Batch:
    """Of what :func:`side_by_side` gave, the ends of buckets."""
    held = take(batch, np.flatnonzero(numbers(batch, "kind") == _BOUNDARY))
    return {"bucket": held["bucket"], "form": held["one"], "length": held["other"], "sketch": held["sketch"]}


def pairs_across(batch: Batch, *, rule: Rule, bits: int) -> Batch:
    """Pairs of the end of one bucket with the end of the next, from the ends of all."""
    columns, sketches, keys = _sorted(batch, bits)
    bucket = columns["bucket"]
    meet = np.flatnonzero((bucket[1:] != bucket[:-1]) & (bucket[1:] >> bits == bucket[:-1] >> bits))
    one, other = _kept(columns, sketches, keys, meet, rule)
    return {"one": one, "other": other}


def as_texts(batch: Batch) -> Batch:
    """Forms as rows that answer a question."""
    form = numbers(batch, "form")
    nothing = np.zeros(len(form), np.int64)
    return {"form": form, "kind": nothing + _TEXT, "other": nothing, "units": batch["units"]}


def asking(batch: Batch) -> Batch:
    """Pairs as questions to their first form."""
    one = numbers(batch, "one")
    empty = Blobs(np.zeros(0, np.uint8), np.zeros(len(one) + 1, np.int64))
    return {
        "form": one,
        "kind": np.full(len(one), _QUESTION),
        "other": numbers(batch, "other"),
        "units": empty,
    }


def answers(batch: Batch) -> tuple[Numbers, Numbers]:
    """Rows that ask, and for each the row that answers."""
    kind, form = numbers(batch, "kind"), numbers(batch, "form")
    texts = np.flatnonzero(kind == _TEXT)
    texts = texts[np.argsort(form[texts], kind="stable")]
    asked = np.flatnonzero(kind != _TEXT)
    return asked, texts[np.searchsorted(form[texts], form[asked])]


def carried(batch: Batch) -> Batch:
    """Questions that carry the text of their first form to the second."""
    asked, rows = answers(batch)
    return {
        "form": numbers(batch, "other")[asked],
        "kind": np.full(len(asked), _QUESTION),
        "other": numbers(batch, "form")[asked],
        "units": blobs(batch, "units").take(rows),
    }


def measured(batch: Batch, *, rule: Rule) -> Batch:
    """The pairs that hold, judged on both texts as one machine judges them."""
    asked, rows = answers(batch)
    held = units_of(batch)
    both = joined([held.take(asked), held.take(rows)])
    every, first = np.arange(2 * len(asked)), np.arange(len(asked))
    judge = Judge.of(both, rule, threads=1)
    codes = coded(first, first + len(asked))
    holds = linked(sketch(both, every), judge.weights, codes, rule, judge.measure)
    return {
        "one": numbers(batch, "other")[asked][holds],
        "other": numbers(batch, "form")[asked][holds],
    }
