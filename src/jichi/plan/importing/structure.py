"""The document's skeleton: the tree of headings, the sections and the tables in them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from jichi.plan.importing.characters import clean_name, compact
from jichi.plan.importing.layout import BRANCH_LEVELS, Layout
from jichi.plan.importing.lines import Account, Source, SourceLine
from jichi.plan.importing.years import heading_years

__all__ = ["Branch", "Skeleton", "Table", "header_kind", "is_years_row", "read_structure"]


@dataclass
class Branch:
    """A heading of the tree: how often each form of its name was printed, and its prose."""

    code: str
    names: Counter[str] = field(default_factory=Counter)
    lines: list[int] = field(default_factory=list)
    prose: list[SourceLine] = field(default_factory=list)
    statements: list[tuple[str, SourceLine]] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    @property
    def level(self) -> str:
        """basic_policy, policy or measure, by the depth of the code."""
        return BRANCH_LEVELS[self.code.count("-")]

    @property
    def name(self) -> str:
        """The form printed most often; among equals the longest."""
        return max(self.names, key=lambda n: (self.names[n], len(n)), default="")


@dataclass
class Table:
    """A run of rows under one kind of header, in one section of one branch."""

    kind: str
    branch: str
    section: str
    rows: list[SourceLine]
    header_rows: int
    footnotes: list[SourceLine] = field(default_factory=list)
    continued: bool = False


@dataclass
class Skeleton:
    """Everything found by headings and table headers alone."""

    branches: dict[str, Branch] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    prose_ranges: list[range] = field(default_factory=list)
    sections: int = 0


@dataclass
class _Orphan:
    """A section whose heading is missing: where it begins, and the headings around it."""

    line: int
    policy: bool
    before: list[int]
    after: list[int] = field(default_factory=list)
    running: bool = False


class _Reader:
    def __init__(self, source: Source, account: Account, given: dict[int, str] | None = None) -> None:
        self.source, self.account = source, account
        self.given = given or {}
        self.orphans: list[_Orphan] = []
        self.open_orphan: _Orphan | None = None
        self.layout = source.layout
        self.skeleton = Skeleton()
        self.branch = ""
        self.section = ""
        self.listed: set[str] = set()
        self.table: Table | None = None
        self.last_projects: Table | None = None
        self.prose_start = 1
        self.headed = ""
        self.again: int | None = None

    def read(self) -> Skeleton:
        self._title_block()
        for line in self.source.lines:
            self._line(line)
        self._close_prose(len(self.source.lines) + 1)
        return self.skeleton

    def _line(self, line: SourceLine) -> None:
        if line.kind in ("blank", "joined", "markup"):
            return
        if line.kind == "row":
            self.headed = ""
            self._row(line)
            return
        if line.kind == "footnote" and self.table:
            self.table.footnotes.append(line)
            return
        self.table = None
        if line.number in self.account.states:
            return
        if line.kind == "node":
            self._node(line)
        elif line.kind == "section":
            self._section(line)
        elif line.kind == "bullet" or (line.kind == "text" and "。" in line.plain):
            self._prose(line)

    def _branch(self, code: str) -> Branch:
        return self.skeleton.branches.setdefault(code, Branch(code))

    def _node(self, line: SourceLine) -> None:
        if line.code.count("-") >= len(BRANCH_LEVELS):
            self.account.unplaced(line.number, "the code is deeper than the tree")
            return
        if not line.name and "-" not in line.code:
            self.account.furniture(line.number, "a level name with a bare number")
            return
        self._close_orphan(line)
        branch = self._branch(line.code)
        if line.name:
            branch.names[clean_name(line.name)] += 1
        depth = line.code.count("-")
        later = [c for c in self.listed if c.count("-") == depth and _numbers(c) >= _numbers(line.code)]
        in_list = self.section == "tree" and not later
        repeated = bool(branch.sections) and line.code == self.branch and self.section != "tree"
        self.headed = "" if in_list else line.code
        self.again = self.again if line.code == self.branch else None
        branch.lines.append(line.number)
        self.account.place(line.number, line.code, "a running head" if repeated else "")
        if repeated:
            return
        if in_list:
            # In the overview of the tree the lines below the first are a list, not headings.
            self.listed.add(line.code)
            return
        self._close_prose(line.number)
        self.branch, self.section = line.code, ""

    def _section(self, line: SourceLine) -> None:
        self._close_prose(line.number)
        self.skeleton.sections += 1
        if self.section == "tree" and self.listed:
            self._after_list()
        self.listed.clear()
        branch = self.skeleton.branches.get(self.branch)
        self.section = line.section
        if line.section == "tree" and not line.code:
            self.account.place(line.number, self.branch, "the overview of the tree")
            return
        if branch is not None and self._again(line, branch):
            self.account.place(line.number, f"{branch.code}/{line.section}", "printed again")
            return
        misplaced = line.section == "sense" and self.branch.count("-") == len(BRANCH_LEVELS) - 1
        if branch is None or line.section in branch.sections or misplaced:
            # A first section, or the numbering starts again, without a heading.
            if self.open_orphan is None:
                self._orphan(line, branch)
            branch = self.skeleton.branches.get(self.given.get(line.number, ""))
            self.branch = branch.code if branch else ""
            candidates = [{"node": branch.code}] if branch else []
            reason = "the heading of this section is missing"
            self.account.doubt(line.number, line.raw.strip(), self.branch, candidates, reason)
            if branch is None:
                return
            branch.sections.append(line.section)
            return
        branch.sections.append(line.section)
        self.account.place(line.number, f"{branch.code}/{line.section}")

    def _again(self, line: SourceLine, branch: Branch) -> bool:
        """Whether a section stands on a page that is in the document twice, with its heading."""
        headed, self.headed = self.headed == branch.code, ""
        number = int(line.code or 0)
        goes_on = self.again is not None and self.again < number
        if line.section in branch.sections and (headed or goes_on):
            self.again = number
            return True
        self.again = None
        return False

    def _orphan(self, line: SourceLine, branch: Branch | None) -> None:
        seen = [_numbers(b.code) for b in self.skeleton.branches.values() if b.sections]
        policy = line.section in ("sense", "tree") or (line.section == "direction" and line.code == "1")
        depth = 2 if policy else 3
        before = max((code for code in seen if len(code) == depth), default=[])
        self.open_orphan = _Orphan(line.number, policy, before)
        self.orphans.append(self.open_orphan)

    def _close_orphan(self, line: SourceLine) -> None:
        orphan = self.open_orphan
        if orphan is None or (self.section == "tree" and not orphan.policy):
            return
        following = (x for x in self.source.lines[line.number :] if x.kind not in ("blank", "joined"))
        after = next((x for x in following if x.number not in self.account.states), None)
        orphan.after = _numbers(line.code)
        orphan.running = self.section == "tree" or (after is not None and after.kind == "row")
        self.open_orphan = None

    def _after_list(self) -> None:
        """A section right after the overview: its heading is missing, unless only one can be meant."""
        deepest = max(code.count("-") for code in self.listed)
        codes = [code for code in self.listed if code.count("-") == deepest]
        self.branch = codes[0] if len(codes) == 1 else ""

    def _prose(self, line: SourceLine) -> None:
        branch = self.skeleton.branches.get(self.branch)
        if self.section in ("progress", "issue", "direction", "goal") and branch:
            branch.statements.append((self.section, line))
            self.account.place(line.number, f"{branch.code}/statements/{len(branch.statements)}")
        elif branch and not self.section:
            branch.prose.append(line)
            self.account.place(line.number, f"{branch.code}/source_text")

    def _close_prose(self, end: int) -> None:
        self.skeleton.prose_ranges.append(range(self.prose_start, end))
        self.prose_start = end

    def _row(self, line: SourceLine) -> None:
        kind = header_kind(line, self.layout)
        if kind:
            self.table = Table(kind, self.branch, self.section, [line], 1)
            self.skeleton.tables.append(self.table)
        elif self.table:
            self.table.rows.append(line)
        elif is_years_row(line):
            # The first row of the header was lost; the row of the years tells the table.
            self.table = Table("projects", self.branch, self.section, [line], 1)
            self.skeleton.tables.append(self.table)
        elif self.last_projects and self.last_projects.branch == self.branch:
            # The same table goes on over the page without its header.
            self.table = Table("projects", self.branch, self.section, [line], 0, continued=True)
            self.skeleton.tables.append(self.table)
        else:
            self.account.unplaced(line.number, "a row without a known table header")
        if self.table and self.table.kind == "projects":
            self.last_projects = self.table

    def _title_block(self) -> None:
        """A title page prints level, number and name on lines of their own."""
        lines = [line for line in self.source.lines if line.kind != "blank"][:8]
        if len(lines) < 3 or lines[0].key != self.layout.levels[0] or not lines[1].key.isdigit():
            return
        names: list[SourceLine] = []
        for line in lines[2:]:
            if line.kind != "text" or "。" in line.plain or len(names) == 4:
                break
            names.append(line)
        code = lines[1].key
        if not names or len(code) > 2:
            return
        branch = self._branch(str(int(code)))
        branch.names[clean_name("".join(line.text.strip() for line in names))] += 1
        for line in (*lines[:2], *names):
            self.account.states[line.number] = ("placed", branch.code, "the title page")
        self.branch = branch.code


def _foster(reader: _Reader) -> dict[int, str]:
    """The code of each section without a heading, where the order of the headings leaves only one."""
    given: dict[int, str] = {}
    for orphan in reader.orphans:
        depth = 2 if orphan.policy else 3
        codes = [b.code for b in reader.skeleton.branches.values() if not b.sections]
        codes = [c for c in codes if len(_numbers(c)) == depth and _numbers(c) > orphan.before]
        if orphan.after:
            last = orphan.after[:depth]
            codes = [c for c in codes if _numbers(c) < last or (orphan.running and _numbers(c) == last)]
            if orphan.running and len(last) == depth:
                codes = [c for c in codes if _numbers(c) == last]
        if len(codes) == 1 and codes[0] not in given.values():
            given[orphan.line] = codes[0]
    return given


def _numbers(code: str) -> list[int]:
    return [int(n) for n in code.split("-")]


def is_years_row(line: SourceLine) -> bool:
    """Whether a row holds nothing but the years of a header."""
    cells = [compact(cell) for cell in line.plain.split("\t") if cell.strip()]
    return len(cells) >= 3 and all(len(c) <= 24 and heading_years(c) for c in cells)


def header_kind(line: SourceLine, layout: Layout) -> str:
    """Which kind of table a row begins: projects, sense, outcome, or none."""
    cells = [compact(cell) for cell in line.plain.split("\t")]
    bare = [re.sub(r"[(\[].*", "", cell) for cell in cells]
    if any(re.fullmatch(layout.project_header, cell) for cell in bare):
        return "projects"
    if any(re.fullmatch(layout.content_header, cell) for cell in cells):
        # The cell that says 事務事業名 was lost.
        return "projects"
    if sum(1 for cell in cells if layout.role(cell)) >= 2:
        if any(re.search(layout.sense_header, cell) for cell in bare):
            return "sense"
        if any(re.fullmatch(layout.indicator_header, cell) for cell in bare):
            return "outcome"
    return ""


def read_structure(source: Source, account: Account) -> Skeleton:
    """Read headings, sections and tables; prose and headings are placed, table rows are not yet."""
    trial = _Reader(source, Account(dict(account.states), dict(account.joined)))
    trial.read()
    return _Reader(source, account, _foster(trial)).read()
