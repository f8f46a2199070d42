"""The published result as files: A4 print, workbook, CSV, and the exact document that was decided."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jichi.city.limiting import allow, too_many_response
from jichi.city.requests import ViewedRequest
from jichi.consultations.models import Consultation
from jichi.consultations.printing import printed_result
from jichi.consultations.queries.readers import readable_one
from jichi.consultations.queries.results import edition_of, editions_of, published_result
from jichi.consultations.results.files import dataset_of
from jichi.consultations.services.approving import as_bytes
from jichi.ui.downloads import FORMATS, download, file_response
from jichi.ui.numbers import current_language
from jichi.ui.paper.pdf import pdf_of

from .result import found

PRINTS = "12/m"
"""How often one reader may have a print made; it takes seconds where there are thousands of opinions."""


@require_safe
def consultation_result_file(request: ViewedRequest, key: str, form: str) -> HttpResponse:
    """The result in ``form``: pdf, xlsx, csv or json; ``?edition=`` an older one."""
    row, result, edition, _editions = found(request, key)
    if form == "pdf":
        return _pdf(request, row, edition.number)
    name = f"{key}-result-{edition.number}"
    if form == "json":
        whole = edition_of(row, edition.number)
        assert whole is not None
        return file_response(as_bytes(whole.content), f"{name}.json", FORMATS["json"])
    if form not in FORMATS:
        raise Http404(form)
    dataset = dataset_of(result, address=_address(key), edition=edition.number)
    return download(dataset, form, filename=name)


def _pdf(request: ViewedRequest, row: Consultation, number: int) -> HttpResponse:
    if not allow(request, "consultation-result-pdf", PRINTS):
        return too_many_response(request)
    made = _made(row.key, row.version, number, current_language())
    return file_response(made, f"{row.key}-result-{number}.pdf", "application/pdf", inline=True)


@lru_cache(maxsize=4)
def _made(key: str, version: int, number: int, language: str) -> bytes:
    """The print of an edition in a language; remembered, for an edition never changes."""
    row = readable_one(key)
    result, editions = published_result(row, number), editions_of(row)
    edition = next((one for one in editions if one.number == number), None)
    if result is None or edition is None:
        raise Http404(key)
    corrections = [
        (one.number, timezone.localdate(one.published_at), one.reason)
        for one in reversed(editions)
        if one.reason and one.number <= number
    ]
    printed = printed_result(
        row,
        result,
        published_on=timezone.localdate(edition.published_at),
        address=_address(key),
        digest=edition.digest,
        corrections=corrections,
    )
    return pdf_of(printed)


def _address(key: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("consultation-result", args=[key])
