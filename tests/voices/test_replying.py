"""Replies: one at a time, approved by another, sent once, by mail or as a letter, to one or to a set."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.office.models import Message
from jichi.office.queries import standing_of
from jichi.office.services import send_back
from jichi.voices import queries
from jichi.voices.models import Contact, Opinion, OpinionSet, Reply, Voice, VoiceEvent, Wording
from jichi.voices.services import (
    draft_reply,
    end_voice,
    enter_effect,
    finish_replies,
    put_up_reply,
    save_template,
    send_reply,
    withdraw_reply,
)

from .conftest import CONTACT, TEXT, Speaker

ANSWER = "街灯を明るいものに替えます。"
Approver = Callable[[Reply], None]


def test_drafted_approved_sent(voice: Voice, people: SimpleNamespace, approve: Approver) -> None:
    with pytest.raises(NotAllowed):
        draft_reply(viewer=people.stranger, voice_id=voice.pk, text=ANSWER)
    for wrong in (" ", "x\0y", "あ" * 20_001):
        with pytest.raises(Invalid):
            draft_reply(viewer=people.officer, voice_id=voice.pk, text=wrong)
    draft = draft_reply(viewer=people.officer, voice_id=voice.pk, text="案")
    with pytest.raises(Invalid):
        draft_reply(viewer=people.colleague, voice_id=voice.pk, text="別の案")
    draft = draft_reply(viewer=people.colleague, reply_id=draft.pk, version=1, text=ANSWER)
    with pytest.raises(Conflict):
        draft_reply(viewer=people.officer, reply_id=draft.pk, version=1, text="遅れた案")
    with pytest.raises(Invalid, match=r".+"):
        send_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    approve(draft)
    with pytest.raises(Invalid):
        draft_reply(viewer=people.officer, reply_id=draft.pk, text="決裁のあとで変える")
    assert [one.pk for one in queries.to_send_for(people.officer)] == [draft.pk]
    sent = send_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    assert sent.sent_at is not None and sent.approved_at is not None
    row = Voice.objects.get(pk=voice.pk)
    assert (row.end, queries.to_send_for(people.officer)) == ("replied", [])
    (message,) = Message.objects.all()
    assert message.body == ANSWER and "街灯" not in message.subject_line
    assert message.subject_id == Contact.objects.get(voice=voice).subject_id
    with pytest.raises(Invalid):
        send_reply(viewer=people.officer, reply_id=draft.pk, version=None)


def test_sent_back_changed_and_put_up_again(voice: Voice, people: SimpleNamespace, route: str) -> None:
    draft = draft_reply(viewer=people.officer, voice_id=voice.pk, text="案")
    facts = {"viewer": people.officer, "reply_id": draft.pk, "version": None, "route_key": route}
    approval = put_up_reply(**facts)
    assert TEXT[:6] not in approval.title and "花子" not in approval.title
    send_back(viewer=people.head, approval_id=approval.pk, version=approval.version, reason="短い")
    draft_reply(viewer=people.officer, reply_id=draft.pk, text=ANSWER)
    again = put_up_reply(**facts)
    assert (again.pk, again.round) == (approval.pk, 2)
    withdraw_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    assert standing_of(draft.context) is None
    assert draft_reply(viewer=people.officer, voice_id=voice.pk, text=ANSWER).pk != draft.pk


def test_a_letter_where_there_is_no_mail(say: Speaker, people: SimpleNamespace, approve: Approver) -> None:
    row = say(contact={"name": "見本 太郎", "address": "見本市1-1"}, channel="post")
    draft = draft_reply(viewer=people.officer, voice_id=row.pk, text=ANSWER)
    approve(draft)
    send_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    assert not Message.objects.exists()
    assert list(queries.letters_of(people.officer, draft)) == [row]
    assert list(queries.letters_of(people.stranger, draft)) == []


def test_one_reply_to_a_set_ends_those_who_asked_nothing_else(
    say: Speaker,
    people: SimpleNamespace,
    approve: Approver,
    put_together: Callable[..., OpinionSet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A member with another opinion stays open until that one has its reply; sealed and ended ones stay."""
    monkeypatch.setattr("jichi.voices.services.replying._CHUNK", 2)
    several = [say(contact=CONTACT | {"email": f"p{n}@example.jp"}, wants_reply=True) for n in range(5)]
    group = put_together(*several)
    ended, torn = several[0], several[1]
    end_voice(viewer=people.officer, voice_id=ended.pk, version=None, kind="withdrawn")
    other = OpinionSet.objects.create(desk=torn.desk)
    text = Wording.objects.create(desk=torn.desk, digest="other", set=other)
    Opinion.objects.create(voice=torn, position=1, start=0, end=1, wording=text)
    draft = draft_reply(viewer=people.officer, set_id=group.pk, text=ANSWER)
    approve(draft)
    send_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    ends = [Voice.objects.get(pk=one.pk).end for one in several]
    assert ends == ["withdrawn", "", "replied", "replied", ""]
    assert finish_replies() == 1 and finish_replies() == 0
    ends = [Voice.objects.get(pk=one.pk).end for one in several]
    assert ends == ["withdrawn", "", "replied", "replied", "replied"]
    assert Message.objects.count() == 3
    assert VoiceEvent.objects.filter(kind="replied").count() == 3
    assert all(row.holds for row in queries.conservation())


def test_effects_and_templates(voice: Voice, people: SimpleNamespace) -> None:
    facts = {"viewer": people.officer, "voice_id": voice.pk}
    for wrong in (
        {"kind": "miracle", "text": "x"},
        {"kind": "explained", "text": " "},
        {"kind": "undertaken", "text": "x"},
        {"kind": "explained", "text": "x", "url": "javascript:alert(1)"},
    ):
        with pytest.raises(Invalid):
            enter_effect(**facts, **wrong)
    with pytest.raises(NotAllowed):
        enter_effect(**facts | {"viewer": people.stranger}, kind="explained", text="x")
    enter_effect(**facts, kind="not_adopted", text="予算がないため。", visible_from=timezone.now())
    assert [one.kind for one in queries.effects_of(people.officer, voice)] == ["not_adopted"]
    mine = {"viewer": people.officer, "department_id": voice.department_id}
    kept = save_template(**mine, title="受付", text="ありがとうございます。")
    with pytest.raises(Conflict):
        save_template(**mine, title="x", text="y", template_id=kept.pk, version=9)
    with pytest.raises(NotAllowed):
        save_template(**mine | {"viewer": people.stranger}, title="x", text="y", template_id=kept.pk)
    assert list(queries.templates_for(people.officer)) == [kept]
    assert list(queries.templates_for(people.stranger)) == []
