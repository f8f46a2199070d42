"""What was handed in, as it is merged, compared and shown: the newest answers of many requests at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F

from jichi.city.models import DepartmentSuccession
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries, RequestEvent
from jichi.sheets.carrying import carry_over
from jichi.sheets.definition import Definition, Filler, Problem, Raw, Values
from jichi.sheets.models import AnswerRevision, FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json, raw_from_json

from ..merging import Return, read_return
from ..months import MONTHS, when
from ..moves import RETURNED

State = InquiryRequest.State
Kind = RequestEvent.Kind
_GIVEN = (Kind.ANSWERED, Kind.CORRECTED, Kind.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One return read again: what it gives to the merge, its problems and the revision it is."""

    request: InquiryRequest
    given: Return
    revision: AnswerRevision | None
    problems: tuple[Problem, ...] = ()


def requests_of_whole(inquiry: Inquiry) -> list[InquiryRequest]:
    """The requests that a merge of the inquiry is about, without those withdrawn.

    A monthly report's are those of all months of its fiscal year up to its own.
    """
    inquiries = [inquiry]
    if inquiry.month:
        same_year = Inquiry.objects.filter(
            series_id=inquiry.series_id, fiscal_year=inquiry.fiscal_year, month__isnull=False
        ).exclude(state=Inquiry.State.DRAFT)
        inquiries = [one for one in same_year if when(one) <= when(inquiry)]
    rows = InquiryRequest.objects.filter(inquiry__in=inquiries).exclude(state=State.CANCELLED)
    return list(
        rows.select_related("inquiry", "asked__ward", "department", "place__ward", "answer_set").order_by(
            "asked__key", "place__key", "inquiry__month", "label", "pk"
        )
    )


def givers_of(requests: Iterable[InquiryRequest]) -> dict[int, uuid.UUID]:
    """Request id → who gave the answer that stands, as one of those asked.

    What the asker typed in from paper is the other office's answer: of such a request nobody is named.
    """
    events = RequestEvent.objects.filter(request__in=[row.pk for row in requests], kind__in=_GIVEN)
    newest: dict[int, RequestEvent] = {}
    for event in events.order_by("at", "pk"):
        newest[event.request_id] = event
    return {pk: event.actor for pk, event in newest.items() if not event.by_asker}


def whole_of(inquiry: Inquiry, requests: Iterable[InquiryRequest]) -> int:
    """How many returns there are to be: of a monthly report, twelve of each place, asked for yet or not."""
    listed = list(requests)
    if not inquiry.month:
        return len(listed)
    return MONTHS * len({row.place_id for row in listed})


def newest_revisions(requests: Iterable[InquiryRequest]) -> dict[int, AnswerRevision]:
    """Request id → the answers that were handed in last, without the files they came in."""
    sets = {row.answer_set_id: row.pk for row in requests if row.answer_set_id is not None}
    rows = (
        AnswerRevision.objects.filter(answer_set_id__in=sets, number=F("answer_set__revision"))
        .select_related("form_version")
        .defer("content")
    )
    return {sets[row.answer_set_id]: row for row in rows}


def read_all(requests: Iterable[InquiryRequest], version: FormVersion) -> list[Read]:
    """The returns of ``requests`` read against one version of the form; those not returned are left out."""
    listed = [row for row in requests if row.state in RETURNED]
    revisions = newest_revisions(listed)
    definition = definition_of(version)
    found = []
    for row in listed:
        if row.has_nothing:
            given = Return(request_id=row.pk, nothing=True, group=_ward(row))
            found.append(Read(request=row, given=given, revision=None))
            continue
        revision = revisions.get(row.pk)
        if revision is None:
            continue
        raw, known = _in_version(revision, version, definition)
        given, reading = read_return(definition, row.pk, raw, known, fill=Filler.RESPONDENT, group=_ward(row))
        found.append(Read(request=row, given=given, revision=revision, problems=reading.problems))
    return found


def _in_version(revision: AnswerRevision, version: FormVersion, definition: Definition) -> tuple[Raw, Values]:
    """A revision's answers as typed, and its values of other parts, in the version that is merged."""
    if revision.form_version_id == version.pk:
        return raw_from_json(revision.raw), from_json(revision.values, definition)
    old = definition_of(revision.form_version)
    return carry_over(from_json(revision.values, old), old, definition).raw, {}


def _ward(row: InquiryRequest) -> str:
    ward = row.asked.ward if row.asked is not None else row.place.ward if row.place is not None else None
    return ward.key if ward is not None else ""


def previous_requests(inquiry: Inquiry, requests: Iterable[InquiryRequest]) -> dict[int, InquiryRequest]:
    """Request id → the request of the asking before to the same office (or the one it took over from), place
    or event, where that was returned.
    """
    if inquiry.previous_id is None:
        return {}
    rows = InquiryRequest.objects.filter(inquiry_id=inquiry.previous_id, state__in=RETURNED)
    earlier = {
        (row.asked_id, row.place_id, row.label): row
        for row in rows.select_related("answer_set", "inquiry", "asked__ward", "place__ward")
    }
    listed = list(requests)
    before = _predecessors({row.asked_id for row in listed if row.asked_id is not None})
    found = {}
    for row in listed:
        for asked in (row.asked_id, *before.get(row.asked_id or 0, ())):
            if (match := earlier.get((asked, row.place_id, row.label))) is not None:
                found[row.pk] = match
                break
    return found


def _predecessors(offices: Iterable[int]) -> Mapping[int, list[int]]:
    """Office → the office it took over from, where it is the only one that did: half an office compares with
    nothing.
    """
    rows = DepartmentSuccession.objects.filter(successor_id__in=list(offices))
    found: dict[int, list[int]] = {}
    for predecessor, successor in rows.values_list("predecessor_id", "successor_id"):
        if DepartmentSuccession.objects.filter(predecessor_id=predecessor).count() == 1:
            found.setdefault(successor, []).append(predecessor)
    return {successor: olds for successor, olds in found.items() if len(olds) == 1}


def previous_values(request: InquiryRequest) -> Values | None:
    """What the same office said last time, in the fields of the form it is asked now; None where nothing."""
    earlier = previous_requests(request.inquiry, [request]).get(request.pk)
    if earlier is None or earlier.has_nothing:
        return None
    revision = newest_revisions([earlier]).get(earlier.pk)
    return None if revision is None else values_in(revision, request.inquiry.form_version)


def values_in(revision: AnswerRevision, version: FormVersion) -> Values:
    """The values of a revision in the fields of another version of the form."""
    old = definition_of(revision.form_version)
    values = from_json(revision.values, old)
    if revision.form_version_id == version.pk:
        return values
    definition = definition_of(version)
    raw = carry_over(values, old, definition).raw
    return read_return(definition, 0, raw, {}, fill=Filler.RESPONDENT)[0].values


def is_monthly(inquiry: Inquiry) -> bool:
    """Whether it is one month of an operator's report."""
    return inquiry.series.kind == InquirySeries.Kind.OPERATOR
