"""The proof that no voice was lost: what the triggers counted against the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from jichi.city.access import Viewer
from jichi.city.errors import NotAllowed
from jichi.voices.actions import PROVE
from jichi.voices.models import Desk, Tally, Voice

Place = tuple[int, str, bool]


@dataclass(frozen=True, slots=True)
class Conserved:
    """Voices of one desk by one channel, in time or late.

    ``received`` and ``open`` are those of the count that the triggers keep; ``ended`` counts rows by kind,
    with what ended together with the desk. ``rows`` and ``rows_ended`` are counted anew.
    """

    desk_id: int
    desk: str
    title: str
    mechanism: str
    channel: str
    is_late: bool
    received: int
    open: int
    rows: int
    rows_ended: int
    tally_ended: int
    ended: dict[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """How far count and rows are apart; 0 is the proof."""
        return abs(self.received - self.rows) + abs(self.tally_ended - self.rows_ended)

    @property
    def holds(self) -> bool:
        """Whether received = open + ended, by the count and by the rows alike."""
        return self.difference == 0 and self.received == self.open + sum(self.ended.values())


def conservation(desk_id: int | None = None) -> list[Conserved]:
    """Received, open and ended of each desk, channel and lateness, counted twice. For ``jichi check`` and
    the room itself; pages ask :func:`conservation_for`.
    """
    return list(_proved(Q() if desk_id is None else Q(desk_id=desk_id)))


def conservation_for(viewer: Viewer, *desk_ids: int) -> list[Conserved]:
    """The same of the desks the viewer may prove; of those named, or of all. Raises NotAllowed."""
    if not viewer.can(PROVE):
        raise NotAllowed(PROVE)
    wanted = Q(desk_id__in=desk_ids) if desk_ids else Q()
    reached = viewer.departments_for(PROVE)
    if reached is not None:
        wanted &= Q(desk__department_id__in=reached)
    return list(_proved(wanted))


def tallied_for(viewer: Viewer, desk_id: int | None = None) -> dict[int, tuple[int, int]]:
    """What the triggers counted at each desk the viewer may prove: received, and ended one by one.

    It reads a few rows for a desk however many voices it has. Raises NotAllowed.
    """
    if not viewer.can(PROVE):
        raise NotAllowed(PROVE)
    rows = Tally.objects.all() if desk_id is None else Tally.objects.filter(desk_id=desk_id)
    reached = viewer.departments_for(PROVE)
    if reached is not None:
        rows = rows.filter(desk__department_id__in=reached)
    counts = rows.order_by().values_list("desk_id").annotate(got=Sum("received"), over=Sum("ended"))
    return {pk: (got, over) for pk, got, over in counts}


def _proved(wanted: Q) -> Iterator[Conserved]:
    tallies: dict[Place, tuple[int, int]] = {
        (row["desk_id"], row["channel"], row["is_late"]): (row["got"], row["over"])
        for row in Tally.objects.filter(wanted)
        .order_by()
        .values("desk_id", "channel", "is_late")
        .annotate(got=Sum("received"), over=Sum("ended"))
    }
    counted: dict[Place, dict[str, int]] = {}
    rows = Voice.objects.filter(wanted).order_by().values_list("desk_id", "channel", "is_late", "end")
    for desk_id, channel, is_late, end, count in rows.annotate(count=Count("pk")):
        counted.setdefault((desk_id, channel, is_late), {})[end] = count
    desks = Desk.objects.in_bulk({place[0] for place in {*tallies, *counted}})
    for place in sorted({*tallies, *counted}):
        yield _row(desks[place[0]], place, *tallies.get(place, (0, 0)), counted.get(place, {}))


def _row(desk: Desk, place: Place, received: int, over: int, counted: dict[str, int]) -> Conserved:
    _id, channel, is_late = place
    ended = {kind: count for kind, count in sorted(counted.items()) if kind}
    rows_ended, left = sum(ended.values()), received - over
    if desk.answered_at is not None and not is_late and left:
        ended[desk.answered_kind] = ended.get(desk.answered_kind, 0) + left
        left = 0
    return Conserved(
        desk_id=desk.pk,
        desk=desk.key,
        title=desk.title,
        mechanism=desk.mechanism,
        channel=channel,
        is_late=is_late,
        received=received,
        open=left,
        rows=sum(counted.values()),
        rows_ended=rows_ended,
        tally_ended=over,
        ended=ended,
    )
