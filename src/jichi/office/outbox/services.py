"""Putting a message into the outbox, taking one up again, and forgetting what was sent long ago."""

from __future__ import annotations

import datetime
import re
import unicodedata
import uuid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import keys, rules
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import AuditEntry, SubjectKey
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.office.actions import FORGET_MESSAGES, TRY_AGAIN
from jichi.office.models import Message

State = Message.State

KEEP_DAYS = 90
"""How long text and address stay after sending where no rule ``office.message_days`` is in force."""

_LONGEST_SUBJECT, _LONGEST_BODY, _LONGEST_CONTEXT = 200, 100_000, 160
_BATCH = 200


def address_context(message_id: uuid.UUID) -> bytes:
    """What an encrypted address is bound to."""
    return b"office.message:to:" + message_id.bytes


def post(
    *,
    viewer: Viewer,
    entry: AuditEntry,
    to: str,
    subject: str,
    body: str,
    language: str,
    context: str,
    kind: str = "",
    subject_key: SubjectKey | None = None,
) -> Message:
    """Write a message down, to be sent after the caller's transaction is committed; if that is rolled back
    there never was one.

    The act whose ``entry`` is given is its permission and its record. The same entry and address again gives
    the message that is there. The address is encrypted for ``subject_key`` (the key of the person it is of),
    or for a key of its own. Subject line and text are stored as they will be sent: nothing of a sealed class
    may stand in them.

    Raises:
        Invalid: under "to", where it is no mail address; KeyProblem.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message is posted inside the act it belongs to")
    normal = _address(to)
    to_hash = keys.lookup_hash(keys.MAIL, normal)
    if known := Message.objects.filter(entry=entry, to_hash=to_hash).first():
        return known
    key = subject_key or keys.new_subject()
    pk = uuid.uuid4()
    return Message.objects.create(
        id=pk,
        kind=kind,
        entry=entry,
        context=context[:_LONGEST_CONTEXT],
        language=language,
        subject_line=one_line(subject),
        body=_body(body),
        to_encrypted=keys.encrypt(key, to.strip().encode(), address_context(pk)),
        to_hash=to_hash,
        subject=key,
        own_subject=subject_key is None,
    )


def try_again(*, viewer: Viewer, message: Message) -> Message:
    """Let a message that was given up or is waiting be sent now.

    Raises:
        NotAllowed; Invalid: where it was sent meanwhile, or text and address are gone.
    """
    with act(viewer, TRY_AGAIN, message):
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state not in {State.GIVEN_UP, State.FAILED, State.QUEUED} or row.forgotten_at is not None:
            raise Invalid({"": [_("This message was sent meanwhile, or its text is gone.")]})
        before = row.state
        row.state, row.trouble, row.attempts, row.interrupted = State.QUEUED, "", 0, 0
        row.next_at = timezone.now()
        row.save(update_fields=["state", "trouble", "attempts", "interrupted", "next_at"])
        record(viewer, TRY_AGAIN, row, fields={"state": [before, row.state]})
    return row


def forget_messages(*, viewer: Viewer, on: datetime.date) -> int:
    """Destroy text and address of messages that were sent or given up long enough ago (rule
    ``office.message_days``); returns how many. That there was a message, and why, stays.

    Raises:
        NotAllowed.
    """
    rule = rules.find("office.message_days", on=on)
    days = int(rule.value) if rule is not None else KEEP_DAYS
    midnight = datetime.datetime.combine(on, datetime.time.min, tzinfo=timezone.get_current_timezone())
    before, done = midnight - datetime.timedelta(days=days), 0
    while count := _forget_some(viewer, before):
        done += count
    return done


def forget_again(*, viewer: Viewer, object_type: str, object_ids: list[str]) -> int:
    """Destroy again the text of messages a restored backup has brought back."""
    done = 0
    for start in range(0, len(object_ids), _BATCH):
        rows = Message.objects.filter(pk__in=object_ids[start : start + _BATCH], forgotten_at__isnull=True)
        done += _forgotten(viewer, list(rows))
    return done


def _forget_some(viewer: Viewer, before: datetime.datetime) -> int:
    from jichi.office.retention import record_destruction  # deferred: cycle

    with act(viewer, FORGET_MESSAGES):
        ended = Message.objects.filter(state__in=[State.SENT, State.GIVEN_UP], forgotten_at__isnull=True)
        rows = list(ended.filter(created_at__lt=before).order_by("created_at")[:_BATCH])
        if rows:
            record_destruction(
                viewer=viewer,
                object_type="office.message",
                object_ids=[str(row.pk) for row in rows],
                retention_class="message",
                what="text and address",
                reason="its time was over",
            )
        return _forgotten(viewer, rows)


def _forgotten(viewer: Viewer, rows: list[Message]) -> int:
    if not rows:
        return 0
    ids, now = [row.pk for row in rows], timezone.now()
    with act(viewer, FORGET_MESSAGES):
        Message.objects.filter(pk__in=ids, state__in=[State.QUEUED, State.SENDING, State.FAILED]).update(
            state=State.GIVEN_UP, next_at=None
        )
        Message.objects.filter(pk__in=ids).update(
            subject_line="", body="", to_encrypted=b"", forgotten_at=now
        )
        own = [row.subject_id for row in rows if row.own_subject]
        keys.destroy_subjects(viewer=viewer, subjects=own, reason="its time was over")
        record(
            viewer,
            FORGET_MESSAGES,
            None,
            object_type="office.message",
            fields={"body": CHANGED},
            count=len(ids),
            digest=digest_of(ids),
        )
    return len(ids)


def one_line(text: str) -> str:
    """A subject line: one line, no unseen characters, at most 200 characters. So no header can be added."""
    plain = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text[:2000])
    plain = re.sub(r" +", " ", plain).strip()
    return plain if len(plain) <= _LONGEST_SUBJECT else plain[: _LONGEST_SUBJECT - 1] + "…"


def _body(text: str) -> str:
    plain = "".join(
        one for one in text[:_LONGEST_BODY] if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"}
    )
    return plain


def _address(to: str) -> str:
    try:
        validate_email(to.strip())
        return keys.normal_mail(to)
    except (ValidationError, ValueError):
        raise Invalid({"to": [_("This is not a mail address: check it for typing errors.")]}) from None
