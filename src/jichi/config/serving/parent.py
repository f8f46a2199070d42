"""No orphan: a process started by the supervisor ends when whoever started it has died.

A killed server master leaves its workers serving; they notice here, on every system, by asking for their
parent once a second.
"""

from __future__ import annotations

import os
import signal
import threading
import time

SUPERVISED = "JICHI_SUPERVISED"
GRACE_SECONDS = 5.0


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def die_with_parent() -> None:
    """Begin to watch the parent, if the supervisor said so in the environment."""
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_watch, args=(os.getppid(),), name="parent-watch", daemon=True).start()
