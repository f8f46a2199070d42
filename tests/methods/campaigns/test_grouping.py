"""Grouping: which texts are one opinion, in any order, all at once or bit by bit, and what is left of the destroyed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns.grouping import group
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sets import Kind
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normalise

BASES = [
    "中原区の保育園は待機児童がまだ多く、働く親は毎年不安な春を迎えています。認可保育園を駅の近くに増やしてください。",
    "等々力緑地の木を切る計画は、夏の日陰と鳥のすみかを失わせます。木を残したまま施設を直す案を示してください。",
    "図書館の開館時間を夜九時まで延ばしてください。仕事の帰りに寄れる時間に閉まっていては、払った税が生きません。",
    "The ferry is the only way to work for two hundred families. Please keep the winter timetable as it is now.",
    "Please do not sell the allotments on Mill Lane. They feed us, and they teach our children where food comes from.",
]
PLACES = ["川崎区", "幸区", "高津区", "宮前区", "多摩区", "麻生区"]


def campaign(draw, base):
    """A mutated copy of a text."""
    japanese = not base.isascii()
    kind = draw.integers(8)
    stop = "。" if japanese else ". "
    parts = [part for part in base.split(stop) if part]
    if kind == 0:
        return base
    if kind == 1:
        return base.replace("。", "。\n").replace("、", "，") if japanese else base.upper()
    if kind == 2:
        return base + (
            f"\n{draw.choice(PLACES)}在住" if japanese else f"\nA resident, {draw.integers(20, 80)}"
        )
    if kind == 3:
        return ("いつもありがとうございます。" if japanese else "Dear council, ") + base
    if kind == 4:
        return stop.join(reversed(parts)) + stop.strip()
    if kind == 5:
        at = int(draw.integers(5, len(base) - 5))
        return base[:at] + base[at + 1 :]
    if kind == 6:
        return base[: int(len(base) * 0.8)]
    return base + ("私も子どもを育てながら働いています。" if japanese else " I have lived here for long.")


def flood(seed, count):
    draw = np.random.default_rng(seed)
    texts, truth = [], []
    for number in range(count):
        which = int(draw.integers(len(BASES) + 2))
        if which < len(BASES):
            texts.append(campaign(draw, BASES[which]))
            truth.append(which)
        else:
            signs = [chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, 30)]
            texts.append(f"政府の{''.join(signs)}について反対します。")
            truth.append(100 + number)
    return [f"s{number:04}" for number in range(count)], texts, truth


def partition(grouping):
    return {frozenset(grouping.members(one.number)) for one in grouping.sets}


def told(grouping):
    """All that a grouping says, in no order of rows."""
    links = sorted((link.left, link.right, link.kind, repr(link.similarity)) for link in grouping.links)
    return list(grouping.sets), [grouping.members(one.number) for one in grouping.sets], links


def test_campaigns_are_found_and_uniques_stay_apart():
    ids, texts, truth = flood(1, 300)
    found = group(ids, texts)
    expected = {
        frozenset(name for name, one in zip(ids, truth, strict=True) if one == which) for which in truth
    }
    assert partition(found) == expected
    assert found.submissions == 300
    assert found.opinions == len(expected) == len(found.sets)


def test_sets_hold_every_submission_once():
    ids, texts, _ = flood(2, 200)
    found = group(ids, texts)
    assert found.sizes.sum() == len(ids) == found.submissions
    assert sorted(name for one in found.sets for name in found.members(one.number)) == sorted(ids)
    assert [found.set_of_id(name) for name in ids] == found.set_of.tolist()
    for one in found.sets:
        held = [
            text for text, number in zip(texts, found.set_of.tolist(), strict=True) if number == one.number
        ]
        assert (one.size, one.texts, one.forms) == (
            len(held),
            len(set(held)),
            len({normalise(t) for t in held}),
        )
    assert [one.size for one in found.sets] == sorted((one.size for one in found.sets), reverse=True)


def test_every_link_leads_to_the_representative_and_shows_why():
    ids, texts, _ = flood(3, 200)
    found = group(ids, texts)
    by_left = {link.left: link for link in found.links}
    assert len(by_left) == len(found.links) == found.submissions - found.opinions
    for name in ids:
        at = name
        while at in by_left:
            at = by_left[at].right
        assert at == found.sets[found.set_of_id(name)].representative
    for link in found.links:
        left, right = found.text(link.left), found.text(link.right)
        assert (link.kind is Kind.IDENTICAL) == (left == right)
        if link.kind is not Kind.NEAR:
            assert normalise(left) == normalise(right)
            assert link.similarity == 1.0
        else:
            assert link.similarity < 1
            spans = found.evidence(link)
            assert spans
            assert all(normalise(s.left.of(left)) == normalise(s.right.of(right)) for s in spans)
    assert {link.kind for link in found.links} == {Kind.IDENTICAL, Kind.NORMALISED, Kind.NEAR}


@pytest.mark.parametrize("seed", range(3))
def test_order_and_threads_change_nothing(seed):
    ids, texts, _ = flood(4, 250)
    found = group(ids, texts, threads=1)
    order = np.random.default_rng(seed).permutation(len(ids)).tolist()
    other = group([ids[row] for row in order], [texts[row] for row in order], threads=3)
    assert told(other) == told(found)
    assert other.set_of.tolist() == found.set_of[order].tolist()
    assert other.fingerprint == found.fingerprint


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10**6))
@settings(max_examples=8)
def test_adding_is_grouping_at_once(first, second, seed):
    ids, texts, _ = flood(seed, 120)
    found = group(ids[:first], texts[:first])
    for start, end in ((first, first + second), (first + second, 120)):
        found = found.add(ids[start:end], texts[start:end])
    at_once = group(ids, texts)
    assert told(found) == told(at_once)
    assert found.set_of.tolist() == at_once.set_of.tolist()


def test_one_grouping_can_be_added_to_twice():
    ids, texts, _ = flood(5, 90)
    base = group(ids[:50], texts[:50])
    before = told(base)
    one, other = base.add(ids[50:70], texts[50:70]), base.add(ids[70:], texts[70:])
    assert told(base) == before
    assert told(one) == told(group(ids[:70], texts[:70]))
    assert told(other) == told(group(ids[:50] + ids[70:], texts[:50] + texts[70:]))


def test_known_ids_are_not_added():
    found = group(["a"], ["木を植えて"])
    with pytest.raises(TextError) as caught:
        found.add(["a"], ["木を植えて"])
    assert caught.value.code == "ids-not-unique"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("賛成です", "反対です"),
        ("反対です", "反対します。"),
        ("この計画に賛成です", "この計画に反対です"),
        (BASES[0], BASES[0].replace("増やしてください", "増やさないでください")),
        (BASES[1] + "計画の撤回を求める意見に賛成です。", BASES[1] + "計画の撤回を求める意見に反対です。"),
        (BASES[3], BASES[3].replace("Please keep", "Please do not keep")),
        (BASES[4] + " We support the plan.", BASES[4] + " We oppose the plan."),
        (BASES[2] + "利用料は月に500円とすること。", BASES[2] + "利用料は月に3,000円とすること。"),
    ],
)
def test_what_turns_an_opinion_round_stays_apart(one, other):
    assert group(["a", "b"], [one, other]).opinions == 2


@pytest.mark.parametrize("place", PLACES)
def test_a_template_with_other_places_is_one(place):
    assert group(["a", "b"], [BASES[0], BASES[0].replace("中原区", place)]).opinions == 1


def test_boilerplate_alone_does_not_join():
    texts = [
        f"政府の{what}について反対します。"
        for what in ("増税", "図書館の廃止", "水道の民営化", "学校の統廃合の計画")
    ]
    assert group([*"abcd"], texts).opinions == 4


def test_no_chains():
    """Each text shares most with the next, the first and the last nothing."""
    draw = np.random.default_rng(7)
    signs = "".join(chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, 900))
    texts = [signs[start : start + 200] for start in range(0, 700, 20)]
    found = group([str(row) for row in range(len(texts))], texts)
    assert found.opinions > 5
    for link in found.links:
        assert link.similarity >= Rule().jaccard
        assert found.link_of(link.right) is None


def test_a_large_campaign_is_one_set():
    draw = np.random.default_rng(8)
    texts = [campaign(draw, BASES[1]) + f"受付{draw.integers(10**6)}" for _ in range(400)]
    assert group([str(row) for row in range(400)], texts).opinions == 1


def test_without_near_only_equal_forms_are_one():
    ids, texts, _ = flood(9, 150)
    found = group(ids, texts, rule=Rule(near=False))
    assert found.opinions == len({normalise(text) for text in texts})
    assert found.fingerprint != group(ids, texts).fingerprint


# --- destruction ---------------------------------------------------------------------------------------------
def test_the_destroyed_keep_their_place_and_nothing_else():
    ids, texts, _ = flood(10, 150)
    found = group(ids, texts)
    largest = found.sets[0]
    gone = [largest.representative, *found.members(1)]
    left = found.destroy(gone)
    assert partition(left) == partition(found)
    assert sorted((one.size, one.texts, one.forms) for one in left.sets) == sorted(
        (one.size, one.texts, one.forms) for one in found.sets
    )
    assert all(left.text(name) is None for name in gone)
    now = left.sets[left.set_of_id(largest.representative)]
    assert now.representative not in gone
    assert left.text(now.representative) is not None
    assert left.sets[left.set_of_id(found.members(1)[0])].representative is None
    kept = {text for text in left.filing.texts if text is not None}
    assert kept == {text for name, text in zip(ids, texts, strict=True) if name not in gone}
    for link in left.links:
        if link.left in gone or link.right in gone:
            assert left.evidence(link) == ()
    assert told(found.destroy(reversed(gone))) == told(left)


@given(st.sets(st.integers(0, 59), max_size=40), st.integers(0, 10**6))
@settings(max_examples=6)
def test_conservation_after_destruction_and_more(rows, seed):
    ids, texts, _ = flood(seed, 90)
    found = group(ids[:60], texts[:60])
    left = found.destroy([ids[row] for row in sorted(rows)])
    assert partition(left) == partition(found)
    grown = left.add(ids[60:], texts[60:])
    assert grown.sizes.sum() == 90
    assert sorted(name for one in grown.sets for name in grown.members(one.number)) == sorted(ids)
    living = [row for row in range(90) if row not in rows]
    fresh = group([ids[row] for row in living], [texts[row] for row in living])
    expected = {frozenset(one) for one in partition(fresh)}
    alive = {ids[row] for row in living}
    assert {frozenset(one & alive) for one in partition(grown)} - {frozenset()} == expected


def test_unknown_ids():
    found = group(["a"], ["x"])
    for ask in (found.set_of_id, found.text, found.link_of, lambda name: found.destroy([name])):
        with pytest.raises(TextError) as caught:
            ask("b")
        assert caught.value.code == "unknown-id"
    with pytest.raises(TextError):
        found.members(1)


# --- paraphrases ---------------------------------------------------------------------------------------------
def test_paraphrases_join_sets_without_chains():
    texts = [
        "保育園をもっと作ってください、お願いします",
        "こども園の数を大きく増やすべきだと考えます",
        "認可園が足りないので新しく建ててほしい",
        "道を直して",
    ]
    asked = []

    def finder(given_):
        asked.append(list(given_))
        place = {text: row for row, text in enumerate(given_)}
        left, right = place[texts[0]], place[texts[1]]
        return SimpleNamespace(
            left=np.array([left, right]),
            right=np.array([right, place[texts[2]]]),
            similarity=np.array([0.9, 0.8]),
        )

    found = group([*"abcde"], [*texts, texts[0] + "！"], paraphrases=finder)
    assert len(asked[0]) == 4
    assert found.opinions == 2
    star = found.sets[0]
    assert star.kind is Kind.PARAPHRASE
    assert star.representative == "b"
    assert {(link.left, link.right, link.kind.value) for link in found.links} == {
        ("a", "b", "paraphrase"),
        ("c", "b", "paraphrase"),
        ("e", "a", "normalised"),
    }
    assert found.link_of("a").containment is None
    assert told(
        group([*"ecbda"], [texts[0] + "！", *(texts[row] for row in (2, 1, 3, 0))], paraphrases=finder)
    ) == told(found)
    assert told(group(["a"], texts[:1]).add([*"bcde"], [*texts[1:], texts[0] + "！"])) == told(
        group([*"abcde"], [*texts, texts[0] + "！"])
    )


# --- odd input -----------------------------------------------------------------------------------------------
ODD = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "\ud800",
            "👍",
            "👨\u200d👩\u200d👧",
            "ｶﾞｷﾞ",
            "か\u3099",
            "ã\u0081\u0082",
            "あ" * 500,
            "ab" * 300,
        ]
    ),
)


@given(st.lists(ODD, max_size=12))
@settings(max_examples=20)
def test_any_text_has_its_set(texts):
    ids = [str(row) for row in range(len(texts))]
    found = group(ids, texts)
    assert found.sizes.sum() == len(texts)
    for one, ours in enumerate(texts):
        for other, theirs in enumerate(texts):
            if normalise(ours) == normalise(theirs):
                assert found.set_of[one] == found.set_of[other]
    assert told(group(ids[:3], texts[:3]).add(ids[3:], texts[3:])) == told(found)
    assert told(group(ids[::-1], texts[::-1])) == told(found)


@pytest.mark.parametrize(
    ("texts", "opinions"),
    [
        ([], 0),
        (["一つだけの意見"], 1),
        (["反対です"] * 500, 1),
        (["", " ", "\n"], 1),
        ([BASES[0] * 9000, BASES[0] * 9000 + "。"], 1),
        (["あ" * 500_000, "い" * 500_000], 2),
    ],
)
def test_edges(texts, opinions):
    found = group([str(row) for row in range(len(texts))], texts)
    assert (found.submissions, found.opinions, len(found.links)) == (
        len(texts),
        opinions,
        len(texts) - opinions,
    )


@pytest.mark.parametrize(
    "numbers",
    [
        {"jaccard": 0},
        {"jaccard_short": 0.5},
        {"shortest": 2},
        {"long": 3},
        {"whole": 10},
        {"reach": 0.5},
        {"containment": 2},
    ],
)
def test_a_rule_in_its_range(numbers):
    with pytest.raises(TextError) as caught:
        Rule(**numbers)
    assert caught.value.code == "rule-out-of-range"
