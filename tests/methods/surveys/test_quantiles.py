"""Quantiles: numbers of R and of the literature, slow second implementations, and what must always hold."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation import quantile_rules
from jichi.methods.surveys.estimation import quantiles as module
from jichi.methods.surveys.estimation.estimates import mean
from jichi.methods.surveys.estimation.quantile_intervals import QuantileInterval
from jichi.methods.surveys.estimation.quantile_rules import Rule, weighted_quantiles
from jichi.methods.surveys.estimation.quantiles import interquartile_range, median, quantiles
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.results import reach

# What R calls shahvaish depends on the unit of the weights; the conformance fixtures hold it.
RULES = [rule for rule in Rule if rule is not Rule.R_SHAHVAISH]
# Those for which a weight of 2 is the same as the number twice, and the order of equal numbers does not matter.
STEPS = [Rule.MATH, Rule.HF1, Rule.SCHOOL, Rule.HF2]

# R 4.2.2, survey 4.1-1: d <- svydesign(id=~1, strata=~h, weights=~w); svyquantile(~y, d, p, qrule=, interval.type=)
W = np.array([10, 11, 12, 13] * 5 + [25, 26, 27, 28] * 5, dtype=float)
Y = np.array(
    [
        "11.2",
        ".8",
        "5.3",
        "9.5",
        "2.8",
        "5.1",
        "2.7",
        "9.5",
        "9.4",
        "4.3",
        "1.2",
        "6",
        "5.3",
        "2.7",
        "5",
        "7.1",
        ".6",
        "9.2",
        "4.6",
        "3.9",
        "2.3",
        "2.4",
        "3",
        "4.4",
        "4.1",
        "2.9",
        "1.8",
        "3.8",
        "3.4",
        "2.6",
        "6.7",
        "1.5",
        ".5",
        "2.1",
        "12.3",
        "3.3",
        "5.7",
        "2.4",
        "2.3",
        "8.6",
    ],
    dtype=float,
)
DESIGN = make_design(weights=W, strata=["A"] * 20 + ["B"] * 20)


@pytest.mark.parametrize("one", [module, quantile_rules])
def test_the_examples_hold(one):
    assert doctest.testmod(one).failed == 0


@pytest.mark.parametrize(
    ("rule", "values", "error", "ends"),
    [
        ("math", [1.5, 2.3, 3.3, 5.3, 9.2], 0.493974947086, [2.6, 4.6]),
        ("school", [1.5, 2.3, 3.3, 5.5, 9.2], 0.493974947086, [2.6, 4.6]),
        ("r-hf3", [1.5, 2.3, 3.3, 5.7, 9.2], 0.493974947086, [2.6, 4.6]),
        (
            "hf4",
            [1.39285714286, 2.3, 3.26785714286, 5.3, 9.03636363636],
            0.470893270168,
            [2.4, 4.30654717591],
        ),
        (
            "hf5",
            [1.54363636364, 2.34716981132, 3.34150943396, 5.41428571429, 9.24761904762],
            0.485775363812,
            [2.5753036422, 4.54210526514],
        ),
        (
            "hf6",
            [1.42178571429, 2.32211538462, 3.342, 5.624, 9.48692307692],
            0.56075568506,
            [2.54438578576, 4.81476685819],
        ),
        (
            "hf7",
            [1.66392857143, 2.3712962963, 3.34107142857, 5.3, 8.85071428571],
            0.461412369758,
            [2.60311074932, 4.47127176631],
        ),
        (
            "hf8",
            [1.50256097561, 2.33892405063, 3.34166666667, 5.50166666667, 9.36967741935],
            0.497741182467,
            [2.56499769005, 4.5802463799],
        ),
        (
            "hf9",
            [1.51287671233, 2.34099526066, 3.34162679426, 5.48193548387, 9.33879518072],
            0.494488050648,
            [2.56757417809, 4.5696516258],
        ),
    ],
)
def test_the_rules_as_r_has_them(rule, values, error, ends):
    found = quantiles(DESIGN, Y, [0.1, 0.25, 0.5, 0.75, 0.9], rule=rule)
    np.testing.assert_allclose([one.value for one in found], values, rtol=1e-11)
    middle = found.at(0.5)
    np.testing.assert_allclose(
        [middle.se, middle.interval.low, middle.interval.high], [error, *ends], rtol=1e-11
    )
    assert (middle.df, middle.n) == (38, 40)


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("mean", [(1.5, 2.9), (2.6, 4.6), (4.1, 9.2)]),
        ("beta", [(1.8, 3.0), (2.6, 4.6), (3.9, 8.6)]),
        ("xlogit", [(1.8, 3.0), (2.6, 4.4), (3.9, 8.6)]),
        ("asin", [(1.8, 2.9), (2.6, 4.4), (4.1, 8.6)]),
    ],
)
def test_the_intervals_as_r_has_them(kind, ends):
    found = quantiles(DESIGN, Y, [0.25, 0.5, 0.75], interval=kind)
    assert [(one.interval.low, one.interval.high) for one in found] == ends
    assert {one.interval.method for one in found} == {kind}


# ---- the rules by second implementations -------------------------------------------------------------------
NUMBERS = st.lists(st.integers(-20, 20), min_size=1, max_size=25)
P = st.floats(0.01, 0.99)


@pytest.mark.parametrize("number", range(1, 10))
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=25), st.fractions(0, 1, max_denominator=24))
def test_with_equal_weights_they_are_those_of_hyndman_and_fan(number, numbers, p):
    methods = {
        1: "inverted_cdf",
        2: "averaged_inverted_cdf",
        3: "closest_observation",
        4: "interpolated_inverted_cdf",
        5: "hazen",
        6: "weibull",
        7: "linear",
        8: "median_unbiased",
        9: "normal_unbiased",
    }
    ordered = np.sort(np.array(numbers, dtype=float))
    # Half way between two numbers the library's rounding of p n decides.
    assume(number != 3 or (2 * p * len(ordered)) % 2 != 1)
    found = weighted_quantiles(ordered, np.full(len(ordered), 0.7), np.array([float(p)]), Rule(f"hf{number}"))
    np.testing.assert_allclose(found, np.quantile(ordered, float(p), method=methods[number]), atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 5)), min_size=1, max_size=15), P)
def test_by_its_definition(pairs, p):
    total = sum(weight for _, weight in pairs)
    ordered = sorted(pairs)
    numbers = np.array([number for number, _ in ordered], dtype=float)
    weights = np.array([weight for _, weight in ordered], dtype=float)
    found = {rule: weighted_quantiles(numbers, weights, np.array([p]), rule)[0] for rule in STEPS}
    if total == 0:
        assert np.isnan(list(found.values())).all()
        return
    reached = [
        number
        for number, _ in ordered
        if sum(weight for other, weight in pairs if other <= number) >= p * total * (1 - 1e-13)
    ]
    assert found[Rule.MATH] == found[Rule.HF1] == reached[0]
    repeated = np.sort(np.repeat(numbers, weights.astype(int)))
    np.testing.assert_allclose(
        found[Rule.SCHOOL], np.quantile(repeated, p, method="averaged_inverted_cdf"), atol=1e-9
    )


def test_half_way_between_two_numbers():
    numbers, half = np.array([1.0, 2, 3, 4]), np.array([0.5])
    for rule, value in (("math", 2), ("school", 2.5), ("hf3", 2), ("r-hf3", 2), ("shahvaish", 2)):
        assert weighted_quantiles(numbers, np.full(4, 0.1), half, Rule(rule))[0] == value
    first = np.array([0.25])
    for rule, value in (("math", 1), ("school", 1.5), ("hf3", 1), ("r-hf3", 2)):
        assert weighted_quantiles(numbers, np.full(4, 0.1), first, Rule(rule))[0] == value


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.integers(0, 2**32), st.sampled_from(RULES))
def test_a_quantile_lies_within_the_numbers_and_grows_with_p(numbers, seed, rule):
    ordered = np.sort(np.array(numbers, dtype=float))
    weights = np.random.default_rng(seed).uniform(0.1, 3, len(ordered))
    p = np.linspace(0, 1, 21)
    found = weighted_quantiles(ordered, weights, p, rule)
    assert (np.diff(found) >= 0).all()
    assert (ordered[0] <= found[0] and found[-1] == ordered[-1]) or rule is Rule.SHAHVAISH
    np.testing.assert_allclose(weighted_quantiles(ordered, 50 * weights, p, rule), found)
    with_nothing = weighted_quantiles(
        np.repeat(ordered, 2), np.column_stack([weights, 0 * weights]).reshape(-1), p, rule
    )
    np.testing.assert_array_equal(with_nothing, found)


# ---- intervals ---------------------------------------------------------------------------------------------
def city(seed: int = 2, rows: int = 300):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(30), rows // 30)
    y = (rng.gamma(2.0, 10.0, rows) + 5 * (cluster % 4)).round(1)
    design = make_design(weights=rng.uniform(10, 40, rows), strata=cluster // 10, clusters=cluster)
    return design, y, rng.choice(["f", "m"], rows)


CITY, HOURS, SEX = city()


@pytest.mark.parametrize("p", [0.3, 0.5, 0.8])
def test_the_score_interval_by_trying_every_number(p):
    found = quantiles(CITY, HOURS, p, interval="score").items[0]
    width = reach(0.95, CITY.df)
    scores = {}
    for number in np.unique(HOURS):
        share = mean(CITY, number >= HOURS)
        if share.se > 0:
            scores[number] = (share.value - p) / share.se
    assert found.interval.low == min(number for number, score in scores.items() if score >= -width)
    assert found.interval.high == min(number for number, score in scores.items() if score > width)
    np.testing.assert_allclose(found.se, (found.interval.high - found.interval.low) / 2 / width)


@pytest.mark.parametrize("kind", [one for one in QuantileInterval if one is not QuantileInterval.QUANTILE])
@pytest.mark.parametrize("sample", [CITY, jackknife(CITY)], ids=["design", "jackknife"])
def test_domains_are_each_by_itself(kind, sample):
    found = quantiles(sample, HOURS, [0.25, 0.5], groups=SEX, interval=kind, level=0.9)
    for sex in ("f", "m"):
        alone = quantiles(sample.where(sex == SEX), HOURS, [0.25, 0.5], interval=kind, level=0.9)
        for p in (0.25, 0.5):
            one, other = found.at(p, sex), alone.at(p)
            assert (one.value, one.n, one.df) == (other.value, other.n, other.df)
            np.testing.assert_allclose(
                [one.se, one.interval.low, one.interval.high],
                [other.se, other.interval.low, other.interval.high],
            )


def test_replicate_quantiles_by_hand():
    jack = jackknife(CITY)
    found = quantiles(jack, HOURS, 0.5, interval="quantile", rule="hf7").items[0]
    order = np.argsort(HOURS, kind="stable")
    under = [
        weighted_quantiles(HOURS[order], column[order], np.array([0.5]), Rule.HF7)
        for column in jack.weights.T
    ]
    error = jack.covariance(np.array(under), [found.value])[0, 0] ** 0.5
    np.testing.assert_allclose(found.se, error)
    np.testing.assert_allclose(found.interval.high - found.value, reach(0.95, jack.df) * error)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["mean", "beta", "score"]))
def test_the_order_of_rows_does_not_matter(seed, kind):
    order = np.random.default_rng(seed).permutation(len(HOURS))
    stage = CITY.stages[0]
    moved = make_design(
        weights=CITY.weights[order], strata=stage.strata.codes[order], clusters=stage.units[order]
    )
    one = quantiles(CITY, HOURS, 0.4, interval=kind).items[0]
    other = quantiles(moved, HOURS[order], 0.4, interval=kind).items[0]
    assert (one.value, one.interval.low, one.interval.high) == (
        other.value,
        other.interval.low,
        other.interval.high,
    )


def test_a_change_of_unit_is_one_of_the_quantile():
    for kind in ("mean", "score"):
        one = quantiles(CITY, HOURS, 0.5, interval=kind).items[0]
        other = quantiles(CITY, 60 * HOURS, 0.5, interval=kind).items[0]
        np.testing.assert_allclose(
            [60 * one.value, 60 * one.se, 60 * one.interval.low], [other.value, other.se, other.interval.low]
        )


def test_the_median_is_half_way():
    pairs = make_design(weights=[1.0] * 4, strata=["a"] * 4)
    assert median(pairs, [1, 2, 4, 8]).value == 3
    assert median(CITY, HOURS).interval == quantiles(CITY, HOURS, 0.5, rule="school").items[0].interval


def test_the_range_between_quartiles():
    found = interquartile_range(CITY, HOURS)
    first, third = quantiles(CITY, HOURS, [0.25, 0.75])
    assert found.value == third.value - first.value
    # Quartiles of one sample move together, but not against each other as far as both at once.
    assert abs(third.se - first.se) < found.se < third.se + first.se
    jack = interquartile_range(jackknife(CITY), HOURS)
    assert jack.value == found.value and jack.se > 0 and jack.reason is None
    # As good as independent clusters, of which there are 30: within a factor.
    assert 0.3 < jack.se / found.se < 3


def test_missing_numbers_are_a_domain():
    gappy = np.where(SEX == "f", HOURS, np.nan)
    one = quantiles(CITY, gappy, [0.2, 0.5], missing="omit")
    other = quantiles(CITY.where(SEX == "f"), HOURS, [0.2, 0.5])
    assert one == other


def test_rows_without_a_group_are_in_no_domain():
    groups = np.where(np.arange(300) % 5 == 0, "", SEX)
    found = quantiles(CITY, HOURS, 0.5, groups=groups, missing="omit")
    assert [one.group for one in found] == ["f", "m"]
    assert sum(one.n for one in found) == 240
    with pytest.raises(SurveyError) as caught:
        quantiles(CITY, HOURS, 0.5, groups=groups)
    assert caught.value.code == "values-missing"


# ---- what cannot be judged ---------------------------------------------------------------------------------
def test_an_end_beyond_the_numbers_is_not_a_number():
    found = quantiles(CITY, HOURS, [0.002, 0.992], interval="mean")
    low, high = found
    assert np.isnan(low.interval.low) and low.interval.high > low.value
    assert np.isnan(high.interval.high) and high.interval.low < high.value
    assert {one.interval.reason for one in found} == {"beyond-data"} and np.isnan(low.se)
    score = quantiles(CITY, HOURS, [0.002, 0.992], interval="score")
    assert np.isnan(score.at(0.002).interval.low) and np.isnan(score.at(0.992).interval.high)


def test_reasons():
    nobody = quantiles(CITY.where(np.zeros(300, dtype=bool)), HOURS, 0.5).items[0]
    assert np.isnan(nobody.value) and nobody.reason == nobody.interval.reason == "domain-empty"
    cluster = quantiles(CITY.where(np.arange(300) < 10), HOURS, 0.5).items[0]
    assert not np.isnan(cluster.value) and cluster.interval.reason in ("domain-one-unit", "df-none")
    alike = quantiles(CITY, np.ones(300), 0.5).items[0]
    assert (alike.value, alike.interval.reason) == (1.0, "no-variation")
    assert interquartile_range(CITY, np.ones(300)).reason == "no-variation"
    empty = interquartile_range(CITY.where(np.zeros(300, dtype=bool)), HOURS)
    assert empty.reason == "domain-empty" and np.isnan(empty.se)


def test_bad_questions():
    for code, ask in (
        ("share-out-of-range", lambda: quantiles(CITY, HOURS, 50)),
        ("share-out-of-range", lambda: quantiles(CITY, HOURS, [0.5, float("nan")])),
        ("choice", lambda: quantiles(CITY, HOURS, 0.5, rule="hf10")),
        ("choice", lambda: quantiles(CITY, HOURS, 0.5, interval="exact")),
        ("level", lambda: quantiles(CITY, HOURS, 0.5, level=95)),
        ("not-one-variable", lambda: quantiles(CITY, np.ones((300, 2)), 0.5)),
        ("replicates-needed", lambda: quantiles(CITY, HOURS, 0.5, interval="quantile")),
        ("values-missing", lambda: quantiles(CITY, [None, *HOURS[1:]], 0.5)),
        ("name-unknown", lambda: quantiles(CITY, HOURS, 0.5).at(0.6)),
    ):
        with pytest.raises(SurveyError) as caught:
            ask()
        assert caught.value.code == code
