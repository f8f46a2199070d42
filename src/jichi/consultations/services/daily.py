"""What happens by the calendar alone: nobody acts when a first day begins or a last one is over."""

from __future__ import annotations

import datetime

from django.utils import timezone

from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.consultations.actions import BECAME_PUBLIC
from jichi.consultations.enums import VersionKind
from jichi.consultations.queries.consultations import public_for
from jichi.voices.actions import ANSWER_DESK
from jichi.voices.services import answer_desk

from .results import ending_of

DAYS_BACK = 3
"""How far back a day looks: a worker that stood still for a weekend misses none."""


def tell_begun(now: datetime.datetime | None = None) -> int:
    """Record which consultations or drafts became public of late, so that search finds them; how many.

    Safe to run twice: the entry says again what holds already.
    """
    moment = now or timezone.now()
    since = moment - datetime.timedelta(days=DAYS_BACK)
    viewer = system_viewer("worker", actions=[BECAME_PUBLIC])
    shown = public_for()
    begun = shown.filter(published_at__gt=since) | shown.filter(
        texts__kind=VersionKind.DRAFT, texts__published_at__gt=since, texts__published_at__lte=moment
    )
    count = 0
    for row in begun.distinct():
        with act(viewer, BECAME_PUBLIC, row):
            record(viewer, BECAME_PUBLIC, row)
        count += 1
    return count


def answer_closed(now: datetime.datetime | None = None) -> int:
    """Answer the desks whose result came before their end, as that of a withdrawn proposal may; how many."""
    moment = now or timezone.now()
    viewer = system_viewer("worker", actions=[ANSWER_DESK])
    rows = public_for().filter(
        result_published_at__lte=moment, desk__closes_at__lte=moment, desk__answered_at__isnull=True
    )
    desks = [(row.desk_id, ending_of(row)) for row in rows if row.desk_id is not None]
    for desk_id, kind in desks:
        answer_desk(viewer=viewer, desk_id=desk_id, kind=kind, at=moment)
    return len(desks)
