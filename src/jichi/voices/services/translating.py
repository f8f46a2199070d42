"""Translation as a path: what was said into the officers' language, a reply back into the speaker's."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.voices.actions import ASK_TRANSLATION, TRANSLATE
from jichi.voices.enums import EndKind, How
from jichi.voices.models import Original, Reply, Translation, Voice

MOST = 200_000
"""Characters of a translation."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})?")


def ask_translation(
    *, viewer: Viewer, to_language: str, voice_id: int | None = None, reply_id: str | None = None
) -> Translation:
    """Ask for a translation of what somebody said, or of a reply; one that waits already is given again.

    Raises:
        Voice.DoesNotExist, Reply.DoesNotExist; NotAllowed; Invalid: a sealed or destroyed voice, or the
        language it is in.
    """
    if not _LANGUAGE.fullmatch(to_language) or len(to_language) > 12:
        raise Invalid({"to_language": [_("Choose a language from the list.")]})
    voice, reply = _asked(voice_id, reply_id)
    thing = voice if voice is not None else reply
    assert thing is not None
    with act(viewer, ASK_TRANSLATION, thing):
        source = thing.language
        if source == to_language:
            raise Invalid({"to_language": [_("It is in this language already.")]})
        waiting = Translation.objects.filter(
            voice=voice, reply=reply, to_language=to_language, done_at__isnull=True, destroyed_at__isnull=True
        ).first()
        if waiting is not None:
            return waiting
        assert viewer.actor is not None
        row = Translation.objects.create(
            voice=voice,
            reply=reply,
            department_id=thing.department_id,
            from_language=source,
            to_language=to_language,
            asked_by=viewer.actor,
        )
        record(viewer, ASK_TRANSLATION, row, fields={"to_language": [None, to_language]})
    return row


def make_translation(
    *, viewer: Viewer, translation_id: int, version: int, text: str, how: str
) -> Translation:
    """Enter a translation, with who made it and how; a translation can be mended until the reply is sent.

    Raises:
        Translation.DoesNotExist: also where its voice was sealed or its time is over; NotAllowed; Conflict;
        Invalid: ``text``, ``how``.
    """
    row = _kept().get(pk=translation_id)
    said, wrong = text.strip(), {}
    if not said or len(said) > MOST or "\0" in said:
        wrong["text"] = [_("Write the translation; it may have up to 200,000 characters.")]
    if how not in How.values:
        wrong["how"] = [_("Say how it was translated.")]
    viewer.require(TRANSLATE, row)
    if wrong:
        raise Invalid(wrong)
    with act(viewer, TRANSLATE, row):
        row = _kept().select_for_update(of=("self",)).get(pk=translation_id)
        if row.version != version:
            raise Conflict(row)
        if row.reply is not None and row.reply.sent_at is not None:
            raise Invalid({"": [_("The reply was sent; its translation cannot be changed any more.")]})
        before = row.how or None
        row.text, row.how, row.by, row.done_at = said, how, viewer.actor, timezone.now()
        row.version += 1
        row.save(update_fields=["text", "how", "by", "done_at", "version"])
        record(viewer, TRANSLATE, row, fields={"text": CHANGED, "how": [before, how]})
    return row


def source_of(*, viewer: Viewer, translation_id: int) -> tuple[Translation, str]:
    """What is to be translated, for whoever may translate it; that it was opened stands in the trail.

    Raises:
        Translation.DoesNotExist; NotAllowed.
    """
    row = _kept().get(pk=translation_id)
    with act(viewer, TRANSLATE, row):
        if row.reply is not None:
            return row, row.reply.text
        record(viewer, TRANSLATE, row, fields={"opened": True})
        assert row.voice is not None
        return row, Original.objects.get(voice=row.voice).text


def _kept() -> QuerySet[Translation]:
    return (
        Translation.objects.select_related("voice", "reply")
        .filter(destroyed_at__isnull=True)
        .exclude(voice__end=EndKind.SEALED)
        .exclude(reply__voice__end=EndKind.SEALED)
    )


def _asked(voice_id: int | None, reply_id: str | None) -> tuple[Voice | None, Reply | None]:
    if reply_id is not None and voice_id is None:
        return None, Reply.objects.get(pk=reply_id)
    if voice_id is None or reply_id is not None:
        raise ValueError("a translation is of a voice or of a reply")
    voice = Voice.objects.get(pk=voice_id)
    if (
        voice.end == EndKind.SEALED
        or not Original.objects.filter(voice=voice, destroyed_at__isnull=True).exists()
    ):
        raise Invalid({"": [_("What was said is not kept here any more.")]})
    return voice, None
