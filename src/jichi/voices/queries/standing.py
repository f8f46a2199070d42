"""How far the work on a desk's opinions has come, and since when each result stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from jichi.voices.enums import Decision
from jichi.voices.models import Desk, GroupingRun, OpinionSet, Voice, Wording

from .counted import COUNTED_VOICES


@dataclass(frozen=True, slots=True)
class StageStanding:
    """One stage: since when its result stands (None: there is none), whether it is running or behind."""

    since: datetime.datetime | None
    is_running: bool
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of a desk: of counted voices alone, but for ``undivided``, which wait whatever they are.

    ``opinions`` are those divided so far, ``texts`` the distinct ones, ``grouped`` those in sets, ``masked``
    those whose mask is confirmed or to which no mask was proposed, ``by_decision`` texts, and
    ``opinions_by_decision`` opinions, of each decision.
    """

    voices: int
    undivided: int
    opinions: int
    texts: int
    sets: int
    grouped: int
    masked: int
    by_decision: Mapping[str, int]
    opinions_by_decision: Mapping[str, int]
    stages: Mapping[str, StageStanding]

    @property
    def decided(self) -> int:
        """Texts that somebody decided about."""
        return self.texts - self.by_decision.get(Decision.PENDING, 0)


def standing_of(desk: Desk) -> Standing:
    """Where a desk stands. Numbers only: it asks for no viewer."""
    undivided = Voice.objects.filter(desk=desk, divided_at__isnull=True).count()
    rows = list(
        Wording.objects.filter(desk=desk, size__gt=0)
        .order_by()
        .values_list("decision")
        .annotate(
            texts=Count("pk"),
            said=Sum("size"),
            grouped=Count("pk", filter=Q(set__isnull=False)),
            masked=Count("pk", filter=Q(mask_confirmed_at__isnull=False) | Q(proposed_spans=[])),
        )
    )
    waiting = Wording.objects.filter(desk=desk, is_grouped=False, sample__isnull=False).exists()
    return Standing(
        voices=Voice.objects.filter(COUNTED_VOICES, desk=desk).count(),
        undivided=undivided,
        opinions=sum(row[2] for row in rows),
        texts=sum(row[1] for row in rows),
        sets=OpinionSet.objects.filter(desk=desk, size__gt=0).count(),
        grouped=sum(row[3] for row in rows),
        masked=sum(row[4] for row in rows),
        by_decision={row[0]: row[1] for row in rows},
        opinions_by_decision={row[0]: row[2] for row in rows},
        stages=_stages(desk, undivided > 0, waiting),
    )


def _stages(desk: Desk, undivided: bool, waiting: bool) -> dict[str, StageStanding]:
    done: dict[str, GroupingRun] = {}
    running: set[str] = set()
    for row in GroupingRun.objects.filter(desk=desk).order_by("started_at", "pk"):
        if row.finished_at is not None:
            done[row.stage] = row
            running.discard(row.stage)
        elif not row.problem:
            running.add(row.stage)
    stage = GroupingRun.Stage
    behind = {stage.DIVIDE: undivided, stage.NEAR: undivided or waiting}
    for later, earlier in ((stage.PARAPHRASE, stage.NEAR), (stage.TOPICS, stage.PARAPHRASE)):
        mine, other = done.get(later), done.get(earlier)
        is_older = other is not None and (mine is None or mine.started_at < other.started_at)
        behind[later] = behind[earlier] or is_older
    return {
        one.value: StageStanding(
            since=done[one].finished_at if one in done else None,
            is_running=one in running,
            is_pending=behind[one],
        )
        for one in stage
    }
