"""Finding a table again in next year's file: its sheet, its head, its columns, and what differs there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from .cells import Fault, read_cell, tidy
from .files import Book
from .grid import Grid, cell_name, column_of, letters_of
from .heads import HeadColumn, columns_of
from .layout import MOST_HEAD_ROWS, Layout, matches
from .troubles import Severity, Trouble, stop

SEARCHED_ROWS = 60
ALIKE = 0.6
Say = Callable[..., Trouble]


@dataclass(frozen=True, slots=True)
class FoundHead:
    """The head's rows as found, from 0, both within; ``trouble`` where they are not where they were."""

    first: int
    last: int
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The columns as found: the place of each key, the columns of numbers, all columns with a name."""

    keys: dict[str, int]
    values: tuple[HeadColumn, ...]
    all: tuple[HeadColumn, ...]
    troubles: tuple[Trouble, ...]


def find_sheet(book: Book, layout: Layout) -> tuple[int, list[Trouble]]:
    """The place of the layout's sheet, and what is to be said of the workbook's sheets.

    Raises:
        TableError: ``sheet_gone``, with the sheets there are.
    """
    hidden = [sheet.name for sheet in book.sheets if sheet.hidden]
    said = [
        Trouble(code="hidden_sheet", severity=Severity.NOTE, sheet=name, facts={"sheet": name})
        for name in hidden
    ]
    names = [sheet.name for sheet in book.sheets]
    if book.kind == "csv":
        return 0, said
    if layout.sheet_by == "place":
        if int(layout.sheet) <= len(names):
            return int(layout.sheet) - 1, said
    elif layout.sheet_by == "pattern":
        fitting = [place for place, sheet in enumerate(book.sheets) if matches(sheet.name, [layout.sheet])]
        shown = [place for place in fitting if not book.sheets[place].hidden]
        if len(shown or fitting) > 1:
            raise stop(
                "sheets_several", wanted=layout.sheet, sheets=", ".join(names[place] for place in fitting)
            )
        if fitting:
            return (shown or fitting)[0], said
    else:
        for place, name in enumerate(names):
            if tidy(name) == tidy(layout.sheet):
                return place, said
    raise stop(
        "sheet_gone", wanted=layout.sheet, sheets=", ".join(names), similar=_alike(layout.sheet, names)
    )


def find_head(grid: Grid, layout: Layout) -> FoundHead:
    """The rows of the head: where they were, or else where the same names stand.

    Raises:
        TableError: ``head_gone``, with what stands where the head was.
    """
    keys = {key.name for key in layout.keys}
    wanted = keys | {value.name for value in layout.values}
    first, last = layout.head_first - 1, layout.head_last - 1
    here = _names_at(grid, layout, first, last)
    if wanted <= here:
        return FoundHead(first, last)
    found = _best_place(grid, layout, keys, wanted)
    # A key's name alone may stand anywhere; with half of the columns beside it, it is the head.
    if found is not None and found[0] > len(wanted & here) * (keys <= here) and found[0] * 2 >= len(wanted):
        _score, top, bottom = found
        facts = {
            "first": layout.head_first,
            "last": layout.head_last,
            "now_first": top + 1,
            "now_last": bottom + 1,
        }
        trouble = Trouble(
            code="head_moved", severity=Severity.NOTE, sheet=grid.name, cell=str(top + 1), facts=facts
        )
        return FoundHead(top, bottom, trouble)
    if here & wanted:
        # The head is there, with other names: the columns will say which.
        return FoundHead(first, last)
    key = layout.keys[0]
    at = column_of(key.at)
    raise stop(
        "head_gone",
        sheet=grid.name,
        cell=cell_name(last, at),
        first=layout.head_first,
        last=layout.head_last,
        key=key.name,
        there=tidy(str(grid.at(last, at)))[:60],
    )


def _best_place(grid: Grid, layout: Layout, keys: set[str], wanted: set[str]) -> tuple[int, int, int] | None:
    """The rows among the first sixty that name most of the wanted columns, all keys among them."""
    best: tuple[tuple[int, int, int], int, int] | None = None
    for top in range(min(SEARCHED_ROWS, grid.height)):
        for bottom in range(top, min(top + MOST_HEAD_ROWS, grid.height)):
            names = _names_at(grid, layout, top, bottom)
            score = (len(wanted & names), -abs(bottom - top + 1 - layout.head_height), -top)
            if keys <= names and (best is None or score > best[0]):
                best = score, top, bottom
    return None if best is None else (best[0][0], best[1], best[2])


def _names_at(grid: Grid, layout: Layout, first: int, last: int) -> set[str]:
    if last >= grid.height:
        return set()
    columns = columns_of(grid, first, last, spread=layout.spread, measure=layout.measure)
    return {column.measure for column in columns}


def find_columns(grid: Grid, layout: Layout, first: int, last: int, unit: str) -> Found:
    """The columns the layout names, by their names, and what is missing, new, moved or named twice."""
    columns = columns_of(grid, first, last, spread=layout.spread, measure=layout.measure, unit=unit)
    say = partial(Trouble, sheet=grid.name)
    troubles: list[Trouble] = []
    keys = _keys(columns, layout, last, say, troubles)
    left = [column for column in columns if column.index not in keys.values()]
    expected = {value.name for value in layout.values}
    values = [column for column in left if column.measure in expected]
    fresh = [
        column for column in left if column.measure not in expected and column.measure not in layout.ignore
    ]
    troubles += _gone_or_moved(layout, values, fresh, last, say)
    taken: set[int] = set()
    if layout.shape == "wide":
        taken = {
            column.index for column in fresh if _holds_numbers(grid, column.index, last + 1, layout.marks)
        }
        values = [column for column in left if column in values or column.index in taken]
    troubles += [
        say(
            code="column_new" if column.index in taken else "column_unread",
            severity=Severity.NOTE,
            cell=cell_name(last, column.index),
            facts={"column": column.name},
        )
        for column in fresh
    ]
    troubles += _said_of(values, last, say)
    return Found(keys, tuple(values), tuple(columns), tuple(troubles))


def _holds_numbers(grid: Grid, column: int, start: int, marks: Mapping[str, str]) -> bool:
    """Whether what stands below the head, in its first rows, is mostly numbers or marks."""
    read = [read_cell(grid.at(row, column), marks).cell for row in range(start, min(start + 40, grid.height))]
    filled = [cell for cell in read if cell is not None]
    return sum(not isinstance(cell, Fault) for cell in filled) * 2 > len(filled)


def _gone_or_moved(
    layout: Layout, values: Sequence[HeadColumn], fresh: Sequence[HeadColumn], last: int, say: Say
) -> list[Trouble]:
    there: dict[str, int] = {}
    for column in values:
        there.setdefault(column.measure, column.index)
    troubles = []
    for value in layout.values:
        if value.name not in there:
            now = next((one.name for one in fresh if one.at == value.at), "")
            similar = _alike(value.name, [one.measure for one in fresh])
            facts = {"column": value.name, "now": now, "similar": similar}
            cell = f"{value.at}{last + 1}"
            troubles.append(say(code="column_gone", severity=Severity.CELL, cell=cell, facts=facts))
        elif not value.years and there[value.name] != column_of(value.at):
            troubles.append(_moved(value.name, value.at, there[value.name], last, say))
    return troubles


def _keys(
    columns: Sequence[HeadColumn], layout: Layout, last: int, say: Say, troubles: list[Trouble]
) -> dict[str, int]:
    keys: dict[str, int] = {}
    for key in layout.keys:
        fitting = [column.index for column in columns if key.name in {column.measure, column.name}]
        was = column_of(key.at)
        if not fitting:
            there = next((column.name for column in columns if column.index == was), "")
            similar = _alike(key.name, [column.name for column in columns])
            facts = {"key": key.name, "now": there, "similar": similar}
            troubles.append(say(code="key_gone", cell=cell_name(last, was), facts=facts))
            continue
        keys[key.name] = was if was in fitting else fitting[0]
        if keys[key.name] != was:
            troubles.append(_moved(key.name, key.at, keys[key.name], last, say))
    return keys


def _moved(name: str, was: str, index: int, last: int, say: Say) -> Trouble:
    facts = {"column": name, "was": was, "now": letters_of(index)}
    return say(code="column_moved", severity=Severity.NOTE, cell=cell_name(last, index), facts=facts)


def _said_of(values: Iterable[HeadColumn], last: int, say: Say) -> list[Trouble]:
    found: list[Trouble] = []
    seen: dict[tuple[object, ...], HeadColumn] = {}
    # The same mark over several columns, as over a merged head, is said once.
    noted: dict[str, HeadColumn] = {}
    for column in values:
        period = column.period
        identity = (column.measure, period.year if period else None, period.as_of if period else None)
        cell = cell_name(last, column.index)
        if column.contradiction:
            facts = {"text": column.contradiction}
            found.append(say(code="year_contradicts", severity=Severity.CELL, cell=cell, facts=facts))
        if identity in seen:
            facts = {"column": column.name, "other": f"{seen[identity].at}{last + 1}"}
            found.append(say(code="column_twice", severity=Severity.CELL, cell=cell, facts=facts))
        seen.setdefault(identity, column)
        if column.notes:
            noted.setdefault(", ".join(column.notes), column)
    for notes, column in noted.items():
        facts = {"column": column.name, "notes": notes}
        cell = cell_name(last, column.index)
        found.append(say(code="head_notes", severity=Severity.NOTE, cell=cell, facts=facts))
    return found


def _alike(name: str, others: Iterable[str]) -> str:
    """The one among ``others`` that is most like ``name``, or nothing where none is."""
    rated = [(SequenceMatcher(None, tidy(name), tidy(other)).ratio(), other) for other in others]
    best = max(rated, default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else ""
