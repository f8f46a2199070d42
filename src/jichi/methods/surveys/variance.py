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

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from .design import Design, SingleUnit, counted
from .errors import SurveyError
from .stages import Stage

__all__ = ["covariance", "influence_residual", "stage_totals", "variances"]

Floats = npt.NDArray[np.float64]


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
    residual = influence_residual(design, influence)
    found = np.zeros((residual.shape[1], residual.shape[1]))
    for scaled in _scaled(design, residual):
        found += scaled.T @ scaled
    return found


def variances(design: Design, influence: Floats) -> Floats:
    """The diagonal of :func:`covariance`, shape (k,), without the rest of it."""
    residual = influence_residual(design, influence)
    found = np.zeros(residual.shape[1])
    for scaled in _scaled(design, residual):
        found += np.einsum("ij,ij->j", scaled, scaled)
    return found


def influence_residual(design: Design, influence: Floats) -> Floats:
    """What is left of influence values once known totals explain their part, the last adjustment first."""
    for adjustment in reversed(design.adjustments):
        influence = adjustment.residual(influence)
    return influence


def stage_totals(stage: Stage, values: Floats) -> Floats:
    """Totals of each unit of a stage, shape (units, k), of values of shape (n, k)."""
    if stage.is_elements and stage.n_units == len(values):
        # Labels of elements need not be in the order of rows; the order of units matters to nobody.
        found = np.empty_like(values)
        found[stage.units] = values
        return found
    columns = [np.bincount(stage.units, weights=column, minlength=stage.n_units) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((stage.n_units, 0))


def _scaled(design: Design, residual: Floats) -> Iterator[Floats]:
    """Per stage, units' totals about their stratum's mean, scaled: their squares add up to the variance."""
    drawn = np.ones(1)
    for stage in counted(design.stages):
        scale = stage_scale(stage, design.single_unit) * drawn[stage.parent]
        totals = stage_totals(stage, residual)
        totals -= _centres(stage, totals, design.single_unit)[stage.unit_stratum]
        totals *= np.sqrt(scale)[stage.unit_stratum, np.newaxis]
        yield totals
        share = (stage.sampled / stage.population) * drawn[stage.parent]
        drawn = share[stage.unit_stratum]


def _centres(stage: Stage, totals: Floats, choice: SingleUnit) -> Floats:
    """Each stratum's mean of its units; 0, the mean of all influence, where a single unit is centred."""
    sums = np.stack(
        [np.bincount(stage.unit_stratum, weights=column, minlength=stage.strata.size) for column in totals.T],
        axis=1,
    )
    means: Floats = sums / stage.sampled[:, np.newaxis]
    if choice is SingleUnit.CENTRE:
        means[stage.is_single] = 0.0
    return means


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
