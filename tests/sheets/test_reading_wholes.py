"""Answers read as a whole: results, checks of what is not asked, rows, long texts."""

from __future__ import annotations

import time
from decimal import Decimal as D

from jichi.sheets.definition import Address
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import raw_of, read
from jichi.sheets.words import problem_text
from tests.sheets.samples import COUNCILS

A = Address.of
FORM = parse_definition(COUNCILS)


def form_of(*parts, checks=()):
    return parse_definition({"title": {"ja": "調査"}, "parts": list(parts), "checks": list(checks)})


def part_of(key, *fields, **facts):
    asked = [{"label": {"ja": one["key"]}, "type": "integer"} | one for one in fields]
    return {"key": key, "title": {"ja": key}, "fields": asked, **facts}


def result(key, formula, **facts):
    return {"key": key, "type": "computed", "formula": formula, **facts}


def test_a_result_with_more_digits_than_anybody_reads_is_told_at_its_place():
    form = form_of(
        part_of("p", {"key": "a"}, {"key": "b"}, result("c", "a * b"), result("d", "c * c * c * c"))
    )
    reading = read(form, {A("a"): "9" * 15, A("b"): "9" * 15})
    assert [(one.code, one.places) for one in reading.problems] == [("computed_long", (A("c"),))]
    assert "15" in problem_text(reading.problems[0], form) and not reading.is_acceptable
    # The longest that is still kept, at all its digits.
    long = form_of(part_of("p", {"key": "a"}, {"key": "b"}, result("c", "a + b / 8", decimals=6)))
    reading = read(long, {A("a"): "9" * 15, A("b"): "7"})
    assert reading.values[A("c")] == D("999999999999999.875")


def test_a_check_of_what_is_not_asked_is_no_violation():
    some = {"key": "some", "expression": "filled(a) or filled(b)", "message": {"ja": "どちらかを"}}
    ask = part_of("ask", {"key": "on", "type": "yes_no"})
    plain = form_of(ask, part_of("p", {"key": "a"}, {"key": "b"}, when="on"), checks=[some])
    row = {"fixed": [{"key": "kita", "label": {"ja": "北"}}]}
    table = form_of(
        ask, part_of("p", {"key": "a"}, {"key": "b"}, when="on", rows=row), checks=[some | {"part": "p"}]
    )
    for form in (plain, table):
        assert read(form, {A("on"): "no"}).problems == ()
        assert [one.code for one in read(form, {A("on"): "yes"}).problems] == ["check"]
    # One of the two is asked, so somebody can mend it.
    half = form_of(ask, part_of("p", {"key": "a"}, {"key": "b", "when": "on"}), checks=[some])
    assert [one.code for one in read(half, {A("on"): "no"}).problems] == ["check"]


def test_a_row_of_dashes_is_no_row():
    form = form_of(
        part_of("p", {"key": "name", "type": "text"}, {"key": "n"}, rows={}),
        part_of("sums", result("total", "sum(n)")),
    )
    values = read(form, {A("n.1"): "1", A("n.2"): "－", A("n.5"): "4"}).values
    assert values == {A("n.1"): 1, A("n.5"): 4, A("total"): 5}
    assert read(form, raw_of(values, form)).values == values
    # In a text a dash is an answer.
    assert read(form, {A("name.1"): "-"}).values[A("name.1")] == "-"


def test_several_choices_are_not_the_one_their_words_would_name():
    kinds = [{"key": key, "label": {"ja": key}} for key in ("a", "b", "ab")]
    form = form_of(part_of("p", {"key": "x", "type": "choice", "choices": kinds}))
    assert read(form, {A("x"): "a b"}).values == {A("x"): "ab"}
    assert [one.code for one in read(form, {A("x"): "a\nb"}).problems] == ["not_choice"]


def test_a_choice_may_be_called_a_dash():
    dash = [{"key": "none", "label": {"ja": "―"}}, {"key": "some", "label": {"ja": "あり"}}]
    for kind, value in (("choice", "none"), ("choices", ("none",))):
        form = form_of(part_of("p", {"key": "x", "type": kind, "choices": dash}))
        assert read(form, {A("x"): "―"}).values == {A("x"): value}


def test_many_choices_typed_over_and_over_are_read_in_time():
    several = [{"key": f"c{at}", "label": {"ja": f"選択肢{at}"}} for at in range(200)]
    form = form_of(part_of("p", {"key": "x", "type": "choices", "choices": several}))
    begun = time.process_time()
    assert read(form, {A("x"): "c199," * 3999}).values == {A("x"): ("c199",)}
    assert [one.code for one in read(form, {A("x"): "c199," * 100_000}).problems] == ["not_choice"]
    # A tenth of a second; each word compared with every label took minutes.
    assert time.process_time() - begun < 3


def test_all_parts_are_read_at_once_for_nobody_in_particular():
    raw = {A("held"): "no", A("reason"): "なし", A("seen"): "yes"}
    assert read(FORM, raw, fill=None).values == {A("held"): False, A("reason"): "なし", A("seen"): True}


def test_long_texts_are_read_in_time():
    form = form_of(*(part_of("p", *({"key": f"t{at}", "type": "long_text"} for at in range(100))),))
    raw = {A(f"t{at}"): "市民の声を聴く🙂\r\n" * 1500 for at in range(100)}
    begun = time.process_time()
    reading = read(form, raw)
    # 1,500,000 characters in a tenth of a second; looked at one by one it was several seconds.
    assert time.process_time() - begun < 3
    assert reading.is_acceptable and "\r" not in reading.values[A("t0")]
