"""The straight line from where a figure stood to where it was promised to be.

Two numbers are read beside every indicator: what an even pace would have reached by a year, and which share
of the promised way has been gone. Neither is a grade. Values are :class:`~decimal.Decimal` in the
indicator's own unit; years are western fiscal years.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class PathReason(StrEnum):
    """Why a share of the way cannot be told."""

    NO_VALUE = "no_value"
    NO_DISTANCE = "no_distance"


@dataclass(frozen=True, slots=True)
class Progress:
    """Share of the way from start to target: 0 at the start, 1 at the target, below 0 after a step back.

    ``share`` is None exactly when ``reason`` says why.
    """

    share: Decimal | None
    reason: PathReason | None = None


def straight_line(start_year: int, start: Decimal, target_year: int, target: Decimal, year: int) -> Decimal:
    """Value an even pace reaches in ``year``: ``E_t = S + (T - S) * (t - t0) / (t1 - t0)``.

    Raises :class:`ValueError` when the target year does not lie after the start year, or when ``year`` lies
    outside the two: the plan promises nothing before its start and after its end.
    """
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
    """
    if value is None:
        return Progress(None, PathReason.NO_VALUE)
    if start == target:
        return Progress(None, PathReason.NO_DISTANCE)
    return Progress((value - start) / (target - start))
