"""A table as data: caption, columns with their kind, rows of cells. Printed by ``{% data_table %}``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``numeric`` is set flush right, ``head`` makes its cells the heads of their rows."""

    title: str
    numeric: bool = False
    head: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; ``text`` may be safe HTML, ``note`` stands small below, ``language`` if another."""

    text: Any
    url: str = ""
    note: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``phone``: on a narrow screen ``cards`` stacks each row, ``scroll`` keeps the grid in a region."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    phone: str = "scroll"
    hide_caption: bool = False
    ident: str = "table"

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows as pairs of column and cell. Raises :class:`ValueError` when a row has another length."""
        return [
            [(c, v if isinstance(v, Cell) else Cell(v)) for c, v in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]
