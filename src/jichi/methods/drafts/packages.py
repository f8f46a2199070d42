"""A docx file is a zip archive from anywhere: what is refused before a reader of documents sees it."""

from __future__ import annotations

import io
import re
import xml.sax
import xml.sax.handler
import zipfile
import zlib

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from jichi.methods.drafts.values import DraftError

__all__ = ["MOST_UNPACKED", "checked_package"]

MOST_UNPACKED = 20_000_000
"""Bytes to which a document may unpack, pictures and all."""

_MOST_PARTS = 2_000
_DEEPEST = 120
_MOST_TIMES = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = re.compile(r"vbaproject|vbadata|/activex", re.IGNORECASE)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


class _TooDeep(Exception):
    pass


class _Depth(xml.sax.handler.ContentHandler):
    """Counts how deep elements lie in each other: a reader that walks them must come back."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def startElement(self, name: str, attrs: object) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeep

    def endElement(self, name: str) -> None:
        self.depth -= 1


def _check_xml(name: str, data: bytes) -> None:
    try:
        defusedxml.sax.parseString(data, _Depth(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise DraftError(
            "external-entity",
            f"{name} declares a document type or entities, which a Word document never does",
            place=name,
        ) from error
    except (_TooDeep, xml.sax.SAXException, ValueError, LookupError) as error:
        raise DraftError(
            "damaged", f"{name} is no well-formed XML; save the document anew", place=name
        ) from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_PARTS or (unpacked > MOST_UNPACKED and unpacked > _MOST_TIMES * packed):
        raise DraftError(
            "zip-bomb",
            f"the file unpacks to {unpacked} bytes in {len(entries)} parts, which no document needs",
            unpacked=unpacked,
            parts=len(entries),
        )
    if unpacked > MOST_UNPACKED:
        largest = max(entries, key=lambda entry: entry.file_size)
        raise DraftError(
            "too-large",
            f"the document unpacks to {unpacked} bytes, more than {MOST_UNPACKED}; the largest part is "
            f"{largest.filename}: make pictures smaller or leave them out",
            place=largest.filename,
            most=MOST_UNPACKED,
        )


def checked_package(data: bytes) -> None:
    """Lets a Word document pass, and nothing else.

    Raises
    ------
    DraftError
        ``empty``, ``not-docx``, ``encrypted``, ``too-large``, ``zip-bomb``, ``macros``,
        ``external-entity`` or ``damaged``, with the part of the file in ``place`` where one is to blame.
    """
    if not data:
        raise DraftError("empty", "the file is empty")
    if data.startswith(_OLE):
        raise DraftError(
            "encrypted",
            "the file has a password or is of the old kind .doc; save it as .docx without one",
        )
    if len(data) > MOST_UNPACKED:
        raise DraftError("too-large", f"the file has more than {MOST_UNPACKED} bytes", most=MOST_UNPACKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, len(data))
    except DraftError:
        raise
    except _UNREADABLE as error:
        code = "damaged" if data.startswith(b"PK") else "not-docx"
        raise DraftError(code, "the file is no Word document (.docx), or it is damaged") from error


def _check_parts(archive: zipfile.ZipFile, packed: int) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise DraftError("not-docx", "the file is an archive, but no Word document (.docx)")
    if len(set(names)) < len(names):
        raise DraftError("damaged", "parts of the file stand in it twice; save the document anew")
    _check_sizes(entries, packed)
    for entry in entries:
        if entry.flag_bits & 1:
            raise DraftError("encrypted", "the file is protected by a password; save it without one")
        if _MACROS.search(entry.filename):
            raise DraftError(
                "macros",
                f"the document carries a program ({entry.filename}); save it as .docx without macros",
                place=entry.filename,
            )
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            content = archive.read(entry)
            _check_xml(entry.filename, content)
            if entry.filename == "[Content_Types].xml" and b"macroEnabled" in content:
                raise DraftError(
                    "macros", "the document is of a kind that carries programs; save it as .docx"
                )
