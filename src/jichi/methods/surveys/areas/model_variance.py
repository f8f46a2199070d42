"""The model variance of the Fay-Herriot model: by likelihood or by moments, always to the optimum.

References
----------
See :mod:`jichi.methods.surveys.areas.small_areas`; sections are those of Rao and Molina (2015).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

__all__ = ["Fit", "Found", "Method", "estimate_model_variance", "mean_squared_error", "weighted_fit"]

Array = npt.NDArray[np.float64]

GRID = 97


class Method(StrEnum):
    """How the model variance is estimated."""

    REML = "reml"
    ML = "ml"
    FAY_HERRIOT = "fay-herriot"
    PRASAD_RAO = "prasad-rao"
    ADJUSTED = "adjusted-reml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The model variance, and whether the iteration came to its end."""

    value: float
    converged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Generalised least squares at a given model variance.

    ``weights`` are 1/(s + psi_i), ``inverse`` is the variance of the coefficients, (X'WX)⁻¹, and
    ``line_variance`` that of the line at each area.
    """

    x: Array
    weights: Array
    inverse: Array
    coefficients: Array
    residuals: Array

    @property
    def line_variance(self) -> Array:
        """x_i (X'WX)⁻¹ x_i'."""
        return np.asarray(np.einsum("ij,jk,ik->i", self.x, self.inverse, self.x))

    def crossed(self, power: int) -> Array:
        """X'W^power X."""
        return np.asarray((self.x.T * self.weights**power) @ self.x)

    @property
    def log_likelihood(self) -> float:
        """Full log likelihood of the direct estimates."""
        w = self.weights
        squares = float(np.sum(w * self.residuals**2))
        return 0.5 * (float(np.sum(np.log(w))) - w.size * float(np.log(2 * np.pi)) - squares)


def weighted_fit(y: Array, variances: Array, x: Array, model: float) -> Fit:
    """Fit the line with the weights that a model variance gives."""
    weights = 1 / (model + variances)
    # By QR of the weighted rows: the normal equations would square the condition of the covariates.
    root = np.sqrt(weights)
    q, r = np.linalg.qr(x * root[:, None])
    coefficients = np.linalg.solve(r, q.T @ (y * root))
    half = np.linalg.inv(r)
    return Fit(
        x=x,
        weights=weights,
        inverse=half @ half.T,
        coefficients=coefficients,
        residuals=y - x @ coefficients,
    )


# ---- likelihoods -----------------------------------------------------------------------------------------
def _score(fit: Fit, *, restricted: bool) -> float:
    """Derivative of the (restricted) log likelihood by the model variance."""
    w = fit.weights
    trace = float(w.sum())
    if restricted:
        trace -= float(np.sum(fit.inverse * fit.crossed(2)))
    # y'PPy, since Py = W(y - Xb).
    return 0.5 * (float(np.sum((w * fit.residuals) ** 2)) - trace)


def _adjustment(model: Array, variances: Array) -> Array:
    """Log of Yoshimori and Lahiri's factor: arctan(sum of the directs' weights), to the power 1/m."""
    total = np.sum(model[:, None] / (model[:, None] + variances), axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.arctan(total)) / variances.size)


def _adjustment_slope(model: float, variances: Array) -> float:
    total = float(np.sum(model / (model + variances)))
    slope = float(np.sum(variances / (model + variances) ** 2))
    return slope / ((1 + total**2) * float(np.arctan(total)) * variances.size)


def _log_likelihoods(y: Array, variances: Array, x: Array, models: Array, *, restricted: bool) -> Array:
    """The profile log likelihood at many model variances at once, up to a constant."""
    w = 1 / (models[:, None] + variances)
    crossed = np.einsum("gi,ij,ik->gjk", w, x, x)
    moments = np.einsum("gi,ij,i->gj", w, x, y)
    coefficients = np.linalg.solve(crossed, moments[:, :, None])[:, :, 0]
    residuals = y - coefficients @ x.T
    value = np.sum(np.log(w), axis=1) - np.sum(w * residuals**2, axis=1)
    if restricted:
        value = value - np.linalg.slogdet(crossed)[1]
    return np.asarray(0.5 * value)


def _grid(y: Array, variances: Array, x: Array) -> Array:
    """Model variances from 0 to beyond any that could be best."""
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    spread = float(np.sum(residuals**2)) / max(1, y.size - x.shape[1])
    least, most = float(variances.min()), float(variances.max())
    return np.concatenate([[0.0], np.geomspace(1e-5 * least, 10 * (spread + most), GRID - 1)])


def _by_likelihood(y: Array, variances: Array, x: Array, method: Method) -> Found:
    """The global maximum: a grid finds the hill, since there may be two; a root of the score its top."""
    restricted = method is not Method.ML
    # Columns of one size make the grid's normal equations as good as they can be.
    scaled = np.linalg.qr(x)[0]
    models = _grid(y, variances, x)
    heights = _log_likelihoods(y, variances, scaled, models, restricted=restricted)

    def score(model: float) -> float:
        slope = _score(weighted_fit(y, variances, scaled, model), restricted=restricted)
        return slope + _adjustment_slope(model, variances) if method is Method.ADJUSTED else slope

    if method is Method.ADJUSTED:
        heights = heights + _adjustment(models, variances)
    top = int(np.argmax(heights))
    if top == 0 and score(0.0) <= 0:
        return Found(value=0.0)
    low = float(models[max(top - 1, 0)])
    if low == 0 and method is Method.ADJUSTED:
        low = 1e-6 * float(models[1])
    return _root(score, low, float(models[min(top + 1, models.size - 1)]))


def _root(function: Callable[[float], float], low: float, high: float) -> Found:
    """Where a function that is positive at ``low`` and negative at ``high`` passes 0."""
    if function(low) <= 0:
        return Found(value=low)
    for _ in range(60):
        if function(high) < 0:
            return Found(value=float(brentq(function, low, high, xtol=1e-14 * high, rtol=1e-14)))
        high *= 4
    return Found(value=high, converged=False)


# ---- moments ---------------------------------------------------------------------------------------------
def _prasad_rao(y: Array, variances: Array, x: Array) -> Found:
    """Section 6.1.2: the ordinary residuals' sum of squares less what the sampling errors make of it."""
    q = np.linalg.qr(x)[0]
    residuals = y - q @ (q.T @ y)
    hats = np.sum(q**2, axis=1)
    excess = float(np.sum(residuals**2) - np.sum(variances * (1 - hats)))
    return Found(value=max(0.0, excess / (y.size - x.shape[1])))


def _fay_herriot(y: Array, variances: Array, x: Array) -> Found:
    """Section 6.1.2: the weighted sum of squares equals its expectation, m - p; it falls as s grows."""
    degrees = float(y.size - x.shape[1])

    def excess(model: float) -> float:
        fit = weighted_fit(y, variances, x, model)
        return float(np.sum(fit.weights * fit.residuals**2)) - degrees

    return _root(excess, 0.0, float(_grid(y, variances, x)[-1]))


def estimate_model_variance(y: Array, variances: Array, x: Array, method: Method) -> Found:
    """Estimate the model variance of sampled areas.

    Parameters
    ----------
    y, variances
        (m,) direct estimates and their positive sampling variances.
    x
        (m, p) covariates of full rank, m > p.
    method
        Which estimator.

    Returns
    -------
    Found
        Never negative; 0 where the estimator is not positive.
    """
    if method is Method.PRASAD_RAO:
        return _prasad_rao(y, variances, x)
    if method is Method.FAY_HERRIOT:
        return _fay_herriot(y, variances, x)
    return _by_likelihood(y, variances, x, method)


# ---- the mean squared error, section 6.2 of Rao and Molina (2015) -------------------------------------
def _bias_and_variance(fit: Fit, method: Method, m: int) -> tuple[float, float]:
    """Asymptotic bias (to order 1/m) and variance of the estimator of the model variance."""
    w = fit.weights
    if method is Method.PRASAD_RAO:
        return 0.0, 2 * float(np.sum(1 / w**2)) / m**2
    if method is Method.FAY_HERRIOT:
        first, second = float(w.sum()), float((w**2).sum())
        return 2 * (m * second - first**2) / first**3, 2 * m / first**2
    information = float((w**2).sum())
    bias = -float(np.trace(fit.inverse @ fit.crossed(2))) / information if method is Method.ML else 0.0
    return bias, 2 / information


def mean_squared_error(fit: Fit, variances: Array, model: float, method: Method) -> tuple[Array, float]:
    """MSE of the predictors of the sampled areas, and the variance of the estimator of the model variance."""
    shrink = variances * fit.weights  # B_i, the weight of the line
    bias, variance = _bias_and_variance(fit, method, variances.size)
    g1 = model * shrink
    g2 = shrink**2 * fit.line_variance
    g3 = variances**2 * fit.weights**3 * variance
    whole = g1 + g2 + 2 * g3
    corrected = whole - bias * shrink**2
    # Of an area far less sure than the others, the correction may take more than there is; the error without
    # it is too large then, which is better than one below nought.
    return np.asarray(np.where(corrected > 0, corrected, whole)), variance
