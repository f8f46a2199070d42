"""Conditions, values and labels in words."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from jichi.sheets.conditions import condition_words
from jichi.sheets.definition import Address, Problem
from jichi.sheets.parsing import parse_definition
from jichi.sheets.words import _SENTENCES, place_label, problem_text, said, say, value_words
from tests.sheets.samples import COUNCILS, RICH
from tests.sheets.strategies import forms

FORM = parse_definition(COUNCILS)
WIDE = parse_definition(RICH)


@pytest.mark.parametrize(
    "definition, condition, words",
    [
        (FORM, "held", "“Are there councils?” is “Yes”"),
        (FORM, "not held", "“Are there councils?” is “No”"),
        (FORM, "held == False", "“Are there councils?” is “No”"),
        (FORM, "filled(reason)", "“Why there are none” is filled in"),
        (FORM, "not filled(reason)", "“Why there are none” is left empty"),
        (FORM, "total >= 10", "“Members in all” is 10people or more"),
        (
            FORM,
            "total > 10 and held",
            "“Members in all” is above 10people and “Are there councils?” is “Yes”",
        ),
        (FORM, "total < 1 or not held", "“Members in all” is below 1people or “Are there councils?” is “No”"),
        (WIDE, 'has(languages, "ko")', "“言語” includes “Korean”"),
        (WIDE, 'way == "agency"', "“主な翻訳の方法” is “委託”"),
        (WIDE, 'way != "agency"', "“主な翻訳の方法” is not “委託”"),
        (WIDE, "all_copies > all_placed", "the answers to “部数の合計”, “配架の合計” require it"),
        (
            WIDE,
            "made and (all_copies > 1 or all_placed > 1)",
            "the answers to “Was anything published?”, “部数の合計”, “配架の合計” require it",
        ),
        (WIDE, "", ""),
    ],
)
def test_conditions_in_words(definition, condition, words):
    with translation.override("en"):
        assert condition_words(definition, condition) == words


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms())
def test_every_generated_condition_has_words(definition):
    for part, field in definition.fields():
        for condition in (part.when, field.when):
            assert bool(condition_words(definition, condition)) is bool(condition)


def test_words_fall_back_to_japanese_and_say_so():
    text = {"ja": "人", "en": "people"}
    assert said(text, "en") == ("people", "en")
    assert said(text, "en-gb") == ("people", "en")
    assert said(text, "ja-simple") == ("人", "ja")
    assert said(text, "ko") == ("人", "ja")
    assert say(None) == ""


def test_values_in_words():
    def words(key, value, definition=WIDE, language="ja"):
        return value_words(value, definition.field(key)[1], language)

    assert words("copies", D(1200)) == "1,200部"
    assert words("year", D(2024)) == "令和6年度"
    assert words("as_of", "2025-04-01") == "2025年4月1日（火）"
    assert words("languages", ("en", "ko"), language="en") == "English, Korean"
    assert words("way", "agency") == "委託"
    assert words("cost", D("12.5")) == "12.5円"
    assert words("spent", D("12")) == "12円"
    assert words("paper", "ガイド") == "ガイド"
    assert words("copies", None) == ""
    # A choice that a form no longer has is shown by its key rather than lost.
    assert words("way", "gone") == "gone"


def test_places_have_labels():
    with translation.override("en"):
        assert place_label(FORM, Address("members", "2")) == "Members (row 2)"
        assert place_label(WIDE, Address("placed", "umi")) == "配架部数 (海浜区)"
        assert place_label(WIDE, Address("remarks")) == "合計: 備考"
        assert place_label(FORM, Address("gone", "1")) == "gone.1"


@pytest.mark.parametrize("code", sorted(_SENTENCES))
@pytest.mark.parametrize("language", ["ja", "ja-simple", "en"])
def test_every_problem_has_words_in_every_language(code, language):
    params = dict.fromkeys(["text", "length", "least", "most", "number", "decimals", "count", "place"], "9")
    problem = Problem(code=code, places=(Address("members", "1"),), params=params)
    assert "%(" not in problem_text(problem, FORM, language)
