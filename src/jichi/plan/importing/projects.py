"""Project tables: projects, their initiatives, activities by year, and figures."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from jichi.methods.eras import find_years
from jichi.plan.importing.characters import clean_name, compact, narrow
from jichi.plan.importing.figures import Figures
from jichi.plan.importing.frames import ProjectHeader, embedded_frame
from jichi.plan.importing.labels import date_by_others, inherit_labels
from jichi.plan.importing.layout import INITIATIVE, SUB_INITIATIVE, Layout
from jichi.plan.importing.lines import Account, SourceLine
from jichi.plan.importing.mentions import CellText, Mention, Segment, is_vacant, read_cell_text
from jichi.plan.importing.names import ProjectName, read_project_name
from jichi.plan.importing.structure import Table
from jichi.plan.importing.yearly import place_values

__all__ = ["ProjectDraft", "ProjectReader"]


@dataclass
class ProjectDraft:
    """A project as its rows are read."""

    code: str
    name: str
    measure: str
    description: str
    figures: Figures
    initiatives: list[dict[str, Any]] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    def initiative(self, marker: str, name: str) -> None:
        """Begin an initiative; a ○ belongs to the ● before it."""
        parent = None
        if marker == SUB_INITIATIVE:
            parent = next((i["order"] for i in reversed(self.initiatives) if i["marker"] == INITIATIVE), None)
        self.initiatives.append(
            {
                "order": len(self.initiatives) + 1,
                "marker": marker,
                "parent": parent,
                "name": name,
                "activities": [],
            }
        )

    @property
    def now(self) -> int | None:
        """The order of the initiative being read."""
        return self.initiatives[-1]["order"] if self.initiatives else None

    def activity(self, activity: dict[str, Any]) -> None:
        """Add an activity to the initiative being read."""
        if not self.initiatives:
            self.initiative("", "")
        self.initiatives[-1]["activities"].append(activity)


@dataclass
class _Row:
    line: SourceLine
    cells: list[str]
    texts: dict[int, CellText]
    start: int
    shifted: bool
    aligned: bool


class ProjectReader:
    """Reads all project tables of a document, in printed order."""

    def __init__(self, account: Account, layout: Layout, repeated: dict[int, int]) -> None:
        self.account, self.layout = account, layout
        self.repeated, self.owners = repeated, dict[int, ProjectDraft]()
        self.projects: list[ProjectDraft] = []
        self.endings: Counter[str] = Counter()
        self.current: ProjectDraft | None = None

    def table(self, table: Table, header: ProjectHeader) -> None:
        """Read one table; a table that goes on from the page before continues the last project."""
        rows = table.rows[header.rows :] if not table.continued else table.rows
        for line in table.rows[: len(table.rows) - len(rows)]:
            self.account.place(line.number, f"{table.branch}/projects", "the header of a table")
        if self.current and self.current.measure != table.branch:
            self.current = None
        if table.branch.count("-") != 2:
            for line in rows:
                self.account.doubt(
                    line.number, line.raw.strip()[:200], table.branch, [], "the measure's heading is missing"
                )
            return
        contents = [line.text.rstrip("\r\n").split("\t") for line in rows]
        header.name = self._name_column(contents, header)
        first = next((n for n, cells in enumerate(contents) if self._opens_work(cells, header)), None)
        if first is not None and not table.continued and not self._name(contents[first], header)[1]:
            # After a header a nameless row may go on from the page before or have lost its name.
            self.current = None
            if not any(p.measure == table.branch for p in self.projects) or self._closes(contents[first]):
                self._reserve(table.branch, rows[first])
        if contents and not table.continued and self._is_shifted(contents[0], header):
            # A figure where names stand, right below a header: the row it belongs to was lost.
            opening = self._name(contents[0], header)[1]
            self.current = self.current if opening else None
        blank = _blank_columns(contents)
        straight = (
            not table.continued
            and _straight(contents, header, blank)
            and not any(self._is_shifted(cells, header) for cells in contents)
        )
        # Some extractors leave out the empty cells at the end of every row.
        trimmed = all(cells[-1].strip() for cells in contents)
        for line, cells in zip(rows, contents, strict=True):
            self._row(line, cells, table, header, blank, straight, trimmed)

    def _opens_work(self, cells: list[str], header: ProjectHeader) -> bool:
        """Whether a row has a project's contents: a name, or text with an initiative's mark."""
        return self._name(cells, header)[1] is not None or any(INITIATIVE in c for c in cells)

    def _closes(self, cells: list[str]) -> bool:
        """Whether a row ends with the words that end the first row of most projects."""
        usual = self.endings.most_common(1)
        return bool(usual) and _ending(cells) == usual[0][0]

    def _reserve(self, measure: str, line: SourceLine) -> None:
        """Keep a code for a project whose name was lost, so that those after it keep theirs."""
        number = sum(1 for p in self.projects if p.measure == measure) + 1
        code = f"{measure}-{number:02d}"
        self.projects.append(ProjectDraft(code, "", measure, "", Figures(code, self.account)))
        self.account.doubt(
            line.number, line.raw.strip()[:200], f"{code}/name", [], "a project without a name"
        )

    def _row(
        self,
        line: SourceLine,
        cells: list[str],
        table: Table,
        header: ProjectHeader,
        blank: frozenset[int],
        straight: bool,
        trimmed: bool,
    ) -> None:
        start, name = self._name(cells, header)
        if name:
            self._begin(name, table.branch, line)
            self.endings[_ending(cells)] += 1
            cells = [*cells[:start], "", *cells[start + 1 :]]
        elif self._remark(line, cells, header):
            return
        if self.current is None:
            self._homeless(line, table.branch)
            return
        first = self.owners.get(self.repeated.get(line.number, 0))
        if first is not None and first is not self.current:
            # A page that stands in the document twice; these rows were read where they first stood.
            self.account.doubt(
                line.number, line.raw.strip()[:200], first.code, [], "the row is printed twice"
            )
            return
        self.owners[line.number] = self.current
        texts = {i: read_cell_text(c) for i, c in enumerate(cells)}
        texts = {i: t for i, t in texts.items() if not t.empty}
        shifted = (
            (start != header.name if name else bool("".join(cells[header.name : header.name + 1]).strip()))
            or (len(cells) != header.width and not (trimmed and len(cells) > max(header.plan, default=0)))
            or table.continued
            or header.damaged
        )
        row = _Row(line, cells, texts, start, shifted, straight and not shifted)
        self.current.rows.append("\t".join(c for c in cells if c.strip()))
        self.account.place(line.number, self.current.code)
        self._contents(row, header, blank)

    def _name(self, cells: list[str], header: ProjectHeader) -> tuple[int, ProjectName | None]:
        """The project's name in the first cell, or in the second when the row is shifted."""
        at = header.name
        filled = [c for i, c in enumerate(cells) if i != at and c.strip()]
        if at < len(cells) and cells[at].strip():
            opens = bool(filled) and bool(re.match(rf"(?:\s|<[^<>]*>)*{INITIATIVE}", filled[0]))
            others = bool(filled)
            name = read_project_name(cells[at], self.layout, sure=False, others=others, opens=opens)
            if name and not name.certain and compact(name.name) in self.endings:
                name = None
            return at, name
        for index in range(at + 1, min(at + 3, len(cells))):
            alone = len(filled) == 1
            name = read_project_name(cells[index], self.layout, sure=not alone, others=not alone)
            if name:
                return index, name
        return at, None

    def _name_column(self, contents: list[list[str]], header: ProjectHeader) -> int:
        """The column in which the names truly stand; the header's own cell may be shifted."""

        def names(at: int) -> int:
            return sum(
                1
                for cells in contents
                if at < len(cells) and read_project_name(cells[at], self.layout, sure=True, others=True)
            )

        columns = [header.name, *(c for c in range(max(0, header.name - 1), header.name + 2))]
        free = [c for c in columns if c == header.name or c not in header.years]
        return max(free, key=names)

    def _is_shifted(self, cells: list[str], header: ProjectHeader) -> bool:
        """Whether a row's first cell was lost: something else than a name stands where names stand."""
        start, name = self._name(cells, header)
        if name:
            return start != header.name
        return bool("".join(cells[header.name : header.name + 1]).strip()) and "。" not in cells[header.name]

    def _begin(self, name: ProjectName, measure: str, line: SourceLine) -> None:
        same = [p for p in self.projects if p.measure == measure]
        known = next((p for p in same if compact(p.name) == compact(name.name)), None)
        if known:
            # A project that goes on over the page is named again.
            self.current = known
            return
        code = f"{measure}-{len(same) + 1:02d}"
        self.current = ProjectDraft(code, name.name, measure, name.description, Figures(code, self.account))
        self.projects.append(self.current)
        if not name.certain:
            candidates: list[dict[str, Any]] = [{"name": name.name}]
            self.account.doubt(
                line.number, name.printed, f"{code}/name", candidates, "where the name ends is not certain"
            )

    def _remark(self, line: SourceLine, cells: list[str], header: ProjectHeader) -> bool:
        """A sentence alone across the table is a remark, kept with the project it follows."""
        filled = [c for c in cells if c.strip()]
        if len(filled) != 1 or "。" not in filled[0] or re.match(r"\s*[●○◯・<]", filled[0]):
            return False
        if self.current:
            self.current.rows.append(filled[0].strip())
            self.account.place(line.number, f"{self.current.code}/source_text", "a remark in the table")
        else:
            self.account.unplaced(line.number, "a remark before any project")
        return True

    def _homeless(self, line: SourceLine, branch: str) -> None:
        if re.search(r"[0-9]", line.plain):
            self.account.doubt(
                line.number, line.raw.strip()[:200], branch, [], "no project precedes this row"
            )
        else:
            self.account.unplaced(line.number, "no project precedes this row")

    def _contents(self, row: _Row, header: ProjectHeader, blank: frozenset[int]) -> None:
        assert self.current is not None
        labelled: list[Mention] = []
        groups: dict[str, list[Mention]] = {}
        worded = any(s.text for i, t in row.texts.items() for s in t.segments if s.marker)
        before = self.current.now
        for index, cell in row.texts.items():
            if index in header.excluded:
                self._excluded(row.line, header.excluded[index], row.cells[index])
                continue
            tables = dict[int, list[list[list[Mention]]]]()
            for after, tds in cell.tables:
                tables.setdefault(after, []).append(tds)
            for tds in tables.get(-1, []):
                self._embedded(row.line, tds, header)
            for number, segment in enumerate(cell.segments):
                self._segment(segment, index, row, header)
                for mention in segment.mentions:
                    mention.cell, mention.initiative = index, self.current.now
                    labelled.append(mention)
                for tds in tables.get(number, []):
                    self._embedded(row.line, tds, header)
        inherit_labels(labelled)
        date_by_others(labelled)
        for mention in labelled:
            groups.setdefault(mention.label, []).append(mention)
        frame = replace(
            header.frame(shifted=row.shifted, blank=blank),
            vacant=frozenset(i for i in row.texts if is_vacant(row.cells[i])),
        )
        for mentions in groups.values():
            detached = not worded or (bool(_beyond(mentions, header)) and self.current.now != before)
            placed, doubts = place_values(mentions, frame)
            initiative = mentions[0].initiative
            self.current.figures.add(row.line.number, initiative, placed, doubts, detached=detached)

    def _embedded(self, line: SourceLine, tds: list[list[Mention]], header: ProjectHeader) -> None:
        assert self.current is not None
        groups: dict[str, list[Mention]] = {}
        mentions = []
        for index, cell in enumerate(tds):
            for mention in cell:
                mention.cell, mention.initiative = index, self.current.now
                mentions.append(mention)
        inherit_labels(mentions)
        date_by_others(mentions)
        for mention in mentions:
            groups.setdefault(mention.label, []).append(mention)
        for group in groups.values():
            placed, doubts = place_values(group, embedded_frame(header, len(tds)))
            self.current.figures.add(line.number, self.current.now, placed, doubts, detached=False)

    def _excluded(self, line: SourceLine, column: str, text: str) -> None:
        if re.search(r"[0-9]", narrow(text)):
            reason = f"the column “{column}” is not known"
            path = self.current.code if self.current else ""
            self.account.doubt(line.number, text.strip(), path, [], reason)

    def _segment(self, segment: Segment, index: int, row: _Row, header: ProjectHeader) -> None:
        assert self.current is not None
        pieces = [p.strip() for p in re.split(r"→", segment.text)]
        if segment.marker in (INITIATIVE, SUB_INITIATIVE):
            name, *more = _split_continued(pieces[0], self.layout)
            self.current.initiative(segment.marker, clean_name(name))
            pieces = [*more, *pieces[1:]]
        words = [w for piece in pieces for w in _split_continued(piece, self.layout)]
        for number, text in enumerate(w for w in words if w):
            self.current.activity(self._activity(clean_name(text), index, row, header, number == 0))

    def _activity(
        self, text: str, index: int, row: _Row, header: ProjectHeader, alone: bool
    ) -> dict[str, Any]:
        years = [y.fiscal_year for y in find_years(narrow(text)) if y.fiscal_year]
        activity: dict[str, Any] = {
            "text": text,
            "first_year": None,
            "last_year": None,
            "open_ended": False,
            "certain": False,
        }
        if len(years) == 1 and re.search(r"\([^()]*[0-9][^()]*\)\s*$", narrow(text)):
            activity |= {"first_year": years[0], "last_year": years[0], "certain": True}
        elif row.aligned and alone and index in header.years and header.years[index] is not None:
            activity |= _span(index, row, header)
        return activity


def _ending(cells: list[str]) -> str:
    """The last words of a row, without mark-up."""
    filled = [c for c in cells[1:] if c.strip()]
    return compact(re.sub(r"<[^<>]*>|[・●○]", "", filled[-1])) if filled else ""


def _span(index: int, row: _Row, header: ProjectHeader) -> dict[str, Any]:
    """The years a cell covers: up to the next filled cell of the row."""
    first = header.years[index]
    if index == header.onward:
        return {"first_year": first, "last_year": None, "open_ended": True, "certain": True}
    last = first
    for column in header.columns:
        if column <= index or index == header.current:
            continue
        if column in row.texts or column == header.onward or header.years[column] is None:
            break
        last = header.years[column]
    return {"first_year": first, "last_year": last, "open_ended": False, "certain": True}


def _split_continued(text: str, layout: Layout) -> list[str]:
    """Words with 継続実施 behind them are two activities: the work, and that it goes on."""
    parts = re.split(rf"(?:^|\s+)({layout.continued})(?=\s|$)", text)
    return [p.strip() for p in parts if p and p.strip()] or [""]


def _beyond(mentions: list[Mention], header: ProjectHeader) -> list[Mention]:
    last = max(header.columns, default=0)
    return [m for m in mentions if m.cell > last]


def _blank_columns(rows: list[list[str]]) -> frozenset[int]:
    """Columns without any text in the whole table; a single row proves nothing."""
    if len(rows) < 2:
        return frozenset()
    width = max(len(r) for r in rows)
    return frozenset(i for i in range(width) if not any(i < len(r) and r[i].strip() for r in rows))


def _straight(rows: list[list[str]], header: ProjectHeader, blank: frozenset[int]) -> bool:
    """Whether the table as a whole lies under its header."""
    first = header.plan[0] if header.plan else None
    if first in blank or header.current in blank or not header.plan:
        return False
    known = {header.name, *header.years, *header.excluded}
    return not any(c.strip() and i not in known for r in rows for i, c in enumerate(r))
