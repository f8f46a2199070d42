"""A person's decisions: applied, kept when opinions come and go, and never dropped without a word."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.texts.errors import TextError
from jichi.methods.topics import Merge, Outcome, Pin, Rename, Split, find_topics, from_plain, to_plain
from tests.methods.topics.opinions import all_texts
from tests.methods.topics.test_topics import reconcile

IDS = [f"s{at:03}" for at in range(len(all_texts()))]
LATER = [
    "図書館に漫画を増やしてほしい。",
    "プールの水が冷たい。",
    "公園の噴水が止まったままです。",
    "ごみの収集日を増やすべき。",
]


def run(decisions=(), *, without=(), later=(), count=6):
    rows = [(id, text) for id, text in zip(IDS, all_texts(), strict=True) if id not in without]
    rows += [(f"t{at}", text) for at, text in enumerate(later)]
    topics = find_topics([id for id, _ in rows], [text for _, text in rows], count=count, decisions=decisions)
    reconcile(topics)
    return topics


def leaf(topics, id):
    return topics.path(id)[-1]


def outcomes(topics):
    return [one.outcome for one in topics.applied]


def test_a_name_stays_when_opinions_arrive():
    before = run()
    topic = max(before.leaves, key=lambda one: one.opinions)
    decision = Rename(topic.anchors, "公園のこと")
    for later in ((), LATER):
        after = run([decision], later=later)
        assert outcomes(after) == [Outcome.applied]
        (named,) = [one for one in after.topics if one.title == "公園のこと"]
        held = set(after.members(named.key)) & set(topic.anchors)
        assert 2 * len(held) > len(topic.anchors)
        assert named.name == "公園のこと"


def test_of_two_names_the_later_holds_and_an_empty_one_takes_it_off():
    anchors = run().leaves[0].anchors
    twice = run([Rename(anchors, "一"), Rename(anchors, "二")])
    assert outcomes(twice) == [Outcome.superseded, Outcome.applied]
    assert [one.title for one in twice.topics if one.title] == ["二"]
    assert not [one for one in run([Rename(anchors, "一"), Rename(anchors, "")]).topics if one.title]


def test_merged_topics_are_one():
    before = run()
    first, second, third = before.leaves[0], before.leaves[1], before.leaves[2]
    for later in ((), LATER):
        decision = Merge((first.anchors, second.anchors))
        after = run([decision], later=later)
        (done,) = after.applied
        assert done.holds
        merged = leaf(after, first.anchors[0])
        for anchors in (first.anchors, second.anchors):
            assert 2 * sum(id in after.members(merged.key) for id in anchors) > len(anchors)
    again = run([Merge((first.anchors, second.anchors)), Merge((second.anchors, first.anchors))])
    assert outcomes(again) == [Outcome.applied, Outcome.already]
    assert third.key in {one.key for one in again.leaves}


def test_a_split_topic_falls_into_its_parts():
    before = run(count=2)
    topic = max(before.leaves, key=lambda one: one.opinions)
    members = before.members(topic.key)
    decision = Split(topic.anchors, (members[:1], members[-1:]))
    after = run([decision], count=2, later=LATER[:1])
    assert after.applied[0].holds
    assert leaf(after, members[0]).key != leaf(after, members[-1]).key
    once = run([decision, decision], count=2)
    assert outcomes(once) == [Outcome.applied, Outcome.already]
    parts = [leaf(once, members[0]), leaf(once, members[-1])]
    assert parts[0].parent == parts[1].parent
    assert sum(part.opinions for part in parts) == topic.opinions


def test_a_pinned_opinion_is_where_it_was_put():
    before = run()
    home = before.leaves[0]
    stray = next(id for id in IDS if id not in before.members(home.key))
    for later in ((), LATER):
        after = run([Pin(stray, home.anchors)], later=later)
        assert outcomes(after) == [Outcome.applied]
        counts = [sum(id in after.members(one.key) for id in home.anchors) for one in after.leaves]
        assert stray in after.members(after.leaves[counts.index(max(counts))].key)
    assert outcomes(run([Pin(stray, home.anchors), Pin(stray, home.anchors)]))[1] is Outcome.already


def test_what_cannot_be_applied_says_why():
    before = run()
    first, second = before.leaves[0], before.leaves[1]
    gone = run(
        [
            Rename(("nobody",), "x"),
            Merge((first.anchors, ("nobody",))),
            Split(first.anchors, (first.anchors[:1], ("nobody",))),
            Pin("nobody", first.anchors),
            Pin(first.anchors[0], ("nobody",)),
        ]
    )
    assert outcomes(gone) == [Outcome.gone] * 5
    assert all(one.missing == ("nobody",) for one in gone.applied)
    spread = [one.anchors[0] for one in before.leaves]
    top = run([Rename(tuple(spread), "x")])
    assert outcomes(top) == [Outcome.scattered]
    assert outcomes(run([Merge((first.anchors, tuple(spread)))])) == [Outcome.scattered]
    assert second.key in {one.key for one in top.topics}


def test_decisions_hold_without_some_anchors():
    before = run()
    topic = max(before.leaves, key=lambda one: len(one.anchors))
    lost = topic.anchors[0]
    after = run([Rename(topic.anchors, "名")], without=(lost,))
    assert after.applied[0].missing == (lost,)
    assert after.applied[0].outcome in (Outcome.applied, Outcome.scattered)


@pytest.mark.parametrize(
    "decision",
    [
        Rename(("b", "a"), "名"),
        Merge((("a",), ("b", "c"))),
        Split(("a", "b"), (("a",), ("b",))),
        Pin("a", ("b",)),
    ],
)
def test_plain_data_and_back(decision):
    assert from_plain(json.loads(json.dumps(to_plain(decision)))) == decision


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rename((), "x"),
        lambda: Rename("abc", "x"),
        lambda: Rename(("a",), "x" * 201),
        lambda: Merge((("a",),)),
        lambda: Split(("a",), (("a",), ("a",))),
        lambda: Split(("a",), (("a",),)),
        lambda: Pin("a", ("a",)),
        lambda: from_plain({"kind": "burn"}),
        lambda: from_plain({"kind": "pin", "id": "a"}),
        lambda: from_plain({}),
    ],
)
def test_bad_decisions_are_refused(make):
    with pytest.raises(TextError) as caught:
        make()
    assert caught.value.code == "bad-decision"


some = st.lists(st.sampled_from([*IDS[:12], "nobody"]), min_size=1, max_size=3).map(tuple)


@st.composite
def decisions(draw):
    kind = draw(st.sampled_from(["rename", "merge", "split", "pin"]))
    try:
        match kind:
            case "rename":
                return Rename(draw(some), draw(st.sampled_from(["", "名"])))
            case "merge":
                return Merge((draw(some), draw(some)))
            case "split":
                return Split(draw(some), (draw(some), draw(some)))
            case _:
                return Pin(draw(st.sampled_from(IDS)), draw(some))
    except TextError:
        return Rename(("nobody",), "")


@given(st.lists(decisions(), max_size=5), st.integers(1, 23))
@settings(max_examples=15)
def test_any_decisions_keep_every_sum_and_each_is_answered(made, count):
    topics = run(made, count=count)
    assert [one.decision for one in topics.applied] == made
    below = [topic for topic in topics.topics if topic.children]
    assert all(len(topic.children) > 1 for topic in below)
