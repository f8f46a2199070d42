"""Initiatives and milestones laid out over the years of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.plan.models import Initiative, Milestone, Node, Plan
from jichi.ui.content import translated
from jichi.ui.year_table import YearGroup, YearSpan, YearTable, year_table

from .common import node_url


def _milestones(projects: Iterable[Node]) -> Iterator[Milestone]:
    for project in projects:
        for initiative in project.initiatives.all():
            yield from initiative.milestones.all()


def years_of(plan: Plan, projects: Sequence[Node]) -> list[int]:
    """The plan's years, with the year before (現状) and the year after where something is printed there."""
    rows = [row for row in _milestones(projects) if row.first_year is not None]
    first, last = plan.first_year, plan.last_year
    if any((row.first_year or first) < first for row in rows):
        first -= 1
    if any(max(row.first_year or 0, row.last_year or 0) > plan.last_year for row in rows):
        last += 1
    return list(range(first, last + 1))


def _last(milestone: Milestone) -> int | None:
    if milestone.last_year is not None or milestone.open_ended:
        return milestone.last_year
    return milestone.first_year


def _span(milestone: Milestone) -> YearSpan:
    """An activity; without years it stretches over all columns and says that its years are not certain."""
    text = translated(milestone, "text")
    return YearSpan(
        text=text.text,
        first=milestone.first_year,
        last=_last(milestone),
        certain=milestone.certain,
        open_ended=milestone.open_ended,
        language=text.html_lang,
    )


def _group(initiative: Initiative) -> YearGroup:
    name = translated(initiative, "name")
    return YearGroup(
        title=name.text,
        spans=[_span(row) for row in initiative.milestones.all()],
        depth=1 if initiative.parent_id else 0,
        language=name.html_lang,
    )


def uncertain(projects: Iterable[Node]) -> int:
    """How many activities stand without certain years."""
    return sum(not row.certain for row in _milestones(projects))


def _notes(plan: Plan, years: Sequence[int]) -> dict[int, str]:
    notes = {}
    if years[0] < plan.first_year:
        notes[years[0]] = _("before the plan")
    if years[-1] > plan.last_year:
        notes[years[-1]] = _("and after")
    return notes


def project_years(plan: Plan, project: Node, *, current: int, selected: int | None) -> YearTable | None:
    """The years of one project side by side, or None where no initiative is held."""
    initiatives = list(project.initiatives.all())
    if not initiatives:
        return None
    years = years_of(plan, [project])
    return year_table(
        caption=format_html(_("{project}, year by year"), project=translated(project, "name").html),
        years=years,
        groups=[_group(row) for row in initiatives],
        notes=_notes(plan, years),
        current=current,
        selected=selected,
        group_title=_("What the project does"),
    )


def _runs(rows: Iterable[Milestone], end: int) -> list[tuple[int, int]]:
    """The years of activities, joined where they touch. An open end reaches to ``end``."""
    runs: list[tuple[int, int]] = []
    spans = sorted(
        (row.first_year, end if row.open_ended else (_last(row) or row.first_year))
        for row in rows
        if row.first_year is not None
    )
    for first, last in spans:
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _whole_initiative(initiative: Initiative, end: int) -> Iterator[YearSpan]:
    """The years in which an initiative is at work, as one bar where they touch."""
    rows = list(initiative.milestones.all())
    name = translated(initiative, "name")
    for first, last in _runs((row for row in rows if row.certain), end):
        yield YearSpan(text=name.text, first=first, last=last, language=name.html_lang)
    if rows and not any(row.certain for row in rows):
        yield YearSpan(text=name.text, first=None, last=None, certain=False, language=name.html_lang)


def projects_years(
    plan: Plan,
    projects: Sequence[Node],
    *,
    caption: str,
    group_title: str,
    current: int,
    selected: int | None,
) -> YearTable:
    """The projects of a branch side by side: when each of their initiatives is at work."""
    years = years_of(plan, projects)
    groups = []
    for project in projects:
        name = translated(project, "name")
        spans = [span for row in project.initiatives.all() for span in _whole_initiative(row, years[-1])]
        # Known years first, in their order, so that what follows on stands beside what it follows.
        spans.sort(key=lambda span: (span.first is None, span.first or 0))
        groups.append(
            YearGroup(
                title=f"{project.code} {name.text}",
                spans=spans,
                url=node_url(plan, project),
                language=name.html_lang,
            )
        )
    return year_table(
        caption=caption,
        years=years,
        groups=groups,
        notes=_notes(plan, years),
        current=current,
        selected=selected,
        group_title=group_title,
    )
