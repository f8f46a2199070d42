"""Furigana leaves the page as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.ui import ruby
from jichi.ui.ruby import add_ruby, strip_ruby, with_reading

WORDS = st.sampled_from(
    [
        "川崎市",
        "取り組み",
        "12月1日",
        "市民",
        "あ",
        " ",
        "&amp;",
        "2人",
        "令和7年度",
        "々",
        "生きがい",
        "A",
        "？",
    ]
)
TEXT = st.lists(WORDS, max_size=6).map("".join)
TAGS = st.sampled_from(["p", "b", "li", "textarea", "script", "code", "option", "svg", "a", "title"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    out: list[str] = []
    for _ in range(draw(st.integers(0, 5))):
        tag, text = draw(TAGS), draw(TEXT)
        lang = draw(
            st.sampled_from(["", ' lang="en"', " lang='ja'", ' title="市民 > 自治"', " data-no-ruby"])
        )
        tail = draw(st.sampled_from([f"</{tag}>", "", "<br>市民", "<!-- 市民 -->", "<", "</p"]))
        out.append(f"<{tag}{lang}>{text}{tail}")
    return "".join(out)


@given(documents())
@settings(max_examples=200, deadline=None)
def test_without_its_ruby_the_page_is_the_page(html: str) -> None:
    assert strip_ruby(add_ruby(html, {"川崎市": "かわさきし"})) == html


@given(st.text(max_size=80))
@settings(deadline=None)
def test_any_text_survives(text: str) -> None:
    assert strip_ruby(add_ruby(text, {})) == text


def test_pack_reading_goes_before_the_dictionary_longest_first() -> None:
    html = add_ruby("<p>幸区と幸</p>", {"幸": "こう", "幸区": "さいわいく"})
    assert (
        html
        == "<p><ruby-text><ruby>幸区<rt>さいわいく</rt></ruby>と<ruby>幸<rt>こう</rt></ruby></ruby-text></p>"
    )


def test_reading_stands_over_the_kanji_only() -> None:
    assert with_reading("取り組み", "トリクミ") == "<ruby>取<rt>と</rt></ruby>り<ruby>組<rt>く</rt></ruby>み"
    assert with_reading("明日", "あした") == "<ruby>明日<rt>あした</rt></ruby>"
    assert with_reading("町会", "Machi") == "町会"
    assert with_reading("取る", "とり") == "取る"


@pytest.mark.parametrize(
    "untouched",
    [
        '<p title="市民">a</p>',
        "<title>市民</title>",
        "<textarea>市民</textarea>",
        "<script>市民</script>",
        "<select><option>市民</option></select>",
        "<svg><text>市民</text></svg>",
        "<code>市民</code>",
        '<span lang="zh-Hans">市民</span>',
        "<p data-no-ruby>市民</p>",
        "<ruby>市民<rt>しみん</rt></ruby>",
        "<!-- 市民 -->",
    ],
)
def test_what_is_not_touched(untouched: str) -> None:
    assert add_ruby(untouched, {"市民": "しみん"}) == untouched


def test_japanese_inside_another_language() -> None:
    html = add_ruby('<div lang="en">市民 <span lang="ja">市民</span></div>', {"市民": "しみん"})
    assert html == '<div lang="en">市民 <span lang="ja"><ruby>市民<rt>しみん</rt></ruby></span></div>'


def test_days_and_people_are_read_by_their_number() -> None:
    html = add_ruby("4月1日に2人", {})
    assert "<ruby>1日<rt>ついたち</rt></ruby>" in html and "<ruby>2人<rt>ふたり</rt></ruby>" in html


def test_without_the_dictionary_the_list_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruby, "_tokenizer", lambda: None)
    assert (
        add_ruby("<p>高津区の公園で</p>", {"高津区": "たかつく"})
        == "<p><ruby-text><ruby>高津区<rt>たかつく</rt></ruby>の公園で</ruby-text></p>"
    )
