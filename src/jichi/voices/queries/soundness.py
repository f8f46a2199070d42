"""Reads for ``jichi check``: the rows that break what voices promise. They see all; they tell ids alone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Length

from jichi.office.retention import destroyed_ids
from jichi.voices.models import Opinion, Original, Voice
from jichi.voices.services.preparing import checksum_of

NEWEST, SPREAD = 2_000, 2_000
"""How many originals a check computes anew: the newest, and as many spread over all the others."""

_MOST = 20
"""Rows named of one kind; more of them say nothing more."""


def voices_without_original() -> list[int]:
    """Voices that have none."""
    rows = Voice.objects.filter(original__isnull=True).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:_MOST])


def newest_voice() -> int | None:
    """The id of the newest voice that has its number from here."""
    rows = Voice.objects.filter(outside_number__isnull=True)
    found: int | None = rows.aggregate(newest=Max("pk"))["newest"]
    return found


def changed_originals(*, whole: bool = False) -> Iterator[int]:
    """Voices whose original does not have its checksum; ``whole``: of all, else of a sample of 4,000."""
    standing = Original.objects.filter(destroyed_at__isnull=True)
    for row in (standing.order_by("pk") if whole else _sample(standing)).iterator(chunk_size=500):
        if checksum_of(bytes(row.salt), row.text, row.fields, row.passages) != row.checksum:
            yield row.pk


def _sample(rows: QuerySet[Original]) -> QuerySet[Original]:
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[:NEWEST])
    if len(newest) < NEWEST:
        return rows.filter(pk__gte=min(newest, default=0))
    older = Q(pk__gte=newest[-1])
    bounds = rows.aggregate(first=Min("pk"), last=Max("pk"))
    step = max((newest[-1] - bounds["first"]) // SPREAD, 1)
    return rows.annotate(rest=F("pk") % step).filter(older | Q(rest=0)).order_by("pk")


def destroyed_without_record() -> Iterator[int]:
    """Voices whose original is gone and of whose destruction nothing is known."""
    gone = Original.objects.filter(destroyed_at__isnull=False).order_by("pk")
    ids = gone.values_list("pk", flat=True)
    if not gone.exists():
        return
    known = destroyed_ids("voices.voice") | destroyed_ids("voices.sealed")
    for pk in ids.iterator(chunk_size=2000):
        if str(pk) not in known:
            yield pk


def voices_with_gaps() -> list[int]:
    """Divided voices whose parts do not go from 0 to the length of their original without gap or overlap.

    Told by four numbers of each voice: the first beginning, the last end, the sum of lengths, and whether
    every beginning but the first is an end of another part.
    """
    parts = (
        Opinion.objects.filter(voice=OuterRef("pk"))
        .order_by()
        .values("voice")
        .annotate(first=Min("start"), last=Max("end"), covered=Sum(F("end") - F("start")), count=Count("pk"))
    )
    standing = Voice.objects.filter(divided_at__isnull=False, original__destroyed_at__isnull=True)
    rows = standing.annotate(
        first=Subquery(parts.values("first")),
        last=Subquery(parts.values("last")),
        covered=Subquery(parts.values("covered")),
        length=Length("original__text"),
    )
    broken = ~Q(first=0) | ~Q(last=F("length")) | ~Q(covered=F("length"))
    empty = Q(first__isnull=True) & Q(length__gt=0)
    found = rows.filter((broken & Q(first__isnull=False)) | empty).order_by("pk")
    return list(found.values_list("pk", flat=True)[:_MOST])
