"""Changes between waves of a survey: how likely they will be shown, and the smallest that can be relied on.

References
----------
Kish, L. (1965). Survey Sampling. Wiley, section 12.4 (overlapping samples).

Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley, chapter 12.

Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and Proportions, third edition.
Wiley, chapter 4 (sample size for two proportions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from scipy.optimize import brentq

from ..checking import at_least, fraction, is_number, positive, probability
from ..errors import SurveyError, listed
from ..results import reach
from .waves import LEVEL, POWER, Wave, quantile, rounded_up, variance

__all__ = [
    "Overlap",
    "SmallestChange",
    "power_of_change",
    "power_of_trend",
    "size_for_change",
    "smallest_change",
    "smallest_of_errors",
]

_NORMAL = NormalDist()
# A change is looked for no closer than this; below it is nothing a survey of people could mean.
_TINY = 1e-12
_MOST_ANSWERS = 10**9
_MOST_YEAR = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """People asked in both waves, as in a panel.

    Parameters
    ----------
    share
        Part of the smaller wave's answers that come from people of the other.
    correlation
        Between the two answers of one person, -1 to 1; opinions after a year often have 0.3 to 0.6.
    """

    share: float
    correlation: float

    def __post_init__(self) -> None:
        fraction(self.share, "share")
        if not -1 <= self.correlation <= 1:
            raise SurveyError(
                "correlation",
                f"correlation is {self.correlation}; it lies between -1 and 1",
                name="correlation",
                value=self.correlation,
            )


def _error_of_change(
    before: float, after: float, earlier: Wave, later: Wave, overlap: Overlap | None
) -> float:
    """Standard error of ``after - before``."""
    first, second = variance(before, earlier), variance(after, later)
    if overlap is None:
        return math.sqrt(first + second)
    # Covariance of two means that share m of their n1 and n2 people: rho s1 s2 m / (n1 n2).
    common = overlap.share * math.sqrt(min(earlier.n, later.n) / max(earlier.n, later.n))
    covariance = overlap.correlation * common * math.sqrt(first * second)
    return math.sqrt(max(0.0, first + second - 2 * covariance))


def power_of_change(
    before: float,
    after: float,
    earlier: Wave,
    later: Wave | None = None,
    *,
    level: float = LEVEL,
    overlap: Overlap | None = None,
) -> float:
    """How often two such waves will show a true change from ``before`` to ``after``.

    Parameters
    ----------
    before, after
        The true shares.
    earlier, later
        The waves; ``later`` is like ``earlier`` where left out.
    level
        Of the interval that must leave 0 out, two-sided.
    overlap
        People asked twice; None: two samples drawn apart.

    Returns
    -------
    float
        0 to 1; with no change it is 1 - ``level``, the alarms given by chance.

    Raises
    ------
    SurveyError
        If a number is out of its range.

    Notes
    -----
    Normal approximation with both variances unpooled; both tails count.
    """
    change = fraction(after, "after") - fraction(before, "before")
    error = _error_of_change(before, after, earlier, earlier if later is None else later, overlap)
    return _power(change, error, level)


def power_of_trend(
    years: Sequence[float], shares: Sequence[float], waves: Sequence[Wave], *, level: float = LEVEL
) -> float:
    """How often a straight line through several waves will show that the share goes up or down.

    Parameters
    ----------
    years
        When the waves are run, at least two different ones.
    shares
        The true shares in them.
    waves
        One for each, or a single one that all are like. All are drawn apart.
    level
        Of the interval of the slope that must leave 0 out.

    Raises
    ------
    SurveyError
        If lengths differ, there are fewer than two years, or a number is out of its range.

    Notes
    -----
    Least squares with equal weights, whose slope has the variance ``Σ (t - t̄)² v / (Σ (t - t̄)²)²``.
    """
    one = list(waves) * len(years) if len(waves) == 1 else list(waves)
    if not len(years) == len(shares) == len(one) or len(set(years)) < 2:
        raise SurveyError(
            "trend-lengths",
            f"there are {len(years)} years, {len(shares)} shares and {len(one)} waves; give as many of each, "
            "of two years at least",
            years=len(years),
        )
    wrong = [year for year in years if not (is_number(year) and abs(year) <= _MOST_YEAR)]
    if wrong:
        raise SurveyError("years", f"years holds {listed(wrong)}; give numbers of years", years=wrong)
    mean = sum(years) / len(years)
    squares = sum((year - mean) ** 2 for year in years)
    slope = (
        sum((year - mean) * fraction(p, "shares") for year, p in zip(years, shares, strict=True)) / squares
    )
    variances = [variance(p, wave) for p, wave in zip(shares, one, strict=True)]
    spread = sum((year - mean) ** 2 * v for year, v in zip(years, variances, strict=True))
    return _power(slope, math.sqrt(spread) / squares, level)


def _power(change: float, error: float, level: float) -> float:
    z = quantile(level)
    if error == 0:
        return 1.0 if change != 0 else 1 - level
    return _NORMAL.cdf(change / error - z) + _NORMAL.cdf(-change / error - z)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestChange:
    """The smallest true change from ``share`` that is shown in ``power`` of such surveys.

    ``up`` and ``down`` are positive fractions; None where even 1 or 0 is not far enough away.
    """

    share: float
    up: float | None
    down: float | None
    level: float
    power: float

    @property
    def value(self) -> float | None:
        """The larger of both, true in either direction; None if one direction shows nothing."""
        return None if self.up is None or self.down is None else max(self.up, self.down)


def smallest_change(
    earlier: Wave,
    later: Wave | None = None,
    *,
    share: float = 0.5,
    level: float = LEVEL,
    power: float = POWER,
    overlap: Overlap | None = None,
) -> SmallestChange:
    """The smallest change between two waves that the survey can be relied on to show.

    Parameters
    ----------
    earlier, later
        The waves; ``later`` is like ``earlier`` where left out.
    share
        The true share in the earlier wave.
    level
        Of the interval that must leave 0 out.
    power
        How often the change is to be shown, 0.8 by custom. A change at the limit of what can be told from
        chance would be shown only every other time.
    overlap
        People asked twice; None: two samples drawn apart.

    Returns
    -------
    SmallestChange

    Raises
    ------
    SurveyError
        If a number is out of its range.

    Notes
    -----
    The root of ``d = (z_level + z_power) se(share, share ± d)``; the later wave's variance is that at the
    changed share.

    Examples
    --------
    >>> found = smallest_change(Wave(n=1500, design_effect=1.8))
    >>> round(100 * found.value, 1)
    6.8
    """
    fraction(share, "share")
    factor = quantile(level) + _NORMAL.inv_cdf(probability(power, "power"))
    other = earlier if later is None else later

    def lack(change: float, sign: int) -> float:
        after = min(1.0, max(0.0, share + sign * change))
        return change - factor * _error_of_change(share, after, earlier, other, overlap)

    def root(sign: int, most: float) -> float | None:
        if most < _TINY or lack(most, sign) < 0:
            return None
        if lack(_TINY, sign) >= 0:
            return 0.0
        return float(brentq(lack, _TINY, most, args=(sign,), xtol=1e-13))

    return SmallestChange(share=share, up=root(1, 1 - share), down=root(-1, share), level=level, power=power)


def smallest_of_errors(
    earlier: float,
    later: float | None = None,
    *,
    df: float = math.inf,
    level: float = LEVEL,
    power: float = POWER,
) -> float:
    """The smallest change that can be relied on to be shown, from standard errors of whatever numbers.

    Parameters
    ----------
    earlier, later
        Standard errors of both waves, drawn apart; ``later`` is like ``earlier`` where left out.
    df
        Degrees of freedom of their difference; infinite for the normal quantile.
    level, power
        As in :func:`smallest_change`.

    Raises
    ------
    SurveyError
        If a number is out of its range.

    Notes
    -----
    ``(t_level + z_power) √(se1² + se2²)``. The error is taken not to move with the change, as that of a share
    does a little; with few degrees of freedom it is itself a rough guide.
    """
    if not is_number(df):
        raise SurveyError("not-a-number", f"df is {df!r}, not a number", name="df", value=str(df))
    first = at_least(earlier, 0, "earlier")
    second = first if later is None else at_least(later, 0, "later")
    factor = reach(level, df) + _NORMAL.inv_cdf(probability(power, "power"))
    return factor * math.hypot(first, second)


def size_for_change(
    before: float,
    after: float,
    *,
    design_effect: float = 1.0,
    level: float = LEVEL,
    power: float = POWER,
    overlap: Overlap | None = None,
) -> int:
    """How many must answer in each of two equal waves to show a change from ``before`` to ``after``.

    Raises
    ------
    SurveyError
        If a number is out of its range, or there is no change.

    Notes
    -----
    ``(z_level + z_power)² (p1 q1 + p2 q2 - 2 overlap rho √(p1 q1 p2 q2)) deff / (p2 - p1)²``, rounded up.

    Examples
    --------
    >>> size_for_change(0.50, 0.52, design_effect=1.8)
    17646
    """
    change = fraction(after, "after") - fraction(before, "before")
    if change == 0:
        raise SurveyError(
            "no-change", f"before and after are both {before}; no survey shows a change of 0", value=before
        )
    factor = quantile(level) + _NORMAL.inv_cdf(probability(power, "power"))
    one = Wave(n=1, design_effect=positive(design_effect, "design_effect"))
    needed = (factor * _error_of_change(before, after, one, one, overlap) / change) ** 2
    if needed > _MOST_ANSWERS:
        raise SurveyError(
            "change-too-small",
            f"a change of {change:g} needs more answers than there are people",
            value=change,
        )
    return max(1, rounded_up(needed))
