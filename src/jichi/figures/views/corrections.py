"""What was corrected, openly: every value that took the place of another, with the reason."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.figures.queries.corrections import Correction, corrections_for
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_value
from jichi.ui.tables import Cell, Column, Table

from .subjects import subject_of

PER_PAGE = 50


def correction_list(request: ViewedRequest) -> HttpResponse:
    """Every correction the viewer may read, newest first; provisional values made final are told apart."""
    found = corrections_for(request.viewer)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "total": sum(not row.makes_final for row in found),
        "finals": sum(row.makes_final for row in found),
        "page": page,
        "table": Table(
            caption=_("Values that took the place of others"),
            columns=[
                Column(_("Figure"), head=True),
                Column(_("Before"), numeric=True),
                Column(_("After"), numeric=True),
                Column(_("Why")),
                Column(_("When")),
            ],
            rows=[_cells(row) for row in page],
            phone="cards",
            ident="corrections",
        ),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("All figures by state"), "url": reverse("figures-list")},
            {"title": _("Corrections")},
        ],
    }
    return render(request, "figures/corrections.html", context)


def _cells(row: Correction) -> list[Cell]:
    after, before = row.after, row.before
    subject = subject_of(after)
    day = after.published_at or after.entered_at
    return [
        Cell(subject.name, url=subject.url, note=fiscal_year(after.fiscal_year)),
        Cell(
            format_value(before.value, subject.unit, decimals=before.decimals) if before else "—",
            url=reverse("figures-value", args=[before.pk]) if before else "",
        ),
        Cell(
            format_value(after.value, subject.unit, decimals=after.decimals),
            url=reverse("figures-value", args=[after.pk]),
            note=_("provisional became final") if row.makes_final else str(after.get_status_display()),
        ),
        Cell(row.reason, language="ja", note=str(translated(after, "note"))),
        Cell(format_date(day, weekday=False), note="" if after.published_at else _("not public yet")),
    ]
