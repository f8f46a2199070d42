"""A returned workbook against its form: the answers as typed, where each stood, and all that is doubtful."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from jichi.sheets.definition import Address, Definition, FieldType, Raw, Severity
from jichi.sheets.typed import NO, YES

from .answers import answer_text, in_canonical_words, is_marked
from .content import Area, Cell, Kind, Position, Sheet
from .envelope import Awaited, Envelope
from .finding import Anchors, FoundSheet, find_lines, find_sheets, plain
from .layout import ANCHOR, COVER, SheetPlan, Slot, plan_sheets
from .problems import WorkbookError, WorkbookProblem, cell_name
from .returned import Returned

WORDS = ".words"
"""Under this part's key the hidden sheet keeps the workbook's words for yes and no."""

MOST_TOLD = 20
"""How many texts outside of the answer cells are named per sheet; more are counted."""
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookReading:
    """What was read: ``raw`` as typed, for :func:`jichi.sheets.reading.read`; ``places`` as ``sheet!B4``."""

    raw: Raw = field(default_factory=dict)
    places: Mapping[Address, str] = field(default_factory=dict)
    problems: tuple[WorkbookProblem, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Whether ``raw`` is all that the workbook answers; where not, none of it may be taken."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def bind(definition: Definition, returned: Returned, *, awaited: Awaited | None = None) -> WorkbookReading:
    """Read the answers of a workbook that was made from ``definition``.

    ``awaited`` says which return is expected; a workbook of another department, inquiry or version of the
    form is refused as a whole. Whatever else is wrong is told all at once, each with sheet and cell.
    """
    if refused := tuple(_misdirected(definition, returned.envelope, awaited)):
        return WorkbookReading(problems=refused)
    try:
        return _Binder(definition, returned).run()
    except WorkbookError as error:  # rows were made up until no workbook would hold them
        return WorkbookReading(problems=(error.problem,))


def _misdirected(
    definition: Definition, envelope: Envelope, awaited: Awaited | None
) -> Iterator[WorkbookProblem]:
    if awaited is not None:
        if envelope.form_key != awaited.form_key:
            yield WorkbookProblem("other_form", params={"title": envelope.title or envelope.form_key})
            return
        yield from _of_another(envelope, awaited)
        if envelope.context != awaited.context:
            return
    if envelope.form_digest != definition.digest:
        older = awaited.older.get(envelope.form_digest, "") if awaited is not None else ""
        code = "older_version" if older else "other_version"
        yield WorkbookProblem(code, params={"version": older, "issued": envelope.issued_at[:10]})


def _of_another(envelope: Envelope, awaited: Awaited) -> Iterator[WorkbookProblem]:
    is_of_another = envelope.respondent != awaited.respondent
    if is_of_another:
        params = {
            "theirs": envelope.respondent_name or envelope.respondent,
            "ours": awaited.respondent_name or awaited.respondent,
        }
        yield WorkbookProblem("other_respondent", params=params)
    if envelope.context == awaited.context:
        return
    theirs, ours = envelope.title or envelope.context, awaited.title or awaited.context
    issued = envelope.issued_at[:10]
    if theirs != ours:
        yield WorkbookProblem("other_inquiry", params={"theirs": theirs, "ours": ours, "issued": issued})
    elif not is_of_another:  # each of those asked in one inquiry has a context of its own
        yield WorkbookProblem("other_asking", params={"title": ours, "issued": issued})


class _Binder:
    def __init__(self, definition: Definition, returned: Returned) -> None:
        self.returned, self.book, self.binding = returned, returned.book, returned.binding
        self.anchors = {place: (sheet, Anchors.of(sheet)) for place, sheet in enumerate(self.book.sheets)}
        envelope = returned.envelope
        self.plans = plan_sheets(
            definition, language=envelope.language, fill=envelope.fill, open_rows=self._open_rows()
        )
        self.raw: dict[Address, str] = {}
        self.places: dict[Address, str] = {}
        self.marks: dict[Address, list[str]] = {}
        self.problems: list[WorkbookProblem] = []
        self.words = {
            plain(self.binding.labels.get((WORDS, word), "")).casefold(): word for word in (YES, NO)
        }
        self.words.pop("", None)

    def run(self) -> WorkbookReading:
        if self.book.has_macros:
            self.problems.append(WorkbookProblem("macros"))
        if not self.binding.is_there:
            self.problems.append(WorkbookProblem("binding_lost"))
        filled = [plan for plan in self.plans if plan.is_filled]
        sheets, problems = find_sheets(filled, self.anchors, self.binding)
        self.problems += problems
        for plan in filled:
            if plan.part.key in sheets:
                self._read_sheet(plan, sheets[plan.part.key])
        self.raw |= {address: "\n".join(chosen) for address, chosen in self.marks.items()}
        self._look_elsewhere(list(sheets.values()))
        return WorkbookReading(raw=self.raw, places=self.places, problems=tuple(self.problems))

    def _open_rows(self) -> dict[str, int]:
        """How many rows each open table has: a draft may have held more than the form now allows."""
        found: dict[str, int] = {}
        for _sheet, anchors in self.anchors.values():
            numbers = [int(name) for name in anchors.rows if name.isdecimal() and len(name) < 5]
            for part in anchors.parts:
                found[part] = max([found.get(part, 0), *numbers])
        return found

    # --- one sheet --------------------------------------------------------------------------------------
    def _read_sheet(self, plan: SheetPlan, sheet: Sheet) -> None:
        anchors = next(anchors for other, anchors in self.anchors.values() if other is sheet)
        found = find_lines(plan, sheet, anchors, self.binding)
        if sheet.is_hidden:
            found.complain("part_hidden")
        cells: dict[Position, Slot] = {}
        for slot in plan.slots:
            row, column = found.rows.get(slot.down), found.columns.get(slot.across)
            if row is not None and column is not None:
                cells[row, column] = slot
        merged = self._merged(found, cells)
        for position, slot in cells.items():
            self.places.setdefault(slot.address, f"{sheet.name}!{cell_name(*position)}")
            cell = sheet.cells.get(position)
            if cell is not None and position not in merged:
                self._take(found, position, slot, cell)
        self._look_beside(found, cells)
        self.problems += found.problems

    def _merged(self, found: FoundSheet, cells: Mapping[Position, Slot]) -> set[Position]:
        """Answer cells that are merged with others; which answer is meant cannot be told."""
        unclear: set[Position] = set()
        rows = sorted({row for row, _column in cells})
        columns = sorted({column for _row, column in cells})
        left = 2 * len(cells)
        for area in found.sheet.merged:
            grid = product(_between(rows, area[0], area[2]), _between(columns, area[1], area[3]))
            inside = [position for position in grid if position in cells]
            left -= len(inside)
            if left < 0:
                # No program lets ranges lie over each other; a made-up file could cost hours by it.
                raise WorkbookError("damaged")
            if not inside or area[:2] == area[2:]:
                continue
            if inside == [area[:2]]:
                found.complain("merged_with_blank", area[:2], area=_area_name(area))
            else:
                unclear |= set(inside)
                found.complain("merged", area[:2], area=_area_name(area), count=str(len(inside)))
        return unclear

    def _take(self, found: FoundSheet, position: Position, slot: Slot, cell: Cell) -> None:
        if slot.is_computed:
            if not cell.formula and cell.text.strip():
                found.complain("computed_overwritten", position, found=cell.text[:_SHOWN])
            return
        text, code = answer_text(slot.field, cell, starts_1904=self.book.starts_1904)
        if code:
            found.complain(code, position, found=cell.text[:_SHOWN], formula=cell.formula[:_SHOWN], read=text)
        if cell.formula and cell.kind not in {Kind.NOTHING, Kind.ERROR} and cell.text.strip():
            found.complain("formula", position, formula=cell.formula[:_SHOWN], found=cell.text[:_SHOWN])
        if not text.strip():
            return
        if slot.field.type is not FieldType.CHOICES:
            self.raw[slot.address] = in_canonical_words(slot.field, text, self.words)
            return
        marked = is_marked(cell)
        if marked is None:
            found.complain("mark_unclear", position, found=cell.text[:_SHOWN])
        elif marked:
            self.marks.setdefault(slot.address, []).append(slot.option)

    # --- what stands elsewhere --------------------------------------------------------------------------
    def _look_beside(self, found: FoundSheet, cells: Mapping[Position, Slot]) -> None:
        """Texts outside of the answer cells are not read; so that none is lost unseen, they are named."""
        sheet = found.sheet
        outside = {
            position: cell
            for position, cell in self._not_ours(sheet, found.plan.part.key)
            if position not in cells
        }
        added = _added_rows(found, outside) if found.plan.part.rows is not None else set()
        firsts = {row: (row, column) for row, column in sorted(outside, reverse=True) if row in added}
        told = sorted(firsts)[:MOST_TOLD]
        for row in told:
            found.complain("added_row", firsts[row], found=outside[firsts[row]].text[:_SHOWN])
        self._tell_outside(
            sheet, {position: cell for position, cell in outside.items() if position[0] not in told}
        )
        self._tell_notes(sheet)

    def _not_ours(self, sheet: Sheet, part: str) -> Iterator[tuple[Position, Cell]]:
        if not self.binding.is_there:
            return
        own = self.binding.own.get(part, frozenset())
        for position, cell in sheet.cells.items():
            text = cell.text.strip()
            if (text or cell.formula) and not text.startswith(ANCHOR) and text not in own:
                yield position, cell

    def _tell_outside(self, sheet: Sheet, outside: Mapping[Position, Cell]) -> None:
        for position in sorted(outside)[:MOST_TOLD]:
            cell = outside[position]
            self.problems.append(
                WorkbookProblem(
                    "outside",
                    sheet.name,
                    cell_name(*position),
                    {"found": (cell.text.strip() or cell.formula)[:_SHOWN]},
                )
            )
        if len(outside) > MOST_TOLD:
            count = str(len(outside) - MOST_TOLD)
            self.problems.append(WorkbookProblem("outside_more", sheet.name, params={"count": count}))

    def _tell_notes(self, sheet: Sheet) -> None:
        for position, note in sorted(sheet.notes.items())[:MOST_TOLD]:
            self.problems.append(
                WorkbookProblem("note", sheet.name, cell_name(*position), {"found": note[:_SHOWN]})
            )

    def _look_elsewhere(self, read: list[Sheet]) -> None:
        shown = {plan.part.key for plan in self.plans if not plan.is_filled} | {COVER}
        told_twice = {problem.sheet for problem in self.problems if problem.code == "sheet_twice"}
        for sheet, anchors in self.anchors.values():
            if any(sheet is other for other in read) or sheet.name in told_twice:
                continue
            if sheet is self.returned.binding_sheet:
                continue
            part = next((part for part in anchors.parts if part in shown), None)
            if part is not None:
                outside = {
                    position: cell for position, cell in self._not_ours(sheet, part) if not cell.formula
                }
                self._tell_outside(sheet, outside)
                self._tell_notes(sheet)
            elif sheet.cells:
                first = min(sheet.cells)
                params = {"found": sheet.cells[first].text[:_SHOWN]}
                code = "hidden_sheet" if sheet.is_hidden else "added_sheet"
                self.problems.append(WorkbookProblem(code, sheet.name, cell_name(*first), params))


def _between(lines: Sequence[int], first: int, last: int) -> Sequence[int]:
    return lines[bisect_left(lines, first) : bisect_right(lines, last)]


def _area_name(area: Area) -> str:
    return f"{cell_name(*area[:2])}:{cell_name(*area[2:])}"


def _added_rows(found: FoundSheet, outside: Mapping[Position, Cell]) -> set[int]:
    """Rows a person put into a table: texts in answer columns between its rows, or right behind the last."""
    columns, rows = set(found.columns.values()), set(found.rows.values())
    if not rows:
        return set()
    candidates = {row for row, column in outside if column in columns and row not in rows}
    added = {row for row in candidates if min(rows) < row < max(rows)}
    following = max(rows) + 1
    while following in candidates:
        added.add(following)
        following += 1
    return added
