"""A wave that was taken in: how people were asked, what it can tell, its questions, figures and reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.workbench import show
from jichi.figures.models import SurveyReport, SurveyWave

from ..actions import PUBLISH, TAKE
from ..differences import Difference
from ..evidence import shown_questions
from ..files import report_csv, report_xlsx
from ..queries import Standing, judged_questions, report_of, states_for, targets_of
from ..queries.measured import ENTERABLE
from ..queries.pages import reports_of, wave_page
from ..queries.reports import report_file
from ..services import enter_wave, open_draft, show_wave
from ..showing import shown_question, told_of, wave_facts, wave_sentence
from .common import XLSX, attached, crumbs, viewer_of, wave_or_404
from .lines import difference_lines, figures_table
from .taking import CSV


@require_http_methods(["GET", "POST"])
def wave_detail(request: HttpRequest, survey: str, wave: str) -> HttpResponse:
    """One wave; entering its values, showing it to everyone, correcting it."""
    viewer = viewer_of(request)
    row = wave_or_404(viewer, survey, wave)
    if request.method == "POST":
        return _act(request, row)
    return _page(request, row)


def _act(request: HttpRequest, wave: SurveyWave) -> HttpResponse:
    viewer = viewer_of(request)
    wanted = request.POST.get("act", "")
    here = reverse("staff-survey-wave", args=[wave.survey.key, wave.key])
    if wanted in {"show", "hide"} and viewer.can(PUBLISH, wave.survey):
        show_wave(viewer=viewer, wave=wave, shown=wanted == "show")
        messages.success(
            request,
            _("Everyone can read this wave now.") if wanted == "show" else _("The switch is off again."),
        )
        return redirect(here)
    if not viewer.can(TAKE, wave.survey):
        raise Http404
    if wanted == "correct":
        draft = open_draft(viewer=viewer, survey=wave.survey, report=report_of(wave))
        return redirect(reverse("staff-survey-draft", args=[draft.token]))
    if wanted != "enter":
        raise Http404
    try:
        rows = enter_wave(viewer=viewer, wave=wave, reason=request.POST.get("reason", ""))
    except Invalid as error:
        return _page(request, wave, [text for texts in error.messages.values() for text in texts])
    text = ngettext("%(count)d value was entered.", "%(count)d values were entered.", len(rows))
    messages.success(request, text % {"count": len(rows)})
    return redirect(here)


def _page(request: HttpRequest, wave: SurveyWave, refused: list[str] | None = None) -> HttpResponse:
    viewer, survey = viewer_of(request), wave.survey
    page = wave_page(viewer, wave)
    judged = judged_questions(survey, page.report)
    states = states_for(viewer, survey, page.report, judged, targets_of(survey), wave)
    due = [one for one in states if one.standing in ENTERABLE]
    context = {
        "title": wave.title,
        "kind": survey.title,
        "lead": wave_sentence(page.report),
        "wave": wave,
        "survey": survey,
        "facts": wave_facts(wave, page.report),
        "told": told_of(wave, page.report),
        "questions": [
            {
                "shown": one,
                "url": reverse("staff-survey-question", args=[survey.key, wave.key, one.row.code]),
            }
            for one in shown_questions(page, list(page.rows))
        ],
        "figures": figures_table(viewer, states) if states else None,
        "due": len(due) if viewer.can(TAKE, survey) else 0,
        "needs_reason": any(one.standing is Standing.CHANGED or one.withdrawn for one in states),
        "reports": [_report(one) for one in reports_of(wave)],
        "may_take": viewer.can(TAKE, survey),
        "may_publish": viewer.can(PUBLISH, survey),
        "is_public": wave.published_at is not None
        or any(row.published_at is not None for row in page.values),
        "public_url": reverse("figures-survey-wave", args=[survey.key, wave.key]),
        "refused": refused or [],
        "reason": request.POST.get("reason", ""),
    }
    status = 422 if refused else 200
    return show(request, "figures/surveys/staff/wave.html", context, crumbs=crumbs(survey), status=status)


def _report(row: SurveyReport) -> dict[str, Any]:
    return {
        "row": row,
        "changes": difference_lines(Difference(**one) for one in row.changes),
        "file_url": reverse("staff-survey-report-file", args=[row.wave.survey.key, row.wave.key, row.number])
        if row.evidence.sha256
        else "",
    }


@require_safe
def question_detail(request: HttpRequest, survey: str, wave: str, code: str) -> HttpResponse:
    """One question of a wave with all its tables."""
    viewer = viewer_of(request)
    row = wave_or_404(viewer, survey, wave)
    page = wave_page(viewer, row, code=code)
    mine = [one for one in page.rows if one.code == code]
    if not mine:
        raise Http404
    others = sorted(page.others, key=lambda one: (-one.wave.fiscal_year, one.wave.key))
    context = {
        "title": mine[0].wording,
        "kind": f"{row.title} · {code}",
        "shown": shown_questions(page, mine)[0],
        "row": mine[0],
        "others": [
            {
                "row": one,
                "url": reverse("staff-survey-question", args=[survey, one.wave.key, code]),
                "same": one.definition == mine[0].definition,
                "answer": shown_question(page.reports[one.wave_id], one).answer,
            }
            for one in others
        ],
        "figures": [one for one in targets_of(row.survey) if one.question == code],
    }
    return show(request, "figures/surveys/staff/question.html", context, crumbs=crumbs(row.survey, row))


@require_safe
def wave_file(request: HttpRequest, survey: str, wave: str, kind: str) -> HttpResponse:
    """The wave in the shape of the template, to be corrected and taken in again."""
    row = wave_or_404(viewer_of(request), survey, wave)
    report = report_of(row)
    name = f"{survey}-{wave}"
    if kind == "xlsx":
        return attached(report_xlsx(report), XLSX, f"{name}.xlsx")
    if kind == "csv":
        return attached(report_csv(report), CSV, f"{name}.csv")
    raise Http404


@require_safe
def original_file(request: HttpRequest, survey: str, wave: str, number: int) -> HttpResponse:
    """The very file that was taken in."""
    row = wave_or_404(viewer_of(request), survey, wave)
    found = report_file(row, number)
    if found is None or found.content is None:
        raise Http404
    content = bytes(found.content)
    is_book = content.startswith(b"PK")
    kind, ending = (XLSX, "xlsx") if is_book else ("application/octet-stream", "csv")
    return attached(content, kind, f"{survey}-{wave}-{number}.{ending}")
