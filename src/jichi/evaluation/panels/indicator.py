"""The public grade of an indicator, how it came about, and the prospect of its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.evaluation.models import Grade
from jichi.evaluation.queries.forecasts import Prospect, forecast_for
from jichi.evaluation.queries.grades import combined_of, public_grades_of, row_of
from jichi.figures.queries import SeriesResult, indicator_results_for
from jichi.plan.models import Indicator, Placement
from jichi.ui.content import translated


def indicator_grade(viewer: Viewer, indicator: Indicator, request: HttpRequest) -> dict[str, Any]:
    """Empty where there is neither a public grade nor an open target."""
    placements = list(indicator.placements.all())
    placement = placements[0]
    # The placement's own copy of the indicator would be read from the database again.
    placement.indicator = indicator
    grades = public_grades_of(placements)
    results = _results(viewer, indicator, placement, request)
    prospects = [found for row in results if (found := forecast_for(placement, row)) is not None]
    if not grades and not prospects:
        return {}
    several = len(indicator.series.all()) > 1
    return {
        "grades": [_grade(one, several, results) for one in grades],
        "combined": _combined(grades),
        "prospects": _prospects(prospects),
    }


def _results(
    viewer: Viewer, indicator: Indicator, placement: Placement, request: HttpRequest
) -> Sequence[SeriesResult]:
    """What is measured, beside the plan: as the page has asked for it already, or asked for now."""
    kept = request.__dict__.get("indicator_results", {})
    if indicator.pk in kept:
        found: Sequence[SeriesResult] = kept[indicator.pk]
        return found
    plan = placement.node.plan
    return indicator_results_for(viewer, [(indicator, plan, placement.comparator)])[0].series


def _is_corrected(grade: Grade, results: Sequence[SeriesResult]) -> bool:
    """Whether the value the grade was made from has been corrected since; the grade stays as published."""
    made_from = grade.observation
    return made_from is not None and any(
        row.fiscal_year == made_from.fiscal_year
        and row.definition == made_from.definition
        and row.revision > made_from.revision
        and row.value != made_from.value
        for result in results
        if result.series.pk == grade.series_id
        for row in result.observations
    )


def _grade(grade: Grade, several: bool, results: Sequence[SeriesResult]) -> dict[str, Any]:
    row, cycle = row_of(grade), grade.cycle
    version = grade.rule
    return {
        "row": row,
        "name": translated(grade.series, "name").html if several else "",
        "cycle": translated(cycle, "title").html,
        "observation": reverse("figures-value", args=[grade.observation_id])
        if grade.observation_id and grade.observation and grade.observation.published_at
        else "",
        "rule": translated(version.rule_set, "title").html,
        "rule_number": version.number,
        "rule_url": reverse("results-rule", args=[version.rule_set.key, version.number]),
        "is_confirmed": version.is_confirmed,
        "is_corrected": _is_corrected(grade, results),
    }


def _combined(grades: Sequence[Grade]) -> dict[str, str] | None:
    if len(grades) < 2 or len({row.cycle_id for row in grades}) > 1:
        return None
    found = combined_of(grades)
    if found is None:
        return None
    if found.grade is None:
        return {"state": "cannot_judge", "word": _("Cannot be judged: one of its series cannot be judged")}
    state = next(row_of(row).state for row in grades if row.grade == found.grade)
    return {"state": state, "word": _("Taken together: %(grade)s") % {"grade": found.grade}}


def _prospects(prospects: Sequence[Prospect]) -> list[dict[str, Any]]:
    """What is said of each series; what is said alike of several is said once."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for one in prospects:
        found.setdefault(tuple(one.sentences), []).append(translated(one.series, "name").html)
    several = len(found) > 1
    return [
        {"name": _(", ").join(str(name) for name in names) if several else "", "sentences": said}
        for said, names in found.items()
    ]
