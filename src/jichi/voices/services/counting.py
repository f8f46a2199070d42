"""What is derived from the opinions: how often each text was said, and how many are in each set.

Counted are voices of the desk's own time that were neither withdrawn, refused nor sealed: the same as those
that need a disposition. All is read without a lock; only what differs is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Count, QuerySet, Sum

from jichi.city.models import AuditEntry
from jichi.voices.actions import END, REOPEN
from jichi.voices.enums import SetKind
from jichi.voices.models import Desk, Opinion, OpinionSet, Wording
from jichi.voices.queries.counted import COUNTED

from .pacing import Pace, update_rows

_SOME = 500
_ENDS = {END, REOPEN}


def recount_desk(desk_id: int, pace: Pace | None = None) -> None:
    """Bring every count of a desk up to date."""
    pace = pace or Pace(first=500, most=5000)
    counts = dict(_by_wording(Opinion.objects.filter(wording__desk_id=desk_id)))
    rows = Wording.objects.filter(desk_id=desk_id).order_by("pk").values_list("pk", "size")
    _write_sizes([(counts.get(pk, 0), pk) for pk, size in rows if counts.get(pk, 0) != size], pace)
    _recount(OpinionSet.objects.filter(desk_id=desk_id), pace)


def recount_wordings(wording_ids: Collection[int], pace: Pace | None = None) -> None:
    """Bring the counts of these texts, and of the sets they are in, up to date."""
    pace = pace or Pace(first=500, most=5000)
    listed = sorted(wording_ids)
    sets: set[int] = set()
    for some in _runs(listed):
        counts = dict(_by_wording(Opinion.objects.filter(wording_id__in=some)))
        rows = Wording.objects.filter(pk__in=some).order_by("pk").values_list("pk", "size", "set_id")
        changed = []
        for pk, size, set_id in rows:
            if counts.get(pk, 0) != size:
                changed.append((counts.get(pk, 0), pk))
                sets |= {set_id} if set_id is not None else set()
        _write_sizes(changed, pace)
    recount_sets(sets, pace)


def follow_ends(entries: Sequence[AuditEntry]) -> None:
    """Count anew what was said by voices that ended or were taken up again: the trail's reader."""
    ids = {
        int(entry.object_id)
        for entry in entries
        if entry.act in _ENDS and entry.object_type == "voices.voice" and entry.object_id.isdecimal()
    }
    for some in _runs(sorted(ids)):
        said = Opinion.objects.filter(voice_id__in=some, wording__isnull=False).order_by()
        recount_wordings(set(said.values_list("wording_id", flat=True)))


def recount_all() -> int:
    """Bring every count of every desk up to date; how many desks there are."""
    desks = list(Desk.objects.order_by("pk").values_list("pk", flat=True))
    for desk_id in desks:
        recount_desk(desk_id)
    return len(desks)


def recount_sets(set_ids: Collection[int], pace: Pace | None = None) -> None:
    """Bring the counts of these sets up to date from those of their texts."""
    for some in _runs(sorted(set_ids)):
        _recount(OpinionSet.objects.filter(pk__in=some), pace or Pace(first=500, most=5000))


def _by_wording(rows: QuerySet[Opinion]) -> Iterable[tuple[int, int]]:
    return rows.filter(COUNTED).order_by().values_list("wording_id").annotate(count=Count("pk"))


def _write_sizes(changed: Sequence[tuple[int, int]], pace: Pace) -> None:
    at = 0
    while at < len(changed):
        with pace.transaction():
            part = changed[at : at + pace.size]
            update_rows(Wording, ["size"], part)
        at += len(part)


def _recount(sets: QuerySet[OpinionSet], pace: Pace) -> None:
    """Sizes of sets, their kinds where they hold one text, and another lead where the old one is gone."""
    members = Wording.objects.filter(set__in=sets.values("pk"), size__gt=0).order_by()
    # A text said once stands for one voice, and most do; voices are only told apart where it matters.
    totals = {
        pk: (size, count)
        for pk, size, count in members.values_list("set_id").annotate(total=Sum("size"), count=Count("pk"))
    }
    people = _submissions(sets, totals)
    leads = dict(
        Wording.objects.filter(set__in=sets.values("pk"), size__gt=0)
        .order_by("size", "-pk")
        .values_list("set_id", "pk")
    )
    alive = set(members.values_list("pk", flat=True))
    changed = []
    for row in sets.order_by("pk"):
        size, count = totals.get(row.pk, (0, 0))
        lead = (
            row.representative_id
            if row.representative_id in alive
            else leads.get(row.pk, row.representative_id)
        )
        now = (size, people.get(row.pk, size), count, _kind(row, size, count), lead)
        if now != (row.size, row.submissions, row.wordings, row.kind, row.representative_id):
            changed.append((*now, row.pk))
    at = 0
    while at < len(changed):
        with pace.transaction():
            part = changed[at : at + pace.size]
            update_rows(OpinionSet, ["size", "submissions", "wordings", "kind", "representative"], part)
        at += len(part)


def _submissions(sets: QuerySet[OpinionSet], totals: dict[int, tuple[int, int]]) -> dict[int, int]:
    """Distinct voices of each set of two opinions or more."""
    several = [pk for pk, (size, _) in totals.items() if size > 1]
    found: dict[int, int] = {}
    for some in _runs(several):
        rows = Opinion.objects.filter(COUNTED, wording__set_id__in=some).order_by()
        found |= dict(rows.values_list("wording__set_id").annotate(count=Count("voice_id", distinct=True)))
    return found


def _kind(row: OpinionSet, size: int, wordings: int) -> str:
    if row.by_hand and row.kind == SetKind.BY_HAND:
        return row.kind
    if wordings <= 1:
        return SetKind.SINGLE if size <= 1 else SetKind.IDENTICAL
    return SetKind.NEAR if row.kind in (SetKind.SINGLE, SetKind.IDENTICAL) else row.kind


def _runs(listed: Sequence[int]) -> Iterable[Sequence[int]]:
    return (listed[at : at + _SOME] for at in range(0, len(listed), _SOME))
