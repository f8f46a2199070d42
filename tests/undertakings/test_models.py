"""What the database itself refuses: states that do not follow, and changing what was asked."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import timezone

from jichi.undertakings.models import Undertaking, UndertakingEvent

from .conftest import ASKED_ON, Asker

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
TAKEN: dict[str, Any] = {"adoption": "adopted", "adopted_at": NOW}
ANSWERED: dict[str, Any] = {**TAKEN, "answer": "行います。", "answered_at": NOW}


def made(**facts: Any) -> Undertaking:
    return Undertaking.objects.create(
        **{
            "fiscal_year": 2025,
            "number": 7,
            "kind": "remark",
            "source_name": "委員会",
            "asked_on": ASKED_ON,
            "text": "示すこと。",
            "asked_by": uuid.uuid4(),
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"text": ""}, "undertakings_said"),
        ({"kind": "wish"}, "undertakings_kind_known"),
        ({"number": 0}, "undertakings_number_counts"),
        ({"source_name": ""}, "undertakings_one_source"),
        ({"adoption": "adopted"}, "undertakings_adoption_dated"),
        ({"adoption": "not_adopted", "adopted_at": NOW}, "undertakings_adoption_reasoned"),
        ({"adoption": "partly", "adopted_at": NOW}, "undertakings_adoption_reasoned"),
        ({"answer": "行います。"}, "undertakings_answer_decided"),
        ({"answer": "行います。", "answered_at": NOW}, "undertakings_answer_decided"),
        ({"answer_draft": "案"}, "undertakings_draft_by_somebody"),
        ({"state": "answered"}, "undertakings_state_follows"),
        ({**ANSWERED, "state": "open"}, "undertakings_state_follows"),
        ({**TAKEN, "state": "in_progress"}, "undertakings_state_follows"),
        ({"started_at": NOW, "state": "in_progress"}, "undertakings_state_follows"),
        (
            {**TAKEN, "state": "done", "done_on": ASKED_ON, "evidence_text": "掲示"},
            "undertakings_state_follows",
        ),
        ({**ANSWERED, "state": "done", "done_on": ASKED_ON}, "undertakings_done_proven"),
        ({"state": "closed_without", "closed_on": ASKED_ON}, "undertakings_closed_reasoned"),
        ({"due_on": datetime.date(2025, 10, 8)}, "undertakings_days_in_order"),
        (
            {
                **ANSWERED,
                "state": "done",
                "done_on": ASKED_ON,
                "evidence_text": "掲示",
                "evidence_url": "javascript:alert(1)",
            },
            "undertakings_url_is_web",
        ),
        ({"version": 0}, "undertakings_version"),
    ],
)
def test_what_cannot_be_is_refused(facts: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        made(**facts)


def test_a_number_is_given_once_a_year() -> None:
    made()
    with pytest.raises(IntegrityError), transaction.atomic():
        made()
    assert made(fiscal_year=2026).reference == "2026-7"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "別のこと"),
        ("kind", "request"),
        ("source_name", "別の会"),
        ("number", 8),
        ("fiscal_year", 2024),
        ("asked_on", datetime.date(2025, 10, 10)),
        ("context", "evaluation.sheet:1"),
        ("asked_by", uuid.uuid4()),
        ("is_sample", True),
    ],
)
def test_what_was_asked_never_changes(column: str, value: Any) -> None:
    row = made()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Undertaking.objects.filter(pk=row.pk).update(**{column: value})
    assert Undertaking.objects.filter(pk=row.pk).update(summary="時間帯ごとに") == 1


def test_what_is_done_is_never_turned_into_closed() -> None:
    facts = {**ANSWERED, "state": "done", "done_on": ASKED_ON, "evidence_text": "掲示"}
    row = made(**facts)
    with pytest.raises(DatabaseError, match="take it up again first"), transaction.atomic():
        Undertaking.objects.filter(pk=row.pk).update(
            state="closed_without",
            done_on=None,
            evidence_text="",
            closed_on=ASKED_ON,
            closed_reason="取り下げ",
        )


@pytest.mark.parametrize("table", ["undertaking", "undertakingevent"])
def test_nothing_is_ever_deleted(table: str, asked: Asker) -> None:
    asked()
    with (
        pytest.raises(DatabaseError, match="never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM undertakings_{table}")


def test_the_history_is_never_rewritten(asked: Asker) -> None:
    row = asked()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        UndertakingEvent.objects.filter(undertaking=row).update(text="なかったこと")


def test_a_draft_never_stands_on_a_public_page(asked: Asker) -> None:
    row = asked()
    with pytest.raises(IntegrityError, match="undertakings_event_inside"), transaction.atomic():
        UndertakingEvent.objects.create(
            undertaking=row, kind="drafted", actor=uuid.uuid4(), text="案", is_public=True
        )


def test_the_next_step_and_how_late_it_is() -> None:
    row = made(due_on=datetime.date(2025, 12, 1), carry_out_by=datetime.date(2026, 3, 31))
    day = datetime.date(2025, 12, 4)
    assert (row.by_when, row.days_late(day)) == (datetime.date(2025, 12, 1), 3)
    assert row.days_late(datetime.date(2025, 12, 1)) == 0
    row = made(number=8, state="answered", carry_out_by=datetime.date(2026, 3, 31), **ANSWERED)
    assert (row.by_when, row.days_late(day)) == (datetime.date(2026, 3, 31), 0)
    row = made(number=9, state="closed_without", closed_on=day, closed_reason="重複", due_on=ASKED_ON)
    assert (row.by_when, row.days_late(day), row.is_over) == (None, 0, True)


def test_it_is_public_only_once_published_and_past_its_embargo() -> None:
    now = timezone.now()
    hour = datetime.timedelta(hours=1)
    assert not Undertaking().is_public(now)
    assert Undertaking(published_at=now).is_public(now)
    assert not Undertaking(published_at=now + hour).is_public(now)
    assert not Undertaking(published_at=now, visible_from=now + hour).is_public(now)
    assert Undertaking(published_at=now - hour, visible_from=now).is_public(now)
