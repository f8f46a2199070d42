"""What is said beside a grade: how far the way is gone, how sure the value is, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.ui.content import chosen
from jichi.ui.numbers import fiscal_year, format_number, format_value

from .told import Told, measured


def beside_sentences(told: Told) -> list[str]:
    """Progress, the straight line's value and, of a probability sample, its interval."""
    beside = told.beside
    found = []
    if beside.get("progress") is not None:
        share = Decimal(beside["progress"])
        number = format_number(abs(share), 1)
        if share < 0:
            text = _("It moved away from the target, by %(percent)s %% of the way that was to be gone.")
        else:
            text = _("Of the way from the current value to the target, %(percent)s %% is gone.")
        found.append(text % {"percent": number})
    if beside.get("expected") is not None:
        value = format_value(Decimal(beside["expected"]), told.unit, decimals=told.case.get("decimals", 0))
        found.append(
            _("On a straight line from the current value to the target, %(year)s would be at %(value)s.")
            % {"value": value, "year": _year(beside.get("expected_year"))}
        )
    found += _interval(told, beside.get("interval"))
    return found


def _interval(told: Told, interval: Mapping[str, Any] | None) -> list[str]:
    if not interval:
        return []
    decimals = told.case.get("decimals", 0)
    words = {
        "level": interval.get("level", "95"),
        "low": format_value(Decimal(interval["low"]), told.unit, decimals=decimals),
        "high": format_value(Decimal(interval["high"]), told.unit, decimals=decimals),
    }
    if interval.get("n"):
        words["n"] = format_number(int(interval["n"]))
        return [_("The survey's %(level)s %% interval is %(low)s to %(high)s (%(n)s answers).") % words]
    return [_("The survey's %(level)s %% interval is %(low)s to %(high)s.") % words]


# --- flags ----------------------------------------------------------------------------------------------
def flag_sentences(told: Told, *, superseded_by: int | None = None) -> list[str]:
    """What must be said beside the grade, one sentence for each flag.

    ``superseded_by``: the number of the version that took the place of the grade's rule.
    """
    found = [_flag(told, flag) for flag in told.beside.get("flags", ())]
    if superseded_by is not None:
        found.append(
            _("The rule has a newer version, number %(number)d: grade again with a reason before publishing.")
            % {"number": superseded_by}
        )
    return [one for one in found if one]


def _flag(told: Told, flag: Mapping[str, Any]) -> str:
    code = flag.get("code", "")
    plain = _plain().get(code)
    if plain is not None:
        return plain
    words: dict[str, Any] = {
        "year": _year(flag.get("year", told.case.get("year"))),
        "value_year": told.year("value_year"),
        "target_year": told.year("target_year"),
        "seen": format_number(int(flag.get("seen", 0))),
        "whole": format_number(int(flag.get("whole", 0))),
        "what": str(chosen(flag.get("what"))),
        "why": str(flag.get("why", "")),
    }
    pattern = _patterns().get(code)
    if pattern is None:
        return ""
    said = pattern % words
    change = told.beside.get("change")
    if code in {"change_shown", "change_not_shown"} and change:
        said = _("%(said)s (change %(value)s, interval %(low)s to %(high)s)") % {
            "said": said,
            **{name: measured("change", change[name], told.unit) for name in ("value", "low", "high")},
        }
    return said


def _plain() -> dict[str, str]:
    return {
        "maintain": _("The target is to keep the current value."),
        "target_easier": _(
            "The target asks for less than the current value: it can be reached even by falling back."
        ),
        "provisional": _("The result is provisional."),
        "not_random": _("Those asked were not drawn by lot, so that nobody can tell chance from change."),
        "change_unknown": _(
            "Whether the change since the current value is more than chance cannot be told: the survey"
            " behind the current value is not held."
        ),
        "break_start": _(
            "The definition changed between current value and target; nothing is computed across the change."
        ),
    }


def _patterns() -> dict[str, str]:
    return {
        "last_value": _(
            "The survey was not run in %(year)s. The last value within the plan's period, of %(value_year)s,"
            " stands in."
        ),
        "survey_not_run": _("The survey was not run in %(year)s."),
        "unusual_base": _("The current value is of %(year)s: %(what)s."),
        "start_set": _(
            "A value set for the purpose, of %(year)s, stands in place of the plan's current value: %(why)s"
        ),
        "partial_coverage": _(
            "The result saw only %(seen)s of %(whole)s parts of the whole; it does not stand for the whole."
        ),
        "break": _("The definition changed in %(year)s; nothing is computed across the change."),
        "period_target": _(
            "The plan prints no target for %(year)s; the result is held against that of %(target_year)s."
        ),
        "change_shown": _("The change since the current value is more than chance alone would make."),
        "change_not_shown": _("Chance alone could have made the change since the current value."),
    }


def _year(year: int | None) -> str:
    return fiscal_year(year, style="short") if year is not None else "—"
