"""Sets of opinions that say the same, over the distinct texts of a desk: first nearly the same, then in other
words. Later texts join; what a person decided is never undone (:mod:`.placing`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jichi.city.access import Viewer
from jichi.methods.campaigns.engine import Paraphraser
from jichi.methods.campaigns.grouping import group
from jichi.voices.enums import SetKind
from jichi.voices.models import Desk, GroupingRun, OpinionSet, Wording
from jichi.voices.queries.texts import TEXT

from .counting import recount_desk
from .held import held_sets, put_into
from .pacing import Pace, update_rows
from .placing import Plan, Standing, looser, placed
from .runs import Stage, stage_of


@dataclass(frozen=True, slots=True)
class _Read:
    ids: list[int]
    texts: list[str]
    set_of: dict[int, int | None]


def group_near(*, viewer: Viewer, desk_id: int) -> GroupingRun:
    """Put the texts of a desk into sets of the same and nearly the same.

    Raises:
        NotAllowed; Desk.DoesNotExist.
    """
    return _grouped(viewer, Desk.objects.get(pk=desk_id), Stage.NEAR, None)


def group_by_meaning(*, viewer: Viewer, desk_id: int, paraphrases: Paraphraser) -> GroupingRun:
    """Put sets that say the same in other words together, as far as nobody has touched them.

    Raises:
        NotAllowed; Desk.DoesNotExist.
    """
    return _grouped(viewer, Desk.objects.get(pk=desk_id), Stage.PARAPHRASE, paraphrases)


def _grouped(viewer: Viewer, desk: Desk, stage: str, paraphrases: Paraphraser | None) -> GroupingRun:
    with stage_of(viewer, desk, stage) as run:
        read = _read(desk)
        grouping = group([str(one) for one in read.ids], read.texts, paraphrases=paraphrases)
        pace = Pace()
        _write(desk, placed(grouping, read.set_of, _standing(desk)), pace)
        _leave_out(desk, read, pace)
        recount_desk(desk.pk)
        run.seen, run.found = len(read.ids), grouping.opinions
    return run


def _read(desk: Desk) -> _Read:
    rows = (
        Wording.objects.filter(
            desk=desk, sample__isnull=False, sample__voice__original__destroyed_at__isnull=True
        )
        .order_by("pk")
        .values_list("pk", "set_id", TEXT)
    )
    ids, sets, texts = [], [], []
    for pk, set_id, text in rows.iterator(chunk_size=5000):
        ids.append(pk)
        sets.append(set_id)
        texts.append(text)
    return _Read(ids, texts, dict(zip(ids, sets, strict=True)))


def _standing(desk: Desk) -> dict[int, Standing]:
    held = held_sets(desk)
    rows = OpinionSet.objects.filter(desk=desk).values_list("pk", "representative_id", "size", "by_hand")
    return {pk: Standing(lead, size, by_hand or pk in held) for pk, lead, size, by_hand in rows}


def _write(desk: Desk, plan: Plan, pace: Pace) -> None:
    joined = _make(desk, plan, pace) + plan.joined
    for source, target, kind in plan.merged:
        with pace.transaction():
            _merge(desk, source, target, kind)
    at = 0
    while at < len(joined):
        with pace.transaction():
            some = joined[at : at + pace.size]
            _let_join(some)
        at += len(some)


def _make(desk: Desk, plan: Plan, pace: Pace) -> list[tuple[int, int, SetKind]]:
    """Make the new sets with their texts; of a very large one the texts that are left to join it."""
    left: list[tuple[int, int, SetKind]] = []
    at = 0
    while at < len(plan.made):
        with pace.transaction():
            some: list[tuple[SetKind, int, list[int]]] = []
            count = 0
            while at + len(some) < len(plan.made) and count < pace.size:
                some.append(plan.made[at + len(some)])
                count += len(some[-1][2])
            rows = OpinionSet.objects.bulk_create(
                OpinionSet(desk=desk, kind=kind, representative_id=lead) for kind, lead, _ in some
            )
            now: list[tuple[int, int, SetKind]] = []
            for row, (kind, _, members) in zip(rows, some, strict=True):
                now += [(one, row.pk, kind) for one in members[: pace.size]]
                left += [(one, row.pk, kind) for one in members[pace.size :]]
            _let_join(now)
        at += len(some)
    return left


def _let_join(rows: Sequence[tuple[int, int, SetKind]]) -> None:
    """Put texts into sets, as long as nobody put them elsewhere meanwhile."""
    waiting = set(
        Wording.objects.select_for_update()
        .filter(pk__in=[one for one, _, _ in rows], set__isnull=True, sample__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
    )
    targets = {set_id for _, set_id, _ in rows}
    standing = {
        pk: (into or pk, kind)
        for pk, into, kind in OpinionSet.objects.filter(pk__in=targets).values_list(
            "pk", "merged_into_id", "kind"
        )
    }
    update_rows(
        Wording,
        ["set", "is_grouped"],
        [(standing[set_id][0], True, one) for one, set_id, _ in rows if one in waiting],
    )
    _loosen((standing[set_id][0], standing[set_id][1], kind) for _, set_id, kind in rows)


def _loosen(rows: Iterable[tuple[int, str, SetKind]]) -> None:
    changed = {set_id: looser(kind, now) for set_id, kind, now in rows if looser(kind, now) != kind}
    update_rows(OpinionSet, ["kind"], [(kind, set_id) for set_id, kind in changed.items()])


def _merge(desk: Desk, source_id: int, target_id: int, kind: SetKind) -> None:
    """Put one set into another, unless somebody has meanwhile taken either into her hands."""
    rows = {
        row.pk: row
        for row in OpinionSet.objects.select_for_update().filter(pk__in=[source_id, target_id]).order_by("pk")
    }
    source, target = rows[source_id], rows[target_id]
    if any(row.by_hand or row.merged_into_id for row in rows.values()) or held_sets(desk, rows):
        return
    put_into(source, target)
    target.kind = looser(kind, target.kind)
    target.version += 1
    target.save(update_fields=["kind", "version"])


def _leave_out(desk: Desk, read: _Read, pace: Pace) -> None:
    """Texts that are gone are not waited for."""
    waiting = set(
        Wording.objects.filter(desk=desk, is_grouped=False, sample__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
    )
    # What is in a set already needs only the sign; what came since reading waits for the next run.
    known = [one for one in read.ids if one in waiting and read.set_of[one] is not None]
    gone = Wording.objects.filter(
        desk=desk, is_grouped=False, sample__voice__original__destroyed_at__isnull=False
    ).values_list("pk", flat=True)
    rows = [(True, one) for one in [*known, *gone]]
    at = 0
    while at < len(rows):
        with pace.transaction():
            some = rows[at : at + pace.size]
            update_rows(Wording, ["is_grouped"], some)
        at += len(some)
