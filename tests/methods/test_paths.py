"""The straight line and the share of the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.paths import PathReason, progress, straight_line

values = st.decimals(min_value=-10_000, max_value=10_000, places=2)
years = st.integers(min_value=1990, max_value=2060)


@given(first=years, span=st.integers(1, 30), start=values, target=values)
def test_ends_are_exact(first: int, span: int, start: Decimal, target: Decimal) -> None:
    assert straight_line(first, start, first + span, target, first) == start
    assert straight_line(first, start, first + span, target, first + span) == target


@given(first=years, span=st.integers(2, 30), start=values, target=values)
def test_never_leaves_the_way(first: int, span: int, start: Decimal, target: Decimal) -> None:
    low, high = sorted((start, target))
    for year in range(first, first + span + 1):
        assert low <= straight_line(first, start, first + span, target, year) <= high


def test_plan_example() -> None:
    assert straight_line(2021, Decimal("16.9"), 2025, Decimal("25"), 2023) == Decimal("20.95")


@pytest.mark.parametrize(("target_year", "year"), [(2021, 2021), (2020, 2021), (2025, 2020), (2025, 2026)])
def test_outside_is_refused(target_year: int, year: int) -> None:
    with pytest.raises(ValueError, match="year"):
        straight_line(2021, Decimal(1), target_year, Decimal(2), year)


def test_progress() -> None:
    assert progress(Decimal(10), Decimal(20), Decimal(15)).share == Decimal("0.5")
    assert progress(Decimal(20), Decimal(10), Decimal(15)).share == Decimal("0.5")
    assert progress(Decimal(10), Decimal(20), Decimal(5)).share == Decimal("-0.5")


def test_progress_that_cannot_be_told() -> None:
    kept = progress(Decimal("4.9"), Decimal("4.9"), Decimal("4.8"))
    assert (kept.share, kept.reason) == (None, PathReason.NO_DISTANCE)
    unknown = progress(Decimal(1), Decimal(2), None)
    assert (unknown.share, unknown.reason) == (None, PathReason.NO_VALUE)
