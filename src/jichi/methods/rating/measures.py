"""What a clause looks at, computed exactly, or the reason why it is undefined."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..paths import PathReason, compare_growth, growth_rate
from .values import Measure, Reason

__all__ = ["Figures", "Measured", "measured"]

_OF_PATHS = {
    PathReason.NO_VALUE: Reason.NO_VALUE,
    PathReason.NO_DISTANCE: Reason.NO_DISTANCE,
    PathReason.NO_YEARS: Reason.NO_YEARS,
    PathReason.START_NOT_POSITIVE: Reason.START_NOT_POSITIVE,
    PathReason.TARGET_NOT_POSITIVE: Reason.TARGET_NOT_POSITIVE,
    PathReason.VALUE_NEGATIVE: Reason.VALUE_NEGATIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers of a case, at their published precision. ``sign`` is None where there is no direction."""

    value: Decimal
    target: Decimal | None
    start: Decimal | None
    sign: int | None
    year: int
    start_year: int
    target_year: int | None
    per_year: Decimal | None = None
    unsigned: Reason = Reason.COMPARATOR_NONE


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's value, None exactly when ``reason`` says why."""

    value: Fraction | None
    reason: Reason | None = None


def measured(measure: Measure, figures: Figures) -> Measured:
    """The measure for these figures, without any rounding but that of roots."""
    found = _OF[measure](figures)
    return Measured(None, found) if isinstance(found, Reason) else Measured(found)


def _signed(figures: Figures) -> int | Reason:
    return figures.unsigned if figures.sign is None else figures.sign


def _target(figures: Figures) -> Fraction | Reason:
    return Reason.NO_TARGET if figures.target is None else Fraction(figures.target)


def _start(figures: Figures) -> Fraction | Reason:
    return Reason.NO_START if figures.start is None else Fraction(figures.start)


def _to_target(figures: Figures) -> Fraction | Reason:
    sign, target = _signed(figures), _target(figures)
    if isinstance(target, Reason):
        return target
    return sign if isinstance(sign, Reason) else sign * (Fraction(figures.value) - target)


def _change(figures: Figures) -> Fraction | Reason:
    sign, start = _signed(figures), _start(figures)
    if isinstance(sign, Reason):
        return sign
    return start if isinstance(start, Reason) else sign * (Fraction(figures.value) - start)


def _change_percent(figures: Figures) -> Fraction | Reason:
    change, start = _change(figures), _start(figures)
    if isinstance(change, Reason) or isinstance(start, Reason):
        return change if isinstance(change, Reason) else Reason.NO_START
    return Reason.START_ZERO if start == 0 else 100 * change / abs(start)


def _from_target_percent(figures: Figures) -> Fraction | Reason:
    target = _target(figures)
    if isinstance(target, Reason):
        return target
    if target == 0:
        return Reason.TARGET_ZERO
    return 100 * abs(Fraction(figures.value) - target) / abs(target)


def _achievement(figures: Figures) -> Fraction | Reason:
    sign, target, value = _signed(figures), _target(figures), Fraction(figures.value)
    if isinstance(target, Reason):
        return target
    if isinstance(sign, Reason):
        return sign
    if sign > 0:
        return 100 * value / target if target > 0 else Reason.TARGET_NOT_POSITIVE
    if target == 0:
        return Reason.TARGET_ZERO
    # Where both lie below nought the ratio would call the worse value the better one.
    return 100 * target / value if value > 0 else Reason.VALUE_NOT_POSITIVE


def _paced_achievement(figures: Figures) -> Fraction | Reason:
    reached = _achievement(figures)
    if isinstance(reached, Reason):
        return reached
    due = min(Fraction(figures.per_year or 0) * (figures.year - figures.start_year), Fraction(100))
    return 100 * reached / due if due > 0 else Reason.NO_YEARS


def _progress(figures: Figures) -> Fraction | Reason:
    target, start = _target(figures), _start(figures)
    if isinstance(target, Reason):
        return target
    if isinstance(start, Reason):
        return start
    if target == start:
        return Reason.NO_DISTANCE
    return 100 * (Fraction(figures.value) - start) / (target - start)


def _share_of_time(figures: Figures) -> Fraction | Reason:
    if figures.target_year is None or figures.target_year <= figures.start_year:
        return Reason.NO_YEARS
    if figures.year > figures.target_year:
        return Reason.AFTER_TARGET_YEAR
    return Fraction(figures.year - figures.start_year, figures.target_year - figures.start_year)


def _paced_progress(figures: Figures) -> Fraction | Reason:
    gone, time = _progress(figures), _share_of_time(figures)
    if isinstance(gone, Reason):
        return gone
    if isinstance(time, Reason):
        return time
    return gone / time if time > 0 else Reason.NO_YEARS


def _to_path(figures: Figures) -> Fraction | Reason:
    sign, target, start = _signed(figures), _target(figures), _start(figures)
    time = _share_of_time(figures)
    if isinstance(target, Reason):
        return target
    if isinstance(start, Reason):
        return start
    if isinstance(sign, Reason):
        return sign
    if isinstance(time, Reason):
        return time
    return sign * (Fraction(figures.value) - start - (target - start) * time)


def _growth_percent(figures: Figures) -> Fraction | Reason:
    sign = _signed(figures)
    if isinstance(sign, Reason):
        return sign
    if figures.start is None:
        return Reason.NO_START
    found = growth_rate(figures.start_year, figures.start, figures.year, figures.value)
    if found.rate is None:
        return _OF_PATHS[found.reason or PathReason.NO_VALUE]
    return 100 * sign * Fraction(found.rate)


def _growth_ratio(figures: Figures) -> Fraction | Reason:
    if figures.target is None:
        return Reason.NO_TARGET
    if figures.start is None:
        return Reason.NO_START
    if figures.target_year is None or figures.target_year <= figures.start_year:
        return Reason.NO_YEARS
    found = compare_growth(
        figures.start_year, figures.start, figures.year, figures.value, figures.target_year, figures.target
    )
    if found.ratio is None:
        return _OF_PATHS[found.reason or PathReason.NO_VALUE]
    return Fraction(found.ratio)


_OF = {
    Measure.TO_TARGET: _to_target,
    Measure.CHANGE: _change,
    Measure.CHANGE_PERCENT: _change_percent,
    Measure.FROM_TARGET_PERCENT: _from_target_percent,
    Measure.ACHIEVEMENT: _achievement,
    Measure.PACED_ACHIEVEMENT: _paced_achievement,
    Measure.PROGRESS: _progress,
    Measure.PACED_PROGRESS: _paced_progress,
    Measure.TO_PATH: _to_path,
    Measure.GROWTH_PERCENT: _growth_percent,
    Measure.GROWTH_RATIO: _growth_ratio,
}
