"""A figure's yearly values as a forecast reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from numbers import Real

import numpy as np
import numpy.typing as npt

__all__ = [
    "LARGEST",
    "Floats",
    "ForecastError",
    "Series",
    "Years",
    "as_series",
    "is_number",
    "number",
    "usual_gap",
    "whole_year",
]

# Beyond it squares are no numbers to the machine; a year of more than five digits is a mistake.
LARGEST = 1e100
MOST_YEAR = 99_999

Floats = npt.NDArray[np.float64]
Years = npt.NDArray[np.int64]


class ForecastError(ValueError):
    """A series, an archive or a question that cannot be used.

    Attributes
    ----------
    code
        A stable name of what is wrong, such as ``"years-not-rising"``.
    params
        What a translated sentence needs; rows are numbers from 1 in the order given.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Yearly values, perhaps with years left out.

    Parameters
    ----------
    years : array_like of int, shape (n,)
        Rising. A year that gave no value is left out, or its value is nan.
    values : array_like of float, shape (n,)
        In the unit of the figure.
    se : array_like of float, shape (n,), optional
        Standard error of each value where a sample gave it; None where every value is a full count.
    breaks : sequence of int
        Years whose value is the first under a changed definition. Only what follows the last break is used.
    low, high : float, optional
        What the figure cannot go below or above, such as 0 and 100 for a percentage.

    Raises
    ------
    ForecastError
        If lengths differ, years do not rise, a value is infinite or out of bounds, or an error is negative.
        Every wrong row is named.
    """

    years: Years
    values: Floats
    se: Floats | None = None
    breaks: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        years, values = np.asarray(self.years), numbers(self.values, "values")
        se = None if self.se is None else numbers(self.se, "se")
        if years.ndim != 1 or values.shape != years.shape or (se is not None and se.shape != years.shape):
            raise ForecastError(
                "lengths-differ",
                f"years, values and se are rows of one length, not {years.shape}, {values.shape}"
                f"{'' if se is None else f', {se.shape}'}",
            )
        if years.size and not np.issubdtype(years.dtype, np.integer):
            raise ForecastError("years-not-whole", f"years are whole numbers, not {years.dtype}")
        for year in self.breaks:
            whole_year(year, "year of a break")
        for name in ("low", "high"):
            if getattr(self, name) is not None:
                number(getattr(self, name), name)
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        if not low < high:
            raise ForecastError("bounds", f"low {low} lies below high {high}, else there is nothing between")
        present = ~np.isnan(values)
        whole = bool(present.all())
        backwards = np.concatenate([np.zeros(min(years.size, 1), dtype=bool), years[1:] <= years[:-1]])
        _refuse("years-not-rising", backwards, "each year lies after the one before it")
        if years.size:
            beyond = (years < -MOST_YEAR) | (years > MOST_YEAR)
            _refuse("year-too-far", beyond, "a year has five digits at most")
        _refuse(
            "value-too-large",
            np.isfinite(values) & (np.abs(values) > LARGEST),
            f"a value lies between -{LARGEST:g} and {LARGEST:g}; give it in a larger unit",
        )
        _refuse("value-infinite", np.isinf(values), "a value is a number, or nan where there is none")
        outside = present & ((values < low) | (values > high))
        _refuse("value-out-of-bounds", outside, f"a value lies between low and high ({low} and {high})")
        if se is not None:
            wrong = present & ~((se >= 0) & (se <= LARGEST))
            _refuse("se-negative", wrong, "a standard error is 0 or more, given for every value or for none")
        rows = slice(None) if whole else present
        object.__setattr__(self, "years", _kept(years[rows].astype(np.int64)))
        object.__setattr__(self, "values", _kept(values[rows]))
        object.__setattr__(self, "se", None if se is None else _kept(se[rows]))

    def after_breaks(self, year: int | None = None) -> Series:
        """What follows the last break: the longest stretch under the definition in force (in ``year``)."""
        breaks = [one for one in self.breaks if year is None or one <= year]
        if not breaks:
            return self
        here = self.years >= max(breaks)
        return Series(
            years=self.years[here],
            values=self.values[here],
            se=None if self.se is None else self.se[here],
            low=self.low,
            high=self.high,
        )

    def stretches(self) -> list[Series]:
        """The parts between the breaks, earliest first."""
        edges = [-np.inf, *sorted(set(self.breaks)), np.inf]
        found = []
        for first, end in pairwise(edges):
            here = (self.years >= first) & (self.years < end)
            if here.any():
                found.append(
                    Series(
                        years=self.years[here],
                        values=self.values[here],
                        se=None if self.se is None else self.se[here],
                    )
                )
        return found


def as_series(given: Series | Sequence[float] | Floats) -> Series:
    """A plain row of values stands for consecutive years; nan where a year gave none."""
    if isinstance(given, Series):
        return given
    values = numbers(given, "values")
    return Series(years=np.arange(1, values.size + 1), values=values)


def numbers(values: npt.ArrayLike, name: str) -> Floats:
    """An array of numbers.

    Raises
    ------
    ForecastError
        ``not-numbers`` if it holds anything else, or rows are of different lengths.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as problem:
        raise ForecastError("not-numbers", f"not all {name} are numbers: {problem}", name=name) from problem


def is_number(value: object) -> bool:
    """Whether it is a number at all, and no text from a file."""
    return isinstance(value, Real)


def number(value: float | Decimal, name: str) -> float:
    """One number, exact or not.

    Raises
    ------
    ForecastError
        ``not-a-number`` if it is none.
    """
    if not (is_number(value) or isinstance(value, Decimal)):
        raise ForecastError("not-a-number", f"{name} is {value!r}; give a number", name=name)
    return float(value)


def whole_year(year: int, name: str) -> int:
    """A year, or a number of years.

    Raises
    ------
    ForecastError
        ``years-not-whole`` if it is not whole.
    """
    if not is_number(year) or not math.isfinite(year) or year != int(year):
        raise ForecastError("years-not-whole", f"{name} is {year!r}; give a whole number", name=name)
    return int(year)


def usual_gap(years: Years) -> float:
    """The median of the years between values: 1 for a yearly figure, 2 for a survey of every second year."""
    count = len(years) - 1
    if years[-1] - years[0] == count:
        return 1.0
    return float(np.median(years[1:] - years[:-1]))


def _kept(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """A copy that nobody can change behind the back of the frozen object."""
    own = array.copy()
    own.setflags(write=False)
    return own


def _refuse(code: str, wrong: npt.NDArray[np.bool_], allowed: str) -> None:
    if wrong.any():
        rows = [int(row) + 1 for row in np.flatnonzero(wrong)]
        shown = ", ".join(map(str, rows[:5])) + (" ..." if len(rows) > 5 else "")
        raise ForecastError(code, f"row {shown}: {allowed}", rows=rows)
