"""What the worker does once a day."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from jichi.city import registry, seal

HEADS = "trail-heads.jsonl"

_log = structlog.get_logger("jichi.schedule")


def keep_head() -> None:
    """Write the audit trail's head into a file of its own, so that a shortened trail can be proved."""
    head = seal.head()
    if head.sequence:
        line = {
            "at": timezone.now().isoformat(),
            "sequence": head.sequence,
            "hash": head.hash,
            "epoch": head.epoch,
        }
        with (Path(settings.JICHI.home) / HEADS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def last_head() -> tuple[int, str] | None:
    """The head last kept, as (sequence, hash)."""
    path = Path(settings.JICHI.home) / HEADS
    if not path.exists():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    last = json.loads(lines[-1]) if lines else None
    return (last["sequence"], last["hash"]) if last else None


def forget_sessions() -> None:
    """Delete the sessions that have ended."""
    call_command("clearsessions", verbosity=0)


OWN: tuple[Callable[[], object], ...] = (keep_head, forget_sessions)


def daily_tasks() -> list[tuple[str, Callable[[], object]]]:
    """(name, task) of the installation's own tasks and of those that the rooms declare, lowest room first."""
    declared = [(task.key, registry.resolve(task.run)) for room in registry.rooms() for task in room.daily]
    return [*((task.__name__, task) for task in OWN), *declared]


class Schedule:
    """Runs each daily task once on each day of the city, beginning with the day the worker starts."""

    def __init__(self) -> None:
        self._done_on: datetime.date | None = None

    def run_due(self) -> None:
        """Run what is due; a task that fails is logged and tried again tomorrow."""
        today = timezone.localdate()
        if self._done_on == today:
            return
        self._done_on = today
        for name, task in daily_tasks():
            try:
                task()
            except Exception:
                _log.exception("daily task failed", task=name)
