"""Submissions, their distinct texts, and the texts' normal forms: what is the same without any judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.normal import chunks
from jichi.methods.texts.shingles import Units, joined, normal_units

__all__ = ["Forms", "distinct", "first_digests", "forms_of"]

_RUN = 1 << 22


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Forms:
    """Distinct normal forms, in the order of their digests: an order that no input's order changes.

    Attributes
    ----------
    form_of
        Shape (texts,): number of the form of each text.
    units
        The forms.
    digests
        Shape (forms, 2): their digests, ascending.
    """

    form_of: npt.NDArray[np.int64]
    units: Units
    digests: npt.NDArray[np.uint64]


def distinct(texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The different texts in order of appearance, and the place of each text among them."""
    seen: dict[str, int] = {}
    places = np.fromiter((seen.setdefault(text, len(seen)) for text in texts), np.int64, len(texts))
    return list(seen), places


def first_digests(digests: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The first row of each different digest, in ascending order, and the number of each row's digest."""
    order = np.lexsort((digests[:, 1], digests[:, 0]))
    ordered = digests[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def forms_of(texts: Sequence[str]) -> Forms:
    """The distinct normal forms of texts.

    Two texts are one form where the 128-bit digests of their normal forms are equal.
    """
    parts: list[Units] = []
    digests: list[npt.NDArray[np.uint64]] = []
    for first, last in chunks(texts, _RUN):
        part = normal_units(texts[first:last])
        found = part.digests()
        digests.append(found)
        parts.append(part)
    if not parts:
        return Forms(form_of=np.empty(0, np.int64), units=joined([]), digests=np.empty((0, 2), np.uint64))
    every = np.concatenate(digests)
    firsts, form_of = first_digests(every)
    return Forms(form_of=form_of, units=_taken(parts, firsts), digests=every[firsts])


def _taken(parts: list[Units], rows: npt.NDArray[np.int64]) -> Units:
    """Rows of several collections numbered through; empties ``parts``, so that little is held twice."""
    counts = np.array([len(part) for part in parts])
    bounds = np.concatenate([[0], np.cumsum(counts)])
    lengths = np.concatenate([part.lengths for part in parts])[rows]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    units = np.empty(starts[-1], np.uint16)
    for number in range(len(parts)):
        here = np.flatnonzero((rows >= bounds[number]) & (rows < bounds[number + 1]))
        taken = parts[number].take(rows[here] - bounds[number])
        places = np.arange(len(taken.units)) + np.repeat(starts[here] - taken.starts[:-1], taken.lengths)
        units[places] = taken.units
        parts[number] = Units(units=np.empty(0, np.uint16), starts=np.zeros(1, np.int64))
    return Units(units=units, starts=starts)
