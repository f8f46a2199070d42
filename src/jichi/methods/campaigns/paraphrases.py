"""Which opinions are one opinion in other words: sets of paraphrases, each link with its evidence.

With an embedder, by meaning and words; without one, by words alone. Either way a result is a function of
the set of texts: their order changes nothing, and doubles are taken once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.gathering import gather
from jichi.methods.campaigns.likeness import Likeness, measure
from jichi.methods.campaigns.wording import SIDE, wordings
from jichi.methods.texts.embedding import Embedder, remembering
from jichi.methods.texts.errors import TextError

__all__ = ["BY_MEANING", "BY_WORDS", "PairLinks", "Paraphraser", "paraphrase_links", "paraphraser"]

BY_MEANING = 0.42
BY_WORDS = 0.27
"""The thresholds, chosen on the tuning half and the second part of ``benchmarks/paraphrase_corpus.json``."""

_SHOWN = 6  # shared words kept with a link
_NULL = 2_000  # texts from which the background is read
_FEWEST_VOICES = 100.0  # with fewer, the background says nothing
_ALLOWED = 1.0  # unrelated texts that may reach the threshold with any one text
_MOST_RAISED = 1.2  # times the threshold
_FEWEST_WORDS = 2  # that both texts of a link by words alone must hold


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PairLinks:
    """Texts that say what another text says, each linked to the centre of its set.

    Attributes
    ----------
    left, right
        Shape (links,): rows of the texts given; ``right`` is the centre of the set that ``left`` is in. No
        text is on the left twice, and no centre is on the left: the sets are stars.
    similarity
        Shape (links,): 0 nothing in common, 1 the same; what ``method`` measures.
    words
        One for each link: the content words that both hold, those that say most first, at most six. Empty
        where two texts say the same without a word in common.
    method
        What was measured, with the name of the model.
    threshold
        How alike the texts of a set are on average, at least.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float64]
    words: tuple[tuple[str, ...], ...]
    method: str
    threshold: float

    def __len__(self) -> int:
        return len(self.left)

    def sets(self, count: int) -> npt.NDArray[np.int64]:
        """For each of ``count`` texts the row of the centre of its set, its own where it is in none."""
        made = np.arange(count)
        made[self.left] = self.right
        return made


Paraphraser = Callable[[Sequence[str]], PairLinks]
"""Finds the links among distinct texts."""


def _background(texts: Sequence[str], likeness: Likeness, threshold: float) -> float:
    """The threshold, raised where pairs of unrelated opinions of this very collection reach it too often.

    The more texts, the more chances; what counts is how many strangers a text meets.

    Pairs are weighted by the voices of their texts, so that a campaign hardly shows among them. They are
    those of the texts with the lowest digests: a sample that is a function of the set.
    """
    if float(likeness.voices.sum()) < _FEWEST_VOICES:
        return threshold
    digests = [
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts
    ]
    chosen = np.sort(np.array(sorted(range(len(texts)), key=digests.__getitem__)[:_NULL], np.int64))
    found = likeness.among(chosen)
    left, right = np.nonzero(np.triu(found >= threshold, 1))
    voices = likeness.voices[chosen]
    total = (float(voices.sum()) ** 2 - float((voices**2).sum())) / 2
    weight = voices[left] * voices[right]
    values = found[left, right]
    order = np.lexsort((right, left, -values))
    within = np.cumsum(weight[order]) <= _ALLOWED * total / len(texts)
    if within.all():
        return threshold
    reached = float(values[order][int(np.argmin(within))])
    return min(max(threshold, reached), _MOST_RAISED * threshold)


def _shared(
    likeness: Likeness, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> tuple[tuple[str, ...], ...]:
    """For each pair the words of both, those that add most to the similarity first."""
    both = likeness.words[left].multiply(likeness.words[right]).tocsr()
    found = []
    for start, end in pairwise(both.indptr.tolist()):
        places, values = both.indices[start:end], both.data[start:end]
        order = np.lexsort((places, -values))[:_SHOWN]
        found.append(tuple(likeness.vocabulary[place] for place in places[order].tolist()))
    return tuple(found)


def _checked(threshold: float | None, embedder: Embedder | None) -> float:
    if threshold is None:
        return BY_WORDS if embedder is None else BY_MEANING
    if not 0 < threshold < 1:
        raise TextError(
            "bad-threshold", f"a threshold lies between 0 and 1, not at {threshold}", threshold=threshold
        )
    return threshold


def paraphrase_links(
    texts: Sequence[str], *, embedder: Embedder | None = None, threshold: float | None = None
) -> PairLinks:
    """Which texts say the same in other words.

    Parameters
    ----------
    texts
        Opinions, best one of each form (near-duplicates taken together before).
    embedder
        As from :func:`jichi.methods.texts.embedding.offline_embedder`; without one, words alone are compared.
    threshold
        Average similarity within a set, above 0 and below 1. Where None, the default, raised where unrelated
        opinions of this collection are so alike that each would reach it with more than one of them; by a
        fifth at most.

    Returns
    -------
    PairLinks
        Stars: each text of a set but its centre, linked to the centre.

    Raises
    ------
    TextError
        ``bad-threshold``.

    Notes
    -----
    The similarity is the mean of two cosines: of mean-centred vectors of meaning, and of TF-IDF vectors of
    content words. Sets are made by average linkage; texts that lean the other way in like words are divided
    off (see :mod:`jichi.methods.campaigns.gathering`). A link depends on the whole set of texts, for what
    is common to all is taken off, and on nothing else. A text without a letter (👍, 100) is linked with
    none; by words alone two texts are linked only where they share two words or more: 「バスを増やして」
    and 「保育園を増やして」 do not say the same.

    Opinions that are put freely, with other reasons and pictures, are not found: only a reader can tell them
    from other opinions on the same subject. The benchmark prints how many.

    Examples
    --------
    >>> texts = ["第二子の保育料を無料にしてください。", "二人目の保育料は無料とするよう求めます。"]
    >>> found = paraphrase_links(texts)
    >>> found.left.tolist(), found.right.tolist(), found.words
    ([0], [1], (('保育', '無料'),))
    """
    least = _checked(threshold, embedder)
    distinct = sorted({text for text in texts if any(map(str.isalpha, text))})
    place = {text: number for number, text in enumerate(distinct)}
    first: dict[int, int] = {}
    for row, text in enumerate(texts):
        if text in place:
            first.setdefault(place[text], row)
    found = wordings(distinct)
    likeness = measure(found, None if embedder is None else embedder(distinct))
    if threshold is None:
        least = _background(distinct, likeness, least)
    sides = sorted({word for wording in found for word in wording.signs})
    weights = np.array([2.0 if word == SIDE else 1.0 for word in sides] or [1.0])
    stars = gather(likeness, least, weights)
    order = np.argsort(stars.members, kind="stable")
    members, centres = stars.members[order], stars.centres[order]
    shared = _shared(likeness, members, centres)
    if embedder is None:
        told = np.array([len(words) >= _FEWEST_WORDS for words in shared], np.bool_)
        members, centres, order = members[told], centres[told], order[told]
        shared = tuple(words for words in shared if len(words) >= _FEWEST_WORDS)
    named = "words (TF-IDF)" if embedder is None else f"meaning and words ({embedder.name}; TF-IDF)"
    return PairLinks(
        left=np.array([first[member] for member in members.tolist()], np.int64),
        right=np.array([first[centre] for centre in centres.tolist()], np.int64),
        similarity=np.clip(stars.similarity[order], 0.0, 1.0),
        words=shared,
        method=named,
        threshold=least,
    )


def paraphraser(embedder: Embedder | None = None, *, threshold: float | None = None) -> Paraphraser:
    """:func:`paraphrase_links` with its settings, as grouping takes it.

    It keeps the vectors of the texts that it was last asked about, and no others: grouping after a few more
    submissions embeds only those, and what was destroyed is forgotten with the next grouping.
    """
    kept = None if embedder is None else remembering(embedder)

    def links(texts: Sequence[str]) -> PairLinks:
        return paraphrase_links(texts, embedder=kept, threshold=threshold)

    return links
