"""Whether a plan's target can be judged by a survey: year by year, at its end, or not at all.

A plan that promises two points a year, measured by a survey that shows seven, will be "on the way" or
"behind" by chance. This is to be said when the target is set, not when it is evaluated.

References
----------
Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley, chapter 12 (repeated sampling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ..checking import fraction, is_number, probability, whole
from ..errors import SurveyError
from ..findings import Finding
from .changes import Overlap, power_of_change, power_of_trend, size_for_change, smallest_change
from .waves import LEVEL, POWER, Wave

__all__ = ["Judged", "TargetAssessment", "TargetCode", "YearsToSee", "assess_target", "years_until_visible"]

_MOST_YEARS = 100
# Less than this is the machine's rounding, not a way.
_NOTHING = 1e-9


class Judged(StrEnum):
    """By what a step is looked for: the first and the newest wave, or a straight line through all."""

    ENDS = "ends"
    TREND = "trend"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsToSee:
    """After how many ``years`` (at which ``wave`` after the first) a yearly ``step`` will have been shown.

    Both are None where the share reaches its end, or a hundred years pass, before.
    """

    step: float
    years: int | None
    wave: int | None
    level: float
    power: float


def years_until_visible(
    step: float,
    wave: Wave,
    *,
    share: float = 0.5,
    every: int = 1,
    judged: Judged | str = Judged.ENDS,
    level: float = LEVEL,
    power: float = POWER,
) -> YearsToSee:
    """How many years until a promised yearly step can be seen.

    Parameters
    ----------
    step
        Change of the true share in a year; negative for a fall. Not 0.
    wave
        How each survey is run.
    share
        Where it starts.
    every
        Years from survey to survey.
    judged
        See :class:`Judged`. The line sees sooner, but only a change that goes on steadily.
    level, power
        As in :func:`~jichi.methods.surveys.planning.changes.smallest_change`.

    Raises
    ------
    SurveyError
        If a number is out of its range or ``step`` is 0.

    Examples
    --------
    >>> years_until_visible(0.02, Wave(n=1500, design_effect=1.8)).years
    4
    """
    fraction(share, "share")
    chosen = _judged(judged)
    if not is_number(step) or not -1 <= step <= 1 or step == 0:
        raise SurveyError("no-change", f"step is {step}; give a change other than 0", value=step)
    gap = whole(every, 1, "every", code="years")
    probability(power, "power")
    found: int | None = None
    # A share cannot pass 0 or 1; a hair more is the machine's rounding of many small steps.
    for number in range(1, _MOST_YEARS // gap + 1):
        path = share + step * gap * np.arange(number + 1)
        if not -1e-9 <= path[-1] <= 1 + 1e-9:
            break
        shares = np.clip(path, 0, 1)
        if chosen is Judged.ENDS:
            reached = power_of_change(float(shares[0]), float(shares[-1]), wave, level=level)
        else:
            reached = power_of_trend(list(gap * np.arange(number + 1)), shares, [wave], level=level)
        if reached >= power:
            found = number
            break
    return YearsToSee(
        step=step, years=None if found is None else found * gap, wave=found, level=level, power=power
    )


def _judged(judged: Judged | str) -> Judged:
    try:
        return Judged(judged)
    except ValueError:
        raise SurveyError(
            "judged-unknown", f"judged is {judged!r}; give 'ends' or 'trend'", judged=str(judged)
        ) from None


class TargetCode(StrEnum):
    """What is found of a target.

    ``STEP_VISIBLE`` or ``STEP_BELOW_NOISE``: the change promised from one survey to the next, beside the
    smallest that can be shown (``step``, ``smallest``, ``every``).
    ``WAY_VISIBLE`` or ``WAY_BELOW_NOISE``: the way to the last survey (``way``, ``smallest``, ``years``).
    ``SEEN_FIRST``: the year in which a steady change will first have been shown (``year``).
    ``NEEDED_FOR_STEP``, ``NEEDED_FOR_WAY``: answers in each survey that would show it (``n``; None: more than
    a city has).
    ``NO_WAY``: the target is where the start is; only a fall by ``smallest`` would be noticed.
    ``NO_WAVE_AT_END``: no survey falls into the target's ``year``; ``last`` is the last one before.
    ``START_UNSURE``: the way is no longer than the start's interval reaches to a side (``way``, ``margin``).
    """

    STEP_VISIBLE = "step-visible"
    STEP_BELOW_NOISE = "step-below-noise"
    WAY_VISIBLE = "way-visible"
    WAY_BELOW_NOISE = "way-below-noise"
    SEEN_FIRST = "seen-first"
    NEEDED_FOR_STEP = "needed-for-step"
    NEEDED_FOR_WAY = "needed-for-way"
    NO_WAY = "no-way"
    NO_WAVE_AT_END = "no-wave-at-end"
    START_UNSURE = "start-unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetAssessment:
    """Whether a target can be judged.

    Parameters
    ----------
    by_step
        Whether the promised change from one survey to the next can be shown.
    by_end
        Whether the whole way can be shown by the last survey within the period.
    step, way
        Changes of the share, with sign: from one survey to the next and to the last survey.
    smallest_step, smallest_way
        The smallest change in that direction that can be relied on to be shown; None where none can.
    first_year
        When a steady change will first have been shown; None where not within the period.
    findings
        All this as codes for sentences, the most important first.
    """

    by_step: bool
    by_end: bool
    step: float
    way: float
    smallest_step: float | None
    smallest_way: float | None
    first_year: int | None
    findings: tuple[Finding, ...]


def assess_target(
    start: float,
    target: float,
    start_year: int,
    target_year: int,
    wave: Wave,
    *,
    start_wave: Wave | None = None,
    every: int = 1,
    survey_years: Sequence[int] | None = None,
    overlap: Overlap | None = None,
    level: float = LEVEL,
    power: float = POWER,
) -> TargetAssessment:
    """Say whether a survey can judge a target that is approached in equal yearly steps.

    Parameters
    ----------
    start, target
        Shares: where the plan starts and where it is to arrive.
    start_year, target_year
        Their years, the second later.
    wave
        How the surveys to come are run.
    start_wave
        The survey that gave ``start``; like ``wave`` where left out.
    every
        Years from survey to survey, counted from ``start_year``.
    survey_years
        The years of the surveys to come, instead of ``every``.
    overlap
        People asked in the start's wave and again; None: samples drawn apart.
    level, power
        As in :func:`~jichi.methods.surveys.planning.changes.smallest_change`.

    Returns
    -------
    TargetAssessment

    Raises
    ------
    SurveyError
        If a number is out of its range, the years are not in order, or no survey falls into the period.

    Notes
    -----
    A step counts as visible where its power is reached from the path's start. As a change of 2.8 standard
    errors of a difference is needed at 0.95 and 0.8, a visible step is also four times the standard error of
    one value, well beyond the two below which progress against a path is not assessed.

    Examples
    --------
    >>> found = assess_target(0.52, 0.60, 2025, 2029, Wave(n=1500, design_effect=1.8))
    >>> found.by_step, found.by_end, found.first_year
    (False, True, 2029)
    """
    way = fraction(target, "target") - fraction(start, "start")
    years = _survey_years(start_year, target_year, every, survey_years)
    first = wave if start_wave is None else start_wave
    pace = way / (target_year - start_year)
    found = _Way(start, pace, start_year, years, first, wave, overlap, level, power)
    if abs(way) < _NOTHING:
        return _no_way(found)
    gap = min(later - earlier for earlier, later in zip([start_year, *years], years, strict=False))
    step, moved = pace * gap, pace * (years[-1] - start_year)
    smallest_step = found.smallest(wave, None, step)
    smallest_way = found.smallest(first, overlap, moved)
    first_year = found.first_year()
    by_step = smallest_step is not None and abs(step) >= smallest_step
    by_end = first_year is not None
    findings = _findings(found, step, moved, gap, smallest_step, smallest_way, first_year, by_step)
    if years[-1] < target_year:
        findings.append(
            Finding(
                code=TargetCode.NO_WAVE_AT_END, can=False, params={"year": target_year, "last": years[-1]}
            )
        )
    return TargetAssessment(
        by_step=by_step,
        by_end=by_end,
        step=step,
        way=moved,
        smallest_step=smallest_step,
        smallest_way=smallest_way,
        first_year=first_year,
        findings=tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """A steady way, and the surveys along it."""

    start: float
    pace: float
    start_year: int
    years: tuple[int, ...]
    first: Wave
    wave: Wave
    overlap: Overlap | None
    level: float
    power: float

    def smallest(self, earlier: Wave, overlap: Overlap | None, change: float) -> float | None:
        """The smallest change to be shown in the direction of ``change``."""
        found = smallest_change(
            earlier, self.wave, share=self.start, level=self.level, power=self.power, overlap=overlap
        )
        return found.up if change > 0 else found.down

    def answers_needed(self, change: float) -> int | None:
        """Answers in each of two surveys that would show a change from the start; None beyond all reason."""
        after = min(1.0, max(0.0, self.start + change))
        try:
            return size_for_change(
                self.start,
                after,
                design_effect=self.wave.design_effect,
                level=self.level,
                power=self.power,
            )
        except SurveyError as error:
            if error.code not in {"change-too-small", "no-change"}:
                raise
            return None

    def first_year(self) -> int | None:
        """The first survey that will have shown the change since the start."""
        for year in self.years:
            reached = min(1.0, max(0.0, self.start + self.pace * (year - self.start_year)))
            shown = power_of_change(
                self.start, reached, self.first, self.wave, level=self.level, overlap=self.overlap
            )
            # The smallest change is found to the machine's rounding; so is what just reaches it.
            if shown >= self.power - 1e-9:
                return year
        return None


def _survey_years(start: int, end: int, every: int, given: Sequence[int] | None) -> tuple[int, ...]:
    whole(start, 0, "start_year", code="years")
    whole(end, 0, "target_year", code="years")
    if end <= start:
        raise SurveyError(
            "years",
            f"target_year is {end} and start_year {start}; the target's year comes later",
            name="target_year",
            value=end,
        )
    years = (
        range(start, end + 1, whole(every, 1, "every", code="years"))
        if given is None
        else sorted({whole(one, 0, "survey_years", code="years") for one in given})
    )
    found = tuple(year for year in years if start < year <= end)
    if not found:
        raise SurveyError(
            "no-survey-in-period",
            f"no survey falls into {start + 1} to {end}; the target cannot be judged at all",
            first=start + 1,
            last=end,
        )
    return found


def _no_way(found: _Way) -> TargetAssessment:
    smallest = found.smallest(found.first, found.overlap, -1)
    return TargetAssessment(
        by_step=False,
        by_end=False,
        step=0.0,
        way=0.0,
        smallest_step=None,
        smallest_way=None,
        first_year=None,
        findings=(Finding(code=TargetCode.NO_WAY, can=False, params={"smallest": smallest}),),
    )


def _findings(
    found: _Way,
    step: float,
    way: float,
    gap: int,
    smallest_step: float | None,
    smallest_way: float | None,
    first_year: int | None,
    by_step: bool,
) -> list[Finding]:
    by_end = first_year is not None
    made = [
        Finding(
            code=TargetCode.STEP_VISIBLE if by_step else TargetCode.STEP_BELOW_NOISE,
            can=by_step,
            params={"step": step, "smallest": smallest_step, "every": gap},
        ),
        Finding(
            code=TargetCode.WAY_VISIBLE if by_end else TargetCode.WAY_BELOW_NOISE,
            can=by_end,
            params={"way": way, "smallest": smallest_way, "years": found.years[-1] - found.start_year},
        ),
    ]
    if first_year is not None:
        made.append(Finding(code=TargetCode.SEEN_FIRST, can=True, params={"year": first_year}))
    for shown, change, code in (
        (by_step, step, TargetCode.NEEDED_FOR_STEP),
        (by_end, way, TargetCode.NEEDED_FOR_WAY),
    ):
        if not shown:
            made.append(Finding(code=code, can=False, params={"n": found.answers_needed(change)}))
    margin = found.first.margin(found.start, found.level)
    if abs(way) <= margin:
        made.append(Finding(code=TargetCode.START_UNSURE, can=False, params={"way": way, "margin": margin}))
    return made
