"""A city surveyed again and again, from a fixed seed: a small run of benchmarks/coverage.py."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.coverage import CITY, WARD, City, made_up, simulate, table

REPLICATIONS = 40


@pytest.fixture(scope="module")
def rows():
    return {row.way: row for row in table(made_up(), *simulate(REPLICATIONS))}


def test_the_city_is_the_same_every_time():
    one, other = made_up(7), made_up(7)
    assert isinstance(one, City) and one.share() == other.share()
    assert 0.5 < one.answers.mean() < 0.57
    assert np.bincount(one.place).min() >= 60


def test_weights_take_the_bias_of_answering_away(rows):
    assert rows["plain"].bias > 0.008
    for way in CITY[1:]:
        assert abs(rows[way].bias) < 0.006


def test_intervals_hold_the_truth_about_as_often_as_they_say(rows):
    for way in CITY[1:]:
        assert rows[way].coverage >= 0.88
        assert 0.8 < rows[way].claimed / rows[way].error < 1.3
    assert rows["plain"].coverage < rows["raked"].coverage
    assert (
        rows["plain"].claimed < rows["two stages"].claimed < rows["raked"].claimed < rows["jackknife"].claimed
    )


def test_wards_gain_from_each_other(rows):
    direct, pooled = (rows[way] for way in WARD)
    assert pooled.rmse < 0.8 * direct.rmse
    assert min(direct.coverage, pooled.coverage) > 0.9
