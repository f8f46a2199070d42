"""Who is looking, and what they may do. Deny by default; nothing is read or written without a viewer."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from jichi.manifest import Reach, Role

from . import registry
from .errors import NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGrant:
    """A grant in force and how far it carries; without departments and object: the whole city."""

    role: Role
    departments: frozenset[int] = frozenset()
    object_type: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The one on whose behalf something is read or written: anonymous, a person, or a named system viewer.

    ``actor`` is the opaque name in the audit trail (``None``: anonymous, who writes nothing here).
    """

    name: str
    grants: tuple[HeldGrant, ...] = ()
    actor: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    account_id: uuid.UUID | None = None
    system: str = ""
    system_actions: frozenset[str] = field(default_factory=frozenset)
    on: datetime.date | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.account_id is None and not self.system

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now, and those that come with being anyone or having an account."""
        base = {Role.ANYONE} | ({Role.ACCOUNT_HOLDER} if self.account_id else set())
        return frozenset(base | {grant.role for grant in self.grants})

    def can(self, key: str, thing: Any = None) -> bool:
        """Whether the viewer may do ``key``; with ``thing``, to that thing.

        Without a thing, "may do it to something": enough to show an entry in a menu, never enough to act.
        """
        declared = registry.action(key)
        if self.system:
            return key in self.system_actions
        if {Role.ANYONE, Role.ACCOUNT_HOLDER} & declared.roles.keys() & self.roles:
            return True
        return any(
            _carries(grant, declared.roles[grant.role], thing)
            for grant in self.grants
            if grant.role in declared.roles
        )

    def require(self, key: str, thing: Any = None) -> None:
        """Raise :class:`NotAllowed` unless the viewer may."""
        if not self.can(key, thing):
            raise NotAllowed(key)

    def departments_for(self, key: str) -> frozenset[int] | None:
        """The departments whose things the viewer may treat so; ``None``: all of the city's."""
        declared = registry.action(key)
        if self.system:
            return None if key in self.system_actions else frozenset()
        found: set[int] = set()
        for grant in self.grants:
            reach = declared.roles.get(grant.role)
            if reach is Reach.CITY and not grant.object_type:
                return None
            if reach is not None and not grant.object_type:
                if not grant.departments:
                    return None
                found |= grant.departments
        return frozenset(found)

    def objects_for(self, key: str, object_type: str) -> frozenset[str]:
        """The ids of the single objects of ``object_type`` ("directory.place") the viewer holds ``key`` for.

        Only grants given for one object count; what a department's or the whole city's grant reaches is told
        by :meth:`departments_for`. Raises LookupError for an act no room declares.
        """
        declared = registry.action(key)
        return frozenset(
            grant.object_id
            for grant in self.grants
            if grant.role in declared.roles and grant.object_type == object_type
        )


def _carries(grant: HeldGrant, reach: Reach, thing: Any) -> bool:
    if thing is None:
        return True
    if grant.object_type:
        return grant.object_type == type(thing)._meta.label_lower and grant.object_id == str(thing.pk)
    if reach is Reach.CITY:
        return True
    owner = getattr(thing, "department_id", None)
    return not grant.departments or (owner is not None and owner in grant.departments)


ANONYMOUS = Viewer(name="anyone")
