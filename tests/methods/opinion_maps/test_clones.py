"""Copied ballots: found, not where people merely think alike, told by pseudonym, and taken out of the map."""

from __future__ import annotations

import numpy as np
import pytest

from jichi.methods.opinion_maps import comparing
from jichi.methods.opinion_maps.clones import clone_weights, find_clones
from jichi.methods.opinion_maps.defending import with_and_without
from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.mapping import draw_map
from jichi.methods.opinion_maps.stability import adjusted_rand
from jichi.methods.opinion_maps.votes import make_votes
from tests.methods.opinion_maps.brigades import as_votes, joined, planted

KEY = b"a key of sixteen bytes or more"


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    both = (one >= 0) & (other >= 0)
    table = np.zeros((one.max() + 1, other.max() + 1), np.int64)
    np.add.at(table, (one[both], other[both]), 1)
    return adjusted_rand(table)


@pytest.mark.parametrize("options", [{}, {"changed": 0.05}, {"part": 0.5, "changed": 0.03}])
@pytest.mark.parametrize("groups", [2, 3])
def test_a_brigade_is_found_and_the_map_without_it_is_the_clean_one(options, groups):
    clean = planted(groups=groups, seed=groups)
    votes = as_votes(joined(clean, **options))
    found = with_and_without(votes)
    flagged = found.clones.set_of >= 0
    truth = np.arange(len(flagged)) >= len(clean)
    assert (flagged & truth).sum() >= 0.9 * truth.sum()
    assert (flagged & ~truth).sum() <= 2
    honest = ~truth
    assert agreement(draw_map(as_votes(clean)).labels, found.without.labels[honest]) >= 0.95


def test_people_who_voted_alike_on_half_of_what_was_copied_are_not_among_whole_copies():
    table = joined(planted(seed=3))
    alike = np.tile(table[-1], (5, 1))
    voted = np.flatnonzero(~np.isnan(table[-1]))
    for number, ballot in enumerate(alike):
        ballot[np.random.default_rng(number).permutation(voted)[10:]] = np.nan
    (found,) = find_clones(as_votes(np.vstack([table, alike]))).sets
    assert found.members.tolist() == list(range(150, 176))


def test_two_brigades_are_two_sets():
    clean = planted()
    votes = as_votes(joined(joined(clean, copies=14, seed=5), copies=11, seed=6))
    sets = find_clones(votes).sets
    assert [each.size for each in sets] == [14, 11]
    assert sets[0].members.tolist() == list(range(150, 164))
    assert (sets[0].identical, sets[0].agreement) == (14, 1.0)
    assert sets[0].log10_chance < -6


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("groups", [0, 2])
def test_nobody_is_accused_where_everybody_votes_for_themselves(seed, groups):
    assert find_clones(as_votes(planted(groups=groups, seed=seed))).sets == ()


def test_seven_first_statements_that_nearly_all_agree_with_are_natural():
    rng = np.random.default_rng(4)
    table = planted(seed=9)
    easy = np.where(rng.random((60, 7)) < 0.93, 1.0, -1.0)
    rest = np.full((60, 40), np.nan)
    rest[:, :7] = easy
    table[:, :7] = np.where(rng.random((150, 7)) < 0.93, 1.0, -1.0)
    both = np.vstack([table, rest])
    same = (rest[:, :7] == 1.0).all(axis=1).sum()
    assert same >= 25  # that many ballots are exactly the same
    assert find_clones(as_votes(both)).sets == ()


@pytest.mark.parametrize("vote", [-1.0, 0.0, 1.0])
def test_people_who_always_vote_the_same_are_no_brigade(vote):
    lazy = np.full((20, 40), vote)
    lazy[np.random.default_rng(3).random((20, 40)) > 0.5] = np.nan
    assert find_clones(as_votes(np.vstack([planted(seed=2), lazy]))).sets == ()


@pytest.mark.parametrize("many", [False, True])
def test_order_and_names_change_nothing(monkeypatch, many):
    if many:  # take the way for many ballots
        monkeypatch.setattr(comparing, "ALL_PROBES", 20)
    table = joined(planted(), changed=0.05)
    first = find_clones(as_votes(table))
    order = np.random.default_rng(8).permutation(len(table))
    again = find_clones(as_votes(table[order]))
    assert len(first.sets) == 1
    assert again.set_of.tolist() == first.set_of[order].tolist()
    assert [each.log10_chance for each in again.sets] == [each.log10_chance for each in first.sets]


def test_small_and_large_sets_are_found_where_not_all_pairs_are_compared(monkeypatch):
    monkeypatch.setattr(comparing, "ALL_PROBES", 20)
    monkeypatch.setattr(comparing, "_PROBES", 30)
    table = joined(joined(planted(400), copies=60, changed=0.04, seed=5), copies=5, seed=6)
    sizes = [each.size for each in find_clones(as_votes(table)).sets]
    assert len(sizes) == 2
    assert sizes[0] >= 55
    assert sizes[1] == 5


def test_staff_see_pseudonyms_and_never_names():
    table = joined(planted())
    names = np.array([f"resident-{number}" for number in range(len(table))])
    clones = find_clones(as_votes(table, names))
    told = clones.report(KEY)
    assert told[0].size == len(set(told[0].members)) == clones.sets[0].size >= 26
    assert "resident" not in repr(told)
    assert told == clones.report(KEY)
    assert told[0].members != clones.report(KEY[::-1])[0].members
    assert list(told[0].members) == sorted(told[0].members)
    with pytest.raises(VoteError) as refused:
        clones.report(b"short")
    assert refused.value.code == "key-too-short"


def test_a_set_weighs_as_one_person():
    clones = find_clones(as_votes(joined(planted())))
    weights = clone_weights(clones)
    assert weights[clones.set_of < 0].tolist() == [1.0] * (clones.set_of < 0).sum()
    assert weights[clones.set_of == 0].sum() == pytest.approx(1.0)
    assert (clones.set_of[150:] == 0).all()
    kept = with_and_without(as_votes(joined(planted())), one_voice=True)
    assert (kept.without.labels[150:] >= 0).all()


def test_votes_at_one_time_are_told_beside_the_evidence():
    table = joined(planted())
    people, statements = np.nonzero(~np.isnan(table))
    times = np.where(people < 150, people * 1000, 5_000_000 + people % 4)
    votes = make_votes(people, statements, table[people, statements], times=times)
    assert find_clones(votes, span=10).sets[0].together >= 26
    assert find_clones(votes).sets[0].together is None
    assert find_clones(votes, span=0).sets[0].together < 26


@pytest.mark.parametrize(
    "table",
    [np.full((3, 2), np.nan), np.ones((1, 1)), np.ones((30, 12)), np.zeros((8, 1)), np.full((40, 3), -1.0)],
)
def test_small_or_uniform_conversations_have_no_sets(table):
    assert find_clones(as_votes(table)).sets == ()
    found = with_and_without(as_votes(table))
    assert found.without is found.everything
    assert found.agreement == 1.0
