"""Answering: a draft, handing in by page, workbook or paper, nothing to report, and handing on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.figures.models import InquiryRequest, InquirySeries
from jichi.sheets import services as sheets
from jichi.sheets.definition import Raw
from jichi.sheets.models import AnswerRevision, AnswerSet

from ..actions import ANSWER, HAND_ON, TAKE_IN
from ..moves import OPEN, RETURNED, Step
from ..offices import offices_within
from ..sides import require_held
from .steps import (
    Kind,
    happened,
    locked,
    move,
    possible,
    request_of,
    require_version,
    words_required,
)

Channel = AnswerRevision.Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What came of handing in: the revision, and whether it says anything that did not stand before."""

    request: InquiryRequest
    revision: AnswerRevision
    is_new: bool


def save_draft(*, viewer: Viewer, request_id: int, raw: Raw, version: int) -> AnswerSet:
    """Keep what was typed, to go on later. Nothing is checked, and the asker does not see it.

    ``version`` is that of the answers (``request.answer_set.version``) on the page.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict: a colleague saved meanwhile; Invalid.
    """
    request = request_of(request_id)
    with act(viewer, ANSWER, require_held(viewer, ANSWER, request)):
        request = locked(request)
        possible(request, _step(request))
        saved = sheets.save_draft(viewer=viewer, answer_set=_answers(request), raw=raw, version=version)
        record(viewer, ANSWER, request, fields={"draft": CHANGED})
    return saved


def hand_in(
    *,
    viewer: Viewer,
    request_id: int,
    raw: Raw,
    version: int,
    channel: str = Channel.PAGE,
    filename: str = "",
    content: bytes | None = None,
    note: str = "",
    at: datetime.datetime | None = None,
) -> HandedIn:
    """Hand the answer in. After a check or acceptance it is a correction, and the checks begin again.

    A correction of what was accepted says why (``note``). The same answer twice is one revision.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict: a colleague's answer came first; AnswersInvalid: by
        address; Invalid: where no answer is taken now.
    """
    request = request_of(request_id)
    with act(viewer, ANSWER, require_held(viewer, ANSWER, request)):
        return _hand_in(viewer, ANSWER, request, raw, version, channel, filename, content, note, at)


def take_in(
    *,
    viewer: Viewer,
    request_id: int,
    raw: Raw,
    version: int,
    channel: str,
    filename: str = "",
    content: bytes | None = None,
    note: str = "",
    at: datetime.datetime | None = None,
) -> HandedIn:
    """Take in, as the office that asks, a workbook or paper that came back by other ways.

    Raises:
        As :func:`hand_in`.
    """
    request = request_of(request_id)
    with act(viewer, TAKE_IN, request.inquiry):
        return _hand_in(viewer, TAKE_IN, request, raw, version, channel, filename, content, note, at)


def _hand_in(
    viewer: Viewer,
    key: str,
    request: InquiryRequest,
    raw: Raw,
    version: int,
    channel: str,
    filename: str,
    content: bytes | None,
    note: str,
    at: datetime.datetime | None,
) -> HandedIn:
    request = locked(request)
    step = _step(request)
    possible(request, step)
    answers = _answers(request)
    before = answers.revision
    revision = sheets.hand_in(
        viewer=viewer,
        answer_set=answers,
        raw=raw,
        version=version,
        channel=channel,
        filename=filename,
        content=content,
        note=note,
        at=at,
    )
    answers.refresh_from_db()
    request.answer_set = answers
    is_new = revision.number != before
    if not is_new and request.state in RETURNED and not request.has_nothing:
        return HandedIn(request=request, revision=revision, is_new=False)
    if request.state == InquiryRequest.State.ACCEPTED and not note.strip():
        text = _("It was accepted already. Say why the answer is corrected.")
        raise Invalid({"note": [text]})
    was = request.state
    move(request, step, has_nothing=False, answered_at=at or timezone.now())
    kind = Kind.ANSWERED if step is Step.ANSWER else Kind.CORRECTED
    by_asker = key == TAKE_IN
    happened(viewer, request, kind, text=note.strip(), revision=revision.number, by_asker=by_asker, at=at)
    record(
        viewer,
        key,
        request,
        fields={"state": [was, request.state], "revision": [before or None, revision.number]},
    )
    return HandedIn(request=request, revision=revision, is_new=is_new)


def report_nothing(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    text: str,
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Answer that there is nothing to report (該当なし), and why. It counts as an answer of nought.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict; Invalid: without a reason, and for places and
        events, whose form says itself that something was closed or not held.
    """
    request = request_of(request_id)
    with act(viewer, ANSWER, require_held(viewer, ANSWER, request)):
        said = words_required(text)
        request = locked(request)
        require_version(request, version)
        if request.inquiry.series.kind != InquirySeries.Kind.DEPARTMENTS:
            raise Invalid({"": [_("Answer in the form; it asks whether it was open or held at all.")]})
        before = request.state
        if request.has_nothing and before in RETURNED:
            return request
        move(request, _step(request), has_nothing=True, answered_at=at or timezone.now())
        happened(viewer, request, Kind.NOTHING, text=said, at=at)
        record(
            viewer,
            ANSWER,
            request,
            fields={"state": [before, request.state], "has_nothing": [False, True], "text": CHANGED},
        )
    return request


def hand_on(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    department_id: int,
    text: str = "",
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Hand the request on to another office of the same bureau, with a word. The one asked stays named.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict; Invalid: for an office of another bureau, and for a
        place, whose operator answers.
    """
    request = request_of(request_id)
    with act(viewer, HAND_ON, require_held(viewer, HAND_ON, request)):
        request = locked(request)
        require_version(request, version)
        if request.asked_id is None:
            raise Invalid({"": [_("A place's report cannot be handed on.")]})
        target = Department.objects.filter(pk=department_id).first()
        if target is None or target.pk not in offices_within(_tree(), request.asked_id, timezone.localdate()):
            raise Invalid({"department": [_("Choose an office of the bureau that was asked.")]})
        before = request.department_id
        if before == target.pk:
            raise Invalid({"department": [_("It is there already.")]})
        move(request, Step.HAND_ON, department_id=target.pk)
        happened(viewer, request, Kind.HANDED_ON, text=text.strip(), office_id=target.pk, at=at)
        record(viewer, HAND_ON, request, fields={"department": [before, target.pk], "text": CHANGED})
    return request


def _tree() -> list[Department]:
    return list(Department.objects.order_by("key"))


def _step(request: InquiryRequest) -> Step:
    """Whether an answer given now is the first, or changes one that stands."""
    return Step.ANSWER if request.state in OPEN else Step.CORRECT


def _answers(request: InquiryRequest) -> Any:
    if request.answer_set_id is None:
        raise Invalid({"": [_("The inquiry is not sent yet.")]})
    return AnswerSet.objects.get(pk=request.answer_set_id)
