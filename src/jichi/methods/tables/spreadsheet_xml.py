"""What a workbook's own XML says and its reader does not: extent, errors, formulas without result.

The reader lays a sheet out from its first to its last cell, however empty it is between them: one cell in the
last corner would ask for half a terabyte and end the process. So the corner is looked up before.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from .grid import column_of
from .troubles import TableError, stop

MAX_CELLS = 6_000_000
"""A sheet of more cells than this, blanks between them counted, is not laid out."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAME = re.compile(rb'\bname="([^"]*)"')
_TARGET = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FAR = re.compile(rb'r="(?:[A-Z]{1,3}[0-9]{6,7}|[A-Z]{3}[0-9]{1,7})"')
_FILLED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b')
_SUSPECT = (b't="e"', b"<f>", b"<f ", b"<f/", b":f>", b":f ")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_RESULT = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_REPEATED = re.compile(rb'number-columns-repeated="(\d{4,9})"[^>]*office:value')
_ROW_REPEATED = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated="(\d{4,9})"[^>]*(?<!/)>(.*?)</table:table-row>', re.DOTALL
)

UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    EOFError,
    zlib.error,
)
"""What opening a damaged or encrypted archive may raise."""


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return found.group(1) if found else b""


def _sheet_paths(archive: zipfile.ZipFile) -> list[str]:
    """The path of each sheet's XML, in the order of the workbook; empty text where it has none."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return []
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target").decode("utf-8", "replace")
        for tag in _TARGET.findall(archive.read("xl/_rels/workbook.xml.rels"))
    }
    paths = []
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = targets.get(_attribute(tag, rb"(?:\w+:)?id"), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        paths.append(path if path in names else "")
    return paths


def check_extent(content: bytes) -> None:
    """Refuse a workbook (xlsx, ods) with a sheet so far-flung that laying it out would exhaust the machine.

    Raises:
        TableError: ``far_flung`` with the cell, or ``damaged`` for a file that is no archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for path in archive.namelist():
                if path.startswith("xl/worksheets/") and path.endswith(".xml"):
                    _check_sheet(archive.read(path))
                elif path == "content.xml":
                    _check_repeated(archive.read(path))
    except TableError:
        raise
    except UNREADABLE as error:
        raise stop("damaged") from error


def _check_sheet(xml: bytes) -> None:
    # Almost every file passes here, at the speed of a search.
    if _FAR.search(xml) is None:
        return
    bottom = right = 0
    for letters, number in _FILLED.findall(xml):
        bottom, right = max(bottom, int(number)), max(right, column_of(letters.decode()) + 1)
    if bottom * right > MAX_CELLS:
        raise stop("far_flung", rows=bottom, columns=right, most=MAX_CELLS)


def _check_repeated(xml: bytes) -> None:
    for times in _REPEATED.findall(xml):
        if int(times) > 10_000:
            raise stop("far_flung", rows=1, columns=int(times), most=MAX_CELLS)
    for times, inside in _ROW_REPEATED.findall(xml):
        if int(times) > 10_000 and b"office:value" in inside:
            raise stop("far_flung", rows=int(times), columns=1, most=MAX_CELLS)


def faults_of(content: bytes, position: int) -> dict[tuple[int, int], str]:
    """Cells of the sheet at ``position`` that show an error, or a formula whose result was never saved.

    The workbook's reader gives both as blank, and a blank must not be taken for them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            paths = _sheet_paths(archive)
            if position >= len(paths) or not paths[position]:
                return {}
            xml = archive.read(paths[position])
    except UNREADABLE:
        return {}
    if not any(sign in xml for sign in _SUSPECT):
        return {}
    found: dict[tuple[int, int], str] = {}
    for head, inside in _CELL.findall(xml):
        kind = _attribute(head, b"t")
        fault = "error" if kind == b"e" else ""
        if not fault and b"<f" in inside and kind != b"str" and _RESULT.search(inside) is None:
            fault = "uncomputed"
        address = _ADDRESS.search(head) if fault else None
        if address is not None:
            found[(int(address.group(2)) - 1, column_of(address.group(1).decode()))] = fault
    return found
