"""Sentences: the parts rebuild the text, and end where a reader would end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.texts.sentences import sentences


def cut(text):
    return [text[part.start : part.end] for part in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("道が狭い", ["道が狭い"]),
        ("道が狭い。危ない！直して", ["道が狭い。", "危ない！", "直して"]),
        ("「危ない。直して」と言われた。次。", ["「危ない。直して」と言われた。", "次。"]),
        ("「危ない。」と。", ["「危ない。」と。"]),
        ("（注。二つ）続く。終わり", ["（注。二つ）続く。", "終わり"]),
        ("「閉じない。次。", ["「閉じない。", "次。"]),
        ("本当ですか？！はい。", ["本当ですか？！", "はい。"]),
        ("・一つ\n・二つ\n\n三つ", ["・一つ\n", "・二つ\n\n", "三つ"]),
        ("理由は①費用②安全", ["理由は", "①費用", "②安全"]),
        ("It costs 3.5 million. We pay.", ["It costs 3.5 million. ", "We pay."]),
        ("Mr. Sato came. He spoke.", ["Mr. Sato came. ", "He spoke."]),
        ("See e.g. the park. Yes!", ["See e.g. the park. ", "Yes!"]),
        ("The U.S. Army left. OK?", ["The U.S. Army left. ", "OK?"]),
        ("https://example.jp/?q=1 を見た。次", ["https://example.jp/?q=1 を見た。", "次"]),
        ("増やして!お願い", ["増やして!", "お願い"]),
        ("。。。", ["。。。"]),
        (" \n ", [" \n "]),
    ],
)
def test_ends(text, parts):
    assert cut(text) == parts


@given(
    st.text(alphabet='あ道。．！？!?. 「」（）()\n\r・①Aae.g9’"😀\ud800', max_size=60) | st.text(max_size=60)
)
def test_parts_rebuild_the_text(text):
    parts = sentences(text)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert all(part.start < part.end for part in parts)


def test_a_bracket_left_open_swallows_nothing_far_away():
    text = "「" + "あ" * 500 + "。次。」"
    assert cut(text)[1:] == ["次。」"]


def test_a_megabyte():
    text = "公園の遊具が古い。" * 100_000
    assert len(sentences(text)) == 100_000
