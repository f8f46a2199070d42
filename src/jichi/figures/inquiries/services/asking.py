"""Asking: the draft of an inquiry, whom it asks, sending it, more time, and its end."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries
from jichi.sheets.services import open_answers

from ..actions import CLOSE, DRAFT, EXTEND, SEND
from ..months import when
from ..moves import OPEN, Step
from .series import newest_version
from .steps import Kind, happened, locked_inquiry, locked_requests, move, require_out, require_version

FACTS = (
    "title",
    "purpose",
    "instructions",
    "fiscal_year",
    "month",
    "as_of",
    "period_first",
    "period_last",
    "due_on",
)
_PROSE = frozenset({"purpose", "instructions"})


def draft_inquiry(
    *,
    viewer: Viewer,
    series_id: int,
    facts: Mapping[str, Any],
    translations: Mapping[str, Mapping[str, str]] | None = None,
    is_sample: bool = False,
    at: datetime.datetime | None = None,
) -> Inquiry:
    """Draft the next asking of a series, in the newest version of its form.

    Title and purpose are those of the series where ``facts`` (named as in :data:`FACTS`) give none, and so
    are the ``translations`` of both. The inquiry before it is linked, so that each is shown what it said last
    time.

    Raises:
        NotAllowed; InquirySeries.DoesNotExist; Invalid: by field.
    """
    series = InquirySeries.objects.get(pk=series_id)
    with act(viewer, DRAFT, series):
        version = newest_version(series.form_id)
        if version is None:
            raise Invalid({"": [_("The form has no version yet.")]})
        given = _known(facts)
        assert viewer.actor is not None
        row = Inquiry(
            series=series,
            form_version=version,
            department_id=series.department_id,
            check_levels=series.check_levels,
            created_by=viewer.actor,
            created_at=at or timezone.now(),
            is_sample=is_sample,
            translations=dict(translations) if translations is not None else series.translations,
            **{**given, "title": given.get("title") or series.title},
        )
        row.purpose = row.purpose or series.purpose
        row.previous = previous_of(row)
        _write(row)
        record(viewer, DRAFT, row, fields={"created": [None, row.title]})
    return row


def change_inquiry(*, viewer: Viewer, inquiry_id: int, version: int, facts: Mapping[str, Any]) -> Inquiry:
    """Change a draft. What was sent stays as it was sent.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict; Invalid: by field.
    """
    with act(viewer, DRAFT, Inquiry.objects.get(pk=inquiry_id)):
        row = locked_inquiry(inquiry_id)
        require_version(row, version)
        if row.state != Inquiry.State.DRAFT:
            text = _(
                "It was sent already and stays as it was sent. You can give more time or ask a question."
            )
            raise Invalid({"": [text]})
        changed = {name: value for name, value in _known(facts).items() if getattr(row, name) != value}
        if not changed:
            return row
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.previous = previous_of(row)
        row.version += 1
        _write(row)
        record(
            viewer,
            DRAFT,
            row,
            fields={
                name: CHANGED if name in _PROSE else [_as_json(before[name]), _as_json(value)]
                for name, value in changed.items()
            },
        )
    return row


def previous_of(row: Inquiry) -> Inquiry | None:
    """The asking before this one: of a monthly report, the same month of the year before if there is one."""
    rows = Inquiry.objects.filter(series=row.series, fiscal_year__lte=row.fiscal_year)
    listed = rows.exclude(state=Inquiry.State.DRAFT).exclude(pk=row.pk)
    earlier = [one for one in listed if when(one) < when(row)]
    same = [one for one in earlier if one.month == row.month and one.fiscal_year == row.fiscal_year - 1]
    return same[0] if same else max(earlier, key=when, default=None)


def send_inquiry(
    *, viewer: Viewer, inquiry_id: int, version: int | None = None, at: datetime.datetime | None = None
) -> Inquiry:
    """Send the inquiry: each asked gets a place for the answer, and the request stands among the duties.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict; Invalid: where nobody is asked, or it was sent already.
    """
    with act(viewer, SEND, Inquiry.objects.get(pk=inquiry_id)):
        row = locked_inquiry(inquiry_id)
        require_version(row, version)
        if row.state != Inquiry.State.DRAFT:
            raise Invalid({"": [_("It was sent already.")]})
        requests = locked_requests(row)
        if not requests:
            raise Invalid({"": [_("Nobody is asked yet. Choose who is to answer.")]})
        row.state, row.sent_at = Inquiry.State.SENT, at or timezone.now()
        row.version += 1
        row.save(update_fields=["state", "sent_at", "version"])
        for request in requests:
            put(viewer, request, at=at)
        ids = [request.pk for request in requests]
        record(
            viewer,
            SEND,
            row,
            count=len(ids),
            digest=digest_of(ids),
            fields={"state": [Inquiry.State.DRAFT.value, row.state.value]},
        )
    return row


def put(viewer: Viewer, request: InquiryRequest, *, at: datetime.datetime | None = None) -> None:
    """Open a place for the answer of a request whose inquiry is out, and keep that it was asked."""
    if request.answer_set_id is None:
        request.answer_set = open_answers(
            viewer=viewer,
            form_version=request.inquiry.form_version,
            context=f"figures.inquiryrequest:{request.pk}",
        )
        request.version += 1
        request.save(update_fields=["answer_set", "version"])
    happened(viewer, request, Kind.SENT, by_asker=True, at=at)


def extend(
    *,
    viewer: Viewer,
    inquiry_id: int,
    due_on: datetime.date,
    request_ids: Iterable[int] | None = None,
    text: str = "",
    at: datetime.datetime | None = None,
) -> list[InquiryRequest]:
    """Give more time: to the requests named, or to all (then the inquiry's own day moves).

    Returned ones among them are left as they are. Returns the requests that got more time.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Invalid: for a day that is not after the one it replaces.
    """
    with act(viewer, EXTEND, Inquiry.objects.get(pk=inquiry_id)):
        inquiry = locked_inquiry(inquiry_id)
        require_out(inquiry)
        for_all = request_ids is None
        requests = [row for row in locked_requests(inquiry, request_ids) if row.state in OPEN]
        late = [row for row in requests if (row.due_on or inquiry.due_on) < due_on]
        if not late:
            raise Invalid({"due_on": [_("Give a day after the one that holds now, to somebody not done.")]})
        if for_all and inquiry.due_on < due_on:
            record(
                viewer,
                EXTEND,
                inquiry,
                fields={"due_on": [inquiry.due_on.isoformat(), due_on.isoformat()]},
            )
            inquiry.due_on = due_on
            inquiry.version += 1
            inquiry.save(update_fields=["due_on", "version"])
        for request in late:
            before = request.due_on
            move(request, Step.EXTEND, due_on=None if for_all else due_on)
            happened(viewer, request, Kind.EXTENDED, by_asker=True, text=text.strip(), due_on=due_on, at=at)
            record(
                viewer,
                EXTEND,
                request,
                fields={"due_on": [before.isoformat() if before else None, due_on.isoformat()]},
            )
    return late


def close_inquiry(
    *, viewer: Viewer, inquiry_id: int, version: int, at: datetime.datetime | None = None
) -> Inquiry:
    """Close the inquiry: no answer comes in any more. Who has not answered stays named as missing.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict; Invalid: where it is not out.
    """
    return _turn(viewer, inquiry_id, version, Inquiry.State.CLOSED, at or timezone.now())


def reopen_inquiry(*, viewer: Viewer, inquiry_id: int, version: int) -> Inquiry:
    """Open a closed inquiry again, for a late answer or a correction.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict; Invalid: where it is not closed.
    """
    return _turn(viewer, inquiry_id, version, Inquiry.State.SENT, None)


def _turn(
    viewer: Viewer, inquiry_id: int, version: int, state: Inquiry.State, closed_at: datetime.datetime | None
) -> Inquiry:
    with act(viewer, CLOSE, Inquiry.objects.get(pk=inquiry_id)):
        # Answers hold their request, so none of them is on its way in while the inquiry closes.
        row = locked_inquiry(inquiry_id)
        locked_requests(row)
        require_version(row, version)
        if state == Inquiry.State.CLOSED:
            require_out(row)
        elif row.state != Inquiry.State.CLOSED:
            raise Invalid({"": [_("It is not closed.")]})
        before = row.state
        row.state, row.closed_at = state, closed_at
        row.version += 1
        row.save(update_fields=["state", "closed_at", "version"])
        record(viewer, CLOSE, row, fields={"state": [before, state.value]})
    return row


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := [name for name in facts if name not in FACTS]:
        raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}


def _write(row: Inquiry) -> None:
    wrong: dict[str, list[str]] = {}
    if row.series.kind == InquirySeries.Kind.OPERATOR and not row.month:
        wrong["month"] = [_("A monthly report is asked for a month.")]
    if row.month and row.series.kind != InquirySeries.Kind.OPERATOR:
        wrong["month"] = [_("Only a monthly report is asked for a month.")]
    if (row.period_first is None) != (row.period_last is None):
        wrong["period_last"] = [_("A period has a first and a last day.")]
    if wrong:
        raise Invalid(wrong)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(
            {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        ) from error
    row.save()


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
