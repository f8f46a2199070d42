"""What a survey can tell and what not, as findings that a page turns into sentences of its language.

Four kinds of thing are told of: a wave as its report describes it, a question's published table, estimates
made from the answers themselves, and estimates of areas under a model. Each finding is a code with numbers;
shares, margins and changes are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from jichi.methods.proportions import Proportion, margin, noise_of_change

from .areas.small_areas import AreaEstimates, AreaNote
from .checking import at_least, positive, probability
from .errors import SurveyError
from .findings import Finding, Value
from .planning.changes import smallest_change, smallest_of_errors
from .planning.waves import LEVEL, POWER, Wave
from .published.options import rank_options
from .published.tables import Published, Refusal, Sampling
from .results import reach

__all__ = [
    "HasError",
    "Told",
    "WaveFacts",
    "tell_areas",
    "tell_estimates",
    "tell_table",
    "tell_wave",
]

# The bounds are ours. Of a share, ten points to each side; of an amount, a third of its size; degrees of
# freedom under which the t quantile is a tenth above the normal one.
UNSURE_SHARE = 0.10
UNSURE_AMOUNT = 1 / 3
FEW_DEGREES = 12
GOOD_RESPONSE = 0.70


class Told(StrEnum):
    """What is told, with its params.

    Of a wave: ``NOT_RUN``; ``DRAWN_BY_LOT``, ``EVERYBODY_ASKED``, ``VOLUNTEERS``, ``AT_THE_EXIT``, ``QUOTA``,
    ``SAMPLING_UNKNOWN``; ``RESPONSE`` (answered, asked, rate), ``RESPONSE_UNKNOWN``; ``SURE_TO`` (n, margin),
    ``NOISE`` (noise), ``SMALLEST_CHANGE`` (smallest, power), ``CHANGE_NOT_SHOWN`` (n), ``CHANGE_NOT_JUDGED``;
    ``EFFECT_PRINTED`` (effect), ``NO_EFFECT``; ``WEIGHTED``.
    Of a table: ``LEADS`` (option, share), ``LEADERS`` (option, count), ``TABLE_UNSURE`` (n, margin),
    ``TABLE_NOT_JUDGED`` (why).
    Of estimates: ``ESTIMATE_SURE_TO``, ``ESTIMATE_UNSURE`` (name, value, margin, level), ``NO_ERROR`` (name),
    ``FEW_CLUSTERS`` (df), ``DESIGN_COST`` (n, effective), ``NEXT_CHANGE`` (name, smallest, power).
    Of areas: ``AREAS_MODELLED`` (areas, gain), ``AREAS_ALIKE``, ``AREAS_FEW`` (areas), ``AREAS_NOT_SAMPLED``
    (names, count), ``AREAS_PULLING`` (names, count), ``AREAS_NOT_CONVERGED``.
    """

    NOT_RUN = "not-run"
    DRAWN_BY_LOT = "drawn-by-lot"
    EVERYBODY_ASKED = "everybody-asked"
    VOLUNTEERS = "volunteers"
    AT_THE_EXIT = "at-the-exit"
    QUOTA = "quota"
    SAMPLING_UNKNOWN = "sampling-unknown"
    RESPONSE = "response"
    RESPONSE_UNKNOWN = "response-unknown"
    SURE_TO = "sure-to"
    NOISE = "noise"
    SMALLEST_CHANGE = "smallest-change"
    CHANGE_NOT_SHOWN = "change-not-shown"
    CHANGE_NOT_JUDGED = "change-not-judged"
    EFFECT_PRINTED = "effect-printed"
    NO_EFFECT = "no-effect"
    WEIGHTED = "weighted"
    LEADS = "leads"
    LEADERS = "leaders"
    TABLE_UNSURE = "table-unsure"
    TABLE_NOT_JUDGED = "table-not-judged"
    ESTIMATE_SURE_TO = "estimate-sure-to"
    ESTIMATE_UNSURE = "estimate-unsure"
    NO_ERROR = "no-error"
    FEW_CLUSTERS = "few-clusters"
    DESIGN_COST = "design-cost"
    NEXT_CHANGE = "next-change"
    AREAS_MODELLED = "areas-modelled"
    AREAS_ALIKE = "areas-alike"
    AREAS_FEW = "areas-few"
    AREAS_NOT_SAMPLED = "areas-not-sampled"
    AREAS_PULLING = "areas-pulling"
    AREAS_NOT_CONVERGED = "areas-not-converged"


_SAMPLING = {
    Sampling.PROBABILITY: (Told.DRAWN_BY_LOT, True),
    Sampling.CENSUS: (Told.EVERYBODY_ASKED, True),
    Sampling.PANEL: (Told.VOLUNTEERS, False),
    Sampling.EXIT: (Told.AT_THE_EXIT, False),
    Sampling.QUOTA: (Told.QUOTA, False),
    Sampling.OTHER: (Told.SAMPLING_UNKNOWN, False),
}


# ---- a wave, from its report -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """What a report says of a wave; None where it does not.

    ``asked`` and ``answered`` are people, ``weighted`` whether the answers were weighted.
    """

    sampling: Sampling | str
    asked: float | None = None
    answered: float | None = None
    design_effect: float | None = None
    weighted: bool = False
    was_run: bool = True

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "sampling", Sampling(self.sampling))
        except ValueError:
            raise SurveyError(
                "sampling-unknown-word",
                f"sampling is {self.sampling!r}; give one of {', '.join(Sampling)}",
                sampling=str(self.sampling),
            ) from None
        for name in ("asked", "answered"):
            if getattr(self, name) is not None:
                at_least(getattr(self, name), 0, name)
        if self.design_effect is not None:
            positive(self.design_effect, "design_effect")

    @property
    def is_contradictory(self) -> bool:
        """Whether more answered than were asked, as a report misread would say."""
        return self.asked is not None and self.answered is not None and self.answered > self.asked


def tell_wave(wave: WaveFacts, *, power: float = POWER) -> tuple[Finding, ...]:
    """What a wave as a whole can tell and what not.

    Parameters
    ----------
    wave
        As its report describes it.
    power
        How often the smallest change is to be shown.

    Raises
    ------
    SurveyError
        If ``power`` is no probability.

    Examples
    --------
    >>> [one.code for one in tell_wave(WaveFacts(sampling="panel", asked=900, answered=810))]
    ['volunteers', 'response', 'change-not-judged']
    """
    probability(power, "power")
    if not wave.was_run:
        return (Finding(code=Told.NOT_RUN, can=False),)
    code, can = _SAMPLING[Sampling(wave.sampling)]
    found = [Finding(code=code, can=can), _response(wave)]
    if wave.sampling is Sampling.PROBABILITY:
        found += _sureness(wave, power)
        if wave.design_effect is None:
            found.append(Finding(code=Told.NO_EFFECT, can=False))
        else:
            found.append(Finding(code=Told.EFFECT_PRINTED, can=True, params={"effect": wave.design_effect}))
    else:
        found.append(Finding(code=Told.CHANGE_NOT_JUDGED, can=False))
    if wave.weighted:
        found.append(Finding(code=Told.WEIGHTED, can=True))
    return tuple(found)


def _response(wave: WaveFacts) -> Finding:
    if not wave.asked or wave.answered is None or wave.is_contradictory:
        return Finding(code=Told.RESPONSE_UNKNOWN, can=False)
    rate = wave.answered / wave.asked
    params = {"answered": wave.answered, "asked": wave.asked, "rate": rate}
    return Finding(code=Told.RESPONSE, can=rate >= GOOD_RESPONSE, params=params)


def _sureness(wave: WaveFacts, power: float) -> list[Finding]:
    if wave.answered is None or wave.answered < 1:
        return []
    n, effect = wave.answered, 1.0 if wave.design_effect is None else wave.design_effect
    half = Proportion(share=0.5, n=n, design_effect=effect)
    found = [
        Finding(code=Told.SURE_TO, can=True, params={"n": n, "margin": margin(n, effect)}),
        Finding(code=Told.NOISE, can=False, params={"noise": noise_of_change(half, half)}),
    ]
    smallest = smallest_change(Wave(n=n, design_effect=effect), power=power).value
    if smallest is None:
        found.append(Finding(code=Told.CHANGE_NOT_SHOWN, can=False, params={"n": n}))
    else:
        params = {"smallest": smallest, "power": power}
        found.append(Finding(code=Told.SMALLEST_CHANGE, can=True, params=params))
    return found


# ---- a question, from its table ----------------------------------------------------------------------------
def tell_table(
    options: Sequence[str], shares: Sequence[Published], *, several: bool = False, level: float = LEVEL
) -> tuple[Finding, ...]:
    """What a question's published table can tell: which answer leads, and whether it is sure at all.

    Parameters
    ----------
    options
        The answers, each once, without subtotals.
    shares
        Their shares, of one base.
    several
        Whether a person could give several answers.
    level
        Of the comparison of the first with each other answer, all together (Bonferroni).

    Raises
    ------
    SurveyError
        As :func:`~jichi.methods.surveys.published.options.rank_options` raises.
    """
    ranking = rank_options(options, shares, several=several, level=level)
    first = ranking.ranks[0]
    why = ranking.refused
    if why is Refusal.CENSUS:
        # Everybody was asked: among those who answered, the first is the first, unless others print alike.
        tied = sum(first.share - one.share <= one.rounding for one in shares)
        if tied > 1:
            return (Finding(code=Told.LEADERS, can=False, params={"option": first.label, "count": tied}),)
        return (Finding(code=Told.LEADS, can=True, params={"option": first.label, "share": first.share}),)
    if why is not None:
        return (Finding(code=Told.TABLE_NOT_JUDGED, can=False, params={"why": str(why)}),)
    n = shares[0].n or 0.0
    found = []
    if ranking.leads is not None:
        found.append(Finding(code=Told.LEADS, can=True, params={"option": first.label, "share": first.share}))
    else:
        tied = sum(one.best == 1 for one in ranking.ranks)
        found.append(Finding(code=Told.LEADERS, can=False, params={"option": first.label, "count": tied}))
    wide = margin(n, shares[0].design_effect or 1.0, level)
    if wide > UNSURE_SHARE:
        found.append(Finding(code=Told.TABLE_UNSURE, can=False, params={"n": n, "margin": wide}))
    return tuple(found)


# ---- estimates from the answers themselves -----------------------------------------------------------------
class HasError(Protocol):
    """An estimate with its standard error, as :class:`~jichi.methods.surveys.results.Estimate` is."""

    @property
    def name(self) -> object:
        """What it is of."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def se(self) -> float:
        """Its standard error."""

    @property
    def df(self) -> float:
        """Degrees of freedom of the standard error."""

    @property
    def n(self) -> int:
        """Answers."""

    @property
    def deff(self) -> float | None:
        """Its design effect, where asked for."""


def tell_estimates(
    estimates: Iterable[HasError], *, is_share: bool = True, level: float = LEVEL, power: float = POWER
) -> tuple[Finding, ...]:
    """What design-based estimates can tell: how sure each is, and the smallest change of the next wave.

    Parameters
    ----------
    estimates
        Of one variable: the whole, or domains.
    is_share
        Whether they are shares, judged by their margin; an amount is judged by the margin over its size.
    level
        Of the margins.
    power
        How often the next wave, run alike, is to show a change.

    Raises
    ------
    SurveyError
        If ``level`` or ``power`` is no probability.

    Notes
    -----
    The smallest change has the degrees of freedom of both waves, twice the estimate's.
    """
    probability(level, "level")
    probability(power, "power")
    found: list[Finding] = []
    listed = list(estimates)
    for one in listed:
        found += _of_estimate(one, is_share=is_share, level=level, power=power)
    degrees = [one.df for one in listed if one.df > 0]
    if degrees and min(degrees) < FEW_DEGREES:
        found.append(Finding(code=Told.FEW_CLUSTERS, can=False, params={"df": min(degrees)}))
    return tuple(found)


def _of_estimate(one: HasError, *, is_share: bool, level: float, power: float) -> list[Finding]:
    name = str(one.name)
    # Where all gave one answer there is no variance to see, which is no certainty.
    all_alike = is_share and one.se == 0 and one.value in (0, 1)
    if all_alike or not (np.isfinite(one.value) and np.isfinite(one.se) and one.se >= 0 and one.df > 0):
        return [Finding(code=Told.NO_ERROR, can=False, params={"name": name})]
    wide = reach(level, one.df) * one.se
    limit = UNSURE_SHARE if is_share else UNSURE_AMOUNT * abs(one.value)
    is_sure = wide <= limit
    params: dict[str, Value] = {
        "name": name,
        "value": one.value,
        "margin": wide,
        "level": level,
        "is_share": is_share,
    }
    code = Told.ESTIMATE_SURE_TO if is_sure else Told.ESTIMATE_UNSURE
    found = [Finding(code=code, can=is_sure, params=params)]
    if one.se > 0:
        smallest = smallest_of_errors(one.se, df=2 * one.df, level=level, power=power)
        if not is_share or smallest < max(one.value, 1 - one.value):
            told: dict[str, Value] = {
                "name": name,
                "smallest": smallest,
                "power": power,
                "is_share": is_share,
            }
            found.append(Finding(code=Told.NEXT_CHANGE, can=True, params=told))
        else:
            found.append(Finding(code=Told.CHANGE_NOT_SHOWN, can=False, params={"n": one.n}))
    if one.deff is not None and one.deff > 1:
        params = {"name": name, "n": one.n, "effective": one.n / one.deff}
        found.append(Finding(code=Told.DESIGN_COST, can=False, params=params))
    return found


# ---- areas under a model -----------------------------------------------------------------------------------
def tell_areas(found: AreaEstimates) -> tuple[Finding, ...]:
    """What estimates of areas can tell: how much surer the model makes them, and what it cannot know.

    Notes
    -----
    ``gain`` is 1 less the median, over the sampled areas, of the model's error against the direct one.
    """
    sampled = found.sampled
    ratio = found.error[sampled] / np.sqrt(found.variances[sampled])
    gain = max(0.0, 1 - float(np.median(ratio)))
    told = [
        Finding(code=Told.AREAS_MODELLED, can=True, params={"areas": len(found.areas), "gain": gain}),
    ]
    missing = tuple(name for name, is_in in zip(found.areas, sampled, strict=True) if not is_in)
    pulling = found.areas_with_high_leverage()
    params: dict[AreaNote, tuple[Told, dict[str, int | str]]] = {
        AreaNote.MODEL_VARIANCE_ZERO: (Told.AREAS_ALIKE, {}),
        AreaNote.FEW_AREAS: (Told.AREAS_FEW, {"areas": int(sampled.sum())}),
        AreaNote.NOT_SAMPLED: (Told.AREAS_NOT_SAMPLED, {"names": ", ".join(missing), "count": len(missing)}),
        AreaNote.HIGH_LEVERAGE: (Told.AREAS_PULLING, {"names": ", ".join(pulling), "count": len(pulling)}),
        AreaNote.NOT_CONVERGED: (Told.AREAS_NOT_CONVERGED, {}),
    }
    for note in found.notes:
        code, numbers = params[note]
        told.append(Finding(code=code, can=False, params=numbers))
    return tuple(told)
