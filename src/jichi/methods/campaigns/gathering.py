"""From similarities to sets, without chains: average linkage, then who leans the other way goes out.

Where each text joins whatever it is like, a chain of small steps ends at the opposite. Here two sets become
one only where *all* their texts are alike on average, the two nearest first; in each set the texts that
lean against the rest, in like words, become a set of their own; and a text too far from the set's centre,
or much less like the others than they are like each other, leaves it. What two or three texts have in
common may be chance: they must be surer.

References
----------
Sokal, R. R. and Michener, C. D. (1958). A statistical method for evaluating systematic relationships.
University of Kansas Science Bulletin 38, 1409-1438 (average linkage).

Müllner, D. (2011). Modern hierarchical, agglomerative clustering algorithms. arXiv:1109.2378.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from jichi.methods.campaigns.likeness import Likeness

__all__ = ["LARGEST", "Stars", "contrary", "gather"]

_Ints = npt.NDArray[np.int64]

LARGEST = 6_000
"""Texts that are linked on average at once; where more hang together, only closer links count among them."""
_STEP = 0.02
_TO_CENTRE = 0.75  # of the threshold: how far a text may stand from the centre
_ROUNDS = 60
_CORE = 0.25  # share of a set's texts that must sign a word before it tells sides
_FEW = 4  # texts from which a set is more than one chance likeness
_SURER = 1.2  # times the threshold: how alike fewer must be
_SPOKEN = 8  # texts from which a set tells what is usual in it
_USUAL = 4.0
_NARROWEST = 0.045  # standard deviation of a set so uniform that its own says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Stars:
    """Each text of a set but its centre, linked to the centre.

    Attributes
    ----------
    members, centres
        Shape (links,): rows.
    similarity
        Shape (links,): of the two.
    """

    members: _Ints
    centres: _Ints
    similarity: npt.NDArray[np.float64]


def _leaning(signs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The direction in which the texts differ most by their signs: the first singular vector, from its sums.

    Only words of both signs are in ``signs``. The power method starts from the commonest word, so the
    result is a function of the table.
    """
    spread = np.abs(signs).sum(axis=0)
    start = signs[:, int(np.argmax(spread))]
    lean: npt.NDArray[np.float64] = (signs * start[:, None]).sum(axis=0)
    for _ in range(_ROUNDS):
        sides = (signs * lean[None]).sum(axis=1)
        lean = (signs * sides[:, None]).sum(axis=0)
        size = np.abs(lean).max()
        if size == 0:
            return lean
        lean = lean / size
    return lean


def contrary(signs: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which texts of a set lean against the most of it.

    Parameters
    ----------
    signs
        Shape (texts, words): -1, 0, +1, times the weight of the word.

    Returns
    -------
    ndarray of bool
        Shape (texts,): at most half of them. A text without signs leans nowhere and stays with the most.

    Notes
    -----
    Only words that some affirm and others deny tell anything. The first singular vector of their table says
    which of them go together; a text's side is the sign of its sum along it.
    """
    said = np.count_nonzero(signs, axis=0)
    core = (said >= _CORE * len(signs)) | (np.abs(signs).max(axis=0, initial=0) > 1)
    both = core & (signs > 0).any(axis=0) & (signs < 0).any(axis=0)
    if not both.any():
        return np.zeros(len(signs), np.bool_)
    table = signs[:, both]
    sides = np.round((table * _leaning(table)[None]).sum(axis=1), 6)
    ahead, against = sides > 0, sides < 0
    return np.asarray(against if ahead.sum() >= against.sum() else ahead, np.bool_)


def _components(left: _Ints, right: _Ints, size: int) -> Iterator[_Ints]:
    """Rows that hang together, where there are at least two."""
    graph = sparse.coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    yield from (part.astype(np.int64) for part in np.split(order, cuts) if len(part) > 1)


def _bounded(
    left: _Ints, right: _Ints, weight: npt.NDArray[np.float32], size: int, least: float
) -> Iterator[tuple[_Ints, float]]:
    """Components of at most ``LARGEST`` rows and the least similarity of a link inside."""
    for rows in _components(left, right, size):
        if len(rows) <= LARGEST:
            yield rows, least
            continue
        inside = np.zeros(size, np.bool_)
        inside[rows] = True
        kept = inside[left] & (weight >= least + _STEP)
        yield from _bounded(left[kept], right[kept], weight[kept], size, least + _STEP)


def _averaged(similarity: npt.NDArray[np.float32], least: float) -> Iterator[_Ints]:
    """Sets within which merging never fell below ``least`` on average."""
    from scipy.cluster.hierarchy import fcluster, linkage  # deferred: start-up

    upper = np.triu_indices(len(similarity), 1)
    far = 2.0 - similarity[upper].astype(np.float64)
    labels = fcluster(linkage(far, "average"), 2.0 - least + 1e-12, "distance")
    order = np.argsort(labels, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _one_sided(places: _Ints, signs: npt.NDArray[np.float64]) -> Iterator[_Ints]:
    """The set, divided by the side its texts take."""
    if len(places) < 2:
        return
    against = contrary(signs[places])
    yield places[~against]
    yield from _one_sided(places[against], signs)


def _usual(inside: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which texts are about as alike to the rest of a set as its texts are.

    The threshold is one for all sets. A campaign retold by a machine is far more alike than that, and what
    only shares its subject stands out from it: four standard deviations below the median, taken from the
    median deviation, which the few that stand out do not move. By words alone this tells
    nothing: a retelling may well share few of them.
    """
    size = len(inside)
    if size < _SPOKEN:
        return np.ones(size, np.bool_)
    mean = np.round((inside.sum(axis=1) - np.diag(inside)) / (size - 1), 4)
    middle = float(np.median(mean))
    spread = max(1.4826 * float(np.median(np.abs(mean - middle))), _NARROWEST)
    return np.asarray(mean >= middle - _USUAL * spread, np.bool_)


def _star(
    places: _Ints, similarity: npt.NDArray[np.float32], threshold: float, *, trimmed: bool
) -> tuple[_Ints, int, npt.NDArray[np.float64]] | None:
    """Who stays with the centre, the centre, and how alike they are to it."""
    if len(places) < 2:
        return None
    inside = similarity[np.ix_(places, places)].astype(np.float64)
    if trimmed:
        usual = _usual(inside)
        places, inside = places[usual], inside[np.ix_(usual, usual)]
    pairs = len(places) * (len(places) - 1)
    if len(places) < _FEW and inside.sum() - np.trace(inside) < _SURER * threshold * pairs:
        return None
    centre = int(np.argmax(np.round(inside.sum(axis=1), 4)))
    near = inside[centre]
    stays = near >= _TO_CENTRE * threshold
    stays[centre] = False
    return (places[stays], int(places[centre]), near[stays]) if stays.any() else None


def gather(likeness: Likeness, threshold: float, weights: npt.NDArray[np.float64]) -> Stars:
    """Sets of opinions that say the same.

    Parameters
    ----------
    likeness
        Of n texts in an order that depends on nothing but the texts.
    threshold
        Two sets become one where their texts are at least so alike on average.
    weights
        Shape (sign words,): how much each counts in telling sides.

    Notes
    -----
    Average linkage needs all pairs of what hangs together, so a component of more than ``LARGEST`` texts is
    first loosened. Time is one product of all with all, and the square of the largest component.
    """
    found = list(likeness.edges(threshold))
    none = np.zeros(0, np.int64)
    left = np.concatenate([none, *(part[0] for part in found)])
    right = np.concatenate([none, *(part[1] for part in found)])
    similarity = np.concatenate([np.zeros(0, np.float32), *(part[2] for part in found)])
    members, centres, near = [none], [none], [np.zeros(0)]
    for rows, least in _bounded(left, right, similarity, len(likeness), threshold):
        among = likeness.among(rows)
        signs = likeness.signs[rows].toarray() * weights[None]
        for places in _averaged(among, least):
            for side in _one_sided(places, signs):
                star = _star(side, among, threshold, trimmed=likeness.meaning is not None)
                if star is not None:
                    members.append(rows[star[0]])
                    centres.append(np.full(len(star[0]), rows[star[1]]))
                    near.append(star[2])
    return Stars(np.concatenate(members), np.concatenate(centres), np.concatenate(near))
