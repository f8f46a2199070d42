"""Which consultations a viewer sees: everybody the published ones, staff those of their offices."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone

from jichi.city.access import ANONYMOUS, Viewer
from jichi.consultations.actions import LOOK
from jichi.consultations.enums import Stage
from jichi.consultations.models import Consultation

_NEVER = Value(9)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which consultations are wanted; what is empty asks for nothing. ``department`` is an office's key."""

    stage: str = ""
    kind: str = ""
    department: str = ""
    text: str = ""

    def applied(self, rows: QuerySet[Consultation], today: datetime.date) -> QuerySet[Consultation]:
        """The rows among ``rows`` that are wanted."""
        if self.stage in Stage.values:
            rows = rows.filter(in_stage(self.stage, today))
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.department:
            rows = rows.filter(department__key=self.department)
        if words := self.text.replace("\0", "").strip()[:100]:
            rows = rows.filter(Q(title__icontains=words) | Q(summary__icontains=words) | Q(key=words))
        return rows


def in_stage(stage: str, today: datetime.date) -> Q:
    """The condition under which :meth:`Consultation.stage` answers so."""
    gone = Q(withdrawn_at__isnull=False)
    done = ~gone & Q(result_published_at__isnull=False)
    begun = Q(withdrawn_at__isnull=True, result_published_at__isnull=True)
    conditions = {
        Stage.WITHDRAWN: gone,
        Stage.PUBLISHED: done,
        Stage.PREPARING: begun & Q(published_at__isnull=True),
        Stage.EXEMPT: begun & Q(published_at__isnull=False) & ~Q(exempt_reason=""),
        Stage.ANNOUNCED: begun & Q(published_at__isnull=False, first_day__gt=today),
        Stage.OPEN: begun & Q(published_at__isnull=False, first_day__lte=today, last_day__gte=today),
        Stage.CONSIDERED: begun & Q(published_at__isnull=False, last_day__lt=today),
    }
    return conditions[Stage(stage)]


def _rows() -> QuerySet[Consultation]:
    return Consultation.objects.select_related("department", "document", "desk", "scheme")


# --- the public's -----------------------------------------------------------------------------------------
def public_for(viewer: Viewer = ANONYMOUS) -> QuerySet[Consultation]:
    """What everybody may see, whoever looks: published by now, the newest first."""
    return _rows().filter(published_at__lte=timezone.now())


def public_consultation(key: str) -> Consultation:
    """One that everybody may see. Raises Consultation.DoesNotExist."""
    return public_for().get(key=key)


@dataclass(frozen=True, slots=True)
class Standing:
    """Public consultations by where they stand: what closes first comes first, results the newest first."""

    open: list[Consultation] = field(default_factory=list)
    announced: list[Consultation] = field(default_factory=list)
    considered: list[Consultation] = field(default_factory=list)
    published: list[Consultation] = field(default_factory=list)
    others: list[Consultation] = field(default_factory=list)


def standing(rows: Iterable[Consultation], today: datetime.date | None = None) -> Standing:
    """The rows put in their stages."""
    day = today or timezone.localdate()
    found = Standing()
    places = {
        Stage.OPEN: found.open,
        Stage.ANNOUNCED: found.announced,
        Stage.CONSIDERED: found.considered,
        Stage.PUBLISHED: found.published,
    }
    for row in rows:
        places.get(row.stage(day), found.others).append(row)
    found.open.sort(key=lambda row: (row.last_day or day, row.key))
    found.announced.sort(key=lambda row: (row.first_day or day, row.key))
    found.considered.sort(key=lambda row: (row.last_day or day, row.key))
    found.published.sort(key=lambda row: (row.result_published_at or timezone.now(), row.key), reverse=True)
    return found


def of_node(node_id: int) -> QuerySet[Consultation]:
    """Public consultations on a part of the plan, the newest first."""
    return public_for().filter(nodes=node_id)


def of_document(document_id: int) -> QuerySet[Consultation]:
    """Public consultations on a policy document, the newest first."""
    return public_for().filter(document_id=document_id)


# --- the city's own people's ------------------------------------------------------------------------------
def _seen_by(viewer: Viewer, key: str = LOOK) -> Q:
    reached = viewer.departments_for(key)
    return Q() if reached is None else Q(department__in=reached or ())


def consultations_for(viewer: Viewer, filters: Filters | None = None) -> QuerySet[Consultation]:
    """Those of the viewer's offices (planning section and auditors: all), what is open or waits first."""
    today = timezone.localdate()
    rows = (filters or Filters()).applied(_rows().filter(_seen_by(viewer)), today)
    order = (Stage.OPEN, Stage.CONSIDERED, Stage.ANNOUNCED, Stage.PREPARING)
    place = Case(
        *(When(in_stage(stage, today), then=Value(number)) for number, stage in enumerate(order)),
        default=_NEVER,
    )
    return rows.order_by(place, "last_day", "-created_at", "pk")


def consultation_for(viewer: Viewer, pk: uuid.UUID) -> Consultation:
    """One of them. Raises Consultation.DoesNotExist, also where the viewer may not see it."""
    return _rows().filter(_seen_by(viewer)).get(pk=pk)


def counted_by_stage(viewer: Viewer) -> dict[str, int]:
    """How many of the viewer's consultations stand where, every stage named."""
    today = timezone.localdate()
    counts = {stage: Count("pk", filter=in_stage(stage, today)) for stage in Stage.values}
    return Consultation.objects.filter(_seen_by(viewer)).aggregate(**counts)


def of_own_offices(viewer: Viewer, key: str) -> QuerySet[Consultation]:
    """Those of the offices for which the viewer may do ``key``; none for who may for the whole city."""
    reached = viewer.departments_for(key)
    return _rows().filter(department__in=reached or ())
