"""Surveys that a pack brings: real ones without invented waves, or a fictitious city's with all tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.figures.models import Survey, SurveyTarget
from jichi.figures.services.values import publish_values
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.services.translations import translations_for

from ..report import from_json
from .surveys import add_target, change_survey, create_survey, show_wave
from .taking import take_report

TEXTS = ("title", "publisher")


@dataclass(slots=True)
class SurveysReport:
    """What a load did: how many surveys, targets, waves and values are new or changed."""

    surveys: int = 0
    targets: int = 0
    waves: int = 0
    values: int = 0

    @property
    def touched(self) -> int:
        return self.surveys + self.targets + self.waves + self.values


def load_surveys(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> SurveysReport:
    """Write down a pack's surveys, what they measure, and their waves; loading again changes nothing.

    Targets come before waves, so that a wave enters its values; waves are taken in from the oldest on. A wave
    whose report differs from what stands is a correction, with the pack's ``reason``.

    Raises:
        Invalid: naming the place in the file and what is wrong there.
    """
    report = SurveysReport()
    departments = {row.key: row for row in Department.objects.all()}
    for place, item in enumerate(data["surveys"]):
        where = f"surveys/{place}"
        key = item.get("department")
        if key and key not in departments:
            raise Invalid({where: [_("The city has no department “%(key)s”.") % {"key": key}]})
        survey = _survey(viewer, pack, item, departments.get(key), report)
        for number, target in enumerate(item.get("targets", [])):
            _target(viewer, survey, target, f"{where}/targets/{number}", report)
        waves = sorted(
            enumerate(item.get("waves", [])), key=lambda one: (one[1]["fiscal_year"], one[1]["key"])
        )
        for number, wave in waves:
            try:
                _wave(viewer, pack, survey, wave, report)
            except Invalid as error:
                texts = [text for texts in error.messages.values() for text in texts]
                raise Invalid({f"{where}/waves/{number}": texts}) from error
    return report


def _survey(
    viewer: Viewer,
    pack: Pack,
    item: Mapping[str, Any],
    department: Department | None,
    report: SurveysReport,
) -> Survey:
    texts = {name: item[name] for name in TEXTS}
    stored = Survey.objects.filter(key=item["key"]).first()
    translations = translations_for(pack.memory, texts, stored)
    if stored is None:
        report.surveys += 1
        return create_survey(
            viewer=viewer, key=item["key"], department=department, translations=translations, **texts
        )
    changed = change_survey(
        viewer=viewer,
        survey=stored,
        version=stored.version,
        # An office that the city chose is not taken away by a pack that names none.
        department=department or stored.department,
        translations=translations,
        **texts,
    )
    report.surveys += changed.version != stored.version
    return changed


def _target(
    viewer: Viewer, survey: Survey, item: Mapping[str, Any], where: str, report: SurveysReport
) -> None:
    series, figure = _subject(item, where)
    facts = {
        "question": item["question"],
        "options": list(item["options"]),
        "dimension": item.get("dimension", ""),
        "group": item.get("group", ""),
        "decimals": item.get("decimals", 1),
    }
    stored = SurveyTarget.objects.filter(survey=survey, series=series, project_figure=figure).first()
    if stored is not None and all(getattr(stored, name) == value for name, value in facts.items()):
        return
    add_target(viewer=viewer, survey=survey, series=series, figure=figure, **facts)
    report.targets += 1


def _subject(item: Mapping[str, Any], where: str) -> tuple[Series | None, ProjectFigure | None]:
    if "figure" in item:
        plan, code, order = item["figure"].split("/")
        figure = ProjectFigure.objects.filter(
            project__plan__key=plan, project__code=code, order=int(order)
        ).first()
        if figure is not None:
            return None, figure
    else:
        series = Series.objects.filter(indicator__key=item["indicator"], key=item.get("series", "")).first()
        if series is not None:
            return series, None
    raise Invalid({where: [_("No plan has this figure.")]})


def _wave(viewer: Viewer, pack: Pack, survey: Survey, item: Mapping[str, Any], report: SurveysReport) -> None:
    taken = take_report(
        viewer=viewer,
        survey=survey,
        report=from_json(item),
        decisions={one["code"]: one["decision"] for one in item.get("questions", []) if one.get("decision")},
        reason=item.get("reason", ""),
        is_sample=pack.is_sample,
        memory=pack.memory,
    )
    report.waves += taken.is_new or bool(taken.differences)
    report.values += len(taken.values)
    if item.get("published", True):
        publish_values(viewer=viewer, observation_ids=[row.pk for row in taken.values])
        show_wave(viewer=viewer, wave=taken.wave, shown=True)
