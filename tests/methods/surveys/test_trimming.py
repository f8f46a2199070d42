"""Trimmed weights: R's, and that sums and bounds hold."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.designs.variance import influence_residual
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.weighting import trimming
from jichi.methods.surveys.weighting.calibration import calibrate, rake
from jichi.methods.surveys.weighting.trimming import trim_weights

from . import weights_cases as known
from .r_tests import columns

weights_given = st.lists(st.floats(0.5, 50), min_size=3, max_size=30)


def test_the_example_holds():
    assert doctest.testmod(trimming).failed == 0


@pytest.mark.parametrize("case", known.of_kind("trim"))
def test_as_r_trims(case):
    made = known.adjusted(case)
    np.testing.assert_allclose(made.weights, case["weights"], rtol=1e-9)
    mean, total = known.mean_and_total(made, columns(case["design"])["mood"])
    np.testing.assert_allclose([*mean, *total], [*case["mean"], *case["total"]], rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(weights_given, st.floats(0.05, 0.95), st.floats(1.05, 4), st.booleans())
def test_the_sum_is_kept_and_strict_bounds_hold(weights, low, high, strict):
    mean = float(np.mean(weights))
    made = trim_weights(make_design(weights=weights), low=low * mean, high=high * mean, strict=strict)
    assert made.population == pytest.approx(sum(weights), rel=1e-12)
    if strict:
        assert made.weights.min() >= low * mean * (1 - 1e-12)
        assert made.weights.max() <= high * mean * (1 + 1e-12)


def trimmed_slowly(weights, high):
    """Cut from above only: the rows below share equally what is cut, until none is above."""
    found = list(map(float, weights))
    for _ in range(10_000):
        over = [place for place, one in enumerate(found) if one > high]
        if not over:
            break
        spare = sum(found[place] - high for place in over)
        rest = [place for place in range(len(found)) if place not in over]
        for place in over:
            found[place] = high
        for place in rest:
            found[place] += spare / len(rest)
    return found


@settings(max_examples=40, deadline=None)
@given(weights_given, st.floats(1.2, 4))
def test_cut_from_above_row_by_row(weights, high):
    bound = high * float(np.mean(weights))
    made = trim_weights(make_design(weights=weights), high=bound, strict=True)
    np.testing.assert_allclose(made.weights, trimmed_slowly(weights, bound), rtol=1e-9)


def test_nothing_outside_nothing_done():
    design = make_design(weights=[1.0, 2.0, 3.0])
    assert trim_weights(design, low=1, high=3) is design


def test_what_was_done_is_reported():
    made = trim_weights(make_design(weights=[1.0, 2, 3, 10]), high=7)
    done = made.adjustments[-1].report
    assert (done.trimmed, done.factor_low, done.factor_high, made.history) == (1, 0.7, 2.0, ("trim",))
    assert done.design_effect < done.design_effect_before
    z = np.ones((4, 2))
    assert influence_residual(made, z) is z


@pytest.mark.parametrize("adjust", ["rake", "calibrate"])
def test_trimmed_and_totals_met_again(adjust):
    sample, data, margins = known.design("strata"), columns("strata"), known.margins("strata")
    made = (
        rake(sample, margins) if adjust == "rake" else calibrate(sample, margins=margins, distance="raking")
    )
    high = float(np.quantile(made.weights, 0.93))
    both = trim_weights(made, high=high, recalibrate=True)
    assert both.weights.max() <= high * (1 + 1e-10)
    for labels, totals in margins:
        for group, total in totals.items():
            assert both.weights[labels == group].sum() == pytest.approx(total, rel=1e-9)
    assert len(both.adjustments) == 1
    assert both.adjustments[0].report.trimmed > 0
    # The groups' totals still do not vary, and the replicates meet them too.
    women = (data["sex"] == "f").astype(float)
    left = influence_residual(both, (women * both.weights)[:, None])
    np.testing.assert_allclose(left, 0, atol=1e-9)
    np.testing.assert_allclose(jackknife(both).totals(women), known.SEX["f"], rtol=1e-9)


def test_replicates_are_moved_by_the_same_factors():
    design = make_design(weights=[1.0, 2, 3, 10])
    made = trim_weights(design, high=7)
    np.testing.assert_allclose(
        jackknife(made).weights, jackknife(design).weights * (made.weights / design.weights)[:, None]
    )


def test_a_domain_is_trimmed_by_itself():
    made = trim_weights(make_design(weights=[1.0, 2, 3, 10, 99]).where(np.arange(5) < 4), high=7)
    assert made.weights.tolist() == [2.0, 3.0, 4.0, 7.0, 0.0]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"low": 3, "high": 2}, "bounds"),
        ({"low": -1, "high": 2}, "bounds"),
        ({"high": 3}, "bounds-impossible"),
        ({"low": 5}, "bounds-impossible"),
        ({"high": 7, "recalibrate": True}, "calibration-none"),
    ],
)
def test_what_is_refused(args, code):
    with pytest.raises(SurveyError) as caught:
        trim_weights(make_design(weights=[1.0, 2, 3, 10]), **args)
    assert caught.value.code == code


def test_bounds_and_totals_that_exclude_each_other():
    sample = make_design(weights=[10.0] * 4)
    made = rake(sample, [(list("aaab"), {"a": 20, "b": 20})])
    with pytest.raises(SurveyError) as caught:
        trim_weights(made, high=12, recalibrate=True, max_rounds=20)
    assert caught.value.code == "not-converged"
