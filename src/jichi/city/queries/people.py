"""Reads of people, their accounts and grants: for administrators."""

from __future__ import annotations

import uuid

from django.db.models import Prefetch, Q, QuerySet

from jichi.city.access import Viewer
from jichi.city.models import Grant, Person

READ = "city.person:read"


def people_for(viewer: Viewer, *, search: str = "") -> QuerySet[Person]:
    """The people the viewer may see, by name, with account and grants; nobody for who may see none.

    ``search`` is part of a name or of the address of sign-in.
    """
    if not viewer.can(READ):
        return Person.objects.none()
    rows = (
        Person.objects.select_related("account", "audit_actor")
        .prefetch_related(
            Prefetch(
                "grants",
                Grant.objects.select_related("department", "withdrawal").order_by("-valid_from", "-pk"),
            )
        )
        .order_by("name", "created_at")
    )
    for word in search.split():
        rows = rows.filter(Q(name__icontains=word) | Q(account__email__icontains=word))
    return rows


def person_for(viewer: Viewer, pk: uuid.UUID) -> Person:
    """One person. Raises Person.DoesNotExist when absent or not for this viewer."""
    return people_for(viewer).get(pk=pk)
