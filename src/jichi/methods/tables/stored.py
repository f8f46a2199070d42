"""A table that was read, as plain data: small enough to keep, whole enough to compare next year's with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from .cells import Cell, Fault, Mark
from .grid import column_of
from .heads import HeadColumn, Period
from .reading import Row, Table


def table_as_json(table: Table) -> dict[str, Any]:
    """The columns and rows of a table. A cell is a number as text, null, ``[mark]`` or ``[fault, text]``."""
    return {
        "sheet": table.sheet,
        "head": list(table.head),
        "keys": list(table.keys),
        "columns": [
            {
                "at": column.at,
                "name": column.name,
                "measure": column.measure,
                "period": _period_out(column.period),
                "unit": column.unit,
                "notes": list(column.notes),
            }
            for column in table.columns
        ],
        "rows": [
            [row.number, list(row.keys), _period_out(row.period), [_cell_out(cell) for cell in row.cells]]
            for row in table.rows
        ],
        "texts": list(table.texts),
        "notes": list(table.notes),
        "skipped": table.skipped,
        "unread": table.unread,
    }


def table_from_json(data: Mapping[str, Any], most_rows: int | None = None) -> Table:
    """What :func:`table_as_json` gave, without its troubles; ``most_rows``: only the first rows."""
    periods: dict[tuple[Any, ...], Period] = {}
    return Table(
        sheet=data["sheet"],
        head=(data["head"][0], data["head"][1]),
        keys=tuple(data["keys"]),
        columns=tuple(
            HeadColumn(
                column_of(one["at"]),
                one["name"],
                one["measure"],
                _period_in(one["period"], periods),
                one["unit"],
                tuple(one["notes"]),
            )
            for one in data["columns"]
        ),
        rows=[
            Row(number, tuple(keys), _period_in(period, periods), [_cell_in(cell) for cell in cells])
            for number, keys, period, cells in data["rows"][:most_rows]
        ],
        texts=tuple(data["texts"]),
        notes=tuple(data["notes"]),
        skipped=data["skipped"],
        unread=data["unread"],
    )


def _period_out(period: Period | None) -> list[Any] | None:
    if period is None:
        return None
    return [period.year, period.as_of.isoformat() if period.as_of else None, period.kind, period.text]


def _period_in(data: Sequence[Any] | None, known: dict[tuple[Any, ...], Period]) -> Period | None:
    if data is None:
        return None
    key = tuple(data)
    if key not in known:
        year, day, kind, text = data
        known[key] = Period(year, datetime.date.fromisoformat(day) if day else None, kind, text)
    return known[key]


def _cell_out(cell: Cell) -> str | list[str] | None:
    if isinstance(cell, Mark):
        return [cell.text]
    if isinstance(cell, Fault):
        return [cell.code, cell.text]
    return cell


def _cell_in(data: str | Sequence[str] | None) -> Cell:
    if data is None or isinstance(data, str):
        return data
    return Mark(data[0]) if len(data) == 1 else Fault(data[0], data[1])
