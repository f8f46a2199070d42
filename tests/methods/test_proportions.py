"""How sure a share is: values printed in the literature, and what must hold for every sample."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.proportions import (
    Proportion,
    ProportionError,
    change,
    margin,
    noise_of_change,
    wilson,
)

SHARE = st.floats(0, 1)
N = st.integers(1, 200_000)


def share(count: int, n: int, **more) -> Proportion:
    return Proportion(share=count / n, n=n, **more)


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score without continuity correction).
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(count, n, low, high):
    found = wilson(share(count, n))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("later", "earlier", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_change_is_the_published_one(later, earlier, low, high):
    found = change(share(*earlier), share(*later))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def by_quadratic(count: int, n: int) -> tuple[float, float]:
    """A second implementation: the two shares for which the observed one lies exactly 1.96 errors away."""
    z = 1.959963984540054
    a, b, c = n + z * z, -(2 * count + z * z), Fraction(count * count, n)
    root = sqrt(b * b - 4 * a * float(c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_both_implementations_agree(pair):
    count, n = pair
    low, high = by_quadratic(count, n)
    found = wilson(share(count, n))
    assert isclose(found.low, low, abs_tol=1e-9) and isclose(found.high, high, abs_tol=1e-9)


@given(SHARE, N, st.floats(0.5, 20), st.floats(0, 0.01))
def test_the_interval_holds_the_share_and_stays_a_share(value, n, effect, rounding):
    found = wilson(Proportion(share=value, n=n, design_effect=effect, rounding=rounding))
    assert 0 <= found.low <= value <= found.high <= 1


@given(SHARE, N)
def test_more_answers_never_widen_it_and_a_design_effect_never_narrows_it(value, n):
    plain = wilson(Proportion(share=value, n=n))
    more = wilson(Proportion(share=value, n=2 * n))
    clustered = wilson(Proportion(share=value, n=n, design_effect=2.0))
    tolerance = 1e-12
    assert more.high - more.low <= plain.high - plain.low + tolerance
    assert clustered.high - clustered.low >= plain.high - plain.low - tolerance


@given(SHARE, st.integers(2, 10_000))
def test_a_design_effect_is_a_smaller_sample(value, n):
    assert wilson(Proportion(share=value, n=n, design_effect=2.0)) == wilson(Proportion(share=value, n=n / 2))


@given(SHARE, N, st.integers(0, 5))
def test_rounding_is_enclosed(value, n, decimals):
    unit = 10.0 ** -(decimals + 2)
    printed = min(1.0, max(0.0, round(value / unit) * unit))
    true, shown = (
        wilson(Proportion(share=value, n=n)),
        wilson(Proportion(share=printed, n=n, rounding=unit / 2)),
    )
    tolerance = 1e-9
    assert shown.low <= true.low + tolerance and true.high <= shown.high + tolerance


@given(SHARE, SHARE, N, N, st.sampled_from([0.0005, 0.005]))
def test_rounding_of_both_shares_is_enclosed_in_the_change(first, second, n, m, half):
    def printed(value: float) -> float:
        return min(1.0, max(0.0, round(value / (2 * half)) * 2 * half))

    true = change(Proportion(share=first, n=n), Proportion(share=second, n=m))
    shown = change(
        Proportion(share=printed(first), n=n, rounding=half),
        Proportion(share=printed(second), n=m, rounding=half),
    )
    assert shown.low <= true.low + 1e-9 and true.high <= shown.high + 1e-9


@given(SHARE, SHARE, N, N)
def test_a_change_turned_round_has_the_other_sign(first, second, n, m):
    there = change(Proportion(share=first, n=n), Proportion(share=second, n=m))
    back = change(Proportion(share=second, n=m), Proportion(share=first, n=n))
    assert isclose(there.low, -back.high, abs_tol=1e-12) and isclose(there.high, -back.low, abs_tol=1e-12)
    assert there.is_distinguishable == back.is_distinguishable


@given(SHARE, N, N)
def test_no_change_is_never_told_from_chance(value, n, m):
    assert not change(Proportion(share=value, n=n), Proportion(share=value, n=m)).is_distinguishable


def test_a_change_beyond_the_noise_is_told_and_one_below_is_not():
    earlier = Proportion(share=0.52, n=1400, rounding=0.0005)
    noise = noise_of_change(earlier, earlier)
    assert 0.036 < noise < 0.038
    assert not change(earlier, Proportion(share=0.55, n=1400, rounding=0.0005)).is_distinguishable
    assert change(earlier, Proportion(share=0.56, n=1400, rounding=0.0005)).is_distinguishable
    assert not change(
        Proportion(share=0.52, n=1400, design_effect=1.8), Proportion(share=0.56, n=1400, design_effect=1.8)
    ).is_distinguishable


def test_the_whole_population_leaves_no_doubt_and_half_of_it_leaves_less():
    assert wilson(Proportion(share=0.3, n=500, population=500)) == wilson(
        Proportion(share=0.3, n=1, population=1)
    )
    half, few = (
        wilson(Proportion(share=0.3, n=500, population=1000)),
        wilson(Proportion(share=0.3, n=500, population=10**9)),
    )
    plain = wilson(Proportion(share=0.3, n=500))
    assert half.high - half.low < few.high - few.low
    assert isclose(few.low, plain.low, rel_tol=1e-5)


def coverage(n: int, true: float) -> float:
    """How often the interval holds ``true``, over all outcomes of a simple random sample."""
    total = 0.0
    for count in range(n + 1):
        found = wilson(share(count, n))
        if found.low <= true <= found.high:
            total += comb(n, count) * true**count * (1 - true) ** (n - count)
    return total


@pytest.mark.parametrize("true", [0.1, 0.3, 0.5, 0.8])
def test_it_holds_the_truth_about_as_often_as_it_says(true):
    assert 0.92 < coverage(80, true) < 0.98


def test_the_margin_is_that_of_one_half():
    found = wilson(Proportion(share=0.5, n=1500, design_effect=1.8))
    assert isclose(margin(1500, 1.8), (found.high - found.low) / 2)
    assert 0.033 < margin(1500, 1.8) < 0.035


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": -0.1, "n": 10},
        {"share": 1.01, "n": 10},
        {"share": float("nan"), "n": 10},
        {"share": 0.5, "n": 0},
        {"share": 0.5, "n": float("inf")},
        {"share": 0.5, "n": 10, "design_effect": 0},
        {"share": 0.5, "n": 10, "design_effect": float("nan")},
        {"share": 0.5, "n": 10, "population": 9},
        {"share": 0.5, "n": 10, "rounding": -0.1},
    ],
)
def test_what_is_no_sample_is_refused(wrong):
    with pytest.raises(ProportionError):
        Proportion(**wrong)


def test_a_confidence_is_a_probability():
    with pytest.raises(ProportionError):
        wilson(Proportion(share=0.5, n=10), 1.0)
