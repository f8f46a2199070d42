"""Received = open + ended, at any moment, counted twice; and what jichi check says when it does not hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.city.errors import NotAllowed
from jichi.voices import checks, queries
from jichi.voices.models import Opinion, Voice, Wording
from jichi.voices.services import answer_desk, end_voice, reopen

from .conftest import TEXT, DeskMaker, Speaker

STEPS = st.lists(st.sampled_from(["web", "fax", "end", "reopen", "end"]), max_size=12)


def totals(desk_id: int) -> tuple[int, int, int]:
    rows = queries.conservation(desk_id)
    assert all(row.holds for row in rows)
    return (
        sum(row.received for row in rows),
        sum(row.open for row in rows),
        sum(sum(row.ended.values()) for row in rows),
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_nothing_is_lost(
    make: DeskMaker, say: Speaker, people: SimpleNamespace, steps: list[str]
) -> None:
    desk = make()
    open_ids: list[int] = []
    ended: list[int] = []
    for step in steps:
        if step in ("web", "fax"):
            open_ids.append(say(desk_id=desk.pk, channel=step).pk)
        elif step == "end" and open_ids:
            pk = open_ids.pop()
            end_voice(viewer=people.officer, voice_id=pk, version=None, kind="circulated")
            ended.append(pk)
        elif step == "reopen" and ended:
            pk = ended.pop()
            reopen(viewer=people.officer, voice_id=pk, version=None, reason="また")
            open_ids.append(pk)
        assert totals(desk.pk) == (len(open_ids) + len(ended), len(open_ids), len(ended))


def test_answered_together_all_are_ended(make: DeskMaker, say: Speaker, people: SimpleNamespace) -> None:
    desk = make(closes_at=None)
    for _ in range(3):
        say(desk_id=desk.pk)
    answer_desk(viewer=people.officer, desk_id=desk.pk)
    say(desk_id=desk.pk)
    in_time, late = sorted(queries.conservation(desk.pk), key=lambda row: row.is_late)
    assert (in_time.received, in_time.open, in_time.ended) == (3, 0, {"replied": 3})
    assert (late.received, late.open, late.is_late) == (1, 1, True)
    assert len(queries.conservation_for(people.auditor, desk.pk)) == 2
    assert queries.conservation_for(people.stranger, desk.pk) == []
    with pytest.raises(NotAllowed):
        queries.conservation_for(people.administrator, desk.pk)


def without_trigger(name: str, table: str, statement: str, values: list[Any]) -> None:
    """Break a row as only somebody beside the application can."""
    with connection.cursor() as cursor:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute(statement, values)


def test_check_names_what_is_broken(voice: Voice, say: Speaker) -> None:
    whole = (checks.conserved, checks.originals, checks.destroyed, checks.parts, checks.receipts_fit)
    assert [problem for one in whole for problem in one()] == []
    text = Wording.objects.create(desk=voice.desk, digest="d")
    Opinion.objects.create(voice=voice, position=0, start=0, end=5, wording=text)
    Voice.objects.filter(pk=voice.pk).update(divided_at=timezone.now())
    (gap,) = checks.parts()
    assert gap.where == f"voice {voice.pk}"
    Opinion.objects.create(voice=voice, position=1, start=5, end=len(TEXT), wording=text)
    assert list(checks.parts()) == []
    without_trigger(
        "voices_original_stays",
        "voices_original",
        "UPDATE voices_original SET text = %s WHERE voice_id = %s",
        ["改ざん", voice.pk],
    )
    assert [one.where for one in checks.originals()] == [f"voice {voice.pk}"]
    Voice.objects.filter(pk=voice.pk)
    without_trigger(
        "voices_tally_no_delete",
        "voices_tally",
        "UPDATE voices_tally SET received = received + 1 WHERE desk_id = %s",
        [voice.desk_id],
    )
    (lost,) = checks.conserved()
    assert voice.desk.key in lost.where and "received" in lost.what
