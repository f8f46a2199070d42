"""Totals, means, shares and ratios of a population, estimated from a sample of it, with their errors.

References
----------
Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, chapter 5.

Kish, L. (1965). Survey Sampling. Wiley, section 8.2 (the design effect).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..categories import Labels
from ..choices import chosen
from ..designs.design import Design
from ..results import Estimate, Estimates
from .answers import Answers, Missing, Numbers, answered_labels, numbers_of
from .judging import Effect, Judged, divided_by, everybody, judge, judge_variances, without
from .replicated import Sample, design_of, method_of
from .tallies import Fraction, Groups, Variables

__all__ = ["Effect", "mean", "proportions", "ratio", "total", "variance"]

Floats = npt.NDArray[np.float64]


def total(
    sample: Sample, y: Numbers, *, missing: Missing | str = Missing.REFUSE, deff: Effect = False
) -> Estimate | Estimates:
    """Estimate the population's total of a variable.

    Parameters
    ----------
    sample
        A design, or one with replicate weights.
    y
        Shape (n,), in any unit: one variable. Shape (n, k), a mapping from name to column, or
        :class:`.categories.Categories` (how many are in each): several.
    missing
        What rows without an answer do, see :class:`.answers.Missing`.
    deff
        Whether the design effect is wanted, see :data:`Effect`.

    Returns
    -------
    Estimate or Estimates
        One estimate where ``y`` has the shape (n,), else one per variable with their covariance.

    Raises
    ------
    SurveyError
        ``length``, ``values-not-numbers``, ``values-not-finite``, ``values-missing``, ``choice``.

    Notes
    -----
    The sum of weight times value. Where rows are left out as missing the total is that of those who would
    have answered.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["north", "north", "south", "south"])
    >>> total(design, [1, 3, 2, 6]).value
    200.0
    """
    base, answers = _asked(sample, y, missing)
    return _estimated(sample, base, answers, None, deff)


def mean(
    sample: Sample, y: Numbers, *, missing: Missing | str = Missing.REFUSE, deff: Effect = False
) -> Estimate | Estimates:
    """Estimate the population's mean of a variable. See :func:`total` for parameters and errors.

    Notes
    -----
    The weighted mean, a ratio of two totals: its influence is :math:`w (y - \\bar y) / \\sum w`. It is NaN,
    with ``reason`` ``"domain-empty"``, where nobody answered.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["north", "north", "south", "south"])
    >>> found = mean(design, [1, 3, 2, 6])
    >>> round(found.value, 3), round(found.se, 3), found.df
    (3.333, 1.374, 2.0)
    """
    base, answers = _asked(sample, y, missing)
    return _estimated(sample, base, answers, everybody(len(base)), deff)


def ratio(
    sample: Sample,
    y: Numbers,
    x: Numbers,
    *,
    missing: Missing | str = Missing.REFUSE,
    deff: Effect = False,
) -> Estimate | Estimates:
    """Estimate the ratio of two totals of the population, such as hours per visit.

    Parameters
    ----------
    sample, missing, deff
        As for :func:`total`.
    y
        What is divided: one variable or several, as for :func:`total`.
    x
        What it is divided by: one for all, or as many as ``y`` has, which then go in pairs.

    Raises
    ------
    SurveyError
        As :func:`total`; ``ratio-pairs`` if ``x`` has neither one variable nor as many as ``y``.

    Notes
    -----
    Its influence is :math:`w (y - r x) / \\sum w x`. NaN with ``reason`` ``"denominator-zero"`` where the
    total of ``x`` is 0.
    """
    choice = chosen(Missing, missing, "missing")
    base = design_of(sample)
    above = numbers_of(y, rows=len(base), active=base.active, missing=choice)
    base, below = divided_by(base, above, x, choice)
    return _estimated(sample, base, above, below, deff)


def proportions(
    sample: Sample, y: Labels, *, missing: Missing | str = Missing.REFUSE, deff: Effect = False
) -> Estimates:
    """Estimate the share of each label in the population.

    Parameters
    ----------
    sample, missing, deff
        As for :func:`total`.
    y
        One label per row: text, whole numbers or booleans; None, NaN and "" are missing. Labels of
        :class:`.categories.Categories` that no row has get the share 0.

    Returns
    -------
    Estimates
        Named by labels. Symmetric intervals of shares may leave the range 0 to 1: see
        :mod:`.intervals` for better ones.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["north", "north", "south", "south"])
    >>> found = proportions(design, ["yes", "no", "yes", "no"])
    >>> found.names, found.values.tolist()
    (('no', 'yes'), [0.5, 0.5])
    """
    choice = chosen(Missing, missing, "missing")
    base = design_of(sample)
    answers = answered_labels(y, rows=len(base), active=base.active, missing=choice)
    base = without(base, answers)
    found = _estimated(sample, base, answers, everybody(len(base)), deff)
    return found if isinstance(found, Estimates) else _several(found)


def variance(sample: Sample, y: Numbers, *, missing: Missing | str = Missing.REFUSE) -> Estimate | Estimates:
    """Estimate the variance of a variable over the population: how much people differ.

    Parameters
    ----------
    sample, y, missing
        As for :func:`total`.

    Returns
    -------
    Estimate or Estimates
        In the square of the variable's unit, with the standard error of the estimate itself.

    Notes
    -----
    The weighted mean of squared distances from the weighted mean, times n/(n-1) with n rows that answered.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["north", "north", "south", "south"])
    >>> round(variance(design, [1, 3, 2, 6]).value, 3)
    5.185
    """
    base, answers = _asked(sample, y, missing)
    judged = judge_variances(sample, base, answers.variables, Groups())
    return _told(sample, base, answers, judged)


def _asked(sample: Sample, y: Numbers, missing: Missing | str) -> tuple[Design, Answers]:
    base = design_of(sample)
    answers = numbers_of(y, rows=len(base), active=base.active, missing=chosen(Missing, missing, "missing"))
    return without(base, answers), answers


def _estimated(
    sample: Sample, base: Design, answers: Answers, bottom: Variables | None, deff: Effect
) -> Estimate | Estimates:
    fraction = Fraction(weights=base.weights, top=answers.variables, bottom=bottom, groups=Groups())
    return _told(sample, base, answers, judge(sample, base, fraction, deff))


def _told(sample: Sample, base: Design, answers: Answers, judged: Judged) -> Estimate | Estimates:
    found = Estimates(
        names=answers.names,
        values=judged.values,
        covariance=judged.covariance,
        # Who did not answer takes no unit from the sample: the degrees of freedom are the design's.
        df=float(sample.df),
        n=np.full(len(judged.values), base.n),
        method=method_of(sample),
        deff=judged.deff,
        reasons=judged.reasons if any(judged.reasons) else (),
    )
    return replace(next(iter(found)), name="") if answers.is_single else found


def _several(one: Estimate) -> Estimates:
    return Estimates(
        names=(one.name,),
        values=np.array([one.value]),
        covariance=np.array([[one.variance]]),
        df=one.df,
        n=np.array([one.n]),
        method=one.method,
    )
