"""How far series of an archive strayed from what their steps suggested: the measure of every forecast."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .fitting import Rows, Table, between, fit
from .series import Floats, ForecastError, Series, as_series, is_number, number, usual_gap, whole_year
from .steps import Standing, stand

__all__ = ["LEAST_SERIES", "PLAN", "SIZES", "Calibration", "calibrate"]

SIZES = (5, 6, 8, 10)
# Years of a plan's period: all horizons up to it are learnt from the same cut of each series.
PLAN = 4
ORIGINS = 8
# The fewest series whose 95 per cent interval has ends: 1 / (39 + 1) = 0.025.
LEAST_SERIES = 39


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What an archive taught: for so many last points and such a horizon, where the value went.

    Attributes
    ----------
    source
        Where it comes from, in words that can be printed.
    tables
        By number of points and horizon: weights of the direction, of the spread, the quantiles of what
        remained, and the number of series they come from.
    sizes
        Numbers of points for which there is a table, the fewest first.
    """

    source: str
    tables: Mapping[tuple[int, int], Table]
    sizes: tuple[int, ...] = field(init=False)
    _reach: Mapping[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        reach = {}
        for size, _ in self.tables:
            horizon = 0
            while (size, horizon + 1) in self.tables:
                horizon += 1
            reach[size] = horizon
        object.__setattr__(self, "sizes", tuple(sorted(reach)))
        object.__setattr__(self, "_reach", reach)

    def horizons(self, size: int) -> int:
        """The furthest horizon for that number of points, with none missing before it; 0 where none is."""
        return self._reach.get(size, 0)

    def table(self, size: int, horizon: float) -> Table:
        """The table of a horizon in steps; between whole steps the tables on either side are blended.

        Raises
        ------
        ForecastError
            If the calibration holds none.
        """
        known = math.isfinite(number(horizon, "horizon")) and horizon > 0
        below = math.floor(horizon) if known else 0
        above = below if below == horizon else below + 1
        if not known or above > self.horizons(size):
            raise ForecastError(
                "no-table",
                f"no table for {size} points and horizon {horizon}; there are sizes {self.sizes} and horizons"
                f" up to {self.horizons(size)}",
                size=size,
                horizon=horizon,
            )
        if above == below:
            return self.tables[size, below]
        return between(self.tables.get((size, below)), self.tables[size, above], horizon)


def calibrate(
    archive: Iterable[Series | Sequence[float] | Floats],
    *,
    source: str = "archive",
    horizon: int = PLAN,
    sizes: Sequence[int] = SIZES,
) -> Calibration:
    """Learn from an archive of yearly series how to forecast and how sure to be.

    Parameters
    ----------
    archive
        Series of like figures, such as all indicators of the platform; a plain row stands for consecutive
        years. Series too short for a size and horizon are left out of that table.
    source
        Printed as the calibration's origin.
    horizon
        How many years ahead it is to reach.
    sizes
        Numbers of last points for which tables are made; a forecast uses the largest that its series has.

    Returns
    -------
    Calibration
        Only with tables that at least 39 series support.

    Raises
    ------
    ForecastError
        If no table has that many, or ``horizon`` or ``sizes`` is out of range.

    Notes
    -----
    From each stretch between breaks up to 8 origins are taken. The expected change in step sizes is linear in
    ``Standing.direction`` (robust regression, pulled towards damped drift), its spread log-linear in
    ``Standing.spread``; both give recent origins more weight. What remains after both is turned so that the
    expected change points upwards. Its quantiles at ranks ``p (n + 1)`` of n series are the table, so that a
    value of a like series lies below the quantile with probability p (split conformal prediction). They are
    cross-fitted in five folds of series: no series is judged by weights it took part in.

    Horizons up to four years share one cut four years before the end of each series. Series meet the same
    good and bad years. The newest origin alone would make the calibration that of one year's fortune; each
    older origin therefore counts half as much as the next newer one. Intervals hold as often as they say over
    figures; in a year that is bad for all of them they hold less often.

    References
    ----------
    Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic Learning in a Random World. Springer.

    Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. J. and Wasserman, L. (2018). Distribution-free predictive
    inference for regression. Journal of the American Statistical Association 113, 1094-1111.

    Gardner, E. S. and McKenzie, E. (1985). Forecasting trends in time series. Management Science 31,
    1237-1246 (the damped trend).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> archive = [50 + rng.normal(0.5, 2, 20).cumsum() for _ in range(200)]
    >>> learnt = calibrate(archive, source="two hundred made-up walks")
    >>> learnt.sizes, learnt.horizons(10)
    ((5, 6, 8, 10), 4)
    """
    if whole_year(horizon, "horizon") < 1:
        raise ForecastError("horizon", f"horizon is 1 or more years, not {horizon}", horizon=horizon)
    wrong = [size for size in sizes if not is_number(size) or size < 3 or size != int(size)]
    if wrong or not sizes:
        raise ForecastError(
            "sizes", f"sizes are whole numbers of 3 or more points, not {list(sizes)}", sizes=list(sizes)
        )
    stretches = _stretches(archive)
    tables = {}
    for size in sorted(set(sizes)):
        for cut, aheads in _cuts(horizon):
            windows = _windows(stretches, size, cut, aheads)
            for column, ahead in enumerate(aheads if windows is not None else ()):
                rows = _rows(windows, column)
                if rows is not None:
                    tables[size, ahead] = fit(rows, ahead)
    if not tables:
        long = len({one.owner for one in stretches if one.years.size >= min(sizes) + PLAN})
        raise ForecastError(
            "archive-too-small",
            f"at least {LEAST_SERIES} series of {min(sizes) + PLAN} or more points that move are needed, and"
            f" {long} are given; use the shipped calibration",
            series=long,
            least=LEAST_SERIES,
        )
    return Calibration(source=source, tables=tables)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stretch:
    """A part of a series between breaks, its usual gap in years, and the number of the series."""

    owner: int
    years: npt.NDArray[np.int64]
    values: Floats
    squares: Floats | None
    unit: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Windows:
    """Windows of one size and cut, newest of each stretch first, and what came after them (nan: nothing)."""

    standing: Standing
    futures: Floats
    noise: Floats
    origin: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


def _stretches(archive: Iterable[Series | Sequence[float] | Floats]) -> list[_Stretch]:
    found = []
    for owner, given in enumerate(archive):
        try:
            series = as_series(given)
        except ForecastError as problem:
            raise ForecastError(
                problem.code, f"series {owner + 1}: {problem}", series=owner + 1, **problem.params
            ) from problem
        for one in reversed(series.stretches()):
            if one.years.size > 3:
                found.append(
                    _Stretch(
                        owner=owner,
                        years=one.years,
                        values=one.values,
                        squares=None if one.se is None else one.se**2,
                        unit=usual_gap(one.years),
                    )
                )
    return found


def _cuts(horizon: int) -> list[tuple[int, tuple[int, ...]]]:
    """The years left off the end, and the horizons that are learnt from that cut."""
    near = tuple(range(1, min(horizon, PLAN) + 1))
    return [(PLAN, near), *((ahead, (ahead,)) for ahead in range(PLAN + 1, horizon + 1))]


def _windows(stretches: Sequence[_Stretch], size: int, cut: int, aheads: tuple[int, ...]) -> _Windows | None:
    values, gaps, squares, futures, noise, origin, owner = [], [], [], [], [], [], []
    taken: dict[int, int] = {}
    for one in stretches:
        ends = np.arange(size - 1, int(np.searchsorted(one.years, one.years[-1] - cut * one.unit, "right")))
        ends = ends[::-1][:ORIGINS]
        if not ends.size:
            continue
        wanted = one.years[ends][:, None] + np.array(aheads) * one.unit
        target = np.minimum(np.searchsorted(one.years, wanted), one.years.size - 1)
        there = one.years[target] == wanted
        at = ends[:, None] + np.arange(1 - size, 1)
        values.append(one.values[at])
        gaps.append(np.diff(one.years[at], axis=1) / one.unit)
        square = np.zeros(one.values.size) if one.squares is None else one.squares
        squares.append(square[at])
        futures.append(np.where(there, one.values[target], np.nan))
        noise.append(square[target])
        before = taken.get(one.owner, 0)
        taken[one.owner] = before + ends.size
        origin.append(np.arange(before, before + ends.size))
        owner.append(np.full(ends.size, one.owner))
    if not values:
        return None
    known = np.concatenate(squares)
    return _Windows(
        standing=stand(np.concatenate(values), np.concatenate(gaps), known if known.any() else None),
        futures=np.concatenate(futures),
        noise=np.concatenate(noise),
        origin=np.concatenate(origin),
        owner=np.concatenate(owner),
    )


def _rows(windows: _Windows | None, column: int) -> Rows | None:
    """The usable windows for one horizon; None where too few series have any."""
    if windows is None:
        return None
    standing, future = windows.standing, windows.futures[:, column]
    used = (standing.size > 0) & ~np.isnan(future)
    if np.unique(windows.owner[used]).size < LEAST_SERIES:
        return None
    size = standing.size[used]
    return Rows(
        direction=standing.direction[used],
        spread=standing.spread[used],
        change=(future - standing.level)[used] / size,
        noise=(standing.level_variance + windows.noise[:, column])[used] / size**2,
        origin=windows.origin[used],
        owner=windows.owner[used],
    )
