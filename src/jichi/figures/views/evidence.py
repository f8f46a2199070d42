"""The page of a piece of evidence: the second of the two steps from a number to its proof."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.figures.models import Observation
from jichi.figures.proof_queries import proof_of
from jichi.figures.queries import evidence_for, observations_for
from jichi.plan.queries import indicators_for, nodes_for
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_value
from jichi.ui.tables import Cell, Column, Table

PER_PAGE = 100


def evidence_detail(request: ViewedRequest, pk: int) -> HttpResponse:
    """What a document is, where it is, and every number taken from it."""
    evidence = evidence_for(request.viewer).filter(pk=pk).first()
    if evidence is None:
        raise Http404
    rows = (
        observations_for(request.viewer)
        .filter(evidence=evidence)
        .select_related("series__indicator", "project_figure__project__plan", "department")
        .order_by("fiscal_year", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    proof = proof_of(request.viewer, evidence)
    context = {
        "proof": render_to_string(proof.template, proof.variables, request) if proof else "",
        "evidence": evidence,
        "cite_title": str(translated(evidence, "title")),
        "count": page.paginator.count,
        "page": page,
        "table": _table(request, list(page)),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("Evidence")},
            {"title": translated(evidence, "title").html},
        ],
    }
    return render(request, "figures/evidence.html", context)


def _table(request: ViewedRequest, rows: list[Observation]) -> Table:
    series = {row.series_id for row in rows if row.series_id}
    readable = set(indicators_for(request.viewer).filter(series__in=series).values_list("pk", flat=True))
    projects = {row.project_figure.project_id for row in rows if row.project_figure}
    shown = set(nodes_for(request.viewer).filter(pk__in=projects).values_list("pk", flat=True))
    return Table(
        caption=_("Numbers taken from this document"),
        columns=[
            Column(_("What"), head=True),
            Column(_("Year")),
            Column(_("Value"), numeric=True),
            Column(_("Entered")),
        ],
        rows=[_cells(row, readable, shown) for row in rows],
        phone="cards",
        ident="numbers",
    )


def _subject(row: Observation, readable: set[int], shown: set[int]) -> Cell:
    if row.series is not None:
        indicator = row.series.indicator
        url = reverse("indicator-detail", args=[indicator.key]) if indicator.pk in readable else ""
        return Cell(translated(indicator, "name").html, url=url, note=str(translated(row.series, "name")))
    assert row.project_figure is not None
    project = row.project_figure.project
    url = reverse("node-detail", args=[project.plan.key, project.code]) if project.pk in shown else ""
    return Cell(translated(row.project_figure, "name").html, url=url, note=str(translated(project, "name")))


def _unit(row: Observation) -> str:
    subject: Any = row.series.indicator if row.series is not None else row.project_figure
    return str(translated(subject, "unit"))


def _cells(row: Observation, readable: set[int], shown: set[int]) -> list[Cell]:
    version = ""
    if row.revision > 1:
        version = _("version %(number)d: %(reason)s") % {"number": row.revision, "reason": row.reason}
    return [
        _subject(row, readable, shown),
        Cell(fiscal_year(row.fiscal_year)),
        Cell(
            format_value(row.value, _unit(row), decimals=row.decimals),
            url=reverse("figures-value", args=[row.pk]),
            note=version or str(translated(row, "note")),
        ),
        Cell(
            format_date(row.entered_at, weekday=False),
            note=str(translated(row.department, "name")) if row.department else "",
        ),
    ]
