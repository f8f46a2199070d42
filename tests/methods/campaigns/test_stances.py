"""Turns: what the same sentence says and what its opposite says, and what is merely another wording."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns.stances import Reader, TurnKind, turns
from jichi.methods.texts.shingles import normal_units
from tests.methods.texts.test_normal import TEXT


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("この計画に賛成です。", "この計画に反対です。", TurnKind.STANCE),
        ("制度の導入を支持します", "制度の導入を支持しません", TurnKind.NEGATION),
        ("駅前の保育園を増やしてください", "駅前の保育園を増やさないでください", TurnKind.NEGATION),
        ("市は制度を認めるべきだ", "市は制度を認めるべきではない", TurnKind.NEGATION),
        ("橋の工事が必要です", "橋の工事が不要です", TurnKind.STANCE),
        ("十分な説明があった", "不十分な説明があった", TurnKind.NEGATION),
        ("消費税を5%に下げて", "消費税を0%に下げて", TurnKind.AMOUNT),
        ("給食費は月額5,000円とすべき", "給食費は月額3,000円とすべき", TurnKind.AMOUNT),
        ("原発再稼働○", "原発再稼働×", TurnKind.STANCE),
        ("I support this plan because", "I oppose this plan because", TurnKind.STANCE),
        ("We want the road", "We don't want the road", TurnKind.NEGATION),
        ("The council should not sell it", "The council should sell it", TurnKind.NEGATION),
        ("I am for the scheme", "I am against the scheme", TurnKind.STANCE),
    ],
)
def test_turns(one, other, kind):
    found = turns(one, other)
    assert found is not None
    assert found.kind is kind
    back = turns(other, one)
    assert (back.kind, back.left, back.right) == (kind, found.right, found.left)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("川崎区の道路を直して", "幸区の道路を直して"),
        ("45歳の主婦です。反対します", "52歳の会社員です。反対します"),
        ("公園のごみを減らしてください", "公園のごみを減らして頂きたい"),
        ("導入しなければならない", "導入すべきだ"),
        ("木を切る案に反対です。", "木を切る案に反対です。鳥が来なくなるのは困ります。"),
        ("意味不明な説明です", "意味不不明な説明です"),
        ("素案は触れていません。まず話を聞いています。", "まず話を聞いています。素案は触れていません。"),
        ("I do not support this plan.", "We do not support the plan!"),
        ("", ""),
    ],
)
def test_other_wordings(one, other):
    assert turns(one, other) is None
    assert turns(other, one) is None


@given(
    st.lists(
        st.one_of(TEXT, st.sampled_from(["木に賛成です", "木に反対です", "5%にする", "8%にする"])),
        min_size=2,
        max_size=6,
    )
)
@settings(max_examples=20)
def test_many_at_once_are_as_one_by_one(texts):
    """The quick look at signatures never hides a turn that the reading finds."""
    left, right = np.triu_indices(len(texts), 1)
    found = Reader(normal_units(texts)).parted(left, right)
    for pair, (one, other) in enumerate(zip(left, right, strict=True)):
        assert found[pair] == (turns(texts[one], texts[other]) is not None)
        assert turns(texts[one], texts[one]) is None
