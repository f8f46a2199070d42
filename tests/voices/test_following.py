"""Following by mail: confirmed twice, told once, ended by a link; silent on what is sealed. And translations."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import SubjectKey
from jichi.manifest import Role
from jichi.office.models import Message
from jichi.voices.models import Desk, Follow, Voice
from jichi.voices.queries.news import public_events
from jichi.voices.services import (
    answer_desk,
    ask_translation,
    confirm_follow,
    end_follow,
    follow,
    make_translation,
    source_of,
    tell_followers,
)

pytestmark = pytest.mark.django_db
MAIL = "hanako@example.jp"


@pytest.fixture
def desk(make) -> Desk:
    """A desk that has closed and can be answered."""
    return make(closes_at=timezone.now() - datetime.timedelta(hours=2))


def token_in(message: Message) -> str:
    return re.findall(r"/follow/([A-Za-z0-9_-]{43})/", message.body)[-1]


def following_it(context: str, **facts) -> tuple[Follow, str]:
    follow(context=context, email=MAIL, language="ja", **facts)
    token = token_in(Message.objects.latest("created_at"))
    row = confirm_follow(token)
    assert row is not None
    return row, token


def test_nothing_is_sent_before_it_is_confirmed_and_nothing_twice(desk, people):
    follow(context=desk.context, email=MAIL, language="ja")
    follow(context=desk.context, email=MAIL, language="ja")
    first = Message.objects.get()
    assert MAIL not in first.body
    answer_desk(viewer=people.officer, desk_id=desk.pk)
    assert tell_followers() == 0
    row = Follow.objects.get()
    assert MAIL.encode() not in bytes(row.sealed)
    assert token_in(first) not in row.token_hash
    assert confirm_follow(token_in(first)).confirmed_at == confirm_follow(token_in(first)).confirmed_at
    Follow.objects.update(told_until=timezone.now() - datetime.timedelta(hours=1))
    assert (tell_followers(), tell_followers()) == (1, 0)
    news = Message.objects.latest("created_at")
    assert desk.title in news.body
    assert desk.title not in news.subject_line
    assert f"/follow/{token_in(news)}/end/" in news.body
    assert f"/follow/{token_in(first)}/confirm/" in first.body
    assert end_follow(token_in(news))
    assert not end_follow(token_in(news))
    row.refresh_from_db()
    assert SubjectKey.objects.get(pk=row.subject_id).destroyed_at
    assert confirm_follow(token_in(first)) is None


def test_a_digest_comes_once_a_day_and_who_does_not_confirm_is_forgotten(desk, make, people):
    following_it(desk.context, is_digest=True)
    answer_desk(viewer=people.officer, desk_id=desk.pk)
    follow(context=make().context, email=MAIL, language="en")
    now = timezone.now()
    assert tell_followers(now=now) == 0
    assert tell_followers(now=now + datetime.timedelta(days=1)) == 1
    assert tell_followers(now=now + datetime.timedelta(days=1, hours=1)) == 0
    tell_followers(now=now + datetime.timedelta(days=4))
    assert Follow.objects.filter(ended_at__isnull=True).count() == 1


def test_a_sealed_voice_cannot_be_followed_and_is_silent(voice):
    context = f"voices.voice:{voice.pk}"
    following_it(context)
    Voice.objects.filter(pk=voice.pk).update(end="replied", ended_at=timezone.now())
    assert [one.kind for one in public_events(context)] == ["replied"]
    Voice.objects.filter(pk=voice.pk).update(end="", ended_at=None)
    Voice.objects.filter(pk=voice.pk).update(end="sealed", ended_at=timezone.now())
    assert public_events(context) == []
    assert tell_followers(now=timezone.now() + datetime.timedelta(hours=1)) == 0
    kept = Follow.objects.count()
    follow(context=context, email="b@example.jp", language="ja")  # it answers as for any other voice
    assert Follow.objects.count() == kept
    for wrong in ("voices.voice:x", "voices.voice:" + "9" * 30, "plan.node:1"):
        with pytest.raises(Invalid):
            follow(context=wrong, email="b@example.jp", language="ja")
    with pytest.raises(Invalid) as caught:
        follow(context=context, email="no mail\r\nBcc: x@y.jp", language="ja")
    assert "email" in caught.value.messages


def test_no_mailbox_is_filled_by_strangers(make):
    for number in range(12):
        follow(context=make(title=f"案 {number}").context, email=MAIL, language="ja")
    assert Message.objects.count() == 10


def test_the_feed_of_a_thing_is_its_desk_in_order(desk, people):
    assert [one.kind for one in public_events(desk.context)] == ["closed", "opened"]
    answer_desk(viewer=people.officer, desk_id=desk.pk)
    assert [one.kind for one in public_events(desk.context)] == ["answered", "closed", "opened"]
    assert public_events(desk.context, since=timezone.now()) == []


def test_a_translation_says_who_made_it_and_how(voice, people, viewer_as):
    translator = viewer_as(Role.TRANSLATOR)
    asked = ask_translation(viewer=people.officer, voice_id=voice.pk, to_language="en")
    assert ask_translation(viewer=people.officer, voice_id=voice.pk, to_language="en") == asked
    with pytest.raises(NotAllowed):
        ask_translation(viewer=people.stranger, voice_id=voice.pk, to_language="en")
    with pytest.raises(Invalid):
        ask_translation(viewer=people.officer, voice_id=voice.pk, to_language="ja")
    assert source_of(viewer=translator, translation_id=asked.pk)[1] == voice.original.text
    with pytest.raises(NotAllowed):
        source_of(viewer=people.auditor, translation_id=asked.pk)
    given = {"viewer": translator, "translation_id": asked.pk}
    done = make_translation(**given, version=1, text="Brighter lamps", how="person")
    assert (done.by, done.how, done.version) == (translator.actor, "person", 2)
    with pytest.raises(Conflict):
        make_translation(**given, version=1, text="x", how="person")
    with pytest.raises(Invalid):
        make_translation(**given, version=2, text=" ", how="guess")
    Voice.objects.filter(pk=voice.pk).update(end="sealed", ended_at=timezone.now())
    with pytest.raises(type(asked).DoesNotExist):
        make_translation(**given, version=2, text="x", how="person")
