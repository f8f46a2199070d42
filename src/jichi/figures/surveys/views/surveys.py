"""The surveys: their list, one of them with its waves, what they measure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.queries import departments_for
from jichi.city.workbench import show
from jichi.figures.models import Survey, SurveyTarget, SurveyWave
from jichi.figures.queries.bindings import bindings_in_force, subject_key
from jichi.plan.models import ProjectFigure, Series
from jichi.ui.numbers import fiscal_year, format_number

from ..actions import TAKE
from ..forms import SurveyForm, TargetForm
from ..queries import drafts_for, surveys_with_waves_for, targets_of, waves_of
from ..queries.measured import is_bound_to
from ..queries.subjects import bindable_subjects, bound_subjects
from ..services import add_target, change_survey, create_survey, drop_target
from .common import crumbs, name_of, survey_or_404, viewer_of


@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """The surveys of the viewer's offices with their waves, and how to add one."""
    viewer = viewer_of(request)
    context = {
        "title": _("Surveys"),
        "surveys": [
            {"survey": row, "waves": [_wave(one) for one in row.waves.all()]}
            for row in surveys_with_waves_for(viewer)
        ],
        "may_take": viewer.can(TAKE),
    }
    return show(request, "figures/surveys/staff/list.html", context, crumbs=[])


def _wave(wave: SurveyWave) -> dict[str, Any]:
    rate = ""
    if wave.asked and wave.answered is not None:
        rate = format_number(100 * wave.answered / wave.asked, 1)
    return {
        "wave": wave,
        "url": reverse("staff-survey-wave", args=[wave.survey.key, wave.key]),
        "year": fiscal_year(wave.fiscal_year, style="short"),
        "rate": rate,
        "questions": len(wave.questions.all()),
    }


def _offices(viewer: Viewer) -> tuple[list[Department], bool]:
    """The offices a survey of the viewer's may belong to, and whether it may belong to none yet."""
    reach = viewer.departments_for(TAKE)
    rows = departments_for(viewer, timezone.localdate())
    return (list(rows), True) if reach is None else ([row for row in rows if row.pk in reach], False)


@require_http_methods(["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """The form of a survey whose reports are to be taken in."""
    viewer = viewer_of(request)
    offices, open_ = _offices(viewer)
    form = SurveyForm(offices, request.POST or None, may_leave_open=open_)
    if form.is_bound and form.is_valid():
        try:
            survey = create_survey(viewer=viewer, **form.facts())
        except Invalid as error:
            form.refuse(error.messages)
        else:
            messages.success(request, _("Added: %(what)s.") % {"what": survey.title})
            return redirect(reverse("staff-survey", args=[survey.key]))
    context = {"title": _("Add a survey"), "form": form, "button": _("Add")}
    return show(
        request,
        "figures/surveys/staff/form.html",
        context,
        crumbs=crumbs(),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def survey_edit(request: HttpRequest, survey: str) -> HttpResponse:
    """The form of a survey that stands. The office may only become another of the viewer's."""
    viewer = viewer_of(request)
    row = survey_or_404(viewer, survey, TAKE)
    offices, open_ = _offices(viewer)
    initial = {"title": row.title, "publisher": row.publisher, "department": str(row.department_id or "")}
    form = SurveyForm(offices, request.POST or None, initial=initial, may_leave_open=open_, is_new=False)
    version = request.POST.get("version", "")
    if form.is_bound and form.is_valid():
        try:
            change_survey(
                viewer=viewer,
                survey=row,
                version=int(version) if version.isdigit() else row.version,
                **form.facts(),
            )
        except Conflict:
            form.add_error(
                None, _("Somebody changed this meanwhile. What you typed stands here; save again.")
            )
        except Invalid as error:
            form.refuse(error.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(reverse("staff-survey", args=[row.key]))
    context = {
        "title": _("Change the survey"),
        "form": form,
        "version": row.version,
        "button": _("Save"),
    }
    return show(
        request,
        "figures/surveys/staff/form.html",
        context,
        crumbs=crumbs(row),
        status=422 if form.errors else 200,
    )


@require_safe
def survey_detail(request: HttpRequest, survey: str) -> HttpResponse:
    """One survey: its waves, what it measures, reports that somebody began."""
    viewer = viewer_of(request)
    row = survey_or_404(viewer, survey)
    context = {
        "title": row.title,
        "survey": row,
        "waves": [_wave(one) for one in waves_of(row)],
        "targets": _targets(row),
        "drafts": [
            {"draft": one, "url": reverse("staff-survey-draft", args=[one.token])}
            for one in drafts_for(viewer, row)
        ],
        "may_take": viewer.can(TAKE, row),
    }
    return show(request, "figures/surveys/staff/survey.html", context, crumbs=crumbs())


def _targets(survey: Survey) -> list[dict[str, Any]]:
    targets = targets_of(survey)
    subjects = [_subject(one) for one in targets]
    bound = bindings_in_force(subjects=subjects)
    lines = []
    for target, subject in zip(targets, subjects, strict=True):
        binding = bound.get(subject_key(subject))
        lines.append(
            {
                "target": target,
                "name": name_of(subject),
                "options": " + ".join(target.options),
                "group": " · ".join(part for part in (target.dimension, target.group) if part),
                "bound": binding is not None and is_bound_to(binding, survey),
                "elsewhere": binding is not None and not is_bound_to(binding, survey),
            }
        )
    return lines


def _subject(target: SurveyTarget) -> Series | ProjectFigure:
    subject = target.series or target.project_figure
    assert subject is not None
    return subject


@require_http_methods(["GET", "POST"])
def survey_targets(request: HttpRequest, survey: str) -> HttpResponse:
    """Which answers of the survey measure which figures; adding one, and taking one away."""
    viewer = viewer_of(request)
    row = survey_or_404(viewer, survey, TAKE)
    subjects = {_value(one): one for one in bindable_subjects(viewer, row)}
    bound = {_value(one) for one in bound_subjects(row)}
    choices = [
        (_("Bound to this survey"), [(key, name_of(one)) for key, one in subjects.items() if key in bound]),
        (_("Other figures"), [(key, name_of(one)) for key, one in subjects.items() if key not in bound]),
    ]
    form = TargetForm([group for group in choices if group[1]], request.POST or None)
    if request.method == "POST" and request.POST.get("act") == "drop":
        chosen = next((one for one in targets_of(row) if str(one.pk) == request.POST.get("target")), None)
        if chosen is not None:
            drop_target(viewer=viewer, target=chosen)
            messages.success(request, _("Taken away. Values that were entered stay."))
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        subject = subjects[form.cleaned_data["figure"]]
        given: dict[str, Any] = {"series" if isinstance(subject, Series) else "figure": subject}
        try:
            add_target(viewer=viewer, survey=row, **given, **form.facts())
        except Invalid as error:
            form.refuse(error.messages)
        else:
            messages.success(request, _("Added: %(what)s.") % {"what": name_of(subject)})
            return redirect(request.path)
    context = {
        "title": _("What the survey measures"),
        "survey": row,
        "targets": _targets(row),
        "form": form,
        "codes": sorted({one.code for wave in waves_of(row) for one in wave.questions.all()}),
    }
    return show(
        request,
        "figures/surveys/staff/targets.html",
        context,
        crumbs=crumbs(row),
        status=422 if form.errors else 200,
    )


def _value(subject: Series | ProjectFigure) -> str:
    kind, pk = subject_key(subject)
    return f"{kind}-{pk}"
