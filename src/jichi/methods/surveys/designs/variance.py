"""Linearised variance of totals from a sample of any number of stages.

A statistic is written as a total of its influence values; the variance of that total is added up stage by
stage, each stage's weighted by the share of the stages above that was drawn.

References
----------
Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, result 4.3.1.

Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. International
Statistical Review 51, 279-292.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from ..errors import SurveyError
from .design import Design, SingleUnit, counted
from .stages import Stage

__all__ = [
    "covariance",
    "covariance_of",
    "influence_residual",
    "root_scales",
    "stage_totals",
    "variances",
    "variances_of",
]

Floats = npt.NDArray[np.float64]
Columns = Callable[[int, int], Floats]
"""Influence values of the columns from the first up to the second number, shape (n, their number)."""

_HELD = 24_000_000  # numbers held at once for a covariance: 192 MB
_MADE = 1_000_000  # numbers made at once on the way there


def covariance(design: Design, influence: Floats) -> Floats:
    r"""Covariance of the totals of weighted influence values.

    Parameters
    ----------
    design
        The sample; its adjustments to known totals are taken into account.
    influence
        Shape (n, k): weight times influence value of each row; 0 outside a domain.

    Returns
    -------
    ndarray
        Shape (k, k).

    Notes
    -----
    With :math:`t` the units' totals at a stage, within stratum :math:`h` of :math:`n_h` units from
    :math:`N_h`:

    .. math::

       V = \sum_h \pi_h (1 - n_h/N_h) \frac{n_h}{n_h - 1} \sum_i (t_{hi} - \bar t_h)(t_{hi} - \bar t_h)'

    where :math:`\pi_h` is the product of :math:`n/N` over the strata of the stages above.
    """
    return covariance_of(design, influence.shape[1], lambda first, last: influence[:, first:last])


def variances(design: Design, influence: Floats) -> Floats:
    """The diagonal of :func:`covariance`, shape (k,), without the rest of it."""
    return variances_of(design, influence.shape[1], lambda first, last: influence[:, first:last])


def covariance_of(design: Design, count: int, columns: Columns) -> Floats:
    """As :func:`covariance`, of ``count`` columns of influence values that are made when they are needed.

    Notes
    -----
    At most twice 24 million numbers are held however many columns there are: where they do not fit, blocks of
    them are made again for each block that they meet.
    """
    found = np.zeros((count, count))
    wide = max(1, _HELD // len(design))
    for first in range(0, count, wide):
        rows = slice(first, min(first + wide, count))
        left = _scaled(design, rows, columns)
        found[rows, rows] = sum(one.T @ one for one in left)
        for second in range(rows.stop, count, wide):
            others = slice(second, min(second + wide, count))
            right = _scaled(design, others, columns)
            found[rows, others] = sum(one.T @ other for one, other in zip(left, right, strict=True))
            found[others, rows] = found[rows, others].T
    return found


def variances_of(design: Design, count: int, columns: Columns) -> Floats:
    """The diagonal of :func:`covariance_of`, shape (count,), with no more than a few columns at a time."""
    found = np.zeros(count)
    wide = max(1, _MADE // len(design))
    for first in range(0, count, wide):
        part = slice(first, min(first + wide, count))
        found[part] = sum(np.einsum("ij,ij->j", one, one) for one in _scaled(design, part, columns))
    return found


def influence_residual(design: Design, influence: Floats) -> Floats:
    """What is left of influence values once known totals explain their part, the last adjustment first."""
    for adjustment in reversed(design.adjustments):
        influence = adjustment.residual(influence)
    return influence


def stage_totals(stage: Stage, values: Floats) -> Floats:
    """Totals of each unit of a stage, shape (units, k), of values of shape (n, k)."""
    found = np.empty((stage.n_units, values.shape[1]), order="F")
    for place, column in enumerate(values.T):
        found[:, place] = np.bincount(stage.units, weights=column, minlength=stage.n_units)
    return found


def _scaled(design: Design, part: slice, columns: Columns) -> list[Floats]:
    """Per stage, units' totals about their stratum's mean, scaled: their squares add up to the variance.

    Shape (units, columns in the part).
    """
    scales = list(root_scales(design))
    found = [np.empty((stage.n_units, part.stop - part.start), order="F") for stage, _ in scales]
    wide = max(1, _MADE // len(design))
    for first in range(part.start, part.stop, wide):
        last = min(first + wide, part.stop)
        residual = influence_residual(design, columns(first, last))
        for (stage, scale), held in zip(scales, found, strict=True):
            target = held[:, first - part.start : last - part.start]
            _scale_units(stage, scale, residual, design.single_unit, target)
    return found


def root_scales(design: Design) -> Iterator[tuple[Stage, Floats]]:
    """The stages that count, each with the root of the factor of every stratum's squares."""
    drawn = np.ones(1)
    for stage in counted(design.stages):
        yield stage, np.sqrt(stage_scale(stage, design.single_unit) * drawn[stage.parent])
        drawn = ((stage.sampled / stage.population) * drawn[stage.parent])[stage.unit_stratum]


def _scale_units(stage: Stage, scale: Floats, residual: Floats, choice: SingleUnit, target: Floats) -> None:
    """Write the scaled totals of one stage into ``target``."""
    # Where rows are the units they stay in the order of rows, which a sum of squares does not see.
    totals, codes = (
        (residual, stage.strata.codes)
        if stage.is_elements
        else (stage_totals(stage, residual), stage.unit_stratum)
    )
    of_unit = scale[codes]
    for place, column in enumerate(totals.T):
        centre = np.bincount(codes, weights=column, minlength=stage.strata.size) / stage.sampled
        if choice is SingleUnit.CENTRE:
            # The mean of all influence is 0.
            centre[stage.is_single] = 0.0
        one = target[:, place]
        np.subtract(column, centre[codes], out=one)
        one *= of_unit


def stage_scale(stage: Stage, choice: SingleUnit) -> Floats:
    """Shape (strata,): the factor of the sum of squares about the mean in each stratum.

    Raises
    ------
    SurveyError
        ``single-unit-all`` if there is no other stratum whose average a single unit could take.
    """
    left = stage.fraction_left
    scale: Floats = left * stage.sampled / np.maximum(stage.sampled - 1, 1)
    single = stage.is_single
    if choice is not SingleUnit.AVERAGE or not single.any():
        return scale
    strata = np.bincount(stage.parent)
    others = np.bincount(stage.parent, weights=(~single).astype(np.float64), minlength=len(strata))
    if (others[stage.parent] == 0).any():
        raise SurveyError(
            "single-unit-all",
            "every stratum has one sampled unit, so that there is no average of others: join strata",
        )
    return scale * (strata / np.maximum(others, 1))[stage.parent]
