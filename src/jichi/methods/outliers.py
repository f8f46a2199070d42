"""Which of many returns moved differently from last year than the others did. Pure, and robust by choice.

One department's number is set against its own number of the year before. What is unusual is judged among all
departments, on the logarithm of the ratio, so that a doubling and a halving are equally far.

- The middle and the spread are the median and the median absolute deviation, which half of the returns would
  have to be wrong to spoil. The modified z-score is ``0.6745 (x - median) / MAD`` and is unusual above 3.5:
  B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC Quality Press, 1993.
- Where most returns hardly move, the deviation is nearly nought and anything would be unusual; the spread is
  therefore never taken for less than :data:`LEAST_SPREAD`. This bound is ours.
- With fewer than :data:`LEAST_PAIRS` returns there is no spread worth the name: then what more than doubled
  or halved (:data:`BOUND`) is shown. This bound is ours too.
- Small counts jump by chance. The difference of two independent Poisson counts has their sum as its variance
  (J. G. Skellam, Journal of the Royal Statistical Society 109, 1946), so a difference within three times the
  root of the sum is left alone. This is for counts only, not for amounts or rates.
- A ratio near a power of ten points to another unit (yen for thousands of yen) and is said so.

What is found is a question to the department, never a correction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

VERSION = "log-ratio-mad-1"

LEAST_PAIRS = 8
LEAST_SPREAD = 0.1
LIMIT = 3.5
BOUND = 2.0
CHANCE = 3.0
CONSISTENCY = 0.6745
_TEN = math.log(10)
_NEAR_TEN = 0.12


class Why(StrEnum):
    """What is unusual about a pair."""

    AMONG_OTHERS = "among_others"
    RATIO = "ratio"
    UNIT = "unit"
    APPEARED = "appeared"
    VANISHED = "vanished"
    SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One respondent's number, this time and the last."""

    key: str
    now: Decimal
    before: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """A pair that moved unlike the others: why, its ratio and score where there are any.

    ``power`` is the power of ten that the ratio is near, for :attr:`Why.UNIT`.
    """

    key: str
    now: Decimal
    before: Decimal
    why: Why
    ratio: float | None = None
    score: float | None = None
    power: int = 0


def within_chance(now: Decimal, before: Decimal) -> bool:
    """Whether two counts differ by no more than chance alone makes them differ."""
    return abs(float(now - before)) <= CHANCE * math.sqrt(abs(float(now)) + abs(float(before)))


def unusual(pairs: Iterable[Pair], *, counts: bool) -> list[Unusual]:
    """The pairs that are unusual, in the order given. ``counts``: the numbers count persons, things or times.

    A number that is nought both times, or the same, is never unusual.
    """
    listed = list(pairs)
    moved = [pair for pair in listed if pair.now != pair.before]
    ratios = {
        pair.key: _log_ratio(pair) for pair in listed if pair.now * pair.before > 0
    }  # same sign, neither nought
    middle, spread = _middle_and_spread(list(ratios.values()))
    found = []
    for pair in moved:
        if counts and within_chance(pair.now, pair.before):
            continue
        one = _judged(pair, ratios.get(pair.key), middle, spread)
        if one is not None:
            found.append(one)
    return found


def _log_ratio(pair: Pair) -> float:
    return math.log(abs(float(pair.now))) - math.log(abs(float(pair.before)))


def _middle_and_spread(ratios: Sequence[float]) -> tuple[float, float | None]:
    """Median and spread; no spread where there are too few to tell."""
    if len(ratios) < LEAST_PAIRS:
        return 0.0, None
    middle = median(ratios)
    deviation = median(abs(ratio - middle) for ratio in ratios)
    return middle, max(deviation / CONSISTENCY, LEAST_SPREAD)


def _judged(pair: Pair, ratio: float | None, middle: float, spread: float | None) -> Unusual | None:
    if ratio is None:
        return _found(pair, _without_ratio(pair))
    plain = math.exp(max(-700.0, min(ratio, 700.0)))
    power = round(ratio / _TEN)
    if power and abs(ratio / _TEN - power) <= _NEAR_TEN:
        return _found(pair, Why.UNIT, ratio=plain, power=power)
    if spread is None:
        return _found(pair, Why.RATIO, ratio=plain) if abs(ratio) > math.log(BOUND) else None
    score = (ratio - middle) / spread
    return _found(pair, Why.AMONG_OTHERS, ratio=plain, score=score) if abs(score) > LIMIT else None


def _without_ratio(pair: Pair) -> Why:
    if not pair.before:
        return Why.APPEARED
    return Why.SIGN if pair.now else Why.VANISHED


def _found(
    pair: Pair, why: Why, *, ratio: float | None = None, score: float | None = None, power: int = 0
) -> Unusual:
    return Unusual(
        key=pair.key, now=pair.now, before=pair.before, why=why, ratio=ratio, score=score, power=power
    )
