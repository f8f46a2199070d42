"""What all acts on an undertaking share: holding the row, checking, saving, keeping what happened."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.undertakings.actions import READ
from jichi.undertakings.models import Undertaking, UndertakingEvent

PROSE = frozenset(
    {"text", "summary", "answer", "answer_draft", "adoption_reason", "evidence_text", "closed_reason"}
)
SEVERAL = "undertakings.several"
"""What the trail calls many undertakings that one act changed."""
_UNTOLD = frozenset({"drafted_by", "drafted_at", "translations"})


def undertaking_of(undertaking_id: uuid.UUID) -> Undertaking:
    """The undertaking with its office and source. Raises Undertaking.DoesNotExist."""
    return Undertaking.objects.select_related("department", "source_body").get(pk=undertaking_id)


@contextmanager
def held(viewer: Viewer, key: str, undertaking_id: uuid.UUID, version: int | None) -> Iterator[Undertaking]:
    """One act on one undertaking: the row as it stands, held until the end of the act.

    ``version`` is the one its editor saw; None: whatever it is (what a pack brings).

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict: somebody else was faster.
    """
    with act(viewer, key, undertaking_of(undertaking_id)):
        row = locked(undertaking_id)
        viewer.require(key, row)
        if version is not None and row.version != version:
            raise Conflict(row)
        yield row


def locked(undertaking_id: uuid.UUID) -> Undertaking:
    """The same as it stands, held until the end of the act. Inside the transaction only."""
    Undertaking.objects.select_for_update().get(pk=undertaking_id)
    return undertaking_of(undertaking_id)


def save(
    viewer: Viewer,
    key: str,
    row: Undertaking,
    kind: UndertakingEvent.Kind,
    changes: Mapping[str, Any],
    *,
    at: datetime.datetime | None = None,
    **said: Any,
) -> Undertaking:
    """Save the ``changes`` of a held row, keep the step with what was ``said`` in it, and record the act."""
    fields = put(row, changes)
    happened(viewer, row, kind, at=at, **said)
    record(viewer, key, row, fields=fields)
    return row


def put(row: Undertaking, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Save changes of a held row and the state that follows from them; gives what the trail says of them.

    A translation goes with the words it translates.
    """
    fields = {
        name: CHANGED if name in PROSE else [_as_json(getattr(row, name)), _as_json(value)]
        for name, value in changes.items()
        if name not in _UNTOLD and getattr(row, name) != value
    }
    stale = {name for name, value in changes.items() if name in PROSE and getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    names = {*changes, "state", "version"}
    if stale and "translations" not in changes:
        row.translations = {
            language: {name: text for name, text in texts.items() if name not in stale}
            for language, texts in row.translations.items()
        }
        names.add("translations")
    row.state = row.standing()
    row.version += 1
    row.save(update_fields=sorted(names))
    return fields


def happened(
    viewer: Viewer,
    row: Undertaking,
    kind: UndertakingEvent.Kind,
    *,
    at: datetime.datetime | None = None,
    **said: Any,
) -> UndertakingEvent:
    """Keep what happened. The office is that of the owner, or none where the planning section acts."""
    return UndertakingEvent.objects.create(**event_facts(viewer, row, kind, at=at, **said))


def event_facts(
    viewer: Viewer,
    row: Undertaking,
    kind: UndertakingEvent.Kind,
    *,
    at: datetime.datetime | None = None,
    **said: Any,
) -> dict[str, Any]:
    """The fields of a step, for one row or a bulk of them."""
    assert viewer.actor is not None
    by_owner = bool(viewer.system) or viewer.departments_for(READ) is not None
    of_owner = kind not in _OF_PLANNERS and by_owner
    return {
        "undertaking": row,
        "kind": kind,
        "at": at or timezone.now(),
        "actor": viewer.actor,
        "office_id": row.department_id if of_owner else None,
        **said,
    }


_OF_PLANNERS = frozenset(
    {
        UndertakingEvent.Kind.ASKED,
        UndertakingEvent.Kind.ASSIGNED,
        UndertakingEvent.Kind.PUBLISHED,
        UndertakingEvent.Kind.WITHDRAWN,
    }
)


def words_required(text: str, field: str, why: str) -> str:
    """The text without blanks around it. Raises Invalid with the sentence ``why`` where nothing is said."""
    said = text.strip()
    if not said:
        raise Invalid({field: [why]})
    return said


def office_required(department_id: int | None, field: str = "department") -> Department | None:
    """The office of that id, None for none. Raises Invalid for one that is unknown or has ended."""
    if department_id is None:
        return None
    office = Department.objects.filter(pk=department_id).first()
    if office is None:
        raise Invalid({field: [_("This office is not known.")]})
    return office


def not_before_asked(row: Undertaking, day: datetime.date | None, field: str) -> None:
    """Raise Invalid where a day lies before the one on which it was asked."""
    if day is not None and day < row.asked_on:
        raise Invalid({field: [_("This day is before the one on which it was asked.")]})


def day_of(at: datetime.datetime | None) -> datetime.date:
    """The day of a moment in the city; today where none is given."""
    return timezone.localdate(at) if at is not None else timezone.localdate()


def require_running(row: Undertaking) -> None:
    """Raise Invalid where it is over."""
    if row.is_over:
        text = _("This is over (%(state)s). Take it up again first, with the reason.")
        raise Invalid({"": [text % {"state": row.get_state_display()}]})


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
