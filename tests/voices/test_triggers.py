"""The database itself refuses what must never happen to a voice, whoever asks it to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from jichi.voices.models import (
    Contact,
    Desk,
    Opinion,
    Original,
    Tally,
    Voice,
    VoiceEvent,
    Wording,
)
from jichi.voices.services import end_voice, note

from .conftest import Speaker


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Error) as caught, transaction.atomic():
        act()
    return str(caught.value)


def test_nothing_of_a_voice_is_changed_or_deleted(voice: Voice, people: SimpleNamespace) -> None:
    row = Voice.objects.filter(pk=voice.pk)
    note(viewer=people.officer, voice_id=voice.pk, text="x")
    for table in ("voices_voice", "voices_original", "voices_contact", "voices_voiceevent", "voices_tally"):
        with connection.cursor() as cursor:
            message = refused(lambda table=table, cursor=cursor: cursor.execute(f"DELETE FROM {table}"))
        assert "never deleted" in message
    assert "how a voice was received" in refused(lambda: row.update(channel="fax"))
    assert "how a voice was received" in refused(lambda: row.update(received_at=timezone.now()))
    assert "how a voice was received" in refused(lambda: row.update(may_publish=False))
    original = Original.objects.filter(pk=voice.pk)
    for change in ({"text": "other"}, {"fields": {"a": 1}}, {"checksum": "0" * 64}):
        assert "never changes" in refused(lambda change=change: original.update(**change))
    assert "destroyed as a whole" in refused(lambda: original.update(destroyed_at=timezone.now()))
    assert refused(lambda: Contact.objects.update(subject=None))
    assert "never changed" in refused(lambda: VoiceEvent.objects.update(text="y"))
    assert "never changed" in refused(lambda: VoiceEvent.objects.update(text="—")), "not while it stands"


def test_an_end_becomes_another_only_by_way_of_an_open_voice(voice: Voice, people: SimpleNamespace) -> None:
    end_voice(viewer=people.officer, voice_id=voice.pk, version=None, kind="noted")
    row = Voice.objects.filter(pk=voice.pk)
    assert "taking the voice up again" in refused(lambda: row.update(end="withdrawn"))
    row.update(end="", ended_at=None, end_reason="")
    row.update(end="sealed", ended_at=timezone.now())
    assert "stays sealed" in refused(lambda: row.update(end="", ended_at=None))


def test_constraints_hold(voice: Voice, say: Speaker) -> None:
    row = Voice.objects.filter(pk=voice.pk)
    for change in (
        {"end": "refused", "ended_at": timezone.now()},
        {"end": "vanished", "ended_at": timezone.now()},
        {"late_reason": "because"},
        {"checked_by": uuid.uuid4(), "checked_at": timezone.now()},
    ):
        assert refused(lambda change=change: row.update(**change))
    assert refused(lambda: Tally.objects.update(ended=99))
    assert refused(lambda: Desk.objects.update(context="other"))
    text = Wording.objects.create(desk=voice.desk, digest="d")
    part = {"voice": voice, "position": 0, "wording": text}
    assert "within what was said" in refused(lambda: Opinion.objects.create(**part, start=0, end=9999))
    assert refused(lambda: Opinion.objects.create(**part, start=5, end=3))
    assert refused(lambda: Wording.objects.filter(pk=text.pk).update(decision="shown"))
