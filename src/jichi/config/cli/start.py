"""Bringing Django up for a command, with the settings checked first."""

from __future__ import annotations

import os
from pathlib import Path

from jichi.config.environment import Environment, read_environment
from jichi.config.logs import configure_logs

from .console import Failure


def start_django(*, logs: bool = True) -> Environment:
    """Read the settings, configure logs, load the rooms.

    Raises:
        EnvironmentProblem: if a setting cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    environment = read_environment()
    if logs:
        configure_logs(environment)
    import django  # deferred: start-up

    django.setup()
    return environment


def require_installation() -> None:
    """Stop with a clear message when there is no database, or one of another version."""
    from django.db import DatabaseError, connection  # deferred: start-up

    from jichi.config.health import pending_migrations  # deferred: start-up

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not Path(name).exists():
        raise Failure(f"There is no installation in {Path(name).parent}. Create one with: jichi init")
    try:
        pending = pending_migrations()
    except DatabaseError as problem:
        raise Failure(f"The database cannot be reached: {str(problem).strip()}") from problem
    if pending:
        raise Failure(
            f"The database lacks {len(pending)} migrations of this version ({pending[0]} …). "
            "Make a backup, then run: jichi migrate"
        )
