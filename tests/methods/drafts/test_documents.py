"""Word documents: read in order with the numbers that Word prints, and refused where they are no document."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jichi.methods.drafts import DraftError, from_docx, left_out_of_docx

NUMBERING = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimalFullWidth"/><w:lvlText w:val="（%1）"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="aiueoFullWidth"/><w:lvlText w:val="%2"/></w:lvl>
</w:abstractNum>"""


def saved(document: docx.document.Document) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def example() -> bytes:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERING))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    document.add_heading("見本条例（案）", 0)
    document.add_heading("第１章　総則", 1)
    document.add_paragraph("（目的）")
    document.add_paragraph("第１条　この条例は、まちをつくる。")
    document.add_paragraph("２　市は、努める。")
    for depth, text in ((0, "公園"), (0, "道路"), (1, "歩道"), (0, "川")):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="91"/></w:numPr>')
        )
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ("区分", "数", "公園", "3"), strict=True
    ):
        cell.text = text
    tracked = document.add_paragraph("市は")
    tracked._p.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="1" w:author="x"><w:r><w:t>必ず</w:t></w:r></w:ins>'.replace(
                "  ", " "
            )
        )
    )
    tracked._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="2" w:author="x"><w:r><w:delText>時々</w:delText></w:r></w:del>'
        )
    )
    tracked.add_run("行う。")
    return saved(document)


EXAMPLE = example()


def test_a_document_is_read_in_order():
    draft = from_docx(EXAMPLE)
    assert draft.title == "見本条例（案）"
    assert [(one.anchor, one.kind.value, one.level, one.number, one.text) for one in draft.paragraphs] == [
        ("1", "heading", 1, "第１章", "総則"),
        ("a1-0", "heading", 6, "", "（目的）"),
        ("a1", "article", 0, "第１条", "この条例は、まちをつくる。"),
        ("a1-2", "paragraph", 0, "２", "市は、努める。"),
        ("a1-3", "item", 1, "（１）", "公園"),
        ("a1-4", "item", 1, "（２）", "道路"),
        ("a1-5", "item", 2, "ア", "歩道"),
        ("a1-6", "item", 1, "（３）", "川"),
        ("a1-7", "table_row", 0, "", "区分\t数"),
        ("a1-8", "table_row", 0, "", "公園\t3"),
        ("a1-9", "paragraph", 0, "", "市は必ず行う。"),
    ]
    assert left_out_of_docx(EXAMPLE) == {"tracked_changes": 2}


def changed(
    change: Callable[[dict[str, bytes]], object], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    with zipfile.ZipFile(io.BytesIO(EXAMPLE)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def body(parts: dict[str, bytes], before: bytes, after: bytes) -> None:
    assert before in parts["word/document.xml"]
    parts["word/document.xml"] = parts["word/document.xml"].replace(before, after, 1)


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:document'
REFUSED = {
    "nothing": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "not-docx"),
    "half a file": (EXAMPLE[: len(EXAMPLE) // 2], "damaged"),
    "another archive": (changed(lambda parts: parts.pop("word/document.xml")), "not-docx"),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "encrypted"),
    "a bomb": (changed(lambda parts: parts.update({"word/media/a.xml": b"\x00" * 30_000_000})), "zip-bomb"),
    "a program": (changed(lambda parts: parts.update({"word/vbaProject.bin": b"x"})), "macros"),
    "an entity": (changed(lambda parts: body(parts, b"<w:document", ENTITY)), "external-entity"),
    "an entity in UTF-16": (
        changed(
            lambda parts: parts.update(
                {
                    "word/x.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "">]><x/>'.encode(
                        "utf-16"
                    )
                }
            )
        ),
        "external-entity",
    ),
    "a well": (
        changed(lambda parts: body(parts, b"<w:body>", b"<w:body>" + b"<w:p>" * 9_000 + b"</w:p>" * 9_000)),
        "damaged",
    ),
    "broken XML": (changed(lambda parts: body(parts, b"<w:body>", b"<w:body><w:p>")), "damaged"),
    "no relations": (changed(lambda parts: parts.pop("_rels/.rels")), "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_is_refused(name):
    data, code = REFUSED[name]
    with pytest.raises(DraftError) as caught:
        from_docx(data)
    assert caught.value.code == code


def test_a_large_document_is_refused_with_its_largest_part():
    photo = random.Random(12).randbytes(150_000) + b"\x00" * 20_500_000
    with pytest.raises(DraftError) as caught:
        from_docx(changed(lambda parts: parts.update({"word/media/photo.png": photo})))
    assert caught.value.code == "too-large" and caught.value.params["place"] == "word/media/photo.png"
