"""The dates of consultations as a calendar file (iCalendar)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from jichi.ui.content import translated

from .models import Consultation


def calendar_of(rows: Iterable[Consultation], *, title: str) -> bytes:
    """Each period as an event of whole days, its result as one of its day; in the reader's language.

    The end of an event of whole days is the day after the last one (RFC 5545, section 3.6.1).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Jichi//consultations//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for row in rows:
        for event in _events(row):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(row: Consultation) -> list[Event]:
    name = str(translated(row, "title"))
    found = []
    if row.first_day and row.last_day and row.withdrawn_at is None:
        summary = _("Public comment: %(title)s") % {"title": name}
        found.append(_event(row, "period", summary, row.first_day, row.last_day))
    if row.result_published_at is not None:
        day = timezone.localdate(row.result_published_at)
        summary = _("Result of the public comment: %(title)s") % {"title": name}
        found.append(_event(row, "result", summary, day, day))
    return found


def _event(row: Consultation, what: str, summary: str, first: datetime.date, last: datetime.date) -> Event:
    base = settings.BASE_URL.rstrip("/")
    event = Event()
    event.add("uid", f"{what}-{row.pk}@{urlsplit(base).hostname or 'jichi.invalid'}")
    event.add("dtstamp", row.published_at)
    event.add("dtstart", first)
    event.add("dtend", last + datetime.timedelta(days=1))
    event.add("summary", summary)
    event.add("description", str(translated(row, "summary"))[:2000])
    event.add("url", base + reverse("consultation-detail", args=[row.key]))
    event.add("transp", "TRANSPARENT")
    return event
