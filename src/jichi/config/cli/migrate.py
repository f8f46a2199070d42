"""``jichi migrate``."""

from __future__ import annotations

from collections.abc import Callable

import click

from .console import progress, say
from .start import start_django


def apply_migrations() -> int:
    """Apply what is pending, with a bar; returns how many migrations were applied."""
    from django.core.management import call_command  # deferred: start-up

    from jichi.config.health import pending_migrations  # deferred: start-up

    pending = pending_migrations()
    if not pending:
        # Triggers and the cache's table are made anew even then: a restore may have lost them.
        call_command("migrate", verbosity=0, interactive=False)
        return 0
    with progress("Database") as report:
        done = 0

        def count(action: str, *_: object) -> None:
            nonlocal done
            if action == "apply_success":
                done += 1
                report(done, len(pending))

        _migrate(count)
    return len(pending)


def _migrate(count: Callable[..., None]) -> None:
    from django.core.management import call_command  # deferred: start-up
    from django.db import connection  # deferred: start-up
    from django.db.migrations.executor import MigrationExecutor  # deferred: start-up

    from jichi.city import triggers  # deferred: start-up

    executor = MigrationExecutor(connection, progress_callback=count)
    executor.loader.check_consistent_history(connection)
    triggers.drop()
    try:
        executor.migrate(executor.loader.graph.leaf_nodes())
    finally:
        triggers.install()
    call_command("migrate", verbosity=0, interactive=False)


@click.command("migrate")
@click.option("--plan", is_flag=True, help="Only say what would be applied.")
def command(plan: bool) -> None:
    """Bring the database to the state this version needs.

    Safe to repeat. Make a backup first (jichi backup): a migration that has been applied is not taken back.
    """
    start_django()
    from jichi.config.health import pending_migrations  # deferred: start-up

    if plan:
        for name in pending_migrations():
            click.echo(name)
        return
    applied = apply_migrations()
    say(f"{applied} migrations applied." if applied else "Nothing to apply.")
