"""What a person attaches is looked at before it is kept: taken, drawn anew, or refused with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import IO, Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from jichi.city.errors import Invalid
from jichi.city.uploads import decoded

from . import kinds as known
from . import packed, pdf
from .images import drawn_anew
from .kinds import KINDS, Attachment, attachment, refused

_MARKUP = re.compile(
    r"<\s*(!doctype\s+(html|svg)|html|svg|head|body|script|iframe|object|embed|meta|xsl:)", re.I
)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
    b"\x00asm",
)
_ARCHIVES = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = re.compile(rb"ftyp(hei[cxms]|hev[cx]|mif1|msf1|avif)")


def checked(file: Any, *, kinds: Iterable[str] = KINDS, most_bytes: int | None = None) -> Attachment:
    """The file as it may be kept. ``file`` is an uploaded file, or a pair of name and bytes.

    What it is tells its content alone. Pictures are drawn anew; documents are kept byte for byte; text is
    kept as UTF-8.

    Raises:
        Invalid: under "file", one sentence that says what is wrong and how to mend it.
    """
    wanted = frozenset(kinds)
    limit = most_bytes if most_bytes is not None else settings.UPLOAD_MAX_BYTES
    name, content = _read(file, limit)
    kind = kind_of(content)
    if kind not in wanted:
        raise refused(str(known.NOT_HERE) % {"kinds": ", ".join(sorted(wanted)).upper()})
    if kind in known.IMAGES:
        content = drawn_anew(content, kind)
    elif kind == "text":
        content = _text(content).encode()
    return attachment(name, kind, content)


def kind_of(content: bytes) -> str:
    """Which of :data:`KINDS` it is, looked through for what must not be in it. Raises Invalid."""
    if not content:
        raise refused(known.EMPTY)
    for mark, look in _LOOKS:
        if content.startswith(mark):
            return look(content)
    if content[8:12] == b"WEBP" and content.startswith(b"RIFF"):
        return "webp"
    if _HEIC.match(content[4:12]):
        raise refused(known.HEIC)
    if content.startswith(_PROGRAMS):
        raise refused(known.PROGRAM)
    if content.startswith(_ARCHIVES):
        raise refused(known.ARCHIVE)
    if content.startswith(_OLD_OFFICE):
        raise refused(known.OLD_OFFICE)
    _text(content)
    return "text"


def _pdf(content: bytes) -> str:
    pdf.check(content)
    return "pdf"


_LOOKS: tuple[tuple[bytes, Callable[[bytes], str]], ...] = (
    (b"%PDF-", _pdf),
    (b"PK\x03\x04", packed.kind_of),
    (b"\xff\xd8\xff", lambda content: "jpeg"),
    (b"\x89PNG\r\n\x1a\n", lambda content: "png"),
    (b"GIF87a", lambda content: "gif"),
    (b"GIF89a", lambda content: "gif"),
)


def _text(content: bytes) -> str:
    try:
        text = decoded(content)
    except Invalid:
        raise refused(known.UNKNOWN) from None
    if _MARKUP.search(text[:100_000]) or text.lstrip("\ufeff \r\n\t")[:5].lower() == "<?xml":
        raise refused(known.MARKUP)
    return text


def _read(file: Any, limit: int) -> tuple[str, bytes]:
    if isinstance(file, tuple):
        name, content = str(file[0]), bytes(file[1])
    else:
        source: IO[bytes] = file
        source.seek(0)
        name, content = str(getattr(file, "name", "") or ""), source.read(limit + 1)
        source.seek(0)
    if len(content) > limit:
        raise refused(str(known.TOO_LARGE) % {"limit": filesizeformat(limit)})
    return name, content
