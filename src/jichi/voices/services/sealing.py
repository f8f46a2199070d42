"""Sealing a disclosure (violence, abuse, a wish to die) in one act, and handing over what was sealed.

What was said goes, encrypted, to those who may act, and is destroyed here. The voice's row stays as a
tombstone that is counted. Nothing else in the database holds a word of it afterwards.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Collection, Sequence
from typing import Any

from django.db import DatabaseError, models, transaction
from django.db.models import OuterRef, ProtectedError, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import attachments as files
from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.city.viewers import system_viewer
from jichi.office.outbox import messages_for
from jichi.office.outbox.services import forget_again
from jichi.office.retention import record_destruction
from jichi.voices.actions import HAND_OVER, SEAL
from jichi.voices.enums import LATE_AFTER, LATE_REASONS, Decision, EndKind, EventKind, PartKind
from jichi.voices.models import (
    Attachment,
    Effect,
    GroupingRun,
    Opinion,
    OpinionSet,
    Original,
    Reply,
    SealedDisclosure,
    Topic,
    Translation,
    Voice,
    VoiceEvent,
    Wording,
)
from jichi.voices.numbers import number_of

from .counting import recount_wordings
from .erasing import GONE, erase, overwrite_what_is_deleted
from .handling import decrypted
from .replying import take_back_drafts
from .steps import happened, held, put, voice_of

CASEWORK = "casework"
FORMAT, CARRIED = "jichi-disclosure-1", "jichi-disclosures-1"
SEALED_TYPE = "voices.sealed"
"""What the record of destruction calls a sealed voice, so that a restore seals it again."""

_ALWAYS = (1980, 1, 1, 0, 0, 0)
_LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def seal(*, viewer: Viewer, voice_id: int, version: int | None, is_urgent: bool) -> SealedDisclosure:
    """Seal a voice: encrypt it for the casework key, destroy it here, end it as sealed.

    Lists, search, duties, groups, digests and feeds no longer have it; its receipt number tells only that it
    came in and is being dealt with.

    Raises:
        Voice.DoesNotExist: also where it is sealed already; NotAllowed; Conflict; Invalid: where there is no
        casework key; Original.DoesNotExist: where it was destroyed before.
    """
    voice = voice_of(voice_id)
    viewer.require(SEAL, voice)
    if voice.end == EndKind.SEALED:
        raise Voice.DoesNotExist
    public = keys.public_key(CASEWORK)
    if public is None:
        raise Invalid(
            {
                "": [
                    _(
                        "There is no key of the casework installation yet (casework.pub in the folder of"
                        " keys), so nothing can be sealed. Tell the administrator at once; nobody else can"
                        " see this voice meanwhile if you pass it on to nobody."
                    )
                ]
            }
        )
    known = _events(voice)
    sealed = keys.seal_for(public, _whole(voice))
    overwrite_what_is_deleted()
    with held(viewer, SEAL, voice_id, version) as row:
        if row.end == EndKind.SEALED:
            raise Voice.DoesNotExist
        if _events(row) != known:  # a colleague made a note meanwhile, which is about to go
            sealed = keys.seal_for(public, _whole(row))
        return _sealed(viewer, row, sealed, is_urgent=is_urgent)


def seal_again(*, viewer: Viewer, voice_ids: Sequence[int]) -> int:
    """Seal anew what a restored backup has brought back in the clear; returns how many.

    Without the casework key it is destroyed all the same: it was sealed once and may have been handed over.
    """
    done = 0
    public = keys.public_key(CASEWORK)
    for voice in Voice.objects.filter(pk__in=voice_ids).exclude(end=EndKind.SEALED):
        blob = keys.seal_for(public, _whole(voice_of(voice.pk))) if public is not None else b""
        overwrite_what_is_deleted()
        with held(viewer, SEAL, voice.pk, None) as row:
            _sealed(viewer, row, blob, is_urgent=False)
        done += 1
    return done


def hand_over(*, viewer: Viewer, voice_ids: Sequence[int]) -> bytes:
    """The sealed disclosures as one file for the casework installation, a ZIP of what nobody here can open.

    Handed over again, it is the same content.

    Raises:
        NotAllowed; Invalid: none of them is there.
    """
    with act(viewer, HAND_OVER):
        rows = list(SealedDisclosure.objects.filter(voice_id__in=voice_ids).exclude(sealed=b""))
        if not rows:
            raise Invalid({"": [_("Choose at least one of them.")]})
        ids = [row.voice_id for row in rows]
        SealedDisclosure.objects.filter(pk__in=ids, handed_over_at__isnull=True).update(
            handed_over_at=timezone.now()
        )
        record(
            viewer,
            HAND_OVER,
            None,
            object_type=SEALED_TYPE,
            count=len(ids),
            digest=digest_of(ids),
        )
        return _carried(rows)


def _carried(rows: Sequence[SealedDisclosure]) -> bytes:
    head: dict[str, Any] = {"format": CARRIED, "disclosures": []}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for place, row in enumerate(sorted(rows, key=lambda one: (not one.is_urgent, one.sealed_at)), 1):
            name, content = f"disclosure-{place:04d}.sealed", bytes(row.sealed)
            told = {"file": name, "urgent": row.is_urgent, "sha256": hashlib.sha256(content).hexdigest()}
            head["disclosures"].append(told)
            file.writestr(zipfile.ZipInfo(name, _ALWAYS), content)
        text = json.dumps(head, ensure_ascii=False, indent=1)
        file.writestr(zipfile.ZipInfo("disclosures.json", _ALWAYS), text)
    return out.getvalue()


def _events(voice: Voice) -> int:
    return VoiceEvent.objects.filter(voice=voice).count()


def _whole(voice: Voice) -> bytes:
    """All that is known of the voice, as it is sealed: also what officers noted on it. A contact or a file
    that cannot be read any more (a restore may lack it) is no reason to leave the rest in the open.
    """
    original = Original.objects.get(voice=voice, destroyed_at__isnull=True)
    attached = Attachment.objects.filter(voice=voice, destroyed_at__isnull=True)
    notes = VoiceEvent.objects.filter(voice=voice).exclude(text="").order_by("at", "pk")
    whole = {
        "format": FORMAT,
        "number": number_of(voice),
        "desk": voice.desk.key,
        "title": voice.desk.title,
        "office": voice.department.name,
        "channel": voice.channel,
        "language": voice.language,
        "received_at": voice.received_at.isoformat(),
        "text": original.text,
        "fields": original.fields,
        "contact": _contact(voice),
        "notes": [{"at": one.at.isoformat(), "kind": one.kind, "text": one.text} for one in notes],
        "files": [
            {
                "name": one.name,
                "media_type": one.media_type,
                "content": _content(one),
            }
            for one in attached
        ],
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _contact(voice: Voice) -> dict[str, str]:
    try:
        return decrypted(voice)
    except keys.Damaged:
        return {}


def _content(file: Attachment) -> str | None:
    try:
        return base64.b64encode(files.read(file.key)).decode()
    except FileNotFoundError:
        return None


def _sealed(viewer: Viewer, row: Voice, blob: bytes, *, is_urgent: bool) -> SealedDisclosure:
    assert viewer.actor is not None
    disclosure = SealedDisclosure.objects.create(
        voice=row, sealed=blob, is_urgent=is_urgent, sealed_by=viewer.actor
    )
    record_destruction(
        viewer=viewer,
        object_type=SEALED_TYPE,
        object_ids=[str(row.pk)],
        retention_class="sealed",
        what="what was said, its contact and its files",
        reason="sealed",
    )
    _end(row)
    _forget_replies(row)
    erase([row], reason="sealed")
    _forget_opinions(row)
    Effect.objects.filter(voice=row).update(text=GONE, translations={}, about="", url="")
    happened(viewer, row, EventKind.SEALED)
    record(viewer, SEAL, row, fields={"text": CHANGED, "end": CHANGED})
    return disclosure


def _end(row: Voice) -> None:
    now = timezone.now()
    if row.end:  # one end becomes another only by way of an open voice
        put(row, {"end": "", "ended_at": None, "end_reason": ""})
    changes: dict[str, Any] = {"end": EndKind.SEALED, "ended_at": now, "divided_at": row.divided_at or now}
    if row.is_late and row.late_reason not in LATE_REASONS:
        changes["late_reason"] = LATE_AFTER
    put(row, changes)


def _forget_replies(row: Voice) -> None:
    worker = system_viewer("worker")
    contexts = [reply.context for reply in Reply.objects.filter(voice=row)]
    take_back_drafts(worker, row)
    Reply.objects.filter(voice=row).update(text=GONE)
    made = Translation.objects.filter(reply__voice=row, destroyed_at__isnull=True)
    made.update(text="", destroyed_at=timezone.now())
    told = messages_for(worker).filter(context__in=[*contexts, f"voices.voice:{row.pk}"])
    ids = [str(pk) for pk in told.values_list("pk", flat=True)]
    forget_again(viewer=worker, object_type="office.message", object_ids=ids)


def _forget_opinions(row: Voice) -> None:
    """Take its opinions away; a text that nobody else sent is emptied, with the set and topic made of it."""
    opinions = Opinion.objects.filter(voice=row)
    asked = Wording.objects.filter(opinions__voice=row).order_by("pk").values_list("pk", flat=True)
    # Held before it is asked who else said it, so that nobody joins a text that is about to be emptied.
    texts = list(Wording.objects.select_for_update().filter(pk__in=list(asked)).order_by("pk"))
    Wording.objects.filter(sample__in=opinions).update(sample=None)
    for opinion in opinions:
        _let_go(opinion)
    alone = []
    for text in texts:
        other = Opinion.objects.filter(wording=text).order_by("pk").first()
        if other is None:
            alone.append(text)
        elif text.sample_id is None or not Opinion.objects.filter(pk=text.sample_id).exists():
            Wording.objects.filter(pk=text.pk).update(sample=other)
    recount_wordings([text.pk for text in texts])
    sets = {text.set_id for text in alone if text.set_id is not None}
    for text in alone:
        _empty(text)
    _forget_labels(row.desk_id, sets)
    _forget_sets(OpinionSet.objects.filter(pk__in=sets, members__isnull=True))
    led = OpinionSet.objects.filter(representative__in=alone)
    led.filter(merged_into__isnull=False).update(title="", representative=None, topic=None)
    largest = Wording.objects.filter(set=OuterRef("pk")).order_by("-size", "pk").values("pk")[:1]
    led.update(representative=Subquery(largest))


def _forget_labels(desk_id: int, set_ids: Collection[int]) -> None:
    """A topic's label is a stretch of a text of its sets: it is found anew, without the sealed one. A run
    that has read the text already counts as one of long ago, so that another one follows it.
    """
    if not set_ids:
        return
    at = set(OpinionSet.objects.filter(pk__in=set_ids).values_list("topic_id", flat=True)) - {None}
    while at:
        Topic.objects.filter(pk__in=at).update(proposed="")
        at = set(Topic.objects.filter(pk__in=at).values_list("parent_id", flat=True)) - {None}
    runs = GroupingRun.objects.filter(desk_id=desk_id, stage=GroupingRun.Stage.TOPICS)
    runs.update(started_at=_LONG_AGO)


def _let_go(opinion: Opinion) -> None:
    """Delete an opinion with what hangs on it in higher rooms; where that is of record, empty it."""
    try:
        with transaction.atomic():
            _delete_what_hangs_on(opinion)
            opinion.delete()
    except (ProtectedError, DatabaseError):
        Opinion.objects.filter(pk=opinion.pk).update(
            kind=PartKind.FRAME, wording=None, start=0, end=0, anchor="", question=""
        )


def _delete_what_hangs_on(row: models.Model) -> None:
    ours = (Wording, Opinion, OpinionSet, Reply, Effect, Topic)
    for relation in type(row)._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in ours:
            found: QuerySet[Any] = relation.related_model._base_manager.filter(**{relation.field.name: row})
            found.delete()


def _empty(text: Wording) -> None:
    Wording.objects.filter(pk=text.pk).update(
        digest=secrets.token_hex(32),
        sample=None,
        set=None,
        is_grouped=True,
        size=0,
        length=0,
        proposed_spans=[],
        spans=[],
        masked="",
        mask_confirmed_by=None,
        mask_confirmed_at=None,
        decision=Decision.PENDING,
        decision_reason="",
        decided_by=None,
        decided_at=None,
        version=text.version + 1,
    )


def _forget_sets(sets: QuerySet[OpinionSet]) -> None:
    for one in list(sets):
        try:
            with transaction.atomic():
                _delete_what_hangs_on(one)
        except (ProtectedError, DatabaseError):
            pass  # published, and so read by everybody
        topic = one.topic
        OpinionSet.objects.filter(pk=one.pk).update(
            title="", representative=None, topic=None, size=0, submissions=0, wordings=0
        )
        if topic is not None and not OpinionSet.objects.filter(topic=topic).exists():
            Topic.objects.filter(pk=topic.pk).update(title="", proposed="", translations={}, is_gone=True)
