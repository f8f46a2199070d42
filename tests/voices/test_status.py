"""What a receipt number opens, and what it never does."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from jichi.city import keys
from jichi.methods import receipts
from jichi.voices import queries
from jichi.voices.models import OpinionSet, Reply, Voice
from jichi.voices.numbers import number_of
from jichi.voices.services import draft_reply, end_voice, enter_effect, send_reply
from jichi.voices.status_words import facts_of

from .conftest import TEXT, Speaker


def test_the_whole_way(
    voice: Voice,
    say: Speaker,
    people: SimpleNamespace,
    approve: Callable[[Reply], None],
    put_together: Callable[..., OpinionSet],
) -> None:
    """Received, put together with two others, replied, effect; however the number is typed."""
    number = number_of(voice)
    first = queries.status_of(receipts.grouped(number))
    assert first is not None and first.is_open and [one.kind for one in first.steps] == ["received"]
    group = put_together(voice, say(), say())
    assert [(one.kind, one.others) for one in queries.status_of(number).steps][1:] == [("grouped", 2)]
    draft = draft_reply(viewer=people.officer, set_id=group.pk, text="替えます。")
    assert queries.status_of(number).replies == (), "a draft is nobody's reply"
    approve(draft)
    send_reply(viewer=people.officer, reply_id=draft.pk, version=None)
    later = timezone.now() + datetime.timedelta(days=1)
    enter_effect(viewer=people.officer, set_id=group.pk, kind="changed_draft", text="第2章に入れました。")
    enter_effect(viewer=people.officer, voice_id=voice.pk, kind="explained", text="まだ", visible_from=later)
    full = str.maketrans("0123456789", "０１２３４５６７８９")
    status = queries.status_of(f"受付番号 {number.translate(full)}")
    assert [one.kind for one in status.steps] == ["received", "grouped", "replied", "effect"]
    assert [text for _at, text in status.replies] == ["替えます。"]
    assert [one.text for one in status.effects] == ["第2章に入れました。"]
    told = repr(status)
    assert TEXT not in told and "花子" not in told


@pytest.mark.parametrize("typed", ["", "1234", "x" * 10_000, "\0", "12345678901234", "９" * 14, "0" * 14])
def test_what_is_no_number_opens_nothing(voice: Voice, typed: str) -> None:
    assert queries.status_of(typed) is None
    missing = receipts.number_of(987_654_321, b"k" * 32)
    assert queries.status_of(missing) is None


def test_numbers_given_outside(say: Speaker) -> None:
    number = receipts.outside_number(lambda top: 12345 % top)
    row = say(outside_number=number)
    assert number_of(row) == number
    assert queries.status_of(number).number == number
    inner = receipts.number_of(row.pk, keys.key("receipt"))
    assert queries.status_of(inner) is None, "one voice has one number"


def test_ends_are_told_with_the_reason_the_sender_needs(say: Speaker, people: SimpleNamespace) -> None:
    for kind, reason, shown in (("not_ours", "県へ", "県へ"), ("circulated", "内輪の話", "")):
        row = say()
        end_voice(viewer=people.officer, voice_id=row.pk, version=None, kind=kind, reason=reason)
        status = queries.status_of(number_of(row))
        assert (status.end, status.end_reason, status.is_open) == (kind, shown, False)


@pytest.mark.parametrize(
    ("reason", "said"), [("answered", "entered after"), ("before", "before the first"), ("after", "last day")]
)
def test_who_was_in_time_is_not_told_that_she_was_late(voice: Voice, reason: str, said: str) -> None:
    status = queries.status_of(number_of(voice))
    assert status is not None
    status = dataclasses.replace(status, is_late=True, why_late=reason)
    with translation.override("en"):
        assert said in facts_of(status)[3]["value"]
