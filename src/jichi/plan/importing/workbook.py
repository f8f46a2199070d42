"""The plan as a workbook (xlsx) and as a bundle of csv files; both are read back exactly."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from jichi.methods.tables.spreadsheet_xml import check_extent
from jichi.plan.importing.cells import CellError, cell_text, column_letter, exact_number, parse_cell
from jichi.plan.importing.errors import PlanImportError, Problem
from jichi.plan.importing.form import check_document, complete
from jichi.plan.importing.model import Document
from jichi.plan.importing.rows import Record, Table, assemble, document_rows
from jichi.plan.importing.sheets import SHEETS, Field, Sheet, sheet_by_name

__all__ = [
    "read_csv",
    "read_csv_bundle",
    "read_workbook",
    "workbook_template",
    "write_csv_bundle",
    "write_workbook",
]

_HELP = "説明"
_LONGEST = 32767
_HEADER = re.compile(r"(.*?)\s*\[([a-z_]+)\]")


def write_workbook(document: Document) -> bytes:
    """The document as an xlsx file; every sheet is written, also the empty ones."""
    return _write(document_rows(complete(document)))


def workbook_template() -> bytes:
    """An empty workbook with all sheets, the allowed values and an explanation."""
    return _write({sheet.key: [] for sheet in SHEETS})


def _write(rows: dict[str, list[Record]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    _write_help(book, bold)
    for sheet in SHEETS:
        page = book.add_worksheet(sheet.name[:31])
        page.freeze_panes(1, 0)
        for index, field in enumerate(sheet.fields):
            page.write_string(0, index, _header(field), bold)
            # Text cells keep codes such as 5-1 from being turned into dates.
            is_text = field.kind in ("text", "codes", "date", "as_of")
            page.set_column(index, index, 24 if field.kind == "text" else 12, text if is_text else None)
            choices = [c for c in field.choices if c]
            if choices:
                page.data_validation(1, index, 5000, index, {"validate": "list", "source": choices})
        for number, record in enumerate(rows[sheet.key], start=1):
            for index, field in enumerate(sheet.fields):
                _write_cell(
                    page, number, index, record[field.key], f"{sheet.key}!{column_letter(index)}{number + 1}"
                )
    book.close()
    return buffer.getvalue()


def _write_cell(page: Any, row: int, column: int, value: Any, where: str) -> None:
    if value is None or value == "" or value == []:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float) and exact_number(value):
        page.write_number(row, column, value)
    else:
        text = " ".join(value) if isinstance(value, list) else str(value)
        if len(text) > _LONGEST:
            raise PlanImportError("cell_too_long", length=len(text), where=where)
        page.write_string(row, column, text)


def _write_help(book: Any, bold: Any) -> None:
    page = book.add_worksheet(_HELP)
    page.set_column(0, 2, 30)
    lines = [
        ("シート / sheet", "列 / column", "入力 / values"),
        *((sheet.name, _header(field), _hint(field)) for sheet in SHEETS for field in sheet.fields),
    ]
    for number, cells in enumerate(lines):
        for index, cell in enumerate(cells):
            page.write_string(number, index, cell, bold if number == 0 else None)


def _hint(field: Field) -> str:
    hints = {
        "integer": "整数 / whole number",
        "number": "数値 / number",
        "boolean": "TRUE / FALSE",
        "codes": "空白区切り / parted by spaces",
        "date": "YYYY-MM-DD",
        "as_of": "YYYY-MM(-DD)",
        "text": "",
    }
    hint = ", ".join(c for c in field.choices if c) or hints[field.kind]
    return f"{hint} （必須 / required）".strip() if field.required else hint


def _header(field: Field) -> str:
    return f"{field.label} [{field.key}]"


def write_csv_bundle(document: Document) -> bytes:
    """The document as a zip of csv files, UTF-8 with a byte order mark, one file per sheet."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for key, text in write_csv(document).items():
            info = zipfile.ZipInfo(f"{key}.csv", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, text.encode("utf-8-sig"))
    return buffer.getvalue()


def write_csv(document: Document) -> dict[str, str]:
    """The csv text of each sheet."""
    rows = document_rows(complete(document))
    texts = {}
    for sheet in SHEETS:
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow([_header(field) for field in sheet.fields])
        for record in rows[sheet.key]:
            writer.writerow([cell_text(record[field.key]) for field in sheet.fields])
        texts[sheet.key] = stream.getvalue()
    return texts


def read_workbook(data: bytes, filename: str) -> Document:
    """The document of an xlsx file; PlanImportError names sheet, row and cell of each fault."""
    try:
        check_extent(data)  # TableError is a ValueError
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        contents = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise PlanImportError("broken_workbook", filename=filename) from error
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    places: dict[str, tuple[str, dict[str, int]]] = {}
    for name, cells in contents.items():
        sheet = sheet_by_name(name)
        if sheet is None:
            if name != _HELP and any(any(c not in ("", None) for c in row) for row in cells):
                problems.append(Problem("unknown_sheet", {"value": name}, sheet=name))
            continue
        tables[sheet.key], columns = _read_sheet(sheet, name, cells, problems)
        places[sheet.key] = (name, columns)
    if not tables:
        raise PlanImportError("no_sheets", filename=filename)
    return _finish(tables, places, problems, filename, partial=False)


def _read_sheet(
    sheet: Sheet, name: str, cells: list[list[Any]], problems: list[Problem]
) -> tuple[Table, dict[str, int]]:
    columns = _columns(sheet, name, cells[0] if cells else [], problems)
    table: Table = []
    for row, line in enumerate(cells[1:], start=2):
        if all(c is None or c == "" for c in line):
            continue
        record: Record = {}
        for field in sheet.fields:
            index = columns.get(field.key)
            cell = line[index] if index is not None and index < len(line) else None
            try:
                record[field.key] = parse_cell(cell, field)
            except CellError as error:
                if index is not None:
                    place = f"{column_letter(index)}{row}"
                    problems.append(Problem(error.code, error.params, sheet=name, row=row, cell=place))
        if len(record) == len(sheet.fields):
            table.append((row, record))
    return table, columns


def _columns(sheet: Sheet, name: str, header: list[Any], problems: list[Problem]) -> dict[str, int]:
    known = {f.key: f.key for f in sheet.fields} | {f.label: f.key for f in sheet.fields}
    columns: dict[str, int] = {}
    for index, cell in enumerate(header):
        text = str(cell or "").strip()
        if not text:
            continue
        found = _HEADER.fullmatch(text)
        key = known.get(found.group(2)) if found else known.get(text)
        if key is None or key in columns:
            code = "unknown_column" if key is None else "duplicate"
            place = f"{column_letter(index)}1"
            problems.append(Problem(code, {"value": text}, sheet=name, row=1, cell=place))
        else:
            columns[key] = index
    for field in sheet.fields:
        if field.required and field.key not in columns:
            problems.append(
                Problem("missing_column", {"value": _header(field)}, sheet=name, row=1, cell="A1")
            )
    return columns


def _finish(
    tables: dict[str, Table],
    places: dict[str, tuple[str, dict[str, int]]],
    problems: list[Problem],
    filename: str,
    *,
    partial: bool,
) -> Document:
    broken = {p.sheet for p in problems}
    if broken:
        # The rows of a faulty sheet are missing, so what refers to them cannot be judged yet.
        raise PlanImportError("workbook_rows", tuple(problems), filename=filename, count=len(problems))
    document, faults = assemble(tables, partial=partial)
    for fault in faults:
        name, columns = places.get(fault.sheet, (fault.sheet, {}))
        cell = f"{column_letter(columns.get(fault.cell, 0))}{fault.row}"
        problems.append(Problem(fault.code, fault.params, sheet=name, row=fault.row, cell=cell))
    if problems:
        raise PlanImportError("workbook_rows", tuple(problems), filename=filename, count=len(problems))
    if not partial and (wrong := check_document(document)):
        raise PlanImportError("workbook_rows", wrong, filename=filename, count=len(wrong))
    return document


def csv_sheet(text: str) -> Sheet | None:
    """The sheet that a csv holds, told by its header row; None when it is no sheet of the workbook."""
    try:
        header = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        return None
    keys = set()
    for cell in header:
        found = _HEADER.fullmatch(cell.strip())
        keys.add(found.group(2) if found else cell.strip())
    best, share = None, 0.0
    for sheet in SHEETS:
        names = [({f.key, f.label}, f.required) for f in sheet.fields]
        hits = sum(1 for name, _ in names if name & keys)
        if all(name & keys for name, required in names if required) and hits > 0:
            union = len(keys) + len(names) - hits
            if hits / union > share:
                best, share = sheet, hits / union
    return best if share >= 0.5 else None


def read_csv(text: str, filename: str) -> Document:
    """The part of a document that one csv holds; other parts stay empty."""
    sheet = csv_sheet(text)
    if sheet is None:
        raise PlanImportError("no_sheets", filename=filename)
    return _read_csv_tables({sheet.key: text}, filename, partial=True)


def read_csv_bundle(texts: dict[str, str], filename: str) -> Document:
    """The document of several csv texts by file name."""
    named = {}
    for name, text in texts.items():
        sheet = sheet_by_name(name.rsplit("/", 1)[-1].rsplit(".", 1)[0]) or csv_sheet(text)
        if sheet:
            named[sheet.key] = text
    if not named:
        raise PlanImportError("no_sheets", filename=filename)
    return _read_csv_tables(named, filename, partial="plan" not in named)


def _read_csv_tables(texts: dict[str, str], filename: str, *, partial: bool) -> Document:
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    places: dict[str, tuple[str, dict[str, int]]] = {}
    for sheet in SHEETS:
        if sheet.key not in texts:
            continue
        cells: list[list[Any]] = [
            [c[1:] if c.startswith("'") else c for c in row]
            for row in csv.reader(io.StringIO(texts[sheet.key], newline=""))
        ]
        tables[sheet.key], columns = _read_sheet(sheet, sheet.key, cells, problems)
        places[sheet.key] = (sheet.key, columns)
    return _finish(tables, places, problems, filename, partial=partial)
