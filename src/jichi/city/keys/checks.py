"""What ``jichi check`` asks of the keys: that the folder fits the database, and that nobody else reads it."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from jichi.manifest import Problem

from . import fingerprint_services as fingerprints
from . import ring
from .rotation_services import subjects_by_version


def fit() -> Iterator[Problem]:
    """Keys the database knows and the folder lacks or has otherwise, and permissions that are too wide."""
    place = ring.folder()
    needed = subjects_by_version()
    for purpose, version, expected in fingerprints.all_expected():
        value = ring.read(purpose, version)
        if value is None and not _is_needed(purpose, version, needed):
            continue
        if value is None or ring.fingerprint(value) != expected:
            yield Problem(
                where=f"key {purpose}-{version}",
                what=f"is not in {place}" if value is None else f"in {place} is of another database",
                mend="put the folder of keys that belongs to this database there; see docs/operations.md",
            )
    if place.is_dir():
        for path in (place, *sorted(place.iterdir())):
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) and path.suffix != ".pub":
                yield Problem(
                    where=str(path),
                    what="others on this machine can read it",
                    mend=f"chmod {'700' if path.is_dir() else '600'} {path}",
                )


def _is_needed(purpose: str, version: int, subjects: dict[int, int]) -> bool:
    # A version that wraps nothing any more may be taken away once the backups of its time have expired.
    known = [number for name, number, _ in fingerprints.all_expected() if name == purpose]
    return purpose not in ring.ROTATABLE or version == max(known) or version in subjects
