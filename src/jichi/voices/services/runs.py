"""Since when the result of each stage stands, and which one is being worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.trail import act, record
from jichi.voices.actions import WORK
from jichi.voices.models import Desk, GroupingRun

Stage = GroupingRun.Stage


@contextmanager
def stage_of(viewer: Viewer, desk: Desk, stage: str) -> Iterator[GroupingRun]:
    """One run of a stage; whoever works sets ``seen`` and ``found``. Older runs go when it is finished.

    What goes wrong is kept as ``problem`` (the kind of error alone, never words of an opinion).
    """
    viewer.require(WORK, desk)
    row = GroupingRun.objects.create(desk=desk, stage=stage)
    try:
        yield row
    except Exception as error:
        GroupingRun.objects.filter(pk=row.pk).update(problem=type(error).__name__)
        raise
    with act(viewer, WORK, desk):
        row.finished_at = timezone.now()
        row.save(update_fields=["finished_at", "seen", "found"])
        GroupingRun.objects.filter(desk=desk, stage=stage, started_at__lt=row.started_at).delete()
        record(viewer, WORK, desk, fields={stage: [row.seen, row.found]}, count=row.seen or 1)
