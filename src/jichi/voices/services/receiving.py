"""Taking in a voice: the one door by which what somebody says comes into the city.

All that costs time (checks, checksum, the look-up of rules, files with their fsync) is done before the
transaction opens; inside it stand only the inserts. An acknowledged voice is on disk.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import attachments as files
from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.voices.actions import CHECK, ENTER, RECEIVE
from jichi.voices.enums import LATE_AFTER, LATE_ANSWERED, LATE_BEFORE, Channel, EventKind
from jichi.voices.models import Attachment, Desk, Voice
from jichi.voices.numbers import number_of
from jichi.voices.reply_days import due_day

from . import bulk
from .pacing import begun_soon
from .preparing import Prepared, prepared
from .steps import happened, held, require_open

FOLDER = "voices"
"""Where attached files lie."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets: the number, and whether the voice is new or the same one sent twice."""

    number: str
    voice: Voice
    is_new: bool


def receive(
    *,
    viewer: Viewer,
    desk_id: int,
    channel: str,
    text: str,
    fields: Mapping[str, Any] | None = None,
    passages: Sequence[Mapping[str, Any]] = (),
    language: str = "ja",
    contact: Mapping[str, str] | None = None,
    attachments: Sequence[files.Attachment] = (),
    intake_key: str = "",
    may_publish: bool = True,
    wants_reply: bool | None = None,
    received_at: datetime.datetime | None = None,
    postmarked_on: datetime.date | None = None,
    late_reason: str = "",
    is_sample: bool = False,
    is_suspect: bool = False,
    outside_number: str = "",
    repair: bool | None = None,
    raw: files.Attachment | None = None,
    key: str = RECEIVE,
    desk: Desk | None = None,
) -> Receipt:
    """Take in what somebody said and give the receipt.

    The same ``intake_key`` at the same desk is the same voice, however often and however much at once it is
    sent. ``wants_reply`` None: where a contact is given and the desk has a rule of replies. What arrives
    outside the desk's time is late; ``late_reason`` says more. ``repair`` (default: for mail) see
    :func:`jichi.voices.services.preparing.prepared`. ``raw`` is the message itself, kept as a file.
    ``is_suspect`` marks it for a later look and changes nothing else.
    ``outside_number`` is the receipt's number where the outer zone gave it. ``key`` is the act under which it
    is recorded: another one is for imports. ``desk``: the row of ``desk_id``, where the caller has just read
    it.

    Raises:
        NotAllowed; Desk.DoesNotExist; Invalid: by field, nothing is written then; KeyProblem.
    """
    if desk is None or desk.pk != desk_id:
        desk = Desk.objects.get(pk=desk_id)
    viewer.require(key, desk)
    mends = channel == Channel.EMAIL if repair is None else repair
    ready = prepared(
        channel=channel,
        text=text,
        fields=fields,
        passages=passages,
        language=language,
        contact=contact,
        intake_key=intake_key,
        has_files=bool(attachments) or raw is not None,
        repair=mends,
    )
    if attachments and (known := _known(desk, ready)):
        return known  # without files, the refused insert tells it at less cost to all the others
    now = timezone.now()
    voice = _voice(desk, ready, received_at or now, late_reason, now, postmarked_on)
    voice.may_publish, voice.is_sample = may_publish, is_sample or desk.is_sample
    voice.is_suspect = is_suspect
    voice.outside_number = outside_number or None
    voice.entered_by = None if viewer.system == "intake" else viewer.actor
    voice.wants_reply = bool(ready.contact and desk.reply_rule) if wants_reply is None else wants_reply
    if voice.wants_reply:
        voice.due_on = due_day(desk.reply_rule, timezone.localdate(voice.received_at))
    stored = _stored([*attachments, *([raw] if raw else [])], raw)
    return _write(viewer, key, desk, ready, voice, stored)


def enter_for(
    *,
    viewer: Viewer,
    desk_id: int,
    channel: str,
    text: str,
    received_at: datetime.datetime,
    **facts: Any,
) -> Receipt:
    """Enter for its sender what came on paper, by telephone or at the counter; the arguments are those of
    :func:`receive`. ``received_at`` is when it reached the city.

    Raises:
        As :func:`receive`; Invalid: for ``received_at`` in the future.
    """
    if received_at > timezone.now() + datetime.timedelta(minutes=1):
        raise Invalid({"received_at": [_("This moment has not come yet.")]})
    return receive(
        viewer=viewer,
        desk_id=desk_id,
        channel=channel,
        text=text,
        received_at=received_at,
        key=ENTER,
        **facts,
    )


def check_entry(*, viewer: Viewer, voice_id: int, version: int | None) -> Voice:
    """Confirm as a second person that an entry says what the paper says.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict; Invalid: one's own entry, checked already, or not entered by
        anybody.
    """
    with held(viewer, CHECK, voice_id, version) as row:
        require_open(row)
        if row.entered_by is None:
            raise Invalid({"": [_("The sender entered this; there is nothing to check.")]})
        if row.entered_by == viewer.actor:
            raise Invalid({"": [_("You entered this yourself. Somebody else has to check it.")]})
        if row.checked_by is not None:
            raise Invalid({"": [_("Somebody has checked this already.")]})
        now = timezone.now()
        row.checked_by, row.checked_at = viewer.actor, now
        row.version += 1
        row.save(update_fields=["checked_by", "checked_at", "version"])
        happened(viewer, row, EventKind.CHECKED)
        record(viewer, CHECK, row, fields={"checked_at": [None, now.isoformat()]})
        return row


def lateness(
    desk: Desk,
    received_at: datetime.datetime,
    entered_at: datetime.datetime,
    postmarked_on: datetime.date | None = None,
) -> str:
    """Why what reached the city then is late at this desk, a key of LATE_REASONS; "" where it is not.

    Where the postmark counts (消印有効), a letter posted on the last day is in time whenever it arrives.
    """
    if desk.closes_at is not None and received_at >= desk.closes_at:
        last_day = timezone.localdate(desk.closes_at - datetime.timedelta(microseconds=1))
        if not (desk.postmark_counts and postmarked_on is not None and postmarked_on <= last_day):
            return LATE_AFTER
    if desk.opens_at is not None and received_at < desk.opens_at:
        return LATE_BEFORE
    if desk.answered_at is not None and entered_at >= desk.answered_at:
        return LATE_ANSWERED
    return ""


def _voice(
    desk: Desk,
    ready: Prepared,
    received_at: datetime.datetime,
    late_reason: str,
    now: datetime.datetime,
    postmarked_on: datetime.date | None,
) -> Voice:
    posted = postmarked_on if ready.channel == Channel.POST else None
    late = lateness(desk, received_at, now, posted)
    return Voice(
        desk=desk,
        department_id=desk.department_id,
        channel=ready.channel,
        language=ready.language,
        intake_key=ready.intake_key,
        received_at=received_at,
        postmarked_on=posted,
        entered_at=now,
        is_late=bool(late),
        late_reason=(late_reason.replace("\0", "").strip() or late)[:300] if late else "",
        has_contact=bool(ready.contact),
        retention_class=desk.retention_class,
    )


def _known(desk: Desk, ready: Prepared) -> Receipt | None:
    found = Voice.objects.filter(desk=desk, intake_key=ready.intake_key).first()
    return Receipt(number_of(found), found, False) if found is not None else None


def _stored(given: Sequence[files.Attachment], raw: files.Attachment | None) -> list[Attachment]:
    """The files on disk and their rows, not yet written; those of an intake that fails are swept later."""
    return [
        Attachment(
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            key=files.store(one.content, folder=FOLDER),
            checksum=one.sha256,
            is_original=one is raw,
        )
        for one in given
    ]


def _write(
    viewer: Viewer, key: str, desk: Desk, ready: Prepared, voice: Voice, stored: list[Attachment]
) -> Receipt:
    keys.key("receipt")
    row = _row_of(voice, ready, stored)
    try:
        with begun_soon(), act(viewer, key, desk):
            if voice.entered_by is not None:
                _look_again(desk, voice)
                row.values |= {"is_late": voice.is_late, "late_reason": voice.late_reason}
            _rows(viewer, voice, row)
            _record(viewer, key, voice, ready, len(stored))
    except IntegrityError:
        known = _known(desk, ready)
        _throw_away(stored)
        if known is None:
            raise
        return known
    return Receipt(number_of(voice), voice, True)


def _row_of(voice: Voice, ready: Prepared, stored: list[Attachment]) -> bulk.Ready:
    """The row with its contact encrypted, so that nothing is left to compute under the lock."""
    fields = [one.attname for one in Voice._meta.concrete_fields if not one.primary_key]
    row = bulk.Ready(0, {name: getattr(voice, name) for name in fields}, ready, stored)
    bulk.encrypt_contacts([row])
    return row


def _rows(viewer: Viewer, voice: Voice, row: bulk.Ready) -> None:
    (voice.pk,) = bulk.write([row], {})
    voice._state.adding, voice._state.db = False, connection.alias
    if voice.entered_by is not None:
        happened(viewer, voice, EventKind.RECEIVED)


def _record(viewer: Viewer, key: str, voice: Voice, ready: Prepared, attached: int) -> None:
    fields: dict[str, Any] = {"desk": voice.desk_id, "channel": voice.channel, "text": CHANGED}
    if ready.contact:
        fields["contact"] = CHANGED
    if attached:
        fields["attachments"] = attached
    record(viewer, key, voice, fields=fields)


def _look_again(desk: Desk, voice: Voice) -> None:
    """What staff enter is judged by the desk as it stands now: it may have been answered meanwhile."""
    row = Desk.objects.select_for_update().get(pk=desk.pk)
    if not voice.is_late and (late := lateness(row, voice.received_at, timezone.now(), voice.postmarked_on)):
        voice.is_late, voice.late_reason = True, late


def _throw_away(stored: Sequence[Attachment]) -> None:
    """Only where the transaction was refused for certain; after any other error the sweep decides."""
    for one in stored:
        files.destroy_now(one.key)
