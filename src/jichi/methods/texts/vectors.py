"""Texts as vectors: words, or runs of characters, weighted by how few texts have them.

References
----------
Salton, G. and Buckley, C. (1988). Term-weighting approaches in automatic text retrieval. Information
Processing & Management 24, 513-523.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normalise
from jichi.methods.texts.words import content_weights

__all__ = ["Vectors", "character_vectors", "weigh", "word_vectors"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vectors:
    """Sparse vectors of texts.

    Attributes
    ----------
    matrix
        (texts, terms), float64, rows of length 1; a text without any term has a row of zeros.
    terms
        What the columns stand for, sorted by code point.
    spread
        Number of texts that have each term.
    """

    matrix: sparse.csr_array
    terms: tuple[str, ...]
    spread: npt.NDArray[np.int64]


def _unit(matrix: sparse.csr_array) -> sparse.csr_array:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr))
    return matrix


def weigh(documents: Iterable[Mapping[str, float]]) -> Vectors:
    """TF-IDF vectors of texts given as weighted counts of terms.

    Parameters
    ----------
    documents
        For each text its terms with positive counts.

    Returns
    -------
    Vectors
        A row for each text, in the order given.

    Notes
    -----
    A term with count f of a text, in d of n texts, weighs ``log2(1 + f) * log((n + 1) / d)``; then rows get
    length 1. A term of every text keeps a little weight, so that equal texts are alike and not empty.
    """
    rows = [sorted(document.items()) for document in documents]
    terms = tuple(sorted({term for row in rows for term, _ in row}))
    place = {term: at for at, term in enumerate(terms)}
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    columns = np.fromiter((place[term] for row in rows for term, _ in row), np.int64, int(starts[-1]))
    counts = np.fromiter((count for row in rows for _, count in row), np.float64, int(starts[-1]))
    spread = np.bincount(columns, minlength=len(terms)).astype(np.int64)
    data = np.log2(1 + counts) * np.log((len(rows) + 1) / spread[columns])
    matrix = sparse.csr_array((data, columns, starts), shape=(len(rows), len(terms)))
    return Vectors(matrix=_unit(matrix), terms=terms, spread=spread)


def word_vectors(texts: Sequence[str]) -> Vectors:
    """TF-IDF vectors over content words (`jichi.methods.texts.words`)."""
    return weigh(content_weights(text) for text in texts)


def character_vectors(texts: Sequence[str], *, shortest: int = 2, longest: int = 4) -> Vectors:
    """TF-IDF vectors over runs of characters of the normalised texts.

    Parameters
    ----------
    texts
        The texts.
    shortest, longest
        Lengths of the runs, 1 or more.

    Raises
    ------
    TextError
        ``bad-run-lengths`` unless 1 ≤ shortest ≤ longest.
    """
    if not 1 <= shortest <= longest:
        raise TextError(
            "bad-run-lengths",
            f"runs of characters have 1 or more, from a shortest to a longest, not {shortest} to {longest}",
            shortest=shortest,
            longest=longest,
        )
    return weigh(_runs(normalise(text), shortest, longest) for text in texts)


def _runs(text: str, shortest: int, longest: int) -> Mapping[str, float]:
    return Counter(
        text[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(len(text) - length + 1)
    )
