"""What moved unlike the others: found in the midst of any movement, and never what chance explains."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.outliers import CHANCE, LEAST_PAIRS, Pair, Why, unusual, within_chance

counts = st.integers(min_value=0, max_value=1_000_000)
pairs = st.lists(st.tuples(counts, counts), max_size=40).map(
    lambda rows: [pair(str(place), now, before) for place, (now, before) in enumerate(rows)]
)


def pair(key: str, now: float, before: float) -> Pair:
    return Pair(key=key, now=Decimal(str(now)), before=Decimal(str(before)))


def found(listed: list[Pair], *, counts: bool = True) -> dict[str, Why]:
    return {one.key: one.why for one in unusual(listed, counts=counts)}


@given(pairs)
def test_what_did_not_move_is_never_unusual(listed):
    assert not set(found(listed)) & {one.key for one in listed if one.now == one.before}


@given(pairs)
def test_chance_alone_is_never_unusual(listed):
    small = {one.key for one in listed if within_chance(one.now, one.before)}
    assert not set(found(listed)) & small


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_the_returns_does_not_matter(listed, random):
    mixed = list(listed)
    random.shuffle(mixed)
    assert found(mixed) == found(listed)


@given(pairs)
def test_amounts_show_no_less_than_counts(listed):
    assert set(found(listed)) <= set(found(listed, counts=False))


@given(pairs)
def test_what_is_found_carries_both_numbers(listed):
    known = {one.key: one for one in listed}
    for odd in unusual(listed, counts=True):
        assert (odd.now, odd.before) == (known[odd.key].now, known[odd.key].before)
        assert (odd.ratio is None) == (odd.why in {Why.APPEARED, Why.VANISHED, Why.SIGN})
        assert (odd.score is not None) == (odd.why is Why.AMONG_OTHERS)


@given(st.integers(min_value=2, max_value=9), st.lists(st.integers(500, 5000), min_size=8, max_size=40))
def test_all_moving_together_is_no_outlier(factor, befores):
    # A new definition that triples everybody's number moves nobody against the others.
    moved = [pair(str(place), before * factor, before) for place, before in enumerate(befores)]
    assert set(found(moved).values()) <= {Why.UNIT}


@given(st.lists(st.integers(500, 5000), min_size=LEAST_PAIRS, max_size=40), st.integers(3, 6))
def test_one_that_moves_alone_is_found(befores, factor):
    listed = [pair(str(place), before + place % 7, before) for place, before in enumerate(befores)]
    listed.append(pair("odd", 2000 * factor, 2000))
    assert found(listed) == {"odd": Why.AMONG_OTHERS}


@pytest.mark.parametrize(
    ("now", "before", "why"),
    [
        (3000, 3, Why.UNIT),
        (2.5, 2500, Why.UNIT),
        (260, 100, Why.RATIO),
        (40, 100, Why.RATIO),
        (150, 100, None),
        (0, 100, Why.VANISHED),
        (100, 0, Why.APPEARED),
        (9, 0, None),
        (12, 4, None),
        (-500, 500, Why.SIGN),
        (0, 0, None),
    ],
)
def test_a_pair_by_itself(now, before, why):
    assert found([pair("a", now, before)]).get("a") == why


def test_the_bound_of_chance_by_hand():
    # 3 × √(100 + 52) = 36.99: 48 apart is more, √(100 + 70) × 3 = 39.1: 30 apart is less.
    assert CHANCE == 3.0
    assert not within_chance(Decimal(100), Decimal(52)) and within_chance(Decimal(100), Decimal(70))


def test_rates_are_not_tolerated_as_if_they_were_counts():
    assert found([pair("a", 20, 43.2)]) == {} and found([pair("a", 20, 43.2)], counts=False) == {
        "a": Why.RATIO
    }
