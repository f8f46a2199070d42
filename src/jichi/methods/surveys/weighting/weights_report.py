"""How far weights were moved, and what their spread costs.

References
----------
Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics 8, 183-200.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Deviation", "WeightReport", "kish_design_effect", "report"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A total that weights were to meet, and what they reach."""

    margin: str
    group: Any
    total: float
    reached: float

    @property
    def off(self) -> float:
        """Reached less total, as a fraction of the total, or of 1 where the total is smaller."""
        return (self.reached - self.total) / max(abs(self.total), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightReport:
    """What an adjustment did to the weights.

    Attributes
    ----------
    factor_low, factor_high
        Smallest and largest of the new weight over the old.
    design_effect
        Factor by which the spread of the new weights raises the variance of a mean that has nothing to do
        with them (Kish).
    design_effect_before
        The same of the old weights.
    largest_share
        Share of the largest new weight in their sum.
    negative
        Number of new weights below 0.
    trimmed
        Number of weights that were cut back or raised to a bound.
    steps
        Sweeps or iterations that it took.
    worst
        The total that is missed by most; None where none was to be met.
    converged
        All totals are met.
    """

    factor_low: float
    factor_high: float
    design_effect: float
    design_effect_before: float
    largest_share: float
    negative: int = 0
    trimmed: int = 0
    steps: int = 0
    worst: Deviation | None = None
    converged: bool = True


def kish_design_effect(weights: npt.ArrayLike) -> float:
    r"""Factor by which unequal weights raise the variance: :math:`n \sum w^2 / (\sum w)^2`.

    Weights of 0 do not count. NaN if they add up to 0.
    """
    given = np.asarray(weights, dtype=np.float64)
    counted, whole = np.count_nonzero(given), float(given.sum())
    if whole == 0:
        return float("nan")
    shares = given / whole
    return float(counted * (shares @ shares))


def report(
    before: Floats,
    after: Floats,
    *,
    steps: int = 0,
    trimmed: int = 0,
    deviations: Sequence[Deviation] = (),
    converged: bool = True,
) -> WeightReport:
    """Compare weights before and after."""
    used = before != 0
    factors = after / before if used.all() else after[used] / before[used]
    return WeightReport(
        factor_low=float(factors.min()),
        factor_high=float(factors.max()),
        design_effect=kish_design_effect(after),
        design_effect_before=kish_design_effect(before),
        largest_share=float(after.max() / after.sum()) if after.sum() != 0 else float("nan"),
        negative=int(np.count_nonzero(after < 0)),
        trimmed=trimmed,
        steps=steps,
        worst=max(deviations, key=lambda one: abs(one.off), default=None),
        converged=converged,
    )
