"""Which figures an inquiry may measure, those bound to it first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Inquiry, InquirySeries, InquiryTarget
from jichi.figures.models.observations import Quantity
from jichi.figures.queries.bindings import bindings_in_force, subject_key
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.queries import indicators_for, nodes_for

Subject = Series | ProjectFigure


def subjects_for(viewer: Viewer, row: InquirySeries) -> tuple[list[Subject], list[Subject]]:
    """The figures bound to this inquiry today, and all others the viewer reads."""
    listed: list[Subject] = list(
        Series.objects.filter(indicator__in=indicators_for(viewer).values("pk"))
        .select_related("indicator")
        .order_by("indicator__name", "order")
    )
    listed += list(
        ProjectFigure.objects.filter(project__in=nodes_for(viewer).values("pk"))
        .select_related("project__plan")
        .order_by("project__plan__key", "project__code", "order")
    )
    bindings = bindings_in_force(subjects=listed)
    bound = [
        one
        for one in listed
        if (found := bindings.get(subject_key(one))) is not None
        and found.via == Binding.Via.INQUIRY
        and found.source_key == row.key
    ]
    keys = {subject_key(one) for one in bound}
    return bound, [one for one in listed if subject_key(one) not in keys]


def targets_of(viewer: Viewer, row: InquirySeries) -> list[InquiryTarget]:
    """What the merged returns of a series measure, in their order."""
    rows = row.targets.select_related("series__indicator", "project_figure__project__plan")
    return list(rows.order_by("order"))


def time_warnings(viewer: Viewer, inquiry: Inquiry) -> list[str]:
    """What speaks against the time an inquiry is about, by what it measures: at a day, or over a period.

    A definition that says no kind of quantity is met by any time, and so is a monthly report.
    """
    kinds = {one.quantity for one in targets_of(viewer, inquiry.series)}
    found: list[str] = []
    if inquiry.month:
        return found
    if Quantity.STOCK in kinds and inquiry.as_of is None:
        found.append(_("It measures something that is so and so large on a day: say as of which day."))
    if Quantity.FLOW in kinds and inquiry.as_of is not None and inquiry.period_first is None:
        text = _(
            "It measures something counted over a time, but names only a day: give the first and last day."
        )
        found.append(text)
    return found


def subject_of(target: InquiryTarget) -> Subject:
    """The figure a target measures."""
    subject = target.series or target.project_figure
    assert subject is not None
    return subject
