"""Small areas: the numbers of R's sae, a slow second implementation, and what must hold for every city."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from jichi.methods.surveys.areas import benchmarks as area_benchmarks
from jichi.methods.surveys.areas import small_areas
from jichi.methods.surveys.areas.benchmarks import Benchmark, benchmark_areas
from jichi.methods.surveys.areas.small_areas import AreaNote, Method, fay_herriot, smoothed_fay_herriot
from jichi.methods.surveys.areas.variances import Smoothing, smooth_variances
from jichi.methods.surveys.errors import SurveyError

ORACLE = json.loads((Path(__file__).parent / "fixtures/small_areas.json").read_text(encoding="utf-8"))
ALL = list(Method)


def data(name: str):
    found = ORACLE["data"][name]
    group = np.array(found["group"])
    x = np.column_stack([np.ones(group.size)] + [group == one for one in sorted(set(found["group"]))[1:]])
    return np.array(found["direct"]), np.array(found["error"]) ** 2, x


# ---- against R -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", ORACLE["cases"], ids=lambda case: case["id"])
def test_it_gives_the_numbers_of_sae(case):
    close = {"rtol": ORACLE["meta"]["relative_tolerance"]}
    found = fay_herriot(*data(case["data"]), method=case["method"])
    np.testing.assert_allclose(found.model_variance, case["sigma2"], **close)
    np.testing.assert_allclose(found.value, case["eblup"], **close)
    np.testing.assert_allclose(found.error, case["error"], **close)
    if case["beta"]:
        np.testing.assert_allclose(found.coefficients, case["beta"], **close)
        np.testing.assert_allclose(found.coefficient_errors, case["beta_error"], **close)


def test_the_model_variance_of_the_literature():
    # Rao and Molina (2015), of the milk data by restricted likelihood.
    assert round(fay_herriot(*data("milk")).model_variance, 6) == 0.018550


# ---- a slow second implementation, with the matrices written out -------------------------------------------
def slow_likelihood(model: float, y, psi, x, *, restricted: bool) -> float:
    v = np.diag(model + psi)
    inverse = np.linalg.inv(v)
    crossed = x.T @ inverse @ x
    p = inverse - inverse @ x @ np.linalg.inv(crossed) @ x.T @ inverse
    value = -0.5 * (np.linalg.slogdet(v)[1] + y @ p @ y)
    return value - 0.5 * np.linalg.slogdet(crossed)[1] if restricted else value


def slow_adjusted(model: float, y, psi, x) -> float:
    factor = np.arctan(np.trace(np.diag(model / (model + psi)))) ** (1 / y.size)
    return slow_likelihood(model, y, psi, x, restricted=True) + np.log(factor)


@st.composite
def cities(draw, least: int = 6, most: int = 16):
    m = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    psi = rng.uniform(0.001, 0.01, m)
    spread = draw(st.sampled_from([0.0, 0.03, 0.1]))
    x = np.column_stack([np.ones(m), rng.normal(size=m)])[:, : draw(st.integers(1, 2))]
    y = 0.5 + x[:, -1] * 0.05 + spread * rng.normal(size=m) + np.sqrt(psi) * rng.normal(size=m)
    return y, psi, x


@settings(max_examples=20, deadline=None)
@given(cities(), st.sampled_from(["reml", "ml", "adjusted-reml"]))
def test_no_model_variance_is_likelier(city, method):
    y, psi, x = city
    found = fay_herriot(y, psi, x, method=method).model_variance
    objective = {
        "reml": lambda s: slow_likelihood(s, y, psi, x, restricted=True),
        "ml": lambda s: slow_likelihood(s, y, psi, x, restricted=False),
        "adjusted-reml": lambda s: slow_adjusted(s, y, psi, x),
    }[method]
    others = np.concatenate([[1e-12], np.geomspace(1e-7, 1, 60)])
    assert objective(max(found, 1e-12)) >= max(objective(float(one)) for one in others) - 1e-9
    near = minimize_scalar(lambda s: -objective(s), bounds=(1e-12, 4 * found + 1e-6), method="bounded")
    assert objective(max(found, 1e-12)) >= -near.fun - 1e-9


@settings(max_examples=30, deadline=None)
@given(cities(), st.sampled_from(ALL))
def test_the_predictor_and_its_error_are_the_textbook_ones(city, method):
    y, psi, x = city
    found = fay_herriot(y, psi, x, method=method)
    s, m = found.model_variance, y.size
    inverse = np.linalg.inv(np.diag(s + psi))
    cover = np.linalg.inv(x.T @ inverse @ x)
    beta = cover @ x.T @ inverse @ y
    np.testing.assert_allclose(found.value, x @ beta + s * inverse @ (y - x @ beta), rtol=1e-8)
    once, twice = np.trace(inverse), np.trace(inverse @ inverse)
    variance, bias = 2 / twice, 0.0
    if method == "ml":
        bias = -np.trace(cover @ x.T @ inverse @ inverse @ x) / twice
    if method == "fay-herriot":
        variance, bias = 2 * m / once**2, 2 * (m * twice - once**2) / once**3
    if method == "prasad-rao":
        variance = 2 * np.sum((s + psi) ** 2) / m**2
    shrink = psi / (s + psi)
    expected = s * shrink + shrink**2 * np.diag(x @ cover @ x.T)
    expected += 2 * psi**2 / (s + psi) ** 3 * variance - bias * shrink**2
    np.testing.assert_allclose(found.mse, expected, rtol=1e-8, atol=1e-14)
    assert found.model_variance_error == pytest.approx(np.sqrt(variance))


def test_the_error_is_about_as_large_as_it_says():
    rng = np.random.default_rng(7)
    psi = np.linspace(0.002, 0.01, 24)
    squares, told = [], []
    for _ in range(250):
        truth = 0.5 + 0.08 * rng.standard_normal(24)
        found = fay_herriot(truth + np.sqrt(psi) * rng.standard_normal(24), psi)
        squares.append((found.value - truth) ** 2)
        told.append(found.mse)
    assert 0.9 <= np.mean(told) / np.mean(squares) <= 1.15


def test_the_moments_are_those_of_their_equations():
    y, psi, x = data("milk")
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    hats = np.diag(x @ np.linalg.inv(x.T @ x) @ x.T)
    expected = (np.sum(residuals**2) - np.sum(psi * (1 - hats))) / (y.size - x.shape[1])
    assert fay_herriot(y, psi, x, method="prasad-rao").model_variance == pytest.approx(expected, rel=1e-12)
    found = fay_herriot(y, psi, x, method="fay-herriot")
    weighted = (y - x @ found.coefficients) ** 2 / (found.model_variance + psi)
    assert weighted.sum() == pytest.approx(y.size - x.shape[1], rel=1e-10)


# ---- what must hold --------------------------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(cities(), st.sampled_from(ALL))
def test_an_estimate_lies_between_the_direct_one_and_the_line(city, method):
    y, psi, x = city
    found = fay_herriot(y, psi, x, method=method)
    low, high = np.minimum(y, found.synthetic), np.maximum(y, found.synthetic)
    assert np.all(low - 1e-12 <= found.value) and np.all(found.value <= high + 1e-12)
    assert found.model_variance >= 0 and np.all((found.direct_weight >= 0) & (found.direct_weight < 1))
    assert np.all(found.mse >= 0) and found.leverage.sum() == pytest.approx(x.shape[1])


@settings(max_examples=25, deadline=None)
@given(cities(), st.sampled_from(ALL), st.floats(0.01, 100), st.floats(-5, 5))
def test_another_unit_gives_the_same_city(city, method, scale, shift):
    y, psi, x = city
    one = fay_herriot(y, psi, x, method=method)
    other = fay_herriot(scale * y + shift, scale**2 * psi, x, method=method)
    np.testing.assert_allclose(other.value, scale * one.value + shift, rtol=1e-6, atol=1e-7 * scale)
    np.testing.assert_allclose(other.error, scale * one.error, rtol=1e-4, atol=1e-7 * scale)


def test_the_surer_area_keeps_more_of_its_own():
    found = fay_herriot([0.3, 0.8, 0.3, 0.8, 0.5], [0.001, 0.001, 0.02, 0.02, 0.005])
    assert found.direct_weight[0] > found.direct_weight[4] > found.direct_weight[2]
    assert found.value[0] < found.value[2]


def test_areas_all_alike_are_the_line_and_it_is_said():
    y = [0.50, 0.51, 0.49, 0.50, 0.505, 0.495]
    for method in (Method.REML, Method.ML, Method.FAY_HERRIOT, Method.PRASAD_RAO):
        found = fay_herriot(y, [0.004] * 6, method=method)
        assert found.model_variance == 0 and AreaNote.MODEL_VARIANCE_ZERO in found.notes
        np.testing.assert_allclose(found.value, 0.5, atol=1e-12)
        assert np.all(found.mse > 0)
    found = fay_herriot(y, [0.004] * 6, method="adjusted-reml")
    assert found.model_variance > 0 and AreaNote.MODEL_VARIANCE_ZERO not in found.notes
    assert np.all(found.direct_weight > 0)


def test_an_area_without_sample_gets_the_line_and_its_greater_error():
    y, psi, x = data("wards")
    rest = fay_herriot(y[1:], psi[1:], x[1:])
    y[0] = psi[0] = np.nan
    found = fay_herriot(y, psi, x)
    np.testing.assert_allclose(found.value[1:], rest.value)
    np.testing.assert_allclose(found.mse[1:], rest.mse)
    assert found.value[0] == pytest.approx(rest.coefficients[0])
    assert found.mse[0] == pytest.approx(rest.model_variance + rest.coefficient_errors[0] ** 2)
    assert not found.sampled[0] and found.direct_weight[0] == found.leverage[0] == 0
    assert AreaNote.NOT_SAMPLED in found.notes and AreaNote.NOT_SAMPLED not in rest.notes


def test_an_area_that_pulls_the_line_is_named():
    x = np.column_stack([np.ones(8), [0, 0.1, 0.2, 0.1, 0, 0.2, 0.1, 5]])
    y = 0.4 + 0.02 * x[:, 1] + np.array([0.1, -0.1, 0.05, -0.05, 0.02, 0.03, -0.02, 0])
    found = fay_herriot(y, [0.002] * 8, x, areas=list("abcdefgh"))
    assert found.areas_with_high_leverage() == ("h",)
    assert AreaNote.HIGH_LEVERAGE in found.notes and AreaNote.FEW_AREAS in found.notes


def test_intervals():
    found = fay_herriot(*data("wards"))
    ends = found.interval(0.9)
    np.testing.assert_allclose(ends.mean(axis=1), found.value)
    np.testing.assert_allclose(ends[:, 1] - found.value, 1.6448536269514722 * found.error)
    cut = found.interval(0.99999999, bounds=(0, 1))
    assert cut.min() >= 0 and cut.max() <= 1
    with pytest.raises(SurveyError, match="level"):
        found.interval(95)


def test_arguments_are_left_alone():
    y, psi, n = (
        np.array([0.4, np.nan, 0.6, 0.5, 0.3]),
        np.array([0.01, 0, 0.01, 0.02, 0.01]),
        np.full(5, 30.0),
    )
    kept = y.copy(), psi.copy(), n.copy()
    smoothed_fay_herriot(y, psi, n)
    for now, then in zip((y, psi, n), kept, strict=True):
        np.testing.assert_array_equal(now, then)


# ---- wards of a survey -------------------------------------------------------------------------------------
def simulated(seed: int, replicates: int = 120):
    """Twelve wards of four clusters each: squared errors of direct and modelled estimates, and coverage."""
    rng = np.random.default_rng(seed)
    direct, model, covered = [], [], []
    for _ in range(replicates):
        truth = 0.54 + 0.05 * rng.standard_normal(12)
        n = rng.integers(40, 110, 12)
        psi = 0.0717**2 * 66 / n
        y = truth + np.sqrt(psi) * rng.standard_normal(12)
        found = smoothed_fay_herriot(y, psi * rng.chisquare(3, 12) / 3, n)
        ends = found.interval()
        direct.append((y - truth) ** 2)
        model.append((found.value - truth) ** 2)
        covered.append((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
    return np.sqrt(np.mean(model) / np.mean(direct)), np.mean(covered)


def test_wards_are_a_third_surer_and_say_how_sure_they_are():
    ratio, coverage = simulated(9)
    assert ratio <= 0.70
    assert 0.93 <= coverage <= 0.98


def test_pooled_smoothing_divides_one_variance_by_the_answers():
    found = smooth_variances([0.004, 0.0, np.nan, 0.006], [50, 50, 100, 100])
    unit = (50 * 50 * 0.004 + 100 * 100 * 0.006) / 200
    np.testing.assert_allclose(found, unit / np.array([50, 50, 100, 100]))


def test_a_design_effect_common_to_all_is_found_again():
    p, n = np.array([0.2, 0.5, 0.7, 0.4]), np.array([40, 80, 60, 100])
    v = 1.8 * p * (1 - p) / n
    np.testing.assert_allclose(smooth_variances(v, n, kind="design-effect", shares=p), v)


def test_a_power_of_the_answers_is_found_again():
    n = np.array([40.0, 80, 60, 100, 0])
    v = np.append(3 * n[:4] ** -1.2, np.nan)
    found = smooth_variances(v, n, kind=Smoothing.LOG_LINEAR)
    np.testing.assert_allclose(found[:4], v[:4])
    assert np.isnan(found[4])


@given(st.lists(st.tuples(st.floats(1e-4, 0.1), st.integers(5, 500)), min_size=3, max_size=12))
def test_smoothing_keeps_the_size(rows):
    v, n = np.array([one[0] for one in rows]), np.array([one[1] for one in rows])
    found = smooth_variances(v, n)
    assert np.all(found > 0)
    assert np.sum(n**2 * found) == pytest.approx(np.sum(n**2 * v))


def test_a_ward_of_one_cluster_and_one_without_answers():
    found = smoothed_fay_herriot(
        [0.5, 0.6, 0.4, 0.7, 1.0, 0.0], [0.004, 0.005, 0.006, np.nan, 0, np.nan], [60, 50, 40, 30, 8, 0]
    )
    assert np.isfinite(found.variances[:5]).all() and np.isnan(found.variances[5])
    assert found.synthetic[4] < found.value[4] < 1
    assert found.value[5] == found.synthetic[5]


# ---- adding up to the city ---------------------------------------------------------------------------------
@given(
    st.lists(st.tuples(st.floats(0.05, 0.95), st.integers(1, 9000)), min_size=1, max_size=12),
    st.floats(0.05, 0.95),
    st.sampled_from(list(Benchmark)),
)
def test_areas_add_up_to_the_city(rows, whole, kind):
    values, w = np.array([one[0] for one in rows]), np.array([one[1] for one in rows])
    found = benchmark_areas(values, w, whole, kind=kind, mse=values / 10)
    assert np.average(found.value, weights=w) == pytest.approx(whole)
    np.testing.assert_allclose(found.value - found.moved, values)
    assert found.difference == pytest.approx(whole - np.average(values, weights=w))


def test_the_unsure_area_moves_most_and_no_other_way_moves_less():
    values, w, mse = np.array([0.4, 0.5, 0.6]), np.array([0.2, 0.3, 0.5]), np.array([0.04, 0.01, 0.01])
    found = benchmark_areas(values, w, 0.6, kind="unsure", mse=mse)
    assert found.moved[0] > found.moved[1]
    flat = benchmark_areas(values, w, 0.6)
    assert np.sum(found.moved**2 / mse) < np.sum(flat.moved**2 / mse)
    np.testing.assert_allclose(flat.moved, flat.difference)
    ratio = benchmark_areas(values, w, 0.6, kind="ratio")
    assert np.ptp(ratio.value / values) < 1e-12


def test_an_area_moved_out_of_bounds_is_named():
    found = benchmark_areas([0.01, 0.9], [1, 1], 0.4, areas=["a", "b"], bounds=(0, 1))
    assert found.outside == ("a",)


# ---- bad input -----------------------------------------------------------------------------------------
Y, PSI = [0.4, 0.5, 0.6, 0.7], [0.01, 0.01, 0.01, 0.01]
NAMES = ["N", "E", "S", "W"]


@pytest.mark.parametrize(
    ("code", "groups", "more"),
    [
        ("variance-not-positive", ["E", "W"], {"variances": [0.01, 0, 0.01, np.nan]}),
        ("variance-not-positive", ["N"], {"variances": [-0.01, 1, 1, 1]}),
        ("direct-infinite", ["N"], {"direct": [np.inf, 0.5, 0.6, 0.7]}),
        ("area-shape", None, {"variances": [0.01]}),
        ("area-shape", None, {"direct": [[0.4, 0.5]]}),
        ("areas-length", None, {"areas": ["N"]}),
        ("covariates-shape", None, {"covariates": [[1.0]]}),
        ("covariates-shape", None, {"covariates": np.ones((4, 0))}),
        ("covariates-missing", ["S"], {"covariates": [1, 1, np.nan, 1]}),
        ("covariates-collinear", None, {"covariates": np.ones((4, 2))}),
        ("too-few-areas", None, {"direct": [0.5, np.nan, np.nan, np.nan]}),
        ("too-few-areas", None, {"covariates": np.eye(4)}),
        ("method-unknown", None, {"method": "eb"}),
    ],
)
def test_what_is_wrong_is_named(code, groups, more):
    arguments = {"direct": Y, "variances": PSI, "areas": NAMES, **more}
    with pytest.raises(SurveyError) as caught:
        fay_herriot(**arguments)
    assert caught.value.code == code
    if groups is not None:
        assert caught.value.params["groups"] == groups
        assert all(one in str(caught.value) for one in groups)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("no-variance", lambda: smooth_variances([0, np.nan], [10, 20])),
        ("area-shape", lambda: smooth_variances([0.1], [10, 20])),
        ("area-number-wrong", lambda: smooth_variances([0.1, -0.1], [10, 20])),
        ("area-number-wrong", lambda: smooth_variances([0.1, 0.1], [10, -2])),
        ("share-out-of-range", lambda: smooth_variances([0.1, 0.1], [10, 20], kind="design-effect")),
        (
            "share-out-of-range",
            lambda: smooth_variances([0.1] * 2, [9, 9], kind="design-effect", shares=[0.5, 1]),
        ),
        ("too-few-areas", lambda: smooth_variances([0.1, 0.2, 0.3], [10, 10, 10], kind="log-linear")),
        ("smoothing-unknown", lambda: smooth_variances([0.1], [10], kind="spline")),
        ("benchmark-unknown", lambda: benchmark_areas([0.1], [1], 0.2, kind="best")),
        ("benchmark-mean-zero", lambda: benchmark_areas([-0.1, 0.1], [1, 1], 0.2, kind="ratio")),
        ("area-number-wrong", lambda: benchmark_areas([0.1, 0.2], [1, 1], 0.2, kind="unsure", mse=[0.1, 0])),
        ("area-number-wrong", lambda: benchmark_areas([0.1, 0.2], [1, 1], 0.2, kind="unsure")),
        ("area-number-wrong", lambda: benchmark_areas([0.1, np.nan], [1, 1], 0.2)),
        ("area-number-wrong", lambda: benchmark_areas([0.1, 0.2], [1, 1], np.nan)),
        ("weights-sum-zero", lambda: benchmark_areas([0.1, 0.2], [0, 0], 0.2)),
        ("area-shape", lambda: benchmark_areas([], [], 0.2)),
        ("areas-length", lambda: benchmark_areas([0.1], [1], 0.2, areas=["a", "b"])),
    ],
)
def test_what_is_no_variance_or_no_benchmark_is_refused(code, call):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


@pytest.mark.parametrize("module", [small_areas, area_benchmarks])
def test_the_examples_run(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
