"""Totals, means, shares and ratios: numbers of R, a slow second implementation, and what must always hold."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys import results
from jichi.methods.surveys.categories import Categories
from jichi.methods.surveys.designs import variance as linearised
from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation import answers, estimates, tallies
from jichi.methods.surveys.estimation.answers import Missing
from jichi.methods.surveys.estimation.estimates import mean, proportions, ratio, total, variance
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.replication.replicates import from_weights
from jichi.methods.surveys.results import Contrast, Estimate, Estimates, reach
from jichi.methods.surveys.weighting.raking import poststratify, rake

EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize("module", [answers, estimates, results, tallies, linearised])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


# ---- R 4.2.2, survey 4.1-1, options(survey.lonely.psu = …) ------------------------------------------------
# L <- data.frame(h=c("A","A","A","A","B","B","B","C"), y=c(1,3,2,6,4,8,9,5), w=c(10,10,10,10,20,20,20,15))
# d <- svydesign(id=~1, strata=~h, weights=~w, data=L[, fpc=~N with N = 40, 60, 18]); svymean(~y, d); svytotal(~y, d)
LONELY = {"strata": list("AAAABBBC"), "weights": [10] * 4 + [20] * 3 + [15]}
LONELY_Y = [1, 3, 2, 6, 4, 8, 9, 5]


@pytest.mark.parametrize(
    ("choice", "errors"),
    [
        ("certainty", (0.88108313933743, 101.324561023804, 0.854654773934304, 98.2852990024449)),
        ("centre", (0.882250423694336, 126.062153982338, 0.855791296779602, 122.362167355764)),
        ("average", (1.07910205617312, 124.096736459909, 1.04673405118638, 120.374415886433)),
    ],
)
def test_single_units_as_r_has_them(choice, errors):
    plain = make_design(single_unit=choice, **LONELY)
    short = make_design(single_unit=choice, fpc={"A": 40, "B": 60, "C": 18}, **LONELY)
    found = [one(design, LONELY_Y) for design in (plain, short) for one in (mean, total)]
    np.testing.assert_allclose([one.se for one in found], errors, rtol=1e-13)
    assert (round(found[0].value, 13), found[1].value, found[0].df) == (5.3478260869565, 615.0, 5.0)


# D2: the first 7 rows. deff=TRUE, then "replace"; svyratio(~y, ~x); subset(d, b == 1).
SEVEN = {"strata": list("AAAABBB"), "weights": [10] * 4 + [20] * 3}
SEVEN_Y, SEVEN_X = [1, 3, 2, 6, 4, 8, 9], [1, 2, 2, 3, 3, 4, 4]
IN_B = np.array([0, 1, 0, 1, 1, 1, 0], dtype=bool)


@pytest.mark.parametrize(
    ("estimate", "without", "replaced"),
    [
        (lambda deff: mean(make_design(**SEVEN), SEVEN_Y, deff=deff), 0.823837800246081, 0.766169154228856),
        (lambda deff: total(make_design(**SEVEN), SEVEN_Y, deff=deff), 0.823837800246081, 0.766169154228856),
        (
            lambda deff: mean(make_design(fpc={"A": 40, "B": 60}, **SEVEN), SEVEN_Y, deff=deff),
            0.775156475686086,
            0.72089552238806,
        ),
        (
            lambda deff: mean(make_design(**SEVEN).where(IN_B), SEVEN_Y, deff=deff),
            1.28419452887538,
            1.19858156028369,
        ),
        (
            lambda deff: total(make_design(**SEVEN).where(IN_B), SEVEN_Y, deff=deff),
            5.12917933130699,
            4.78723404255319,
        ),
        (
            lambda deff: ratio(make_design(**SEVEN), SEVEN_Y, SEVEN_X, deff=deff),
            1.46677695064792,
            1.36410256410256,
        ),
    ],
)
def test_design_effects_as_r_has_them(estimate, without, replaced):
    np.testing.assert_allclose(
        [estimate(True).deff, estimate("replace").deff], [without, replaced], rtol=1e-12
    )


def test_missing_answers_as_r_has_them():
    design, y = make_design(**SEVEN), [1, None, 2, 6, 4, 8, 9]
    one, two = (what(design, y, missing="omit", deff=True) for what in (mean, total))
    np.testing.assert_allclose(
        [one.value, one.se, one.deff, two.value, two.se, two.deff],
        [5.66666666666667, 1.16416545522235, 0.883025883025883, 510, 105.672449894316, 0.898219648219648],
        rtol=1e-12,
    )
    assert (one.n, one.df) == (6, 5.0)


def test_a_ratio_as_r_has_it():
    found = ratio(make_design(**SEVEN), SEVEN_Y, SEVEN_X)
    np.testing.assert_allclose([found.value, found.se], [1.8, 0.198512990525576], rtol=1e-13)
    interval = found.interval(df=float("inf"))
    np.testing.assert_allclose(
        [interval.low, interval.high], [1.41092168810653, 2.18907831189347], rtol=1e-12
    )


def test_variances_as_r_has_them():
    found = [variance(make_design(**SEVEN), SEVEN_Y), variance(make_design(**SEVEN).where(IN_B), SEVEN_Y)]
    np.testing.assert_allclose([one.value for one in found], [9.38, 5.2222222222222222], rtol=1e-13)
    np.testing.assert_allclose([one.se for one in found], [2.928248117396651, 1.899149088694263], rtol=1e-13)
    # svyvar counts the rows without an answer in n/(n-1); those who answered are 6 of 7.
    gappy = variance(make_design(**SEVEN), [1, None, 2, 6, 4, 8, 9], missing="omit")
    as_r = (6 / 5) / (7 / 6)
    np.testing.assert_allclose([gappy.value, gappy.se], [9.592592592592592 * as_r, 3.035918805588108 * as_r])


# ---- a slow second implementation --------------------------------------------------------------------------
def loop_variance(rows: list[dict], *, stage: int = 0) -> float:
    """The variance of a total, with one loop a stage, from rows with unit, stratum and population per stage."""
    if stage == len(rows[0]["stages"]):
        return 0.0
    found = 0.0
    for stratum in sorted({row["stages"][stage][0] for row in rows}):
        here = [row for row in rows if row["stages"][stage][0] == stratum]
        units: dict = {}
        for row in here:
            units.setdefault(row["stages"][stage][1], []).append(row)
        size, population = len(units), here[0]["stages"][stage][2]
        sums = [sum(row["z"] for row in unit) for unit in units.values()]
        middle = sum(sums) / size
        left = 1 - size / population
        if size > 1:
            found += left * size / (size - 1) * sum((one - middle) ** 2 for one in sums)
        if population < float("inf"):
            found += size / population * sum(loop_variance(unit, stage=stage + 1) for unit in units.values())
    return found


@st.composite
def two_stages(draw):
    """Some strata of some clusters of some rows, with sizes and any weights."""
    rows = []
    for stratum in range(draw(st.integers(1, 3))):
        clusters = draw(st.integers(2, 4))
        population = draw(st.sampled_from([clusters, clusters + 1, clusters + 7, float("inf")]))
        for cluster in range(clusters):
            size = draw(st.integers(2, 4))
            below = draw(st.sampled_from([size, size + 1, size + 20]))
            for _ in range(size):
                row = {"h": stratum, "c": f"{stratum}.{cluster}", "N": population, "M": below}
                row["y"], row["w"] = draw(st.integers(-9, 9)), draw(st.integers(1, 30))
                rows.append(row)
    return rows


def design_of(rows) -> Design:
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return make_design(
        weights=column["w"],
        strata=column["h"],
        clusters=[column["c"], np.arange(len(rows))],
        fpc=[column["N"], column["M"]],
    )


def looped(rows, influence) -> float:
    return loop_variance(
        [
            {"z": z, "stages": [(row["h"], row["c"], row["N"]), (row["c"], place, row["M"])]}
            for place, (row, z) in enumerate(zip(rows, influence, strict=True))
        ]
    )


@settings(max_examples=60, deadline=None)
@given(two_stages())
def test_two_stages_by_loops(rows):
    design = design_of(rows)
    weights, y = np.array([row["w"] for row in rows]), np.array([row["y"] for row in rows])
    np.testing.assert_allclose(total(design, y).variance, looped(rows, weights * y), rtol=1e-9, atol=1e-9)
    average = (weights @ y) / weights.sum()
    influence = weights * (y - average) / weights.sum()
    found = mean(design, y)
    np.testing.assert_allclose(found.value, average, **EXACT)
    np.testing.assert_allclose(found.variance, looped(rows, influence), rtol=1e-9, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(two_stages(), st.integers(0, 2**32))
def test_a_jackknife_of_totals_is_the_linearised_variance(rows, seed):
    for row in rows:
        row["N"] = float("inf")
    design = design_of(rows)
    y = np.random.default_rng(seed).normal(size=(len(rows), 2))
    one, two = total(design, y), total(jackknife(design), y)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.values, two.values, **EXACT)


# ---- identities --------------------------------------------------------------------------------------------
def city(rows: int = 240, seed: int = 5) -> tuple[Design, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(24), rows // 24)
    data = {
        "ward": cluster // 6,
        "cluster": cluster,
        "sex": rng.choice(["f", "m"], rows),
        "hours": rng.gamma(2.0, 1.5, rows).round(1) + cluster % 3,
        "visits": rng.poisson(3, rows) + 1.0,
        "well": rng.integers(1, 6, rows),
        "w": rng.uniform(10, 40, rows),
    }
    design = make_design(weights=data["w"], strata=data["ward"], clusters=cluster, fpc=40)
    return design, data


DESIGN, DATA = city()
RAKED = rake(
    DESIGN, [(DATA["sex"], {"f": 3200, "m": 2900}), (DATA["ward"], {0: 1500, 1: 1500, 2: 1600, 3: 1500})]
)


def replicated():
    return jackknife(DESIGN)


SAMPLES = pytest.mark.parametrize(
    "sample",
    [DESIGN, RAKED, DESIGN.where(DATA["sex"] == "f"), replicated()],
    ids=["design", "raked", "domain", "jk"],
)


@SAMPLES
def test_a_share_is_the_mean_of_its_indicator(sample):
    shares = proportions(sample, DATA["well"])
    for level in shares.names:
        one = mean(sample, DATA["well"] == level)
        np.testing.assert_allclose([shares[level].value, shares[level].se], [one.value, one.se], **EXACT)
    np.testing.assert_allclose(shares.values.sum(), 1, **EXACT)
    # That they add up to 1 is in their covariance.
    assert shares.contrast([1.0] * 5).se < 1e-8


@SAMPLES
def test_a_mean_is_a_ratio_to_ones(sample):
    ones = np.ones(len(DATA["w"]))
    one, two = mean(sample, DATA["hours"], deff=True), ratio(sample, DATA["hours"], ones, deff=True)
    np.testing.assert_allclose([one.value, one.se, one.deff], [two.value, two.se, two.deff], **EXACT)


@SAMPLES
def test_several_at_once_are_each_by_itself(sample):
    together = mean(sample, {name: DATA[name] for name in ("hours", "visits")}, deff=True)
    for name in together.names:
        alone, one = mean(sample, DATA[name], deff=True), together[name]
        np.testing.assert_allclose(
            [one.value, one.se, one.deff], [alone.value, alone.se, alone.deff], **EXACT
        )
    by_shape = mean(sample, np.column_stack([DATA["hours"], DATA["visits"]]))
    assert by_shape.names == (0, 1)
    np.testing.assert_allclose(by_shape.covariance, together.covariance, **EXACT)


@SAMPLES
def test_a_difference_of_means_is_the_mean_of_differences(sample):
    together = mean(sample, {name: DATA[name] for name in ("hours", "visits")})
    found = together.contrast({"hours": 1, "visits": -1})
    direct = mean(sample, DATA["hours"] - DATA["visits"])
    np.testing.assert_allclose(
        [found.value, found.se, found.df], [direct.value, direct.se, direct.df], rtol=1e-10
    )


def test_columns_of_influence_are_made_a_few_at_a_time(monkeypatch):
    whole = proportions(RAKED, DATA["well"]).covariance
    monkeypatch.setattr(linearised, "_MADE", 1)
    monkeypatch.setattr(linearised, "_HELD", 2 * len(RAKED))
    np.testing.assert_allclose(proportions(RAKED, DATA["well"]).covariance, whole, **EXACT)
    influence = np.random.default_rng(1).normal(size=(len(RAKED), 5))
    np.testing.assert_allclose(
        linearised.variances(RAKED, influence), np.diag(linearised.covariance(RAKED, influence)), **EXACT
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.001, 1000))
def test_neither_order_nor_the_scale_of_weights_moves_a_mean(seed, scale):
    order = np.random.default_rng(seed).permutation(len(DATA["w"]))
    moved = make_design(
        weights=scale * DATA["w"][order], strata=DATA["ward"][order], clusters=DATA["cluster"][order], fpc=40
    )
    one, two = mean(DESIGN, DATA["hours"]), mean(moved, DATA["hours"][order])
    np.testing.assert_allclose([one.value, one.se], [two.value, two.se], rtol=1e-10)
    np.testing.assert_allclose(
        total(moved, DATA["hours"][order]).se, scale * total(DESIGN, DATA["hours"]).se, rtol=1e-10
    )


def test_what_is_known_has_no_error():
    known = poststratify(DESIGN, DATA["sex"], {"f": 3200, "m": 2900})
    found = total(known, {"f": DATA["sex"] == "f", "m": DATA["sex"] == "m"})
    np.testing.assert_allclose(found.values, [3200, 2900], rtol=1e-12)
    assert (found.se < 1e-9).all()
    census = make_design(weights=[1.0] * 6, strata=["a"] * 6, fpc=6)
    assert mean(census, [1, 2, 3, 4, 5, 6]).se == 0


def test_a_linear_change_of_the_variable_is_one_of_the_mean():
    one, two = mean(DESIGN, DATA["hours"]), mean(DESIGN, 3 * DATA["hours"] - 1e6)
    np.testing.assert_allclose([3 * one.value - 1e6, 3 * one.se], [two.value, two.se], rtol=1e-9)


def test_a_variance_by_hand():
    weights, y = DESIGN.weights, DATA["hours"]
    average = (weights @ y) / weights.sum()
    by_hand = 240 / 239 * (weights @ (y - average) ** 2) / weights.sum()
    jack = jackknife(DESIGN)
    under = []
    for column in jack.weights.T:
        middle = (column @ y) / column.sum()
        under.append(240 / 239 * (column @ (y - middle) ** 2) / column.sum())
    one, two = variance(DESIGN, y), variance(jack, y)
    np.testing.assert_allclose([one.value, two.value], by_hand, rtol=1e-12)
    np.testing.assert_allclose(two.variance, jack.covariance(np.array(under), [by_hand])[0, 0], rtol=1e-9)
    np.testing.assert_allclose(one.se, two.se, rtol=0.2)
    shares = variance(DESIGN, Categories(codes=(DATA["sex"] == "f").astype(np.int64), names=("m", "f")))
    np.testing.assert_allclose(shares.values[0], shares.values[1], rtol=1e-10)


def test_a_variance_of_one_row_is_not_a_number():
    found = variance(DESIGN.where(np.arange(240) == 7), DATA["hours"])
    assert np.isnan([found.value, found.se]).all() and found.reason == "domain-one-row"


def test_replicate_weights_that_came_with_the_data():
    jack = jackknife(DESIGN)
    given = from_weights(DESIGN.weights, jack.weights, scale=jack.scale, rscales=jack.rscales, df=jack.df)
    for what in (mean, total):
        one, two = what(jack, DATA["hours"]), what(given, DATA["hours"])
        np.testing.assert_allclose([one.value, one.se, one.df], [two.value, two.se, two.df], **EXACT)
        assert (one.method, two.method) == ("jackknife", "replicates")


# ---- what cannot be judged ---------------------------------------------------------------------------------
def test_an_empty_domain_is_not_a_number():
    nobody = DESIGN.where(np.zeros(len(DESIGN), dtype=bool))
    for what in (mean, total):
        found = what(nobody, DATA["hours"], deff=True)
        assert np.isnan([found.value, found.se, found.deff]).all()
        assert (found.reason, found.n) == ("domain-empty", 0)
        assert found.interval().reason in ("domain-empty", "df-none")
    assert set(proportions(nobody, DATA["sex"]).reasons) == {"domain-empty"}


def test_a_domain_within_one_cluster_has_no_error_of_its_mean():
    one = DESIGN.where(DATA["cluster"] == 3)
    found = mean(one, DATA["hours"])
    assert not np.isnan(found.value) and np.isnan(found.se)
    assert found.reason == "domain-one-unit"
    # How many people are in it is a question that the design can answer.
    assert total(one, DATA["hours"]).se > 0


def test_a_ratio_to_nothing():
    found = ratio(DESIGN, DATA["hours"], np.zeros(len(DESIGN)))
    assert np.isnan(found.value) and found.reason == "denominator-zero"


def test_a_design_effect_that_does_not_exist():
    assert np.isnan(mean(DESIGN, np.full(len(DESIGN), 0.3), deff=True).deff)
    scaled = make_design(weights=DATA["w"] / DATA["w"].sum(), strata=DATA["ward"], clusters=DATA["cluster"])
    found = mean(scaled, DATA["hours"], deff=True)
    assert np.isnan(found.deff) and found.se > 0
    assert mean(scaled, DATA["hours"], deff="replace").deff > 0


def test_a_replicate_without_answers():
    found = mean(jackknife(DESIGN), np.where(DATA["cluster"] == 3, 1.0, np.nan), missing="omit")
    assert np.isnan(found.se) and found.reason == "domain-one-unit"
    halves = from_weights([1.0] * 4, [[2, 0], [0, 2], [2, 0], [0, 2]], scale=0.5)
    found = mean(halves, [1.0, None, 3.0, None], missing="omit")
    assert (found.value, found.reason) == (2.0, "replicates-undefined")
    assert np.isnan(found.se)


# ---- bad input ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "y", "words"),
    [
        ("length", [1.0, 2.0], "240"),
        ("length", np.zeros((2, 2, 2)), "shape"),
        ("values-not-numbers", ["often"] * 240, "proportions"),
        ("values-missing", [1.0, None, *[2.0] * 238], "row 2"),
        ("values-not-finite", [1.0, float("inf"), *[2.0] * 238], "row 2"),
        ("length", {"a": np.zeros((240, 1))}, "a"),
        ("variables-none", {}, "y"),
        ("variables-none", np.zeros((240, 0)), "y"),
    ],
)
def test_numbers_that_are_none(code, y, words):
    with pytest.raises(SurveyError) as caught:
        mean(DESIGN, y)
    assert caught.value.code == code
    assert words in str(caught.value)


def test_an_infinite_value_is_not_omitted():
    with pytest.raises(SurveyError) as caught:
        mean(DESIGN, [1.0, float("inf"), *[2.0] * 238], missing="omit")
    assert caught.value.code == "values-not-finite"


def test_other_bad_questions():
    for code, ask in (
        ("choice", lambda: mean(DESIGN, DATA["hours"], missing="drop")),
        ("values-missing", lambda: proportions(DESIGN, ["f", None, *["m"] * 238])),
        ("length", lambda: proportions(DESIGN, ["f"])),
        ("ratio-pairs", lambda: ratio(DESIGN, np.ones((240, 3)), np.ones((240, 2)))),
        ("level", lambda: mean(DESIGN, DATA["hours"]).interval(95)),
        ("name-unknown", lambda: proportions(DESIGN, DATA["sex"])["x"]),
        ("name-unknown", lambda: proportions(DESIGN, DATA["sex"]).contrast({"x": 1})),
        ("length", lambda: proportions(DESIGN, DATA["sex"]).contrast([1.0])),
    ):
        with pytest.raises(SurveyError) as caught:
            ask()
        assert caught.value.code == code


def test_gaps_outside_the_domain_do_not_matter():
    women = DATA["sex"] == "f"
    gappy = np.where(women, DATA["hours"], np.nan)
    one, two = mean(DESIGN.where(women), gappy), mean(DESIGN.where(women), DATA["hours"])
    np.testing.assert_allclose([one.value, one.se], [two.value, two.se], **EXACT)
    labels = np.where(women, DATA["sex"], "")
    assert proportions(DESIGN.where(women), labels).names == ("f",)


def test_who_did_not_answer_is_outside_the_domain():
    women = DATA["sex"] == "f"
    gappy = np.where(women, DATA["hours"], np.nan)
    one, two = mean(RAKED, gappy, missing=Missing.OMIT), mean(RAKED.where(women), DATA["hours"])
    np.testing.assert_allclose([one.value, one.se, one.n], [two.value, two.se, two.n], **EXACT)
    assert one.df == RAKED.df


def test_a_gap_in_one_variable_leaves_the_row_out_of_all():
    gappy = DATA["hours"].copy()
    gappy[:9] = np.nan
    found = mean(DESIGN, {"hours": gappy, "visits": DATA["visits"]}, missing="omit")
    assert found.n.tolist() == [231, 231]
    assert found["visits"].value == mean(DESIGN.where(~np.isnan(gappy)), DATA["visits"]).value


def test_arguments_are_left_as_they_were():
    y, w = np.array([1.0, np.nan, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0])
    kept = (y.copy(), w.copy())
    design = make_design(weights=w, strata=["a", "a", "b", "b"])
    total(design, y, missing="omit")
    mean(rake(design, [(["f", "m", "f", "m"], {"f": 5, "m": 5})]), y, missing="omit")
    np.testing.assert_array_equal(y, kept[0])
    np.testing.assert_array_equal(w, kept[1])


def test_a_label_that_nobody_has():
    coded = Categories(codes=(DATA["sex"] == "f").astype(np.int64), names=("m", "f", "x"))
    found = proportions(DESIGN, coded)
    assert (found["x"].value, found["x"].se) == (0.0, 0.0)
    assert mean(DESIGN, coded).names == ("m", "f", "x")


# ---- results -----------------------------------------------------------------------------------------------
def test_how_far_an_interval_reaches():
    # Student (1908) and any table: t with 10 degrees of freedom, and the normal law.
    assert round(reach(0.95, 10), 3) == 2.228
    assert round(reach(0.95, float("inf")), 3) == 1.960
    with pytest.raises(SurveyError) as caught:
        reach(0.95, 0)
    assert caught.value.code == "df-none"


def test_an_interval_without_degrees_of_freedom_says_so():
    found = Estimate(value=1.0, se=0.1, df=0, n=4).interval()
    assert np.isnan([found.low, found.high]).all() and found.reason == "df-none"
    assert Estimate(value=1.0, se=0.1, df=0, n=4).interval(df=9).reason is None


def test_a_contrast_against_chance():
    # 2.228 errors away, 10 degrees of freedom: p = 0.05.
    found = Contrast(value=1 + 2.2281388519649385, se=1.0, df=10, null=1.0)
    assert round(found.t, 4) == 2.2281 and round(found.p, 10) == 0.05
    assert round(Contrast(value=1.959963984540054, se=1.0, df=float("inf")).p, 10) == 0.05
    assert found.interval().low == pytest.approx(1.0)


def test_a_contrast_of_what_is_unknown_is_unknown():
    found = Estimates(
        names=("a", "b", "c"),
        values=np.array([1.0, 2.0, np.nan]),
        covariance=np.array([[1, 0, np.nan], [0, 4, np.nan], [np.nan] * 3]),
        df=np.array([9.0, 5.0, 0.0]),
        n=np.array([10, 6, 0]),
    )
    known = found.contrast({"a": 1, "b": -1})
    assert (known.value, round(known.se, 12), known.df) == (-1.0, round(5**0.5, 12), 5.0)
    assert np.isnan(found.contrast({"a": 1, "c": -1}).value)
    assert [one.name for one in found] == ["a", "b", "c"]
    assert (found["b"].cv, found["b"].variance, len(found)) == (1.0, 4.0, 3)
