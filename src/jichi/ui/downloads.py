"""Data to take away: the same rows as CSV, JSON and xlsx.

CSV is UTF-8 with a byte order mark, so that a spreadsheet program reads Japanese; its first line holds the
titles of the columns in the reader's language. JSON names columns by their keys. xlsx keeps numbers as
numbers and has a second sheet that says what the data are.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jichi.manifest import Column

FORMATS: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows under columns, and what a reader must know of them. ``about``: (term, text) pairs for the xlsx."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    about: Sequence[tuple[str, str]] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


def plain(value: Any) -> Any:
    """A value as JSON knows it: numbers stay numbers, dates become text, a missing value is null."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str | dict):
        return value
    return str(value)


def _harmless(text: str) -> str:
    """Text that a spreadsheet program would run as a formula gets an apostrophe before it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _cell(value: Any) -> str:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return _harmless(" ".join(str(part) for part in value))
    return _harmless(value) if isinstance(value, str) else str(value)


def as_csv(dataset: Dataset) -> bytes:
    """The rows as CSV (RFC 4180), UTF-8 with a byte order mark; a missing value is an empty cell, never 0."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_heading(column) for column in dataset.columns])
    writer.writerows([_cell(row.get(column.key)) for column in dataset.columns] for row in dataset.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def as_json(dataset: Dataset) -> bytes:
    """The rows as objects, under what is known of the dataset and of its columns."""
    document = {
        "dataset": dataset.key,
        "title": dataset.title,
        **dataset.meta,
        "columns": [
            {
                "key": column.key,
                "title": _(column.title),
                "type": column.type,
                **({"unit": column.unit} if column.unit else {}),
                **({"description": _(column.description)} if column.description else {}),
            }
            for column in dataset.columns
        ],
        "rows": [
            {column.key: plain(row.get(column.key)) for column in dataset.columns} for row in dataset.rows
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def as_xlsx(dataset: Dataset) -> bytes:
    """The rows as a workbook: data with a frozen, filtered head, and a sheet that says what they are."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        # A fixed date: the same data give the same file.
        book.set_properties({"title": dataset.title, "created": dt.datetime(2000, 1, 1)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        _write_rows(book.add_worksheet(_sheet_name(dataset.title)), dataset, head)
        notes = book.add_worksheet(_sheet_name(_("About these data")))
        notes.set_column(0, 0, 28)
        notes.set_column(1, 1, 90)
        line = 0
        for term, text in [
            *dataset.about,
            *((_heading(c), _(c.description)) for c in dataset.columns if c.description),
        ]:
            if text:
                notes.write_string(line, 0, term, head)
                notes.write_string(line, 1, text, wrap)
                line += 1
    return out.getvalue()


def _write_rows(sheet: Any, dataset: Dataset, head: Any) -> None:
    widths = [len(_heading(column)) for column in dataset.columns]
    for index, column in enumerate(dataset.columns):
        sheet.write_string(0, index, _heading(column), head)
    for line, row in enumerate(dataset.rows, start=1):
        for index, column in enumerate(dataset.columns):
            value = plain(row.get(column.key))
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(line, index, value)
            elif isinstance(value, int | float):
                sheet.write_number(line, index, value)
            else:
                text = " ".join(str(part) for part in value) if isinstance(value, list) else str(value)
                sheet.write_string(line, index, text)
                widths[index] = max(widths[index], min(len(text), 30))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(dataset.rows)), max(0, len(dataset.columns) - 1))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(60, 4 + 1.6 * width))


def _heading(column: Column) -> str:
    title = _(column.title)
    return f"{title} ({column.unit})" if column.unit else title


def _sheet_name(title: str) -> str:
    """A name a spreadsheet program takes: at most 31 signs, none of []:*?/\\, no apostrophe at the ends."""
    kept = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)
    return kept[:31].strip("' ") or "data"


_WRITERS = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}


def download(dataset: Dataset, form: str, *, filename: str = "") -> HttpResponse:
    """The dataset in ``form`` (one of :data:`FORMATS`) as a file to be saved.

    Raises:
        KeyError: for any other form.
    """
    return file_response(_WRITERS[form](dataset), f"{filename or dataset.key}.{form}", FORMATS[form])


def file_response(content: bytes, filename: str, content_type: str, *, inline: bool = False) -> HttpResponse:
    """A file to be saved under ``filename``; other sites may read it, since it is open data."""
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(
        not inline and not content_type.startswith("application/json"), filename
    )
    if disposition:
        response.headers["Content-Disposition"] = disposition
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
