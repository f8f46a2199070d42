"""Which texts hold a run of two or three characters: an inverted index in plain arrays.

A gram is a run of characters of a normal form: three where it begins with kanji, kana or hangul, five where
it begins with a letter of another writing or a digit, and two if both are kanji or katakana (a short Japanese
draft has hardly any of three). Texts lie in blocks of at most 65,536, so that a posting takes two
bytes; a block is never changed, only replaced, and holds nothing of a text that was taken out of it.

References
----------
Zobel, J. and Moffat, A. (2006). Inverted files for text search engines. ACM Computing Surveys 38(2), 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.normal import Codes

__all__ = [
    "BLOCK",
    "DENSE",
    "PAIR",
    "SPARSE",
    "Block",
    "Grams",
    "grams_of",
    "is_dense",
    "joined",
    "posted",
    "taken_out",
]

DENSE, SPARSE, PAIR = 3, 5, 2  # characters of a gram
BLOCK = 65_536  # texts in a block: a row in it fits 16 bits
_ROW_MASK = np.uint64(0xFFFF)
_MIX, _LAST = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_TOGETHER = 4_000_000  # characters whose grams are computed at once


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Grams with where each stands.

    Attributes
    ----------
    grams : (n,) uint64
        A number for the run of characters; the lowest 16 bits are 0.
    places : (n,) int64
        The position of its first character in the code points.
    texts : (n,) int64
        The number of its text.
    sizes : (n,) int64
        How many characters it has.
    """

    grams: npt.NDArray[np.uint64]
    places: npt.NDArray[np.int64]
    texts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The postings of at most 65,536 texts.

    Attributes
    ----------
    grams : (g,) uint64
        The distinct grams, ascending; the lowest 16 bits are 0.
    starts : (g + 1,) int64
        Where the rows of each gram begin in ``rows``.
    rows : (p,) uint16
        The texts that hold the gram, ascending.
    """

    grams: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint16]


def _is_content(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Kanji and katakana: those whose pairs tell something."""
    katakana = (points >= 0x30A1) & (points <= 0x30FA)
    return katakana | ((points >= 0x3400) & (points <= 0x9FFF)) | (points >= 0x20000)


def is_dense(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Kanji, kana and hangul: writing in which three characters tell about as much as five letters."""
    return (points >= 0x3040) & (
        (points <= 0x9FFF) | ((points >= 0xAC00) & (points <= 0xD7A3)) | (points >= 0x20000)
    )


def _mixed(
    points: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], size: int
) -> npt.NDArray[np.uint64]:
    """A number of 48 bits for each run of ``size`` code points, in the upper bits of 64.

    Two grams of a hundred million pairs may share a number; a hint is then a little too similar, never wrong
    about the spans that it shows.
    """
    mixed = np.full(len(places), size, np.uint64)
    for step in range(size):
        mixed ^= points[places + step].astype(np.uint64)
        mixed *= _MIX
        mixed ^= mixed >> np.uint64(32)
    mixed *= _LAST
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    return np.asarray(mixed & ~_ROW_MASK)


def grams_of(codes: Codes, *, pairs: bool = True) -> Grams:
    """All grams of the texts; those of two characters only where asked."""
    points = codes.codes
    text_of = np.repeat(np.arange(len(codes.starts) - 1), np.diff(codes.starts))
    left = codes.starts[1:][text_of] - np.arange(len(points))  # characters from here to the end of the text
    dense = is_dense(points)
    at = {DENSE: np.flatnonzero(dense & (left >= DENSE)), SPARSE: np.flatnonzero(~dense & (left >= SPARSE))}
    if pairs:
        content = _is_content(points)
        at[PAIR] = np.flatnonzero(content[:-1] & content[1:] & (left[:-1] >= PAIR))
    grams = [_mixed(points, places, size) for size, places in at.items()]
    place = np.concatenate(list(at.values()))
    sizes = np.repeat(np.fromiter(at, np.int64), [len(places) for places in at.values()])
    return Grams(np.concatenate(grams), place, text_of[place], sizes)


def _packed_block(packed: npt.NDArray[np.uint64]) -> Block:
    """A block from gram and row in one number each; sorts ``packed`` in place."""
    packed.sort()
    if len(packed):
        packed = packed[np.concatenate([[True], packed[1:] != packed[:-1]])]
    rows = (packed & _ROW_MASK).astype(np.uint16)
    packed &= ~_ROW_MASK
    heads = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]])) if len(packed) else packed
    starts = np.concatenate([heads, [len(packed)]]).astype(np.int64)
    return Block(packed[starts[:-1]], starts, rows)


def posted(codes: Codes) -> Block:
    """The block of at most 65,536 normal forms."""
    packed = [np.zeros(0, np.uint64)]
    cuts = np.searchsorted(codes.starts, np.arange(0, codes.starts[-1], _TOGETHER))
    for low, high in pairwise([*np.unique(cuts).tolist(), len(codes)]):
        starts = codes.starts[low : high + 1]
        some = Codes(codes=codes.codes[starts[0] : starts[-1]], starts=starts - starts[0])
        found = grams_of(some)
        packed.append(found.grams | (found.texts + low).astype(np.uint64))
    return _packed_block(np.concatenate(packed))


def _unpacked(block: Block) -> npt.NDArray[np.uint64]:
    return np.repeat(block.grams, np.diff(block.starts)) | block.rows.astype(np.uint64)


def joined(first: Block, second: Block, *, rows: int) -> Block:
    """One block of two; ``rows`` is the number of texts of the first."""
    return _packed_block(np.concatenate([_unpacked(first), _unpacked(second) + np.uint64(rows)]))


def taken_out(block: Block, stay: npt.NDArray[np.bool_]) -> Block:
    """The block without some rows; ``stay`` says which rows are kept, and they are numbered anew."""
    kept = stay[block.rows]
    number = (np.cumsum(stay) - 1).astype(np.uint16)
    of_gram = np.repeat(np.arange(len(block.grams)), np.diff(block.starts))[kept]
    counts = np.bincount(of_gram, minlength=len(block.grams))
    alive = counts > 0
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts[alive])])
    return Block(block.grams[alive], starts, number[block.rows[kept]])
