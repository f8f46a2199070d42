"""Intervals of shares from a complex sample that stay between 0 and 1, in the seven ways in use.

References
----------
Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
positive counts estimated from survey data. Survey Methodology 24, 193-201.

Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial proportions in clustered
surveys. Journal of Survey Statistics and Methodology 3, 484-503.

Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with cell
proportions estimated from survey data. Annals of Statistics 12, 46-60.

Kish, L. (1965). Survey Sampling. Wiley, section 11.7 (the effective size of unequal weights).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from ..checking import number
from ..choices import chosen
from ..designs.design import Design
from ..errors import SurveyError, listed, rows_where
from ..results import Estimate, Interval, reach
from .answers import Missing, numbers_of
from .estimates import mean
from .judging import blocks_of, everybody, within, without
from .replicated import Replicated, Sample, design_of
from .tallies import Fraction, Groups, Variables

__all__ = ["EffectiveSize", "Method", "ProportionInterval", "interval_of_share", "proportion_interval"]

Floats = npt.NDArray[np.float64]
EffectiveSize = Literal["design", "weights"] | float
"""How large a simple random sample would be just as sure: from the design's variance; from how unequal the
weights are, whatever was answered; or a number that is known otherwise."""

_EDGE = 1e-12


class Method(StrEnum):
    """How the interval of a share is made.

    ``MEAN``: symmetric. ``LOGIT`` and ``XLOGIT``: symmetric in ``log(p / (1 - p))``; they differ only with
    replicate weights, where ``LOGIT`` takes the logarithm in each replicate. ``ASIN``: symmetric in the arc
    sine of the root. ``LIKELIHOOD``: shares whose likelihood, scaled to the effective size, is not too far
    below. ``BETA``: exact binomial limits for the effective size (Korn and Graubard), which is at least as
    wide as its level says. ``WILSON``: score limits for the effective size.
    """

    LOGIT = "logit"
    LIKELIHOOD = "likelihood"
    ASIN = "asin"
    BETA = "beta"
    MEAN = "mean"
    XLOGIT = "xlogit"
    WILSON = "wilson"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionInterval:
    """A share with its interval.

    Attributes
    ----------
    estimate
        The share.
    interval
        Its ends; NaN with a ``reason`` where they cannot be judged: those of :class:`.results.Estimate`,
        ``"no-variation"`` (everybody answered alike, so that the design shows no variance), ``"df-none"``.
    effective_n
        Size of a simple random sample that would be just as sure; NaN where unknown.
    """

    estimate: Estimate
    interval: Interval
    effective_n: float


def proportion_interval(
    sample: Sample,
    y: npt.ArrayLike,
    *,
    method: Method | str = Method.LOGIT,
    level: float = 0.95,
    df: float | None = None,
    effective: EffectiveSize = "design",
    missing: Missing | str = Missing.REFUSE,
) -> ProportionInterval:
    """Estimate the share of rows that are 1, or True, with an interval.

    Parameters
    ----------
    sample
        A design, or one with replicate weights.
    y
        Shape (n,): 0 and 1, or booleans.
    method
        See :class:`Method`.
    level
        How often such intervals hold the true share, between 0 and 1.
    df
        Degrees of freedom other than the design's.
    effective
        See :data:`EffectiveSize`. Where everybody answered alike the design shows no variance; the weights'
        effective size still gives an interval by ``"beta"``, ``"wilson"`` or ``"likelihood"``. It knows
        nothing of clusters: with them the interval is too short.
    missing
        What rows without an answer do.

    Raises
    ------
    SurveyError
        ``not-a-share`` if a value is neither 0 nor 1; ``choice``, ``level``, ``effective-size``; those of
        :func:`.estimates.mean`.

    Notes
    -----
    With share p, standard error s, n rows, d degrees of freedom, t the quantile of ``level`` and
    :math:`m = p(1-p)/s^2`:

    - mean: :math:`p \\pm t_d s`; logit: :math:`\\mathrm{logit} p \\pm t_d s/(p(1-p))`;
      asin: :math:`\\arcsin\\sqrt p \\pm t_d s / (2\\sqrt{p(1-p)})`;
    - likelihood: the q with :math:`2 m \\frac{n-1}{n} KL(p, q) \\le t_d^2`, solved exactly (other
      software interpolates a profile, right to about 3e-5);
    - beta: Clopper and Pearson's limits for :math:`m (t_{n-1} / t_d)^2`;
    - wilson: Wilson's limits for m with :math:`t_d` in the place of z.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10] * 6 + [20] * 6, strata=["a"] * 6 + ["b"] * 6)
    >>> found = proportion_interval(design, [0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0])
    >>> round(found.interval.low, 3), round(found.interval.high, 3)
    (0.232, 0.838)
    """
    choice = chosen(Missing, missing, "missing")
    base = design_of(sample)
    answers = numbers_of(y, rows=len(base), active=base.active, missing=choice)
    inside = without(base, answers)
    _refuse_other(answers.variables.columns, inside)
    estimate = mean(sample, y, missing=choice)
    if not isinstance(estimate, Estimate):
        raise SurveyError("not-a-share", "y must be one variable of 0 and 1", parameter="y")
    size = _size(effective, estimate, inside)
    known = None if effective == "design" else size
    told = estimate
    if chosen(Method, method, "method") is Method.LOGIT and known is None and not isinstance(sample, Design):
        told = _by_replicate_logits(sample, estimate, answers.variables, inside)
    interval = interval_of_share(told, method=method, level=level, df=df, effective_n=known)
    return ProportionInterval(estimate=estimate, interval=interval, effective_n=size)


def interval_of_share(
    estimate: Estimate,
    *,
    method: Method | str = Method.LOGIT,
    level: float = 0.95,
    df: float | None = None,
    effective_n: float | None = None,
) -> Interval:
    """The interval of a share that was estimated already, such as that of a domain.

    Parameters
    ----------
    estimate
        A mean of 0 and 1, or a share of a label.
    method, level, df
        As for :func:`proportion_interval`.
    effective_n
        Size of a simple random sample that is as sure, in place of what the standard error says.

    Examples
    --------
    >>> share = Estimate(value=0.375, se=0.125, df=14, n=16)
    >>> found = interval_of_share(share, method="beta")
    >>> round(found.low, 6), round(found.high, 6)
    (0.144752, 0.656539)
    """
    how = chosen(Method, method, "method")
    freedom = estimate.df if df is None else number(df, "df")
    reach(level, 1)
    reason = _reason(estimate, how, freedom, effective_n)
    if reason is not None:
        return Interval(low=float("nan"), high=float("nan"), level=level, method=how.value, reason=reason)
    share = _share(estimate, freedom, level, effective_n)
    if np.isinf(share.size):
        return Interval(low=share.p, high=share.p, level=level, method=how.value)
    low, high = _KERNELS[how](share)
    return Interval(low=low, high=high, level=level, method=how.value)


def _by_replicate_logits(
    sample: Replicated, estimate: Estimate, variables: Variables, inside: Design
) -> Estimate:
    """The estimate with the error that its logit has over replicates, brought back to the share's unit."""
    if estimate.reason is not None or _is_edge(estimate.value):
        return estimate
    shares = Fraction(weights=inside.weights, top=variables, bottom=everybody(len(inside)), groups=Groups())
    under = np.concatenate([shares.replicate_values(within(inside, one)) for _, one in blocks_of(sample)])
    if ((under <= 0) | (under >= 1)).any():
        return replace(estimate, se=float("nan"), reason="replicates-undefined")
    variance = sample.covariance(special.logit(under), np.array([special.logit(estimate.value)]))[0, 0]
    spread = estimate.value * (1 - estimate.value)
    return replace(estimate, se=float(np.sqrt(np.maximum(variance, 0.0))) * spread)


class _Share(NamedTuple):
    """p, its standard error, effective size, the t quantile, that of n - 1 degrees of freedom, rows, tail."""

    p: float
    se: float
    size: float
    t: float
    t_rows: float
    rows: int
    tail: float


def _share(estimate: Estimate, df: float, level: float, effective_n: float | None) -> _Share:
    p = min(max(estimate.value, 0.0), 1.0)
    if _is_edge(p):
        p = float(round(p))
    spread = p * (1 - p)
    if effective_n is not None:
        size, se = effective_n, (spread / effective_n) ** 0.5
    else:
        se = estimate.se
        # An error that is rounding only: the share is known, as that of a stratum is.
        size = float("inf") if se <= _EDGE * spread**0.5 else spread / se**2
    return _Share(
        p=p,
        se=se,
        size=size,
        t=reach(level, df),
        t_rows=reach(level, max(estimate.n - 1, 1)),
        rows=estimate.n,
        tail=(1 - level) / 2,
    )


def _mean(share: _Share) -> tuple[float, float]:
    return share.p - share.t * share.se, share.p + share.t * share.se


def _logit(share: _Share) -> tuple[float, float]:
    centre = special.logit(share.p)
    width = share.t * share.se / (share.p * (1 - share.p))
    return float(special.expit(centre - width)), float(special.expit(centre + width))


def _asin(share: _Share) -> tuple[float, float]:
    centre = np.arcsin(share.p**0.5)
    width = share.t * share.se / (2 * (share.p * (1 - share.p)) ** 0.5)
    # Beyond the ends of its range the sine turns back.
    low, high = max(centre - width, 0.0), min(centre + width, np.pi / 2)
    return float(np.sin(low) ** 2), float(np.sin(high) ** 2)


def _beta(share: _Share) -> tuple[float, float]:
    size = share.size * (share.t_rows / share.t) ** 2
    hits, misses = size * share.p, size * (1 - share.p)
    low = float(special.betaincinv(hits, misses + 1, share.tail)) if hits > 0 else 0.0
    high = float(special.betaincinv(hits + 1, misses, 1 - share.tail)) if misses > 0 else 1.0
    return low, high


def _wilson(share: _Share) -> tuple[float, float]:
    p, size, square = share.p, share.size, share.t**2
    centre = (p + square / (2 * size)) / (1 + square / size)
    half = share.t / (1 + square / size) * (p * (1 - p) / size + square / (4 * size**2)) ** 0.5
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _likelihood(share: _Share) -> tuple[float, float]:
    rows = share.rows
    if rows <= 1:
        # One row tells nothing of how rows differ: the limit of ever smaller samples.
        return 0.0, 1.0
    size = share.size * (rows - 1) / rows
    most = share.t**2 / (2 * size)
    if share.p == 0.0:
        return 0.0, float(-np.expm1(-most))
    if share.p == 1.0:
        return float(np.exp(-most)), 1.0
    best = float(special.logit(share.p))
    least = special.xlogy(share.p, share.p) + special.xlogy(1 - share.p, 1 - share.p)

    def beyond(odds: float) -> float:
        return float(least - share.p * odds + np.logaddexp(0.0, odds) - most)

    return _end(beyond, best, -1.0), _end(beyond, best, 1.0)


def _end(beyond: Callable[[float], float], best: float, step: float) -> float:
    far = best + step
    while beyond(far) < 0:
        step *= 2
        far = best + step
    return float(special.expit(optimize.brentq(beyond, best, far, xtol=1e-14, rtol=1e-15)))


_KERNELS: dict[Method, Callable[[_Share], tuple[float, float]]] = {
    Method.LOGIT: _logit,
    Method.XLOGIT: _logit,
    Method.MEAN: _mean,
    Method.ASIN: _asin,
    Method.BETA: _beta,
    Method.WILSON: _wilson,
    Method.LIKELIHOOD: _likelihood,
}
_AT_EDGE = frozenset({Method.BETA, Method.WILSON, Method.LIKELIHOOD})


def _reason(estimate: Estimate, method: Method, df: float, effective_n: float | None) -> str | None:
    if np.isnan(estimate.value):
        return estimate.reason or "se-unknown"
    if _is_edge(estimate.value):
        return None if effective_n is not None and method in _AT_EDGE and df > 0 else "no-variation"
    if np.isnan(estimate.se) and effective_n is None:
        return estimate.reason or "se-unknown"
    return None if df > 0 else "df-none"


def _is_edge(p: float) -> bool:
    return bool(min(p, 1 - p) < _EDGE)


def _size(effective: EffectiveSize, estimate: Estimate, inside: Design) -> float:
    if effective == "design":
        p = estimate.value
        known = not (np.isnan(p) or np.isnan(estimate.se) or _is_edge(p))
        if not known:
            return float("nan")
        return p * (1 - p) / estimate.se**2 if estimate.se > 0 else float("inf")
    if effective == "weights":
        squares = float(inside.weights @ inside.weights)
        return inside.population**2 / squares if squares > 0 else float("nan")
    if not (isinstance(effective, int | float) and effective > 0):
        raise SurveyError(
            "effective-size",
            f"effective is {effective!r}; say 'design', 'weights' or give a number above 0",
            parameter="effective",
        )
    return float(effective)


def _refuse_other(columns: Floats | None, inside: Design) -> None:
    if columns is None or columns.shape[1] != 1:
        raise SurveyError("not-a-share", "y must be one variable of 0 and 1", parameter="y")
    other = (columns[:, 0] != 0) & (columns[:, 0] != 1)
    if inside.active is not None:
        other &= inside.active
    if other.any():
        rows = rows_where(other)
        raise SurveyError(
            "not-a-share",
            f"y is neither 0 nor 1 in row {listed(rows)}: say which answers count, such as y == 'yes'",
            parameter="y",
            rows=rows,
        )
