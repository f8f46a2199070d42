"""What a posted page says: the answers as typed, and which rows of its tables are shown."""

from __future__ import annotations

import re

from django.http import QueryDict

from jichi.sheets.definition import Address, Definition, FieldType, Part
from jichi.sheets.typed import plain_text

MORE, LESS, ROWS = "more:", "less:", "rows:"
"""Names of the buttons that add and remove a row, and of the hidden count of a table's rows."""

MOST_ROWS = 1000
_ROW = re.compile(r"[a-z0-9_]{0,60}")


def is_open(part: Part) -> bool:
    """Whether the respondent decides how many rows the part has."""
    return part.rows is not None and not part.rows.fixed


def raw_from_post(definition: Definition, data: QueryDict, prefix: str = "a-") -> dict[Address, str]:
    """The answers as typed, by address; blank ones are left out, several choices stand in lines.

    Where the button that removes a row was pressed, that row is gone and those behind it have moved up.
    """
    raw: dict[Address, str] = {}
    for name in data:
        if not name.startswith(prefix):
            continue
        address = Address.of(name.removeprefix(prefix))
        text = "\n".join(plain_text(one) for one in data.getlist(name) if one.strip())
        if text.strip():
            raw[address] = text
    typed = {field.key for _part, field in definition.fields() if field.type is not FieldType.COMPUTED}
    # A row that no form could have comes of no page of ours, and no database would keep any name.
    raw = {one: text for one, text in raw.items() if one.field in typed and _ROW.fullmatch(one.row)}
    for part, row in _removed(definition, data):
        raw = _without_row(part, row, raw)
    return raw


def rows_pressed(data: QueryDict) -> bool:
    """Whether a row is to be added or removed: the page is shown again, nothing is handed in."""
    return any(name.startswith((MORE, LESS)) for name in data)


def row_counts(definition: Definition, data: QueryDict, prefix: str = "a-") -> dict[str, int]:
    """How many rows each open part shows after what was pressed, by key of the part."""
    counts: dict[str, int] = {}
    removed = [part.key for part, _row in _removed(definition, data)]
    for part in definition.parts:
        text = data.get(f"{prefix}{ROWS}{part.key}", "")
        if is_open(part) and text.isascii() and text.isdigit():
            more = f"{MORE}{part.key}" in data
            counts[part.key] = min(int(text[:6]) + more - removed.count(part.key), MOST_ROWS)
    return counts


def _removed(definition: Definition, data: QueryDict) -> list[tuple[Part, int]]:
    parts = {part.key: part for part in definition.parts if is_open(part)}
    found = []
    for name in data:
        if name.startswith(LESS):
            key, _dot, row = name.removeprefix(LESS).partition(".")
            if key in parts and row.isascii() and row.isdigit() and len(row) <= 4:
                found.append((parts[key], int(row)))
    return found


def _without_row(part: Part, row: int, raw: dict[Address, str]) -> dict[Address, str]:
    keys = {field.key for field in part.fields}
    kept: dict[Address, str] = {}
    for address, text in raw.items():
        inside = address.field in keys and address.row.isascii() and address.row.isdigit()
        if not inside or int(address.row) < row:
            kept[address] = text
        elif int(address.row) > row:
            kept[Address(address.field, str(int(address.row) - 1))] = text
    return kept
