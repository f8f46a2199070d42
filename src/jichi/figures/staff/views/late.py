"""Every late figure, by the office that answers for it, with the page on which it is brought in."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.figures.late_queries import LateOffice, Sources, late_by_office, source_name, sources_behind
from jichi.figures.models import Binding
from jichi.figures.queries import READ_UNPUBLISHED, Late
from jichi.figures.services.bindings import owner_of
from jichi.figures.services.values import ENTER
from jichi.figures.staff_queries import LateFigure
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_number
from jichi.ui.tables import Cell, Column, Table

from ..duties import name_of
from .known import crumbs

Via = Binding.Via


@require_safe
def late_list(request: ViewedRequest) -> HttpResponse:
    """What is late of every office, or (``?mine=1``) of the viewer's own."""
    viewer, mine = request.viewer, bool(request.GET.get("mine"))
    offices = late_by_office(viewer, mine=mine)
    figures = [figure for office in offices for figure in office.figures]
    sources = sources_behind(viewer, [figure.late[0].binding for figure in figures])
    today = timezone.localdate()
    context = {
        "title": _title(len(figures)),
        "mine": mine,
        "may_be_mine": viewer.can(ENTER),
        "offices": [
            {
                "name": _office_name(office),
                "count": len(office.figures),
                "table": _table(viewer, office, place, sources, today),
            }
            for place, office in enumerate(offices, start=1)
        ],
    }
    return show(request, "figures/staff/late.html", context, crumbs=crumbs())


def _title(count: int) -> str:
    if not count:
        return _("No figure is late")
    return ngettext("%(count)d figure is late", "%(count)d figures are late", count) % {"count": count}


def _office_name(office: LateOffice) -> Any:
    if office.department is None:
        return _("No office answers for them yet")
    return translated(office.department, "name").html


def _table(viewer: Viewer, office: LateOffice, place: int, sources: Sources, today: datetime.date) -> Table:
    return Table(
        caption=format_html(_("Late figures: {office}"), office=_office_name(office)),
        columns=[
            Column(_("Figure"), head=True),
            Column(_("Was due")),
            Column(_("Days overdue"), numeric=True),
            Column(_("Where it truly comes from")),
            Column(_("Bring it in")),
        ],
        rows=[_cells(viewer, figure, sources, today) for figure in office.figures],
        phone="cards",
        hide_caption=True,
        ident=f"late-{place}",
    )


def _cells(viewer: Viewer, figure: LateFigure, sources: Sources, today: datetime.date) -> list[Cell]:
    placed, binding = figure.placed, figure.late[0].binding
    kind, pk = placed.key
    may_read = viewer.can(READ_UNPUBLISHED, owner_of(placed.subject))
    return [
        Cell(
            name_of(placed),
            url=reverse("staff-subject", args=[kind, pk]) if may_read else "",
            note=f"{placed.node.code} {translated(placed.node, 'name')}",
        ),
        Cell(_due_dates(figure.late)),
        Cell(format_number((today - figure.due).days)),
        Cell(binding.get_source_kind_display(), note=str(binding.get_via_display())),
        _way_in(viewer, figure, sources),
    ]


def _due_dates(late: tuple[Late, ...]) -> SafeString:
    """Each missing year with the day by which it was to be there."""
    return format_html_join(
        SafeString("<br>"),
        '<span class="nowrap"><b>{}</b> {}</span>',
        ((fiscal_year(row.year, style="short"), format_date(row.due, weekday=False)) for row in late),
    )


def _way_in(viewer: Viewer, figure: LateFigure, sources: Sources) -> Cell:
    """Where the value is brought in, as the binding says: entered here, or through its source."""
    binding, (kind, pk) = figure.late[0].binding, figure.placed.key
    if binding.via == Via.ENTRY:
        if not viewer.can(ENTER, owner_of(figure.placed.subject)):
            return Cell(_("by the office itself"))
        url = reverse("staff-value-new", args=[kind, pk])
        hidden = format_html('<span class="visually-hidden">: {}</span>', name_of(figure.placed))
        return Cell(format_html("{}{}", _("Enter"), hidden), url=url)
    title, url = source_address(binding, sources, figure.late[0].year)
    return Cell(title, url=url)


def source_address(binding: Binding, sources: Sources, year: int) -> tuple[str, str]:
    """The name of a binding's source and the page where it is worked; no address where it is not hers.

    An inquiry leads to the one of the year that is missing; where none was made, to where it is asked anew.
    """
    key = source_name(binding)
    if binding.via == Via.INQUIRY and (inquiry := sources.inquiries.get((key, year))):
        return inquiry.title, reverse("staff-inquiry", args=[inquiry.pk])
    if binding.via == Via.INQUIRY and (series := sources.series.get(key)):
        return series.title, reverse("staff-inquiry-series", args=[series.pk])
    if binding.via == Via.TABLE and (table := sources.tables.get(key)):
        return table.title, reverse("staff-table-source", args=[table.key])
    if binding.via == Via.SURVEY and (survey := sources.surveys.get(key)):
        return survey.title, reverse("staff-survey", args=[survey.key])
    if binding.via == Via.METRIC and (entry := sources.metrics.get(key)):
        return _(entry.metric.title), reverse("figures-metric", args=[key])
    return _("by the office itself"), ""
