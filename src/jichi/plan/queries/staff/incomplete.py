"""What is incomplete in a plan, each gap with the row where it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jichi.city.access import Viewer
from jichi.plan.enums import FigureRole, PointRole
from jichi.plan.models import Indicator, Milestone, Node, NotHeld, Plan, Point, ProjectFigure
from jichi.plan.services.translate import TRANSLATABLE

from .rows import READ, rows_of_plan, untranslated


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something missing: on which row, and which years, fields or texts."""

    row: models.Model
    years: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapKind:
    """A kind of gap: its key in addresses, its title, how it is found."""

    key: str
    title: Promise
    find: Callable[[Viewer, Plan], Iterator[Gap]]


def _indicators_without_target(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    aimed = Point.objects.filter(plan=plan, role=PointRole.TARGET, value__isnull=False)
    rows = rows_of_plan(viewer, Indicator, plan).exclude(series__points__in=aimed)
    yield from (Gap(row=row) for row in rows)


def _indicators_without_department(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    yield from (Gap(row=row) for row in rows_of_plan(viewer, Indicator, plan).filter(department__isnull=True))


def _projects_without_department(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    rows = rows_of_plan(viewer, Node, plan).filter(department__isnull=True, level__kind="project")
    yield from (Gap(row=row) for row in rows.order_by("code"))


def _nodes_without_summary(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    rows = rows_of_plan(viewer, Node, plan).filter(summary="").order_by("level__depth", "code")
    yield from (Gap(row=row) for row in rows)


def _uncertain_milestones(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    rows = rows_of_plan(viewer, Milestone, plan).filter(certain=False)
    yield from (
        Gap(row=row) for row in rows.order_by("initiative__project__code", "initiative__order", "order")
    )


def _figures_with_missing_years(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    """Numbers that have targets for some of the plan's years and not for others."""
    years = range(plan.first_year, plan.last_year + 1)
    rows = (
        rows_of_plan(viewer, ProjectFigure, plan)
        .prefetch_related("points")
        .order_by("project__code", "order")
    )
    for row in rows:
        have = {point.fiscal_year for point in row.points.all() if point.role == FigureRole.TARGET}
        missing = tuple(year for year in years if year not in have)
        if have and missing:
            yield Gap(row=row, years=missing)


def _points_without_value(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    rows = rows_of_plan(viewer, Point, plan).filter(Q(value__isnull=True) | Q(fiscal_year__isnull=True))
    yield from (Gap(row=row) for row in rows)


def _not_held(viewer: Viewer, plan: Plan) -> Iterator[Gap]:
    yield from (Gap(row=row) for row in rows_of_plan(viewer, NotHeld, plan).order_by("key"))


GAP_KINDS: tuple[GapKind, ...] = (
    GapKind(key="milestones", title=_("Activities whose years are not certain"), find=_uncertain_milestones),
    GapKind(key="years", title=_("Numbers without a target for some year"), find=_figures_with_missing_years),
    GapKind(key="targets", title=_("Indicators without a target"), find=_indicators_without_target),
    GapKind(key="points", title=_("Printed values without a number or a year"), find=_points_without_value),
    GapKind(
        key="indicator-departments",
        title=_("Indicators without a department"),
        find=_indicators_without_department,
    ),
    GapKind(
        key="project-departments", title=_("Projects without a department"), find=_projects_without_department
    ),
    GapKind(key="summaries", title=_("Headings and projects without a summary"), find=_nodes_without_summary),
    GapKind(key="not-held", title=_("Parts known and not held"), find=_not_held),
)


def gaps_for(viewer: Viewer, plan: Plan, kind: str) -> list[Gap]:
    """The gaps of one kind; empty for those who may not read drafts."""
    found = next((one for one in GAP_KINDS if one.key == kind), None)
    return list(found.find(viewer, plan)) if found and viewer.can(READ) else []


def gap_counts_for(viewer: Viewer, plan: Plan) -> dict[str, int]:
    """How many gaps of each kind there are."""
    return {kind.key: len(gaps_for(viewer, plan, kind.key)) for kind in GAP_KINDS}


def translation_counts_for(viewer: Viewer, plan: Plan, languages: Iterable[str]) -> dict[str, int]:
    """How many rows of the plan lack a translation, per language; one pass over the texts alone."""
    counts = dict.fromkeys(languages, 0)
    for model, names in TRANSLATABLE.items():
        rows = rows_of_plan(viewer, model, plan).select_related(None).order_by()
        for _pk, translations, *texts in rows.values_list("pk", "translations", *names):
            wanted = [name for name, text in zip(names, texts, strict=True) if text]
            for language in counts:
                found = translations.get(language, {})
                counts[language] += any(not found.get(name) for name in wanted)
    return counts


def translation_gaps_for(viewer: Viewer, plan: Plan, language: str) -> Iterator[Gap]:
    """Rows of the plan with texts that have no translation into a language."""
    for model, names in TRANSLATABLE.items():
        for row in rows_of_plan(viewer, model, plan):
            if missing := untranslated(row, names, language):
                yield Gap(row=row, fields=tuple(missing))
