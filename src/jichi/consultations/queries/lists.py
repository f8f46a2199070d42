"""Sets of opinions with what the city says to them, as the workbench lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from jichi.consultations.models import Consultation, Disposition
from jichi.voices.enums import PartKind
from jichi.voices.models import Opinion, OpinionSet

from .progress import sets_of


@dataclass(frozen=True, slots=True)
class SetFilters:
    """Which sets are wanted; empty asks for nothing. ``code`` "none": without any. ``topic`` is its key."""

    code: str = ""
    topic: str = ""
    kind: str = ""
    text: str = ""

    @classmethod
    def given(cls, data: Mapping[str, str]) -> SetFilters:
        """What an address asks for."""
        code, topic, kind, text = (
            data.get(name, "").replace("\0", "") for name in ("code", "topic", "kind", "q")
        )
        return cls(code=code[:10], topic=topic[:80], kind=kind[:12], text=text.strip()[:100])

    def but(self, **others: Any) -> SetFilters:
        """The same with other values for some."""
        return replace(self, **others)


def disposed_sets(consultation: Consultation, filters: SetFilters | None = None) -> QuerySet[OpinionSet]:
    """The sets of the period with their disposition, the largest first."""
    wanted, rows = filters or SetFilters(), sets_of(consultation)
    if wanted.code == "none":
        rows = rows.filter(disposition__isnull=True)
    elif wanted.code:
        rows = rows.filter(disposition__code=wanted.code)
    if wanted.topic:
        rows = rows.filter(topic__key=wanted.topic)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.text:
        said = Q(disposition__summary__icontains=wanted.text) | Q(disposition__view__icontains=wanted.text)
        rows = rows.filter(said | Q(title__icontains=wanted.text))
    return rows.order_by("-size", "pk")


def own_dispositions(consultation: Consultation, set_id: int | None = None) -> QuerySet[Disposition]:
    """Dispositions given to single opinions as exceptions, of one set only where asked."""
    rows = Disposition.objects.filter(consultation=consultation, opinion__isnull=False)
    if set_id is not None:
        rows = rows.filter(opinion__wording__set_id=set_id)
    return rows.select_related("opinion__voice", "undertaking").order_by("pk")


def opinions_of(consultation: Consultation, set_id: int) -> QuerySet[Opinion]:
    """The opinions of a set at the consultation's desk, in the order in which they came."""
    rows = Opinion.objects.filter(
        wording__set_id=set_id, voice__desk_id=consultation.desk_id or 0, kind=PartKind.OPINION
    )
    return rows.select_related("voice", "wording", "disposition").order_by("voice_id", "position")


def set_with_disposition(consultation: Consultation, set_id: int) -> OpinionSet:
    """One set of the consultation's desk with its disposition. Raises OpinionSet.DoesNotExist."""
    rows = OpinionSet.objects.filter(desk_id=consultation.desk_id or 0)
    return rows.select_related("disposition__undertaking", "topic", "representative").get(pk=set_id)


def used_views(consultation: Consultation, code: str = "", most: int = 10) -> list[Disposition]:
    """The newest dispositions, so that their words can be taken up again."""
    rows = Disposition.objects.filter(consultation=consultation, set__isnull=False)
    return list((rows.filter(code=code) if code else rows).order_by("-decided_at", "-pk")[:most])
