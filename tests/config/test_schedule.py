"""What the worker does once a day, and what it is good for."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from jichi.city import seal
from jichi.city.models import AuditEntry, AuditSeal
from jichi.city.services import create_person
from jichi.config import checks
from jichi.config.serving import schedule


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    import dataclasses

    settings.JICHI = dataclasses.replace(settings.JICHI, home=tmp_path)


def test_the_head_kept_outside_proves_that_the_end_was_cut_off(administrator):
    assert list(checks.heads()) == []
    create_person(viewer=administrator, name="見本さん")
    seal.seal_pending()
    schedule.keep_head()
    assert list(checks.heads()) == []
    # What append-only triggers forbid, somebody with the database file in hand can do.
    last = AuditSeal.objects.order_by("-sequence").first()
    schedule_head = schedule.last_head()
    assert schedule_head == (last.sequence, last.hash)
    (schedule.Path(schedule.settings.JICHI.home) / schedule.HEADS).write_text(
        f'{{"sequence": {last.sequence + 5}, "hash": "{"0" * 64}"}}\n'
    )
    problems = list(checks.heads())
    assert problems
    assert any("missing" in problem.what for problem in problems)
    assert AuditEntry.objects.exists()


def test_each_task_runs_once_a_day_and_a_failing_one_stops_no_other(monkeypatch):
    ran: list[str] = []

    def failing() -> None:
        ran.append("failing")
        raise RuntimeError

    tasks = [("failing", failing), ("other", lambda: ran.append("other"))]
    monkeypatch.setattr(schedule, "daily_tasks", lambda: tasks)
    plan = schedule.Schedule()
    with time_machine.travel(datetime.datetime(2026, 4, 1, 14, 59, tzinfo=datetime.UTC), tick=False):
        plan.run_due()
        plan.run_due()
    assert ran == ["failing", "other"]
    # 00:00 in Japan is 15:00 UTC of the day before.
    with time_machine.travel(datetime.datetime(2026, 4, 1, 15, 0, tzinfo=datetime.UTC), tick=False):
        plan.run_due()
    assert ran == ["failing", "other"] * 2
