"""A grade as it is kept: plain JSON from which every language can tell how it came about.

Numbers are strings at the precision in which they were compared; what is missing is null, never 0. A measure
is printed with as many places as are needed to see on which side of its limit it lies: 59.96 is not 60.0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from jichi.methods.rating import Case, Measure, Rating, Step

MOST_PLACES = 8
IN_UNIT = frozenset({Measure.TO_TARGET, Measure.CHANGE, Measure.TO_PATH})
"""Measures in the figure's own unit."""
PERCENT = Decimal(100)


def digest_of_version(definition: Mapping[str, Any]) -> str:
    """The fingerprint of one version of a rule: SHA-256 of its JSON with sorted keys."""
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a grade and is no part of it, as JSON holds it.

    ``interval`` and ``change`` only of a probability sample; ``flags`` are mappings with a ``code``.
    """

    interval: Mapping[str, Any] | None = None
    change: Mapping[str, Any] | None = None
    flags: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)


def number(value: Decimal | None) -> str | None:
    """A number as JSON holds it, without an exponent."""
    return None if value is None else f"{value:f}"


def case_of(
    case: Case,
    rating: Rating,
    *,
    unit: Mapping[str, str],
    target_decimals: int,
    start_decimals: int,
    note: Mapping[str, str],
) -> dict[str, Any]:
    """The numbers a grade was made from, the unit and, where there is no value, the note that says why."""
    return {
        "year": case.year,
        "value": number(rating.value),
        "value_year": rating.value_year,
        "target": number(rating.target),
        "target_year": case.target_year,
        "target_decimals": target_decimals,
        "start": number(rating.start),
        "start_year": case.start_year if rating.start is not None else None,
        "start_decimals": start_decimals,
        "comparator": str(rating.comparator),
        "sign": rating.sign,
        "decimals": case.decimals,
        "unit": dict(unit),
        "is_survey": case.is_survey,
        "is_sense": case.is_sense,
        "note": dict(note),
        "params": {key: value for key, value in rating.params.items() if isinstance(value, int | str)},
    }


def steps_of(rating: Rating, decimals: int) -> list[dict[str, Any]]:
    """Every clause that was tried, in order. ``decimals``: those with which the figure is published."""
    return [_step(one, decimals) for one in rating.steps]


def _step(step: Step, decimals: int) -> dict[str, Any]:
    return {
        "grade": step.grade,
        "measure": None if step.measure is None else str(step.measure),
        "value": None if step.value is None else shown(step.value, step.limit, step.measure, decimals),
        "bound": None if step.bound is None else str(step.bound),
        "limit": number(step.limit),
        "where": str(step.where),
        "outcome": str(step.outcome),
        "reason": None if step.reason is None else str(step.reason),
    }


def shown(value: Fraction, limit: Decimal | None, measure: Measure | None, decimals: int) -> str:
    """A measure in the figure's own places, a rate to one and a ratio to two, or to as many more as keep it
    on its side of the limit.
    """
    least = decimals if measure in IN_UNIT else 2 if measure is Measure.GROWTH_RATIO else 1
    for places in range(least, MOST_PLACES + 1):
        rounded = _rounded(value, places)
        if limit is None or _side(Fraction(rounded), limit) == _side(value, limit):
            return f"{rounded:f}"
    return f"{_rounded(value, MOST_PLACES):f}"


def _side(value: Fraction, limit: Decimal) -> int:
    return (value > Fraction(limit)) - (value < Fraction(limit))


def _rounded(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    whole = abs(scaled.numerator) // scaled.denominator
    rest = abs(scaled) - whole
    whole += 1 if rest >= Fraction(1, 2) else 0
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places) + 0


def beside_of(rating: Rating, case: Case, beside: Beside) -> dict[str, Any]:
    """Progress in per cent, the straight line's value in the value's year, and what else was given."""
    share = rating.progress.share if rating.progress is not None else None
    reason = rating.progress.reason if rating.progress is not None else None
    return {
        "progress": None if share is None else number(_at(share * PERCENT, 1)),
        "progress_reason": None if reason is None else str(reason),
        "expected": None if rating.expected is None else number(_at(rating.expected, case.decimals)),
        "expected_year": rating.value_year if rating.expected is not None else None,
        "interval": None if beside.interval is None else dict(beside.interval),
        "change": None if beside.change is None else dict(beside.change),
        "flags": [dict(one) for one in beside.flags],
    }


def _at(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0
