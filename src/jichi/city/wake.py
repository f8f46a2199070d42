"""Waking the worker after a commit. Cheap on purpose: a lost or absent wake costs at most one second.

Inside one process the event wakes at once. Server and worker are usually two processes; then the worker looks
once a second, which is one indexed query.
"""

from __future__ import annotations

import threading

from django.db import transaction

_event = threading.Event()

POLL_SECONDS = 1.0


def after_commit() -> None:
    """Wake the worker once the current transaction is committed; never if it is rolled back."""
    transaction.on_commit(_event.set, robust=True)


def wait(timeout: float = POLL_SECONDS) -> bool:
    """Sleep until an act commits in this process, at most ``timeout`` seconds; whether one did."""
    woken = _event.wait(timeout)
    _event.clear()
    return woken
