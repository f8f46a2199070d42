"""What a room may declare about itself: plain dataclasses that import nothing of ours.

Each room has one ``room.py`` with one ``ROOM = Room(...)``. That single declaration feeds navigation,
permissions, routes and their zones, search, exports, the audit trail's sentences and the generated
permission test. Callables that need Django are given as dotted paths ("jichi.plan.queries:nodes_for") and
resolved by ``config``, so that reading a manifest never imports a model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .metrics import Cut, Figure, Metric, Scope, StockFlow

__all__ = [
    "Action",
    "Check",
    "Column",
    "Command",
    "Cut",
    "Daily",
    "Duty",
    "DutyItem",
    "Export",
    "Figure",
    "ManifestError",
    "Metric",
    "PackFile",
    "Page",
    "Panel",
    "Problem",
    "Reach",
    "Retention",
    "Role",
    "Room",
    "Round",
    "Route",
    "Scope",
    "SearchDocument",
    "SearchSource",
    "Setting",
    "StockFlow",
    "TrailReader",
    "Trigger",
    "Zone",
    "check_rooms",
]


class Zone(StrEnum):
    """Where a route is served: ``PUBLIC`` in both zones, ``INNER`` only inside the city's own network."""

    PUBLIC = "public"
    INNER = "inner"


class Role(StrEnum):
    """The roles of a city's people. A role is held by a dated grant, never by a flag on the account."""

    ANYONE = "anyone"
    ACCOUNT_HOLDER = "account_holder"
    OFFICER = "officer"
    SECTION_HEAD = "section_head"
    BUREAU_HEAD = "bureau_head"
    APPROVER = "approver"
    PLANNING_OFFICER = "planning_officer"
    EXTERNAL_REVIEWER = "external_reviewer"
    COUNCIL_SECRETARIAT = "council_secretariat"
    AUDITOR = "auditor"
    PLACE_OPERATOR = "place_operator"
    GROUP_REPRESENTATIVE = "group_representative"
    TRANSLATOR = "translator"
    ADMINISTRATOR = "administrator"


class Reach(StrEnum):
    """How far a grant carries: the whole city, or only objects of the granted department (and below)."""

    CITY = "city"
    OWN_DEPARTMENT = "own_department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act somebody may do, named ``room.thing:act``.

    ``roles`` maps a role to its reach. Deny by default: a role that is not named may not act. ``sentence`` is
    the English msgid that the audit trail shows for the act.
    """

    key: str
    roles: dict[Role, Reach]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One named URL of a room: its Django name, zone and the action a viewer needs (``None``: anyone)."""

    name: str
    zone: Zone
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An entry of the site's navigation: msgid of its title, route name and place in the order."""

    title: str
    route: str
    order: int = 100
    zone: Zone = Zone.PUBLIC
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Something a higher room adds to a thing's page (``on="plan.indicator"``).

    ``context`` is the dotted path of ``(viewer, thing) -> dict``; the page stands even if it fails.
    """

    on: str
    template: str
    context: str
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource:
    """What a room gives to the public search index.

    ``documents`` is the dotted path of ``(changed: Iterable[(type, id)] | None)``, giving SearchDocuments:
    everything an anonymous reader may see when ``changed`` is None. ``types`` are the audit object types that
    make an entry stale; the first is the type of the found things themselves.
    """

    key: str
    title: str
    types: tuple[str, ...]
    documents: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One findable thing: its identity, where it is and the words it is found by, per language."""

    source: str
    object_type: str
    object_id: str
    url: str
    language: str
    title: str
    body: str
    weight: int = 1
    code: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an export: key, msgid of its title, type (``text|integer|decimal|date|boolean|url``)."""

    key: str
    title: str
    type: str = "text"
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A public dataset: ``rows`` is the dotted path of ``(viewer) -> Iterable[dict]`` with these columns."""

    key: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A kind of waiting work; ``waiting`` is the dotted path of ``(viewer) -> Iterable[DutyItem]``."""

    key: str
    title: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyItem:
    """One thing that waits for a person: what, where, until when (ISO date or empty)."""

    title: str
    url: str
    due: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailReader:
    """A reader of the sealed audit trail with its own cursor.

    A *projection* may be rebuilt from the start; a *delivery* is never replayed. ``read`` is the path of
    ``(entries) -> None``; ``rebuild`` of ``() -> int`` (projections only).
    """

    key: str
    kind: str
    read: str
    rebuild: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """An invariant over several rows, kept by the database itself.

    ``sqlite`` and ``postgresql`` are the bodies that raise; ``when`` is ``BEFORE UPDATE`` … For PostgreSQL
    the body is a PL/pgSQL function body. ``violate`` names the test case that proves the trigger bites.
    """

    name: str
    table: str
    when: str
    sqlite: str
    postgresql: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check that ``jichi check`` runs: dotted path of ``() -> Iterable[Problem]``."""

    key: str
    title: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something ``jichi check`` found: where, what is wrong, how to mend it."""

    where: str
    what: str
    mend: str
    severity: str = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the ``jichi`` program that a room answers for."""

    name: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An environment variable: name, type, default as text (empty: required nowhere), msgid of its help."""

    name: str
    type: str
    default: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Work that the worker does once on each day of the city: dotted path of ``() -> object``.

    It must be safe to run twice, for a worker that was started anew runs it again.
    """

    key: str
    title: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Work that the worker does again and again: path of ``(seconds: float) -> bool``, whether more waits.

    It works for about so long and goes on where it was. With ``due``, the path of a cheap ``() -> bool``, it
    runs in a process of its own while that is true: for what takes long or much memory.
    """

    key: str
    title: str
    run: str
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What a room destroys when its time is over; ``object_types`` are the kinds it answers for.

    ``run`` is the dotted path of ``(*, viewer, on) -> int``: destroy, in transactions of its own, what is due
    on the day ``on``, record it (``jichi.office.retention``) and return how many things it was. ``replay``
    (``(*, viewer, object_type, object_ids) -> int``) destroys again what a restored backup has brought back.
    """

    key: str
    title: str
    run: str
    replay: str
    object_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A kind of data file a pack may hold for this room (``files`` in ``pack.json`` names them by kind).

    ``schema`` is the JSON Schema file inside the package; ``load`` the dotted path of
    ``(*, viewer, pack, data) -> report`` that applies it, idempotently.
    """

    kind: str
    schema: str
    load: str
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room's whole declaration."""

    key: str
    title: str
    actions: tuple[Action, ...] = ()
    routes: tuple[Route, ...] = ()
    pages: tuple[Page, ...] = ()
    panels: tuple[Panel, ...] = ()
    search: tuple[SearchSource, ...] = ()
    exports: tuple[Export, ...] = ()
    metrics: tuple[Metric, ...] = ()
    duties: tuple[Duty, ...] = ()
    readers: tuple[TrailReader, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    checks: tuple[Check, ...] = ()
    commands: tuple[Command, ...] = ()
    settings: tuple[Setting, ...] = ()
    pack_files: tuple[PackFile, ...] = ()
    daily: tuple[Daily, ...] = ()
    retention: tuple[Retention, ...] = ()
    rounds: tuple[Round, ...] = ()


class ManifestError(Exception):
    """Two rooms contradict each other, or a declaration names something that does not exist."""


def _unique(kind: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ManifestError(f"{kind} {key!r} is declared twice")
        seen.add(key)


def _check_metric(room: Room, metric: Metric, actions: set[str]) -> None:
    if not metric.key.startswith(f"{room.key}."):
        raise ManifestError(f"metric {metric.key!r} must read '{room.key}.name'")
    _unique(f"cut of {metric.key}", (cut.key for cut in metric.cuts))
    for needed in (metric.action, *(cut.action for cut in metric.cuts)):
        if needed is not None and needed not in actions:
            raise ManifestError(f"{metric.key}: unknown action {needed!r}")


def check_rooms(rooms: tuple[Room, ...]) -> None:
    """Raise :class:`ManifestError` when declarations collide or refer to an unknown action.

    Run at start, so that a typing error in a manifest stops the process instead of opening a page.
    """
    _unique("room", (room.key for room in rooms))
    _unique("action", (a.key for room in rooms for a in room.actions))
    _unique("route", (r.name for room in rooms for r in room.routes))
    _unique("trigger", (t.name for room in rooms for t in room.triggers))
    _unique("reader", (r.key for room in rooms for r in room.readers))
    _unique("export", (e.key for room in rooms for e in room.exports))
    _unique("daily task", (d.key for room in rooms for d in room.daily))
    _unique("round", (one.key for room in rooms for one in room.rounds))
    _unique("retention", (one.key for room in rooms for one in room.retention))
    _unique("destroyer of", (kind for room in rooms for one in room.retention for kind in one.object_types))
    _unique("metric", (m.key for room in rooms for m in room.metrics))
    _unique("setting", (s.name for room in rooms for s in room.settings))
    actions = {a.key for room in rooms for a in room.actions}
    for room in rooms:
        for metric in room.metrics:
            _check_metric(room, metric, actions)
        for action in room.actions:
            if not action.key.startswith(f"{room.key}.") or ":" not in action.key:
                raise ManifestError(f"action {action.key!r} must read '{room.key}.thing:act'")
        for needed in [r.action for r in room.routes] + [p.action for p in room.pages]:
            if needed is not None and needed not in actions:
                raise ManifestError(f"{room.key}: unknown action {needed!r}")
