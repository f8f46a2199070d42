"""Work that rooms declare for the worker's every round, and processes of their own for what takes long.

The worker itself only does what is short. A round with a ``due`` of its own runs in a child, so that sealing
and mail never wait for it, and so that its memory is given back; the child is started when there is something
to do, and ends with whoever started it.

It is run as ``python -m jichi.config.serving.rounds KEY``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import structlog
from django.db import DatabaseError

from jichi.city import registry
from jichi.manifest import Round

from .parent import SUPERVISED

SECONDS = 0.5
"""How long the rounds of all rooms together may hold up the worker, about."""
LINGER = 30.0
"""A child that has nothing to do waits so long for more before it ends."""
AFTER_FAILURE = 60.0
STOP_SECONDS = 5.0
# Beside a busy web server several threads of linear algebra wait for one another: measured, grouping 8,277
# texts then took three times the work.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

_log = structlog.get_logger("jichi.rounds")


class Rounds:
    """Runs the declared rounds one after another, and minds the children of those that run apart."""

    def __init__(self, rounds: tuple[Round, ...] | None = None) -> None:
        self._rounds = declared() if rounds is None else rounds
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._not_before: dict[str, float] = {}

    def run_due(self) -> bool:
        """Run each once, for its share of the time; whether one of them has more to do at once.

        Raises:
            DatabaseError: the worker waits until the database answers.
        """
        more = False
        share = SECONDS / max(1, sum(1 for one in self._rounds if not one.due))
        for one in self._rounds:
            try:
                more |= self._mind(one) if one.due else bool(registry.resolve(one.run)(share))
            except DatabaseError:
                raise
            except Exception:
                _log.exception("a round failed", round=one.key)
        return more

    def _mind(self, one: Round) -> bool:
        child = self._children.get(one.key)
        if child is not None:
            code = child.poll()
            if code is None:
                return False
            del self._children[one.key]
            if code:
                _log.error("a round's process ended", round=one.key, code=code)
                self._not_before[one.key] = time.monotonic() + AFTER_FAILURE
        if time.monotonic() >= self._not_before.get(one.key, 0.0) and registry.resolve(one.due)():
            self._children[one.key] = subprocess.Popen(
                [sys.executable, "-m", "jichi.config.serving.rounds", one.key],
                env={**_ONE_THREAD, **os.environ, SUPERVISED: "1"},
            )
        return False

    def stop(self) -> None:
        """End the children; what they were at goes on where it was with the next start."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()


def declared() -> tuple[Round, ...]:
    """The rounds of all rooms, lowest room first."""
    return tuple(one for room in registry.rooms() for one in room.rounds)


def run_apart(key: str, *, linger: float = LINGER) -> None:
    """Do a round until it has had nothing to do for ``linger`` seconds.

    Raises:
        LookupError: for a round that nobody declared.
    """
    found = next((one for one in declared() if one.key == key), None)
    if found is None:
        raise LookupError(f"no room declares the round {key!r}")
    due, run = registry.resolve(found.due), registry.resolve(found.run)
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < linger:
        if due():
            run(60.0)
            idle_since = time.monotonic()
        else:
            time.sleep(min(1.0, linger / 10))


def main() -> None:
    """Start Django and do the round that the command line names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    import django  # deferred: start-up

    from jichi.config.logs import configure_logs  # deferred: start-up

    from .parent import die_with_parent  # deferred: start-up

    def on_signal(number: int, frame: FrameType | None) -> None:
        # Between two chunks or inside a transaction alike: the database keeps what was committed.
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs()
    django.setup()
    die_with_parent()
    run_apart(sys.argv[1])


if __name__ == "__main__":
    main()
