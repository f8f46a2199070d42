"""What was said goes when its time is over, and goes again after a restore."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from jichi.city import attachments
from jichi.city.errors import NotAllowed
from jichi.city.models import City
from jichi.office.models import Destruction
from jichi.voices import checks, queries
from jichi.voices.models import SealedDisclosure, Voice, VoiceEvent
from jichi.voices.services import (
    answer_desk,
    destroy_due,
    end_voice,
    hand_over,
    note,
    replay_destruction,
    seal,
    sweep_files,
)

from .conftest import CONTACT, TEXT, DeskMaker, Speaker
from .test_receiving import PDF
from .test_sealing import casework  # noqa: F401

TOKYO = datetime.timezone(datetime.timedelta(hours=9))


def ended_on(row: Voice, day: datetime.date) -> None:
    moment = datetime.datetime(day.year, day.month, day.day, 23, 59, tzinfo=TOKYO)
    Voice.objects.filter(pk=row.pk).update(ended_at=moment)


def test_destroyed_at_the_end_of_its_years(
    say: Speaker,
    people: SimpleNamespace,
    rule: Callable[..., Any],
    city: City,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Five years from the end of the fiscal year in which it ended; open ones and other classes stay."""
    row, newer, still = say(TEXT, contact=CONTACT, attachments=[PDF]), say(), say()
    note(viewer=people.officer, voice_id=row.pk, text="花子さんに電話")
    for one, day in ((row, datetime.date(2020, 3, 31)), (newer, datetime.date(2020, 4, 1))):
        end_voice(viewer=people.officer, voice_id=one.pk, version=None, kind="circulated")
        ended_on(one, day)
    with pytest.raises(NotAllowed):
        destroy_due(viewer=people.officer, on=datetime.date(2025, 4, 1))
    assert destroy_due(viewer=people.worker, on=datetime.date(2099, 4, 1)) == 0, "no rule, no destruction"
    rule("voices.retention_years.standard", 5, "year")
    assert destroy_due(viewer=people.worker, on=datetime.date(2025, 3, 31)) == 0
    file = row.attachments.get().key
    with django_capture_on_commit_callbacks(execute=True):
        assert destroy_due(viewer=people.worker, on=datetime.date(2025, 4, 1)) == 1
    gone = Voice.objects.get(pk=row.pk)
    assert (gone.original.text, bytes(gone.original.salt), gone.contact.mail_hash) == ("", b"", "")
    assert gone.contact.subject.destroyed_at is not None and not attachments.exists(file)
    assert set(VoiceEvent.objects.filter(voice=row, kind="note").values_list("text", flat=True)) == {"—"}
    assert newer.original.text and still.original.text
    assert Destruction.objects.get(object_type="voices.voice").object_id == str(row.pk)
    assert [one for check in (checks.destroyed, checks.originals, checks.parts) for one in check()] == []
    assert all(one.holds for one in queries.conservation())
    assert destroy_due(viewer=people.worker, on=datetime.date(2026, 4, 1)) == 1
    assert destroy_due(viewer=people.worker, on=datetime.date(2026, 4, 1)) == 0


def test_answered_with_its_desk_it_ends_then(
    make: DeskMaker, say: Speaker, people: SimpleNamespace, rule: Callable[..., Any], city: City
) -> None:
    rule("voices.retention_years.standard", 5, "year")
    desk = make(closes_at=None)
    row = say(desk_id=desk.pk)
    answered = datetime.datetime(2019, 6, 1, tzinfo=TOKYO)
    answer_desk(viewer=people.officer, desk_id=desk.pk, at=answered)
    assert destroy_due(viewer=people.worker, on=datetime.date(2025, 4, 1)) == 1
    assert Voice.objects.get(pk=row.pk).original.destroyed_at is not None


def test_destroyed_again_after_a_restore(
    say: Speaker,
    people: SimpleNamespace,
    casework: bytes,  # noqa: F811
) -> None:
    row, other = say(TEXT, contact=CONTACT), say("残るもの")
    replay = {"viewer": people.worker, "object_type": "voices.voice"}
    assert replay_destruction(**replay, object_ids=[str(row.pk), "999999", "x"]) == 1
    assert replay_destruction(**replay, object_ids=[str(row.pk)]) == 0
    assert Voice.objects.get(pk=row.pk).original.text == ""
    sealed = say("家で叩かれています", contact=CONTACT)
    again = {"viewer": people.worker, "object_type": "voices.sealed", "object_ids": [str(sealed.pk)]}
    assert (replay_destruction(**again), replay_destruction(**again)) == (1, 0)
    assert Voice.objects.get(pk=sealed.pk).end == "sealed"
    assert other.original.text == "残るもの"


def test_the_ciphertext_goes_after_it_was_handed_over(
    voice: Voice,
    people: SimpleNamespace,
    casework: bytes,  # noqa: F811
    rule: Callable[..., Any],
    city: City,
) -> None:
    rule("voices.retention_years.sealed", 1, "year")
    seal(viewer=people.officer, voice_id=voice.pk, version=None, is_urgent=False)
    late = datetime.date(2099, 4, 1)
    assert destroy_due(viewer=people.worker, on=late) == 0, "not before somebody has it"
    hand_over(viewer=people.administrator, voice_ids=[voice.pk])
    assert destroy_due(viewer=people.worker, on=late) == 1
    assert bytes(SealedDisclosure.objects.get().sealed) == b""
    assert sweep_files() == 0
