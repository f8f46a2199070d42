"""The headers of project tables, and the years their columns stand for."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from jichi.plan.importing.characters import compact, narrow
from jichi.plan.importing.layout import Layout
from jichi.plan.importing.structure import Table
from jichi.plan.importing.yearly import Frame
from jichi.plan.importing.years import heading_years

__all__ = ["ProjectHeader", "embedded_frame", "read_project_header", "settle_headers"]

_YEAR_WORDS = re.compile(r"[(\[]?(?:年度?)?(?:以降|以後)?(?:実績|見込|見込み)?[)\]]?")


@dataclass
class ProjectHeader:
    """The header of one project table. `current` and `plan` are settled over the whole document."""

    width: int
    name: int
    years: dict[int, int | None] = field(default_factory=dict)
    onward: int | None = None
    current: int | None = None
    current_label: int | None = None
    plan: tuple[int, ...] = ()
    excluded: dict[int, str] = field(default_factory=dict)
    rows: int = 1
    damaged: bool = False
    assumed: bool = False

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that have a year, in order."""
        return tuple(sorted(self.years))

    def frame(self, *, shifted: bool, blank: frozenset[int]) -> Frame:
        """The frame of a row of this table."""
        return Frame(self.years, self.current, self.onward, self.plan, shifted, blank, assumed=self.assumed)


def read_project_header(table: Table, layout: Layout) -> ProjectHeader:
    """Read the rows of a header, which may be two or three: labels, years, 年度 or 年度以降."""
    rows = [row.plain.rstrip("\r\n").split("\t") for row in table.rows]
    top = [compact(cell) for cell in rows[0]]
    name = next((i for i, c in enumerate(top) if re.match(layout.project_header, c)), 0)
    used = 1
    while used < len(rows) and _is_header_row(rows[used], name):
        used += 1
    header = ProjectHeader(width=max(len(r) for r in rows[:used]), name=name, rows=used)
    for index in range(header.width):
        if index == name:
            continue
        texts = [r[index] if index < len(r) else "" for r in rows[:used]]
        _read_column(header, index, [compact(t) for t in texts], "".join(texts), layout)
    label = header.current_label
    header.damaged = any(index <= name for index in header.years) or (
        label is not None and label != min(header.years, default=label)
    )
    return header


def _read_column(header: ProjectHeader, index: int, texts: list[str], joined: str, layout: Layout) -> None:
    years = heading_years(narrow(joined)) or [y for t in texts for y in heading_years(t)]
    words = [t for t in texts if t and not heading_years(t) and not _YEAR_WORDS.fullmatch(t)]
    unknown = [w for w in words if not re.search(f"{layout.current}|{layout.content}", w)]
    if len(years) == 1:
        header.years[index] = years[0].fiscal_year
        if re.search(layout.onward, compact(joined)):
            header.onward = index
    elif unknown or years:
        header.excluded[index] = "".join(texts)
    if any(re.search(layout.current, w) for w in words) and header.current_label is None:
        header.current_label = index


def _is_header_row(cells: list[str], name: int) -> bool:
    texts = [compact(c) for c in cells if c.strip()]
    if not texts:
        return False
    dated = sum(1 for t in texts if heading_years(t) and len(t) <= 24)
    if name < len(cells) and cells[name].strip() and dated < 3:
        return False
    plain = sum(1 for t in texts if _YEAR_WORDS.fullmatch(t) or (heading_years(t) and len(t) <= 24))
    return (dated >= 2 and 2 * plain > len(texts)) or plain == len(texts)


def settle_headers(
    headers: list[ProjectHeader],
    prior_year: int | None,
    last_year: int | None,
    first_year: int | None,
    references: dict[int, bool],
    measured: int | None = None,
) -> None:
    """Decide for all tables which column is 現状 and which are the plan's own years.

    A table that does not print 現状 takes the year from those that do; otherwise the plan begins after
    the last year of the period before it (`prior_year`, from the indicator tables) or, when a reference
    stands in the first column (`references`, by number of the table), after that column. Nor does it
    begin before the latest year in which the indicators were measured (`measured`), if that is one of the
    columns. Without any of these the plan's years are only assumed.
    """
    votes: Counter[int] = Counter()
    onward: set[int] = set()
    sound = [h for h in headers if not h.damaged]
    for header in sound or headers:
        if header.current_label is not None and header.columns:
            column = header.current_label if header.current_label in header.years else header.columns[0]
            if (year := header.years[column]) is not None:
                votes[year] += 1
        if header.onward is not None and (late := header.years[header.onward]) is not None:
            onward.add(late)
    usual = votes.most_common(1)[0][0] if votes else prior_year
    if first_year is not None:
        usual = first_year - 1
    for number, header in enumerate(headers):
        known = {*header.years.values()}
        year = usual
        if year not in known and references.get(number) and header.columns:
            year = header.years[header.columns[0]]
        if not votes and first_year is None and measured in known:
            year = max(year or 0, measured or 0)
        header.assumed = year is None and header.current_label is None
        _settle(header, year, onward, last_year)
    spans = Counter(_span(h) for h in headers if h.plan)
    common = spans.most_common(1)[0] if spans else None
    for header in headers:
        # A table whose years are not those of the document has a damaged header.
        if common and _span(header) != common[0] and 2 * common[1] > sum(spans.values()):
            header.plan = ()


def _span(header: ProjectHeader) -> tuple[int | None, ...]:
    return tuple(header.years[c] for c in header.plan)


def _settle(header: ProjectHeader, usual: int | None, onward: set[int], last_year: int | None) -> None:
    columns = header.columns
    if not columns:
        return
    if header.onward is None:
        header.onward = next((c for c in columns if header.years[c] in onward), None)
    header.current = next((c for c in columns if usual is not None and header.years[c] == usual), None)
    if header.current is None and header.current_label in header.years:
        header.current = header.current_label
    now = header.years.get(header.current) if header.current is not None else None
    plan = []
    for column in columns:
        year = header.years[column]
        if column in (header.current, header.onward):
            continue
        if year is not None and now is not None and year <= now:
            continue
        if year is not None and last_year is not None and year > last_year and header.onward is None:
            continue
        plan.append(column)
    late = header.years[header.onward] if header.onward is not None else None
    if late is not None and any((header.years[c] or 0) >= late for c in plan):
        plan = []
    header.plan = tuple(plan)


def embedded_frame(header: ProjectHeader, cells: int) -> Frame:
    """The frame of a table embedded in a cell: its cells follow the years from 現状 on."""
    columns = [c for c in header.columns if header.current is None or c >= header.current]
    if cells == len(columns) - 1 and header.onward is not None:
        columns = [c for c in columns if c != header.onward]
    years = {i: header.years[c] for i, c in enumerate(columns)}
    where = {c: i for i, c in enumerate(columns)}
    fits = cells == len(columns)
    return Frame(
        years=years,
        current=where.get(header.current) if header.current is not None else None,
        onward=where.get(header.onward) if header.onward is not None else None,
        plan=tuple(where[c] for c in header.plan if c in where),
        shifted=not fits,
        embedded=True,
        assumed=header.assumed,
    )
