"""The worker's part: new voices divided, put into sets, the sets into topics; each stage when it is due.

A few voices are divided at once by the worker itself. Grouping reads every text of a desk: it is done in a
process apart, less often the longer it takes, and so is the dividing of a flood. Whatever is stopped goes on
where it was.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence

import structlog
from django.db import DatabaseError
from django.db.models import Max
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.viewers import system_viewer
from jichi.voices.enums import Purpose
from jichi.voices.models import Desk, GroupingRun, TopicDecision, Voice, Wording

from . import grouping, paraphrasing, topics
from .dividing import divide_new
from .runs import Stage

FLOOD = 500
"""Undivided voices from which a desk is left to the process apart; before that nothing of it is grouped."""
REST = 10
"""A stage that took a second is not begun again before ten more have passed…"""
LONGEST_REST = datetime.timedelta(minutes=10)
"""… and never later than this."""
STREAM = 40
"""So many voices within a second: people are writing now, and the machine is theirs…"""
PATIENCE = 60.0
"""… but what they wrote is not left undivided for more than so many seconds."""

_log = structlog.get_logger("jichi.voices")


class _Stream:
    """Whether dividing waits for a stream of voices to end; each process looks for itself."""

    def __init__(self) -> None:
        self._since: float | None = None

    def holds(self) -> bool:
        """Whether to wait: many voices came within the last second, and the wait is not too long yet."""
        newest = Voice.objects.order_by("-pk").values_list("entered_at", flat=True)[STREAM - 1 : STREAM]
        last = next(iter(newest), None)
        if last is None or timezone.now() - last > datetime.timedelta(seconds=1):
            self._since = None
            return False
        now = time.monotonic()
        if self._since is None:
            self._since = now
        return now - self._since < PATIENCE


_stream = _Stream()


def divide_some(seconds: float) -> bool:
    """Divide new voices for about so many seconds, where they are no flood; whether more wait."""
    if _stream.holds():
        return False
    until = time.monotonic() + seconds
    for desk_id in _undivided():
        if time.monotonic() >= until:
            return True
        if not _is_flooded(desk_id):
            _divide(desk_id, until - time.monotonic())
    return False


def work_is_due() -> bool:
    """Whether there is something to do apart from the worker; cheap, asked once a second."""
    if _stream.holds():
        return False
    return any(_is_flooded(desk_id) or due_stages(desk_id) for desk_id in _waiting_desks())


def work_some(seconds: float) -> bool:
    """Divide floods and do the stages that are due, desk by desk, for about so many seconds; whether more
    waits. A stage once begun is finished."""
    until = time.monotonic() + seconds
    for desk_id in _waiting_desks():
        if _is_flooded(desk_id):
            _divide(desk_id, max(1.0, until - time.monotonic()))
        if stages := due_stages(desk_id):
            try:
                do_stages(viewer=_worker(), desk_id=desk_id, stages=stages)
            except DatabaseError:
                raise
            except Exception:
                _log.exception("opinions of a desk could not be grouped", desk=desk_id)
        if time.monotonic() >= until:
            return work_is_due()
    return False


def _divide(desk_id: int, seconds: float) -> None:
    try:
        divide_new(viewer=_worker(), desk_id=desk_id, seconds=seconds)
    except DatabaseError:
        raise
    except Exception:
        # One desk's trouble is not that of the others; it is tried again with the next round.
        _log.exception("voices of a desk could not be divided", desk=desk_id)


def _is_flooded(desk_id: int) -> bool:
    waiting = Voice.objects.filter(desk_id=desk_id, divided_at__isnull=True).order_by()
    return bool(waiting.values_list("pk", flat=True)[FLOOD : FLOOD + 1])


def work_on(desk_id: int, *, seconds: float | None = None, viewer: Viewer | None = None) -> bool:
    """Do all there is to do for one desk now, without the rests in between; whether something is left.

    ``seconds`` bounds the dividing; a stage once begun is finished.

    Raises:
        Desk.DoesNotExist; NotAllowed.
    """
    viewer = viewer or _worker()
    if not divide_new(viewer=viewer, desk_id=desk_id, seconds=seconds).is_done:
        return True
    while stages := due_stages(desk_id, rests=False):
        do_stages(viewer=viewer, desk_id=desk_id, stages=stages)
    return False


def work_all(*, viewer: Viewer | None = None) -> int:
    """:func:`work_on` for every desk of opinions; how many desks there are."""
    desks = _desks()
    for desk_id in desks:
        work_on(desk_id, viewer=viewer)
    return len(desks)


def do_stages(*, viewer: Viewer, desk_id: int, stages: Sequence[str]) -> None:
    """Do these stages of a desk in their order. A later one reads what the earlier one wrote."""
    embedder = paraphrasing.embedder_of_desk() if set(stages) - {Stage.NEAR} else None
    if Stage.NEAR in stages:
        grouping.group_near(viewer=viewer, desk_id=desk_id)
    if Stage.PARAPHRASE in stages:
        links = paraphrasing.paraphrases_by(embedder)
        grouping.group_by_meaning(viewer=viewer, desk_id=desk_id, paraphrases=links)
    if Stage.TOPICS in stages:
        topics.find_desk_topics(viewer=viewer, desk_id=desk_id, embedder=embedder)


def due_stages(desk_id: int, *, rests: bool = True) -> list[str]:
    """The stages of a desk that are behind the one before them and have rested long enough.

    Nothing is due while a flood is still being divided.
    """
    behind = _behind(desk_id)
    if not behind or _is_flooded(desk_id):
        return []
    if not rests:
        return behind
    runs = _last_runs(desk_id)
    now = timezone.now()
    return [stage for stage in behind if _has_rested(runs.get(stage), now)]


def _behind(desk_id: int) -> list[str]:
    runs = _last_runs(desk_id)
    began = {stage: row.started_at for stage, row in runs.items() if row.finished_at is not None}
    near = Wording.objects.filter(desk_id=desk_id, is_grouped=False, sample__isnull=False).exists()
    if Stage.NEAR not in began and not near:
        return []
    stages: list[str] = [Stage.NEAR] if near else []
    if near or _older(began, Stage.PARAPHRASE, Stage.NEAR):
        stages.append(Stage.PARAPHRASE)
    if not Desk.objects.filter(pk=desk_id, groups_topics=True).exists():
        return stages
    decided = (
        TopicDecision.objects.filter(desk_id=desk_id).order_by("-pk").values_list("at", flat=True).first()
    )
    topics_began = began.get(Stage.TOPICS)
    if (
        Stage.PARAPHRASE in stages
        or _older(began, Stage.TOPICS, Stage.PARAPHRASE)
        or (decided is not None and topics_began is not None and topics_began < decided)
    ):
        stages.append(Stage.TOPICS)
    return stages


def _older(began: dict[str, datetime.datetime], stage: str, other: str) -> bool:
    return other in began and (stage not in began or began[stage] < began[other])


def _last_runs(desk_id: int) -> dict[str, GroupingRun]:
    """The newest run of each stage, finished or not."""
    found: dict[str, GroupingRun] = {}
    for row in GroupingRun.objects.filter(desk_id=desk_id).order_by("started_at", "pk"):
        found[row.stage] = row
    return found


def _has_rested(row: GroupingRun | None, now: datetime.datetime) -> bool:
    if row is None:
        return True
    if row.finished_at is None:
        # It failed or was stopped; a minute later it is tried again.
        return now - row.started_at > datetime.timedelta(minutes=1)
    rest = min((row.finished_at - row.started_at) * REST, LONGEST_REST)
    return now - row.finished_at >= rest


def _desks() -> list[int]:
    return list(Desk.objects.filter(purpose=Purpose.OPINIONS).order_by("pk").values_list("pk", flat=True))


def _waiting_desks() -> list[int]:
    """Desks of which something may be due, by few queries however many desks there are."""
    found = set(_undivided())
    fresh = Wording.objects.filter(is_grouped=False, sample__isnull=False).order_by()
    found |= set(fresh.values_list("desk_id", flat=True).distinct())
    began: dict[int, dict[str, datetime.datetime]] = {}
    done = GroupingRun.objects.filter(finished_at__isnull=False).order_by("started_at", "pk")
    for desk_id, stage, at in done.values_list("desk_id", "stage", "started_at"):
        began.setdefault(desk_id, {})[stage] = at
    decided = dict(TopicDecision.objects.order_by().values_list("desk_id").annotate(last=Max("at")))
    for desk_id, stages in began.items():
        is_behind = _older(stages, Stage.PARAPHRASE, Stage.NEAR) or _older(
            stages, Stage.TOPICS, Stage.PARAPHRASE
        )
        last = stages.get(Stage.TOPICS)
        if is_behind or (desk_id in decided and last is not None and last < decided[desk_id]):
            found.add(desk_id)
    return [desk_id for desk_id in _desks() if desk_id in found]


def _undivided() -> list[int]:
    waiting = Voice.objects.filter(divided_at__isnull=True, desk__purpose=Purpose.OPINIONS)
    return list(waiting.order_by("desk_id").values_list("desk_id", flat=True).distinct())


def _worker() -> Viewer:
    return system_viewer("worker")
