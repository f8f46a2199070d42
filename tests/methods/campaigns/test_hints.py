"""Hints of similar opinions: what is found, what is not, and that nothing else is in the index."""

import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns import hints, postings
from jichi.methods.campaigns.hints import Hint, HintIndex
from jichi.methods.campaigns.postings import grams_of, joined, posted, taken_out
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normal_codes, normalise

PLACES = [
    "図書館",
    "保育園",
    "市民プール",
    "商店街",
    "河川敷",
    "駅前広場",
    "中央公園",
    "温水プール",
    "給食室",
    "駐輪場",
    "美術館",
    "児童館",
]
WISHES = [
    "開館時間を延ばす",
    "屋根を直す",
    "料金を下げる",
    "手すりを付ける",
    "段差をなくす",
    "街灯を増やす",
    "案内板を置く",
    "木を植える",
]
REASONS = [
    "雨の日に困る",
    "子どもが転んだ",
    "夜道が暗い",
    "祖母が通えない",
    "予約が取れない",
    "車いすで入れない",
    "夏に暑すぎる",
]
ENDINGS = ("ため、検討をお願いいたします。", "ので、対応すべきだと思います。", "ことについて説明を求めます。")


def opinions(count: int, seed: int = 1) -> list[str]:
    """Different made-up opinions that share their endings."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        place, wish, reason = draw.choice(PLACES), draw.choice(WISHES), draw.choice(REASONS)
        street = f"{draw.choice('東西南北')}{draw.choice('山川田野沢')}{draw.randint(1, 40)}丁目"
        found[f"{street}の{place}について。{reason}{draw.choice(ENDINGS)}{place}では{wish}とよい。"] = None
    return list(found)


TEXTS = opinions(400)
IDS = [f"o{number:03d}" for number in range(len(TEXTS))]
INDEX = HintIndex.of(IDS, TEXTS)


def typed(text: str, draw: random.Random) -> str:
    """The beginning of a text with one typing error."""
    draft = list(text[: draw.randint(20, 40)])
    draft[draw.randrange(3, len(draft))] = draw.choice("あいうえお")
    return "".join(draft)


def test_a_draft_with_a_typing_error_finds_its_opinion():
    draw = random.Random(3)
    found = 0
    for number in range(0, 400, 4):
        hinted = INDEX.similar(typed(TEXTS[number], draw))
        found += IDS[number] in [hint.id for hint in hinted]
    assert found >= 95


@pytest.mark.parametrize(
    "draft",
    [
        "猫のふん害に困っているので、対応すべきだと思います。",
        "水道が濁っているため、検討をお願いいたします。",
        "盆踊りの音量を測ることについて説明を求めます。",
        "Please think about the late bus to the airport again.",
        "対応すべきだと思います。",
        "検討をお願いいたします",
    ],
)
def test_common_endings_make_no_hint(draft):
    assert INDEX.similar(draft) == ()


@pytest.mark.parametrize("draft", ["", " ", "。", "あ", "ok", "!!", "\0", "\ud800", "🙂🙂", "a" * 5000])
def test_drafts_that_say_nothing(draft):
    assert INDEX.similar(draft) == ()


def test_a_hint_shows_what_is_shared():
    text = "東山3丁目の図書館の開館時間を、夜八時まで延ばしてほしい。"
    index = HintIndex.of(["a", "b"], [text, "プールの水が冷たい。"])
    (hint,) = index.similar("ＴＥＬ番号は不要。図書館の開館時間を夜８時まで", floor=0.3)
    assert hint.id == "a"
    for span in hint.spans:
        left = "ＴＥＬ番号は不要。図書館の開館時間を夜８時まで"[slice(*span.left)]
        assert normalise(left) == normalise(text[slice(*span.right)])
    assert any("図書館の開館時間" in text[slice(*span.right)] for span in hint.spans)
    assert 0.3 <= hint.similarity < 1


def test_the_whole_text_is_wholly_similar():
    for number in (0, 7, 199):
        first = INDEX.similar(TEXTS[number])[0]
        assert (first.id, first.similarity) == (IDS[number], 1.0)


def test_a_short_opinion_that_is_the_draft_is_a_hint_however_common_its_words():
    index = HintIndex.of(["a", *IDS], ["賛成です。", *TEXTS])
    assert [hint.id for hint in index.similar("賛成です")] == ["a"]
    assert index.similar("賛成で") == ()


@settings(max_examples=10)
@given(st.randoms(use_true_random=False), st.integers(0, 399))
def test_order_of_input_changes_nothing(draw, number):
    order = list(range(80))
    draw.shuffle(order)
    index = HintIndex.of([IDS[n] for n in order], [TEXTS[n] for n in order])
    draft = TEXTS[number][:25]
    assert index.similar(draft, floor=0.2) == HintIndex.of(IDS[:80], TEXTS[:80]).similar(draft, floor=0.2)


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 59), min_size=1)), max_size=6),
    st.integers(0, 59),
)
def test_adding_and_removing_is_making_anew(steps, number):
    index, there = HintIndex.of([], []), set()
    for is_added, numbers in steps:
        if is_added:
            some = sorted(numbers - there)
            index = index.add([IDS[n] for n in some], [TEXTS[n] for n in some])
            there |= numbers
        else:
            index = index.remove([IDS[n] for n in numbers & there])
            there -= numbers
    anew = HintIndex.of([IDS[n] for n in sorted(there)], [TEXTS[n] for n in sorted(there)])
    assert len(index) == len(there) and all((IDS[n] in index) == (n in there) for n in range(60))
    for draft in (TEXTS[number], TEXTS[number][:20]):
        assert index.similar(draft, floor=0.1) == anew.similar(draft, floor=0.1)


def test_a_removed_opinion_leaves_no_trace():
    secret = "鶴亀松竹梅という名の私の飼い犬について、龍虎通りの獣医が薬を間違えた。"
    index = HintIndex.of([*IDS, "gone"], [*TEXTS, secret]).remove(["gone"])
    assert "gone" not in index
    assert index.similar(secret, floor=0.05) == HintIndex.of(IDS, TEXTS).similar(secret, floor=0.05)
    raw = pickle.dumps([(part.ids, part.texts) for part in index._parts])
    assert secret.encode() not in raw and b"gone" not in raw
    secrets = set(grams_of(normal_codes([secret])).grams.tolist())
    others = set(grams_of(normal_codes(TEXTS)).grams.tolist())
    held = {gram for part in index._parts for gram in part.block.grams.tolist()}
    assert held == others and secrets - others
    assert sum(len(part.block.rows) for part in index._parts) == len(posted(normal_codes(TEXTS)).rows)


def test_only_what_is_given_is_hinted():
    published = HintIndex.of(IDS[:100], TEXTS[:100])
    for number in range(100, 400, 17):
        assert all(hint.id in IDS[:100] for hint in published.similar(TEXTS[number], floor=0.05))


def test_copies_and_near_copies_are_one_hint():
    text = TEXTS[5]
    copies = {
        "z": text,
        "y": text.replace("。", "！"),
        "x": f"　{text}",
        "w": f"{text}ぜひ。",
        "v": f"市長へ。{text}",
    }
    index = HintIndex.of([*copies, *IDS[6:]], [*copies.values(), *TEXTS[6:]])
    hinted = [hint.id for hint in index.similar(text, floor=0.5)]
    assert len(set(hinted) & set(copies)) == 1
    assert hinted[0] == "x"  # of one normal form the smallest id


def test_a_set_gives_one_hint():
    draft = TEXTS[3][:30]
    open_ = INDEX.similar(draft, most=3, floor=0.2)
    assert len(open_) == 3
    sets = ["one" if name in {hint.id for hint in open_} else name for name in IDS]
    hinted = HintIndex.of(IDS, TEXTS, sets=sets).similar(draft, most=3, floor=0.2)
    assert len({hint.id for hint in hinted} & {hint.id for hint in open_}) == 1


def test_a_campaign_does_not_crowd_out_the_rest():
    base = "中央公園の噴水を夜も動かしてほしいという願いを、市役所の窓口に"
    campaign = [f"{base}{number}回も伝えました。" for number in range(600)]
    lone = "中央公園の噴水を夜も動かしてほしい。水の音で眠れるという隣人が多い。"
    index = HintIndex.of(
        [*(f"c{n}" for n in range(600)), "lone"], [*campaign, lone], sets=[*["campaign"] * 600, "lone"]
    )
    assert {"lone"} < {hint.id for hint in index.similar("中央公園の噴水を夜も動かしてほしい")}


def test_what_is_scattered_over_a_long_text_is_no_hint():
    long = "".join(TEXTS[n][20:35] + "甲乙丙丁" * 40 for n in range(60))
    index = HintIndex.of(["long", "own"], [long, TEXTS[0]])
    draft = "".join(TEXTS[n][24:28] for n in range(0, 60, 6))
    assert "long" not in [hint.id for hint in index.similar(draft)]


@pytest.mark.parametrize("text", ["", "🙂", "a" * 1_000_000, "ｶﾞｷﾞ", "\0\0", "譁�ｭ怜喧縺�"])
def test_odd_opinions_are_taken(text):
    index = HintIndex.of(["odd", *IDS[:20]], [text, *TEXTS[:20]])
    assert index.similar(TEXTS[3])[0].id == IDS[3]
    assert index.remove(["odd"]).similar(TEXTS[3]) == index.similar(TEXTS[3])


def test_floor_and_most_are_kept():
    for floor in (0.2, 0.5, 0.9):
        hinted = INDEX.similar(TEXTS[9][:28], floor=floor, most=3)
        assert len(hinted) <= 3 and all(hint.similarity >= floor for hint in hinted)
        assert list(hinted) == sorted(hinted, key=lambda hint: -hint.similarity)


def test_similarity_is_the_share_of_a_slow_count():
    """Few opinions, none of which shares a gram with another: all weights are equal, so it is plain counting."""
    index = HintIndex.of(["a", "b"], ["春夏秋冬東西南北", "甲乙丙丁戊己庚辛"])
    draft = "春夏秋冬東西壬癸子丑"
    grams = {draft[n : n + 3] for n in range(8)} & {"春夏秋冬東西南北"[n : n + 3] for n in range(6)}
    inside = {n + step for n in range(8) if draft[n : n + 3] in grams for step in range(3)}
    (hint,) = index.similar(draft, floor=0.1)
    assert hint.similarity == pytest.approx(len(inside) / len(draft))


def test_what_cannot_be_indexed_or_asked():
    with pytest.raises(TextError) as caught:
        HintIndex.of(["a", "b", "a"], ["1", "2", "3"])
    assert (caught.value.code, caught.value.params["rows"]) == ("ids-not-unique", (3,))
    with pytest.raises(TextError, match="2 ids, 1 texts"):
        HintIndex.of(["a", "b"], ["1"])
    with pytest.raises(TextError) as caught:
        INDEX.add([IDS[4]], ["again"])
    assert caught.value.params["ids"] == (IDS[4],)
    with pytest.raises(TextError) as caught:
        INDEX.remove(["nobody", IDS[0]])
    assert (caught.value.code, caught.value.params["ids"]) == ("ids-unknown", ("nobody",))
    for wrong in ({"most": 0}, {"floor": 0.0}, {"floor": 1.5}, {"floor": float("nan")}):
        with pytest.raises(TextError, match=str(next(iter(wrong)))):
            INDEX.similar("図書館について", **wrong)


@settings(max_examples=40)
@given(st.lists(st.text("あア亜a1 ー가", max_size=12), min_size=1, max_size=8), st.data())
def test_blocks_joined_and_thinned_are_blocks_made_anew(texts, data):
    cut = data.draw(st.integers(0, len(texts)))
    stay = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    whole = posted(normal_codes(texts))
    parts = joined(posted(normal_codes(texts[:cut])), posted(normal_codes(texts[cut:])), rows=cut)
    left = taken_out(whole, stay)
    anew = posted(normal_codes([text for text, kept in zip(texts, stay, strict=True) if kept]))
    for name in ("grams", "starts", "rows"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
        assert np.array_equal(getattr(left, name), getattr(anew, name))


@settings(max_examples=40)
@given(st.lists(st.text("あア亜a1가", max_size=10), min_size=1, max_size=5))
def test_grams_are_those_of_a_slow_reading(texts):
    codes = normal_codes(texts)
    found = grams_of(codes)
    where = sorted(
        (int(text), int(place - codes.starts[text]), int(size))
        for text, place, size in zip(found.texts, found.places, found.sizes, strict=True)
    )
    expected = []
    for number, text in enumerate(normalise(text) for text in texts):
        for place, sign in enumerate(text):
            size = postings.DENSE if sign in "あア亜가" else postings.SPARSE
            if place + size <= len(text):
                expected.append((number, place, size))
            if sign in "ア亜" and text[place + 1 : place + 2] in ("ア", "亜"):
                expected.append((number, place, 2))
    assert where == sorted(expected)
    of_text: dict[str, int] = {}
    for gram, place, size in zip(found.grams, found.places, found.sizes, strict=True):
        at = int(place)
        run = codes.codes[at : at + int(size)].tobytes().decode("utf-32-le")
        assert of_text.setdefault(run, int(gram)) == int(gram)
    assert len(set(of_text.values())) == len(of_text)


def test_many_small_additions_make_few_parts():
    index = HintIndex.of([], [])
    for number in range(60):
        index = index.add([IDS[number]], [TEXTS[number]])
    assert len(index._parts) <= 7
    assert isinstance(index.similar(TEXTS[0])[0], Hint)
    assert hints.FLOOR == 0.6
