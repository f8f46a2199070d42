"""Published tables: what may be said of them, against exact distributions, simulation and identities."""

from __future__ import annotations

import doctest
import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.proportions import Proportion, change, wilson
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.published import series as published_series
from jichi.methods.surveys.published import tables as published
from jichi.methods.surveys.published.options import compare_options, rank_options
from jichi.methods.surveys.published.series import compare_scores, judge_score, judge_trend
from jichi.methods.surveys.published.tables import (
    Assumed,
    Published,
    Refusal,
    Sampling,
    compare_groups,
    compare_waves,
    from_count,
    from_percent,
    judge_share,
)

LOT = {"sampling": "probability"}


def of(share, n=1000, **more):
    return Published(share=share, n=n, **{**LOT, **more})


# ---- one share -------------------------------------------------------------------------------------------
def test_a_share_of_a_lot_has_an_interval_and_what_it_assumes():
    found = judge_share(from_percent(58.2, 1400, decimals=1, **LOT))
    expected = wilson(Proportion(share=0.582, n=1400, rounding=0.0005))
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.low, expected.high))
    assert found.refused is None and found.method == "wilson"
    assert found.assumed == (
        Assumed.SIMPLE_RANDOM,
        Assumed.ANSWERERS_ALIKE,
        Assumed.ENDLESS_POPULATION,
        Assumed.ROUNDING_ENCLOSED,
    )


def test_what_is_printed_need_not_be_assumed():
    found = judge_share(from_count(400, 1000, design_effect=1.8, population=50_000, **LOT))
    assert found.assumed == (Assumed.ANSWERERS_ALIKE,)
    part = judge_share(from_count(40, 100, design_effect=1.8, subset=True, population=999, **LOT))
    assert part.assumed == (Assumed.ANSWERERS_ALIKE, Assumed.SAME_EFFECT)
    weighted = judge_share(from_percent(40, 100, decimals=0, weighted=True, **LOT))
    assert Assumed.WEIGHTS_FREE in weighted.assumed and Assumed.SIMPLE_RANDOM in weighted.assumed


@pytest.mark.parametrize(
    ("sampling", "why"),
    [
        ("panel", Refusal.PANEL),
        ("exit", Refusal.EXIT),
        ("quota", Refusal.QUOTA),
        ("other", Refusal.OTHER),
        ("census", Refusal.CENSUS),
    ],
)
def test_where_chance_did_not_choose_no_interval_is_given_whatever_else_is_known(sampling, why):
    share = of(0.58, 90_000, sampling=sampling, design_effect=1.2, population=10**6)
    found = judge_share(share)
    assert (found.interval, found.refused, found.assumed) == (None, why, ())
    for compared in (compare_waves(of(0.5), share), compare_groups(share, of(0.5))):
        assert compared.interval is None and compared.is_distinguishable is None and compared.refused is why
    assert compare_waves(of(0.5), share).value == pytest.approx(0.08)
    assert compare_options(share, share, several=True).refused is why
    ranking = rank_options(["a", "b"], [of(0.8, sampling=sampling), of(0.1, sampling=sampling)])
    assert ranking.refused is why and ranking.leads is None
    assert [(one.best, one.worst) for one in ranking.ranks] == [(1, 2), (1, 2)]
    assert judge_trend([1, 2], [of(0.5), share]).refused is why
    score = judge_score([of(0.4, sampling=sampling), of(0.6, sampling=sampling)], [1, 2])
    assert score.refused is why and score.interval is None and score.mean == pytest.approx(1.6)


def test_every_way_of_choosing_but_the_lot_is_refused():
    for one in Sampling:
        assert (judge_share(of(0.5, sampling=one)).interval is not None) == (one is Sampling.PROBABILITY)


def test_a_share_without_its_number_of_answers_is_not_judged():
    for n in (None, 0):
        assert judge_share(of(0.5, n)).refused is Refusal.NO_N
        assert compare_waves(of(0.5), of(0.6, n)).refused is Refusal.NO_N
    with pytest.raises(SurveyError, match="number of answers"):
        of(0.5, None).proportion()


# ---- two shares ------------------------------------------------------------------------------------------
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 5000), st.integers(1, 5000), st.floats(0.5, 4))
def test_waves_and_groups_are_compared_as_two_samples(first, second, n, m, effect):
    one, other = of(first, n, design_effect=effect), of(second, m)
    expected = change(Proportion(share=first, n=n, design_effect=effect), Proportion(share=second, n=m))
    for compare in (compare_waves, compare_groups):
        found = compare(one, other)
        assert (found.interval.low, found.interval.high) == (expected.low, expected.high)
        assert found.is_distinguishable == expected.is_distinguishable


def test_comparisons_say_what_they_assume():
    assert compare_waves(of(0.5), of(0.6)).assumed == (
        Assumed.SIMPLE_RANDOM,
        Assumed.ANSWERERS_ALIKE,
        Assumed.WAVES_APART,
        Assumed.SAME_QUESTION,
    )
    assert Assumed.GROUPS_APART in compare_groups(of(0.5), of(0.6)).assumed


def test_the_population_counts_within_a_year_but_not_between_years():
    some = of(0.5, 800, population=1000)
    assert compare_groups(some, some).interval.high < compare_waves(some, some).interval.high
    assert compare_waves(some, some).interval == compare_waves(of(0.5, 800), of(0.5, 800)).interval


# ---- options -----------------------------------------------------------------------------------------------
def coverage(n, shares, level=0.95):
    """How often the interval of p2 - p1 holds it, over all outcomes of a multinomial of three cells."""
    total = 0.0
    for a, b in product(range(n + 1), repeat=2):
        c = n - a - b
        if c < 0:
            continue
        chance = math.factorial(n) / (math.factorial(a) * math.factorial(b) * math.factorial(c))
        chance *= shares[0] ** a * shares[1] ** b * (1 - shares[0] - shares[1]) ** c
        found = compare_options(of(a / n, n), of(b / n, n), level=level).interval
        total += chance * (found.low <= shares[1] - shares[0] <= found.high)
    return total


@pytest.mark.parametrize("shares", [(0.3, 0.3), (0.5, 0.3), (0.1, 0.2), (0.02, 0.05)])
def test_the_interval_between_two_answers_holds_the_truth_as_often_as_it_says(shares):
    assert 0.93 <= coverage(40, shares) <= (0.99 if sum(shares) > 0.1 else 1)


def test_answers_of_the_same_people_differ_more_than_those_of_two_samples():
    same, apart = compare_options(of(0.4), of(0.45)), compare_groups(of(0.4), of(0.45))
    width = [one.interval.high - one.interval.low for one in (same, apart)]
    assert width[0] > 1.25 * width[1]
    # Covariance -p1 p2 / n: p q + p q + 2 p p = 2 p at p1 = p2.
    expected = 1.959964 * math.sqrt(2 * 0.4 / 1000)
    equal = compare_options(of(0.4), of(0.4)).interval
    assert (equal.high - equal.low) / 2 == pytest.approx(expected, rel=2e-3)


def test_several_answers_are_compared_at_their_widest():
    one, other = of(0.7), of(0.65)
    found = compare_options(one, other, several=True)
    assert Assumed.LEAST_SHARED in found.assumed
    with pytest.raises(SurveyError) as caught:
        compare_options(one, other)
    assert caught.value.code == "shares-above-one"
    rng = np.random.default_rng(2)
    for both in (0.35, 0.5, 0.65):
        cells = rng.multinomial(1000, [both, 0.7 - both, 0.65 - both, both - 0.35], 20_000)
        spread = np.std((cells[:, 2] - cells[:, 1]) / 1000)
        assert 1.96 * spread <= (found.interval.high - found.interval.low) / 2 * 1.02


def test_rounding_can_hide_a_difference():
    exact = compare_options(of(0.30, 2000), of(0.336, 2000))
    rounded = compare_options(of(0.30, 2000, rounding=0.005), of(0.336, 2000, rounding=0.005))
    assert exact.is_distinguishable and not rounded.is_distinguishable
    assert Assumed.ROUNDING_ENCLOSED in rounded.assumed


def test_a_ranking_knows_its_ties():
    found = rank_options(["parks", "roads", "schools", "buses"], [of(p) for p in (0.12, 0.40, 0.38, 0.10)])
    assert [one.label for one in found.ranks] == ["roads", "schools", "parks", "buses"]
    assert [(one.best, one.worst) for one in found.ranks] == [(1, 2), (1, 2), (3, 4), (3, 4)]
    assert found.leads is None and not found.ranks[0].is_sure
    sure = rank_options(["a", "b", "c"], [of(0.1), of(0.6), of(0.3)])
    assert sure.leads == "b" and all(one.is_sure for one in sure.ranks)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=6).filter(sum))
def test_places_enclose_the_order_and_widen_with_the_level(counts):
    n = sum(counts)
    labels, shares = [str(k) for k in range(len(counts))], [of(c / n, n) for c in counts]
    found = rank_options(labels, shares)
    for place, one in enumerate(found.ranks, start=1):
        assert one.best <= place <= one.worst
    strict = {one.label: one for one in rank_options(labels, shares, level=0.999).ranks}
    assert all(strict[o.label].best <= o.best and strict[o.label].worst >= o.worst for o in found.ranks)


def test_the_true_ranking_is_within_the_places():
    rng, truth = np.random.default_rng(3), np.array([0.34, 0.3, 0.2, 0.16])
    held = 0
    for _ in range(300):
        counts = rng.multinomial(400, truth)
        ranks = rank_options(list("abcd"), [of(c / 400, 400) for c in counts]).ranks
        held += all(one.best <= "abcd".index(one.label) + 1 <= one.worst for one in ranks)
    assert held / 300 >= 0.95


def test_a_single_answer_leads():
    assert rank_options(["all"], [of(1.0)]).leads == "all"


# ---- trend -------------------------------------------------------------------------------------------------
def test_a_trend_is_weighted_least_squares():
    years, shares, n = [2018, 2020, 2021, 2025], [0.40, 0.43, 0.41, 0.50], [1500, 700, 1400, 1600]
    waves = [of(p, m, design_effect=1.5, rounding=0.005) for p, m in zip(shares, n, strict=True)]
    found = judge_trend(years, waves)
    size = np.array(n) / 1.5
    smoothed = (np.array(shares) * size + 2) / (size + 4)
    v = smoothed * (1 - smoothed) / size + 0.01**2 / 12
    x = np.column_stack([np.ones(4), years])
    cover = np.linalg.inv(x.T @ np.diag(1 / v) @ x)
    beta = cover @ x.T @ np.diag(1 / v) @ np.array(shares)
    assert found.slope == pytest.approx(beta[1]) and found.error == pytest.approx(
        math.sqrt(cover[1, 1]), rel=1e-6
    )
    departure = np.sum((shares - x @ beta) ** 2 / v)
    assert found.p_line == pytest.approx(math.exp(-departure / 2), rel=1e-5)  # chi-square with 2
    assert found.is_distinguishable and found.p < 0.001
    assert Assumed.STRAIGHT_LINE in found.assumed and Assumed.ENDLESS_POPULATION not in found.assumed


def test_the_order_of_the_waves_and_the_calendar_do_not_matter():
    years, waves = [2019, 2021, 2024], [of(0.4), of(0.42), of(0.5)]
    one = judge_trend(years, waves)
    other = judge_trend([6, 4, 1], waves[::-1])
    shifted = judge_trend([y - 2018 for y in years], waves)
    assert one.slope == pytest.approx(shifted.slope) and one.p == pytest.approx(shifted.p)
    assert other.slope == pytest.approx(judge_trend([1, 4, 6], [of(0.4), of(0.42), of(0.5)]).slope)


def test_shares_that_do_not_move_have_no_trend_and_a_jump_is_no_line():
    flat = judge_trend([1, 2, 3], [of(0.5)] * 3)
    assert flat.slope == pytest.approx(0) and flat.p == pytest.approx(1) and not flat.is_distinguishable
    assert judge_trend([1, 2, 3], [of(0.4), of(0.7), of(0.4)]).p_line < 1e-6
    assert judge_trend([1, 2], [of(0.4), of(0.7)]).p_line is None


def test_no_trend_is_found_as_seldom_as_it_says():
    rng = np.random.default_rng(5)
    alarms = sum(
        judge_trend(range(5), [of(c / 300, 300) for c in rng.binomial(300, 0.3, 5)]).is_distinguishable
        for _ in range(1500)
    )
    assert 0.035 <= alarms / 1500 <= 0.065


def test_a_share_of_nought_is_not_certain():
    found = judge_trend([1, 2], [of(0.0, 30), of(0.1, 30)])
    assert math.isfinite(found.error) and not found.is_distinguishable


# ---- scores ------------------------------------------------------------------------------------------------
def test_a_mean_from_a_table_is_that_of_the_people():
    counts, points = [12, 30, 41, 9, 8], [1, 2, 3, 4, None]
    people = np.repeat([1, 2, 3, 4], counts[:4])
    found = judge_score([from_count(c, 100, **LOT) for c in counts], points)
    assert found.mean == pytest.approx(people.mean()) and found.n == pytest.approx(92)
    assert found.deviation == pytest.approx(people.std(ddof=1))
    assert found.error == pytest.approx(people.std(ddof=1) / math.sqrt(92))
    twice = judge_score([from_count(c, 100, design_effect=2, **LOT) for c in counts], points)
    assert twice.error == pytest.approx(found.error * math.sqrt(2))


def test_rounded_shares_widen_the_interval_of_a_mean():
    rounded = [from_percent(p, 5000, decimals=0, **LOT) for p in (33, 33, 33)]
    found = judge_score(rounded, [1, 2, 3])
    exact = judge_score([of(1 / 3, 5000)] * 3, [1, 2, 3])
    assert found.interval.high - exact.interval.high == pytest.approx(found.rounding, rel=0.05)
    assert found.rounding == pytest.approx(0.005 * 2 / 0.99)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=5).filter(lambda c: sum(c) >= 3))
def test_the_mean_lies_in_its_interval_and_among_the_points(counts):
    n, points = sum(counts), list(range(len(counts)))
    found = judge_score([of(c / n, n) for c in counts], points)
    if max(counts) == n:  # all alike
        assert found.refused is Refusal.ALIKE
        return
    low, high = found.interval.low, found.interval.high
    assert 0 <= low <= found.mean + 1e-12 and found.mean - 1e-12 <= high <= len(counts) - 1


def test_means_are_compared_with_both_errors():
    earlier = judge_score([of(0.5, 400), of(0.5, 400)], [0, 1])
    later = judge_score([of(0.4, 400), of(0.6, 400)], [0, 1])
    found = compare_scores(earlier, later)
    assert found.value == pytest.approx(0.1) and found.is_distinguishable
    reach = (found.interval.high - found.interval.low) / 2
    assert reach == pytest.approx(1.959964 * math.hypot(earlier.error, later.error), rel=1e-6)
    panel = judge_score([of(0.4, sampling="panel"), of(0.6, sampling="panel")], [0, 1])
    assert compare_scores(panel, later).refused is Refusal.PANEL
    assert compare_scores(earlier, panel).is_distinguishable is None


def test_a_mean_of_one_answer_is_not_judged():
    found = judge_score([of(1.0, 1), of(0.0, 1)], [1, 2])
    assert found.refused is Refusal.NO_N and found.mean == 1


# ---- bad input -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("share-out-of-range", lambda: of(58.2)),
        ("share-out-of-range", lambda: of(0.5, rounding=-0.1)),
        ("share-out-of-range", lambda: from_percent(105, 100, decimals=0)),
        ("share-out-of-range", lambda: from_count(11, 10)),
        ("too-small", lambda: of(0.5, -3)),
        ("too-small", lambda: of(0.5, 100, population=99)),
        ("not-positive", lambda: of(0.5, design_effect=0)),
        ("not-positive", lambda: from_count(0, 0)),
        ("sampling-unknown-word", lambda: of(0.5, sampling="lottery")),
        ("level", lambda: judge_share(of(0.5), level=95)),
        ("level", lambda: compare_waves(of(0.5), of(0.5), level=0)),
        ("bases-differ", lambda: compare_options(of(0.5, 10), of(0.5, 11))),
        ("bases-differ", lambda: judge_score([of(0.5, 10), of(0.5, 11)], [1, 2])),
        ("options-length", lambda: rank_options(["a"], [])),
        ("options-length", lambda: rank_options([], [])),
        ("option-twice", lambda: rank_options(["a", "a"], [of(0.5), of(0.5)])),
        ("shares-above-one", lambda: rank_options(["a", "b"], [of(0.7), of(0.5)])),
        ("trend-lengths", lambda: judge_trend([1], [of(0.5)])),
        ("year-twice", lambda: judge_trend([1, 1], [of(0.5), of(0.5)])),
        ("options-length", lambda: judge_score([of(1.0)], [])),
        ("points", lambda: judge_score([of(0.5), of(0.5)], [1, math.nan])),
        ("shares-not-one", lambda: judge_score([of(0.5), of(0.4)], [1, 2])),
        ("not-positive", lambda: judge_score([of(0.0), of(1.0)], [1, None])),
    ],
)
def test_what_is_wrong_is_named(code, call):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


@pytest.mark.parametrize("module", [published, published_series])
def test_the_examples_run(module):
    found = doctest.testmod(module, extraglobs={"from_count": from_count})
    assert found.attempted and not found.failed


def test_points_that_nobody_differs_in_have_no_interval() -> None:
    table = [from_count(count, 40, sampling="probability") for count in (0, 40)]
    judged = judge_score(table, [1, 2])
    assert (judged.mean, judged.refused, judged.interval) == (2, Refusal.ALIKE, None)
