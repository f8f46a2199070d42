"""What may be uploaded: by length before reading, by content before use."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from jichi.city import uploads
from jichi.city.errors import Invalid
from jichi.config import urls as config_urls

handler404 = config_urls.handler404
MEGABYTE = 1024 * 1024


class Counted(io.RawIOBase):
    """A request body of any length that counts how much of it was asked for."""

    def __init__(self, start: bytes, length: int) -> None:
        self.start, self.length, self.position = start, length, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = self.length - self.position
        size = left if size < 0 else min(size, left)
        chunk = self.start[self.position : self.position + size].ljust(size, b"x")
        self.position += size
        return chunk


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"title={request.POST.get('title')} files={len(request.FILES)}")


@uploads.keeps_form
def keeping(request: HttpRequest) -> HttpResponse:
    title = request.POST.get("title", "")
    words = uploads.too_long_sentence() if uploads.is_refused(request) else f"{len(request.FILES)} files"
    return HttpResponse(f"title={title} {words}")


urlpatterns = [
    *config_urls.urlpatterns,
    path("plain/", plain, name="livez"),
    path("keeping/", keeping, name="livez"),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.usefixtures("city")]

HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nmy title\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.xlsx"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)


def post(url: str, length: int) -> tuple[Any, Counted]:
    body = Counted(HEAD, length)
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": url,
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": body,
    }
    return Client().request(**request), body


def test_fifty_megabytes_are_refused_before_they_are_read_whole() -> None:
    response, body = post("/plain/", 50 * MEGABYTE)
    assert response.status_code == 413
    assert body.position < MEGABYTE
    assert "20" in response.content.decode()


def test_a_view_that_asks_gets_what_was_typed_and_shows_its_form_again() -> None:
    response, body = post("/keeping/", 50 * MEGABYTE)
    assert response.status_code == 200
    assert "title=my title" in response.content.decode()
    assert "20" in response.content.decode()
    assert body.position < MEGABYTE


def test_a_long_body_that_is_no_upload_is_refused_unread() -> None:
    body = Counted(b"a=", 6 * MEGABYTE)
    response = Client().request(
        REQUEST_METHOD="POST",
        PATH_INFO="/plain/",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH=str(6 * MEGABYTE),
        **{"wsgi.input": body},
    )
    assert response.status_code == 413
    assert body.position == 0


def test_an_upload_within_the_limit_arrives() -> None:
    response = Client().post("/plain/", {"title": "a", "file": io.BytesIO(b"1,2")})
    assert response.content == b"title=a files=1"


def test_the_refusal_is_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    japanese, _ = post("/plain/", 50 * MEGABYTE)
    assert 'lang="ja"' in japanese.content.decode()


def test_bytes_are_counted_where_the_announced_length_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().post("/")
    handler = uploads.BoundedUploadHandler(request)
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 10)
    handler.handle_raw_input(io.BytesIO(), {}, 5, "b")
    assert handler.receive_data_chunk(b"12345", 0) == b"12345"
    with pytest.raises(uploads.StopUpload):
        handler.receive_data_chunk(b"678901", 5)
    assert uploads.is_refused(request)


# --- content -----------------------------------------------------------------------------------------------------
def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (packed("[Content_Types].xml", "xl/workbook.xml"), uploads.XLSX),
        ("年度,値\n2025,1\n".encode(), uploads.CSV),
        ("\ufeff年度,値\r\n2025,1\r\n".encode(), uploads.CSV),
        ("年度,値\n2025,1\n".encode("cp932"), uploads.CSV),
        ("年度\t値\n".encode("utf-16"), uploads.CSV),
        (json.dumps({"format": "jichi-plan/1"}).encode(), uploads.JSON),
        (b"[1, 2]", uploads.JSON),
        ("{これはJSONではない".encode(), uploads.TEXT),
        ("基本政策５　誰もが\n".encode("cp932"), uploads.TEXT),
    ],
    ids=range(9),
)
def test_a_file_is_what_its_content_says(raw: bytes, kind: str) -> None:
    file = io.BytesIO(raw)
    assert uploads.sniff(file) == kind
    assert file.tell() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
        b"MZ\x90\x00\x03",
        bytes(range(256)) * 4,
        b"\xff\xff\xff\xff\xff",
        packed("word/document.xml", "[Content_Types].xml"),
        packed("a.txt"),
        packed("[Content_Types].xml", "xl/workbook.xml")[:40],
    ],
    ids=range(10),
)
def test_anything_binary_or_broken_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Invalid) as error:
        uploads.sniff(io.BytesIO(raw))
    assert set(error.value.messages) == {"file"}


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "0" * MEGABYTE)
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 1000)
    with pytest.raises(Invalid):
        uploads.sniff(io.BytesIO(out.getvalue()))
