"""Post-stratified, raked and calibrated weights: R's, a slow second implementation, and what must always hold."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.categories import Categories
from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.designs.variance import influence_residual
from jichi.methods.surveys.weighting import calibration, raking
from jichi.methods.surveys.weighting.calibration import calibrate, poststratify, rake
from jichi.methods.surveys.weighting.distances import Distance, DistanceFunction
from jichi.methods.surveys.weighting.margins import Margin

from . import weights_cases as known
from .r_tests import columns


@pytest.mark.parametrize("module", [calibration, raking])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


ADJUSTED = known.of_kind("poststratify", "rake", "calibrate", "calibrate_numbers", "calibrate_households")


@pytest.mark.parametrize("case", ADJUSTED)
def test_weights_and_standard_errors_as_r_has_them(case):
    made = known.adjusted(case)
    np.testing.assert_allclose(made.weights, case["weights"], rtol=1e-9)
    mean, total = known.mean_and_total(made, columns(case["design"])["mood"])
    np.testing.assert_allclose(mean, case["mean"], rtol=1e-9)
    np.testing.assert_allclose(total, case["total"], rtol=1e-9)


def test_the_two_residuals_differ_on_unequal_weights_alone():
    """Raking and calibration give the same weights; R's rake adds another residual, larger where weights differ."""
    y = columns("strata")["mood"]
    sample, margins = known.design("strata"), known.margins("strata")
    ours, theirs = rake(sample, margins), rake(sample, margins, residual="r-rake")
    distance = calibrate(sample, margins=margins, distance="raking")
    np.testing.assert_allclose(ours.weights, distance.weights, rtol=1e-9)
    errors = [known.mean_and_total(made, y)[0][1] for made in (ours, theirs, distance)]
    assert errors[0] == pytest.approx(errors[2], rel=1e-9)
    assert errors[1] > errors[0] * 1.001
    equal = make_design(weights=[4.0] * len(y), strata=columns("strata")["h"])
    even = [known.mean_and_total(rake(equal, margins, residual=one), y)[0][1] for one in ("design", "r-rake")]
    assert even[0] == pytest.approx(even[1], rel=1e-3)


def test_raking_with_the_settings_of_r():
    """Stopped as early as R stops, and with its residual."""
    case = next(one for one in known.of_kind("rake") if one["args"]["tolerance"] == 1)
    made = rake(known.design(case["design"]), known.margins(case["design"]), **raking.AS_R_RAKES)
    np.testing.assert_allclose(made.weights, case["weights"], rtol=1e-13)
    mean, _ = known.mean_and_total(made, columns(case["design"])["mood"])
    np.testing.assert_allclose(mean, case["mean"], rtol=1e-12)


# ---- second implementations, row by row ---------------------------------------------------------------------


def raked_by_rows(weights, margins, sweeps=400):
    found = np.array(weights, dtype=float)
    for _ in range(sweeps):
        for labels, totals in margins:
            for group, total in totals.items():
                rows = np.array([label == group for label in labels])
                found[rows] *= total / found[rows].sum()
    return found


def explained_by_regression(z, before, after, x):
    """Residual of z/w on x with weights before, times the weights after."""
    half = np.sqrt(before)[:, None]
    coefficients = np.linalg.lstsq(x * half, z / after[:, None] * half, rcond=None)[0]
    return z - after[:, None] * (x @ coefficients)


def explained_by_sweeps(z, after, margins):
    left = z / after[:, None]
    for _ in range(10):
        for labels, totals in margins:
            for group in totals:
                rows = np.array([label == group for label in labels])
                left[rows] -= left[rows].mean(axis=0)
    return left * after[:, None]


@st.composite
def samples(draw):
    """Weights, and two or three groupings with totals that some positive weights meet; every group has rows."""
    n = draw(st.integers(8, 40))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    weights = rng.uniform(1, 9, n)
    wanted = weights * rng.uniform(0.7, 1.4, n)
    margins = []
    for _ in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 4))
        codes = np.concatenate([np.arange(size), rng.integers(0, size, n - size)])
        rng.shuffle(codes)
        labels = [f"g{code}" for code in codes]
        margins.append((labels, {f"g{code}": float(wanted[codes == code].sum()) for code in range(size)}))
    return weights, margins, rng.normal(size=(n, 3)) * weights[:, None]


def indicators(margins):
    return np.stack(
        [
            np.array([label == group for label in labels], dtype=float)
            for labels, totals in margins
            for group in totals
        ],
        axis=1,
    )


@settings(max_examples=25, deadline=None)
@given(samples())
def test_raking_cells_is_raking_rows(sample):
    weights, margins, z = sample
    made = rake(make_design(weights=weights), margins, tolerance=1e-11, max_sweeps=20_000)
    slow = raked_by_rows(weights, margins)
    np.testing.assert_allclose(made.weights, slow, rtol=1e-6)
    residual = influence_residual(made, z)
    np.testing.assert_allclose(
        residual, explained_by_regression(z, weights, made.weights, indicators(margins)), atol=1e-9
    )
    other = rake(make_design(weights=weights), margins, residual="r-rake", tolerance=1e-11, max_sweeps=20_000)
    np.testing.assert_allclose(
        influence_residual(other, z), explained_by_sweeps(z, made.weights, margins), atol=1e-8
    )


@settings(max_examples=25, deadline=None)
@given(samples(), st.randoms(use_true_random=False))
def test_totals_are_met_in_any_order(sample, random):
    weights, margins, _ = sample
    mixed = list(margins)
    random.shuffle(mixed)
    design = make_design(weights=weights)
    made = [rake(design, one, max_sweeps=20_000, tolerance=1e-11).weights for one in (margins, mixed)]
    np.testing.assert_allclose(made[0], made[1], rtol=1e-6)
    for labels, totals in margins:
        for group, total in totals.items():
            rows = np.array([label == group for label in labels])
            assert made[0][rows].sum() == pytest.approx(total, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(samples(), st.sampled_from(["linear", "raking", "logit"]))
def test_calibration_meets_totals_and_explains_them(sample, distance):
    weights, margins, z = sample
    bounds = (0.05, 20.0) if distance == "logit" else None
    made = calibrate(make_design(weights=weights), margins=margins, distance=distance, bounds=bounds)
    x = indicators(margins)
    totals = [total for _, own in margins for total in own.values()]
    np.testing.assert_allclose(made.weights @ x, totals, rtol=1e-9)
    if (made.weights > 0).all():
        expected = explained_by_regression(z, weights, made.weights, x)
        np.testing.assert_allclose(influence_residual(made, z), expected, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(samples())
def test_what_the_totals_determine_has_no_variance(sample):
    """A total that weights are made to meet does not vary: its residual is 0."""
    weights, margins, _ = sample
    x = indicators(margins)
    for made in (
        rake(make_design(weights=weights), margins, max_sweeps=20_000, tolerance=1e-11),
        calibrate(make_design(weights=weights), margins=margins, distance="raking"),
    ):
        left = influence_residual(made, x * made.weights[:, None])
        np.testing.assert_allclose(left, 0, atol=1e-8)


@settings(max_examples=20, deadline=None)
@given(samples())
def test_totals_that_are_met_already_move_nothing(sample):
    weights, margins, _ = sample
    made = rake(make_design(weights=weights), margins, max_sweeps=20_000, tolerance=1e-12)
    again = rake(make_design(weights=made.weights), margins, max_sweeps=20_000, tolerance=1e-11)
    np.testing.assert_allclose(again.weights, made.weights, rtol=1e-9)


def test_post_stratifying_is_raking_on_one_grouping():
    sample, data, y = known.design("stages"), columns("stages"), columns("stages")["mood"]
    one, other = poststratify(sample, data["age"], known.AGE), rake(sample, [(data["age"], known.AGE)])
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-14)
    for first, second in zip(known.mean_and_total(one, y), known.mean_and_total(other, y), strict=True):
        assert first == pytest.approx(second, rel=1e-13)
    assert one.history == ("poststratify",)


def test_columns_that_say_the_same_twice_change_nothing():
    sample, y = known.design("stages"), columns("stages")["mood"]
    rooms, n = columns("stages")["rooms"], sum(known.SEX.values())
    plain = calibrate(sample, {"all": 1, "rooms": rooms}, {"all": n, "rooms": known.ROOMS})
    twice = calibrate(
        sample,
        {"all": 1, "rooms": rooms, "more": 3 * rooms + 2},
        {"all": n, "rooms": known.ROOMS, "more": 3 * known.ROOMS + 2 * n},
    )
    np.testing.assert_allclose(twice.weights, plain.weights, rtol=1e-9)
    assert known.mean_and_total(twice, y)[0] == pytest.approx(known.mean_and_total(plain, y)[0], rel=1e-9)


def test_numbers_and_groups_together():
    sample, data = known.design("strata"), columns("strata")
    made = calibrate(
        sample, {"rooms": data["rooms"]}, {"rooms": known.ROOMS}, margins=[(data["sex"], known.SEX)]
    )
    assert made.weights @ data["rooms"] == pytest.approx(known.ROOMS, rel=1e-10)
    assert made.weights[data["sex"] == "f"].sum() == pytest.approx(known.SEX["f"], rel=1e-10)
    matrix = np.stack([data["rooms"], data["sex"] == "f", data["sex"] == "m"], axis=1)
    same = calibrate(sample, matrix, [known.ROOMS, known.SEX["f"], known.SEX["m"]])
    np.testing.assert_allclose(same.weights, made.weights, rtol=1e-9)


def test_rows_of_a_household_keep_one_factor():
    sample, data = known.design("stages"), columns("stages")
    made = calibrate(sample, margins=known.margins("stages")[:1], distance="raking", same_within=data["psu"])
    factors = made.weights / sample.weights
    for psu in set(data["psu"].tolist()):
        assert np.ptp(factors[data["psu"] == psu]) < 1e-12
    assert made.weights[data["sex"] == "f"].sum() == pytest.approx(known.SEX["f"], rel=1e-9)


def test_a_domain_is_adjusted_by_itself():
    sample, data = known.design("strata"), columns("strata")
    women = data["sex"] == "f"
    part = poststratify(sample.where(women), data["age"], {group: 100 for group in known.AGE})
    assert part.weights[~women].tolist() == [0.0] * int((~women).sum())
    for group in known.AGE:
        assert part.weights[data["age"] == group].sum() == pytest.approx(100)
    left = influence_residual(part, part.weights[:, None] * np.ones((len(women), 1)))
    np.testing.assert_allclose(left, 0, atol=1e-10)


def test_one_adjustment_after_another():
    """The residual is taken of the last first; what the first explains is explained after both."""
    sample, data = known.design("strata"), columns("strata")
    made = rake(poststratify(sample, data["age"], known.AGE), known.margins("strata"))
    assert made.history == ("poststratify", "rake")
    np.testing.assert_allclose(made.weights, rake(sample, known.margins("strata")).weights, rtol=1e-9)
    z = columns("strata")["mood"][:, None] * made.weights[:, None]
    last, first = made.adjustments[1], made.adjustments[0]
    np.testing.assert_allclose(influence_residual(made, z), first.residual(last.residual(z)), rtol=1e-14)


def test_the_report_tells_what_was_done():
    sample = known.design("stages")
    done = rake(sample, known.margins("stages")).adjustments[-1].report
    factors = rake(sample, known.margins("stages")).weights / sample.weights
    assert (done.factor_low, done.factor_high) == pytest.approx((factors.min(), factors.max()))
    weights = sample.weights * factors
    assert done.design_effect == pytest.approx(len(weights) * (weights**2).sum() / weights.sum() ** 2)
    assert done.largest_share == pytest.approx(weights.max() / weights.sum())
    assert done.converged
    assert abs(done.worst.off) < 1e-11
    kept = rake(sample, known.margins("stages"), max_sweeps=1, unconverged="keep").adjustments[-1].report
    assert not kept.converged
    assert kept.worst.margin == "margin 1"
    assert abs(kept.worst.off) > 1e-4
    trimmed = calibrate(sample, margins=known.margins("stages"), trim=(0.9, 1.2)).adjustments[-1].report
    assert trimmed.trimmed > 0
    assert (trimmed.factor_low, trimmed.converged) == (0.9, False)


def test_groups_coded_by_hand_and_groups_without_rows():
    sample = make_design(weights=[10.0] * 4)
    coded = Categories(codes=np.array([2, 2, 0, 0]), names=("a", "nobody", "c"))
    made = rake(sample, [Margin(groups=coded, totals={"c": 24, "a": 16, "nobody": 0}, name="kind")])
    assert made.weights.tolist() == [12.0, 12.0, 8.0, 8.0]


def test_margins_may_be_scaled_to_the_first():
    sample = make_design(weights=[10.0] * 4)
    margins = [(list("aabb"), {"a": 30, "b": 10}), (list("abab"), {"a": 0.5, "b": 0.5})]
    assert rake(sample, margins, scale=True).weights.tolist() == [15.0, 15.0, 5.0, 5.0]


def test_many_groupings_do_not_overflow():
    rng = np.random.default_rng(5)
    n = 400
    margins = []
    for _ in range(24):
        codes = rng.integers(0, 12, n)
        margins.append((codes, {int(code): float((codes == code).sum() * 7) for code in np.unique(codes)}))
    made = rake(make_design(weights=[7.0] * n), margins)
    np.testing.assert_allclose(made.weights, 7.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (Distance.LINEAR, -np.inf, np.inf),
        (Distance.LINEAR, 0.4, 2.5),
        (Distance.RAKING, 0.0, np.inf),
        (Distance.RAKING, 0.4, 2.5),
        (Distance.LOGIT, 0.4, 2.5),
    ],
)
def test_slope_and_area_belong_to_the_factor(kind, low, high):
    function = DistanceFunction(kind=kind, low=np.asarray(low), high=np.asarray(high))
    # Away from the corners at the bounds.
    u = np.array([-3.0, -1.3, -0.5, -0.2, 0.0, 0.3, 0.7, 1.9, 3.0])
    step = 1e-6
    assert function.factor(np.zeros(1))[0] == pytest.approx(1)
    assert function.area(np.zeros(1))[0] == pytest.approx(0)
    slope = (function.factor(u + step) - function.factor(u - step)) / (2 * step)
    np.testing.assert_allclose(function.slope(u), slope, atol=1e-7, rtol=1e-7)
    factor = (function.area(u + step) - function.area(u - step)) / (2 * step)
    np.testing.assert_allclose(function.factor(u), factor, atol=1e-7, rtol=1e-7)


def test_nothing_is_changed_in_place():
    sample = known.design("stages")
    before = sample.weights.copy()
    z = columns("stages")["mood"][:, None] * before[:, None]
    kept = z.copy()
    for made in (rake(sample, known.margins("stages")), calibrate(sample, margins=known.margins("stages"))):
        influence_residual(made, z)
    assert (sample.weights == before).all()
    assert (z == kept).all()


@pytest.mark.parametrize("far", [1e2, 1e4, 1e5])
def test_numbers_far_from_zero_are_no_redundant_columns(far):
    """A column whose values differ little beside their size is nearly one of ones, but not quite."""
    sample, data = known.design("strata"), columns("strata")
    n = sum(known.SEX.values())
    near = calibrate(sample, {"all": 1, "rooms": data["rooms"]}, {"all": n, "rooms": known.ROOMS})
    shifted = calibrate(
        sample, {"all": 1, "rooms": data["rooms"] + far}, {"all": n, "rooms": known.ROOMS + far * n}
    )
    np.testing.assert_allclose(shifted.weights, near.weights, rtol=1e-4)
    errors = [known.mean_and_total(one, data["mood"])[0][1] for one in (near, shifted)]
    assert errors[1] == pytest.approx(errors[0], rel=1e-4)
