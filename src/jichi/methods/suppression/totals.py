"""Margins for a table that has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from .checking import check_tables, raise_if
from .values import TOTAL, Cell, Key, Problem, Table

__all__ = ["with_totals"]


def with_totals(table: Table, *, over: Sequence[str] | None = None) -> Table:
    """The table with the margins that it lacks, each the sum of the inner cells.

    Parameters
    ----------
    over : sequence of str, optional
        The dimensions to sum over; None: all.

    Returns
    -------
    Table
        Margins already there are kept as they are. A sum over a cell that was not measured is left out.

    Raises
    ------
    SuppressionError
        Cells that cannot be used, or a dimension that the table does not have.
    """
    check_tables([table])
    names = table.dimensions if over is None else tuple(over)
    raise_if(
        [
            Problem(
                code="bad_rule", params={"parameter": "over", "value": name, "allowed": str(table.dimensions)}
            )
            for name in names
            if name not in table.dimensions
        ]
    )
    ranks = [table.dimensions.index(name) for name in names]
    inner = [cell for cell in table.cells if all(cell.key[at] != TOTAL for at in ranks)]
    have = {cell.key for cell in table.cells}
    added: list[Cell] = []
    for size in range(1, len(ranks) + 1):
        for summed in combinations(ranks, size):
            added += _sums(inner, frozenset(summed), have)
    return replace(table, cells=(*table.cells, *added))


def _sums(inner: Sequence[Cell], summed: frozenset[int], have: set[Key]) -> list[Cell]:
    parts: dict[Key, list[Cell]] = {}
    for cell in inner:
        key = tuple(TOTAL if at in summed else member for at, member in enumerate(cell.key))
        if key not in have:
            parts.setdefault(key, []).append(cell)
    return [total for key, cells in parts.items() if (total := _sum(key, cells)) is not None]


def _sum(key: Key, cells: Sequence[Cell]) -> Cell | None:
    values = [cell.value for cell in cells if cell.value is not None]
    if len(values) < len(cells):
        return None
    counted = any(cell.n is not None for cell in cells)
    units = sum(int(cell.value or 0) if cell.n is None else cell.n for cell in cells)
    return Cell(key=key, value=sum(values[1:], start=values[0]), n=units if counted else None)
