"""Acts on the city's organisation."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import F
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department, DepartmentSuccession
from jichi.city.trail import act, digest_of, record


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDepartment:
    """An office that begins with a reorganisation. What is not given is taken over from its predecessor."""

    key: str
    name: str
    kind: str = ""
    parent_id: int | None = None


def reorganise_department(
    *,
    viewer: Viewer,
    department_id: int,
    version: int,
    on: datetime.date,
    new: Sequence[NewDepartment] = (),
    successor_ids: Sequence[int] = (),
    source_note: str = "",
) -> list[Department]:
    """End a department and hand its work on, from ``on``, the first day of its successors.

    One new successor is a renaming or move, several are a split; joining is this act on each of the joined,
    with the common successor in ``successor_ids``. Grants and rows are not touched: they follow the
    succession (:mod:`jichi.city.reach`). Returns the successors.

    Raises:
        NotAllowed; Department.DoesNotExist; Conflict: if the row changed; Invalid: dates, keys, successors.
    """
    department = Department.objects.get(pk=department_id)
    with act(viewer, "city.department:edit", department):
        existing = list(Department.objects.filter(pk__in=successor_ids).order_by("pk"))
        _check(department, on=on, new=new, existing=existing, asked=successor_ids, note=source_note)
        changed = Department.objects.filter(pk=department_id, version=version, valid_to__isnull=True).update(
            valid_to=on - datetime.timedelta(days=1), version=F("version") + 1
        )
        if not changed:
            raise Conflict(Department.objects.get(pk=department_id))
        successors = existing + [_begin(department, one, on=on, note=source_note) for one in new]
        for successor in successors:
            DepartmentSuccession.objects.create(predecessor=department, successor=successor, on=on)
        record(
            viewer,
            "city.department:edit",
            department,
            fields={
                "valid_to": [None, (on - datetime.timedelta(days=1)).isoformat()],
                "successors": [[], sorted(one.key for one in successors)],
            },
            count=1 + len(successors),
            digest=digest_of(one.pk for one in [department, *successors]),
        )
    return successors


def _begin(department: Department, one: NewDepartment, *, on: datetime.date, note: str) -> Department:
    return Department.objects.create(
        key=one.key,
        name=one.name.strip(),
        kind=one.kind or department.kind,
        parent_id=one.parent_id or department.parent_id,
        ward_id=department.ward_id,
        valid_from=on,
        source_note=note,
    )


def _check(
    department: Department,
    *,
    on: datetime.date,
    new: Sequence[NewDepartment],
    existing: Sequence[Department],
    asked: Sequence[int],
    note: str,
) -> None:
    wrong: dict[str, list[str]] = {}
    if department.valid_to is not None:
        raise Conflict(department)
    if department.valid_from is not None and on <= department.valid_from:
        wrong["on"] = [_("The department begins on this day or later.")]
    if not new and not asked:
        wrong[""] = [_("Name at least one successor: the work must go on somewhere.")]
    if len(existing) != len(set(asked)) or department.pk in asked:
        wrong["successors"] = [_("Choose other departments as successors.")]
    for other in existing:
        if other.valid_to is not None and other.valid_to < on:
            wrong["successors"] = [_("%(name)s does not exist any more on that day.") % {"name": other.name}]
    taken = set(Department.objects.filter(key__in=[one.key for one in new]).values_list("key", flat=True))
    for one in new:
        if not one.name.strip():
            wrong["name"] = [_("Enter a name.")]
        if one.key in taken or [each.key for each in new].count(one.key) > 1:
            wrong["key"] = [_("The key %(key)s is taken.") % {"key": one.key}]
        try:
            validate_slug(one.key)
        except ValidationError as error:
            wrong["key"] = list(error.messages)
    if len(note) > 300:
        wrong["source_note"] = [_("The note is longer than 300 characters.")]
    if wrong:
        raise Invalid(wrong)
