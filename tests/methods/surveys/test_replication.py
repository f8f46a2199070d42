"""Replicate weights: R's numbers, identities with the linearised variance, and what is refused."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.designs.variance import covariance, variances
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication import balanced
from jichi.methods.surveys.replication import bootstrap as bootstrap_module
from jichi.methods.surveys.replication import jackknife as jackknife_module
from jichi.methods.surveys.replication import replicates as replication
from jichi.methods.surveys.replication.balanced import balanced_halves
from jichi.methods.surveys.replication.bootstrap import Bootstrap, bootstrap
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.replication.replicates import from_weights
from jichi.methods.surveys.weighting.calibration import rake
from jichi.methods.surveys.weighting.stacks import Factor, Stack

from . import weights_cases as known
from .r_tests import columns

KINDS = list(Bootstrap)


@pytest.mark.parametrize("module", [balanced, bootstrap_module, jackknife_module, replication])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


def refused(act):
    with pytest.raises(SurveyError) as caught:
        act()
    return caught.value


# ---- R ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", known.of_kind(*known.WAYS))
def test_the_jackknife_as_r_has_it(case):
    name = case["design"]
    sample = known.WAYS[case["kind"]](known.design(name), name)
    made = jackknife(sample, mse=case["args"]["mse"])
    mean, total = known.replicated_mean_and_total(made, columns(name)["mood"])
    np.testing.assert_allclose([*mean, *total], [*case["mean"], *case["total"]], rtol=1e-8)
    # Replicates that were made before the sample was adjusted follow it.
    later = jackknife(known.design(name), mse=case["args"]["mse"]).follow(sample)
    np.testing.assert_allclose(later.weights, made.weights, rtol=1e-12)


# P: two strata of 4 and 3 clusters; as.svrepdesign(svydesign(~k, strata = ~h, weights = ~w, nest = TRUE), "JKn"),
# and svydesign(~paste(h, k), weights = ~w), "JK1"; R 4.2.2, survey 4.1-1
P_H = ["A"] * 8 + ["B"] * 8
P_K = [1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 1, 2, 2, 3, 3, 3]
P_Y = np.array([1.0, 3, 2, 6, 4, 8, 9, 3, 2, 5, 7, 1, 3, 4, 8, 6])
P_W = [10.0] * 8 + [20.0] * 8


@pytest.mark.parametrize(
    ("strata", "fpc", "mse", "error"),
    [
        (False, None, False, 0.71327489805099),
        (False, None, True, 0.71353977404137),
        (False, 27, False, 0.61388928920428),
        (True, None, False, 0.74549227944233),
        (True, None, True, 0.74582807715309),
        (True, {"A": 12, "B": 15}, False, 0.65649106469599),
        (True, {"A": 12, "B": 15}, True, 0.65683130986755),
    ],
)
def test_the_jackknife_with_and_without_strata(strata, fpc, mse, error):
    clusters = [f"{h}{k}" for h, k in zip(P_H, P_K, strict=True)]
    design = make_design(weights=P_W, strata=P_H if strata else None, clusters=clusters, fpc=fpc)
    made = jackknife(design, mse=mse)
    mean, _ = known.replicated_mean_and_total(made, P_Y)
    assert mean == pytest.approx([4.5, error], rel=1e-13)
    assert (made.df, len(made)) == (5.0 if strata else 6.0, 7)


# L: strata of 4, 3 and 1 units; as.svrepdesign(svydesign(~1, strata = ~h, weights = ~w), "JKn") with
# options(survey.lonely.psu = …): adjust leaves the lone stratum out against all strata, average scales.
L = {"strata": list("AAAABBBC"), "weights": [10.0] * 4 + [20.0] * 3 + [15.0]}


def test_single_units():
    y = np.array([1.0, 3, 2, 6, 4, 8, 9, 5])
    sure = jackknife(make_design(single_unit="certainty", **L))
    assert len(sure) == 7
    centred = jackknife(make_design(single_unit="centre", **L))
    assert len(centred) == 8
    np.testing.assert_allclose(centred.weights[:, 7], [15.0] * 4 + [30.0] * 3 + [0.0])
    assert centred.rscales[7] == pytest.approx(2 / 3)
    average = jackknife(make_design(single_unit="average", **L))
    assert (average.scale, sure.scale) == (pytest.approx(8 / 7), 1.0)
    assert known.replicated_mean_and_total(average, y)[0][1] > known.replicated_mean_and_total(sure, y)[0][1]


# ---- identities ---------------------------------------------------------------------------------------------


@st.composite
def designs(draw):
    """Strata of clusters of rows, with or without finite populations."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strata, clusters = [], []
    for stratum in range(draw(st.integers(1, 3))):
        for cluster in range(draw(st.integers(2, 4))):
            size = int(rng.integers(1, 4))
            strata += [f"h{stratum}"] * size
            clusters += [f"h{stratum}c{cluster}"] * size
    weights = rng.uniform(1, 9, len(strata))
    # Never a census of all: "h0" has four clusters at most.
    sizes = {name: float(rng.integers(5 if name == "h0" else 4, 12)) for name in sorted(set(strata))}
    fpc = sizes if draw(st.booleans()) else None
    return make_design(weights=weights, strata=strata, clusters=clusters, fpc=fpc), rng.normal(
        size=(len(strata), 2)
    )


@settings(max_examples=40, deadline=None)
@given(designs())
def test_the_jackknife_of_a_total_is_the_linearised_variance(drawn):
    design, y = drawn
    made = jackknife(design)
    values, full = made.totals(y), design.weights @ y
    expected = covariance(design, y * design.weights[:, None])
    np.testing.assert_allclose(made.covariance(values, full), expected, rtol=1e-9, atol=1e-9)
    # Within each stratum the replicates' totals average to the full one, so that the centre does not matter.
    np.testing.assert_allclose(
        jackknife(design, mse=True).covariance(values, full), expected, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(values.mean(axis=0), full, rtol=1e-9, atol=1e-9)


def test_the_jackknife_of_a_mean_of_a_simple_sample_is_the_textbooks():
    y = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    made = jackknife(make_design(weights=[5.0] * 8, fpc=40))
    mean, _ = known.replicated_mean_and_total(made, y)
    assert mean[1] == pytest.approx(np.sqrt((1 - 8 / 40) * y.var(ddof=1) / 8), rel=1e-13)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.sampled_from([0.0, 0.3, 0.5]), st.booleans(), st.integers(0, 2**32 - 1))
def test_balanced_halves_of_a_total_are_the_linearised_variance(strata, fay, limited, seed):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(strata), 2))
    fpc = {place: float(rng.integers(3, 9)) for place in range(strata)} if limited else None
    design = make_design(weights=rng.uniform(1, 5, 2 * strata), strata=labels, fpc=fpc)
    y = rng.normal(size=(2 * strata, 2))
    made = balanced_halves(design, fay=fay)
    values, full = made.totals(y), design.weights @ y
    expected = covariance(design, y * design.weights[:, None])
    np.testing.assert_allclose(made.covariance(values, full), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(values.mean(axis=0), full, rtol=1e-9, atol=1e-9)
    assert made.df == strata


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limited", [False, True])
def test_the_bootstrap_of_a_total_comes_near_the_linearised_variance(kind, limited):
    """Within what 4,000 replicates can tell: a standard error of some 1.2 % of the standard error."""
    rng = np.random.default_rng(3)
    strata = np.repeat(["a", "b"], [12, 18])
    y = rng.normal(5, 2, 30) + (strata == "a") * 3
    design = make_design(weights=2.0, strata=strata, rows=30, fpc={"a": 30, "b": 60} if limited else None)
    plain = make_design(weights=2.0, strata=strata, rows=30) if kind is Bootstrap.SUBBOOTSTRAP else design
    made = bootstrap(design, replicates=4000, rng=11, kind=kind)
    error = known.replicated_mean_and_total(made, y)[1][1]
    exact = float(np.sqrt(variances(plain, (2 * y)[:, None])[0]))
    assert error == pytest.approx(exact, rel=0.06)
    # With as many multipliers as there are, their mean is 1 for each row.
    np.testing.assert_allclose(made.weights.mean(axis=1), 2.0, rtol=0.08)


def test_every_stage_is_in_the_half_samples():
    """Two stages of which the second matters most: only these replicates see it."""
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(8), 10)
    y = rng.normal(10, 3, 80)
    design = make_design(clusters=[clusters, np.arange(80)], fpc=[9.0, 100.0])
    exact = float(np.sqrt(variances(design, (y * design.weights)[:, None])[0]))
    both = known.replicated_mean_and_total(bootstrap(design, replicates=3000, rng=1, kind="mrb"), y)[1][1]
    first = bootstrap(design, replicates=3000, rng=1)
    assert both == pytest.approx(exact, rel=0.06)
    assert known.replicated_mean_and_total(first, y)[1][1] < 0.8 * exact
    assert first.notes == ("later-stages-left-out",)


@settings(max_examples=20, deadline=None)
@given(designs(), st.sampled_from(KINDS), st.integers(0, 2**31))
def test_replicates_draw_whole_strata(drawn, kind, seed):
    """Each replicate holds as much of every stratum as was sampled, but for the rescaling of half samples."""
    design, _ = drawn
    first = design.stages[0]
    made = bootstrap(design, replicates=20, rng=seed, kind=kind)
    multipliers = made.weights / design.weights[:, None]
    rows = np.zeros(first.n_units, dtype=int)
    rows[first.units] = np.arange(len(design))
    for stratum in range(first.strata.size):
        own = multipliers[rows[first.unit_stratum == stratum]]
        np.testing.assert_allclose(own.sum(axis=0), first.sampled[stratum], rtol=1e-12)
    assert (multipliers >= -1e-12).all()


# ---- from given weights, and what is computed from them -----------------------------------------------------


def test_given_weights_give_what_the_makers_gave():
    made = bootstrap(known.design("stages"), replicates=40, rng=6)
    y = columns("stages")["mood"]
    whole = made.design.weights
    same = from_weights(whole, made.weights, scale=made.scale, rscales=made.rscales)
    parts = from_weights(whole, made.weights / whole[:, None], scale=made.scale, combined=False)
    for other in (same, parts):
        assert known.replicated_mean_and_total(other, y)[1] == pytest.approx(
            known.replicated_mean_and_total(made, y)[1]
        )
    assert same.df == parts.df == made.design.df


def test_degrees_of_freedom_are_the_rank_less_one():
    weights = np.ones((6, 5))
    weights[:, 1] = 2
    weights[:3, 2] = 3
    weights[:, 3] = weights[:, 0] + weights[:, 2]
    assert from_weights(np.ones(6), weights, scale=1).df == 1
    assert from_weights(np.ones(6), weights, scale=1, df=7).df == 7
    rng = np.random.default_rng(1)
    full = rng.uniform(1, 2, (30, 12))
    assert from_weights(np.ones(30), full, scale=1).df == np.linalg.matrix_rank(full) - 1


def test_the_variance_about_the_mean_and_about_the_estimate():
    made = from_weights([1.0, 1], [[1, 2, 0, 3], [1, 0, 2, 1]], scale=0.5, rscales=[1, 1, 2, 0])
    values, full = np.array([[1.0, 10], [3, 20], [5, 60], [100, 0]]), np.array([2.0, 25])
    about = values[:3].mean(axis=0)
    scales = np.array([1.0, 1, 2, 0])
    expected = 0.5 * ((values - about) * scales[:, None]).T @ (values - about)
    np.testing.assert_allclose(made.covariance(values, full), expected)
    other = from_weights([1.0, 1], made.weights, scale=0.5, rscales=scales, mse=True)
    expected = 0.5 * ((values - full) * scales[:, None]).T @ (values - full)
    np.testing.assert_allclose(other.covariance(values, full), expected)


def test_what_a_replicate_cannot_tell_is_left_out_of_its_estimate():
    made = from_weights(np.ones(3), np.ones((3, 4)), scale=1.0)
    values = np.array([[1.0, 2], [np.nan, 4], [3, 6], [5, 8]])
    found = made.covariance(values, [3.0, 5.0])
    assert made.lost(values).tolist() == [1, 0]
    assert found[0, 0] == pytest.approx(8)
    assert found[1, 1] == pytest.approx(20)
    error = refused(lambda: made.covariance(np.full((4, 1), np.nan), [1.0]))
    assert (error.code, error.params["estimates"]) == ("replicates-undefined", [1])


def test_what_replicates_do_not_hold_is_said():
    lone = {"weights": [1.0] * 5, "strata": list("aabbc")}
    notes = {
        one: bootstrap(make_design(single_unit=one, **lone), rng=1).notes for one in ("average", "certainty")
    }
    assert notes == {"average": ("single-units-left-out",), "certainty": ()}
    limited = make_design(weights=[1.0] * 4, fpc=9)
    assert bootstrap(limited, rng=1, kind="subbootstrap").notes == ("correction-left-out",)
    assert bootstrap(limited, rng=1).notes == ()


def test_the_same_seed_draws_the_same_and_is_written_down():
    design = known.design("strata")
    for kind in KINDS:
        first, second = (bootstrap(design, replicates=5, rng=21, kind=kind) for _ in range(2))
        assert (first.weights == second.weights).all()
        assert first.seed == "21"
    unknown = bootstrap(design, replicates=5)
    again = bootstrap(design, replicates=5, rng=int(unknown.seed))
    assert (unknown.weights == again.weights).all()
    started = bootstrap(design, replicates=5, rng=np.random.default_rng(21))
    assert started.seed.startswith("PCG64:")
    assert (started.weights == bootstrap(design, replicates=5, rng=21).weights).all()


def test_the_global_state_stays():
    state = np.random.get_state()[1].copy()
    bootstrap(known.design("strata"), replicates=5)
    assert (np.random.get_state()[1] == state).all()


def test_weights_in_blocks_are_the_weights(monkeypatch):
    monkeypatch.setattr("jichi.methods.surveys.weighting.stacks._BLOCK", 700)
    made = bootstrap(rake(known.design("strata"), known.margins("strata")), replicates=11, rng=3)
    whole = np.concatenate([weights for _, weights in made.blocks()], axis=1)
    assert len(list(made.blocks())) == 6
    np.testing.assert_array_equal(whole, made.weights)
    np.testing.assert_allclose(made.totals(np.ones(250))[:, 0], made.weights.sum(axis=0))


def test_sums_of_a_stack_are_sums_of_its_weights():
    rng = np.random.default_rng(4)
    one = Factor(table=rng.uniform(size=(5, 7)), codes=rng.integers(0, 5, 40))
    other = Factor(table=rng.uniform(size=(3, 7)), codes=rng.integers(0, 3, 40))
    own = Factor(table=rng.uniform(size=(40, 7)))
    codes = rng.integers(0, 6, 40)
    for factors in ((one,), (one, other), (own,), (own, one)):
        stack = Stack(start=rng.uniform(size=40), factors=factors, size=7)
        weights = stack.block(slice(0, 7))
        expected = np.stack([weights[codes == group].sum(axis=0) for group in range(6)])
        np.testing.assert_allclose(stack.sums(codes, 6), expected)


# ---- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: jackknife(make_design(weights=[1.0] * 3, fpc=3)), "census"),
        (lambda: jackknife(make_design(weights=np.ones(5_001))), "replicates-too-many"),
        (
            lambda: jackknife(make_design(weights=[1.0] * 3, clusters=list("aaa"), single_unit="centre")),
            "single-unit-all",
        ),
        (lambda: balanced_halves(make_design(weights=[1.0] * 3)), "strata-not-pairs"),
        (lambda: balanced_halves(make_design(weights=[1.0] * 2), fay=1), "fay"),
        (lambda: bootstrap(make_design(weights=[1.0] * 3), replicates=1), "replicates-too-few"),
        (lambda: bootstrap(make_design(weights=[1.0] * 3), kind="mine"), "choice"),
        (lambda: from_weights([1.0] * 3, [[1.0]] * 2, scale=1), "length"),
        (lambda: from_weights([1.0] * 2, [1.0, 2.0], scale=1), "length"),
        (lambda: from_weights([1.0, -1], [[1.0], [2.0]], scale=1), "weights-not-positive"),
        (lambda: from_weights([1.0, 1], [["a"], ["b"]], scale=1), "weights-not-numbers"),
        (lambda: from_weights([1.0, 1], [[1.0], [np.nan]], scale=1), "weights-not-numbers"),
        (lambda: from_weights([1.0, 1], [[1.0], [1.0]], scale=-1), "scale"),
        (lambda: from_weights([1.0, 1], [[1.0], [1.0]], scale=1, rscales=[1, 2]), "length"),
        (lambda: jackknife(make_design(weights=[1.0] * 3)).totals([1.0]), "length"),
        (lambda: jackknife(make_design(weights=[1.0] * 3)).covariance(np.ones((2, 1)), [1.0]), "length"),
        (lambda: jackknife(make_design(weights=[1.0] * 3)).follow(make_design(weights=[1.0] * 4)), "length"),
    ],
)
def test_bad_input(act, code):
    assert refused(act).code == code
