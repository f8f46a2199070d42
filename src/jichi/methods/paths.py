"""The way from where a figure stood to where it was promised to be: in even steps or at an even rate.

Two numbers are read beside every indicator: what an even pace would have reached by a year, and which share
of the promised way has been gone. Neither is a grade. Values are :class:`~decimal.Decimal` in the
indicator's own unit; years are western fiscal years.

A path at an even rate multiplies by the same factor each year. It exists only between numbers above nought.
Where it does not, the answer is a reason; no number is put in place of a nought.

References
----------
Open SDG, "Progress calculation": the compound annual growth rate that was observed over the one that was
required, a method of Statistics Canada.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

__all__ = [
    "Comparator",
    "GrowthComparison",
    "PathReason",
    "PathValue",
    "Progress",
    "Rate",
    "compare_growth",
    "growth_path",
    "growth_rate",
    "progress",
    "straight_line",
]

# Roots are irrational; far more digits than any figure prints keep comparisons with a bound from slipping.
DIGITS = 50
# A decimal's exponent may have six digits; no figure's has three, and sums of such numbers overflow.
MOST_EXPONENT = 1000


class Comparator(StrEnum):
    """How a target is to be read: 以上, 以下, 程度, or nothing stated."""

    GE = "ge"
    LE = "le"
    ABOUT = "about"
    NONE = "none"


class PathReason(StrEnum):
    """Why a share of the way, a rate or a path cannot be told."""

    NO_VALUE = "no_value"
    NO_DISTANCE = "no_distance"
    NO_YEARS = "no_years"
    START_NOT_POSITIVE = "start_not_positive"
    TARGET_NOT_POSITIVE = "target_not_positive"
    VALUE_NEGATIVE = "value_negative"


@dataclass(frozen=True, slots=True)
class Progress:
    """Share of the way from start to target: 0 at the start, 1 at the target, below 0 after a step back.

    ``share`` is None exactly when ``reason`` says why.
    """

    share: Decimal | None
    reason: PathReason | None = None


def straight_line(start_year: int, start: Decimal, target_year: int, target: Decimal, year: int) -> Decimal:
    """Value an even pace reaches in ``year``: ``E_t = S + (T - S) * (t - t0) / (t1 - t0)``.

    Raises :class:`ValueError` when the target year does not lie after the start year, when ``year`` lies
    outside the two (the plan promises nothing before its start and after its end), or when a number is not
    finite.
    """
    _check(start=start, target=target)
    if target_year <= start_year:
        raise ValueError(f"target year {target_year} must lie after start year {start_year}")
    if not start_year <= year <= target_year:
        raise ValueError(f"year {year} lies outside {start_year}..{target_year}")
    if year == target_year:
        return target
    return start + (target - start) * Decimal(year - start_year) / Decimal(target_year - start_year)


def progress(start: Decimal, target: Decimal, value: Decimal | None) -> Progress:
    """Share of the way gone, ``(x - S) / (T - S)``; the same for targets that rise and that fall.

    An indicator that is only to be kept (start equals target) has no way to go: the share is undefined and
    the reason says so, because 0 and 1 would both be false.

    Raises :class:`ValueError` when a number is not finite.
    """
    _check(start=start, target=target, value=value)
    if value is None:
        return Progress(None, PathReason.NO_VALUE)
    if start == target:
        return Progress(None, PathReason.NO_DISTANCE)
    return Progress((value - start) / (target - start))


@dataclass(frozen=True, slots=True)
class PathValue:
    """What a path reaches in a year; ``value`` is None exactly when ``reason`` says why."""

    value: Decimal | None
    reason: PathReason | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A constant yearly rate as a fraction (0.02 is two per cent); None exactly when ``reason`` says why."""

    rate: Decimal | None
    reason: PathReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthComparison:
    """The rate that was observed, the one that was required, and observed over required.

    ``ratio`` is 1 on the path, below 0 where the figure moves away from its target. It is None exactly when
    ``reason`` says why.
    """

    observed: Rate
    required: Rate
    ratio: Decimal | None
    reason: PathReason | None = None


def growth_rate(start_year: int, start: Decimal, year: int, value: Decimal | None) -> Rate:
    """The constant yearly rate between two values (CAGR), ``(V_t / V_0) ** (1 / (t - t0)) - 1``.

    Returns
    -------
    Rate
        -1 for a value of 0, the loss of everything. A reason where the start is 0 or below, the value below 0
        or missing, or no year has passed.

    Raises
    ------
    ValueError
        If ``year`` lies before ``start_year``, or a number is not finite.

    Examples
    --------
    >>> growth_rate(2021, Decimal(100), 2023, Decimal(121)).rate == Decimal("0.1")
    True
    """
    _check(start=start, value=value)
    if year < start_year:
        raise ValueError(f"year {year} lies before start year {start_year}")
    reason = None
    if value is None:
        reason = PathReason.NO_VALUE
    elif year == start_year:
        reason = PathReason.NO_YEARS
    elif start <= 0:
        reason = PathReason.START_NOT_POSITIVE
    elif value < 0:
        reason = PathReason.VALUE_NEGATIVE
    if value is None or reason is not None:
        return Rate(None, reason)
    return Rate(_root(value, start, year - start_year) - 1)


def growth_path(start_year: int, start: Decimal, target_year: int, target: Decimal, year: int) -> PathValue:
    """Value an even rate reaches in ``year``: ``E_t = S (T / S) ** ((t - t0) / (t1 - t0))``.

    Raises :class:`ValueError` in the same cases as :func:`straight_line`. A start or target of 0 or below has
    no such path, which is said by a reason.
    """
    _check(start=start, target=target)
    if target_year <= start_year:
        raise ValueError(f"target year {target_year} must lie after start year {start_year}")
    if not start_year <= year <= target_year:
        raise ValueError(f"year {year} lies outside {start_year}..{target_year}")
    if start <= 0:
        return PathValue(None, PathReason.START_NOT_POSITIVE)
    if target <= 0:
        return PathValue(None, PathReason.TARGET_NOT_POSITIVE)
    if year == target_year:
        return PathValue(target)
    if year == start_year:
        return PathValue(start)
    with localcontext(prec=DIGITS):
        return PathValue(start * _root(target, start, target_year - start_year) ** (year - start_year))


def compare_growth(
    start_year: int, start: Decimal, year: int, value: Decimal | None, target_year: int, target: Decimal
) -> GrowthComparison:
    """The observed yearly rate, the rate that leads to the target, and their ratio.

    Returns
    -------
    GrowthComparison
        Without a ratio where one of the rates is undefined, the target is 0 or below (no even rate ends
        there), or the target is the start (the required rate is 0).

    Raises
    ------
    ValueError
        If the target year does not lie after the start year, ``year`` lies before it, or a number is not
        finite.
    """
    _check(start=start, value=value, target=target)
    if target_year <= start_year:
        raise ValueError(f"target year {target_year} must lie after start year {start_year}")
    observed = growth_rate(start_year, start, year, value)
    if target <= 0 and start > 0:
        required = Rate(None, PathReason.TARGET_NOT_POSITIVE)
    else:
        required = growth_rate(start_year, start, target_year, target)
    ratio, reason = None, required.reason or observed.reason
    if observed.rate is not None and required.rate is not None:
        if required.rate == 0:
            reason = PathReason.NO_DISTANCE
        else:
            with localcontext(prec=DIGITS):
                ratio = observed.rate / required.rate
    return GrowthComparison(observed=observed, required=required, ratio=ratio, reason=reason)


def _check(**numbers: Decimal | None) -> None:
    """Refuse what would come out as a number that is none."""
    for name, number in numbers.items():
        if number is None:
            continue
        if not isinstance(number, Decimal | int):
            raise ValueError(f"{name} is {number!r}; give a Decimal or a whole number")
        exact = Decimal(number)
        if not exact.is_finite() or (exact and abs(exact.adjusted()) > MOST_EXPONENT):
            raise ValueError(f"{name} is {number}; give a finite number that a figure could have")


def _root(value: Decimal, start: Decimal, years: int) -> Decimal:
    with localcontext(prec=DIGITS):
        found = (value / start) ** (Decimal(1) / years)
        # A rational root such as 1.1 comes back with an error in the last digits: let it be exact again.
        short = found.quantize(Decimal(1).scaleb(found.adjusted() - DIGITS + 10))
        return short if short**years * start == value else found
