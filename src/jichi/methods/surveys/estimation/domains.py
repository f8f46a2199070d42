"""Every level of a grouping at once: wards, age groups, their crossings.

A domain is estimated within the whole sample: rows outside count as 0 and stay in the variance, since how
many of a sample fall into a domain is chance as well.

References
----------
Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer, section 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Categories, Labels, crossed
from ..choices import chosen
from ..designs.design import Design
from ..errors import SurveyError
from ..results import Estimates
from .answers import Answers, Missing, Numbers, answered_labels, labels_of, numbers_of
from .estimates import mean, proportions, ratio, total, variance
from .judging import Effect, divided_by, domain_df, everybody, judge, judge_variances, without
from .replicated import Sample, design_of, method_of
from .tallies import Fraction, Groups, Variables

__all__ = ["DomainDf", "Statistic", "by"]

Floats = npt.NDArray[np.float64]


class Statistic(StrEnum):
    """What is estimated in each domain."""

    MEAN = "mean"
    TOTAL = "total"
    RATIO = "ratio"
    PROPORTIONS = "proportions"
    VARIANCE = "variance"


class DomainDf(StrEnum):
    """Degrees of freedom of a domain's error.

    ``DESIGN``: those of the whole sample. ``DOMAIN``: first-stage units less strata, counting those with a
    row in the domain; fewer, so that intervals are wider.
    """

    DESIGN = "design"
    DOMAIN = "domain"


_FUNCTIONS: dict[Callable[..., Any], Statistic] = {
    mean: Statistic.MEAN,
    total: Statistic.TOTAL,
    ratio: Statistic.RATIO,
    proportions: Statistic.PROPORTIONS,
    variance: Statistic.VARIANCE,
}


def by(
    sample: Sample,
    y: Numbers | Labels,
    groups: Labels | Mapping[str, Labels],
    *,
    statistic: Statistic | str | Callable[..., Any] = Statistic.MEAN,
    x: Numbers | None = None,
    missing: Missing | str = Missing.REFUSE,
    deff: Effect = False,
    df: DomainDf | str = DomainDf.DESIGN,
) -> Estimates:
    """Estimate a statistic in each of the domains that a grouping makes.

    Parameters
    ----------
    sample
        A design, or one with replicate weights.
    y
        As the statistic takes it: numbers, or labels for ``"proportions"``.
    groups
        One label per row; or several groupings by name, whose crossings that hold rows are the domains. A
        group of :class:`.categories.Categories` without rows is a domain too, of which nothing is known.
    statistic
        ``"mean"``, ``"total"``, ``"ratio"``, ``"proportions"``, ``"variance"``, or the function of that name.
    x
        What a ratio divides by.
    missing
        What rows without an answer or without a group do, see :class:`.answers.Missing`.
    deff
        Whether design effects are wanted; the simple random sample is one of the domain. Variances have none.
    df
        See :class:`DomainDf`.

    Returns
    -------
    Estimates
        Named by the group, the groups of one crossing being a tuple; where there are several variables or
        labels, by pairs of group and variable, the variables of one group together. With the covariance
        between domains.

    Raises
    ------
    SurveyError
        As the statistic; ``statistic`` if it is none of these; ``ratio-without-x``.

    Notes
    -----
    The numbers are those of the statistic for ``design.where(group == level)``, made in one pass over the
    rows. A domain without answers is NaN with ``reason`` ``"domain-empty"``; a mean, share or ratio whose
    domain lies within one first-stage unit has an error of NaN, ``"domain-one-unit"``.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[10, 10, 20, 20], strata=["a", "a", "b", "b"])
    >>> found = by(design, [1, 3, 2, 6], ["north", "south", "north", "south"])
    >>> found.names, found.values.round(3).tolist()
    (('north', 'south'), [1.667, 5.0])
    """
    what, choice = _statistic(statistic), chosen(Missing, missing, "missing")
    asked = design_of(sample)
    base, answers, below = _asked(asked, what, y, x, choice)
    base, domains = _domains(base, groups, choice)
    fraction = Fraction(weights=base.weights, top=answers.variables, bottom=below, groups=_groups(domains))
    judged = (
        judge_variances(sample, base, answers.variables, fraction.groups)
        if what is Statistic.VARIANCE
        else judge(sample, base, fraction, deff)
    )
    own = _own_df(df, base, fraction.groups, float(sample.df))
    # Judged in the order variable, group; told in the order group, variable.
    variables = fraction.top.count
    order = np.arange(fraction.count).reshape(variables, domains.size).T.reshape(-1)
    reasons = tuple(judged.reasons[place] for place in order)
    return Estimates(
        names=_names(domains.names, answers),
        values=judged.values[order],
        covariance=judged.covariance[np.ix_(order, order)],
        df=own if isinstance(own, float) else np.repeat(own, variables),
        n=np.repeat(judged.spread.rows, variables),
        method=method_of(sample),
        deff=None if judged.deff is None else judged.deff[order],
        reasons=reasons if any(reasons) else (),
    )


def _statistic(statistic: Statistic | str | Callable[..., Any]) -> Statistic:
    if callable(statistic):
        named = _FUNCTIONS.get(statistic)
    else:
        named = Statistic(statistic) if statistic in list(Statistic) else None
    if named is None:
        raise SurveyError(
            "statistic",
            f"statistic is {statistic!r}; choose one of {', '.join(Statistic)}",
            parameter="statistic",
        )
    return named


def _asked(
    base: Design, what: Statistic, y: Any, x: Numbers | None, choice: Missing
) -> tuple[Design, Answers, Variables | None]:
    rows, active = len(base), base.active
    read = answered_labels if what is Statistic.PROPORTIONS else numbers_of
    answers = read(y, rows=rows, active=active, missing=choice)
    base = without(base, answers)
    if what is Statistic.TOTAL:
        return base, answers, None
    if what is not Statistic.RATIO:
        return base, answers, everybody(rows)
    if x is None:
        raise SurveyError("ratio-without-x", "a ratio needs x, what y is divided by", parameter="x")
    inside, below = divided_by(base, answers, x, choice)
    return inside, answers, below


def _domains(base: Design, groups: Any, choice: Missing) -> tuple[Design, Categories]:
    several = groups if isinstance(groups, Mapping) else {"groups": groups}
    if not several:
        raise SurveyError("groups-none", "groups names no grouping", parameter="groups")
    coded: list[Categories] = []
    for name, labels in several.items():
        found = labels_of(labels, rows=len(base), active=base.active, missing=choice, parameter=str(name))
        base = without(base, found)
        if not found.names:
            raise SurveyError("groups-none", f"{name} has no label in any row", parameter=str(name))
        codes = found.variables.codes
        coded.append(
            Categories(codes=np.zeros(0, dtype=np.int64) if codes is None else codes, names=found.names)
        )
    if not isinstance(groups, Mapping):
        return base, coded[0]
    return base, crossed(*coded)


def _groups(domains: Categories) -> Groups:
    return Groups(codes=domains.codes, size=domains.size)


def _own_df(df: DomainDf | str, base: Design, groups: Groups, whole: float) -> float | Floats:
    choice = chosen(DomainDf, df, "df")
    if choice is DomainDf.DESIGN:
        return whole
    # Replicates may be fewer than the units of a domain.
    return np.minimum(domain_df(base, groups).astype(np.float64), whole)


def _names(groups: Sequence[Any], answers: Answers) -> tuple[Any, ...]:
    if answers.is_single:
        return tuple(groups)
    return tuple((group, name) for group in groups for name in answers.names)
