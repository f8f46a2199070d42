"""Sequences of characters of many texts at once: what near-duplicates are told by.

Texts are held as UTF-16 units, two bytes each, one after another; a sequence is three units in a row, told by
a 32-bit number. Nothing here depends on which other texts are there.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and Complexity of
Sequences, 21-29 (shingles; resemblance is the Jaccard coefficient of two sets of them, containment the share
of the one that the other holds).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.normal import Codes, normal_codes

__all__ = [
    "SIZE",
    "Overlaps",
    "Shingles",
    "Units",
    "batches",
    "joined",
    "normal_units",
    "overlaps",
    "shingles",
]

SIZE = 3
"""Characters of a sequence. Three are enough for Japanese, whose words are two or three signs long."""

_SPREAD = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D))
_MIX = np.uint32(0x27D4EB2F)
_BATCH = 1 << 20
"""Units that are worked on at once; a longer text is worked on by itself."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Units:
    """Texts as UTF-16 units in one array.

    Attributes
    ----------
    units
        Shape (units,): the texts one after another.
    starts
        Shape (texts + 1,): where each begins; the last is the length of ``units``.
    """

    units: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Shape (texts,): units of each."""
        return np.diff(self.starts)

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Shape (texts,): length in which a unit of ASCII counts half, for it says about half as much."""
        plain = np.empty(len(self), np.int64)
        for first, last in batches(self.lengths):
            part = self.slice(first, last)
            plain[first:last] = np.diff(np.concatenate([[0], np.cumsum(part.units < 128)])[part.starts])
        return np.asarray(self.lengths - plain / 2)

    def digests(self) -> npt.NDArray[np.uint64]:
        """Shape (texts, 2): a digest of each (BLAKE2b, 128 bits)."""
        held, bounds = memoryview(self.units.astype("<u2").tobytes()), (self.starts * 2).tolist()
        made = b"".join(
            [hashlib.blake2b(held[start:end], digest_size=16).digest() for start, end in pairwise(bounds)]
        )
        return np.frombuffer(made, ">u8").astype(np.uint64).reshape(-1, 2)

    def take(self, rows: npt.NDArray[np.int64]) -> Units:
        """Some of the texts, in the order of ``rows``."""
        lengths = self.lengths[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Units(units=self.units[places], starts=starts)

    def slice(self, first: int, last: int) -> Units:
        """The texts from ``first`` to ``last`` (exclusive), without a copy."""
        starts = self.starts[first : last + 1]
        return Units(units=self.units[starts[0] : starts[-1]], starts=starts - starts[0])

    def text(self, number: int) -> str:
        """One of the texts."""
        part = self.units[self.starts[number] : self.starts[number + 1]]
        return part.astype("<u2").tobytes().decode("utf-16-le", "surrogatepass")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Shingles:
    """Sequences of texts in one array, each text's in their order, repeated ones repeated.

    Attributes
    ----------
    hashes
        Shape (sequences,): a 32-bit number of each.
    starts
        Shape (texts + 1,): where those of each text begin.
    """

    hashes: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Overlaps:
    """Distinct sequences of pairs of texts: in both, in the left, in the right; shape (pairs,) each."""

    both: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]

    @property
    def jaccard(self) -> npt.NDArray[np.float64]:
        """Share of all distinct sequences of a pair that both texts have; 0 where there are none."""
        return np.asarray(self.both / np.maximum(self.left + self.right - self.both, 1))

    @property
    def containment(self) -> npt.NDArray[np.float64]:
        """Share of the sequences of the text with fewer that the other has; 0 where there are none."""
        return self.both / np.maximum(np.minimum(self.left, self.right), 1)


def _units(codes: Codes) -> Units:
    high = codes.codes > 0xFFFF
    if not high.any():
        return Units(units=codes.codes.astype(np.uint16), starts=codes.starts)
    offset = np.concatenate([[0], np.cumsum(high)])
    places = np.arange(len(codes.codes)) + offset[:-1]
    units = np.empty(len(codes.codes) + offset[-1], np.uint16)
    rest = codes.codes - np.uint32(0x10000)
    units[places] = np.where(high, 0xD800 + (rest >> np.uint32(10)), codes.codes)
    units[places[high] + 1] = 0xDC00 + (rest[high] & np.uint32(0x3FF))
    return Units(units=units, starts=codes.starts + offset[codes.starts])


def batches(lengths: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of runs of texts, or of pairs, of about a million units together."""
    ends = np.cumsum(lengths)
    bounds = [0, *(np.flatnonzero(np.diff(ends // _BATCH)) + 1).tolist(), len(lengths)]
    yield from ((first, last) for first, last in pairwise(bounds) if last > first)


def joined(parts: Sequence[Units]) -> Units:
    """All texts of several collections, in one."""
    if not parts:
        return Units(units=np.empty(0, np.uint16), starts=np.zeros(1, np.int64))
    offsets = np.cumsum([0, *(len(part.units) for part in parts)])
    starts = [part.starts[:-1] + offset for part, offset in zip(parts, offsets.tolist(), strict=False)]
    return Units(
        units=np.concatenate([part.units for part in parts]), starts=np.concatenate([*starts, offsets[-1:]])
    )


def normal_units(texts: Sequence[str]) -> Units:
    """Normal forms of texts, as UTF-16 units."""
    return _units(normal_codes(texts))


def _mixed(units: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint32]:
    """A number for the sequence that begins at each unit but the last two."""
    wide = units.astype(np.uint32)
    count = max(0, len(wide) - SIZE + 1)
    made = wide[:count] * _SPREAD[0]
    made ^= made >> np.uint32(15)
    for shift in range(1, SIZE):
        made += wide[shift : shift + count]
        made *= _SPREAD[shift]
        made ^= made >> np.uint32(15)
    made *= _MIX
    made ^= made >> np.uint32(16)
    return made


def shingles(texts: Units) -> Shingles:
    """The sequences of three units of each text; a text of fewer has none.

    Notes
    -----
    The number of a sequence is one of 2³²; among 1,000 sequences two share a number with a chance
    of about 1 in 10,000. About 10 ns a character.
    """
    counts = np.maximum(texts.lengths - SIZE + 1, 0)
    starts = np.concatenate([[0], np.cumsum(counts)])
    within = np.ones(max(0, len(texts.units) - SIZE + 1), np.bool_)
    for back in range(1, SIZE):
        ends = texts.starts[1:] - back
        # Of a text shorter than a sequence, places before its start belong to the text before.
        within[ends[(ends >= 0) & (ends < len(within)) & (ends >= texts.starts[:-1])]] = False
    return Shingles(hashes=_mixed(texts.units)[within], starts=starts)


def _counted(left: Shingles, right: Shingles) -> Overlaps:
    pairs = len(left.starts) - 1
    keys = []
    for side, given in enumerate((left, right)):
        pair = np.repeat(np.arange(pairs, dtype=np.uint64), np.diff(given.starts))
        keys.append(pair << np.uint64(33) | given.hashes.astype(np.uint64) << np.uint64(1) | np.uint64(side))
    key = np.concatenate(keys)
    key.sort()
    key = key[np.concatenate([[True], key[1:] != key[:-1]])] if len(key) else key
    pair = (key >> np.uint64(33)).astype(np.int64)
    right_side = (key & np.uint64(1)).astype(np.bool_)
    shared = np.flatnonzero((key[1:] ^ key[:-1]) == 1)
    return Overlaps(
        both=np.bincount(pair[shared], minlength=pairs),
        left=np.bincount(pair[~right_side], minlength=pairs),
        right=np.bincount(pair[right_side], minlength=pairs),
    )


def overlaps(texts: Units, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Overlaps:
    """How many distinct sequences pairs of texts have in common.

    Parameters
    ----------
    texts
        The texts.
    left, right
        Shape (pairs,): rows of ``texts``.

    Returns
    -------
    Overlaps
        Exact counts of distinct sequence numbers.

    Notes
    -----
    The sequences of both texts are marked with pair and side, sorted and counted, a million at a time:
    about 50 ns for a character of either text.
    """
    parts = []
    for first, last in batches(texts.lengths[left] + texts.lengths[right]):
        rows = slice(first, last)
        parts.append(_counted(shingles(texts.take(left[rows])), shingles(texts.take(right[rows]))))
    if not parts:
        return Overlaps(both=np.zeros(0, np.int64), left=np.zeros(0, np.int64), right=np.zeros(0, np.int64))
    return Overlaps(
        both=np.concatenate([part.both for part in parts]),
        left=np.concatenate([part.left for part in parts]),
        right=np.concatenate([part.right for part in parts]),
    )
