"""The normal form: the same for one text and many, stable, and able to find its way back."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jichi.methods.texts.normal import normal_codes, normalise, with_places
from jichi.methods.texts.shingles import normal_units, overlaps, shingles

ODD = st.sampled_from(
    [
        "が",
        "か\u3099",
        "か゛",
        "ｶﾞﾊﾟ",
        "ＡＢＣ１２３",
        "１，２３４．５",
        "-5%",
        "▲３",
        "e\u200d\u0301",
        "葛\U000e0100",
        "👨\u200d👩\u200d👧",
        "☎️",
        "ß",
        "İ",
        "ﬃ",
        "㍿",
        "…",
        "\0",
        "\ud800",
        "\udfff",
        "\ufffd",
        "ã\u0081\u0082",
        "\u1100!\u1161",
        "\u0e01\u0e33",
        "○×",
        "、。\n",
        "2025/1/2",
        "\ue000",
    ]
)
TEXT = st.lists(st.one_of(ODD, st.text(st.characters(), max_size=6)), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("保育園を、 増やして ください！", "保育園を増やしてください。"),
        ("ＰＬＡＮ　Ｂ", "plan b"),
        ("ﾎｲｸｴﾝ", "ホイクエン"),
        ("か\u3099っこう", "がっこう"),
        ("か゛っこう", "がっこう"),
        ("葛\U000e0100飾", "葛飾"),
        ("5,000円", "5000円"),
        ("２０２５／４／１", "2025.4.1"),
        ("COVID‐19", "covid-19"),
        ("原発 ✕", "原発×"),
    ],
)
def test_what_is_the_same(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5倍", "15倍"),
        ("3〜4人", "34人"),
        ("-5度", "5度"),
        ("原発○", "原発×"),
        ("👍", "👎"),
        ("👍", ""),
        ("!?", ""),
        ("賛成", "反対"),
        ("は", "ば"),
        ("5,00", "500"),
    ],
)
def test_what_is_not(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("text", ["", " ", "\u3000\n\t", "\0\0", "\u200b"])
def test_nothing_is_the_empty_form(text):
    assert normalise(text) == ""


@given(TEXT)
@example("ᄀ!ᅡ")
@settings(max_examples=40)
def test_twice_is_once(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(TEXT, max_size=8))
@settings(max_examples=40)
def test_many_are_as_one_by_one(texts):
    codes = normal_codes(texts)
    assert [codes.text(row) for row in range(len(codes))] == [normalise(text) for text in texts]
    units = normal_units(texts)
    assert [units.text(row) for row in range(len(units))] == [normalise(text) for text in texts]


@given(TEXT)
@settings(max_examples=40)
def test_only_letters_numbers_and_what_turns_an_opinion_are_kept(text):
    form = normalise(text)
    if any(unicodedata.category(sign)[0] in "LN" for sign in form):
        kept = {"Mn", "Mc", "Co", "Cn"}
        assert all(
            unicodedata.category(sign)[0] in "LN"
            or unicodedata.category(sign) in kept
            or sign in ".-○×👍👎↑↓%"
            for sign in form
        )


@given(TEXT)
@settings(max_examples=40)
def test_places_lead_back(text):
    normal = with_places(text)
    assert normal.text == normalise(text)
    assert len(normal.places) == len(normal.text)
    assert (normal.starts < normal.ends).all()
    assert (np.diff(normal.starts) >= 0).all()
    assert (normal.ends <= len(text)).all()


def test_a_place_is_where_the_sign_stands():
    normal = with_places("「ＡＢ か\u3099 100」")
    assert normal.text == "abが100"
    assert [normal.span(at, at + 1).of("「ＡＢ か\u3099 100」") for at in range(6)] == [
        "Ａ",
        "Ｂ",
        "か\u3099",
        "1",
        "0",
        "0",
    ]
    assert normal.span(2, 2).start == normal.span(2, 2).end


def test_a_megabyte():
    text = "保育園を増やしてください。" * 77_000
    assert len(normalise(text)) == 12 * 77_000


def grams(text):
    units = text.encode("utf-16-le", "surrogatepass")
    return [units[at : at + 6] for at in range(0, len(units) - 4, 2)]


@given(st.lists(TEXT, min_size=2, max_size=6))
@settings(max_examples=40)
def test_overlaps_are_those_of_sets(texts):
    """The slow second implementation: Python sets of three-unit strings."""
    units = normal_units(texts)
    assert np.diff(shingles(units).starts).tolist() == [len(grams(normalise(text))) for text in texts]
    left, right = np.triu_indices(len(texts))
    found = overlaps(units, left, right)
    for pair, (one, other) in enumerate(zip(left, right, strict=True)):
        ours, theirs = set(grams(normalise(texts[one]))), set(grams(normalise(texts[other])))
        assert (found.both[pair], found.left[pair], found.right[pair]) == (
            len(ours & theirs),
            len(ours),
            len(theirs),
        )
        if ours | theirs:
            assert found.jaccard[pair] == len(ours & theirs) / len(ours | theirs)
