"""How alike two opinions are among many others: by meaning and by words, on one scale for any collection.

What all opinions of a collection share (its subject) says nothing about any two of them and must be taken
off; but one opinion told a hundred times is not a subject. So each text counts in the mean, and in how
common a word is, by one over the number of texts close to it: a campaign counts as one voice. An anchor of
a few texts that share nothing holds the scale where the collection is small.

The vectors are then rounded to whole numbers so small that their products add up without any rounding: no
order of adding, no number of threads, no other library can change a similarity.

References
----------
Salton, G. and Buckley, C. (1988). Term-weighting approaches in automatic text retrieval. Information
Processing and Management 24, 513-523.

Hara, K. et al. (2015). Localized centering: reducing hubness in large-sample data. AAAI 2015, 2645-2651
(why the mean is taken off where neighbours are looked for).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jichi.methods.campaigns.wording import Wording
from jichi.methods.texts.embedding import centred

__all__ = ["Likeness", "measure"]

_Floats = npt.NDArray[np.float32]

# |a·b| of two vectors of this length stays under 2**24, below which float32 counts every whole number.
_LENGTH = 4095
_CLOSE_MEANING = 0.6  # cosine before centring from which two texts are close
_CLOSE_WORDS = 0.4
_ANCHOR_MEANING = 10.0
_ANCHOR_WORDS = 50.0
_EVERYWHERE = 0.25  # a word in more than this share of voices tells nothing
_BLOCK = 256  # rows held against all others at once: memory is this times n


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """The similarities of n texts, worked out as they are asked for.

    Attributes
    ----------
    meaning
        Shape (n, d): whole numbers; None without an embedder.
    words
        Shape (n, words): TF-IDF at unit length.
    voices
        Shape (n,): one over the number of texts close to each, itself among them.
    signs
        Shape (n, words): -1, 0, +1.
    vocabulary
        The words of the columns of ``words``.
    """

    meaning: _Floats | None
    words: sparse.csr_matrix
    voices: npt.NDArray[np.float64]
    signs: sparse.csr_matrix
    vocabulary: Sequence[str]

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def among(self, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64] | None = None) -> _Floats:
        """Similarities of rows with others (themselves where None): 0 nothing, 1 the same.

        With an embedder the mean of two cosines, of meanings and of words; without, that of words.
        """
        right = rows if others is None else others
        found = (self.words[rows] @ self.words[right].T).toarray().astype(np.float32)
        if self.meaning is None:
            return np.asarray(found, np.float32)
        found += _cosines(self.meaning[rows], self.meaning[right])
        found *= np.float32(0.5)
        return np.asarray(found, np.float32)

    def edges(self, least: float) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], _Floats]]:
        """All pairs at least so alike, in parts: left, right (left < right) and similarity."""
        everyone = np.arange(len(self), dtype=np.int64)
        for start in range(0, len(self), _BLOCK):
            rows = everyone[start : start + _BLOCK]
            others = everyone[start:]
            found = self.among(rows, others)
            left, right = np.nonzero(found >= least)
            ahead = left < right
            left, right = left[ahead], right[ahead]
            yield rows[left], others[right], found[left, right]


def _cosines(left: _Floats, right: _Floats) -> _Floats:
    return (left @ right.T) * np.float32(1 / _LENGTH**2)


def _whole(vectors: _Floats) -> _Floats:
    """Vectors of unit length as whole numbers, and shorter than ``_LENGTH``."""
    return np.asarray(np.trunc(vectors * np.float32(_LENGTH)), np.float32)


def _voices_by_meaning(vectors: _Floats) -> npt.NDArray[np.float64]:
    whole = _whole(vectors)
    close = np.empty(len(vectors))
    for start in range(0, len(vectors), _BLOCK):
        close[start : start + _BLOCK] = (
            _cosines(whole[start : start + _BLOCK], whole) >= _CLOSE_MEANING
        ).sum(axis=1)
    return 1 / np.maximum(close, 1)


def _unit_rows(table: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)).dot(table).tocsr()


def _voices_by_words(counts: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    flat = _weighted(counts, np.ones(counts.shape[0]), anchor=20 * _ANCHOR_WORDS)
    close = np.empty(counts.shape[0])
    for start in range(0, counts.shape[0], _BLOCK):
        product = (flat[start : start + _BLOCK] @ flat.T).tocsr()
        product.data = (product.data >= _CLOSE_WORDS).astype(np.float64)
        close[start : start + _BLOCK] = np.asarray(product.sum(axis=1)).ravel()
    return 1 / np.maximum(close, 1)


def _weighted(
    counts: sparse.csr_matrix, voices: npt.NDArray[np.float64], *, anchor: float
) -> sparse.csr_matrix:
    """TF-IDF: (1 + ln count) · ln((N + a) / (voices with the word + 1/2)), at unit length."""
    present = counts.copy()
    present.data = np.ones_like(present.data)
    spread = np.asarray(present.T @ voices).ravel()
    everyone = float(voices.sum()) + anchor
    rarity = np.log(everyone / (spread + 0.5))
    rarity[spread > _EVERYWHERE * everyone] = 0
    table = counts.multiply(np.maximum(rarity, 0)[None]).tocsr()
    table.eliminate_zeros()
    return _unit_rows(table)


def _table(rows: Sequence[dict[str, float]], *, width: int, columns: dict[str, int]) -> sparse.csr_matrix:
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    places = np.fromiter((columns[word] for row in rows for word in sorted(row)), np.int64, int(starts[-1]))
    values = np.fromiter((row[word] for row in rows for word in sorted(row)), np.float64, int(starts[-1]))
    return sparse.csr_matrix((values, places, starts), shape=(len(rows), max(width, 1)))


def _columns(rows: Sequence[dict[str, float]]) -> dict[str, int]:
    return {word: place for place, word in enumerate(sorted({word for row in rows for word in row}))}


def _counts(wording: Wording) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in wording.words:
        found[word] = found.get(word, 0.0) + 1.0
    return {word: 1.0 + float(np.log(count)) for word, count in found.items()}


def measure(wordings: Sequence[Wording], vectors: _Floats | None) -> Likeness:
    """Everything that similarities of these texts need.

    Parameters
    ----------
    wordings
        One for each text, in an order that depends on nothing but the texts.
    vectors
        Shape (n, d), unit length; None for words alone.
    """
    rows = [_counts(wording) for wording in wordings]
    columns = _columns(rows)
    counts = _table(rows, width=len(columns), columns=columns)
    signed: list[dict[str, float]] = [dict(wording.signs) for wording in wordings]
    sides = _columns(signed)
    signs = _table(signed, width=len(sides), columns=sides)
    if vectors is None:
        voices = _voices_by_words(counts)
        meaning = None
    else:
        voices = _voices_by_meaning(vectors)
        meaning = _whole(centred(vectors, voices, anchor=_ANCHOR_MEANING))
    words = _weighted(counts, voices, anchor=_ANCHOR_WORDS)
    return Likeness(meaning=meaning, words=words, voices=voices, signs=signs, vocabulary=tuple(columns))
