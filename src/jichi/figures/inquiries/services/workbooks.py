"""Workbooks on their way out: one for each asked, with what was said last time beside each answer."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.figures.models import InquiryRequest
from jichi.sheets.definition import Raw, Values
from jichi.sheets.models import AnswerRevision, FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import raw_from_json
from jichi.sheets.workbook import (
    Cover,
    Envelope,
    write_workbook,
)
from jichi.ui import numbers

from ..actions import TAKE_WORKBOOK
from ..moves import Step
from ..queries.returns import newest_revisions, previous_requests, values_in
from ..sides import is_asker, require_held
from ..words import (
    as_of_text,
    asker_name,
    due_of,
    respondent_key,
    respondent_name,
    title_in_workbook,
)
from .steps import (
    Kind,
    happened,
    inquiry_of,
    locked,
    locked_inquiry,
    possible,
    request_of,
    requests_of,
    require_out,
)

CONTEXT = "figures.inquiryrequest:"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be given out."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What stands beside the answer cells of a workbook."""

    raw: Raw = field(default_factory=dict)
    previous: Values | None = None


def take_workbook(*, viewer: Viewer, request_id: int, at: datetime.datetime | None = None) -> File:
    """The workbook of one request, with what was typed so far and what was said last time.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Invalid: where it is not out, or no longer asked.
    """
    request = request_of(request_id)
    asker = is_asker(viewer, request)
    thing = request.inquiry if asker else require_held(viewer, TAKE_WORKBOOK, request)
    viewer.require(TAKE_WORKBOOK, thing)
    possible(request, Step.TAKE_WORKBOOK)
    made = _workbook(request, _known([request])[request.pk], at or timezone.now())
    with act(viewer, TAKE_WORKBOOK, thing):
        request = locked(request)
        possible(request, Step.TAKE_WORKBOOK)
        happened(viewer, request, Kind.WORKBOOK_TAKEN, by_asker=asker, at=at)
        record(viewer, TAKE_WORKBOOK, request)
    return made


def take_workbooks(
    *,
    viewer: Viewer,
    inquiry_id: int,
    request_ids: Iterable[int] | None = None,
    at: datetime.datetime | None = None,
) -> File:
    """One workbook for each asked, packed into a zip file; withdrawn ones are left out.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Invalid: where it is not out, or there is nobody to ask.
    """
    inquiry = inquiry_of(inquiry_id)
    viewer.require(TAKE_WORKBOOK, inquiry)
    require_out(inquiry)
    requests = requests_of(inquiry, request_ids)
    requests = [row for row in requests if row.state != InquiryRequest.State.CANCELLED]
    if not requests:
        raise Invalid({"": [_("Nobody is chosen.")]})
    moment = at or timezone.now()
    # Making them takes seconds, so it is done before the act holds the database.
    known = _known(requests)
    content = _packed([_workbook(row, known[row.pk], moment) for row in requests])
    with act(viewer, TAKE_WORKBOOK, inquiry):
        require_out(locked_inquiry(inquiry_id))
        for row in requests:
            happened(viewer, row, Kind.WORKBOOK_TAKEN, by_asker=True, at=moment)
        ids = [row.pk for row in requests]
        fields = {"workbooks": [0, len(ids)]}
        record(viewer, TAKE_WORKBOOK, inquiry, fields=fields, count=len(ids), digest=digest_of(ids))
    return File(name=f"{_file_name(inquiry.title)}.zip", content=content)


def _packed(files: Iterable[File]) -> bytes:
    buffer, used = io.BytesIO(), set()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(files, start=1):
            name = one.name if one.name not in used else f"{number}-{one.name}"
            used.add(name)
            archive.writestr(name, one.content)
    return buffer.getvalue()


def _known(requests: Sequence[InquiryRequest]) -> dict[int, _Known]:
    if not requests:
        return {}
    inquiry = requests[0].inquiry
    version: FormVersion = inquiry.form_version
    earlier = previous_requests(inquiry, requests)
    revisions = newest_revisions([*requests, *earlier.values()])
    found = {}
    for row in requests:
        before = earlier.get(row.pk)
        given = revisions.get(before.pk) if before is not None and not before.has_nothing else None
        found[row.pk] = _Known(
            raw=typed_so_far(row, revisions.get(row.pk)),
            previous=values_in(given, version) if given is not None else None,
        )
    return found


def typed_so_far(request: InquiryRequest, revision: AnswerRevision | None) -> Raw:
    """What stands in the form: the draft, or else what was handed in last."""
    answers = request.answer_set
    if answers is not None and answers.draft:
        return raw_from_json(answers.draft)
    return raw_from_json(revision.raw) if revision is not None else {}


def _workbook(request: InquiryRequest, known: _Known, moment: datetime.datetime) -> File:
    inquiry = request.inquiry
    version = inquiry.form_version
    name = respondent_name(request)
    title = title_in_workbook(inquiry)
    content = write_workbook(
        definition_of(version),
        envelope=Envelope(
            form_key=version.form.key,
            form_version=version.number,
            form_digest=version.digest,
            context=f"{CONTEXT}{request.pk}",
            respondent=respondent_key(request),
            issued_at=timezone.localtime(moment).isoformat(timespec="microseconds"),
            title=title,
            respondent_name=name,
        ),
        cover=Cover(
            title=title,
            purpose=inquiry.purpose,
            as_of=as_of_text(inquiry),
            due=numbers.format_date(due_of(request)),
            respondent=name,
            asker=asker_name(inquiry),
            how_to_return=_("Upload it on the page of this request, or send it to the office that asks."),
            notes=[line for line in inquiry.instructions.splitlines() if line.strip()],
        ),
        key=secret(),
        raw=known.raw,
        previous=known.previous,
    )
    return File(name=f"{_file_name(f'{inquiry.title}_{name}')}.xlsx", content=content)


def _file_name(text: str) -> str:
    return _NOT_IN_NAMES.sub("_", text).strip(" .")[:120] or "jichi"


def secret() -> bytes:
    """The installation's secret, which seals the workbooks."""
    return settings.SECRET_KEY.encode()
