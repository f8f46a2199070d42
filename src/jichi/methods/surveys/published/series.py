"""Several waves, and scores, from published tables: the trend of a share, and the mean of points from counts.

References
----------
Armitage, P. (1955). Tests for linear trends in proportions and frequencies. Biometrics 11, 375-386.

Cochran, W. G. (1954). Some methods for strengthening the common chi-square tests. Biometrics 10, 417-451 (the
departure from the line).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy import stats

from jichi.methods.proportions import Interval

from ..checking import is_number, positive, probability
from ..errors import SurveyError, listed, rows_where
from .tables import LEVEL, Assumed, Published, Refusal, assumptions, refusal

# Beyond these nothing is a year or a point, and squares overflow.
MOST_YEAR = 1e6
MOST_POINTS = 1e9

__all__ = ["JudgedScore", "JudgedTrend", "ScoreChange", "compare_scores", "judge_score", "judge_trend"]


# ---- trend ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTrend:
    """A straight line through the shares of several waves.

    Parameters
    ----------
    slope
        Change of the share in a year; NaN where ``refused``.
    error
        Its standard error.
    interval
        Of the slope.
    p
        Two-sided, of a slope of 0.
    p_line
        Of waves that lie about a line only by chance: small where the line does not describe them. None with
        two waves.
    is_distinguishable
        Whether the interval leaves 0 out.
    refused
        Why it is not judged; everything else is None then.
    """

    slope: float | None
    error: float | None
    interval: Interval | None
    p: float | None
    p_line: float | None
    is_distinguishable: bool | None
    refused: Refusal | None
    assumed: tuple[Assumed, ...] = ()
    level: float = LEVEL


def judge_trend(years: Sequence[float], waves: Sequence[Published], *, level: float = LEVEL) -> JudgedTrend:
    """Whether a share goes up or down over several waves that asked the same.

    Parameters
    ----------
    years
        Of the waves, each once; gaps are allowed.
    waves
        The share in each.
    level
        Of the slope's interval.

    Raises
    ------
    SurveyError
        If lengths differ, there are fewer than two waves, a year stands twice, or ``level`` is none.

    Notes
    -----
    Least squares weighted by the inverse of each wave's variance, ``p̃ (1 - p̃) deff / n + unit² / 12``: p̃ is
    Agresti and Coull's share, so that one of 0 or 1 is not taken for certain, and the second part is what
    rounding to a printed unit adds. The departure from the line has a chi-square with two fewer degrees of
    freedom than waves.
    """
    z = NormalDist().inv_cdf((1 + probability(level, "level")) / 2)
    _years(years, waves)
    why = next((one for one in map(refusal, waves) if one is not None), None)
    if why is not None:
        return JudgedTrend(
            slope=None,
            error=None,
            interval=None,
            p=None,
            p_line=None,
            is_distinguishable=None,
            refused=why,
            level=level,
        )
    t, p = np.array(years, dtype=np.float64), np.array([one.share for one in waves])
    w = 1 / np.array([_variance(one) for one in waves])
    middle = float(w @ t / w.sum())
    squares = float(w @ (t - middle) ** 2)
    slope = float(w @ ((t - middle) * p)) / squares
    error = 1 / math.sqrt(squares)
    departure = float(w @ (p - float(w @ p / w.sum()) - slope * (t - middle)) ** 2)
    found = Interval(slope - z * error, slope + z * error)
    return JudgedTrend(
        slope=slope,
        error=error,
        interval=found,
        p=float(2 * stats.norm.sf(abs(slope) / error)),
        p_line=float(stats.chi2.sf(departure, t.size - 2)) if t.size > 2 else None,
        is_distinguishable=found.low > 0 or found.high < 0,
        refused=None,
        assumed=assumptions(
            waves, Assumed.WAVES_APART, Assumed.SAME_QUESTION, Assumed.STRAIGHT_LINE, endless=False
        ),
        level=level,
    )


def _variance(wave: Published) -> float:
    n = wave.proportion(correction=False).effective_n
    share = (wave.share * n + 2) / (n + 4)
    return share * (1 - share) / n + (2 * wave.rounding) ** 2 / 12


def _years(years: Sequence[float], waves: Sequence[Published]) -> None:
    for year in years:
        if not (is_number(year) and abs(year) <= MOST_YEAR):
            raise SurveyError("years", f"years holds {year!r}; give numbers of years", value=str(year))
    if len(years) != len(waves) or len(years) < 2:
        raise SurveyError(
            "trend-lengths",
            f"there are {len(years)} years and {len(waves)} waves; give one of each, of two waves at least",
            years=len(years),
            waves=len(waves),
        )
    twice = sorted({one for one in years if list(years).count(one) > 1})
    if twice:
        raise SurveyError(
            "year-twice", f"years holds {listed(twice)} more than once; give one wave a year", years=twice
        )


# ---- scores --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedScore:
    """The mean of points, computed from how many gave each answer.

    Parameters
    ----------
    mean, deviation
        Of the points among those who gave an answer that has some.
    n
        Those people.
    error
        Standard error of the mean; None where ``refused``.
    rounding
        How far rounded shares may have moved the mean; ``interval`` encloses it.
    """

    mean: float
    deviation: float
    n: float | None
    error: float | None
    interval: Interval | None
    refused: Refusal | None
    rounding: float = 0.0
    assumed: tuple[Assumed, ...] = ()
    level: float = LEVEL


def judge_score(
    shares: Sequence[Published], points: Sequence[float | None], *, level: float = LEVEL
) -> JudgedScore:
    """The mean of points from the shares of a question's answers.

    Parameters
    ----------
    shares
        Of all answers of the question, of one base; they add up to 1 as far as rounding allows.
    points
        Of each answer; None for those without ("don't know", "no answer"), which leave the mean.
    level
        Of the interval.

    Raises
    ------
    SurveyError
        If lengths differ, the shares do not add up to 1, nobody gave an answer with points, or ``level`` is
        no probability.

    Notes
    -----
    Variance ``s² deff / n`` with ``s² = Σ p (x - x̄)² n / (n - 1)``, n being those with points, and a t
    quantile with n - 1 degrees of freedom.

    Examples
    --------
    >>> from jichi.methods.surveys.published.tables import from_count
    >>> table = [from_count(c, 100, sampling="probability") for c in (20, 30, 40, 10)]
    >>> judge_score(table, [1, 2, 3, None]).mean
    2.2222222222222223
    """
    probability(level, "level")
    _scored(shares, points)
    kept = [place for place, one in enumerate(points) if one is not None]
    p = np.array([shares[place].share for place in kept])
    x = np.array([points[place] for place in kept], dtype=np.float64)
    part = float(p.sum())
    p = p / positive(part, "the share of answers with points")
    mean = float(p @ x)
    spread = float(p @ (x - mean) ** 2)
    half = max(one.rounding for one in shares)
    moved = half * float(np.sum(np.abs(x - mean))) / part
    base = shares[0].n
    n = None if base is None else base * part
    why = refusal(shares[0]) or _lack(n, spread)
    if why is not None or n is None:
        return JudgedScore(
            mean=mean,
            deviation=math.sqrt(spread),
            n=n,
            error=None,
            interval=None,
            refused=why,
            rounding=moved,
            level=level,
        )
    deviation = math.sqrt(spread * n / (n - 1))
    effective = shares[0].proportion().effective_n * part
    error = deviation / math.sqrt(effective) if math.isfinite(effective) else 0.0
    reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * error + moved
    more = assumptions(shares)
    return JudgedScore(
        mean=mean,
        deviation=deviation,
        n=n,
        error=error,
        interval=Interval(max(float(x.min()), mean - reach), min(float(x.max()), mean + reach)),
        refused=None,
        rounding=moved,
        assumed=more,
        level=level,
    )


def _lack(n: float | None, spread: float) -> Refusal | None:
    """What an interval of points lacks in the table itself."""
    if n is None or n < 2:
        return Refusal.NO_N
    return None if spread > 0 else Refusal.ALIKE


def _is_point(one: float) -> bool:
    return is_number(one) and abs(one) <= MOST_POINTS


def _scored(shares: Sequence[Published], points: Sequence[float | None]) -> None:
    if len(shares) != len(points) or not shares:
        raise SurveyError(
            "options-length",
            f"there are {len(shares)} shares and {len(points)} points; give one of each for every answer",
            labels=len(points),
            shares=len(shares),
        )
    wrong = rows_where(np.array([one is not None and not _is_point(one) for one in points]))
    if wrong:
        raise SurveyError(
            "points",
            f"points of the answers {listed(wrong)} are no numbers up to {MOST_POINTS:g}; give None for none",
            rows=wrong,
        )
    if len({(one.n, one.sampling, one.design_effect, one.population) for one in shares}) > 1:
        raise SurveyError(
            "bases-differ",
            "the answers differ in n, sampling, design_effect or population; give one question",
        )
    total = sum(one.share for one in shares)
    if abs(total - 1) > sum(one.rounding for one in shares) + 1e-6:
        raise SurveyError(
            "shares-not-one",
            f"the shares add up to {total:g}, not to 1; give every answer once, without subtotals, with None "
            "as points where an answer has none",
            total=total,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChange:
    """A later mean minus an earlier one; None where it is not judged."""

    value: float
    interval: Interval | None
    is_distinguishable: bool | None
    refused: Refusal | None
    level: float = LEVEL


def compare_scores(earlier: JudgedScore, later: JudgedScore, *, level: float = LEVEL) -> ScoreChange:
    """The change of a mean between two samples drawn apart.

    Raises
    ------
    SurveyError
        If ``level`` is no probability.

    Notes
    -----
    Normal interval with both variances, widened by what rounding may have moved either mean.
    """
    z = NormalDist().inv_cdf((1 + probability(level, "level")) / 2)
    value = later.mean - earlier.mean
    if earlier.error is None or later.error is None:
        why = earlier.refused or later.refused
        return ScoreChange(value=value, interval=None, is_distinguishable=None, refused=why, level=level)
    reach = z * math.hypot(earlier.error, later.error) + earlier.rounding + later.rounding
    found = Interval(value - reach, value + reach)
    return ScoreChange(
        value=value,
        interval=found,
        is_distinguishable=found.low > 0 or found.high < 0,
        refused=None,
        level=level,
    )
