"""The straight line and the share of the way."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.paths import (
    PathReason,
    compare_growth,
    growth_path,
    growth_rate,
    progress,
    straight_line,
)

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


positive = st.decimals(min_value="0.01", max_value=10_000, places=2)


@given(first=years, span=st.integers(1, 30), start=positive, target=positive)
def test_even_rate_ends_are_exact(first: int, span: int, start: Decimal, target: Decimal) -> None:
    assert growth_path(first, start, first + span, target, first).value == start
    assert growth_path(first, start, first + span, target, first + span).value == target


@given(first=years, span=st.integers(2, 12), start=positive, target=positive)
def test_even_rate_multiplies_by_one_factor(first: int, span: int, start: Decimal, target: Decimal) -> None:
    path = [
        growth_path(first, start, first + span, target, year).value for year in range(first, first + span + 1)
    ]
    rate = growth_rate(first, start, first + span, target).rate
    assert rate is not None
    for here, after in pairwise(path):
        assert here is not None and after is not None
        assert abs(after / here / (1 + rate) - 1) < Decimal("1e-20")


@given(first=years, span=st.integers(2, 12), gone=st.integers(1, 11), start=positive, target=positive)
def test_on_the_path_the_ratio_is_one(
    first: int, span: int, gone: int, start: Decimal, target: Decimal
) -> None:
    year = first + min(gone, span)
    on_path = growth_path(first, start, first + span, target, year).value
    found = compare_growth(first, start, year, on_path, first + span, target)
    if start == target:
        assert (found.ratio, found.reason) == (None, PathReason.NO_DISTANCE)
    else:
        assert found.ratio is not None and abs(found.ratio - 1) < Decimal("1e-12")


def test_growth_by_hand() -> None:
    assert growth_rate(2021, Decimal(100), 2023, Decimal(121)).rate == Decimal("0.1")
    assert growth_rate(2021, Decimal(100), 2022, Decimal(50)).rate == Decimal("-0.5")
    # 10 % a year was seen, 20 % a year leads from 100 to 172.8 in three years.
    found = compare_growth(2021, Decimal(100), 2022, Decimal(110), 2024, Decimal("172.8"))
    assert (found.observed.rate, found.required.rate, found.ratio) == (
        Decimal("0.1"),
        Decimal("0.2"),
        Decimal("0.5"),
    )
    assert growth_path(2021, Decimal(100), 2024, Decimal("172.8"), 2022).value == Decimal(120)


def test_a_loss_of_everything_is_a_rate() -> None:
    assert growth_rate(2021, Decimal(100), 2025, Decimal(0)).rate == -1


@pytest.mark.parametrize(
    ("start", "value", "year", "reason"),
    [
        ("0", "5", 2022, PathReason.START_NOT_POSITIVE),
        ("-3", "5", 2022, PathReason.START_NOT_POSITIVE),
        ("3", "-5", 2022, PathReason.VALUE_NEGATIVE),
        ("3", "5", 2021, PathReason.NO_YEARS),
        ("3", None, 2022, PathReason.NO_VALUE),
    ],
)
def test_rate_that_cannot_be_told(start: str, value: str | None, year: int, reason: PathReason) -> None:
    found = growth_rate(2021, Decimal(start), year, None if value is None else Decimal(value))
    assert (found.rate, found.reason) == (None, reason)


@pytest.mark.parametrize(
    ("start", "target", "reason"),
    [
        ("3", "0", PathReason.TARGET_NOT_POSITIVE),
        ("3", "-1", PathReason.TARGET_NOT_POSITIVE),
        ("0", "5", PathReason.START_NOT_POSITIVE),
        ("0", "0", PathReason.START_NOT_POSITIVE),
        ("4", "4", PathReason.NO_DISTANCE),
    ],
)
def test_ratio_that_cannot_be_told(start: str, target: str, reason: PathReason) -> None:
    found = compare_growth(2021, Decimal(start), 2023, Decimal(2), 2025, Decimal(target))
    assert (found.ratio, found.reason) == (None, reason)


def test_path_that_does_not_exist() -> None:
    assert growth_path(2021, Decimal(0), 2025, Decimal(5), 2023).reason is PathReason.START_NOT_POSITIVE
    assert growth_path(2021, Decimal(5), 2025, Decimal(0), 2023).reason is PathReason.TARGET_NOT_POSITIVE


@pytest.mark.parametrize(("target_year", "year"), [(2021, 2021), (2020, 2021), (2025, 2020), (2025, 2026)])
def test_outside_is_refused_at_an_even_rate(target_year: int, year: int) -> None:
    with pytest.raises(ValueError, match="year"):
        growth_path(2021, Decimal(1), target_year, Decimal(2), year)


def test_growth_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="2020"):
        growth_rate(2021, Decimal(1), 2020, Decimal(2))
    with pytest.raises(ValueError, match="target year"):
        compare_growth(2021, Decimal(1), 2022, Decimal(2), 2021, Decimal(3))


@pytest.mark.parametrize("wrong", ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999", "1e-999999"])
def test_no_number_comes_of_what_is_none(wrong: str):
    odd, one = Decimal(wrong), Decimal(1)
    for call in (
        lambda: progress(odd, one, one),
        lambda: progress(one, Decimal(2), odd),
        lambda: straight_line(2021, odd, 2025, one, 2022),
        lambda: growth_rate(2021, one, 2022, odd),
        lambda: growth_path(2021, one, 2025, odd, 2022),
        lambda: compare_growth(2021, one, 2022, one, 2025, odd),
    ):
        with pytest.raises(ValueError, match="finite number"):
            call()


def test_a_binary_fraction_is_refused():
    with pytest.raises(ValueError, match="Decimal"):
        progress(0.0, 1.0, 0.5)  # type: ignore[arg-type]
