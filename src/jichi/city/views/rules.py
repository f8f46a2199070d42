"""Periods and rules by which the city's mechanisms go, for anybody: what, since when, from which source."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.rules import Rule, history, in_force, text_of
from jichi.ui.numbers import format_date

_GROUPS = ("consultation", "voices", "office", "backup")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in force, what nobody has confirmed marked as such, with what held before."""
    found = in_force(on=timezone.localdate())
    unconfirmed = sum(not rule.confirmed for rule in found)
    context = {
        "heading": _heading(len(found), unconfirmed),
        "cite_title": _("Periods and rules"),
        "crumbs": [{"title": _("Periods and rules")}],
        "groups": _groups(found),
        "unconfirmed": unconfirmed,
    }
    return render(request, "city/rules.html", context)


def _heading(count: int, unconfirmed: int) -> str:
    if not count:
        return _("By which periods and rules does the city go?")
    text = ngettext(
        "The city goes by %(count)d rule; the source of %(open)d is not confirmed yet",
        "The city goes by %(count)d rules; the source of %(open)d is not confirmed yet",
        count,
    )
    if not unconfirmed:
        text = ngettext(
            "The city goes by %(count)d rule with a confirmed source",
            "The city goes by %(count)d rules, all with a confirmed source",
            count,
        )
    return text % {"count": count, "open": unconfirmed}


def _groups(found: list[Rule]) -> list[dict[str, Any]]:
    titles = {
        "consultation": _("Public comments"),
        "voices": _("What people write to the city"),
        "office": _("Working days and messages"),
        "backup": _("Backups"),
        "": _("Other rules"),
    }
    groups: dict[str, list[dict[str, Any]]] = {}
    for rule in found:
        first = rule.key.partition(".")[0]
        groups.setdefault(first if first in _GROUPS else "", []).append(_line(rule))
    return [
        {"ident": key or "other", "title": titles[key], "lines": groups[key]}
        for key in (*_GROUPS, "")
        if key in groups
    ]


def _line(rule: Rule) -> dict[str, Any]:
    earlier = [one for one in history(rule.key) if one.fingerprint != rule.fingerprint]
    return {
        "title": rule.said("title"),
        "text": text_of(rule),
        "since": format_date(rule.in_force_from, weekday=False),
        "source": rule.said("source"),
        "source_url": rule.source_url,
        "note": rule.said("note"),
        "confirmed": rule.confirmed,
        "others": [
            {
                "text": text_of(one),
                "since": format_date(one.in_force_from, weekday=False),
                "until": format_date(one.in_force_to, weekday=False) if one.in_force_to else "",
                "source": one.said("source"),
            }
            for one in earlier
        ],
    }
