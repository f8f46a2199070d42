"""Whether a target will be met, as one says such a thing: so many times in a hundred, or "cannot say"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.ui.numbers import fiscal_year


def forecast_sentences(
    *, count: int | None, reason: str = "", params: Mapping[str, Any] | None = None
) -> list[str]:
    """``count``: in how many of a hundred cases the target will be met; None: ``reason`` says why not.

    ``params``: ``target``, ``low``, ``high`` (printed) and ``year`` for a count, else what the reason needs.
    """
    words = dict(params or {})
    for name in ("year", "last_year", "furthest", "break_year"):
        if isinstance(words.get(name), int):
            words[name] = fiscal_year(words[name], style="short")
    if count is None:
        pattern = _reasons().get(reason) or _reasons()["no_value"]
        known = {
            "points": "—",
            "least": "—",
            "year": "—",
            "last_year": "—",
            "furthest": "—",
            "break_year": "—",
        }
        return [pattern % {**known, **words}]
    words["count"] = count
    if count < 1:
        first = _("Prospect of reaching the target %(target)s in %(year)s: fewer than 1 time in 100.")
    elif count > 99:
        first = _("Prospect of reaching the target %(target)s in %(year)s: more than 99 times in 100.")
    else:
        first = _("Prospect of reaching the target %(target)s in %(year)s: about %(count)d times in 100.")
    return [
        first % words,
        _("In 80 of 100 like cases the value of %(year)s lies between %(low)s and %(high)s.") % words,
    ]


def _reasons() -> dict[str, str]:
    return {
        "no_value": _("Cannot say whether the target will be met: no result is loaded yet."),
        "too_few": _(
            "Cannot say whether the target will be met: there are %(points)s results, and at least %(least)s"
            " are needed."
        ),
        "too_few_after_break": _(
            "Cannot say whether the target will be met: since the definition changed in %(break_year)s there"
            " are too few results (%(points)s; at least %(least)s are needed)."
        ),
        "constant": _("Cannot say whether the target will be met: the results never changed."),
        "error_too_large": _(
            "Cannot say whether the target will be met: the survey is too small for the changes from year to"
            " year."
        ),
        "not_ahead": _("Cannot say whether the target will be met: a result of its year is there already."),
        "too_far": _(
            "Cannot say whether the target will be met: %(year)s is too far ahead (the results reach to"
            " %(furthest)s)."
        ),
        "comparator": _(
            "Cannot say whether the target will be met: it says neither “at least” nor “at most”."
        ),
        "no_target": _("Cannot say: the plan prints no target."),
        "break": _(
            "Cannot say whether the target will be met: it was set under another definition than the one"
            " that is measured now."
        ),
        "unusable": _("Cannot say whether the target will be met: the results cannot be computed with."),
    }
