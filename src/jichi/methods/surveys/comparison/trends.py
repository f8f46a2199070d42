"""Change from one year to another: how much, and whether chance alone could have made it.

Two estimates of samples drawn independently are compared with :func:`compare`. Where the samples share
units (a panel, the same districts in both years), the years' estimates vary together: pool the samples
(:func:`.pooling.pool`), estimate with the year as the domain, and judge a contrast (:func:`judge`).

References
----------
Kish, L. (1965). Survey Sampling. Wiley, section 12.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from ..checking import is_number
from ..errors import SurveyError, listed
from ..results import Contrast, Estimate, Estimates, without_rounding
from .comparisons import Correction, adjusted_p, satterthwaite

__all__ = [
    "Comparison",
    "Comparisons",
    "Concern",
    "Freedom",
    "Verdict",
    "compare",
    "compare_all",
    "judge",
    "judge_all",
]


class Verdict(StrEnum):
    """What can be said about a change.

    ``ROSE``, ``FELL``: by more than chance alone would make it. ``NOT_SHOWN``: chance alone might have made
    it; that is not "no change" (see :func:`.comparisons.equivalence`). ``NOT_COMPARABLE``: nothing can be
    said, for the reasons given.
    """

    ROSE = "rose"
    FELL = "fell"
    NOT_SHOWN = "not-shown"
    NOT_COMPARABLE = "not-comparable"


class Concern(StrEnum):
    """Why two figures cannot be compared by what the samples tell."""

    DEFINITION_CHANGED = "definition-changed"
    QUESTION_CHANGED = "question-changed"
    MODE_CHANGED = "mode-changed"
    POPULATION_CHANGED = "population-changed"
    NOT_A_PROBABILITY_SAMPLE = "not-a-probability-sample"
    NO_ESTIMATE = "no-estimate"
    NO_VARIANCE = "no-variance"
    NO_DEGREES_OF_FREEDOM = "no-degrees-of-freedom"


class Freedom(StrEnum):
    """Degrees of freedom of a difference between independent estimates.

    ``SUMMED``: both years' together, as if the samples were strata of one. ``SATTERTHWAITE``: fewer where
    the less certain estimate has few of them, never fewer than it has.
    """

    SUMMED = "summed"
    SATTERTHWAITE = "satterthwaite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A change and what can be said about it.

    Attributes
    ----------
    name
        Of what, such as a domain; "" for the whole.
    verdict
        At ``level``, after allowing for how many were looked at.
    concerns
        Why nothing can be said; empty otherwise.
    change
        Later less earlier, with its error, t, p and interval; None where it cannot be compared.
    p
        Allowing for how many were looked at; of a single comparison ``change.p``. None where it cannot be
        compared.
    """

    name: Any = ""
    verdict: Verdict
    concerns: tuple[Concern, ...] = ()
    change: Contrast | None
    p: float | None
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Changes of many domains, judged together.

    ``unmatched`` names what only one of the years has.
    """

    each: tuple[Comparison, ...]
    unmatched: tuple[Any, ...]
    correction: Correction
    level: float


def judge(
    change: Contrast,
    *,
    concerns: Iterable[Concern | str] = (),
    level: float = 0.95,
    name: Any = "",
) -> Comparison:
    """Say whether a change is distinguishable from noise.

    Parameters
    ----------
    change
        Later less earlier.
    concerns
        What else is known to stand against comparing, see :class:`Concern`.
    level
        1 less the probability of calling noise a change.

    Raises
    ------
    SurveyError
        ``level``, ``choice``.

    Examples
    --------
    >>> str(judge(Contrast(value=0.055, se=0.0302, df=71)).verdict)
    'not-shown'
    """
    found = [*_concerns(concerns), *_own_concerns(change)]
    return _judged(change, None, found, level, name)


def compare(
    earlier: Estimate,
    later: Estimate,
    *,
    covariance: float = 0.0,
    df: Freedom | str | float = Freedom.SUMMED,
    concerns: Iterable[Concern | str] = (),
    level: float = 0.95,
) -> Comparison:
    """Compare two years' estimates.

    Parameters
    ----------
    earlier, later
        The estimates.
    covariance
        Of the two; 0 where the samples were drawn independently.
    df
        See :class:`Freedom`; or a number.
    concerns, level
        As for :func:`judge`.

    Raises
    ------
    SurveyError
        ``level``, ``choice``.

    Examples
    --------
    >>> earlier = Estimate(value=0.582, se=0.021, df=36, n=900)
    >>> found = compare(earlier, Estimate(value=0.637, se=0.0217, df=36, n=880))
    >>> str(found.verdict), found.change.df, round(found.p, 3)
    ('not-shown', 72.0, 0.073)
    """
    change = _difference(earlier, later, covariance, df)
    found = [*_concerns(concerns), *_own_concerns(change)]
    return _judged(change, None, found, level, later.name)


def compare_all(
    earlier: Estimates,
    later: Estimates,
    *,
    correction: Correction | str = Correction.HOLM,
    df: Freedom | str | float = Freedom.SUMMED,
    concerns: Iterable[Concern | str] = (),
    concerns_of: Mapping[Any, Iterable[Concern | str]] | None = None,
    level: float = 0.95,
) -> Comparisons:
    """Compare two independent years' estimates of many domains, allowing for how many they are.

    Where the years share units, make the changes as contrasts of pooled estimates and use :func:`judge_all`.

    Parameters
    ----------
    earlier, later
        Estimates with names; those that both years have are compared, in the order of the later.
    correction
        See :class:`.comparisons.Correction`.
    concerns, concerns_of
        What stands against comparing, of all and by name. Those not compared do not count among the many.
    df, level
        As for :func:`compare`.

    Raises
    ------
    SurveyError
        ``level``, ``choice``, ``name-unknown`` if ``concerns_of`` names what is not compared.
    """
    shared = [name for name in later.names if name in earlier.names]
    unmatched = tuple(name for name in (*earlier.names, *later.names) if name not in shared)
    changes = {name: _difference(earlier[name], later[name], 0.0, df) for name in shared}
    found = judge_all(changes, correction=correction, concerns=concerns, concerns_of=concerns_of, level=level)
    return replace(found, unmatched=unmatched)


def judge_all(
    changes: Mapping[Any, Contrast],
    *,
    correction: Correction | str = Correction.HOLM,
    concerns: Iterable[Concern | str] = (),
    concerns_of: Mapping[Any, Iterable[Concern | str]] | None = None,
    level: float = 0.95,
) -> Comparisons:
    """Judge changes of many domains, by name, allowing for how many they are; parameters as above.

    Raises
    ------
    SurveyError
        As :func:`compare_all`.
    """
    own = dict(concerns_of or {})
    if unknown := [name for name in own if name not in changes]:
        raise SurveyError(
            "name-unknown", f"concerns_of names {listed(unknown)}, which is not compared", names=unknown
        )
    of_all = list(concerns)
    against = {
        name: [*_concerns([*of_all, *own.get(name, ())]), *_own_concerns(change)]
        for name, change in changes.items()
    }
    single = [np.nan if against[name] else change.p for name, change in changes.items()]
    together = adjusted_p(single, correction=correction)
    each = tuple(
        _judged(change, float(p), against[name], level, name)
        for (name, change), p in zip(changes.items(), together.tolist(), strict=True)
    )
    return Comparisons(each=each, unmatched=(), correction=Correction(correction), level=level)


def _judged(
    change: Contrast, p: float | None, concerns: Sequence[Concern], level: float, name: Any
) -> Comparison:
    if not (is_number(level) and 0 < level < 1):
        raise SurveyError("level", f"level lies between 0 and 1, not {level}", parameter="level")
    if concerns:
        why = tuple(dict.fromkeys(concerns))
        return Comparison(
            name=name, verdict=Verdict.NOT_COMPARABLE, concerns=why, change=None, p=None, level=level
        )
    chance = change.p if p is None else p
    if chance > 1 - level:
        verdict = Verdict.NOT_SHOWN
    else:
        verdict = Verdict.ROSE if change.value > change.null else Verdict.FELL
    return Comparison(name=name, verdict=verdict, change=change, p=chance, level=level)


def _concerns(given: Iterable[Concern | str]) -> list[Concern]:
    try:
        return [Concern(one) for one in given]
    except ValueError:
        raise SurveyError(
            "choice", f"concerns are among {', '.join(Concern)}, not {listed(given)}", parameter="concerns"
        ) from None


def _own_concerns(change: Contrast) -> list[Concern]:
    found = []
    if not np.isfinite(change.value):
        found.append(Concern.NO_ESTIMATE)
    if not (change.se > 0 and np.isfinite(change.se)):
        found.append(Concern.NO_VARIANCE)
    if not change.df > 0:
        found.append(Concern.NO_DEGREES_OF_FREEDOM)
    return found


def _difference(earlier: Estimate, later: Estimate, covariance: float, df: Freedom | str | float) -> Contrast:
    variance = earlier.se**2 + later.se**2 - 2 * covariance
    value, se = without_rounding(
        later.value - earlier.value,
        float(np.sqrt(max(variance, 0.0))) if np.isfinite(variance) else float("nan"),
        abs(later.value) + abs(earlier.value),
    )
    return Contrast(
        value=value,
        se=se,
        df=_freedom(earlier, later, df),
    )


def _freedom(earlier: Estimate, later: Estimate, df: Freedom | str | float) -> float:
    if isinstance(df, int | float):
        return float(df)
    try:
        how = Freedom(df)
    except ValueError:
        raise SurveyError(
            "choice", f"df is {df!r}; choose one of {', '.join(Freedom)}, or a number", parameter="df"
        ) from None
    if not (earlier.df > 0 and later.df > 0):
        return 0.0
    if how is Freedom.SUMMED:
        return float(earlier.df + later.df)
    return satterthwaite(
        np.array([earlier.se**2, later.se**2]), np.array([earlier.df, later.df], dtype=np.float64)
    )
