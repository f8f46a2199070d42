"""Drafts: opened by their writer's secret alone, replaced under it, and gone after their time."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone

from jichi.city.errors import Invalid
from jichi.voices.models import Draft
from jichi.voices.services import draft_of, drafts, save_draft, throw_draft, throw_old_drafts

TYPED = {"text": "途中まで書いた \x00 \ud83d 意見", "passages": {"p1": "ここ"}}


@pytest.mark.django_db
def test_a_draft_is_opened_by_its_token_and_by_nothing_in_the_database(desk):
    token = save_draft(desk_id=desk.pk, data=TYPED)
    assert draft_of(token) == (desk.pk, TYPED)
    row = Draft.objects.get()
    assert "途中".encode() not in bytes(row.sealed)
    assert token not in row.token_hash
    assert draft_of(row.token_hash) is None
    assert draft_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert draft_of("") is None


@pytest.mark.django_db
def test_saving_again_replaces_and_sending_throws_away(desk, make):
    token = save_draft(desk_id=desk.pk, data=TYPED)
    assert save_draft(desk_id=desk.pk, data={"text": "新しい"}, token=token) == token
    assert draft_of(token) == (desk.pk, {"text": "新しい"})
    assert save_draft(desk_id=make().pk, data=TYPED, token=token) != token
    assert (throw_draft(token), throw_draft(token), draft_of(token)) == (True, False, None)


@pytest.mark.django_db
def test_a_draft_goes_after_its_time_and_none_is_without_bounds(desk):
    token = save_draft(desk_id=desk.pk, data=TYPED)
    with pytest.raises(Invalid):
        save_draft(desk_id=desk.pk, data={"text": "あ" * 600_000})
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15), tick=False):
        assert draft_of(token) is None
        assert throw_old_drafts() == 1
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_drafts_cannot_fill_the_disk(desk, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    token = save_draft(desk_id=desk.pk, data={"whole": "一"})
    with pytest.raises(Invalid):
        save_draft(desk_id=desk.pk, data={"whole": "二"})
    assert save_draft(desk_id=desk.pk, data={"whole": "三"}, token=token) == token
