"""One sheet as PDF or workbook."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jichi.evaluation.printing.single import FORMATS, SheetFile, printed_file
from jichi.evaluation.queries.public_sheets import sheet_page_for
from jichi.evaluation.queries.results import yearly_cycle_for
from jichi.evaluation.queries.working import working_content_for
from jichi.ui.downloads import file_response


@require_safe
def published(http: HttpRequest, year: int, code: str, kind: str) -> HttpResponse:
    """A published sheet, as it stands today."""
    viewer = http.viewer  # type: ignore[attr-defined]
    cycle = yearly_cycle_for(viewer, year) if kind in FORMATS else None
    page = sheet_page_for(viewer, cycle, code) if cycle is not None else None
    if page is None or page.form is None:
        raise Http404
    return _answer(printed_file(page.edition.content, page.form, kind, language=get_language() or "ja"))


@require_safe
def working(http: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A sheet as it stands with its office, for those who may see it."""
    if kind not in FORMATS:
        raise Http404
    content, form = working_content_for(http.viewer, pk)  # type: ignore[attr-defined]
    return _answer(printed_file(content, form, kind, language=get_language() or "ja", is_draft=True))


def _answer(made: SheetFile) -> HttpResponse:
    return file_response(made.content, made.name, made.media_type, inline=made.name.endswith(".pdf"))
