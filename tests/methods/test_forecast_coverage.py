"""Learning from an archive: intervals hold as often as they say, over many made-up figures of unlike kinds."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.forecast import archive_of, drift, linear
from scipy import stats

from jichi.methods.forecast import (
    LEAST_SERIES,
    LEVELS,
    Calibration,
    Forecast,
    ForecastError,
    Series,
    calibrate,
    forecast,
)
from jichi.methods.forecast.fitting import Rows, _spread, fit

KEPT = 4
OFFSETS = (-2, -1, -0.5, 0, 0.5, 1, 2)


@pytest.fixture(scope="module")
def archive() -> list[np.ndarray]:
    return archive_of(None, 520, 1)


@pytest.fixture(scope="module")
def folds(archive: list[np.ndarray]) -> list[Calibration]:
    """Of two halves: each series is judged by the other half's calibration."""
    return [calibrate(archive[1::2]), calibrate(archive[0::2])]


def judged(archive: list[np.ndarray], folds: list[Calibration], length: int) -> tuple[np.ndarray, float]:
    held, errors = [], []
    for at, whole in enumerate(archive):
        given, kept = whole[-KEPT - length : -KEPT], whole[-KEPT:]
        step = np.abs(np.diff(given)).mean()
        for horizon in range(1, KEPT + 1):
            found = forecast(given, horizon=horizon, calibration=folds[at % 2])
            assert isinstance(found, Forecast)
            intervals = [found.interval(level) for level in (0.8, 0.95)]
            held.append([one.low <= kept[horizon - 1] <= one.high for one in intervals])
        targets = [given[-1] + offset * step for offset in OFFSETS]
        errors += [(found.probability(target) - (kept[-1] >= target)) ** 2 for target in targets]
    return np.mean(held, axis=0), float(np.mean(errors))


@pytest.mark.parametrize("length", [6, 10])
def test_intervals_hold_as_often_as_they_say(
    archive: list[np.ndarray], folds: list[Calibration], length: int
) -> None:
    held, brier = judged([one for one in archive if len(one) >= length + KEPT], folds, length)
    assert 0.78 <= held[0] <= 0.82
    assert 0.93 <= held[1] <= 0.97
    peers = []
    for whole in archive[::8]:
        given, kept = whole[-KEPT - length : -KEPT], whole[-KEPT:]
        step = np.abs(np.diff(given)).mean()
        for peer in (linear, drift):
            law = peer(given)[-1]
            peers.append([(law.sf(t) - (kept[-1] >= t)) ** 2 for t in given[-1] + np.array(OFFSETS) * step])
    linear_brier, drift_brier = np.mean(peers[0::2]), np.mean(peers[1::2])
    assert brier < 0.95 * drift_brier < linear_brier


def test_probabilities_are_as_frequent_as_they_say(
    archive: list[np.ndarray], folds: list[Calibration]
) -> None:
    """Where the value falls in its own distribution is uniform."""
    places = []
    for at, whole in enumerate(archive):
        found = forecast(whole[-12:-KEPT], horizon=KEPT, calibration=folds[at % 2])
        assert isinstance(found, Forecast)
        places.append(found.probability(whole[-1], "le"))
    assert stats.kstest(places, "uniform").pvalue > 0.01


@pytest.fixture(scope="module")
def sampled() -> list[tuple[Series, np.ndarray]]:
    """Shares of a population, each year from a sample with its error, and what the next samples said."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(500):
        truth = 50 + rng.normal(0, 4, 18).cumsum() * rng.uniform(0.5, 1.5) + rng.normal(0, 1) * np.arange(18)
        error = rng.uniform(0.5, 1.2)
        seen = truth + rng.normal(0, error, 18)
        found.append((Series(years=np.arange(18), values=seen, se=np.full(18, error)), seen))
    return found


def test_sampling_error_is_neither_forgotten_nor_counted_twice(
    sampled: list[tuple[Series, np.ndarray]],
) -> None:
    learnt = calibrate([one for one, _ in sampled[:250]])
    held = []
    for whole, seen in sampled[250:]:
        given = Series(years=whole.years[:14], values=whole.values[:14], se=whole.se[:14])
        for horizon in (1, 4):
            found = forecast(given, horizon=horizon, calibration=learnt)
            if isinstance(found, Forecast):
                interval = found.interval(0.8)
                held.append(interval.low <= seen[13 + horizon] <= interval.high)
    assert len(held) > 300
    # 500 answers: two standard errors are 3.6 points.
    assert 0.76 <= np.mean(held) <= 0.86


def test_holes_do_not_spoil_the_intervals(archive: list[np.ndarray], folds: list[Calibration]) -> None:
    rng = np.random.default_rng(4)
    held = []
    for at, whole in enumerate(archive):
        given = whole[-KEPT - 11 : -KEPT].copy()
        given[rng.choice(np.arange(1, 10), 3, replace=False)] = np.nan
        found = forecast(given, horizon=3, calibration=folds[at % 2])
        assert isinstance(found, Forecast)
        interval = found.interval(0.8)
        held.append(interval.low <= whole[-2] <= interval.high)
    assert 0.76 <= np.mean(held) <= 0.86


def test_learning_is_free_of_units_and_of_order_within_a_fold(archive: list[np.ndarray]) -> None:
    some = archive[:100]
    one = calibrate(some, sizes=(6,))
    other = calibrate([1000 * (7 - values) for values in some], sizes=(6,))
    for key, table in one.tables.items():
        np.testing.assert_allclose(other.tables[key].direction, table.direction, atol=1e-8)
        np.testing.assert_allclose(other.tables[key].quantiles, table.quantiles, atol=1e-7)


@pytest.mark.parametrize("origins", [1, 3])
def test_quantiles_are_ranks_among_one_more(origins: int) -> None:
    """With nothing to learn but one scale: rank by rank, folds scaled by the others, older origins by halves."""
    series = 99
    count = series * origins
    change = np.random.default_rng(3).normal(size=count)
    owner, origin = np.repeat(np.arange(series), origins), np.tile(np.arange(origins), series)
    ones = np.concatenate([np.ones((count, 1)), np.zeros((count, 2))], axis=1)
    rows = Rows(
        direction=np.zeros((count, 5)),
        spread=ones,
        change=change,
        noise=np.zeros(count),
        origin=origin,
        # Numbers of series that all leave the same rest by five: the folds must not depend on that.
        owner=5 * owner,
    )
    table = fit(rows, 1)
    left = np.empty(count)
    for fold in range(5):
        others = owner % 5 != fold
        weights = _spread(ones[others], np.abs(change[others]), 0.7 ** origin[others])
        left[~others] = change[~others] / np.exp(weights[0])
    weight = 0.5**origin
    assert table.series == series
    for level, quantile in zip(LEVELS, table.quantiles, strict=True):
        if level * 100 < 1 - 1e-9 or level * 100 > 99 + 1e-9:
            assert np.isnan(quantile)
            continue
        # Half of its own weight lies below a value, and of n + 1 places the first half place is empty.
        below = weight[left < quantile - 1e-12].sum() / weight.sum() * series + 0.5
        upto = weight[left <= quantile + 1e-12].sum() / weight.sum() * series + 0.5
        assert below - 0.51 <= level * 100 <= upto + 0.51
        if origins == 1 and abs(level * 100 - round(level * 100)) < 1e-9:
            assert quantile == pytest.approx(np.sort(left)[round(level * 100) - 1])


def test_an_archive_gives_only_tables_it_can_support(archive: list[np.ndarray]) -> None:
    long = [one for one in archive if len(one) >= 20]
    just = calibrate([one[:10] for one in long[:LEAST_SERIES]], sizes=(5, 6, 8))
    assert just.sizes == (5, 6)
    table = just.table(6, 4)
    assert table.series == LEAST_SERIES
    assert np.isnan(table.quantiles[LEVELS < 0.025]).all()
    assert not np.isnan(table.quantiles[(LEVELS >= 0.025) & (LEVELS <= 0.975)]).any()
    with pytest.raises(ForecastError, match="38 are given") as caught:
        calibrate(long[: LEAST_SERIES - 1])
    assert caught.value.code == "archive-too-small"
    with pytest.raises(ForecastError, match="0 are given"):
        calibrate([])
    still = [np.full(20, 4.9)] * 100
    with pytest.raises(ForecastError, match="that move"):
        calibrate(still)


def test_far_horizons_and_breaks_in_an_archive(archive: list[np.ndarray]) -> None:
    long = [one for one in archive if len(one) >= 22][:60]
    assert calibrate(long, horizon=9, sizes=(5,)).horizons(5) == 9
    # A leap at a break teaches nothing: both parts are read alone.
    broken = [
        Series(years=np.arange(22), values=np.concatenate([one[:11] + 1e6, one[11:22]]), breaks=(11,))
        for one in long
    ]
    whole = calibrate(broken, sizes=(5,))
    assert np.abs(whole.table(5, 1).quantiles[(LEVELS > 0.1) & (LEVELS < 0.9)]).max() < 10


@pytest.mark.parametrize(
    ("asked", "code"), [({"horizon": 0}, "horizon"), ({"sizes": (2,)}, "sizes"), ({"sizes": ()}, "sizes")]
)
def test_unusable_questions_to_an_archive(asked: dict, code: str) -> None:
    with pytest.raises(ForecastError) as caught:
        calibrate([], **asked)
    assert caught.value.code == code
