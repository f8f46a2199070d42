"""Checking and deciding: checks by section and bureau, sending back, questions, acceptance, reminders."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.figures.models import Inquiry, InquiryRequest, RequestEvent

from ..actions import ACCEPT, ANSWER, CHECK_BUREAU, CHECK_SECTION, REMIND, SEND_BACK, TALK
from ..moves import OPEN, Step, refusal
from ..queries.returns import givers_of
from ..sides import held_through, is_asker, is_checker
from .steps import (
    Kind,
    giver_of,
    happened,
    locked,
    locked_inquiry,
    locked_requests,
    move,
    own_return,
    possible,
    request_of,
    require_out,
    require_version,
    words_required,
)


def check_section(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    text: str = "",
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Say, as head of the section, that the return is right.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict: it was changed meanwhile; Invalid: where it is not
        to be checked now, or by whoever gave it.
    """
    return _check(
        viewer, request_id, version, text, at, CHECK_SECTION, Step.CHECK_SECTION, Kind.SECTION_CHECKED
    )


def check_bureau(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    text: str = "",
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Say, as head of the bureau, that the return is right; as :func:`check_section`."""
    return _check(viewer, request_id, version, text, at, CHECK_BUREAU, Step.CHECK_BUREAU, Kind.BUREAU_CHECKED)


def _check(
    viewer: Viewer,
    request_id: int,
    version: int | None,
    text: str,
    at: datetime.datetime | None,
    key: str,
    step: Step,
    kind: str,
) -> InquiryRequest:
    request = request_of(request_id)
    with act(viewer, key, request):
        request = locked(request)
        require_version(request, version)
        if not viewer.system and giver_of(request) == viewer.actor:
            raise Invalid({"": [_("Nobody checks her own entry. Ask a colleague who may check.")]})
        before = request.state
        move(request, step)
        revision = _revision(request)
        happened(viewer, request, kind, text=text.strip(), revision=revision, at=at)
        record(viewer, key, request, fields={"state": [before, request.state]})
    return request


def send_back(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    text: str,
    due_on: datetime.date | None = None,
    by_asker: bool | None = None,
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Send a return back to be corrected, saying what is wrong; by the asker or by whoever checks it.

    ``due_on`` gives a new day for it. ``by_asker`` says for which side one acts who stands on both.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict; Invalid: without a reason, or without a return.
    """
    request = request_of(request_id)
    asker, checker = is_asker(viewer, request), is_checker(viewer, request)
    if not asker and not checker:
        raise NotAllowed(SEND_BACK)
    if asker and checker and by_asker is not None:
        asker = by_asker
    with act(viewer, SEND_BACK, request.inquiry if asker else request):
        said = words_required(text)
        request = locked(request)
        require_version(request, version)
        if not asker and request.state == InquiryRequest.State.ACCEPTED:
            sentence = _("It is accepted already. Correct the answer, or ask the office that asks.")
            raise Invalid({"": [sentence]})
        before = request.state
        revision = _revision(request)
        changes: dict[str, Any] = {"due_on": due_on} if due_on is not None else {}
        move(request, Step.SEND_BACK, **changes)
        happened(viewer, request, Kind.SENT_BACK, by_asker=asker, text=said, revision=revision, at=at)
        record(viewer, SEND_BACK, request, fields={"state": [before, request.state], "text": CHANGED})
    return request


def ask_question(
    *,
    viewer: Viewer,
    request_id: int,
    text: str,
    by_asker: bool | None = None,
    at: datetime.datetime | None = None,
) -> RequestEvent:
    """Put a question to the other side. The return stays where it is.

    ``by_asker`` says for which side one speaks who stands on both (a small office); else the asker's.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Invalid: without words, or where it is no longer asked.
    """
    return _talk(viewer, request_id, text, Kind.QUESTION, by_asker, at)


def reply(
    *,
    viewer: Viewer,
    request_id: int,
    text: str,
    by_asker: bool | None = None,
    at: datetime.datetime | None = None,
) -> RequestEvent:
    """Answer the question that is open.

    Raises:
        As :func:`ask_question`; Invalid: where no question of the other side is open.
    """
    return _talk(viewer, request_id, text, Kind.REPLY, by_asker, at)


def open_question(request: InquiryRequest) -> RequestEvent | None:
    """The last question, if nobody has replied to it yet."""
    last = request.events.filter(kind__in=[Kind.QUESTION, Kind.REPLY]).order_by("-at", "-pk").first()
    return last if last is not None and last.kind == Kind.QUESTION else None


def _talk(
    viewer: Viewer,
    request_id: int,
    text: str,
    kind: str,
    by_asker: bool | None,
    at: datetime.datetime | None,
) -> RequestEvent:
    request = request_of(request_id)
    held = held_through(viewer, ANSWER, request) or (request if is_checker(viewer, request) else None)
    asker = is_asker(viewer, request)
    if not asker and held is None:
        raise NotAllowed(TALK)
    both = asker and held is not None
    with act(viewer, TALK, request.inquiry if asker else held):
        said = words_required(text)
        request = locked(request)
        possible(request, Step.TALK)
        question = open_question(request) if kind == Kind.REPLY else None
        if both:
            # Who stands on both sides replies to whichever asked, and asks for the side she names.
            asker = not question.by_asker if question is not None else by_asker is not False
        if kind == Kind.REPLY and (question is None or question.by_asker == asker):
            raise Invalid({"": [_("There is no open question of the other office.")]})
        event = happened(viewer, request, kind, by_asker=asker, text=said, at=at)
        record(viewer, TALK, request, fields={"text": CHANGED})
    return event


def accept_returns(
    *,
    viewer: Viewer,
    inquiry_id: int,
    versions: Mapping[int, int | None],
    at: datetime.datetime | None = None,
) -> list[InquiryRequest]:
    """Accept returns, all or none: request id → the version of it that was looked at.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict: one was changed meanwhile; Invalid: by request id, where a
        return is not there, has not passed its checks, or is the viewer's own (who stands on both sides).
    """
    with act(viewer, ACCEPT, Inquiry.objects.get(pk=inquiry_id)):
        inquiry = locked_inquiry(inquiry_id)
        require_out(inquiry)
        requests = locked_requests(inquiry, versions)
        givers = givers_of(requests) if not viewer.system else {}
        wrong: dict[str, list[str]] = {}
        for request in requests:
            require_version(request, versions[request.pk])
            if sentence := refusal(Step.ACCEPT, request.state, levels=inquiry.check_levels):
                wrong[str(request.pk)] = [sentence]
            elif givers.get(request.pk) == viewer.actor:
                wrong[str(request.pk)] = [own_return(inquiry)]
        if wrong:
            raise Invalid(wrong)
        for request in requests:
            move(request, Step.ACCEPT)
            happened(viewer, request, Kind.ACCEPTED, by_asker=True, revision=_revision(request), at=at)
        if requests:
            ids = [request.pk for request in requests]
            fields = {"accepted": [0, len(ids)]}
            record(viewer, ACCEPT, inquiry, fields=fields, count=len(ids), digest=digest_of(ids))
    return requests


def remind(
    *,
    viewer: Viewer,
    inquiry_id: int,
    request_ids: Iterable[int] | None = None,
    text: str = "",
    at: datetime.datetime | None = None,
) -> list[InquiryRequest]:
    """Remind those who are still to answer: the ones named, or all. Returns who was reminded.

    A second reminder on one day is none: whoever was reminded today is left out.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Invalid: where the inquiry is not out.
    """
    with act(viewer, REMIND, Inquiry.objects.get(pk=inquiry_id)):
        inquiry = locked_inquiry(inquiry_id)
        require_out(inquiry)
        moment = at or timezone.now()
        day = timezone.localtime(moment).date()
        requests = [row for row in locked_requests(inquiry, request_ids) if row.state in OPEN]
        told = RequestEvent.objects.filter(
            request__in=requests, kind=Kind.REMINDED, at__date=day
        ).values_list("request_id", flat=True)
        waiting = [row for row in requests if row.pk not in set(told)]
        for request in waiting:
            happened(viewer, request, Kind.REMINDED, by_asker=True, text=text.strip(), at=moment)
        if waiting:
            ids = [row.pk for row in waiting]
            fields = {"reminded": [0, len(ids)]}
            record(viewer, REMIND, inquiry, fields=fields, count=len(ids), digest=digest_of(ids))
    return waiting


def _revision(request: InquiryRequest) -> int | None:
    answers = request.answer_set
    return answers.revision or None if answers is not None and not request.has_nothing else None
