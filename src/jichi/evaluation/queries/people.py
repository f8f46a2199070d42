"""Who works on the sheets of an office."""

from __future__ import annotations

import uuid

from django.utils import timezone

from jichi.city.models import Department, Grant, Person
from jichi.evaluation.actions import FILLERS


def people_of_office(department_id: int | None) -> dict[uuid.UUID, Person]:
    """Those who may fill in sheets of an office today, through a grant for it or for an office above it."""
    if department_id is None:
        return {}
    parents = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    chain: list[int] = []
    current: int | None = department_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    rows = Grant.objects.in_force(timezone.localdate()).filter(
        role__in=[role.value for role in FILLERS], department__in=chain, object_type=""
    )
    people = rows.filter(person__account__is_active=True).select_related("person").order_by("person__name")
    return {row.person_id: row.person for row in people}
