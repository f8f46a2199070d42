"""Counting the submissions and opinions of a consultation's desk, each question in one pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet

from jichi.voices.enums import Decision, EndKind, PartKind
from jichi.voices.models import Opinion, Voice

OUTSIDE = (EndKind.WITHDRAWN, EndKind.SEALED, EndKind.REFUSED)
"""How a voice ends that is outside the rule and the table; each has its own record."""


@dataclass(slots=True)
class Cell:
    """Opinions of one set, or of one with a disposition of its own, and the voices that hold them."""

    opinions: int = 0
    submissions: int = 0
    by_channel: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Counted:
    """What came in: voices by channel, and opinions by (set, disposition of its own) and channel."""

    submissions: Counter[str] = field(default_factory=Counter)
    late_submissions: int = 0
    not_to_publish: int = 0
    withdrawn: int = 0
    refused: int = 0
    undivided: int = 0
    cells: dict[tuple[int | None, int | None], Cell] = field(default_factory=dict)
    late_cells: dict[tuple[int | None, int | None], Cell] = field(default_factory=dict)


def in_period(desk_id: int) -> QuerySet[Opinion]:
    """The opinions that the rule is about: of the period, neither withdrawn, sealed nor refused."""
    rows = Opinion.objects.filter(voice__desk_id=desk_id, kind=PartKind.OPINION, voice__is_late=False)
    return rows.exclude(voice__end__in=OUTSIDE)


def without_disposition(desk_id: int) -> QuerySet[Opinion]:
    """Those among them for which neither their set nor they themselves have a disposition."""
    return in_period(desk_id).filter(disposition__isnull=True, wording__set__disposition__isnull=True)


def counted(desk_id: int) -> Counted:
    """Everything that the table of a result counts, in two queries."""
    found = Counted()
    _count_voices(desk_id, found)
    rows = (
        Opinion.objects.filter(voice__desk_id=desk_id, kind=PartKind.OPINION)
        .exclude(voice__end__in=OUTSIDE)
        .order_by()
        .values_list("wording__set_id", "disposition__id", "voice__channel", "voice__is_late")
        .annotate(opinions=Count("pk"), submissions=Count("voice_id", distinct=True))
    )
    for set_id, disposition_id, channel, is_late, opinions, submissions in rows:
        cells = found.late_cells if is_late else found.cells
        cell = cells.setdefault((set_id, disposition_id), Cell())
        cell.opinions += opinions
        cell.submissions += submissions
        cell.by_channel[channel] += opinions
    return found


def _count_voices(desk_id: int, found: Counted) -> None:
    rows = (
        Voice.objects.filter(desk_id=desk_id)
        .order_by()
        .values_list("channel", "is_late", "end")
        .annotate(
            voices=Count("pk"),
            refusing=Count("pk", filter=Q(may_publish=False)),
            undivided=Count("pk", filter=Q(divided_at__isnull=True)),
        )
    )
    for channel, is_late, end, voices, refusing, undivided in rows:
        if end in OUTSIDE:
            found.withdrawn += voices if end == EndKind.WITHDRAWN else 0
            found.refused += voices if end == EndKind.REFUSED else 0
        elif is_late:
            found.late_submissions += voices
        else:
            found.submissions[channel] += voices
            found.not_to_publish += refusing
            found.undivided += undivided


def refused_reasons(desk_id: int) -> dict[str, int]:
    """Why voices were refused, and how many each."""
    rows = Voice.objects.filter(desk_id=desk_id, end=EndKind.REFUSED).order_by()
    return dict(sorted(rows.values_list("end_reason").annotate(voices=Count("pk"))))


def not_shown(desk_id: int) -> tuple[dict[str, int], int]:
    """Opinions withheld by the reason given, and opinions about whose words nobody has decided."""
    rows = (
        in_period(desk_id)
        .filter(wording__decision__in=[Decision.WITHHELD, Decision.PENDING])
        .order_by()
        .values_list(F("wording__decision"), F("wording__decision_reason"))
        .annotate(opinions=Count("pk"))
    )
    withheld: Counter[str] = Counter()
    pending = 0
    for decision, reason, opinions in rows:
        if decision == Decision.WITHHELD:
            withheld[reason] += opinions
        else:
            pending += opinions
    return dict(sorted(withheld.items())), pending
