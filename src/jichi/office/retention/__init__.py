"""Retention: what a room destroys when its time is over, the record of it, and doing so after a restore.

A room declares what it destroys (``jichi.manifest.Retention``). The worker runs that once a day. Each
destruction leaves a row and a line in a file outside the database, because a restored backup knows nothing of
what was destroyed after it was made.
"""

from .ledger import NAME as LEDGER
from .queries import destroyed_ids, was_destroyed
from .services import destructions_after_restore, record_destruction, run_due_retention, settle

__all__ = [
    "LEDGER",
    "destroyed_ids",
    "destructions_after_restore",
    "record_destruction",
    "run_due_retention",
    "settle",
    "was_destroyed",
]
