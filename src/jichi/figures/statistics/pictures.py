"""A file's grid and what was read of it, as a page shows them: a few rows, with letters and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jichi.methods.tables.cells import Fault, Mark, text_of
from jichi.methods.tables.grid import Grid, column_of, is_blank, letters_of
from jichi.methods.tables.heads import Period
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.reading import Table, printed

ROWS = 30
COLUMNS = 26
RECORDS = 12
LONGEST = 24
LONGEST_ALONE = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows to be shown, and how many more rows and columns there are."""

    letters: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    more_rows: int
    more_columns: int


def grid_picture(grid: Grid, layout: Layout | None) -> Picture:
    """The first rows of a sheet; ``part`` of each says whether the layout takes it for head or body."""
    width = min(grid.width, COLUMNS)
    keys = {column_of(key.at) for key in layout.keys} if layout is not None else set()
    rows = []
    for number in range(min(grid.height, ROWS)):
        part = ""
        if layout is not None:
            part = "head" if layout.head_first <= number + 1 <= layout.head_last else ""
            part = part or ("body" if number + 1 > layout.head_last else "")
        cells = _cells(grid, number, width, keys if part == "body" else set())
        rows.append({"number": number + 1, "part": part, "cells": cells})
    return Picture(
        letters=tuple(letters_of(column) for column in range(width)),
        rows=tuple(rows),
        more_rows=max(0, grid.height - ROWS),
        more_columns=max(0, grid.width - COLUMNS),
    )


def _cells(grid: Grid, number: int, width: int, keys: set[int]) -> list[dict[str, Any]]:
    filled = [column for column in range(width) if not is_blank(grid.at(number, column))]
    # A title or note alone in its row lies over the cells right of it, as a spreadsheet shows it.
    alone = filled[0] if len(filled) == 1 else None
    cells = []
    for column in range(width if alone is None else alone + 1):
        value = grid.at(number, column)
        cells.append(
            {
                "text": _short(text_of(value), LONGEST if alone is None else LONGEST_ALONE),
                "key": column in keys and alone is None,
                "numeric": isinstance(value, int | float),
                "span": width - column if column == alone else 1,
            }
        )
    return cells


def table_picture(table: Table, count: int | None = None) -> dict[str, Any]:
    """The first rows as read: names, year, numbers; ``count`` of all rows where ``table`` has a part only."""
    columns = table.columns[:COLUMNS]
    has_years = any(row.period is not None for row in table.rows[:RECORDS])
    return {
        "keys": table.keys,
        "has_years": has_years,
        "columns": [
            {"name": column.name, "at": column.at, "unit": column.unit, "year": _year(column.period)}
            for column in columns
        ],
        "rows": [
            {
                "number": row.number,
                "keys": row.keys,
                "year": _year(row.period),
                "cells": [
                    {
                        "text": printed(cell),
                        "is_mark": isinstance(cell, Mark),
                        "is_fault": isinstance(cell, Fault),
                    }
                    for cell in row.cells[:COLUMNS]
                ],
            }
            for row in table.rows[:RECORDS]
        ],
        "count": len(table.rows) if count is None else count,
        "skipped": table.skipped,
        "more_columns": max(0, len(table.columns) - COLUMNS),
        "texts": table.texts,
        "notes": table.notes[:12],
    }


def _year(period: Period | None) -> str:
    if period is None:
        return ""
    return period.as_of.isoformat() if period.as_of is not None else str(period.year)


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
