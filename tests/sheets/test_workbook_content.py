"""Reading cells: kinds of content, dates of Japanese Excel, texts with readings, and what no program writes."""

from __future__ import annotations

import pytest

from jichi.sheets.workbook import WorkbookError, open_book
from jichi.sheets.workbook.content import Kind, kind_of_format

from .workbooks import packed


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", Kind.NUMBER),
        ("#,##0.00", Kind.NUMBER),
        ("0.00E+00", Kind.NUMBER),
        ('#,##0"日"', Kind.NUMBER),
        ('0"day"', Kind.NUMBER),
        ("[Red]#,##0;-#,##0", Kind.NUMBER),
        ("0%", Kind.NUMBER),
        ("yyyy/m/d", Kind.DATE),
        ("[$-411]ge.m.d;@", Kind.DATE),
        ('[$-411]ggge"年"m"月"d"日"', Kind.DATE),
        ('m"月"', Kind.DATE),
        ("h:mm", Kind.TIME),
        ("[h]:mm:ss", Kind.TIME),
        ("h:mm AM/PM", Kind.TIME),
        ("@", Kind.NUMBER),
    ],
)
def test_dates_are_told_by_their_format(code, kind):
    assert kind_of_format(code)[0] is kind


MINIMAL = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b'<Relationships><Relationship Id="r" Type="x/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="S" r:id="s"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": (
        b'<Relationships><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="t" Type="x/styles" Target="styles.xml"/>'
        b'<Relationship Id="u" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/styles.xml": b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="58"/><xf numFmtId="27"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": (
        '<sst><si><r><t>市</t></r><r><t>民</t></r><rPh sb="0" eb="1"><t>シ</t></rPh></si>'
        "<si><t>a_x000D_\nb_x005F_x0041_</t></si></sst>"
    ).encode(),
}


def sheet(rows: str, more: dict[str, bytes] | None = None) -> dict[tuple[int, int], str]:
    xml = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    book = open_book(packed({**MINIMAL, **(more or {}), "xl/worksheets/sheet1.xml": xml}))
    return {place: cell.text for place, cell in book.sheets[0].cells.items()}


def test_era_dates_under_the_formats_of_japanese_excel_are_dates():
    assert sheet('<row><c s="1"><v>45748</v></c><c s="2"><v>45748</v></c><c><v>45748</v></c></row>') == {
        (1, 1): "2025-04-01",
        (1, 2): "2025-04-01",
        (1, 3): "45748",
    }


def test_days_are_counted_as_spreadsheets_count_them():
    row = '<row><c s="1"><v>1</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c></row>'
    assert list(sheet(row).values()) == ["1900-01-01", "1900-02-28", "60", "1900-03-01"]
    mac = b'<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="S" r:id="s"/></sheets></workbook>'
    assert sheet('<row><c s="1"><v>44286</v></c></row>', {"xl/workbook.xml": mac}) == {(1, 1): "2025-04-01"}
    # The same number is a day of the year 9999 here, and of 10003 there.
    assert sheet('<row><c s="1"><v>2958465</v></c></row>') == {(1, 1): "9999-12-31"}
    assert sheet('<row><c s="1"><v>2958465</v></c></row>', {"xl/workbook.xml": mac}) == {(1, 1): "2958465"}


def test_readings_over_words_and_escaped_signs_are_no_text():
    assert sheet('<row r="3"><c r="B3" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>') == {
        (3, 2): "市民",
        (3, 3): "a\nb_x0041_",
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>1.5E3</v></c>", "1500"),
        ("<c><v>-0</v></c>", "0"),
        ("<c t='b'><v>1</v></c>", "TRUE"),
        ("<c t='d'><v>2025-04-01T00:00:00</v></c>", "2025-04-01"),
        ("<c t='inlineStr'><is><t xml:space='preserve'> x </t></is></c>", " x "),
        ("<c t='str'><f>A1</f><v>x</v></c>", "x"),
        ("<c t='str'><v>a_xD800_b_x0000_c_xFFFE__x000D_</v></c>", "abc\n"),
        ("<c t='inlineStr'><is><t>_x0000_a</t></is></c>", "a"),
    ],
)
def test_cells_of_each_kind(cell, text):
    assert sheet(f"<row>{cell}</row>") == {(1, 1): text}


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c r='9Z'><v>1</v></c></row>",
        "<row r='x'></row>",
        "<row r='0'></row>",
        "<row r='1048577'></row>",
        "<row r='" + "9" * 4000 + "'></row>",
        "<row><c t='s'><v>7</v></c></row>",
        "<row><c><v>abc</v></c></row>",
        "<row><c><v>1e999</v></c></row>",
        "<row><c><v>NaN</v></c></row>",
    ],
)
def test_what_no_program_writes_is_damage(rows):
    with pytest.raises(WorkbookError, match="damaged"):
        sheet(rows)
