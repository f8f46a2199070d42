"""Planning a survey: how sure it will be, how large it must be, and the smallest change it can show.

Everything is about a share, the value most surveys of residents print. A *wave* is one run of the survey: how
many will answer and how much its design costs. Shares, margins and changes are fractions, not points. What
belongs to planning is gathered here.

References
----------
Cochran, W. G. (1977). Sampling Techniques, third edition. Wiley, chapter 4.
"""

from __future__ import annotations

import math

from ..checking import at_least, fraction, positive
from ..errors import SurveyError
from .allocation import Allocation, Rule, allocate
from .changes import (
    Overlap,
    SmallestChange,
    power_of_change,
    power_of_trend,
    size_for_change,
    smallest_change,
    smallest_of_errors,
)
from .design_effects import cluster_effect, combined_effect, weighting_effect
from .targets import (
    Judged,
    TargetAssessment,
    TargetCode,
    YearsToSee,
    assess_target,
    years_until_visible,
)
from .waves import LEVEL, POWER, Wave, quantile, rounded_up

__all__ = [
    "LEVEL",
    "POWER",
    "Allocation",
    "Judged",
    "Overlap",
    "Rule",
    "SmallestChange",
    "TargetAssessment",
    "TargetCode",
    "Wave",
    "YearsToSee",
    "allocate",
    "asked_for",
    "assess_target",
    "cluster_effect",
    "combined_effect",
    "expected_answers",
    "power_of_change",
    "power_of_trend",
    "size_for_change",
    "size_for_margin",
    "smallest_change",
    "smallest_of_errors",
    "weighting_effect",
    "years_until_visible",
]


_MOST_PEOPLE = 10**10


def size_for_margin(
    margin: float,
    *,
    share: float = 0.5,
    design_effect: float = 1.0,
    population: float | None = None,
    level: float = LEVEL,
) -> int:
    """How many must answer for a share to be sure to within ± ``margin``.

    Raises
    ------
    SurveyError
        If a number is out of its range, or more would be needed than there are people.

    Notes
    -----
    ``n0 = z² p q deff / margin²``; with a population of N, ``n0 N / (N - 1 + n0)`` rounded up.

    Examples
    --------
    >>> size_for_margin(0.03)
    1068
    """
    positive(margin, "margin")
    z = quantile(level)
    needed = z**2 * fraction(share, "share") * (1 - share) * positive(design_effect, "design_effect")
    errors = math.sqrt(needed) / margin
    size = errors * errors
    if population is not None:
        at_least(population, 1, "population")
        # The form that holds for a population of one and a size beyond all numbers as well.
        size = population / (1 + (population - 1) / size) if size > 0 else 0.0
    return max(1, _people(size))


def _people(size: float) -> int:
    if not size <= _MOST_PEOPLE:
        raise SurveyError(
            "too-many", f"{size:g} would have to be asked, more than there are people", value=size
        )
    return rounded_up(size)


def expected_answers(asked: float, response_rate: float) -> float:
    """Answers to be expected of so many asked.

    Raises
    ------
    SurveyError
        If a number is out of its range.
    """
    return at_least(asked, 0, "asked") * fraction(response_rate, "response_rate")


def asked_for(answers: float, response_rate: float) -> int:
    """How many to ask so that ``answers`` can be expected.

    Raises
    ------
    SurveyError
        If a number is out of its range, or more would have to be asked than there are people; nobody answers
        at a rate of 0.

    Examples
    --------
    >>> asked_for(1500, 0.53)
    2831
    """
    at_least(answers, 0, "answers")
    positive(fraction(response_rate, "response_rate"), "response_rate")
    return _people(answers / response_rate)
