"""Weights of those who answered, raised so that they stand for those who did not.

References
----------
Valliant, R., Dever, J. A. and Kreuter, F. (2018). Practical Tools for Designing and Weighting Survey Samples,
second edition. Springer, chapter 13.

Little, R. J. A. (1986). Survey nonresponse adjustments for estimates of means. International Statistical
Review 54, 139-157.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, categories
from ..designs.design import Design
from ..errors import SurveyError, listed
from .collapsing import collapse
from .dispositions import Disposition, ResponseRates, dispositions, response_rates
from .respondents import respondents_only
from .weights_report import WeightReport, report

__all__ = ["ClassFactor", "Nonresponse", "adjust_nonresponse"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFactor:
    """What was done in one class.

    Attributes
    ----------
    name
        The class, or the classes that were joined, as a tuple.
    sampled, answered
        Numbers of rows; those known not to belong to the population are in neither.
    unknown_factor
        By what the known were raised to stand for those of whom nothing is known.
    factor
        By what those who answered were raised after that.
    """

    name: Any
    sampled: int
    answered: int
    unknown_factor: float
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nonresponse:
    """Weights adjusted for nonresponse.

    Attributes
    ----------
    design
        The sample of those who answered, with their new weights, in the order of ``rows``.
    rows
        Shape (respondents,): places of their rows in the whole sample, from 0.
    weights
        Shape (n,): the new weights of all rows; 0 for those who did not answer.
    classes
        What was done in each class.
    joined
        The groups of classes that were joined because they were small, by name.
    rates
        Response rates, by rows.
    report
        What was done to the weights of those who answered.
    """

    design: Design
    rows: npt.NDArray[np.int64]
    weights: Floats
    classes: tuple[ClassFactor, ...]
    joined: tuple[tuple[Any, ...], ...]
    rates: ResponseRates
    report: WeightReport


def adjust_nonresponse(
    design: Design,
    answered: Sequence[Disposition | str] | npt.ArrayLike,
    classes: Labels | None = None,
    *,
    smallest: int | None = None,
    largest_factor: float | None = None,
    order: Sequence[Any] | None = None,
) -> Nonresponse:
    r"""Raise the weights of those who answered by the response rate of their class.

    Parameters
    ----------
    design
        The sample as it was drawn, with those who did not answer.
    answered
        Shape (n,): True where there are answers; or the :class:`.dispositions.Disposition` of each row.
    classes
        Shape (n,): classes in which those who answered are like those who did not; None: all are one.
    smallest
        Join classes until each has as many rows with answers. None: join none.
    largest_factor
        Join classes until none raises its weights by more.
    order
        The names of the classes in the order in which neighbours may be joined; None: sorted.

    Returns
    -------
    Nonresponse

    Raises
    ------
    SurveyError
        ``class-empty`` if nobody answered in some class and classes are not to be joined, ``answers-none``,
        ``rows-too-few``, ``choice``, ``length``, ``labels-missing``, ``order``, ``single-unit``,
        ``adjusted-before``.

    Notes
    -----
    In each class, with sums of weights: those whose eligibility is known are raised by
    :math:`\sum_{all} d / \sum_{known} d`, then those who answered by
    :math:`\sum_{eligible} d / \sum_{answered} d`. Those known not to belong to the population keep the first
    factor and are not in the sample of respondents.

    The new weights count as weights of the design: that response rates were estimated is not in the variance,
    as in most software. Replicates from the whole sample would be needed for that.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 10, 20, 20])
    >>> done = adjust_nonresponse(design, [True, False, True, True, True], ["a", "a", "a", "b", "b"])
    >>> done.weights.tolist()
    [15.0, 0.0, 15.0, 20.0, 20.0]
    """
    names = dispositions(answered, len(design))
    is_answer = np.isin(names, [str(one) for one in Disposition if one.answered])
    is_known, is_eligible = (
        names != Disposition.UNKNOWN,
        ~np.isin(names, [str(Disposition.UNKNOWN), str(Disposition.INELIGIBLE)]),
    )
    _refuse_few(is_answer)
    own = (
        Categories(codes=np.zeros(len(design), dtype=np.int64), names=("all",))
        if classes is None
        else categories(classes, parameter="classes", rows=len(design))
    )
    own, joined = collapse(
        own,
        np.where(names == Disposition.INELIGIBLE, 0.0, design.weights),
        is_answer,
        smallest=smallest,
        largest_factor=largest_factor,
        order=order,
    )
    _refuse_empty(own, is_answer, names)
    unknown = _factors(own, design.weights, np.ones_like(is_known), is_known)
    raised = design.weights * unknown[own.codes] * is_known
    factors = _factors(own, raised, is_eligible, is_answer)
    weights = raised * factors[own.codes] * is_answer
    sampled = np.bincount(own.codes[names != Disposition.INELIGIBLE], minlength=own.size)
    answers = np.bincount(own.codes[is_answer], minlength=own.size)
    made = respondents_only(design, is_answer, weights)
    return Nonresponse(
        design=made,
        rows=np.flatnonzero(is_answer),
        weights=weights,
        classes=tuple(
            ClassFactor(name=name, sampled=int(n), answered=int(a), unknown_factor=float(u), factor=float(f))
            for name, n, a, u, f in zip(own.names, sampled, answers, unknown, factors, strict=True)
        ),
        joined=joined,
        rates=response_rates(names),
        report=report(design.weights[is_answer], made.weights),
    )


def _factors(classes: Categories, weights: Floats, of: Mask, by: Mask) -> Floats:
    """Sum of weights of the whole over that of a part, in each class; 1 where there is no part."""
    whole = np.bincount(classes.codes, weights=weights * of, minlength=classes.size)
    part = np.bincount(classes.codes, weights=weights * by, minlength=classes.size)
    return np.divide(whole, part, out=np.ones_like(whole), where=part > 0)


def _refuse_few(answered: Mask) -> None:
    count = int(np.count_nonzero(answered))
    if count == 0:
        raise SurveyError("answers-none", "nobody answered: there is nothing to estimate from")
    if count == 1:
        raise SurveyError("rows-too-few", "one person answered: it takes two to tell how much answers differ")


def _refuse_empty(classes: Categories, answered: Mask, names: npt.NDArray[np.str_]) -> None:
    counted = names != Disposition.INELIGIBLE
    rows = np.bincount(classes.codes[counted], minlength=classes.size)
    answers = np.bincount(classes.codes[answered], minlength=classes.size)
    empty = (rows > 0) & (answers == 0)
    if empty.any():
        groups = [classes.names[place] for place in np.flatnonzero(empty)]
        raise SurveyError(
            "class-empty",
            f"nobody answered in class {listed(groups)}: join it with a like class, or say with smallest that"
            " small classes are to be joined",
            groups=groups,
        )
