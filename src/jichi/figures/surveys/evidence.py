"""The panel on the page of a survey's evidence: how people were asked, what they said, what it can tell."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jichi.city.access import Viewer
from jichi.figures.models import SurveyQuestion, SurveyWave

from .queries.pages import WavePage, wave_page
from .queries.reports import targets_of
from .showing import Shown, shown_question, told_of, wave_facts, wave_heading


def evidence_of_wave(viewer: Viewer, wave: SurveyWave) -> dict[str, Any]:
    """What ``figures/surveys/evidence.html`` shows of a wave that stands as evidence of values.

    Questions that measure a figure come whole; the page of the wave has the others. To everyone, small groups
    are not shown. Whoever calls it has found the wave by the viewer's own queries.
    """
    page = wave_page(viewer, wave)
    measuring = {target.question for target in targets_of(wave.survey)}
    rows = [row for row in page.rows if row.code in measuring] or list(page.rows[:1])
    return {
        "wave": wave,
        "report": page.report,
        "sentence": wave_heading(wave, page.report),
        "facts": wave_facts(wave, page.report),
        "told": told_of(wave, page.report),
        "questions": shown_questions(page, rows),
        "more": len(page.rows) - len(rows),
        "wave_url": reverse("figures-survey-wave", args=[wave.survey.key, wave.key]),
    }


def shown_questions(page: WavePage, rows: list[SurveyQuestion]) -> list[Shown]:
    """Questions of a wave with what changed since the wave before."""
    return [
        shown_question(page.report, row, earlier=page.earlier.get(row.pk), least=page.least) for row in rows
    ]
