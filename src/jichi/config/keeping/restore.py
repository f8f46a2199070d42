"""Restoring a backup: verified first, put in place whole, and never mistaken for an unbroken past."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from jichi.city import seal
from jichi.city.viewers import system_viewer
from jichi.config.serving.lock import site_is_stopped
from jichi.config.serving.schedule import HEADS

from .archive import FILES, KEY, POSTGRESQL, SQLITE, BackupProblem, Manifest, Progress, read_manifest, unpack
from .databases import load_postgresql


def refuse_newer(manifest: Manifest) -> None:
    """Raise :class:`BackupProblem` if the backup's database is of a newer version than this program."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()
    for app, name in manifest.migrations.items():
        if (app, name) not in known:
            raise BackupProblem(
                f"The backup was made by version {manifest.version} and holds {app}.{name}, which this "
                "version does not know. Restore it with that version or a newer one."
            )


def _refuse_other_database(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupProblem(
            f"The backup is of a {manifest.vendor} database and DATABASE_URL names {connection.vendor}. "
            "Restore into the same kind."
        )


def _is_empty() -> bool:
    if connection.vendor == "sqlite":
        return not Path(connection.settings_dict["NAME"]).exists()
    return not connection.introspection.table_names()


def _set_aside(home: Path, names: list[str]) -> Path | None:
    """Move what would be overwritten into a dated folder; returns it, or None if there was nothing."""
    present = [home / name for name in names if (home / name).exists()]
    if not present:
        return None
    aside = home / f"replaced-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for path in present:
        path.rename(aside / path.name)
    return aside


def _put_in_place(folder: Path, manifest: Manifest) -> Path | None:
    home = Path(settings.JICHI.home)
    connections.close_all()
    names = [Path(settings.MEDIA_ROOT).name, HEADS, *([KEY] if manifest.with_key else [])]
    database = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and database.parent == home:
        names += [database.name + suffix for suffix in ("", "-wal", "-shm")]
    aside = _set_aside(home, names)
    for name in (FILES, HEADS, KEY):
        if (folder / name).exists():
            (folder / name).rename(home / name)
    if connection.vendor == "sqlite":
        database.parent.mkdir(parents=True, exist_ok=True)
        (folder / SQLITE).rename(database)
    else:
        load_postgresql(folder / POSTGRESQL)
    return aside


def restore_backup(archive: Path, *, replace: bool, progress: Progress) -> tuple[Manifest, Path | None]:
    """Put a backup in place; returns its manifest and where the replaced files were set aside.

    The database is not migrated here; the trail's new epoch begins after that (:func:`begin_after_restore`).

    Raises:
        BackupProblem: if the backup is damaged, newer or of another kind of database, if there is an
            installation and ``replace`` is false, or if the site is running.
    """
    manifest = read_manifest(archive)
    refuse_newer(manifest)
    _refuse_other_database(manifest)
    if not replace and not _is_empty():
        raise BackupProblem("There is an installation here already. Set it aside with --replace.")
    home = Path(settings.JICHI.home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        site_is_stopped(home) as stopped,
        tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as scratch,
    ):
        if not stopped:
            raise BackupProblem("The site is running here. Stop it before a restore.")
        unpack(archive, Path(scratch), progress)
        return manifest, _put_in_place(Path(scratch), manifest)


def begin_after_restore(manifest: Manifest) -> list[str]:
    """Verify the restored trail against the backup's head and begin a new epoch; returns what is wrong."""
    problems = [f"{problem.where}: {problem.what}" for problem in seal.verify(expected=manifest.head)]
    seal.begin_epoch(
        viewer=system_viewer("backup"), reason=f"restored from the backup of {manifest.created_at}"
    )
    return problems
