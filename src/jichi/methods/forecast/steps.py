"""Where a series stands, how large its steps are and which way they lead, in units of those steps.

Everything here is free of the unit and of the sign of a figure: a series turned upside down or measured in
thousands gives the same forecast, turned and measured so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .series import Floats

__all__ = ["DIRECTIONS", "LEAST_STEP", "SPREADS", "Standing", "stand"]

DIRECTIONS = 5
SPREADS = 3

# A step counts for nine tenths of the one after it in the mean size, for half in the recent direction.
SIZE_DECAY = 0.9
RECENT_DECAY = 0.5
# One leap of many usual steps says little more about direction than a leap of three.
MOST = 3.0
LEAST_RATIO = 0.1
# Of a step's square, sampling error never explains more than this.
MOST_NOISE = 0.75
# The square of a step below it is hardly a number to the machine: the series never moved.
LEAST_STEP = 1e-100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """Rows of equally long series, seen from their last point.

    Attributes
    ----------
    level, level_variance : ndarray, shape (r,)
        The last true value and its variance; the last value itself and 0 where there is no sampling error.
    size : ndarray, shape (r,)
        Mean size of a step without sampling error; 0 where the series never moved.
    direction : ndarray, shape (r, 5)
        Mean step, recent mean step and last step, in sizes and at most 3; consistency, the way gone over the
        sum of all steps, and consistency times its size.
    spread : ndarray, shape (r, 3)
        1; the logarithm of the steps' mean distance from the mean step, in sizes; the mean step's size.
    """

    level: Floats
    level_variance: Floats
    size: Floats
    direction: Floats
    spread: Floats


def stand(values: Floats, gaps: Floats, variances: Floats | None = None) -> Standing:
    """The standing of each row.

    Parameters
    ----------
    values : ndarray, shape (r, m)
    gaps : ndarray, shape (r, m - 1)
        Time between points, in the unit that the horizon has. Over a gap of k a trend moves k times as far
        and a random walk the root of k times.
    variances : ndarray, shape (r, m), optional
        Sampling variance of each value.
    """
    steps = values[:, 1:] - values[:, :-1]
    weight, recency = _weights(steps.shape[1])
    roots = np.sqrt(gaps)
    seen = (np.abs(steps) / roots) @ weight
    moved = seen > LEAST_STEP
    seen = np.where(moved, seen, 1.0)
    time = gaps.sum(axis=1)
    size, path, level_variance = seen, values, np.zeros(len(values))
    if variances is not None:
        size, path, level_variance = _without_noise(values, gaps, variances, seen, weight)
    true = steps if path is values else path[:, 1:] - path[:, :-1]
    turns = np.maximum(np.minimum(true / gaps / size[:, None], MOST), -MOST)
    recent = recency * gaps
    way = path[:, -1] - path[:, 0]
    sum_of_steps = np.abs(steps).sum(axis=1) * size / seen
    consistency = np.maximum(np.minimum(way / np.where(moved, sum_of_steps, 1.0), 1.0), -1.0)
    off = (np.abs(steps - (way / time)[:, None] * gaps) / roots) @ weight / seen
    return Standing(
        level=path[:, -1],
        level_variance=level_variance,
        size=np.where(moved, size, 0.0),
        direction=np.array(
            [
                (turns * gaps).sum(axis=1) / time,
                (turns * recent).sum(axis=1) / recent.sum(axis=1),
                turns[:, -1],
                consistency,
                consistency * np.abs(consistency),
            ]
        ).T,
        spread=np.array(
            [
                np.ones(len(values)),
                np.log(np.maximum(off, LEAST_RATIO)),
                np.minimum(np.abs(way / time) / size, MOST),
            ]
        ).T,
    )


@lru_cache
def _weights(count: int) -> tuple[Floats, Floats]:
    """Weights of the steps in their mean size, which sum to 1, and in the recent direction."""
    ages = np.arange(count)[::-1]
    weight = np.power(SIZE_DECAY, ages, dtype=np.float64)
    recent = np.power(RECENT_DECAY, ages, dtype=np.float64)
    weight /= weight.sum()
    weight.setflags(write=False)
    recent.setflags(write=False)
    return weight, recent


def _without_noise(
    values: Floats, gaps: Floats, variances: Floats, seen: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """Step size without sampling error, the smoothed path, and the variance of its end.

    A step's square is that of the true step and of two sampling errors. With the true size known, the path is
    a random walk with drift seen with error: Kalman's filter and the Rauch-Tung-Striebel smoother.
    """
    # The mean size of a normal error is the root of 2/pi of its standard deviation.
    noise = 2 / np.pi * ((variances[:, 1:] + variances[:, :-1]) / gaps) @ weight
    size = np.sqrt(np.maximum(seen**2 - noise, (1 - MOST_NOISE) * seen**2))
    drift = (values[:, -1] - values[:, 0]) / gaps.sum(axis=1)
    process = np.pi / 2 * size**2
    count = values.shape[1]
    mean, variance = values.copy(), variances.copy()
    ahead_mean, ahead_variance = values.copy(), variances.copy()
    for at in range(1, count):
        ahead_mean[:, at] = mean[:, at - 1] + drift * gaps[:, at - 1]
        ahead_variance[:, at] = variance[:, at - 1] + process * gaps[:, at - 1]
        gain = ahead_variance[:, at] / (ahead_variance[:, at] + variances[:, at])
        mean[:, at] = ahead_mean[:, at] + gain * (values[:, at] - ahead_mean[:, at])
        variance[:, at] = (1 - gain) * ahead_variance[:, at]
    path = mean.copy()
    for at in range(count - 2, -1, -1):
        back = variance[:, at] / ahead_variance[:, at + 1]
        path[:, at] = mean[:, at] + back * (path[:, at + 1] - ahead_mean[:, at + 1])
    return size, path, variance[:, -1]
