"""Which answer of one question leads: shares of the same people are compared, and ranks are given with doubt.

Two answers to one question are no independent samples: who gives one does not give the other.

References
----------
Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a difference of binomial
proportions based on paired data. Journal of Educational and Behavioral Statistics 37, 479-488.

Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of
populations. Journal of the Royal Statistical Society C 69, 589-606.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from jichi.methods.proportions import Interval

from ..checking import probability
from ..errors import SurveyError, listed
from .tables import LEVEL, Assumed, Comparison, Published, Refusal, assumptions, refusal

__all__ = ["Rank", "Ranking", "compare_options", "rank_options"]


def compare_options(
    first: Published, second: Published, *, several: bool = False, level: float = LEVEL
) -> Comparison:
    """The difference of two answers to one question, given by the same people; the second minus the first.

    Parameters
    ----------
    first, second
        Of one question and one base: ``n``, sampling and design effect are the same.
    several
        Whether a person could give several answers. How many gave both is not printed; as few as possible is
        taken, which makes the interval the widest.
    level
        Of the interval.

    Raises
    ------
    SurveyError
        If the bases differ, the shares add up to more than 1 though only one could be given, or ``level`` is
        no probability.

    Notes
    -----
    ``Var(p2 - p1) = (p1 + p2 - 2 p12 - (p2 - p1)²) / n``, the covariance of two cells of a multinomial being
    ``-p1 p2 / n``; p12 is 0 where one answer can be given. With Bonett and Price's adjustment, one added to
    both discordant cells, on the effective number of answers; widened by what rounding may hide.
    """
    z = NormalDist().inv_cdf((1 + probability(level, "level")) / 2)
    _same_base([first, second], several=several)
    value = second.share - first.share
    why = refusal(first)
    if why is not None:
        return Comparison(value=value, interval=None, is_distinguishable=None, refused=why, level=level)
    n = first.proportion().effective_n
    hidden = first.rounding + second.rounding
    both = max(0.0, first.share + second.share - 1) if several else 0.0
    found = _interval(first.share - both, second.share - both, n, z)
    low, high = max(-1.0, found.low - hidden), min(1.0, found.high + hidden)
    more = (Assumed.LEAST_SHARED,) if several else ()
    return Comparison(
        value=value,
        interval=Interval(low, high),
        is_distinguishable=low > 0 or high < 0,
        refused=None,
        assumed=assumptions([first, second], *more),
        level=level,
    )


def _interval(first: float, second: float, n: float, z: float) -> Interval:
    if math.isinf(n):
        return Interval(second - first, second - first)
    one, other = (n * first + 1) / (n + 2), (n * second + 1) / (n + 2)
    middle = other - one
    reach = z * math.sqrt((one + other - middle**2) / (n + 2))
    return Interval(middle - reach, middle + reach)


def _same_base(shares: Sequence[Published], *, several: bool) -> None:
    bases = {(one.n, one.sampling, one.design_effect, one.population) for one in shares}
    if len(bases) > 1:
        raise SurveyError(
            "bases-differ",
            "the answers differ in n, sampling, design_effect or population; those to one question have one "
            "base (use compare_groups or compare_waves for others)",
        )
    total = sum(one.share for one in shares)
    if not several and total > 1 + sum(one.rounding for one in shares) + 1e-9:
        raise SurveyError(
            "shares-above-one",
            f"the shares add up to {total:g}, more than 1; say several=True if one could give several",
            total=total,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """An answer with the places it may have among all people: ``best`` to ``worst``, 1 is the commonest."""

    label: str
    share: float
    best: int
    worst: int

    @property
    def is_sure(self) -> bool:
        """Whether only one place is left."""
        return self.best == self.worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The answers of a question, the commonest first; with ``refused`` every place is open.

    ``leads``: the label that is surely the commonest, or None.
    """

    ranks: tuple[Rank, ...]
    leads: str | None
    refused: Refusal | None
    assumed: tuple[Assumed, ...] = ()
    level: float = LEVEL


def rank_options(
    labels: Sequence[str], shares: Sequence[Published], *, several: bool = False, level: float = LEVEL
) -> Ranking:
    """The places that a question's answers may have.

    Parameters
    ----------
    labels
        The answers, each once.
    shares
        Their shares, of one base. Leave out subtotals.
    several
        Whether a person could give several answers.
    level
        How often all places together hold the true ones.

    Raises
    ------
    SurveyError
        If lengths differ, a label stands twice, or as in :func:`compare_options`.

    Notes
    -----
    All pairs are compared at ``1 - (1 - level) / pairs`` (Bonferroni). An answer's best place is 1 plus the
    number surely above it, its worst the number of answers less those surely below it; the places so found
    hold the true ranking at least as often as ``level`` (Klein, Wright and Wieczorek 2020).
    """
    _labels(labels, shares)
    probability(level, "level")
    _same_base(shares, several=several)
    order = sorted(range(len(labels)), key=lambda one: -shares[one].share)
    count = len(order)
    why = refusal(shares[0])
    above = [0] * count
    below = [0] * count
    strict = 1 - (1 - level) / max(1, count * (count - 1) // 2)
    for first in range(count if why is None else 0):
        for second in range(first + 1, count):
            found = compare_options(
                shares[order[second]], shares[order[first]], several=several, level=strict
            )
            if found.is_distinguishable:
                above[second] += 1
                below[first] += 1
    ranks = tuple(
        Rank(
            label=labels[order[place]],
            share=shares[order[place]].share,
            best=1 + above[place],
            worst=count - below[place],
        )
        for place in range(count)
    )
    more = (Assumed.LEAST_SHARED,) if several else ()
    return Ranking(
        ranks=ranks,
        leads=ranks[0].label if ranks[0].worst == 1 else None,
        refused=why,
        assumed=assumptions(shares, *more) if why is None else (),
        level=level,
    )


def _labels(labels: Sequence[str], shares: Sequence[Published]) -> None:
    if len(labels) != len(shares) or not labels:
        raise SurveyError(
            "options-length",
            f"there are {len(labels)} labels and {len(shares)} shares; give one of each for every answer",
            labels=len(labels),
            shares=len(shares),
        )
    twice = sorted({one for one in labels if list(labels).count(one) > 1})
    if twice:
        raise SurveyError("option-twice", f"labels holds {listed(twice)} more than once", groups=twice)
