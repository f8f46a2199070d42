"""Reminders that the house sends by itself: some days before an answer is due, and when it is late."""

from __future__ import annotations

import datetime

from django.db.models.functions import Coalesce
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.figures.models import Inquiry, InquiryRequest

from ..actions import REMIND
from ..moves import OPEN
from .checking import remind

DAYS_BEFORE = (7, 1)
"""How many days before its day an open request is reminded of."""

LATE_EVERY = 7
"""Late ones are reminded on the day after their day, and then every so many days."""


def remind_by_day(today: datetime.date | None = None) -> int:
    """Remind who is to answer soon or should have answered; returns how many. Safe to run twice a day."""
    day = today or timezone.localdate()
    viewer = system_viewer("worker", actions=[REMIND])
    rows = (
        InquiryRequest.objects.filter(inquiry__state=Inquiry.State.SENT, state__in=OPEN)
        .annotate(due=Coalesce("due_on", "inquiry__due_on"))
        .values_list("inquiry_id", "pk", "due")
    )
    waiting: dict[int, list[int]] = {}
    for inquiry_id, pk, due in rows:
        if is_day_to_remind((due - day).days):
            waiting.setdefault(inquiry_id, []).append(pk)
    at = timezone.now() if today is None else _noon(day)
    return sum(
        len(remind(viewer=viewer, inquiry_id=inquiry_id, request_ids=ids, at=at))
        for inquiry_id, ids in sorted(waiting.items())
    )


def is_day_to_remind(days_left: int) -> bool:
    """Whether one is reminded when so many days are left (negative: late)."""
    return days_left in DAYS_BEFORE or (days_left < 0 and (-days_left - 1) % LATE_EVERY == 0)


def _noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
