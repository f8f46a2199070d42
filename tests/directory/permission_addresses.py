"""Arguments of this room's routes for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.directory.models import Body, Organisation, Place


def organisation(owner: Department | None) -> dict[str, Any]:
    row, _made = Organisation.objects.get_or_create(
        key="matrix", defaults={"name": "見本の団体", "kind": "npo"}
    )
    return {"pk": row.pk}


def place(owner: Department | None) -> dict[str, Any]:
    row, _made = Place.objects.update_or_create(
        key="matrix", defaults={"name": "見本の場所", "kind": "hall", "department": owner}
    )
    return {"pk": row.pk}


def body(owner: Department | None) -> dict[str, Any]:
    assert owner is not None
    row, _made = Body.objects.update_or_create(
        key="matrix", defaults={"name": "見本の審議会", "kind": "attached", "department": owner}
    )
    return {"pk": row.pk}


ADDRESSES = {
    "staff-directory-kind": lambda owner: {"kind": "bodies"},
    "staff-organisation-edit": organisation,
    "staff-organisation-close": organisation,
    "staff-place-edit": place,
    "staff-place-close": place,
    "staff-body-edit": body,
    "staff-body-close": body,
}
