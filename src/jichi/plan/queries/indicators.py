"""Indicators, where plans place them, and the points that published plans print for them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import Indicator, Placement, Point, Series

from .plans import visible


def points_for(viewer: Viewer) -> QuerySet[Point]:
    """The printed points of all plans the viewer may read, oldest first."""
    return (
        Point.objects.filter(visible(viewer, "plan__"))
        .select_related("plan", "period")
        .order_by("series_id", "fiscal_year", "role", "plan_id")
    )


def _series(viewer: Viewer) -> QuerySet[Series]:
    return Series.objects.order_by("order").prefetch_related(Prefetch("points", points_for(viewer)))


def placements_for(viewer: Viewer) -> QuerySet[Placement]:
    """Where plans place indicators, each with its indicator, series and points, in printed order."""
    return (
        Placement.objects.filter(visible(viewer, "node__plan__"))
        .select_related("indicator", "node__plan", "node__level")
        .prefetch_related(Prefetch("indicator__series", _series(viewer)))
        .order_by("node__plan_id", "node__code", "order")
    )


def indicators_for(viewer: Viewer) -> QuerySet[Indicator]:
    """Indicators that at least one readable plan places, with series, points and placements."""
    placed = Placement.objects.filter(visible(viewer, "node__plan__"))
    return (
        Indicator.objects.filter(pk__in=placed.values("indicator_id"))
        .select_related("department")
        .prefetch_related(
            Prefetch("series", _series(viewer)),
            Prefetch(
                "placements",
                placed.select_related("node__plan", "node__level").order_by(
                    "-node__plan__first_year", "order"
                ),
            ),
        )
    )
