"""Patterns of text fields: they mean what they mean to ``re``, and none costs more than its length allows."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Field, FieldType
from jichi.sheets.patterns import MOST_STATES, PatternError, read_pattern
from jichi.sheets.typed import read_one

SIGNS = "ab1.-あ ]"
ATOMS = st.sampled_from(
    ["a", "b", "1", ".", "[ab]", "[^a]", "[0-9]", r"\d", r"\w", r"\s", r"\.", "-", "あ", "[]a]", r"[a\]]", "[ぁ-ん]"]
)  # fmt: skip
TIMES = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "*?", "{0}", "{0,1}?"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        inner.map(lambda one: f"(?:{one}|)"),
        inner.map(lambda one: f"^{one}"),
        inner.map(lambda one: f"{one}$"),
        st.tuples(inner, TIMES).map(lambda two: f"({two[0]}){two[1]}"),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.lists(st.text(SIGNS, max_size=7), min_size=1, max_size=6))
def test_a_pattern_means_what_it_means_to_re(pattern, texts):
    try:
        found = read_pattern(pattern)
    except PatternError:
        assert len(pattern) > 20  # too large when written out
        return
    for text in texts:
        assert found.matches(text) is bool(re.fullmatch(pattern, text)), text


@pytest.mark.parametrize(
    "pattern",
    ["(", "a)", "*a", "a**", "a+*", "[a", "[z-a]", "a{3,2}", "{2}", "a{2}{3}", "^*", "\\"],
)
def test_what_re_refuses_is_refused(pattern):
    with pytest.raises(PatternError) as error:
        read_pattern(pattern)
    assert str(error.value)
    with pytest.raises(re.error):
        re.compile(pattern)


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?<!a)b", r"(a)\1", r"\bа", "(?i)a", "(?P<n>a)", "[[a]", "[a&&b]", "a++"]
)
def test_what_cannot_be_followed_at_once_is_refused(pattern):
    with pytest.raises(PatternError):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", ["((a{99}){99}){99}", "(((){999}){999}){999}", f"a{{{MOST_STATES}}}"])
def test_a_pattern_that_would_be_too_large_is_refused_at_once(pattern):
    begun = time.process_time()
    with pytest.raises(PatternError):
        read_pattern(pattern)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*b", "(a*)*(a*)*b", r"(\w*\w*\w*\w*){8}x"])
def test_no_pattern_keeps_the_server_busy(pattern):
    asked = Field(key="x", label={"ja": "問"}, type=FieldType.TEXT, pattern=pattern)
    begun = time.process_time()
    value, misread = read_one(asked, "a" * 999 + "!")
    assert value is None and misread is not None and misread.code == "pattern"
    # A tenth of a second; tried one after the other, the ways would take longer than the universe is old.
    assert time.process_time() - begun < 5
