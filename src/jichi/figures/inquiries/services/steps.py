"""What every act on a request has in common: the lock, the move, and the event that stays."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.figures.models import Inquiry, InquiryRequest, RequestEvent

from ..actions import ANSWER, CHECK_BUREAU
from ..moves import Step, following
from ..words import asker_name

Kind = RequestEvent.Kind

_ANSWERS = (Kind.ANSWERED, Kind.CORRECTED, Kind.NOTHING)
_BY_PLACE = {*_ANSWERS, Kind.QUESTION, Kind.REPLY, Kind.WORKBOOK_TAKEN}
"""What the operator of a place does herself."""


def request_of(request_id: int) -> InquiryRequest:
    """The request with its inquiry and place, for the question who may act. Raises DoesNotExist."""
    return InquiryRequest.objects.select_related(
        "inquiry__series", "place", "department", "asked", "answer_set"
    ).get(pk=request_id)


def locked(request: InquiryRequest) -> InquiryRequest:
    """The same request as it stands, held until the end of the act. Inside the transaction only."""
    InquiryRequest.objects.select_for_update().get(pk=request.pk)
    return request_of(request.pk)


def inquiry_of(inquiry_id: int) -> Inquiry:
    """The inquiry with its series, form and office. Raises DoesNotExist."""
    return Inquiry.objects.select_related("series", "form_version__form", "department").get(pk=inquiry_id)


def locked_inquiry(inquiry_id: int) -> Inquiry:
    """The inquiry as it stands, held until the end of the act."""
    Inquiry.objects.select_for_update().get(pk=inquiry_id)
    return inquiry_of(inquiry_id)


def locked_requests(inquiry: Inquiry, ids: Iterable[int] | None = None) -> list[InquiryRequest]:
    """Requests of an inquiry, all or those named, held in the order of their numbers."""
    rows = InquiryRequest.objects.filter(inquiry=inquiry)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return requests_of(inquiry, [row.pk for row in rows.order_by("pk").select_for_update()])


def requests_of(inquiry: Inquiry, ids: Iterable[int] | None = None) -> list[InquiryRequest]:
    """Requests of an inquiry, all or those named, as they stand."""
    rows = InquiryRequest.objects.filter(inquiry=inquiry)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    listed = list(rows.select_related("asked", "department", "place", "answer_set").order_by("pk"))
    for row in listed:
        row.inquiry = inquiry
    return listed


def own_return(inquiry: Inquiry) -> str:
    """Why who gave an answer does not accept it, and who may."""
    if inquiry.department is None:
        return _("You handed this in yourself. Another planning officer has to accept it.")
    text = _("You handed this in yourself. A colleague of %(office)s or a planning officer has to accept it.")
    return text % {"office": asker_name(inquiry)}


def is_out(inquiry: Inquiry) -> bool:
    """Whether the inquiry is sent and not closed."""
    return inquiry.state == Inquiry.State.SENT


def require_out(inquiry: Inquiry) -> None:
    """Raise Invalid unless the inquiry is sent and not closed."""
    if inquiry.state == Inquiry.State.DRAFT:
        raise Invalid({"": [_("The inquiry is not sent yet.")]})
    if inquiry.state == Inquiry.State.CLOSED:
        raise Invalid({"": [_("The inquiry is closed. Whoever asks can open it again.")]})


def require_version(row: Any, version: int | None) -> None:
    """Raise Conflict where somebody changed the row since it was looked at."""
    if version is not None and row.version != version:
        raise Conflict(row)


def move(request: InquiryRequest, step: Step, **changes: Any) -> None:
    """Take a locked request through ``step`` with the ``changes`` that belong to it, and save it.

    Raises:
        Invalid: where the step is not possible now, or the inquiry is not out.
    """
    require_out(request.inquiry)
    request.state = following(step, request.state, levels=request.inquiry.check_levels)
    for name, value in changes.items():
        setattr(request, name, value)
    request.version += 1
    request.save(update_fields=["state", "version", *changes])


def possible(request: InquiryRequest, step: Step) -> None:
    """Raise Invalid where ``step`` is not possible now; nothing is changed."""
    require_out(request.inquiry)
    following(step, request.state, levels=request.inquiry.check_levels)


def happened(
    viewer: Viewer, request: InquiryRequest, kind: str, *, at: datetime.datetime | None = None, **facts: Any
) -> RequestEvent:
    """Keep what happened. The office is that of the side it happened on, unless it is given.

    What the operator of a place says is said by no office; the request names the place.
    """
    assert viewer.actor is not None
    if "office_id" not in facts:
        if facts.get("by_asker", False):
            facts["office_id"] = request.inquiry.department_id
        else:
            facts["office_id"] = None if _through_place(viewer, request, kind) else request.department_id
    return RequestEvent.objects.create(
        request=request, kind=kind, at=at or timezone.now(), actor=viewer.actor, **facts
    )


def _through_place(viewer: Viewer, request: InquiryRequest, kind: str) -> bool:
    if request.place_id is None or kind not in _BY_PLACE:
        return False
    is_of_the_office = viewer.can(ANSWER, request) or viewer.can(CHECK_BUREAU, request)
    return bool(viewer.system) or not is_of_the_office


def giver_of(request: InquiryRequest) -> uuid.UUID | None:
    """Who gave the answer that stands, as the trail calls her."""
    return (
        request.events.filter(kind__in=_ANSWERS)
        .order_by("-at", "-pk")
        .values_list("actor", flat=True)
        .first()
    )


def words_required(text: str, field: str = "text") -> str:
    """The text without blanks around it. Raises Invalid where nothing is said."""
    said = text.strip()
    if not said:
        raise Invalid({field: [_("Say it in words; the other office needs to know.")]})
    return said
