"""Masking: found on sentences of our own, whole on any text, linear by the form of its patterns."""

from __future__ import annotations

import re
import re._constants as constants
import re._parser as parser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.masking import (
    MARKS,
    REASONS,
    Kind,
    MaskingError,
    Span,
    addresses,
    apply,
    numbers,
    people,
    propose,
    proposing,
)
from tests.methods.masking.corpora import measure, sentences


def kinds(text: str, **given: object) -> list[tuple[str, str]]:
    return [(span.kind.value, text[span.start : span.end]) for span in propose(text, **given)]


def test_recall_and_precision_on_both_halves():
    # Tuned half 1.00 and 1.00; the other half, never looked at while tuning, 0.963 and 0.981.
    tuned, other = measure("tuning"), measure("held_out")
    assert tuned.recall >= 0.98 and tuned.precision >= 0.98
    assert other.recall >= 0.95 and other.precision >= 0.95
    assert sum(1 for half in ("tuning", "held_out") for _ in sentences(half)) >= 150


def test_kinds_on_one_letter():
    text = (
        "氏名：山田 太郎\n住所：〒211-0063 川崎市中原区小杉町３－２４５\n電話 044(200)1111\n"
        "taro@example.jp\n口座番号 1234567\n受付番号 5395-4759-7752-33\n生年月日 昭和30年1月2日\n"
    )
    assert kinds(text) == [
        ("name", "山田 太郎"),
        ("address", "〒211-0063"),
        ("address", "川崎市中原区小杉町３－２４５"),
        ("telephone", "044(200)1111"),
        ("mail", "taro@example.jp"),
        ("account", "1234567"),
        ("receipt", "5395-4759-7752-33"),
        ("birth_date", "昭和30年1月2日"),
    ]
    masked = apply(text, propose(text))
    assert masked.startswith("氏名：〔氏名〕\n住所：〔住所〕 〔住所〕\n電話 〔電話番号〕\n〔メールアドレス〕")
    assert propose(masked) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("わたくし円城寺 綾乃の意見です", "円城寺綾乃"),
        ("円城寺\u3000綾乃", "円城寺 綾乃"),
        ("円城寺綾乃と円城寺 綾乃", "円城寺 綾乃"),
        ("signed JANE  DOE.", "Jane Doe"),
        ("Ｊａｎｅ Ｄｏｅ", "Jane Doe"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("\u1112\u1161 円城寺綾乃", "円城寺 綾乃"),
    ],
)
def test_a_known_name_is_always_found(text, name):
    known = [span for span in propose(text, names=(name,)) if span.certainty == 1.0]
    assert known and all(span.kind is Kind.name for span in known)
    left = apply(text, propose(text, names=(name,)))
    assert not any(part in left for part in ("綾乃", "DOE", "Ｄｏｅ", "ﾀﾛｳ"))


def test_a_latin_name_is_no_part_of_a_word_and_blank_names_are_nobody():
    assert kinds("Planning also matters to Al.", names=("Al", "", "  ")) == [("name", "Al")]


def test_places_only_where_the_caller_names_them():
    text = "甲乙町の道路について"
    assert kinds(text) == []
    assert kinds(text, places=("甲乙町",)) == [("place", "甲乙町")]
    assert apply(text, propose(text, places=("甲乙町",))) == "〔地名〕の道路について"


def test_pages_are_left_alone():
    assert kinds("https://example.jp/044-200-1111/taro を見る") == []


PIECES = [
    "山田",
    "太郎",
    "さん",
    "様",
    "氏名：",
    "川崎市",
    "中原区",
    "3-2",
    "丁目",
    "〒",
    "044",
    "-",
    "@",
    "a.jp",
    " ",
    "\n",
    "です",
    "Mr ",
    "区",
    "1",
    "０",
    "〇",
    "👨‍👩‍👧",
    "\u202e",
    "\x00",
    "普通",
    "と申します",
    "ｶﾞ",
]


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_spans_are_in_order_apart_and_inside(text):
    spans = propose(text, names=("山田 太郎",), places=("小杉",))
    done = 0
    for span in spans:
        assert done <= span.start < span.end <= len(text)
        assert 0 < span.certainty <= 1 and span.reason in REASONS and span.kind in MARKS
        done = span.end
    masked = apply(text, spans)
    kept = "".join(
        text[start:end]
        for start, end in zip(
            [0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)], strict=True
        )
    )
    assert re.sub("〔[^〕]*〕", "", masked) == re.sub("〔[^〕]*〕", "", kept) or "〔" in text
    assert "山田太郎" not in masked


def repeats(parsed: parser.SubPattern) -> int:
    """The most ways in which the repetitions of a pattern, one inside the other, can be gone through."""
    most = 1
    for kind, value in parsed:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            most = max(most, int(value[1]) * repeats(value[2]))
        elif kind is constants.SUBPATTERN:
            most = max(most, repeats(value[3]))
        elif kind is constants.BRANCH:
            most = max(most, *(repeats(one) for one in value[1]))
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            most = max(most, repeats(value[1]))
    return most


def test_no_pattern_repeats_without_bound():
    patterns = [
        (name, pattern)
        for module in (addresses, numbers, people, proposing)
        for name, pattern in vars(module).items()
        if isinstance(pattern, re.Pattern)
    ]
    assert len(patterns) > 30
    for name, pattern in patterns:
        if name != "_ADDRESS_ON_THE_WEB":  # one class of signs, which nothing follows
            assert repeats(parser.parse(pattern.pattern, pattern.flags)) <= 600, name
    assert repeats(parser.parse(r"(?:a+b)+")) > 600


@pytest.mark.parametrize(
    "piece", ["山田様", "1区", "0(", "a@a.", "氏名:", "〒1", " A", "〇一", "よ　", "普通", "http://"]
)
def test_hostile_texts_come_to_an_end(piece):
    text = piece * (30_000 // len(piece))
    assert all(span.end <= len(text) for span in propose(text, names=("山田",)))


def test_what_does_not_fit_is_refused():
    one = Span(1, 3, Kind.name, 0.5, "label")
    cases = (
        ("bad-span", [Span(2, 2, Kind.name, 0.5, "label")], MARKS),
        ("bad-span", [Span(2, 9, Kind.name, 0.5, "label")], MARKS),
        ("spans-overlap", [one, Span(2, 4, Kind.mail, 0.5, "label")], MARKS),
        ("no-mark", [one], {"mail": "x"}),
    )
    for code, spans, marks in cases:
        with pytest.raises(MaskingError) as caught:
            apply("12345", spans, marks=marks)
        assert caught.value.code == code
