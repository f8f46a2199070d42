"""Replies: drafted, put up for approval, sent; to one voice, or one to all voices of a set."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import AuditEntry
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.city.viewers import system_viewer
from jichi.methods import receipts
from jichi.office import outbox
from jichi.office.models import Approval
from jichi.office.queries import is_decided, standing_of
from jichi.office.services import FILE_LIMIT, PacketFile, draft_approval, resubmit, withdraw
from jichi.voices.actions import END, REPLY, SEND, TEMPLATE
from jichi.voices.enums import EndKind, EventKind
from jichi.voices.models import Contact, Reply, ReplyTemplate, Voice, VoiceEvent
from jichi.voices.numbers import number_of
from jichi.voices.queries.lists import unanswered_members

from .erasing import GONE
from .handling import decrypted, end_held
from .steps import locked, require_open, set_of, voice_of, words_required

REPLY_LIMIT = 20_000
_CHUNK, _MAILS = 200, 20
_UNDER_WAY = (Approval.State.RUNNING, Approval.State.RETURNED)


def draft_reply(
    *,
    viewer: Viewer,
    voice_id: int | None = None,
    set_id: int | None = None,
    text: str,
    language: str = "ja",
    reply_id: uuid.UUID | None = None,
    version: int | None = None,
) -> Reply:
    """Draft the reply to a voice or to a set, or change the draft ``reply_id``.

    Raises:
        Voice, OpinionSet or Reply.DoesNotExist; NotAllowed; Conflict; Invalid: nothing said, ended, another
        draft is there, or it is put up for approval (take it back first).
    """
    if reply_id is not None:
        return _redraft(viewer, reply_id, version, text, language)
    voice = voice_of(voice_id) if voice_id is not None else None
    group = set_of(set_id) if voice is None and set_id is not None else None
    owner = voice if voice is not None else group.desk if group is not None else None
    with act(viewer, REPLY, owner):
        if viewer.actor is None or owner is None:
            raise ValueError("a reply is to a voice or to a set")
        if voice is not None:
            require_open(locked(voice.pk))
        row = Reply(
            voice=voice,
            set=group,
            department_id=owner.department_id,
            language=language,
            text=_said(text),
            drafted_by=viewer.actor,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Invalid({"": [_("There is a draft of a reply already; go on with that one.")]}) from error
        record(viewer, REPLY, row, fields={"text": CHANGED, "language": [None, language]})
        return row


def _redraft(viewer: Viewer, reply_id: uuid.UUID, version: int | None, text: str, language: str) -> Reply:
    with act(viewer, REPLY, Reply.objects.get(pk=reply_id)):
        assert viewer.actor is not None
        row = held_reply(viewer, REPLY, reply_id, version)
        standing = standing_of(row.context)
        if standing is not None and standing.state != Approval.State.RETURNED:
            raise Invalid({"": [_("This is put up for approval and cannot change. Take it back first.")]})
        row.text, row.language, row.version = _said(text), language, row.version + 1
        row.drafted_by, row.drafted_at = viewer.actor, timezone.now()
        row.save(update_fields=["text", "language", "version", "drafted_by", "drafted_at"])
        record(viewer, REPLY, row, fields={"text": CHANGED})
        return row


def held_reply(viewer: Viewer, key: str, reply_id: uuid.UUID, version: int | None) -> Reply:
    """A reply under way, held until the end of the act. Raises Reply.DoesNotExist, Conflict, Invalid."""
    Reply.objects.select_for_update().only("pk").get(pk=reply_id)
    row = Reply.objects.select_related("voice__desk", "set__desk", "department").get(pk=reply_id)
    viewer.require(key, row)
    if version is not None and row.version != version:
        raise Conflict(row)
    if row.voice is not None and row.voice.end == EndKind.SEALED:
        raise Reply.DoesNotExist
    if row.sent_at is not None or row.withdrawn_at is not None:
        raise Invalid({"": [_("This reply was sent or taken back already.")]})
    return row


def put_up_reply(*, viewer: Viewer, reply_id: uuid.UUID, version: int | None, route_key: str) -> Approval:
    """Put a drafted reply up for approval on a route of the office; sent back, it is put up again.

    Neither title nor packet has a word of what the sender said.

    Raises:
        Reply.DoesNotExist; NotAllowed; Conflict; Invalid: no such route, or it is put up already.
    """
    with act(viewer, REPLY, Reply.objects.get(pk=reply_id)):
        row = held_reply(viewer, REPLY, reply_id, version)
        packet = [PacketFile(_("reply.txt"), row.text.encode()[:FILE_LIMIT], "text/plain")]
        standing = standing_of(row.context)
        if standing is not None and standing.state == Approval.State.RETURNED:
            approval = resubmit(
                viewer=viewer, approval_id=standing.pk, version=standing.version, files=packet
            )
        else:
            approval = draft_approval(
                viewer=viewer,
                route_key=route_key,
                context=row.context,
                title=_title(row)[:200],
                department_id=row.department_id,
                files=packet,
            )
        record(viewer, REPLY, row, fields={"approval": [None, str(approval.pk)]})
        return approval


def send_reply(*, viewer: Viewer, reply_id: uuid.UUID, version: int | None) -> Reply:
    """Send an approved reply. Where the sender gave a mail address it goes into the outbox in the same
    transaction; otherwise the letter stands ready. The voice ends as replied, for a set each open member all
    of whose opinions have their reply (the first 200 now, the rest by :func:`finish_replies`).

    Raises:
        Reply.DoesNotExist; NotAllowed; Conflict; Invalid: not approved, or the voice has ended.
    """
    with act(viewer, SEND, Reply.objects.get(pk=reply_id)):
        row = held_reply(viewer, SEND, reply_id, version)
        if not is_decided(row.context):
            raise Invalid({"": [_("This reply is not approved yet.")]})
        approval = standing_of(row.context)
        voice = locked(row.voice_id) if row.voice_id is not None else None
        if voice is not None:
            require_open(voice)
        now = timezone.now()
        row.sent_at, row.approved_at = now, approval.decided_at if approval is not None else now
        row.version += 1
        row.save(update_fields=["sent_at", "approved_at", "version"])
        entry = record(viewer, SEND, row, fields={"sent_at": [None, now.isoformat()]})
        if voice is not None:
            _mail(viewer, entry, row, voice)
            end_held(viewer, voice, EndKind.REPLIED, event=EventKind.REPLIED)
        else:
            _end_some(viewer, row, entry)
        return row


def withdraw_reply(*, viewer: Viewer, reply_id: uuid.UUID, version: int | None) -> Reply:
    """Take a reply back that was not sent, with its approval if one is under way. Its words stay on record.

    Raises:
        Reply.DoesNotExist; NotAllowed; Conflict; Invalid: sent or taken back already.
    """
    with act(viewer, REPLY, Reply.objects.get(pk=reply_id)):
        row = held_reply(viewer, REPLY, reply_id, version)
        standing = standing_of(row.context)
        if standing is not None and standing.state in _UNDER_WAY:
            withdraw(viewer=viewer, approval_id=standing.pk, version=standing.version)
        row.withdrawn_at, row.version = timezone.now(), row.version + 1
        row.save(update_fields=["withdrawn_at", "version"])
        record(viewer, REPLY, row, fields={"withdrawn_at": [None, row.withdrawn_at.isoformat()]})
        return row


def take_back_drafts(worker: Viewer, voice: Voice) -> None:
    """Take back what is not sent to a voice and empty it. Inside the act of sealing only."""
    for row in Reply.objects.filter(voice=voice, sent_at__isnull=True):
        standing = standing_of(row.context)
        if standing is not None and standing.state in _UNDER_WAY:
            withdraw(viewer=worker, approval_id=standing.pk, version=standing.version)
        row.withdrawn_at, row.text = row.withdrawn_at or timezone.now(), GONE
        row.save(update_fields=["withdrawn_at", "text"])


def finish_replies(*, seconds: float = 60.0) -> int:
    """End the members of sets whose reply was sent, 200 at a time with pauses as long; for the worker.

    Returns how many; what is left after ``seconds`` is done next time.
    """
    viewer, until, done = system_viewer("worker"), time.monotonic() + seconds, 0
    sent = Reply.objects.filter(set__isnull=False, sent_at__isnull=False, withdrawn_at__isnull=True)
    for row in sent.order_by("sent_at"):
        after = 0
        while time.monotonic() < until and unanswered_members(row, after=after).exists():
            started = time.monotonic()
            with act(viewer, SEND):
                entry = record(viewer, SEND, row, fields={"members": CHANGED})
                ended = _end_some(viewer, row, entry, after=after)
            done, after = done + len(ended), max(ended, default=after)
            time.sleep(time.monotonic() - started)
    return done


def _end_some(viewer: Viewer, row: Reply, entry: AuditEntry, *, after: int = 0) -> list[int]:
    """End the next members of the reply's set as one bulk with one entry; their ids."""
    assert viewer.actor is not None
    rows = list(_next(unanswered_members(row, after=after)))
    if not rows:
        return []
    now, ids = timezone.now(), [one.pk for one in rows]
    Voice.objects.filter(pk__in=ids).update(
        end=EndKind.REPLIED, ended_at=now, version=models.F("version") + 1
    )
    VoiceEvent.objects.bulk_create(
        VoiceEvent(
            voice=one,
            kind=EventKind.REPLIED,
            at=now,
            actor=viewer.actor,
            office_id=row.department_id,
            facts={"set": row.set_id},
        )
        for one in rows
    )
    record(
        viewer,
        END,
        None,
        object_type="voices.voice",
        fields={"end": ["", EndKind.REPLIED.value]},
        count=len(ids),
        digest=digest_of(ids),
    )
    for one in rows:
        if _gets_mail(one):
            _mail(viewer, entry, row, one)
    return ids


def _next(rows: models.QuerySet[Voice]) -> Iterator[Voice]:
    """As many as one short transaction can bear: a mail costs far more than an end."""
    mails = 0
    for one in rows[:_CHUNK]:
        mails += _gets_mail(one)
        if mails > _MAILS:
            return
        yield one


def _gets_mail(voice: Voice) -> bool:
    return voice.has_contact and voice.wants_reply


def _mail(viewer: Viewer, entry: AuditEntry, row: Reply, voice: Voice) -> None:
    contact = decrypted(voice)
    if not contact.get("email"):
        return
    key = Contact.objects.select_related("subject").get(voice=voice).subject
    with translation.override(row.language):
        number = receipts.grouped(number_of(voice))
        subject = _("Reply to what you sent us (receipt number %(number)s)") % {"number": number}
    try:
        outbox.post(
            viewer=viewer,
            entry=entry,
            to=contact["email"],
            subject=subject,
            body=row.text,
            language=row.language,
            context=row.context,
            kind="voices.reply",
            subject_key=key,
        )
    except Invalid:
        return  # as it came by mail or paper it is no address; the letter stands ready


def save_template(
    *,
    viewer: Viewer,
    title: str,
    text: str,
    department_id: int | None,
    language: str = "ja",
    template_id: int | None = None,
    version: int | None = None,
    is_gone: bool = False,
) -> ReplyTemplate:
    """Keep a text an office (None: every office) replies with often, change it, or (``is_gone``) put it away.

    Raises:
        ReplyTemplate.DoesNotExist; NotAllowed; Conflict; Invalid: nothing said.
    """
    row = ReplyTemplate(department_id=department_id)
    if template_id is not None:
        row = ReplyTemplate.objects.get(pk=template_id)
    with act(viewer, TEMPLATE, row):
        if template_id is not None:
            row = ReplyTemplate.objects.select_for_update().get(pk=template_id)
            if version is not None and row.version != version:
                raise Conflict(row)
            row.version += 1
        row.title = words_required(title, "title", _("Give the template a title."))[:120]
        row.text, row.language, row.is_gone = _said(text), language, is_gone
        row.save()
        record(viewer, TEMPLATE, row, fields={"title": CHANGED, "text": CHANGED})
        return row


def _said(text: str) -> str:
    said = words_required(text, "text", _("Write the reply."))
    if len(said) > REPLY_LIMIT:
        sentence = _("At most %(most)d characters; put the rest into a document that the reply names.")
        raise Invalid({"text": [sentence % {"most": REPLY_LIMIT}]})
    return said


def _title(row: Reply) -> str:
    if row.voice is not None:
        facts = {"number": receipts.grouped(number_of(row.voice)), "desk": row.voice.desk.title}
        return _("Reply to %(number)s (%(desk)s)") % facts
    assert row.set is not None
    facts = {"count": str(row.set.submissions), "desk": row.set.desk.title}
    return _("One reply to %(count)s submissions (%(desk)s)") % facts
