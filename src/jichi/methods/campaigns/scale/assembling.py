"""Kernels that bring each component of likely pairs together and make its sets, and tell submissions."""

from __future__ import annotations

import numpy as np

from jichi.methods.campaigns.near import Index, NearLinks, near_stars
from jichi.methods.campaigns.neighbours import coded
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.scale.batches import Batch, Blobs, Numbers, blobs, numbers, take
from jichi.methods.campaigns.scale.forms import units_of
from jichi.methods.campaigns.sketches import sketch
from jichi.methods.texts.shingles import SIZE

__all__ = [
    "alone",
    "as_forms",
    "as_links",
    "as_names",
    "as_tops",
    "told",
    "label_rows",
    "labelled",
    "sets_of_components",
    "with_least",
]

_FORM, _LABEL, _LINK, _NAME = 0, 1, 2, 3


def _nothing(count: int) -> Blobs:
    return Blobs(np.zeros(0, np.uint8), np.zeros(count + 1, np.int64))


def _rows(
    kind: int,
    key: Numbers,
    *,
    one: Numbers,
    other: Numbers | None = None,
    units: Blobs | None = None,
) -> Batch:
    """Rows of the one shape that all of these kernels take and give."""
    zero = np.zeros(len(key), np.int64)
    return {
        "key": key,
        "kind": zero + kind,
        "one": one,
        "other": zero if other is None else other,
        "units": _nothing(len(key)) if units is None else units,
    }


def with_least(batch: Batch) -> Batch:
    """A row for the least node of a component as well."""
    one, other = numbers(batch, "one"), numbers(batch, "other")
    least = np.unique(other)
    return {"one": np.concatenate([one, least]), "other": np.concatenate([other, least])}


def label_rows(batch: Batch) -> Batch:
    """Nodes with the component of each, keyed by the node."""
    one = numbers(batch, "one")
    order = np.unique(one, return_index=True)[1]
    return _rows(_LABEL, one[order], one=numbers(batch, "other")[order])


def as_forms(batch: Batch) -> Batch:
    """Forms, keyed by themselves."""
    form = numbers(batch, "form")
    return _rows(_FORM, form, one=form, other=numbers(batch, "low"), units=blobs(batch, "units"))


def as_links(batch: Batch) -> Batch:
    """Pairs that hold, keyed by their first form."""
    one = numbers(batch, "one")
    return _rows(_LINK, one, one=one, other=numbers(batch, "other"))


def labelled(batch: Batch) -> Batch:
    """Forms and pairs keyed by their component; forms without one are left out."""
    kind, key = numbers(batch, "kind"), numbers(batch, "key")
    labels = np.flatnonzero(kind == _LABEL)
    labels = labels[np.argsort(key[labels], kind="stable")]
    others = np.flatnonzero(kind != _LABEL)
    if not len(labels):
        return take(batch, others[:0])
    at = np.minimum(np.searchsorted(key[labels], key[others]), len(labels) - 1)
    known = key[labels[at]] == key[others]
    found = take(batch, others[known])
    found["key"] = numbers(batch, "one")[labels[at[known]]]
    return found


def sets_of_components(batch: Batch, *, rule: Rule) -> Batch:
    """The form at the top of each form that has a near-duplicate, from whole components."""
    kind = numbers(batch, "kind")
    forms = np.flatnonzero(kind == _FORM)
    forms = forms[np.argsort(numbers(batch, "one")[forms], kind="stable")]
    links = np.flatnonzero(kind == _LINK)
    form, units = numbers(batch, "one")[forms], units_of(batch).take(forms)
    first, second = (np.searchsorted(form, numbers(batch, name)[links]) for name in ("one", "other"))
    every = np.arange(len(forms))
    codes, counts = np.unique(coded(first, second), return_counts=True)
    index = Index(
        forms=every,
        sketches=sketch(units, every),
        lengths=units.lengths - SIZE + 1,
        weights=units.weights,
        links=NearLinks(codes=codes, counts=counts),
    )
    made = near_stars(units, index, rule)
    return {"form": form, "top": form[made.centre], "low": numbers(batch, "other")[forms][made.centre]}


def as_tops(batch: Batch) -> Batch:
    """The top of each form, keyed by the form."""
    empty = _nothing(len(numbers(batch, "form")))
    return {
        "form": numbers(batch, "form"),
        "kind": np.full(len(empty), _LABEL),
        "top": numbers(batch, "top"),
        "low": numbers(batch, "low"),
        "id": empty,
    }


def alone(batch: Batch) -> Batch:
    """Forms as their own tops, for those that have no other."""
    form = numbers(batch, "form")
    return {
        "form": form,
        "kind": np.full(len(form), _FORM),
        "top": form,
        "low": numbers(batch, "low"),
        "id": _nothing(len(form)),
    }


def as_names(batch: Batch) -> Batch:
    """Submissions, keyed by their forms."""
    form = numbers(batch, "form")
    zero = np.zeros(len(form), np.int64)
    return {"form": form, "kind": zero + _NAME, "top": zero, "low": zero, "id": blobs(batch, "id")}


def told(batch: Batch) -> Batch:
    """For each submission the form at the top of its set."""
    kind, form = numbers(batch, "kind"), numbers(batch, "form")
    tops = np.flatnonzero(kind != _NAME)
    # The last of each form is its top where it has one, and itself where it stands alone.
    tops = tops[np.lexsort((kind[tops], form[tops]))]
    names = np.flatnonzero(kind == _NAME)
    at = tops[np.searchsorted(form[tops], form[names], side="right") - 1] if len(tops) else names[:0]
    return {
        "id": blobs(batch, "id").take(names),
        "top": numbers(batch, "top")[at],
        "low": numbers(batch, "low")[at],
    }
