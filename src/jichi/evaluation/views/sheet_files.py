"""One sheet as PDF or workbook."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.models import Cycle
from jichi.evaluation.printing.single import FORMATS, SheetFile, printed_file
from jichi.evaluation.queries.public_sheets import sheet_page_for
from jichi.evaluation.queries.results import period_cycle_for, yearly_cycle_for
from jichi.evaluation.queries.working import working_content_for
from jichi.ui.downloads import file_response


@require_safe
def published(http: HttpRequest, year: int, code: str, kind: str) -> HttpResponse:
    """A published sheet of a year, as it stands today."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return _published(viewer, yearly_cycle_for(viewer, year), code, kind)


@require_safe
def published_period(http: HttpRequest, plan_key: str, period: str, code: str, kind: str) -> HttpResponse:
    """A published sheet of an interim or final evaluation, as it stands today."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return _published(viewer, period_cycle_for(viewer, plan_key, period), code, kind)


def _published(viewer: Viewer, cycle: Cycle | None, code: str, kind: str) -> HttpResponse:
    page = sheet_page_for(viewer, cycle, code) if cycle is not None and kind in FORMATS else None
    if page is None or page.form is None:
        raise Http404
    return _answer(printed_file(page.edition.content, page.form, kind, language=get_language() or "ja"))


def file_links(cycle: Cycle, code: str) -> list[dict[str, str]]:
    """The files of a published sheet, for the list of downloads."""
    if cycle.kind == CycleKind.YEARLY:
        name, place = "results-sheet-file", [cycle.fiscal_year, code]
    else:
        name, place = "results-period-sheet-file", [cycle.plan.key, cycle.kind, code]
    return [{"url": reverse(name, args=[*place, kind]), "format": kind} for kind in FORMATS]


@require_safe
def working(http: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A sheet as it stands with its office, for those who may see it."""
    if kind not in FORMATS:
        raise Http404
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    content, form, is_draft = working_content_for(viewer, pk)
    language = get_language() or "ja"
    return _answer(printed_file(content, form, kind, language=language, is_draft=is_draft, is_inside=True))


def _answer(made: SheetFile) -> HttpResponse:
    return file_response(made.content, made.name, made.media_type, inline=made.name.endswith(".pdf"))
