"""Periods and deadlines: working days, days of a period, and the moment at which a last day ends.

A period by days begins with its first day where that day is given whole, as a publication at its beginning
is (Civil Code, article 140, second sentence): 1 June to 30 June is 30 days. A deadline of n working days
"after" a day does not count that day (article 140, first sentence). A last day ends at midnight
(article 141).

What is closed: Saturdays, Sundays, national holidays, and 29 December to 3 January (Local Autonomy Act,
article 4-2, paragraph 2; a city's own by-law says the same for itself and may add days). How long a period
must be is a rule with dates, kept elsewhere; nothing here knows one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from jpholiday import JPHoliday

from jichi.methods.errors import MethodError

__all__ = [
    "TOKYO",
    "DeadlineError",
    "add_working_days",
    "closed_days",
    "days_in_period",
    "days_left",
    "ends_at",
    "is_open",
    "last_day_for",
    "starts_at",
    "working_days_between",
]

TOKYO = ZoneInfo("Asia/Tokyo")

_LONGEST_CLOSED = 366
_MOST_DAYS = 36_600
# The Act on National Holidays is of July 1948; the equinoxes are reckoned, and further on only guessed.
_YEARS = range(1949, 2100)
_LOCK = threading.Lock()
# An instance of its own: what another package registers with the library changes no deadline here.
_HOLIDAYS = JPHoliday()


class DeadlineError(MethodError):
    """A period or deadline that cannot be reckoned."""


@lru_cache(maxsize=16_384)
def _is_holiday(day: date) -> bool:
    if day.year not in _YEARS:
        raise DeadlineError(
            "unknown-year", f"the national holidays of {day.year} are not known", year=day.year
        )
    with _LOCK:
        return _HOLIDAYS.is_holiday(day)


def closed_days(extra: Iterable[date] = (), *, year_end: bool = True) -> Callable[[date], bool]:
    """The rule by which an office is closed on a day.

    Parameters
    ----------
    extra
        Further days on which it is closed.
    year_end
        Whether 29 December to 3 January are closed.

    Returns
    -------
    callable
        From a date to whether it is closed. It raises ``unknown-year`` for a year whose holidays cannot be
        reckoned (they follow the Act on National Holidays as it stands; future changes are not known).
    """
    further = frozenset(extra)

    def closed(day: date) -> bool:
        if day.weekday() >= 5 or day in further:
            return True
        if year_end and (day.month, day.day) in ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)):
            return True
        return _is_holiday(day)

    return closed


def _check_days(days: int, least: int) -> None:
    if not least <= days <= _MOST_DAYS:
        raise DeadlineError(
            "bad-days", f"a number of days lies between {least} and {_MOST_DAYS}, not {days}", days=days
        )


def _after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise DeadlineError(
            "bad-days", f"{days} days after {day} is beyond the calendar", days=days
        ) from error


def add_working_days(start: date, days: int, *, closed: Callable[[date], bool]) -> date:
    """The day on which a deadline of so many working days falls.

    Parameters
    ----------
    start
        The day of the event; it does not count.
    days
        Working days, at least 0. 0 gives ``start`` itself, also where that is closed.
    closed
        Such as :func:`closed_days` gives.

    Raises
    ------
    DeadlineError
        ``bad-days``; ``no-working-day`` where a year goes by without one.
    """
    _check_days(days, 0)
    day, shut = start, 0
    while days:
        day = _after(day, 1)
        if closed(day):
            shut += 1
            if shut > _LONGEST_CLOSED:
                raise DeadlineError(
                    "no-working-day", f"no working day in the year before {day}; check what is closed", on=day
                )
        else:
            shut = 0
            days -= 1
    return day


def working_days_between(start: date, last: date, *, closed: Callable[[date], bool]) -> int:
    """Working days after ``start`` up to ``last``, which counts; negative where ``last`` lies before."""
    if last < start:
        return -working_days_between(last, start, closed=closed)
    _check_days((last - start).days, 0)
    return sum(not closed(start + timedelta(days=at)) for at in range(1, (last - start).days + 1))


def days_in_period(first: date, last: date) -> int:
    """Days of a period, its first and its last one counted.

    Raises
    ------
    DeadlineError
        ``period-backwards``.

    Examples
    --------
    >>> days_in_period(date(2019, 7, 8), date(2019, 8, 9))
    33
    """
    if last < first:
        raise DeadlineError(
            "period-backwards",
            f"the last day, {last}, lies before the first, {first}",
            first=first,
            last=last,
        )
    return (last - first).days + 1


def last_day_for(first: date, days: int) -> date:
    """The last day of a period of so many days, at least 1, of which ``first`` is the first."""
    _check_days(days, 1)
    return _after(first, days - 1)


def days_left(today: date, last: date) -> int:
    """Days on which something can still be done, today among them: 1 on the last day, 0 afterwards."""
    return max(0, (last - today).days + 1)


def starts_at(first: date) -> datetime:
    """The moment at which a first day begins, in Tokyo."""
    return datetime.combine(first, time(), TOKYO)


def ends_at(last: date) -> datetime:
    """The moment at which a last day ends: 24:00 in Tokyo, that is 0:00 of the next day.

    What arrives at this moment arrives late; what arrives before it is in time.
    """
    return datetime.combine(_after(last, 1), time(), TOKYO)


def is_open(now: datetime, first: date, last: date) -> bool:
    """Whether a moment lies in a period of days.

    Raises
    ------
    DeadlineError
        ``naive-time`` where the moment has no time zone; ``period-backwards``.
    """
    if now.tzinfo is None:
        raise DeadlineError("naive-time", f"{now} says no time zone")
    days_in_period(first, last)
    return starts_at(first) <= now < ends_at(last)
