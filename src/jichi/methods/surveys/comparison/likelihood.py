"""The fit behind a regression: weighted quasi-likelihood with the canonical link, by Newton's method.

References as of :mod:`.regression`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, special

__all__ = ["Family", "FitFound", "fit", "fit_as_r", "mean_of", "slope_of"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_STEPS = 60
_HALVINGS = 40
_AT_REST = 1e-13
_R_EPSILON = 1e-8
_R_STEPS = 25
_FARTHEST = 300.0  # on the scale of logarithms; nothing is fitted that far out
_SUSPECT = 1e-6  # variance of an outcome so near 0 or 1 that the columns may predict it without error


class Family(StrEnum):
    """What the outcome is, and so how its mean hangs together with the columns.

    ``GAUSSIAN``: a number, its mean linear. ``BINOMIAL``: a share or yes/no, the log of the odds linear.
    ``POISSON``: a count, its log linear.
    """

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    POISSON = "poisson"


@dataclass(frozen=True, slots=True, eq=False)
class FitFound:
    """Coefficients, or why there are none: ``"separated"`` or ``"not-converged"``, and which columns.

    ``before``: the coefficients of the last step but one.
    """

    coefficients: Floats
    before: Floats
    problem: str | None = None
    involved: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def mean_of(family: Family, eta: Floats) -> Floats:
    """The mean that belongs to a linear predictor."""
    if family is Family.GAUSSIAN:
        return eta
    found: Floats = special.expit(eta) if family is Family.BINOMIAL else np.exp(eta)
    return found


def slope_of(family: Family, eta: Floats) -> Floats:
    """How fast the mean grows with the linear predictor; with the canonical link also its variance."""
    if family is Family.GAUSSIAN:
        return np.ones_like(eta)
    if family is Family.POISSON:
        found: Floats = np.exp(eta)
        return found
    variance: Floats = special.expit(eta) * special.expit(-eta)
    return variance


def fit(
    family: Family, y: Floats, x: Floats, weights: Floats, offset: Floats, *, start: Floats | None = None
) -> FitFound:
    """Solve ``sum w x (y - mu) = 0``.

    Parameters
    ----------
    family, y, x, weights, offset
        The outcome, shape (n,), the columns, shape (n, p), weights above 0, a known part of the predictor.
    start
        Coefficients to begin with.
    """
    scaled = weights / weights.sum()
    if family is Family.GAUSSIAN:
        root = np.sqrt(scaled)
        found = linalg.lstsq(x * root[:, np.newaxis], (y - offset) * root)[0]
        return FitFound(found, found)
    b = _first(family, y, x, scaled, offset) if start is None else start
    loss = _loss(family, y, x @ b + offset, scaled)
    for _ in range(_STEPS):
        eta = x @ b + offset
        variance = slope_of(family, eta) * scaled
        score = x.T @ (scaled * (y - mean_of(family, eta)))
        try:
            step = np.linalg.solve((x * variance[:, np.newaxis]).T @ x, score)
        except np.linalg.LinAlgError:
            return _failed(family, y, x)
        b_next, loss_next = _descended(family, y, x, scaled, offset, b, step, loss)
        moved = np.abs(b_next - b).max() / (1 + np.abs(b_next).max())
        b, gained, loss = b_next, loss - loss_next, loss_next
        if moved <= _AT_REST or (gained <= 0 and moved <= 1e-9):
            return _judged(family, y, x, b, offset)
    return _failed(family, y, x)


def _first(family: Family, y: Floats, x: Floats, weights: Floats, offset: Floats) -> Floats:
    """A least-squares fit to the outcome drawn a little towards the middle, on the link's scale."""
    target = special.logit((y + 0.5) / 2) if family is Family.BINOMIAL else np.log(y + 0.1)
    root = np.sqrt(weights)
    found: Floats = linalg.lstsq(x * root[:, np.newaxis], (target - offset) * root)[0]
    return found


def _loss(family: Family, y: Floats, eta: Floats, weights: Floats) -> float:
    if family is Family.BINOMIAL:
        return float(weights @ (np.logaddexp(0.0, eta) - y * eta))
    with np.errstate(over="ignore"):
        return float(weights @ (np.exp(eta) - y * eta))


def _descended(
    family: Family,
    y: Floats,
    x: Floats,
    weights: Floats,
    offset: Floats,
    b: Floats,
    step: Floats,
    loss: float,
) -> tuple[Floats, float]:
    """The step, halved until the fit is no worse; the loss is convex, so that some part of it is not."""
    share = 1.0
    for _ in range(_HALVINGS):
        trial = b + share * step
        found = _loss(family, y, x @ trial + offset, weights)
        if found <= loss + 1e-15 * abs(loss):
            return trial, found
        share /= 2
    return b, loss


def _judged(family: Family, y: Floats, x: Floats, b: Floats, offset: Floats) -> FitFound:
    if slope_of(family, x @ b + offset).min() < _SUSPECT:
        parted = _separating(family, y, x)
        if parted.size:
            return FitFound(b, b, "separated", parted)
    return FitFound(b, b)


def _failed(family: Family, y: Floats, x: Floats) -> FitFound:
    parted = _separating(family, y, x)
    nothing = np.full(x.shape[1], np.nan)
    if parted.size:
        return FitFound(nothing, nothing, "separated", parted)
    return FitFound(nothing, nothing, "not-converged", np.arange(x.shape[1]))


def fit_as_r(
    family: Family, y: Floats, x: Floats, weights: Floats, offset: Floats, *, start: Floats | None = None
) -> FitFound:
    """The same equations, but stopped where R's ``glm`` stops: at a relative change of the deviance of 1e-8.

    The start is R's as well: (w y + 1/2) / (w + 1) for shares and y + 0.1 for counts, weights scaled to
    mean 1.
    """
    if family is Family.GAUSSIAN:
        return fit(family, y, x, weights, offset)
    scaled = weights / weights.mean()
    if start is not None:
        eta, b = x @ start + offset, start
    elif family is Family.BINOMIAL:
        eta, b = special.logit((scaled * y + 0.5) / (scaled + 1)), np.full(x.shape[1], np.nan)
    else:
        eta, b = np.log(y + 0.1), np.full(x.shape[1], np.nan)
    deviance = _deviance(family, y, eta, scaled)
    for _ in range(_R_STEPS):
        slope = slope_of(family, eta)
        root = np.sqrt(scaled * slope)
        target = eta - offset + (y - mean_of(family, eta)) / slope
        b, before = linalg.lstsq(x * root[:, np.newaxis], target * root)[0], b
        eta, last = x @ b + offset, deviance
        if not (np.abs(eta) < _FARTHEST).all():
            break
        deviance = _deviance(family, y, eta, scaled)
        if abs(deviance - last) / (0.1 + abs(deviance)) < _R_EPSILON:
            judged = _judged(family, y, x, b, offset)
            return FitFound(b, before, judged.problem, judged.involved)
    return _failed(family, y, x)


def _deviance(family: Family, y: Floats, eta: Floats, weights: Floats) -> float:
    mu = mean_of(family, eta)
    if family is Family.POISSON:
        return float(2 * weights @ (special.rel_entr(y, mu) - (y - mu)))
    return float(2 * weights @ (special.rel_entr(y, mu) + special.rel_entr(1 - y, 1 - mu)))


def _separating(family: Family, y: Floats, x: Floats) -> Places:
    """Columns of a direction along which the fit only improves: none if the best fit is finite.

    Such a direction d has x d <= 0 where y is at its lowest, x d >= 0 where at its highest, x d = 0 between,
    not all 0 (Albert and Anderson 1984); for counts there is no highest. It is sought by linear programme.
    """
    low, high = y == 0, (y == 1) & (family is Family.BINOMIAL)
    signs = np.where(low, 1.0, np.where(high, -1.0, 0.0))
    cells = np.unique(np.column_stack([signs, x]), axis=0)
    signs, x = cells[:, 0], cells[:, 1:]
    sizes = np.abs(x).max(axis=0)
    scaled = x / np.where(sizes > 0, sizes, 1.0)
    ends, between = signs != 0, signs == 0
    bounded = scaled[ends] * signs[ends, np.newaxis]
    found = optimize.linprog(
        bounded.sum(axis=0),
        A_ub=bounded,
        b_ub=np.zeros(len(bounded)),
        A_eq=scaled[between] if between.any() else None,
        b_eq=np.zeros(int(between.sum())) if between.any() else None,
        bounds=(-1, 1),
        method="highs",
    )
    if not found.success or found.fun > -1e-7:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.abs(found.x) > 1e-7)
