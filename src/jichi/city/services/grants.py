"""Acts on grants: dated roles of people. A grant is ended or withdrawn, never deleted."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department, Grant, GrantWithdrawal, Person
from jichi.city.trail import CHANGED, act, record
from jichi.manifest import Role

NEEDS_DEPARTMENT = frozenset({Role.OFFICER, Role.SECTION_HEAD, Role.BUREAU_HEAD})
NEEDS_OBJECT = frozenset({Role.PLACE_OPERATOR, Role.GROUP_REPRESENTATIVE})
NEVER_GRANTED = frozenset({Role.ANYONE, Role.ACCOUNT_HOLDER})
GRANTABLE = tuple(role for role in Role if role not in NEVER_GRANTED)


def give_grant(
    *,
    viewer: Viewer,
    person_id: uuid.UUID,
    role: str,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    department_id: int | None = None,
    object_type: str = "",
    object_id: str = "",
    reason: str = "",
) -> Grant:
    """Give a role, for the whole city, a department or one object, from its first to its last day.

    Raises:
        NotAllowed; Person.DoesNotExist; Invalid: for a grant that cannot be, or the same one in the same
        days.
    """
    with act(viewer, "city.grant:give"):
        # The lock keeps two administrators from giving the same grant at the same time.
        person = Person.objects.select_for_update().get(pk=person_id)
        grant = Grant(
            person=person,
            role=role,
            department_id=department_id,
            object_type=object_type.strip().lower(),
            object_id=object_id.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason.strip(),
        )
        _check(grant)
        grant.save()
        record(
            viewer,
            "city.grant:give",
            grant,
            fields={
                "role": [None, role],
                "department": [None, grant.department_id],
                "object": [None, f"{grant.object_type}:{grant.object_id}" if grant.object_type else None],
                "valid_from": [None, valid_from.isoformat()],
                "valid_to": [None, valid_to.isoformat() if valid_to else None],
                "reason": CHANGED,
            },
        )
    return grant


def _check(grant: Grant) -> None:
    wrong: dict[str, list[str]] = {}
    role = Role(grant.role) if grant.role in set(Role) else None
    if role is None or role in NEVER_GRANTED:
        wrong["role"] = [_("Choose a role.")]
    if role in NEEDS_DEPARTMENT and grant.department_id is None:
        wrong["department"] = [_("This role belongs to a department: choose one.")]
    elif grant.department_id is not None and not Department.objects.filter(pk=grant.department_id).exists():
        wrong["department"] = [_("This department does not exist.")]
    if bool(grant.object_type) != bool(grant.object_id):
        wrong["object_id"] = [_("Give both the kind and the number of the object, or neither.")]
    elif role in NEEDS_OBJECT and not grant.object_type:
        wrong["object_type"] = [_("This role belongs to one object: name it.")]
    if grant.valid_to is not None and grant.valid_to < grant.valid_from:
        wrong["valid_to"] = [_("The last day is before the first.")]
    if len(grant.reason) > 200:
        wrong["reason"] = [_("The reason is longer than 200 characters.")]
    if wrong:
        raise Invalid(wrong)
    if _same_in_the_same_days(grant):
        raise Invalid({"": [_("The person holds this role in these days already.")]})


def _same_in_the_same_days(grant: Grant) -> bool:
    same = Grant.objects.filter(
        person=grant.person,
        role=grant.role,
        department=grant.department,
        object_type=grant.object_type,
        object_id=grant.object_id,
        withdrawal__isnull=True,
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=grant.valid_from))
    if grant.valid_to is not None:
        same = same.filter(valid_from__lte=grant.valid_to)
    return same.exists()


def end_grant(
    *, viewer: Viewer, grant_id: int, last_day: datetime.date, seen_last_day: datetime.date | None = None
) -> Grant:
    """Set the last day of a grant. ``seen_last_day`` is the last day its editor saw (None: open).

    Days that have passed are not rewritten: the last day is today or later. To stop at once, see
    :func:`withdraw_grant`.

    Raises:
        NotAllowed; Grant.DoesNotExist; Conflict: if somebody set another last day or withdrew it meanwhile;
        Invalid: for a day in the past or before the first day.
    """
    grant = Grant.objects.select_related("department").get(pk=grant_id)
    with act(viewer, "city.grant:end", grant):
        if GrantWithdrawal.objects.filter(grant=grant).exists():
            raise Conflict(grant)
        if grant.valid_to is not None and grant.valid_to < timezone.localdate():
            raise Invalid({"last_day": [_("This grant has ended already.")]})
        if last_day < timezone.localdate():
            raise Invalid(
                {"last_day": [_("Days that have passed cannot be changed. Choose today or later.")]}
            )
        if last_day < grant.valid_from:
            raise Invalid({"last_day": [_("The last day is before the first.")]})
        changed = Grant.objects.filter(pk=grant.pk, valid_to=seen_last_day).update(valid_to=last_day)
        before = seen_last_day
        grant.refresh_from_db()
        if not changed:
            raise Conflict(grant)
        record(
            viewer,
            "city.grant:end",
            grant,
            fields={"valid_to": [before.isoformat() if before else None, last_day.isoformat()]},
        )
    return grant


def withdraw_grant(*, viewer: Viewer, grant_id: int, reason: str) -> Grant:
    """Take a grant back from this moment on; it stays on record with its reason.

    Raises:
        NotAllowed; Grant.DoesNotExist; Conflict: if it was withdrawn already; Invalid: without a reason.
    """
    grant = Grant.objects.select_related("department").get(pk=grant_id)
    with act(viewer, "city.grant:withdraw", grant):
        reason = reason.strip()
        if not reason or len(reason) > 200:
            raise Invalid({"reason": [_("Give a reason of at most 200 characters.")]})
        if grant.role == Role.ADMINISTRATOR and grant.person_id == viewer.person_id:
            raise Invalid({"": [_("Another administrator must take back this role of yours.")]})
        Person.objects.select_for_update().get(pk=grant.person_id)
        _row, made = GrantWithdrawal.objects.get_or_create(grant=grant, defaults={"reason": reason})
        if not made:
            raise Conflict(grant)
        record(viewer, "city.grant:withdraw", grant, fields={"reason": CHANGED})
    return grant
