"""From resemblance to a tree: neighbours' means, then average link.

References
----------
Sokal, R. R. and Michener, C. D. (1958). A statistical method for evaluating systematic relationships.
University of Kansas Science Bulletin 38, 1409-1438 (average link, UPGMA).

Murtagh, F. (1983). A survey of recent advances in hierarchical clustering algorithms. The Computer Journal
26, 354-359 (chains of nearest neighbours).

Zhou, D. et al. (2004). Learning with local and global consistency. NIPS 16 (spreading over a graph of
neighbours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jichi.methods.texts.embedding import Embedder
from jichi.methods.topics.views import Views, as_embedders, view

__all__ = ["Joins", "compare", "join", "smoothed"]

# An opinion is short and says little; its nearest others fill in what it leaves out. From 4 to 8 neighbours,
# and from one round of spreading to four, the development data tell no difference.
NEIGHBOURS = 5
_BLOCK = 256
_TINY = np.float32(1e-6)
_REFRESH = 64

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joins:
    """A binary tree over n opinions: n - 1 joins, the most alike first.

    Attributes
    ----------
    pairs
        (n - 1, 2): what is joined; below n an opinion, else n + the number of an earlier join.
    height
        (n - 1,): resemblance at which it happens, never rising.
    """

    pairs: npt.NDArray[np.int64]
    height: npt.NDArray[np.float64]

    def roots(self, count: int) -> npt.NDArray[np.int64]:
        """Node that each opinion is under where the last ``count - 1`` joins are undone."""
        opinions = len(self.pairs) + 1
        over = np.arange(opinions + len(self.pairs))
        for at, (left, right) in enumerate(self.pairs[: max(0, opinions - count)]):
            over[left] = over[right] = opinions + at
        # Later joins have higher numbers: one pass from the top gives every node its root.
        for node in range(len(over) - 1, -1, -1):
            over[node] = over[over[node]]
        return np.asarray(over[:opinions], np.int64)

    def cut(self, count: int) -> npt.NDArray[np.int64]:
        """Group of each opinion at `roots`, numbered from 0 in the order of their first opinions."""
        _, first, inverse = np.unique(self.roots(count), return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first))
        return np.asarray(rank[inverse])


def _nearest(block: Floats, first: int) -> sparse.coo_array:
    """The nearest others of each row, those of equal resemblance in the order of their numbers."""
    rows, columns = block.shape
    few = min(NEIGHBOURS, columns - 1)
    block = block.copy()
    block[np.arange(rows), np.arange(first, first + rows)] = -np.inf
    # Resemblance not above 0 makes no neighbour.
    least = np.maximum(np.partition(block, columns - few, axis=1)[:, columns - few, None], _TINY)
    chosen = block >= least
    for crowded in np.flatnonzero(chosen.sum(axis=1) > few).tolist():
        level = np.flatnonzero(block[crowded] == least[crowded])
        room = few - int((block[crowded] > least[crowded]).sum())
        chosen[crowded, level[room:]] = False
    row, column = np.nonzero(chosen)
    return sparse.coo_array((block[row, column], (row + first, column)), shape=(columns, columns))


def smoothed(views: Views) -> Floats:
    """Resemblance of opinions, each taken together with the mean of its nearest others.

    Returns
    -------
    ndarray of float32
        (n, n), symmetric, ones on the diagonal.

    Notes
    -----
    With P the row-stochastic matrix of the five nearest others of each opinion (in either direction, weighted
    by resemblance), z becomes z + Pz, so that S becomes (I + P) S (I + P)'. Done in place: one matrix of n²
    float32 is all that is held, 275 MB for 8,300 opinions.
    """
    count = len(views)
    alike = np.empty((count, count), np.float32)
    for start in range(0, count, _BLOCK):
        part, rest = slice(start, min(start + _BLOCK, count)), slice(start, count)
        alike[part, rest] = views.block(part, rest)
        alike[rest, part] = alike[part, rest].T
    if count < 2:
        return np.ones((count, count), np.float32)
    edges = [_nearest(alike[start : start + _BLOCK], start) for start in range(0, count, _BLOCK)]
    graph = sum(edge.tocsr() for edge in edges)
    graph = graph.maximum(graph.T).tocsr()
    totals = np.asarray(graph.sum(axis=1)).ravel()
    scale = sparse.dia_array((1 / np.where(totals > 0, totals, 1)[None, :], [0]), shape=(count, count))
    spread = (sparse.eye_array(count) + scale @ graph).tocsr().astype(np.float32)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        alike[part] = (spread @ np.ascontiguousarray(alike[part].T)).T
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        alike[:, part] = spread @ np.ascontiguousarray(alike[:, part])
    return _even(alike)


def _even(alike: Floats) -> Floats:
    """The same matrix made exactly symmetric with a diagonal of ones, in place."""
    count = len(alike)
    lengths = np.sqrt(np.maximum(np.diagonal(alike), 1e-12)).astype(np.float32)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        alike[part] /= lengths[part, None]
        alike[part] /= lengths[None, :]
    for start in range(0, count, _BLOCK):
        rows = slice(start, start + _BLOCK)
        for other in range(start, count, _BLOCK):
            columns = slice(other, other + _BLOCK)
            middle = (alike[rows, columns] + alike[columns, rows].T) * np.float32(0.5)
            alike[rows, columns] = middle
            alike[columns, rows] = middle.T
    np.fill_diagonal(alike, 1.0)
    return alike


def join(alike: Floats) -> Joins:
    """Average link over a matrix of resemblance, by chains of nearest neighbours.

    Parameters
    ----------
    alike
        (n, n), symmetric. It is used up: afterwards it holds nothing of use.

    Notes
    -----
    Cost is O(n²) in time and nothing but the matrix in memory. Of equal resemblances the lowest number wins,
    so that the tree is a function of the matrix alone.
    """
    count = len(alike)
    np.fill_diagonal(alike, -np.inf)
    size = np.ones(count, np.int64)
    height = np.full(count, np.inf)
    made: list[tuple[int, int, float]] = []
    chain: list[int] = []
    alive = 0
    here = np.arange(count)
    for _ in range(count - 1):
        if not chain:
            while size[alive] == 0:
                alive += 1
            chain.append(alive)
        while True:
            row = alike[chain[-1]]
            best = int(row.argmax())
            if len(chain) > 1 and row[chain[-2]] >= row[best]:
                break
            chain.append(best)
        second, first = chain.pop(), chain.pop()
        left, right = min(first, second), max(first, second)
        level = min(float(alike[left, right]), height[left], height[right])
        made.append((left, right, level))
        whole = size[left] + size[right]
        row = alike[left] * np.float32(size[left] / whole) + alike[right] * np.float32(size[right] / whole)
        row[[left, right]] = -np.inf
        size[left], size[right], height[left] = whole, 0, level
        # Rows of what is gone are never read again; every so often they are left out of the writing too.
        if len(made) % _REFRESH == 0:
            here = np.flatnonzero(size)
        alike[left] = row
        alike[here, left] = row[here]
        alike[here, right] = -np.inf
    return _ordered(made, count)


def _ordered(made: list[tuple[int, int, float]], count: int) -> Joins:
    """Joins sorted by height, with nodes numbered as they come to be."""
    height = np.array([level for *_, level in made], np.float64)
    pairs = np.zeros((len(made), 2), np.int64)
    node = np.arange(count)
    # A join never stands higher than those below it, and was made after them: a stable sort keeps both.
    for at, place in enumerate(np.argsort(-height, kind="stable")):
        left, right, _ = made[place]
        pairs[at] = node[left], node[right]
        node[left] = count + at
    return Joins(pairs=pairs, height=-np.sort(-height))


def compare(texts: Sequence[str], *, embedder: Embedder | Sequence[Embedder] | None = None) -> Floats:
    """How alike each two of some texts are, by the measure that topics rest on.

    Parameters
    ----------
    texts
        Some thousands at most; they may repeat.
    embedder
        One, several, or none.

    Returns
    -------
    ndarray of float32
        (n, n), symmetric, at most 1; 0 is what two texts of the collection have in common on average.

    Notes
    -----
    It depends on the set of texts, not on their order or on how often each occurs.
    """
    distinct = sorted(set(texts))
    place = {text: at for at, text in enumerate(distinct)}
    rows = np.array([place[text] for text in texts], np.int64)
    alike = smoothed(view(distinct, as_embedders(embedder)))
    return np.asarray(alike[np.ix_(rows, rows)], np.float32)
