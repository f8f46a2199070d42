"""The public results: all evaluations, one year's, and those of a plan's measures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.exports import MEASURE_COLUMNS, PROJECT_COLUMNS
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.public_sheets import main_judgement
from jichi.evaluation.queries.results import (
    corrections_counted,
    period_cycle_for,
    public_cycles_for,
    tallies_for,
    yearly_cycle_for,
)
from jichi.evaluation.queries.results_export import sheet_dicts
from jichi.evaluation.results.lists import cycle_title, cycle_url, day_words
from jichi.evaluation.results.measures import measures_of
from jichi.evaluation.results.pages import page_of, read, top_crumbs, year_sentence
from jichi.evaluation.results.tallies import answer_sentence
from jichi.sheets.parsing import definition_of
from jichi.ui.content import translated
from jichi.ui.downloads import FORMATS, Dataset, download
from jichi.ui.numbers import fiscal_year


@require_safe
def result_list(request: ViewedRequest) -> HttpResponse:
    """Every evaluation that everybody may see, newest first."""
    cycles = list(public_cycles_for(request.viewer).prefetch_related("forms__form_version"))
    tallies = {
        key: tallies_for(request.viewer, [row.pk for row in cycles if main_judgement(row.kind) == key], key)
        for key in {main_judgement(row.kind) for row in cycles}
    }
    corrected = corrections_counted(request.viewer, [row.pk for row in cycles])
    cards = [
        _card(row, tallies[main_judgement(row.kind)].get(row.pk, {}), corrected[row.pk]) for row in cycles
    ]
    context = {
        "cards": cards,
        "newest": cards[0] if cards else None,
        "crumbs": [top_crumbs()[0], {"title": _("Results of the evaluations")}],
        "data_url": reverse("data-catalogue"),
    }
    return render(request, "evaluation/results/list.html", context)


def _card(cycle: Cycle, tally: Any, corrected: int) -> dict[str, Any]:
    key = main_judgement(cycle.kind)
    form = next((definition_of(row.form_version) for row in cycle.forms.all()), None)
    return {
        "title": cycle_title(cycle),
        "url": cycle_url(cycle),
        "code": fiscal_year(cycle.fiscal_year, style="short"),
        "kind": cycle.get_kind_display(),
        "plan": translated(cycle.plan, "name").html,
        "day": day_words(cycle.public_from),
        "answer": answer_sentence(tally, key, form, year_sentence(cycle)),
        "corrected": corrected,
    }


@require_safe
def year(request: ViewedRequest, fiscal_year: str) -> HttpResponse:
    """The evaluation of a year's projects (``?plan=`` where two plans have one)."""
    cycle = _yearly(request, fiscal_year)
    context = page_of(request.viewer, read(request.viewer, cycle, request.GET), request.GET.get("page"))
    return render(request, "evaluation/results/year.html", context)


@require_safe
def period(request: ViewedRequest, plan_key: str, kind: str) -> HttpResponse:
    """The interim or final evaluation of a plan's measures (``?year=`` where there were several)."""
    cycle = _period(request, plan_key, kind)
    data = read(request.viewer, cycle, request.GET)
    context = page_of(request.viewer, data, request.GET.get("page"))
    context |= {"policies": measures_of(request.viewer, cycle, context["page"].object_list, data.forms)}
    return render(request, "evaluation/results/period.html", context)


@require_safe
def year_data(request: ViewedRequest, fiscal_year: str, fmt: str) -> HttpResponse:
    """The sheets of a yearly evaluation as a file."""
    return _data(request, _yearly(request, fiscal_year), fmt)


@require_safe
def period_data(request: ViewedRequest, plan_key: str, kind: str, fmt: str) -> HttpResponse:
    """The sheets of an interim or final evaluation as a file."""
    return _data(request, _period(request, plan_key, kind), fmt)


def _data(request: ViewedRequest, cycle: Cycle, fmt: str) -> HttpResponse:
    if fmt not in FORMATS:
        raise Http404
    yearly = cycle.kind == CycleKind.YEARLY
    made = Dataset(
        key=f"results-{cycle.plan.key}-{cycle.fiscal_year}-{cycle.kind}",
        title=str(translated(cycle, "title")),
        columns=PROJECT_COLUMNS if yearly else MEASURE_COLUMNS,
        rows=list(sheet_dicts(request.viewer, [cycle.pk])),
        about=[
            (_("Title"), str(translated(cycle, "title"))),
            (_("Page"), settings.BASE_URL + cycle_url(cycle)),
        ],
        meta={"page": settings.BASE_URL + cycle_url(cycle)},
    )
    return download(made, fmt)


def _yearly(request: ViewedRequest, fiscal_year: str) -> Cycle:
    found = yearly_cycle_for(request.viewer, int(fiscal_year), request.GET.get("plan", "")[:60])
    if found is None:
        raise Http404
    return found


def _period(request: ViewedRequest, plan_key: str, kind: str) -> Cycle:
    asked = request.GET.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    found = period_cycle_for(request.viewer, plan_key, kind, wanted)
    if found is None:
        raise Http404
    return found
