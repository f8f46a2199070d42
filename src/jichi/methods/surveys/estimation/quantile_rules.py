"""What a quantile of weighted numbers is: rules that differ between the numbers and at them.

References
----------
Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician 50,
361-365.

Shah, B. V. and Vaish, A. K. (2006). Confidence intervals for quantile estimation from complex survey data.
Proceedings of the Section on Survey Research Methods, American Statistical Association, 3642-3647.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

__all__ = ["Rule", "weighted_quantiles"]

Floats = npt.NDArray[np.float64]

_SAME = 1e-12


class Rule(StrEnum):
    """How a quantile is read from ordered numbers with weights.

    ``MATH``, also ``HF1``: the smallest number that at least the share p does not exceed. ``SCHOOL``, also
    ``HF2``: as this, but half way to the next one where the share is just p. ``HF3``: the number whose
    cumulated weight is nearest. ``SHAHVAISH``: the largest number whose place is at most p. ``HF4`` to
    ``HF9``: lines between places, the rules 4 to 9 of Hyndman and Fan. ``R_HF3``: what R's survey package
    (4.1) calls hf3: as ``MATH``, but the next number where the share is just p at an odd place.
    ``R_SHAHVAISH``: what it calls shahvaish: half the weight is taken off as it is, not scaled, so that the
    answer depends on the unit of the weights; only to compare with it.
    """

    MATH = "math"
    SCHOOL = "school"
    SHAHVAISH = "shahvaish"
    HF1 = "hf1"
    HF2 = "hf2"
    HF3 = "hf3"
    HF4 = "hf4"
    HF5 = "hf5"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    HF9 = "hf9"
    R_HF3 = "r-hf3"
    R_SHAHVAISH = "r-shahvaish"


def weighted_quantiles(numbers: Floats, weights: Floats, p: Floats, rule: Rule) -> Floats:
    r"""Quantiles of weighted numbers.

    Parameters
    ----------
    numbers
        Shape (n,), in ascending order.
    weights
        Shape (n,), not negative; a weight of 0 is as if the number were not there.
    p
        Shape (q,), each between 0 and 1.

    Returns
    -------
    ndarray
        Shape (q,); NaN if all weights are 0.

    Notes
    -----
    With :math:`S_k` the weights cumulated up to the k-th number and :math:`S = S_n`, the places of numbers
    are, for the rules with lines between them, hf4 :math:`S_k/S`; hf5 :math:`(S_k - w_k/2)/S`; hf6
    :math:`S_k/(S + w_n)`; hf7 :math:`S_{k-1}/S_{n-1}`; hf8 :math:`(S_k - w_k/3)/(S + w_n/3)`; hf9
    :math:`(S_k - 3w_k/8)/(S + w_n/4)`; and for shahvaish, with weights scaled to the mean 1,
    :math:`(S_k + 1/2 - w_k/2)/(n + 1)`. With equal weights the rules hf1 to hf9 are Hyndman and Fan's. Equal
    numbers are not joined, so that by the rules that use single weights their order may matter.
    """
    used = weights > 0
    if not used.all():
        numbers, weights = numbers[used], weights[used]
    if not numbers.size:
        return np.full(p.shape, np.nan)
    return _RULES[rule](numbers, weights, p)


def _reached(cumulated: Floats, target: Floats) -> npt.NDArray[np.int64]:
    """The first place whose cumulated weight is at least the target, but for rounding."""
    places = np.searchsorted(cumulated, target - _SAME * cumulated[-1])
    return np.asarray(np.minimum(places, len(cumulated) - 1), dtype=np.int64)


def _math(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    cumulated = np.cumsum(weights)
    return numbers[_reached(cumulated, p * cumulated[-1])]


def _school(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    cumulated = np.cumsum(weights)
    places = _reached(cumulated, p * cumulated[-1])
    is_just = np.abs(cumulated[places] - p * cumulated[-1]) <= _SAME * cumulated[-1]
    after = np.minimum(places + is_just, len(numbers) - 1)
    return np.asarray((numbers[places] + numbers[after]) / 2)


def _nearest(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    cumulated = np.cumsum(weights)
    target = p * cumulated[-1]
    above = _reached(cumulated, target)
    below = np.maximum(above - 1, 0)
    up, down = cumulated[above] - target, target - cumulated[below]
    # Half way goes to the even one, counted from 1.
    is_even = (below + 1) % 2 == 0
    tied = np.abs(up - down) <= _SAME * cumulated[-1]
    lower = np.where(tied, is_even, down < up)
    return numbers[np.where(lower, below, above)]


def _next_when_odd(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    cumulated = np.cumsum(weights)
    places = _reached(cumulated, p * cumulated[-1])
    is_just = np.abs(cumulated[places] - p * cumulated[-1]) <= _SAME * cumulated[-1]
    # Places count from 1 in the rule: the first one is odd.
    after = np.minimum(places + (is_just & (places % 2 == 0)), len(numbers) - 1)
    return np.asarray(numbers[after])


def _shah_vaish(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    scaled = weights / weights.mean()
    places = (np.cumsum(scaled) + 0.5 - scaled / 2) / (len(numbers) + 1)
    found = np.searchsorted(places, p + _SAME, side="right") - 1
    return np.asarray(numbers[np.maximum(found, 0)])


def _shah_vaish_as_r(numbers: Floats, weights: Floats, p: Floats) -> Floats:
    scaled = weights / weights.mean()
    places = (np.cumsum(scaled) + 0.5 - weights / 2) / (len(numbers) + 1)
    # Such places need not grow; numbers at the same place are averaged.
    distinct, at = np.unique(places, return_inverse=True)
    means = np.bincount(at, weights=numbers) / np.bincount(at)
    found = np.searchsorted(distinct, p, side="right") - 1
    return np.asarray(means[np.maximum(found, 0)])


def _lines(place: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats, Floats], Floats]:
    def rule(numbers: Floats, weights: Floats, p: Floats) -> Floats:
        if len(numbers) == 1:
            return np.full(p.shape, numbers[0])
        return np.interp(p, place(np.cumsum(weights), weights), numbers)

    return rule


_RULES: dict[Rule, Callable[[Floats, Floats, Floats], Floats]] = {
    Rule.MATH: _math,
    Rule.HF1: _math,
    Rule.SCHOOL: _school,
    Rule.HF2: _school,
    Rule.HF3: _nearest,
    Rule.R_HF3: _next_when_odd,
    Rule.SHAHVAISH: _shah_vaish,
    Rule.R_SHAHVAISH: _shah_vaish_as_r,
    Rule.HF4: _lines(lambda s, w: s / s[-1]),
    Rule.HF5: _lines(lambda s, w: (s - w / 2) / s[-1]),
    Rule.HF6: _lines(lambda s, w: s / (s[-1] + w[-1])),
    Rule.HF7: _lines(lambda s, w: np.append(0.0, s[:-1]) / s[-2]),
    Rule.HF8: _lines(lambda s, w: (s - w / 3) / (s[-1] + w[-1] / 3)),
    Rule.HF9: _lines(lambda s, w: (s - 3 * w / 8) / (s[-1] + w[-1] / 4)),
}
