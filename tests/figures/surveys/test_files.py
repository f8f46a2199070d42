"""A report as a file: what is written is read again, and every problem has its sheet, row and column."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl.workbook import Workbook

from jichi.city.errors import Invalid
from jichi.figures.surveys.files import read_file, report_csv, report_xlsx
from jichi.figures.surveys.report import Report, from_json, to_json

from .reports import any_report, report


def book_of(wave: Report) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(report_xlsx(wave)))


def read_book(book: Workbook):
    out = io.BytesIO()
    book.save(out)
    return read_file(out.getvalue())


def told(reading) -> dict[str, str]:
    return {str(one.place): one.text for one in reading.problems}


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_report())
def test_what_is_written_is_read_again_from_the_workbook(wave: Report):
    reading = read_file(report_xlsx(wave))
    assert reading.errors == ()
    assert reading.report == wave


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_report())
def test_what_is_written_is_read_again_from_the_csv(wave: Report):
    reading = read_file(report_csv(wave))
    assert reading.errors == ()
    assert reading.report == wave


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_report())
def test_json_says_the_same(wave: Report):
    assert from_json(to_json(wave)) == wave


def test_a_csv_of_an_old_excel_is_read():
    text = report_csv(report()).decode("utf-8-sig")
    assert read_file(text.encode("cp932")).report == report()
    assert read_file(text.replace(",", "\t").encode("utf-16")).report == report()


def test_the_template_is_empty_and_says_what_is_missing():
    for content in (report_xlsx(), report_csv()):
        reading = read_file(content)
        assert reading.report is None
        assert len([one for one in reading.errors if one.place.sheet == "調査"]) == 6


def test_full_width_digits_and_thousands_are_numbers():
    book = book_of(report())
    tables = book["集計表"]
    tables["F2"], tables["D2"] = "１８．０", "1,400"
    tables["G2"] = 252
    assert read_book(book).report == report()


def test_numbers_typed_as_numbers_are_read_with_the_printed_precision():
    book = book_of(report())
    for row in range(2, 6):
        cell = book["集計表"][f"F{row}"]
        cell.value = float(cell.value)
        cell.number_format = "0.0"
    assert read_book(book).report == report()


def test_a_percentage_format_is_read_as_what_it_shows():
    book = book_of(report())
    cell = book["集計表"]["F2"]
    cell.value, cell.number_format = 0.18, "0.0%"
    reading = read_book(book)
    assert reading.report == report()
    assert [(one.place.sheet, one.place.row, one.place.column) for one in reading.warnings] == [
        ("集計表", 2, 6)
    ]


WRONG = [
    ("調査", "B4", "令和のいつか", "fiscal_year"),
    ("調査", "B5", "くじ", "sampling"),
    ("調査", "B9", "三千", "asked"),
    ("調査", "B11", "2025-13-40", "field_first"),
    ("調査", "A3", "題名", "title"),
    ("設問", "A2", "支え 合い", "code"),
    ("設問", "B2", None, "wording"),
    ("設問", "C2", "たくさん", "several"),
    ("設問", "D2", "9", "decimals"),
    ("設問", "A3", "support", "code twice"),
    ("設問", "B1", "質問", "unknown column"),
    ("集計表", "A2", "nothing", "unknown question"),
    ("集計表", "C2", "女性", "group without dimension"),
    ("集計表", "D3", "1399", "n twice"),
    ("集計表", "D2", "9999", "n above answered"),
    ("集計表", "E3", "感じる", "option twice"),
    ("集計表", "E2", None, "no option"),
    ("集計表", "F2", "一八", "text in a number cell"),
    ("集計表", "F2", "101", "above 100"),
    ("集計表", "F2", "18.05", "too many digits"),
    ("集計表", "F2", "=SUM(F3:F4)", "formula without result"),
    ("集計表", "G2", "1401", "count above n"),
    ("集計表", "G2", "2.5", "half a person"),
    ("集計表", "I2", "?", "no mark"),
    ("集計表", "K2", "メモ", "beside the table"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "what"), WRONG, ids=[one[3] for one in WRONG])
def test_each_problem_is_named_by_sheet_row_and_column(sheet, cell, value, what):
    book = book_of(report())
    book[sheet][cell] = value
    reading = read_book(book)
    assert reading.report is None
    place = book[sheet][cell]
    assert (sheet, place.row, place.column - (what == "group without dimension")) in {
        (one.place.sheet, one.place.row, one.place.column) for one in reading.errors
    }, told(reading)


def test_nothing_is_read_from_a_hidden_sheet_and_from_merged_cells():
    book = book_of(report())
    book["集計表"].sheet_state = "hidden"
    assert [(one.place.sheet, one.place.row) for one in read_book(book).errors] == [("集計表", 0)]
    book = book_of(report())
    book["集計表"].merge_cells("A2:A5")
    errors = read_book(book).errors
    assert ("集計表", 2, 1) in {(one.place.sheet, one.place.row, one.place.column) for one in errors}
    assert any("A2:A5" in one.text for one in errors)


def test_a_sheet_of_ones_own_is_not_read_and_said_so():
    book = book_of(report())
    book.create_sheet("作業用")["A1"] = "途中"
    reading = read_book(book)
    assert reading.report == report()
    assert [one.place.sheet for one in reading.warnings] == ["作業用"]


def test_a_missing_sheet_is_named():
    book = book_of(report())
    del book["調査"]
    assert ("調査", 0) in {(one.place.sheet, one.place.row) for one in read_book(book).errors}


def test_a_wave_that_was_not_run_needs_no_questions():
    wave = replace(report(), not_run_reason="予算の見直しのため", answered=None, questions=())
    assert read_file(report_xlsx(wave)).report == wave
    wrong = replace(report(), not_run_reason="予算の見直しのため")
    assert read_file(report_xlsx(wrong)).report is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"\xff\x00\x01\x02",
        "ふつうの文章です。\n".encode(),
        '[調査]\n"閉じない'.encode(),
    ],
)
def test_a_file_that_is_none_is_refused_with_words(content: bytes):
    with pytest.raises(Invalid) as refused:
        read_file(content)
    assert refused.value.messages["file"]


def test_what_looks_wrong_is_a_warning_and_is_read_all_the_same():
    book = book_of(report())
    book["集計表"]["F2"] = "19.0"
    reading = read_book(book)
    assert reading.report is not None
    assert reading.report.questions[0].tables[0].answers[0].percent == Decimal("19.0")
    assert ("集計表", 2, 6) in {
        (one.place.sheet, one.place.row, one.place.column) for one in reading.warnings
    }
