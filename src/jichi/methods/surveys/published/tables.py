"""What can be said from a published table alone: a percentage, how many answered, and how they were chosen.

Reports print no standard errors. From the share and the number of answers an interval follows if those asked
were drawn by lot, and if a few things are taken for granted; each result lists which. For people who put
their own names down no interval is given: how far they differ from all residents no formula tells.

References
----------
Baker, R. et al. (2013). Summary report of the AAPOR task force on non-probability sampling. Journal of Survey
Statistics and Methodology 1, 90-143.

Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
positive counts estimated from survey data. Survey Methodology 24, 193-201.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jichi.methods.proportions import METHOD, Interval, Proportion, change, wilson

from ..checking import at_least, fraction, is_number, positive, probability, whole
from ..errors import SurveyError

__all__ = [
    "Assumed",
    "Comparison",
    "JudgedShare",
    "Published",
    "Refusal",
    "Sampling",
    "assumptions",
    "compare_groups",
    "compare_waves",
    "from_count",
    "from_percent",
    "judge_share",
    "refusal",
]

LEVEL = 0.95


class Sampling(StrEnum):
    """How people were chosen. ``PANEL``: they put their own names down. ``OTHER``: not known."""

    PROBABILITY = "probability"
    CENSUS = "census"
    PANEL = "panel"
    EXIT = "exit"
    QUOTA = "quota"
    OTHER = "other"


class Refusal(StrEnum):
    """Why there is no interval.

    ``CENSUS``: everybody was asked, so that there is no error of sampling to give. ``NO_N``: the table does
    not print how many answered. ``ALIKE``: all gave the same answer, so that the table does not show how far
    answers differ. The others: chance did not choose.
    """

    PANEL = "opt-in-panel"
    EXIT = "exit"
    QUOTA = "quota"
    OTHER = "sampling-unknown"
    CENSUS = "census"
    NO_N = "no-n"
    ALIKE = "answers-alike"


class Assumed(StrEnum):
    """What is taken for granted, since a table does not tell.

    ``SIMPLE_RANDOM``: no design effect is printed; the true interval is wider. ``ANSWERERS_ALIKE``: those who
    did not answer think as those who did. ``ENDLESS_POPULATION``: no population is printed; the true interval
    is a little shorter. ``ROUNDING_ENCLOSED``: of all shares printed so, the outermost count.
    ``WEIGHTS_FREE``: weights cost no precision. ``SAME_EFFECT``: the design effect of the whole holds for the
    part that was asked. ``WAVES_APART``, ``GROUPS_APART``: nobody was asked in both, and no cluster holds
    both. ``SAME_QUESTION``: both waves asked the same. ``LEAST_SHARED``: as few people as possible gave both
    answers. ``STRAIGHT_LINE``: the share moves evenly.
    """

    SIMPLE_RANDOM = "simple-random"
    ANSWERERS_ALIKE = "answerers-alike"
    ENDLESS_POPULATION = "endless-population"
    ROUNDING_ENCLOSED = "rounding-enclosed"
    WEIGHTS_FREE = "weights-free"
    SAME_EFFECT = "same-effect"
    WAVES_APART = "waves-apart"
    GROUPS_APART = "groups-apart"
    SAME_QUESTION = "same-question"
    LEAST_SHARED = "least-shared"
    STRAIGHT_LINE = "straight-line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A share as a table prints it.

    Parameters
    ----------
    share
        A fraction, 0 to 1.
    n
        Answers that it is a share of; None where the table does not print it.
    sampling
        How people were chosen.
    design_effect
        As printed; None where it is not.
    rounding
        Half a unit of the last printed digit, as a fraction.
    population
        Size of the population; None where it is not known.
    subset
        Whether only a part of the sample was asked this question, or is this group; ``n`` is that part.
    weighted
        Whether the share is weighted.

    Raises
    ------
    SurveyError
        If a number is out of its range.
    """

    share: float
    n: float | None = None
    sampling: Sampling = Sampling.OTHER
    design_effect: float | None = None
    rounding: float = 0.0
    population: float | None = None
    subset: bool = False
    weighted: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sampling", _sampling(self.sampling))
        fraction(self.share, "share")
        fraction(self.rounding, "rounding")
        if self.n is not None:
            at_least(self.n, 0, "n")
        if self.design_effect is not None:
            positive(self.design_effect, "design_effect")
        if self.population is not None:
            at_least(self.population, max(1, self.n or 0), "population")

    def proportion(self, *, correction: bool = True) -> Proportion:
        """As :mod:`jichi.methods.proportions` takes it; without finite ``correction`` for other years.

        Raises
        ------
        SurveyError
            ``no-n`` if the table does not print how many answered.
        """
        if not self.n or self.n < 1:
            raise SurveyError("no-n", f"n is {self.n}; a share without its number of answers is not judged")
        return Proportion(
            share=self.share,
            n=self.n,
            design_effect=self.design_effect or 1.0,
            population=math.ceil(self.population) if correction and self.population is not None else None,
            rounding=min(self.rounding, 0.999),
        )


def _sampling(value: Sampling | str) -> Sampling:
    try:
        return Sampling(value)
    except ValueError:
        known = ", ".join(repr(str(one)) for one in Sampling)
        raise SurveyError(
            "sampling-unknown-word", f"sampling is {value!r}; give one of {known}", sampling=str(value)
        ) from None


def from_percent(
    percent: float,
    n: float | None,
    *,
    decimals: int,
    sampling: Sampling | str = Sampling.OTHER,
    design_effect: float | None = None,
    population: float | None = None,
    subset: bool = False,
    weighted: bool = False,
) -> Published:
    """A share printed as a percentage with ``decimals`` digits after the point.

    Raises
    ------
    SurveyError
        If the percentage lies below 0 or above 100, or as :class:`Published` raises.

    Examples
    --------
    >>> round(from_percent(58.2, 1400, decimals=1).rounding, 6)
    0.0005
    """
    if not (is_number(percent) and 0 <= percent <= 100):
        raise SurveyError(
            "share-out-of-range",
            f"percent is {percent!r}; a percentage of people is a number between 0 and 100",
            name="percent",
            value=str(percent),
        )
    whole(decimals, -1, "decimals")
    return Published(
        share=fraction(percent / 100, "percent"),
        n=n,
        sampling=_sampling(sampling),
        design_effect=design_effect,
        rounding=0.5 * 10.0 ** -(decimals + 2),
        population=population,
        subset=subset,
        weighted=weighted,
    )


def from_count(
    count: float,
    n: float,
    *,
    sampling: Sampling | str = Sampling.OTHER,
    design_effect: float | None = None,
    population: float | None = None,
    subset: bool = False,
) -> Published:
    """A share as the number of people who gave an answer, of all who answered: nothing is rounded."""
    positive(n, "n")
    if at_least(count, 0, "count") > n:
        raise SurveyError(
            "share-out-of-range",
            f"count is {count} and n {n}; no more people can give an answer than answered",
            name="count / n",
            value=count / n,
        )
    return Published(
        share=fraction(count / n, "count / n"),
        n=n,
        sampling=_sampling(sampling),
        design_effect=design_effect,
        population=population,
        subset=subset,
    )


# ---- what is assumed, and what is refused ------------------------------------------------------------------
_REFUSED = {
    Sampling.CENSUS: Refusal.CENSUS,
    Sampling.PANEL: Refusal.PANEL,
    Sampling.EXIT: Refusal.EXIT,
    Sampling.QUOTA: Refusal.QUOTA,
    Sampling.OTHER: Refusal.OTHER,
}


def refusal(published: Published) -> Refusal | None:
    """Why no interval is given; None where one is."""
    if published.sampling in _REFUSED:
        return _REFUSED[published.sampling]
    return None if published.n is not None and published.n >= 1 else Refusal.NO_N


def assumptions(published: Iterable[Published], *more: Assumed, endless: bool = True) -> tuple[Assumed, ...]:
    """What an interval of these shares takes for granted, in the order of :class:`Assumed`.

    ``endless``: whether the finite population matters at all, which it does not between years.
    """
    shares = tuple(published)
    found = {
        Assumed.SIMPLE_RANDOM: any(one.design_effect is None for one in shares),
        Assumed.ANSWERERS_ALIKE: True,
        Assumed.ENDLESS_POPULATION: endless and any(one.population is None for one in shares),
        Assumed.ROUNDING_ENCLOSED: any(one.rounding > 0 for one in shares),
        Assumed.WEIGHTS_FREE: any(one.weighted and one.design_effect is None for one in shares),
        Assumed.SAME_EFFECT: any(one.subset and one.design_effect is not None for one in shares),
    }
    return tuple(one for one in Assumed if found.get(one) or one in more)


# ---- one share -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedShare:
    """A share with its interval and what that assumes, or why there is none (``refused``)."""

    share: float
    interval: Interval | None
    refused: Refusal | None
    assumed: tuple[Assumed, ...] = ()
    level: float = LEVEL
    method: str = ""


def judge_share(published: Published, *, level: float = LEVEL) -> JudgedShare:
    """The interval of a published share, where one may be given.

    Raises
    ------
    SurveyError
        If ``level`` is no probability.

    Notes
    -----
    Wilson's interval on the number of answers over the design effect, see :mod:`jichi.methods.proportions`.

    Examples
    --------
    >>> judge_share(Published(share=0.58, n=900, sampling="panel")).refused
    <Refusal.PANEL: 'opt-in-panel'>
    """
    probability(level, "level")
    why = refusal(published)
    if why is not None:
        return JudgedShare(share=published.share, interval=None, refused=why, level=level)
    return JudgedShare(
        share=published.share,
        interval=wilson(published.proportion(), level),
        refused=None,
        assumed=assumptions([published]),
        level=level,
        method=METHOD,
    )


# ---- two shares ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The second share minus the first.

    ``interval`` and ``is_distinguishable`` are None where it cannot be judged whether this is chance, and
    ``refused`` says why.
    """

    value: float
    interval: Interval | None
    is_distinguishable: bool | None
    refused: Refusal | None
    assumed: tuple[Assumed, ...] = ()
    level: float = LEVEL


def _compared(
    first: Published, second: Published, level: float, more: tuple[Assumed, ...], *, correction: bool
) -> Comparison:
    probability(level, "level")
    value = second.share - first.share
    why = next((one for one in (refusal(first), refusal(second)) if one is not None), None)
    if why is not None:
        return Comparison(value=value, interval=None, is_distinguishable=None, refused=why, level=level)
    found = change(first.proportion(correction=correction), second.proportion(correction=correction), level)
    return Comparison(
        value=value,
        interval=Interval(found.low, found.high),
        is_distinguishable=found.is_distinguishable,
        refused=None,
        assumed=assumptions([first, second], *more, endless=correction),
        level=level,
    )


def compare_waves(earlier: Published, later: Published, *, level: float = LEVEL) -> Comparison:
    """The change of one answer from a wave to another that asked the same.

    Raises
    ------
    SurveyError
        If ``level`` is no probability.

    Notes
    -----
    Newcombe's hybrid score interval (method 10). The finite population is left out: the residents of another
    year are others.
    """
    return _compared(earlier, later, level, (Assumed.WAVES_APART, Assumed.SAME_QUESTION), correction=False)


def compare_groups(one: Published, other: Published, *, level: float = LEVEL) -> Comparison:
    """The difference of one answer between two groups of a wave that have no member in common.

    Raises
    ------
    SurveyError
        If ``level`` is no probability.
    """
    return _compared(one, other, level, (Assumed.GROUPS_APART,), correction=True)
