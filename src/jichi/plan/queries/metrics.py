"""The plan room's own counts: what a metric saw, cell by cell, and the rows behind it."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.manifest import Figure, Metric, Scope
from jichi.methods.tallies import Item, tally
from jichi.plan.enums import FigureRole, RevisionEvent
from jichi.plan.metrics import METRICS
from jichi.plan.models import (
    DocumentRevision,
    FigurePoint,
    Indicator,
    Milestone,
    Node,
    Placement,
    Plan,
    PolicyDocument,
)

from .documents import documents_for
from .indicators import indicators_for
from .nodes import nodes_for
from .plans import visible

_BY_KEY = {metric.key: metric for metric in METRICS}


def years_of(scope: Scope) -> range:
    """The fiscal years a scope asks for."""
    return range(scope.first_year, scope.last_year + 1)


def last_day_of(year: int) -> datetime.date:
    """The last day of a fiscal year of this city."""
    start = fiscal_year_start_month()
    end, month = (year, 12) if start == 1 else (year + 1, start - 1)
    return datetime.date(end, month, calendar.monthrange(end, month)[1])


def plans_in_force(scope: Scope) -> dict[int, list[Plan]]:
    """The published plans in force on the last day of each fiscal year, as known on the scope's day."""
    known_on = scope.as_of or timezone.localdate()
    plans = Plan.objects.filter(published_at__isnull=False, adopted_on__lte=known_on)
    return {
        year: [
            plan
            for plan in plans
            if plan.first_year <= year <= plan.last_year
            and (
                plan.superseded_on is None
                or plan.superseded_on > known_on
                or plan.superseded_on > last_day_of(year)
            )
        ]
        for year in years_of(scope)
    }


def figures_from(
    metric: Metric,
    scope: Scope,
    items: Iterable[Item],
    coverage: Mapping[int, tuple[int, int]] | None = None,
) -> Iterator[Figure]:
    """The counts of a metric: a figure for each year and cell. ``coverage`` belongs to the totals."""
    cells = tally(items, years=years_of(scope), by=scope.by, distinct=metric.distinct)
    for (year, members), cell in cells.items():
        is_total = not any(members)
        yield Figure(
            metric=metric.key,
            value=Decimal(cell.count),
            unit=metric.unit,
            decimals=metric.decimals,
            period=(year, year),
            definition=metric.definition,
            coverage=coverage.get(year) if coverage is not None and is_total else None,
            rule_version=metric.rule_version,
            members=members,
            evidence_count=cell.count,
            evidence_digest=cell.digest,
        )


# --- projects -------------------------------------------------------------------------------------------
def measure_projects(scope: Scope) -> Iterator[Figure]:
    """How many projects the plans in force hold."""
    plans = plans_in_force(scope)
    rows = (
        Node.objects.filter(
            level__kind="project", plan__in={plan.pk for one in plans.values() for plan in one}
        )
        .select_related("plan", "parent", "department")
        .order_by("pk")
    )
    by_plan: dict[int, list[Node]] = {}
    for row in rows:
        by_plan.setdefault(row.plan_id, []).append(row)
    items = (
        Item(
            ident=str(row.pk),
            year=year,
            members={
                "plan": row.plan.key,
                "branch": row.parent.code if row.parent else "",
                "department": row.department.key if row.department else "",
            },
        )
        for year, listed in plans.items()
        for plan in listed
        for row in by_plan.get(plan.pk, [])
    )
    return figures_from(_BY_KEY["plan.projects"], scope, items)


def projects_behind(viewer: Viewer, scope: Scope) -> QuerySet[Node]:
    """The projects counted, as far as the viewer may read them."""
    return nodes_for(viewer).filter(level__kind="project", plan__in=_plans_at_all(scope))


def _plans_at_all(scope: Scope) -> set[int]:
    return {plan.pk for listed in plans_in_force(scope).values() for plan in listed}


# --- indicators -----------------------------------------------------------------------------------------
def measure_indicators(scope: Scope) -> Iterator[Figure]:
    """How many indicators the plans in force place."""
    plans = plans_in_force(scope)
    rows = list(
        Placement.objects.filter(node__plan__in=_plans_at_all(scope)).select_related(
            "indicator", "node__plan"
        )
    )
    items = (
        Item(
            ident=str(row.indicator_id),
            year=year,
            members={"plan": row.node.plan.key, "branch": row.node.code, "kind": row.indicator.kind},
        )
        for year, listed in plans.items()
        for plan in listed
        for row in rows
        if row.node.plan_id == plan.pk
    )
    return figures_from(_BY_KEY["plan.indicators"], scope, items)


def indicators_behind(viewer: Viewer, scope: Scope) -> QuerySet[Indicator]:
    """The indicators counted, as far as the viewer may read them."""
    return indicators_for(viewer).filter(placements__node__plan__in=_plans_at_all(scope)).distinct()


# --- policy documents -----------------------------------------------------------------------------------
_BEGINS = {RevisionEvent.ADOPTED, RevisionEvent.REVISED, RevisionEvent.IN_EFFECT}


def measure_documents(scope: Scope) -> Iterator[Figure]:
    """How many policy documents of published plans are in force at the end of each year."""
    documents = list(_documents_of_published_plans().prefetch_related("revisions"))
    items = [
        Item(ident=str(row.pk), year=year, members={"kind": row.kind})
        for row in documents
        for year in years_of(scope)
        if _in_force(list(row.revisions.all()), year)
    ]
    dated = sum(any(one.fiscal_year is not None for one in row.revisions.all()) for row in documents)
    coverage = dict.fromkeys(years_of(scope), (dated, len(documents))) if documents else {}
    return figures_from(_BY_KEY["plan.documents"], scope, items, coverage)


def documents_behind(viewer: Viewer, scope: Scope) -> QuerySet[PolicyDocument]:
    """The documents among which those in force are counted, as far as the viewer may read them."""
    return documents_for(viewer).filter(pk__in=_documents_of_published_plans().values("pk"))


def _documents_of_published_plans() -> QuerySet[PolicyDocument]:
    return PolicyDocument.objects.filter(nodes__plan__published_at__isnull=False).distinct()


def _in_force(revisions: list[DocumentRevision], year: int) -> bool:
    dated = [row for row in revisions if row.fiscal_year is not None and row.fiscal_year <= year]
    begun = max((row.fiscal_year or 0 for row in dated if row.event in _BEGINS), default=None)
    ended = max((row.fiscal_year or 0 for row in dated if row.event == RevisionEvent.ENDS), default=None)
    return begun is not None and (ended is None or ended < begun)


# --- yearly activities ----------------------------------------------------------------------------------
def measure_activities(scope: Scope) -> Iterator[Figure]:
    """How many activities the plans in force plan for each year."""
    plans = plans_in_force(scope)
    rows: dict[int, list[Milestone]] = {}
    for row in Milestone.objects.filter(initiative__project__plan__in=_plans_at_all(scope)).select_related(
        "initiative__project__plan", "initiative__project__parent"
    ):
        rows.setdefault(row.initiative.project.plan_id, []).append(row)
    items = [
        Item(
            ident=str(row.pk),
            year=year,
            members={
                "plan": plan.key,
                "branch": row.initiative.project.parent.code if row.initiative.project.parent else "",
                "certainty": "certain" if row.certain else "uncertain",
            },
        )
        for year, listed in plans.items()
        for plan in listed
        for row in rows.get(plan.pk, [])
        if _is_planned(row, plan, year)
    ]
    coverage = {}
    for year, listed in plans.items():
        all_of_them = [row for plan in listed for row in rows.get(plan.pk, [])]
        if all_of_them:
            coverage[year] = (sum(row.first_year is not None for row in all_of_them), len(all_of_them))
    return figures_from(_BY_KEY["plan.activities"], scope, items, coverage)


def _is_planned(row: Milestone, plan: Plan, year: int) -> bool:
    if row.first_year is None:
        return False
    last = row.last_year or (plan.last_year if row.open_ended else row.first_year)
    return row.first_year <= year <= last


def activities_behind(viewer: Viewer, scope: Scope) -> QuerySet[Milestone]:
    """The activities of the plans counted, as far as the viewer may read them."""
    return Milestone.objects.filter(
        visible(viewer, "initiative__project__plan__"),
        initiative__project__plan__in=_plans_at_all(scope),
        first_year__isnull=False,
        first_year__lte=scope.last_year,
    )


# --- yearly targets -------------------------------------------------------------------------------------
def measure_yearly_targets(scope: Scope) -> Iterator[Figure]:
    """How many yearly targets the plans in force print for each year."""
    plans = {year: {plan.pk for plan in listed} for year, listed in plans_in_force(scope).items()}
    items = (
        Item(
            ident=str(row.pk),
            year=row.fiscal_year or 0,
            members={
                "plan": row.figure.project.plan.key,
                "branch": row.figure.project.parent.code if row.figure.project.parent else "",
            },
        )
        for row in _targets(scope).select_related("figure__project__plan", "figure__project__parent")
        if row.figure.project.plan_id in plans[row.fiscal_year or 0]
    )
    return figures_from(_BY_KEY["plan.yearly_targets"], scope, items)


def yearly_targets_behind(viewer: Viewer, scope: Scope) -> QuerySet[FigurePoint]:
    """The printed targets counted, as far as the viewer may read them."""
    return _targets(scope).filter(visible(viewer, "figure__project__plan__"))


def _targets(scope: Scope) -> QuerySet[FigurePoint]:
    return FigurePoint.objects.filter(
        role=FigureRole.TARGET,
        fiscal_year__gte=scope.first_year,
        fiscal_year__lte=scope.last_year,
        figure__project__plan__in=_plans_at_all(scope),
    )
