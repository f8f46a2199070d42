"""The file that came: told from other kinds of file, opened within limits, its XML read without tricks.

Nothing of the file is trusted: sizes are those that are read, not those it claims; a document type
declaration, the carrier of entity attacks, ends the reading at once.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from .problems import WorkbookError

MOST_BYTES = 20_000_000
MOST_XML = 24_000_000
"""Bytes of XML read of one workbook, unpacked. A form of 300 fields has about 300,000."""
MOST_TAGS = 2_000_000
"""Tags of one workbook, opening and closing. A form of 300 fields has about 12,000."""
MOST_BETWEEN = 1_000_000
"""Bytes without a tag. Expat before 2.6 reads what is not closed again with each piece, in quadratic time."""
MOST_TEXT = 200_000
"""Signs between two tags; a cell holds 32,767."""
MOST_DEPTH = 100
MOST_ENTRIES = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 16

_ENTRY = b"PK\x01\x02"
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What a spreadsheet program packs with; others may ask for gigabytes to unpack."""

_BROKEN = (
    SAXException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,  # an encoding that nobody knows
    ValueError,  # one of several bytes; an entry that begins before the file
    EOFError,
    OSError,
    NotImplementedError,
)

START, END = 0, 1
_NONE = AttributesImpl({})
Event = tuple[int, str, AttributesImpl, str]
"""START or END, local name, attributes (at START), text since the last tag (at END)."""


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


class Package:
    """An xlsx file: its parts by name. Raises WorkbookError for whatever is none."""

    def __init__(self, content: bytes) -> None:
        if not content:
            raise WorkbookError("empty_file")
        if len(content) > MOST_BYTES:
            raise WorkbookError("too_big", most=f"{MOST_BYTES // 1_000_000}")
        if content.startswith(_OLE):
            raise WorkbookError(_inside_ole(content))
        if not content.startswith(b"PK"):
            raise WorkbookError("csv" if _is_text(content) else "not_xlsx")
        # Counted before the list of entries is read, which takes seconds for some 100,000 of them.
        if content.count(_ENTRY) > MOST_ENTRIES:
            raise WorkbookError("too_large_inside")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise WorkbookError("damaged") from error
        self._left, self._tags = MOST_XML, MOST_TAGS
        self._names = {info.filename.lower(): info for info in self._zip.infolist()}
        self._refuse_other_kinds()

    def _refuse_other_kinds(self) -> None:
        names = self._names
        if "mimetype" in names and "content.xml" in names:
            raise WorkbookError("ods")
        if "xl/workbook.bin" in names:
            raise WorkbookError("xlsb")
        if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise WorkbookError("not_xlsx")

    @property
    def has_macros(self) -> bool:
        """Whether it carries a program. It is never run."""
        return any(name.endswith("vbaproject.bin") for name in self._names)

    def has(self, name: str) -> bool:
        """Whether the file has a part of this name."""
        return name.lower() in self._names

    def events(self, name: str) -> Iterator[Event]:
        """The tags of one XML part, one after the other.

        Raises:
            WorkbookError: ``damaged``, ``entities``, ``too_large_inside``, ``encrypted``.
        """
        found: list[Event] = []
        parser = create_parser(forbid_dtd=True)
        parser.setContentHandler(_Collector(found))
        try:
            for chunk in self._chunks(name):
                parser.feed(chunk)
                yield from self._counted(found)
            parser.close()
            yield from self._counted(found)
        except WorkbookError:
            raise
        except DefusedXmlException as error:
            raise WorkbookError("entities") from error
        except _BROKEN as error:
            raise WorkbookError("damaged") from error
        except RuntimeError as error:  # what zipfile raises for an entry with a password
            raise WorkbookError("encrypted") from error

    def _chunks(self, name: str) -> Iterator[bytes]:
        entry = self._names[name.lower()]
        if entry.compress_type not in _PACKED:
            raise WorkbookError("damaged")
        tags, silent = self._tags, 0
        with self._zip.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                self._left -= len(chunk)
                silent = silent + len(chunk) if tags == self._tags else len(chunk)
                tags = self._tags
                if self._left < 0 or silent > MOST_BETWEEN:
                    raise WorkbookError("too_large_inside")
                yield chunk

    def _counted(self, found: list[Event]) -> list[Event]:
        """The tags found so far, taken out."""
        self._tags -= len(found)
        if self._tags < 0:
            raise WorkbookError("too_large_inside")
        taken = found[:]
        found.clear()
        return taken

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id → (kind of relation, name of the other part)."""
        folder, base = posixpath.split(name)
        listing = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        if not self.has(listing):
            return found
        for kind, tag, attributes, _text in self.events(listing):
            if kind == START and tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target if target.startswith("/") else posixpath.join("/", folder, target)
                found[attributes.get("Id", "")] = (
                    attributes.get("Type", "").rpartition("/")[2],
                    posixpath.normpath(path).lstrip("/"),
                )
        return found


def _inside_ole(content: bytes) -> str:
    # The names of an OLE file's streams stand in it in UTF-16.
    if _utf16("EncryptedPackage") in content:
        return "encrypted"
    if _utf16("Workbook") in content or _utf16("Book") in content:
        return "xls"
    return "not_xlsx"


def _is_text(content: bytes) -> bool:
    start = content[:4096]
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")) or b"\x00" in start:
        return False
    for encoding in ("utf-8", "cp932"):
        try:
            # A character may be cut in two at the end.
            start[: len(start) - 4 if len(content) > len(start) else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


class _Collector(ContentHandler):
    def __init__(self, found: list[Event]) -> None:
        super().__init__()
        self._found = found
        self._text: list[str] = []
        self._length = self._depth = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise WorkbookError("too_large_inside")
        if self._text:
            self._taken()
        self._found.append((START, name.rpartition(":")[2], attrs, ""))

    def endElement(self, name: str) -> None:
        self._depth -= 1
        self._found.append((END, name.rpartition(":")[2], _NONE, self._taken() if self._text else ""))

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length > MOST_TEXT:
            raise WorkbookError("too_large_inside")
        self._text.append(content)

    def _taken(self) -> str:
        text = "".join(self._text)
        self._text.clear()
        self._length = 0
        return text
