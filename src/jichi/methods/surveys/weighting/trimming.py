"""Weights kept within bounds: a few rows shall not decide what a survey says.

References
----------
Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling weights. Proceedings of the
Section on Survey Research Methods, American Statistical Association, 225-230.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..checking import is_number, whole
from ..designs.design import Design
from ..errors import SurveyError
from .cell_adjustment import CellAdjustment
from .regression_adjustment import RegressionAdjustment
from .stacks import Stack
from .trimmed import cut_back
from .weights_report import WeightReport, report

__all__ = ["TrimAdjustment", "trim_weights"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_PASSES = 1000
_NEAR = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimAdjustment:
    """Weights cut back to bounds; a replicate's are moved by the same factors."""

    before: Floats
    after: Floats
    report: WeightReport

    def residual(self, influence: Floats) -> Floats:
        """The influence itself: bounds that were set by hand explain nothing."""
        return influence

    def again(self, stack: Stack) -> Stack:
        """Each row moved as in the sample."""
        used = self.before != 0
        factors = np.divide(self.after, self.before, out=np.zeros_like(self.after), where=used)
        return stack.times_rows(factors)


def trim_weights(
    design: Design,
    *,
    low: float = 0.0,
    high: float = np.inf,
    strict: bool = False,
    recalibrate: bool = False,
    max_rounds: int = 500,
) -> Design:
    """Cut weights back to bounds and spread evenly over the others what that takes away or adds.

    Parameters
    ----------
    design
        The sample.
    low, high
        Bounds of a weight.
    strict
        Repeat until no weight is outside; else those that what was spread lifts over a bound stay there.
    recalibrate
        Meet the totals of the last post-stratification, raking or calibration again, and trim again, until
        both hold.
    max_rounds
        How often that may be repeated.

    Returns
    -------
    Design
        With the trimming, or the calibration that was met again, as its last adjustment; its ``report`` says
        how many weights were ``trimmed``. The design itself if no weight is outside.

    Raises
    ------
    SurveyError
        ``bounds``, ``bounds-impossible`` if the mean weight is outside, ``domain-empty``, ``not-whole``
        (``max_rounds``), ``calibration-none`` if there is nothing to meet again, ``not-converged``.

    Notes
    -----
    What is cut is added in equal amounts, not in proportion, to the weights that were not cut.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> trim_weights(make_design(weights=[1, 2, 3, 10]), high=7).weights.tolist()
    [2.0, 3.0, 4.0, 7.0]
    """
    used = design.weights != 0
    if not used.any():
        raise SurveyError("domain-empty", "no row of the domain has a weight: there is nothing to trim")
    whole(max_rounds, 1, "max_rounds")
    _refuse_bounds(design.weights[used], low, high)
    if not ((design.weights[used] < low) | (design.weights[used] > high)).any():
        return design
    if recalibrate:
        return _met_again(design, used, low, high, max_rounds)
    weights, trimmed = _cut(design.weights, used, low, high, strict=strict)
    adjustment = TrimAdjustment(
        before=design.weights,
        after=weights,
        report=report(design.weights, weights, trimmed=int(np.count_nonzero(trimmed))),
    )
    return design.adjusted(weights, adjustment, note="trim-strict" if strict else "trim")


def _cut(weights: Floats, used: Mask, low: float, high: float, *, strict: bool) -> tuple[Floats, Mask]:
    """Weights within bounds, and which were ever outside."""
    current, ever = weights[used], np.zeros(int(np.count_nonzero(used)), dtype=bool)
    for _ in range(_PASSES if strict else 1):
        current, outside = cut_back(current, low, high)
        if not outside.any():
            break
        ever |= outside
    found, trimmed = weights.copy(), np.zeros(len(weights), dtype=bool)
    found[used], trimmed[used] = current, ever
    return found, trimmed


def _met_again(design: Design, used: Mask, low: float, high: float, max_rounds: int) -> Design:
    *earlier, last = design.adjustments or (None,)
    if not isinstance(last, CellAdjustment | RegressionAdjustment):
        raise SurveyError(
            "calibration-none",
            "the weights were not post-stratified, raked or calibrated last, so that there is nothing to meet"
            " again: adjust them first, or trim without",
        )
    weights = design.weights
    ever = np.zeros(len(design), dtype=bool)
    for _ in range(max_rounds):
        cut, trimmed = _cut(weights, used, low, high, strict=True)
        ever |= trimmed
        weights = cut * last.factors_of(cut)
        mean = weights[used].mean()
        over = float(max(weights[used].max() - high, low - weights[used].min()) / mean)
        if over <= _NEAR:
            break
    else:
        raise SurveyError(
            "not-converged",
            f"after {max_rounds} rounds some weight is still outside the bounds {low} and {high}:"
            " widen them, or join groups",
            over=over,
        )
    done = report(last.before, weights, steps=last.report.steps, trimmed=int(np.count_nonzero(ever)))
    adjustment = last.moved(weights, replace(done, worst=last.report.worst, converged=True))
    return replace(
        design,
        weights=weights,
        adjustments=(*earlier, adjustment),
        history=(*design.history, "trim-recalibrate"),
    )


def _refuse_bounds(weights: Floats, low: float, high: float) -> None:
    if not (is_number(low) and is_number(high) and 0 <= low < high):
        raise SurveyError(
            "bounds", f"bounds of weights are 0 <= low < high, not {low} and {high}", low=low, high=high
        )
    mean = float(weights.mean())
    if not low <= mean <= high:
        raise SurveyError(
            "bounds-impossible",
            f"the mean weight is {mean:.6g}, so that weights cannot all lie between {low} and {high} and keep"
            " their sum: set other bounds",
            low=low,
            high=high,
            mean=mean,
        )
