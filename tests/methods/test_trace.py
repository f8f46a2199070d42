"""The proof of conservation: whole traces hold, and every kind of damage is found."""

import random
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns.grouping import group
from jichi.methods.texts.errors import TextError
from jichi.methods.topics.finding import find_topics
from jichi.methods.trace import Trace, trace

PARENTS = {"t0": None, "t1": None, "t00": "t0", "t01": "t0", "t10": "t1"}
LEAVES = ("t00", "t01", "t10")


@st.composite
def traces(draw):
    """Sound traces: sets of submissions, each in a narrowest topic, some of them destroyed."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=3, max_size=8))
    sets = [f"s{number}" for number, size in enumerate(sizes) for _ in range(size)]
    topic_of = {f"s{number}": LEAVES[number % 3] for number in range(len(sizes))}
    ids = [f"id{number}" for number in range(len(sets))]
    topics = [topic_of[key] for key in sets]
    order = draw(st.permutations(range(len(ids))))
    below = {"t0": ("t00", "t01"), "t1": ("t10",)}
    counted = {leaf: topics.count(leaf) for leaf in LEAVES}
    held = {leaf: list(topic_of.values()).count(leaf) for leaf in LEAVES}
    destroyed = draw(st.sets(st.sampled_from(ids), max_size=3))
    alive = [id for id in ids if id not in destroyed]
    return Trace(
        ids=[ids[n] for n in order],
        sets=[sets[n] for n in order],
        topics=[topics[n] for n in order],
        received=ids,
        set_sizes={f"s{number}": size for number, size in enumerate(sizes)},
        topic_sizes=counted | {wide: sum(counted[leaf] for leaf in part) for wide, part in below.items()},
        topic_sets=held | {wide: sum(held[leaf] for leaf in part) for wide, part in below.items()},
        parents=PARENTS,
        destroyed=frozenset(destroyed),
        shown=[(f"label of {LEAVES[0]}", id) for id in alive[:2]],
    )


def changed(rows, place, value):
    return [*rows[:place], value, *rows[place + 1 :]]


@settings(max_examples=40)
@given(traces())
def test_a_sound_trace_holds(sound):
    proof = sound.prove()
    assert proof.holds and proof.broken == () and proof.problems == ()
    names = {equation.name for equation in proof.equations}
    assert names >= {"submissions", "distinct-submissions", "sum-of-sets", "sum-of-topics", "sets-of-topics"}
    assert names >= {"set-members", "topic-submissions", "topic-sets", "sum-of-narrower"}
    assert sum(equation.name == "set-members" for equation in proof.equations) == len(sound.set_sizes)


DAMAGE = {
    "submission-twice": lambda t, n: replace(
        t, ids=[*t.ids, t.ids[n]], sets=[*t.sets, t.sets[n]], topics=[*t.topics, t.topics[n]]
    ),
    "submission-missing": lambda t, n: replace(
        t,
        ids=[*t.ids[:n], *t.ids[n + 1 :]],
        sets=[*t.sets[:n], *t.sets[n + 1 :]],
        topics=[*t.topics[:n], *t.topics[n + 1 :]],
    ),
    "submission-unknown": lambda t, n: replace(t, ids=changed(t.ids, n, "stranger")),
    "submission-without-set": lambda t, n: replace(t, sets=changed(t.sets, n, None)),
    "submission-without-topic": lambda t, n: replace(t, topics=changed(t.topics, n, None)),
    "set-unknown": lambda t, n: replace(t, sets=changed(t.sets, n, "nowhere")),
    "set-empty": lambda t, n: replace(t, set_sizes=t.set_sizes | {"nobody": 0}),
    "set-in-two-topics": lambda t, n: replace(
        t,
        topics=[
            "t10" if topic == "t00" and place == t.topics.index("t00") else topic
            for place, topic in enumerate(t.topics)
        ],
        sets=["s0" if topic == "t00" else key for key, topic in zip(t.sets, t.topics, strict=True)],
        ids=list(t.ids),
    ),
    "topic-unknown": lambda t, n: replace(t, topics=changed(t.topics, n, "nothing")),
    "topic-empty": lambda t, n: replace(t, topic_sizes=t.topic_sizes | {"void": 0}),
    "topic-not-leaf": lambda t, n: replace(t, topics=changed(t.topics, n, "t0")),
    "topic-in-circle": lambda t, n: replace(t, parents=t.parents | {"t0": "t00"}),
    "parent-unknown": lambda t, n: replace(t, parents=t.parents | {"t10": "t9"}),
    "destroyed-unknown": lambda t, n: replace(t, destroyed=t.destroyed | {"never"}),
    "destroyed-shown": lambda t, n: replace(
        t, destroyed=t.destroyed | {t.ids[n]}, shown=[*t.shown, ("representative of s0", t.ids[n])]
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
@settings(max_examples=15)
@given(data=st.data())
def test_every_damage_is_found(kind, data):
    sound = data.draw(traces())
    if kind == "set-in-two-topics":
        # A set of one submission cannot be torn apart.
        sound = whole_set_of_two(sound)
    damaged = DAMAGE[kind](sound, data.draw(st.integers(0, len(sound.ids) - 1)))
    proof = damaged.prove()
    assert not proof.holds
    assert kind in {problem.kind for problem in proof.problems}


def whole_set_of_two(sound: Trace) -> Trace:
    extra = "extra"
    return replace(
        sound, ids=[*sound.ids, extra], sets=[*sound.sets, "s0"], topics=[*sound.topics, "t00"],
        received=[*sound.received, extra],
    )  # fmt: skip


SUMS = {
    "submissions": lambda t, n: replace(t, received=len(t.ids) + 1),
    "sum-of-sets": lambda t, n: replace(t, set_sizes=t.set_sizes | {t.sets[n]: t.set_sizes[t.sets[n]] + 1}),
    "set-members": lambda t, n: replace(t, set_sizes=t.set_sizes | {t.sets[n]: t.set_sizes[t.sets[n]] - 1}),
    "topic-submissions": lambda t, n: replace(
        t, topic_sizes=t.topic_sizes | {t.topics[n]: t.topic_sizes[t.topics[n]] + 2}
    ),
    "topic-sets": lambda t, n: replace(t, topic_sets=t.topic_sets | {t.topics[n]: 99}),
    "sum-of-topics": lambda t, n: replace(t, topic_sizes=t.topic_sizes | {"t1": 0}),
    "sets-of-topics": lambda t, n: replace(t, topic_sets=t.topic_sets | {"t0": 0}),
    "sum-of-narrower": lambda t, n: replace(t, topic_sizes=t.topic_sizes | {"t0": t.topic_sizes["t0"] + 1}),
}


@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=15)
@given(data=st.data())
def test_every_wrong_sum_is_found(name, data):
    sound = data.draw(traces())
    proof = SUMS[name](sound, data.draw(st.integers(0, len(sound.ids) - 1))).prove()
    assert not proof.holds
    assert name in {equation.name for equation in proof.broken}
    assert all(equation.stated != equation.counted for equation in proof.broken)


@settings(max_examples=20)
@given(traces(), st.randoms(use_true_random=False))
def test_two_swapped_members_are_found(sound, draw):
    """If two submissions change places, sizes stay right; sets of two topics are then torn apart.

    Two sets of one submission each that change names altogether are as good as before.
    """
    first, second = draw.sample(range(len(sound.ids)), 2)
    sets = changed(changed(sound.sets, first, sound.sets[second]), second, sound.sets[first])
    proof = replace(sound, sets=sets).prove()
    larger = max(sound.set_sizes[sound.sets[place]] for place in (first, second)) > 1
    torn = larger and sound.topics[first] != sound.topics[second]
    assert proof.holds is not torn


@settings(max_examples=20)
@given(traces(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(sound, draw):
    order = list(range(len(sound.ids)))
    draw.shuffle(order)
    other = replace(
        sound,
        ids=[sound.ids[n] for n in order],
        sets=[sound.sets[n] for n in order],
        topics=[sound.topics[n] for n in order],
    )
    assert other.prove() == sound.prove()


def test_problems_name_what_is_wrong():
    proof = Trace(
        ids=["a", "a", "b"], sets=["x", "y", None], received=["a", "b", "c"], set_sizes={"x": 1, "z": 3}
    ).prove()
    assert [(problem.kind, problem.id) for problem in proof.problems] == [
        ("set-empty", "z"),
        ("set-unknown", "y"),
        ("submission-missing", "c"),
        ("submission-twice", "a"),
        ("submission-without-set", "b"),
    ]
    sums = {(equation.name, equation.of): (equation.stated, equation.counted) for equation in proof.broken}
    assert sums == {
        ("distinct-submissions", None): (3, 2),
        ("sum-of-sets", None): (3, 4),
        ("set-members", "y"): (0, 1),
        ("set-members", "z"): (3, 0),
    }


def test_rows_are_flat_and_circles_end():
    given = Trace(
        ids=["a", "b"],
        sets=["x", None],
        topics=["t00", None],
        received=2,
        set_sizes={"x": 1},
        parents=PARENTS,
    )
    assert [(row.submission, row.set, row.topics) for row in given.rows()] == [
        ("a", "x", ("t0", "t00")),
        ("b", None, ()),
    ]
    circle = replace(given, parents={"t00": "t0", "t0": "t00"})
    assert next(iter(circle.rows())).topics == ("t0", "t00")


def test_nothing_at_all_holds_and_unequal_lengths_do_not():
    assert Trace(ids=[], sets=[], received=0, set_sizes={}).prove().holds
    with pytest.raises(TextError) as caught:
        Trace(ids=["a"], sets=[], received=1, set_sizes={})
    assert caught.value.code == "lengths-differ"


BASE = [
    "図書館の閉館時間を夜八時まで延ばしてほしいという願いが近所に多くあります。",
    "市民プールの更衣室に手すりを付けてください。転んだ人を何人も見ています。",
    "駅前の駐輪場の料金を下げるべきだと考えます。通学の家庭には重い負担です。",
    "河川敷の草を刈る回数を増やしてください。子どもが虫に刺されて困っています。",
]


def grouped(seed: int = 1):
    draw = random.Random(seed)
    texts = [draw.choice(BASE) + draw.choice(["", "", "！", "以上です。"]) for _ in range(30)]
    return group([f"v{number:02d}" for number in range(30)], texts, threads=1)


@dataclass
class Topics:
    """Topics over the representatives of sets, as the topics package gives them."""

    ids: list
    topics: list
    topic_of: np.ndarray
    opinion_of: np.ndarray


def topics_of(grouping) -> Topics:
    leads = [each.representative for each in grouping.sets]
    topic_of = np.arange(len(leads)) % 2
    leaves = []
    for number in range(2):
        held = [each for each, topic in zip(grouping.sets, topic_of, strict=True) if topic == number]
        leaves.append(
            SimpleNamespace(
                key=f"k{number}",
                parent="top",
                label=SimpleNamespace(id=held[0].representative),
                representatives=(held[0].representative,),
                outliers=(),
                submissions=sum(each.size for each in held),
                opinions=len(held),
            )
        )
    top = SimpleNamespace(
        key="top",
        parent=None,
        label=None,
        representatives=(),
        outliers=(),
        submissions=grouping.submissions,
        opinions=grouping.opinions,
    )
    return Topics(ids=leads, topics=[*leaves, top], topic_of=topic_of, opinion_of=topic_of)


def test_a_grouping_and_its_topics_are_proved():
    grouping = grouped()
    assert trace(grouping).prove().holds
    found = trace(grouping, topics_of(grouping))
    proof = found.prove()
    assert proof.holds, (proof.broken, proof.problems)
    rows = {row.submission: row for row in found.rows()}
    for each in grouping.sets:
        for member in grouping.members(each.number):
            assert rows[member].set == each.key
            assert rows[member].topics == rows[each.representative].topics


def test_a_destroyed_original_keeps_its_place_and_shows_nowhere():
    grouping = grouped()
    topics = topics_of(grouping)
    gone = [grouping.sets[0].representative, grouping.sets[1].representative]
    after = grouping.destroy(gone)
    found = trace(after)
    assert found.prove().holds
    assert found.received == 30 and found.destroyed == frozenset(gone)
    assert not {id for _, id in found.shown} & set(gone)
    stale = trace(after, topics).prove()
    shown = {(problem.id, problem.other) for problem in stale.problems if problem.kind == "destroyed-shown"}
    assert (gone[0], "label of k0") in shown and (gone[1], "representative of k1") in shown


def test_a_set_of_which_all_is_destroyed_stays_in_the_counts():
    grouping = grouped()
    members = grouping.members(0)
    after = grouping.destroy(members)
    found = trace(after)
    assert found.prove().holds
    assert sum(1 for row in found.rows() if row.submission in members) == len(members)
    assert {size for key, size in found.set_sizes.items() if size == len(members)}


def test_topics_as_they_are_found_are_proved():
    grouping = group(
        [*grouped().ids, "empty", "blank"],
        [*(grouped().text(name) for name in grouped().ids), "", " "],
        threads=1,
    )
    leads = [each.representative for each in grouping.sets]
    topics = find_topics(
        leads, [grouping.text(name) for name in leads], sizes=[each.size for each in grouping.sets]
    )
    found = trace(grouping, topics)
    proof = found.prove()
    assert proof.holds, (proof.broken, proof.problems)
    assert "topic-sets" in {equation.name for equation in proof.equations}
    over_all = find_topics(grouping.ids, [grouping.text(name) for name in grouping.ids])
    assert trace(grouping, over_all).topic_sets is None
