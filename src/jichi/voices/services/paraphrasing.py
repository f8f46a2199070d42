"""What finds the same in other words: by meaning where the encoder is installed, by words otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.engine import Paraphraser
from jichi.methods.campaigns.paraphrases import paraphraser
from jichi.methods.texts.embedding import Embedder, embedding_installed, offline_embedder


class OneDesk:
    """An embedder that works on each text of a desk once, though several stages ask for it.

    Vectors live as long as the work on the desk, in memory alone; nothing outlives the texts.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[bytes, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """The model behind it."""
        return self._embedder.name

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of unit length, in the order of the texts."""
        digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        fresh = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._kept
        }
        made = self._embedder(list(fresh.values()))
        if not digests:
            return made
        self._kept.update(zip(fresh, made, strict=True))
        return np.array([self._kept[digest] for digest in digests], np.float32)


@lru_cache(maxsize=1)
def _encoder() -> Embedder | None:
    return offline_embedder() if embedding_installed() else None


def embedder_of_desk() -> OneDesk | None:
    """An embedder for the work on one desk; None where none is installed."""
    found = _encoder()
    return OneDesk(found) if found is not None else None


def paraphrases_by(embedder: OneDesk | None) -> Paraphraser:
    """What finds paraphrases with this embedder, or by words alone."""
    return paraphraser(embedder)
