"""One set of votes, one map: any order of arrival, any division into updates, any names, any number of threads."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jichi
from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.mapping import OpinionMap, draw_map
from jichi.methods.opinion_maps.moderation import Moderation
from jichi.methods.opinion_maps.moments import moments
from jichi.methods.opinion_maps.updating import MapState
from jichi.methods.opinion_maps.votes import Votes, make_votes

from .conversations import Rows, made_up, written

REAL = Path(__file__).parents[4] / "shared" / "reference" / "polis"


def votes_of(rows: Rows) -> Votes:
    return make_votes(rows.participants, rows.statements, rows.votes, times=rows.times)


def replayed(rows: Rows, cuts: list[int]) -> MapState:
    state = MapState.empty()
    for part in np.split(np.arange(len(rows)), sorted(cuts)):
        some = rows[part]
        state = state.update(some.participants, some.statements, some.votes, times=some.times)
    return state


@pytest.mark.parametrize("seed", range(5))
def test_any_order_gives_the_same_bytes(seed: int) -> None:
    rows = made_up(60, 20, seed=seed, again=0.2)
    expected = written(draw_map(votes_of(rows)))
    random = np.random.default_rng(seed)
    for _ in range(5):
        assert written(draw_map(votes_of(rows[random.permutation(len(rows))]))) == expected


@given(st.integers(0, 2**32), st.lists(st.integers(0, 500), max_size=6))
@settings(max_examples=25)
def test_any_replay_gives_the_same_bytes(seed: int, cuts: list[int]) -> None:
    rows = made_up(30, 12, seed=seed, again=0.3)
    order = np.random.default_rng(seed).permutation(len(rows))
    state = replayed(rows[order], [cut % len(rows) for cut in cuts])
    whole = votes_of(rows)
    assert written(state.votes) == written(whole)
    assert written(state.sums) == written(moments(whole))
    assert written(state.draw()) == written(draw_map(whole))


def test_without_times_what_comes_later_holds() -> None:
    rows = made_up(30, 12, seed=1, again=0.0)
    state = MapState.of(make_votes(rows.participants, rows.statements, rows.votes))
    changed = state.update(rows.participants[:40], rows.statements[:40], -rows.votes[:40])
    votes = np.concatenate([-rows.votes[:40], rows.votes[40:]])
    whole = make_votes(rows.participants, rows.statements, votes)
    assert written(changed.draw()) == written(draw_map(whole))
    assert written(state.votes) == written(make_votes(rows.participants, rows.statements, rows.votes))


def test_one_vote_at_a_time() -> None:
    rows = made_up(8, 5, seed=3, again=0.5)
    state = MapState.empty()
    for person, statement, vote, time in rows.one_by_one():
        state = state.vote(person, statement, vote, time=time)
    assert written(state.draw()) == written(draw_map(votes_of(rows)))
    assert state.update([], [], []) is state


def test_text_names_may_change_their_order_on_the_way() -> None:
    state = MapState.of(make_votes(["10", "9"], ["a", "b"], [1, -1])).update(["x", "9"], ["aa", "b"], [1, 1])
    whole = make_votes(["10", "9", "x"], ["a", "b", "aa"], [1, 1, 1])
    assert written(state.votes) == written(whole)
    assert written(state.sums) == written(moments(whole))
    timed = MapState.of(make_votes(["10", "9"], ["a", "b"], [1, -1], times=[1, 2]))
    timed = timed.update(["x", "9"], ["aa", "b"], [1, 1], times=[3, 1])
    assert timed.votes.values.tolist() == [1, -1, 1]


def test_updates_that_cannot_be_are_refused() -> None:
    state = MapState.of(make_votes([1], [1], [1]))
    for args, kwargs, code in (
        (([1], [1], [0]), {"times": [3]}, "times-differ"),
        ((["a"], [1], [0]), {}, "ids-not-names"),
        (([1], ["a"], [0]), {}, "ids-not-names"),
        (([1], [1], [2]), {}, "votes-out-of-range"),
        (([1, 1], [1, 1], [1, 0]), {}, "votes-contradict"),
    ):
        with pytest.raises(VoteError) as caught:
            state.update(*args, **kwargs)
        assert caught.value.code == code


def test_names_of_participants_do_not_matter() -> None:
    rows = made_up(50, 20, seed=2)
    other = np.random.default_rng(1).permutation(1000)
    renamed = Rows(other[rows.participants], rows.statements, rows.votes, rows.times)
    one, two = draw_map(votes_of(rows)), draw_map(votes_of(renamed))
    back = np.searchsorted(two.participants, other[one.participants])
    assert written(two.points[back]) == written(one.points)
    assert written(two.labels[back]) == written(one.labels)
    assert written(two.statistics) == written(one.statistics)
    assert written(two.priorities) == written(one.priorities)


def test_weights_do_not_bring_an_order() -> None:
    rows = made_up(50, 20, seed=2)
    votes, random = votes_of(rows), np.random.default_rng(1)
    weights = 1 / random.integers(1, 9, votes.participants.size)
    other = random.permutation(1000)
    renamed = votes_of(Rows(other[rows.participants], rows.statements, rows.votes, rows.times))
    back = np.searchsorted(renamed.participants, other[votes.participants])
    one = draw_map(votes, weights=weights)
    moved = np.empty_like(weights)
    moved[back] = weights
    two = draw_map(renamed, weights=moved)
    assert written(two.points[back]) == written(one.points)
    assert written(two.statistics) == written(one.statistics)
    assert written(two.everybody) == written(one.everybody)


_PROGRAM = """
import hashlib
from tests.methods.opinion_maps.conversations import made_up, written
from jichi.methods.opinion_maps.mapping import draw_map
from jichi.methods.opinion_maps.votes import make_votes
rows = made_up(200, 90, seed=7)
votes = make_votes(rows.participants, rows.statements, rows.votes, times=rows.times)
print(hashlib.sha256(repr(written(draw_map(votes))).encode()).hexdigest())
"""


def test_threads_and_hash_seeds_do_not_matter() -> None:
    found = set()
    for threads, seed in (("1", "0"), ("2", "1")):
        environment = {
            "PYTHONPATH": f"{Path(jichi.__file__).parents[1]}:{Path(__file__).parents[3]}",
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
            "PYTHONHASHSEED": seed,
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_many_votes_take_other_paths_to_the_same_map(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = made_up(200, 40, seed=5)
    expected = written(draw_map(votes_of(rows)))
    monkeypatch.setattr("jichi.methods.opinion_maps.ballot_matrix._MANY", 100)
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._LIGHT", 0.5)
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._MANY", 10)
    assert written(draw_map(votes_of(rows))) == expected


@pytest.mark.parametrize("name", ["15-per-hour-seattle", "scoop-hivemind.ubi"])
def test_a_real_conversation_in_any_order(name: str) -> None:
    if not REAL.is_dir():
        pytest.skip("../shared/reference/polis is not there")
    with (REAL / name / "votes.csv").open(encoding="utf-8") as file:
        table = [
            [int(row[key]) for key in ("voter-id", "comment-id", "vote", "timestamp")]
            for row in csv.DictReader(file)
        ]
    rows = Rows(*np.array(table).T)
    golden = json.loads((REAL / "golden" / f"{name}.json").read_text(encoding="utf-8"))
    votes = votes_of(rows)
    moderation = Moderation(out=[one for one in golden["mod_out"] if one in votes.statements])
    expected: OpinionMap = draw_map(votes, moderation=moderation)
    theirs = np.array([golden["participants"][str(person)] for person in expected.participants])
    signs = np.sign(np.sum(theirs * expected.points, axis=0))
    np.testing.assert_allclose(expected.points, theirs * signs, rtol=0, atol=1e-8)
    random = np.random.default_rng(1)
    for _ in range(2):
        shuffled = rows[random.permutation(len(rows))]
        assert written(draw_map(votes_of(shuffled), moderation=moderation)) == written(expected)
        state = replayed(shuffled, [len(rows) // 3, len(rows) // 2])
        assert written(state.draw(moderation=moderation)) == written(expected)
