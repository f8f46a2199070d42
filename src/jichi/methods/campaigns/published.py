"""Published opinions as the hints keep them: ids, texts and postings, in parts of at most 65,536."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.postings import Block, joined, posted, taken_out
from jichi.methods.texts.normal import Codes, normal_codes

__all__ = ["ONE", "TEXT", "Part", "forms_of", "only", "part_of", "shared_out", "together", "without"]

TEXT = 10_000  # characters of an opinion that are looked at
ONE = 4_096  # what a set counts for


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One block of opinions and its postings."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    sets: npt.NDArray[np.uint64]  # one number per set
    contents: npt.NDArray[np.uint64]  # one number per normal form
    lengths: npt.NDArray[np.uint16]  # characters of the normal form
    block: Block
    shares: npt.NDArray[np.uint32]  # what each counts for, so that every set counts for one
    counts: npt.NDArray[np.uint32]  # sets that hold each gram of the block, in the same unit


def _number(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")


def forms_of(texts: Sequence[str], most: int) -> Codes:
    """Normal forms of the texts, of each the beginning."""
    whole = normal_codes([text[:most] for text in texts])
    if not (whole.lengths > most).any():
        return whole
    lengths = np.minimum(whole.lengths, most)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    inside = np.arange(starts[-1]) + np.repeat(whole.starts[:-1] - starts[:-1], lengths)
    return Codes(codes=whole.codes[inside], starts=starts)


def only(forms: Codes, number: int) -> Codes:
    """One of the forms."""
    low, high = forms.starts[number], forms.starts[number + 1]
    return Codes(codes=forms.codes[low:high], starts=np.array([0, high - low], np.int64))


def part_of(ids: Sequence[str], texts: Sequence[str], sets: Sequence[str] | None) -> Part:
    """The part of at most 65,536 opinions."""
    forms = forms_of(texts, TEXT)
    contents = np.fromiter((_number(only(forms, n).codes.tobytes()) for n in range(len(forms))), np.uint64)
    return _counted(
        tuple(ids),
        tuple(texts),
        contents if sets is None else np.fromiter((_number(b"set" + _bytes(key)) for key in sets), np.uint64),
        contents,
        forms.lengths.astype(np.uint16),
        posted(forms),
        np.full(len(ids), ONE, np.uint32),
    )


def together(one: Part, other: Part) -> Part:
    """One part of two that fit into a block."""
    return _counted(
        one.ids + other.ids,
        one.texts + other.texts,
        np.concatenate([one.sets, other.sets]),
        np.concatenate([one.contents, other.contents]),
        np.concatenate([one.lengths, other.lengths]),
        joined(one.block, other.block, rows=len(one.ids)),
        np.concatenate([one.shares, other.shares]),
    )


def without(part: Part, gone: Collection[str]) -> Part:
    """The part without the opinions of these ids, and without a trace of them."""
    stay = np.fromiter((id not in gone for id in part.ids), np.bool_, len(part.ids))
    kept = np.flatnonzero(stay).tolist()
    return _counted(
        tuple(part.ids[row] for row in kept),
        tuple(part.texts[row] for row in kept),
        part.sets[stay],
        part.contents[stay],
        part.lengths[stay],
        taken_out(part.block, stay),
        part.shares[stay],
    )


def _counted(
    ids: tuple[str, ...],
    texts: tuple[str, ...],
    sets: npt.NDArray[np.uint64],
    contents: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.uint16],
    block: Block,
    shares: npt.NDArray[np.uint32],
) -> Part:
    counts = np.zeros(0, np.uint32)
    if len(block.rows):
        counts = np.add.reduceat(shares[block.rows], block.starts[:-1], dtype=np.uint32)
    return Part(ids, texts, sets, contents, lengths, block, shares, counts)


def shared_out(parts: Sequence[Part]) -> list[Part]:
    """The parts, with each set counting for one wherever its opinions lie."""
    if not parts:
        return []
    sizes = np.unique(np.concatenate([part.sets for part in parts]), return_inverse=True, return_counts=True)
    shares = np.maximum(1, ONE // sizes[2])[sizes[1]].astype(np.uint32)
    made, low = [], 0
    for part in parts:
        now = shares[low : low + len(part.ids)]
        low += len(part.ids)
        if not np.array_equal(now, part.shares):
            part = _counted(part.ids, part.texts, part.sets, part.contents, part.lengths, part.block, now)
        made.append(part)
    return made
