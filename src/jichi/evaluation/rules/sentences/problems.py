"""What is wrong with a rule file, and why no rule is in force, in words."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from jichi.evaluation.rules.values import Problem
from jichi.ui.numbers import format_date


def problem_sentence(problem: Problem) -> str:
    """What is wrong at one place of a rule file and how to mend it."""
    pattern = _patterns().get(problem.code) or _("The rule cannot be used (%(code)s).")
    known = {"code": problem.code, "value": "", "key": "", "wanted": "", "what": "", "words": "", "least": ""}
    return pattern % {**known, **_wanted(problem)}


def _wanted(problem: Problem) -> dict[str, str]:
    words = {
        "object": _("an object { }"),
        "array": _("a list [ ]"),
        "text": _("a text that is not empty"),
        "truth": _("true or false"),
    }
    params = dict(problem.params)
    return params | ({"wanted": words.get(params["wanted"], params["wanted"])} if "wanted" in params else {})


def _patterns() -> dict[str, str]:
    return {
        "missing": _("“%(key)s” is missing; add it."),
        "unknown": _("“%(key)s” is no word of this format; take it out or spell it as in the guide."),
        "type": _("Here stands %(wanted)s; write it so."),
        "too_few": _("At least %(least)s entry is needed."),
        "word": _("“%(value)s” is not known here; write one of: %(words)s."),
        "number": _('“%(value)s” is not an exact number of at most 40 digits, such as "60" or "0.95".'),
        "date": _("“%(value)s” is not a date; write it as 2026-04-01."),
        "dates": _("The last day %(last)s lies before the first, %(first)s."),
        "key": _("“%(value)s” cannot be a key; use a to z, 0 to 9 and hyphens, at most 60."),
        "url": _("“%(value)s” is not an address that begins with http:// or https://."),
        "grade": _("The grade “%(value)s” stands twice or is longer than 20 characters."),
        "clause": _("Give measure, bound and limit together, or none of them."),
        "well": _("“well_under” lies over 0 and at most at 100, “well_over” at 100 or more."),
        "condition": _("“%(value)s” is a number; a condition compares, such as numbers_under > 0."),
        "expression": _("“%(value)s” cannot be read as a condition (%(what)s)."),
        "nothing_proposed": _("Give “project”, “measure” or both."),
        "about-directed": _(
            "Lines for “about” may look only at what has no direction: from_target_percent, progress,"
            " paced_progress, growth_ratio."
        ),
        "per-year": _("“per_year” is a number over 0 if a line looks at paced_achievement, and else absent."),
    }


def absent_sentence(kind: str, key: str, on: datetime.date, day: datetime.date | None) -> str:
    """Why no version of a rule counts on a day: ``NotYet``, ``Repealed`` or ``Unknown``."""
    words = {
        "key": key,
        "on": format_date(on, weekday=False),
        "day": format_date(day, weekday=False) if day else "—",
    }
    if kind == "NotYet":
        return _("The rule “%(key)s” comes into force on %(day)s only, after %(on)s.") % words
    if kind == "Repealed":
        return _("The rule “%(key)s” ended on %(day)s, before %(on)s.") % words
    return _("No rule “%(key)s” was known for %(on)s; load it with the city's pack.") % words
