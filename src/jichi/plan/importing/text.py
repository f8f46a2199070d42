"""The text reader: from the lines of a published plan to the plan document."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from jichi.plan.importing.broken import join_broken_rows
from jichi.plan.importing.errors import PlanImportError
from jichi.plan.importing.frames import ProjectHeader, read_project_header, settle_headers
from jichi.plan.importing.furniture import mark_captions, mark_recurring
from jichi.plan.importing.indicators import read_indicators
from jichi.plan.importing.layout import BRANCH_LEVELS, Layout
from jichi.plan.importing.lines import Account, Source, read_lines
from jichi.plan.importing.markup import read_markup_rows
from jichi.plan.importing.mentions import read_cell_text
from jichi.plan.importing.model import Document, ImportHints, ImportResult
from jichi.plan.importing.namedocs import read_documents
from jichi.plan.importing.projects import ProjectDraft, ProjectReader
from jichi.plan.importing.repeats import repeated_rows, set_copies_aside
from jichi.plan.importing.structure import Branch, Skeleton, Table, read_structure
from jichi.plan.importing.truncation import check_whole

__all__ = ["read_text"]


def read_text(text: str, *, filename: str, hints: ImportHints, encoding: str = "utf-8") -> ImportResult:
    """Read the extracted text of a plan.

    Raises PlanImportError when the text is no plan of this layout, or ends too early.
    """
    layout = hints.layout
    source = read_lines(text, layout, hints.repairs)
    account = Account()
    read_markup_rows(source, account)
    join_broken_rows(source, account)
    set_copies_aside(source, account)
    mark_recurring(source, account)
    skeleton = read_structure(source, account)
    if not skeleton.branches or not (skeleton.sections or skeleton.tables):
        raise PlanImportError("no_plan_headings", filename=filename)
    if not skeleton.tables:
        check_whole(source, skeleton, filename, complete=hints.complete)
        raise PlanImportError("no_tables", filename=filename)
    check_whole(source, skeleton, filename, complete=hints.complete)
    indicators = read_indicators([t for t in skeleton.tables if t.kind != "projects"], account, layout)
    projects = _read_projects(skeleton, account, hints, indicators)
    for prose in skeleton.prose_ranges:
        mark_captions(source, account, prose)
    _leave_rest(source, account)
    document = _document(skeleton, indicators, projects, hints, layout, filename)
    return ImportResult(
        document=document,
        lines=account.lines(source),
        uncertain=tuple(sorted(account.uncertain, key=lambda u: u.line)),
        format="text",
        encoding=encoding,
    )


def _read_projects(
    skeleton: Skeleton, account: Account, hints: ImportHints, indicators: list[dict[str, Any]]
) -> list[ProjectDraft]:
    tables = [t for t in skeleton.tables if t.kind == "projects"]
    headers: list[ProjectHeader] = []
    for table in tables:
        if table.continued and headers:
            headers.append(headers[-1])
        else:
            headers.append(read_project_header(table, hints.layout))
    years = _period_last_years(indicators)
    periods = sorted(years)
    last = hints.last_year or (years[periods[-1]] if periods else None)
    prior = years[periods[-2]] if len(periods) > 1 else None
    references = {n: _dated_first_column(t, h) for n, (t, h) in enumerate(zip(tables, headers, strict=True))}
    settle_headers(headers, prior, last, hints.first_year, references, _measured(indicators))
    reader = ProjectReader(account, hints.layout, repeated_rows(tables))
    for table, header in zip(tables, headers, strict=True):
        reader.table(table, header)
    return reader.projects


def _measured(indicators: list[dict[str, Any]]) -> int | None:
    """The latest year in which an indicator was measured."""
    points = [p for i in indicators for s in i["series"] for p in s["points"]]
    years = [p["fiscal_year"] for p in points if p["role"] == "current" and p["fiscal_year"]]
    return max(years, default=None)


def _dated_first_column(table: Table, header: ProjectHeader) -> bool:
    """Whether a reference with a printed year stands in the first of the years' columns."""
    first = header.columns[0] if header.columns else None
    for line in table.rows[header.rows :]:
        cells = line.text.split("\t")
        if first is None or first >= len(cells):
            continue
        mentions = [m for s in read_cell_text(cells[first]).segments for m in s.mentions]
        if any(m.year is not None for m in mentions):
            return True
    return False


def _period_last_years(indicators: list[dict[str, Any]]) -> dict[int, int]:
    counts: dict[int, Counter[int]] = {}
    for indicator in indicators:
        for series in indicator["series"]:
            for point in series["points"]:
                if point["role"] == "target" and point["period"] and point["fiscal_year"]:
                    counts.setdefault(point["period"], Counter())[point["fiscal_year"]] += 1
    return {period: counter.most_common(1)[0][0] for period, counter in counts.items()}


def _leave_rest(source: Source, account: Account) -> None:
    for line in source.lines:
        if line.kind in ("blank", "joined") or line.number in account.states:
            continue
        reason = "a footnote without its table" if line.kind == "footnote" else "not known where this belongs"
        account.unplaced(line.number, reason)


def _document(
    skeleton: Skeleton,
    indicators: list[dict[str, Any]],
    projects: list[ProjectDraft],
    hints: ImportHints,
    layout: Layout,
    filename: str,
) -> Document:
    nodes = _nodes(skeleton, projects)
    documents = read_documents(nodes, {p.code: "\n".join(p.rows) for p in projects})
    named: dict[str, list[str]] = {}
    for document in documents:
        for code in document["nodes"]:
            named.setdefault(code, []).append(document["key"])
    for node in nodes:
        node["documents"] = named.get(node["code"], [])
    return {
        "format": "jichi-plan/1",
        "plan": _plan(skeleton, indicators, projects, hints, layout, filename),
        "nodes": nodes,
        "indicators": indicators,
        "projects": [
            {"code": p.code, "initiatives": p.initiatives, "figures": p.figures.finish()} for p in projects
        ],
        "documents": documents,
        "schemes": [],
        "not_held": [],
        "translations": {},
    }


def _plan(
    skeleton: Skeleton,
    indicators: list[dict[str, Any]],
    projects: list[ProjectDraft],
    hints: ImportHints,
    layout: Layout,
    filename: str,
) -> dict[str, Any]:
    years = _period_last_years(indicators)
    numbers = sorted(
        {p["period"] for i in indicators for s in i["series"] for p in s["points"] if p["period"]}
    )
    periods = []
    for number in numbers:
        last = years.get(number)
        prior = years.get(number - 1)
        first = prior + 1 if prior and last and prior < last else None
        periods.append({"number": number, "name": f"第{number}期", "first_year": first, "last_year": last})
    own = periods[-1] if periods else {"first_year": None, "last_year": None}
    keys = [*BRANCH_LEVELS, "project"]
    names = [*layout.levels, layout.project_level]
    stem = re.sub(r"[^a-z0-9]+", "-", filename.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()).strip("-")
    return {
        "key": hints.plan_key or stem or "plan",
        "name": hints.plan_name,
        "language": hints.language,
        "first_year": hints.first_year or own["first_year"],
        "last_year": hints.last_year or own["last_year"],
        "adopted_on": None,
        "scope_note": "",
        "source": {
            "title": hints.source_title,
            "publisher": hints.publisher,
            "published_on": None,
            "url": hints.source_url,
        },
        "levels": [
            {"key": key, "name": name, "kind": "project" if key == "project" else "branch"}
            for key, name in zip(keys, names, strict=True)
        ],
        "periods": periods,
    }


def _nodes(skeleton: Skeleton, projects: list[ProjectDraft]) -> list[dict[str, Any]]:
    branches = sorted(skeleton.branches.values(), key=lambda b: [int(n) for n in b.code.split("-")])
    known = {b.code for b in branches}
    nodes: list[dict[str, Any]] = []
    orders: Counter[str | None] = Counter()

    def add(code: str, level: str, name: str, parent: str | None, source_text: str) -> dict[str, Any]:
        orders[parent] += 1
        node: dict[str, Any] = {
            "code": code,
            "level": level,
            "name": name,
            "parent": parent,
            "order": orders[parent],
            "summary": "",
            "source_text": source_text,
            "statements": [],
            "department": None,
            "documents": [],
        }
        nodes.append(node)
        return node

    for branch in branches:
        parent = branch.code.rpartition("-")[0]
        prose = "\n".join(_prose(line.text) for line in branch.prose)
        node = add(branch.code, branch.level, branch.name, parent if parent in known else None, prose)
        node["statements"] = _statements(branch)
        for project in projects:
            if project.measure == branch.code:
                add(project.code, "project", project.name, branch.code, project.description)
    return nodes


def _statements(branch: Branch) -> list[dict[str, Any]]:
    return [{"kind": kind, "text": "", "source_text": _prose(line.text)} for kind, line in branch.statements]


def _prose(text: str) -> str:
    return re.sub(r"^\s*[-‐–—−・•]\s*|^\s*", "", text).strip()
