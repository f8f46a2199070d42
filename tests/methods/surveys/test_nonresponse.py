"""Nonresponse: the weights of the synthetic city, what must be conserved, and what is refused."""

from __future__ import annotations

import csv
import doctest
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.weighting import collapsing, dispositions, nonresponse, propensity, respondents
from jichi.methods.surveys.weighting.calibration import poststratify, rake
from jichi.methods.surveys.weighting.dispositions import Disposition, response_rates
from jichi.methods.surveys.weighting.nonresponse import adjust_nonresponse
from jichi.methods.surveys.weighting.propensity import response_propensity

from . import weights_cases as known

CITY = Path(__file__).parent / "reference" / "city"


@pytest.mark.parametrize("module", [dispositions, nonresponse, propensity, collapsing, respondents])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


def refused(act):
    with pytest.raises(SurveyError) as caught:
        act()
    return caught.value


# ---- the synthetic city: weights by R's survey, see reference/city --------------------------------------------


@cache
def city(year: str) -> dict[str, np.ndarray]:
    with (CITY / "sample.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["year"] == year]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@cache
def read(name: str):
    return json.loads((CITY / f"{name}.json").read_text(encoding="utf-8"))


def city_design(year: str, kind: str):
    data = city(year)
    weights = data["dw"].astype(float)
    if kind == "wr":
        return make_design(weights=weights, strata=data["ward"], clusters=data["psu"])
    return make_design(
        weights=weights,
        strata=data["ward"],
        clusters=[data["psu"], data["pid"]],
        fpc=[data["Nh"].astype(float), data["Mi"].astype(float)],
    )


@pytest.mark.parametrize("year", ["2024", "2026"])
@pytest.mark.parametrize("kind", ["wr", "fpc2"])
def test_weights_of_the_city(year, kind):
    data, margins = city(year), read("margins")
    classes = np.array([f"{age}|{sex}" for age, sex in zip(data["age"], data["sex"], strict=True)])
    done = adjust_nonresponse(city_design(year, kind), data["resp"] == "1", classes)
    expected = read("weights")[f"{year}.{kind}"]
    assert data["pid"][done.rows].tolist() == expected["pid"]
    np.testing.assert_allclose(done.design.weights, expected["w_nr"], rtol=1e-12)
    np.testing.assert_array_equal(done.weights[done.rows], done.design.weights)
    raked = rake(
        done.design, [(data["ward"][done.rows], margins["ward"]), (classes[done.rows], margins["agesex"])]
    )
    np.testing.assert_allclose(raked.weights, expected["w_rake"], rtol=1e-11)
    # The standard errors of R, with its residual.
    theirs = rake(
        done.design,
        [(data["ward"][done.rows], margins["ward"]), (classes[done.rows], margins["agesex"])],
        residual="r-rake",
    )
    reference = {case["id"]: case for case in read("reference")["cases"]}
    y = data["sat"][done.rows].astype(float)
    for name, sample in (("nr", done.design), ("rake", theirs)):
        case = reference[f"{year}.{kind}.{name}.mean.sat"]
        mean, _ = known.mean_and_total(sample, y)
        assert mean == pytest.approx([case["estimate"], case["se"]], rel=1e-11)
        assert sample.df == case["df"]
        if (year, kind) == ("2024", "wr"):
            case = reference[f"2024.JKn.{name}.mean.sat"]
            found, _ = known.replicated_mean_and_total(jackknife(sample), y)
            assert found == pytest.approx([case["estimate"], case["se"]], rel=1e-11)


# ---- conserved ------------------------------------------------------------------------------------------------

NAMES = [str(one) for one in Disposition]


@st.composite
def surveys(draw):
    """Weights, classes and dispositions; at least two answers in every class."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    classes, names = [], []
    for place in range(draw(st.integers(1, 4))):
        size = int(rng.integers(3, 9))
        classes += [f"c{place}"] * size
        names += ["complete", "partial", *rng.choice(NAMES, size - 2)]
    order = rng.permutation(len(names))
    return rng.uniform(1, 9, len(names)), np.array(classes)[order], np.array(names)[order]


@settings(max_examples=60, deadline=None)
@given(surveys())
def test_those_who_answered_stand_for_all_who_are_eligible(survey):
    """Step by step, class by class: the unknown go to the known, and the silent to those who answered."""
    weights, classes, names = survey
    done = adjust_nonresponse(make_design(weights=weights), names, classes)
    answered = np.isin(names, ["complete", "partial"])
    assert (done.weights[~answered] == 0).all()
    assert done.rows.tolist() == np.flatnonzero(answered).tolist()
    for group in np.unique(classes):
        own = classes == group
        known_rows = own & (names != "unknown")
        raised = weights * weights[own].sum() / weights[known_rows].sum()
        eligible = known_rows & (names != "ineligible")
        assert done.weights[own].sum() == pytest.approx(raised[eligible].sum(), rel=1e-12)
        factor = done.weights[own & answered] / weights[own & answered]
        assert np.ptp(factor) < 1e-12 * factor.max()
    if not np.isin(names, ["ineligible"]).any():
        assert done.design.population == pytest.approx(weights.sum(), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(surveys(), st.integers(2, 8))
def test_joined_classes_are_large_enough_and_nobody_is_lost(survey, smallest):
    weights, classes, names = survey
    answered = np.isin(names, ["complete", "partial"])
    act = lambda: adjust_nonresponse(make_design(weights=weights), answered, classes, smallest=smallest)  # noqa: E731
    if answered.sum() < smallest:
        assert refused(act).code == "class-too-small"
        return
    done = act()
    assert all(one.answered >= smallest for one in done.classes)
    assert sum(one.sampled for one in done.classes) == len(weights)
    parts = [
        part for one in done.classes for part in (one.name if isinstance(one.name, tuple) else (one.name,))
    ]
    assert parts == sorted(set(classes.tolist()))
    assert [one.name for one in done.classes if isinstance(one.name, tuple)] == list(done.joined)
    assert done.design.population == pytest.approx(weights.sum(), rel=1e-12)


def test_neighbours_are_joined_in_the_order_said():
    classes = ["a"] * 4 + ["b"] * 2 + ["c"] * 5 + ["d"] * 4
    answered = [True, True, True, True, True, False, *[True] * 5, *[True] * 3, False]
    design = make_design(weights=[1.0] * 15)
    plain = adjust_nonresponse(design, answered, classes, smallest=2)
    assert plain.joined == (("a", "b"),)
    other = adjust_nonresponse(design, answered, classes, smallest=2, order=["a", "c", "b", "d"])
    assert other.joined == (("b", "d"),)
    factors = adjust_nonresponse(design, answered, classes, largest_factor=1.5)
    assert factors.joined == (("a", "b"),)
    assert max(one.factor for one in factors.classes) <= 1.5


def test_a_class_in_which_nobody_answered():
    design = make_design(weights=[1.0] * 6)
    answered, classes = [True, True, False, True, False, False], list("aaabcc")
    error = refused(lambda: adjust_nonresponse(design, answered, classes))
    assert (error.code, error.params["groups"]) == ("class-empty", ["c"])
    done = adjust_nonresponse(design, answered, classes, smallest=1)
    assert done.joined == (("b", "c"),)
    assert done.weights.tolist() == [1.5, 1.5, 0, 3, 0, 0]


def test_a_class_of_the_ineligible_alone_is_no_trouble():
    design = make_design(weights=[2.0] * 5)
    names = ["complete", "complete", "refusal", "ineligible", "ineligible"]
    done = adjust_nonresponse(design, names, list("aaabb"))
    assert done.weights.tolist() == [3, 3, 0, 0, 0]
    assert adjust_nonresponse(design, names, list("aaabb"), smallest=1).joined == ()


# ---- the sample of those who answered -------------------------------------------------------------------------


def test_clusters_without_answers_stay_in_the_sample():
    design = make_design(weights=[5.0] * 8, strata=list("sssstttt"), clusters=list("aabbccdd"))
    answered = np.array([True, True, True, True, True, True, False, False])
    done = adjust_nonresponse(design, answered)
    first = done.design.stages[0]
    assert (first.n_units, first.sampled.tolist(), done.design.df) == (4, [2, 2], 1)
    # The empty cluster's total is 0, so that its stratum varies by as much as the other has.
    _, total = known.mean_and_total(done.design, np.ones(6))
    w = done.design.weights[0]
    assert total[1] == pytest.approx(np.sqrt(2 * 2 * w**2))


def test_elements_that_answered_count_as_drawn():
    design = make_design(weights=[5.0] * 8, strata=list("ssssbbbb"), fpc=20)
    done = adjust_nonresponse(design, [True, True, False, True, True, True, False, False], list("ssssbbbb"))
    stage = done.design.stages[0]
    assert (stage.sampled.tolist(), stage.population.tolist()) == ([2, 3], [20, 20])
    y = np.array([1.0, 2, 4, 3, 7])
    expected = sum(
        (1 - n / 20) * n * np.var(w * values, ddof=1)
        for n, w, values in ((3, 20 / 3, y[:3]), (2, 10.0, y[3:]))
    )
    assert known.mean_and_total(done.design, y)[1][1] == pytest.approx(np.sqrt(expected))


def test_two_stages_keep_their_parents():
    clusters = np.repeat(["a", "b", "c"], 4)
    design = make_design(clusters=[clusters, np.arange(12)], fpc=[6.0, 10.0])
    answered = np.array([True, False, True, True, True, True, False, True, False, True, True, False])
    done = adjust_nonresponse(design, answered, clusters)
    first, second = done.design.stages
    assert [first.strata.names, second.sampled.tolist()] == [("all",), [3, 3, 2]]
    rows = clusters[answered]
    for code in range(second.strata.size):
        own = rows[second.strata.codes == code]
        assert len(set(own.tolist())) == 1
        assert first.units[second.strata.codes == code].tolist() == [second.parent[code]] * len(own)


def test_one_answer_in_a_stratum():
    design = make_design(weights=[1.0] * 6, strata=list("aaabbb"))
    answered = [True, True, False, True, False, False]
    error = refused(lambda: adjust_nonresponse(design, answered))
    assert (error.code, error.params["groups"]) == ("single-unit", ["b"])
    lenient = make_design(weights=[1.0] * 6, strata=list("aaabbb"), single_unit="average")
    assert adjust_nonresponse(lenient, answered).design.n == 3


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"answered": [False] * 4}, "answers-none"),
        ({"answered": [True, False, False, False]}, "rows-too-few"),
        ({"answered": [True, True]}, "length"),
        ({"answered": ["yes", "no", "complete", "complete"]}, "choice"),
        ({"classes": ["a", None, "b", "b"]}, "labels-missing"),
        ({"classes": list("aabb"), "smallest": 0}, "smallest"),
        ({"classes": list("aabb"), "largest_factor": 0.5}, "largest-factor"),
        ({"classes": list("aabb"), "order": ["a"]}, "order"),
        ({"classes": list("aabb"), "order": ["a", "b", "c"]}, "order"),
        ({"classes": list("aabb"), "order": ["a", "b", "b"]}, "order"),
    ],
)
def test_bad_input(args, code):
    given_all = {"answered": [True, True, True, False], **args}
    assert refused(lambda: adjust_nonresponse(make_design(weights=[1.0] * 4), **given_all)).code == code


def test_nonresponse_comes_first():
    design = make_design(weights=[1.0] * 4)
    answered = [True, True, True, False]
    adjusted = poststratify(design, list("aabb"), {"a": 3, "b": 4})
    assert refused(lambda: adjust_nonresponse(adjusted, answered)).code == "adjusted-before"
    part = design.where(np.array([True, True, True, False]))
    assert refused(lambda: adjust_nonresponse(part, answered)).code == "domain-before"


# ---- response rates -------------------------------------------------------------------------------------------


def test_response_rates_by_hand():
    """AAPOR's formulas, with e = known eligible over known."""
    counts = {
        "complete": 500,
        "partial": 40,
        "refusal": 200,
        "noncontact": 120,
        "other": 20,
        "unknown": 110,
        "ineligible": 80,
    }
    found = response_rates(counts)
    e = 880 / 960
    assert found.eligible_share == pytest.approx(e)
    expected = {
        "rr1": 500 / 990,
        "rr2": 540 / 990,
        "rr3": 500 / (880 + e * 110),
        "rr4": 540 / (880 + e * 110),
        "rr5": 500 / 880,
        "rr6": 540 / 880,
        "cooperation": 540 / 760,
        "refusal": 200 / 990,
        "contact": 760 / 990,
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value), name
    assert found.rr1 <= found.rr3 <= found.rr5
    rows = [name for name, count in counts.items() for _ in range(count)]
    assert response_rates(rows) == found
    assert response_rates(rows, weights=np.full(len(rows), 3.0)).rr2 == pytest.approx(found.rr2)
    assert response_rates(counts, eligible_share=0).rr3 == found.rr5
    assert response_rates(counts, eligible_share=1).rr3 == found.rr1


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: response_rates({"yes": 1}), "choice"),
        (lambda: response_rates({"ineligible": 4}), "rows-none"),
        (lambda: response_rates({"complete": -1}), "counts-negative"),
        (lambda: response_rates({"complete": 1}, eligible_share=1.5), "share-out-of-range"),
        (lambda: response_rates(["complete"], weights=[1, 2]), "length"),
    ],
)
def test_rates_refused(act, code):
    assert refused(act).code == code


# ---- chances to answer ----------------------------------------------------------------------------------------


def test_chances_of_groups_are_their_response_rates():
    """With every group a parameter of its own, the likelihood has its maximum at the observed rates."""
    rng = np.random.default_rng(2)
    group = rng.choice(["a", "b", "c"], 200)
    answered = rng.random(200) < np.select([group == "a", group == "b"], [0.3, 0.6], 0.8)
    weights = rng.uniform(1, 5, 200)
    found = response_propensity(make_design(weights=weights), answered, {"group": group})
    for name in "abc":
        own = group == name
        rate = (weights * answered)[own].sum() / weights[own].sum()
        np.testing.assert_allclose(found.chances[own], rate, rtol=1e-8)
    classes = found.classes(5)
    assert classes.size == 3
    direct = adjust_nonresponse(make_design(weights=weights), answered, group).weights
    by_chance = adjust_nonresponse(make_design(weights=weights), answered, classes).weights
    np.testing.assert_allclose(by_chance, direct, rtol=1e-12)
    mean = (weights * found.chances).sum() / weights.sum()
    spread = np.sqrt((weights * (found.chances - mean) ** 2).sum() / weights.sum())
    assert found.representativity == pytest.approx(1 - 2 * spread)


def test_the_likelihood_has_no_slope():
    rng = np.random.default_rng(4)
    age, sex = rng.uniform(18, 90, 300), rng.choice(["f", "m"], 300)
    answered = rng.random(300) < 1 / (1 + np.exp(1.5 - age / 40))
    known_of = {"age": age, "sex": sex, "also": np.where(sex == "f", "x", "y")}
    found = response_propensity(make_design(weights=[1.0] * 300), answered, known_of, weighted=False)
    left = answered - found.chances
    np.testing.assert_allclose([left.sum(), left @ age, left[sex == "m"].sum()], 0, atol=1e-6)
    assert found.names == ("constant", "age", ("sex", "m"), ("also", "y"))
    classes = found.classes(5)
    assert np.bincount(classes.codes).tolist() == [60] * 5
    order = np.argsort(found.chances)
    assert (np.diff(classes.codes[order]) >= 0).all()


def test_all_alike_are_one_class():
    answered = np.array([True, False] * 10)
    found = response_propensity(make_design(weights=[1.0] * 20), answered, {"g": np.repeat(["a", "b"], 10)})
    assert found.classes(4).names == (1,)
    assert found.representativity == pytest.approx(1)


@pytest.mark.parametrize(
    ("answered", "variables", "code"),
    [
        ([1, 0, 1, 0], {"g": list("aabb")}, "mask-not-boolean"),
        ([True, False], {"g": list("aabb")}, "length"),
        ([False] * 4, {"g": list("aabb")}, "answers-none"),
        ([True] * 4, {"g": list("aabb")}, "answers-all"),
        ([True, True, False, False], {"g": list("aabb")}, "separation"),
        ([True, True, False, False], {"g": ["a", None, "b", "b"]}, "labels-missing"),
        ([True, True, False, False], {"age": [1.0, np.nan, 3, 4]}, "values-missing"),
        ([True, True, False, False], {"age": [1.0, 3, 4]}, "length"),
    ],
)
def test_chances_refused(answered, variables, code):
    design = make_design(weights=[1.0] * 4)
    assert refused(lambda: response_propensity(design, answered, variables)).code == code


def test_classes_refused():
    found = response_propensity(
        make_design(weights=[1.0] * 4), [True, False, True, False], {"g": list("aabb")}
    )
    assert refused(lambda: found.classes(0)).code == "classes-too-few"
