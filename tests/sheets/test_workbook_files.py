"""What comes as a file: other kinds, damage, attacks, other workbooks. Each is refused with its reason."""

from __future__ import annotations

import io
import time
import tracemalloc

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Address, Severity
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import read
from jichi.sheets.workbook import (
    Awaited,
    WorkbookError,
    bind,
    read_workbook,
    workbook_problem_text,
    write_workbook,
)
from jichi.sheets.workbook.package import MOST_BYTES

from .samples import COUNCILS
from .workbooks import (
    COVER,
    KEY,
    bound,
    changed,
    codes,
    envelope,
    fill_in,
    packed,
    part_of_sheet,
    parts_of,
    told,
    written,
)

FORM = parse_definition(COUNCILS)
CONTENT = written(FORM)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refused(content: bytes) -> str:
    """The code with which a file is refused; its sentence can be said."""
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content, key=KEY)
    assert workbook_problem_text(caught.value.problem)
    assert caught.value.problem.severity is Severity.ERROR
    return caught.value.problem.code


def with_part(name: str, data: bytes) -> bytes:
    return packed({**parts_of(CONTENT), name: data})


def zipped(**parts: bytes) -> bytes:
    return packed({name.replace("__", "/"): data for name, data in parts.items()})


# --- other kinds of file -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK" + bytes(MOST_BYTES), "too_big"),
        ("名称,委員数\n環境審議会,10\n".encode(), "csv"),
        ("名称,委員数\n環境審議会,10\n".encode("cp932"), "csv"),
        (("名称,委員数\n" * 2000).encode("cp932"), "csv"),
        (b"\xef\xbb\xbfname,members\r\n", "csv"),
        (b"%PDF-1.7 ...", "not_xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not_xlsx"),
        (b"\x00\x01\x02\x03", "not_xlsx"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE + "WordDocument".encode("utf-16-le"), "not_xlsx"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}), "ods"),
        (packed({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "xlsb"),
        (packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "not_xlsx"),
        (packed({"readme.txt": b"hello"}), "not_xlsx"),
        (b"PK\x03\x04 no archive", "damaged"),
    ],
)
def test_other_kinds_of_file_are_told_apart(content, code):
    assert refused(content) == code


@pytest.mark.parametrize("kept", [100, 2000, len(CONTENT) // 2, len(CONTENT) - 30])
def test_a_file_cut_off_is_damaged(kept):
    assert refused(CONTENT[:kept]) == "damaged"


def test_broken_xml_is_damaged():
    name = part_of_sheet(CONTENT, "設置の有無")
    assert refused(with_part(name, parts_of(CONTENT)[name][:-200])) == "damaged"
    assert refused(with_part("xl/styles.xml", b"<styleSheet><numFmts>")) == "damaged"


def test_an_archive_with_a_password_is_encrypted():
    # The flag of an encrypted entry, in its local header and in the directory.
    content = bytearray(CONTENT)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    assert refused(bytes(content)) == "encrypted"


# --- attacks -------------------------------------------------------------------------------------------------
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><sst/>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("xl/worksheets/sheet2.xml", LAUGHS),
        ("xl/sharedStrings.xml", OUTSIDE),
        ("xl/workbook.xml", OUTSIDE),
        ("_rels/.rels", OUTSIDE),
        ("docProps/custom.xml", OUTSIDE),
        ("xl/worksheets/sheet2.xml", LAUGHS.decode().encode("utf-16")),
    ],
)
def test_entities_and_document_types_are_refused(name, data):
    assert refused(with_part(name, data)) == "entities"


def bomb(inside: bytes, count: int) -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part("xl/worksheets/sheet2.xml", head + inside * count + b"</sheetData></worksheet>")


def cost_of(content: bytes) -> tuple[float, float, str]:
    """Seconds and MB that a file costs, and how it is refused (or "")."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        read_workbook(content, key=KEY)
        code = ""
    except WorkbookError as error:
        code = error.problem.code
    seconds = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return seconds, peak, code


def test_a_zip_bomb_costs_little():
    content = bomb(b" " * 1_000_000, 100)
    assert len(content) < 200_000
    seconds, peak, code = cost_of(content)
    assert code == "too_large_inside" and peak < 20 and seconds < 20


def test_more_xml_than_a_form_has_is_refused(monkeypatch):
    monkeypatch.setattr("jichi.sheets.workbook.package.MOST_XML", 200_000)
    assert refused(bomb(b"<row/>", 40_000)) == "too_large_inside"


def test_more_cells_than_a_form_has_are_refused(monkeypatch):
    monkeypatch.setattr("jichi.sheets.workbook.content.MOST_CELLS", 2000)
    assert refused(bomb(b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>", 3)) == "too_large_inside"


def test_ranges_over_a_whole_sheet_are_not_unfolded():
    name = part_of_sheet(CONTENT, "設置の有無")
    text = parts_of(CONTENT)[name].decode()
    merged = text.replace('<mergeCells count="1">', '<mergeCells count="2"><mergeCell ref="A1:XFD1048576"/>')
    assert merged != text
    content = with_part(name, merged.encode())
    seconds, peak, code = cost_of(content)
    assert code == "" and peak < 20 and seconds < 20
    assert "merged" in codes(bound(FORM, content))


def test_a_cell_far_away_is_named_without_walking_there():
    content = changed(CONTENT, lambda book: setattr(book["設置の有無"]["XFD1048576"], "value", "端"))
    reading = bound(FORM, content)
    assert [(one.code, one.cell) for one in reading.problems] == [("outside", "XFD1048576")]


def test_too_many_parts_are_refused():
    assert (
        refused(packed({**parts_of(CONTENT), **{f"x{at}": b"" for at in range(3000)}})) == "too_large_inside"
    )


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damage_of_any_kind_is_an_error_of_ours_or_none(data):
    """Bytes changed in one part (or in the archive): refused with a reason, or read as far as it can be."""
    parts = parts_of(CONTENT)
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _time in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        what = data.draw(
            st.sampled_from([b"", b"<", b">", b'"', b"&", b"A", b"9", b"\xff", b"-", b"1e999999"])
        )
        content[at : at + data.draw(st.integers(0, 12))] = what
    try:
        returned = read_workbook(packed({**parts, name: bytes(content)}), key=KEY)
    except WorkbookError as error:
        assert workbook_problem_text(error.problem)
        return
    assert told(bind(FORM, returned)) is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(CONTENT)))
def test_bytes_of_any_kind_are_an_error_of_ours_or_none(noise, at):
    for content in (noise, CONTENT[:at] + noise + CONTENT[at + len(noise) :]):
        try:
            read_workbook(content, key=KEY)
        except WorkbookError as error:
            assert workbook_problem_text(error.problem)


# --- whose workbook it is --------------------------------------------------------------------------------------
def awaited(**changes):
    values = {
        "form_key": "councils",
        "context": "figures.inquiryrequest:1",
        "respondent": "dept-1",
        "respondent_name": "市民局",
        "title": "令和8年度の照会",
    }
    return Awaited(**{**values, **changes})


def test_the_workbook_awaited_is_taken():
    assert told(bound(FORM, CONTENT, awaited=awaited())) == []


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"respondent": "dept-2", "respondent_name": "健康福祉局"}, "other_respondent", "健康福祉局"),
        (
            {"context": "figures.inquiryrequest:2", "title": "令和9年度の照会"},
            "other_inquiry",
            "令和9年度の照会",
        ),
        ({"form_key": "other"}, "other_form", "令和8年度の照会"),
        # Of one inquiry each of those asked has a context of its own: it is said once.
        (
            {"respondent": "dept-2", "respondent_name": "健康福祉局", "context": "figures.inquiryrequest:2"},
            "other_respondent",
            "健康福祉局",
        ),
        ({"context": "figures.inquiryrequest:2"}, "other_asking", "令和8年度の照会"),
    ],
)
def test_a_workbook_of_another_addressee_inquiry_or_form_is_refused_whole(changes, code, words):
    content = fill_in(FORM, CONTENT, {Address("held"): "yes"})
    reading = bound(FORM, content, awaited=awaited(**changes))
    assert codes(reading) == [code]
    assert reading.raw == {} and not reading.is_acceptable
    assert told(reading)[0].count(words) == 1 + (code == "other_respondent")


def test_last_years_form_is_known_by_its_digest():
    newer = parse_definition({**COUNCILS, "title": {"ja": "新しい様式"}})
    known = bound(newer, CONTENT, awaited=awaited(older={FORM.digest: "1"}))
    assert codes(known) == ["older_version"] and known.raw == {}
    unknown = bound(newer, CONTENT, awaited=awaited())
    assert codes(unknown) == ["other_version"]
    assert "2026-05-01" in told(known)[0] and "2026-05-01" in told(unknown)[0]
    assert codes(bound(newer, CONTENT)) == ["other_version"]


def test_a_changed_envelope_is_refused():
    other = written(FORM, envelope=envelope(FORM, respondent="dept-2"))

    def exchange(book: openpyxl.Workbook) -> None:
        stranger = openpyxl.load_workbook(io.BytesIO(other))
        book["_jichi"]["B2"].value = stranger["_jichi"]["B2"].value

    # The hidden sheet of another department beside the properties of this one.
    assert refused(changed(CONTENT, exchange)) == "envelope_changed"

    def tamper(book: openpyxl.Workbook) -> None:
        cell = book["_jichi"]["B2"]
        cell.value = cell.value[:20] + ("A" if cell.value[20] != "A" else "B") + cell.value[21:]

    assert refused(changed(CONTENT, tamper)) == "envelope_changed"
    assert refused(written(FORM, key=b"of another installation")) == "envelope_changed"


def test_a_workbook_made_under_an_older_secret_is_still_read():
    content = written(FORM, key=b"of last year")
    assert read_workbook(content, key=KEY, older_keys=[b"of last year"]).envelope.respondent == "dept-1"


def test_a_workbook_of_nobodys_is_refused():
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    assert refused(out.getvalue()) == "no_envelope"


def test_without_the_hidden_sheet_the_properties_tell_whose_it_is():
    filled = fill_in(FORM, CONTENT, {Address("held"): "no", Address("reason"): "所管なし"})
    reading = bound(FORM, changed(filled, lambda book: book.remove(book["_jichi"])))
    assert codes(reading) == ["binding_lost"]
    assert read(FORM, reading.raw).values == {Address("held"): False, Address("reason"): "所管なし"}
    assert told(reading)


def test_without_the_properties_the_hidden_sheet_tells_whose_it_is():
    parts = parts_of(CONTENT)
    parts["docProps/custom.xml"] = b"<Properties/>"
    assert told(bound(FORM, packed(parts))) == []


def test_the_same_return_twice_is_the_same_file_and_the_same_answers():
    content = fill_in(FORM, CONTENT, {Address("held"): "yes"})
    again = changed(content, lambda book: None)
    first, second = read_workbook(content, key=KEY), read_workbook(content, key=KEY)
    assert first.sha256 == second.sha256 and len(first.sha256) == 64
    assert bound(FORM, content).raw == bound(FORM, again).raw


def test_the_same_form_gives_the_same_file():
    assert written(FORM) == CONTENT


def test_a_form_of_another_digest_is_not_written():
    with pytest.raises(ValueError, match="another version"):
        write_workbook(FORM, envelope=envelope(FORM, form_digest="x"), cover=COVER, key=KEY)


def test_macros_are_not_run_and_said():
    content = packed({**parts_of(CONTENT), "xl/vbaProject.bin": b"x"})
    assert codes(bound(FORM, content)) == ["macros"]
    assert told(bound(FORM, content))
