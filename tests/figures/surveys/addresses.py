"""Arguments of the routes of surveys for the permission matrix: all of one survey of the given office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jichi.city.models import Department
from jichi.figures.models import Survey, SurveyDraft, SurveyReport
from jichi.figures.surveys.services import open_draft

from .conftest import loader, make_survey, take
from .reports import report


def survey(owner: Department | None) -> dict[str, Any]:
    found = Survey.objects.filter(key="ishiki").first() or make_survey(owner)
    Survey.objects.filter(pk=found.pk).update(department=owner)
    return {"survey": found.key}


def wave(owner: Department | None) -> dict[str, Any]:
    address = survey(owner)
    if not SurveyReport.objects.exists():
        take(Survey.objects.get(), filename="r7.csv", sha256="a" * 64, content=b"a,b")
    return {**address, "wave": "2025"}


def draft(owner: Department | None) -> dict[str, Any]:
    survey(owner)
    found = SurveyDraft.objects.first() or open_draft(
        viewer=loader(), survey=Survey.objects.get(), report=report(key="2026")
    )
    return {"token": found.token}


Address = Callable[[Department | None], dict[str, Any]]


def _with(make: Address, **more: Any) -> Address:
    return lambda owner: {**make(owner), **more}


ADDRESSES: dict[str, Address] = {
    "staff-survey": survey,
    "staff-survey-edit": survey,
    "staff-survey-targets": survey,
    "staff-survey-take": survey,
    "staff-survey-take-form": survey,
    "staff-survey-draft": draft,
    "staff-survey-draft-wave": draft,
    "staff-survey-draft-question-new": draft,
    "staff-survey-draft-question": _with(draft, number=0),
    "staff-survey-draft-table-new": _with(draft, number=0),
    "staff-survey-draft-table": _with(draft, number=0, place=0),
    "staff-survey-wave": wave,
    "staff-survey-question": _with(wave, code="support"),
    "staff-survey-wave-file": _with(wave, kind="xlsx"),
    "staff-survey-report-file": _with(wave, number=1),
}
