"""What the evaluations add to the pages of projects and measures: how they were judged, year beside year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from jichi.city.access import Viewer
from jichi.evaluation.queries.public_sheets import main_judgement, years_of_node
from jichi.plan.models import Node
from jichi.ui.numbers import fiscal_year

from .lists import cycle_title, cycle_url, sheet_url, years_table
from .words import judgement_mark


def judged_years(viewer: Viewer, node: Node, request: HttpRequest) -> dict[str, Any]:
    """The newest published judgement of a node with its link, and up to four years; {}: there is none."""
    years = years_of_node(viewer, node)
    if not years:
        return {}
    newest = years[-1]
    key = main_judgement(newest.cycle.kind)
    return {
        "judged_year": fiscal_year(newest.cycle.fiscal_year, style="short"),
        "judged_mark": judgement_mark(newest.form, key, newest.judged.get(key, "")),
        "judged_url": sheet_url(newest.cycle, newest.code),
        "judged_cycle": cycle_title(newest.cycle),
        "judged_cycle_url": cycle_url(newest.cycle),
        "judged_table": years_table(years) if len(years) > 1 else None,
        "results_url": reverse("results-list"),
    }
