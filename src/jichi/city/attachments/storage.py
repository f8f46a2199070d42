"""Where attached files lie: below ``JICHI_HOME/files``, under names nobody chose and nobody can guess."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

FOLDER = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}/[0-9a-f]{2}/[0-9a-f]{40}")
_SWEPT_AT_ONCE = 500

_log = structlog.get_logger("jichi.attachments")


def store(content: bytes, *, folder: str) -> str:
    """Write a file and return its key ("folder/ab/…"). On disk, with its name, when this returns.

    Called inside the transaction that writes the row: if that fails, the file is one that no row names, and
    :func:`sweep` takes it away. So a row never names a file that a power cut could still lose.

    Raises:
        ValueError: for a folder's name that could lead elsewhere; OSError: where the disk is full.
    """
    if not FOLDER.fullmatch(folder):
        raise ValueError(f"no folder of files can be called {folder!r}")
    name = secrets.token_hex(20)
    key = f"{folder}/{name[:2]}/{name}"
    path = _path(key)
    made = not path.parent.is_dir()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
    for place in (path.parent, path.parent.parent, path.parent.parent.parent) if made else (path.parent,):
        _sync(place)
    return key


def read(key: str) -> bytes:
    """The content of a stored file. Raises FileNotFoundError, also for what is no key."""
    return _path(key).read_bytes()


def exists(key: str) -> bool:
    """Whether the file is there."""
    try:
        return _path(key).is_file()
    except FileNotFoundError:
        return False


def destroy(key: str) -> None:
    """Take a file away once the present transaction is committed; a rolled back one keeps it.

    If the process dies between the two, no row names the file any more, and the next sweep takes it.
    """
    transaction.on_commit(lambda: destroy_now(key), robust=True)


def destroy_now(key: str) -> bool:
    """Take a file away at once; whether it was there."""
    path = _path(key)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync(path.parent)
    return True


def sweep(
    folder: str,
    *,
    known: Callable[[list[str]], Iterable[str]],
    older_than: datetime.timedelta = datetime.timedelta(days=1),
) -> int:
    """Take away the files of a folder that no row names; returns how many.

    ``known`` is asked with some hundred keys at a time and gives those that rows name. Younger files are
    left: their row may not be committed yet.
    """
    root = Path(settings.MEDIA_ROOT) / folder
    if not FOLDER.fullmatch(folder) or not root.is_dir():
        return 0
    before = time.time() - older_than.total_seconds()
    old = [path for path in root.glob("??/*") if path.is_file() and path.stat().st_mtime < before]
    swept = 0
    for start in range(0, len(old), _SWEPT_AT_ONCE):
        keys = {
            path.relative_to(root.parent).as_posix(): path for path in old[start : start + _SWEPT_AT_ONCE]
        }
        named = set(known([key for key in keys if _KEY.fullmatch(key)]))
        for key, path in keys.items():
            if key not in named:
                path.unlink(missing_ok=True)
                swept += 1
    if swept:
        _log.info("files that no row names were taken away", folder=folder, count=swept)
    return swept


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise FileNotFoundError(2, "there is no such file", key)
    return Path(settings.MEDIA_ROOT) / key


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
