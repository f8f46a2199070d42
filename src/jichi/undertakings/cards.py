"""Undertakings as lists show them, on this room's pages and on those of rooms above.

``{% include "undertakings/parts/cards.html" with cards=… %}`` draws what :func:`cards_of` gives.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.ui.content import translated

from .models import Adoption, Undertaking
from .words import day, mark_of, office_of, reference_of, source_of, title_of


def cards_of(rows: Iterable[Undertaking], *, staff: bool = False) -> list[dict[str, Any]]:
    """Cards of rows that a query gave; ``staff``: leading to the pages of the city's own people."""
    today, now = timezone.localdate(), timezone.now()
    return [card_of(row, today, now, staff=staff) for row in rows]


def card_of(
    row: Undertaking, today: datetime.date, now: datetime.datetime, *, staff: bool = False
) -> dict[str, Any]:
    """One undertaking in short: what was asked by whom, where it stands, what the city says to it."""
    return {
        "row": row,
        "title": title_of(row),
        "url": staff_url(row) if staff else public_url(row),
        "reference": reference_of(row),
        "kind": row.get_kind_display(),
        "source": source_of(row),
        "asked_on": day(row.asked_on),
        "office": office_of(row),
        "mark": mark_of(row, today),
        "adoption": "" if row.adoption == Adoption.UNDECIDED else row.get_adoption_display(),
        "due": _due(row),
        "context_title": translated(row, "context_title").html,
        "is_public": row.is_public(now),
        "has_draft": bool(row.answer_draft),
    }


def _due(row: Undertaking) -> str:
    if row.by_when is None:
        return ""
    if row.answered_at is None and row.started_at is None:
        return _("answer by %(day)s") % {"day": day(row.by_when)}
    return _("to be carried out by %(day)s") % {"day": day(row.by_when)}


def public_url(row: Undertaking) -> str:
    """Its page for everybody."""
    return reverse("undertaking-detail", args=[row.fiscal_year, row.number])


def staff_url(row: Undertaking) -> str:
    """Its page for the city's own people."""
    return reverse("staff-undertaking", args=[row.pk])
