"""Regression: R's values, a general optimiser as the second way, identities, and bad input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from jichi.methods.surveys.comparison.group_tests import t_test
from jichi.methods.surveys.comparison.model_matrix import Factor, ModelMatrix, model_matrix
from jichi.methods.surveys.comparison.regression import Family, Regression, regression
from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication.jackknife import jackknife

from . import r_tests as r

CLOSE = 1e-8
# R takes the variance's weights from the last step but one, so that its errors of logit and log hold to seven digits.
R_ERROR = 1e-7
FAMILIES = {"gaussian": "gaussian", "logit": "binomial", "log": "poisson"}


def fitted(call: dict[str, Any], shape: dict[str, Any]) -> Regression:
    data, args = r.columns(shape["file"]), call["args"]
    terms = {
        name: Factor(labels=data[name]) if data[name].dtype.kind == "U" else data[name] for name in args["xs"]
    }
    return regression(r.design(shape), data[args["y"]], model_matrix(terms), family=FAMILIES[args["family"]])


@pytest.mark.parametrize("case", r.calls("glm"), ids=r.name_of)
def test_coefficients_as_r(case: Any) -> None:
    call, shape = case
    found = fitted(call, shape)
    error = CLOSE if call["args"]["family"] == "gaussian" else R_ERROR
    assert len(found.coefficients) == len(call["cases"])
    for one, expected in zip(found.coefficients, call["cases"], strict=True):
        interval = one.interval()
        assert one.value == pytest.approx(expected["estimate"], rel=CLOSE)
        assert one.se == pytest.approx(expected["se"], rel=error)
        assert one.df == expected["df"]
        assert interval.low == pytest.approx(expected["lci"], rel=error, abs=error * one.se)
        assert interval.high == pytest.approx(expected["uci"], rel=error, abs=error * one.se)


@pytest.mark.parametrize("case", r.calls("wald"), ids=r.name_of)
def test_terms_as_r(case: Any) -> None:
    call, shape = case
    expected = call["cases"][0]
    found = fitted(call, shape).test(call["args"]["term"])
    assert (found.statistic, found.df, found.denominator_df, found.p) == pytest.approx(
        tuple(expected[name] for name in ("estimate", "df", "df2", "p")), rel=R_ERROR
    )


@pytest.mark.parametrize("case", r.more("glm", "offset", "jackknife-glm"), ids=r.more_name)
def test_stopped_as_r(case: Any) -> None:
    data, design = r.columns(case["design"]), r.more_design(case)
    if case["kind"] == "offset":
        matrix = model_matrix({"sex": Factor(labels=data["sex"])})
        found = regression(design, data["trips"], matrix, family="poisson", offset=np.log(data["rooms"]))
    else:
        matrix = model_matrix({"sex": Factor(labels=data["sex"]), "rooms": data["rooms"]})
        if case["kind"] == "glm":
            args = case["args"]
            found = regression(design, data[args["y"]], matrix, family=args["family"], compat="r-glm")
            rested = regression(design, data[args["y"]], matrix, family=args["family"])
            assert found.coefficients.se == pytest.approx(rested.coefficients.se, rel=1e-3)
        else:
            found = regression(jackknife(design), data["aware"], matrix, family="binomial")
            assert found.coefficients.method == "jackknife"
    assert found.coefficients.values == pytest.approx(case["values"], rel=CLOSE)
    assert found.coefficients.se == pytest.approx(case["se"], rel=CLOSE)


# ---- a second way -------------------------------------------------------------------------------------------


def made_up(seed: int, n: int = 160) -> tuple[Design, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(0, 1, n), rng.integers(0, 2, n)])
    eta = x @ np.array([-0.3, 0.7, -0.5])
    design = make_design(
        weights=rng.uniform(1, 5, n), strata=np.repeat(["a", "b"], n // 2), clusters=np.arange(n) // 4
    )
    return design, x, eta


def matrix_of(x: npt.NDArray[np.float64]) -> ModelMatrix:
    names = tuple(f"x{place}" for place in range(x.shape[1]))
    return ModelMatrix(names=names, columns=x, terms=names)


def outcome(family: str, eta: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(seed + 1000)
    if family == "gaussian":
        return eta + rng.normal(0, 1, len(eta))
    if family == "binomial":
        return (rng.random(len(eta)) < special.expit(eta)).astype(float)
    return rng.poisson(np.exp(eta)).astype(float)


def log_likelihood(family: str, b: npt.NDArray[np.float64], y: Any, x: Any, w: Any) -> float:
    eta = x @ b
    if family == "gaussian":
        return float(-w @ (y - eta) ** 2)
    if family == "binomial":
        return float(w @ stats.bernoulli.logpmf(y.astype(int), special.expit(eta)))
    return float(w @ stats.poisson.logpmf(y, np.exp(eta)))


@pytest.mark.parametrize("family", list(FAMILIES.values()))
def test_maximum_by_a_general_optimiser(family: str) -> None:
    design, x, eta = made_up(1)
    y = outcome(family, eta, 1)
    found = regression(design, y, matrix_of(x), family=family)
    best = optimize.minimize(
        lambda b: -log_likelihood(family, b, y, x, design.weights),
        np.zeros(3),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000},
    )
    assert found.coefficients.values == pytest.approx(best.x, abs=1e-6)


@pytest.mark.parametrize("family", list(FAMILIES.values()))
def test_covariance_by_small_changes_of_weights(family: str) -> None:
    """Influence by its definition: how far coefficients move when a row's weight does."""
    design, x, eta = made_up(2, n=48)
    y = outcome(family, eta, 2)
    step = 1e-5
    moved = np.zeros((48, 3))
    for row in range(48):
        ends = []
        for sign in (-1, 1):
            weights = design.weights.copy()
            weights[row] *= 1 + sign * step
            same = make_design(weights=weights, strata=np.repeat(["a", "b"], 24), clusters=np.arange(48) // 4)
            ends.append(regression(same, y, matrix_of(x), family=family).coefficients.values)
        moved[row] = (ends[1] - ends[0]) / (2 * step)
    totals = moved.reshape(12, 4, 3).sum(axis=1)
    expected = sum(
        6 / 5 * (part - part.mean(axis=0)).T @ (part - part.mean(axis=0)) for part in (totals[:6], totals[6:])
    )
    found = regression(design, y, matrix_of(x), family=family)
    assert found.coefficients.covariance == pytest.approx(expected, rel=1e-5, abs=1e-9)


# ---- identities ---------------------------------------------------------------------------------------------


def test_regression_on_a_group_is_a_t_test() -> None:
    design, _, eta = made_up(3)
    groups = np.where(np.arange(160) % 3 == 0, "treated", "control")
    expected = t_test(design, eta, groups).difference
    found = regression(design, eta, model_matrix({"group": Factor(labels=groups)}))
    one = found.coefficients["group=treated"]
    assert (one.value, one.se, one.df) == pytest.approx((expected.value, expected.se, expected.df), rel=1e-10)
    other = regression(design, eta, model_matrix({"group": Factor(labels=groups, reference="treated")}))
    assert other.coefficients["group=control"].value == pytest.approx(-one.value)


def test_intercept_alone_is_the_mean() -> None:
    design, _, eta = made_up(4)
    alone = model_matrix({}, rows=160)
    y = outcome("binomial", eta, 4)
    share = t_test(design, y).difference
    found = regression(design, y, alone, family="binomial")
    predicted = found.predict([[1.0]], names=["all"])["all"]
    assert predicted.value == pytest.approx(share.value)
    assert predicted.se == pytest.approx(share.se)
    assert found.df == design.df
    counts = outcome("poisson", eta, 4)
    rate = regression(design, counts, alone, family="poisson").predict([[1.0]])[0]
    assert (rate.value, rate.se) == pytest.approx(
        (t_test(design, counts).difference.value, t_test(design, counts).difference.se)
    )


@given(shift=st.floats(-5, 5), scale=st.floats(0.1, 30), seed=st.integers(0, 30))
@settings(max_examples=15, deadline=None)
def test_units_of_a_column_change_only_its_coefficient(shift: float, scale: float, seed: int) -> None:
    design, x, eta = made_up(seed)
    y = outcome("binomial", eta, seed)
    one = regression(design, y, matrix_of(x), family="binomial").coefficients
    changed = x.copy()
    changed[:, 1] = (x[:, 1] - shift) * scale
    other = regression(design, y, matrix_of(changed), family="binomial").coefficients
    assert other.values[1] * scale == pytest.approx(one.values[1], rel=1e-8)
    assert other.se[1] * scale == pytest.approx(one.se[1], rel=1e-7)
    assert other.values[2] == pytest.approx(one.values[2], rel=1e-8)


def test_missing_rows_are_outside_the_domain() -> None:
    design, x, eta = made_up(5)
    y, holed = eta.copy(), x.copy()
    y[::11] = np.nan
    holed[5, 1] = np.nan
    keep = ~np.isnan(y) & ~np.isnan(holed).any(axis=1)
    one = regression(design, y, matrix_of(holed))
    other = regression(design.where(keep), eta, matrix_of(x))
    assert one.coefficients.covariance == pytest.approx(other.coefficients.covariance, rel=1e-10)
    assert one.n == int(keep.sum())
    labels = np.where(np.arange(160) % 2 == 0, "even", "odd").astype(object)
    labels[3] = None
    assert regression(design, eta, model_matrix({"side": Factor(labels=labels)})).n == 159


def test_ratio_and_terms() -> None:
    design, x, eta = made_up(6)
    y = outcome("binomial", eta, 6)
    terms = {"slope": x[:, 1], "kind": Factor(labels=np.array(["p", "q", "s"])[np.arange(160) % 3])}
    found = regression(design, y, model_matrix(terms), family=Family.BINOMIAL)
    odds, interval = found.ratio("slope")
    assert odds == pytest.approx(np.exp(found.coefficients["slope"].value))
    assert interval.low < odds < interval.high
    both, corrected = found.test("kind"), found.test("kind", corrected=True)
    assert both.names == ("kind=q", "kind=s")
    assert corrected.statistic == pytest.approx(both.statistic * (found.df - 1) / found.df)
    single = found.test("slope")
    one = found.coefficients["slope"]
    assert single.statistic == pytest.approx((one.value / one.se) ** 2)
    assert single.p == pytest.approx(2 * stats.t.sf(abs(one.value / one.se), found.df))


# ---- bad input ------------------------------------------------------------------------------------------------


def refused(code: str, call: Any, *words: str) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_separated_outcomes_are_named() -> None:
    design, x, _ = made_up(7)
    y = (x[:, 2] == 1).astype(float)
    refused("separated", lambda: regression(design, y, matrix_of(x), family="binomial"), "x2")
    # Quasi-separated: one group answers alike, the other differs.
    half = np.where(x[:, 2] == 1, 1.0, (np.arange(160) % 2).astype(float))
    found = refused("separated", lambda: regression(design, half, matrix_of(x), family="binomial"), "x2")
    assert "x1" not in found.params["names"]
    nobody = np.where(x[:, 2] == 1, 0.0, 1.0 + np.arange(160) % 3)
    refused("separated", lambda: regression(design, nobody, matrix_of(x), family="poisson"), "x2")
    refused("separated", lambda: regression(design, np.ones(160), matrix_of(x), family="binomial"))
    refused("separated", lambda: regression(design, y, matrix_of(x), family="binomial", compat="r-glm"), "x2")


def test_rare_but_finite_is_fitted() -> None:
    design, x, _ = made_up(8)
    y = np.zeros(160)
    y[[3, 70]] = 1.0
    found = regression(design, y, matrix_of(x[:, :2]), family="binomial")
    assert np.isfinite(found.coefficients.se).all()
    large = x[:, :2] * np.array([1.0, 1e6])
    again = regression(design, y, matrix_of(large), family="binomial")
    assert again.coefficients.values[1] * 1e6 == pytest.approx(found.coefficients.values[1], rel=1e-6)


def test_collinear_columns_are_named() -> None:
    design, x, eta = made_up(9)
    twice = np.column_stack([x, x[:, 1] + 2 * x[:, 0], np.arange(160.0)])
    found = refused("collinear", lambda: regression(design, eta, matrix_of(twice)))
    assert found.params["names"] == ["x0", "x1", "x3"]
    empty = np.column_stack([x, np.zeros(160)])
    assert refused("column-empty", lambda: regression(design, eta, matrix_of(empty))).params["names"] == [
        "x3"
    ]
    labels = np.array(["p", "q", "s"])[np.arange(160) % 3]
    part = design.where(labels != "s")
    refused("column-empty", lambda: regression(part, eta, model_matrix({"k": Factor(labels=labels)})), "k=s")
    kept = np.where(labels != "s", labels, "")
    assert regression(part, eta, model_matrix({"k": Factor(labels=kept)})).coefficients.names[1] == "k=q"


def test_bad_regressions() -> None:
    design, x, eta = made_up(10)
    matrix = matrix_of(x)
    refused("outcome-range", lambda: regression(design, eta, matrix, family="binomial"), "row 1")
    refused(
        "outcome-range", lambda: regression(design, -np.ones(160), matrix, family="poisson"), "at least 0"
    )
    refused("choice", lambda: regression(design, eta, matrix, family="gamma"), "poisson")
    below = replace(design, weights=np.where(np.arange(160) == 6, -1.0, design.weights))
    refused("weights-negative", lambda: regression(below, eta, matrix), "row 7")
    refused("length", lambda: regression(design, eta[1:], matrix))
    refused("length", lambda: regression(design, eta, matrix_of(x[1:])))
    refused("answers-none", lambda: regression(design, np.full(160, np.nan), matrix))
    few = design.where(np.arange(160) < 2)
    refused("rows-too-few", lambda: regression(few, eta, matrix), "3 columns")
    endless = x.copy()
    endless[0, 1] = np.inf
    refused("values-not-finite", lambda: regression(design, eta, matrix_of(endless)))
    found = regression(design, eta, matrix)
    refused("ratio-linear", lambda: found.ratio("x1"))
    refused("name-unknown", lambda: found.test("x9"))
    refused("shape", lambda: found.predict([[1.0, 2.0]]))
    refused("df-none", lambda: regression(design, eta, matrix, df=2).test("x1"))


def test_bad_columns() -> None:
    refused("levels-too-few", lambda: model_matrix({"ward": Factor(labels=["a", "a"])}), "ward")
    refused(
        "reference-unknown", lambda: model_matrix({"ward": Factor(labels=["a", "b"], reference="c")}), "'c'"
    )
    refused("values-not-numbers", lambda: model_matrix({"ward": ["a", "b"]}), "Factor")
    refused("length", lambda: model_matrix({"a": [1, 2], "b": [1, 2, 3]}), "b has 3")
    refused("terms-none", lambda: model_matrix({}))
    refused("terms-none", lambda: model_matrix({}, rows=3, intercept=False))
    refused("values-not-finite", lambda: model_matrix({"a": [1, np.inf]}))
    refused("shape", lambda: model_matrix({"a": [[1, 2]]}))
    refused(
        "names-repeated", lambda: ModelMatrix(names=("a", "a"), columns=np.ones((2, 2)), terms=("a", "a"))
    )
    refused("shape", lambda: ModelMatrix(names=("a",), columns=np.ones((2, 2)), terms=("a",)))
