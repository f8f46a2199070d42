"""What margins, totals and settings are refused, and whether the message says where and how to mend it."""

from __future__ import annotations

import numpy as np
import pytest

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.weighting.calibration import calibrate, poststratify, rake
from jichi.methods.surveys.weighting.margins import Margin

SEX, SIDE = list("ffffmmmm"), list("nsnsnsns")
SEXES, SIDES = {"f": 50, "m": 40}, {"n": 45, "s": 45}
X = [1.0, 2, 3, 4, 5, 6, 7, 8]


def sample():
    return make_design(weights=[10.0] * 8)


def refused(act):
    with pytest.raises(SurveyError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize(
    ("margins", "code", "said"),
    [
        ([], "margins-none", "at least one margin"),
        ([(SEX[:5], SEXES)], "length", "margin 1 has 5 rows, but there are 8"),
        ([(["f", None, *SEX[2:]], SEXES)], "labels-missing", "row 2"),
        ([(SEX, {"f": 90})], "group-unknown", "no total for m (row 5, 6, 7, 8)"),
        ([(SEX, {**SEXES, "d": 3})], "group-empty", "total for d, but no row"),
        ([(SEX, {"f": 90, "m": 0})], "totals-not-positive", "margin 1 has no total above 0 for m"),
        ([(SEX, {"f": 90, "m": -1})], "totals-not-positive", "for m"),
        ([(SEX, {"f": float("nan"), "m": 4})], "totals-not-positive", "for f"),
        (
            [(SEX, SEXES), (SIDE, {"n": 45, "s": 46})],
            "margins-differ",
            "add up to 90, those of margin 2 to 91",
        ),
    ],
)
def test_margins_that_the_sample_cannot_meet(margins, code, said):
    for act in (rake, lambda design, given: calibrate(design, margins=given)):
        if not margins and act is not rake:
            continue
        error = refused(lambda act=act: act(sample(), margins))
        assert (error.code, said in str(error)) == (code, True), str(error)


def test_the_margin_is_named():
    error = refused(lambda: poststratify(sample(), SEX, {"f": 90}, name="sex"))
    assert str(error).startswith("sex has no total for m")
    assert error.params == {"margin": "sex", "groups": ["m"], "rows": [5, 6, 7, 8]}
    error = refused(lambda: rake(sample(), [Margin(groups=SEX, totals={"f": 1, "x": 2, "m": 1}, name="sex")]))
    assert error.params["groups"] == ["x"]


def test_a_group_that_lies_outside_the_domain_is_empty():
    part = sample().where(np.array([True] * 4 + [False] * 4))
    assert refused(lambda: poststratify(part, SEX, SEXES)).code == "group-empty"
    assert poststratify(part, SEX, {"f": 50}).population == pytest.approx(50)


def test_totals_that_no_weights_meet():
    """The same groups with other totals: the one that is off by most is named, with what it has."""
    other = [{"f": "a", "m": "b"}[one] for one in SEX]
    margins = [(SEX, SEXES), (other, {"a": 30, "b": 60})]
    error = refused(lambda: rake(sample(), margins))
    assert error.code == "not-converged"
    # The last margin is met, so that the first has its totals.
    assert (error.params["margin"], error.params["group"], error.params["total"]) == ("margin 1", "m", 40)
    assert error.params["reached"] == pytest.approx(60)
    assert rake(sample(), margins, unconverged="keep").adjustments[-1].report.converged is False
    error = refused(lambda: calibrate(sample(), margins=margins))
    assert error.code == "totals-inconsistent"
    assert ("margin 2", "a") in error.params["columns"]


def test_weights_that_an_earlier_calibration_turned():
    turned = calibrate(sample(), {"all": 1, "x": X}, {"all": 80, "x": 545})
    assert turned.adjustments[-1].report.negative == 2
    for act in (lambda: rake(turned, [(SEX, SEXES)]), lambda: calibrate(turned, {"x": X}, [360])):
        error = refused(act)
        assert (error.code, error.params["rows"]) == ("weights-negative", [1, 2])


def test_too_few_sweeps():
    margins = [(list("ffffmmmf"), SEXES), (SIDE, {"n": 25, "s": 65})]
    error = refused(lambda: rake(sample(), margins, max_sweeps=1))
    assert (error.code, error.params["sweeps"]) == ("not-converged", 1)
    assert rake(sample(), margins).adjustments[-1].report.converged


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ({}, "totals-none", "nothing to meet"),
        ({"x": {"x": X}, "totals": {}}, "total-missing", "no total of x"),
        ({"x": {"x": X}, "totals": {"x": 1, "y": 2}}, "total-unknown", "total of y, but no such column"),
        ({"x": {"x": X}, "totals": [1, 2]}, "length", "2 totals for 1 columns"),
        ({"x": {"x": X[:3]}, "totals": [1]}, "length", "x has shape (3,)"),
        ({"x": np.ones((3, 2)), "totals": [1, 2]}, "length", "x has shape (3, 2)"),
        ({"x": {"x": [*X[:7], float("nan")]}, "totals": [9]}, "values-missing", "x is missing in row 8"),
        ({"x": {"x": SEX}, "totals": [9]}, "values-not-numbers", "groups are given as margins"),
        ({"x": {"x": X}, "totals": {"x": float("inf")}}, "totals-not-numbers", "total of x"),
        ({"x": {"x": X}, "totals": [400], "distance": "logit"}, "bounds", "needs bounds"),
        ({"x": {"x": X}, "totals": [400], "bounds": (1.1, 2)}, "bounds", "must have 1 between them"),
        (
            {"x": {"x": X}, "totals": [400], "bounds": (0.9, 1.05)},
            "bounds-impossible",
            "324 to 378, not to 400",
        ),
        ({"x": {"x": X}, "totals": [-4], "distance": "raking"}, "bounds-impossible", "not to -4"),
        (
            {"x": {"x": X}, "totals": [400], "distance": "square"},
            "choice",
            "choose one of linear, raking, logit",
        ),
        ({"x": {"x": X}, "totals": [400], "variance": [1, 2]}, "length", "variance"),
        (
            {"x": {"x": X}, "totals": [400], "variance": [0] * 8},
            "variance-not-positive",
            "row 1, 2, 3, 4, 5 and 3",
        ),
        ({"x": {"x": X}, "totals": [400], "same_within": [1, 2]}, "length", "same_within has 2 rows"),
        ({"x": {"x": X}, "totals": [400], "trim": (2, 1)}, "trim", "the first must be the smaller"),
        ({"x": {"x": X}, "totals": [400], "tolerance": 0}, "tolerance", "above 0"),
        ({"x": {"x": X}, "totals": [400], "max_iterations": 0}, "max-iterations", "at least 1"),
        ({"x": {"x": X}, "totals": [400], "unconverged": "maybe"}, "choice", "refuse, keep"),
    ],
)
def test_calibration_says_what_is_wrong(args, code, said):
    error = refused(lambda: calibrate(sample(), **args))
    assert (error.code, said in str(error)) == (code, True), str(error)


def test_bounds_that_forbid_all_totals_together():
    """Each total can be reached by itself, but the two want opposite weights."""
    x = {"all": 1, "low": [1.0] * 4 + [0] * 4, "high": [0] * 4 + [1.0] * 4, "odd": [1.0, 0] * 4}
    totals = {"all": 80, "low": 44, "high": 44, "odd": 40}
    error = refused(lambda: calibrate(sample(), x, totals, bounds=(0.8, 1.2)))
    assert error.code == "totals-inconsistent"
    y = [1.0, 1, 0, 0, 0, 0, 0, 0]
    z = [1.0, 1, 0, 0, 1, 1, 0, 0]
    w = [1.0, 0, 1, 0, 1, 0, 1, 0.5]
    assert calibrate(sample(), {"y": y, "w": w}, {"y": 22, "w": 46}, bounds=(0.8, 1.2)).n == 8
    error = refused(
        lambda: calibrate(sample(), {"y": y, "z": z, "e": 1}, {"y": 24, "z": 36, "e": 80}, bounds=(0.9, 1.2))
    )
    assert error.code == "bounds-impossible"
    # With a miss of t the first can fall to 24 - 25 t and the second rise to 36 + 37 t; they are 18 apart at least.
    assert error.params["miss"] == pytest.approx(6 / 62)


def test_kept_as_near_as_they_come():
    made = calibrate(sample(), {"x": X}, [400], bounds=(0.9, 1.05), unconverged="keep")
    assert not made.adjustments[-1].report.converged
    assert (made.weights <= 10.5 + 1e-12).all()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"residual": "mine"}, "choice"),
        ({"stop": "never"}, "choice"),
        ({"unconverged": "no"}, "choice"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"max_sweeps": 0}, "max-sweeps"),
    ],
)
def test_settings_of_raking(args, code):
    assert refused(lambda: rake(sample(), [(SEX, SEXES)], **args)).code == code
