"""The end of an embargo: nobody acts when its moment passes, so it is told to those who read the trail."""

from __future__ import annotations

import datetime

from django.utils import timezone

from jichi.city.access import ANONYMOUS
from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.evaluation.actions import BECAME_PUBLIC
from jichi.evaluation.queries.results import public_cycles_for

DAYS_BACK = 3
"""How far back a day looks: a worker that stood still for a weekend misses none."""


def tell_ended(now: datetime.datetime | None = None) -> int:
    """Record which evaluations became public of late, so that search finds them; returns how many.

    Safe to run twice: the entry says again what holds already.
    """
    moment = now or timezone.now()
    viewer = system_viewer("worker", actions=[BECAME_PUBLIC])
    rows = public_cycles_for(ANONYMOUS, now=moment).filter(
        public_from__gt=moment - datetime.timedelta(days=DAYS_BACK)
    )
    count = 0
    for cycle in rows:
        with act(viewer, BECAME_PUBLIC, cycle):
            record(viewer, BECAME_PUBLIC, cycle)
        count += 1
    return count
