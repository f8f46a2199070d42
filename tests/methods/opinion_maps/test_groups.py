"""Groups and silhouettes: against a slow second implementation, and whatever the order of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.groups import LEAST_SHARE, group_points
from jichi.methods.opinion_maps.silhouettes import Distances, exact_cells, grid_cells, mean_silhouette

POINTS = arrays.arrays(
    np.float64,
    some.tuples(some.integers(0, 40), some.just(2)),
    elements=some.sampled_from([-3.0, -1.0, -0.0, 0.0, 0.1, 0.5, 2.0, 1e-9, 7.25]),
)


def silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """From the definition, one point after the other."""
    values, names = [], sorted(set(labels.tolist()))
    for at, point in enumerate(points):
        away = np.hypot(*(points - point).T)
        own = labels == labels[at]
        if own.sum() == 1:
            values.append(0.0)
            continue
        inner = away[own].sum() / (own.sum() - 1)
        outer = min(away[labels == other].mean() for other in names if other != labels[at])
        values.append((outer - inner) / max(inner, outer) if max(inner, outer) > 0 else 0.0)
    return float(np.mean(values))


def blobs(*sizes: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = [(0, 0), (6, 0), (0, 6), (6, 6), (3, 12)]
    return np.concatenate(
        [rng.normal(0, 0.7, (size, 2)) + centre for size, centre in zip(sizes, centres, strict=False)]
    )


@pytest.mark.parametrize("sizes", [(40, 25), (30, 30, 20), (20, 15, 12, 10), (15, 14, 13, 12, 11)])
def test_separate_groups_are_found_and_numbered_by_size(sizes):
    groups = group_points(blobs(*sizes))
    assert groups.count == len(sizes)
    assert np.bincount(groups.labels).tolist() == list(sizes)
    assert groups.centres[0] == pytest.approx(blobs(*sizes)[: sizes[0]].mean(axis=0))
    assert groups.silhouette == pytest.approx(silhouette(blobs(*sizes), groups.labels), abs=1e-9)
    assert groups.bound == 0.0


@given(points=POINTS, seed=some.integers(0, 2**16))
@settings(max_examples=25)
def test_no_order_matters_and_no_group_is_smaller_than_two(points, seed):
    groups = group_points(points)
    order = np.random.default_rng(seed).permutation(len(points))
    again = group_points(points[order])
    assert again.labels.tolist() == groups.labels[order].tolist()
    assert again.centres.tobytes() == groups.centres.tobytes()
    assert (again.silhouette, again.trials) == (groups.silhouette, groups.trials)
    assert groups.count == 1 or np.bincount(groups.labels).min() >= 2
    assert (groups.withheld is None) == (groups.count > 1)
    if groups.count > 1:
        assert groups.silhouette == pytest.approx(silhouette(points, groups.labels), abs=1e-9)


@given(points=POINTS, seed=some.integers(0, 2**16))
@settings(max_examples=25)
def test_a_whole_weight_is_a_point_repeated(points, seed):
    weights = np.random.default_rng(seed).integers(1, 4, len(points))
    weighted = group_points(points, weights=weights.astype(float))
    repeated = group_points(np.repeat(points, weights, axis=0))
    # two persons at one place make a group of two persons, but not of two points
    if weighted.trials == repeated.trials:
        assert np.repeat(weighted.labels, weights).tolist() == repeated.labels.tolist()


def test_copies_with_one_persons_weight_move_nothing_far():
    points = blobs(40, 25)
    many = np.concatenate([points, np.tile([[3.0, 3.0]], (300, 1))])
    weights = np.concatenate([np.ones(65), np.full(300, 1 / 300)])
    assert group_points(many, weights=weights).labels[:65].tolist() == group_points(points).labels.tolist()


def test_points_without_weight_are_placed_and_decide_nothing():
    points = np.concatenate([blobs(20, 15), [[6.2, 0.1], [500.0, 0.0]]])
    groups = group_points(points, weights=np.concatenate([np.ones(35), [0.0, 0.0]]))
    assert groups.labels[:35].tolist() == group_points(points[:35]).labels.tolist()
    assert groups.labels[35:].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (np.zeros((0, 2)), "too-few"),
        (np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), "too-few"),
        (np.tile([[1.0, 2.0]], (9, 1)), "all-the-same"),
        (np.array([[0.0, 0.0]] * 5 + [[1.0, 1.0]]), "no-groups-of-two"),
    ],
)
def test_where_there_are_no_groups_the_reason_is_told(points, reason):
    groups = group_points(points)
    assert (groups.count, groups.withheld, groups.silhouette) == (1, reason, None)
    assert groups.labels.tolist() == [0] * len(points)


def test_a_few_outliers_are_no_group_where_a_useful_split_is_as_good_as_the_reference():
    points = np.concatenate([blobs(60, 50), [[14.0, 14.0], [14.5, 14.0]]])
    groups = group_points(points)
    lone = silhouette(points, (points[:, 0] > 10).astype(int))
    assert lone > groups.silhouette
    assert np.bincount(groups.labels).min() >= LEAST_SHARE * len(points)


def test_a_number_of_groups_can_be_asked_for():
    points = blobs(40, 25)
    assert group_points(points, count=1).count == 1
    assert group_points(points, count=1).withheld is None
    assert group_points(points, count=4).count == 4
    assert [trial.count for trial in group_points(points, most=3).trials] == [2, 3]


def test_many_points_are_taken_together_within_the_bound():
    points = blobs(800, 700, 600, seed=5)
    groups = group_points(points)
    exact = silhouette(points, groups.labels)
    assert groups.bound > 0
    assert abs(groups.silhouette - exact) <= groups.bound
    assert abs(groups.silhouette - exact) < 0.01
    order = np.random.default_rng(1).permutation(len(points))
    assert group_points(points[order]).labels.tolist() == groups.labels[order].tolist()


def test_the_bound_of_a_coarse_grid_holds():
    points = blobs(60, 50, seed=3)
    exact = exact_cells(points, np.ones(110))
    for most in (4, 9, 30):
        cells = grid_cells(exact, most)
        assert len(cells.place) <= most
        labels = (cells.place[:, 0] > 3).astype(np.int64)
        sums = Distances.between(cells)
        found, bound = mean_silhouette(sums.sums(labels[None], 2)[0] * sums.unit, labels, cells, 2)
        assert abs(found - silhouette(points, labels[cells.cell_of])) <= bound


@pytest.mark.parametrize(
    ("points", "options", "code"),
    [
        (np.zeros((3, 3)), {}, "points-shape"),
        (np.array([[0.0, np.nan]]), {}, "points-not-finite"),
        (np.zeros((2, 2)), {"weights": np.ones(3)}, "weights-shape"),
        (np.zeros((2, 2)), {"weights": np.array([1.0, -1.0])}, "weights-out-of-range"),
        (np.zeros((2, 2)), {"weights": np.array([1.0, np.nan])}, "weights-out-of-range"),
        (np.zeros((2, 2)), {"most": 1}, "most-groups"),
        (np.zeros((2, 2)), {"count": 0}, "group-count"),
    ],
)
def test_bad_input_is_refused(points, options, code):
    with pytest.raises(VoteError) as refused:
        group_points(points, **options)
    assert refused.value.code == code
