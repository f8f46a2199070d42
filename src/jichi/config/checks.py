"""What ``jichi check`` asks of the installation itself."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from jichi.city import seal
from jichi.manifest import Problem

from .health import LEAST_FREE_BYTES, pending_migrations, probe
from .serving.schedule import last_head


def migrations() -> Iterator[Problem]:
    """Migrations not applied yet."""
    for name in pending_migrations():
        yield Problem(where=name, what="this migration is not applied", mend="run: jichi migrate")


def database() -> Iterator[Problem]:
    """SQLite's own integrity and foreign keys; PostgreSQL keeps its own."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        for (answer,) in cursor.fetchall():
            if answer != "ok":
                yield Problem(
                    where="database", what=answer, mend="restore the last sound backup: jichi restore"
                )
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _ in cursor.fetchall():
            yield Problem(
                where=f"{table} row {row}",
                what=f"refers to a row of {parent} that is absent",
                mend="restore the last sound backup: jichi restore",
            )


def heads() -> Iterator[Problem]:
    """The head of the audit trail kept outside the database: whether the end of the trail was cut off."""
    kept = last_head()
    if kept is not None:
        yield from seal.verify(kept[0], expected=kept)


def _private(path: Path) -> bool:
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def home() -> Iterator[Problem]:
    """Permissions of the secret files, and room on the disk."""
    folder: Path = settings.JICHI.home
    for name in ("secret-key", "jichi.sqlite3"):
        path = folder / name
        if path.exists() and not _private(path):
            yield Problem(
                where=str(path), what="others on this machine can read it", mend=f"chmod 600 {path}"
            )
    if probe().get("disk"):
        least = LEAST_FREE_BYTES // 1024 // 1024
        yield Problem(where=str(folder), what=f"less than {least} MB are free", mend="free some space")
