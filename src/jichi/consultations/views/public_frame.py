"""What the public pages of a consultation have in common: where one is, and how many days are left."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.consultations.enums import Stage
from jichi.consultations.models import Consultation
from jichi.methods.deadlines import days_left
from jichi.ui.content import translated
from jichi.ui.numbers import format_date


def crumbs_of(consultation: Consultation | None, *titles: str) -> list[dict[str, Any]]:
    """Home, the list, the consultation, and the page itself last."""
    found = [{"title": _("Home"), "url": reverse("home")}]
    steps = [(_("Public comment"), reverse("consultation-list"))]
    if consultation is not None:
        url = reverse("consultation-detail", args=[consultation.key])
        steps.append((str(translated(consultation, "title")), url))
    steps += [(title, "") for title in titles]
    last = len(steps) - 1
    return found + [
        {"title": title, "url": "" if at == last else url} for at, (title, url) in enumerate(steps)
    ]


def days_line(consultation: Consultation, today: datetime.date) -> str:
    """How long one can still say something, or where it stands instead, in a sentence."""
    stage = consultation.stage(today)
    if stage == Stage.OPEN and consultation.last_day:
        left = days_left(today, consultation.last_day)
        if left == 1:
            return _("Today is the last day, until midnight.")
        return ngettext("%(days)s day left, until %(last)s.", "%(days)s days left, until %(last)s.", left) % {
            "days": left,
            "last": format_date(consultation.last_day),
        }
    if stage == Stage.ANNOUNCED:
        return _("You can say what you think from %(first)s.") % {
            "first": format_date(consultation.first_day)
        }
    if stage == Stage.CONSIDERED:
        return _("It closed on %(last)s. The city considers every opinion now.") % {
            "last": format_date(consultation.last_day)
        }
    if stage == Stage.PUBLISHED:
        return _("The result is published.")
    if stage == Stage.WITHDRAWN:
        return _("The city withdrew the proposal.")
    return _("No public comment is held on this, and the reason is published.")


def result_url(consultation: Consultation) -> str:
    """Where the result stands; empty while there is none, or where this installation has no such page."""
    if consultation.result_published_at is None:
        return ""
    try:
        return reverse("consultation-result", args=[consultation.key])
    except NoReverseMatch:
        return ""
