"""``jichi restore``."""

from __future__ import annotations

from pathlib import Path

import click

from .console import Failure, progress, say
from .migrate import apply_migrations
from .packs import rebuild_projections
from .start import start_django


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Set the present installation aside (SQLite) or overwrite it (PostgreSQL).",
)
def command(file: Path, replace: bool) -> None:
    """Restore a backup FILE into JICHI_HOME, verified before anything is touched.

    The audit trail begins a new epoch, so that nobody takes it for an unbroken past. Projections are built
    anew.
    """
    environment = start_django()
    from jichi.config.keeping.archive import BackupProblem  # deferred: start-up
    from jichi.config.keeping.restore import begin_after_restore, restore_backup  # deferred: start-up

    try:
        with progress("Restore") as report:
            manifest, aside = restore_backup(file, replace=replace, progress=report)
    except BackupProblem as problem:
        raise Failure(str(problem)) from problem
    apply_migrations()
    problems = begin_after_restore(manifest)
    from jichi.office.retention import destructions_after_restore  # deferred: start-up
    from jichi.voices.services.bulk import leave_numbers_out  # deferred: start-up

    leave_numbers_out()
    destroyed = destructions_after_restore()
    rebuild_projections()
    say(f"Restored the backup of {manifest.created_at} (version {manifest.version}).")
    if aside:
        say(f"What was here before lies in {aside}.")
    if not manifest.with_key:
        key = environment.home / "secret-key"
        say(f"The backup holds no signing key: put the old one at {key} before you serve.")
    for sentence in destroyed:
        say(sentence)
    for found in problems:
        say(f"! audit trail: {found}")
    if problems:
        raise Failure(
            "The restored audit trail is not the one the backup names; see above and run: jichi check"
        )
