"""One forecast: what it is free of, what it respects, what it refuses, and its parts done over slowly."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from jichi.methods.forecast import (
    LEVELS,
    PRIOR,
    Calibration,
    Forecast,
    ForecastError,
    ForecastReason,
    NotAssessable,
    Series,
    Table,
    forecast,
)
from jichi.methods.forecast.fitting import FLAT, _robust, between
from jichi.methods.forecast.steps import stand
from jichi.methods.paths import Comparator

VALUES = [17.3, 18.1, 18.9, 19.2, 20.4, 21.0, 21.1, 22.0, 22.4, 23.1]


def told(*given: object, **asked: object) -> Forecast:
    found = forecast(*given, **asked)  # type: ignore[arg-type]
    assert isinstance(found, Forecast)
    return found


def series(values: list[float], **other: object) -> Series:
    return Series(years=np.arange(2016, 2016 + len(values)), values=np.array(values), **other)  # type: ignore[arg-type]


rows = st.lists(st.integers(-300, 300), min_size=5, max_size=14).filter(lambda row: len(set(row[-5:])) > 1)


@settings(max_examples=60)
@given(row=rows, factor=st.sampled_from([0.01, 0.5, 3.0, 1000.0]), shift=st.integers(-500, 500))
def test_free_of_unit_and_origin(row: list[int], factor: float, shift: int) -> None:
    one = told([float(v) for v in row], horizon=3)
    other = told([factor * (v + shift) for v in row], horizon=3)
    np.testing.assert_allclose(other.values, factor * (one.values + shift), rtol=1e-9, atol=1e-9 * factor)


@settings(max_examples=60)
@given(row=rows, target=st.integers(-400, 400))
def test_free_of_direction(row: list[int], target: int) -> None:
    one, turned = told([float(v) for v in row], horizon=2), told([-float(v) for v in row], horizon=2)
    if one.expected_change != 0:
        np.testing.assert_allclose(turned.values, -one.values[::-1], rtol=1e-9, atol=1e-9)
        assert turned.probability(-target, "le") == pytest.approx(one.probability(target, "ge"), abs=1e-9)


@settings(max_examples=60)
@given(
    row=rows, targets=st.tuples(st.integers(-900, 900), st.integers(-900, 900)), horizon=st.integers(1, 10)
)
def test_probability_is_a_distribution(row: list[int], targets: tuple[int, int], horizon: int) -> None:
    found = told([float(v) for v in row], horizon=horizon)
    low, high = sorted(targets)
    assert 0 < found.probability(high) <= found.probability(low) < 1
    assert found.probability(low, "ge") + found.probability(low, "le") == pytest.approx(1, abs=1e-9)
    assert (np.diff(found.values) >= 0).all()


def test_probability_inverts_the_quantile() -> None:
    found = told(VALUES, horizon=4)
    for p in (0.0025, 0.03, 0.2, 0.5, 0.77, 0.99, 0.9975):
        assert found.probability(found.quantile(p), Comparator.LE) == pytest.approx(p, abs=1e-9)
    assert found.median == found.quantile(0.5)


def test_intervals_are_nested_and_hold_the_median() -> None:
    found = told(VALUES, horizon=4)
    inner, outer, wide = (found.interval(level) for level in (0.5, 0.8, 0.95))
    assert wide.low < outer.low < inner.low < found.median < inner.high < outer.high < wide.high
    assert (outer.low, outer.high) == (found.quantile(0.1), found.quantile(0.9))
    assert found.interval(0.995).level == 0.995


def test_further_ahead_is_less_sure() -> None:
    widths = [
        interval.high - interval.low
        for interval in (told(VALUES, horizon=horizon).interval(0.8) for horizon in range(1, 11))
    ]
    assert widths == sorted(widths)


def test_year_and_horizon_ask_the_same() -> None:
    by_year, by_horizon = told(series(VALUES), year=2029), told(series(VALUES), horizon=4)
    assert (by_year.year, by_year.horizon, by_year.last_year, by_year.first_year) == (2029, 4, 2025, 2016)
    np.testing.assert_array_equal(by_year.values, by_horizon.values)


def test_a_plain_row_is_a_series_of_consecutive_years() -> None:
    np.testing.assert_array_equal(told(VALUES, horizon=2).values, told(series(VALUES), horizon=2).values)


def test_only_the_last_points_count() -> None:
    found = told([900.0, -5.0, *VALUES], horizon=4)
    np.testing.assert_array_equal(found.values, told(VALUES, horizon=4).values)
    assert [told(VALUES[-count:], horizon=1).points for count in (5, 6, 7, 8, 9, 10)] == [5, 6, 6, 8, 8, 10]


def test_nothing_before_a_break_counts() -> None:
    broken = told(series([500.0, 480.0, *VALUES[:6]], breaks=(2018,)), horizon=4)
    np.testing.assert_array_equal(broken.values, told(VALUES[:6], horizon=4).values)
    assert (broken.points, broken.first_year) == (6, 2018)
    other = told(series([-9.0, 3.0, *VALUES[:6]], breaks=(2017, 2018)), horizon=4)
    np.testing.assert_array_equal(broken.values, other.values)


def test_years_without_value() -> None:
    holes = Series(
        years=np.array([2016, 2017, 2019, 2020, 2021, 2022]), values=np.array([3.0, 4, 6, 5, 8, 9])
    )
    nan = series([3.0, 4.0, math.nan, 6.0, 5.0, 8.0, 9.0])
    np.testing.assert_array_equal(told(holes, horizon=2).values, told(nan, horizon=2).values)
    assert told(nan, horizon=2).year == 2024


def test_a_survey_of_every_second_year_is_counted_in_its_own_steps() -> None:
    values = np.array(VALUES[:6])
    biennial = Series(years=np.arange(2010, 2022, 2), values=values)
    np.testing.assert_allclose(told(biennial, horizon=4).values, told(values, horizon=2).values)
    between_waves = [told(biennial, horizon=horizon).interval(0.8) for horizon in (1, 2, 3, 4)]
    widths = [one.high - one.low for one in between_waves]
    assert widths == sorted(widths)
    assert told(biennial, horizon=1).step == pytest.approx(told(values, horizon=1).step / math.sqrt(2))


@pytest.mark.parametrize(
    ("given", "asked", "reason", "params"),
    [
        ([], {"horizon": 1}, ForecastReason.NO_VALUE, {}),
        ([math.nan], {"horizon": 1}, ForecastReason.NO_VALUE, {}),
        (VALUES[:4], {"horizon": 1}, ForecastReason.TOO_FEW, {"points": 4, "least": 5}),
        (
            series(VALUES, breaks=(2022,)),
            {"horizon": 1},
            ForecastReason.TOO_FEW_AFTER_BREAK,
            {"points": 4, "least": 5, "break_year": 2022},
        ),
        (
            series(VALUES, breaks=(2026,)),
            {"year": 2027},
            ForecastReason.TOO_FEW_AFTER_BREAK,
            {"points": 0, "least": 5, "break_year": 2026},
        ),
        ([4.9] * 8, {"horizon": 1}, ForecastReason.CONSTANT, {"value": 4.9}),
        ([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3], {"horizon": 1}, ForecastReason.CONSTANT, {"value": 0.3}),
        ([1.0, 2.0, *[4.9] * 10], {"horizon": 1}, ForecastReason.CONSTANT, {"value": 4.9}),
        (series(VALUES), {"year": 2025}, ForecastReason.NOT_AHEAD, {"year": 2025, "last_year": 2025}),
        (series(VALUES), {"year": 2036}, ForecastReason.TOO_FAR, {"year": 2036, "furthest": 2035}),
        (
            series([10.0, 11, 10, 11, 10, 11], se=np.full(6, 0.6)),
            {"horizon": 1},
            ForecastReason.ERROR_TOO_LARGE,
            {"error": pytest.approx(0.6), "step": pytest.approx(1.0)},
        ),
    ],
)
def test_nothing_can_be_said(given: object, asked: dict, reason: ForecastReason, params: dict) -> None:
    found = forecast(given, **asked)  # type: ignore[arg-type]
    assert isinstance(found, NotAssessable)
    assert (found.reason, dict(found.params)) == (reason, params)


def test_a_sampling_error_of_half_a_step_is_still_told() -> None:
    assert told(series([10.0, 11, 10, 11, 10, 11], se=np.full(6, 0.5)), horizon=1).reason is None


def test_bounds_hold() -> None:
    near = [96.0, 97.5, 96.5, 98.0, 97.8, 99.0]
    free, bound = told(series(near), horizon=4), told(series(near, low=0.0, high=100.0), horizon=4)
    assert free.interval(0.8).high > 100
    assert bound.interval(0.8).high == 100
    assert bound.interval(0.8).low == free.interval(0.8).low
    assert bound.probability(98) == free.probability(98)
    # What would go beyond the bound stands at the bound.
    assert bound.probability(100) == pytest.approx(free.probability(100), abs=1e-9)
    assert bound.probability(100.1) == 0
    assert bound.probability(100, "le") == 1
    assert bound.probability(0, "ge") == 1
    assert bound.probability(-0.1, "le") == 0


def test_sampling_error_shortens_steps_and_is_added_to_what_comes() -> None:
    values = [30.0, 34, 31, 35, 33, 37]
    full, sample = told(series(values), horizon=4), told(series(values, se=np.full(6, 1.2)), horizon=4)
    assert sample.step < full.step
    exact = told(series(values, se=np.full(6, 1.2)), horizon=4, future_se=0.0)
    blurred = sample.interval(0.8)
    assert exact.interval(0.8).high - exact.interval(0.8).low < blurred.high - blurred.low
    none = told(series(values, se=np.zeros(6)), horizon=4)
    np.testing.assert_array_equal(none.values, full.values)


def test_blurring_is_a_normal_error_added() -> None:
    """Against a sum of random draws: quantiles of the blurred distribution."""
    base = told(VALUES, horizon=4)
    blurred = told(VALUES, horizon=4, future_se=1.5)
    rng = np.random.default_rng(5)
    drawn = np.interp(rng.uniform(size=200_000), base.levels, base.values) + rng.normal(0, 1.5, 200_000)
    for p in (0.025, 0.1, 0.5, 0.9, 0.975):
        assert blurred.quantile(p) == pytest.approx(np.quantile(drawn, p), abs=0.06)


def slowly(values: list[float], gaps: list[float]) -> tuple[float, list[float], list[float]]:
    """Size, direction and spread with loops over the definitions."""
    steps = [after - here for here, after in pairwise(values)]
    count = len(steps)
    weights = [0.9 ** (count - 1 - at) for at in range(count)]
    size = sum(w * abs(s) / math.sqrt(g) for w, s, g in zip(weights, steps, gaps, strict=True)) / sum(weights)
    turns = [max(-3.0, min(3.0, s / g / size)) for s, g in zip(steps, gaps, strict=True)]
    recent = [0.5 ** (count - 1 - at) * gaps[at] for at in range(count)]
    consistency = sum(steps) / sum(abs(s) for s in steps)
    drift = sum(steps) / sum(gaps)
    off = sum(
        w * abs(s - drift * g) / math.sqrt(g) for w, s, g in zip(weights, steps, gaps, strict=True)
    ) / sum(weights)
    return (
        size,
        [
            sum(t * g for t, g in zip(turns, gaps, strict=True)) / sum(gaps),
            sum(t * r for t, r in zip(turns, recent, strict=True)) / sum(recent),
            turns[-1],
            consistency,
            consistency * abs(consistency),
        ],
        [1.0, math.log(max(off / size, 0.1)), min(abs(drift) / size, 3.0)],
    )


@settings(max_examples=80)
@given(row=rows, gaps=st.lists(st.integers(1, 4), min_size=13, max_size=13))
def test_standing_done_slowly(row: list[int], gaps: list[int]) -> None:
    values, times = [float(v) for v in row], [float(g) for g in gaps[: len(row) - 1]]
    size, direction, spread = slowly(values, times)
    found = stand(np.array([values]), np.array([times]))
    assert found.size[0] == pytest.approx(size)
    np.testing.assert_allclose(found.direction[0], direction, atol=1e-12)
    np.testing.assert_allclose(found.spread[0], spread, atol=1e-9)


def test_filter_against_the_whole_normal_law() -> None:
    """The filtered level is the conditional mean of the walk's end given all values."""
    values = np.array([[30.0, 34, 31, 35, 33, 37]])
    gaps = np.array([[1.0, 1, 2, 1, 1]])
    variances = np.array([[1.0, 1.5, 0.8, 1.2, 1.0, 0.9]])
    found = stand(values, gaps, variances)
    process = math.pi / 2 * found.size[0] ** 2
    times = np.concatenate([[0.0], gaps[0].cumsum()])
    drift = (values[0, -1] - values[0, 0]) / times[-1]
    # The start is known as well as its own measurement tells: given it, a walk with drift.
    walk = variances[0, 0] + process * np.minimum(times[:, None], times[None, :])
    seen = walk[1:, 1:] + np.diag(variances[0, 1:])
    gain = np.linalg.solve(seen, walk[1:, -1])
    level = values[0, 0] + drift * times[-1] + gain @ (values[0, 1:] - values[0, 0] - drift * times[1:])
    assert found.level[0] == pytest.approx(level)
    assert found.level_variance[0] == pytest.approx(walk[-1, -1] - gain @ walk[1:, -1])


def test_robust_weights_minimise_what_they_say() -> None:
    """Deviations, squared below ``FLAT``, plus the pull: a general minimiser finds nothing lower."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(300, 5)), rng.standard_t(3, 300)
    weight, belief = rng.uniform(0.3, 1, 300), np.array([2.0, 0, 0, 0, 0])

    def loss(b: np.ndarray) -> float:
        off = np.abs(y - x @ b)
        huber = np.where(off < FLAT, off**2 / (2 * FLAT), off - FLAT / 2)
        return float(weight @ huber + 25 * ((b - belief) ** 2).sum())

    best = minimize(loss, belief, method="BFGS", options={"gtol": 1e-8}).fun
    assert loss(_robust(x, y, weight, belief)) == pytest.approx(best, rel=1e-4)
    assert loss(_robust(x, y, weight, belief)) < loss(belief)


def test_shipped_calibration() -> None:
    assert PRIOR.sizes == (5, 6, 8, 10)
    assert [PRIOR.horizons(size) for size in PRIOR.sizes] == [10, 10, 10, 10]
    for table in PRIOR.tables.values():
        assert (np.diff(table.quantiles) >= 0).all()
        assert 700 <= table.series <= 826


def test_tables_between_horizons() -> None:
    one, two = PRIOR.table(6, 1), PRIOR.table(6, 2)
    middle = PRIOR.table(6, 1.5)
    np.testing.assert_allclose(middle.quantiles, (one.quantiles + two.quantiles) / 2)
    half = between(None, one, 0.5)
    np.testing.assert_allclose(half.direction, one.direction / 2)
    assert math.exp(half.spread[0] - one.spread[0]) == pytest.approx(math.sqrt(0.5))
    for size, horizon in ((7, 1), (6, 11), (6, 0), (6, 10.5)):
        with pytest.raises(ForecastError, match="no table"):
            PRIOR.table(size, horizon)


def test_levels_beyond_the_archive_are_refused() -> None:
    quantiles = np.where((LEVELS >= 0.05) & (LEVELS <= 0.95), np.linspace(-2, 2, LEVELS.size), np.nan)
    table = Table(direction=np.zeros(5), spread=np.zeros(3), quantiles=quantiles, series=20)
    small = Calibration(source="twenty series", tables={(5, 1): table})
    found = told(VALUES, horizon=1, calibration=small)
    assert found.interval(0.9).level == 0.9
    with pytest.raises(ForecastError, match="20 series"):
        found.interval(0.95)
    assert found.probability(1e9) == pytest.approx(0.05)
    assert found.probability(-1e9) == pytest.approx(0.95)
    refused = forecast(VALUES, horizon=2, calibration=small)
    assert isinstance(refused, NotAssessable) and refused.reason is ForecastReason.TOO_FAR


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"years": [2020, 2021]}, "lengths-differ", "one length"),
        ({"years": [2020, 2021, 2021]}, "years-not-rising", "row 3"),
        ({"years": [2020, 2022, 2021]}, "years-not-rising", "row 3"),
        ({"years": [2020.5, 2021.5, 2022.5]}, "years-not-whole", "float64"),
        ({"values": [1.0, math.inf, 2.0]}, "value-infinite", "row 2"),
        ({"low": 1.5, "high": 2.5}, "value-out-of-bounds", "row 1, 3"),
        ({"low": 5.0, "high": 5.0}, "bounds", "below high"),
        ({"se": [0.1, -0.1, math.nan]}, "se-negative", "row 2, 3"),
        ({"se": [0.1]}, "lengths-differ", "one length"),
    ],
)
def test_unusable_series(changes: dict[str, object], code: str, words: str) -> None:
    given = {"years": [2020, 2021, 2022], "values": [1.0, 2.0, 3.0], **changes}
    with pytest.raises(ForecastError, match=words) as caught:
        Series(**given)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "year-or-horizon"),
        ({"year": 2027, "horizon": 2}, "year-or-horizon"),
        ({"horizon": 2.5}, "horizon"),
        ({"horizon": math.nan}, "horizon"),
        ({"horizon": 2, "future_se": -1.0}, "future-se"),
        ({"horizon": 2, "future_se": math.inf}, "future-se"),
    ],
)
def test_unusable_questions(asked: dict, code: str) -> None:
    with pytest.raises(ForecastError) as caught:
        forecast(VALUES, **asked)
    assert caught.value.code == code


def test_unusable_levels_and_targets() -> None:
    found = told(VALUES, horizon=2)
    for level in (0.0, -0.5):
        with pytest.raises(ForecastError, match="above 0"):
            found.interval(level)
    for level in (0.999, 1.0, math.nan):
        with pytest.raises(ForecastError):
            found.interval(level)
    for comparator in (Comparator.ABOUT, Comparator.NONE, "more"):
        with pytest.raises(ForecastError, match="at least"):
            found.probability(20, comparator)
    with pytest.raises(ForecastError, match="finite"):
        found.probability(math.nan)


def test_nothing_given_is_changed_and_nothing_held_can_be() -> None:
    values, years = np.array(VALUES), np.arange(2016, 2026)
    kept = Series(years=years, values=values)
    values[0] = 99
    assert kept.values[0] == VALUES[0]
    with pytest.raises(ValueError, match="read-only"):
        kept.values[0] = 1
    before = [v + 0.0 for v in VALUES]
    forecast(VALUES, horizon=4)
    assert before == VALUES
