"""A plan document as rows of sheets, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jichi.plan.importing.errors import Problem
from jichi.plan.importing.model import Document
from jichi.plan.importing.sheets import SHEETS, Sheet

__all__ = ["Record", "Table", "assemble", "document_rows"]

Record = dict[str, Any]
Table = list[tuple[int, Record]]
_SOURCE = ("title", "publisher", "published_on", "url")


def document_rows(document: Document) -> dict[str, list[Record]]:
    """Every sheet's records, in the document's order. The document must be complete."""
    rows: dict[str, list[Record]] = {sheet.key: [] for sheet in SHEETS}
    plan = document["plan"]
    rows["plan"].append({**plan, **{f"source_{k}": plan["source"][k] for k in _SOURCE}})
    rows["levels"], rows["periods"] = plan["levels"], plan["periods"]
    for node in document["nodes"]:
        rows["nodes"].append(node)
        rows["statements"] += [{"node": node["code"], **s} for s in node["statements"]]
    for indicator in document["indicators"]:
        rows["indicators"].append(indicator)
        for series in indicator["series"]:
            rows["series"].append({"indicator": indicator["key"], **series})
            owner = {"indicator": indicator["key"], "series": series["key"]}
            rows["points"] += [{**owner, **point} for point in series["points"]]
    for project in document["projects"]:
        _project_rows(project, rows)
    for item in document["documents"]:
        rows["documents"].append(item)
        rows["revisions"] += [{"document": item["key"], **r} for r in item["revisions"]]
    rows["schemes"], rows["not_held"] = document["schemes"], document["not_held"]
    for language, memory in document["translations"].items():
        rows["translations"] += [{"language": language, "source": s, "text": t} for s, t in memory.items()]
    return rows


def _project_rows(project: Document, rows: dict[str, list[Record]]) -> None:
    code = project["code"]
    rows["projects"].append({"code": code})
    for initiative in project["initiatives"]:
        rows["initiatives"].append({"project": code, **initiative})
        owner = {"project": code, "initiative": initiative["order"]}
        rows["activities"] += [{**owner, **a} for a in initiative["activities"]]
    for figure in project["figures"]:
        rows["figures"].append({"project": code, **figure})
        owner = {"project": code, "figure": figure["order"]}
        rows["figure_points"] += [{**owner, **p} for p in figure["points"]]


class _Assembler:
    """Builds a document from records; rows whose owner is missing become problems."""

    def __init__(self, tables: dict[str, Table], *, partial: bool) -> None:
        self.tables, self.partial = tables, partial
        self.problems: list[Problem] = []
        self.things: dict[tuple[Any, ...], Record] = {}

    def rows(self, key: str) -> Iterator[tuple[int, Record]]:
        yield from self.tables.get(key, [])

    def problem(self, code: str, sheet: str, row: int, field: str, **params: Any) -> None:
        self.problems.append(Problem(code, params, sheet=sheet, row=row, cell=field))

    def keep(self, kind: str, key: tuple[Any, ...], thing: Record, row: int, field: str) -> bool:
        if (kind, *key) in self.things:
            self.problem("duplicate", kind, row, field, value=" / ".join(str(k) for k in key))
            return False
        self.things[(kind, *key)] = thing
        return True

    def owner(self, kind: str, key: tuple[Any, ...], sheet: str, row: int, field: str) -> Record | None:
        found = self.things.get((kind, *key))
        if found is None and not self.partial:
            value = " / ".join(str(k) for k in key)
            self.problem("unknown_parent", sheet, row, field, value=value, sheet_name=kind)
        return found


def assemble(tables: dict[str, Table], *, partial: bool) -> tuple[Document, list[Problem]]:
    """The document of the given tables (each a list of row number and record), and what is wrong.

    A problem's `cell` holds the column's key: the caller knows where that column stands. With
    `partial`, rows whose owner is in a table that was not given are made to belong to a bare owner.
    """
    work = _Assembler(tables, partial=partial)
    if partial:
        _add_owners(work)
    plan = next((record for _, record in work.rows("plan")), None)
    document: Document = {
        "format": "jichi-plan/1",
        "plan": _plan(plan or {}, work),
        "nodes": _nodes(work),
        "indicators": _indicators(work),
        "projects": _projects(work),
        "documents": _documents(work),
        "schemes": [dict(record) for _, record in work.rows("schemes")],
        "not_held": [dict(record) for _, record in work.rows("not_held")],
        "translations": _translations(work),
    }
    return document, work.problems


def _plan(record: Record, work: _Assembler) -> Document:
    plan = {
        "key": "",
        "name": "",
        "language": "ja",
        "first_year": None,
        "last_year": None,
        "adopted_on": None,
        "scope_note": "",
        **{k: v for k, v in record.items() if not k.startswith("source_")},
    }
    default = {"title": "", "publisher": "", "published_on": None, "url": ""}
    plan["source"] = {k: record.get(f"source_{k}", default[k]) for k in _SOURCE}
    plan["levels"] = [dict(r) for _, r in work.rows("levels")]
    plan["periods"] = [dict(r) for _, r in work.rows("periods")]
    return plan


def _nodes(work: _Assembler) -> list[Document]:
    nodes = []
    for row, record in work.rows("nodes"):
        node = {**record, "statements": []}
        documents = node.pop("documents", [])
        node["documents"] = documents
        if work.keep("nodes", (node["code"],), node, row, "code"):
            nodes.append(node)
    for row, record in work.rows("statements"):
        owner = work.owner("nodes", (record["node"],), "statements", row, "node")
        if owner is not None:
            owner["statements"].append({k: v for k, v in record.items() if k != "node"})
    return nodes


def _indicators(work: _Assembler) -> list[Document]:
    indicators = []
    for row, record in work.rows("indicators"):
        indicator = {**record, "series": []}
        if work.keep("indicators", (record["key"],), indicator, row, "key"):
            indicators.append(indicator)
    for row, record in work.rows("series"):
        owner = work.owner("indicators", (record["indicator"],), "series", row, "indicator")
        series = {"key": record["key"], "name": record["name"], "points": []}
        key = (record["indicator"], record["key"])
        if owner is not None and work.keep("series", key, series, row, "key"):
            owner["series"].append(series)
    for row, record in work.rows("points"):
        key = (record["indicator"], record["series"])
        owner = work.owner("series", key, "points", row, "indicator")
        if owner is not None:
            owner["points"].append({k: v for k, v in record.items() if k not in ("indicator", "series")})
    return indicators


def _projects(work: _Assembler) -> list[Document]:
    projects = []
    for row, record in work.rows("projects"):
        project: Document = {"code": record["code"], "initiatives": [], "figures": []}
        if work.keep("projects", (record["code"],), project, row, "code"):
            projects.append(project)
    for sheet, part in (("initiatives", "activities"), ("figures", "points")):
        for row, record in work.rows(sheet):
            owner = work.owner("projects", (record["project"],), sheet, row, "project")
            thing = {k: v for k, v in record.items() if k != "project"} | {part: []}
            key = (record["project"], record["order"])
            if owner is not None and work.keep(sheet, key, thing, row, "order"):
                owner[sheet].append(thing)
    for sheet, owners, field, part in (
        ("activities", "initiatives", "initiative", "activities"),
        ("figure_points", "figures", "figure", "points"),
    ):
        for row, record in work.rows(sheet):
            owner = work.owner(owners, (record["project"], record[field]), sheet, row, field)
            if owner is not None:
                owner[part].append({k: v for k, v in record.items() if k not in ("project", field)})
    return projects


def _documents(work: _Assembler) -> list[Document]:
    documents = []
    for row, record in work.rows("documents"):
        document = {**record, "revisions": []}
        if work.keep("documents", (record["key"],), document, row, "key"):
            documents.append(document)
    for row, record in work.rows("revisions"):
        owner = work.owner("documents", (record["document"],), "revisions", row, "document")
        if owner is not None:
            owner["revisions"].append({k: v for k, v in record.items() if k != "document"})
    return documents


def _translations(work: _Assembler) -> Document:
    translations: Document = {}
    for row, record in work.rows("translations"):
        memory = translations.setdefault(record["language"], {})
        if record["source"] in memory:
            work.problem("duplicate", "translations", row, "source", value=record["source"])
        memory[record["source"]] = record["text"]
    return translations


def _add_owners(work: _Assembler) -> None:
    """Bare owners for the rows of a single csv."""
    for key, owner, fields in (
        ("figure_points", "figures", ("project", "figure")),
        ("activities", "initiatives", ("project", "initiative")),
        ("points", "series", ("indicator", "series")),
        ("figures", "projects", ("project",)),
        ("initiatives", "projects", ("project",)),
        ("series", "indicators", ("indicator",)),
        ("statements", "nodes", ("node",)),
        ("revisions", "documents", ("document",)),
    ):
        if owner in work.tables:
            continue
        seen = dict.fromkeys(tuple(r[f] for f in fields) for _, r in work.rows(key))
        if seen:
            work.tables[owner] = [(0, _bare(owner, values)) for values in seen]


def _bare(owner: str, values: tuple[Any, ...]) -> Record:
    sheet = next(s for s in SHEETS if s.key == owner)
    record = _defaults(sheet)
    names = {
        "figures": ("project", "order"),
        "initiatives": ("project", "order"),
        "series": ("indicator", "key"),
        "projects": ("code",),
        "indicators": ("key",),
        "nodes": ("code",),
        "documents": ("key",),
    }[owner]
    return {**record, **dict(zip(names, values, strict=True))}


def _defaults(sheet: Sheet) -> Record:
    """A record without content: what a bare owner holds beside its key."""
    record: Record = {}
    for field in sheet.fields:
        if field.nullable:
            record[field.key] = None
        elif field.kind in ("integer", "number"):
            record[field.key] = 0
        elif field.kind == "codes":
            record[field.key] = []
        elif field.kind == "boolean":
            record[field.key] = bool(field.default)
        else:
            record[field.key] = field.choices[-1] if field.choices else ""
    return record
