"""A straight line through several years' estimates, and whether they lie on it.

References
----------
Grizzle, J. E., Starmer, C. F. and Koch, G. G. (1969). Analysis of categorical data by linear models.
Biometrics 25, 489-504 (a line through estimates weighted by their covariance, and the test that it fits).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from ..errors import SurveyError, listed
from ..results import Contrast, Estimate, Estimates
from .comparisons import satterthwaite

__all__ = ["Line", "series", "straight_line"]

Floats = npt.NDArray[np.float64]
_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A straight line through several years' estimates.

    Attributes
    ----------
    slope
        Change per unit of time, with its error, t, p and interval.
    level
        The line at ``centre``, the mean of the times.
    fitted
        Shape (k,): the line at each time.
    curvature
        F value of the test that the estimates lie on a line, on ``df`` and ``denominator_df``; None for two.
    p_straight
        Probability of departures as large if they do; None for two, or too few degrees of freedom.
    """

    slope: Contrast
    level: float
    centre: float
    times: Floats
    fitted: Floats
    curvature: float | None
    df: int
    denominator_df: float
    p_straight: float | None


def series(estimates: Mapping[Any, Estimate]) -> Estimates:
    """Estimates of independent samples, one per year, put side by side."""
    found = list(estimates.values())
    methods = sorted({one.method for one in found})
    return Estimates(
        names=tuple(estimates),
        values=np.array([one.value for one in found]),
        covariance=np.diag([one.se**2 for one in found]),
        df=np.array([one.df for one in found], dtype=np.float64),
        n=np.array([one.n for one in found], dtype=np.int64),
        method="+".join(methods),
        reasons=tuple(one.reason for one in found),
    )


def straight_line(
    estimates: Estimates, times: Sequence[float] | None = None, *, df: float | None = None
) -> Line:
    r"""Fit a line to several years' estimates, the surer ones counting more, and test whether they lie on it.

    Parameters
    ----------
    estimates
        One per year, with how they vary together; see :func:`series` for independent samples.
    times
        When each was taken, in their order; None: their names, which are then numbers.
    df
        Degrees of freedom; None: by Satterthwaite where the samples are independent, otherwise the fewest
        of any year.

    Returns
    -------
    Line

    Raises
    ------
    SurveyError
        ``length``, ``times-not-numbers``, ``times-too-few`` (fewer than two different),
        ``estimates-missing``, ``covariance-singular``.

    Notes
    -----
    With y the estimates, V their covariance and X the columns 1 and time: :math:`b =
    (X'V^{-1}X)^{-1}X'V^{-1}y` with covariance :math:`(X'V^{-1}X)^{-1}`, and departures :math:`Q = (y -
    Xb)'V^{-1}(y - Xb)` on q = k-2, tested as :math:`Q(\nu - q + 1)/(q\nu)` on q and :math:`\nu - q + 1`. V
    is itself estimated: with few degrees of freedom the error of the slope is a little too small.

    Examples
    --------
    >>> shares = {2022: 0.50, 2024: 0.53, 2026: 0.56}
    >>> years = {year: Estimate(value=one, se=0.02, df=40, n=900) for year, one in shares.items()}
    >>> round(straight_line(series(years)).slope.value, 9)
    0.015
    """
    when = _times(estimates, times)
    covariance = estimates.covariance
    unknown = ~(np.isfinite(estimates.values) & np.isfinite(np.diag(covariance)))
    if unknown.any():
        missing = [estimates.names[place] for place in np.flatnonzero(unknown)]
        raise SurveyError(
            "estimates-missing",
            f"there is no estimate, or no error, of {listed(missing)}: leave the year out",
            names=missing,
        )
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all() or np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] <= _SINGULAR:
        raise SurveyError(
            "covariance-singular",
            "the years' estimates have no variance of their own: no line can be weighted by it",
        )
    centre = float(when.mean())
    x = np.column_stack([np.ones_like(when), when - centre])
    solved = np.linalg.solve(covariance, x)
    variance = np.linalg.inv(x.T @ solved)
    weights = variance @ solved.T
    b = weights @ estimates.values
    residual = estimates.values - x @ b
    q = len(when) - 2
    own = np.broadcast_to(np.asarray(estimates.df, dtype=np.float64), scale.shape)
    fewest = float(own.min()) if df is None else df
    below = fewest - q + 1
    curvature = p = None
    if q > 0 and below > 0:
        departure = float(residual @ np.linalg.solve(covariance, residual)) / q
        curvature = departure * (1.0 if np.isinf(below) else below / fewest)
        p = float(special.chdtrc(q, departure * q) if np.isinf(below) else special.fdtrc(q, below, curvature))
    freedom = _line_df(weights[1], covariance, own) if df is None else df
    return Line(
        slope=Contrast(value=float(b[1]), se=float(np.sqrt(variance[1, 1])), df=freedom),
        level=float(b[0]),
        centre=centre,
        times=when,
        fitted=x @ b,
        curvature=curvature,
        df=q,
        denominator_df=below,
        p_straight=p,
    )


def _line_df(weights: Floats, covariance: Floats, df: Floats) -> float:
    if np.count_nonzero(covariance - np.diag(np.diag(covariance))) or not (df > 0).all():
        return float(df.min())
    return satterthwaite(weights**2 * np.diag(covariance), df)


def _times(estimates: Estimates, times: Sequence[float] | None) -> Floats:
    try:
        found = np.asarray(estimates.names if times is None else times, dtype=np.float64)
    except (TypeError, ValueError):
        raise SurveyError(
            "times-not-numbers", "give the time of each estimate as a number", parameter="times"
        ) from None
    if found.shape != estimates.values.shape:
        raise SurveyError(
            "length",
            f"give {len(estimates)} times, not {found.shape}: one for each estimate",
            parameter="times",
        )
    if not np.isfinite(found).all() or len(np.unique(found)) < 2:
        raise SurveyError(
            "times-too-few", "a line needs estimates of at least two different times", parameter="times"
        )
    return found
