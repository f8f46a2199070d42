"""PDF: taken as it is, unless it would run something, hide another file, or cannot be looked into."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from .kinds import DAMAGED, ENCRYPTED, SCRIPTS, UNPACKS, refused

MOST_STREAMS = 20_000
MOST_UNPACKED = 100 * 1024 * 1024

_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_DELIMITED = rb"(?=[\s\0()<>\[\]{}/%]|$)"  # NUL is white space in PDF
# /JS and /JavaScript run; /Launch starts a program; the rest carries other files or their forms' scripts.
_WORDS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)"
    + _DELIMITED
    + rb"|/JS[\s\0]*[(<\d]"
)
# Long enough that no picture holds one by chance. Looked for in all bytes of the file: what seems to be a
# stream may be a comment that says "stream", and what says it is packed need not be.
_ANYWHERE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)" + _DELIMITED)
_IN_STREAMS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)" + _DELIMITED
)
_LOCKED = re.compile(rb"/Encrypt[\s\0]*(\d|<<)")


def check(content: bytes) -> None:
    """Refuse a PDF that runs or hides something. Names may be written with escapes (``/J#53``), and objects
    may lie packed in streams: both are looked through.

    Raises:
        Invalid.
    """
    if b"%%EOF" not in content[-4096:] or b"startxref" not in content[-8192:]:
        raise refused(DAMAGED)
    plain, packed = _parts(content)
    if _LOCKED.search(_unescaped(plain)):
        raise refused(ENCRYPTED)
    if _WORDS.search(_unescaped(plain)) or _ANYWHERE.search(_unescaped(content)):
        raise refused(SCRIPTS)
    for piece in packed:
        if _LOCKED.search(piece):
            raise refused(ENCRYPTED)
        if _IN_STREAMS.search(_unescaped(piece)) or re.search(rb"/JS[\s\0]*[(<]", piece):
            raise refused(SCRIPTS)


def _parts(content: bytes) -> tuple[bytes, Iterator[bytes]]:
    """What stands outside streams, and what the packed streams that are no pictures hold."""
    outside, found, at = [], [], 0
    for match in _STREAM.finditer(content):
        if match.start() < at or content[match.start() - 3 : match.start()] == b"end":
            continue
        end = content.find(b"endstream", match.end())
        end = len(content) if end < 0 else end
        outside.append(content[at : match.start()])
        found.append((outside[-1][-2000:], match.end(), end))
        at = end
        if len(found) > MOST_STREAMS:
            raise refused(UNPACKS)
    outside.append(content[at:])
    return b"\n".join(outside), _unpacked(content, found)


def _unpacked(content: bytes, found: list[tuple[bytes, int, int]]) -> Iterator[bytes]:
    left = MOST_UNPACKED
    for before, start, end in found:
        head = _unescaped(before[before.rfind(b" obj") :] if b" obj" in before else before)
        holds_objects = b"/ObjStm" in head
        if b"/Image" in head and not holds_objects:
            continue
        if b"FlateDecode" not in head and b"/Fl" not in head:
            if holds_objects and b"/Filter" in head:
                # Packed in a way nobody needs: it cannot be looked into here.
                raise refused(SCRIPTS)
            yield content[start:end] if holds_objects else b""
            continue
        if holds_objects and re.search(rb"/(ASCIIHex|ASCII85|LZW|RunLength|Crypt)", head):
            raise refused(SCRIPTS)
        piece = _inflated(content[start:end], left)
        left -= len(piece)
        yield piece


def _inflated(packed: bytes, left: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        piece = machine.decompress(packed, max(left, 1))
    except zlib.error:
        return b""
    if machine.unconsumed_tail:
        raise refused(UNPACKS)
    return piece


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text) if b"#" in text else text
