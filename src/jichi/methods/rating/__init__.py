"""Grades by rules that are data: clauses tried in order, over exact numbers, each step kept.

A :class:`Rule` is a list of clauses: this grade, if this measure lies so. Cities differ in the list and its
limits, not in code. :func:`rate` applies a rule to a :class:`Case` and keeps every clause it tried, so that a
grade can be told step by step; :func:`combine` makes one grade of several series. No sentence is made here.

What cannot be judged has a reason for its answer, never the worst grade.
"""

from __future__ import annotations

from decimal import Decimal

from .combining import Band, Combined, Combining, Scale, combine, points
from .judging import rate
from .measures import Figures, Measured, measured
from .values import (
    Bound,
    Case,
    Clause,
    Flag,
    Measure,
    Observation,
    Outcome,
    Rating,
    RatingError,
    Reason,
    Rule,
    Step,
    Where,
)

__all__ = [
    "Band",
    "Bound",
    "Case",
    "Clause",
    "Combined",
    "Combining",
    "Figures",
    "Flag",
    "Measure",
    "Measured",
    "Observation",
    "Outcome",
    "Rating",
    "RatingError",
    "Reason",
    "Rule",
    "Scale",
    "Step",
    "Where",
    "a_to_d",
    "combine",
    "measured",
    "points",
    "rate",
]


def a_to_d(*, least: Decimal = Decimal(60), allows_last: bool = False) -> Rule:
    """The four-grade rule: target reached; not worse than the start; at least ``least`` per cent; less.

    Parameters
    ----------
    least
        Rate of achievement, in per cent, that still gives ``c``.
    allows_last
        Whether the last value within the period stands in for a survey that was not run.

    Notes
    -----
    In this order, with s = +1 for 以上 and -1 for 以下::

        a  s (x - T) >= 0
        b  s (x - S) >= 0, which exists only where s (T - S) > 0
        c  r >= least, with r = 100 x / T for 以上 and 100 T / x for 以下
        d  r < least
    """
    return Rule(
        grades=("a", "b", "c", "d"),
        clauses=(
            Clause(grade="a", measure=Measure.TO_TARGET, bound=Bound.AT_LEAST, limit=Decimal(0)),
            Clause(
                grade="b",
                measure=Measure.CHANGE,
                bound=Bound.AT_LEAST,
                limit=Decimal(0),
                where=Where.TARGET_HARDER,
            ),
            Clause(grade="c", measure=Measure.ACHIEVEMENT, bound=Bound.AT_LEAST, limit=least),
            Clause(grade="d", measure=Measure.ACHIEVEMENT, bound=Bound.BELOW, limit=least),
        ),
        allows_last=allows_last,
    )
