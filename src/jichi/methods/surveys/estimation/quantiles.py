"""Quantiles of a population, such as the median of hours given, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..categories import Labels
from ..checking import number, numbers
from ..choices import chosen
from ..designs.design import Design
from ..errors import SurveyError
from ..results import Estimate, Interval, reach
from .answers import Missing, labels_of, numbers_of
from .judging import without
from .quantile_intervals import QuantileInterval, Question, intervals_at
from .quantile_rules import Rule
from .replicated import Sample, design_of, method_of

__all__ = ["Quantile", "Quantiles", "interquartile_range", "median", "quantiles"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """One quantile.

    Attributes
    ----------
    p
        The share at or below it, 0 to 1.
    value, se
        In the variable's unit. The error is the interval's half width over the t quantile.
    interval
        An end that cannot be judged is NaN with a ``reason``: ``"beyond-data"`` if it lies above or below all
        numbers of the sample, those of :class:`.results.Estimate` and of :mod:`.intervals`.
    df, n
        Degrees of freedom; rows that answered and lie in the domain.
    rule
        See :class:`.quantile_rules.Rule`.
    group
        The domain; None: all.
    reason
        Why ``value`` is NaN: ``"domain-empty"``.
    """

    p: float
    value: float
    se: float
    interval: Interval
    df: float
    n: int
    rule: str
    group: Any = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Several quantiles, those of one domain together."""

    items: tuple[Quantile, ...]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Quantile]:
        return iter(self.items)

    def at(self, p: float, group: Any = None) -> Quantile:
        """The quantile of that share in that domain.

        Raises :class:`SurveyError` ``name-unknown``.
        """
        for one in self.items:
            if one.p == p and one.group == group:
                return one
        raise SurveyError("name-unknown", f"there is no quantile of {p} in {group!r}", name=p, group=group)


def quantiles(
    sample: Sample,
    y: npt.ArrayLike,
    p: float | Sequence[float],
    *,
    groups: Labels | None = None,
    rule: Rule | str = Rule.MATH,
    interval: QuantileInterval | str = QuantileInterval.MEAN,
    level: float = 0.95,
    df: float | None = None,
    missing: Missing | str = Missing.REFUSE,
) -> Quantiles:
    """Estimate quantiles of a variable, in the whole or in each domain.

    Parameters
    ----------
    sample
        A design, or one with replicate weights.
    y
        Shape (n,), in any unit.
    p
        Shares, 0 to 1: 0.5 is the median.
    groups
        One label per row; None: no domains.
    rule
        See :class:`.quantile_rules.Rule`.
    interval
        See :class:`QuantileInterval`.
    level
        How often such intervals hold the true quantile.
    df
        Degrees of freedom other than the design's, of which only the units and strata count that have a row
        in the domain with an answer.
    missing
        What rows without an answer, or without a group, do.

    Raises
    ------
    SurveyError
        ``share-out-of-range``, ``not-numbers`` (``p``), ``not-a-number`` (``df``), ``choice``, ``level``,
        ``not-one-variable``; ``replicates-needed`` for the interval ``"quantile"`` of a design without
        replicate weights; those of :func:`.estimates.mean`.

    Notes
    -----
    Let F be the weighted share at or below the quantile. Its interval's two ends, read as quantiles by the
    same rule, are the quantile's interval; the standard error is half its width over the t quantile. The
    score interval runs from the first number at which F is not below p by more than t errors of F to the
    first at which it is above by more; the numbers are searched by halving, as if the test were monotone.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=10, strata=["a"] * 6 + ["b"] * 6)
    >>> found = quantiles(design, [1, 4, 2, 8, 5, 7, 1, 4, 2, 8, 5, 7], [0.25, 0.5])
    >>> [one.value for one in found]
    [2.0, 4.0]
    """
    shares = _shares(p)
    whole = _question(sample, y, rule=rule, interval=interval, level=level, missing=missing)
    found: list[Quantile] = []
    for group, domain in _domains(whole.inside, groups, chosen(Missing, missing, "missing")):
        own = domain.df if isinstance(sample, Design) else whole.df
        question = whole._replace(inside=domain, df=float(own) if df is None else number(df, "df"))
        found.extend(replace(one, group=group) for one in _answered(question, shares))
    return Quantiles(items=tuple(found))


def median(
    sample: Sample,
    y: npt.ArrayLike,
    *,
    rule: Rule | str = Rule.SCHOOL,
    interval: QuantileInterval | str = QuantileInterval.MEAN,
    level: float = 0.95,
    missing: Missing | str = Missing.REFUSE,
) -> Quantile:
    """Estimate the median. See :func:`quantiles`.

    By default it is half way between two numbers if half of the population lies on each side.
    """
    return quantiles(sample, y, 0.5, rule=rule, interval=interval, level=level, missing=missing).items[0]


def interquartile_range(
    sample: Sample,
    y: npt.ArrayLike,
    *,
    rule: Rule | str = Rule.MATH,
    missing: Missing | str = Missing.REFUSE,
) -> Estimate:
    """Estimate how far the third quartile lies above the first. See :func:`quantiles`.

    Notes
    -----
    With replicate weights the error is that of the replicates' ranges. Without, each quartile moves with the
    share F below it by its Woodruff error over F's error, and the two shares' covariance does the rest. NaN
    with the ``reason`` of the quartile whose interval is unknown.
    """
    question = _question(sample, y, rule=rule, missing=missing)
    quarters = np.array([0.25, 0.75])
    first, third = _answered(question, quarters)
    value = third.value - first.value
    reason = first.reason
    if isinstance(sample, Design):
        reason = reason or first.interval.reason or third.interval.reason
        error = _error_by_density(question, first, third) if reason is None else float("nan")
    else:
        under = question.replicate_quantiles(quarters)
        lost = bool(np.isnan(under).any())
        reason = reason or ("replicates-undefined" if lost else None)
        spread = None if lost else sample.covariance(under[:, 1:] - under[:, :1], np.array([value]))
        error = float("nan") if spread is None else max(float(spread[0, 0]), 0.0) ** 0.5
    return Estimate(value=value, se=error, df=question.df, n=first.n, method=method_of(sample), reason=reason)


def _question(
    sample: Sample,
    y: npt.ArrayLike,
    *,
    rule: Rule | str,
    missing: Missing | str,
    interval: QuantileInterval | str = QuantileInterval.MEAN,
    level: float = 0.95,
) -> Question:
    how, kind = chosen(Rule, rule, "rule"), chosen(QuantileInterval, interval, "interval")
    reach(level, 1)
    if kind is QuantileInterval.QUANTILE and isinstance(sample, Design):
        raise SurveyError(
            "replicates-needed",
            "interval 'quantile' needs replicate weights; choose another, such as 'mean'",
            parameter="interval",
        )
    base = design_of(sample)
    answers = numbers_of(y, rows=len(base), active=base.active, missing=chosen(Missing, missing, "missing"))
    columns = answers.variables.columns
    if columns is None or columns.shape[1] != 1:
        raise SurveyError("not-one-variable", "y must be one number per row", parameter="y")
    return Question(
        sample=sample,
        inside=without(base, answers),
        numbers=columns[:, 0],
        order=np.argsort(columns[:, 0], kind="stable"),
        rule=how,
        kind=kind,
        level=level,
        df=float(sample.df),
    )


def _error_by_density(question: Question, first: Quantile, third: Quantile) -> float:
    shares = question.shares_below(np.array([first.value, third.value]))
    change = np.array([-first.se, third.se]) / shares.se
    return float(np.sqrt(np.maximum(change @ shares.covariance @ change, 0.0)))


def _domains(inside: Design, groups: Labels | None, missing: Missing) -> Iterator[tuple[Any, Design]]:
    if groups is None:
        yield None, inside
        return
    found = labels_of(groups, rows=len(inside), active=inside.active, missing=missing, parameter="groups")
    labelled = without(inside, found)
    for place, name in enumerate(found.names):
        yield name, labelled.where(found.variables.codes == place)


def _answered(question: Question, p: Floats) -> list[Quantile]:
    values = question.quantiles(p)
    if np.isnan(values).all():
        nobody = question.unknown("domain-empty")
        return [_quantile(question, one, np.nan, nobody, "domain-empty") for one in p]
    ends = intervals_at(question, p, values)
    return [_quantile(question, *three, None) for three in zip(p, values, ends, strict=True)]


def _quantile(question: Question, p: float, value: float, ends: Interval, reason: str | None) -> Quantile:
    width = (ends.high - ends.low) / 2
    return Quantile(
        p=float(p),
        value=float(value),
        se=float("nan") if np.isnan(width) else width / reach(question.level, question.df),
        interval=ends,
        df=question.df,
        n=question.inside.n,
        rule=question.rule.value,
        reason=reason,
    )


def _shares(p: float | Sequence[float]) -> Floats:
    shares = np.atleast_1d(numbers(p, "p"))
    wrong = ~((shares >= 0) & (shares <= 1))
    if shares.ndim != 1 or wrong.any():
        raise SurveyError(
            "share-out-of-range", f"p lies between 0 and 1, not {shares[wrong].tolist()}", parameter="p"
        )
    return shares
