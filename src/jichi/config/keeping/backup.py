"""Making a backup while the site runs."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from jichi import __version__
from jichi.city import seal
from jichi.config.serving.schedule import HEADS

from .archive import (
    FILES,
    KEY,
    POSTGRESQL,
    SQLITE,
    Manifest,
    Progress,
    members_of,
    read_manifest,
    unpack,
    write,
)
from .databases import copied_head, copy_sqlite, dump_postgresql


def newest_migrations() -> dict[str, str]:
    """The newest applied migration of each app."""
    loader = MigrationLoader(connection)
    return dict(sorted(loader.applied_migrations))


def _database(folder: Path, progress: Progress) -> tuple[str, Path, tuple[int, str, int]]:
    if connection.vendor == "sqlite":
        target = folder / SQLITE
        copy_sqlite(target, progress)
        return SQLITE, target, copied_head(target)
    # Taken before the dump, which therefore holds at least this much of the trail.
    head = seal.head()
    target = folder / POSTGRESQL
    dump_postgresql(target)
    return POSTGRESQL, target, (head.sequence, head.hash, head.epoch)


def _files() -> list[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    found = [(f"{FILES}/{name}", path) for name, path in members_of(root)] if root.is_dir() else []
    heads = Path(settings.JICHI.home) / HEADS
    return [*found, *([(HEADS, heads)] if heads.exists() else [])]


def make_backup(target: Path, *, with_key: bool, progress: Progress) -> Manifest:
    """Write a backup to ``target`` and verify it by reading it back.

    The signing key stays outside unless ``with_key``: whoever has backup and key has everything.

    Raises:
        BackupProblem: if the copy is not sound or a program is missing.
    """
    now = datetime.datetime.now(datetime.UTC)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
        folder = Path(scratch)
        name, path, (sequence, digest, epoch) = _database(folder, progress)
        members = [(name, path), *_files()]
        key = Path(settings.JICHI.home) / KEY
        if with_key and key.exists():
            members.append((KEY, key))
        manifest = Manifest(
            version=__version__,
            created_at=now.isoformat(timespec="seconds"),
            vendor=connection.vendor,
            migrations=newest_migrations(),
            head=(sequence, digest),
            epoch=epoch,
            with_key=with_key,
        )
        write(target, manifest, members, progress)
        check = folder / "check"
        check.mkdir()
        unpack(target, check, progress)
    return read_manifest(target)
