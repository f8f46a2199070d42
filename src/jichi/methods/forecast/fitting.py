"""The weights and quantiles of one table, from rows in units of step sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .series import Floats
from .steps import DIRECTIONS, SPREADS

__all__ = ["LEVELS", "Rows", "Table", "between", "fit"]

# Symmetric about one half: a table turned over is a table again.
LEVELS: Floats = np.array(
    [0.0025, 0.005, 0.01, 0.025] + [at / 20 for at in range(1, 20)] + [0.975, 0.99, 0.995, 0.9975]
)
LEVELS.setflags(write=False)

FOLDS = 5
# How much an origin counts beside the next newer one: in the weights, and in the quantiles.
ORIGIN_DECAY = 0.7
QUANTILE_DECAY = 0.5
DAMPING = 0.85
# Steps' worth of belief in damped drift before an archive has said anything.
BELIEF = 50.0
# Residuals smaller than this many steps weigh alike; the absolute deviation has no slope at 0.
FLAT = 0.3
MOST_OF_SPREAD = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Windows of an archive, each seen from its last point and in its own step size.

    ``noise`` is the sampling variance in ``change``; ``origin`` counts windows back from the newest of the
    series; ``owner`` is the series' number.
    """

    direction: Floats
    spread: Floats
    change: Floats
    noise: Floats
    origin: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """What an archive taught for one number of points and one horizon.

    Attributes
    ----------
    direction : ndarray, shape (5,)
        The expected change in step sizes is ``Standing.direction`` times these.
    spread : ndarray, shape (3,)
        The logarithm of the spread in step sizes is ``Standing.spread`` times these.
    quantiles : ndarray, shape (27,)
        Of what remains, in spreads, along the expected change, at ``LEVELS``; nan where too few series say.
    series : int
        How many series these come from.
    """

    direction: Floats
    spread: Floats
    quantiles: Floats
    series: int


def fit(rows: Rows, ahead: int) -> Table:
    """The table of these rows, cross-fitted over series."""
    weight = np.power(ORIGIN_DECAY, rows.origin, dtype=np.float64)
    belief = np.zeros(DIRECTIONS)
    belief[0] = sum(DAMPING**year for year in range(1, ahead + 1))
    left = np.zeros(len(weight))
    fold_of = np.unique(rows.owner, return_inverse=True)[1] % FOLDS
    for fold in range(FOLDS):
        out = fold_of == fold
        direction, spread = _weights(rows, ~out, weight, belief)
        left[out] = _left(rows, out, direction, spread)
    direction, spread = _weights(rows, np.ones(len(weight), dtype=bool), weight, belief)
    count = int(np.unique(rows.owner).size)
    quantiles = _quantiles(left, np.power(QUANTILE_DECAY, rows.origin, dtype=np.float64), count)
    return Table(direction=direction, spread=spread, quantiles=quantiles, series=count)


def _quantiles(left: Floats, weight: Floats, series: int) -> Floats:
    """Weighted quantiles at ranks ``p (n + 1)`` of ``n`` series; nan beyond the first and the last rank.

    Rows of one series are no more evidence than that series: the weights are scaled to sum to ``n``. With one
    row each, the i-th smallest lies at ``i / (n + 1)``.
    """
    order = np.argsort(left, kind="stable")
    share = weight[order] * series / weight.sum()
    at = (share.cumsum() - share / 2 + 0.5) / (series + 1)
    found = np.interp(LEVELS, at, left[order])
    ranks = LEVELS * (series + 1)
    # A rank may miss a whole number by a rounding of the machine.
    found[(ranks < 1 - 1e-9) | (ranks > series + 1e-9)] = np.nan
    return found


def between(below: Table | None, above: Table, horizon: float) -> Table:
    """The table between two whole horizons; before the first, a trend grows evenly and chance as the root."""
    if below is None:
        shrunk = above.spread.copy()
        shrunk[0] += 0.5 * np.log(horizon)
        return Table(
            direction=horizon * above.direction,
            spread=shrunk,
            quantiles=above.quantiles,
            series=above.series,
        )
    share = horizon % 1

    def blend(one: Floats, other: Floats) -> Floats:
        return (1 - share) * one + share * other

    return Table(
        direction=blend(below.direction, above.direction),
        spread=blend(below.spread, above.spread),
        quantiles=blend(below.quantiles, above.quantiles),
        series=min(below.series, above.series),
    )


def _weights(
    rows: Rows, used: npt.NDArray[np.bool_], weight: Floats, belief: Floats
) -> tuple[Floats, Floats]:
    direction = _robust(rows.direction[used], rows.change[used], weight[used], belief)
    off = np.abs(rows.change[used] - rows.direction[used] @ direction)
    return direction, _spread(rows.spread[used], off, weight[used])


def _left(rows: Rows, used: npt.NDArray[np.bool_], direction: Floats, spread: Floats) -> Floats:
    """What remains in spreads along the expected change, with the share of sampling error taken out."""
    expected = rows.direction[used] @ direction
    scale = np.exp(rows.spread[used] @ spread)
    along = np.where(expected >= 0, 1.0, -1.0)
    # A spread is a mean absolute deviation: its square times pi/2 is about a variance.
    process = np.pi / 2 * scale**2
    share = np.sqrt(process / (process + rows.noise[used]))
    return share * along * (rows.change[used] - expected) / scale


def _robust(x: Floats, y: Floats, weight: Floats, belief: Floats, turns: int = 6) -> Floats:
    """Least absolute deviations, rounded off near 0 and pulled towards ``belief``, by reweighted squares."""
    found: Floats = belief
    pull = BELIEF * np.eye(x.shape[1])
    for _ in range(turns):
        scaled = x.T * (weight / np.maximum(np.abs(y - x @ found), FLAT))
        found = np.asarray(np.linalg.solve(scaled @ x + pull, scaled @ y + pull @ belief), dtype=np.float64)
    return found


def _spread(x: Floats, off: Floats, weight: Floats, turns: int = 6) -> Floats:
    """Weights of the log-spread that maximise the Laplace likelihood of ``off``, by Newton's method.

    One far value counts for no more than five spreads.
    """
    found = np.zeros(SPREADS)
    found[0] = np.log(max(float(np.average(off, weights=weight)), 1e-9))
    for _ in range(turns):
        ratio = np.minimum(off * np.exp(-x @ found), MOST_OF_SPREAD)
        slope = x.T @ (weight * (ratio - 1))
        curve = (x.T * (weight * np.maximum(ratio, 0.2))) @ x + 1e-3 * weight.sum() * np.eye(SPREADS)
        found = found + np.clip(np.linalg.solve(curve, slope), -0.5, 0.5)
    return found
