"""Fractions of weighted sums in domains of a sample, with their errors and why these may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ..designs.design import Design
from ..designs.variance import covariance_of
from ..errors import SurveyError
from .answers import Answers, Missing, Numbers, numbers_of
from .domain_moments import covariance_by_moments
from .replicated import Replicated, Sample
from .tallies import Fraction, Groups, Influence, Variables

__all__ = [
    "Effect",
    "Judged",
    "Spread",
    "blocks_of",
    "divided_by",
    "domain_df",
    "everybody",
    "judge",
    "judge_variances",
    "spread_over",
    "within",
    "without",
]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Effect = bool | Literal["replace"]
"""Whether a design effect is wanted: True, over a simple random sample drawn without replacement;
``"replace"``, over one drawn with replacement."""

_ALIKE = 1e-12
_LOST = 0.05  # the part of replicates that may leave a small domain empty before its error is unknown


class Spread(NamedTuple):
    """Shape (groups,): rows and first-stage units in each; and whether its strata were drawn whole."""

    rows: Counts
    units: Counts
    is_census: npt.NDArray[np.bool_]


class Judged(NamedTuple):
    """Fractions with their errors, in flat order: the groups of a variable follow each other."""

    values: Floats
    covariance: Floats
    deff: Floats | None
    reasons: tuple[str | None, ...]
    spread: Spread


def everybody(rows: int) -> Variables:
    """The variable that is 1 in each row."""
    return Variables(codes=np.zeros(rows, dtype=np.int64), count=1)


def without(base: Design, answers: Answers) -> Design:
    """The domain of those who answered."""
    return base if answers.missing is None else base.where(~answers.missing)


def divided_by(base: Design, above: Answers, x: Numbers, choice: Missing) -> tuple[Design, Variables]:
    """The domain of those who answered both, and what is divided by.

    Raises
    ------
    SurveyError
        ``ratio-pairs`` if there is neither one divisor nor one for each variable.
    """
    below = numbers_of(x, rows=len(base), active=base.active, missing=choice, parameter="x")
    if below.variables.count not in (1, above.variables.count):
        raise SurveyError(
            "ratio-pairs",
            f"x has {below.variables.count} variables and y {above.variables.count}: give one x for all, or"
            " one for each y",
            parameter="x",
        )
    return without(without(base, above), below), below.variables


def judge(
    sample: Sample,
    base: Design,
    fraction: Fraction,
    deff: Effect,
    *,
    under: Callable[[Floats], Floats] | None = None,
) -> Judged:
    """Values, covariance, design effects and reasons of fractions in a domain of the sample.

    ``under`` tells the values under replicate weights of shape (n, R), where they are not the fractions.
    """
    if deff not in (True, False, "replace"):
        raise SurveyError("choice", f"deff is {deff!r}; say True, False or 'replace'", parameter="deff")
    values = fraction.values()
    covariance = _covariance(sample, base, fraction, values, under or fraction.replicate_values)
    spread = spread_over(base, fraction.groups)
    reasons = _reasons(base, fraction, values, spread)
    unknown = np.array([reason is not None for reason in reasons])
    covariance[unknown, :] = np.nan
    covariance[:, unknown] = np.nan
    flat = values.reshape(-1).copy()
    flat[np.array([reason == "domain-empty" for reason in reasons], dtype=bool)] = np.nan
    lost = np.isnan(np.diag(covariance))
    told = tuple(
        reason or ("replicates-undefined" if gone else None)
        for reason, gone in zip(reasons, lost, strict=True)
    )
    effects = None if deff is False else _effects(fraction, spread.rows, np.diag(covariance), deff)
    return Judged(values=flat, covariance=covariance, deff=effects, reasons=told, spread=spread)


def judge_variances(sample: Sample, base: Design, variables: Variables, groups: Groups) -> Judged:
    """Variances of variables over the people of each domain, with the errors of these estimates.

    Notes
    -----
    :math:`\\frac{n}{n-1} \\sum w (y - \\bar y)^2 / \\sum w` with n rows. Its influence is that of the mean of
    the squares: that the mean is estimated too adds nothing of the same order. Under replicate weights both
    are made anew.
    """
    ones = everybody(len(base))
    about = Fraction(weights=base.weights, top=variables, bottom=ones, groups=groups)
    centres = about.values()
    rows = spread_over(base, groups).rows
    more = np.divide(rows, rows - 1, out=np.zeros(groups.size), where=rows > 1)
    from_centre = np.stack([about.deviation(place, centres) for place in range(variables.count)], axis=1)
    squares = from_centre**2 * np.broadcast_to(groups.spread(more), len(base))[:, np.newaxis]
    both = Fraction(
        weights=base.weights,
        top=Variables(columns=np.concatenate([from_centre, squares], axis=1), count=2 * variables.count),
        bottom=ones,
        groups=groups,
    )

    def under(weights: Floats) -> Floats:
        made = both.replicate_values(weights).reshape(-1, 2, variables.count, groups.size)
        found: Floats = made[:, 1] - more * made[:, 0] ** 2
        return found.reshape(len(found), -1)

    top = Variables(columns=squares, count=variables.count)
    judged = judge(sample, base, replace(about, top=top), False, under=under)
    alone = np.tile(rows == 1, variables.count)
    judged.values[alone] = np.nan
    judged.covariance[alone, :] = np.nan
    judged.covariance[:, alone] = np.nan
    reasons = tuple(
        "domain-one-row" if one else reason for one, reason in zip(alone, judged.reasons, strict=True)
    )
    return judged._replace(reasons=reasons)


def _covariance(
    sample: Sample, base: Design, fraction: Fraction, values: Floats, under: Callable[[Floats], Floats]
) -> Floats:
    """Covariance of fractions; NaN for those that too many replicates leave without a value."""
    if isinstance(sample, Design):
        influence = Influence(fraction, values)
        quick = covariance_by_moments(base, fraction, influence)
        return covariance_of(base, fraction.count, influence.columns) if quick is None else quick
    made = np.concatenate([under(within(base, weights)) for _, weights in blocks_of(sample)])
    sound = np.isfinite(made).mean(axis=0) >= 1 - _LOST
    found = np.full((fraction.count, fraction.count), np.nan)
    if sound.any():
        places = np.flatnonzero(sound)
        found[np.ix_(places, places)] = sample.covariance(made[:, places], values.reshape(-1)[places])
    return found


def blocks_of(sample: Replicated) -> Iterator[tuple[slice, Floats]]:
    """Some replicates at a time with their weights, shape (n, some), where they can be had so."""
    found = getattr(sample, "blocks", None)
    if found is None:
        yield slice(None), sample.weights
    else:
        yield from found()


def within(base: Design, weights: Floats) -> Floats:
    """Replicate weights, shape (n, R), made 0 outside the domain."""
    return weights if base.active is None else np.where(base.active[:, np.newaxis], weights, 0.0)


def spread_over(base: Design, groups: Groups) -> Spread:
    """How many rows and units of the domain each group has."""
    first = base.stages[0]
    some_census = bool((first.fraction_left <= 0).any())
    if base.active is None and groups.codes is None:
        whole = np.array([len(base)])
        is_census = np.array([some_census and bool((first.fraction_left <= 0).all())])
        return Spread(rows=whole, units=np.array([first.n_units]), is_census=is_census)
    codes, active = _inside(base, groups)
    rows = np.bincount(codes, minlength=groups.size)
    in_census = np.zeros(groups.size, dtype=np.int64)
    if some_census:
        census = first.fraction_left[first.strata.codes[active]] <= 0
        in_census = np.bincount(codes[census], minlength=groups.size).astype(np.int64)
    return Spread(
        rows=rows,
        units=rows
        if first.is_elements
        else _distinct(codes, first.units[active], groups.size, first.n_units),
        is_census=(in_census == rows) & (rows > 0),
    )


def domain_df(base: Design, groups: Groups) -> Counts:
    """Shape (groups,): first-stage units less strata, counting those with a row in the group."""
    first = base.stages[0]
    codes, active = _inside(base, groups)
    strata = _distinct(codes, first.strata.codes[active], groups.size, first.strata.size)
    return spread_over(base, groups).units - strata


def _inside(base: Design, groups: Groups) -> tuple[Counts, Any]:
    active = slice(None) if base.active is None else base.active
    if groups.codes is None:
        return np.zeros(base.n, dtype=np.int64), active
    return groups.codes[active], active


def _distinct(codes: Counts, others: Counts, size: int, width: int) -> Counts:
    """Shape (size,): how many different others each code meets."""
    pairs = codes * width + others
    if size * width <= 4 * len(codes) + 1_000_000:
        met = np.zeros(size * width, dtype=bool)
        met[pairs] = True
        return np.asarray(met.reshape(size, width).sum(axis=1))
    return np.bincount(np.unique(pairs) // width, minlength=size)


def _reasons(base: Design, fraction: Fraction, values: Floats, spread: Spread) -> Sequence[str | None]:
    is_domain = base.active is not None or fraction.groups.codes is not None
    # Whose units are all in one has a mean whose influence adds up to 0 there: the error would be 0.
    lone = (spread.units == 1) & ~spread.is_census & is_domain & (fraction.bottom is not None)
    of_group: list[str | None] = [
        "domain-empty" if empty else "domain-one-unit" if alone else None
        for empty, alone in zip(spread.rows == 0, lone, strict=True)
    ]
    return [
        group or ("denominator-zero" if np.isnan(value) else None)
        for row in values
        for group, value in zip(of_group, row, strict=True)
    ]


def _effects(fraction: Fraction, rows: Counts, variances: Floats, deff: Effect) -> Floats:
    """Design effects, flat; NaN where a simple random sample has no variance to compare with.

    Notes
    -----
    The variance of a simple random sample of n rows is :math:`S^2/n`, times :math:`1 - n/N` without
    replacement, with :math:`S^2 = n/(n-1) \\sum w e^2 / \\sum w`, where e is the distance from the mean (of a
    ratio: from its line), and N the sum of weights; times :math:`N^2` for a total, :math:`(N/X)^2` for a
    ratio.
    """
    groups = fraction.groups
    people = groups.sums(fraction.weights)
    about = fraction
    if fraction.bottom is None:
        about = replace(fraction, bottom=everybody(len(fraction.weights)))
    centres = about.values()
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(people < rows, np.nan, 1 - rows / people)
        if deff == "replace":
            left = np.ones_like(people)
        times = people**2 if fraction.bottom is None else (people / fraction.bottoms()) ** 2
        squares = _mean_squares(fraction, (about.deviation(i, centres) for i in range(fraction.top.count)))
        sizes = _mean_squares(fraction, (fraction.top.column(i) for i in range(fraction.top.count)))
        alike = squares <= _ALIKE**2 * sizes
        simple = np.where(alike, np.nan, times * squares / (rows - 1) * left)
        found: Floats = variances / simple.reshape(-1)
    return np.where(np.isfinite(found), found, np.nan)


def _mean_squares(fraction: Fraction, columns: Iterable[Floats]) -> Floats:
    """Shape (k, groups): weighted means of squares."""
    groups = fraction.groups
    people = groups.sums(fraction.weights)
    return np.stack([groups.sums(fraction.weights * column**2) / people for column in columns])
