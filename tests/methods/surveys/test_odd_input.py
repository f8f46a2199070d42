"""Odd input of designs, weights, estimates, tests and draws: refused in words, or computed to all digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from jichi.methods.surveys.categories import categories
from jichi.methods.surveys.comparison.association import goodness_of_fit, independence
from jichi.methods.surveys.comparison.comparisons import adjusted_p, equivalence
from jichi.methods.surveys.comparison.group_tests import rank_test, t_test
from jichi.methods.surveys.comparison.model_matrix import model_matrix
from jichi.methods.surveys.comparison.regression import regression
from jichi.methods.surveys.comparison.trends import Concern, compare
from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation.domains import by
from jichi.methods.surveys.estimation.estimates import mean, proportions, total
from jichi.methods.surveys.estimation.intervals import interval_of_share, proportion_interval
from jichi.methods.surveys.estimation.quantiles import quantiles
from jichi.methods.surveys.replication.balanced import balanced_halves
from jichi.methods.surveys.replication.bootstrap import bootstrap
from jichi.methods.surveys.replication.replicates import from_weights
from jichi.methods.surveys.results import Contrast, Estimate, Estimates
from jichi.methods.surveys.sampling import Plan, draw_sample, make_register, record_of, redraw, verify
from jichi.methods.surveys.weighting.calibration import calibrate
from jichi.methods.surveys.weighting.dispositions import response_rates
from jichi.methods.surveys.weighting.nonresponse import adjust_nonresponse
from jichi.methods.surveys.weighting.propensity import response_propensity
from jichi.methods.surveys.weighting.raking import poststratify, rake
from jichi.methods.surveys.weighting.trimming import trim_weights

NAN = math.nan
STRATA = ["a", "a", "a", "b", "b", "b"]
DESIGN = make_design(weights=[1, 2, 3, 4, 5, 6], strata=STRATA)
Y = [1.0, 3, 2, 5, 1, 4]
SEX, TOWN = ["m", "f"] * 3, ["x", "x", "y", "y", "x", "y"]
NOBODY = DESIGN.where([False] * 6)
REGISTER = make_register([f"p{number}" for number in range(30)], strata=["n"] * 15 + ["s"] * 15)


def of_four(**given: object) -> Callable[[], object]:
    return lambda: make_design(weights=1.0, **{"strata": ["a", "a", "b", "b"], **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("fpc-not-numbers", of_four(fpc="ten")),
        ("fpc-not-numbers", of_four(fpc={"a": "ten", "b": 2})),
        ("fpc-not-positive", of_four(fpc={"a": None, "b": 2})),
        ("fpc-not-positive", of_four(fpc=[NAN, NAN, 10, 10])),
        ("not-whole", lambda: make_design(weights=1.0, rows=-3)),
        ("not-whole", lambda: make_design(weights=1.0, rows="3")),  # type: ignore[arg-type]
        ("weights-out-of-range", lambda: make_design(weights=[1, 1e160])),
        ("weights-out-of-range", lambda: make_design(weights=[1, 1e-160])),
        ("labels-missing", of_four(strata=np.array(["NaT", "2026-01-01"] * 2, dtype="datetime64[D]"))),
        ("values-too-large", lambda: total(DESIGN, [1e200, *Y[1:]])),
        ("values-too-large", lambda: t_test(DESIGN, [-1e200, *Y[1:]])),
        ("groups-none", lambda: by(DESIGN, Y, {})),
        ("margin-malformed", lambda: poststratify(DESIGN, SEX, None)),  # type: ignore[arg-type]
        ("margin-malformed", lambda: rake(DESIGN, (SEX, {"m": 1, "f": 2}))),  # type: ignore[arg-type]
        ("totals-not-numbers", lambda: poststratify(DESIGN, SEX, {"m": "ten", "f": 2})),  # type: ignore[dict-item]
        ("totals-not-positive", lambda: poststratify(DESIGN, SEX, {"m": 1e300, "f": 2})),
        ("margins-none", lambda: rake(DESIGN, None)),  # type: ignore[arg-type]
        ("domain-empty", lambda: poststratify(NOBODY, SEX, {})),
        ("domain-empty", lambda: rake(NOBODY, [(SEX, {"m": 1, "f": 2})])),
        ("domain-empty", lambda: calibrate(NOBODY, {"all": 1}, {"all": 5})),
        ("domain-empty", lambda: trim_weights(NOBODY, high=3)),
        ("max-sweeps", lambda: rake(DESIGN, [(SEX, {"m": 1, "f": 2})], max_sweeps="9")),  # type: ignore[arg-type]
        ("tolerance", lambda: rake(DESIGN, [(SEX, {"m": 1, "f": 2})], tolerance="x")),  # type: ignore[arg-type]
        ("bounds", lambda: calibrate(DESIGN, {"all": 1}, {"all": 30}, bounds=2)),  # type: ignore[arg-type]
        ("bounds", lambda: calibrate(DESIGN, {"all": 1}, {"all": 30}, bounds=("a", "b"))),  # type: ignore[arg-type]
        ("trim", lambda: calibrate(DESIGN, {"all": 1}, {"all": 30}, trim=("a", 1))),  # type: ignore[arg-type]
        ("values-not-numbers", lambda: calibrate(DESIGN, {"all": 1}, {"all": 30}, variance=["x"] * 6)),
        ("values-too-large", lambda: calibrate(DESIGN, {"all": 1}, {"all": 1e300})),
        ("max-iterations", lambda: calibrate(DESIGN, {"all": 1}, {"all": 30}, max_iterations=1.5)),  # type: ignore[arg-type]
        ("bounds", lambda: trim_weights(DESIGN, low="a")),  # type: ignore[arg-type]
        ("smallest", lambda: adjust_nonresponse(DESIGN, [True] * 6, STRATA, smallest="x")),  # type: ignore[arg-type]
        ("known", lambda: response_propensity(DESIGN, [True, False] * 3, Y)),  # type: ignore[arg-type]
        ("counts-negative", lambda: response_rates({"complete": "x"})),  # type: ignore[dict-item]
        ("weights-negative", lambda: response_rates([True, False], weights=[NAN, 1])),
        ("share-out-of-range", lambda: response_rates({"complete": 5}, eligible_share="x")),  # type: ignore[arg-type]
        ("scale", lambda: from_weights([1, 2], [[1, 2], [2, 1]], scale="x")),  # type: ignore[arg-type]
        ("not-numbers", lambda: from_weights([1, 2], [[1, 2], [2, 1]], scale=1, rscales=["x", 1])),
        ("replicates-too-few", lambda: bootstrap(DESIGN, replicates=2.5)),  # type: ignore[arg-type]
        ("rng", lambda: bootstrap(DESIGN, rng="x")),  # type: ignore[arg-type]
        ("rng", lambda: bootstrap(DESIGN, rng=-1)),
        ("fay", lambda: balanced_halves(DESIGN, fay="x")),  # type: ignore[arg-type]
        ("length", lambda: independence(DESIGN, SEX, 5)),  # type: ignore[arg-type]
        ("not-numbers", lambda: goodness_of_fit(DESIGN, SEX, {"m": "x", "f": 0.5})),  # type: ignore[dict-item]
        ("shares-differ", lambda: goodness_of_fit(DESIGN, SEX, None)),  # type: ignore[arg-type]
        ("not-a-number", lambda: t_test(DESIGN, Y, SEX, df="x")),  # type: ignore[arg-type]
        ("not-a-number", lambda: t_test(DESIGN, Y, SEX, null="x")),  # type: ignore[arg-type]
        ("choice", lambda: regression(DESIGN, Y, model_matrix({"x": Y}), compat="x")),  # type: ignore[arg-type]
        ("not-a-number", lambda: regression(DESIGN, Y, model_matrix({"x": Y}), df="x")),  # type: ignore[arg-type]
        ("length", lambda: adjusted_p([[0.1, 0.2], [0.3, 0.4]])),  # type: ignore[list-item]
        ("not-numbers", lambda: adjusted_p(["x"])),  # type: ignore[list-item]
        ("margin", lambda: equivalence(Contrast(value=0.1, se=0.01, df=5), "x")),  # type: ignore[arg-type]
        ("choice", lambda: mean(DESIGN, Y, deff="x")),  # type: ignore[arg-type]
        ("level", lambda: mean(DESIGN, Y).interval("x")),  # type: ignore[arg-type, union-attr]
        ("not-numbers", lambda: quantiles(DESIGN, Y, "x")),  # type: ignore[arg-type]
        ("not-a-number", lambda: quantiles(DESIGN, Y, 0.5, df="x")),  # type: ignore[arg-type]
        ("not-a-number", lambda: proportion_interval(DESIGN, [1, 0] * 3, df="x")),  # type: ignore[arg-type]
        ("statistic", lambda: by(DESIGN, Y, SEX, statistic=[])),  # type: ignore[arg-type]
        ("not-numbers", lambda: by(DESIGN, Y, SEX).contrast({"m": "x"})),  # type: ignore[dict-item]
        ("length", lambda: by(DESIGN, Y, SEX).contrast(5)),  # type: ignore[arg-type]
        ("choice", lambda: Plan(per_stratum=3, one_per_address="no")),  # type: ignore[arg-type]
        ("plan-strata", lambda: Plan(per_stratum={1: 3, "1": 4})),  # type: ignore[dict-item]
        ("control-character", lambda: make_register(["a\ud800", "b"])),
    ],
)
def test_what_is_wrong_is_named(code: str, call: Callable[[], object]):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


# ---- what is only rounding is no finding -------------------------------------------------------------------
def test_answers_all_alike_do_not_differ_by_rounding():
    rng = np.random.default_rng(3)
    design = make_design(weights=rng.uniform(1, 5, 12), strata=["a"] * 6 + ["b"] * 6)
    for values in ([5.0] * 12, [1.0, 2.0] * 6):
        with pytest.raises(SurveyError, match="do not vary by chance") as caught:
            t_test(design, values, ["m", "f"] * 6)
        assert caught.value.code == "groups-singular"


def test_shares_that_weights_were_made_to_meet_have_not_changed():
    first = proportions(poststratify(DESIGN, SEX, {"m": 10, "f": 20}), SEX)["m"]
    later = replace(first, value=first.value + 2e-16, se=1e-17)
    found = compare(replace(first, se=1e-17), later)
    assert found.concerns == (Concern.NO_VARIANCE,)


def test_a_contrast_of_what_does_not_vary_is_unknown():
    found = Estimates(
        names=("a", "b"),
        values=np.array([5.0, 5 + 9e-16]),
        covariance=np.eye(2) * 1e-33,
        df=9,
        n=np.array([6, 6]),
    ).contrast({"a": -1, "b": 1})
    assert (found.value, found.se) == (0, 0)
    assert math.isnan(found.p)
    small = Estimate(value=1e-9, se=1e-10, df=9, n=6)
    assert compare(small, replace(small, value=2e-9)).change is not None


def test_an_outcome_that_is_always_the_same_depends_on_nothing():
    found = regression(DESIGN, [3.1] * 6, model_matrix({"x": [1, 2, 3, 4, 5, 7.3]})).coefficients
    assert (found["x"].value, found["x"].se) == (0, 0)
    assert found["(intercept)"].value == pytest.approx(3.1)


# ---- to all digits -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("shift", "unit"), [(1e6, 1.0), (1e8, 1.0), (0.0, 1e-17), (0.0, 1e17)])
def test_a_slope_does_not_depend_on_where_the_column_starts_or_on_its_unit(shift: float, unit: float):
    x = np.arange(6.0)
    plain = regression(DESIGN, Y, model_matrix({"x": x})).coefficients["x"]
    moved = regression(DESIGN, Y, model_matrix({"x": (x + shift) * unit})).coefficients["x"]
    assert moved.value * unit == pytest.approx(plain.value, rel=1e-5)
    assert moved.se * unit == pytest.approx(plain.se, rel=1e-5)


@pytest.mark.parametrize(
    "asked",
    [
        lambda design: rank_test(design, Y, SEX),
        lambda design: poststratify(design, SEX, {"m": 5, "f": 9}),
        lambda design: independence(design, SEX, TOWN),
        lambda design: goodness_of_fit(design, SEX, {"m": 0.5, "f": 0.5}),
        lambda design: t_test(design, Y, SEX),
    ],
)
def test_weights_below_0_are_told_where_they_mean_nothing(asked: Callable[[object], object]):
    negative = calibrate(DESIGN, {"all": 1, "y": Y}, {"all": 30, "y": 140})
    assert (negative.weights < 0).any()
    assert negative.weights[::2].sum() < 0
    with pytest.raises(SurveyError) as caught:
        asked(negative)
    assert caught.value.code == "weights-negative"


def test_replicates_that_cannot_be_raked_are_told_without_warnings():
    margins = [(SEX, {"m": 10, "f": 20}), (TOWN, {"x": 12, "y": 18})]
    raked = rake(DESIGN, margins)
    with pytest.raises(SurveyError, match="replicates"):
        bootstrap(raked, replicates=30, rng=1)
    kept = bootstrap(raked, replicates=30, rng=1, drop=True)
    assert math.isfinite(mean(kept, Y).se)


def test_weights_that_add_up_to_0_have_no_design_effect():
    report = calibrate(DESIGN, {"all": 1}, {"all": 0}).adjustments[-1].report  # type: ignore[attr-defined]
    assert math.isnan(report.design_effect)


def test_a_bootstrap_of_a_population_too_large_to_copy():
    of_many = make_design(weights=[2.0] * 8, fpc=1e12)
    of_endless = make_design(weights=[2.0] * 8)
    first, second = (
        mean(bootstrap(one, rng=1, kind="canty-davison"), range(8)) for one in (of_many, of_endless)
    )
    assert first.se == pytest.approx(second.se)


def test_a_lone_unit_below_the_first_stage_is_told_by_its_row():
    with pytest.raises(SurveyError, match="stage 2, in the unit of row 3:"):
        make_design(weights=[1.0] * 6, clusters=[[1, 1, 2, 2, 3, 3], [1, 2, 1, 1, 1, 2]], fpc=[10, 5])


def test_one_row_tells_nothing_of_a_share():
    found = interval_of_share(Estimate(value=0.5, se=0.1, df=4, n=1), method="likelihood")
    assert (found.low, found.high) == (0, 1)


# ---- draws -------------------------------------------------------------------------------------------------
def test_a_plan_takes_whole_numbers_of_any_kind():
    plan = Plan(per_stratum={"n": np.int64(4), "s": np.int32(3)}, reserve=np.int64(1))  # type: ignore[arg-type]
    sample = draw_sample(REGISTER, plan, seed="lottery 7")
    assert verify(record_of(sample).as_dict(), REGISTER).holds
    assert '"n":4' in record_of(sample).as_json()


def test_a_seed_with_a_wide_space_is_told_what_is_wrong_with_it():
    with pytest.raises(SurveyError, match="of spaces only the plain one"):
        draw_sample(REGISTER, Plan(per_stratum=6), seed="抽選\u30007")


@pytest.mark.parametrize("record", [None, 5, "x", []])
def test_what_is_no_record_is_told(record: object):
    assert verify(record, REGISTER).problems == ("record-malformed",)  # type: ignore[arg-type]
    with pytest.raises(SurveyError, match="a record has the fields"):
        redraw(record, REGISTER)  # type: ignore[arg-type]


def test_a_record_whose_plan_says_something_like_false_does_not_hold():
    record = record_of(draw_sample(REGISTER, Plan(per_stratum=6), seed="lottery 7")).as_dict()
    for other in (None, 0, [], ""):
        assert not verify({**record, "plan": {**record["plan"], "one_per_address": other}}, REGISTER).holds


def test_a_calibrated_count_is_what_it_was_made_to_be():
    found = total(poststratify(DESIGN, SEX, {"m": 10, "f": 20}), categories(SEX, parameter="sex"))
    assert found.values == pytest.approx([20, 10])
    assert found.se == pytest.approx([0, 0], abs=1e-12)
