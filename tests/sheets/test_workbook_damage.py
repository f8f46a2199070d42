"""What people do to a workbook: each is read rightly all the same, or told with sheet, cell and how to mend it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from jichi.sheets.definition import Address, Severity
from jichi.sheets.reading import read
from jichi.sheets.workbook import placed_problem_text

from .workbooks import FILLED, FORM, answer, bound, changed, codes, fill_in, patched, told, written

RETURNED = fill_in(FORM, written(FORM), FILLED)
VALUES = read(FORM, FILLED).values


def values(reading: Any) -> Any:
    return read(FORM, reading.raw).values


def returned(change: Any) -> Any:
    return bound(FORM, changed(RETURNED, change))


def put(key: str, value: Any, row: str = "", number_format: str = "") -> Any:
    """A change: this value in the cell of an answer."""

    def change(book: openpyxl.Workbook) -> None:
        cell = answer(book, FORM, key, row)
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return change


def test_nothing_is_said_of_a_workbook_that_was_only_filled_in():
    reading = returned(lambda book: None)
    assert told(reading) == [] and reading.is_acceptable
    assert values(reading) == VALUES
    assert reading.places[Address("people")] == "概要!D8"


# --- moved lines -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "move",
    [
        lambda book: book["概要"].insert_rows(8),
        lambda book: book["概要"].insert_rows(1, 3),
        lambda book: book["概要"].insert_cols(4),
        lambda book: book["区別"].insert_cols(1, 2),
        lambda book: book["区別"].insert_rows(7, 2),
        lambda book: book["団体"].insert_rows(7),
        lambda book: book.move_sheet("団体", -3),
        lambda book: setattr(book["概要"], "title", "変えた名前"),
    ],
)
def test_lines_and_sheets_that_moved_are_found_again(move):
    reading = returned(move)
    assert [problem for problem in reading.problems if problem.severity is Severity.ERROR] == []
    assert values(reading) == VALUES


def test_lines_in_another_order_with_their_marks_are_read_rightly():
    def turn(book: openpyxl.Workbook) -> None:
        sheet = book["区別"]
        for column in "ABCD":
            first, last = sheet[f"{column}6"], sheet[f"{column}7"]
            first.value, last.value = last.value, first.value

    reading = returned(turn)
    assert told(reading) == []
    assert values(reading) == VALUES


@pytest.mark.parametrize(
    ("lose", "sheet"),
    [
        (lambda book: book["概要"].delete_cols(1), "概要"),
        (lambda book: book["概要"].delete_rows(1), "概要"),
        (lambda book: book["区別"].delete_cols(1), "区別"),
        (lambda book: book["区別"].delete_rows(1), "区別"),
        (lambda book: book["団体"].delete_cols(1), "団体"),
    ],
)
def test_without_the_hidden_marks_the_labels_are_believed_and_that_is_said(lose, sheet):
    reading = returned(lose)
    assert codes(reading) == ["found_by_label"]
    assert reading.problems[0].sheet == sheet and reading.is_acceptable
    assert values(reading) == VALUES
    assert told(reading)


# --- what is missing or contradicts itself -------------------------------------------------------------------
def set_cell(sheet: str, cell: str, value: Any) -> Any:
    return lambda book: setattr(book[sheet][cell], "value", value)


@pytest.mark.parametrize(
    ("change", "code", "sheet", "cell"),
    [
        (set_cell("概要", "B8", "参加者数（実人数）"), "label_changed", "概要", "B8"),
        (set_cell("概要", "B8", None), "label_changed", "概要", "B8"),
        (set_cell("概要", "B8", "うち女性"), "label_of_other", "概要", "B8"),
        (set_cell("概要", "D5", "昨年度"), "label_changed", "概要", "D5"),
        (set_cell("区別", "C4", "件数"), "label_changed", "区別", "C4"),
        (set_cell("区別", "C4", "人数"), "label_of_other", "区別", "C4"),
        (set_cell("区別", "B6", "南区"), "label_changed", "区別", "B6"),
        (lambda book: book["概要"].delete_rows(8), "row_missing", "概要", "D8"),
        (lambda book: book["区別"].delete_rows(7), "row_missing", "区別", "C7"),
        (lambda book: book["区別"].delete_cols(4), "column_missing", "区別", "D6"),
        (lambda book: book["概要"].delete_cols(4), "column_missing", "概要", "D6"),
        (lambda book: book["概要"].delete_cols(2), "labels_missing", "概要", ""),
        (lambda book: book["区別"].delete_rows(4), "heads_missing", "区別", ""),
        (lambda book: book.remove(book["区別"]), "sheet_missing", "区別", ""),
        (lambda book: book.copy_worksheet(book["区別"]), "sheet_twice", "区別 Copy", ""),
        (set_cell("区別", "A9", "jichi:row:west"), "anchor_twice", "区別", "B9"),
        (set_cell("区別", "A6", "jichi:row:west"), "anchor_twice", "区別", "B7"),
        (set_cell("区別", "E6", "jichi:row:west"), "anchor_twice", "区別", "B7"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_named_and_nothing_is_taken(change, code, sheet, cell):
    reading = returned(change)
    assert not reading.is_acceptable
    found = {(one.code, one.sheet, one.cell) for one in reading.problems}
    assert (code, sheet, cell) in found
    text = told(reading)[[one.code for one in reading.problems].index(code)]
    assert sheet in text and cell in text


def test_sorting_the_answers_without_their_marks_is_seen():
    def sort(book: openpyxl.Workbook) -> None:
        sheet = book["区別"]
        for column in "BCD":
            first, last = sheet[f"{column}6"], sheet[f"{column}7"]
            first.value, last.value = last.value, first.value

    reading = returned(sort)
    assert codes(reading) == ["label_of_other", "label_of_other"]
    assert "西区" in told(reading)[0] and "東区" in told(reading)[0]


def test_two_lines_in_one_row_are_not_told_apart():
    def clash(book: openpyxl.Workbook) -> None:
        book["区別"]["A7"].value = None
        book["区別"]["E6"].value = "jichi:row:west"
        book["区別"]["B7"].value = None

    assert "anchor_clash" in codes(returned(clash))


def test_open_rows_that_nobody_needed_may_be_deleted():
    reading = returned(lambda book: book["団体"].delete_rows(7, 4))
    assert told(reading) == []
    assert values(reading) == VALUES


def test_an_answer_in_a_row_that_is_not_the_forms_is_not_lost_unseen():
    def add(book: openpyxl.Workbook) -> None:
        book["団体"].insert_rows(7)
        book["団体"]["C7"].value = "山の会"

    reading = returned(add)
    assert codes(reading) == ["added_row"] and not reading.is_acceptable
    assert "山の会" in told(reading)[0] and "C7" in told(reading)[0]

    def below(book: openpyxl.Workbook) -> None:
        book["団体"]["C11"].value = "山の会"

    assert codes(returned(below)) == ["added_row"]


# --- merged cells ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "area", "code"),
    [
        ("概要", "D8:D9", "merged"),
        ("概要", "C8:D8", "merged"),
        ("区別", "C6:D6", "merged"),
        ("概要", "D8:E8", "merged_with_blank"),
    ],
)
def test_merged_answer_cells_are_named(sheet, area, code):
    reading = returned(lambda book: book[sheet].merge_cells(area))
    assert code in codes(reading)
    assert reading.is_acceptable is (code == "merged_with_blank")
    assert any(area in text for text in told(reading))
    if reading.is_acceptable:
        assert values(reading) == VALUES


def test_merged_cells_elsewhere_do_not_matter():
    assert told(returned(lambda book: book["概要"].merge_cells("I30:K33"))) == []


# --- what stands in the cells ----------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["約30", "不明", "12名", "#"])
def test_words_where_a_number_is_asked_for_are_told_with_their_cell(text):
    reading = returned(put("people", text))
    result = read(FORM, reading.raw)
    problem = next(one for one in result.problems if one.severity is Severity.ERROR)
    sentence = placed_problem_text(problem, FORM, reading)
    assert "概要" in sentence and "D8" in sentence and text in sentence


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("people", "１２３", Decimal(123)),
        ("people", "1,234", Decimal(1234)),
        ("people", 12.0, Decimal(12)),
        ("people", "12人", Decimal(12)),
        ("rate", 0.1 + 0.2, Decimal("0.3")),
        ("rate", "８２．５", Decimal("82.5")),
        ("since", dt.datetime(2025, 4, 1, 9, 30), "2025-04-01"),
        ("since", "令和7年4月1日", "2025-04-01"),
        ("since", "2025/4/1", "2025-04-01"),
        ("since", 20250401, "2025-04-01"),
        ("year", 2025, Decimal(2025)),
        ("year", "Ｒ７", Decimal(2025)),
        ("kind", "　委託 ", "a"),
        ("held", "いいえ", False),
        ("held", "×", False),
        ("held", True, True),
        ("name", 441234567, "441234567"),
        ("name", "'引用", "'引用"),
        ("memo", "1行目\n2行目", "1行目\n2行目"),
        ("memo", " ", None),
    ],
)
def test_what_people_type_is_read_as_on_the_page(key, typed, value):
    reading = returned(put(key, typed))
    assert told(reading) == []
    assert values(reading).get(Address(key)) == value


@pytest.mark.parametrize(
    ("key", "typed", "number_format", "code", "value"),
    [
        ("since", 45748, "General", "serial_read", "2025-04-01"),
        ("rate", 0.125, "0.0%", "percent_read", Decimal("12.5")),
        ("name", dt.date(2025, 4, 1), "", "date_in_text", "2025-04-01"),
        ("name", dt.time(10, 30), "h:mm", "date_in_text", "10:30"),
    ],
)
def test_what_is_read_with_a_doubt_is_said(key, typed, number_format, code, value):
    reading = returned(put(key, typed, number_format=number_format))
    assert codes(reading) == [code] and reading.is_acceptable
    assert values(reading)[Address(key)] == value
    assert reading.problems[0].cell in told(reading)[0]


@pytest.mark.parametrize(
    ("key", "typed", "number_format", "code"),
    [
        ("people", dt.date(2025, 4, 1), "", "date_in_number"),
        ("people", 0.5, "h:mm", "date_in_number"),
        ("people", 0.12, "0%", "percent_cell"),
        ("year", dt.date(2025, 4, 1), "", "date_in_number"),
        ("since", 2025, "General", "number_in_date"),
        ("since", 45748.5, "General", "number_in_date"),
        ("since", True, "", "number_in_date"),
        ("since", dt.time(10, 30), "h:mm", "number_in_date"),
        ("people", "#REF!", "", "error_value"),
        ("name", "#N/A", "", "error_value"),
        ("people", "=1+2", "", "formula_without_value"),
        ("whom", "多分", "", "mark_unclear"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_guessed(key, typed, number_format, code):
    def change(book: openpyxl.Workbook) -> None:
        if key == "whom":
            book["概要"]["D15"].value = typed
            return
        put(key, typed, number_format=number_format)(book)

    reading = returned(change)
    assert codes(reading) == [code] and not reading.is_acceptable
    assert re.search(r"概要.*D[0-9]+", told(reading)[0])
    if key != "whom":
        assert Address(key) not in reading.raw


@pytest.mark.parametrize("mark", ["○", "◯", "レ", "1", 1, True])
def test_a_choice_may_be_marked_in_several_ways(mark):
    def change(book: openpyxl.Workbook) -> None:
        book["概要"]["D15"].value = mark
        book["概要"]["D16"].value = "×"

    assert values(returned(change))[Address("whom")] == ("x",)


def test_a_formula_is_read_by_its_stored_value_and_named():
    content = patched(RETURNED, "概要", {"D8": "<f>100+23</f><v>123</v>"})
    reading = bound(FORM, content)
    assert codes(reading) == ["formula"] and reading.is_acceptable
    assert values(reading)[Address("people")] == 123
    assert "=100+23" in told(reading)[0] and "D8" in told(reading)[0]
    failed = bound(FORM, patched(RETURNED, "概要", {"D8": "<f>Z9</f><v>#REF!</v>"}, kind="e"))
    assert codes(failed) == ["error_value"]
    empty = bound(FORM, patched(RETURNED, "概要", {"D8": '<f>""</f><v></v>'}, kind="str"))
    assert told(empty) == [] and Address("people") not in empty.raw


def test_a_computed_value_that_was_overwritten_is_named_and_computed_all_the_same():
    reading = returned(put("share", 99))
    assert codes(reading) == ["computed_overwritten"] and reading.is_acceptable
    assert values(reading)[Address("share")] == 50


# --- what stands elsewhere ---------------------------------------------------------------------------------
def test_texts_outside_of_the_answer_cells_are_named():
    def write(book: openpyxl.Workbook) -> None:
        book["概要"]["F8"].value = "速報値です"
        book["概要"]["H40"].value = 7
        book["表紙" if "表紙" in book.sheetnames else "Cover"]["C30"].value = "担当：山田"

    reading = returned(write)
    assert [(one.code, one.sheet, one.cell) for one in reading.problems[:2]] == [
        ("outside", "概要", "F8"),
        ("outside", "概要", "H40"),
    ]
    assert len(reading.problems) == 3 and reading.is_acceptable
    assert "速報値です" in told(reading)[0] and "担当：山田" in told(reading)[2]
    assert values(reading) == VALUES


def test_many_texts_outside_are_counted():
    def write(book: openpyxl.Workbook) -> None:
        for row in range(30, 80):
            book["概要"].cell(row, 10).value = f"メモ{row}"

    reading = returned(write)
    assert codes(reading) == ["outside"] * 20 + ["outside_more"]
    assert "30" in told(reading)[-1]


def test_a_comment_on_a_cell_is_named():
    def remark(book: openpyxl.Workbook) -> None:
        answer(book, FORM, "people").comment = Comment("講師を除いています", "山田")

    reading = returned(remark)
    assert codes(reading) == ["note"]
    assert "講師を除いています" in told(reading)[0] and "D8" in told(reading)[0]


def test_sheets_that_are_not_the_forms_are_named():
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("内訳")["B2"].value = "内訳です"
        hidden = book.create_sheet("名簿")
        hidden["A1"].value = "山田花子"
        hidden.sheet_state = "hidden"
        book.create_sheet("空")
        book["区別"].sheet_state = "hidden"

    reading = returned(add)
    assert [(one.code, one.sheet) for one in reading.problems] == [
        ("part_hidden", "区別"),
        ("added_sheet", "内訳"),
        ("hidden_sheet", "名簿"),
    ]
    assert reading.is_acceptable and all(told(reading))
    assert values(reading) == VALUES
