"""A disclosure is sealed in one act, and no word of it is left."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from jichi.city import attachments, keys
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import SubjectKey
from jichi.consultations.models import Consultation, Disposition, Scheme
from jichi.voices import duties, queries
from jichi.voices.enums import EndKind
from jichi.voices.models import (
    Attachment,
    Follow,
    Opinion,
    OpinionSet,
    Original,
    Reply,
    SealedDisclosure,
    Topic,
    Translation,
    Voice,
    Wording,
)
from jichi.voices.numbers import number_of
from jichi.voices.services import (
    dividing,
    draft_reply,
    end_voice,
    enter_effect,
    hand_over,
    note,
    reopen,
    seal,
    send_reply,
)
from jichi.voices.services.pacing import Pace

from .conftest import CONTACT, TEXT, Speaker

SECRET = "家で叩かれています"
WORDS = (SECRET, "叩かれ", "花子", "hanako", "044-999", "証拠")


@pytest.fixture
def casework(own_keys_and_files: None) -> bytes:
    """The casework installation's private key; its public one lies in the folder of keys."""
    private, public = keys.new_pair()
    keys.folder().mkdir(parents=True, exist_ok=True)
    text = f"jichi-x25519-public/1 {base64.urlsafe_b64encode(public).decode()}\n"
    (keys.folder() / "casework.pub").write_text(text, encoding="ascii")
    return private


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, memoryview | bytes) else None
                    text = raw.decode("utf-8", "replace") if raw is not None else str(value)
                    # SQLite keeps JSON as text with escapes
                    plain = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)
                    yield model._meta.db_table, plain


def left() -> set[tuple[str, str]]:
    return {(table, word) for table, text in cells() for word in WORDS if word in text}


@pytest.fixture
def told(
    say: Speaker,
    people: SimpleNamespace,
    put_together: Callable[..., OpinionSet],
    approve: Callable[[Reply], None],
) -> Voice:
    """A disclosure that has been through everything before somebody understood it."""
    paper = attachments.Attachment(
        name="証拠.txt", media_type="text/plain", size=6, content="証拠".encode(), sha256="1" * 64
    )
    row = say(SECRET, fields={"title": "叩かれ"}, contact=CONTACT, attachments=[paper], wants_reply=True)
    note(viewer=people.officer, voice_id=row.pk, text=f"花子さんより「{SECRET}」")
    group = put_together(row)
    topic = Topic.objects.create(desk=row.desk, key="t", proposed="叩かれ", title="叩かれ")
    OpinionSet.objects.filter(pk=group.pk).update(title=SECRET, topic=topic)
    Wording.objects.filter(set=group).update(
        masked=SECRET,
        decision="shown",
        decided_by=people.officer.actor,
        decided_at=timezone.now(),
        mask_confirmed_by=people.officer.actor,
        mask_confirmed_at=timezone.now(),
    )
    Translation.objects.create(
        voice=row,
        department=row.department,
        from_language="ja",
        to_language="en",
        asked_by=people.officer.actor,
        by=people.officer.actor,
        done_at=timezone.now(),
        how="officer",
        text=SECRET,
    )
    Follow.objects.create(
        context=f"voices.voice:{row.pk}",
        subject=keys.new_subject(),
        sealed=b"x",
        mail_hash="h",
        token_hash="t",
    )
    reply = draft_reply(viewer=people.officer, voice_id=row.pk, text=f"{SECRET}とのこと")
    Reply.objects.filter(pk=reply.pk).update(text="拝見しました。")
    approve(reply)
    send_reply(viewer=people.officer, reply_id=reply.pk, version=None)
    return Voice.objects.get(pk=row.pk)


def test_no_word_of_it_is_left(
    told: Voice,
    say: Speaker,
    people: SimpleNamespace,
    casework: bytes,
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert {table for table, _word in left()} >= {"voices_original", "voices_voiceevent", "voices_wording"}
    file = Attachment.objects.get(voice=told).key
    subject = told.contact.subject_id
    with django_capture_on_commit_callbacks(execute=True):
        seal(viewer=people.officer, voice_id=told.pk, version=told.version, is_urgent=True)
    assert left() == set()
    assert not attachments.exists(file)
    assert SubjectKey.objects.get(pk=subject).destroyed_at is not None
    assert not Opinion.objects.filter(voice=told).exists()
    assert Follow.objects.get().ended_at is not None
    row = Voice.objects.get(pk=told.pk)
    assert (row.end, row.end_reason) == (EndKind.SEALED, "")
    (counted,) = queries.conservation(row.desk_id)
    assert counted.holds and counted.ended == {"sealed": 1}
    blob = bytes(SealedDisclosure.objects.get(voice=row).sealed)
    whole = json.loads(keys.open_sealed(casework, blob))
    assert (whole["text"], whole["contact"], whole["fields"]) == (SECRET, CONTACT, {"title": "叩かれ"})
    assert whole["files"][0]["name"] == "証拠.txt" and whole["notes"]


def test_it_leaves_every_list_and_looks_like_one_just_received(
    told: Voice, say: Speaker, people: SimpleNamespace, casework: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duties, "reverse", lambda name, args=(): f"/{name}/{args}")
    enter_effect(viewer=people.officer, voice_id=told.pk, kind="explained", text="説明しました。")
    number = number_of(told)
    assert queries.status_of(number).effects
    seal(viewer=people.head, voice_id=told.pk, version=None, is_urgent=False)
    for viewer in (people.officer, people.head, people.planner, people.auditor):
        assert not queries.voices_for(viewer).exists()
        with pytest.raises(Voice.DoesNotExist):
            queries.voice_for(viewer, told.pk)
    row = Voice.objects.get(pk=told.pk)
    assert queries.events_of(people.officer, row) == [] and queries.replies_of(people.officer, row) == []
    with pytest.raises(Original.DoesNotExist):
        queries.original_for(people.officer, row)
    fresh, sealed = queries.status_of(number_of(say(TEXT))), queries.status_of(number)
    for name in ("end", "end_reason", "due_on", "replies", "effects", "is_late", "is_open"):
        assert getattr(sealed, name) == getattr(fresh, name), name
    assert [one.kind for one in sealed.steps] == [one.kind for one in fresh.steps] == ["received"]
    for kind in (duties.to_answer, duties.due_soon, duties.to_check, duties.to_send, duties.to_translate):
        assert list(kind(people.officer)) == []
    (carry,) = duties.to_hand_over(people.administrator)
    assert number not in carry.title + carry.detail and row.desk.title not in carry.title
    for act in (
        lambda: seal(viewer=people.officer, voice_id=row.pk, version=None, is_urgent=True),
        lambda: reopen(viewer=people.officer, voice_id=row.pk, version=None, reason="x"),
        lambda: note(viewer=people.officer, voice_id=row.pk, text="x"),
        lambda: enter_effect(viewer=people.officer, voice_id=row.pk, kind="explained", text="x"),
    ):
        with pytest.raises(Voice.DoesNotExist):
            act()
    with pytest.raises(Invalid):
        end_voice(viewer=people.officer, voice_id=row.pk, version=None, kind="noted")


def test_what_others_said_too_stays(
    say: Speaker, people: SimpleNamespace, casework: bytes, put_together: Callable[..., OpinionSet]
) -> None:
    first, second = say(TEXT), say(TEXT)
    text = Wording.objects.create(desk=first.desk, digest="same", size=2)
    group = put_together(first, second, text=text)
    seal(viewer=people.officer, voice_id=first.pk, version=None, is_urgent=False)
    text.refresh_from_db()
    group.refresh_from_db()
    assert text.sample is not None and text.sample.voice_id == second.pk
    assert (text.size, group.size, text.set_id) == (1, 1, group.pk)


def test_who_may_and_when(voice: Voice, people: SimpleNamespace, casework: bytes) -> None:
    facts = {"voice_id": voice.pk, "is_urgent": True}
    for viewer in (people.stranger, people.planner, people.auditor, people.administrator):
        with pytest.raises(NotAllowed):
            seal(viewer=viewer, version=None, **facts)
    with pytest.raises(Conflict):
        seal(viewer=people.officer, version=9, **facts)
    public = keys.folder() / "casework.pub"
    public.rename(public.with_suffix(".away"))
    with pytest.raises(Invalid):
        seal(viewer=people.officer, version=None, **facts)
    assert queries.original_for(people.officer, voice).text == TEXT, "nothing is lost where nobody could read"
    public.with_suffix(".away").rename(public)
    seal(viewer=people.officer, version=None, **facts)
    with pytest.raises(NotAllowed):
        hand_over(viewer=people.officer, voice_ids=[voice.pk])
    content = hand_over(viewer=people.administrator, voice_ids=[voice.pk])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        head = json.loads(file.read("disclosures.json"))
        inside = file.read(head["disclosures"][0]["file"])
    assert head["disclosures"][0]["urgent"] is True
    assert json.loads(keys.open_sealed(casework, inside))["text"] == TEXT
    assert hand_over(viewer=people.administrator, voice_ids=[voice.pk]) == content
    assert list(queries.disclosures_for(people.administrator)) == []


@pytest.mark.parametrize("of_set", [True, False])
def test_what_a_mechanism_says_of_it_goes_too(
    say: Speaker,
    people: SimpleNamespace,
    casework: bytes,
    put_together: Callable[..., OpinionSet],
    of_set: bool,
) -> None:
    """A summary that an officer wrote of it, for its set or for the one opinion."""
    row = say(SECRET)
    group = put_together(row)
    since = {"in_force_from": "2020-04-01", "known_from": "2020-04-01"}
    scheme = Scheme.objects.create(
        key="s", number=1, codes=[], fields=[], channels=[], source="s", digest="d", **since
    )
    consultation = Consultation.objects.create(
        key="c",
        kind="plan",
        title="c",
        department=row.department,
        scheme=scheme,
        desk=row.desk,
        created_by=people.officer.actor,
    )
    where = {"set": group} if of_set else {"opinion": row.opinions.get()}
    Disposition.objects.create(
        consultation=consultation,
        code="E",
        summary=SECRET,
        view="—",
        decided_by=people.officer.actor,
        **where,
    )
    seal(viewer=people.officer, voice_id=row.pk, version=None, is_urgent=False)
    assert left() == set() and not Disposition.objects.exists()


def test_what_lies_elsewhere_goes_too_and_a_lost_file_stops_nothing(
    told: Voice, people: SimpleNamespace, casework: bytes
) -> None:
    """Its effect, the translation of its reply, a set put into another, who follows it."""
    enter_effect(viewer=people.officer, voice_id=told.pk, kind="explained", text=SECRET, about=SECRET)
    Translation.objects.create(
        reply=told.replies.get(),
        department=told.department,
        from_language="ja",
        to_language="en",
        asked_by=people.officer.actor,
        by=people.officer.actor,
        done_at=timezone.now(),
        how="officer",
        text=SECRET,
    )
    into, held = OpinionSet.objects.get(), Wording.objects.get()
    OpinionSet.objects.create(desk=told.desk, title=SECRET, representative=held, merged_into=into)
    attachments.destroy_now(Attachment.objects.get(voice=told).key)
    told.due_on = timezone.localdate()
    told.save(update_fields=["due_on"])
    seal(viewer=people.officer, voice_id=told.pk, version=None, is_urgent=True)
    assert left() == set()
    (follower,) = Follow.objects.all()
    assert (bytes(follower.sealed), follower.mail_hash) == (b"", "")
    assert SubjectKey.objects.get(pk=follower.subject_id).destroyed_at is not None
    whole = json.loads(keys.open_sealed(casework, bytes(SealedDisclosure.objects.get().sealed)))
    assert (whole["text"], whole["files"][0]["content"]) == (SECRET, None)
    status = queries.status_of(number_of(told))
    assert status.due_on == told.due_on, "a day that vanished would tell"


def test_a_worker_that_divides_at_the_same_moment_brings_nothing_back(
    say: Speaker, people: SimpleNamespace, casework: bytes
) -> None:
    first, second = say(SECRET), say("叩かれ、こわいです")
    desk = first.desk
    dividing.divide_new(viewer=people.worker, desk_id=desk.pk)
    known = dividing.Known(desk)
    known.look_up(list(Wording.objects.values_list("digest", flat=True)))
    third = say("もう一つの叩かれた話です")
    read = dividing._read(known, 0, 10)
    for row in (first, second, third):
        seal(viewer=people.officer, voice_id=row.pk, version=None, is_urgent=False)
    dividing._divide_some(known, read, Pace(), dividing.Divided())
    assert not Wording.objects.filter(length__gt=0).exists() and not Opinion.objects.exists()
    other = say(SECRET)
    dividing._divide_some(known, dividing._read(known, 0, 10), Pace(), dividing.Divided())
    text = Wording.objects.get(length__gt=0)
    assert (text.length, text.sample.voice_id) == (len(SECRET), other.pk)
