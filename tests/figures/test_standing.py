"""Two printed numbers side by side: what may be said of them, and what may not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.figures.standing import Place, Reason, standing

values = st.decimals(min_value=-10_000, max_value=10_000, places=3, allow_nan=False)
comparators = st.sampled_from(["ge", "le"])


def place(value, start, target, comparator="ge", decimals=1, **more):
    def number(text):
        return None if text is None else Decimal(text)

    return standing(
        value=number(value), start=number(start), target=number(target), comparator=comparator,
        decimals=decimals, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "start", "target", "comparator", "expected"),
    [
        ("64", "59", "64", "ge", Place.MET),
        ("63.95", "59", "64", "ge", Place.MET),  # 64.0 as it is published
        ("63.94", "59", "64", "ge", Place.BETWEEN),
        ("59", "59", "64", "ge", Place.BETWEEN),
        ("58.9", "59", "64", "ge", Place.BELOW),
        ("26.6", "29.3", "26.6", "le", Place.MET),
        ("28", "29.3", "26.6", "le", Place.BETWEEN),
        ("30", "29.3", "26.6", "le", Place.BELOW),
        ("4.8", "4.9", "4.9", "ge", Place.BELOW),  # only to be kept: there is no way between
        ("98", "99.3", "99", "ge", Place.BELOW),  # the target asks for less than the start
        ("0", "0", "5", "ge", Place.BETWEEN),
    ],
)
def test_where_a_value_lies(value, start, target, comparator, expected):
    assert place(value, start, target, comparator).place is expected


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (dict(value=None, start="1", target="2"), Reason.NOT_MEASURED),
        (dict(value="1", start="1", target=None), Reason.NO_TARGET),
        (dict(value="1", start=None, target="2"), Reason.NO_START),
        (dict(value="1", start="1", target="2", comparator="about"), Reason.COMPARATOR),
        (dict(value="1", start="1", target="2", comparator="none"), Reason.COMPARATOR),
        (dict(value="1", start="1", target="2", broken=True), Reason.BREAK),
    ],
)
def test_what_cannot_be_judged_gives_its_reason(case, reason):
    found = place(**case)
    assert (found.place, found.reason) == (Place.CANNOT_JUDGE, reason)


def test_nothing_loaded_is_not_a_value():
    assert place(None, "1", "2", loaded=False).place is Place.NOT_LOADED


def test_a_part_never_stands_for_the_whole():
    found = place("100", "1", "2", coverage=(3, 41))
    assert (found.place, found.seen, found.whole) == (Place.PARTIAL, 3, 41)
    assert place("100", "1", "2", coverage=(41, 41)).place is Place.MET


@given(value=values, start=values, target=values, comparator=comparators)
def test_turning_all_signs_changes_nothing(value, start, target, comparator):
    turned = {"ge": "le", "le": "ge"}[comparator]
    assert place(value, start, target, comparator).place is place(-value, -start, -target, turned).place


@given(value=values, start=values, target=values, comparator=comparators)
def test_a_better_value_never_stands_worse(value, start, target, comparator):
    order = [Place.BELOW, Place.BETWEEN, Place.MET]
    better = value + (1 if comparator == "ge" else -1)
    before, after = place(value, start, target, comparator), place(better, start, target, comparator)
    assert order.index(after.place) >= order.index(before.place)
