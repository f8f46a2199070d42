"""What the part of survey reports declares, for the room's manifest."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Daily, Duty, Export, PackFile, Page, Panel, Route, Zone

from .actions import ACTIONS, READ, TAKE
from .invariants import TRIGGERS


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=name, zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    Route(name="figures-survey-wave", zone=Zone.PUBLIC),
    *_inner(READ, "staff-surveys", "staff-survey", "staff-survey-wave", "staff-survey-question"),
    *_inner(READ, "staff-survey-wave-file", "staff-survey-report-file"),
    *_inner(TAKE, "staff-survey-new", "staff-survey-edit", "staff-survey-targets"),
    *_inner(TAKE, "staff-survey-xlsx", "staff-survey-csv"),
    *_inner(TAKE, "staff-survey-take", "staff-survey-take-form", "staff-survey-draft"),
    *_inner(TAKE, "staff-survey-draft-wave", "staff-survey-draft-question-new"),
    *_inner(TAKE, "staff-survey-draft-question", "staff-survey-draft-table-new", "staff-survey-draft-table"),
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("Surveys"), route="staff-surveys", order=545, zone=Zone.INNER, action=READ),
)
PANELS: tuple[Panel, ...] = ()
DUTIES: tuple[Duty, ...] = (
    Duty(
        key="figures.survey_drafts",
        title=gettext_noop("Survey reports not yet confirmed"),
        waiting="jichi.figures.surveys.duties:drafts_waiting",
    ),
)
EXPORTS: tuple[Export, ...] = ()
PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="surveys",
        schema="figures/schema/jichi-surveys-1.schema.json",
        load="jichi.figures.surveys.services.packs:load_surveys",
        order=43,
    ),
)
DAILY: tuple[Daily, ...] = ()

__all__ = ["ACTIONS", "DAILY", "DUTIES", "EXPORTS", "PACK_FILES", "PAGES", "PANELS", "ROUTES", "TRIGGERS"]
