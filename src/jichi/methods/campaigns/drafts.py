"""A draft against published opinions: which may be like it, and how much of it stands in each.

Only the rarest grams of a draft are looked up, until a fixed number of postings is read; the best opinions
found so are then compared with the whole draft.

References
----------
Moffat, A. and Zobel, J. (1996). Self-indexing inverted files for fast text retrieval. ACM Transactions on
Information Systems 14(4), 349-379 (a bounded amount of work, the rarest terms first).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.postings import DENSE, PAIR, SPARSE, Block, Grams, grams_of, is_dense
from jichi.methods.campaigns.published import ONE, Part
from jichi.methods.texts.normal import Codes

__all__ = ["Wanted", "candidates", "covered", "wanted_of"]

_STEEP = 2.0  # power of the logarithm in a weight: endings that every other opinion has weigh next to nothing
_SHORT = 8  # a draft with fewer characters is compared by runs of two as well
_POSTINGS = 400_000  # read for one draft
_VERIFIED = 48  # opinions that are compared with the draft itself
_WORDS = 1.5  # rare words that must be shared: what is in any opinion is like all of them, and none
_KANJI, _LETTERS = 3, 7  # characters of a word
_UNIT = 64.0  # weights are whole numbers of this part, so that sums depend on no order


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A draft as grams: ``weights`` per distinct gram, ``found`` how many opinions hold it.

    A gram is common where many sets hold it: a campaign does not make its own words common. ``characters``
    has what each character weighs, ``words`` the same where kanji count for more than letters, ``enough`` how
    much of the latter must be shared.
    """

    characters: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    enough: int
    grams: npt.NDArray[np.uint64]  # distinct, ascending
    weights: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]
    which: npt.NDArray[np.int64]  # for each occurrence: the gram
    places: npt.NDArray[np.int64]  # for each occurrence: its first character
    sizes: npt.NDArray[np.int64]  # for each occurrence: how many characters


def _counts(
    block: Block, grams: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The place of each gram in a block, where its postings begin, and how many there are."""
    at = np.minimum(np.searchsorted(block.grams, grams), max(0, len(block.grams) - 1))
    if not len(block.grams):
        return at, np.zeros(len(grams), np.int64), np.zeros(len(grams), np.int64)
    there = block.grams[at] == grams
    return at, block.starts[at], np.where(there, block.starts[at + 1] - block.starts[at], 0)


def wanted_of(form: Codes, parts: Sequence[Part]) -> Wanted:
    """The grams of a draft with their weights in this index."""
    draft = grams_of(form, pairs=len(form.codes) < _SHORT)
    distinct, which = np.unique(draft.grams, return_inverse=True)
    found, shares = np.zeros(len(distinct), np.int64), np.zeros(len(distinct), np.int64)
    for part in parts:
        at, _, counts = _counts(part.block, distinct)
        found += counts
        held = counts > 0
        shares[held] += part.counts[at[held]]
    sets = shares / ONE
    total = sum(int(part.shares.sum()) for part in parts) / ONE
    # A run that no opinion holds is a typing error or a new word: it weighs what a rare one does, not more.
    rarity = np.log1p(total / np.maximum(sets, np.sqrt(total))) ** _STEEP
    weights = np.rint(rarity * _UNIT).astype(np.int64)
    characters = _of_characters(len(form.codes), draft, weights[which])
    rare = round(float(np.log1p(np.sqrt(total)) ** _STEEP * _UNIT))
    words = characters * np.where(is_dense(form.codes), _LETTERS, _KANJI)
    enough = round(_WORDS * rare * _KANJI * _LETTERS)
    return Wanted(characters, words, enough, distinct, weights, found, which, draft.places, draft.sizes)


def _asked(wanted: Wanted) -> npt.NDArray[np.int64]:
    """The rarest grams, as many as may be read; the rarest one in any case."""
    order = np.lexsort((wanted.grams, wanted.found))
    order = order[wanted.found[order] > 0]
    within = np.cumsum(wanted.found[order]) <= _POSTINGS
    within[:1] = True
    return order[within]


def _scores(
    part: Part, wanted: Wanted, asked: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """The rows touched and, for each, a number that is largest for the best.

    The weight of the grams held comes first; among equals the shorter text; then a fixed order by content.
    """
    _, starts, counts = _counts(part.block, wanted.grams[asked])
    rows = [part.block.rows[low : low + n] for low, n in zip(starts.tolist(), counts.tolist(), strict=True)]
    weights = np.repeat(wanted.weights[asked].astype(np.float64), counts)
    sums = np.bincount(np.concatenate(rows), weights)
    touched = np.flatnonzero(sums)
    best = sums[touched].astype(np.uint64) << np.uint64(38)
    best |= (np.uint64(0x3FFF) - part.lengths[touched].astype(np.uint64)) << np.uint64(24)
    return touched, best | (part.contents[touched] >> np.uint64(40))


def candidates(parts: Sequence[Part], wanted: Wanted) -> list[tuple[Part, int]]:
    """The best opinion of each of the best sets."""
    asked = _asked(wanted)
    if not len(asked):
        return []
    each = [_scores(part, wanted, asked) for part in parts]
    rows = np.concatenate([rows for rows, _ in each])
    best = np.concatenate([score for _, score in each])
    sets = np.concatenate([part.sets[rows] for part, (rows, _) in zip(parts, each, strict=True)])
    part_of = np.repeat(np.arange(len(parts)), [len(rows) for rows, _ in each])
    take = 8 * _VERIFIED
    while True:
        chosen = np.arange(len(best))
        if take < len(best):
            chosen = np.flatnonzero(best >= np.partition(best, -take)[-take])
        chosen = chosen[np.argsort(best[chosen])[::-1]]
        first = np.sort(np.unique(sets[chosen], return_index=True)[1])
        if len(first) >= _VERIFIED or take >= len(best):
            kept = chosen[first[:_VERIFIED]]
            return [(parts[p], r) for p, r in zip(part_of[kept].tolist(), rows[kept].tolist(), strict=True)]
        take *= 8


def _of_characters(count: int, draft: Grams, weights: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """What each character of the draft weighs: as much as the most common gram that it stands in."""
    least = np.full(count, np.iinfo(np.int64).max)
    for step in range(SPARSE):
        inside = draft.sizes > step
        np.minimum.at(least, draft.places[inside] + step, weights[inside])
    least[least == np.iinfo(np.int64).max] = 0  # at the end of a draft, before a gram is full
    return least


def covered(wanted: Wanted, codes: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """For each text what of the draft stands in its best passage: the weight, and whether it is enough.

    A passage is twice as long as a draft with many typing errors, and each begins in the middle of the one
    before: what stands scattered over a long text does not add up.
    """
    found = grams_of(codes, pairs=bool((wanted.sizes == PAIR).any()))
    at = np.minimum(np.searchsorted(wanted.grams, found.grams), len(wanted.grams) - 1)
    hit = wanted.grams[at] == found.grams
    at, text_of = at[hit], found.texts[hit]
    count = len(wanted.characters)
    half = count + count // 4 + 10
    passage = (found.places[hit] - codes.starts[text_of]) // half
    passages = np.diff(codes.starts) // half + 1
    begins = np.cumsum(passages) - passages
    held = np.zeros((int(passages.sum()), len(wanted.grams)), np.bool_)
    held[begins[text_of] + passage, at] = True
    held[begins[text_of] + np.maximum(passage - 1, 0), at] = True
    covered = np.zeros((len(held), count), np.bool_)
    for size in (PAIR, DENSE, SPARSE):
        of_size = wanted.sizes == size
        for step in range(size):
            covered[:, wanted.places[of_size] + step] |= held[:, wanted.which[of_size]]
    weights, words = covered @ wanted.characters, covered @ wanted.words
    return np.maximum.reduceat(weights, begins), np.maximum.reduceat(words, begins) >= wanted.enough
