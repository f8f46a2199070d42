"""What an office does with a voice: pass it on, note, change the day, end it, take it up again, warn."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.city.viewers import system_viewer
from jichi.voices.actions import CONTACT, DUE, END, ESCALATE, LOOK_UP, NOTE, PASS_ON, REOPEN
from jichi.voices.enums import NEEDS_REASON, EndKind, EventKind
from jichi.voices.models import Contact, Voice, VoiceEvent
from jichi.voices.queries.lists import warning_day
from jichi.voices.queries.voices import OPEN, reached

from .preparing import CONTACT_PLACE
from .steps import as_json, happened, held, office_required, require_open, save, words_required

_CHUNK = 200


def pass_on(*, viewer: Viewer, voice_id: int, version: int | None, department_id: int, reason: str) -> Voice:
    """Give a voice to another office, which owns it from now on. It stays open.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict; Invalid: no reason, an unknown or ended office, the same
        one, or ended.
    """
    with held(viewer, PASS_ON, voice_id, version) as row:
        require_open(row)
        said = words_required(reason, "reason", _("Say why it goes to that office."))
        office = office_required(department_id)
        if office.pk == row.department_id:
            raise Invalid({"department_id": [_("It is with this office already.")]})
        if office.valid_to is not None and office.valid_to < timezone.localdate():
            raise Invalid({"department_id": [_("This office does not exist any more.")]})
        facts: dict[str, Any] = {"to_office": office, "text": said}
        return save(viewer, PASS_ON, row, EventKind.PASSED_ON, {"department_id": office.pk}, **facts)


def note(*, viewer: Viewer, voice_id: int, text: str) -> VoiceEvent:
    """Keep a note on a voice; it stays with the staff.

    Raises:
        Voice.DoesNotExist; NotAllowed; Invalid: nothing said, or sealed.
    """
    with held(viewer, NOTE, voice_id, None) as row:
        if row.end == EndKind.SEALED:
            raise Voice.DoesNotExist
        said = words_required(text, "text", _("Write the note."))
        event = happened(viewer, row, EventKind.NOTE, text=said)
        record(viewer, NOTE, row, fields={"text": CHANGED})
        return event


def set_due(
    *, viewer: Viewer, voice_id: int, version: int | None, due_on: datetime.date, reason: str
) -> Voice:
    """Change the day by which a voice is answered, with the reason.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict; Invalid: no reason, a day that is over, or ended.
    """
    with held(viewer, DUE, voice_id, version) as row:
        require_open(row)
        said = words_required(reason, "reason", _("Say why the day changes."))
        if due_on < timezone.localdate():
            raise Invalid({"due_on": [_("This day is over.")]})
        facts: dict[str, Any] = {"text": said, "facts": {"from": as_json(row.due_on), "to": as_json(due_on)}}
        return save(viewer, DUE, row, EventKind.DUE, {"due_on": due_on}, **facts)


def end_voice(*, viewer: Viewer, voice_id: int, version: int | None, kind: str, reason: str = "") -> Voice:
    """End a voice otherwise than by a sent reply or by sealing.

    ``kind`` "replied" is for a reply by word of mouth or by telephone; ``reason`` says how. Where the sender
    wants a reply and can be reached, "noted" is no end.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict; Invalid: no such end, no reason where one is needed, or
        ended.
    """
    with held(viewer, END, voice_id, version) as row:
        require_open(row)
        if kind not in EndKind.values or kind == EndKind.SEALED:
            raise Invalid({"kind": [_("Choose how it ends.")]})
        said = reason.strip()
        if kind in (*NEEDS_REASON, EndKind.REPLIED):
            why = {
                EndKind.NOT_OURS: _("Say whose matter it is, and where the sender was sent."),
                EndKind.REFUSED: _("Say why it is refused; the sender is told."),
                EndKind.REFERRED: _("Say to which body it was referred."),
                EndKind.REPLIED: _("Say how the reply was given (by telephone, at the counter)."),
            }
            said = words_required(reason, "reason", why[EndKind(kind)])
        if kind == EndKind.NOTED and row.wants_reply and row.has_contact:
            raise Invalid({"kind": [_("The sender wants a reply and can be reached: reply first.")]})
        return end_held(viewer, row, kind, said)


def end_held(
    viewer: Viewer, row: Voice, kind: str, reason: str = "", *, event: EventKind = EventKind.ENDED
) -> Voice:
    """End a voice that is held in an act of the caller; the act of ending is recorded within it."""
    now = timezone.now()
    if reason.strip():
        reason = words_required(reason, "reason", "")
    changes = {"end": kind, "ended_at": now, "end_reason": reason}
    facts: dict[str, Any] = {"text": reason, "facts": {"end": str(kind)}}
    return save(viewer, END, row, event, changes, at=now, **facts)


def reopen(*, viewer: Viewer, voice_id: int, version: int | None, reason: str) -> Voice:
    """Take up again what had ended; a sealed voice stays sealed.

    Raises:
        Voice.DoesNotExist: also for a sealed one; NotAllowed; Conflict; Invalid: no reason, or it is open or
        was answered with its desk.
    """
    with held(viewer, REOPEN, voice_id, version) as row:
        if row.end == EndKind.SEALED:
            raise Voice.DoesNotExist
        if not row.end:
            raise Invalid({"": [_("This has not ended by itself; there is nothing to take up again.")]})
        said = words_required(reason, "reason", _("Say why it is taken up again."))
        facts: dict[str, Any] = {"text": said, "facts": {"end": row.end}}
        changes = {"end": "", "ended_at": None, "end_reason": ""}
        return save(viewer, REOPEN, row, EventKind.REOPENED, changes, **facts)


def contact_of(*, viewer: Viewer, voice: Voice) -> dict[str, str]:
    """The contact of a voice, {} where there is none or it was destroyed. Each opening is in the trail.

    Raises:
        NotAllowed; KeyProblem.
    """
    with act(viewer, CONTACT, voice):
        found = decrypted(voice)
        if found:
            record(viewer, CONTACT, voice, fields={"contact": "read"})
        return found


def decrypted(voice: Voice) -> dict[str, str]:
    """The contact, for acts of this room that have asked their own permission (a reply, names to mask)."""
    row = Contact.objects.select_related("subject").filter(voice=voice).first()
    if row is None or row.subject.destroyed_at is not None or not row.sealed:
        return {}
    found: dict[str, str] = json.loads(keys.decrypt(row.subject, bytes(row.sealed), CONTACT_PLACE))
    return found


def look_up(*, viewer: Viewer, contact: str) -> list[Voice]:
    """The voices of exactly this mail address or telephone number among those of the viewer's office.

    Raises:
        NotAllowed; Invalid: neither the one nor the other.
    """
    hashes = {}
    for field, kind, normal in (
        ("mail_hash", keys.MAIL, keys.normal_mail),
        ("phone_hash", keys.PHONE, keys.normal_phone),
    ):
        try:
            hashes[field] = keys.lookup_hash(kind, normal(contact))
        except ValueError:
            continue
    if not hashes:
        raise Invalid({"contact": [_("Give a whole mail address or telephone number.")]})
    with act(viewer, LOOK_UP):
        rows = [
            row
            for field, digest in hashes.items()
            for row in reached(viewer, LOOK_UP).filter(**{f"contact__{field}": digest}).order_by("-pk")[:100]
        ]
        record(
            viewer,
            LOOK_UP,
            None,
            object_type="voices.voice",
            fields={"contact": CHANGED},
            count=len(rows),
            digest=digest_of(row.pk for row in rows),
        )
        return rows


def warn_before_due(*, on: datetime.date | None = None) -> int:
    """Tell heads, once for each day that was set, of open voices whose day is near; returns how many. The
    worker's daily task; the warning stands among the duties of the office until the voice ends.
    """
    viewer, today, done = system_viewer("worker"), on or timezone.localdate(), 0
    last = warning_day(today)
    after = 0
    while True:
        rows = list(Voice.objects.filter(OPEN, due_on__lte=last, pk__gt=after).order_by("pk")[:_CHUNK])
        if not rows:
            return done
        after = rows[-1].pk
        done += _warn(viewer, rows)


def _warn(viewer: Viewer, rows: list[Voice]) -> int:
    assert viewer.actor is not None
    told = VoiceEvent.objects.filter(voice__in=rows, kind=EventKind.ESCALATED)
    known = {(pk, facts.get("due_on")) for pk, facts in told.values_list("voice_id", "facts")}
    new = [row for row in rows if (row.pk, as_json(row.due_on)) not in known]
    if not new:
        return 0
    with act(viewer, ESCALATE):
        now = timezone.now()
        VoiceEvent.objects.bulk_create(
            VoiceEvent(
                voice=row,
                kind=EventKind.ESCALATED,
                at=now,
                actor=viewer.actor,
                office_id=row.department_id,
                facts={"due_on": as_json(row.due_on)},
            )
            for row in new
        )
        record(
            viewer,
            ESCALATE,
            None,
            object_type="voices.voice",
            count=len(new),
            digest=digest_of(row.pk for row in new),
        )
    return len(new)
