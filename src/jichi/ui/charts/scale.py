"""Scales: from values and years to places on the drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ValueScale:
    """The vertical axis: its ends, its ticks, and whether it starts at zero."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @property
    def from_zero(self) -> bool:
        """False is something the picture must say in words."""
        return self.low == 0 or self.low < 0 < self.high

    def share(self, value: float | Decimal) -> float:
        """0 at the foot of the axis, 1 at its head."""
        return (float(value) - self.low) / (self.high - self.low)


def _step(span: float, wanted: int) -> float:
    raw = span / max(1, wanted)
    size: float = 10.0 ** math.floor(math.log10(raw))
    return next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= raw * 0.999)


def value_scale(values: Iterable[float | Decimal], *, wanted: int = 4) -> ValueScale:
    """An axis with round ticks that holds all values.

    It starts at zero unless the values all lie in the upper part of it (their least is more than half of
    their greatest), where a zero would hide every movement. Without values it runs from 0 to 1.
    """
    numbers = [float(v) for v in values]
    if not numbers:
        return ValueScale(0.0, 1.0, (0.0, 1.0))
    low, high = min(numbers), max(numbers)
    if low >= 0 and low <= high / 2:
        low = 0.0
    elif high <= 0 and high >= low / 2:
        high = 0.0
    if low == high:
        pad = abs(low) * 0.1 or 1.0
        low, high = (0.0, high + pad) if low == 0 else (low - pad, high + pad)
    elif low != 0:
        low, high = low - (high - low) * 0.25, high + (high - low) * 0.12
        low = max(low, 0.0) if min(numbers) >= 0 else low
    else:
        # Room for the label of the highest mark.
        high += high * 0.06
    step = _step(high - low, wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(n * step, 10) for n in range(first, last + 1))
    return ValueScale(ticks[0], ticks[-1], ticks)


@dataclass(frozen=True, slots=True)
class YearScale:
    """The horizontal axis: whole fiscal years between two edges."""

    first: int
    last: int
    left: float
    right: float

    @property
    def step(self) -> float:
        """Width of a year."""
        return (self.right - self.left) / max(1, self.last - self.first)

    def at(self, year: float) -> float:
        """Where a year stands."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        return self.left + (year - self.first) * self.step
