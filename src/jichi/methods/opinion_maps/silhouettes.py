"""How well points of a map sit in their groups: mean silhouettes, exact or within a stated bound.

References
----------
Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster
analysis. Journal of Computational and Applied Mathematics 20, 53-65.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Cells", "Distances", "exact_cells", "grid_cells", "mean_silhouette"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BITS = 50  # of the 53 that a float64 holds exactly; the rest is room for the last addition
_FINEST = 12  # halvings of the square around all points, at most


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Points taken together: the places that are grouped, in an order that only the points decide.

    Attributes
    ----------
    place
        (c, 2), the weighted mean of each cell's points.
    weight, points
        (c,), persons and points in each cell.
    cell_of
        (n,), the cell of each point given.
    offset
        (c,), mean distance of a cell's points from its place; 0 where equal points alone were taken together.
    """

    place: Floats
    weight: Floats
    points: Floats
    cell_of: Ints
    offset: Floats


def exact_cells(points: Floats, weights: Floats) -> Cells:
    """Equal points taken together, sorted by x, then y."""
    if len(weights) and (weights == weights[0]).all():
        # numbers with a real and an imaginary part are sorted by x, then y, in half the time
        order = np.argsort(np.ascontiguousarray(points).view(np.complex128).ravel())
    else:
        order = np.lexsort((weights, points[:, 1], points[:, 0]))
    placed = points[order]
    new = np.ones(len(placed), bool)
    new[1:] = (placed[1:] != placed[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    cell_of = np.empty(len(placed), np.int64)
    cell_of[order] = np.cumsum(new) - 1
    return Cells(
        place=placed[starts],
        weight=np.add.reduceat(weights[order], starts),
        points=np.diff(starts, append=len(placed)).astype(np.float64),
        cell_of=cell_of,
        offset=np.zeros(len(starts)),
    )


def grid_cells(exact: Cells, most: int) -> Cells:
    """Cells taken together by squares of the finest grid that has at most ``most`` squares in use.

    Notes
    -----
    The square around all points is halved again and again, so that the grid is a function of the points
    alone. Sums run over cells sorted by x and y: the order in which points came is no matter either.
    """
    low = exact.place.min(axis=0)
    side = float((exact.place.max(axis=0) - low).max())
    finest = 1 << _FINEST
    steps = np.minimum(((exact.place - low) * (finest / side)).astype(np.int64), finest - 1)
    level, key, used = 0, np.zeros(len(steps), np.int64), np.ones(1, bool)
    while level < _FINEST:
        finer = steps >> (_FINEST - level - 1)
        trial = (finer[:, 0] << (level + 1)) + finer[:, 1]
        flags = np.zeros(1 << (2 * level + 2), bool)
        flags[trial] = True
        if np.count_nonzero(flags) > most:
            break
        level, key, used = level + 1, trial, flags
    number = np.cumsum(used) - 1
    inverse = number[key]
    count = int(number[-1]) + 1
    weight: Floats = np.bincount(inverse, exact.weight, count).astype(np.float64)
    place = np.stack(
        [np.bincount(inverse, exact.weight * exact.place[:, axis], count) / weight for axis in (0, 1)], axis=1
    )
    away = np.sqrt(((exact.place - place[inverse]) ** 2).sum(axis=1))
    return Cells(
        place=place,
        weight=weight,
        points=np.bincount(inverse, exact.points, count).astype(np.float64),
        cell_of=inverse[exact.cell_of],
        offset=np.bincount(inverse, exact.weight * away, count) / weight,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distances:
    """Weighted distances between all cells, as whole multiples of a power of two.

    Notes
    -----
    ``table[j, i]`` is weight_j × distance(j, i) rounded to a multiple of ``unit`` that keeps every sum of a
    column within 50 bits. Such sums are exact, so they are the same in any order and on any number of
    threads, and the rounding is below 1e-12 of the largest distance.
    """

    table: Floats
    unit: float

    @classmethod
    def between(cls, cells: Cells) -> Distances:
        """Distances between all places: O(c²) time and memory."""
        across = cells.place[:, 0][:, None] - cells.place[:, 0]
        np.multiply(across, across, out=across)
        along = cells.place[:, 1][:, None] - cells.place[:, 1]
        np.multiply(along, along, out=along)
        across += along
        np.sqrt(across, out=across)
        across *= cells.weight[:, None]
        bound = max(float(across.max()) * len(across), 1e-300)
        unit = 2.0 ** (np.ceil(np.log2(bound)) - _BITS)
        across *= 1.0 / unit
        return cls(table=np.rint(across, out=across), unit=unit)

    def sums(self, labels: Ints, count: int) -> Floats:
        """(labelings, count, c): distances from each cell to the persons of each group, summed, in units."""
        runs, cells = labels.shape
        member = np.zeros((runs * count, cells))
        member[labels + count * np.arange(runs)[:, None], np.arange(cells)] = 1.0
        return (member @ self.table).reshape(runs, count, cells)

    def moved(self, sums: Floats, before: Ints, after: Ints) -> Floats:
        """The sums (count, c) of a labelling that differs in some cells from one whose sums are known."""
        found = sums.copy()
        for cell in np.flatnonzero(before != after).tolist():
            found[before[cell]] -= self.table[cell]
            found[after[cell]] += self.table[cell]
        return found


def mean_silhouette(distances: Floats, labels: Ints, cells: Cells, count: int) -> tuple[float, float]:
    """The persons' mean silhouette of one labelling, given its sums of distances (count, c), and how far it
    can be from the points' own.

    Notes
    -----
    ``s = (b - a) / max(a, b)``, 0 where a group is one person; a is the mean distance to the others of one's
    group (a group's persons less one), b the least mean distance to another group. With whole weights this is
    what scikit-learn computes with each point repeated. Where cells hold points that differ, a and b of a
    point are off by at most ``e`` = its distance from the cell's place plus the mean of these in the other
    group, and its silhouette by at most ``2 e / (max(a, b) - e)``, never above 2: the mean of that is the
    second number.
    """
    own = np.arange(len(labels))
    persons = np.bincount(labels, cells.weight, count)
    drift = np.bincount(labels, cells.weight * cells.offset, count) / persons
    means = distances / persons[:, None]
    others = np.maximum(persons - 1.0, 0.0)[labels]
    alone = others <= 1e-9
    inner = np.where(alone, 0.0, distances[labels, own] / np.where(alone, 1.0, others))
    means[labels, own] = np.inf
    outer = means.min(axis=0)
    larger = np.maximum(inner, outer)
    value = np.where(alone | (larger <= 0), 0.0, (outer - inner) / np.where(larger > 0, larger, 1.0))
    total = float(cells.weight.sum())
    off = cells.offset + drift.max() * np.where(alone, 1.0, (others + 1.0) / np.where(alone, 1.0, others))
    room = larger - off
    bound = np.where(room > off, 2.0 * off / np.where(room > 0, room, 1.0), 2.0)
    bound = np.where(off > 0, np.minimum(bound, 2.0), 0.0)
    return float((value * cells.weight).sum() / total), float((bound * cells.weight).sum() / total)
