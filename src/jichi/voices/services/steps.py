"""What all acts on a voice share: holding the row, its version, saving, and keeping what happened."""

from __future__ import annotations

import datetime
import re
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
from jichi.voices.enums import EndKind, EventKind
from jichi.voices.models import OpinionSet, Voice, VoiceEvent

PROSE = frozenset({"end_reason", "late_reason"})

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@contextmanager
def held(viewer: Viewer, key: str, voice_id: int, version: int | None) -> Iterator[Voice]:
    """One act on one voice: the row as it stands, held until the end of the act.

    ``version`` is the one its editor saw; None: whatever it is.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict: somebody else was faster.
    """
    with act(viewer, key, voice_of(voice_id)):
        row = locked(voice_id)
        viewer.require(key, row)
        if version is not None and row.version != version:
            raise Conflict(row)
        yield row


def voice_of(voice_id: int) -> Voice:
    """The voice with its desk and office. Raises Voice.DoesNotExist."""
    return Voice.objects.select_related("desk", "department").get(pk=voice_id)


def set_of(set_id: int) -> OpinionSet:
    """The set with its desk. Raises OpinionSet.DoesNotExist."""
    return OpinionSet.objects.select_related("desk").get(pk=set_id)


def locked(voice_id: int) -> Voice:
    """The same as it stands, held until the end of the act. Inside the transaction only."""
    Voice.objects.select_for_update().only("pk").get(pk=voice_id)
    return voice_of(voice_id)


def put(row: Voice, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Save changes of a held voice under the next version; gives what the trail says of them."""
    fields = {
        name: CHANGED if name in PROSE else [as_json(getattr(row, name)), as_json(value)]
        for name, value in changes.items()
        if getattr(row, name) != value
    }
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    return fields


def save(
    viewer: Viewer,
    key: str,
    row: Voice,
    kind: EventKind,
    changes: Mapping[str, Any],
    *,
    at: datetime.datetime | None = None,
    **said: Any,
) -> Voice:
    """Save the ``changes`` of a held voice, keep what happened with what was ``said``, and record the act."""
    office_id = row.department_id
    fields = put(row, changes)
    happened(viewer, row, kind, at=at, **{"office_id": office_id, **said})
    record(viewer, key, row, fields=fields)
    return row


def happened(
    viewer: Viewer, row: Voice, kind: EventKind, *, at: datetime.datetime | None = None, **said: Any
) -> VoiceEvent:
    """Keep what happened to a voice. ``office_id``: the one that owned it then, unless said otherwise."""
    assert viewer.actor is not None
    facts = {"office_id": row.department_id, **said}
    return VoiceEvent.objects.create(
        voice=row, kind=kind, at=at or timezone.now(), actor=viewer.actor, **facts
    )


def require_open(row: Voice) -> None:
    """Raise Invalid where the voice has ended, alone or with its desk."""
    if row.end:
        text = _("This has ended (%(end)s). Take it up again first, with the reason.")
        raise Invalid({"": [text % {"end": EndKind(row.end).label}]})
    if row.desk.answered_at is not None and not row.is_late:
        raise Invalid({"": [_("All of this was answered together; nothing is open here any more.")]})


def words_required(text: str, field: str, why: str) -> str:
    """The text without blanks around it. Raises Invalid with the sentence ``why`` where nothing is said."""
    said = text.strip()
    if not said:
        raise Invalid({field: [why]})
    if _UNSTORABLE.search(said):
        raise Invalid({field: [_("This contains a character that cannot be stored. Type it anew.")]})
    return said


def office_required(department_id: int, field: str = "department_id") -> Department:
    """The office of that id. Raises Invalid for one that is unknown."""
    office = Department.objects.filter(pk=department_id).first()
    if office is None:
        raise Invalid({field: [_("This office is not known.")]})
    return office


def as_json(value: Any) -> Any:
    """A value as the trail keeps it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
