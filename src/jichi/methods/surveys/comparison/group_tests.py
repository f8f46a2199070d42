"""Whether groups differ in the mean, or in the order, of something measured.

References
----------
Korn, E. L. and Graubard, B. I. (1999). Analysis of Health Surveys. Wiley.

Lumley, T. and Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika 100, 831-842.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg, special, stats

from ..categories import Labels
from ..checking import number
from ..choices import chosen
from ..errors import SurveyError, listed
from ..estimation.replicated import Sample, design_of, df_of, spread
from ..results import Contrast, without_rounding
from .crosstables import Grouped, grouped, refuse_below_none, refuse_empty
from .measured import measured, refuse_negative

__all__ = ["GroupMeans", "RankTest", "Score", "rank_test", "t_test"]

Floats = npt.NDArray[np.float64]
_SINGULAR = 1e-12


class Score(StrEnum):
    """What ranks are turned into. Ranks are shares of the population: 0.25 has a quarter of it below.

    ``WILCOXON``: the rank itself (with several groups the Kruskal-Wallis test). ``VAN_DER_WAERDEN``: the
    normal quantile of it. ``MEDIAN``: whether it is above one half.
    """

    WILCOXON = "wilcoxon"
    VAN_DER_WAERDEN = "vanderWaerden"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupMeans:
    """A design-based t test.

    Attributes
    ----------
    names
        The two groups; of one sample ("",).
    means, n
        Mean and rows of each.
    difference
        The second mean less the first; of one sample its mean. Holds t, df, p and the interval.
    """

    names: tuple[Any, ...]
    means: Floats
    n: npt.NDArray[np.int64]
    difference: Contrast


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankTest:
    """A design-based rank test of two or more groups.

    Attributes
    ----------
    statistic
        t of the second group's mean score less the first's; of three or more groups an F value.
    df, denominator_df
        Of the F; for two groups ``df`` is 1 and ``denominator_df`` that of t.
    p
        Two-sided.
    names, scores, n
        The groups, their mean scores, their rows.
    """

    statistic: float
    df: float
    denominator_df: float
    p: float
    score: Score
    names: tuple[Any, ...]
    scores: Floats
    n: npt.NDArray[np.int64]


def t_test(
    sample: Sample,
    values: npt.ArrayLike,
    groups: Labels | None = None,
    *,
    null: float = 0.0,
    df: float | None = None,
) -> GroupMeans:
    """Compare the means of two groups, or one mean with a number.

    Parameters
    ----------
    sample
        A design, or replicate weights.
    values
        Shape (n,); NaN: missing, outside the domain.
    groups
        Two labels, shape (n,); missing ones are outside the domain. None: one sample.
    null
        The difference (of one sample: the mean) that is tested.
    df
        Degrees of freedom other than the usual: those of the variance, less one for two groups, as in a
        regression on the group.

    Returns
    -------
    GroupMeans

    Raises
    ------
    SurveyError
        ``length``, ``values-not-numbers``, ``values-not-finite``, ``answers-none``, ``levels-too-few``,
        ``level-empty``, ``levels-too-many``, ``df-none``, ``not-a-number`` (``df``, ``null``),
        ``groups-singular`` if the means do not vary by chance, ``weights-negative`` if those of a group add
        up to less than 0.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> found = t_test(make_design(weights=[2.0] * 6), [1, 2, 3, 3, 4, 5], list("aaabbb"))
    >>> found.difference.value, found.difference.df
    (2.0, 4)
    """
    domain, numbers = measured(design_of(sample), values, parameter="values")
    if groups is None:
        found = Grouped(domain=domain, codes=np.zeros(len(domain), dtype=np.int64), names=("",))
    else:
        found = grouped(domain, groups, parameter="groups")
        refuse_empty(found.names, found.n, parameter="groups")
        if len(found.names) > 2:
            raise SurveyError(
                "levels-too-many",
                f"a t test compares two groups, not {len(found.names)} ({listed(found.names)}): choose two,"
                " or use a regression or a rank test",
                parameter="groups",
                groups=list(found.names),
            )
    refuse_below_none(found.names, found.totals(found.domain.weights), parameter="groups")
    means, covariance = _means(sample, found, numbers)
    sides = np.array([1.0]) if groups is None else np.array([-1.0, 1.0])
    freedom = df_of(sample, found.domain) - (len(sides) - 1) if df is None else number(df, "df")
    number(null, "null")
    if not freedom > 0:
        raise SurveyError("df-none", "there are too few sampled units to compare means", df=freedom)
    value, se = without_rounding(
        float(sides @ means),
        float(np.sqrt(np.maximum(sides @ covariance @ sides, 0.0))),
        float(np.abs(means).sum()),
    )
    if se == 0:
        raise SurveyError(
            "groups-singular",
            f"means ({listed(float(one) for one in means)}) do not vary by chance: values are all alike, or"
            " fixed by known totals that the weights were adjusted to; there is nothing to test",
        )
    difference = Contrast(
        value=value,
        se=se,
        df=freedom,
        null=null,
    )
    return GroupMeans(names=found.names, means=means, n=found.n, difference=difference)


def rank_test(
    sample: Sample,
    values: npt.ArrayLike,
    groups: Labels,
    *,
    score: Score | str = Score.WILCOXON,
    df: float | None = None,
) -> RankTest:
    r"""Compare the order of values between two or more groups.

    Parameters
    ----------
    sample, values, groups
        As for :func:`t_test`; any number of groups from two.
    score
        See :class:`Score`.
    df
        Degrees of freedom of the variance, other than the sample's own.

    Returns
    -------
    RankTest

    Raises
    ------
    SurveyError
        As :func:`t_test`, ``choice``, ``weights-negative``, and ``groups-singular`` if scores have no
        variance.

    Notes
    -----
    A row's rank is the estimated share of the population below it, and half of those equal to it. Lumley
    and Scott show that the ranks may be taken as known: the test is that of the groups' mean scores. With k
    groups it is a Wald test, :math:`W/(k-1)` on k-1 and :math:`\nu - k + 1` degrees of freedom.
    """
    how = chosen(Score, score, "score")
    domain, numbers = measured(design_of(sample), values, parameter="values")
    found = grouped(domain, groups, parameter="groups")
    refuse_empty(found.names, found.n, parameter="groups")
    refuse_negative(found.domain)
    scores = _SCORES[how](_ranks(numbers, found.domain.weights))
    means, covariance = _means(sample, found, scores)
    k = len(means)
    freedom = (df_of(sample, found.domain) if df is None else number(df, "df")) - (k - 1)
    if not freedom > 0:
        raise SurveyError("df-none", f"there are too few sampled units to compare {k} groups", df=freedom)
    apart = np.hstack([-np.ones((k - 1, 1)), np.eye(k - 1)])
    differences, spread_of = apart @ means, apart @ covariance @ apart.T
    eigenvalues = linalg.eigvalsh(spread_of)
    if eigenvalues[0] <= _SINGULAR * max(eigenvalues[-1], _SINGULAR):
        raise SurveyError(
            "groups-singular", "the groups' scores have no variance: there is nothing to compare"
        )
    f = float(differences @ np.linalg.solve(spread_of, differences)) / (k - 1)
    return RankTest(
        statistic=float(np.sign(differences[0]) * np.sqrt(f)) if k == 2 else f,
        df=k - 1,
        denominator_df=freedom,
        p=float(
            special.fdtrc(k - 1, freedom, f) if np.isfinite(freedom) else stats.chi2.sf(f * (k - 1), k - 1)
        ),
        score=how,
        names=found.names,
        scores=means,
        n=found.n,
    )


def _means(sample: Sample, groups: Grouped, numbers: Floats) -> tuple[Floats, Floats]:
    """Means of the groups, shape (k,), and their covariance."""

    def means(weights: Floats) -> Floats:
        sizes = groups.totals(weights)
        sums = groups.totals(weights * numbers)
        return np.divide(sums, sizes, out=np.full_like(sums, np.nan), where=sizes > 0)

    weights = groups.domain.weights
    full = means(weights)
    influence = np.zeros((len(numbers), len(full)))
    share = weights / groups.totals(weights)[groups.codes]
    influence[np.arange(len(numbers)), groups.codes] = share * (numbers - full[groups.codes])
    return full, spread(sample, groups.domain, influence, means, full)


def _ranks(numbers: Floats, weights: Floats) -> Floats:
    """Share of the population below each number, and half of those equal."""
    _, places = np.unique(numbers, return_inverse=True)
    sizes = np.bincount(places, weights=weights)
    middles = (np.cumsum(sizes) - sizes / 2) / weights.sum()
    found: Floats = middles[places]
    return found


def _normal(ranks: Floats) -> Floats:
    # Rows outside the domain may lie at an end; their weight is 0.
    found: Floats = special.ndtri(np.clip(ranks, 1e-16, 1 - 1e-16))
    return found


def _above_half(ranks: Floats) -> Floats:
    return (ranks > 0.5).astype(np.float64)


_SCORES: dict[Score, Callable[[Floats], Floats]] = {
    Score.WILCOXON: lambda ranks: ranks,
    Score.VAN_DER_WAERDEN: _normal,
    Score.MEDIAN: _above_half,
}
