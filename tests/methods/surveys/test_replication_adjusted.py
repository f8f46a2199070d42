"""Replicates of a sample that was brought to known totals: each is brought to them again."""

from __future__ import annotations

import numpy as np
import pytest

from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication.bootstrap import Bootstrap, bootstrap
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.weighting.calibration import calibrate, poststratify, rake
from jichi.methods.surveys.weighting.margins import make_cells
from jichi.methods.surveys.weighting.proportional_fitting import Stop, fit_cells

from . import weights_cases as known
from .r_tests import columns

KINDS = list(Bootstrap)


def refused(act):
    with pytest.raises(SurveyError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", list(known.WAYS)[1:4])
def test_every_replicate_meets_the_totals(kind, way):
    sample, data = known.WAYS[way](known.design("strata"), "strata"), columns("strata")
    made = bootstrap(sample, replicates=25, rng=2, kind=kind)
    for group, total in known.AGE.items():
        sums = made.totals((data["age"] == group).astype(float))
        np.testing.assert_allclose(sums, total, rtol=1e-9)
    left = bootstrap(sample, replicates=25, rng=2, kind=kind, adjust=False)
    assert np.ptp(left.totals((data["age"] == "75+").astype(float))) > 1


def test_replicates_are_raked_as_samples_are():
    """Each replicate's weights are those of the sample raked with the replicate's weights, one by one."""
    design, data = known.design("strata"), columns("strata")
    margins = known.margins("strata")
    made = bootstrap(rake(design, margins), replicates=6, rng=4, kind="mrb")
    before = bootstrap(design, replicates=6, rng=4, kind="mrb").weights
    for column, own in zip(made.weights.T, before.T, strict=True):
        used = own > 1e-9
        alone = rake(make_design(weights=own[used]), [(labels[used], totals) for labels, totals in margins])
        np.testing.assert_allclose(column[used], alone.weights, rtol=1e-9)
    assert len(data["age"]) == len(before)


def test_adjustments_in_their_order_and_a_domain_last():
    design, data = known.design("strata"), columns("strata")
    women = data["sex"] == "f"
    both = rake(poststratify(design, data["side"], known.SIDE), known.margins("strata")).where(women)
    made = jackknife(both)
    assert (made.weights[~women] == 0).all()
    np.testing.assert_allclose(made.totals(np.ones(len(women))), known.SEX["f"], rtol=1e-9)
    other = jackknife(rake(design, known.margins("strata"))).where(women)
    np.testing.assert_allclose(other.totals(np.ones(len(women))), known.SEX["f"], rtol=1e-9)
    assert other.df < jackknife(design).df


def test_a_sample_raked_by_r_rake_follows_its_sweeps():
    """With R's rule to stop, replicates are swept as often as the sample was, and no more."""
    design = known.design("strata")
    made = rake(design, known.margins("strata"), stop="change", tolerance=1, unconverged="keep")
    sweeps = made.adjustments[0].report.steps
    cells = make_cells(made.adjustments[0].margins)
    before = jackknife(design)
    fitted = fit_cells(
        cells,
        before.stack.sums(cells.codes, cells.size),
        [margin.totals for margin in made.adjustments[0].margins],
        stop=Stop.MARGINS,
        tolerance=1e-12,
        max_sweeps=1000,
        fixed_sweeps=sweeps,
    )
    expected = before.weights * fitted.factors[cells.codes]
    np.testing.assert_allclose(jackknife(made).weights, expected, rtol=1e-12)


def test_replicates_of_a_sample_that_was_not_raked_to_the_end():
    """They are swept as often as the sample was; what the sample does not meet they need not."""
    labels, other = list("aabb") * 5, list("ccdd") * 5
    margins = [(labels, {"a": 30, "b": 30}), (other, {"c": 20, "d": 40})]
    design = make_design(weights=[3.0] * 20)
    assert refused(lambda: rake(design, margins)).code == "not-converged"
    made = jackknife(rake(design, margins, max_sweeps=3, unconverged="keep"))
    np.testing.assert_allclose(made.totals(np.array(other) == "c"), 20)
    assert np.isfinite(made.weights).all()


def test_replicates_that_lose_the_cell_they_need():
    """Two groups meet in one row alone: without it the totals contradict each other, though no group is empty."""
    first, other = ["a", *"a" * 9, *"b" * 10], ["x", *"y" * 9, *"x" * 10]
    margins = [(first, {"a": 30, "b": 30}), (other, {"x": 33, "y": 27})]
    made = rake(make_design(weights=[3.0] * 20), margins)
    error = refused(lambda: jackknife(made))
    assert (error.code, error.params["replicates"]) == ("replicate-not-calibrated", [0])
    kept = bootstrap(made, replicates=40, rng=2, drop=True)
    assert 10 < len(kept) < 40
    np.testing.assert_allclose(kept.totals(np.array(first) == "a"), 30, rtol=1e-9)


def test_a_group_that_a_replicate_lost():
    labels = ["rare", *["other"] * 19]
    made = poststratify(make_design(weights=[3.0] * 20), labels, {"rare": 4, "other": 60})
    error = refused(lambda: jackknife(made))
    assert (error.code, error.params["groups"], error.params["replicates"]) == (
        "replicate-group-empty",
        ["rare"],
        [0],
    )
    assert len(jackknife(made, adjust=False)) == 20
    assert refused(lambda: bootstrap(made, rng=1, replicates=50)).code == "replicate-group-empty"
    kept = bootstrap(made, rng=1, replicates=50, drop=True)
    assert 20 < len(kept) < 50
    assert kept.notes == ("replicates-dropped",)
    assert kept.scale == pytest.approx(1 / (len(kept) - 1))
    np.testing.assert_allclose(kept.totals([1.0, *[0.0] * 19]), 4)


def test_a_replicate_that_bounds_forbid():
    design, y = known.design("stages"), columns("stages")["mood"]
    made = calibrate(design, margins=known.margins("stages"), bounds=(0.5, 1.75))
    error = refused(lambda: jackknife(made))
    assert error.code == "replicate-not-calibrated"
    assert 0 < len(error.params["replicates"]) <= 26
    kept = bootstrap(made, replicates=30, rng=5, drop=True)
    assert 2 <= len(kept) < 30
    assert known.replicated_mean_and_total(kept, y)[0][1] > 0


@pytest.mark.parametrize("distance", ["linear", "raking", "logit"])
@pytest.mark.parametrize("by_row", [False, True])
def test_replicates_are_calibrated_as_samples_are(distance, by_row):
    design, data = known.design("strata"), columns("strata")
    x, totals = ({"rooms": data["rooms"]}, {"rooms": known.ROOMS}) if by_row else (None, None)
    how = {"distance": distance, "bounds": (0.2, 4.0), "variance": data["rooms"] if by_row else None}
    made = bootstrap(
        calibrate(design, x, totals, margins=known.margins("strata"), **how), replicates=8, rng=9
    )
    before = bootstrap(design, replicates=8, rng=9).weights
    for column, own in zip(made.weights.T, before.T, strict=True):
        used = own > 1e-9
        left = {**how, "variance": data["rooms"][used] if by_row else None}
        alone = calibrate(
            make_design(weights=own[used]),
            {"rooms": data["rooms"][used]} if by_row else None,
            totals,
            margins=[(labels[used], sums) for labels, sums in known.margins("strata")],
            **left,
        )
        np.testing.assert_allclose(column[used], alone.weights, rtol=1e-8)
        np.testing.assert_allclose(column[~used], 0, atol=1e-8)


def test_replicates_are_trimmed_as_the_sample_was():
    design, margins = known.design("strata"), known.margins("strata")
    made = bootstrap(calibrate(design, margins=margins, trim=(0.9, 1.15)), replicates=5, rng=3)
    before = bootstrap(design, replicates=5, rng=3).weights
    for column, own in zip(made.weights.T, before.T, strict=True):
        used = own > 1e-9
        parts = [(labels[used], totals) for labels, totals in margins]
        alone = calibrate(make_design(weights=own[used]), margins=parts, trim=(0.9, 1.15))
        np.testing.assert_allclose(column[used], alone.weights, rtol=1e-9)
