"""Finding the lines of a form again in a sheet in which a person may have inserted, moved or deleted some.

Three things must agree: the anchor in the hidden first row or column, the label a person sees, and that each
line is there once. Where they do not, the answer is not read, and the sheet and cell are named. Where an
anchor was lost and the label stands in one place only, the label is believed, and that is said.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .content import Position, Sheet
from .layout import ANSWER, COLUMN_ANCHOR, HEAD, LABEL, ROW_ANCHOR, SECTION, SHEET_ANCHOR, Line, SheetPlan
from .problems import WorkbookProblem, cell_name
from .returned import Binding

DOWN, ACROSS = 0, 1


def plain(text: str) -> str:
    """How labels are compared: width and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(slots=True)
class Anchors:
    """The anchors of a sheet: of which part it is, and the places of each line's anchor.

    ``sections`` are the sections of a volume to which it says that it belongs.
    """

    parts: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    rows: dict[str, list[Position]] = field(default_factory=dict)
    columns: dict[str, list[Position]] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Sheet) -> Anchors:
        """Read them; they may stand anywhere, since rows and columns may have been inserted."""
        found = cls()
        for position, cell in sheet.cells.items():
            text = cell.text
            if text.startswith(ROW_ANCHOR):
                found.rows.setdefault(text.removeprefix(ROW_ANCHOR), []).append(position)
            elif text.startswith(COLUMN_ANCHOR):
                found.columns.setdefault(text.removeprefix(COLUMN_ANCHOR), []).append(position)
            elif text.startswith(SHEET_ANCHOR):
                part, _mark, section = text.removeprefix(SHEET_ANCHOR).partition(SECTION)
                found.parts.append(part)
                found.sections.append(section)
        return found


@dataclass(slots=True)
class FoundSheet:
    """Where the lines of a plan stand: name → row or column, from 1. What could not be placed is missing."""

    plan: SheetPlan
    sheet: Sheet
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    problems: list[WorkbookProblem] = field(default_factory=list)

    def complain(self, code: str, position: Position | None = None, **params: str) -> None:
        """Note a problem at a cell of the sheet."""
        cell = cell_name(*position) if position else ""
        self.problems.append(WorkbookProblem(code, self.sheet.name, cell, params))


def find_sheets(
    plans: Iterable[SheetPlan], sheets: Mapping[int, tuple[Sheet, Anchors]], binding: Binding
) -> tuple[dict[str, Sheet], list[WorkbookProblem]]:
    """The sheet of each part, by its anchor, else by its name."""
    found: dict[str, Sheet] = {}
    problems = []
    for plan in plans:
        key = plan.part.key
        name = binding.names.get(key, plan.name)
        marked = [sheet for sheet, anchors in sheets.values() if key in anchors.parts]
        if not marked:
            marked = [sheet for sheet, anchors in sheets.values() if sheet.name == name and not anchors.parts]
        if not marked:
            problems.append(WorkbookProblem("sheet_missing", name))
        elif len(marked) > 1:
            problems += [
                WorkbookProblem("sheet_twice", sheet.name, params={"first": marked[0].name})
                for sheet in marked[1:]
            ]
        else:
            found[key] = marked[0]
    return found, problems


def find_lines(plan: SheetPlan, sheet: Sheet, anchors: Anchors, binding: Binding) -> FoundSheet:
    """Place all rows and columns of a plan."""
    found = FoundSheet(plan, sheet)
    search = _Search(found, anchors, binding)
    search.run()
    return found


class _Search:
    def __init__(self, found: FoundSheet, anchors: Anchors, binding: Binding) -> None:
        self.found, self.plan, self.sheet = found, found.plan, found.sheet
        self.anchors, self.binding = anchors, binding
        self.by_label: list[str] = []
        answer = binding.labels.get((self.plan.part.key, ANSWER), "")
        self.across = [
            Line(line.name, line.label or answer) if line.name == ANSWER else line
            for line in self.plan.across
        ]
        rows = self.plan.part.rows
        self.is_open = rows is not None and not rows.fixed

    def run(self) -> None:
        head = self._anchored(HEAD, DOWN) or self._line_of_labels(self.across, DOWN)
        label = self._anchored(LABEL, ACROSS) or self._line_of_labels(self.plan.down, ACROSS)
        if label is None:
            self.found.complain("labels_missing")
        if head is None:
            self.found.complain("heads_missing")
        self._place(self.plan.down, DOWN, label)
        self._place(self.across, ACROSS, head)
        self._refuse_collisions(self.found.rows, DOWN)
        self._refuse_collisions(self.found.columns, ACROSS)
        if self.by_label:
            self.found.complain("found_by_label", labels="、".join(self.by_label[:5]))

    def _anchored(self, name: str, direction: int) -> int | None:
        places = (self.anchors.rows if direction == DOWN else self.anchors.columns).get(name, [])
        lines = {position[direction] for position in places}
        return lines.pop() if len(lines) == 1 else None

    def _line_of_labels(self, lines: Iterable[Line], direction: int) -> int | None:
        """The row in which the labels of columns stand, or the column of the rows' labels: most of them."""
        wanted = {plain(line.label) for line in lines} - {""}
        counts = Counter(
            position[direction] for position, cell in self.sheet.cells.items() if plain(cell.text) in wanted
        )
        most = counts.most_common(2)
        if not most or (len(most) > 1 and most[0][1] == most[1][1]):
            return None
        return most[0][0]

    def _place(self, lines: Iterable[Line], direction: int, beside: int | None) -> None:
        lines = tuple(lines)
        labels = self._labels_at(direction, beside)
        counts = Counter(plain(line.label) for line in lines)
        for line in lines:
            places = (self.anchors.rows if direction == DOWN else self.anchors.columns).get(line.name, [])
            at = {position[direction] for position in places}
            if len(at) > 1:
                first, *others = sorted(at)
                for other in others:
                    self.found.complain(
                        "anchor_twice",
                        self._cell(other, beside, direction),
                        label=line.label,
                        first=cell_name(*self._cell(first, beside, direction)),
                    )
            elif at:
                self._take(line, at.pop(), direction, beside, counts)
            else:
                self._take_by_label(line, labels, counts, direction)

    def _labels_at(self, direction: int, beside: int | None) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        if beside is None:
            return found
        for position, cell in self.sheet.cells.items():
            if position[1 - direction] == beside:
                found.setdefault(plain(cell.text), []).append(position[direction])
        return found

    def _cell(self, line: int, beside: int | None, direction: int) -> Position:
        other = beside or 1
        return (line, other) if direction == DOWN else (other, line)

    def _take(
        self, line: Line, at: int, direction: int, beside: int | None, labels: Mapping[str, int]
    ) -> None:
        (self.found.rows if direction == DOWN else self.found.columns)[line.name] = at
        if beside is None or not line.label:
            return
        position = self._cell(at, beside, direction)
        cell = self.sheet.cells.get(position)
        there = cell.text if cell else ""
        if plain(there) == plain(line.label):
            return
        code = "label_of_other" if plain(there) in labels else "label_changed"
        self.found.complain(code, position, expected=line.label, found=there[:60])

    def _take_by_label(
        self, line: Line, labels: Mapping[str, list[int]], counts: Mapping[str, int], direction: int
    ) -> None:
        places = labels.get(plain(line.label), [])
        if line.label and len(places) == 1 and counts[plain(line.label)] == 1:
            (self.found.rows if direction == DOWN else self.found.columns)[line.name] = places[0]
            self.by_label.append(line.label)
        elif not (direction == DOWN and self.is_open):
            # Open rows that nobody needed are often deleted; nothing is missing by that.
            code = "row_missing" if direction == DOWN else "column_missing"
            self.found.problems.append(
                WorkbookProblem(code, self.sheet.name, self._stood_at(line, direction), {"label": line.label})
            )

    def _stood_at(self, line: Line, direction: int) -> str:
        """The first answer cell of a line as the workbook went out."""
        part = self.plan.part.key
        row = line.name if direction == DOWN else self.plan.down[0].name
        column = line.name if direction == ACROSS else self.plan.across[0].name
        if (part, row) not in self.binding.rows or (part, column) not in self.binding.columns:
            return ""
        return cell_name(self.binding.rows[part, row], self.binding.columns[part, column])

    def _refuse_collisions(self, lines: dict[str, int], direction: int) -> None:
        for names in _shared(lines):
            position = self._cell(lines[names[0]], None, direction)
            for name in names:
                del lines[name]
            self.found.complain("anchor_clash", position)


def _shared(lines: Mapping[str, int]) -> Iterator[list[str]]:
    names: dict[int, list[str]] = {}
    for name, line in lines.items():
        names.setdefault(line, []).append(name)
    yield from (several for several in names.values() if len(several) > 1)
