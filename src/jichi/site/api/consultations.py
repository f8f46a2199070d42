"""Public comment in the API: the procedures, one of them, and its published result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema

from jichi.city.access import ANONYMOUS
from jichi.consultations.addresses import public_url, result_url
from jichi.consultations.models import Consultation
from jichi.consultations.queries.consultations import public_for
from jichi.consultations.queries.results import edition_of, editions_of
from jichi.methods.deadlines import days_in_period
from jichi.ui.content import translated

from . import schemas
from .paging import ABSENT, Lang, PageNumber, PageSize, paged
from .reading import absolute

router = Router(tags=["consultations"])


class ConsultationInShort(Schema):
    """A public comment procedure. Both its days count; null where none was held or nothing is known yet."""

    key: str
    title: str
    kind: str
    stage: str
    department: str
    first_day: dt.date | None
    last_day: dt.date | None
    days: int | None
    result_on: dt.date | None
    is_sample: bool
    url: str
    result_url: str | None


class ResultInShort(Schema):
    """An edition of a result: a correction has its reason. ``sha256`` is that of the JSON file."""

    number: int
    published_on: dt.date
    reason: str
    sha256: str
    counts: dict[str, int]


class ConsultationDetail(ConsultationInShort):
    """A procedure with its notice and every edition of its result, the newest first."""

    summary: str
    notice: str
    legal_basis: str
    document: str | None
    short_reason: str
    exempt_reason: str
    withdrawn_reason: str
    editions: list[ResultInShort]


class ConsultationResult(Schema):
    """An edition of a result: ``result`` is the document as it was decided (jichi-consultation-result/1)."""

    edition: ResultInShort
    result: dict[str, Any]


@router.get(
    "/consultations",
    response={200: schemas.Page[ConsultationInShort], **ABSENT},
    url_name="consultations",
    summary=gettext_noop("Public comment procedures"),
)
def consultations(request: HttpRequest, lang: Lang, page: PageNumber, size: PageSize) -> Any:
    """Every published procedure, the newest first."""
    head, found = paged(request, public_for(ANONYMOUS).order_by("-published_at", "key"), page, size)
    return {**head, "items": [_in_short(row) for row in found]}


@router.get(
    "/consultations/{key}",
    response={200: ConsultationDetail, **ABSENT},
    url_name="consultation",
    summary=gettext_noop("One public comment procedure"),
)
def consultation(request: HttpRequest, key: str, lang: Lang) -> Any:
    """A procedure with its notice and the editions of its result."""
    row = _row(key)
    return {
        **_in_short(row),
        "summary": str(translated(row, "summary")),
        "notice": str(translated(row, "notice")),
        "legal_basis": row.legal_basis,
        "document": row.document.key if row.document is not None else None,
        "short_reason": row.short_reason,
        "exempt_reason": row.exempt_reason,
        "withdrawn_reason": row.withdrawn_reason,
        "editions": [_edition(one) for one in editions_of(row)] if row.result_published_at else [],
    }


@router.get(
    "/consultations/{key}/result",
    response={200: ConsultationResult, **ABSENT},
    url_name="consultation-result",
    summary=gettext_noop("The result of a public comment"),
)
def consultation_result(
    request: HttpRequest,
    key: str,
    lang: Lang,
    edition: Annotated[int, Query(0, ge=0, le=10_000, description="0: the newest edition.")],
) -> Any:
    """The published result, whole: counts, every opinion with the city's view, draft against final."""
    row = _row(key)
    found = edition_of(row, edition or None) if row.result_published_at else None
    if found is None:
        raise Http404
    content: Mapping[str, Any] = found.content
    return {"edition": _edition(found), "result": dict(content)}


def _row(key: str) -> Consultation:
    found = public_for(ANONYMOUS).filter(key=key[:80]).first()
    if found is None:
        raise Http404
    return found


def _in_short(row: Consultation) -> dict[str, Any]:
    first, last = row.first_day, row.last_day
    published = row.result_published_at
    return {
        "key": row.key,
        "title": str(translated(row, "title")),
        "kind": row.kind,
        "stage": str(row.stage(timezone.localdate())),
        "department": str(translated(row.department, "name")),
        "first_day": first,
        "last_day": last,
        "days": days_in_period(first, last) if first is not None and last is not None else None,
        "result_on": timezone.localdate(published) if published is not None else None,
        "is_sample": row.is_sample,
        "url": absolute(public_url(row)),
        "result_url": absolute(result_url(row)) if published is not None else None,
    }


def _edition(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "published_on": timezone.localdate(one.published_at),
        "reason": one.reason,
        "sha256": one.digest,
        "counts": one.counts,
    }
