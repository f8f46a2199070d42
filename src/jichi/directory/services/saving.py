"""Entering, changing and closing organisations, places and bodies."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db import models
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.directory.corporate_numbers import normalised
from jichi.directory.models import Body, Entry, Organisation, Place

from .objections import write

ORGANISATION_EDIT = "directory.organisation:edit"
PLACE_EDIT = "directory.place:edit"
BODY_EDIT = "directory.body:edit"

_SHARED = ("name", "kind", "url", "valid_from", "valid_to", "source_note", "translations")
_ACCESS = ("step_free", "toilet", "hearing_loop", "interpreter")
FACTS: dict[type[Entry], tuple[str, ...]] = {
    Organisation: (*_SHARED, "corporate_number"),
    Place: (*_SHARED, "address", "ward_id", "operator_id", "department_id", "hours", *_ACCESS),
    Body: (*_SHARED, "legal_basis", "department_id", "seats", "term"),
}
"""What may be changed of a row. The key is given once and stays."""

PROSE = frozenset({"translations", "source_note"})

Row = TypeVar("Row", bound=Entry)
Facts = Mapping[str, Any]


def save_organisation(
    *,
    viewer: Viewer,
    facts: Facts,
    organisation_id: int | None = None,
    version: int | None = None,
    key: str = "",
) -> Organisation:
    """Enter an organisation under ``key``, or change the facts given of the one with ``organisation_id``.

    ``facts`` are named as in :data:`FACTS`; those left out stay. ``version`` is the one its editor saw. A
    corporate number may be typed with blanks, hyphens and full-width digits.

    Raises:
        NotAllowed; Organisation.DoesNotExist; Conflict: somebody else was faster; Invalid: by field.
    """
    if number := facts.get("corporate_number"):
        facts = {**facts, "corporate_number": normalised(number)}
    return _save(viewer, ORGANISATION_EDIT, Organisation, organisation_id, version, key, facts)


def save_place(
    *, viewer: Viewer, facts: Facts, place_id: int | None = None, version: int | None = None, key: str = ""
) -> Place:
    """Enter or change a place; as :func:`save_organisation`.

    Who may not edit everywhere may neither enter a place for another department nor hand one over to it.
    """
    return _save(viewer, PLACE_EDIT, Place, place_id, version, key, facts)


def save_body(
    *, viewer: Viewer, facts: Facts, body_id: int | None = None, version: int | None = None, key: str = ""
) -> Body:
    """Enter or change a body; as :func:`save_place`."""
    return _save(viewer, BODY_EDIT, Body, body_id, version, key, facts)


def close_organisation(
    *, viewer: Viewer, organisation_id: int, version: int, last_day: datetime.date
) -> Organisation:
    """Set the last day of an organisation; nothing is deleted.

    Raises:
        NotAllowed; Organisation.DoesNotExist; Conflict; Invalid: if it has ended already, or begins later.
    """
    return _close(viewer, ORGANISATION_EDIT, Organisation, organisation_id, version, last_day)


def close_place(*, viewer: Viewer, place_id: int, version: int, last_day: datetime.date) -> Place:
    """Set the last day of a place; as :func:`close_organisation`."""
    return _close(viewer, PLACE_EDIT, Place, place_id, version, last_day)


def close_body(*, viewer: Viewer, body_id: int, version: int, last_day: datetime.date) -> Body:
    """Set the last day of a body; as :func:`close_organisation`."""
    return _close(viewer, BODY_EDIT, Body, body_id, version, last_day)


def _save(
    viewer: Viewer,
    action: str,
    model: type[Row],
    pk: int | None,
    version: int | None,
    key: str,
    facts: Facts,
) -> Row:
    if unknown := [name for name in facts if name not in FACTS[model]]:
        raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
    cleaned = {name: _cleaned(value) for name, value in facts.items()}
    if pk is None:
        return _enter(viewer, action, model(key=key.strip(), **cleaned))
    return _change(viewer, action, model, pk, version, cleaned)


def _enter(viewer: Viewer, action: str, row: Row) -> Row:
    with act(viewer, action, row):
        write(row, create=True)
        record(viewer, action, row, fields={"created": [None, row.key]})
    return row


def _change(viewer: Viewer, action: str, model: type[Row], pk: int, version: int | None, facts: Facts) -> Row:
    manager = cast("Any", model).objects
    with act(viewer, action, manager.get(pk=pk)):
        row = cast("Row", manager.select_for_update().get(pk=pk))
        if row.version != version:
            raise Conflict(row)
        changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
        if not changed:
            return row
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        viewer.require(action, row)
        row.version += 1
        write(row, create=False)
        record(viewer, action, row, fields=for_trail(before, changed))
    return row


def _close(
    viewer: Viewer, action: str, model: type[Row], pk: int, version: int, last_day: datetime.date
) -> Row:
    row = cast("Row", cast("Any", model).objects.get(pk=pk))
    viewer.require(action, row)
    if row.version == version and row.valid_to is not None:
        raise Invalid({"": [_("It has a last day already; change that in its form.")]})
    return _change(viewer, action, model, pk, version, {"valid_to": last_day})


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        pruned = {name: _cleaned(one) for name, one in value.items()}
        return {name: one for name, one in pruned.items() if one not in ("", {}, None)}
    return value


def for_trail(before: Facts, after: Facts) -> dict[str, Any]:
    """What the audit trail says of a change: old and new of facts, "changed" for prose."""
    return {
        name: CHANGED if name in PROSE else [_as_json(before.get(name)), _as_json(value)]
        for name, value in after.items()
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.pk if isinstance(value, models.Model) else value
