"""The form jichi-plan/1: its schema, its defaults, and the references inside a document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator

from jichi.plan.importing.errors import PlanImportError, Problem
from jichi.plan.importing.model import Document

__all__ = ["SCHEMA_FILE", "check_document", "complete", "read_json", "schema"]

SCHEMA_FILE = "jichi-plan-1.schema.json"
_MOST_PROBLEMS = 200

_POINT: Document = {"fiscal_year": None, "as_of": None, "printed": "", "note": ""}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the form (draft 2020-12)."""
    text = resources.files("jichi.plan").joinpath("schema", SCHEMA_FILE).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def read_json(text: str, filename: str) -> Document:
    """A document from its JSON text, complete with defaults; PlanImportError with JSON pointers."""
    try:
        loaded = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            detail = "in the middle of the JSON document"
            raise PlanImportError("truncated", filename=filename, detail=detail, line=error.lineno) from error
        raise PlanImportError(
            "broken_json", filename=filename, line=error.lineno, column=error.colno
        ) from error
    except (ValueError, RecursionError) as error:
        raise PlanImportError("broken_json", filename=filename, line=1, column=1) from error
    problems = check_document(loaded)
    if problems:
        raise PlanImportError("json_form", problems, filename=filename, count=len(problems))
    return complete(loaded)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def check_document(document: Any) -> tuple[Problem, ...]:
    """Everything wrong with a document, at most 200 faults, each with its JSON pointer."""
    problems = []
    for error in _validator().iter_errors(document):
        problems.append(
            Problem("schema", {"value": error.message[:300]}, pointer=_pointer(error.absolute_path))
        )
        if len(problems) >= _MOST_PROBLEMS:
            return tuple(problems)
    if not problems:
        problems = list(_references(document))[:_MOST_PROBLEMS]
    return tuple(problems)


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _references(document: Document) -> Iterator[Problem]:
    codes = [n["code"] for n in document["nodes"]]
    levels = {level["key"] for level in document["plan"]["levels"]}
    keys = [d["key"] for d in document.get("documents", [])]
    known, documents = set(codes), set(keys)
    yield from _duplicates(codes, "/nodes/{}/code")
    yield from _duplicates(keys, "/documents/{}/key")
    yield from _duplicates([i["key"] for i in document.get("indicators", [])], "/indicators/{}/key")
    yield from _duplicates([p["code"] for p in document.get("projects", [])], "/projects/{}/code")
    for index, node in enumerate(document["nodes"]):
        yield from _exists(node["level"], levels, f"/nodes/{index}/level")
        yield from _exists(node.get("parent"), known - {node["code"]}, f"/nodes/{index}/parent")
        for at, key in enumerate(node.get("documents", [])):
            yield from _exists(key, documents, f"/nodes/{index}/documents/{at}")
    for index, indicator in enumerate(document.get("indicators", [])):
        yield from _exists(indicator["node"], known, f"/indicators/{index}/node")
        series = [s.get("key", "") for s in indicator["series"]]
        yield from _duplicates(series, f"/indicators/{index}/series/{{}}/key")
    for index, project in enumerate(document.get("projects", [])):
        yield from _exists(project["code"], known, f"/projects/{index}/code")
        yield from _project(project, f"/projects/{index}")
    for part in ("documents", "schemes"):
        for index, item in enumerate(document.get(part, [])):
            for at, code in enumerate(item.get("nodes", [])):
                yield from _exists(code, known, f"/{part}/{index}/nodes/{at}")
    for index, item in enumerate(document.get("not_held", [])):
        yield from _exists(item.get("node"), known, f"/not_held/{index}/node")


def _project(project: Document, pointer: str) -> Iterator[Problem]:
    orders = [i["order"] for i in project.get("initiatives", [])]
    yield from _duplicates(orders, f"{pointer}/initiatives/{{}}/order")
    for index, initiative in enumerate(project.get("initiatives", [])):
        others = set(orders) - {initiative["order"]}
        yield from _exists(initiative.get("parent"), others, f"{pointer}/initiatives/{index}/parent")
    figures = project.get("figures", [])
    yield from _duplicates([f["order"] for f in figures], f"{pointer}/figures/{{}}/order")
    for index, figure in enumerate(figures):
        where = f"{pointer}/figures/{index}"
        yield from _exists(figure.get("initiative"), set(orders), f"{where}/initiative")
        points = [(p["role"], p["fiscal_year"]) for p in figure["points"]]
        yield from _duplicates(points, f"{where}/points/{{}}")


def _exists(value: Any, known: set[Any], pointer: str) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield Problem("reference", {"value": value}, pointer=pointer)


def _duplicates(values: list[Any], pointer: str) -> Iterator[Problem]:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Problem("duplicate", {"value": value}, pointer=pointer.format(index))
        seen.add(value)


def complete(document: Document) -> Document:
    """The document with every optional part filled with its default, in the order of the form."""
    plan = document["plan"]
    return {
        "format": "jichi-plan/1",
        "plan": {
            **{"key": "", "name": "", "language": "ja", "first_year": None, "last_year": None},
            **{"adopted_on": None, "scope_note": ""},
            **plan,
            "source": {
                "title": "",
                "publisher": "",
                "published_on": None,
                "url": "",
                **plan.get("source", {}),
            },
            "levels": [{"kind": "branch", **level} for level in plan["levels"]],
            "periods": [{"first_year": None, "last_year": None, **p} for p in plan.get("periods", [])],
        },
        "nodes": [_node(node, index) for index, node in enumerate(document["nodes"], start=1)],
        "indicators": [_indicator(i) for i in document.get("indicators", [])],
        "projects": [_complete_project(p) for p in document.get("projects", [])],
        "documents": [
            {"legal_basis": "", "summary": "", "nodes": [], **d, "revisions": _revisions(d)}
            for d in document.get("documents", [])
        ],
        "schemes": [{"summary": "", "nodes": [], **s} for s in document.get("schemes", [])],
        "not_held": [{"reason": "", "node": None, **n} for n in document.get("not_held", [])],
        "translations": document.get("translations", {}),
    }


def _node(node: Document, order: int) -> Document:
    statements = [{"text": "", "source_text": "", **s} for s in node.get("statements", [])]
    defaults = {"parent": None, "order": order, "summary": "", "source_text": "", "department": None}
    return {**defaults, "documents": [], **node, "statements": statements}


def _indicator(indicator: Document) -> Document:
    defaults = {"source": "", "unit": "", "comparator": "none", "decimals": 0, "definition": "", "note": ""}
    point = {**_POINT, "decimals": 0, "comparator": "none", "period": None}
    series = [
        {"key": "", "name": "", **s, "points": [{**point, **p} for p in s["points"]]}
        for s in indicator["series"]
    ]
    return {**defaults, **indicator, "series": series}


def _complete_project(project: Document) -> Document:
    activity = {"first_year": None, "last_year": None, "open_ended": False, "certain": True}
    initiatives = [
        {
            "marker": "",
            "parent": None,
            **i,
            "activities": [{**activity, **a} for a in i.get("activities", [])],
        }
        for i in project.get("initiatives", [])
    ]
    defaults = {"unit": "", "comparator": "none", "decimals": 0, "initiative": None}
    figures = [
        {**defaults, **f, "points": [{**_POINT, **p} for p in f["points"]]}
        for f in project.get("figures", [])
    ]
    return {"code": project["code"], "initiatives": initiatives, "figures": figures}


def _revisions(document: Document) -> list[Document]:
    return [{"fiscal_year": None, "label": "", "note": "", **r} for r in document.get("revisions", [])]
