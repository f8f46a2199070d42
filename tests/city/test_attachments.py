"""Attachments: told by their content, pictures drawn anew, everything that runs or bursts refused."""

from __future__ import annotations

import datetime
import io
import os
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from jichi.city import attachments
from jichi.city.attachments import images, storage
from jichi.city.errors import Invalid

SECRET = b"35.53N 139.70E"


def picture(kind: str, size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def office(*members: tuple[str, bytes], base: bool = True) -> bytes:
    out = io.BytesIO()
    if base:
        Document().save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def pdf(*objects: bytes) -> bytes:
    return (
        b"%PDF-1.7\n" + b"\n".join(objects) + b"\nxref\n0 1\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )


def packed_objects(content: bytes) -> bytes:
    data = zlib.compress(content)
    return (
        b"5 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>>\nstream\n"
        + data
        + b"\nendstream endobj"
    )


def odt(*members: tuple[str, bytes]) -> bytes:
    mime = ("mimetype", b"application/vnd.oasis.opendocument.text")
    return office(mime, ("content.xml", b"<office:document-content/>"), *members, base=False)


PLAIN = pdf(
    b"1 0 obj <</Type /Catalog /OpenAction [3 0 R /Fit] /Note (JS)>> endobj", packed_objects(b"<</A (x)>>")
)
GOOD = {
    "pdf": PLAIN,
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "docx": office(),
    "odt": odt(),
    "text": "意見です。1 < 2".encode("cp932"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_wanted_is_taken_by_its_content(kind):
    found = attachments.checked(SimpleUploadedFile("..\\..\\写真\u202egpj.exe", GOOD[kind]))
    assert found.media_type == attachments.MEDIA_TYPES[kind]
    assert found.name.rpartition(".")[2] in {kind, "jpg", "txt"} and "/" not in found.name
    assert "\u202e" not in found.name and found.name.startswith("写真")
    assert found.size == len(found.content) and len(found.sha256) == 64
    if kind in {"pdf", "docx", "odt"}:
        assert found.content == GOOD[kind]


BAD = {
    "script in a pdf": (pdf(b"1 0 obj <</S /JavaScript /JS (app.alert\\(1\\))>> endobj"), "script"),
    "escaped name": (pdf(b"1 0 obj <</S /J#61vaScr#69pt>> endobj"), "script"),
    "launch": (pdf(b"1 0 obj <</S /Launch /F (cmd.exe)>> endobj"), "script"),
    "packed away": (pdf(packed_objects(b"<</S /JavaScript /JS 7 0 R>>")), "script"),
    "posing as a picture": (
        pdf(packed_objects(b"<</S /Launch>>").replace(b"/N 1", b"/N 1 /Subtype /Image")),
        "script",
    ),
    "script behind a nul": (pdf(b"1 0 obj <</S /JavaScript\0/JS\0(app.alert\\(1\\))>> endobj"), "script"),
    "script in a comment that says stream": (
        pdf(b"% stream", b"1 0 obj <</S /JavaScript /JS (x)>> endobj", b"% endstream"),
        "script",
    ),
    "locked by another name": (PLAIN.replace(b"trailer <<", b"trailer <</#45ncrypt 9 0 R "), "password"),
    "file in a pdf": (pdf(b"1 0 obj <</Type /EmbeddedFile>> endobj"), "script"),
    "locked pdf": (PLAIN.replace(b"trailer <<", b"trailer <</Encrypt 9 0 R "), "password"),
    "cut pdf": (PLAIN[:-20], "damaged"),
    "macros": (office(("word/vbaProject.bin", b"x")), "macros"),
    "other type of macros": (
        office(("customXml/item.xml", b"<a ContentType='application/vnd.ms-word.document.macroEnabled'/>")),
        "macros",
    ),
    "template from elsewhere": (
        office(
            (
                "word/_rels/settings.xml.rels",
                b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil/t.dotm"'
                b' TargetMode="External"/></Relationships>',
            )
        ),
        "macros",
    ),
    "macros in odt": (odt(("Basic/Standard/Module1.xml", b"<x/>")), "macros"),
    "other archive": (office(("a.txt", b"x"), base=False), "Archives"),
    "bomb": (office(("word/media/x.bin", b"\0" * 40_000_000)), "unpacks"),
    "cut zip": (office()[:-200], "damaged"),
    "cut picture": (picture("PNG")[:60], "damaged"),
    "huge picture": (picture("PNG", (9000, 9000)), "too many points"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "JPEG"),
    "program": (b"MZ\x90\0" + b"\0" * 100, "Programs"),
    "shell": (b"#!/bin/sh\nrm -rf /\n", "Programs"),
    "svg": (b"<?xml version='1.0'?><svg xmlns='x' onload='a()'/>", "Web pages"),
    "html": (b"hello <script>alert(1)</script>", "Web pages"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Old Office"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, "Archives"),
    "binary": (bytes(range(256)) * 4, "kind of file"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_could_harm_is_refused_with_what_to_do(name):
    from django.utils import translation

    content, said = BAD[name]
    with translation.override("en"), pytest.raises(Invalid) as error:
        attachments.checked((f"{name}.pdf", content))
    assert said in error.value.messages["file"][0]


def test_kinds_and_size_are_bounded():
    with pytest.raises(Invalid):
        attachments.checked(("a.png", GOOD["png"]), kinds=attachments.DOCUMENTS)
    with pytest.raises(Invalid):
        attachments.checked(("a.txt", b"x" * 101), most_bytes=100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_nothing_but_its_points_and_stands_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = SECRET.decode()
    more: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", SECRET.decode())
        more["pnginfo"] = info
    content = picture(kind, **more) + SECRET
    assert SECRET in content
    found = attachments.checked(("a.jpg", content))
    assert SECRET not in found.content
    with Image.open(io.BytesIO(found.content)) as image:
        assert image.size == (20, 40) and not dict(image.getexif())


def test_a_moving_picture_still_moves_and_is_bounded(monkeypatch):
    frames = [Image.new("RGB", (10, 10), (shade, 0, 0)) for shade in (0, 90, 250)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50, comment=SECRET)
    found = attachments.checked(("a.gif", out.getvalue()))
    assert SECRET not in found.content
    with Image.open(io.BytesIO(found.content)) as image:
        assert image.n_frames == 3
    monkeypatch.setattr(images, "MOST_FRAMES", 2)
    with pytest.raises(Invalid):
        attachments.checked(("a.gif", out.getvalue()))


def test_lengths_a_packed_file_claims_are_not_believed():
    honest = office(("word/media/x.xml", b"a" * 100_000))
    liar = honest.replace((100_000).to_bytes(4, "little"), (1).to_bytes(4, "little"))
    assert liar != honest and attachments.checked(("a.docx", honest))
    with pytest.raises(Invalid):
        attachments.checked(("a.docx", liar))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"GIF89a", b"RIFF"]),
)
@settings(max_examples=40)
def test_nothing_that_is_sent_breaks_it(content, head):
    try:
        found = attachments.checked(("x", head + content))
    except Invalid as error:
        assert error.messages["file"][0]
    else:
        assert found.media_type.startswith("text/plain")


@given(st.text(max_size=300))
@settings(max_examples=40)
def test_a_name_is_always_one_name(name):
    found = attachments.safe_name(name, "pdf")
    assert found.endswith(".pdf") and "/" not in found and "\\" not in found and len(found) <= 130
    assert attachments.safe_name(found, "pdf") == found


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def test_a_file_is_kept_under_a_name_nobody_chose(files):
    key = attachments.store(b"content", folder="voices")
    assert attachments.read(key) == b"content" and attachments.store(b"content", folder="voices") != key
    path = files / key
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    for wrong in ("../../etc/passwd", "voices/../x", key + "/", ""):
        with pytest.raises(FileNotFoundError):
            attachments.read(wrong)
    with pytest.raises(ValueError, match="folder"):
        attachments.store(b"x", folder="../x")
    assert attachments.destroy_now(key) and not attachments.destroy_now(key)


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_when_its_row_is_gone_for_good(files):
    key = attachments.store(b"content", folder="voices")

    def change_and_fail() -> None:
        with transaction.atomic():
            attachments.destroy(key)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert attachments.exists(key)
    with transaction.atomic():
        attachments.destroy(key)
        assert attachments.exists(key)
    assert not attachments.exists(key)


def test_what_no_row_names_is_swept_when_it_is_old(files):
    kept, orphan, young = (attachments.store(b"x", folder="voices") for _ in range(3))
    for key in (kept, orphan):
        os.utime(files / key, (1, 1))
    asked: list[str] = []

    def known(keys: list[str]) -> list[str]:
        asked.extend(keys)
        return [kept]

    assert attachments.sweep("voices", known=known, older_than=datetime.timedelta(hours=1)) == 1
    assert sorted(asked) == sorted([kept, orphan])
    assert [attachments.exists(key) for key in (kept, orphan, young)] == [True, False, True]
    assert attachments.sweep("nothing-here", known=known) == 0


def test_a_full_disk_leaves_nothing_behind(files, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        attachments.store(b"x", folder="voices")
    assert [path for path in files.rglob("*") if path.is_file()] == []
