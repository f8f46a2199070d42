"""Submissions into opinions: nothing is lost, copies are one text, an officer's correction stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.methods import splitting
from jichi.voices.enums import PartKind
from jichi.voices.models import Opinion, Original, Voice, VoiceEvent, Wording
from jichi.voices.queries import parts_of
from jichi.voices.services import divide, divide_new, end_voice
from jichi.voices.services.counting import recount_desk
from jichi.voices.services.parting import pieces_of, place_of

TWO = "1. 公園に木を植えてください。夏の日陰が足りません。\n\n2. 図書館を夜九時まで開けてください。仕事の帰りに寄れます。"


def texts_of(voice: Voice) -> list[tuple[str, str]]:
    text = Original.objects.get(voice=voice).text
    return [(one.kind, text[one.start : one.end]) for one in Opinion.objects.filter(voice=voice)]


@given(
    text=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200),
    cuts=st.lists(st.tuples(st.integers(0, 210), st.integers(0, 210)), max_size=5),
)
@settings(max_examples=40)
def test_parts_rebuild_what_was_said_whatever_it_is(text: str, cuts: list[tuple[int, int]]) -> None:
    passages = [{"start": start, "end": end, "anchor": f"p{start}"} for start, end in cuts]
    pieces = pieces_of(text, passages)
    assert "".join(text[one.start : one.end] for one in pieces) == text
    assert all(one.start < one.end for one in pieces)
    assert any(one.is_opinion for one in pieces) == bool(text.strip())


def test_a_part_lies_in_the_passage_that_holds_most_of_it() -> None:
    passages = [
        {"start": 0, "end": 10, "anchor": "a"},
        {"start": 10, "end": 30, "anchor": "b", "question": "q"},
    ]
    assert pieces_of("あ" * 10 + "い" * 20, passages)[-1].anchor == "b"
    assert place_of(8, 20, passages) == ("b", "q")
    assert place_of(40, 50, passages) == ("", "")


@pytest.mark.django_db
def test_new_voices_are_divided_and_copies_are_one_text(say: Any, desk: Any, people: Any) -> None:
    first, second = say(TWO), say(TWO)
    alone = say("公園に木を植えてください。", contact={"name": "見本 花子"})
    named = say(
        "見本 花子です。公園に木を植えてほしいです。電話は044-200-0000です。", contact={"name": "見本 花子"}
    )
    done = divide_new(viewer=people.worker, desk_id=desk.pk)
    assert (done.voices, done.is_done) == (4, True)
    assert [kind for kind, _ in texts_of(first)].count(PartKind.OPINION) == 2
    assert "".join(text for _, text in texts_of(second)) == TWO
    recount_desk(desk.pk)
    assert sorted(Wording.objects.values_list("size", flat=True)) == [1, 1, 2, 2]
    assert all(row.sample is not None for row in Wording.objects.all())
    kinds = {
        span["kind"] for row in Wording.objects.filter(opinions__voice=named) for span in row.proposed_spans
    }
    assert {"name", "telephone"} <= kinds
    assert not Voice.objects.filter(divided_at__isnull=True).exists()
    # What was not sent any more does not count, and comes back when it does.
    assert AuditEntry.objects.filter(act="voices.desk:work", count=4).count() == 1
    end_voice(viewer=people.officer, voice_id=first.pk, version=None, kind="withdrawn")
    recount_desk(desk.pk)
    assert sorted(Wording.objects.values_list("size", flat=True)) == [1, 1, 1, 1]
    assert divide_new(viewer=people.worker, desk_id=desk.pk).voices == 0
    with pytest.raises(NotAllowed):
        divide_new(viewer=people.officer, desk_id=desk.pk)
    assert parts_of(people.officer, alone)[0].text == "公園に木を植えてください。"
    assert parts_of(people.stranger, alone) == []


@pytest.mark.django_db
def test_an_officer_corrects_the_parts(say: Any, desk: Any, people: Any) -> None:
    voice = say(TWO, passages=[{"start": 0, "end": 10, "anchor": "p1", "question": ""}])
    divide_new(viewer=people.worker, desk_id=desk.pk)
    middle = TWO.index("\n\n") + 2
    parts = [splitting.Part(0, middle, True), splitting.Part(middle, len(TWO), True)]
    kept = say(TWO)
    divide_new(viewer=people.worker, desk_id=desk.pk)
    version = Voice.objects.get(pk=voice.pk).version
    row = divide(viewer=people.officer, voice_id=voice.pk, version=version, parts=parts)
    assert [text for _, text in texts_of(voice)] == [TWO[:middle], TWO[middle:]]
    assert VoiceEvent.objects.filter(voice=voice, kind="split").exists()
    whole = [splitting.Part(0, len(TWO), True)]
    with pytest.raises(Conflict):
        divide(viewer=people.officer, voice_id=voice.pk, version=version, parts=whole)
    before = Opinion.objects.filter(voice=voice).values_list("pk", flat=True)[1]
    changed = [
        splitting.Part(0, 3, False),
        splitting.Part(3, middle, True),
        splitting.Part(middle, len(TWO), True),
    ]
    divide(viewer=people.officer, voice_id=voice.pk, version=row.version, parts=changed)
    assert Opinion.objects.get(voice=voice, position=2).pk == before, "what stays keeps its row"
    for bad in ([splitting.Part(0, 5, True)], [], [splitting.Part(1, len(TWO), True)]):
        with pytest.raises(Invalid):
            divide(viewer=people.officer, voice_id=voice.pk, version=None, parts=bad)
    with pytest.raises(NotAllowed):
        divide(viewer=people.stranger, voice_id=voice.pk, version=None, parts=whole)
    divide(viewer=people.officer, voice_id=kept.pk, version=None, parts=whole)
    assert [text for _, text in texts_of(kept)] == [TWO]
    assert not Wording.objects.filter(size__gt=0, sample__isnull=True).exists()
    assert sum(Wording.objects.values_list("size", flat=True)) == 3
