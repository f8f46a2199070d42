"""Routes that a pack brings: versions are added, what was in force is never written over."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.trail import act, record
from jichi.office.actions import LOAD
from jichi.office.models import Route, RouteVersion

BASE = "ja"
_OWN = ("own", "bureau")
_OF_AN_OFFICE = ("officer", "section_head", "bureau_head")

Facts = Mapping[str, Any]


@dataclass(slots=True)
class RoutesReport:
    """What a load did: keys of routes that are new or renamed, and versions that are new ("key/number")."""

    routes: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def touched(self) -> int:
        """How many things are new."""
        return len(self.routes) + len(self.versions)


def load_routes(*, viewer: Viewer, pack: Pack, data: Facts) -> RoutesReport:
    """Enter a pack's routes. What says the same as before makes no new version; what differs makes one.

    Raises:
        NotAllowed; Invalid: at the place in the file ("routes/0/versions/1/steps"), for a route whose steps
            do not end in one decision, or that names an office the city does not have.
    """
    report = RoutesReport()
    offices = dict(Department.objects.values_list("key", "pk"))
    with act(viewer, LOAD):
        for place, item in enumerate(data["routes"]):
            route = _route(viewer, item, offices, f"routes/{place}", report)
            for number, one in enumerate(item["versions"]):
                _version(viewer, route, one, offices, f"routes/{place}/versions/{number}", report)
    return report


def _route(
    viewer: Viewer, item: Facts, offices: Mapping[str, int], where: str, report: RoutesReport
) -> Route:
    department = item.get("department")
    if department is not None and department not in offices:
        raise Invalid({f"{where}/department": [_unknown_office(department)]})
    facts = {
        "title": item["title"][BASE],
        "translations": {
            language: {"title": text} for language, text in item["title"].items() if language != BASE
        },
        "department_id": offices[department] if department is not None else None,
    }
    row = Route.objects.filter(key=item["key"]).first()
    changed = [name for name, value in facts.items() if row is None or getattr(row, name) != value]
    if row is None:
        row = Route.objects.create(key=item["key"], **facts)
    elif changed:
        for name in changed:
            setattr(row, name, facts[name])
        row.save(update_fields=changed)
    if changed:
        report.routes.append(row.key)
        record(viewer, LOAD, row, fields={"title": [None, row.title]})
    return row


def _version(
    viewer: Viewer, route: Route, item: Facts, offices: Mapping[str, int], where: str, report: RoutesReport
) -> None:
    digest = digest_of_version(item)
    if RouteVersion.objects.filter(route=route, digest=digest).exists():
        report.unchanged += 1
        return
    if problems := problems_of(item["steps"], offices):
        raise Invalid({f"{where}/steps": problems})
    last = RouteVersion.objects.filter(route=route).order_by("-number").first()
    row = RouteVersion.objects.create(
        route=route,
        number=1 if last is None else last.number + 1,
        steps=list(item["steps"]),
        digest=digest,
        in_force_from=datetime.date.fromisoformat(item["in_force_from"]),
        in_force_to=datetime.date.fromisoformat(item["in_force_to"]) if item.get("in_force_to") else None,
        known_from=datetime.date.fromisoformat(item["known_from"]),
        source=item["source"],
        confirmed=item["confirmed"],
    )
    report.versions.append(f"{route.key}/{row.number}")
    record(viewer, LOAD, row, fields={"digest": [None, digest]}, digest=digest)


def digest_of_version(item: Facts) -> str:
    """SHA-256 over everything of a version that counts, independent of the order it is written in."""
    names = ("steps", "in_force_from", "in_force_to", "known_from", "source", "confirmed")
    whole = {name: item.get(name) for name in names}
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def problems_of(steps: Sequence[Facts], offices: Mapping[str, int]) -> list[str]:
    """What is wrong with the steps of a route, in sentences; nothing where they are sound.

    Sound: the last order is one step that decides, none before it decides, and every office is known. A role
    that is held in an office says in which.
    """
    found = []
    orders = [step["order"] for step in steps]
    deciding = [step["order"] for step in steps if step["kind"] == "decide"]
    if deciding != [max(orders, default=0)] or orders.count(max(orders, default=0)) != 1:
        found.append(_("A route ends in one step that decides, alone in the last order, and has no other."))
    for number, step in enumerate(steps, start=1):
        for one in (step, *step.get("deputies", ())):
            office = one.get("department")
            if office is not None and office not in _OWN and office not in offices:
                found.append(_unknown_office(office))
            if office is None and one["role"] in _OF_AN_OFFICE:
                text = _("Step %(number)d: the role “%(role)s” is held in an office; say in which.")
                found.append(text % {"number": number, "role": one["role"]})
    return found


def _unknown_office(key: str) -> str:
    return _("The city has no department “%(key)s”.") % {"key": key}
