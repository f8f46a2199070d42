"""Arguments of this room's routes for the permission matrix: the thing belongs to ``owner``."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from jichi.city import attachments
from jichi.city.models import Department
from jichi.voices.models import (
    Attachment,
    Desk,
    IntakeBatch,
    OpinionSet,
    Original,
    Reply,
    ReplyTemplate,
    Translation,
    Voice,
)
from tests.conftest import make_department


def _owner(owner: Department | None) -> Department:
    return owner or make_department("kyodo")


def _desk(owner: Department | None) -> Desk:
    office = _owner(owner)
    row, _made = Desk.objects.get_or_create(
        context=f"consultations.consultation:matrix-{office.key}",
        defaults={
            "key": f"matrix-{office.key}",
            "mechanism": "consultations",
            "title": "見本の受付",
            "department": office,
        },
    )
    return row


def _voice(owner: Department | None) -> Voice:
    """An open voice that somebody unknown entered, in another language, with a contact on record."""
    desk = _desk(owner)
    row = Voice.objects.filter(desk=desk).first()
    if row is None:
        row = Voice.objects.create(
            desk=desk,
            department=desk.department,
            intake_key="matrix",
            channel="post",
            received_at=timezone.now(),
            entered_by=uuid.uuid4(),
            language="en",
        )
        Original.objects.create(voice=row, text="The lamps are too dark.", salt=b"s" * 16, checksum="0" * 64)
    return row


def _reply(owner: Department | None) -> Reply:
    voice = _voice(owner)
    return Reply.objects.filter(voice=voice).first() or Reply.objects.create(
        voice=voice, department=voice.department, text="明るくします。", drafted_by=uuid.uuid4()
    )


def desk(owner: Department | None) -> dict[str, Any]:
    return {"key": _desk(owner).key}


def voice(owner: Department | None) -> dict[str, Any]:
    return {"pk": _voice(owner).pk}


def reply(owner: Department | None) -> dict[str, Any]:
    return {"pk": _reply(owner).pk}


def letter(owner: Department | None) -> dict[str, Any]:
    return {"pk": _voice(owner).pk, "reply": _reply(owner).pk}


def group(owner: Department | None) -> dict[str, Any]:
    row = OpinionSet.objects.filter(desk=_desk(owner)).first()
    row = row or OpinionSet.objects.create(desk=_desk(owner), kind="near", size=2, submissions=2)
    return {"pk": row.pk}


def batch(owner: Department | None) -> dict[str, Any]:
    row, _made = IntakeBatch.objects.get_or_create(
        desk=_desk(owner), digest="0" * 64, defaults={"name": "見本.csv", "started_by": uuid.uuid4()}
    )
    return {"pk": row.pk}


def template(owner: Department | None) -> dict[str, Any]:
    row, _made = ReplyTemplate.objects.get_or_create(
        department=_owner(owner), title="お礼", defaults={"text": "ありがとうございました。"}
    )
    return {"pk": row.pk}


def translation(owner: Department | None) -> dict[str, Any]:
    voice = _voice(owner)
    row = Translation.objects.filter(voice=voice).first() or Translation.objects.create(
        voice=voice,
        department=voice.department,
        from_language="en",
        to_language="ja",
        asked_by=uuid.uuid4(),
    )
    return {"pk": row.pk}


def attached(owner: Department | None) -> dict[str, Any]:
    voice = _voice(owner)
    row = Attachment.objects.filter(voice=voice).first() or Attachment.objects.create(
        voice=voice,
        name="写真.txt",
        media_type="text/plain",
        size=1,
        key=attachments.store(b"a", folder="voices"),
        checksum="0" * 64,
    )
    return {"pk": voice.pk, "file": row.pk}


_ACTS = "check pass-on note due end reopen seal effect translate reply contact parts slip script"

ADDRESSES = {
    "staff-desk": desk,
    "staff-voice": voice,
    **{f"staff-voice-{name}": voice for name in _ACTS.split()},
    "staff-voice-file": attached,
    "staff-voice-letter": letter,
    "staff-voices-batch": batch,
    "staff-template": template,
    "staff-translation": translation,
    "staff-set-reply": group,
    "staff-reply": reply,
    **{f"staff-reply-{name}": reply for name in ["edit", "put-up", "send", "withdraw"]},
}
