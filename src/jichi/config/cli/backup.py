"""``jichi backup``."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from .console import Failure, progress, say
from .start import require_installation, start_django


def target_file(to: Path | None, home: Path) -> Path:
    """Where the backup goes: a file as given, or a dated one in the folder given or in JICHI_HOME/backups."""
    name = f"jichi-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}.backup.tar.gz"
    target = to or home / "backups"
    if to is None or to.is_dir():
        target = target / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        raise Failure(f"{target} exists already; a backup overwrites nothing.")
    return target


@click.command("backup")
@click.option("--to", type=click.Path(path_type=Path), help="File or folder; default: JICHI_HOME/backups.")
@click.option(
    "--with-key", is_flag=True, help="Put the signing key inside. Whoever has such a file has everything."
)
def command(to: Path | None, with_key: bool) -> None:
    """Write a verified backup of database, files and the audit trail's head, while the site runs.

    The signing key stays outside: keep it apart. PostgreSQL needs pg_dump on the PATH.
    """
    environment = start_django()
    require_installation()
    from jichi.config.keeping.archive import BackupProblem  # deferred: start-up
    from jichi.config.keeping.backup import make_backup  # deferred: start-up

    target = target_file(to, environment.home)
    try:
        with progress("Backup") as report:
            manifest = make_backup(target, with_key=with_key, progress=report)
    except BackupProblem as problem:
        raise Failure(str(problem)) from problem
    sequence, digest = manifest.head
    say(f"{len(manifest.members)} members, verified; audit trail up to {sequence} ({digest[:16]}).")
    if not with_key:
        say(f"The signing key is not inside; keep {environment.home / 'secret-key'} apart.")
    click.echo(str(target))
