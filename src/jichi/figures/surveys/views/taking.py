"""Beginning a report: by a file, whose every problem is named, or by a form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show
from jichi.figures.models import SurveyDraft

from ..actions import TAKE
from ..files import FileReading, read_file, report_csv, report_xlsx
from ..forms import UploadForm, WaveForm
from ..queries import report_of, waves_of
from ..services import open_draft
from .common import XLSX, attached, crumbs, survey_or_404, viewer_of

CSV = "text/csv; charset=utf-8"
MOST_TOLD = 200


@require_safe
def template_as_xlsx(request: HttpRequest) -> HttpResponse:
    """The empty template as a workbook."""
    return attached(report_xlsx(), XLSX, "jichi-survey.xlsx")


@require_safe
def template_as_csv(request: HttpRequest) -> HttpResponse:
    """The empty template as csv."""
    return attached(report_csv(), CSV, "jichi-survey.csv")


@keeps_form
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, survey: str) -> HttpResponse:
    """The upload of a report. It is read and looked at; nothing is taken in yet."""
    viewer = viewer_of(request)
    row = survey_or_404(viewer, survey, TAKE)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    reading: FileReading | None = None
    status = 200
    if is_refused(request):
        form.errors.clear()
        form.add_error("file", too_long_sentence())
        status = 413
    elif form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        content = upload.read(SurveyDraft.MAX_BYTES + 1)
        try:
            if len(content) > SurveyDraft.MAX_BYTES:
                raise Invalid({"file": [_("A report may have at most 5 MB.")]})
            reading = read_file(content)
            if reading.report is not None:
                draft = open_draft(
                    viewer=viewer,
                    survey=row,
                    report=reading.report,
                    filename=upload.name,
                    content=content,
                    notes=[f"{one.place}: {one.text}" for one in reading.warnings],
                )
                return redirect(reverse("staff-survey-draft", args=[draft.token]))
        except Invalid as error:
            form.refuse(error.messages)
    if form.errors or reading is not None:
        status = status if status == 413 else 422
    context: dict[str, Any] = {
        "title": _("Take in a report"),
        "survey": row,
        "form": form,
        "problems": reading.errors[:MOST_TOLD] if reading else (),
        "warnings": reading.warnings[:MOST_TOLD] if reading else (),
        "untold": max(0, len(reading.errors) - MOST_TOLD) if reading else 0,
    }
    return show(request, "figures/surveys/staff/take.html", context, crumbs=crumbs(row), status=status)


@require_http_methods(["GET", "POST"])
def take_by_form(request: HttpRequest, survey: str) -> HttpResponse:
    """The facts of a wave, typed; how people were asked is taken over from the wave before."""
    viewer = viewer_of(request)
    row = survey_or_404(viewer, survey, TAKE)
    waves = waves_of(row)
    initial: dict[str, Any] = {"publisher": row.publisher}
    if waves:
        known = WaveForm.initial_of(report_of(waves[0]))
        initial |= {name: known[name] for name in ("sampling", "mode", "design", "population")}
    form = WaveForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        draft = open_draft(viewer=viewer, survey=row, report=form.report())
        if draft.data["not_run_reason"]:
            return redirect(reverse("staff-survey-draft", args=[draft.token]))
        messages.success(request, _("Kept. Now enter the first question."))
        return redirect(reverse("staff-survey-draft-question-new", args=[draft.token]))
    context = wave_context(form) | {"title": _("Enter a report by form"), "button": _("Next: questions")}
    return show(
        request,
        "figures/surveys/staff/wave_form.html",
        context,
        crumbs=crumbs(row),
        status=422 if form.errors else 200,
    )


def wave_context(form: WaveForm) -> dict[str, Any]:
    """The form's fields in groups."""
    return {
        "form": form,
        "names": [form[name] for name in form.NAMES],
        "how": [form[name] for name in form.HOW],
        "numbers": [form[name] for name in form.NUMBERS],
        "document": [form[name] for name in form.DOCUMENT],
        "not_run": form["not_run_reason"],
    }
