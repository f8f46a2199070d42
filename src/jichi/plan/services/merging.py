"""Fitting what a published text says to the plan that stands: whose indicator it is, and what text cannot
say.

A text prints no keys, no department, none of our own summaries; workbooks and JSON documents say all of
them and are taken as they are. So the text's indicators take over the keys of the stored ones (importing
again never
duplicates), and what only the stored plan knows is kept.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from jichi.plan.models import Indicator, Placement, Plan, PolicyDocument, Scheme

TEXT = "text"


def with_known_keys(document: Mapping[str, Any], plan_key: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The document with the keys of stored indicators, and which key became which.

    An indicator is a stored one if it stands at the same node under the same name, or under the same name and
    unit anywhere in this plan, or in another plan that prints it alone so (indicators outlive a plan). A new
    one gets a key that no stored indicator has.
    """
    made = copy.deepcopy(dict(document))
    known = _Known(plan_key)
    renamed: dict[str, str] = {}
    for item in made["indicators"]:
        key = known.key_of(item)
        if key != item["key"]:
            renamed[item["key"]] = key
            item["key"] = key
        _take_series_keys(item, known.series.get(key, []))
    documents = _take_keys_by_name(
        made.get("documents", []), dict(PolicyDocument.objects.values_list("name", "key"))
    )
    for node in made["nodes"]:
        node["documents"] = [documents.get(key, key) for key in node.get("documents", [])]
    _take_keys_by_name(made.get("schemes", []), dict(Scheme.objects.values_list("name", "key")))
    return made, renamed


def _take_keys_by_name(items: list[dict[str, Any]], stored: Mapping[str, str]) -> dict[str, str]:
    """A policy document or scheme of the same name is the same one; another one gets a key of its own.

    Returns which key became which.
    """
    taken = set(stored.values())
    used: set[str] = set()
    renamed: dict[str, str] = {}
    for item in items:
        key = stored.get(item["name"], "")
        if not key or key in used:
            key, number = item["key"], 2
            while key in taken | used:
                key, number = f"{item['key']}-{number}", number + 1
        renamed[item["key"]] = key
        item["key"] = key
        used.add(key)
    return renamed


class _Known:
    """The stored indicators, looked up in the order in which they are believed."""

    def __init__(self, plan_key: str) -> None:
        placements = Placement.objects.select_related("indicator", "node__plan")
        self.here: dict[tuple[str, str], str] = {}
        self.named: dict[tuple[str, str, str, bool], set[str]] = {}
        for row in placements:
            own = row.node.plan.key == plan_key
            thing = row.indicator
            self.named.setdefault((thing.name, thing.unit, thing.kind, own), set()).add(thing.key)
            if own:
                self.here[(row.node.code, thing.name)] = thing.key
        indicators = list(Indicator.objects.prefetch_related("series"))
        self.series = {row.key: [(s.key, s.name) for s in row.series.all()] for row in indicators}
        self.taken = set(self.series)
        self.used: set[str] = set()
        self.plan_key = plan_key

    def key_of(self, item: Mapping[str, Any]) -> str:
        """The key for one indicator of the text; none is given twice."""
        found = [self.here.get((item["node"], item["name"]), "")]
        for own in (True, False):
            same = self.named.get((item["name"], item["unit"], item["kind"], own), set())
            found.append(next(iter(same)) if len(same) == 1 else "")
        key = next((key for key in found if key and key not in self.used), "") or self._fresh(item["key"])
        self.used.add(key)
        return key

    def _fresh(self, key: str) -> str:
        wanted, number = key, 2
        if wanted in self.taken | self.used:
            key = wanted = f"{self.plan_key}-{key}"
        while wanted in self.taken | self.used:
            wanted, number = f"{key}-{number}", number + 1
        return wanted


def _take_series_keys(item: dict[str, Any], stored: list[tuple[str, str]]) -> None:
    if len(stored) == 1 and len(item["series"]) == 1:
        item["series"][0]["key"] = stored[0][0]
        return
    names = {name: key for key, name in stored}
    for series in item["series"]:
        series["key"] = names.get(series["name"], series["key"])


def completed(document: Mapping[str, Any], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """A text's document with what it cannot say taken from the stored plan's document (``None``: no plan
    yet).
    """
    made = copy.deepcopy(dict(document))
    if stored is None:
        return made
    _complete_head(made, stored["plan"])
    _complete_nodes(made["nodes"], stored["nodes"])
    _complete_indicators(made["indicators"], stored["indicators"])
    _complete_activities(made["projects"], stored["projects"])
    before = {item["key"]: item for item in stored["documents"]}
    for item in made.get("documents", []):
        old = before.get(item["key"], {"revisions": []})
        _fill(item, old, ("legal_basis", "summary"))
        known = [dict(revision) for revision in old["revisions"]]
        item["revisions"] = known + [
            one for one in item["revisions"] if _event(one) not in map(_event, known)
        ]
    for name in ("documents", "schemes", "not_held"):
        listed = made.setdefault(name, [])
        have = {item["key"] for item in listed}
        codes = {node["code"] for node in made["nodes"]}
        listed += [_without_lost_nodes(item, codes) for item in stored[name] if item["key"] not in have]
    return made


def _event(revision: Mapping[str, Any]) -> tuple[Any, ...]:
    return revision["event"], revision["fiscal_year"], revision["label"]


def _without_lost_nodes(item: Mapping[str, Any], codes: set[str]) -> dict[str, Any]:
    kept = dict(item)
    if "nodes" in kept:
        kept["nodes"] = [code for code in kept["nodes"] if code in codes]
    if kept.get("node") not in codes and "node" in kept:
        kept["node"] = None
    return kept


def _fill(item: dict[str, Any], stored: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if not item.get(name) and stored.get(name):
            item[name] = copy.deepcopy(stored[name])


def _complete_head(made: dict[str, Any], head: Mapping[str, Any]) -> None:
    own = made["plan"]
    _fill(own, head, ("name", "adopted_on", "scope_note"))
    source = dict(own.get("source") or {})
    _fill(source, head["source"], ("title", "publisher", "published_on", "url"))
    own["source"] = source
    # The levels are the same ones if they have the same names, whatever the text's layout calls them.
    keys = {level["name"]: level["key"] for level in head["levels"]}
    renamed = {level["key"]: keys[level["name"]] for level in own["levels"] if level["name"] in keys}
    for level in own["levels"]:
        level["key"] = renamed.get(level["key"], level["key"])
    for node in made["nodes"]:
        node["level"] = renamed.get(node["level"], node["level"])
    periods = {period["number"]: period for period in own.get("periods", [])}
    for period in head["periods"]:
        if period["number"] in periods:
            _fill(periods[period["number"]], period, ("name", "first_year", "last_year"))
        else:
            periods[period["number"]] = dict(period)
    own["periods"] = [periods[number] for number in sorted(periods)]


def _complete_nodes(nodes: list[dict[str, Any]], stored: Iterable[Mapping[str, Any]]) -> None:
    before = {node["code"]: node for node in stored}
    for node in nodes:
        old = before.get(node["code"])
        if old is None:
            continue
        _fill(node, old, ("summary", "department"))
        printed: dict[str, list[dict[str, Any]]] = {}
        for statement in node.setdefault("statements", []):
            printed.setdefault(statement["kind"], []).append(statement)
        ours: dict[str, list[Mapping[str, Any]]] = {}
        for statement in old["statements"]:
            ours.setdefault(statement["kind"], []).append(statement)
        for kind, listed in ours.items():
            here = printed.get(kind, [])
            for own, statement in zip(listed, here, strict=False):
                _fill(statement, own, ("text",))
            node["statements"] += [dict(statement) for statement in listed[len(here) :]]


def _complete_indicators(indicators: list[dict[str, Any]], stored: Iterable[Mapping[str, Any]]) -> None:
    before = {item["key"]: item for item in stored}
    for item in indicators:
        if old := before.get(item["key"]):
            _fill(item, old, ("source", "unit", "definition", "note"))
            points = {
                (line["key"], point["role"], point["fiscal_year"]): point
                for line in old["series"]
                for point in line["points"]
            }
            for line in item["series"]:
                for point in line["points"]:
                    same = points.get((line["key"], point["role"], point["fiscal_year"]), {})
                    _fill(point, same, ("period", "as_of", "note"))


def _complete_activities(projects: list[dict[str, Any]], stored: Iterable[Mapping[str, Any]]) -> None:
    """Years that a person found are kept where the text alone does not tell them."""
    known: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for project in stored:
        for initiative in project["initiatives"]:
            for activity in initiative["activities"]:
                place = (project["code"], initiative["name"], activity["text"])
                known.setdefault(place, []).append(activity)
    for project in projects:
        for initiative in project["initiatives"]:
            for activity in initiative["activities"]:
                same = known.get((project["code"], initiative["name"], activity["text"]), [])
                old = same.pop(0) if same else None
                if old is not None and old["certain"] and not activity["certain"]:
                    activity |= {
                        name: old[name] for name in ("first_year", "last_year", "open_ended", "certain")
                    }


def stored_plan(plan_key: str) -> Plan | None:
    """The plan an import is for, if it stands already."""
    return Plan.objects.filter(key=plan_key).first()
