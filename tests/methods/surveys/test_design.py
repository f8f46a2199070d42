"""How a sample is described: what is refused, and what the description gives."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.categories import Categories, categories, crossed
from jichi.methods.surveys.designs import design as module
from jichi.methods.surveys.designs import stages
from jichi.methods.surveys.designs.design import SingleUnit, make_design
from jichi.methods.surveys.errors import SurveyError

NORTH_SOUTH = ["north", "north", "south", "south"]


def refused(code: str, **given) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        make_design(**given)
    assert caught.value.code == code, caught.value
    return caught.value


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


# ---- bad input: the code, and that row or group is named --------------------------------------------------
def test_a_survey_without_rows():
    refused("rows-none", weights=[])
    refused("rows-none", weights=1.0, rows=0)


def test_a_survey_of_one_row():
    refused("rows-too-few", weights=[3.0])


def test_a_survey_of_unknown_size():
    refused("rows-unknown")
    refused("rows-unknown", weights=5.0)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none(wrong):
    found = refused("weights-not-positive", weights=[1.0, wrong, 2.0, wrong])
    assert found.params["rows"] == [2, 4]
    assert "2, 4" in str(found)


def test_many_wrong_weights_are_counted():
    assert "and 3 more" in str(refused("weights-not-positive", weights=[0.0] * 8))


def test_a_weight_that_is_no_number():
    refused("weights-not-numbers", weights=["ten", "ten"])


def test_no_weights_and_nothing_they_follow_from():
    refused("weights-missing", strata=NORTH_SOUTH)
    refused("weights-missing", clusters=[["a", "a", "b", "b"], [1, 2, 1, 2]], fpc=4)


@pytest.mark.parametrize("name", ["strata", "clusters", "fpc"])
def test_columns_of_other_lengths(name):
    refused("length", weights=[1, 1, 1, 1], **{name: np.array([2, 2, 2])})


@pytest.mark.parametrize("lacking", [None, "", float("nan")])
def test_a_label_that_is_missing(lacking):
    found = refused("labels-missing", weights=[1, 1, 1], strata=np.array(["a", lacking, "a"], dtype=object))
    assert found.params["rows"] == [2]
    assert "strata" in str(found)


def test_a_table_in_the_place_of_labels():
    refused("shape", weights=[1, 1], strata=np.array([["a", "b"], ["a", "b"]]))


def test_a_cluster_in_two_strata():
    given = {"weights": [1, 1, 1, 1], "strata": NORTH_SOUTH, "clusters": ["x", "y", "y", "z"]}
    assert refused("cluster-in-two-strata", **given).params["groups"] == ["y"]


def test_labels_of_clusters_used_again_in_each_stratum():
    found = make_design(weights=[1] * 4, strata=NORTH_SOUTH, clusters=["x", "y", "x", "y"], nest=True)
    assert (found.stages[0].n_units, found.df) == (4, 2)


def test_a_stratum_with_one_unit():
    found = refused("single-unit", weights=[1, 1, 1], strata=["a", "a", "lonely"])
    assert found.params["groups"] == ["lonely"]
    assert "average" in str(found)


def test_a_stratum_with_one_unit_that_was_all_there_was():
    design = make_design(weights=[2, 2, 1], strata=["a", "a", "lonely"], fpc={"a": 4, "lonely": 1})
    assert design.df == 1


@pytest.mark.parametrize("choice", [one for one in SingleUnit if one is not SingleUnit.REFUSE])
def test_a_stratum_with_one_unit_and_a_choice(choice):
    assert (
        make_design(weights=[1, 1, 1], strata=["a", "a", "b"], single_unit=choice.value).single_unit is choice
    )


def test_a_choice_that_is_none():
    assert "refuse" in str(refused("choice", weights=[1, 1], single_unit="ignore"))


def test_population_sizes_that_cannot_be():
    four = {"weights": [1] * 4, "strata": NORTH_SOUTH}
    assert refused("fpc-too-small", fpc={"north": 1, "south": 9}, **four).params["groups"] == ["north"]
    assert refused("fpc-not-positive", fpc={"north": 5, "south": 0}, **four).params["groups"] == ["south"]
    assert refused("fpc-missing", fpc={"north": 5}, **four).params["groups"] == ["south"]
    assert refused("fpc-varies", fpc=[5, 5, 5, 6], **four).params["groups"] == ["south"]


def test_a_stratum_of_the_population_without_rows():
    found = refused(
        "strata-empty", weights=[1] * 4, strata=NORTH_SOUTH, fpc={"north": 5, "south": 5, "west": 5}
    )
    assert found.params["groups"] == ["west"]
    coded = Categories(codes=np.array([0, 0, 1, 1]), names=("north", "south", "west"))
    assert refused("strata-empty", weights=[1] * 4, strata=coded).params["groups"] == ["west"]


# ---- what it gives -----------------------------------------------------------------------------------------
def test_weights_follow_from_the_sizes_of_two_stages():
    found = make_design(
        clusters=[["a", "a", "b", "b", "b"], [1, 2, 1, 2, 3]], fpc=[[10] * 5, [6, 6, 9, 9, 9]]
    )
    np.testing.assert_allclose(found.weights, [15, 15, 15, 15, 15])
    assert found.df == 1


def test_a_fraction_says_as_much_as_a_size():
    by_size = make_design(weights=[2] * 4, strata=NORTH_SOUTH, fpc={"north": 4, "south": 8})
    by_share = make_design(weights=[2] * 4, strata=NORTH_SOUTH, fpc={"north": 0.5, "south": 0.25})
    np.testing.assert_allclose(by_size.stages[0].population, by_share.stages[0].population)


def test_one_size_for_each_of_two_stages():
    clusters = [["a", "a", "b", "b"], [1, 2, 1, 2]]
    found = make_design(clusters=clusters, fpc=[10, 6])
    assert [stage.population.tolist() for stage in found.stages] == [[10.0], [6.0, 6.0]]


def test_clusters_with_a_row_each_are_elements():
    labels = np.array([30, 10, 20, 40])
    found = make_design(weights=[1] * 4, strata=NORTH_SOUTH, clusters=labels).stages[0]
    assert found.is_elements
    assert found.unit_stratum[found.units].tolist() == found.strata.codes.tolist() == [0, 0, 1, 1]


def test_a_domain_keeps_the_rows_of_others():
    design = make_design(weights=[1, 2, 3, 4], strata=NORTH_SOUTH)
    domain = design.where([True, False, True, True])
    assert (len(domain), domain.n, domain.population, domain.df) == (4, 3, 8.0, 1)
    assert domain.where([True, True, False, True]).weights.tolist() == [1, 0, 0, 4]
    assert design.weights.tolist() == [1, 2, 3, 4]


def test_a_domain_that_is_no_mask():
    design = make_design(weights=[1, 2, 3, 4])
    for mask, code in (([1, 0, 1, 1], "mask-not-boolean"), ([True, False], "length")):
        with pytest.raises(SurveyError) as caught:
            design.where(mask)
        assert caught.value.code == code


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 40), min_size=1, max_size=60), st.integers(0, 1_000_000))
def test_labels_are_coded_in_their_order_however_they_are_given(labels, step):
    wide = [one * (1 + step) for one in labels]
    whole, text = (
        categories(wide, parameter="x"),
        categories([f"{one:+08d}" for one in labels], parameter="x"),
    )
    assert whole.names == tuple(sorted(set(wide)))
    assert [whole.names[code] for code in whole.codes] == wide
    assert [text.names[code] for code in text.codes] == [f"{one:+08d}" for one in labels]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(0, 50)), min_size=2, max_size=40))
def test_units_are_numbered_alike_by_counting_and_by_sorting(rows):
    strata, clusters, people = (np.array(column) for column in zip(*rows, strict=True))
    given = {"strata": [strata, None], "clusters": [clusters, people], "fpc": [1e6, 1e6], "nest": True}
    made = make_design(weights=1.0, single_unit="certainty", **given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "_DENSE", 0)
        again = make_design(weights=1.0, single_unit="certainty", **given)
    for one, other in zip(made.stages, again.stages, strict=True):
        for name in ("units", "unit_stratum", "sampled", "parent"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    first = made.stages[0]
    assert first.n_units == len(set(zip(strata, clusters, strict=True)))
    assert made.stages[1].n_units == len(set(rows))
    np.testing.assert_array_equal(first.unit_stratum[first.units], first.strata.codes)


def test_crossed_groups_are_those_that_hold_rows():
    one = categories(["b", "a", "b"], parameter="x")
    found = crossed(one, categories([1, 1, 2], parameter="y"))
    assert found.names == (("a", 1), ("b", 1), ("b", 2))
    assert found.codes.tolist() == [1, 0, 2]
