"""Taking in voices: one receipt each, nothing lost, nothing doubled, nothing that a database cannot hold."""

from __future__ import annotations

import datetime
import json
import threading
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city import attachments, keys
from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.methods import receipts
from jichi.voices.enums import LATE_AFTER, LATE_ANSWERED
from jichi.voices.models import Desk, Original, Tally, Voice, VoiceEvent
from jichi.voices.services import answer_desk, check_entry, enter_for, receive
from jichi.voices.services.preparing import CONTACT_PLACE, checksum_of, prepared

from .conftest import CONTACT, TEXT, DeskMaker, Speaker

PDF = attachments.Attachment(
    name="図面.pdf", media_type="application/pdf", size=4, content=b"%PDF", sha256="0" * 64
)


def test_a_voice_is_kept_whole(desk: Desk, intake: Viewer) -> None:
    """Number, original with checksum, contact encrypted, file on disk, one entry in the trail."""
    receipt = receive(
        viewer=intake,
        desk_id=desk.pk,
        channel="web",
        text="一行目\r\n二行目 \U0001f33b \u202eدعم",
        fields={"title": "街灯"},
        passages=[{"start": 0, "end": 3, "anchor": "p1"}],
        contact=CONTACT,
        attachments=[PDF],
        may_publish=False,
    )
    voice = Voice.objects.get(pk=receipt.voice.pk)
    assert receipt.is_new and len(receipts.read(receipt.number)) == 14
    original = voice.original
    assert original.text == "一行目\r\n二行目 \U0001f33b \u202eدعم"
    assert original.checksum == checksum_of(
        bytes(original.salt), original.text, original.fields, original.passages
    )
    contact = json.loads(keys.decrypt(voice.contact.subject, voice.contact.sealed, CONTACT_PLACE))
    assert contact == CONTACT
    assert voice.contact.mail_hash == keys.lookup_hash("mail", "hanako@example.jp")
    assert attachments.read(voice.attachments.get().key) == b"%PDF"
    assert (voice.end, voice.may_publish, voice.has_contact, voice.entered_by) == ("", False, True, None)
    entry = AuditEntry.objects.get(object_type="voices.voice", object_id=str(voice.pk))
    assert "花子" not in json.dumps(entry.fields) and "一行目" not in json.dumps(entry.fields)
    assert Tally.objects.get(desk=desk, channel="web").received == 1


def test_the_same_intake_is_one_voice(desk: Desk, say: Speaker, intake: Viewer) -> None:
    first = say(intake_key="k" * 200)
    again = receive(viewer=intake, desk_id=desk.pk, channel="web", text="other", intake_key="k" * 200)
    assert (again.voice.pk, again.is_new) == (first.pk, False)
    assert Voice.objects.count() == 1
    assert say().pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_sent_at_once_are_one_voice(make: DeskMaker, intake: Viewer) -> None:
    """Both are told the same number, on each database, and no file of the second stays."""
    desk, found, barrier = make(), [], threading.Barrier(4)

    def send() -> None:
        barrier.wait()
        try:
            found.append(
                receive(
                    viewer=intake,
                    desk_id=desk.pk,
                    channel="web",
                    text=TEXT,
                    contact=CONTACT,
                    intake_key="one",
                    attachments=[PDF],
                )
            )
        finally:
            connection.close()

    keys.key("contact"), keys.key("receipt"), keys.key("lookup"), keys.key("digest")
    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert len({one.number for one in found}) == 1
    assert sum(one.is_new for one in found) == 1
    assert (Voice.objects.count(), Original.objects.count()) == (1, 1)
    assert sum(Tally.objects.values_list("received", flat=True)) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": "  \n "}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"text": "あ" * 1_000_000}, "text"),
        ({"fields": {"title": "x\0"}}, "fields"),
        ({"fields": {"title": "x" * 30_000}}, "fields"),
        ({"channel": "pigeon"}, "channel"),
        ({"language": "no such language"}, "language"),
        ({"contact": {"email": "nobody"}}, "email"),
        ({"contact": {"phone": "sometimes"}}, "phone"),
        ({"contact": {"name": "あ" * 301}}, "name"),
        ({"passages": [{"start": 5, "end": 9999}]}, "passages"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    desk: Desk, intake: Viewer, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        receive(**{"viewer": intake, "desk_id": desk.pk, "channel": "web", "text": TEXT, **facts})
    assert field in refused.value.messages and refused.value.messages[field][0]
    assert not Voice.objects.exists()


def test_mail_is_mended_in_place_of_refused(say: Speaker) -> None:
    row = say(
        "前\0後\udcff", channel="email", contact={"email": "broken <at> mail"}, fields={"subject": "\0"}
    )
    assert row.original.text == "前\ufffd後\ufffd"
    assert row.original.fields == {"subject": "\ufffd", "repaired": True}
    assert row.contact.mail_hash == ""
    assert "repaired" not in say("\\u0000 と書いた").original.fields


@settings(max_examples=30)
@given(text=st.text(min_size=1, max_size=300), title=st.text(max_size=30))
def test_anything_typed_is_kept_or_refused(text: str, title: str) -> None:
    """What is taken is what was typed, and its checksum can be computed again from what is stored."""
    with mock.patch("jichi.city.keys.ring.key", lambda purpose, version=None: b"k" * 32):
        try:
            ready = prepared(channel="web", text=text, fields={"title": title})
        except Invalid:
            assert not text.strip() or "\0" in text + title
            return
        stored = json.loads(json.dumps(ready.fields))
        assert ready.text == text
        assert checksum_of(ready.salt, ready.text, stored, ready.passages) == ready.checksum


def test_late_is_kept_and_counted_apart(say: Speaker, make: DeskMaker, people: SimpleNamespace) -> None:
    now = timezone.now()
    past = make(opens_at=now - datetime.timedelta(days=40), closes_at=now - datetime.timedelta(days=1))
    late = say(desk_id=past.pk)
    assert (late.is_late, late.late_reason) == (True, LATE_AFTER)
    said = say(desk_id=past.pk, late_reason="郵便が遅れた")
    assert said.late_reason == "郵便が遅れた"
    in_time = now - datetime.timedelta(days=3)
    paper = {"viewer": people.officer, "desk_id": past.pk, "channel": "post", "text": TEXT}
    assert not enter_for(**paper, received_at=in_time).voice.is_late
    answer_desk(viewer=people.officer, desk_id=past.pk)
    after = enter_for(**paper, received_at=in_time).voice
    assert (after.is_late, after.late_reason) == (True, LATE_ANSWERED), "never among those answered already"
    assert Tally.objects.filter(desk=past, is_late=True, channel="web").count() <= 2


def test_paper_is_entered_by_one_and_checked_by_another(people: SimpleNamespace, desk: Desk) -> None:
    arrived = timezone.now() - datetime.timedelta(days=2)
    paper = {"desk_id": desk.pk, "channel": "fax", "text": TEXT, "received_at": arrived}
    with pytest.raises(NotAllowed):
        enter_for(viewer=people.stranger, **paper)
    with pytest.raises(NotAllowed):
        receive(viewer=people.officer, desk_id=desk.pk, channel="fax", text=TEXT)
    with pytest.raises(Invalid):
        enter_for(viewer=people.officer, **paper | {"received_at": timezone.now() + datetime.timedelta(1)})
    row = enter_for(viewer=people.officer, **paper).voice
    assert (row.received_at, row.entered_by) == (arrived, people.officer.actor)
    assert VoiceEvent.objects.get(voice=row).kind == "received"
    with pytest.raises(Invalid):
        check_entry(viewer=people.officer, voice_id=row.pk, version=1)
    with pytest.raises(Conflict):
        check_entry(viewer=people.colleague, voice_id=row.pk, version=7)
    assert (
        check_entry(viewer=people.colleague, voice_id=row.pk, version=1).checked_by == people.colleague.actor
    )
