"""Making viewers: from an account and the grants in force, or for a named part of the system itself."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jichi.manifest import Role

from . import registry
from .access import ANONYMOUS, HeldGrant, Viewer
from .models import Account, AuditActor, Department, DepartmentSuccession, Grant, Person
from .reach import Office, Offices

_ROOMS = (
    "office.*",
    "directory.*",
    "sheets.*",
    "plan.*",
    "figures.*",
    "undertakings.*",
    "voices.*",
    "evaluation.*",
    "consultations.*",
    "site.*",
)

SYSTEM_VIEWERS: dict[str, tuple[str, ...]] = {
    # name: patterns of the actions it may do. A part of the system that is not named here does nothing.
    "setup": ("city.person:create", "city.account:create", "city.grant:give"),
    "pack-loader": ("city.city:load", "city.rule:load", *_ROOMS),
    "past-importer": ("evaluation.*", "sheets.*"),
    "importer-cli": ("plan.*", "figures.*", "voices.voice:import", "voices.voice:list"),
    "demo": (
        "city.person:*",
        "city.account:*",
        "city.grant:*",
        "city.department:*",
        "city.subject:destroy",
        *_ROOMS,
    ),
    "worker": (
        "city.subject:*",
        "office.*",
        "sheets.*",
        "figures.*",
        "undertakings.*",
        "voices.*",
        "evaluation.*",
        "consultations.*",
        "site.*",
    ),
    # what somebody without an account sends
    "intake": ("voices.voice:receive", "voices.follow:begin", "voices.draft:keep"),
    "backup": ("city.trail:epoch", "city.subject:destroy"),
    "keys": ("city.keys:rotate",),
}


def viewer_for(account: Account, on: datetime.date | None = None) -> Viewer:
    """The viewer behind a signed-in account, with the grants in force on ``on`` (default: today in the city).

    A closed account is anonymous, whatever its session says. A grant for a department reaches as far as
    :mod:`jichi.city.reach` says; successions count from their day on.
    """
    if not account.is_active:
        return ANONYMOUS
    day = on or timezone.localdate()
    rows = list(Grant.objects.in_force(day).filter(person_id=account.person_id)) if account.person_id else []
    covered = _covered({row.department_id for row in rows if row.department_id is not None}, day)
    grants = tuple(
        HeldGrant(
            role=Role(row.role),
            departments=covered[row.department_id] if row.department_id is not None else frozenset(),
            object_type=row.object_type,
            object_id=row.object_id,
        )
        for row in rows
    )
    return Viewer(
        name=account.email,
        grants=grants,
        actor=actor_of(account),
        person_id=account.person_id,
        account_id=account.pk,
        on=day,
    )


def _covered(granted: set[int], day: datetime.date) -> dict[int, frozenset[int]]:
    if not granted:
        return {}
    offices = Offices(
        (
            Office(id=pk, parent=parent, ward=ward, is_ward_office=kind == Department.Kind.WARD_OFFICE)
            for pk, parent, ward, kind in Department.objects.order_by().values_list(
                "pk", "parent_id", "ward_id", "kind"
            )
        ),
        DepartmentSuccession.objects.filter(on__lte=day).values_list("predecessor_id", "successor_id"),
    )
    return {one: offices.covered_by(one) for one in granted}


def system_viewer(name: str, actions: Iterable[str] | None = None) -> Viewer:
    """The named part of the system, able to do its declared actions, or only those among them asked for.

    Raises:
        LookupError: for a name or action nobody declared; PermissionError: for an action beyond its list.
    """
    try:
        patterns = SYSTEM_VIEWERS[name]
    except KeyError:
        raise LookupError(f"no system viewer is named {name!r}; known: {', '.join(SYSTEM_VIEWERS)}") from None
    allowed = _matching(patterns, tuple(one.key for one in registry.actions()))
    if actions is not None:
        asked = {registry.action(key).key for key in actions}
        if beyond := asked - allowed:
            raise PermissionError(f"the system viewer {name!r} may not do: {', '.join(sorted(beyond))}")
        allowed = frozenset(asked)
    return Viewer(
        name=name,
        actor=_system_actor(name),
        system=name,
        system_actions=allowed,
        on=timezone.localdate(),
    )


@lru_cache(maxsize=64)
def _matching(patterns: tuple[str, ...], keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key for key in keys if any(fnmatchcase(key, pattern) for pattern in patterns))


_system_actors: dict[str, uuid.UUID] = {}


def _system_actor(name: str) -> uuid.UUID:
    """The name of a part of the system in the trail; it never changes, so the process remembers it, but not
    from inside a transaction, which may be rolled back.
    """
    if connection.in_atomic_block:
        return _actor(system=name)
    if name not in _system_actors:
        _system_actors[name] = _actor(system=name)
    return _system_actors[name]


def forget_actors() -> None:
    """Ask the database anew next time: between tests."""
    _system_actors.clear()


def actor_of(account: Account) -> uuid.UUID:
    """The opaque name of the account's person (or of the account itself where no person stands behind it)."""
    if account.person_id is not None:
        return _actor(person_id=account.person_id)
    return _actor(account_id=account.pk)


def actor_of_person(person: Person) -> uuid.UUID:
    """The opaque name of a person in the trail, made when first asked for."""
    return _actor(person_id=person.pk)


def _actor(**key: object) -> uuid.UUID:
    ref = AuditActor.objects.filter(**key).values_list("ref", flat=True).first()
    if ref is not None:
        return ref
    try:
        with transaction.atomic():
            return AuditActor.objects.create(**key).ref
    except IntegrityError:
        # Another process made it between our look and our insert.
        return AuditActor.objects.values_list("ref", flat=True).get(**key)


def system_names(refs: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of system viewers among the actors; people stay opaque."""
    rows = AuditActor.objects.filter(ref__in=list(refs)).exclude(system="")
    return dict(rows.values_list("ref", "system"))
