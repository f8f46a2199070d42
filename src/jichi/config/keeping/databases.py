"""Copying the database itself: SQLite through its backup interface, PostgreSQL through its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)

from .archive import BackupProblem, Progress

PAGES_AT_ONCE = 2000


def copy_sqlite(target: Path, progress: Progress) -> None:
    """Copy the live database, which may be written to meanwhile, and verify the copy."""
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    # Constraints that Django writes with functions of its own are evaluated by the integrity check.
    register_functions(copy)
    try:
        connection.connection.backup(
            copy,
            pages=PAGES_AT_ONCE,
            progress=lambda _, remaining, whole: progress(whole - remaining, whole),
        )
        # The copy stands alone: no side files to forget.
        copy.execute("PRAGMA journal_mode=DELETE")
        (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
    finally:
        copy.close()
    if answer != "ok":
        raise BackupProblem(f"The copy of the database is not sound ({answer}). Run: jichi check")


def copied_head(target: Path) -> tuple[int, str, int]:
    """The audit trail's end in a copied SQLite file: (sequence, hash, epoch)."""
    copy = sqlite3.connect(f"file:{target}?mode=ro", uri=True)
    try:
        row = copy.execute(
            "SELECT sequence, hash, epoch_id FROM city_auditseal ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
    finally:
        copy.close()
    return tuple(row) if row else (0, "", 0)


def _postgres_program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupProblem(
            f"{name} is not on the PATH. It comes with PostgreSQL's client programs "
            "(Debian: apt install postgresql-client) and must be at least as new as the server."
        )
    return found


def _run_postgres(program: str, *arguments: str) -> None:
    # As Django itself connects: a socket's folder, for one, may stand among the address's options.
    settings: dict[str, Any] = connection.get_connection_params()
    environment = {
        **os.environ,
        "PGHOST": str(settings.get("host") or ""),
        "PGPORT": str(settings.get("port") or ""),
        "PGUSER": str(settings.get("user") or ""),
        # In the environment and not in the arguments, which others on the machine can read.
        "PGPASSWORD": str(settings.get("password") or ""),
    }
    environment = {key: value for key, value in environment.items() if value or not key.startswith("PG")}
    done = subprocess.run(
        [_postgres_program(program), "--dbname", str(settings["dbname"]), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise BackupProblem(f"{program} failed: {last[0]}")


def dump_postgresql(target: Path) -> None:
    """Dump the database in PostgreSQL's own compressed form."""
    _run_postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def load_postgresql(source: Path) -> None:
    """Restore a dump, replacing what is in the database, in one transaction."""
    connection.close()
    _run_postgres(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        str(source),
    )
