"""Bigrams: what is one word, what is found, what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods import bigrams

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("公園町内会自治ーー々〇ハバパンはばぱABCabc012・、。 　-５％々㈱ｶﾞ葛󠄀がか\u3099"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("公園", "中央公園の整備", True),
        ("ハン", "パン工房", False),
        ("バン", "ハンドブック", False),
        ("パン", "ﾊﾟﾝ屋", True),
        ("佐々木", "佐々木町", True),
        ("〇〇町", "〇〇町会館", True),
        ("サービス", "サービスセンター", True),
        ("サビス", "サービス", False),
        ("ｌｉｎｅ", "LINEで届く", True),
        ("町会 防災", "町会の防災訓練", True),
        ("町会防災", "町会の防災訓練", False),
        ("葛飾", "葛󠄀飾", True),
        ("", "何でも", False),
        ("！？", "何でも", False),
    ],
)
def test_what_is_found(query: str, text: str, found: bool) -> None:
    assert bigrams.is_found(query, text) is found


@given(TEXT)
def test_every_stretch_of_a_text_is_found_in_it(text: str) -> None:
    for run in bigrams.runs(text):
        for start in range(len(run)):
            # A part of a run may compose differently by itself (an accent at its head); then it is another word.
            part = run[start : start + 3]
            if bigrams.runs(part) == [part]:
                assert bigrams.is_found(part, text)


@given(TEXT)
def test_pairs_are_ascii_of_fixed_width(text: str) -> None:
    for gram in bigrams.grams(text).split():
        assert gram.isascii()
        assert gram.isalnum()
        assert len(gram) in (bigrams.WIDTH, 2 * bigrams.WIDTH)


@given(TEXT, TEXT)
def test_marked_pieces_give_back_the_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in bigrams.marked(text, query)) == text


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert bigrams.normalise(bigrams.normalise(text)) == bigrams.normalise(text)


def test_marks_the_words_that_were_looked_for() -> None:
    pieces = bigrams.marked("町内会・自治会加入率（ＬＩＮＥ）", "自治会 line")
    assert [(piece.text, piece.hit) for piece in pieces] == [
        ("町内会・", False),
        ("自治会", True),
        ("加入率（", False),
        ("ＬＩＮＥ", True),
        ("）", False),
    ]


def test_an_excerpt_shows_the_first_match() -> None:
    text = "はじめの文。" * 40 + "ここに公園がある。" + "おわりの文。" * 40
    pieces = bigrams.excerpt(text, "公園", length=60)
    assert any(piece.hit and piece.text == "公園" for piece in pieces)
    assert pieces[0].text == pieces[-1].text == "…"
    assert sum(len(piece.text) for piece in pieces) <= 62


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("5-1-1", "5-1-1"),
        ("５－１－１", "5-1-1"),
        (" 5-1-1-01 ", "5-1-1-01"),
        ("5ー1", "5-1"),
        ("5", ""),
        ("公園", ""),
        ("A.1", "a.1"),
    ],
)
def test_codes_are_recognised_as_typed(query: str, code: str) -> None:
    assert bigrams.code_of(query) == code


def test_compounds_of_known_words_are_spoken_together() -> None:
    readings = {"町内会": "ちょうないかい", "自治会": "じちかい", "加入率": "かにゅうりつ", "会": "かい"}
    spoken = bigrams.Readings(readings)
    assert spoken.in_kana("町内会加入率（自治会のみ）") == "ちょうないかいかにゅうりつ じちかいのみ"
    assert spoken.in_kana("公園") == ""
    assert bigrams.Readings({}).in_kana("町内会") == ""
