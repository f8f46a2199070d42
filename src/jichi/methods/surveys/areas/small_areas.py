"""Estimates for areas with few answers: each area's own estimate drawn towards what its like have in common.

A *direct* estimate uses the answers of its own area only. With thirty answers it is hardly worth printing.
The Fay-Herriot model says that the true value of area i lies about a line, ``theta_i = x_i b + u_i``, and
that the direct one is seen with error, ``y_i = theta_i + e_i``, the variance of ``e_i`` being known. The best
predictor mixes both: the less sure the direct estimate, the more the line counts.

References
----------
Fay, R. E. and Herriot, R. A. (1979). Estimates of income for small places: an application of James-Stein
procedures to census data. Journal of the American Statistical Association 74, 269-277.

Prasad, N. G. N. and Rao, J. N. K. (1990). The estimation of the mean squared error of small-area estimators.
Journal of the American Statistical Association 85, 163-171.

Datta, G. S. and Lahiri, P. (2000). A unified measure of uncertainty of estimated best linear unbiased
predictors in small area estimation problems. Statistica Sinica 10, 613-627.

Yoshimori, M. and Lahiri, P. (2014). A new adjusted maximum likelihood method for the Fay-Herriot small area
model. Journal of Multivariate Analysis 124, 281-294.

Rao, J. N. K. and Molina, I. (2015). Small Area Estimation, second edition. Wiley, chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from ..checking import in_order, numbers, probability
from ..errors import SurveyError, listed
from .model_variance import Method, estimate_model_variance, mean_squared_error, weighted_fit
from .variances import Smoothing, smooth_variances

__all__ = [
    "AreaEstimates",
    "AreaNote",
    "Method",
    "Smoothing",
    "fay_herriot",
    "smoothed_fay_herriot",
]

Array = npt.NDArray[np.float64]

# Below this, the model variance is hardly estimated and the errors are a rough guide. The bound is ours.
FEW_DEGREES = 8
# A hat value beyond twice the mean one is customarily looked at (Hoaglin and Welsch 1978).
LEVERAGE_FACTOR = 2.0
# Weights are one over it, and their squares must be numbers; no sample makes a share or a sum so sure.
LEAST_VARIANCE = 1e-60


class AreaNote(StrEnum):
    """What must be said beside the estimates.

    ``MODEL_VARIANCE_ZERO``: the areas differ no more than their errors would make them, so that every
    estimate is the line itself and none keeps anything of its own.
    """

    MODEL_VARIANCE_ZERO = "model-variance-zero"
    FEW_AREAS = "few-areas"
    NOT_SAMPLED = "not-sampled"
    HIGH_LEVERAGE = "high-leverage"
    NOT_CONVERGED = "not-converged"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaEstimates:
    """Estimates of m areas under the Fay-Herriot model. Arrays have one entry for each area, in its order.

    Parameters
    ----------
    areas
        Labels.
    direct, variances
        The direct estimates and the sampling variances used; NaN for an area without sample.
    value
        Empirical best linear unbiased predictor; for an area without sample the synthetic estimate.
    mse
        Estimated mean squared error of ``value``, right to the second order.
    synthetic
        The line alone, ``x_i b``.
    direct_weight
        How much of ``value`` is the direct estimate, 0 to 1; 0 for an area without sample.
    leverage
        How much the area's direct estimate pulls the line at its own place, 0 to 1.
    coefficients, coefficient_errors
        Of the line, one for each column of the covariates.
    model_variance, model_variance_error
        Variance of the true values about the line, and its asymptotic standard error.
    log_likelihood
        Of the direct estimates, full (not restricted), at these values.
    """

    areas: tuple[str, ...]
    direct: Array
    variances: Array
    value: Array
    mse: Array
    synthetic: Array
    direct_weight: Array
    leverage: Array
    coefficients: Array
    coefficient_errors: Array
    model_variance: float
    model_variance_error: float
    log_likelihood: float
    method: Method
    notes: tuple[AreaNote, ...]

    @property
    def error(self) -> Array:
        """Root of the mean squared error."""
        return np.sqrt(self.mse)

    @property
    def sampled(self) -> npt.NDArray[np.bool_]:
        """Which areas have a direct estimate."""
        return np.isfinite(self.direct)

    def areas_with_high_leverage(self) -> tuple[str, ...]:
        """Areas that pull the line towards themselves more than twice as much as the average area does."""
        return tuple(self.areas[i] for i in np.flatnonzero(_high(self.leverage, self.sampled)))

    def interval(self, level: float = 0.95, *, bounds: tuple[float, float] | None = None) -> Array:
        """Normal intervals, shape (m, 2): value ± z·error, cut at ``bounds`` where given (0, 1 for shares).

        Raises
        ------
        SurveyError
            If ``level`` is no probability, or ``bounds`` are not two numbers in order.
        """
        probability(level, "level")
        if bounds is not None:
            in_order(bounds, "bounds")
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.error
        ends = np.column_stack([self.value - reach, self.value + reach])
        return ends if bounds is None else np.clip(ends, *bounds)


def _high(leverage: Array, sampled: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    mean = float(leverage[sampled].mean())
    # With one column and like variances all areas pull alike; a hair above the mean is no leverage.
    return sampled & (leverage > LEVERAGE_FACTOR * mean) & (leverage > 0.2)


# ---- the door --------------------------------------------------------------------------------------------
def _labels(areas: Sequence[str] | None, m: int) -> tuple[str, ...]:
    if areas is None:
        return tuple(str(i + 1) for i in range(m))
    found = tuple(str(one) for one in areas)
    if len(found) != m:
        raise SurveyError(
            "areas-length",
            f"areas has {len(found)} labels for {m} direct estimates; give one for each",
            given=len(found),
            needed=m,
        )
    return found


def _vector(values: npt.ArrayLike, name: str, m: int | None) -> Array:
    array = numbers(values, name)
    if array.ndim != 1 or (m is not None and array.size != m):
        needed = "one number for each area" if m is None else f"{m} numbers, one for each area"
        raise SurveyError(
            "area-shape", f"{name} has the shape {array.shape}; give {needed}", name=name, shape=array.shape
        )
    return array


def _covariates(covariates: npt.ArrayLike | None, labels: tuple[str, ...]) -> Array:
    m = len(labels)
    if covariates is None:
        return np.ones((m, 1))
    x = numbers(covariates, "covariates")
    if x.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or x.shape[0] != m or x.shape[1] == 0:
        raise SurveyError(
            "covariates-shape",
            f"covariates has the shape {x.shape}; give {m} rows, one for each area, with the constant as a "
            "column of its own if the line is to have one",
            shape=x.shape,
            needed=m,
        )
    wrong = [labels[i] for i in np.flatnonzero(~np.isfinite(x).all(axis=1))]
    if wrong:
        raise SurveyError(
            "covariates-missing",
            f"covariates of the areas {listed(wrong)} are not all finite; every area needs them, "
            "those without sample too",
            groups=wrong,
        )
    return x


def _checked(
    direct: npt.ArrayLike,
    variances: npt.ArrayLike,
    covariates: npt.ArrayLike | None,
    areas: Sequence[str] | None,
) -> tuple[Array, Array, Array, tuple[str, ...]]:
    y = _vector(direct, "direct", None)
    labels = _labels(areas, y.size)
    psi = _vector(variances, "variances", y.size)
    x = _covariates(covariates, labels)
    infinite = [labels[i] for i in np.flatnonzero(np.isinf(y))]
    if infinite:
        raise SurveyError(
            "direct-infinite", f"direct of the areas {listed(infinite)} is infinite", groups=infinite
        )
    sampled = ~np.isnan(y)
    psi[~sampled] = np.nan
    # Zero is what a ward gets whose few answers were all alike: no certainty, but a variance not estimated.
    wrong = [labels[i] for i in np.flatnonzero(sampled & ~((psi >= LEAST_VARIANCE) & np.isfinite(psi)))]
    if wrong:
        raise SurveyError(
            "variance-not-positive",
            f"variances of the areas {listed(wrong)} are not positive and finite; smooth them "
            "(smooth_variances), or set direct to NaN where the area is to count as not sampled",
            groups=wrong,
        )
    if sampled.sum() <= x.shape[1]:
        raise SurveyError(
            "too-few-areas",
            f"{int(sampled.sum())} areas with a direct estimate cannot fit a line of {x.shape[1]} "
            "coefficients and a variance; give at least one more, or fewer covariates",
            areas=int(sampled.sum()),
            coefficients=x.shape[1],
        )
    if np.linalg.matrix_rank(x[sampled]) < x.shape[1]:
        raise SurveyError(
            "covariates-collinear",
            "covariates of the sampled areas are linearly dependent; leave out what the others already say",
            columns=x.shape[1],
        )
    return y, psi, x, labels


def fay_herriot(
    direct: npt.ArrayLike,
    variances: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    areas: Sequence[str] | None = None,
    method: Method | str = Method.REML,
) -> AreaEstimates:
    """Estimate areas by the Fay-Herriot model.

    Parameters
    ----------
    direct
        array_like (m,). Direct estimates; NaN for an area without sample, which gets the synthetic estimate.
    variances
        array_like (m,). Sampling variances of ``direct``, taken as known. Those estimated from few answers
        are better smoothed first; :func:`smoothed_fay_herriot` does both.
    covariates
        array_like (m, p), known for all areas, the constant included; None: a constant alone.
    areas
        Labels for messages and results; 1 to m where left out.
    method
        How the model variance is estimated: ``"reml"`` (restricted likelihood), ``"ml"``, ``"fay-herriot"``
        or ``"prasad-rao"`` (moments), or ``"adjusted-reml"``, which is always positive.

    Returns
    -------
    AreaEstimates
        With what must be said beside them in ``notes``.

    Raises
    ------
    SurveyError
        If shapes do not fit, a variance is not positive, covariates are missing or dependent, there are too
        few areas, or the method is not known.

    Notes
    -----
    With ``B_i = psi_i / (s + psi_i)``, s the model variance, and b the generalised least squares estimate,
    the predictor is ``(1 - B_i) y_i + B_i x_i b``. Its error is ``g1 + g2 + 2 g3 - bias(s) B_i²`` with the
    variance and bias of each estimator of s (Prasad and Rao 1990; Datta and Lahiri 2000; Datta, Rao and
    Smith 2005); that of an area without sample is ``s + x_i Var(b) x_i'``. Where s is estimated as 0 this is
    said in ``notes``: all directs get the weight 0, which ``"adjusted-reml"`` avoids.
    The likelihood is maximised over the whole half line to machine precision. A scoring iteration that stops
    at a relative change of 1e-4, as R's sae does unless told otherwise, may be off by 1e-5 of its size.

    Examples
    --------
    >>> found = fay_herriot([0.65, 0.55, 0.45, 0.60], [0.0087, 0.0037, 0.0048, 0.0027],
    ...                     method="adjusted-reml", areas=["N", "E", "S", "W"])
    >>> [round(float(one), 3) for one in found.value]
    [0.578, 0.555, 0.523, 0.578]
    """
    y, psi, x, labels = _checked(direct, variances, covariates, areas)
    chosen = _method(method)
    sampled = ~np.isnan(y)
    found = estimate_model_variance(y[sampled], psi[sampled], x[sampled], chosen)
    return _estimates(y, psi, x, labels, chosen, found.value, found.converged)


def _method(method: Method | str) -> Method:
    try:
        return Method(method)
    except ValueError:
        known = ", ".join(repr(str(one)) for one in Method)
        raise SurveyError(
            "method-unknown", f"method is {method!r}; give one of {known}", method=str(method)
        ) from None


def _estimates(
    y: Array,
    psi: Array,
    x: Array,
    labels: tuple[str, ...],
    method: Method,
    model: float,
    converged: bool,
) -> AreaEstimates:
    sampled = ~np.isnan(y)
    fit = weighted_fit(y[sampled], psi[sampled], x[sampled], model)
    mse_sampled, variance = mean_squared_error(fit, psi[sampled], model, method)
    synthetic = x @ fit.coefficients
    value, weight, leverage = synthetic.copy(), np.zeros(y.size), np.zeros(y.size)
    mse = model + np.einsum("ij,jk,ik->i", x, fit.inverse, x)
    weight[sampled] = model * fit.weights
    leverage[sampled] = fit.line_variance * fit.weights
    value[sampled] += weight[sampled] * (y[sampled] - synthetic[sampled])
    mse[sampled] = mse_sampled
    notes = {
        AreaNote.MODEL_VARIANCE_ZERO: model == 0,
        AreaNote.FEW_AREAS: sampled.sum() - x.shape[1] < FEW_DEGREES,
        AreaNote.NOT_SAMPLED: not sampled.all(),
        AreaNote.HIGH_LEVERAGE: bool(_high(leverage, sampled).any()),
        AreaNote.NOT_CONVERGED: not converged,
    }
    return AreaEstimates(
        areas=labels,
        direct=y,
        variances=psi,
        value=value,
        mse=mse,
        synthetic=synthetic,
        direct_weight=weight,
        leverage=leverage,
        coefficients=fit.coefficients,
        coefficient_errors=np.sqrt(np.diag(fit.inverse)),
        model_variance=model,
        model_variance_error=float(np.sqrt(variance)),
        log_likelihood=fit.log_likelihood,
        method=method,
        notes=tuple(note for note, is_so in notes.items() if is_so),
    )


def smoothed_fay_herriot(
    direct: npt.ArrayLike,
    variances: npt.ArrayLike,
    n: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    areas: Sequence[str] | None = None,
    method: Method | str = Method.ADJUSTED,
    smoothing: Smoothing | str = Smoothing.POOLED,
) -> AreaEstimates:
    """Estimate wards from a sample survey: sampling variances smoothed over the wards, then Fay-Herriot.

    Parameters
    ----------
    direct, variances, covariates, areas, method
        As in :func:`fay_herriot`; a variance may be 0 or NaN, as a ward of one cluster has it.
    n
        array_like (m,). Number of answers of each ward; 0 counts as not sampled.
    smoothing
        How, see :func:`~jichi.methods.surveys.areas.variances.smooth_variances`.

    Returns
    -------
    AreaEstimates
        ``variances`` are the smoothed ones.

    Notes
    -----
    A variance from three clusters is itself off by half its size, and is small where the answers happen to be
    alike: an unsmoothed model then trusts most what is sure only by chance.
    """
    y = _vector(direct, "direct", None)
    labels = _labels(areas, y.size)
    counts = _vector(n, "n", y.size)
    y[counts == 0] = np.nan
    psi = smooth_variances(
        variances, np.where(np.isnan(y), np.nan, counts), kind=smoothing, shares=y, areas=labels
    )
    return fay_herriot(y, psi, covariates, areas=labels, method=method)
