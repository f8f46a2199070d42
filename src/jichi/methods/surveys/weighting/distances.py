"""How far a calibrated weight may move: distance functions, each with its bounds.

References
----------
Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of the American
Statistical Association 87, 376-382 (cases 1, 2, 6 and 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..checking import is_number
from ..errors import SurveyError

__all__ = ["Distance", "DistanceFunction", "distance_function", "is_pair"]

Floats = npt.NDArray[np.float64]

_LARGEST = 700.0  # exp of more is infinite


class Distance(StrEnum):
    """Which distance between weights before and after is made small.

    ``LINEAR``: squares; weights may turn negative unless bounded. ``RAKING``: multiplicative, always
    positive. ``LOGIT``: smooth between two bounds, which it needs.
    """

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistanceFunction:
    """The factor of a weight as a function of the linear predictor u; 1 at 0.

    ``low`` and ``high`` bound the factor: numbers, or one per row.
    """

    kind: Distance
    low: Floats
    high: Floats

    def factor(self, u: Floats) -> Floats:
        """New weight over old."""
        if self.kind is Distance.LOGIT:
            return self.low + (self.high - self.low) * self._share(u)
        raw = 1 + u if self.kind is Distance.LINEAR else np.exp(np.minimum(u, _LARGEST))
        found: Floats = np.clip(raw, self.low, self.high)
        return found

    def slope(self, u: Floats) -> Floats:
        """Derivative of the factor; 0 at a bound."""
        if self.kind is Distance.LOGIT:
            share = self._share(u)
            return (self.high - self.low) * self._steepness * share * (1 - share)
        raw = 1 + u if self.kind is Distance.LINEAR else np.exp(np.minimum(u, _LARGEST))
        inside = (raw > self.low) & (raw < self.high)
        return np.where(inside, 1.0 if self.kind is Distance.LINEAR else raw, 0.0)

    def area(self, u: Floats) -> Floats:
        """Integral of the factor from 0 to u, convex in u."""
        if self.kind is Distance.LOGIT:
            steep = self._steepness
            log_sum = np.logaddexp(np.log(self.high - 1), np.log(1 - self.low) + steep * u)
            width = self.high - self.low
            smooth: Floats = self.low * u + width / steep * (log_sum - np.log(width))
            return smooth
        if self.kind is Distance.LINEAR:
            inner = np.clip(u, self.low - 1, self.high - 1)
            return inner + inner**2 / 2 + (1 + inner) * (u - inner)
        with np.errstate(divide="ignore"):
            inner = np.clip(u, np.log(self.low), np.minimum(np.log(self.high), _LARGEST))
        return np.exp(inner) - 1 + np.exp(inner) * (u - inner)

    @property
    def _steepness(self) -> Floats:
        found: Floats = (self.high - self.low) / ((1 - self.low) * (self.high - 1))
        return found

    def _share(self, u: Floats) -> Floats:
        odds = np.log(1 - self.low) - np.log(self.high - 1) + self._steepness * u
        found: Floats = 0.5 * (1 + np.tanh(odds / 2))
        return found


def is_pair(bounds: object) -> bool:
    """Whether these are two numbers."""
    return isinstance(bounds, Sequence) and len(bounds) == 2 and all(map(is_number, bounds))


def distance_function(kind: Distance, bounds: tuple[float, float] | None) -> DistanceFunction:
    """A distance with bounds on the factor that make sense for it.

    Raises
    ------
    SurveyError
        ``bounds`` if 1 does not lie between them, or ``logit`` has none.
    """
    if bounds is None and kind is Distance.LOGIT:
        raise SurveyError(
            "bounds",
            "distance='logit' needs bounds of the new weight over the old, such as (0.3, 3)",
            parameter="bounds",
        )
    if bounds is not None and not is_pair(bounds):
        raise SurveyError(
            "bounds", f"bounds is {bounds}: give two numbers, such as (0.3, 3)", parameter="bounds"
        )
    low, high = (-np.inf, np.inf) if bounds is None else bounds
    if not (low < 1 < high) or (kind is Distance.LOGIT and not (np.isfinite(low) and np.isfinite(high))):
        raise SurveyError(
            "bounds",
            f"bounds of the new weight over the old must have 1 between them, not {low} and {high}",
            parameter="bounds",
            low=low,
            high=high,
        )
    if kind is Distance.RAKING:
        low = max(low, 0.0)
    return DistanceFunction(kind=kind, low=np.asarray(low, float), high=np.asarray(high, float))
