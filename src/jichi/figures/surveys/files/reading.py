"""Reading a report's file: everything in it, or every problem by sheet, row and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ..checks import Path, findings
from ..report import Answer, Document, Question, Report, Table, written_decimals
from .cells import Cells, Place, Problem
from .grids import Grid, Grids, grids_of, letters
from .shape import (
    COLUMNS,
    FACTS,
    MODE_WORDS,
    QUESTIONS,
    SAMPLING_WORDS,
    SEVERAL_WORDS,
    SHEETS,
    TABLES,
    WAVE,
    Column,
    plain,
    word_of,
)

__all__ = ["FileReading", "Place", "Problem", "read_file"]

MOST_MERGED_TOLD = 10
MOST_QUESTIONS = 500
MOST_LINES = 20_000
_DOCUMENT = {"document_title": "title", "publisher": "publisher", "url": "url", "locator": "locator"}
_NUMBERS = ("asked", "answered")
_DAYS = ("field_first", "field_last", "published_on")


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file says, and what is wrong with it. ``report`` is None where an error stands in the way."""

    report: Report | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended in the file."""
        return tuple(one for one in self.problems if one.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is to be looked at."""
        return tuple(one for one in self.problems if not one.is_error)


@dataclass(slots=True)
class _Reader:
    grids: Grids
    problems: list[Problem] = field(default_factory=list)
    origin: dict[Path, Place] = field(default_factory=dict)

    def cells(self, sheet: str, labels: Mapping[int, str] | None = None) -> Cells:
        grid = self.grids.known.get(sheet) or Grid(sheet)
        return Cells(grid, sheet, labels)


def read_file(content: bytes) -> FileReading:
    """Read an xlsx or csv of the documented shape.

    Raises:
        Invalid: for a file that is empty, damaged, protected or of another kind.
    """
    reader = _Reader(grids_of(content))
    _look_at_sheets(reader)
    facts = _facts(reader)
    questions = _questions(reader, _tables(reader))
    broken = any(one.is_error for one in reader.problems)
    report = Report(
        **{"key": "", "title": "", "fiscal_year": 0, **facts},
        questions=tuple(questions),
    )
    told = {one.place for one in reader.problems}
    for found in findings(report):
        place = _place_of(reader, found.path)
        # What could not be read was told already; that it is missing is not news.
        if place not in told:
            reader.problems.append(Problem(place, found.text, found.is_error))
    order = {sheet: number for number, sheet in enumerate(SHEETS)}
    listed = sorted(
        reader.problems,
        key=lambda one: (order.get(one.place.sheet, 9), one.place.row, one.place.column),
    )
    broken = broken or any(one.is_error for one in listed)
    return FileReading(None if broken else report, tuple(listed))


def _place_of(reader: _Reader, path: Path) -> Place:
    for length in range(len(path), 0, -1):
        if path[:length] in reader.origin:
            return reader.origin[path[:length]]
    return Place(QUESTIONS if path[:1] == ("questions",) else WAVE)


def _look_at_sheets(reader: _Reader) -> None:
    for name in SHEETS:
        grid = reader.grids.known.get(name)
        if grid is None:
            # A wave that was not run has facts only.
            needed = name == WAVE
            if needed:
                reader.problems.append(Problem(Place(name), _("The sheet is missing.")))
            continue
        if grid.is_hidden:
            reader.problems.append(Problem(Place(name), _("The sheet is hidden. Show it, and look at it.")))
        for top, left, bottom, right in grid.merged[:MOST_MERGED_TOLD]:
            area = f"{letters(left)}{top}:{letters(right)}{bottom}"
            text = _("The cells %(area)s are merged. Separate them, and fill in each one.")
            reader.problems.append(Problem(Place(name, top, left), text % {"area": area}))
    for name in reader.grids.unread:
        text = _("This sheet is not of the template and was not read.")
        reader.problems.append(Problem(Place(name), text, is_error=False))


# ---- the wave ----------------------------------------------------------------------------------------
def _key_of(head: str, columns: Sequence[Column]) -> str | None:
    text = unicodedata.normalize("NFKC", head).strip()
    if text.endswith("]") and "[" in text:
        text = text.rpartition("[")[2].removesuffix("]").strip()
    wanted = plain(text)
    return next((one.key for one in columns if wanted in {one.key, plain(one.label)}), None)


def _facts(reader: _Reader) -> dict[str, Any]:
    cells = reader.cells(WAVE)
    rows = _fact_rows(cells)
    for key, row in rows.items():
        path: Path = ("document", _DOCUMENT[key]) if key in _DOCUMENT else (key,)
        label = next(one.label for one in FACTS if one.key == key)
        reader.origin[path] = cells.place(row, 2, label)
        cells.labels[2] = label
    found: dict[str, Any] = {}
    document: dict[str, Any] = {}
    for key, row in rows.items():
        cells.labels[2] = next(one.label for one in FACTS if one.key == key)
        value = _fact(cells, key, row)
        if value is None:
            continue
        if key in _DOCUMENT or key == "published_on":
            document[_DOCUMENT.get(key, key)] = value
        else:
            found[key] = value
    if cells.grid.cells:
        _tell_missing(cells, rows, found, document)
    reader.problems += cells.problems
    return {**found, "document": Document(**document)}


def _fact_rows(cells: Cells) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row in cells.grid.rows:
        head = cells.grid.text(row, 1)
        key = _key_of(head, FACTS)
        if key is None:
            if plain(head) not in {"項目", ""} or (not head and cells.grid.text(row, 2)):
                cells.wrong(row, 1, _("The line “%(name)s” is not of the template.") % {"name": head[:40]})
        elif key in rows:
            cells.wrong(
                row, 1, _("This line stands twice; it stands in row %(row)d too.") % {"row": rows[key]}
            )
        else:
            rows[key] = row
    return rows


def _fact(cells: Cells, key: str, row: int) -> Any:
    if key == "fiscal_year":
        return cells.year(row, 2)
    if key in _NUMBERS:
        return cells.whole(row, 2)
    if key in _DAYS:
        return cells.day(row, 2)
    if key == "design_effect":
        return cells.number(row, 2)
    text = cells.text(row, 2)
    if key in {"sampling", "mode"} and text:
        words = SAMPLING_WORDS if key == "sampling" else MODE_WORDS
        found = word_of(text, words)
        if found is None:
            sentence = _("“%(value)s” is not known here. Write one of: %(words)s.")
            cells.wrong(row, 2, sentence % {"value": text[:40], "words": "、".join(words.values())})
        return found
    return text or None


def _tell_missing(
    cells: Cells, rows: Mapping[str, int], found: Mapping[str, Any], document: Mapping[str, Any]
) -> None:
    told = {(one.place.row, one.place.column) for one in cells.problems}
    for column in FACTS:
        if not column.needed or column.key in found or _DOCUMENT.get(column.key) in document:
            continue
        row = rows.get(column.key)
        if row is None:
            text = _("The line “%(name)s” is missing.") % {"name": column.head}
            cells.problems.append(Problem(cells.place(0), text))
        elif (row, 2) not in told:
            cells.labels[2] = column.label
            cells.wrong(row, 2, _("This must be filled in."))


# ---- questions and tables ----------------------------------------------------------------------------
def _columns(cells: Cells, sheet: str) -> tuple[int, dict[str, int]]:
    """The row of the head, and the columns by key."""
    rows = cells.grid.rows
    if not rows:
        return 0, {}
    head, found = rows[0], dict[str, int]()
    for column, text in cells.grid.columns_of(head).items():
        key = _key_of(text, COLUMNS[sheet])
        if key is None:
            cells.wrong(
                head, column, _("The column “%(name)s” is not of the template.") % {"name": text[:40]}
            )
        elif key in found:
            cells.wrong(head, column, _("The column “%(name)s” stands twice.") % {"name": text[:40]})
        else:
            found[key] = column
            cells.labels[column] = next(one.label for one in COLUMNS[sheet] if one.key == key)
    for one in COLUMNS[sheet]:
        if one.needed and one.key not in found:
            cells.wrong(head, 0, _("The column “%(name)s” is missing.") % {"name": one.head})
    return head, found


@dataclass(slots=True)
class _Line:
    row: int
    code: str
    dimension: str
    group: str
    n: int | None
    answer: Answer


def _too_long(cells: Cells, most: int) -> bool:
    """Whether a sheet has more rows than any report; that is told, and the sheet is not read."""
    rows = len(cells.grid.rows) - 1
    if rows <= most:
        return False
    text = _("The sheet has %(rows)d rows; at most %(most)d are read.")
    cells.problems.append(Problem(cells.place(0), text % {"rows": rows, "most": most}))
    return True


def _tables(reader: _Reader) -> list[_Line]:
    cells = reader.cells(TABLES)
    head, columns = _columns(cells, TABLES)
    lines = [] if _too_long(cells, MOST_LINES) else list(_lines(cells, head, columns))
    reader.problems += cells.problems
    for line in lines:
        for key, column in columns.items():
            reader.origin[("row", line.row, key)] = cells.place(line.row, column)
    return lines


def _lines(cells: Cells, head: int, columns: Mapping[str, int]) -> Iterator[_Line]:
    def text(row: int, key: str) -> str:
        return cells.text(row, columns[key]) if key in columns else ""

    for row in cells.grid.rows:
        if row <= head:
            continue
        for column in cells.grid.columns_of(row):
            if column not in columns.values():
                cells.wrong(row, column, _("This cell stands beside the table."))
        number = {
            key: cells.number(row, columns[key], percent=key == "percent") if key in columns else None
            for key in ("percent", "score")
        }
        whole = {key: cells.whole(row, columns[key]) if key in columns else None for key in ("n", "count")}
        yield _Line(
            row=row,
            code=text(row, "code"),
            dimension=text(row, "dimension"),
            group=text(row, "group"),
            n=whole["n"],
            answer=Answer(
                option=text(row, "option"),
                percent=number["percent"],
                count=whole["count"],
                score=number["score"],
                subtotal=cells.mark(row, columns["subtotal"]) if "subtotal" in columns else False,
            ),
        )


def _questions(reader: _Reader, lines: Sequence[_Line]) -> list[Question]:
    cells = reader.cells(QUESTIONS)
    head, columns = _columns(cells, QUESTIONS)
    found: list[Question] = []
    codes: dict[str, int] = {}
    rows = [] if _too_long(cells, MOST_QUESTIONS) else cells.grid.rows
    by_code: dict[str, list[_Line]] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
    for row in rows:
        if row <= head:
            continue
        texts = {key: cells.text(row, columns[key]) for key in ("code", "wording") if key in columns}
        several = cells.text(row, columns["several"]) if "several" in columns else ""
        decimals = cells.whole(row, columns["decimals"]) if "decimals" in columns else None
        code = texts.get("code", "")
        kind = (
            word_of(several, {"one": SEVERAL_WORDS[False], "several": SEVERAL_WORDS[True]})
            if several
            else "one"
        )
        if kind is None:
            cells.wrong(row, columns["several"], _("Write 単数 or 複数."))
        mine = by_code.get(code, []) if code not in codes else []
        place = len(found)
        tables = _grouped(reader, mine, place)
        codes.setdefault(code, row)
        for key, column in columns.items():
            reader.origin[("questions", place, key)] = cells.place(row, column)
        reader.origin[("questions", place)] = cells.place(row)
        found.append(
            Question(
                code=code,
                wording=texts.get("wording", ""),
                several=kind == "several",
                decimals=written_decimals(tables) if decimals is None else decimals,
                tables=tables,
            )
        )
    reader.problems += cells.problems
    for line in lines:
        if line.code not in codes:
            place_of = reader.origin.get(("row", line.row, "code"), Place(TABLES, line.row))
            text = _("No question on the sheet “%(sheet)s” has the code “%(code)s”.")
            reader.problems.append(Problem(place_of, text % {"sheet": QUESTIONS, "code": line.code[:40]}))
    return found


def _grouped(reader: _Reader, lines: Sequence[_Line], question: int) -> tuple[Table, ...]:
    groups: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        groups.setdefault((line.dimension, line.group), []).append(line)
    tables = []
    for place, ((dimension, group), rows) in enumerate(groups.items()):
        path: Path = ("questions", question, "tables", place)
        reader.origin[path] = Place(TABLES, rows[0].row)
        said = [line for line in rows if line.n is not None]
        for line in said[1:]:
            if line.n != said[0].n:
                text = _("Row %(row)d gives %(n)d for the same group.")
                where = reader.origin.get(("row", line.row, "n"), Place(TABLES, line.row))
                reader.problems.append(Problem(where, text % {"row": said[0].row, "n": said[0].n}))
        for key in ("dimension", "group", "n"):
            first = said[0] if key == "n" and said else rows[0]
            if ("row", first.row, key) in reader.origin:
                reader.origin[(*path, key)] = reader.origin[("row", first.row, key)]
        for number, line in enumerate(rows):
            for key in ("option", "percent", "count", "score", "subtotal"):
                if ("row", line.row, key) in reader.origin:
                    reader.origin[(*path, "answers", number, key)] = reader.origin[("row", line.row, key)]
            reader.origin[(*path, "answers", number)] = Place(TABLES, line.row)
        tables.append(
            Table(
                dimension=dimension,
                group=group,
                n=said[0].n if said else None,
                answers=tuple(line.answer for line in rows),
            )
        )
    return tuple(tables)
