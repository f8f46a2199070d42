"""All that a page of a wave needs, by few queries, as far as the viewer may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jichi.city.access import Viewer
from jichi.figures.models import Observation, SurveyQuestion, SurveyReport, SurveyWave
from jichi.figures.queries.observations import latest_of, observations_for

from ..actions import READ
from ..report import Report
from .reports import least_cell, load_cells, question_rows, report_of, waves_for


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePage:
    """A wave, its report, its questions, and the values taken from it.

    ``earlier`` gives, by the question's id, the newest wave before in which it followed the same definition,
    with the question there. ``others`` are the questions of other waves with the code asked for. ``least`` is
    the least number of answers of a group the viewer may see; None: she may see all.
    """

    wave: SurveyWave
    report: Report
    rows: tuple[SurveyQuestion, ...]
    earlier: Mapping[int, tuple[Report, SurveyQuestion]]
    others: tuple[SurveyQuestion, ...]
    reports: Mapping[int, Report]
    values: tuple[Observation, ...]
    least: int | None


def wave_page(viewer: Viewer, wave: SurveyWave, *, protected: bool = False, code: str = "") -> WavePage:
    """What is shown of a wave to the viewer.

    ``protected``: no more than everyone may see of its groups. ``code``: with that question of other waves.
    """
    waves = [row for row in waves_for(viewer).filter(survey=wave.survey) if row.pk != wave.pk]
    rows = question_rows([wave])
    asked = question_rows(waves, cells=False)
    before = {row.pk: found for row in rows if (found := _newest_before(row, asked)) is not None}
    others = [row for row in asked if code and row.code == code]
    # A survey may have many waves of many tables: cells are read of those questions only that are shown.
    load_cells({*before.values(), *others})
    reports = {row.pk: report_of(row, []) for row in waves}
    return WavePage(
        wave=wave,
        report=report_of(wave, rows),
        rows=tuple(rows),
        earlier={pk: (reports[row.wave_id], row) for pk, row in before.items()},
        others=tuple(others),
        reports=reports,
        values=tuple(values_of(viewer, wave)),
        least=least_cell() if protected or not viewer.can(READ, wave.survey) else None,
    )


def _newest_before(row: SurveyQuestion, asked: Iterable[SurveyQuestion]) -> SurveyQuestion | None:
    """The question in the newest earlier wave that asked the same under the same definition."""
    before = [
        one
        for one in asked
        if (one.code, one.definition) == (row.code, row.definition)
        and one.wave.fiscal_year < row.wave.fiscal_year
    ]
    return max(before, key=lambda one: (one.wave.fiscal_year, one.wave.key), default=None)


def values_of(viewer: Viewer, wave: SurveyWave) -> list[Observation]:
    """The values taken from the wave's reports that stand and the viewer may read."""
    rows = observations_for(viewer).filter(evidence__survey_report__wave=wave)
    loaded = rows.select_related("series__indicator", "project_figure__project__plan", "evidence")
    return latest_of(loaded.order_by("fiscal_year", "definition", "revision"))


def reports_of(wave: SurveyWave) -> list[SurveyReport]:
    """Every taking-in of the wave's report, the newest first, without the files."""
    return list(wave.reports.select_related("evidence").defer("content", "data").order_by("-number"))
