"""Words at their places, and vectors over them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.texts.errors import TextError
from jichi.methods.texts.vectors import character_vectors, weigh, word_vectors
from jichi.methods.texts.words import Kind, content_weights, words


def content(text):
    return [word.base for word in words(text) if word.content]


def test_japanese_has_one_spelling_and_leaves_grammar_out():
    assert content("見積りを公開して。") == content("見積もりを公開する") == ["見積もり", "公開"]
    assert content("ﾓﾆﾀﾘﾝｸﾞ期間") == content("モニタリング期間")
    assert "為る" not in content("検査をすべきである")


def test_english_leaves_stop_words_and_plurals_out():
    assert content("We don't need the Parks or a city's libraries.") == ["need", "park", "city", "library"]
    assert content("bus class this") == ["bus", "class"]


def test_mixed_text_counts_both():
    assert content("学校のParksとCO2") == ["学校", "park", "co2"]


def test_verbs_count_half():
    assert content_weights("公園で遊ぶ。公園") == {"公園": 2.0, "遊ぶ": 0.5}


@pytest.mark.parametrize(
    "text", ["", " \n", "😀🎉", "\ud800", "縺ゅ>縺", "\x00\x01", "𠮷野家", "Ω≈ç", "한국어 의견", "か\u3099"]
)
def test_odd_texts_have_words_at_their_places(text):
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert isinstance(word.kind, Kind)


@given(st.text(alphabet="公園のを直す。AB-1２３\n 「」😀ﾊﾟ㍿\ud800", max_size=40) | st.text(max_size=40))
def test_words_do_not_overlap(text):
    found = words(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= word.start <= word.end <= len(text) for word in found)


def test_a_text_longer_than_the_tokenizer_takes():
    assert content_weights("公園" * 20_000 + "道路")["道路"] == 1.0


def test_weights_against_the_formula():
    vectors = weigh([{"a": 1, "b": 3}, {"b": 1}, {}])
    assert vectors.terms == ("a", "b")
    assert vectors.spread.tolist() == [1, 2]
    first = np.array([math.log2(2) * math.log(4 / 1), math.log2(4) * math.log(4 / 2)])
    expected = np.stack([first / np.sqrt((first**2).sum()), [0, 1], [0, 0]])
    np.testing.assert_allclose(vectors.matrix.toarray(), expected, atol=1e-15)


@given(
    st.lists(st.text(alphabet="公園図書館道路A 。", max_size=12), max_size=8),
    st.randoms(use_true_random=False),
)
def test_vectors_do_not_depend_on_the_order_of_texts(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    here, there = word_vectors(texts), word_vectors([texts[at] for at in order])
    assert here.terms == there.terms
    assert (here.matrix[order] != there.matrix).nnz == 0


def test_characters():
    vectors = character_vectors(["ＡＢ", "ab c"], shortest=2, longest=3)
    assert vectors.terms == ("ab", "abc", "bc")
    with pytest.raises(TextError) as caught:
        character_vectors(["a"], shortest=3, longest=2)
    assert caught.value.code == "bad-run-lengths"
