"""The map against red-dwarf's answers, against a slow second way, and on its own terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.ids import indexed
from jichi.methods.opinion_maps.mapping import OpinionMap, Rules, draw_map
from jichi.methods.opinion_maps.moderation import Moderation, standing
from jichi.methods.opinion_maps.moments import moments
from jichi.methods.opinion_maps.pair_counts import _light, _Sums, pair_counts
from jichi.methods.opinion_maps.points import who_is_grouped
from jichi.methods.opinion_maps.selections import Selected, consensus, representative
from jichi.methods.opinion_maps.statistics import Tally, group_statistics, tally
from jichi.methods.opinion_maps.votes import Votes, make_votes

from .conversations import Rows, last_votes, made_up, slow_map, slow_statistics

CASES = json.loads((Path(__file__).parent / "generation" / "red_dwarf.json").read_text(encoding="utf-8"))[
    "cases"
]
NAMES = {
    "pa": "agree_share",
    "pat": "agree_test",
    "ra": "agree_ratio",
    "rat": "agree_ratio_test",
    "pd": "disagree_share",
    "pdt": "disagree_test",
    "rd": "disagree_ratio",
    "rdt": "disagree_ratio_test",
}


def votes_of(rows: Rows) -> Votes:
    return make_votes(rows.participants, rows.statements, rows.votes, times=rows.times)


def case_map(case: dict[str, Any]) -> tuple[Votes, OpinionMap]:
    votes = votes_of(made_up(case["people"], case["statements"], groups=case["groups"], seed=case["seed"]))
    return votes, draw_map(votes, moderation=Moderation(out=case["out"]))


def as_red_dwarf(one: Selected) -> dict[str, Any]:
    found = {"tid": one.statement, "n-success": one.on_side, "n-trials": one.votes}
    found |= {"p-success": one.share, "p-test": one.share_test}
    if one.ratio is not None:
        found |= {"repness": one.ratio, "repness-test": one.ratio_test, "repful-for": one.side}
    if one.best_agreed:
        found |= {"n-agree": one.on_side, "best-agree": True}
    return found


@pytest.fixture(params=CASES, ids=lambda case: f"seed {case['seed']}")
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def test_points_are_those_of_red_dwarf(case: dict[str, Any]) -> None:
    _, found = case_map(case)
    for ours, theirs in ((found.points, "points"), (found.statement_points, "statement_points")):
        theirs = np.array(case[theirs])
        signs = np.sign(np.sum(ours * theirs, axis=0))
        np.testing.assert_allclose(ours, theirs * signs, rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.placement.means, case["means"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.priorities, case["priorities"], rtol=1e-11)


def test_statistics_and_selections_are_red_dwarfs_for_its_labels(case: dict[str, Any]) -> None:
    votes, found = case_map(case)
    labels = np.array(case["labels"])
    np.testing.assert_array_equal(labels >= 0, found.grouped)
    statistics = group_statistics(tally(votes, labels, labels.max() + 1))
    for theirs, ours in NAMES.items():
        np.testing.assert_array_equal(getattr(statistics, ours), case["statistics"][theirs], strict=True)
    np.testing.assert_array_equal(statistics.agree_consensus, case["agree_consensus"])
    np.testing.assert_array_equal(statistics.disagree_consensus, case["disagree_consensus"])
    open_to = standing(votes.statements, Moderation(out=case["out"])).kept
    groups = representative(statistics, votes.statements, open_to)
    assert [[as_red_dwarf(one) for one in group] for group in groups] == case["representative"]
    sides = {"agree": found.consensus.agree, "disagree": found.consensus.disagree}
    assert {side: [as_red_dwarf(one) for one in some] for side, some in sides.items()} == case["consensus"]


@pytest.mark.parametrize("seed", range(6))
def test_a_slow_second_way_finds_the_same(seed: int) -> None:
    rows = made_up(45, 16, seed=seed)
    _, things, table = last_votes(rows)
    out = [things[seed]] if seed % 2 else []
    found = draw_map(votes_of(rows), moderation=Moderation(out=out[:1], meta=[things[9]]))
    slow = slow_map(table, [things.index(one) for one in [*out, things[9]]])
    placed = found.placement
    np.testing.assert_allclose(placed.axes.variances, slow.variances, rtol=1e-12)
    for ours, theirs in (
        (placed.axes.loadings, slow.axes),
        (found.points, slow.points),
        (found.statement_points, slow.statement_points),
        (found.extremity, slow.extremity),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)
    for name, theirs in slow_statistics(table, found.labels).items():
        np.testing.assert_array_equal(getattr(found.statistics, NAMES[name]), theirs)


@pytest.mark.parametrize("light", [0.0, 0.08, 1.0])
def test_pairs_are_counted_exactly_both_ways(light: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._LIGHT", light)
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._ROWS", 64)
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._PAIRS", 4096)
    rows = made_up(300, 40, seed=3)
    votes, (_, _, table) = votes_of(rows), last_votes(rows)
    given_votes, voted = np.nan_to_num(table), (~np.isnan(table)).astype(float)
    pairs = pair_counts(votes)
    np.testing.assert_array_equal(pairs.both, given_votes.T @ given_votes)
    np.testing.assert_array_equal(pairs.one_voted, given_votes.T @ voted)
    np.testing.assert_array_equal(pairs.two_voted, voted.T @ voted)


def test_a_statement_everybody_votes_on_does_not_overflow_a_batch() -> None:
    people = 9_000
    votes = make_votes(np.repeat(np.arange(people), 2), np.tile([0, 1], people), np.tile([1, -1], people))
    sums = _Sums(2)
    _light(votes, np.arange(people), sums)
    pairs = sums.found()
    assert pairs.both.tolist() == [[0, -people], [-people, 0]]
    assert pairs.one_voted.tolist() == [[0, people], [-people, 0]]
    assert pairs.two_voted.tolist() == [[0, people], [people, 0]]


def test_few_weights_and_many_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = votes_of(made_up(120, 30, seed=4))
    weights = np.random.default_rng(1).choice([0, 1 << 20, 1 << 18, 349525], votes.participants.size)
    one = moments(votes, weights)
    monkeypatch.setattr("jichi.methods.opinion_maps.pair_counts._MANY", 10)
    two = moments(votes, weights)
    for name in ("both", "one_voted", "two_voted"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_weights_of_whole_persons_are_copies_of_them() -> None:
    rows = made_up(40, 14, seed=8)
    _, things, table = last_votes(rows)
    copies = np.random.default_rng(2).integers(0, 4, len(table))
    found = draw_map(votes_of(rows), weights=copies)
    at = np.repeat(np.arange(len(table)), copies)
    row, column = np.nonzero(~np.isnan(table[at]))
    copied = draw_map(make_votes(row, np.array(things)[column], table[at][row, column]))
    np.testing.assert_allclose(found.placement.axes.loadings, copied.placement.axes.loadings, atol=1e-11)
    present = copies > 0
    first = np.searchsorted(at, np.flatnonzero(present))
    np.testing.assert_allclose(found.points[present], copied.points[first], atol=1e-10)
    assert found.everybody.voted.tolist() == copied.everybody.voted.tolist()
    slow = slow_map(table, weights=copies.astype(float))
    np.testing.assert_allclose(found.points, slow.points, atol=1e-10)


@given(st.integers(0, 2**32), st.integers(2, 30), st.integers(1, 12))
@settings(max_examples=40)
def test_what_holds_for_every_map(seed: int, people: int, statements: int) -> None:
    rows = made_up(people, statements, seed=seed)
    found = draw_map(votes_of(rows))
    axes = found.placement.axes
    np.testing.assert_allclose(
        axes.loadings @ axes.loadings.T, np.diag([1.0, 1.0][: axes.rank] + [0.0] * (2 - axes.rank)), atol=1e-9
    )
    assert axes.variances[0] >= axes.variances[1] >= 0
    assert axes.variances.sum() <= axes.total * (1 + 1e-9)
    for loading in axes.loadings[: axes.rank]:
        assert loading[np.argmax(np.abs(loading))] > 0 or np.isclose(loading.max(), -loading.min())
    # the scaled points, unscaled again, have a mean of nought: every centred column adds up to nothing
    unscaled = found.points * np.sqrt(found.vote_counts / len(found.statements))[:, None]
    np.testing.assert_allclose(unscaled.sum(axis=0), 0, atol=1e-9)
    assert set(np.unique(found.labels[found.grouped])) == set(range(found.group_count))
    assert np.all(found.labels[~found.grouped] == -1)
    np.testing.assert_array_equal(
        found.statistics.tally.voted.sum(axis=0),
        np.bincount(
            votes_of(rows).columns[np.repeat(found.grouped, found.vote_counts)],
            minlength=len(found.statements),
        ),
    )
    assert len(found.representative) == (found.group_count if found.group_count > 1 else 0)


def test_agree_and_disagree_are_treated_alike() -> None:
    rows = made_up(50, 20, seed=4)
    turned = Rows(rows.participants, rows.statements, -rows.votes, rows.times)
    one, two = draw_map(votes_of(rows)), draw_map(votes_of(turned))
    turned_statistics = group_statistics(tally(votes_of(turned), one.labels, one.group_count))
    np.testing.assert_array_equal(one.statistics.agree_share, turned_statistics.disagree_share)
    np.testing.assert_array_equal(one.statistics.agree_ratio_test, turned_statistics.disagree_ratio_test)
    assert one.group_count == two.group_count
    np.testing.assert_array_equal(np.abs(one.points).round(9), np.abs(two.points).round(9))
    assert [it.statement for it in one.consensus.agree] == [it.statement for it in two.consensus.disagree]


def test_who_is_grouped() -> None:
    counts = np.array([0, 1, 3, 3, 7, 8])
    assert who_is_grouped(counts, 20).tolist() == [False, False, False, False, True, True]
    assert who_is_grouped(counts, 3).tolist() == [False, False, True, True, True, True]
    # topping up takes all who tie with the last
    assert who_is_grouped(counts, 20, top_up=3).tolist() == [False, False, True, True, True, True]
    assert who_is_grouped(counts, 20, top_up=15).tolist() == [False, True, True, True, True, True]
    assert who_is_grouped(np.zeros(0, dtype=np.int64), 0, top_up=15).tolist() == []


def test_a_group_that_only_disagrees_is_heard() -> None:
    # red-dwarf 0.4.0 lists nothing here: no statement qualifies as best agreed
    counts = Tally(
        agreed=np.array([[0, 0], [20, 20]]),
        disagreed=np.array([[20, 19], [0, 0]]),
        voted=np.array([[20, 20]] * 2),
    )
    selected = representative(group_statistics(counts), np.array([4, 9]), np.ones(2, dtype=bool))
    assert [(one.statement, one.side, one.best_agreed) for one in selected[0]] == [
        (4, "disagree", False),
        (9, "disagree", False),
    ]


def test_statistics_do_not_change_what_they_read() -> None:
    # red-dwarf's two_prop_test adds 1 to its caller's counts
    counts = Tally(agreed=np.array([[3], [1]]), disagreed=np.array([[1], [2]]), voted=np.array([[5], [4]]))
    first, second = group_statistics(counts), group_statistics(counts)
    np.testing.assert_array_equal(first.agree_ratio_test, second.agree_ratio_test)
    assert counts.agreed.tolist() == [[3], [1]]


def test_passes_are_counted_as_passes() -> None:
    # red-dwarf's count_votes(values, 0) counts all votes
    votes = make_votes([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, -1])
    found = tally(votes, np.zeros(4, dtype=np.int64), 1)
    assert (found.voted - found.agreed - found.disagreed).tolist() == [[2]]


def test_consensus_leaves_out_what_moderators_took_out() -> None:
    rows = made_up(60, 24, groups=1, seed=1)
    votes = votes_of(rows)
    best = draw_map(votes).consensus.agree[0].statement
    for moderation in (Moderation(out=[best]), Moderation(meta=[best])):
        found = draw_map(votes, moderation=moderation)
        assert best not in [one.statement for one in found.consensus.agree]
        assert np.all(found.statement_points[votes.statements == best] == 0)
        np.testing.assert_array_equal(found.everybody.voted, draw_map(votes).everybody.voted)


def test_ties_are_in_order_of_statements() -> None:
    everybody = Tally(
        agreed=np.full((1, 8), 30), disagreed=np.zeros((1, 8), dtype=np.int64), voted=np.full((1, 8), 30)
    )
    found = consensus(everybody, indexed("statements", [*range(8)]).ids, np.ones(8, dtype=bool))
    assert [one.statement for one in found.agree] == [0, 1, 2, 3, 4]
    assert found.disagree == ()


def test_next_statement_is_drawn_by_priority_and_unseen() -> None:
    rows = made_up(60, 24, seed=1)
    votes = votes_of(rows)
    found = draw_map(votes, moderation=Moderation(out=[1], meta=[3]))
    assert found.priorities[1] == 49
    rng = np.random.default_rng(6)
    drawn = np.bincount([found.next_statement([5, 7], rng=rng).statement for _ in range(4000)], minlength=48)
    assert drawn[[1, 5, 7]].sum() == 0
    open_to = ~np.isin(found.statements, [1, 5, 7])
    expected = np.where(open_to, found.priorities, 0) / found.priorities[open_to].sum()
    np.testing.assert_allclose(drawn[found.statements] / 4000, expected, atol=0.03)
    assert found.next_statement(rng=3) == found.next_statement(rng=3)
    assert found.next_statement(found.statements.tolist()).statement is None
    assert found.next_statement([5], rng=1).probability == pytest.approx(
        found.priorities[found.statements == found.next_statement([5], rng=1).statement][0]
        / found.priorities[~np.isin(found.statements, [1, 5])].sum()
    )
    with pytest.raises(VoteError, match="not on the map: 999"):
        found.next_statement([999])


def test_bad_questions_have_a_code() -> None:
    votes = make_votes([1, 2], [1, 1], [1, -1])

    def code(**kwargs: Any) -> str:
        with pytest.raises(VoteError) as caught:
            draw_map(votes, **kwargs)
        return caught.value.code

    assert code(moderation=Moderation(out=[8])) == "unknown-statements"
    assert code(weights=[1.0]) == "weights-not-usable"
    assert code(weights=[1.0, -1.0]) == "weights-not-usable"
    assert code(weights=[1.0, float("nan")]) == "weights-not-usable"
    everybody = make_votes(range(5000), [1] * 5000, [1] * 5000)
    with pytest.raises(VoteError, match="divide them all"):
        draw_map(everybody, weights=np.full(5000, 1e6))
    assert code(most_groups=1) == "groups-not-possible"
    assert code(groups=0) == "groups-not-possible"
    assert code(rules=Rules(confidence=1.0)) == "confidence-out-of-range"


def test_moments_with_weights_are_exact() -> None:
    votes = make_votes([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, 1, 0])
    found = moments(votes, np.array([1 << 20, 1 << 18]))
    assert (found.both / found.unit).tolist() == [[1.25, -1.0], [-1.0, 1.0]]
    assert found.voted.tolist() == [5 << 18, 5 << 18]
