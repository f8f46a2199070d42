"""The certificate of a map: groups that are there are told, a cut through one cloud is not."""

from __future__ import annotations

import numpy as np
import pytest

from jichi.methods.opinion_maps import certificate, one_cloud
from jichi.methods.opinion_maps.certificate import certify
from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.mapping import draw_map
from jichi.methods.opinion_maps.resampling import framed
from jichi.methods.opinion_maps.stability import adjusted_rand, separation
from tests.methods.opinion_maps.brigades import as_votes, planted


@pytest.fixture(autouse=True)
def few_clouds(monkeypatch):
    """As few as can still tell groups at the level of the rule."""
    monkeypatch.setattr(one_cloud, "CLOUDS", 19)


def certified(table: np.ndarray, resamples: int = 20, **options):
    votes = as_votes(table)
    return certify(votes, draw_map(votes, **options), resamples=resamples)


def test_planted_groups_are_told():
    found = certified(planted(seed=0))
    assert found.told, found.reason
    assert found.reason is None
    assert all(group.stable and group.jaccard > 0.8 for group in found.groups)
    assert found.chance == pytest.approx(1 / 20)
    assert found.count_stability == dict(found.counts)[2] / 20


def test_one_cloud_is_withheld():
    found = certified(planted(120, 30, groups=0, seed=0))
    assert not found.told
    assert found.reason in {"one-cloud", "unstable-groups", "unstable-count"}


def camps(seed: int, *, people: int = 114, statements: int = 14) -> np.ndarray:
    """Two camps that agree with 85 % or 15 % on all statements, and have no difference within."""
    rng = np.random.default_rng(seed)
    camp, side = rng.random(people) < 0.5, rng.random(statements) < 0.5
    return np.where(rng.random((people, statements)) < np.where(camp[:, None] == side, 0.85, 0.15), 1.0, -1.0)


def continuum(seed: int, *, people: int = 114, statements: int = 14) -> np.ndarray:
    """People evenly from one end to the other, statements that divide them in the middle."""
    rng = np.random.default_rng(seed)
    side = np.where(rng.random(statements) < 0.5, 2.0, -2.0)
    reach = np.linspace(-1.7, 1.7, people)[:, None] * side + rng.normal(0, 1, (people, statements))
    return np.where(reach > 0, 1.0, -1.0)


def test_two_camps_on_few_statements_are_told_and_a_continuum_is_not():
    found = certified(camps(0))
    assert (found.told, len(found.groups), found.compared) == (True, 2, 114)
    assert certified(continuum(0)).reason == "one-cloud"


def test_large_conversations_say_what_was_left_out(monkeypatch):
    monkeypatch.setattr(one_cloud, "MOST_COMPARED", 80)
    monkeypatch.setattr(certificate, "MOST_VOTES", 21 * 114 * 14)
    table = camps(1)
    found, again = certified(table, resamples=30), certified(table[::-1], resamples=30)
    assert (found.resamples, found.compared, len(found.agreement), found.told) == (21, 80, 21, True)
    assert again.cloud_silhouettes.tobytes() == found.cloud_silhouettes.tobytes()
    assert again.separation == found.separation


def test_separation_from_its_definition():
    rng = np.random.default_rng(3)
    points, labels = rng.normal(0, 1, (40, 2)), np.repeat([0, 1], 20)
    points[labels == 1] += (2.0, 1.0)
    within = sum(np.cov(points[labels == group].T, bias=True) * 20 for group in (0, 1))
    expected = 1 - np.linalg.det(within) / np.linalg.det(np.cov(points.T, bias=True) * 40)
    assert separation(points, labels) == pytest.approx(expected)
    assert separation(points @ np.array([[3.0, 1.0], [0.0, 0.2]]), labels) == pytest.approx(expected)
    assert separation(np.array([[0.0, 0], [0, 0], [1, 0], [1, 0]]), np.array([0, 0, 1, 1])) == 1.0
    assert separation(np.zeros((4, 2)), np.array([0, 0, 1, 1])) == 0.0


def test_memberships_are_probabilities_and_sure_ones_are_right():
    table = planted(100, 30, seed=3)
    votes = as_votes(table)
    drawn = draw_map(votes)
    found = certify(votes, drawn, resamples=20)
    inside = drawn.labels >= 0
    assert np.isnan(found.membership[~inside]).all()
    assert found.membership[inside].sum(axis=1) == pytest.approx(1.0)
    sure = found.membership[inside].max(axis=1) >= 0.8
    assert sure.mean() > 0.8
    assert (found.membership[inside].argmax(axis=1) == drawn.labels[inside])[sure].all()
    assert [group.sure for group in found.groups] == [
        int((found.membership[drawn.labels == group, group] >= 0.8).sum()) for group in range(2)
    ]


def test_fewer_votes_make_a_person_less_sure():
    table = planted(150, 40, seed=7)
    for person in range(60):
        given = np.flatnonzero(~np.isnan(table[person]))
        table[person, given[7:]] = np.nan
    found = certified(table)
    most = np.nanmax(found.membership, axis=1)
    assert np.nanmean(most[:60]) < np.nanmean(most[60:])


def test_order_and_names_change_nothing():
    table = planted(90, 24, seed=5)
    order = np.random.default_rng(2).permutation(90)
    one, other = certified(table), certified(table[order])
    assert other.membership.tobytes() == one.membership[order].tobytes()
    assert other.agreement.tobytes() == one.agreement.tobytes()
    assert other.cloud_silhouettes.tobytes() == one.cloud_silhouettes.tobytes()
    assert (other.groups, other.consensus, other.counts) == (one.groups, one.consensus, one.counts)


def test_selected_statements_have_a_stability():
    found = certified(planted(90, 24, seed=1))
    assert len(found.representative) == 10
    assert {each.group for each in found.representative} == {0, 1}
    assert {each.group for each in found.consensus} == {None}
    assert all(0 < each.stability <= 1 for each in (*found.representative, *found.consensus))


def test_a_map_without_groups_has_a_certificate_that_says_so():
    for table in (np.full((3, 2), np.nan), np.ones((1, 1)), np.ones((9, 8)), np.zeros((12, 9))):
        found = certified(table)
        assert (found.told, found.reason, found.groups) == (False, "no-groups", ())
        assert found.membership.shape == (len(table), 0)


def test_a_map_drawn_anew_with_the_same_weights_is_the_map():
    votes = as_votes(planted(seed=6))
    drawn = draw_map(votes)
    frame = framed(votes, votes.rows.astype(np.int64), drawn.standing.kept)
    again = frame.redraw(votes.values.astype(float), np.ones(150))
    assert np.abs(np.abs(again.points) - np.abs(drawn.points)).max() < 0.02


def test_the_adjusted_rand_index_from_its_definition():
    rng = np.random.default_rng(0)
    for _ in range(10):
        one, other = rng.integers(0, 3, 30), rng.integers(0, 4, 30)
        table = np.zeros((3, 4), np.int64)
        np.add.at(table, (one, other), 1)
        same = [[labels[i] == labels[j] for i in range(30) for j in range(i)] for labels in (one, other)]
        both, first, second = sum(a and b for a, b in zip(*same, strict=True)), sum(same[0]), sum(same[1])
        chance = first * second / len(same[0])
        assert adjusted_rand(table) == pytest.approx((both - chance) / ((first + second) / 2 - chance))
    assert adjusted_rand(np.diag([4, 5])) == 1.0
    assert adjusted_rand(np.array([[7]])) == 1.0


def test_the_seed_is_recorded_and_another_gives_other_resamples():
    votes = as_votes(planted(60, 20, seed=4))
    drawn = draw_map(votes)
    one, other = certify(votes, drawn, resamples=20), certify(votes, drawn, resamples=20, seed=7)
    assert (one.seed, other.seed, one.resamples) == (certificate.SEED, 7, 20)
    assert one.membership.tobytes() != other.membership.tobytes()


def test_bad_questions_are_refused():
    votes = as_votes(planted(20, 8))
    with pytest.raises(VoteError) as refused:
        certify(votes, draw_map(votes), resamples=5)
    assert refused.value.code == "resamples-out-of-range"
    with pytest.raises(VoteError) as refused:
        certify(as_votes(planted(21, 8)), draw_map(votes))
    assert refused.value.code == "map-of-other-votes"
