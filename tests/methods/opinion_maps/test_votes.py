"""Votes in one canonical form: any order, re-votes, bad rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.votes import Votes, make_votes, votes_from_table

from .conversations import last_votes, made_up

rows_of_votes = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 4), st.sampled_from([-1, 0, 1]), st.integers(0, 3)),
    max_size=40,
)


def same(one: Votes, two: Votes) -> None:
    for name in ("participants", "statements", "starts", "columns", "values"):
        left, right = getattr(one, name), getattr(two, name)
        assert left.dtype == right.dtype
        assert left.tobytes() == right.tobytes()
    assert (one.times is None) == (two.times is None)
    assert one.times is None or one.times.tobytes() == two.times.tobytes()


def test_the_last_vote_holds_as_a_slow_reading_finds() -> None:
    rows = made_up(again=0.4)
    people, things, table = last_votes(rows)
    votes = make_votes(rows.participants, rows.statements, rows.votes, times=rows.times)
    assert votes.participants.tolist() == people
    assert votes.statements.tolist() == things
    np.testing.assert_array_equal(votes.table(), table)


@given(rows_of_votes, st.randoms())
@settings(max_examples=40)
def test_any_order_gives_the_same(rows: list[tuple[int, int, int, int]], random) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    made = [
        make_votes(*([row[at] for row in some] for at in range(3)), times=[row[3] for row in some])
        for some in (rows, shuffled, rows + shuffled)
    ]
    same(made[0], made[1])
    same(made[0], made[2])


def test_different_votes_at_one_instant_are_a_pass() -> None:
    assert make_votes([1, 1], [1, 1], [1, -1], times=[5, 5]).values.tolist() == [0]
    assert make_votes([1, 1, 1], [1, 1, 1], [1, -1, 1], times=[5, 5, 5]).values.tolist() == [0]
    assert make_votes([1, 1, 1], [1, 1, 1], [1, -1, 1], times=[5, 5, 6]).values.tolist() == [1]
    assert make_votes([1, 1], [1, 1], [-1, -1], times=[5, 5]).values.tolist() == [-1]


def test_without_times_different_votes_are_refused_with_all_rows() -> None:
    with pytest.raises(VoteError) as caught:
        make_votes([1, 2, 1, 3, 2], [7, 7, 7, 7, 7], [1, 0, -1, 1, 1])
    assert caught.value.code == "votes-contradict"
    assert caught.value.params["rows"] == [1, 2, 3, 5]
    assert make_votes([1, 1], [7, 7], [1, 1]).values.tolist() == [1]


@pytest.mark.parametrize(
    ("votes", "rows"),
    [
        ([1, 2, -1, -2], [2, 4]),
        ([1.0, 0.5, -1.0, float("nan")], [2, 4]),
        (["1", "1", "1", "1"], [1, 2, 3, 4]),
        ([1, None, 0, 1], [2]),
        (np.array([1, 0, 200, 1], dtype=np.uint8), [3]),
    ],
)
def test_votes_out_of_range_are_named(votes, rows: list[int]) -> None:
    with pytest.raises(VoteError) as caught:
        make_votes([1, 2, 3, 4], [1, 1, 1, 1], votes)
    assert caught.value.code == "votes-out-of-range"
    assert caught.value.params["rows"] == rows
    assert "1 (agree), 0 (pass) and -1 (disagree)" in str(caught.value)


@pytest.mark.parametrize(
    ("participants", "rows"),
    [
        (["a", "", "b", None], [2, 4]),
        (["a", "a\0", "b", ""], [2, 4]),
        ([1, True, 2, 3], [2]),
        ([1, 2, "c", 4], [3]),
        ([1.5, 2.5, 3.0, 4.0], [1, 2, 3, 4]),
        ([1, 2**63, 3, -(2**70)], [2, 4]),
    ],
)
def test_names_that_are_none_are_named(participants, rows: list[int]) -> None:
    with pytest.raises(VoteError) as caught:
        make_votes(participants, [1, 2, 3, 4], [1, 1, 1, 1])
    assert caught.value.code == "ids-not-names"
    assert caught.value.params["rows"] == rows


def test_other_bad_input_has_a_code() -> None:
    def code(*args, **kwargs) -> str:
        with pytest.raises(VoteError) as caught:
            make_votes(*args, **kwargs)
        return caught.value.code

    assert code([1, 2], [1], [1, 1]) == "lengths-differ"
    assert code([1, 2], [1, 1], [1, 1], times=[1]) == "lengths-differ"
    assert code([1, 2], [1, 1], [1, 1], times=[1.0, float("nan")]) == "times-not-times"
    assert code([1, 2], [1, 1], [1, 1], times=["a", "b"]) == "times-not-times"
    assert code([1, 2], [1, 9], [1, 1], all_statements=[1, 2]) == "unknown-statements"
    assert code([1, 2], [1, 9], [1, 1], all_participants=[1]) == "unknown-participants"
    assert code(["a", "b"], [1, 9], [1, 1], all_participants=[1, 2]) == "unknown-participants"


def test_names_sort_as_numbers_where_all_are_numbers() -> None:
    assert make_votes(["10", "9", "2"], [1, 1, 1], [1, 1, 1]).participants.tolist() == ["2", "9", "10"]
    assert make_votes(["10", "9", "x"], [1, 1, 1], [1, 1, 1]).participants.tolist() == ["10", "9", "x"]
    assert make_votes(["10", "9", "02"], [1, 1, 1], [1, 1, 1]).participants.tolist() == ["02", "10", "9"]
    assert make_votes([2**62, -5, 7], [1, 1, 1], [1, 1, 1]).participants.tolist() == [-5, 7, 2**62]
    assert make_votes(["森", "阿部", "🍙"], [1, 1, 1], [1, 1, 1]).participants.size == 3


def test_a_table_and_rows_are_the_same_votes() -> None:
    _, _, table = last_votes(made_up())
    random = np.random.default_rng(5)
    people, things = random.permutation(len(table)) + 10, random.permutation(table.shape[1])
    wide = votes_from_table(people, things, table)
    rows, columns = np.nonzero(~np.isnan(table))
    same(wide, make_votes(people[rows], things[columns], table[rows, columns]))


def test_a_table_keeps_those_without_votes_and_refuses_what_is_not_one() -> None:
    nan = float("nan")
    votes = votes_from_table([1, 2], ["a", "b"], [[nan, 1], [nan, nan]])
    assert votes.participants.tolist() == [1, 2]
    assert votes.counts.tolist() == [1, 0]
    for args, code in (
        (([1, 2], ["a"], [[1]]), "table-shape"),
        (([1, 1], ["a"], [[1], [1]]), "names-twice"),
        (([1, 2], ["a"], [[1], [3]]), "votes-out-of-range"),
    ):
        with pytest.raises(VoteError) as caught:
            votes_from_table(*args)
        assert caught.value.code == code


def test_times_too_large_are_named() -> None:
    with pytest.raises(VoteError) as caught:
        make_votes([1, 2], [1, 1], [1, 1], times=np.array([5, 2**63], dtype=np.uint64))
    assert caught.value.params["rows"] == [2]


def test_dates_are_times() -> None:
    days = np.array(["2026-04-02", "2026-04-01"], dtype="datetime64[D]")
    assert make_votes([1, 1], [1, 1], [1, -1], times=days).values.tolist() == [1]


def test_arguments_stay_as_they_are() -> None:
    rows = made_up(20, 8)
    before = [getattr(rows, name).copy() for name in ("participants", "statements", "votes", "times")]
    make_votes(rows.participants, rows.statements, rows.votes, times=rows.times)
    for name, old in zip(("participants", "statements", "votes", "times"), before, strict=True):
        np.testing.assert_array_equal(getattr(rows, name), old)
