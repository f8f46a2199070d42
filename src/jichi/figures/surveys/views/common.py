"""What the pages of surveys share: finding a survey, a wave or a draft, the way back, words for figures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Survey, SurveyDraft, SurveyWave
from jichi.plan.models import ProjectFigure, Series

from ..actions import READ
from ..measures import Lack, Measured
from ..queries import Standing, TargetState, draft_for, staff_survey_for, staff_wave_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def viewer_of(request: HttpRequest) -> Viewer:
    """On whose behalf the request is answered."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def survey_or_404(viewer: Viewer, key: str, action: str = READ) -> Survey:
    """The survey, or the page that says there is none."""
    found = staff_survey_for(viewer, key, action)
    if found is None:
        raise Http404
    return found


def wave_or_404(viewer: Viewer, survey: str, wave: str, action: str = READ) -> SurveyWave:
    """The wave, or the page that says there is none."""
    found = staff_wave_for(viewer, survey, wave, action)
    if found is None:
        raise Http404
    return found


def draft_or_404(viewer: Viewer, token: uuid.UUID) -> SurveyDraft:
    """The draft, or the page that says there is none."""
    found = draft_for(viewer, token)
    if found is None:
        raise Http404
    return found


def crumbs(
    survey: Survey | None = None, wave: SurveyWave | None = None, draft: SurveyDraft | None = None
) -> list[dict[str, str]]:
    """The way back to the list, the survey, the wave or the draft."""
    way = [{"title": _("Surveys"), "url": reverse("staff-surveys")}]
    if survey is not None:
        way.append({"title": survey.title, "url": reverse("staff-survey", args=[survey.key])})
    if wave is not None:
        url = reverse("staff-survey-wave", args=[wave.survey.key, wave.key])
        way.append({"title": wave.title, "url": url})
    if draft is not None:
        title = draft.data.get("title") or _("New report")
        way.append({"title": title, "url": reverse("staff-survey-draft", args=[draft.token])})
    return way


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to take away; browsers are told not to guess what it is."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def name_of(subject: Series | ProjectFigure) -> str:
    """A figure's whole name: indicator and series, or project code and number."""
    if isinstance(subject, Series):
        return f"{subject.indicator.name} ({subject.name})" if subject.name else subject.indicator.name
    return f"{subject.project.code} {subject.name}"


def subject_url(subject: Series | ProjectFigure) -> str:
    """The figure's page on the workbench."""
    kind = "series" if isinstance(subject, Series) else "number"
    return reverse("staff-subject", args=[kind, subject.pk])


def lack_words(measured: Measured) -> str:
    """Why a report gives no value to a figure."""
    if measured.lack is None:
        return ""
    sentences: Mapping[Lack, str] = {
        Lack.QUESTION: _("The report has no question “%(what)s”."),
        Lack.GROUP: _("The question has no table of “%(what)s”."),
        Lack.OPTION: _("The table has no answer “%(what)s”."),
        Lack.NUMBER: _("The table prints no number for “%(what)s”."),
        Lack.SCORES: _("Points of several lines cannot be added."),
        Lack.SEVERAL: _("Where one may give several answers, their shares cannot be added."),
        Lack.TOO_MUCH: _("The shares add up to %(what)s %%, more than all."),
    }
    return sentences[measured.lack] % {"what": measured.what}


def standing_words(state: TargetState) -> str:
    """What is to be done with a figure's value, or why nothing is."""
    code = state.judged.definition if state.judged else ""
    sentences: Mapping[Standing, str] = {
        Standing.NEW: _("Is entered"),
        Standing.CHANGED: _("Corrects what stands"),
        Standing.SAME: _("Stands already"),
        Standing.UNBOUND: _("This figure is not bound to a source yet; nothing is entered."),
        Standing.ELSEWHERE: _("This figure is bound to another source; nothing is entered."),
        Standing.NOT_MINE: _("Another office enters this figure; nothing is entered."),
        Standing.LACKING: lack_words(state.measured) if state.measured else "",
        Standing.UNDECIDED: _("Waits for the decision on the wording."),
        Standing.UNDEFINED: _(
            "The figure has no definition %(code)s yet. A planning officer enters the value from the page of "
            "the wave."
        )
        % {"code": code},
    }
    return sentences[state.standing]
