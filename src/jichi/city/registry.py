"""The rooms' manifests as ``config`` put them together at start. Lower rooms read, nobody adds later."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from jichi.manifest import Action, Panel, Room, Route, TrailReader, check_rooms

_rooms: tuple[Room, ...] = ()
_actions: dict[str, Action] = {}
_routes: dict[str, Route] = {}


def install(rooms: tuple[Room, ...]) -> None:
    """Take the manifests of all rooms, checked against each other. Called once, by ``config``.

    Raises:
        ManifestError: if two declarations collide or one names something unknown.
    """
    global _rooms
    check_rooms(rooms)
    _rooms = rooms
    _actions.clear()
    _actions.update({action.key: action for room in rooms for action in room.actions})
    _routes.clear()
    _routes.update({route.name: route for room in rooms for route in room.routes})


def rooms() -> tuple[Room, ...]:
    """All rooms, lowest first."""
    return _rooms


def action(key: str) -> Action:
    """The declared action; an unknown one is an error of ours, never a silent "no"."""
    try:
        return _actions[key]
    except KeyError:
        raise LookupError(f"no room declares the action {key!r}") from None


def actions() -> tuple[Action, ...]:
    """Every declared action, in the order of the rooms."""
    return tuple(_actions.values())


def route_named(view_name: str | None) -> Route | None:
    """The declaration of a resolved route, or None where nobody declared it.

    A name such as ``admin:*`` declares a whole namespace: Django's admin names its routes after the models,
    and all of them belong to one zone and need one action.
    """
    if view_name is None:
        return None
    found = _routes.get(view_name)
    if found is None and ":" in view_name:
        found = _routes.get(view_name.rpartition(":")[0] + ":*")
    return found


def panels(slot: str) -> tuple[Panel, ...]:
    """What higher rooms add at ``slot``, in their declared order."""
    found = [panel for room in _rooms for panel in room.panels if panel.on == slot]
    return tuple(sorted(found, key=lambda panel: panel.order))


def readers() -> tuple[TrailReader, ...]:
    """The readers of the audit trail, of all rooms."""
    return tuple(reader for room in _rooms for reader in room.readers)


def resolve(path: str) -> Callable[..., Any]:
    """The callable behind a manifest's dotted path ``package.module:name``."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
