"""Where a figure will stand in a coming year, how sure that is, or why nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

import numpy as np
from scipy.special import ndtr

from ..paths import Comparator
from .calibrating import Calibration
from .fitting import LEVELS, Table
from .prior import PRIOR
from .series import (
    LARGEST,
    Floats,
    ForecastError,
    Series,
    Years,
    as_series,
    is_number,
    number,
    usual_gap,
    whole_year,
)
from .steps import LEAST_STEP, Standing, stand

__all__ = ["Forecast", "ForecastReason", "Interval", "NotAssessable", "forecast"]

# A sampling error above this share of a usual step leaves the steps to chance.
MOST_ERROR = 0.5
SMALLEST = 1e-12


class ForecastReason(StrEnum):
    """Why nothing can be said about a coming year."""

    NO_VALUE = "no_value"
    TOO_FEW = "too_few"
    TOO_FEW_AFTER_BREAK = "too_few_after_break"
    CONSTANT = "constant"
    ERROR_TOO_LARGE = "error_too_large"
    NOT_AHEAD = "not_ahead"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessable:
    """No forecast, and why.

    ``params`` are what a sentence needs: ``points`` and ``least``, ``break_year``, ``error`` and ``step``,
    ``year`` and ``last_year``, ``furthest``.
    """

    reason: ForecastReason
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The two ends of an interval and how often such intervals hold the value that comes."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """The distribution of a figure's value in a coming year.

    Attributes
    ----------
    year, horizon
        The year that is forecast, and the years from the last value to it.
    points, first_year, last_year
        What was used.
    step
        Mean size of a yearly step, sampling error taken out.
    expected_change
        From the last value, before bounds.
    low, high
        What the figure cannot leave.
    levels, values : ndarray
        The distribution before bounds: values at these probabilities, straight between them.
    source, series
        The calibration and how many series stand behind it.
    reason
        Always None: beside :class:`NotAssessable` it saves a question about the type.
    """

    year: int
    horizon: int
    points: int
    first_year: int
    last_year: int
    step: float
    expected_change: float
    low: float | None
    high: float | None
    levels: Floats
    values: Floats
    source: str
    series: int
    reason: None = None

    @property
    def median(self) -> float:
        """As likely exceeded as not."""
        return self.quantile(0.5)

    def quantile(self, p: float) -> float:
        """The value below which the figure will lie with probability ``p``.

        Raises
        ------
        ForecastError
            If ``p`` is beyond what the calibration's series can tell.
        """
        if not self.levels[0] <= number(p, "p") <= self.levels[-1]:
            raise ForecastError(
                "level-too-far",
                f"p lies between {self.levels[0]:g} and {self.levels[-1]:g}, which {self.series} series can"
                f" tell, not {p}",
                p=p,
                least=float(self.levels[0]),
                most=float(self.levels[-1]),
            )
        value = float(np.interp(p, self.levels, self.values))
        if self.low is not None:
            value = max(value, self.low)
        return value if self.high is None else min(value, self.high)

    def interval(self, level: float = 0.8) -> Interval:
        """The central interval that holds the value to come in ``level`` of such forecasts.

        Raises
        ------
        ForecastError
            If ``level`` is not above 0, or beyond what the calibration's series can tell.
        """
        if not number(level, "level") > 0:
            raise ForecastError("level", f"a level lies above 0, not {level}", level=level)
        # Rounding of the machine must not push 0.95 beyond the last level, 0.975.
        p = round((1 - level) / 2, 12)
        return Interval(low=self.quantile(p), high=self.quantile(round(1 - p, 12)), level=level)

    def probability(self, target: float | Decimal, comparator: Comparator | str = Comparator.GE) -> float:
        """How likely the target is met in the year.

        Parameters
        ----------
        target
            In the unit of the figure. Where what is published is rounded, half a unit of the last digit makes
            the target easier: 25.0 at one place is met from 24.95 on.
        comparator
            ``ge`` (以上) or ``le`` (以下).

        Returns
        -------
        float
            The share of like series that reached as far. It is never 0 or 1, because no archive shows that,
            unless the target lies beyond what the figure can be.

        Raises
        ------
        ForecastError
            If the target is not a number, or the comparator has no direction.
        """
        target = number(target, "target")
        if not np.isfinite(target):
            raise ForecastError("target", f"a target is a finite number, not {target}", target=target)
        if comparator == Comparator.GE:
            if self.low is not None and target <= self.low:
                return 1.0
            if self.high is not None and target > self.high:
                return 0.0
            return 1 - _share_below(self.values, self.levels, target)
        if comparator == Comparator.LE:
            if self.high is not None and target >= self.high:
                return 1.0
            if self.low is not None and target < self.low:
                return 0.0
            return 1 - _share_below(-self.values[::-1], 1 - self.levels[::-1], -target)
        raise ForecastError(
            "comparator",
            f"a target is met at least ({Comparator.GE}) or at most ({Comparator.LE}), not {comparator!r}",
            comparator=str(comparator),
        )


def forecast(
    series: Series | Sequence[float] | Floats,
    *,
    year: int | None = None,
    horizon: int | None = None,
    calibration: Calibration = PRIOR,
    future_se: float | None = None,
) -> Forecast | NotAssessable:
    """The distribution of a figure's value in a coming year, from its last few values.

    Parameters
    ----------
    series
        The figure's values; a plain row stands for consecutive years.
    year, horizon
        The year to forecast, or the years from the last value to it: one of the two.
    calibration
        From :func:`calibrate` on the platform's own archive. The shipped one comes from economic and social
        series of the M1 and M3 forecasting competitions.
    future_se
        Standard error with which the coming value will be measured; by default that of the values used.

    Returns
    -------
    Forecast or NotAssessable
        Nothing is said from fewer than five values (or the fewest of the calibration) since the last break,
        from a series that never moved, where the standard error is more than half a usual yearly step, and
        beyond the calibration's horizon.

    Raises
    ------
    ForecastError
        If the series cannot be used, or not just one of ``year`` and ``horizon`` is given.

    Notes
    -----
    With level l, mean step size m, expected change d and spread s in step sizes, and the archive's quantiles
    Q along the expected change, the p-quantile is ``l + m (d + s Q(p))``. The last 5, 6, 8 or 10 points are
    used, as many as there are. Values of every second year are counted in steps of two years.

    Sampling error is taken out of the step size, the level is filtered, and the error of the level and of
    the coming measurement are added to the distribution. Values beyond a bound are drawn to the bound; as no
    value lies beyond it, intervals hold as many values as before.

    Examples
    --------
    >>> found = forecast([17.3, 18.1, 18.9, 19.2, 20.4, 21.0, 21.1, 22.0], horizon=4)
    >>> interval = found.interval(0.8)
    >>> interval.low < found.median < interval.high
    True
    >>> 0 < found.probability(25, "ge") < 1
    True
    >>> forecast([4.9, 4.9, 4.8], horizon=1).reason
    <ForecastReason.TOO_FEW: 'too_few'>
    """
    whole = as_series(series)
    if (year is None) == (horizon is None):
        raise ForecastError("year-or-horizon", "give either year or horizon")
    if horizon is not None:
        if not is_number(horizon) or not float(horizon).is_integer():
            raise ForecastError(
                "horizon", f"horizon is a whole number of years, not {horizon}", horizon=horizon
            )
        horizon = int(horizon)
    if future_se is not None and not 0 <= number(future_se, "future_se") <= LARGEST:
        raise ForecastError("future-se", f"a standard error is 0 or more, not {future_se}", value=future_se)
    asked = _asked(whole, None if year is None else whole_year(year, "year"), horizon)
    used = whole.after_breaks(asked)
    refused = _too_few(whole, used, calibration, asked)
    if refused is not None:
        return refused
    last = int(used.years[-1])
    ahead = horizon if horizon is not None else (asked or 0) - last
    size = max(one for one in calibration.sizes if one <= used.values.size)
    years, values = used.years[-size:], used.values[-size:]
    errors = None if used.se is None else used.se[-size:]
    unit = usual_gap(years)
    refused = _refused(years, values, errors, ahead, unit, calibration.horizons(size))
    if refused is not None:
        return refused
    table = calibration.table(size, ahead / unit)
    noisy = errors is not None and bool((errors > 0).any())
    squares = errors[None, :] ** 2 if noisy and errors is not None else None
    standing = stand(values[None, :], ((years[1:] - years[:-1]) / unit)[None, :], squares)
    coming = future_se if future_se is not None else 0.0 if errors is None else _rms(errors)
    levels, points, change = _distribution(standing, table, coming)
    return Forecast(
        year=last + ahead,
        horizon=ahead,
        points=size,
        first_year=int(years[0]),
        last_year=last,
        step=float(standing.size[0]) / float(np.sqrt(unit)),
        expected_change=change,
        low=used.low,
        high=used.high,
        levels=levels,
        values=points,
        source=calibration.source,
        series=table.series,
    )


def _asked(series: Series, year: int | None, horizon: int | None) -> int | None:
    """The year to forecast; None where there is no value to count from."""
    if year is not None or series.years.size == 0:
        return year
    return int(series.years[-1]) + (horizon or 0)


def _too_few(
    whole: Series, used: Series, calibration: Calibration, asked: int | None
) -> NotAssessable | None:
    broken = max((one for one in whole.breaks if asked is None or one <= asked), default=None)
    least = calibration.sizes[0]
    if whole.values.size == 0:
        return NotAssessable(reason=ForecastReason.NO_VALUE)
    if used.values.size >= least:
        return None
    if used.values.size < whole.values.size:
        return NotAssessable(
            reason=ForecastReason.TOO_FEW_AFTER_BREAK,
            params={"points": used.values.size, "least": least, "break_year": broken},
        )
    return NotAssessable(reason=ForecastReason.TOO_FEW, params={"points": used.values.size, "least": least})


def _refused(
    years: Years, values: Floats, errors: Floats | None, ahead: int, unit: float, reach: int
) -> NotAssessable | None:
    """Why points enough still say nothing."""
    last = int(years[-1])
    if ahead < 1:
        return NotAssessable(
            reason=ForecastReason.NOT_AHEAD, params={"year": last + ahead, "last_year": last}
        )
    if ahead / unit > reach:
        furthest = last + int(reach * unit)
        return NotAssessable(
            reason=ForecastReason.TOO_FAR, params={"year": last + ahead, "furthest": furthest}
        )
    steps = np.abs(values[1:] - values[:-1]) / np.sqrt(years[1:] - years[:-1])
    # What is left of a subtraction of equal numbers is no step.
    if steps.max() <= max(SMALLEST * float(np.abs(values).max()), LEAST_STEP):
        return NotAssessable(reason=ForecastReason.CONSTANT, params={"value": float(values[-1])})
    if errors is not None and _rms(errors) > MOST_ERROR * steps.mean():
        return NotAssessable(
            reason=ForecastReason.ERROR_TOO_LARGE,
            params={"error": _rms(errors), "step": float(steps.mean())},
        )
    return None


def _rms(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def _distribution(standing: Standing, table: Table, coming: float) -> tuple[Floats, Floats, float]:
    """Levels, values at them, and the expected change."""
    size, level = float(standing.size[0]), float(standing.level[0])
    expected = float(standing.direction[0] @ table.direction)
    spread = float(np.exp(standing.spread[0] @ table.spread))
    turned = table.quantiles if expected >= 0 else -table.quantiles[::-1]
    told = ~np.isnan(turned)
    levels, points = LEVELS[told], level + size * (expected + spread * turned[told])
    variance = float(standing.level_variance[0]) + coming**2
    if variance > 0:
        points = _blurred(levels, points, float(np.sqrt(variance)))
    return levels, points, size * expected


def _blurred(levels: Floats, points: Floats, sd: float) -> Floats:
    """Quantiles at the same levels after a normal error of this standard deviation is added."""
    middles = (np.arange(100) + 0.5) / 100
    centres = np.interp(middles, levels, points)
    grid = np.linspace(points[0] - 5 * sd, points[-1] + 5 * sd, 201)
    share = _normal((grid[:, None] - centres) / sd).mean(axis=1)
    rising = np.r_[True, np.diff(share) > 0]
    return np.interp(levels, share[rising], grid[rising])


def _normal(z: Floats) -> Floats:
    return np.asarray(ndtr(z), dtype=np.float64)


def _share_below(values: Floats, levels: Floats, target: float) -> float:
    """Probability of a value below ``target``; the outermost level where it lies beyond all values."""
    at = int(np.searchsorted(values, target, side="left"))
    if at == 0:
        return float(levels[0])
    if at == len(values):
        return float(levels[-1])
    # The values on either side differ, because the target lies above the one and not above the other.
    part = (target - values[at - 1]) / (values[at] - values[at - 1])
    return float(levels[at - 1] + part * (levels[at] - levels[at - 1]))
