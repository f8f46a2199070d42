"""The catalogue of what is counted here, and one metric year by year with the rows behind it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.queries import fiscal_year_start_month
from jichi.city.requests import ViewedRequest
from jichi.figures.models import Counting
from jichi.figures.queries.catalogue import Entry, catalogue, entry_for, evidence_behind, measured_for
from jichi.manifest import Figure, Metric, Scope, StockFlow
from jichi.plan.queries import plans_for
from jichi.ui.numbers import fiscal_year, format_number, format_value
from jichi.ui.tables import Cell, Column, Table

from .members import Names, member_names

RECOMPUTE = "figures.metric:recompute"
MOST_YEARS = 8


def kind_words(kind: StockFlow | None) -> str:
    """What kind of quantity a metric is, in words."""
    return {
        StockFlow.STOCK: _("Stock: at a date"),
        StockFlow.FLOW: _("Flow: in a period"),
        StockFlow.CUMULATIVE: _("Cumulative: since a start"),
        None: _("Rate or score"),
    }[kind]


def metric_list(request: ViewedRequest) -> HttpResponse:
    """Everything the rooms can count, what it counts and what not."""
    entries = catalogue(request.viewer)
    context = {
        "total": len(entries),
        "lines": [_line(entry) for entry in entries],
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("All figures by state"), "url": reverse("figures-list")},
            {"title": _("What is counted here")},
        ],
    }
    return render(request, "figures/metrics.html", context)


def _line(entry: Entry) -> dict[str, Any]:
    metric = entry.metric
    return {
        "title": _(metric.title),
        "url": reverse("figures-metric", args=[metric.key]),
        "code": metric.key,
        "text": _(metric.counts),
        "meta": kind_words(metric.kind),
    }


def metric_detail(request: ViewedRequest, key: str) -> HttpResponse:
    """One metric: what it counts, year by year, from how many rows; broken down by ``?by=`` where it can."""
    viewer, entry = request.viewer, entry_for(request.viewer, key)
    if entry is None:
        raise Http404
    metric = entry.metric
    first, last = _years(request)
    cut = next((one for one in entry.cuts if one.key == request.GET.get("by")), None)
    scope = Scope(first_year=first, last_year=last, by=(cut.key,) if cut else ())
    figures = measured_for(viewer, key, scope)
    rows = evidence_behind(viewer, key, scope)
    address = reverse("figures-metric", args=[key])
    context = {
        "metric": metric,
        "title": _(metric.title),
        "cite_title": _(metric.title),
        "facts": _facts(entry),
        "recompute_url": reverse("staff-metric-recompute", args=[key])
        if entry.bound and viewer.can(RECOMPUTE)
        else "",
        "tabs": [
            {"title": _("The whole"), "url": address, "current": cut is None},
            *(
                {"title": _(one.title), "url": f"{address}?by={one.key}", "current": one == cut}
                for one in entry.cuts
            ),
        ]
        if entry.cuts
        else [],
        "table": _table(
            figures,
            range(first, last + 1),
            unit=_(metric.unit),
            by=_(cut.title) if cut else "",
            names=member_names(viewer, cut.key if cut else ""),
        ),
        "rows": rows.count() if rows is not None else None,
        "reasons": sorted({_(figure.reason_missing) for figure in figures if figure.reason_missing}),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("What is counted here"), "url": reverse("figures-metrics")},
            {"title": _(metric.title)},
        ],
    }
    return render(request, "figures/metric.html", context)


def this_year() -> int:
    """The fiscal year that runs."""
    today = timezone.localdate()
    return today.year if today.month >= fiscal_year_start_month() else today.year - 1


def _years(request: ViewedRequest) -> tuple[int, int]:
    """The years shown: from the first of a readable plan to the one that runs, at most eight."""
    now = this_year()
    first = min((plan.first_year for plan in plans_for(request.viewer)), default=now)
    return max(min(first, now), now - MOST_YEARS + 1), now


def _facts(entry: Entry) -> list[dict[str, Any]]:
    metric = entry.metric
    facts = [
        (_("What it counts"), _(metric.counts)),
        (_("What it does not count"), _(metric.counts_not) if metric.counts_not else ""),
        (_("Kind of quantity"), kind_words(metric.kind)),
        (_("How it is counted"), _counting(metric)),
        (_("The whole of which it may see a part"), _(metric.coverage) if metric.coverage else ""),
        (_("Definition"), f"{metric.definition}"),
        (_("Version of the rule"), metric.rule_version),
        (_("Figures of plans bound to it"), format_number(entry.bound)),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]


def _counting(metric: Metric) -> str:
    if metric.kind is None:
        return ""
    return str((Counting.DISTINCT if metric.distinct else Counting.TIMES).label)


def _table(figures: list[Figure], years: range, *, unit: str, by: str, names: Names) -> Table:
    cells: dict[str, dict[int, Figure]] = {}
    for figure in figures:
        cells.setdefault("".join(figure.members), {})[figure.period[0]] = figure
    # The whole stands first, then the groups in their own order, then what has no name of its own.
    places = {name: place for place, name in enumerate(names) if name}
    return Table(
        caption=_("By year"),
        columns=[
            Column(by or _("What"), head=True),
            *(Column(fiscal_year(year, style="short"), numeric=True) for year in years),
        ],
        rows=[
            [
                Cell(names.get(member, member)),
                *(_cell(cells[member].get(year), unit) for year in years),
            ]
            for member in sorted(cells, key=lambda one: (one != "", places.get(one, len(names)), one))
        ],
        phone="cards",
        ident="years",
    )


def _cell(figure: Figure | None, unit: str) -> Cell:
    if figure is None or figure.value is None:
        return Cell("—")
    note = ""
    if figure.coverage is not None and figure.coverage[0] < figure.coverage[1]:
        seen, whole = figure.coverage
        note = _("%(seen)d of %(whole)d known") % {"seen": seen, "whole": whole}
    return Cell(format_value(figure.value, unit, decimals=figure.decimals), note=note)
