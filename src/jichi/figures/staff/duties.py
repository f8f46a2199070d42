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
from jichi.figures.staff_queries import indicators_without_values, unpublished_for, waiting_for_values
from jichi.manifest import DutyItem
from jichi.methods.eras import fiscal_year_of
from jichi.plan.models import Plan
from jichi.plan.queries import plans_for
from jichi.ui import numbers


def unpublished_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Values that a planning officer may publish."""
    if not viewer.can("figures.observation:publish"):
        return
    count = unpublished_for(viewer).count()
    if count:
        text = ngettext("%(count)d value waits", "%(count)d values wait", count) % {"count": count}
        yield DutyItem(title=_("Publish measured values"), url=reverse("staff-values-publish"), detail=text)


def missing_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Plans whose indicators have no value for the last full fiscal year, as far as the viewer enters
    them.
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
