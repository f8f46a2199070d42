"""Office documents: packed folders in which macros, other programs, and bombs can be hidden."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from .kinds import ARCHIVE, DAMAGED, ENCRYPTED, MACROS, UNPACKS, refused

MOST_MEMBERS = 3_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES = 150
"""A document unpacks to so many times its own size at most; text packs some 20 times."""

_READ_WHOLE = 4 * 1024 * 1024
_PIECE = 256 * 1024
_MAIN = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}
_ODT = b"application/vnd.oasis.opendocument.text"
_PROGRAMS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|activex/|macrosheets/|basic/|scripts/|object ?\d|oleobject|customui)"
    r"|embeddings/.*\.(bin|exe|js|vbs|docm|xlsm|pptm)$|\.(exe|dll|js|vbs|hta|bat|ps1|jar|scr|lnk)$",
    re.I,
)
_FETCHES = re.compile(
    rb"<Relationship\b(?=[^>]*attachedTemplate|[^>]*oleObject|[^>]*frame\b)(?=[^>]*TargetMode\s*=\s*.External)",
    re.I,
)
_SCRIPTED = re.compile(
    rb"macroEnabled|vbaProject|office:scripts?\b[^/>]*>\s*<(?!/)|<script:|xlink:href=.javascript", re.I
)


def kind_of(content: bytes) -> str:
    """``docx``, ``xlsx``, ``pptx`` or ``odt``, after everything in it was unpacked once within bounds.

    Raises:
        Invalid: for any other archive, and for one that is damaged, locked, a bomb or holds programs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _checked(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise refused(DAMAGED) from error
    except RuntimeError as error:  # what zipfile raises where a password is asked for
        raise refused(ENCRYPTED) from error


def _checked(archive: zipfile.ZipFile, size: int) -> str:
    members = archive.infolist()
    names = {member.filename for member in members}
    if any(member.flag_bits & 0x1 for member in members):
        raise refused(ENCRYPTED)
    if "[Content_Types].xml" not in names and "mimetype" not in names:
        raise refused(ARCHIVE)
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise refused(UNPACKS)
    if any(_PROGRAMS.search(name) for name in names):
        raise refused(MACROS)
    kind, left = "", min(MOST_UNPACKED, max(size * MOST_TIMES, 8 * 1024 * 1024))
    for member in members:
        head, length = _unpacked(archive, member, left)
        left -= length
        kind = kind or _kind(member.filename, head)
        if member.filename.endswith(".rels") and _FETCHES.search(head):
            raise refused(MACROS)
        if member.filename.endswith((".xml", ".rels", "mimetype")) and _SCRIPTED.search(head):
            raise refused(MACROS)
        if member.filename == "META-INF/manifest.xml" and b"encryption-data" in head:
            raise refused(ENCRYPTED)
    if not kind:
        raise refused(ARCHIVE)
    return kind


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> tuple[bytes, int]:
    """The beginning of a member and its true length; what its head says of the length is a claim."""
    head, length = b"", 0
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            length += len(piece)
            if length > left:
                raise refused(UNPACKS)
            if len(head) < _READ_WHOLE:
                head += piece
    return head, length


def _kind(name: str, head: bytes) -> str:
    if name == "mimetype":
        return "odt" if head.strip() == _ODT else ""
    if name == "[Content_Types].xml":
        return next((kind for kind, mark in _MAIN.items() if mark in head), "")
    return ""
