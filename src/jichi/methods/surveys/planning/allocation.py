"""Sharing out a sample among strata, in whole people and exactly: no other division would be better.

References
----------
Neyman, J. (1934). On the two different aspects of the representative method. Journal of the Royal Statistical
Society 97, 558-625.

Bankier, M. D. (1988). Power allocations: determining sample sizes for subnational areas. The American
Statistician 42, 174-177.

Wright, T. (2017). Exact optimal sample allocation: more efficient than Neyman. Statistics and Probability
Letters 129, 50-57.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..checking import fraction, is_number, numbers
from ..errors import SurveyError, listed

__all__ = ["Allocation", "Rule", "allocate"]

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

MOST_PEOPLE = 10**12
LEAST_SPREAD = 1e-100


class Rule(StrEnum):
    """What the sample is shared out by.

    ``PROPORTIONAL``: population, the best for the city where strata are alike.
    ``NEYMAN``: population times spread, the best for the city.
    ``POWER``: population to a power times spread, between the city's and the strata's needs; 1/2 by custom.
    ``EQUAL``: the same for all, the best for comparing strata.
    """

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"
    POWER = "power"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """A sample shared out.

    Parameters
    ----------
    strata
        Labels.
    n
        (k,) whole numbers that add up to the total.
    error
        Standard error of the whole's mean under stratified simple random sampling.
    stratum_errors
        (k,) of each stratum's own mean; NaN where n is 0.
    at_least, at_most
        Labels of the strata held at their least, or at all there are.
    """

    strata: tuple[str, ...]
    n: Counts
    error: float
    stratum_errors: Array
    rule: Rule
    at_least: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()


def allocate(
    total: int,
    sizes: npt.ArrayLike,
    *,
    rule: Rule | str = Rule.PROPORTIONAL,
    spread: npt.ArrayLike | None = None,
    power: float = 0.5,
    least: int = 2,
    strata: Sequence[str] | None = None,
) -> Allocation:
    """Share out a sample of ``total`` among strata.

    Parameters
    ----------
    total
        People to sample.
    sizes
        array_like (k,). Population of each stratum, whole numbers of at least 1.
    rule
        See :class:`Rule`.
    spread
        array_like (k,), positive: standard deviation of the answers in each stratum; 1/2, that of an even
        split, where left out.
    power
        Exponent of the population, for ``"power"``: 1 is Neyman's rule, 0 the needs of strata alone.
    least
        The fewest of any stratum, at most its population. Two are needed for a variance.
    strata
        Labels.

    Returns
    -------
    Allocation

    Raises
    ------
    SurveyError
        If shapes or numbers are wrong, or the total is below the least of all strata or above all there are.

    Notes
    -----
    Every rule minimises ``Σ a_h² / n_h`` with a_h as the rule says, under ``least <= n_h <= N_h`` and
    ``Σ n_h = total``. In whole numbers the minimum is exact: one after another goes to the stratum with the
    greatest ``a_h / √(n_h (n_h + 1))``, which loses most by going without (Wright 2017).

    Examples
    --------
    >>> allocate(100, [5000, 3000, 2000]).n.tolist()
    [50, 30, 20]
    """
    population, deviation, labels = _checked(total, sizes, spread, strata)
    chosen = _rule(rule)
    importance = {
        Rule.PROPORTIONAL: population,
        Rule.NEYMAN: population * deviation,
        Rule.POWER: population ** fraction(power, "power") * deviation,
        Rule.EQUAL: np.ones(population.size),
    }[chosen]
    most = population.astype(np.int64)
    floor = np.minimum(_least(least), most)
    if not floor.sum() <= total <= most.sum():
        raise SurveyError(
            "total-out-of-range",
            f"total is {total}; with at least {least} of each stratum it lies between {floor.sum()} and "
            f"{most.sum()}",
            total=total,
            least=int(floor.sum()),
            most=int(most.sum()),
        )
    n = _shared_out(int(total), importance, floor, most)
    return _allocation(n, population, deviation, labels, chosen, floor, most)


def _shared_out(total: int, importance: Array, least: Counts, most: Counts) -> Counts:
    """The whole numbers that minimise Σ a²/n: most places by bisection on the price, the last one by one."""

    def bought(price: float) -> Counts:
        # n -> n + 1 is worth a/√(n(n+1)); all steps worth at least the price are taken.
        ratio = np.minimum(importance / price, 1e9)
        steps = np.floor((np.sqrt(1 + 4 * ratio**2) - 1) / 2).astype(np.int64)
        return np.asarray(np.clip(steps + 1, least, most))

    low, high = float(importance.min()) / (2 * total + 2), 2 * float(importance.max())
    for _ in range(80):
        middle = (low * high) ** 0.5
        if bought(middle).sum() > total:
            low = middle
        else:
            high = middle
    n = bought(high)
    if n.sum() > total:
        n = least.copy()
    return _one_by_one(total - int(n.sum()), n, importance, most)


def _one_by_one(left: int, n: Counts, importance: Array, most: Counts) -> Counts:
    def worth(h: int) -> tuple[bool, float, int]:
        # A stratum without anybody comes first; among equals the one that stands first.
        here = int(n[h])
        return here > 0, -float(importance[h]) / (here * (here + 1)) ** 0.5 if here else 0.0, h

    queue = [worth(h) for h in range(n.size) if n[h] < most[h]]
    heapq.heapify(queue)
    for _ in range(left):
        h = heapq.heappop(queue)[2]
        n[h] += 1
        if n[h] < most[h]:
            heapq.heappush(queue, worth(h))
    return n


def _allocation(
    n: Counts,
    population: Array,
    deviation: Array,
    labels: tuple[str, ...],
    rule: Rule,
    least: Counts,
    most: Counts,
) -> Allocation:
    part = population / population.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 0, deviation**2 / n * (1 - n / population), np.nan)
    return Allocation(
        strata=labels,
        n=n,
        error=float(np.sqrt(np.sum(part**2 * variance))),
        stratum_errors=np.sqrt(variance),
        rule=rule,
        at_least=tuple(labels[h] for h in np.flatnonzero((n == least) & (n < most))),
        at_most=tuple(labels[h] for h in np.flatnonzero(n == most)),
    )


def _rule(rule: Rule | str) -> Rule:
    try:
        return Rule(rule)
    except ValueError:
        known = ", ".join(repr(str(one)) for one in Rule)
        raise SurveyError("rule-unknown", f"rule is {rule!r}; give one of {known}", rule=str(rule)) from None


def _least(least: int) -> int:
    if not is_number(least) or not 0 <= least <= MOST_PEOPLE or least != int(least):
        raise SurveyError(
            "least", f"least is {least}; give a whole number of at least 0", name="least", value=least
        )
    return int(least)


def _checked(
    total: int, sizes: npt.ArrayLike, spread: npt.ArrayLike | None, strata: Sequence[str] | None
) -> tuple[Array, Array, tuple[str, ...]]:
    population = numbers(sizes, "sizes")
    if population.ndim != 1 or population.size == 0:
        raise SurveyError(
            "strata-shape",
            f"sizes has the shape {population.shape}; give one number for each stratum",
            name="sizes",
            shape=population.shape,
        )
    deviation = np.full(population.size, 0.5) if spread is None else numbers(spread, "spread")
    labels = tuple(str(h + 1) for h in range(population.size)) if strata is None else tuple(strata)
    for name, size in (("spread", deviation.shape), ("strata", (len(labels),))):
        if size != population.shape:
            raise SurveyError(
                "strata-shape",
                f"{name} has the shape {size} for {population.size} strata; give one for each",
                name=name,
                shape=size,
            )
    is_whole = (population >= 1) & (population <= MOST_PEOPLE) & (population == np.floor(population))
    is_spread = (deviation >= LEAST_SPREAD) & np.isfinite(deviation)
    for name, wrong in (
        ("sizes", ~is_whole),
        ("spread", ~is_spread),
    ):
        groups = [labels[h] for h in np.flatnonzero(wrong)]
        if groups:
            kind = "a whole number of at least 1" if name == "sizes" else "positive and finite"
            raise SurveyError(
                "stratum-number-wrong",
                f"{name} of the strata {listed(groups)} is not {kind}; leave empty strata out",
                name=name,
                groups=groups,
            )
    if not is_number(total) or not 1 <= total <= MOST_PEOPLE or total != int(total):
        raise SurveyError(
            "total-out-of-range", f"total is {total}; give a whole number of at least 1", total=total
        )
    return population, deviation, labels
