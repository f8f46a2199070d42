"""What an office does with a voice, who may, and what happens when two do it at once."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry, Department
from jichi.voices import duties, queries
from jichi.voices.models import Original, Voice, VoiceEvent
from jichi.voices.numbers import number_of
from jichi.voices.services import (
    answer_desk,
    contact_of,
    end_voice,
    enter_for,
    extend_desk,
    look_up,
    make_desk,
    note,
    pass_on,
    reopen,
    set_due,
    warn_before_due,
)

from .conftest import CONTACT, TEXT, DeskMaker, Speaker

DAY = datetime.timedelta(days=1)


def test_passed_on_it_is_open_and_of_the_other_office(
    voice: Voice, people: SimpleNamespace, other_department: Department
) -> None:
    facts = {"voice_id": voice.pk, "version": 1, "department_id": other_department.pk}
    with pytest.raises(NotAllowed):
        pass_on(viewer=people.stranger, reason="ours", **facts)
    with pytest.raises(Invalid):
        pass_on(viewer=people.officer, reason=" ", **facts)
    row = pass_on(viewer=people.officer, reason="街灯は防災課", **facts)
    assert (row.end, row.department_id, row.version) == ("", other_department.pk, 2)
    with pytest.raises(Original.DoesNotExist):
        queries.original_for(people.officer, row)
    assert queries.original_for(people.stranger, row).text == TEXT
    event = VoiceEvent.objects.get(voice=row)
    assert (event.office_id, event.to_office_id) == (voice.department_id, other_department.pk)
    assert "街灯" not in json.dumps(list(AuditEntry.objects.values_list("fields", flat=True)))
    with pytest.raises(Conflict):
        pass_on(viewer=people.planner, reason="again", **facts)


def test_each_end_asks_for_what_it_needs(voice: Voice, say: Speaker, people: SimpleNamespace) -> None:
    end = {"viewer": people.officer, "voice_id": voice.pk, "version": None}
    Voice.objects.filter(pk=voice.pk).update(wants_reply=True)
    for kind, reason in (
        ("refused", ""),
        ("not_ours", " "),
        ("sealed", "x"),
        ("nothing", "x"),
        ("noted", ""),
        ("replied", ""),
    ):
        with pytest.raises(Invalid):
            end_voice(**end, kind=kind, reason=reason)
    with pytest.raises(Invalid):
        end_voice(**end, kind="referred", reason="県\0")
    row = end_voice(**end, kind="not_ours", reason="県の道路です。県の窓口を案内しました。")
    with pytest.raises(Invalid):
        end_voice(**end, kind="withdrawn")
    with pytest.raises(Invalid):
        reopen(viewer=people.officer, voice_id=row.pk, version=None, reason="")
    row = reopen(viewer=people.officer, voice_id=row.pk, version=row.version, reason="市の道路だった")
    assert (row.end, row.end_reason, row.ended_at) == ("", "", None)
    assert end_voice(**end | {"voice_id": say().pk}, kind="noted").end == "noted"


def test_the_second_of_two_officers_is_told(voice: Voice, people: SimpleNamespace) -> None:
    end_voice(viewer=people.officer, voice_id=voice.pk, version=1, kind="circulated")
    with pytest.raises(Conflict) as told:
        end_voice(viewer=people.colleague, voice_id=voice.pk, version=1, kind="withdrawn")
    assert told.value.current.end == "circulated"


def test_who_sees_what(voice: Voice, people: SimpleNamespace) -> None:
    """The planning section and the auditor see that there is a voice, and not a word of it."""
    for viewer in (people.officer, people.head):
        assert queries.original_for(viewer, queries.voice_for(viewer, voice.pk)).text == TEXT
    note(viewer=people.officer, voice_id=voice.pk, text="電話で確認")
    for viewer in (people.planner, people.auditor):
        row = queries.voice_for(viewer, voice.pk)
        with pytest.raises(Original.DoesNotExist):
            queries.original_for(viewer, row)
        assert [one.text for one in queries.events_of(viewer, row)] == [""]
        with pytest.raises(NotAllowed):
            contact_of(viewer=viewer, voice=row)
    with pytest.raises(Voice.DoesNotExist):
        queries.voice_for(people.stranger, voice.pk)
    assert contact_of(viewer=people.officer, voice=voice) == CONTACT
    assert AuditEntry.objects.filter(act="voices.contact:read").count() == 1
    assert look_up(viewer=people.officer, contact="HANAKO@example.jp") == [voice]
    assert look_up(viewer=people.stranger, contact="０４４－９９９－００００") == []
    with pytest.raises(Invalid):
        look_up(viewer=people.officer, contact="花子")


def test_lists_find_by_words_number_and_state(voice: Voice, say: Speaker, people: SimpleNamespace) -> None:
    other = say("図書館を駅の近くに")

    def found(viewer: Any = people.officer, **data: str) -> set[int]:
        rows = queries.voices_for(viewer, filters=queries.Filters.given(data))
        return set(rows.values_list("pk", flat=True))

    assert found() == {voice.pk, other.pk}
    assert found(q="図書館") == {other.pk}
    assert found(viewer=people.planner, q="図書館") == set() and len(found(viewer=people.planner)) == 2
    assert found(viewer=people.stranger) == set()
    assert found(q=number_of(voice)) == {voice.pk}
    assert found(channel="fax") == set() and found(channel="'; --", q="\0") == found()
    end_voice(viewer=people.officer, voice_id=other.pk, version=None, kind="noted")
    assert found(state="open") == {voice.pk} and found(state="ended") == {other.pk}
    board = queries.board_for(people.planner)
    assert [(row.open, row.overdue) for row in board] == [(1, 0)]


def test_days_of_replies_and_warnings(
    make: DeskMaker, say: Speaker, people: SimpleNamespace, rule: Callable[..., Any]
) -> None:
    """Ten working days; the warning comes once for each day that was set."""
    rule("voices.reply_working_days", 10)
    rule("voices.escalate_working_days_before", 2)
    desk = make(reply_rule="voices.reply_working_days")
    moment = datetime.datetime(2025, 12, 24, 15, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
    facts = {"desk_id": desk.pk, "contact": CONTACT, "received_at": moment}
    row = say(**facts)
    assert row.wants_reply and row.due_on == datetime.date(2026, 1, 15), "12-29 to 01-03 and 01-12 are closed"
    assert say(**facts, wants_reply=False).due_on is None and say(desk_id=desk.pk).due_on is None
    near = timezone.localdate() + 30 * DAY
    row = set_due(viewer=people.officer, voice_id=row.pk, version=1, due_on=near, reason="照会中")
    assert warn_before_due(on=near - 10 * DAY) == 0
    assert warn_before_due(on=near) == 1 and warn_before_due(on=near) == 0
    assert AuditEntry.objects.get(act="voices.voice:escalate").count == 1
    set_due(viewer=people.head, voice_id=row.pk, version=None, due_on=near + DAY, reason="まだ照会中")
    assert warn_before_due(on=near + DAY) == 1


def test_duties_tell_number_and_desk_alone(
    make: DeskMaker,
    say: Speaker,
    people: SimpleNamespace,
    rule: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duties, "reverse", lambda name, args=(): f"/{name}/{args}")
    rule("voices.reply_working_days", 10)
    desk = make(reply_rule="voices.reply_working_days", checks=["fax"])
    say(desk_id=desk.pk, contact=CONTACT)
    old = timezone.now() - 60 * DAY
    enter_for(
        viewer=people.officer, desk_id=desk.pk, channel="fax", text=TEXT, received_at=old, contact=CONTACT
    )
    (waits,) = duties.to_answer(people.officer)
    (late,) = duties.due_soon(people.head)
    (check,) = duties.to_check(people.colleague)
    assert list(duties.to_check(people.officer)) == [], "nobody checks her own entry"
    for item in (waits, late, check):
        assert desk.title in item.title and "街灯" not in item.title + item.detail
    assert "日" in late.detail or "late" in late.detail
    for kind in (duties.to_answer, duties.due_soon, duties.to_check, duties.to_send, duties.to_decide):
        assert list(kind(people.stranger)) == []
    gone = timezone.localdate() - DAY
    Department.objects.filter(pk=desk.department_id).update(valid_to=gone)
    assert len(list(duties.to_pass_on(people.planner))) == 2
    assert list(duties.to_pass_on(people.officer)) == []


def test_a_desk_is_made_extended_and_answered_once(
    make: DeskMaker, say: Speaker, people: SimpleNamespace, department: Department
) -> None:
    now = timezone.now()
    desk = make(closes_at=now + DAY)
    with pytest.raises(NotAllowed):
        make_desk(
            viewer=people.stranger,
            key="x",
            mechanism="m",
            context="m:1",
            title="x",
            department_id=department.pk,
        )
    for wrong in ({"title": " "}, {"closes_at": now - 30 * DAY}, {"checks": ["pigeon"]}, {"key": desk.key}):
        with pytest.raises(Invalid):
            make(**wrong)
    with pytest.raises(Invalid):
        extend_desk(viewer=people.officer, desk_id=desk.pk, closes_at=now)
    assert extend_desk(viewer=people.officer, desk_id=desk.pk, closes_at=now + 9 * DAY).version == 2
    with pytest.raises(Invalid):
        answer_desk(viewer=people.officer, desk_id=desk.pk)
    row = say(desk_id=desk.pk)
    answer_desk(viewer=people.officer, desk_id=desk.pk, at=now + 10 * DAY)
    with pytest.raises(Invalid):
        answer_desk(viewer=people.officer, desk_id=desk.pk, at=now + 10 * DAY)
    with pytest.raises(Invalid):
        end_voice(viewer=people.officer, voice_id=row.pk, version=None, kind="noted")
    assert not queries.voices_for(people.officer, filters=queries.Filters(state="open")).exists()
    assert queries.end_of(Voice.objects.get(pk=row.pk)) == "replied"
