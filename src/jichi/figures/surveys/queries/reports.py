"""Surveys, waves and drafts the viewer may see, and a wave's rows as a report."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.figures.models import (
    Evidence,
    Observation,
    Publicity,
    Survey,
    SurveyCell,
    SurveyDraft,
    SurveyQuestion,
    SurveyReport,
    SurveyTarget,
    SurveyWave,
)

from ..actions import READ, TAKE
from ..report import Answer, Document, Question, Report, Table


def staff_surveys_for(viewer: Viewer, action: str = READ) -> QuerySet[Survey]:
    """The surveys whose reports the viewer may read (or do ``action`` with) on the workbench."""
    rows = Survey.objects.select_related("department").order_by("title", "key")
    reach = viewer.departments_for(action)
    return rows if reach is None else rows.filter(department_id__in=reach)


def surveys_with_waves_for(viewer: Viewer) -> list[Survey]:
    """The viewer's surveys, each with its waves (``waves.all()``, newest first) and their questions."""
    waves = SurveyWave.objects.select_related("survey").prefetch_related("questions")
    newest = Prefetch("waves", queryset=waves.order_by("-fiscal_year", "-key"))
    return list(staff_surveys_for(viewer).prefetch_related(newest))


def staff_survey_for(viewer: Viewer, key: str, action: str = READ) -> Survey | None:
    """One of them by its key."""
    return staff_surveys_for(viewer, action).filter(key=key).first()


def waves_for(viewer: Viewer) -> QuerySet[SurveyWave]:
    """The waves the viewer may read: those of her surveys, and those that are public.

    A wave is public when it was shown by the switch, or when a value taken from it is.
    """
    rows = SurveyWave.objects.select_related("survey__department", "evidence")
    reach = viewer.departments_for(READ)
    if reach is None:
        return rows
    shown = Observation.objects.filter(
        published_at__isnull=False, evidence__survey_report__wave=OuterRef("pk")
    )
    return rows.filter(Q(published_at__isnull=False) | Q(survey__department_id__in=reach) | Exists(shown))


def wave_for(viewer: Viewer, survey: str, wave: str) -> SurveyWave | None:
    """The wave with these keys, if the viewer may read it."""
    return waves_for(viewer).filter(survey__key=survey, key=wave).first()


def staff_wave_for(viewer: Viewer, survey: str, wave: str, action: str = READ) -> SurveyWave | None:
    """The wave with these keys, if the viewer may read its survey on the workbench."""
    found = SurveyWave.objects.select_related("survey__department", "evidence").filter(
        survey__in=staff_surveys_for(viewer, action), survey__key=survey, key=wave
    )
    return found.first()


def waves_of(survey: Survey) -> list[SurveyWave]:
    """All waves of a survey with their questions, the newest first."""
    rows = survey.waves.select_related("evidence").prefetch_related("questions")
    return list(rows.order_by("-fiscal_year", "-key"))


def wave_of_evidence(viewer: Viewer, evidence: Evidence) -> SurveyWave | None:
    """The wave whose report, the last or an earlier one, an evidence is; None where it is none."""
    return waves_for(viewer).filter(reports__evidence=evidence).first()


def targets_of(survey: Survey) -> list[SurveyTarget]:
    """Which answers of a survey measure which figures."""
    return list(
        survey.targets.select_related("series__indicator", "project_figure__project__plan").order_by(
            "question", "dimension", "group", "pk"
        )
    )


def drafts_for(viewer: Viewer, survey: Survey) -> list[SurveyDraft]:
    """Reports of a survey that somebody began and nobody has confirmed, the newest first."""
    if not viewer.can(TAKE, survey):
        return []
    return list(survey.drafts.filter(expires_at__gt=timezone.now()).defer("content"))


def draft_for(viewer: Viewer, token: uuid.UUID) -> SurveyDraft | None:
    """One of them; it belongs to everyone who may take in reports of its survey."""
    found = (
        SurveyDraft.objects.select_related("survey__department")
        .filter(token=token, expires_at__gt=timezone.now())
        .defer("content")
        .first()
    )
    return found if found is not None and viewer.can(TAKE, found.survey) else None


def least_cell() -> int:
    """The least number of answers of a group that everyone may see."""
    found = Publicity.objects.filter(pk=1).values_list("least_cell", flat=True).first()
    return int(found or Publicity._meta.get_field("least_cell").default)


# ---- a wave as a report ------------------------------------------------------------------------------
def question_rows(waves: Iterable[SurveyWave], *, cells: bool = True) -> list[SurveyQuestion]:
    """The questions of waves in order, with their cells or (to read them later) without."""
    rows = SurveyQuestion.objects.filter(wave__in=list(waves)).select_related("wave")
    listed = list(rows.order_by("wave__fiscal_year", "wave__key", "order"))
    if cells:
        load_cells(listed)
    return listed


def load_cells(rows: Iterable[SurveyQuestion]) -> None:
    """Read the cells of questions, by one query for all of them."""
    prefetch_related_objects(list(rows), Prefetch("cells", queryset=SurveyCell.objects.order_by("order")))


def options_of(survey: Survey) -> dict[int, tuple[str, ...]]:
    """The answers that could be given to each question of a survey, by its id, without subtotals."""
    found: dict[int, list[str]] = {}
    cells = SurveyCell.objects.filter(question__wave__survey=survey, subtotal=False)
    listed = cells.values_list("question_id", "option").annotate(first=Min("order"))
    for question, option, _first in listed.order_by("question_id", "first"):
        found.setdefault(question, []).append(option)
    return {question: tuple(options) for question, options in found.items()}


def question_of(row: SurveyQuestion) -> Question:
    """A stored question as the report prints it. ``cells`` must be prefetched."""
    tables: dict[tuple[str, str], list[SurveyCell]] = {}
    for cell in row.cells.all():
        tables.setdefault((cell.dimension, cell.group), []).append(cell)
    decimals = max((cell.decimals for group in tables.values() for cell in group), default=0)
    return Question(
        code=row.code,
        wording=row.wording,
        several=row.several,
        decimals=decimals,
        tables=tuple(
            Table(
                dimension=dimension,
                group=group,
                n=cells[0].n,
                answers=tuple(
                    Answer(
                        option=cell.option,
                        percent=cell.percent,
                        count=cell.count,
                        score=cell.score,
                        subtotal=cell.subtotal,
                    )
                    for cell in cells
                ),
            )
            for (dimension, group), cells in tables.items()
        ),
    )


def report_of(wave: SurveyWave, rows: Iterable[SurveyQuestion] | None = None) -> Report:
    """A wave as the report last taken in prints it."""
    listed = question_rows([wave]) if rows is None else list(rows)
    evidence = wave.evidence
    document = Document()
    if evidence is not None:
        document = Document(
            title=evidence.title,
            publisher=evidence.publisher,
            published_on=evidence.published_on,
            url=evidence.url,
            locator=evidence.locator,
        )
    return Report(
        key=wave.key,
        title=wave.title,
        fiscal_year=wave.fiscal_year,
        sampling=wave.sampling,
        mode=wave.mode,
        design=wave.design,
        population=wave.population,
        asked=wave.asked,
        answered=wave.answered,
        field_first=wave.field_first,
        field_last=wave.field_last,
        weighting=wave.weighting,
        design_effect=wave.design_effect,
        not_run_reason=wave.not_run_reason,
        document=document,
        questions=tuple(question_of(row) for row in listed),
    )


def report_file(wave: SurveyWave, number: int) -> SurveyReport | None:
    """One taking-in of the wave's report with its file."""
    return wave.reports.filter(number=number).first()


def waiting_drafts_for(viewer: Viewer) -> list[SurveyDraft]:
    """Reports of any survey of the viewer's that wait for being confirmed, those that go first first."""
    rows = SurveyDraft.objects.filter(
        survey__in=staff_surveys_for(viewer, TAKE), expires_at__gt=timezone.now()
    )
    return list(rows.select_related("survey").defer("content").order_by("expires_at"))
