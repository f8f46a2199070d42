"""A rule as it is handed out: its value with the word of its boundary, its source and its fingerprint."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jichi.ui.numbers import format_number

Text = dict[str, dict[str, str]]

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "over": operator.gt,
    "at_most": operator.le,
    "under": operator.lt,
    "exactly": operator.eq,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in force.

    ``unit`` says what a number counts; ``boundary`` is ``at_least``, ``over``, ``at_most``, ``under`` or
    ``exactly``. ``fingerprint`` (SHA-256 of all that counts) goes with whatever was decided by the rule.
    """

    key: str
    title: str
    value: Any
    unit: str
    boundary: str
    in_force_from: datetime.date
    in_force_to: datetime.date | None
    known_from: datetime.date
    source: str
    source_url: str
    confirmed: bool
    note: str
    translations: Text
    fingerprint: str

    def holds(self, measured: Any) -> bool:
        """Whether what was measured meets the boundary: 30 is "at least 30" and is not "over 30"."""
        return _HOLDS[self.boundary](measured, self.value)

    def said(self, name: str) -> str:
        """``title``, ``source`` or ``note`` in the reader's language; its base text where there is none."""
        language = (get_language() or "").lower()
        for code in (language, language.split("-")[0]):
            if found := self.translations.get(code, {}).get(name):
                return found
        return str(getattr(self, name))


def text_of(rule: Rule) -> str:
    """What the rule says in a few words of the reader's language: "at least 30 days"."""
    if isinstance(rule.value, list):
        return _(", ").join(
            _day_of_year(one) if rule.unit == "day_of_year" else str(one) for one in rule.value
        )
    amount = _amount(rule)
    texts = {
        "at_least": _("at least %(amount)s"),
        "over": _("over %(amount)s"),
        "at_most": _("at most %(amount)s"),
        "under": _("under %(amount)s"),
        "exactly": "%(amount)s",
    }
    return texts[rule.boundary] % {"amount": amount}


def _amount(rule: Rule) -> str:
    value = rule.value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(value, int | float):
        return str(value)
    number, count = format_number(value), int(value)
    texts = {
        "day": ngettext("%(number)s day", "%(number)s days", count),
        "working_day": ngettext("%(number)s working day", "%(number)s working days", count),
        "month": ngettext("%(number)s month", "%(number)s months", count),
        "year": ngettext("%(number)s year", "%(number)s years", count),
        "person": ngettext("%(number)s person", "%(number)s people", count),
        "percent": _("%(number)s percent"),
    }
    return texts.get(rule.unit, "%(number)s") % {"number": number}


def _day_of_year(text: str) -> str:
    month, _dash, day = text.partition("-")
    return _("%(month)d/%(day)d") % {"month": int(month), "day": int(day)}
