"""Topics as a whole: sums, order, labels, and what is shown of a topic."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jichi.methods.topics.finding as finding
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normalise
from jichi.methods.topics import Kind, Mask, NoLabel, find_topics
from jichi.methods.topics.phrases import LONGEST, SHORTEST, phrases
from jichi.methods.topics.picking import Closeness, outlying
from jichi.methods.topics.stances import stance
from tests.methods.topics.opinions import Hashed, all_subjects, all_texts


def found(texts=None, **options):
    texts = all_texts() if texts is None else texts
    return find_topics([f"s{at:03}" for at in range(len(texts))], texts, **options)


def reconcile(topics):
    """Every sum that must come out."""
    assert sum(topic.submissions for topic in topics.leaves) == topics.submissions
    assert sum(topic.opinions for topic in topics.leaves) == topics.opinions
    assert sum(topic.submissions for topic in topics.tree) == topics.submissions
    seen = [id for topic in topics.leaves for id in topics.members(topic.key)]
    assert sorted(seen) == sorted(topics.ids)
    assert len({topic.key for topic in topics.topics}) == len(topics.topics)
    sizes = dict(zip(topics.ids, topics.sizes.tolist(), strict=True))
    for topic in topics.topics:
        members = topics.members(topic.key)
        assert topic.submissions == sum(sizes[id] for id in members)
        assert set(topic.representatives) | set(topic.outliers) | set(topic.anchors) <= set(members)
        if topic.children:
            below = topics.children(topic.key)
            assert topic.submissions == sum(child.submissions for child in below)
            assert topic.opinions == sum(child.opinions for child in below)
            assert all(child.parent == topic.key and child.level == topic.level + 1 for child in below)
    for id in topics.ids:
        path = topics.path(id)
        assert path[0].parent is None and not path[-1].children and id in topics.members(path[0].key)
    assert len(topics.topic_of) == len(topics.ids) and (topics.topic_of >= 0).all()


@pytest.mark.parametrize("embedder", [None, Hashed()])
def test_subjects_are_told_apart_and_sums_come_out(embedder):
    topics = found(embedder=embedder, count=5, sizes=list(range(1, 24)))
    reconcile(topics)
    assert topics.submissions == sum(range(1, 24))
    subjects = all_subjects()
    agree = sum(subjects[at] == subjects[row] for at, row in enumerate(topics.nearest))
    assert agree >= (15 if embedder is None else 8)


def outlook(topics):
    """What a reader sees, without what is given row by row."""
    return topics.topics, topics.method, [topics.path(id)[-1].key for id in sorted(topics.ids)]


@pytest.mark.parametrize("embedder", [None, Hashed()])
def test_the_order_of_rows_shows_nowhere(embedder):
    texts = [*all_texts(), all_texts()[0], "", "😀"]
    rows = [(f"s{at:03}", text, at + 1) for at, text in enumerate(texts)]
    expected = None
    for seed in range(4):
        random.Random(seed).shuffle(rows)
        ids, texts, sizes = zip(*rows, strict=True)
        topics = find_topics(ids, texts, sizes=sizes, embedder=embedder)
        assert expected is None or outlook(topics) == expected
        expected = outlook(topics)


def test_copies_count_and_do_not_weigh():
    once = found()
    often = find_topics(
        [f"s{at:03}" for at in range(len(all_texts()))] + [f"x{at}" for at in range(500)],
        all_texts() + [all_texts()[3]] * 500,
    )
    assert {topic.key for topic in once.topics} == {topic.key for topic in often.topics}
    assert often.submissions == once.submissions + 500 and often.opinions == once.opinions
    reconcile(often)


def test_cuts_have_exactly_as_many_topics():
    topics = found()
    for count in range(1, topics.opinions + 1):
        label = topics.cut(count)
        assert np.unique(label).tolist() == list(range(count))
        if count > 1:
            # Cuts are nested: each group lies in one of the coarser cut.
            assert len(set(zip(label.tolist(), topics.cut(count - 1).tolist(), strict=True))) == count
    for count in (0, topics.opinions + 1, True, 2.0):
        with pytest.raises(TextError) as caught:
            topics.cut(count)
        assert caught.value.code == "bad-count"


@pytest.mark.parametrize("count", [1, 3, 5, 9, 23])
def test_labels_are_verbatim_whole_and_unlike_each_other(count):
    topics = found(count=count)
    texts = dict(zip(topics.ids, all_texts(), strict=True))
    names = []
    for topic in topics.topics:
        label = topic.label
        assert label is not None and label.text == texts[label.id][label.start : label.end]
        assert label.id in topics.members(topic.key)
        assert (label.start, label.end) in {(one.start, one.end) for one in phrases(texts[label.id])}
        if topic.label_note is None:
            assert SHORTEST / 2 <= len(label.text) <= LONGEST * 2
        names.append(normalise(label.text))
    assert len(set(names)) == len(names)


def test_denied_words_are_in_no_label():
    topics = found(count=5, denied=["公園", "ﾎｲｸｴﾝ", "保育園", "すべき"])
    for topic in topics.topics:
        if topic.label is not None:
            assert not any(word in topic.label.text for word in ("公園", "保育園", "すべき"))


def test_masked_stretches_are_touched_by_no_label_and_repeated_by_none():
    texts = ["山田花子の公園の遊具が古い。", "山田花子は公園の遊具を直すべき。", "公園の遊具を直す。"]
    for topic in found(texts, count=1, masks=[Mask(id="s000", start=0, end=4)]).topics:
        assert topic.label is not None and "山田花子" not in topic.label.text
    # An equal text under another id is masked as well.
    twin = [*texts[:1], texts[0]]
    (topic,) = found(twin, masks=[Mask(id="s001", start=0, end=12)]).topics
    assert topic.label is None or topic.label.start >= 12


def test_where_nothing_is_allowed_there_is_a_reason():
    assert found(["公園の遊具"], denied=["公園", "遊具"]).topics[0].label_note is NoLabel.refused
    assert found(["😀😀"]).topics[0].label_note is NoLabel.empty
    (short,) = found(["公園。"]).topics
    assert short.label is not None and short.label.text == "公園" and short.label_note is NoLabel.short


def test_phrases_begin_and_end_at_sensible_places():
    text = (
        "環境省は案について、誰もが参加できる公開の場の公聴会を開催して内容を説明し、意見を聴取すべきである。"
    )
    shown = {text[one.start : one.end] for one in phrases(text)}
    assert {"公開の場の公聴会", "意見を聴取すべき", "公聴会を開催"} <= shown
    assert not any(
        one.endswith(("を", "し", "の", "て")) or one.startswith(("を", "の", "省")) for one in shown
    )
    assert not any(one in shown for one in ("公聴会を開催して内容", "公開の場の公聴", "聴会を開催"))


def test_no_phrase_begins_with_a_word_that_only_points_back():
    text = "伐採する前に樹木医の診断を公開してください。今のままでは席取りで列ができます。"
    shown = {text[one.start : one.end] for one in phrases(text)}
    assert "樹木医の診断を公開してください" in shown
    assert not any(one.startswith(("前に", "今の", "まま")) for one in shown)


def test_representatives_are_no_copies():
    texts = [
        "公園の遊具が古い。",
        "公園の遊具が古い！",
        "公園の遊具が、古い。",
        "公園の木を切らないで。",
        "公園の遊具は危険。",
    ]
    (topic,) = found(texts, count=1).topics
    shown = [texts[int(id[1:])] for id in topic.representatives]
    assert len({normalise(text) for text in shown}) == len(shown) >= 2


def test_small_topics_and_the_other_side_stay_visible():
    topics = found(count=5)
    label = {id: topic for topic in topics.leaves for id in topics.members(topic.key)}
    texts = all_texts()
    for text in ("図書館の移転に反対です。", "図書館の移転に賛成です。"):
        id = topics.ids[texts.index(text)]
        assert id in (*label[id].dissent.opposing, *label[id].dissent.backing)
    (both,) = found(["移転に反対です。", "移転に反対です！", "移転に賛成です。"], count=1).topics
    assert both.dissent.is_divided and both.dissent.minority == ("s002",)
    assert any(topic.is_minority for topic in found(count=9).leaves) == any(
        2 * topic.opinions < 23 / 9 for topic in found(count=9).leaves
    )


def test_an_opinion_far_from_its_topic_is_told():
    nearness = np.array([0.52, 0.5, 0.49, 0.47, 0.46, 0.44, 0.05])
    close = Closeness(members=np.arange(7)[::-1], nearness=nearness, cohesion=0.4)
    assert outlying(close) == [0]
    few = Closeness(members=np.arange(4), nearness=np.array([0.9, 0.9, 0.9, 0.0]), cohesion=0.5)
    assert outlying(few) == []


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("反対です", -1),
        ("賛成できません", -1),
        ("反対するものではない", 1),
        ("進めるべきではない", -1),
        ("賛成だが反対もある", 0),
        ("I don't support this", -1),
        ("We are not against it", 0),
        ("We support it", 1),
        ("公園", 0),
    ],
)
def test_stances(text, side):
    assert stance(text) == (1 if text == "We are not against it" else side)


@pytest.mark.parametrize("embedder", [None, Hashed()])
@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", " \n", "\u200b"],
        ["一つだけの意見です。"],
        ["同じ意見です。"] * 5,
        ["😀", "😀😀", "🎉"],
        ["。", "！", "？"],
        ["縺薙ｌ縺ｯ譁", "ã\x81\x82ã\x81\x84", "\ud800", "\x00"],
        ["ＡＢＣ公園", "abc公園", "ABC 公園"],
        ["公園", ""],
        ["の", "は", "を"],
    ],
)
def test_odd_input_has_a_defined_result(texts, embedder):
    topics = found(texts, embedder=embedder)
    reconcile(topics)
    empty = [topic for topic in topics.topics if topic.kind is Kind.empty]
    blank = [id for id, text in zip(topics.ids, texts, strict=True) if not text.strip("\u200b\x00 \n")]
    assert [topics.members(topic.key) for topic in empty] == ([tuple(blank)] if blank else [])


def test_a_megabyte_and_the_founders(monkeypatch):
    topics = found([*all_texts(), "公園の遊具が古い。保育園。" * 76_000])
    reconcile(topics)
    monkeypatch.setattr(finding, "FOUNDERS", 9)
    few = found(embedder=Hashed())
    reconcile(few)
    assert len(np.unique(few.cut(9))) == 9
    order = list(range(23))[::-1]
    again = find_topics([few.ids[at] for at in order], [all_texts()[at] for at in order], embedder=Hashed())
    assert outlook(few) == outlook(again)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("lengths-differ", lambda: find_topics(["a"], [])),
        ("id-not-text", lambda: find_topics([1], ["a"])),
        ("ids-not-unique", lambda: find_topics(["a", "a"], ["a", "b"])),
        ("text-not-text", lambda: find_topics(["a"], [None])),
        ("text-too-long", lambda: find_topics(["a"], ["a" * 1_000_001])),
        ("bad-sizes", lambda: found(["a"], sizes=[0])),
        ("bad-sizes", lambda: found(["a"], sizes=[1.5])),
        ("bad-sizes", lambda: found(["a"], sizes=[1, 2])),
        ("bad-denied", lambda: found(["a"], denied="公園")),
        ("bad-denied", lambda: found(["a"], denied=[""])),
        ("bad-mask", lambda: found(["a"], masks=[Mask(id="x", start=0, end=1)])),
        ("bad-mask", lambda: found(["a"], masks=[Mask(id="s000", start=0, end=2)])),
        ("bad-count", lambda: found(["a"], count=2)),
        ("bad-count", lambda: found(["a"], count=0)),
        ("bad-decision", lambda: found(["a"], decisions=[{"kind": "pin"}])),
        ("unknown-topic", lambda: found(["a"]).topic("x")),
        ("unknown-id", lambda: found(["a"]).path("x")),
    ],
)
def test_what_is_refused(code, call):
    with pytest.raises(TextError) as caught:
        call()
    assert caught.value.code == code


@given(
    st.lists(st.text(alphabet="公園図書館の道路が古い。直すべき反対賛成A \n😀", max_size=14), max_size=9),
    st.randoms(use_true_random=False),
)
@settings(max_examples=15)
def test_any_texts_in_any_order(texts, chance):
    topics = found(texts)
    reconcile(topics)
    rows = list(zip(topics.ids, texts, strict=True))
    chance.shuffle(rows)
    again = find_topics([id for id, _ in rows], [text for _, text in rows])
    assert outlook(again) == outlook(topics)
