"""How alike opinions are: several views of a text, each centred, put together and compared.

References
----------
Mu, J. and Viswanath, P. (2018). All-but-the-top: simple and effective postprocessing for word
representations. ICLR 2018 (why the mean is taken off).

Arora, S., Liang, Y. and Ma, T. (2017). A simple but tough-to-beat baseline for sentence embeddings. ICLR 2017
(a text as the weighted mean of its words' vectors).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jichi.methods.texts.embedding import Embedder, centred
from jichi.methods.texts.sentences import sentences
from jichi.methods.texts.vectors import Vectors, word_vectors

__all__ = ["Views", "as_embedders", "view"]

# The weights of the three views: the words that two texts share; what their sentences mean; what their words
# mean, taken one by one. On the development data half or twice of any of them does about as well.
_WORDS, _SENTENCES, _VOCABULARY = 1.0, 1.0, 0.25
# A text's first sentences stand for a very long one; a sentence's first characters for an endless one.
_MOST_SENTENCES, _MOST_CHARACTERS = 60, 600
_SHORTEST = 2
# Words embedded one by one: those that join texts (two or more have them), the most widespread first.
_MOST_WORDS = 5_000
# Rows are kept as whole numbers of 1/4000. Then every partial sum of a product of two rows is a whole number
# below 2**24, which float32 holds exactly: the product is the same for any order of adding, any number of
# threads and any library of linear algebra.
_GRID = 4000.0
_BLOCK = 512

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Opinions as vectors, ready to be compared.

    Attributes
    ----------
    words
        (n, terms) TF-IDF of content words, rows of length 1 or 0.
    mean, lengths
        Mean of those rows, and length of each row with the mean taken off.
    meaning
        (n, d) whole numbers in float32, see `_GRID`; d is 0 without an embedder.
    shares
        Weights of words and meaning; they add up to 1.
    vectors
        Terms and their spread, for labels.
    """

    words: sparse.csr_array
    mean: npt.NDArray[np.float64]
    lengths: npt.NDArray[np.float64]
    meaning: Floats
    shares: tuple[float, float]
    vectors: Vectors

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def take(self, rows: npt.NDArray[np.int64]) -> Views:
        """The same views of some of the opinions, centred as before."""
        return replace(self, words=self.words[rows], lengths=self.lengths[rows], meaning=self.meaning[rows])

    def block(self, rows: npt.NDArray[np.int64] | slice, columns: npt.NDArray[np.int64] | slice) -> Floats:
        """Resemblance of some opinions with others, -1 to 1, shape (rows, columns)."""
        left, right = self.words[rows], self.words[columns]
        found = np.asarray((left @ right.T).todense())
        found -= (left @ self.mean)[:, None]
        found -= (right @ self.mean)[None, :] - float((self.mean * self.mean).sum())
        found /= self.lengths[rows][:, None]
        found /= self.lengths[columns][None, :]
        result = found.astype(np.float32)
        if self.meaning.shape[1]:
            result *= np.float32(self.shares[0])
            alike = self.meaning[rows] @ self.meaning[columns].T
            result += alike * np.float32(self.shares[1] / _GRID**2)
        return result

    def own(self) -> npt.NDArray[np.float64]:
        """Resemblance of each opinion with itself, (n,): 1, or less where a view knows nothing of it."""
        known = np.isfinite(self.lengths) * self.shares[0]
        if self.meaning.shape[1]:
            square = np.einsum("ij,ij->i", self.meaning, self.meaning, dtype=np.float64)
            known = known + square * (self.shares[1] / _GRID**2)
        return np.asarray(known, np.float64)

    def to_groups(self, group_of: npt.NDArray[np.int64], groups: int) -> npt.NDArray[np.float64]:
        """Sum of each opinion's resemblance over each group's members, itself among them: (n, groups).

        ``group_of`` is negative for an opinion of no group.
        """
        inside = np.flatnonzero(group_of >= 0)
        member = sparse.csr_array(
            (1 / self.lengths[inside], (inside, group_of[inside])), shape=(len(self), groups)
        )
        weight = np.asarray(member.sum(axis=0)).ravel()
        centre = np.asarray((self.words.T @ member).todense()) - self.mean[:, None] * weight[None, :]
        sums = self.words @ centre - np.einsum("t,tk->k", self.mean, centre)[None, :]
        sums /= self.lengths[:, None]
        if self.meaning.shape[1]:
            # Whole numbers below 2**53: exact again.
            member.data = np.ones(len(inside))
            total = (self.meaning.T.astype(np.float64)) @ np.asarray(member.todense())
            sums *= self.shares[0]
            for start in range(0, len(self), _BLOCK):
                part = slice(start, start + _BLOCK)
                sums[part] += self.meaning[part].astype(np.float64) @ total * (self.shares[1] / _GRID**2)
        return np.asarray(sums)


def _sentence_view(texts: Sequence[str], embedder: Embedder) -> Floats:
    """Mean of the centred vectors of each text's sentences."""
    spoken: list[list[str]] = []
    for text in texts:
        parts = [text[part.start : part.end].strip(" \t\r\n\u3000・") for part in sentences(text)]
        kept = [part[:_MOST_CHARACTERS] for part in parts if len(part) >= _SHORTEST]
        spoken.append(kept[:_MOST_SENTENCES] or [text.strip()[:_MOST_CHARACTERS]])
    distinct = sorted({part for parts in spoken for part in parts})
    place = {part: at for at, part in enumerate(distinct)}
    vectors = np.asarray(embedder(distinct), np.float32)
    # Each sentence counts in the mean as often as it is said.
    said = np.bincount([place[part] for parts in spoken for part in parts], minlength=len(distinct))
    vectors = centred(vectors, said.astype(np.float64))
    starts = np.cumsum([0, *(len(parts) for parts in spoken)])
    rows = np.fromiter((place[part] for parts in spoken for part in parts), np.int64, int(starts[-1]))
    means = np.zeros((len(texts), vectors.shape[1]))
    for at in range(len(texts)):
        means[at] = vectors[rows[starts[at] : starts[at + 1]]].mean(axis=0, dtype=np.float64)
    return _unit(means)


def _vocabulary_view(words: Vectors, embedder: Embedder) -> Floats:
    """Each text as the TF-IDF weighted mean of its words' centred vectors."""
    chosen = np.flatnonzero(words.spread >= 2)
    if len(chosen) > _MOST_WORDS:
        order = np.argsort(-words.spread[chosen], kind="stable")
        chosen = np.sort(chosen[order[:_MOST_WORDS]])
    if not len(chosen):
        return np.zeros((words.matrix.shape[0], 0), np.float32)
    vectors = centred(np.asarray(embedder([words.terms[at] for at in chosen]), np.float32))
    return centred(words.matrix[:, chosen] @ vectors.astype(np.float64))


def _unit(rows: npt.NDArray[np.float64]) -> Floats:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return np.asarray(np.where(lengths > 1e-9, rows / np.maximum(lengths, 1e-9), 0.0), np.float32)


def _meaning(texts: Sequence[str], words: Vectors, embedders: Sequence[Embedder]) -> Floats:
    """The views of all embedders side by side, as whole numbers; a row is at most 4000 long."""
    parts: list[npt.NDArray[np.float32]] = []
    whole = (_SENTENCES + _VOCABULARY) * len(embedders)
    for embedder in embedders:
        parts.append(_sentence_view(texts, embedder) * np.float32(np.sqrt(_SENTENCES / whole)))
        parts.append(_vocabulary_view(words, embedder) * np.float32(np.sqrt(_VOCABULARY / whole)))
    if not parts:
        return np.zeros((len(texts), 0), np.float32)
    return np.asarray(np.rint(np.concatenate(parts, axis=1) * np.float32(_GRID)), np.float32)


def view(texts: Sequence[str], embedders: Sequence[Embedder] = ()) -> Views:
    """Views of opinions.

    Parameters
    ----------
    texts
        Distinct texts in an order that is a function of their set, such as sorted.
    embedders
        What gives vectors of meaning; none for words alone.

    Notes
    -----
    Resemblance is the weighted mean of three cosines: TF-IDF over content words (weight 1), the mean vector
    of the sentences (1), and the TF-IDF weighted mean of the words' own vectors (¼); with several embedders
    the last two are their means. In each view what all opinions share is taken off first: the mean vector
    says nothing about topics. Without an embedder the first is all.
    """
    words = word_vectors(texts)
    count = max(1, len(texts))
    mean = np.asarray(words.matrix.sum(axis=0)).ravel() / count
    onto = words.matrix @ mean
    full = np.diff(words.matrix.indptr) > 0
    square = np.maximum(full - 2 * onto + float((mean * mean).sum()), 0.0)
    lengths = np.where(square > 1e-12, np.sqrt(square), np.inf)
    meaning = _meaning(texts, words, embedders)
    total = _WORDS + ((_SENTENCES + _VOCABULARY) if embedders else 0.0)
    return Views(
        words=words.matrix,
        mean=mean,
        lengths=lengths,
        meaning=meaning,
        shares=(_WORDS / total, 1 - _WORDS / total),
        vectors=words,
    )


def as_embedders(embedder: Embedder | Sequence[Embedder] | None) -> tuple[Embedder, ...]:
    """None, one or several embedders as a tuple, several in the order of their names."""
    if embedder is None:
        return ()
    if isinstance(embedder, Sequence):
        return tuple(sorted(embedder, key=lambda one: one.name))
    return (embedder,)
