"""What ``jichi check`` looks at here: rows that contradict each other although each is valid alone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.apps import apps
from django.db.models import F, QuerySet

from jichi.city.models import Account, City, Department, DepartmentSuccession, Grant


def city_rows() -> int:
    """How many cities the database holds (one installation is one city)."""
    return City.objects.count()


def grants_of_ended_departments(on: datetime.date) -> QuerySet[Grant]:
    """Grants in force for a department that ended and was followed by none: they reach nothing."""
    return (
        Grant.objects.in_force(on)
        .filter(department__valid_to__lt=on, department__successions__isnull=True)
        .select_related("department")
    )


def grants_of_absent_objects(on: datetime.date) -> list[Grant]:
    """Grants in force for an object whose kind or row does not exist."""
    absent = []
    for grant in Grant.objects.in_force(on).exclude(object_type=""):
        try:
            model = apps.get_model(grant.object_type)
            found = model._default_manager.filter(pk=grant.object_id).exists()
        except (LookupError, ValueError, TypeError):
            found = False
        if not found:
            absent.append(grant)
    return absent


def departments_above_themselves() -> list[str]:
    """Keys of departments that stand, over any number of levels, below themselves."""
    above = dict(Department.objects.values_list("pk", "parent_id"))
    keys = dict(Department.objects.values_list("pk", "key"))
    return sorted(keys[pk] for pk in above if _returns(pk, above))


def _returns(start: int, above: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    at = above.get(start)
    while at is not None and at not in seen:
        if at == start:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def successions_without_end() -> QuerySet[DepartmentSuccession]:
    """Successions whose predecessor still exists on their day."""
    rows = DepartmentSuccession.objects.select_related("predecessor", "successor")
    return rows.filter(predecessor__valid_to__gte=F("on")) | rows.filter(predecessor__valid_to__isnull=True)


def open_demonstration_accounts() -> int:
    """How many demonstration accounts may sign in."""
    return Account.objects.filter(is_demonstration=True, is_active=True).count()
