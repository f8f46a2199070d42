"""What may be uploaded: refused by its length before it is read, and by its content before it is used."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from typing import IO, Any, TypeVar

from django import forms
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .errors import Invalid

View = TypeVar("View", bound=Callable[..., HttpResponse])

XLSX, CSV, JSON, TEXT = "xlsx", "csv", "json", "text"

# Beside the control characters: what cp932 makes of bytes that stand for no character at all.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\uf8f0-\uf8f3]")

UNPACKED_LIMIT = 20
"""A workbook may unpack to this many times the upload limit; beyond that it is taken for a zip bomb."""


class BoundedUploadHandler(FileUploadHandler):
    """First of the upload handlers: stops reading a request that is longer than ``UPLOAD_MAX_BYTES``.

    The fields that stand before the file in the form are still read, so a page can show again what was typed;
    the file is not. Where no length is announced, bytes are counted.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self._read = 0
        if content_length > settings.UPLOAD_MAX_BYTES:
            self._refuse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop at the first file of a request that is too long."""
        super().new_file(*args, **kwargs)
        if is_refused(self.request):
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on, unless all files together are too long by now."""
        self._read += len(raw_data)
        if self._read > settings.UPLOAD_MAX_BYTES:
            self._refuse()
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the making of the file object to the handlers that follow."""

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.META["jichi.upload_refused"] = True


def is_refused(request: HttpRequest | None) -> bool:
    """Whether an upload of this request was left unread because it is too long."""
    return request is not None and "jichi.upload_refused" in request.META


def announced_length(request: HttpRequest) -> int:
    """The length the request announces, in bytes; 0 where it announces none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _is_upload(request: HttpRequest) -> bool:
    return str(request.META.get("CONTENT_TYPE", "")).startswith("multipart/")


def is_too_long(request: HttpRequest) -> bool:
    """Whether an upload was refused, or will be as soon as a view reads it."""
    return is_refused(request) or (
        _is_upload(request) and announced_length(request) > settings.UPLOAD_MAX_BYTES
    )


def is_beyond_reading(request: HttpRequest) -> bool:
    """Whether a request that is not an upload announces more than is ever read."""
    return not _is_upload(request) and announced_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def too_long_sentence() -> str:
    """What to tell the person whose upload was refused."""
    return gettext("The file is larger than %(limit)s. It was not received, and nothing was saved.") % {
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)
    }


def keeps_form(view: View) -> View:
    """Mark a view that shows its form again, with what was typed, when the upload was refused.

    Such a view asks :func:`is_refused` before it acts. Any other view is never run on half a form: the
    middleware answers 413 in its place.
    """
    view.keeps_form = True  # type: ignore[attr-defined]
    return view


def too_long_response(request: HttpRequest) -> HttpResponse:
    """Status 413, in the reader's language, with the way back to the form."""
    return render(request, "city/too_long.html", {"sentence": too_long_sentence()}, status=413)


def sniff(file: IO[bytes]) -> str:
    """What the file truly is, by its content and never by its name: ``xlsx``, ``json``, ``csv`` or ``text``.

    Text is UTF-8 (with or without mark), UTF-16 with its mark, or cp932. The position of ``file`` is put
    back.

    Raises:
        Invalid: for an empty file and for anything binary, with a sentence for the field ``file``.
    """
    try:
        file.seek(0)
        start = file.read(4)
        if not start:
            raise _refused(_("The file is empty."))
        if start.startswith(b"PK\x03\x04"):
            return _sniff_zip(file)
        file.seek(0)
        text = decoded(file.read(settings.UPLOAD_MAX_BYTES + 1))
    finally:
        file.seek(0)
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["} and _is_json(text):
        return JSON
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return CSV if "," in first or "\t" in first else TEXT


def _sniff_zip(file: IO[bytes]) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _refused(_("The workbook is damaged or was cut off on the way.")) from None
    if unpacked > UNPACKED_LIMIT * settings.UPLOAD_MAX_BYTES:
        raise _refused(_("The workbook unpacks to far more than a workbook of this kind can hold."))
    if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        return XLSX
    raise _refused(_("This is not an Excel workbook (xlsx), although it is packed like one."))


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or cp932.

    Raises:
        Invalid: for anything binary.
    """
    encodings: tuple[str, ...]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif b"\x00" in raw:
        encodings = ()
    else:
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _has_control_characters(text):
            return text
    raise _refused(
        _(
            "The file is neither text (UTF-8 or Shift_JIS), nor JSON, nor an Excel workbook (xlsx). "
            "It was not used."
        )
    )


def _has_control_characters(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _is_json(text: str) -> bool:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _refused(sentence: str | Promise) -> Invalid:
    return Invalid({"file": [str(sentence)]})


class SniffedFileField(forms.FileField):
    """A form's file that must be, by its content, of one of ``kinds``; the cleaned file has ``kind``."""

    def __init__(self, *, kinds: tuple[str, ...], **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Django's own checks, then the content's."""
        file = super().clean(data, initial)
        if not data:
            return file
        try:
            file.kind = sniff(file)
        except Invalid as error:
            raise forms.ValidationError(error.messages["file"]) from None
        if file.kind not in self.kinds and not (file.kind == TEXT and CSV in self.kinds):
            raise forms.ValidationError(
                _("This kind of file (%(kind)s) is not expected here."), params={"kind": file.kind}
            )
        return file
