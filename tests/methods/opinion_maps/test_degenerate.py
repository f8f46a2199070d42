"""Too little to draw a map from, or nothing that tells people apart: a defined result and a reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.opinion_maps.components import TIE, leading_axes
from jichi.methods.opinion_maps.mapping import OpinionMap, Rules, draw_map
from jichi.methods.opinion_maps.moderation import Moderation
from jichi.methods.opinion_maps.votes import make_votes, votes_from_table


def codes(found: OpinionMap) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_nobody_voted() -> None:
    found = draw_map(make_votes([], [], []))
    assert found.points.shape == (0, 2)
    assert found.group_count == 0
    assert found.groups is None
    assert codes(found) == ["no-votes", "nobody-grouped"]
    assert found.next_statement().statement is None
    waiting = draw_map(make_votes([], [], [], all_statements=["a", "b"]))
    assert waiting.priorities.tolist() == [(9 / 4) ** 2] * 2
    assert waiting.next_statement(["a"]).statement == "b"
    assert waiting.consensus.agree == waiting.consensus.disagree == ()


def test_one_participant() -> None:
    found = draw_map(make_votes([1] * 9, range(9), [1, -1, 0] * 3))
    assert found.points.tolist() == [[0.0, 0.0]]
    assert found.group_count == 1
    assert codes(found) == ["no-differences", "groups-too-few"]
    assert found.representative == ()


def test_one_statement() -> None:
    found = draw_map(make_votes(range(6), [0] * 6, [1, 1, 1, -1, -1, 0]))
    assert found.placement.axes.loadings.tolist() == [[1.0], [0.0]]
    assert "one-axis" in codes(found)
    assert np.all(found.points[:, 1] == 0)
    assert found.grouped.all()
    np.testing.assert_allclose(found.points[:, 0], np.array([1, 1, 1, -1, -1, 0]) - 1 / 6)


@pytest.mark.parametrize("vote", [1, 0, -1])
def test_everybody_identical(vote: int) -> None:
    table = np.full((12, 9), vote)
    found = draw_map(votes_from_table(range(12), range(9), table))
    assert np.all(found.points == 0)
    assert found.placement.axes.total == 0
    assert codes(found) == ["no-differences", "groups-all-the-same"]
    assert found.group_count == 1
    assert len(found.consensus.agree) == (5 if vote == 1 else 0)
    assert len(found.consensus.disagree) == (5 if vote == -1 else 0)


def test_everything_moderated_out() -> None:
    random = np.random.default_rng(1)
    votes = votes_from_table(range(12), range(9), random.integers(-1, 2, (12, 9)))
    found = draw_map(votes, moderation=Moderation(out=range(5), meta=range(5, 9)))
    assert codes(found) == ["no-statements", "groups-all-the-same"]
    assert found.next_statement(rng=1).statement in range(5, 9)


def test_two_participants_differ_in_one_direction() -> None:
    found = draw_map(votes_from_table([1, 2], range(8), [[1] * 8, [-1] * 8]))
    assert codes(found) == ["one-axis", "groups-too-few"]
    np.testing.assert_allclose(found.points, [[np.sqrt(8), 0], [-np.sqrt(8), 0]], atol=1e-12)


def test_few_votes_and_topping_up() -> None:
    table = np.random.default_rng(2).integers(-1, 2, (20, 12)).astype(float)
    table[:, 3:] = np.nan
    few = votes_from_table(range(20), range(12), table)
    assert draw_map(few).grouped.all()  # three statements have votes: three votes are enough
    table[0, 3:] = 1
    few = votes_from_table(range(20), range(12), table)
    assert draw_map(few).grouped.tolist() == [True] + [False] * 19
    assert draw_map(few, rules=Rules(top_up=15)).grouped.all()
    table[5:, 2] = np.nan
    few = votes_from_table(range(20), range(12), table)
    assert draw_map(few, rules=Rules(top_up=5)).grouped.tolist() == [True] * 5 + [False] * 15


def test_those_without_votes_stand_at_the_centre_in_no_group() -> None:
    table = np.random.default_rng(2).integers(-1, 2, (10, 8)).astype(float)
    table[4], table[:, 6] = np.nan, np.nan
    with_gaps = draw_map(votes_from_table(range(10), range(8), table))
    kept_rows, kept = np.arange(10) != 4, np.arange(8) != 6
    without = draw_map(
        votes_from_table(np.arange(10)[kept_rows], np.arange(8)[kept], table[kept_rows][:, kept])
    )
    assert with_gaps.points[4].tolist() == [0, 0]
    assert with_gaps.labels[4] == -1
    assert with_gaps.points[kept_rows].tobytes() == without.points.tobytes()
    assert with_gaps.priorities[6] == (9 / 4) ** 2


def test_a_tie_is_told_and_decided_by_rule() -> None:
    # four statements, each dividing people in a way that has nothing to do with the others
    table = np.array([[1 if person >> at & 1 else -1 for at in range(4)] for person in range(16)])
    found = draw_map(votes_from_table(range(16), range(4), table))
    assert "axes-tied" in codes(found)
    np.testing.assert_allclose(found.placement.axes.loadings, np.eye(4)[:2], atol=1e-12)
    assert found.placement.axes.rank == 2


@pytest.mark.parametrize("size", [3, 8, 40])
def test_ties_of_any_kind(size: int) -> None:
    random = np.random.default_rng(size)
    turned = np.linalg.qr(random.normal(size=(size, size)))[0]
    everything = np.ones(size, dtype=bool)
    for values, tied in (
        (np.r_[5.0, 5.0, np.linspace(1, 0, size - 2)], True),
        (np.r_[5.0, 3.0, 3.0, np.linspace(1, 0, size - 3)], True),
        (np.r_[5.0, 3.0, np.linspace(2, 0, size - 2)], False),
        (np.full(size, 2.0), True),
    ):
        matrix = (turned * values) @ turned.T
        matrix = (matrix + matrix.T) / 2
        found = leading_axes(matrix, everything)
        assert found.tied == tied
        np.testing.assert_allclose(found.variances, values[:2], rtol=1e-12)
        np.testing.assert_allclose(found.loadings @ found.loadings.T, np.eye(2), atol=1e-10)
        # each axis is an eigenvector, and one that loads as much on a statement as any of its space can
        np.testing.assert_allclose(
            matrix @ found.loadings.T, found.loadings.T * found.variances, atol=20 * TIE
        )
        space = turned[:, values >= values[1] - 1e-6] if tied and values[0] - values[1] < 1e-6 else None
        if space is not None:
            assert np.abs(found.loadings[0]).max() == pytest.approx(np.sqrt((space**2).sum(axis=1)).max())


def test_hard_spectra_are_solved() -> None:
    random = np.random.default_rng(1)
    for gap in (1e-2, 1e-4, 1e-6):
        turned = np.linalg.qr(random.normal(size=(120, 120)))[0]
        values = np.r_[1.0, 1 - gap, 1 - 2 * gap, np.linspace(1 - 3 * gap, 0, 117)]
        matrix = (turned * values) @ turned.T
        found = leading_axes((matrix + matrix.T) / 2, np.ones(120, dtype=bool))
        assert not found.tied
        np.testing.assert_allclose(found.variances, values[:2], rtol=1e-13)
        np.testing.assert_allclose(np.abs(np.sum(found.loadings * turned[:, :2].T, axis=1)), 1, atol=1e-12)


def test_very_many_statements_take_another_way_to_the_same_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    some = np.random.default_rng(4).normal(size=(30, 60))
    one = leading_axes(some @ some.T, np.ones(30, dtype=bool))
    monkeypatch.setattr("jichi.methods.opinion_maps.components._LONG", 5)
    two = leading_axes(some @ some.T, np.ones(30, dtype=bool))
    np.testing.assert_allclose(one.loadings, two.loadings, atol=1e-13)


def test_blocks_that_know_nothing_of_each_other() -> None:
    # the start of the process may not miss a direction: statements in two halves never voted on together
    random = np.random.default_rng(3)
    matrix = np.zeros((20, 20))
    for part in (slice(0, 10), slice(10, 20)):
        some = random.normal(size=(10, 40))
        matrix[part, part] = some @ some.T
    found = leading_axes(matrix, np.ones(20, dtype=bool))
    np.testing.assert_allclose(found.variances, np.linalg.eigvalsh(matrix)[::-1][:2], rtol=1e-12)


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 9))
@settings(max_examples=40)
def test_small_tables_always_have_a_map(seed: int, people: int, statements: int) -> None:
    random = np.random.default_rng(seed)
    table = random.choice([-1.0, 0.0, 1.0, np.nan], (people, statements))
    found = draw_map(votes_from_table(range(people), range(statements), table))
    for array in (found.points, found.statement_points, found.priorities, found.statistics.agree_ratio_test):
        assert np.all(np.isfinite(array))
    assert found.labels.max(initial=-1) + 1 == found.group_count
    assert all(reason.message for reason in found.reasons)
