"""From a file to a result: size, format and encoding."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from jichi.plan.importing.errors import PlanImportError
from jichi.plan.importing.form import read_json
from jichi.plan.importing.model import ImportHints, ImportResult
from jichi.plan.importing.text import read_text
from jichi.plan.importing.workbook import csv_sheet, read_csv, read_csv_bundle, read_workbook

__all__ = ["MAX_BYTES", "decode", "read_plan_file"]

MAX_BYTES = 20 * 1024 * 1024
# A workbook is packed: what it unpacks to is bounded too.
MAX_UNPACKED = 300 * 1024 * 1024


def read_plan_file(
    source: Path | str | bytes, *, filename: str = "", hints: ImportHints | None = None
) -> ImportResult:
    """Read a plan from a file (a path) or from its bytes.

    The format is told by the content: a workbook, JSON, csv, or extracted text. Raises PlanImportError.
    """
    data, filename = _load(source, filename)
    hints = hints or ImportHints()
    if not data.strip():
        raise PlanImportError("empty", filename=filename)
    if data.startswith(b"PK"):
        return _read_zip(data, filename)
    text, encoding = decode(data, filename)
    if text.lstrip()[:1] in ("{", "["):
        return ImportResult(read_json(text, filename), format="json", encoding=encoding)
    sheet = csv_sheet(text) if "," in text.split("\n", 1)[0] else None
    if sheet is not None:
        document = read_csv(text, filename)
        return ImportResult(document, format="csv", encoding=encoding, warnings=(f"only {sheet.key}",))
    return read_text(text, filename=filename, hints=hints, encoding=encoding)


def _read_zip(data: bytes, filename: str) -> ImportResult:
    """A workbook, or a bundle of csv files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            members = bundle.infolist()
            if sum(m.file_size for m in members) > MAX_UNPACKED:
                raise PlanImportError(
                    "too_large", filename=filename, size=sum(m.file_size for m in members), limit=MAX_UNPACKED
                )
            names = {m.filename for m in members}
            if "[Content_Types].xml" not in names and any(n.endswith(".csv") for n in names):
                texts = {n: decode(bundle.read(n), n)[0] for n in sorted(names) if n.endswith(".csv")}
                return ImportResult(read_csv_bundle(texts, filename), format="csv")
            if "xl/workbook.xml" not in names:
                raise PlanImportError("unknown_format", filename=filename)
            if bundle.testzip() is not None:
                raise PlanImportError("broken_workbook", filename=filename)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, zlib.error) as error:
        raise PlanImportError("broken_workbook", filename=filename) from error
    return ImportResult(read_workbook(data, filename), format="xlsx")


def _load(source: Path | str | bytes, filename: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        if len(source) > MAX_BYTES:
            raise PlanImportError("too_large", filename=filename, size=len(source), limit=MAX_BYTES)
        return source, filename or "input"
    path = Path(source)
    filename = filename or path.name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise PlanImportError("too_large", filename=filename, size=size, limit=MAX_BYTES)
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), filename
    except OSError as error:
        raise PlanImportError("not_found", filename=filename) from error


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding: UTF-8, UTF-16 with a mark, or cp932."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise PlanImportError("encoding", filename=filename) from error
    try:
        return _printable(data.decode("utf-8-sig"), filename), "utf-8"
    except UnicodeDecodeError as error:
        if error.end >= len(data) and error.start >= len(data) - 3 and error.start > 0:
            line = data.count(b"\n") + 1
            detail = "in the middle of a character"
            raise PlanImportError("truncated", filename=filename, detail=detail, line=line) from error
    try:
        text = _printable(data.decode("cp932"), filename)
        if _is_misread(text):
            raise PlanImportError("encoding", filename=filename)
        return text, "cp932"
    except UnicodeDecodeError as error:
        if error.start == len(data) - 1 and len(data) > 1 and not _looks_binary(data):
            line = data.count(b"\n") + 1
            detail = "in the middle of a character"
            raise PlanImportError("truncated", filename=filename, detail=detail, line=line) from error
        code = "binary" if _looks_binary(data) else "encoding"
        raise PlanImportError(code, filename=filename) from error


def _is_misread(text: str) -> bool:
    """Other encodings read as cp932 give a text full of half-width katakana."""
    wide = [c for c in text if ord(c) > 0x7F]
    return 3 * sum(1 for c in wide if "\uff61" <= c <= "\uff9f") > len(wide)


def _looks_binary(data: bytes) -> bool:
    sample = data[:65536]
    odd = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b")
    return b"\0" in sample or odd * 50 > len(sample)


def _printable(text: str, filename: str) -> str:
    if _looks_binary(text[:65536].encode("utf-8", "surrogatepass")):
        raise PlanImportError("binary", filename=filename)
    return text
