"""How far the work on a consultation's opinions has come, for the workbench: quick, whatever came in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from jichi.consultations.models import Consultation, Disposition
from jichi.voices.enums import Decision
from jichi.voices.models import OpinionSet, Tally, Voice, Wording

from .counting import OUTSIDE


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one consultation. ``opinions`` and the like are those of the last grouping of the desk.

    ``voices`` came in time, ``late`` did not; ``undivided`` are still to be read by the worker; ``ungrouped``
    opinions are in no set yet. ``unmasked`` and ``undecided`` are distinct texts whose mask or publication
    nobody has decided. ``disposed`` opinions have a disposition, ``undisposed`` none; ``sets_without`` and
    ``sets`` count the sets.
    """

    voices: int = 0
    late: int = 0
    undivided: int = 0
    opinions: int = 0
    ungrouped: int = 0
    wordings: int = 0
    unmasked: int = 0
    undecided: int = 0
    sets: int = 0
    sets_without: int = 0
    disposed: int = 0

    @property
    def undisposed(self) -> int:
        """Opinions without disposition."""
        return self.opinions - self.disposed

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the period waits for a disposition."""
        return not self.undivided and not self.undisposed


def progress_of(consultation: Consultation) -> Progress:
    """The counts of a consultation; all 0 before its publication."""
    desk_id = consultation.desk_id
    if desk_id is None:
        return Progress()
    received = {
        is_late: number or 0
        for is_late, number in Tally.objects.filter(desk_id=desk_id)
        .order_by()
        .values_list("is_late")
        .annotate(number=Sum("received"))
    }
    undivided = Voice.objects.filter(desk_id=desk_id, divided_at=None, is_late=False).exclude(end__in=OUTSIDE)
    texts = _texts(desk_id)
    opinions = texts["opinions"] or 0
    # A disposition of one opinion counts only where its set has none: the set's counts for all of it already.
    alone = Disposition.objects.filter(
        consultation=consultation,
        opinion__voice__is_late=False,
        opinion__wording__set__disposition__isnull=True,
    ).exclude(opinion__voice__end__in=OUTSIDE)
    sets = sets_of(consultation).aggregate(
        sets=Count("pk"), sets_without=Count("pk", filter=Q(disposition__isnull=True))
    )
    return Progress(
        voices=received.get(False, 0),
        late=received.get(True, 0),
        undivided=undivided.count(),
        opinions=opinions,
        ungrouped=texts["ungrouped"] or 0,
        wordings=texts["wordings"] or 0,
        unmasked=texts["unmasked"] or 0,
        undecided=texts["undecided"] or 0,
        sets=sets["sets"],
        sets_without=sets["sets_without"],
        disposed=(texts["disposed"] or 0) + alone.count(),
    )


def _texts(desk_id: int) -> dict[str, int | None]:
    rows = Wording.objects.filter(desk_id=desk_id, size__gt=0)
    return rows.aggregate(
        opinions=Sum("size"),
        ungrouped=Sum("size", filter=Q(set__isnull=True)),
        wordings=Count("pk"),
        unmasked=Count("pk", filter=Q(mask_confirmed_at__isnull=True)),
        undecided=Count("pk", filter=Q(decision=Decision.PENDING)),
        disposed=Sum("size", filter=Q(set__disposition__isnull=False)),
    )


def sets_of(consultation: Consultation) -> QuerySet[OpinionSet]:
    """The sets of a consultation that have opinions of the period, with their disposition."""
    rows = OpinionSet.objects.filter(desk_id=consultation.desk_id or 0, merged_into=None, size__gt=0)
    return rows.select_related("disposition__undertaking", "topic")


def next_without(consultation: Consultation, after: int | None = None) -> OpinionSet | None:
    """The largest set without disposition, or the next one after the set ``after``, from large to small."""
    rows = sets_of(consultation).filter(disposition__isnull=True).order_by("-size", "pk")
    if after is not None:
        last = OpinionSet.objects.filter(pk=after).values("size").first()
        if last is not None:
            later = rows.filter(Q(size__lt=last["size"]) | Q(size=last["size"], pk__gt=after))
            return later.first() or rows.exclude(pk=after).first()
    return rows.first()


def by_code(consultation: Consultation) -> dict[str, int]:
    """How many opinions have which code by their set; those with one of their own are counted there alone."""
    rows = sets_of(consultation).filter(disposition__isnull=False).order_by()
    return dict(rows.values_list(F("disposition__code")).annotate(opinions=Sum("size")))
