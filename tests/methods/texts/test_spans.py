"""Shared spans: verbatim in both originals up to width, case, spaces and punctuation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normalise
from jichi.methods.texts.spans import shared_spans
from tests.methods.texts.test_normal import TEXT

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "保育園を増やして",
                "ください。",
                "１，５００円",
                "1.5",
                "反対です",
                "ＡＢＣdef",
                "か゛ｶﾞ",
                "㍿",
                "\u0e01\u0e33",
                "\n",
                " ",
            ]
        ),
        TEXT,
    ),
    max_size=8,
).map("".join)


def check(left, right, least):
    found = shared_spans(left, right, least=least)
    for span in found:
        assert 0 <= span.left.start < span.left.end <= len(left)
        assert 0 <= span.right.start < span.right.end <= len(right)
        ours, theirs = normalise(span.left.of(left)), normalise(span.right.of(right))
        assert ours == theirs
        assert len(ours) >= least
    for side in ("left", "right"):
        spans = sorted(getattr(span, side) for span in found)
        assert all(one.end <= other.start for one, other in pairwise(spans))
    assert list(found) == sorted(found)
    return found


@given(PIECES, PIECES, st.integers(1, 8))
@settings(max_examples=40)
def test_spans_say_the_same(left, right, least):
    check(left, right, least)


@given(PIECES, PIECES, PIECES)
@settings(max_examples=40)
def test_spans_of_an_edited_copy(first, middle, last):
    check(first + middle + last, last + first, 3)


def longest(left, right):
    """Longest common substring by the table of the textbook."""
    best = 0
    row = np.zeros(len(right) + 1, int)
    for one in left:
        before, row = row, np.zeros(len(right) + 1, int)
        for at, other in enumerate(right):
            if one == other:
                row[at + 1] = before[at] + 1
        best = max(best, row.max())
    return best


@given(st.text("あいう", max_size=30), st.text("あいう", max_size=30))
@settings(max_examples=40)
def test_the_longest_match_is_found(left, right):
    """Where no sequence is crowded, the first taken is the longest common substring."""
    found = shared_spans(left, right, least=4)
    length = max((len(span.left) for span in found), default=0)
    expected = longest(left, right)
    assert length == (expected if expected >= 4 else 0)


def test_a_copy_whose_sentences_changed_places():
    one = "保育園を増やしてください。公園に木を植えてください。"
    other = "公園に、木を植えてください！ 保育園を増やしてください"
    found = check(one, other, 6)
    assert [span.left.of(one) for span in found] == ["保育園を増やしてください", "公園に木を植えてください"]


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("月額5,000円を支払う", "月額3,000円を支払う", ["円を支払う"]),
        ("反対です", "反対です", []),
        ("", "保育園を増やして", []),
    ],
)
def test_no_half_numbers_and_nothing_short(left, right, shown):
    assert [span.left.of(left) for span in shared_spans(left, right, least=5)] == shown


def test_long_and_repetitive_texts():
    assert len(check("あ" * 100_000, "あ" * 99_000, 6)) == 1
    text = "川崎市の計画に意見を申し上げます。" * 6000
    assert len(check(text + "終わり", "始め" + text, 6)) == 1


def test_a_least_below_one_is_refused():
    with pytest.raises(TextError) as caught:
        shared_spans("a", "b", least=0)
    assert caught.value.code == "least-out-of-range"
