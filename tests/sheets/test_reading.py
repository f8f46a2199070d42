"""Answers as typed become values, on every channel alike."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Address, Field, FieldType, Filler, Severity
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import (
    asked_in,
    from_json,
    look,
    raw_from_json,
    raw_of,
    raw_to_json,
    read,
    rows_in,
    tidy,
    to_json,
)
from jichi.sheets.typed import read_one, text_of
from jichi.sheets.words import problem_text
from tests.sheets.samples import COUNCILS, RICH
from tests.sheets.strategies import answers, forms

A = Address.of
pairs = forms().flatmap(lambda form: st.tuples(st.just(form), answers(form)))
typed_pairs = forms().flatmap(lambda form: st.tuples(st.just(form), answers(form, as_typed=True)))
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# --- one answer ------------------------------------------------------------------------------------------------
def field(kind: str, **facts) -> Field:
    return Field(key="x", label={"ja": "問"}, type=FieldType(kind), **facts)


COUNT = field("integer", unit={"ja": "人", "en": "people"}, least=D(0), most=D(5000))
SHARE = field("decimal", unit={"ja": "%"}, decimals=1)


@pytest.mark.parametrize(
    "asked, text, value",
    [
        (COUNT, "12", 12),
        (COUNT, " １２ ", 12),
        (COUNT, "1,234", 1234),
        (COUNT, "１，２３４人", 1234),
        (COUNT, "12 people", 12),
        (COUNT, "12.0", 12),
        (COUNT, "007", 7),
        (COUNT, "+3", 3),
        (COUNT, "0", 0),
        (COUNT, "", None),
        (COUNT, "　", None),
        (COUNT, "-", None),
        (COUNT, "－", None),
        (COUNT, "…", None),
        (SHARE, "41.7", D("41.7")),
        (SHARE, "４１．７％", D("41.7")),
        (SHARE, ".5", D("0.5")),
        (SHARE, "41.70", D("41.7")),
        (SHARE, "▲3.5", D("-3.5")),
        (SHARE, "−3.5", D("-3.5")),
        (SHARE, "-0", 0),
        (SHARE, "- 3.5", D("-3.5")),
        (field("decimal", unit={"ja": "㎡"}), "100m²", 100),
        (field("date"), "2025-04-01", "2025-04-01"),
        (field("date"), "2025−04−01", "2025-04-01"),
        (field("date"), "２０２５ー４ー１", "2025-04-01"),
        (field("date"), "2025/4/1", "2025-04-01"),
        (field("date"), "２０２５．４．１", "2025-04-01"),
        (field("date"), "20250401", "2025-04-01"),
        (field("date"), "令和7年4月1日", "2025-04-01"),
        (field("date"), "令和元年5月1日", "2019-05-01"),
        (field("date"), "R7.4.1", "2025-04-01"),
        (field("date"), "r7/4/1", "2025-04-01"),
        (field("fiscal_year"), "令和６年度", 2024),
        (field("fiscal_year"), "r6", 2024),
        (field("fiscal_year"), "平成31年度", 2019),
        (field("fiscal_year"), "2024", 2024),
        (field("yes_no"), "はい", True),
        (field("yes_no"), "○", True),
        (field("yes_no"), "Yes", True),
        (field("yes_no"), "TRUE", True),
        (field("yes_no"), "無", False),
        (field("yes_no"), "⭕️", True),
        (field("yes_no"), "✔️", True),
        (field("yes_no"), "✅", True),
        (field("yes_no"), "✖️", False),
        (field("yes_no"), "❌", False),
        (field("yes_no"), "×", False),
        (field("text"), " 市民\r\n館 ", "市民 館"),
        (field("long_text"), "一\r\n二\n", "一\n二"),
        (field("text"), "-", "-"),
        (field("text", pattern="[A-Z]{2}[0-9]+"), "ＡＢ１２", "AB12"),
    ],
)
def test_what_people_type_is_read(asked, text, value):
    assert read_one(asked, text) == (value, None)


@pytest.mark.parametrize(
    "asked, text, code",
    [
        (COUNT, "約12", "not_number"),
        (COUNT, "12～15", "not_number"),
        (COUNT, "1,23", "not_number"),
        (COUNT, "12 34", "not_number"),
        (COUNT, "3\n4", "not_number"),
        (COUNT, "5²", "not_number"),
        (COUNT, "５²", "not_number"),
        (COUNT, "十二", "not_number"),
        (COUNT, "1e3", "not_number"),
        (COUNT, "12部", "not_number"),
        (COUNT, "人", "not_number"),
        (COUNT, "=1+1", "not_number"),
        (COUNT, "NaN", "not_number"),
        (COUNT, "Infinity", "not_number"),
        (COUNT, "1.5", "not_whole"),
        (COUNT, "-1", "number_range"),
        (COUNT, "5001", "number_range"),
        (field("integer", least=D(1)), "0", "number_least"),
        (field("integer", most=D(1)), "2", "number_most"),
        (field("integer"), "1" * 16, "number_long"),
        (SHARE, "41.75", "decimals"),
        (field("date"), "2025-02-30", "not_date"),
        (field("date"), "4月1日", "not_date"),
        (field("date"), "昭和100年1月1日", "not_date"),
        (field("date"), "2025-04/01", "not_date"),
        (field("date"), "きのう", "not_date"),
        (field("fiscal_year"), "7", "not_fiscal_year"),
        (field("fiscal_year"), "昨年度", "not_fiscal_year"),
        (field("fiscal_year"), "令和7(2024)年度", "not_fiscal_year"),
        (field("yes_no"), "たぶん", "not_yes_no"),
        (field("text", most=D(3)), "あいうえ", "text_most"),
        (field("text", least=D(3)), "あい", "text_least"),
        (field("text"), "あ" * 1001, "text_most"),
        (field("text", pattern="[0-9]{3}"), "12", "pattern"),
    ],
)
def test_what_is_no_answer_is_told(asked, text, code):
    value, misread = read_one(asked, text)
    assert value is None
    assert misread is not None and misread.code == code


def test_choices_are_known_by_key_or_label():
    languages = parse_definition(RICH).field("languages")[1]
    way = parse_definition(RICH).field("way")[1]
    assert read_one(way, "agency")[0] == "agency"
    assert read_one(way, " 委 託")[0] == "agency"
    assert read_one(languages, "zh\nen")[0] == ("en", "zh")
    assert read_one(languages, "英語、Chinese")[0] == ("en", "zh")
    assert read_one(languages, "韓国・朝鮮語; その他")[0] == ("ko", "other")
    assert read_one(languages, "英語、ドイツ語")[1].params["text"] == "ドイツ語"
    assert read_one(way, "-") == (None, None)


@settings(max_examples=100)
@given(
    st.sampled_from([kind for kind in FieldType if kind not in {"choice", "choices"}]), st.text(max_size=40)
)
def test_any_text_is_read_or_told_and_written_out_the_same(kind, text):
    asked = field(kind, decimals=6) if kind is FieldType.DECIMAL else field(kind)
    value, misread = read_one(asked, text)
    if misread is None:
        assert read_one(asked, text_of(value, asked)) == (value, None)
    else:
        assert value is None


# --- round trips -------------------------------------------------------------------------------------------
@SLOW
@given(typed_pairs)
def test_what_is_written_out_reads_the_same(pair):
    definition, raw = pair
    reading = read(definition, raw)
    assert reading.is_acceptable, reading.problems
    again = read(definition, raw_of(reading.values, definition))
    assert again.values == reading.values
    assert again.problems == reading.problems


@SLOW
@given(pairs)
def test_answers_survive_being_kept_as_json(pair):
    definition, raw = pair
    values = read(definition, raw).values
    assert from_json(to_json(values), definition) == values
    assert raw_from_json(raw_to_json(raw)) == raw
    assert read(definition, tidy(definition, raw)).values == values


@SLOW
@given(forms(), st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=8))
def test_junk_is_told_and_never_breaks_the_reading(definition, junk):
    keys = [field.key for _part, field in definition.fields()]
    raw = {A(key): text for key, text in junk.items()}
    raw |= {Address(key, row): text for key, (row, text) in zip(keys, junk.items(), strict=False)}
    reading = read(definition, raw)
    assert all(problem_text(problem, definition) for problem in reading.problems)
    assert (
        look(definition, tidy(definition, raw)).reading.values
        == read(definition, tidy(definition, raw)).values
    )


# --- the whole form ----------------------------------------------------------------------------------------
FORM = parse_definition(COUNCILS)
GOOD = {A("held"): "yes", A("name.1"): "環境審議会", A("members.1"): "12", A("women.1"): "5"}


def problems(raw, definition=FORM, **facts):
    return [
        (one.code, [str(place) for place in one.places]) for one in read(definition, raw, **facts).problems
    ]


def test_computed_fields_and_columns():
    values = read(FORM, GOOD | {A("name.2"): "乙", A("members.2"): "8", A("women.2"): "2"}).values
    assert (values[A("total")], values[A("share.1")], values[A("share.2")]) == (20, D("41.7"), 25)


def test_a_row_that_is_blank_is_no_row():
    assert problems(GOOD | {A("name.2"): " ", A("members.3"): ""}) == []
    assert rows_in(FORM.parts[1], GOOD | {A("women.4"): "1"}) == ("1", "4")
    # A part of the rows' numbers never poses as all of them.
    partial = GOOD | {A("name.2"): "乙"}
    assert A("total") not in read(FORM, partial).values
    assert problems(partial) == [("required", ["members.2"]), ("required", ["women.2"])]


def test_what_is_not_asked_is_neither_required_nor_kept():
    none = {A("held"): "no", A("reason"): "所管なし"}
    assert problems(none) == []
    reading = read(FORM, none | {A("name.1"): "甲", A("members.1"): "x"})
    assert reading.values == {A("held"): False, A("reason"): "所管なし"}
    assert [problem.code for problem in reading.problems] == ["not_asked", "not_asked"]
    assert reading.is_acceptable


def test_nothing_answered_is_told_once():
    assert problems({}) == [("required", ["held"])]


def test_rows_have_a_fewest_and_a_most():
    assert problems({A("held"): "yes"}) == [("rows_least", ["name.1"])]
    many = {A("held"): "yes"}
    for row in range(1, 13):
        many |= {A(f"name.{row}"): str(row), A(f"members.{row}"): "2", A(f"women.{row}"): "1"}
    assert problems(many) == [("rows_most", ["name.11"])]


def test_checks_over_rows_and_over_the_whole():
    bad = GOOD | {A("women.1"): "13", A("name.2"): "乙", A("members.2"): "400", A("women.2"): "1"}
    reading = read(FORM, bad)
    assert [(one.severity, [str(place) for place in one.places]) for one in reading.problems] == [
        (Severity.WARNING, ["total"]),
        (Severity.ERROR, ["women.1"]),
    ]
    assert not reading.is_acceptable
    assert read(FORM, bad | {A("women.1"): "12"}).is_acceptable


def test_a_place_that_the_form_has_not_is_told():
    assert problems(GOOD | {A("gone"): "1", A("held.3"): "x", A("seen"): "yes"}) == [
        ("unknown_place", []),
        ("unknown_place", []),
    ]


def test_only_parts_of_the_filler_are_taken():
    known = read(FORM, GOOD).values
    checked = read(FORM, GOOD | {A("seen"): "yes", A("women.1"): "99"}, fill=Filler.CHECKER, known=known)
    assert checked.is_acceptable
    assert checked.values == {**known, A("seen"): True}
    assert problems({}, fill=Filler.CHECKER) == [("required", ["seen"])]


def test_checks_of_one_filler_see_what_another_answered():
    def form(severity):
        data = {**COUNCILS, "checks": [*COUNCILS["checks"]]}
        data["checks"].append(
            {
                "key": "cross",
                "expression": "not seen or total > 10",
                "message": {"ja": "少ない"},
                "severity": severity,
            }
        )
        return parse_definition(data)

    definition = form("error")
    known = read(definition, GOOD | {A("members.1"): "6"}).values
    assert not read(definition, {A("seen"): "yes"}, fill=Filler.CHECKER, known=known).is_acceptable
    assert read(definition, {A("seen"): "no"}, fill=Filler.CHECKER, known=known).is_acceptable
    # Out of sight it is no violation.
    assert read(definition, {A("seen"): "yes"}, fill=Filler.CHECKER).is_acceptable


def test_what_is_asked_can_be_told_before():
    assert A("reason") in asked_in(FORM, {A("held"): "no"})
    assert A("reason") not in asked_in(FORM, {A("held"): "yes"})
    assert look(FORM, {A("held"): "yes"}).parts == {"basic", "councils", "checking"}
    assert "councils" not in look(FORM, {}).parts


def test_problems_come_in_the_order_of_the_form_and_row_by_row():
    raw = {A("held"): "yes", A("women.1"): "x", A("name.2"): "乙", A("women.2"): "y"}
    assert [place for _code, (place,) in problems(raw)] == [
        "name.1",
        "members.1",
        "women.1",
        "members.2",
        "women.2",
    ]


# --- words -----------------------------------------------------------------------------------------------
def texts(raw, definition=FORM, language=None):
    return [problem_text(one, definition, language) for one in read(definition, raw).problems]


def test_messages_name_field_row_fault_and_mending():
    text = texts(GOOD | {A("members.1"): "約12"}, language="en")[0]
    assert text == "Members (row 1): “約12” is not a number. Write only digits, as in 1234."
    missing = texts(GOOD | {A("members.1"): ""}, language="en")[0]
    assert missing == "Members (row 1): This is not answered yet. Fill it in; where there was none, write 0."
    wards = parse_definition(RICH)
    ward = texts({A("placed.umi"): "-3"}, wards)
    assert any("海浜区" in one and "配架部数" in one and "-3" in one for one in ward)
    lot = texts({A("way"): "ペン"}, wards)
    assert any("職員" in one and "ボランティア" in one for one in lot)


def test_a_checks_own_sentence_is_shown():
    text = texts(GOOD | {A("women.1"): "13"}, language="en")[0]
    assert text == "Women (row 1): 「うち女性」が委員数を超えています。どちらかを直してください。"


def test_fields_of_one_label_are_told_apart_by_their_part():
    data = parse_definition(RICH)
    text = texts({A("remarks"): "あ" * 20_001}, data, "en")
    assert any(one.startswith("合計: 備考") for one in text)
