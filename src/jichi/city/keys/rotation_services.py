"""A new version of the key that wraps subjects' keys, and wrapping them anew while the site runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Count

from jichi.city.access import Viewer
from jichi.city.models import SubjectKey
from jichi.city.trail import act, record

from . import ring
from .subject_services import unwrapped, wrap

ROTATE = "city.keys:rotate"
BATCH = 200
Progress = Callable[[int, int], None]


def subjects_by_version() -> dict[int, int]:
    """How many subjects' keys each version of ``contact`` still wraps (destroyed ones need none)."""
    rows = SubjectKey.objects.filter(destroyed_at__isnull=True).values_list("key_version")
    return dict(rows.annotate(number=Count("pk")).order_by("key_version"))


def rotate_keys(*, viewer: Viewer, pause: float = 0.1, progress: Progress | None = None) -> tuple[int, int]:
    """Bring every subject's key under a new version of ``contact``; returns (version, how many were wrapped
    anew).

    An earlier run that was stopped is ended first: then no other version is made. 200 rows at a time with as
    long a pause, so that nobody who writes meanwhile has to wait (mechanics.md, "Acts"). The old file stays:
    backups of before need it.

    Raises:
        NotAllowed, KeyMissing, KeyWrong, Damaged.
    """
    viewer.require(ROTATE)
    version = ring.newest("contact")
    waiting = sum(count for number, count in subjects_by_version().items() if number < version)
    if not waiting:
        version = ring.make_next("contact")
        waiting = sum(subjects_by_version().values())
    done = 0
    while True:
        count = _wrap_some(viewer, version)
        if not count:
            return version, done
        done += count
        if progress is not None:
            progress(done, max(waiting, done))
        time.sleep(pause)


def _wrap_some(viewer: Viewer, version: int) -> int:
    wrapping = AESGCM(ring.key("contact", version))
    with act(viewer, ROTATE):
        rows = list(
            SubjectKey.objects.select_for_update()
            .filter(key_version__lt=version, destroyed_at__isnull=True)
            .order_by("key_version", "pk")[:BATCH]
        )
        for row in rows:
            row.wrapped = wrap(wrapping, version, row.pk, unwrapped(row))
            row.key_version = version
        if rows:
            SubjectKey.objects.bulk_update(rows, ["wrapped", "key_version"])
            fields = {"key_version": [None, version]}
            record(viewer, ROTATE, None, object_type="city.subjectkey", fields=fields, count=len(rows))
    return len(rows)
