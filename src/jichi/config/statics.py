"""Static files, compressed and named by their content, made once for each version.

Made at ``init``, ``demo`` and ``serve`` when a fingerprint over the source files has changed; a start that
finds the fingerprint unchanged costs some milliseconds.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders, storage

STAMP = ".built-from"

Progress = Callable[[int, int], None]


def _sources() -> Iterator[tuple[str, Path]]:
    for finder in finders.get_finders():
        for name, store in finder.list([]):
            yield name, Path(store.path(name))


def fingerprint() -> str:
    """A digest over names, sizes and times of every static source file."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for name, path in sorted(_sources()):
        facts = path.stat()
        digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_built() -> bool:
    """Whether the built files stand for the source files as they are now."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint()


def build(progress: Progress | None = None) -> int:
    """Copy, name by content and compress all static files; returns how many source files there were.

    The files are built in a folder beside and moved into place, so that a running server never finds half.
    """
    root = Path(settings.STATIC_ROOT)
    fresh = root.with_name(root.name + "-new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    wanted = fingerprint()
    paths: dict[str, tuple[storage.StaticFilesStorage, str]] = {}
    target = storage.ConfiguredStorage()
    target._setup()
    built = target._wrapped
    built.base_location = str(fresh)
    built.__dict__.pop("location", None)
    built.manifest_storage = built
    for name, path in _sources():
        if name in paths:
            continue  # the first finder wins, as it does while serving
        destination = fresh / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)
        paths[name] = (built, name)
    for done, (_, _, processed) in enumerate(built.post_process(paths, dry_run=False), start=1):
        if isinstance(processed, Exception):
            raise processed
        if progress is not None:
            progress(min(done, len(paths) * 4), len(paths) * 4)
    (fresh / STAMP).write_text(wanted, encoding="ascii")
    old = root.with_name(root.name + "-old")
    shutil.rmtree(old, ignore_errors=True)
    if root.exists():
        root.rename(old)
    fresh.rename(root)
    shutil.rmtree(old, ignore_errors=True)
    return len(paths)
