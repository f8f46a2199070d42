"""Which figures are expected for which years, when they are due, and which are late."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.queries import fiscal_year_start_month
from jichi.figures.models import Binding, Observation, Publicity
from jichi.plan.enums import FigureRole, PlanState
from jichi.plan.models import Node, Placement, Plan, ProjectFigure, Series
from jichi.plan.queries import plans_for

from .bindings import SubjectKey, bindings_in_force, rows_about, subject_key
from .observations import READ_UNPUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A figure where one plan promises it: a series at the node of its indicator, or a project's number.

    ``targets`` are the years for which the plan prints a target of a yearly number.
    """

    subject: Series | ProjectFigure
    plan: Plan
    node: Node
    targets: tuple[int, ...] = ()

    @property
    def key(self) -> SubjectKey:
        return subject_key(self.subject)

    def department(self, binding: Binding | None) -> Department | None:
        """The office that answers for the figure: the one its binding names, else that of the plan's row."""
        if binding is not None and binding.department is not None:
            return binding.department
        owner = self.subject.indicator if isinstance(self.subject, Series) else self.subject.project
        return owner.department


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A year of a figure for which there is neither a value nor a reason why not, though it was due."""

    placed: Placed
    year: int
    due: datetime.date
    binding: Binding
    department: Department | None


def publicity() -> Publicity:
    """What of the figures' state the city shows to everyone; nothing, before anybody set it."""
    return Publicity.objects.filter(pk=1).first() or Publicity()


def figures_of(plans: Iterable[Plan]) -> list[Placed]:
    """Every figure of plans, in their order: series of indicators first, then the numbers of projects."""
    by_id = {plan.pk: plan for plan in plans}
    placements = (
        Placement.objects.filter(node__plan__in=by_id)
        .select_related("indicator__department", "node__level")
        .prefetch_related("indicator__series")
        .order_by("node__plan_id", "node__code", "order")
    )
    found = []
    for row in placements:
        for series in row.indicator.series.all():
            # The prefetched series does not know the indicator it was fetched for.
            series.indicator = row.indicator
            found.append(Placed(subject=series, plan=by_id[row.node.plan_id], node=row.node))
    figures = (
        ProjectFigure.objects.filter(project__plan__in=by_id)
        .select_related("project__department", "project__level")
        .prefetch_related("points")
        .order_by("project__plan_id", "project__code", "order")
    )
    for figure in figures:
        years = sorted(
            point.fiscal_year
            for point in figure.points.all()
            if point.role == FigureRole.TARGET and point.fiscal_year is not None
        )
        plan = by_id[figure.project.plan_id]
        found.append(Placed(subject=figure, plan=plan, node=figure.project, targets=tuple(years)))
    return found


def last_day_of(year: int, start_month: int) -> datetime.date:
    """The last day of a fiscal year that begins in ``start_month``."""
    end = year if start_month == 1 else year + 1
    month = 12 if start_month == 1 else start_month - 1
    return datetime.date(end, month, calendar.monthrange(end, month)[1])


def expected_years(placed: Placed, binding: Binding | None, start_month: int = 4) -> list[int]:
    """The fiscal years for which a value is to come: those of the plan while nothing takes its place.

    A figure that is not measured every year is expected from its binding's first year on, every so many.
    A number with targets is expected in their years.
    """
    plan = placed.plan
    years: Collection[int] = placed.targets or range(plan.first_year, plan.last_year + 1)
    step = binding.every_years if binding is not None else 1
    anchor = binding.first_year if binding is not None and binding.first_year else plan.first_year
    return [
        year
        for year in years
        if year >= anchor
        and (year - anchor) % step == 0
        and (plan.superseded_on is None or last_day_of(year, start_month) < plan.superseded_on)
    ]


def due_date(binding: Binding | None, year: int) -> datetime.date | None:
    """The day by which a year's value is to be there; None where nobody said."""
    if binding is None or binding.due_month is None or binding.due_day is None:
        return None
    calendar_year = year + binding.due_years
    last = calendar.monthrange(calendar_year, binding.due_month)[1]
    return datetime.date(calendar_year, binding.due_month, min(binding.due_day, last))


def plans_in_question(viewer: Viewer, on: datetime.date) -> list[Plan]:
    """The readable plans whose figures are followed on a day: adopted ones, also after their end."""
    month = fiscal_year_start_month()
    return [plan for plan in plans_for(viewer) if plan.state_on(on, start_month=month) != PlanState.DRAFT]


def years_known(
    viewer: Viewer, subjects: Iterable[Series | ProjectFigure], *, published_only: bool
) -> set[tuple[SubjectKey, int]]:
    """The years of figures that have a value, or a reason why there is none."""
    rows = Observation.objects.filter(rows_about(subjects))
    if published_only:
        rows = rows.filter(published_at__isnull=False)
    found = rows.order_by().values_list("series_id", "project_figure_id", "fiscal_year").distinct()
    return {
        (("series", series) if series is not None else ("number", figure or 0), year)
        for series, figure, year in found
    }


def sees_lateness(viewer: Viewer) -> bool:
    """Whether the viewer is told what is late: staff always, everyone once the city switched it on."""
    return viewer.can(READ_UNPUBLISHED) or publicity().shows_late


def late_for(viewer: Viewer, on: datetime.date | None = None, *, plan: Plan | None = None) -> list[Late]:
    """What is late on a day (default: today), most overdue first; of one plan where given.

    For staff a value that waits for its publication is there; for everyone else only what is published is.
    Without a due date nothing is late. A due date counts from the day its binding holds.
    """
    if not sees_lateness(viewer):
        return []
    day = on or timezone.localdate()
    plans = [one for one in plans_in_question(viewer, day) if plan is None or one.pk == plan.pk]
    placed = figures_of(plans)
    subjects = [one.subject for one in placed]
    known = years_known(viewer, subjects, published_only=not viewer.can(READ_UNPUBLISHED))
    return late_among(placed, bindings_in_force(day, subjects=subjects), known, day)


def late_among(
    placed: Sequence[Placed],
    bindings: Mapping[SubjectKey, Binding],
    known: Collection[tuple[SubjectKey, int]],
    day: datetime.date,
) -> list[Late]:
    """Those years of figures that were due before ``day`` and are not among the ``known`` ones."""
    month = fiscal_year_start_month()
    found: dict[tuple[SubjectKey, int], Late] = {}
    for one in placed:
        binding = bindings.get(one.key)
        if binding is None:
            continue
        for year in expected_years(one, binding, month):
            due = due_date(binding, year)
            if due is None or not binding.valid_from <= due < day or (one.key, year) in known:
                continue
            late = Late(placed=one, year=year, due=due, binding=binding, department=one.department(binding))
            found.setdefault((one.key, year), late)
    return sorted(found.values(), key=lambda late: (late.due, late.placed.node.code))
