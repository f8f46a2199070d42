"""Which inquiries and requests a viewer sees, and which of them wait for her."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.functions import Coalesce

from jichi.city.access import Viewer
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries, RequestEvent

from ..actions import ANSWER, CHECK_BUREAU, CHECK_SECTION, PLACE, READ, READ_INQUIRY, RUN, SAVE_SERIES
from ..moves import OPEN, RETURNED

State = InquiryRequest.State
Kind = RequestEvent.Kind

DUE = Coalesce(F("due_on"), F("inquiry__due_on"))
"""The day by which one is to answer: its own, or that of the inquiry."""


def series_for(viewer: Viewer) -> QuerySet[InquirySeries]:
    """The repeated inquiries the viewer runs, with form, office and how often each was asked."""
    rows = InquirySeries.objects.filter(_of_offices(viewer, SAVE_SERIES, "department"))
    rows = rows.select_related("form", "department").annotate(asked_times=Count("inquiries", distinct=True))
    return rows.order_by("kind", "title", "key")


def inquiries_for(viewer: Viewer) -> QuerySet[Inquiry]:
    """The inquiries the viewer reads as one who asks or audits, newest first, with their counts."""
    mine = InquiryRequest.objects.filter(inquiry=OuterRef("pk")).exclude(state=State.CANCELLED)
    return (
        Inquiry.objects.filter(_of_offices(viewer, READ_INQUIRY, "department"))
        .select_related("series", "department", "form_version__form", "previous")
        .annotate(
            whole=_counted(mine),
            answered=_counted(mine.filter(state__in=RETURNED)),
            accepted=_counted(mine.filter(state=State.ACCEPTED)),
        )
        .order_by("-fiscal_year", "-created_at", "-pk")
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("inquiry").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def requests_for(viewer: Viewer) -> QuerySet[InquiryRequest]:
    """The requests the viewer may look at: of inquiries she asks or audits, of her office, of her place.

    Those asked see a request only once its inquiry is sent.
    """
    asked = Q(inquiry__state__in=[Inquiry.State.SENT, Inquiry.State.CLOSED]) & _of_asked(viewer, READ)
    asking = _of_offices(viewer, READ_INQUIRY, "inquiry__department")
    return InquiryRequest.objects.filter(asking | asked).select_related(
        "inquiry__series",
        "inquiry__department",
        "inquiry__form_version__form",
        "asked",
        "department",
        "place",
        "answer_set",
    )


def request_for(viewer: Viewer, pk: int) -> InquiryRequest:
    """One request. Raises InquiryRequest.DoesNotExist, also where the viewer may not see it."""
    return requests_for(viewer).get(pk=pk)


def inquiry_for(viewer: Viewer, pk: int) -> Inquiry:
    """One inquiry, for who asks or audits. Raises Inquiry.DoesNotExist."""
    return inquiries_for(viewer).get(pk=pk)


# --- what waits -----------------------------------------------------------------------------------
def to_answer_for(viewer: Viewer) -> QuerySet[InquiryRequest]:
    """Requests that the viewer is to answer, the first due first."""
    rows = requests_for(viewer).filter(_of_asked(viewer, ANSWER, asked_too=False))
    return rows.filter(inquiry__state=Inquiry.State.SENT, state__in=OPEN).order_by(DUE, "pk")


def answered_by_office_for(viewer: Viewer) -> QuerySet[InquiryRequest]:
    """Requests of the viewer's office or place that are answered or over, the newest first."""
    rows = requests_for(viewer).filter(_of_asked(viewer, ANSWER))
    return rows.exclude(inquiry__state=Inquiry.State.SENT, state__in=OPEN).order_by(
        F("answered_at").desc(nulls_last=True), "-pk"
    )


def to_check_for(viewer: Viewer) -> QuerySet[InquiryRequest]:
    """Returns that wait for the viewer's check as section or bureau."""
    section = Q(inquiry__check_levels__gte=1, state=State.ANSWERED) & _of_offices(
        viewer, CHECK_SECTION, "department"
    )
    bureau = Q(inquiry__check_levels__gte=2, state=State.SECTION_CHECKED) & _of_offices(
        viewer, CHECK_BUREAU, "department"
    )
    rows = requests_for(viewer).filter(section | bureau, inquiry__state=Inquiry.State.SENT)
    return rows.order_by(DUE, "pk")


def with_open_question(rows: QuerySet[InquiryRequest]) -> QuerySet[InquiryRequest]:
    """Those of ``rows`` with a question nobody replied to; ``asked_by_asker`` tells from which side it is."""
    talk = RequestEvent.objects.filter(request=OuterRef("pk"), kind__in=[Kind.QUESTION, Kind.REPLY]).order_by(
        "-at", "-pk"
    )
    return rows.annotate(
        last_talk=Subquery(talk.values("kind")[:1]), asked_by_asker=Subquery(talk.values("by_asker")[:1])
    ).filter(last_talk=Kind.QUESTION)


def to_reply_for(viewer: Viewer) -> QuerySet[InquiryRequest]:
    """Requests with a question from the other side that the viewer is to reply to."""
    rows = with_open_question(requests_for(viewer)).filter(inquiry__state=Inquiry.State.SENT)
    asked = Q(asked_by_asker=True) & _of_asked(viewer, ANSWER, asked_too=False)
    asking = Q(asked_by_asker=False) & _of_offices(viewer, RUN, "inquiry__department")
    return rows.filter(asked | asking).exclude(state=State.CANCELLED).order_by(DUE, "pk")


def running_for(viewer: Viewer, today: datetime.date) -> QuerySet[Inquiry]:
    """Inquiries the viewer runs that are out: ``late`` counts who should have answered before today."""
    late = (
        InquiryRequest.objects.filter(inquiry=OuterRef("pk"), state__in=OPEN)
        .annotate(by=DUE)
        .filter(by__lt=today)
    )
    rows = inquiries_for(viewer).filter(_of_offices(viewer, RUN, "department"))
    return rows.filter(state=Inquiry.State.SENT).annotate(late=_counted(late)).order_by("due_on", "pk")


# --- scopes ---------------------------------------------------------------------------------------
# An empty Q vanishes from an "or"; this one holds for every row.
_ANY = Q(pk__isnull=False)


def _of_offices(viewer: Viewer, key: str, column: str) -> Q:
    """Rows whose office the viewer may treat under ``key``."""
    reached = viewer.departments_for(key)
    return _ANY if reached is None else Q(**{f"{column}__in": reached})


def _of_asked(viewer: Viewer, key: str, *, asked_too: bool = True) -> Q:
    """Requests held by an office of the viewer's (or asked of it first), or of a place she operates."""
    reached = viewer.departments_for(key)
    if reached is None:
        return _ANY
    places = [int(pk) for pk in viewer.objects_for(key, PLACE) if pk.isdecimal()]
    held = Q(department__in=reached) | Q(place__in=places) | Q(place__department__in=reached)
    return held | Q(asked__in=reached) if asked_too else held


def reminded_among(viewer: Viewer, rows: Iterable[InquiryRequest]) -> set[int]:
    """The ids of those requests of which somebody was reminded."""
    events = RequestEvent.objects.filter(request__in=[row.pk for row in rows], kind=Kind.REMINDED)
    return set(events.values_list("request_id", flat=True))
