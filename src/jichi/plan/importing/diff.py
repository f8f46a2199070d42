"""What changed between two plan documents, by facts: names, figures, years. Prose is not compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jichi.plan.importing.model import Document

__all__ = ["Change", "diff_documents"]


@dataclass(frozen=True, order=True)
class Change:
    """One fact that differs. `kind` is added, removed or changed; `path` names the thing, `field` the fact.

    Whole things that come or go have the field "" and their name as the value.
    """

    path: str
    field: str
    kind: str
    old: Any = None
    new: Any = None


def diff_documents(old: Document, new: Document) -> list[Change]:
    """The changes that lead from `old` to `new`, in a stable order; the same document gives none.

    Nodes are known by code, indicators by node and name, series by name, figures by project, name and
    initiative, points by role, period and year: neither order nor generated keys count.
    """
    before, after = dict(_facts(old)), dict(_facts(new))
    changes = []
    for key in {**before, **after}:
        path, field = key
        if key not in after:
            changes.append(Change(path, field, "removed", old=before[key]))
        elif key not in before:
            changes.append(Change(path, field, "added", new=after[key]))
        elif field and _canonical(before[key]) != _canonical(after[key]):
            changes.append(Change(path, field, "changed", before[key], after[key]))
    return _without_parts(sorted(changes, key=lambda c: (c.path, c.field, c.kind)))


def _canonical(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return Decimal(str(value)).normalize()


def _without_parts(changes: list[Change]) -> list[Change]:
    """A thing that came or went whole is told once, not fact by fact."""
    whole = {(c.path, c.kind) for c in changes if c.field == ""}

    def covered(change: Change) -> bool:
        if change.field and (change.path, change.kind) in whole:
            return True
        parts = change.path.split("/")
        return any(("/".join(parts[:n]), change.kind) in whole for n in range(1, len(parts)))

    return [c for c in changes if not covered(c)]


Fact = tuple[tuple[str, str], Any]


def _facts(document: Document) -> Iterator[Fact]:
    plan = document["plan"]
    for field in ("name", "first_year", "last_year", "adopted_on"):
        yield ("plan", field), plan[field]
    for period in plan["periods"]:
        path = f"plan/period {period['number']}"
        yield from _thing(path, period["name"], period, ("first_year", "last_year"))
    for node in document["nodes"]:
        yield from _thing(f"node {node['code']}", node["name"], node, ("level", "parent", "department"))
        yield (f"node {node['code']}", "name"), node["name"]
    for path, indicator in _numbered(document["indicators"], _indicator_path):
        yield from _indicator_facts(path, indicator)
    for project in document["projects"]:
        yield from _project_facts(project)
    for item in document["documents"]:
        path = f"document {_escape(item['name'])}"
        yield from _thing(path, item["name"], item, ("kind", "legal_basis"))
        for revision in item["revisions"]:
            key = f"{path}/{revision['event']} {_escape(revision['label'])} {revision['fiscal_year'] or '-'}"
            yield (key, ""), revision["event"]
    for part in ("schemes", "not_held"):
        for item in document[part]:
            yield (f"{part} {item['key']}", ""), item.get("name") or item.get("title")


def _thing(path: str, name: str, item: Document, fields: tuple[str, ...]) -> Iterator[Fact]:
    yield (path, ""), name
    for field in fields:
        yield (path, field), item[field]


def _escape(text: str) -> str:
    return text.replace("/", "／")


def _indicator_path(indicator: Document) -> str:
    return f"indicator {indicator['node']} {_escape(indicator['name'])}"


def _numbered(items: list[Document], path: Callable[[Document], str]) -> Iterator[tuple[str, Document]]:
    """Items with their path; a second item of the same path gets a number."""
    seen: dict[str, int] = {}
    for item in items:
        base = path(item)
        seen[base] = seen.get(base, 0) + 1
        yield (base if seen[base] == 1 else f"{base} #{seen[base]}"), item


def _point_path(where: str) -> Callable[[Document], str]:
    return lambda point: f"{where}/{point['role']} {point['period'] or '-'}"


def _activity_path(where: str) -> Callable[[Document], str]:
    return lambda activity: f"{where}/{_escape(activity['text'])}"


def _indicator_facts(path: str, indicator: Document) -> Iterator[Fact]:
    fields = ("kind", "source", "unit", "comparator", "decimals", "note")
    yield from _thing(path, indicator["name"], indicator, fields)
    for where, series in _numbered(indicator["series"], lambda s: f"{path}/{_escape(s['name']) or '-'}"):
        yield (where, ""), series["name"] or indicator["name"]
        for at, point in _numbered(series["points"], _point_path(where)):
            value = point["value"] if point["value"] is not None else point["note"]
            yield (at, ""), value
            for field in ("value", "fiscal_year", "as_of", "comparator"):
                yield (at, field), point[field]


def _project_facts(project: Document) -> Iterator[Fact]:
    path = f"project {project['code']}"
    names = {i["order"]: i["name"] for i in project["initiatives"]}
    for where, item in _numbered(project["initiatives"], lambda i: f"{path}/{_escape(i['name'])}"):
        yield (where, ""), item["name"]
        for at, activity in _numbered(item["activities"], _activity_path(where)):
            yield (at, ""), activity["text"]
            for field in ("first_year", "last_year", "open_ended"):
                yield (at, field), activity[field]

    def figure_path(figure: Document) -> str:
        initiative = names.get(figure["initiative"], "")
        return f"{path}/figure {_escape(figure['name'])} ({_escape(initiative)})"

    for where, figure in _numbered(project["figures"], figure_path):
        yield from _thing(where, figure["name"], figure, ("unit", "comparator", "decimals"))
        for point in figure["points"]:
            at = f"{where}/{point['role']} {point['fiscal_year']}"
            yield (at, ""), point["value"]
            yield (at, "value"), point["value"]
            yield (at, "as_of"), point["as_of"]
