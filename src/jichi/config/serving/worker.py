"""The one worker: seals the audit trail, lets its readers read, keeps the daily schedule, sends mail, does
the rounds of the rooms.

Run by the supervisor as ``python -m jichi.config.serving.worker``.
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import structlog

LONGEST_PAUSE = 30.0


def run(stop: threading.Event) -> None:
    """Work until ``stop`` is set. The database being away is waited out, longer each time."""
    from django.db import DatabaseError, close_old_connections  # deferred: start-up

    from jichi.city import readers, seal, wake  # deferred: start-up
    from jichi.office.outbox import Courier  # deferred: start-up

    from .rounds import Rounds  # deferred: start-up
    from .schedule import Schedule  # deferred: start-up

    log = structlog.get_logger("jichi.worker")
    sealer, schedule, courier, rounds = seal.Sealer(), Schedule(), Courier(), Rounds()
    pause, more = wake.POLL_SECONDS, False
    log.info("worker started")
    while not stop.is_set():
        try:
            close_old_connections()
            seal.seal_pending(sealer=sealer)
            readers.run_readers()
            schedule.run_due()
            courier.run_due()
            more = rounds.run_due()
            pause = wake.POLL_SECONDS
        except DatabaseError as problem:
            pause, more = min(pause * 2, LONGEST_PAUSE), False
            log.error("the database does not answer", problem=type(problem).__name__, again_in_seconds=pause)
        if more:
            continue
        if pause == wake.POLL_SECONDS:
            wake.wait(pause)
        else:
            stop.wait(pause)
    rounds.stop()
    log.info("worker stopped")


def main() -> None:
    """Start Django and work until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    import django  # deferred: start-up

    from jichi.config.logs import configure_logs  # deferred: start-up

    from .parent import die_with_parent  # deferred: start-up

    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    # Ctrl-C reaches the whole group of processes; the supervisor says when to stop.
    signal.signal(signal.SIGINT, on_signal if not os.environ.get("JICHI_SUPERVISED") else signal.SIG_IGN)
    configure_logs()
    django.setup()
    die_with_parent()
    run(stop)


if __name__ == "__main__":
    main()
