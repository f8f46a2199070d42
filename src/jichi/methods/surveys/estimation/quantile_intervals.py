"""Intervals of one quantile: from the share below it, from a test of it, or from replicate weights.

References
----------
Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. Journal of the American
Statistical Association 47, 635-646.

Francisco, C. A. and Fuller, W. A. (1991). Quantile estimation with a complex survey design. Annals of
Statistics 19, 454-469 (the score interval).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..designs.design import Design
from ..results import Estimate, Estimates, Interval, reach
from .answers import Missing
from .estimates import mean
from .intervals import interval_of_share
from .judging import blocks_of
from .quantile_rules import Rule, weighted_quantiles
from .replicated import Sample

__all__ = ["QuantileInterval", "Question", "intervals_at"]

Floats = npt.NDArray[np.float64]

_EDGE = 1e-12


class QuantileInterval(StrEnum):
    """How the interval of a quantile is made.

    ``MEAN``, ``BETA``, ``XLOGIT``, ``ASIN``: the interval, of the kind of that name, of the share that lies
    at or below the quantile, turned back into numbers (Woodruff). ``SCORE``: the numbers of which the share
    below does not differ from p by more than chance. ``QUANTILE``: symmetric about the quantile, from the
    quantiles under replicate weights.
    """

    MEAN = "mean"
    BETA = "beta"
    XLOGIT = "xlogit"
    ASIN = "asin"
    SCORE = "score"
    QUANTILE = "quantile"


class Question(NamedTuple):
    """What is asked of which numbers.

    ``inside`` is the domain of those who answered, ``order`` the ascending order of all ``numbers``.
    """

    sample: Sample
    inside: Design
    numbers: Floats
    order: npt.NDArray[np.int64]
    rule: Rule
    kind: QuantileInterval
    level: float
    df: float

    def quantiles(self, p: Floats) -> Floats:
        """Shape (q,): the quantiles of the domain."""
        return self._read(self.inside.weights, p)

    def replicate_quantiles(self, p: Floats) -> Floats:
        """Shape (R, q): the same under each replicate."""
        if isinstance(self.sample, Design):
            raise TypeError("replicate weights are needed")
        rows = [
            self._read(np.where(self.inside.weights > 0, column, 0.0), p)
            for _, weights in blocks_of(self.sample)
            for column in weights.T
        ]
        return np.stack(rows)

    def shares_below(self, numbers: Floats) -> Estimates:
        """The shares at or below each of some numbers."""
        below = (self.numbers[:, np.newaxis] <= numbers).astype(np.float64)
        if self.inside.active is not None:
            below[~self.inside.active] = np.nan
        # Rows outside count as unanswered, which works for designs of both kinds.
        found = mean(self.sample, below, missing=Missing.OMIT)
        if isinstance(found, Estimate):
            raise TypeError("several columns give several estimates")
        return found

    def share_below(self, number: float) -> Estimate:
        """The share at or below a number."""
        found: Estimate = next(iter(self.shares_below(np.array([number]))))
        return found

    def unknown(self, reason: str) -> Interval:
        """Ends that cannot be judged."""
        nothing = float("nan")
        return Interval(low=nothing, high=nothing, level=self.level, method=self.kind.value, reason=reason)

    def known(self, low: float, high: float) -> Interval:
        """Ends that were found."""
        return Interval(low=float(low), high=float(high), level=self.level, method=self.kind.value)

    def partly(self, ends: Floats) -> Interval:
        """Two ends, of which those beyond the data are NaN."""
        found = self.known(ends[0], ends[1])
        return replace(found, reason="beyond-data") if np.isnan(ends).any() else found

    def _read(self, weights: Floats, p: Floats) -> Floats:
        return weighted_quantiles(self.numbers[self.order], weights[self.order], p, self.rule)


def intervals_at(question: Question, p: Floats, values: Floats) -> list[Interval]:
    """The intervals of quantiles, of the kind that is asked."""
    if not question.df > 0:
        return [question.unknown("df-none") for _ in p]
    if question.kind is QuantileInterval.QUANTILE:
        return _symmetric(question, p, values)
    if question.kind is QuantileInterval.SCORE:
        return [_score(question, float(one), float(value)) for one, value in zip(p, values, strict=True)]
    return [_woodruff(question, share) for share in question.shares_below(values)]


def _woodruff(question: Question, share: Estimate) -> Interval:
    ends = interval_of_share(share, method=question.kind.value, level=question.level, df=question.df)
    if ends.reason is not None:
        return question.unknown(ends.reason)
    shares = np.array([ends.low, ends.high])
    inside = (shares > 0) & (shares < 1)
    return question.partly(np.where(inside, question.quantiles(np.clip(shares, 0.0, 1.0)), np.nan))


def _score(question: Question, p: float, value: float) -> Interval:
    numbers = np.unique(question.numbers[question.inside.weights > 0])
    width = reach(question.level, question.df)

    def distance(place: int) -> float:
        share = question.share_below(float(numbers[place]))
        # Where everybody lies at or below, no test is possible: as far as it can be.
        return (share.value - p) / share.se if share.se > _EDGE else float("inf")

    here = min(max(int(np.searchsorted(numbers, value, side="right")) - 1, 0), len(numbers) - 1)
    low = _first(lambda place: distance(place) >= -width, 0, here)
    high = _first(lambda place: distance(place) > width, here, len(numbers) - 1)
    # Nothing below the lowest number, or above the highest, could tell.
    return question.partly(
        np.array([numbers[low] if low > 0 else np.nan, numbers[high] if high < len(numbers) - 1 else np.nan])
    )


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first place at which a condition holds that holds from there on; the last if at none."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _symmetric(question: Question, p: Floats, values: Floats) -> list[Interval]:
    if isinstance(question.sample, Design):
        raise TypeError("replicate weights are needed")
    under = question.replicate_quantiles(p)
    found = []
    for place, value in enumerate(values):
        if np.isnan(under[:, place]).any():
            found.append(question.unknown("replicates-undefined"))
            continue
        variance = question.sample.covariance(under[:, [place]], values[[place]])[0, 0]
        width = reach(question.level, question.df) * max(float(variance), 0.0) ** 0.5
        found.append(question.known(value - width, value + width))
    return found
