"""How a measured value stands beside what was promised: a comparison, never a grade.

Grades are the city's judgement under a dated rule set. What is said here is only what anybody can see by
holding two printed numbers side by side, at the precision in which the city publishes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Reason(StrEnum):
    """Why two numbers cannot be held side by side."""

    NOT_MEASURED = "not_measured"
    NO_TARGET = "no_target"
    NO_START = "no_start"
    COMPARATOR = "comparator"
    BREAK = "break"


class Place(StrEnum):
    """Where the value lies. The names are those of the page's states."""

    MET = "met"
    BETWEEN = "between"
    BELOW = "below"
    CANNOT_JUDGE = "cannot_judge"
    NOT_LOADED = "not_loaded"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a value lies; ``reason`` when it cannot be said, ``seen``/``whole`` when it saw a part only."""

    place: Place
    reason: Reason | None = None
    seen: int | None = None
    whole: int | None = None


def _at(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def standing(
    *,
    value: Decimal | None,
    start: Decimal | None,
    target: Decimal | None,
    comparator: str,
    decimals: int,
    loaded: bool = True,
    broken: bool = False,
    start_broken: bool = False,
    coverage: tuple[int, int] | None = None,
) -> Standing:
    """Where ``value`` lies between ``start`` (the plan's current value) and ``target``.

    ``loaded`` False: no observation at all. ``broken``: value and target follow different definitions;
    ``start_broken``: value and start do. Nothing is computed across a break.
    ``coverage`` is (seen, whole); a part never stands for the whole. Only 以上 (``ge``) and 以下 (``le``) are
    compared; 程度 and "none stated" need a rule of the city (words.md, "Evaluation, exactly").
    """
    if not loaded:
        return Standing(place=Place.NOT_LOADED)
    if coverage is not None and coverage[0] < coverage[1]:
        return Standing(place=Place.PARTIAL, seen=coverage[0], whole=coverage[1])
    if value is None:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.NOT_MEASURED)
    if broken:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.BREAK)
    if target is None:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.NO_TARGET)
    if comparator not in {"ge", "le"}:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.COMPARATOR)
    sign = 1 if comparator == "ge" else -1
    x, goal = _at(value, decimals), _at(target, decimals)
    if sign * (x - goal) >= 0:
        return Standing(place=Place.MET)
    if start_broken:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.BREAK)
    if start is None:
        return Standing(place=Place.CANNOT_JUDGE, reason=Reason.NO_START)
    begin = _at(start, decimals)
    # Where the target asks for no more than the start, there is no way between the two.
    if sign * (goal - begin) > 0 and sign * (x - begin) >= 0:
        return Standing(place=Place.BETWEEN)
    return Standing(place=Place.BELOW)
