"""Days of replies: working days by the dated rules of the city."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from jichi.city import rules
from jichi.methods import deadlines

CLOSED_RULE = "office.closed_days"
"""Days of the year ("12-29") on which the city's offices are closed besides weekends and holidays."""


def due_day(rule_key: str, received_on: datetime.date) -> datetime.date | None:
    """The day by which what came in on ``received_on`` is to be answered, in working days of the rule; None
    where no such rule holds then (nothing is due then, rather than on an invented day).
    """
    rule = rules.find(rule_key, on=received_on) if rule_key else None
    if rule is None:
        return None
    return deadlines.add_working_days(received_on, int(rule.value), closed=closed_on(received_on))


def closed_on(day: datetime.date) -> Callable[[datetime.date], bool]:
    """Whether the offices are closed on a day, by the rule in force on ``day``."""
    rule = rules.find(CLOSED_RULE, on=day)
    if rule is None:
        return deadlines.closed_days()
    years = range(day.year - 1, day.year + 3)
    return deadlines.closed_days(_days(rule.value, years), year_end=False)


def _days(written: Iterable[str], years: Iterable[int]) -> list[datetime.date]:
    found = []
    for year in years:
        for one in written:
            month, _dash, number = str(one).partition("-")
            found.append(datetime.date(year, int(month), int(number)))
    return found
