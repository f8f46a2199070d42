"""Periods and deadlines: against dates that were counted by hand, and rules that always hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods import deadlines
from jichi.methods.deadlines import DeadlineError

CLOSED = deadlines.closed_days()
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def test_working_days_counted_by_hand():
    # Golden Week of 2026: 29 April; 3, 4, 5 May and 6 May in place of Sunday the 3rd.
    assert deadlines.add_working_days(date(2026, 4, 28), 1, closed=CLOSED) == date(2026, 4, 30)
    assert deadlines.add_working_days(date(2026, 5, 1), 1, closed=CLOSED) == date(2026, 5, 7)
    # The turn of the year: 28 December 2026 is a Monday, 4 January 2027 a Monday.
    assert deadlines.add_working_days(date(2026, 12, 28), 1, closed=CLOSED) == date(2027, 1, 4)
    # Monday and Wednesday are holidays in September 2026, so Tuesday becomes one.
    assert CLOSED(date(2026, 9, 22))
    assert deadlines.add_working_days(date(2026, 11, 27), 10, closed=CLOSED) == date(2026, 12, 11)
    assert not deadlines.closed_days(year_end=False)(date(2026, 12, 29))
    anniversary = deadlines.closed_days([date(2026, 7, 1)])
    assert anniversary(date(2026, 7, 1)) and not CLOSED(date(2026, 7, 1))


@settings(max_examples=40)
@given(DAYS, st.integers(0, 60))
def test_a_deadline_is_a_working_day_and_counts_back(start, days):
    last = deadlines.add_working_days(start, days, closed=CLOSED)
    assert deadlines.working_days_between(start, last, closed=CLOSED) == days
    assert deadlines.working_days_between(last, start, closed=CLOSED) <= 0
    assert days == 0 or not CLOSED(last)


def test_periods_of_real_procedures():
    assert deadlines.days_in_period(date(2026, 6, 1), date(2026, 6, 30)) == 30
    assert deadlines.days_in_period(date(2019, 7, 8), date(2019, 8, 9)) == 33
    assert deadlines.last_day_for(date(2026, 6, 1), 30) == date(2026, 6, 30)
    last = date(2026, 6, 30)
    assert [deadlines.days_left(last + timedelta(days=at), last) for at in (-29, -1, 0, 1, 9)] == [
        30,
        2,
        1,
        0,
        0,
    ]


@settings(max_examples=40)
@given(DAYS, st.integers(1, 400))
def test_a_period_and_its_last_day_agree(first, days):
    last = deadlines.last_day_for(first, days)
    assert deadlines.days_in_period(first, last) == days == deadlines.days_left(first, last)
    assert deadlines.ends_at(last) - deadlines.starts_at(first) == timedelta(days=days)


def test_a_last_day_ends_at_midnight_in_tokyo():
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    end = deadlines.ends_at(last)
    assert end == datetime(2026, 6, 30, 15, 0, tzinfo=UTC)
    assert deadlines.is_open(end - timedelta(microseconds=1), first, last)
    assert not deadlines.is_open(end, first, last)
    assert deadlines.is_open(datetime(2026, 5, 31, 15, tzinfo=UTC), first, last)
    assert not deadlines.is_open(datetime(2026, 5, 31, 14, 59, tzinfo=UTC), first, last)


def test_what_cannot_be_reckoned_is_refused():
    cases = (
        ("bad-days", lambda: deadlines.add_working_days(date(2026, 1, 5), -1, closed=CLOSED)),
        ("bad-days", lambda: deadlines.last_day_for(date(2026, 1, 5), 0)),
        ("bad-days", lambda: deadlines.ends_at(date.max)),
        ("no-working-day", lambda: deadlines.add_working_days(date(2026, 1, 5), 1, closed=lambda _: True)),
        ("period-backwards", lambda: deadlines.days_in_period(date(2026, 1, 5), date(2026, 1, 4))),
        ("naive-time", lambda: deadlines.is_open(datetime(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 6))),
        ("unknown-year", lambda: CLOSED(date(9000, 3, 20))),
    )
    for code, act in cases:
        with pytest.raises(DeadlineError) as caught:
            act()
        assert caught.value.code == code
