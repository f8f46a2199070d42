"""The worker's part: what is due when, and that it ends."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from jichi.city import readers, seal
from jichi.voices.models import GroupingRun, OpinionSet, Voice
from jichi.voices.queries import standing_of
from jichi.voices.services import dividing, end_voice, rename_topic, reopen, work_all, work_on, working

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the encoder of meanings, which takes seconds to load."""
    monkeypatch.setattr(working.paraphrasing, "_encoder", lambda: None)


def test_all_stages_are_done_once_and_then_nothing_is_due(say: Any, desk: Any, people: Any) -> None:
    assert not working.work_is_due() and not working.divide_some(1.0)
    say("公園に木を植えてください。")
    say("図書館を夜も開けてください。")
    assert not working.divide_some(5.0)
    assert working.due_stages(desk.pk) == ["near", "paraphrase", "topics"]
    assert working.work_is_due() and not working.work_some(60.0)
    stages = standing_of(desk).stages
    assert not any(one.is_pending or one.is_running for one in stages.values())
    assert all(one.since is not None for one in stages.values())
    assert OpinionSet.objects.filter(topic__isnull=False).count() == 2
    topic = OpinionSet.objects.exclude(topic=None).first().topic
    rename_topic(viewer=people.officer, topic_id=topic.pk, version=None, title="緑")
    assert working.due_stages(desk.pk, rests=False) == ["topics"]
    assert work_all() == 1 and not working.due_stages(desk.pk, rests=False)


def test_a_long_stage_rests_and_a_stopped_one_is_tried_again(say: Any, desk: Any) -> None:
    say("公園に木を植えてください。")
    work_on(desk.pk)
    say("図書館を夜も開けてください。")
    working.divide_some(5.0)
    now = timezone.now()
    long = GroupingRun.objects.filter(desk=desk, stage="near")
    long.update(started_at=now - datetime.timedelta(seconds=30), finished_at=now)
    assert "near" not in working.due_stages(desk.pk) and "near" in working.due_stages(desk.pk, rests=False)
    long.update(finished_at=None, started_at=now)
    assert "near" not in working.due_stages(desk.pk)
    long.update(started_at=now - datetime.timedelta(minutes=2))
    assert "near" in working.due_stages(desk.pk)


def test_a_flood_is_left_to_the_process_apart(say: Any, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "FLOOD", 1)
    say("公園に木を植えてください。")
    say("図書館を夜も開けてください。")
    assert not working.divide_some(5.0) and Voice.objects.filter(divided_at=None).count() == 2
    assert working.due_stages(desk.pk) == [] and working.work_is_due()
    assert not working.work_some(60.0)
    assert OpinionSet.objects.filter(desk=desk, size=1).count() == 2 and not working.work_is_due()


def test_what_is_withdrawn_leaves_the_counts_and_comes_back_when_taken_up_again(
    say: Any, desk: Any, people: Any
) -> None:
    voice = say("公園に木を植えてください。")
    say("公園に木を植えてください。")
    work_on(desk.pk)

    def size() -> int:
        seal.seal_pending()
        readers.run_reader("voices.counts")
        return OpinionSet.objects.get(desk=desk).size

    assert size() == 2
    end_voice(viewer=people.officer, voice_id=voice.pk, version=None, kind="withdrawn")
    assert size() == 1
    reopen(viewer=people.officer, voice_id=voice.pk, version=None, reason="間違い")
    assert size() == 2
    OpinionSet.objects.update(size=7)
    assert readers.rebuild("voices.counts") == 1 and size() == 2


def test_one_desk_that_cannot_be_divided_holds_up_no_other(
    say: Any, desk: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make()
    bad, good = say("これは壊れています。"), say("公園に木を植えてください。", desk_id=other.pk)
    real = dividing.pieces_of

    def broken(text: str, passages: Any) -> Any:
        if "壊れて" in text:
            raise RuntimeError
        return real(text, passages)

    monkeypatch.setattr(dividing, "pieces_of", broken)
    working.divide_some(5.0)
    assert Voice.objects.get(pk=good.pk).divided_at and not Voice.objects.get(pk=bad.pk).divided_at
