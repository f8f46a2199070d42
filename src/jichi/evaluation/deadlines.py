"""Until when a sheet is to be where. A deadline ends at 24:00 of its day, in the city's time (Asia/Tokyo).

Nothing closes then: a draft is saved and a sheet is taken after it, and both say that it is late.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from .enums import CycleState, SheetState
from .models import Sheet


def due_of(sheet: Sheet, state: str | None = None) -> datetime.date | None:
    """The day by which whoever holds the sheet in ``state`` (default: its own) is to pass it on.

    A longer time for the department moves the later deadlines no further than to the same day. None where
    nothing is due any more.
    """
    cycle = sheet.cycle
    own = sheet.due_on or cycle.due_department
    match state or sheet.state:
        case SheetState.FILLING:
            return own
        case SheetState.SECTION:
            return max(cycle.due_section, own)
        case SheetState.BUREAU:
            return max(cycle.due_bureau, own)
        case SheetState.PLANNING:
            return max(cycle.due_planning, own)
    return None


def end_of(day: datetime.date) -> datetime.datetime:
    """The moment at which a deadline of ``day`` has passed: its 24:00, the midnight after it."""
    following = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min)
    return timezone.make_aware(following, timezone.get_default_timezone())


def is_past(day: datetime.date | None, moment: datetime.datetime) -> bool:
    """Whether the deadline of ``day`` has passed at ``moment``."""
    return day is not None and moment >= end_of(day)


def is_late(sheet: Sheet, moment: datetime.datetime) -> bool:
    """Whether whoever holds the sheet should have passed it on before ``moment``; never in a closed cycle."""
    return sheet.cycle.state == CycleState.OPEN and is_past(due_of(sheet), moment)


def was_late(sheet: Sheet) -> bool:
    """Whether the department handed in after its deadline, as the deadline stands now."""
    return sheet.handed_in_at is not None and is_past(due_of(sheet, SheetState.FILLING), sheet.handed_in_at)


def days_left(day: datetime.date | None, moment: datetime.datetime) -> int | None:
    """Days from ``moment`` to a deadline: 0 on the day itself, negative where it has passed, None: none."""
    if day is None:
        return None
    return (day - timezone.localtime(moment, timezone.get_default_timezone()).date()).days


def days_late(sheet: Sheet, moment: datetime.datetime) -> int:
    """Whole days begun since the department's deadline, 0 where it has not passed."""
    left = days_left(due_of(sheet, SheetState.FILLING), moment)
    return max(0, -(left or 0))
