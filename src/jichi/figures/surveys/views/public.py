"""The public page of a wave: how people were asked, every question with its answers, what it can tell."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.figures.models import Observation
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_value
from jichi.ui.tables import Cell, Column, Table

from ...views.subjects import subject_of
from ..evidence import shown_questions
from ..queries import wave_for
from ..queries.pages import wave_page
from ..showing import interval_words_of, told_of, wave_facts, wave_heading


def wave_public(request: ViewedRequest, survey: str, wave: str) -> HttpResponse:
    """A finished wave with its tables; small groups are not shown."""
    row = wave_for(request.viewer, survey, wave)
    if row is None:
        raise Http404
    page = wave_page(request.viewer, row, protected=True)
    questions = shown_questions(page, list(page.rows))
    context = {
        "wave": row,
        "report": page.report,
        "sentence": wave_heading(row, page.report),
        "cite_title": str(translated(row, "title")),
        "facts": wave_facts(row, page.report),
        "told": told_of(row, page.report),
        "questions": questions,
        "toc": [{"title": one.wording.html, "url": f"#{one.ident}"} for one in questions],
        "figures": _figures(list(page.values)) if page.values else None,
        "evidence": row.evidence,
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": translated(row.survey, "title").html},
            {"title": translated(row, "title").html},
        ],
    }
    return render(request, "figures/surveys/wave.html", context)


def _figures(values: list[Observation]) -> Table:
    rows = []
    for row in values:
        subject = subject_of(row)
        rows.append(
            [
                Cell(subject.name, url=reverse("figures-value", args=[row.pk])),
                Cell(fiscal_year(row.fiscal_year, style="short")),
                Cell(
                    format_value(row.value, subject.unit, decimals=row.decimals),
                    note=interval_words_of(row, subject.unit) or str(translated(row, "note")),
                ),
            ]
        )
    return Table(
        caption=_("Figures taken from this wave"),
        columns=[Column(_("Figure"), head=True), Column(_("Year")), Column(_("Value"), numeric=True)],
        rows=rows,
        phone="cards",
        ident="figures",
    )
