"""Files as they come: each fault named with its cell, each way of writing a number or a year read, junk refused."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawing
from hypothesis import strategies as st

from jichi.city.errors import Invalid
from jichi.figures.statistics.words import SENTENCES, layout_sentences, place, refused, sentence
from jichi.methods.tables import cells
from jichi.methods.tables.cells import USUAL_MARKS, Fault, Mark, label_of, plain_number, read_cell
from jichi.methods.tables.differences import compare
from jichi.methods.tables.files import open_book
from jichi.methods.tables.grid import cell_name, column_of, letters_of
from jichi.methods.tables.heads import period_in
from jichi.methods.tables.layout import Layout, matches
from jichi.methods.tables.proposing import propose
from jichi.methods.tables.reading import read_table
from jichi.methods.tables.stored import table_as_json, table_from_json
from jichi.methods.tables.troubles import TableError, Trouble


def workbook(write: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        write(book)
    return out.getvalue()


def simple(book: Any, name: str = "表1", first: int = 0) -> Any:
    sheet = book.add_worksheet(name)
    sheet.write_row(first, 0, ["市区町村", "人口", "率"])
    sheet.write_row(first + 1, 0, ["東市", 1200, 59.4])
    sheet.write_row(first + 2, 0, ["西町", 300, 71])
    return sheet


def read(content: bytes, layout: Layout | None = None) -> Any:
    book = open_book(content)
    return read_table(book, layout or propose(book))


def codes(table: Any) -> list[tuple[str, str]]:
    return [(trouble.code, trouble.cell) for trouble in table.troubles]


def refusal(content: bytes, layout: Layout | None = None) -> Trouble:
    with pytest.raises(TableError) as error:
        read(content, layout)
    text = refused(error.value).messages["file"][0]
    assert text and "%(" not in text
    return error.value.trouble


# --- one cell -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("１，２３４", "1234"),
        ("1,234,567.50", "1234567.5"),
        ("1 234", "1234"),
        ("▲1,234", "-1234"),
        ("△ 0.5", "-0.5"),
        ("−3", "-3"),
        ("－１２", "-12"),
        ("-0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("59.4％", "59.4"),
        ("41,200世帯", "41200"),
        ("1,234*1)", "1234"),
        ("1,234 注2)", "1234"),
        ("12345¹", "12345"),
        ("r 1,234", "1234"),
        (1200.0, "1200"),
        (0.1 + 0.2, "0.3"),
        (78.30000000000001, "78.3"),
        (1e15, "1000000000000000"),
        (-0.0, "0"),
    ],
)
def test_a_number_is_read_however_it_is_written(typed, says):
    assert read_cell(typed, USUAL_MARKS).cell == says


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("-", "-"),
        ("－", "-"),
        ("―", "-"),
        ("…", "..."),
        ("・・・", "..."),
        ("x", "x"),
        ("Ｘ", "x"),
        ("＊＊＊", "***"),
        ("- *1)", "-"),
    ],
)
def test_a_declared_mark_is_no_number_and_never_zero(typed, mark):
    assert read_cell(typed, USUAL_MARKS).cell == Mark(mark)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("約100", "not_a_number"),
        ("12,34", "not_a_number"),
        ("1,2341)", "not_a_number"),
        ("(1,234)", "not_a_number"),
        ("※1 234", "not_a_number"),
        ("1e5", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("NaN", "unknown_mark"),
        ("na", "unknown_mark"),
        ("＃", "unknown_mark"),
        (True, "truth"),
        (datetime.date(2024, 1, 2), "date"),
        (datetime.timedelta(hours=30), "date"),
        (float("inf"), "not_a_number"),
    ],
)
def test_what_might_be_another_number_is_not_guessed(typed, code):
    cell = read_cell(typed, USUAL_MARKS).cell
    assert isinstance(cell, Fault) and cell.code == code


def test_a_blank_is_nothing_and_an_undeclared_mark_is_told():
    assert read_cell(" 　", USUAL_MARKS).cell is None
    assert read_cell("-", {}).cell == Fault("unknown_mark", "-")


@drawing(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=3))
def test_every_number_written_plainly_is_itself(value: Decimal):
    for text in (f"{value}", f"{value:,}"):
        cell = read_cell(text, USUAL_MARKS).cell
        assert isinstance(cell, str) and Decimal(cell) == value and "E" not in cell
        assert read_cell(cell, USUAL_MARKS).cell == cell


@drawing(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_every_float_is_itself_to_fifteen_digits(value: float):
    assert float(f"{value:.15g}") == float(plain_number(value))


@drawing(st.text(max_size=30))
@example("(昭和60)")
@example("²")
@example("*")
def test_no_text_breaks_a_cell_a_label_or_a_year(text: str):
    read_cell(text, USUAL_MARKS)
    label_of(text)
    period_in(text)
    matches(text, [text, "*"])


@pytest.mark.parametrize(
    ("printed", "text", "notes", "unit"),
    [
        ("人口注1)", "人口", ("注1)",), ""),
        ("総　数（人）", "総数", (), "人"),
        ("(昭和60)", "(昭和60)", (), ""),
        ("人口1)", "人口", ("1)",), ""),
        ("受注", "受注", (), ""),
        ("対象\n人口", "対象人口", (), ""),
        ("面積（km²）", "面積", (), "km2"),
        ("※加入率［％］", "加入率", ("※",), "%"),
        ("(再掲)", "(再掲)", (), ""),
        ("*1)", "*1)", (), ""),
    ],
)
def test_footnote_marks_and_units_come_off_a_name(printed, text, notes, unit):
    label = label_of(printed)
    assert (label.text, label.notes, label.unit) == (text, notes, unit)


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("令和5年度", 2023, None),
        ("Ｒ５．４．１現在", 2023, "2023-04-01"),
        ("2023年", 2023, None),
        ("令和５年３月末", 2022, "2023-03-31"),
        ("令和5年度末", 2023, "2024-03-31"),
        ("平成31年3月31日", 2018, "2019-03-31"),
        ("令和元年", 2019, None),
        ("2023年度（令和5年度）", 2023, None),
        ("FY2023", 2023, None),
        ("2023", 2023, None),
    ],
)
def test_years_and_days_are_read_by_the_calendar_of_eras(text, year, day):
    period, rest, wrong = period_in(text)
    assert period is not None and (period.year, rest, wrong) == (year, "", "")
    assert (period.as_of.isoformat() if period.as_of else None) == day


@pytest.mark.parametrize("text", ["2020年基準", "対2019年比", "人口", "2019年から2020年", "第5表", "1,990"])
def test_what_only_mentions_a_year_is_no_period(text):
    assert period_in(text)[0] is None


def test_a_year_that_contradicts_itself_is_told():
    assert period_in("令和5（2022）年度") == (None, "令和5(2022)年度", "令和5(2022)年度")


# --- workbooks ------------------------------------------------------------------------------------------------------
def test_errors_dates_truths_and_formulas_are_named_with_their_cells():
    def write(book: Any) -> None:
        sheet = simple(book)
        sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
        sheet.write_datetime("C2", datetime.datetime(2024, 1, 2), book.add_format({"num_format": "m/d"}))
        sheet.write_boolean("B3", True)
        sheet.write_formula("C3", "=B3*2", None, "")
        sheet.write_row(3, 0, ["北市", 5, 6])
        sheet.write_formula("B4", "=2+3", None, 5)

    layout = propose(open_book(workbook(simple)))
    table = read(workbook(write), layout)
    assert codes(table) == [("error", "B2"), ("date", "C2"), ("truth", "B3"), ("uncomputed", "C3")]
    assert table.rows[-1].cells == ["5", "6"]


def test_a_hidden_sheet_is_named_and_the_shown_one_proposed():
    def write(book: Any) -> None:
        hidden = simple(book, "旧データ")
        hidden.hide()
        simple(book, "公表").activate()

    content = workbook(write)
    assert propose(open_book(content)).sheet == "公表"
    [trouble] = read(content).troubles
    assert (trouble.code, trouble.sheet) == ("hidden_sheet", "旧データ")


def test_a_sheet_is_found_by_name_place_or_pattern():
    layout = propose(open_book(workbook(lambda book: simple(book, "R5"))))
    renamed = workbook(lambda book: simple(book, "R6"))
    trouble = refusal(renamed, layout)
    assert (trouble.code, trouble.facts["sheets"]) == ("sheet_gone", "R6")
    data = layout.as_json()
    for by, value in (("place", "1"), ("pattern", "R*")):
        table = read(renamed, Layout.from_json(data | {"sheet": {"by": by, "value": value}}))
        assert len(table.rows) == 2

    def two(book: Any) -> None:
        simple(book, "R5")
        simple(book, "R6")

    several = Layout.from_json(data | {"sheet": {"by": "pattern", "value": "R*"}})
    assert refusal(workbook(two), several).code == "sheets_several"


def test_readings_over_kanji_do_not_enter_the_names():
    content = workbook(lambda book: simple(book))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/sharedStrings.xml":
                ruby = '東市</t><rPh sb="0" eb="2"><t>ヒガシシ</t></rPh>'
                data = data.replace("東市</t>".encode(), ruby.encode())
            new.writestr(name, data)
    assert [row.keys for row in read(out.getvalue()).rows] == [("東市",), ("西町",)]


def test_one_cell_in_the_last_corner_does_not_take_the_machine_down():
    def write(book: Any) -> None:
        simple(book).write("XFD1048576", 1)

    trouble = refusal(workbook(write))
    assert (trouble.code, trouble.facts["rows"], trouble.facts["columns"]) == ("far_flung", 1048576, 16384)


def test_formats_down_to_the_last_row_are_no_cells():
    def write(book: Any) -> None:
        simple(book).write_blank(1048575, 0, None, book.add_format({"bold": True}))

    assert len(read(workbook(write)).rows) == 2


ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="表1">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(*rows: list[Any], more: str = "") -> bytes:
    lines = []
    for row in rows:
        cells = [
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            if isinstance(cell, str)
            else f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        ]
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS_HEAD + "".join(lines) + more + ODS_TAIL)
    return out.getvalue()


def test_an_open_document_is_read_and_its_bomb_is_not():
    rows = [["市区町村", "人口", "率"], ["東市", 1200, 59.4], ["西町", 300, "x"]]
    table = read(ods(*rows))
    assert [row.cells for row in table.rows] == [["1200", "59.4"], ["300", Mark("x")]]
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    bomb = f'<table:table-row table:number-rows-repeated="1048576">{cell * 3}</table:table-row>'
    assert refusal(ods(*rows, more=bomb)).code == "far_flung"


def test_no_cells_at_all_is_no_table():
    assert refusal(workbook(lambda book: book.add_worksheet())).code == "no_table"
    assert refusal("見出しだけ,の表\n".encode()).code == "no_table"


# --- csv --------------------------------------------------------------------------------------------------------------
def test_a_broken_line_of_a_csv_is_named():
    trouble = refusal('市区町村,人口\n東市,"12\n西町,3\n'.encode())
    assert (trouble.code, trouble.line) == ("quote", 2)


def test_the_line_is_said_where_a_cell_holds_line_breaks():
    content = '市区町村,人口\n"東市\n(旧東町)",12\n西町,?\n'.encode()
    [trouble] = read(content).troubles
    assert (trouble.cell, trouble.line) == ("B3", 4)
    assert "B3" in place(trouble) and "4" in place(trouble)


def test_years_count_on_without_being_named_again():
    table = read("市区町村,令和4年度,5,6\n東市,1,2,3\n西町,4,5,6\n".encode())
    assert [column.period.year for column in table.columns] == [2022, 2023, 2024]
    rows = read("年度,区,項目,値\n平成30年度,東,a,1\n令和元,東,a,2\n2,東,a,3\n,東,b,4\n".encode())
    assert [row.period.year for row in rows.rows] == [2018, 2019, 2020, 2020]


def test_units_above_the_table_and_in_its_cells_must_agree():
    table = read("表1,,（単位：千円）\n市区町村,収入,支出\n東市,100,200\n西町,100円,200\n".encode())
    assert [column.unit for column in table.columns] == ["千円", "千円"]
    assert codes(table) == [("unit", "B4")]
    assert table.rows[1].cells[1] == "200"


def test_a_column_that_stands_twice_is_told():
    assert ("column_twice", "C1") in codes(read("市区町村,人口,人口\n東市,1,2\n西町,3,4\n".encode()))


# --- differences --------------------------------------------------------------------------------------------------------
def test_two_readings_are_compared_by_names_and_years():
    old = read("市区町村,令和4年度,令和5年度\n東市,1,2\n西町,3,x\n".encode())
    new = read("市区町村,令和5年度,令和6年度\n東市,2,9\n西町,5,6\n南村,7,8\n".encode())
    found = compare(old, 2023, new, 2024)
    assert found.counts() == {"added": 4, "gone": 2, "revised": 1, "next": 0, "same": 1}
    [revised] = [one for one in found.listed if one.kind == "revised"]
    assert (revised.keys, revised.old, revised.new, revised.year, revised.address) == (
        ("西町",),
        "x",
        "5",
        2023,
        "B3",
    )


@settings(deadline=None)
@drawing(st.data())
def test_a_reading_differs_from_itself_in_nothing(data: st.DataObject):
    rows = data.draw(
        st.lists(st.tuples(st.sampled_from("東西南北"), st.sampled_from(["1", "x", "", "2.5"])), min_size=1)
    )
    table = read("区,値\n".encode() + "".join(f"{name},{cell or 0}\n" for name, cell in rows).encode())
    found = compare(table, 2023, table_from_json(table_as_json(table)), 2023)
    assert found.listed == [] and found.same == len(table.rows)


# --- junk ---------------------------------------------------------------------------------------------------------------
def attempt(content: bytes) -> None:
    """Everything a person may do with a file: it is read, or refused in words."""
    try:
        book = open_book(content)
        layout = propose(book)
        table = read_table(book, layout)
        table_as_json(table)
        for trouble in table.troubles:
            assert "%(" not in sentence(trouble)
        layout_sentences(layout)
    except TableError as error:
        raise refused(error) from error


@settings(max_examples=100, deadline=None)
@drawing(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")))
)
def test_junk_raises_nothing_but_invalid(content: bytes):
    try:
        attempt(content)
    except Invalid as error:
        assert error.messages["file"]


@settings(max_examples=100, deadline=None)
@drawing(
    st.lists(
        st.lists(
            st.sampled_from(
                ["", "区", "人口", "令和5年度", "2023", "12", "x", "計", "注1) 見本", "単位：人", "1,2"]
            ),
            max_size=6,
        ),
        max_size=12,
    )
)
def test_nonsense_tables_raise_nothing_but_invalid(rows: list[list[str]]):
    content = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()
    try:
        attempt(content)
    except Invalid as error:
        assert error.messages["file"]


SOUND = workbook(lambda book: simple(book))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawing(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=40), st.booleans())
def test_damaged_workbooks_raise_nothing_but_invalid(at: int, junk: bytes, cut: bool):
    content = SOUND[:at] if cut else SOUND[:at] + junk + SOUND[at + len(junk) :]
    try:
        attempt(content)
    except Invalid as error:
        assert error.messages["file"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawing(st.data())
def test_damaged_sheets_raise_nothing_but_invalid(data: st.DataObject):
    """The archive is sound, what is packed in it is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as old, zipfile.ZipFile(out, "w") as new:
        broken = data.draw(st.sampled_from([name for name in old.namelist() if name.startswith("xl/")]))
        for name in old.namelist():
            content = old.read(name)
            if name == broken:
                at = data.draw(st.integers(0, len(content)))
                content = (
                    content[:at]
                    + data.draw(st.binary(max_size=20))
                    + content[at + data.draw(st.integers(0, 40)) :]
                )
            new.writestr(name, content)
    try:
        attempt(out.getvalue())
    except Invalid as error:
        assert error.messages["file"]


# --- words --------------------------------------------------------------------------------------------------------------
def test_every_trouble_that_is_raised_has_its_sentence():
    raised: set[str] = set()
    for path in Path(cells.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:stop\(|code=|_say\(\s*)"([a-z_]+)"', text))
        raised |= set(re.findall(r'Fault\("([a-z_]+)"', text))
    assert raised and raised <= SENTENCES.keys()


@drawing(st.integers(0, 18_277))
def test_columns_have_letters_and_letters_columns(index: int):
    assert column_of(letters_of(index)) == index and cell_name(0, index) == f"{letters_of(index)}1"
