"""Columns of indicator tables: what their headers say, and how a row lies under them.

A row with as many cells as the header lies under it. A row that has more or fewer, or whose cells
contradict the header (a target's 以上 under 現状), is tried in every order-keeping position: a cell is
certain only when all possible positions agree on its column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

from jichi.methods.eras import YearMention, find_years
from jichi.plan.importing.characters import compact, narrow
from jichi.plan.importing.layout import Layout
from jichi.plan.importing.lines import SourceLine
from jichi.plan.importing.values import Cell

__all__ = ["Column", "align", "read_header"]

_MOST_COLUMNS = 14


@dataclass(frozen=True)
class Column:
    """A column by its header: its role, the period of a target, and the year if the header has one."""

    index: int
    text: str
    role: str | None
    period: int | None = None
    year: YearMention | None = None


def read_header(row: SourceLine, layout: Layout) -> list[Column]:
    """The columns of an indicator table. An unknown header has no role: its cells stay unplaced."""
    columns = []
    for index, text in enumerate(row.plain.rstrip("\r\n").split("\t")):
        years = list(find_years(narrow(text)))
        name = compact(text)
        role = layout.role(name)
        bare = re.sub(r"[(\[].*", "", name)
        if re.fullmatch(layout.indicator_header, bare) or re.search(layout.sense_header, bare):
            role = "name"
        period = re.search(layout.period, name) if role == "target" else None
        columns.append(
            Column(
                index=index,
                text=text.strip(),
                role=role,
                period=int(period.group(1)) if period else None,
                year=years[0] if len(years) == 1 else None,
            )
        )
    return columns


Pairs = list[tuple[Column, Cell]]
Doubtful = list[tuple[Cell, list[Column]]]


def align(
    columns: list[Column], cells: list[Cell], name_at: int, years: dict[int, int]
) -> tuple[Pairs, Doubtful]:
    """Put a row's cells under the columns.

    Returns the pairs that are certain, and the cells in doubt, each with its possible columns. `years`
    are the usual target years of the periods in the whole document.
    """
    while len(cells) > len(columns) and cells[-1].kind == "empty":
        cells = cells[:-1]
    rest_columns = [c for i, c in enumerate(columns) if i != name_at]
    rest = [c for i, c in enumerate(cells) if i != name_at]
    fits = len(cells) == len(columns)
    if fits:
        pairs = list(zip(rest_columns, rest, strict=True))
        gaps = any(cell.kind == "empty" and column.role for column, cell in pairs)
        # A gap beside a cell that cannot be read may be a shift that the torn cell hides.
        torn = gaps and any(cell.kind == "odd" for cell in rest)
        # Beside an empty baseline or 現状 the other one's value may have been pushed aside.
        torn = torn or any(
            cell.kind == "empty" and column.role in ("baseline", "current") and not column.year
            for column, cell in pairs
        )
        if (
            not torn
            and _possible(pairs, years)
            and (not gaps or (_years_fit(pairs, years) and _known(pairs, years)))
        ):
            return pairs, []
    return _try_all(rest_columns, [c for c in rest if c.kind != "empty"], years)


def _try_all(columns: list[Column], cells: list[Cell], years: dict[int, int]) -> tuple[Pairs, Doubtful]:
    if len(cells) > len(columns) or len(columns) > _MOST_COLUMNS:
        return [], [(cell, []) for cell in cells if cell.kind not in ("empty", "dash")]
    options: list[set[int]] = [set() for _ in cells]
    for chosen in combinations(range(len(columns)), len(cells)):
        pairs = [(columns[i], cell) for i, cell in zip(chosen, cells, strict=True)]
        if _possible(pairs) and _years_fit(pairs, years):
            for position, index in enumerate(chosen):
                options[position].add(index)
    certain: Pairs = []
    doubtful: Doubtful = []
    for cell, found in zip(cells, options, strict=True):
        column = columns[next(iter(found))] if len(found) == 1 else None
        if column is not None and _known([(column, cell)], years):
            certain.append((column, cell))
        elif cell.kind != "dash":
            doubtful.append((cell, [columns[i] for i in sorted(found)]))
    return certain, doubtful


def _possible(pairs: Pairs, exact: dict[int, int] | None = None) -> bool:
    """Whether roles, comparators and the order of years agree.

    In a row whose targets have comparators, one may lack it (0 件, 100 %) only where its year is that of
    the period in `exact`.
    """
    bound = any(q.comparator != "none" for _, cell in pairs for q in cell.quantities)
    measured: dict[str, int] = {}
    targets: list[tuple[int, int]] = []
    for column, cell in pairs:
        if cell.kind != "value" or column.role is None:
            continue
        has_bound = any(q.comparator != "none" for q in cell.quantities)
        year = (cell.year or column.year) and (cell.year or column.year).fiscal_year  # type: ignore[union-attr]
        usual = (exact or {}).get(column.period or 0)
        unbound = column.role == "target" and year is not None and year == usual
        if bound and has_bound != (column.role == "target") and not unbound:
            return False
        if year and column.role == "target" and column.period:
            targets.append((column.period, year))
        elif year and column.role in ("baseline", "current"):
            measured[column.role] = year
    targets.sort()
    ordered = all(a[1] < b[1] for a, b in pairwise(targets) if a[0] < b[0])
    return ordered and measured.get("baseline", 0) <= measured.get("current", 9999)


def _known(pairs: Pairs, years: dict[int, int]) -> bool:
    """Whether every target's year can be checked against its period or its header."""
    return all(
        column.year is not None or column.role != "target" or (column.period or 0) in years
        for column, cell in pairs
        if cell.kind == "value"
    )


def _years_fit(pairs: Pairs, years: dict[int, int]) -> bool:
    """Whether each target's year lies within its period, as the rest of the document has it."""
    for column, cell in pairs:
        if cell.kind != "value" or cell.year is None or cell.year.fiscal_year is None:
            continue
        if column.year is not None and column.year.fiscal_year != cell.year.fiscal_year:
            return False
        if column.role != "target" or column.period not in years:
            continue
        first = years.get(column.period - 1, cell.year.fiscal_year - 1)
        if not first < cell.year.fiscal_year <= years[column.period]:
            return False
    return True
