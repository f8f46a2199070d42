"""Reading a file of document numbers that comes back from the city's document management system.

CSV (UTF-8 or cp932, comma or tab) with a line of headings, or JSON. Asked for are the approval's id, the
document number and its date; other columns are passed over.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.city.uploads import JSON, XLSX, sniff
from jichi.methods.eras import EraError, parse_date

ROW_LIMIT = 2000
NUMBER_LIMIT = 80
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "起案id", "識別子"),
    "number": ("number", "文書番号", "番号"),
    "date": ("date", "文書年月日", "文書日付", "日付"),
}
"""The headings a column may have, in small letters."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One row as it was written: its line in the file (in JSON its place in the list) and three texts."""

    line: int
    id: str
    number: str
    date: str


@dataclass(frozen=True, slots=True)
class NumberRead:
    """One row understood."""

    approval_id: uuid.UUID
    number: str
    date: datetime.date


def read_numbers(content: bytes) -> list[NumberRow]:
    """The rows of the file, not yet understood; empty ones are passed over.

    Raises:
        Invalid: for the field ``file``, where it is no such file, has no headings, or too many rows.
    """
    kind = sniff(io.BytesIO(content))
    if kind == XLSX:
        raise _refused(_("This is a workbook. Save it as CSV, or let the document system give JSON."))
    text = _decoded(content)
    rows = list(_of_json(text) if kind == JSON else _of_csv(text))
    if not rows:
        raise _refused(_("The file has no row with a document number. Nothing was entered."))
    if len(rows) > ROW_LIMIT:
        words = _("The file has %(count)d rows; %(limit)d at most are taken at once. Divide it.")
        raise _refused(words % {"count": len(rows), "limit": ROW_LIMIT})
    return rows


def understood(row: NumberRow) -> NumberRead:
    """The row's id, number and day. Raises Invalid, saying which of them is wrong and how it is written."""
    try:
        approval_id = uuid.UUID(row.id)
    except ValueError:
        text = _("“%(text)s” is not the id of an approval; copy it from the packet.")
        raise Invalid({"id": [text % {"text": row.id[:60]}]}) from None
    return NumberRead(approval_id, checked_number(row.number), _day(row.date))


def checked_number(text: str) -> str:
    """A document number without blanks around it. Raises Invalid where there is none, or for one too long."""
    number = unicodedata.normalize("NFC", text).strip()
    if not number:
        raise Invalid({"number": [_("The document number is missing.")]})
    if len(number) > NUMBER_LIMIT:
        raise Invalid({"number": [_("The document number is too long; 80 characters at most.")]})
    return number


def _day(text: str) -> datetime.date:
    if not text:
        raise Invalid({"date": [_("The date of the document is missing.")]})
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return datetime.date(*(int(part) for part in plain.replace("/", "-").split("-")))
    except (ValueError, TypeError):
        pass
    try:
        return parse_date(plain)
    except EraError:
        words = _("“%(text)s” is not a day. Write 2026-05-29, 2026/5/29 or 令和8年5月29日.")
        raise Invalid({"date": [words % {"text": text[:60]}]}) from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932")  # sniff() has read it so already


def _of_csv(text: str) -> Iterator[NumberRow]:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")
    places: dict[str, int] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _places(cells)
                continue
            yield NumberRow(reader.line_num, **{name: _cell(cells, at) for name, at in places.items()})
    except csv.Error as error:
        words = _("Line %(line)d cannot be read as CSV. Nothing was entered.")
        raise _refused(words % {"line": reader.line_num}) from error


def _places(cells: Sequence[str]) -> dict[str, int]:
    plain = [unicodedata.normalize("NFKC", cell).strip().casefold() for cell in cells]
    found = {}
    for name, headings in HEADINGS.items():
        at = next((place for place, cell in enumerate(plain) if cell in headings), None)
        if at is None:
            words = _("The first line names no column “%(name)s” (%(others)s). Nothing was entered.")
            raise _refused(words % {"name": name, "others": ", ".join(headings[1:])})
        found[name] = at
    return found


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _of_json(text: str) -> Iterator[NumberRow]:
    data: Any = json.loads(text.lstrip("\ufeff"))
    listed = data.get("documents") if isinstance(data, dict) else data
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        words = _("The JSON is no list of documents with id, number and date. Nothing was entered.")
        raise _refused(words)
    for place, one in enumerate(listed, start=1):
        yield NumberRow(place, **{name: _text(one.get(name)) for name in HEADINGS})


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _refused(sentence: str) -> Invalid:
    return Invalid({"file": [sentence]})
