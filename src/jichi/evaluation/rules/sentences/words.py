"""The words of the rule language: measures, bounds, conditions and reasons."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.evaluation.rules.stored import IN_UNIT
from jichi.methods.rating import Bound, Measure, Reason, Where

FORMULAS: Mapping[str, str] = {
    Measure.TO_TARGET: "s(x − T)",
    Measure.CHANGE: "s(x − S)",
    Measure.CHANGE_PERCENT: "100·s(x − S)/|S|",
    Measure.FROM_TARGET_PERCENT: "100·|x − T|/|T|",
    Measure.ACHIEVEMENT: "r",
    Measure.PACED_ACHIEVEMENT: "100·r/q",
    Measure.PROGRESS: "100·(x − S)/(T − S)",
    Measure.PACED_PROGRESS: "100·(x − S)/(E − S)",
    Measure.TO_PATH: "s(x − E)",
    Measure.GROWTH_PERCENT: "100·s((x/S)^(1/t) − 1)",
    Measure.GROWTH_RATIO: "((x/S)^(1/t) − 1)/((T/S)^(1/n) − 1)",
}
"""How a measure is computed; the letters are told on the page of a rule."""


def measure_name(measure: str, *, sign: int | None = None) -> str:
    """What a measure is called. For 以下 (``sign`` -1) it is said that a difference counts the other way."""
    if sign == -1 and measure in IN_UNIT:
        return {
            Measure.TO_TARGET: _("distance to the target (+ is better)"),
            Measure.CHANGE: _("change since the current value (+ is better)"),
            Measure.TO_PATH: _("distance to the straight line to the target (+ is better)"),
        }[Measure(measure)]
    return {
        Measure.TO_TARGET: _("distance to the target"),
        Measure.CHANGE: _("change since the current value"),
        Measure.CHANGE_PERCENT: _("rate of change since the current value"),
        Measure.FROM_TARGET_PERCENT: _("distance from the target on either side, in per cent"),
        Measure.ACHIEVEMENT: _("rate of achievement"),
        Measure.PACED_ACHIEVEMENT: _("rate of achievement of what is due by the year"),
        Measure.PROGRESS: _("share of the way from the current value to the target"),
        Measure.PACED_PROGRESS: _("share of the way that is due by the year"),
        Measure.TO_PATH: _("distance to the straight line from the current value to the target"),
        Measure.GROWTH_PERCENT: _("yearly rate of growth in the wanted direction"),
        Measure.GROWTH_RATIO: _("yearly rate of growth over the one that is needed"),
    }[Measure(measure)]


def bounded(bound: str, limit: str) -> str:
    """A limit with the word that says on which side of it a value must lie."""
    pattern = {
        Bound.AT_LEAST: pgettext("bound", "%(limit)s or more"),
        Bound.OVER: pgettext("bound", "more than %(limit)s"),
        Bound.AT_MOST: pgettext("bound", "%(limit)s or less"),
        Bound.BELOW: pgettext("bound", "less than %(limit)s"),
    }[Bound(bound)]
    return pattern % {"limit": limit}


def plainly(measure: str, bound: str, limit: str, *, holds: bool, sign: int | None) -> str:
    """A comparison with nought as one says it; empty where there is no plainer way than the number.

    ``sign`` is +1 for 以上, -1 for 以下, None where one speaks of the rule and not of a case.
    """
    if limit.strip("-0.") or bound not in (Bound.AT_LEAST, Bound.OVER):
        return ""
    if measure == Measure.TO_TARGET:
        if bound == Bound.OVER:
            return _("the target is exceeded") if holds else _("the target is not exceeded")
        return _("the target is reached") if holds else _("the target is not reached")
    if bound == Bound.OVER:
        return ""
    if measure == Measure.CHANGE:
        return _against_start(holds=holds, sign=sign)
    if measure == Measure.TO_PATH:
        return (
            _("on the straight line to the target or ahead of it")
            if holds
            else _("behind the straight line to the target")
        )
    return ""


def _against_start(*, holds: bool, sign: int | None) -> str:
    if sign is None:
        return _("no worse than the current value") if holds else _("worse than the current value")
    if sign > 0:
        return _("not below the current value") if holds else _("below the current value")
    return _("not above the current value") if holds else _("above the current value")


def only_where(where: str) -> str:
    """For which cases a line of a rule exists; empty for all."""
    return {
        Where.ALWAYS: "",
        Where.TARGET_HARDER: _("only where the target asks for more than the current value"),
        Where.SURVEY: _("only for figures that a survey measures"),
        Where.NO_SURVEY: _("only for figures that no survey measures"),
    }[Where(where)]


def not_here(where: str) -> str:
    """Why a line of a rule does not exist for a case."""
    return {
        Where.ALWAYS: "",
        Where.TARGET_HARDER: _("the target asks for no more than the current value"),
        Where.SURVEY: _("the figure is not measured by a survey"),
        Where.NO_SURVEY: _("the figure is measured by a survey"),
    }[Where(where)]


def reason_words(reason: str, **words: str) -> str:
    """Why nothing can be judged. ``words``: ``year``, ``break_year``."""
    return _reasons()[Reason(reason)] % {"year": "—", "break_year": "—", **words}


def _reasons() -> dict[Reason, str]:
    return {
        Reason.NO_VALUE: _("there is no result for %(year)s"),
        Reason.SURVEY_NOT_RUN: _("the survey was not run in %(year)s"),
        Reason.BREAK: _(
            "the definition changed in %(break_year)s, and nothing is computed across the change"
        ),
        Reason.SENSE_INDICATOR: _("an indicator of residents' sense gets no grade under this rule"),
        Reason.COMPARATOR_ABOUT: _("the target says “about”, and the rule does not say how to read that"),
        Reason.COMPARATOR_NONE: _("the target says neither “at least” nor “at most”"),
        Reason.NO_TARGET: _("the plan prints no target"),
        Reason.NO_START: _("the plan prints no current value to start from"),
        Reason.NO_DISTANCE: _("target and current value are the same, so that there is no way to go"),
        Reason.NO_YEARS: _("no year has passed since the current value"),
        Reason.AFTER_TARGET_YEAR: _("the year lies after that of the target"),
        Reason.TARGET_NOT_POSITIVE: _("the target is not above 0, so that no rate can be computed"),
        Reason.TARGET_ZERO: _("the target is 0, so that no rate can be computed"),
        Reason.START_NOT_POSITIVE: _("the current value is not above 0, so that no rate can be computed"),
        Reason.START_ZERO: _("the current value is 0, so that no rate can be computed"),
        Reason.VALUE_NEGATIVE: _("the result is below 0, so that no rate can be computed"),
        Reason.VALUE_NOT_POSITIVE: _("the result is not above 0, so that no rate can be computed"),
        Reason.NO_CLAUSE: _("no line of the rule fits"),
        Reason.SERIES_NOT_RATED: _("one of its series cannot be judged"),
    }
