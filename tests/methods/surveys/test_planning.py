"""Planning a survey: figures of the literature, a slow search, simulation, and what must hold for every plan."""

from __future__ import annotations

import doctest
import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.findings import find
from jichi.methods.surveys.planning import allocation, changes, design_effects, targets, waves
from jichi.methods.surveys.planning import sizes as planning
from jichi.methods.surveys.planning.sizes import (
    Overlap,
    TargetCode,
    Wave,
    allocate,
    asked_for,
    assess_target,
    cluster_effect,
    combined_effect,
    expected_answers,
    power_of_change,
    power_of_trend,
    size_for_change,
    size_for_margin,
    smallest_change,
    smallest_of_errors,
    weighting_effect,
    years_until_visible,
)

CITY = Wave(n=1500, design_effect=1.8)
SHARE = st.floats(0.05, 0.95)
WAVES = st.builds(Wave, n=st.integers(50, 5000), design_effect=st.floats(0.6, 4))


# ---- the city's own survey ---------------------------------------------------------------------------------
def test_fifteen_hundred_answers_with_a_design_effect_of_1_8():
    assert round(100 * CITY.standard_error(), 1) == 1.7
    assert round(100 * CITY.margin(), 1) == 3.4
    found = smallest_change(CITY)
    assert round(100 * found.value, 1) == 6.8 and round(100 * found.up, 1) == round(100 * found.down, 1)


def test_two_points_a_year_are_not_to_be_seen_yearly():
    found = assess_target(0.52, 0.60, 2025, 2029, CITY)
    step = find(found.findings, TargetCode.STEP_BELOW_NOISE)
    assert not found.by_step and step is not None and not step.can
    assert step.params["step"] == pytest.approx(0.02) and 0.067 < step.params["smallest"] < 0.069
    assert found.by_end and found.first_year == 2029
    assert find(found.findings, TargetCode.SEEN_FIRST).params["year"] == 2029
    assert find(found.findings, TargetCode.NEEDED_FOR_STEP).params["n"] > 15_000


# ---- figures of the literature -----------------------------------------------------------------------------
@pytest.mark.parametrize(("margin", "n"), [(0.01, 9604), (0.02, 2401), (0.03, 1068), (0.05, 385)])
def test_the_sizes_everybody_knows(margin, n):
    assert size_for_margin(margin) == n


def test_a_small_population_needs_fewer():
    assert size_for_margin(0.05, population=1000) == 278
    assert size_for_margin(0.05, population=1_000_000) == 384
    assert size_for_margin(1e-9, population=40) == 40


def test_the_size_for_two_shares():
    # Without continuity correction, two-sided .05 and power .80: 0.25 against 0.40, unpooled: 149.1 -> 150.
    factor = 1.959963984540054 + 0.8416212335729143
    expected = factor**2 * (0.25 * 0.75 + 0.4 * 0.6) / 0.15**2
    assert size_for_change(0.25, 0.40) == math.ceil(expected) == 150


def test_design_effects():
    assert weighting_effect([1.0] * 7) == 1
    w = np.array([1, 2, 3, 4.0])
    assert weighting_effect(w) == pytest.approx(1 + w.var() / w.mean() ** 2)
    assert weighting_effect(1e300 * w) == pytest.approx(weighting_effect(w))
    assert cluster_effect(21, 0.04) == pytest.approx(1.8)
    assert cluster_effect([10, 10, 10], 0.1) == cluster_effect(10, 0.1)
    assert cluster_effect([5, 15], 0.1) > cluster_effect(10, 0.1)
    assert cluster_effect(1, 0.9) == 1
    assert combined_effect(1.2, 1.5) == pytest.approx(1.8)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_design_effect_of_clusters_is_the_variance_they_make(seed):
    rng = np.random.default_rng(seed)
    sizes, rho = rng.integers(1, 12, 30), 0.3
    cluster = np.repeat(np.arange(30), sizes)
    covariance = np.where(cluster[:, None] == cluster, rho, 0.0) + (1 - rho) * np.eye(cluster.size)
    assert cluster_effect(sizes, rho) == pytest.approx(covariance.sum() / cluster.size)


# ---- power -----------------------------------------------------------------------------------------------
def by_simulation(before, after, wave, overlap, draws=40_000):
    """How often two waves show the change, with n effective people a wave, some asked twice."""
    rng = np.random.default_rng(4)
    n = round(wave.effective_n)
    twice = 0 if overlap is None else round(overlap.share * n)
    phi = 0.0 if overlap is None else overlap.correlation
    both = before * after + phi * math.sqrt(before * (1 - before) * after * (1 - after))
    cells = [both, before - both, after - both, 1 - before - after + both]
    panel = rng.multinomial(twice, cells, draws) if twice else np.zeros((draws, 4))
    one = (panel[:, 0] + panel[:, 1] + rng.binomial(n - twice, before, draws)) / n
    other = (panel[:, 0] + panel[:, 2] + rng.binomial(n - twice, after, draws)) / n
    first, second = one * (1 - one) / n, other * (1 - other) / n
    shared = (panel[:, 0] / n - panel[:, [0, 1]].sum(1) * panel[:, [0, 2]].sum(1) / max(twice, 1) / n) / n
    return np.mean(np.abs(other - one) > 1.96 * np.sqrt(first + second - 2 * shared))


@pytest.mark.parametrize(
    "overlap", [None, Overlap(share=0.5, correlation=0.6), Overlap(share=1, correlation=0.4)]
)
def test_the_power_is_how_often_it_is_shown(overlap):
    wave = Wave(n=1500, design_effect=1.5)
    expected = power_of_change(0.50, 0.55, wave, overlap=overlap)
    assert by_simulation(0.50, 0.55, wave, overlap) == pytest.approx(expected, abs=0.012)
    assert by_simulation(0.50, 0.50, wave, overlap) == pytest.approx(0.05, abs=0.006)


@settings(max_examples=50)
@given(SHARE, WAVES, WAVES, st.floats(0.5, 0.99))
def test_the_smallest_change_has_just_the_power(share, one, other, power):
    found = smallest_change(one, other, share=share, power=power)
    for change in (found.up, -found.down if found.down is not None else None):
        if change is None:
            continue
        # The far tail adds a little to the power.
        assert power - 1e-9 <= power_of_change(share, share + change, one, other) <= power + 0.03
        assert power_of_change(share, share + 0.9 * change, one, other) < power + 0.03


@settings(max_examples=40)
@given(SHARE, st.floats(0.01, 0.3), st.floats(0.5, 5), st.floats(0.5, 0.99))
def test_the_size_for_a_change_shows_it_and_one_fewer_does_not(before, change, effect, power):
    after = before + change if before < 0.5 else before - change
    n = size_for_change(before, after, design_effect=effect, power=power)
    assert power_of_change(before, after, Wave(n=n, design_effect=effect)) >= power - 1e-9
    if n > 30:
        fewer = Wave(n=n - 1, design_effect=effect)
        assert power_of_change(before, after, fewer) < power + 1e-3
        found = smallest_change(fewer, share=before, power=power)
        limit = found.up if after > before else found.down
        assert limit is None or limit > abs(after - before)


@given(SHARE, WAVES, st.floats(0, 1), st.floats(0, 0.9))
def test_asking_the_same_people_shows_smaller_changes(share, wave, part, correlation):
    alone = smallest_change(wave, share=share)
    panel = smallest_change(wave, share=share, overlap=Overlap(share=part, correlation=correlation))
    for one, other in ((alone.up, panel.up), (alone.down, panel.down)):
        assert one is None or (other is not None and other <= one + 1e-9)


def test_a_perfect_panel_shows_any_change_and_a_tiny_wave_none():
    assert smallest_change(CITY, overlap=Overlap(share=1, correlation=1)).value == pytest.approx(0, abs=1e-6)
    found = smallest_change(Wave(n=2))
    assert found.up is None and found.down is None and found.value is None
    edge = smallest_change(CITY, share=0)
    assert edge.down is None and 0 < edge.up < 0.02


def test_the_smallest_change_of_any_number_follows_from_its_errors():
    error = CITY.standard_error(0.5)
    assert smallest_of_errors(error) == pytest.approx(smallest_change(CITY).value, rel=0.01)
    assert smallest_of_errors(3, 4) == pytest.approx(5 * (1.959964 + 0.841621), rel=1e-6)
    assert smallest_of_errors(1, df=6) > smallest_of_errors(1)
    assert smallest_of_errors(0) == 0


def test_a_census_has_no_error():
    everybody = Wave(n=400, population=400)
    assert everybody.standard_error() == everybody.margin() == 0
    assert power_of_change(0.5, 0.500001, everybody) == 1
    assert power_of_change(0.5, 0.5, everybody) == pytest.approx(0.05)
    assert Wave(n=200, population=400).margin() < Wave(n=200).margin()


def test_a_trend_through_two_waves_is_their_difference():
    assert power_of_trend([2024, 2025], [0.5, 0.56], [CITY]) == pytest.approx(
        power_of_change(0.5, 0.56, CITY)
    )
    between = power_of_trend([0, 1, 2, 3, 4], [0.5, 0.52, 0.54, 0.56, 0.58], [CITY])
    assert between > power_of_change(0.5, 0.58, CITY)


# ---- years -------------------------------------------------------------------------------------------------
def test_how_many_years_until_a_step_is_seen():
    found = years_until_visible(0.02, CITY, share=0.5)
    assert (found.years, found.wave) == (4, 4)
    assert power_of_change(0.5, 0.58, CITY) >= 0.8 > power_of_change(0.5, 0.56, CITY)
    assert years_until_visible(-0.02, CITY, share=0.5).years == 4
    every = years_until_visible(0.02, CITY, share=0.5, every=3)
    assert (every.years, every.wave) == (6, 2)
    assert years_until_visible(0.005, CITY, judged="trend").years <= years_until_visible(0.005, CITY).years
    assert years_until_visible(0.02, Wave(n=60), share=0.9).years is None
    assert years_until_visible(0.0001, CITY).years is None


@settings(max_examples=30, deadline=None)
@given(SHARE, st.floats(0.002, 0.1), WAVES)
def test_a_larger_step_is_never_seen_later(share, step, wave):
    slow, fast = (years_until_visible(one, wave, share=share).years for one in (step, step * 1.5))
    if slow is not None and share + 1.5 * step * slow <= 1:
        assert fast is not None and fast <= slow


# ---- targets -------------------------------------------------------------------------------------------------
def test_a_target_that_cannot_be_judged_at_all():
    found = assess_target(0.50, 0.52, 2025, 2029, CITY)
    codes = [one.code for one in found.findings]
    assert codes == [
        "step-below-noise",
        "way-below-noise",
        "needed-for-step",
        "needed-for-way",
        "start-unsure",
    ]
    assert not any(one.can for one in found.findings)
    assert found.first_year is None
    assert find(found.findings, "needed-for-way").params["n"] == 17646


def test_a_target_that_can_be_judged_yearly():
    found = assess_target(0.30, 0.70, 2025, 2029, Wave(n=3000))
    assert found.by_step and found.by_end and found.first_year == 2026
    assert [one.code for one in found.findings] == ["step-visible", "way-visible", "seen-first"]


def test_a_target_with_few_surveys():
    found = assess_target(0.50, 0.62, 2025, 2031, CITY, survey_years=[2028, 2030, 2033, 2025])
    assert found.step == pytest.approx(0.04) and found.way == pytest.approx(0.10)
    last = find(found.findings, TargetCode.NO_WAVE_AT_END)
    assert dict(last.params) == {"year": 2031, "last": 2030}
    assert found.first_year == 2030
    assert assess_target(0.50, 0.62, 2025, 2031, CITY, every=3).first_year == 2031


def test_to_hold_what_one_has_can_only_fail_to_fail():
    found = assess_target(0.60, 0.60, 2025, 2029, CITY)
    assert [one.code for one in found.findings] == ["no-way"]
    assert found.findings[0].params["smallest"] == smallest_change(CITY, share=0.6).down


def test_a_fall_is_judged_as_a_rise_of_the_rest():
    up, down = assess_target(0.4, 0.5, 2025, 2030, CITY), assess_target(0.6, 0.5, 2025, 2030, CITY)
    assert down.step == pytest.approx(-up.step) and down.smallest_step == pytest.approx(up.smallest_step)
    assert down.first_year == up.first_year


def test_a_panel_and_a_larger_start_see_sooner():
    plain = assess_target(0.5, 0.56, 2025, 2029, CITY)
    assert not plain.by_end
    assert assess_target(0.5, 0.56, 2025, 2029, CITY, start_wave=Wave(n=50_000)).by_end
    assert assess_target(0.5, 0.56, 2025, 2029, CITY, overlap=Overlap(share=0.8, correlation=0.6)).by_end


@settings(max_examples=40, deadline=None)
@given(SHARE, SHARE, st.integers(1, 10), WAVES)
def test_what_is_seen_by_a_step_is_seen_by_the_end(start, target, years, wave):
    found = assess_target(start, target, 2025, 2025 + years, wave)
    if found.by_step:
        assert found.by_end and found.first_year == 2026
    assert (
        found.by_end == any(one.code == TargetCode.WAY_VISIBLE for one in found.findings) or start == target
    )


# ---- allocation ------------------------------------------------------------------------------------------
def loss(n, importance):
    return sum(a * a / m for a, m in zip(importance, n, strict=True))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(3, 9), st.floats(0.1, 2)), min_size=2, max_size=4),
    st.sampled_from(["proportional", "neyman", "power", "equal"]),
    st.data(),
)
def test_no_other_division_into_whole_people_is_better(strata, rule, data):
    sizes, spread = [one[0] for one in strata], [one[1] for one in strata]
    total = data.draw(st.integers(2 * len(sizes), sum(sizes)))
    found = allocate(total, sizes, rule=rule, spread=spread)
    importance = {
        "proportional": sizes,
        "neyman": [n * s for n, s in strata],
        "power": [n**0.5 * s for n, s in strata],
        "equal": [1] * len(sizes),
    }[rule]
    best = min(
        loss(n, importance) for n in product(*(range(2, size + 1) for size in sizes)) if sum(n) == total
    )
    assert found.n.sum() == total and np.all((found.n >= 2) & (found.n <= sizes))
    assert loss(found.n, importance) == pytest.approx(best)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(200, 90_000), min_size=1, max_size=30), st.integers(70, 6000), st.integers(0, 2))
def test_a_large_sample_is_shared_out_exactly(sizes, total, least):
    found = allocate(min(total, sum(sizes)), sizes, rule="power", least=least)
    assert found.n.sum() == min(total, sum(sizes))
    n, a = found.n.astype(float), np.sqrt(np.array(sizes))
    # Optimal where no single exchange helps: the worth of the last place is nowhere below that of the next.
    last = np.where(n > max(least, 1), a / np.sqrt(np.maximum(n * (n - 1), 1e-300)), np.inf)
    following = np.where((n > 0) & (n < sizes), a / np.sqrt(np.maximum(n * (n + 1), 1e-300)), 0)
    assert last.min() >= following.max() * (1 - 1e-9)


def test_rules_favour_whom_they_should():
    sizes, spread = [9000, 1000], [0.5, 0.5]
    shares = {rule: allocate(1000, sizes, rule=rule, spread=spread).n.tolist() for rule in allocation.Rule}
    assert shares["proportional"] == shares["neyman"] == [900, 100]
    assert shares["power"] == [750, 250] and shares["equal"] == [500, 500]
    assert allocate(1000, sizes, rule="neyman", spread=[0.1, 0.9]).n.tolist() == [500, 500]


def test_the_least_and_all_there_are():
    found = allocate(300, [10_000, 100, 8], least=30, strata=["A", "B", "C"])
    assert found.n.tolist() == [262, 30, 8]
    assert found.at_least == ("B",) and found.at_most == ("C",)
    assert found.stratum_errors[2] == 0
    assert allocate(2, [5, 5, 5], least=0).n.tolist() == [1, 1, 0]
    assert math.isnan(allocate(2, [5, 5, 5], least=0).error)


def test_the_error_is_that_of_stratified_sampling():
    found = allocate(100, [600, 400], spread=[0.4, 0.5], rule="neyman")
    n = found.n
    expected = 0.36 * 0.16 / n[0] * (1 - n[0] / 600) + 0.16 * 0.25 / n[1] * (1 - n[1] / 400)
    assert found.error == pytest.approx(math.sqrt(expected))


def test_answers():
    assert expected_answers(3000, 0.5) == 1500
    assert asked_for(1500, 0.5) == 3000
    assert asked_for(1, 0.3) == 4
    assert asked_for(3, 0.1) == 30  # 3 / 0.1 is a hair above 30


# ---- bad input -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("weights-not-positive", lambda: weighting_effect([1, 0, 2, -1])),
        ("weights-shape", lambda: weighting_effect([])),
        ("cluster-size", lambda: cluster_effect([3, 0], 0.1)),
        ("correlation", lambda: cluster_effect(11, -0.2)),
        ("correlation", lambda: cluster_effect(11, 1.1)),
        ("not-positive", lambda: combined_effect(1, 0)),
        ("too-small", lambda: Wave(n=0)),
        ("too-small", lambda: Wave(n=100, population=50)),
        ("not-positive", lambda: Wave(n=10, design_effect=math.nan)),
        ("share-out-of-range", lambda: CITY.margin(52)),
        ("level", lambda: CITY.margin(0.5, 95)),
        ("level", lambda: smallest_change(CITY, power=1)),
        ("correlation", lambda: Overlap(share=0.5, correlation=2)),
        ("share-out-of-range", lambda: Overlap(share=-0.1, correlation=0)),
        ("no-change", lambda: size_for_change(0.5, 0.5)),
        ("too-small", lambda: smallest_of_errors(-1)),
        ("level", lambda: smallest_of_errors(1, power=0)),
        ("change-too-small", lambda: size_for_change(0.5, 0.5 + 1e-9)),
        ("not-positive", lambda: size_for_margin(0)),
        ("no-change", lambda: years_until_visible(0, CITY)),
        ("years", lambda: years_until_visible(0.1, CITY, every=1.5)),
        ("judged-unknown", lambda: years_until_visible(0.1, CITY, judged="eye")),
        ("trend-lengths", lambda: power_of_trend([1], [0.5], [CITY])),
        ("years", lambda: assess_target(0.5, 0.6, 2025, 2025, CITY)),
        ("no-survey-in-period", lambda: assess_target(0.5, 0.6, 2025, 2027, CITY, every=5)),
        ("share-out-of-range", lambda: assess_target(50, 0.6, 2025, 2027, CITY)),
        ("strata-shape", lambda: allocate(10, [])),
        ("strata-shape", lambda: allocate(10, [9, 9], spread=[1])),
        ("stratum-number-wrong", lambda: allocate(10, [9, 0, 2.5])),
        ("stratum-number-wrong", lambda: allocate(10, [9, 9], spread=[1, 0])),
        ("total-out-of-range", lambda: allocate(10, [9], least=2)),
        ("total-out-of-range", lambda: allocate(3, [9, 9], least=2)),
        ("total-out-of-range", lambda: allocate(2.5, [9, 9])),
        ("least", lambda: allocate(4, [9, 9], least=-1)),
        ("rule-unknown", lambda: allocate(4, [9, 9], rule="fair")),
        ("not-positive", lambda: asked_for(10, 0)),
        ("too-small", lambda: expected_answers(-1, 0.5)),
    ],
)
def test_what_is_wrong_is_named(code, call):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


def test_a_percentage_is_recognised():
    with pytest.raises(SurveyError, match="divide it by 100"):
        smallest_change(CITY, share=52)


@pytest.mark.parametrize("module", [allocation, changes, design_effects, planning, targets, waves])
def test_the_examples_run(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
