"""What waits for a person among the measured values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.figures.queries import Placed
from jichi.figures.staff_queries import (
    indicators_without_values,
    late_by_figure,
    unpublished_for,
    waiting_for_values,
)
from jichi.manifest import DutyItem
from jichi.methods.eras import fiscal_year_of
from jichi.plan.models import Plan, Series
from jichi.plan.queries import plans_for
from jichi.ui import numbers
from jichi.ui.content import translated


def unpublished_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Values that a planning officer may publish."""
    if not viewer.can("figures.observation:publish"):
        return
    count = unpublished_for(viewer).count()
    if count:
        text = ngettext("%(count)d value waits", "%(count)d values wait", count) % {"count": count}
        yield DutyItem(title=_("Publish measured values"), url=reverse("staff-values-publish"), detail=text)


MOST_LATE = 20


def late_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Figures of the viewer's offices whose due date has passed, the most overdue first."""
    rows = late_by_figure(viewer)
    for row in rows[:MOST_LATE]:
        kind, pk = row.placed.key
        years = ", ".join(numbers.fiscal_year(one.year) for one in row.late)
        yield DutyItem(
            title=_("%(figure)s: %(years)s") % {"figure": name_of(row.placed), "years": years},
            url=reverse("staff-subject", args=[kind, pk]),
            due=row.due.isoformat(),
            detail=_office(row.late[0].department),
        )
    if len(rows) > MOST_LATE:
        more = len(rows) - MOST_LATE
        text = ngettext("%(count)d more figure is late", "%(count)d more figures are late", more)
        yield DutyItem(title=text % {"count": more}, url=f"{reverse('staff-late')}?mine=1")


def name_of(placed: Placed) -> str:
    """What a figure is called: its indicator and series, or its number and project."""
    subject = placed.subject
    if isinstance(subject, Series):
        name = str(translated(subject.indicator, "name"))
        series = str(translated(subject, "name"))
        return _("%(name)s (%(series)s)") % {"name": name, "series": series} if series else name
    project = str(translated(subject.project, "name"))
    return _("%(name)s (%(series)s)") % {"name": str(translated(subject, "name")), "series": project}


def _office(department: Department | None) -> str:
    return str(translated(department, "name")) if department is not None else ""


def missing_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Plans whose indicators have no value for the last full fiscal year, as far as the viewer enters them.

    Only where no due date is known: a figure with one waits as late once it has passed, and not here.
    """
    if not viewer.can("figures.observation:enter"):
        return
    last = fiscal_year_of(timezone.localdate()) - 1
    for plan in plans_for(viewer):
        if plan.superseded_on is not None:
            continue
        year = min(last, plan.last_year)
        count = waiting_for_values(viewer, plan, year)
        if count:
            text = ngettext(
                "%(count)d indicator without a value", "%(count)d indicators without a value", count
            )
            yield DutyItem(
                title=_("%(plan)s, %(year)s") % {"plan": plan.name, "year": numbers.fiscal_year(year)},
                url=f"{reverse('staff-figures')}?plan={plan.key}&missing={year}",
                detail=text % {"count": count},
            )


def incomplete_panel(viewer: Viewer, plan: Plan, request: HttpRequest | None) -> dict[str, Any]:
    """Indicators of a plan for which nothing was measured, on the page of what is incomplete."""
    rows = indicators_without_values(viewer, plan)
    lines = [
        {"title": row.name, "url": reverse("staff-subject", args=["series", series.pk])}
        for row in rows
        for series in list(row.series.all())[:1]
    ]
    return {"lines": lines, "may_open": viewer.can("figures.observation:read_unpublished")}
