"""Where k-means starts, and k-means: all starts at once, each decided by the points alone.

References
----------
See :mod:`.groups`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .silhouettes import Cells

__all__ = ["lloyd", "starting_centres"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROUNDS = 60
_LAST = 4  # rounds of the reference's start that are kept: it may stop a little before nothing changes
_ANGLES = 4  # directions in which the map is cut into strips


def starting_centres(cells: Cells, count: int, *, quick: bool) -> Floats:
    """(s, count, 2): where k-means starts; the reference's own start comes first.

    Notes
    -----
    The first places by x, then y, as red-dwarf starts where the axes point as they do on the map; the last
    ones; strips of equal weight in several directions; sectors; rings; places far from each other.
    """
    order = np.lexsort((cells.place[:, 1], cells.place[:, 0]))
    starts = [cells.place[order[:count]]]
    middle = (cells.place * cells.weight[:, None]).sum(axis=0) / cells.weight.sum()
    away = cells.place - middle
    if not quick:
        starts.append(cells.place[order[-count:]])
    for number in range(0, _ANGLES, 2 if quick else 1):
        angle = np.pi * number / _ANGLES
        starts.append(_strips(away[:, 0] * np.cos(angle) + away[:, 1] * np.sin(angle), cells, count))
    if quick:
        return np.stack(starts)
    turn = np.arctan2(away[:, 1], away[:, 0])
    for phase in (0.0, 0.5):
        sector = np.floor((turn / (2 * np.pi) + 0.5) * count + phase).astype(np.int64) % count
        starts.append(_means(sector, cells, count))
    starts.append(_strips((away**2).sum(axis=1), cells, count))
    starts.append(_far_apart(away, cells, count))
    return np.stack(starts)


def _strips(along: Floats, cells: Cells, count: int) -> Floats:
    order = np.argsort(along, kind="stable")
    before = np.cumsum(cells.weight[order]) - cells.weight[order] / 2
    strip = np.empty(len(order), np.int64)
    strip[order] = np.minimum((before / cells.weight.sum() * count).astype(np.int64), count - 1)
    return _means(strip, cells, count)


def _means(labels: Ints, cells: Cells, count: int) -> Floats:
    """Mean places; the place of the whole where a label has no cell."""
    weight = np.bincount(labels, cells.weight, count)
    sums = np.stack(
        [np.bincount(labels, cells.weight * cells.place[:, axis], count) for axis in (0, 1)], axis=1
    )
    whole = sums.sum(axis=0) / weight.sum()
    return np.where(weight[:, None] > 0, sums / np.where(weight > 0, weight, 1.0)[:, None], whole)


def _far_apart(away: Floats, cells: Cells, count: int) -> Floats:
    """The place farthest from the middle, then each time the one farthest from those chosen."""
    chosen = [int((away**2).sum(axis=1).argmax())]
    least = ((away - away[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(least.argmax()))
        least = np.minimum(least, ((away - away[chosen[-1]]) ** 2).sum(axis=1))
    return cells.place[chosen]


def lloyd(cells: Cells, centres: Floats) -> Ints:
    """(answers, cells): labels of weighted k-means from each start, then the first start's rounds before its
    last.

    Notes
    -----
    Cells go to the nearest centre, the lower number on a tie; centres to the mean of their cells; a centre
    without cells stays. Until nothing changes, at most 60 rounds. Sums run in the order of the cells.
    """
    centres = centres.copy()
    x, y = np.ascontiguousarray(cells.place.T)
    earlier: list[Ints] = []
    labels: Ints = np.full((len(centres), len(x)), -1, np.int64)
    running = np.arange(len(centres))
    for _ in range(_ROUNDS):
        active = centres[running]
        away = (x - active[:, :, :1]) ** 2 + (y - active[:, :, 1:]) ** 2
        found = away.argmin(axis=1)
        changed = (found != labels[running]).any(axis=1)
        labels[running] = found
        running, found = running[changed], found[changed]
        if not len(running):
            break
        if running[0] == 0:
            earlier.append(found[0])
        _move(centres, running, found, cells)
    return np.stack([*labels, *earlier[-_LAST - 1 : -1]])


def _move(centres: Floats, running: Ints, found: Ints, cells: Cells) -> None:
    """The running starts' centres go to the mean of their cells."""
    count = centres.shape[1]
    slots = (found + count * np.arange(len(running))[:, None]).ravel()
    weight = np.bincount(slots, np.tile(cells.weight, len(running)), count * len(running))
    full = weight > 0
    for axis in (0, 1):
        total = np.bincount(
            slots, np.tile(cells.weight * cells.place[:, axis], len(running)), count * len(running)
        )
        moved = np.where(full, total / np.where(full, weight, 1.0), centres[running, :, axis].ravel())
        centres[running, :, axis] = moved.reshape(len(running), count)
