"""Files made up to keep a server busy, or to break the reading of them: refused with a reason, at little cost."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest

from jichi.sheets.workbook import WorkbookError, bind, package, read_workbook, workbook_problem_text
from jichi.sheets.workbook.package import MOST_BETWEEN, MOST_DEPTH, MOST_ENTRIES, MOST_TAGS

from .workbooks import (
    FILLED,
    FORM,
    KEY,
    bound,
    changed,
    codes,
    fill_in,
    packed,
    part_of_sheet,
    parts_of,
    told,
    written,
)

CONTENT = written(FORM)
SHEET = "xl/worksheets/sheet2.xml"


def refused(content: bytes) -> str:
    """The code with which a file is refused; its sentence can be said."""
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content, key=KEY)
    assert workbook_problem_text(caught.value.problem)
    return caught.value.problem.code


def with_sheet(xml: bytes) -> bytes:
    return packed({**parts_of(CONTENT), SHEET: xml})


def packed_by(method: int, *, spoil: bool = False) -> bytes:
    """The workbook packed in another way; ``spoil``: with the packed bytes of a sheet changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts_of(CONTENT).items():
            archive.writestr(name, data, compress_type=method if name == SHEET else zipfile.ZIP_DEFLATED)
        at = archive.getinfo(SHEET).header_offset + 30 + len(SHEET) + 20
    content = bytearray(buffer.getvalue())
    if spoil:
        content[at : at + 40] = b"\xff" * 40
    return bytes(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("spoil", [False, True])
def test_what_no_spreadsheet_program_packs_with_is_not_unpacked(method, spoil):
    assert refused(packed_by(method, spoil=spoil)) == "damaged"


def test_a_way_of_packing_that_nobody_knows_is_damage_and_no_password():
    content = packed_by(zipfile.ZIP_STORED)
    at = content.rindex(SHEET.encode()) - 46 + 10
    assert refused(content[:at] + b"\x63\x00" + content[at + 2 :]) == "damaged"


def test_entries_that_lie_outside_of_the_file_are_damage():
    content = bytearray(CONTENT)
    first = content.rindex(b"xl/workbook.xml") - 46
    assert content[first : first + 4] == b"PK\x01\x02"
    for offset in (0xFFFFFFFE, len(content) - 3, 0x7FFFFFFF):
        content[first + 42 : first + 46] = offset.to_bytes(4, "little")
        assert refused(bytes(content)) == "damaged"
    # A directory that claims to begin elsewhere moves every entry before the beginning of the file.
    moved = bytearray(CONTENT)
    end = moved.rindex(b"PK\x05\x06")
    moved[end + 16 : end + 20] = (len(moved) + 5000).to_bytes(4, "little")
    assert refused(bytes(moved)) == "damaged"


@pytest.mark.parametrize("encoding", ["foo", "euc-jp", "cp932", "utf-7", "rot13", "hex"])
def test_an_encoding_that_no_workbook_has_is_damage(encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><worksheet/>'.encode()
    assert refused(with_sheet(xml)) == "damaged"


@pytest.mark.parametrize(
    "xml",
    [
        b"<worksheet><!--" + b"a" * 20_000_000 + b"--></worksheet>",
        b'<worksheet a="' + b"a" * 20_000_000 + b'"/>',
        b'<worksheet a="' + b"a" * 20_000_000,
        b"<c>" * (MOST_DEPTH + 1),
    ],
    ids=["comment", "attribute", "unclosed", "deep"],
)
def test_xml_that_costs_more_than_its_length_is_given_up_early(xml):
    begun = time.process_time()
    assert refused(with_sheet(xml)) == "too_large_inside"
    # 20 MB without a tag took half a minute before they were bounded.
    assert time.process_time() - begun < 15


def test_more_tags_than_a_workbook_has_are_given_up_early(monkeypatch):
    # A tenth of the bound shows as well as the whole, which takes ten times as long.
    monkeypatch.setattr(package, "MOST_TAGS", MOST_TAGS // 10)
    assert bound(FORM, CONTENT)
    begun = time.process_time()
    assert refused(with_sheet(b"<worksheet>" + b"<c/>" * (MOST_TAGS // 20) + b"</worksheet>")) == (
        "too_large_inside"
    )
    assert time.process_time() - begun < 5


def test_what_stands_between_two_tags_may_be_long():
    parts = parts_of(CONTENT)
    longer = parts[SHEET].replace(b"<sheetData>", b"<!--" + b"a" * (MOST_BETWEEN // 2) + b"--><sheetData>")
    assert longer != parts[SHEET]
    assert told(bound(FORM, packed({**parts, SHEET: longer}))) == told(bound(FORM, CONTENT))


def test_a_directory_of_many_entries_is_not_read():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(MOST_ENTRIES * 20):
            archive.writestr(f"x{number}", b"")
    begun = time.process_time()
    assert refused(buffer.getvalue()) == "too_large_inside"
    assert time.process_time() - begun < 0.5


def test_an_envelope_of_signs_that_no_text_holds_is_a_changed_one():
    def spoil(book: openpyxl.Workbook) -> None:
        book["_jichi"]["B2"].value = "abc.mark"

    parts = parts_of(changed(CONTENT, spoil))
    name = next(name for name, data in parts.items() if b"abc.mark" in data)
    assert refused(packed({**parts, name: parts[name].replace(b"abc.mark", b"abc._xD800__x0000_")})) == (
        "envelope_changed"
    )


# --- in the sheets -------------------------------------------------------------------------------------------
def merged_everywhere(count: int) -> bytes:
    content = fill_in(FORM, CONTENT, FILLED)
    name = part_of_sheet(content, "団体")
    data = parts_of(content)[name]
    ranges = b'<mergeCells><mergeCell ref="A1:XFD1048576"/>' + b'<mergeCell ref="B2:XFD9999"/>' * count
    return packed(
        {
            **parts_of(content),
            name: data.replace(b"</sheetData>", b"</sheetData>" + ranges + b"</mergeCells>"),
        }
    )


def test_ranges_that_lie_over_each_other_are_given_up():
    content = merged_everywhere(5000)
    begun = time.process_time()
    reading = bind(FORM, read_workbook(content, key=KEY))
    assert time.process_time() - begun < 5
    assert codes(reading) == ["damaged"] and not reading.is_acceptable


def test_a_long_list_put_below_the_table_is_told_in_time():
    def paste(book: openpyxl.Workbook) -> None:
        for row in range(11, 4011):
            for column in (3, 4):
                book["団体"].cell(row, column).value = f"会{row}"

    content = changed(CONTENT, paste)
    begun = time.process_time()
    reading = bound(FORM, content)
    # A second; each row looked for over all of them took a minute.
    assert time.process_time() - begun < 10
    found = codes(reading)
    assert found.count("added_row") == 20 and "outside_more" in found and len(found) < 50
    assert not reading.is_acceptable
    assert any("C11" in text and "会11" in text for text in told(reading))
