"""Knowing whether the site runs on a folder: every supervisor shares a lock, a restore wants it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without it cannot tell; a restore is then the operator's own care
    fcntl = None  # type: ignore[assignment]

NAME = "serving.lock"


@contextmanager
def site_runs(home: Path) -> Iterator[None]:
    """Hold the shared lock while the site is served."""
    with (home / NAME).open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def site_is_stopped(home: Path) -> Iterator[bool]:
    """Whether nothing serves this folder, and nothing can begin to while the block runs."""
    with (home / NAME).open("w") as file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
