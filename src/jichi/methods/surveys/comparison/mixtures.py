"""How likely a weighted sum of chi-square variables is to be as large as what was seen.

A test statistic that is chi-square under simple random sampling is such a sum under any other way of
sampling, the weights being the design effects of its parts (Rao and Scott 1984). Where these were estimated
with few degrees of freedom, the sum is divided by an independent chi-square over its degrees of freedom, as
in an F test.

References
----------
Rice, S. O. (1980). Distribution of quadratic forms in normal random variables: evaluation by numerical
integration. SIAM Journal on Scientific and Statistical Computing 1, 438-448.

Kuonen, D. (1999). Saddlepoint approximations for distributions of quadratic forms in normal variables.
Biometrika 86, 929-935.

Lugannani, R. and Rice, S. O. (1980). Saddle point approximation for the distribution of the sum of
independent random variables. Advances in Applied Probability 12, 475-490.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from ..choices import chosen
from ..errors import SurveyError, listed, rows_where

__all__ = ["Tail", "mixture_tail"]

Floats = npt.NDArray[np.float64]

_NIL = 1e-13  # a weight this much smaller than the largest one changes no digit that is kept
_NODES = 4096
_NEVER = 1e4  # so far out, and ten times its degrees, no probability is left that a double can hold
_TINY = 1e-9  # of the mean: below, the saddlepoint runs away
_ENOUGH = 1e-13
_NEAR_MEAN = 1e-4  # of the distance to the nearest pole: the saddlepoint formula is 0/0 at the mean


class Tail(StrEnum):
    """How the probability is computed.

    ``EXACT``: by numerical integration, to about 12 digits. ``SADDLEPOINT``: Kuonen's approximation, within
    some per cent however small the probability; as in R, a denominator's degrees are rounded down in it.
    ``SATTERTHWAITE``: as one chi-square (or F) with the same mean and variance; poor far out.
    """

    EXACT = "exact"
    SADDLEPOINT = "saddlepoint"
    SATTERTHWAITE = "satterthwaite"


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """Sum of ``weights`` times chi-squares of ``degrees``, asked whether it is above ``level``.

    With finite denominator degrees the question is whether the sum less a chi-square is above 0, so that a
    negative weight stands among the others and ``level`` is 0.
    """

    weights: Floats
    degrees: Floats
    level: float

    @property
    def pole(self) -> float:
        """Where the moment generating function ceases to exist, above 0."""
        return float(1 / (2 * self.weights.max()))

    @property
    def mean(self) -> float:
        return float(self.weights @ self.degrees)

    def log_moment(self, at: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
        terms = np.log1p(-2 * np.multiply.outer(at, self.weights))
        found: npt.NDArray[np.complex128] = -0.5 * terms @ self.degrees
        return found

    def cumulant(self, at: float) -> float:
        return float(-0.5 * np.log1p(-2 * at * self.weights) @ self.degrees)

    def slope(self, at: float) -> float:
        return float((self.weights / (1 - 2 * at * self.weights)) @ self.degrees)

    def curvature(self, at: float) -> float:
        return float(2 * (self.weights / (1 - 2 * at * self.weights)) ** 2 @ self.degrees)


def mixture_tail(
    value: float,
    weights: npt.ArrayLike,
    degrees: npt.ArrayLike = 1.0,
    *,
    denominator_df: float = np.inf,
    tail: Tail | str = Tail.EXACT,
) -> float:
    r"""Probability that a weighted sum of independent chi-square variables is above a value.

    Parameters
    ----------
    value
        What was seen.
    weights
        Shape (k,), at least 0 and one above 0.
    degrees
        Degrees of freedom of each, above 0; one number for all.
    denominator_df
        Degrees of freedom of the chi-square (over them) that the sum is divided by; infinite: none.
    tail
        See :class:`Tail`.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    SurveyError
        ``mixture-weights``, ``mixture-degrees``, ``mixture-value``, ``choice``.

    Notes
    -----
    The probability is the integral of :math:`M(s) e^{-sx} / (2 \pi i s)` along a path that crosses the real
    axis between 0 and the first pole of the moment generating function :math:`M`. The path here crosses at
    the saddlepoint of the whole integrand and bends away from the oscillation; the trapezoidal rule on it
    gains digits in proportion to the number of nodes, and the far tail keeps its relative accuracy.

    Examples
    --------
    >>> round(mixture_tail(5.991464547107979, [1, 1]), 12)
    0.05
    """
    how = chosen(Tail, tail, "tail")
    level, sizes, freedom = _checked(value, weights, degrees, denominator_df)
    if level <= 0:
        return 1.0
    if how is not Tail.SADDLEPOINT and (sizes == sizes[0]).all():
        return _single(level / sizes[0], float(freedom.sum()), denominator_df)
    if how is Tail.SATTERTHWAITE:
        total, square = float(sizes @ freedom), float(sizes**2 @ freedom)
        return _single(level * total / square, total**2 / square, denominator_df)
    if np.isinf(denominator_df) and level / sizes.max() > _NEVER + 10 * freedom.sum():
        return 0.0
    form = _Form(sizes, freedom, level)
    if how is Tail.SADDLEPOINT and level < _TINY * form.mean:
        how = Tail.EXACT
    if np.isfinite(denominator_df):
        below = denominator_df if how is Tail.EXACT else max(1.0, np.floor(denominator_df))
        form = _Form(np.append(sizes, -level / denominator_df), np.append(freedom, below), 0.0)
    return _integral(form) if how is Tail.EXACT else _saddlepoint(form)


def _single(value: float, df: float, denominator_df: float) -> float:
    law = stats.chi2(df) if np.isinf(denominator_df) else stats.f(df, denominator_df)
    return float(law.sf(value if np.isinf(denominator_df) else value / df))


def _checked(
    value: float, weights: npt.ArrayLike, degrees: npt.ArrayLike, denominator_df: float
) -> tuple[float, Floats, Floats]:
    sizes = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    freedom = np.broadcast_to(np.asarray(degrees, dtype=np.float64), sizes.shape)
    wrong = ~(np.isfinite(sizes) & (sizes >= 0))
    if sizes.ndim != 1 or wrong.any() or not (sizes > 0).any():
        places = rows_where(wrong) if sizes.ndim == 1 else []
        raise SurveyError(
            "mixture-weights",
            f"weights of chi-squares are numbers of at least 0, one of them above 0; see {listed(places)}",
            parameter="weights",
            rows=places,
        )
    few = ~(np.isfinite(freedom) & (freedom > 0))
    if few.any() or not denominator_df > 0:
        raise SurveyError(
            "mixture-degrees",
            f"degrees of freedom are above 0; see {listed(rows_where(few) or ['denominator_df'])}",
            parameter="degrees",
        )
    if not np.isfinite(value):
        raise SurveyError("mixture-value", f"value is a finite number, not {value}", parameter="value")
    kept = sizes > _NIL * sizes.max()
    return float(value), sizes[kept], freedom[kept]


def _integral(form: _Form) -> float:
    """The trapezoidal rule on a path through the saddlepoint, made finer until the sum rests."""
    crossing = _crossing(form)
    height = form.cumulant(crossing) - crossing * form.level - np.log(crossing)
    scale = min(crossing, form.pole - crossing, 1 / np.sqrt(form.curvature(crossing) + 1 / crossing**2))
    reach = _reach(form, crossing, scale, height)
    found, nodes = np.nan, 32
    while nodes <= _NODES:
        finer = _rule(form, crossing, scale, height, reach, nodes)
        if abs(finer - found) <= _ENOUGH * abs(finer):
            break
        found, nodes = finer, 2 * nodes
    return float(min(1.0, max(0.0, np.exp(height) * finer)))


def _path(form: _Form, crossing: float, scale: float, steps: Floats) -> npt.NDArray[np.complex128]:
    # The path bends towards the poles' side only where the exponential makes it die away there.
    bend = 0.5 if form.level > 0 else 0.0
    found: npt.NDArray[np.complex128] = crossing + scale * (bend * (np.cosh(steps) - 1) + 1j * np.sinh(steps))
    return found


def _integrand(form: _Form, crossing: float, scale: float, height: float, steps: Floats) -> Floats:
    at = _path(form, crossing, scale, steps)
    bend = 0.5 if form.level > 0 else 0.0
    along = scale * (np.cosh(steps) - 1j * bend * np.sinh(steps))
    logs = form.log_moment(at) - at * form.level - np.log(at) - height
    found: Floats = np.real(np.exp(logs) * along) / np.pi
    return found


def _reach(form: _Form, crossing: float, scale: float, height: float) -> float:
    """How far along the path anything is left that a double can hold."""
    steps = np.linspace(0.0, 120.0, 481)
    at = _path(form, crossing, scale, steps)
    size = np.real(form.log_moment(at) - at * form.level - np.log(at) - height) + steps
    return float(steps[np.flatnonzero(size > -40.0)[-1]] + 0.25)


def _rule(form: _Form, crossing: float, scale: float, height: float, reach: float, nodes: int) -> float:
    steps = np.linspace(0.0, reach, nodes + 1)
    values = _integrand(form, crossing, scale, height, steps)
    return float((values.sum() - 0.5 * (values[0] + values[-1])) * reach / nodes)


def _crossing(form: _Form) -> float:
    """Between 0 and the pole, where the integrand is least along the real axis."""

    def slope(share: float) -> float:
        at = share * form.pole
        return form.slope(at) - form.level - 1 / at

    low, high = 0.5, 0.5
    while slope(low) > 0:
        low /= 2
    while slope(high) < 0:
        high = (1 + high) / 2
    return form.pole * (low if low == high else float(optimize.brentq(slope, low, high, xtol=1e-15)))


def _saddlepoint(form: _Form) -> float:
    """Kuonen (1999); at the mean its limit."""
    lowest = float(form.weights.min())
    floor = 1 / (2 * lowest) if lowest < 0 else -np.inf
    at = _saddle(form, floor)
    if abs(at) < _NEAR_MEAN * min(form.pole, -floor):
        return _through_mean(form, min(form.pole, -floor))
    return _formula(form, at)


def _formula(form: _Form, at: float) -> float:
    root = np.sign(at) * np.sqrt(2 * (at * form.level - form.cumulant(at)))
    slope = at * np.sqrt(form.curvature(at))
    return float(stats.norm.sf(root + np.log(slope / root) / root))


def _through_mean(form: _Form, near: float) -> float:
    """On the line between two levels about the mean, where the formula itself can be computed."""
    ends = [-2 * _NEAR_MEAN * near, 2 * _NEAR_MEAN * near]
    levels = [form.slope(at) for at in ends]
    tails = [
        _formula(_Form(form.weights, form.degrees, level), at) for level, at in zip(levels, ends, strict=True)
    ]
    return float(np.interp(form.level, levels, tails))


def _saddle(form: _Form, floor: float) -> float:
    """The root of ``K'(s) = level`` between the poles; below 0 the sum may have none but minus infinity."""

    def slope(at: float) -> float:
        return form.slope(at) - form.level

    if form.mean < form.level:
        low, high = 0.0, form.pole / 2
        while slope(high) < 0:
            high = (form.pole + high) / 2
    else:
        high = 0.0
        low = floor / 2 if np.isfinite(floor) else -form.pole
        while slope(low) > 0:
            low = (floor + low) / 2 if np.isfinite(floor) else 2 * low
    return float(optimize.brentq(slope, low, high, xtol=1e-300, rtol=1e-14))
