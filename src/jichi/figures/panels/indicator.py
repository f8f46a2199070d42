"""What measured values add to an indicator's page. Each function makes the context of one panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Observation
from jichi.figures.queries import (
    Placed,
    SeriesResult,
    bindings_in_force,
    indicator_results_for,
    subject_key,
)
from jichi.figures.rows import as_of_words, chart_points, known_value, reason_words, unit_of
from jichi.figures.standing import Place
from jichi.figures.surveys.judgeable import is_percentage, target_words
from jichi.plan.models import Indicator, Plan, Point
from jichi.ui.charts import ChartSeries, indicator_chart
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_value
from jichi.ui.tables import Cell, Column, Table

from .source import Origin, counted, grouped, joined, late_years, origin_facts


def _main(indicator: Indicator) -> tuple[Plan, str]:
    """The plan whose promise counts on the indicator's page: the newest that places it."""
    placement = next(iter(indicator.placements.all()))
    return placement.node.plan, placement.comparator


def _results(
    viewer: Viewer, indicator: Indicator, request: HttpRequest
) -> tuple[Plan, Sequence[SeriesResult]]:
    """The indicator beside its plan; the heading and the picture of one page ask for it once."""
    kept = request.__dict__.setdefault("indicator_results", {})
    plan, comparator = _main(indicator)
    if indicator.pk not in kept:
        kept[indicator.pk] = indicator_results_for(viewer, [(indicator, plan, comparator)])[0].series
    return plan, kept[indicator.pk]


# ---- the answer ----------------------------------------------------------------------------------------
def indicator_answer(viewer: Viewer, indicator: Indicator, request: HttpRequest) -> dict[str, Any]:
    """The heading of an indicator's page: its newest value and its target, in one sentence."""
    _plan, results = _results(viewer, indicator, request)
    return {"sentence": answer_sentence(indicator, results)}


def answer_sentence(indicator: Indicator, results: Sequence[SeriesResult]) -> SafeString:
    """「町内会・自治会加入率は 59.0 %（令和2年度）、目標 64 %以上（令和7年度）」 and its like."""
    name, unit = translated(indicator, "name").html, unit_of(indicator)
    if len(results) == 1:
        return _one_answer(name, results[0], unit)
    parts = format_html_join(
        _("; "), "{}", ((_one_answer(translated(row.series, "name").html, row, unit),) for row in results)
    )
    return format_html(_("{name} — {series}"), name=name, series=parts)


def _one_answer(name: str, found: SeriesResult, unit: str) -> SafeString:
    known = found.latest if found.latest is not None and found.latest.value is not None else None
    start = known or found.start or found.baseline
    target = found.target
    value = format_value(start.value, unit, decimals=start.decimals) if start else ""
    goal = (
        format_value(target.value, unit, decimals=target.decimals, comparator=target.comparator)
        if target
        else ""
    )
    words = {
        "name": name,
        "value": _unbroken(value),
        "year": fiscal_year(start.fiscal_year, style="short") if start else "",
        "target": _unbroken(goal),
        "target_year": fiscal_year(target.fiscal_year, style="short") if target else "",
    }
    if start and target:
        return format_html(_("{name}: {value} ({year}), target {target} ({target_year})"), **words)
    if target:
        return format_html(_("{name}: target {target} ({target_year})"), **words)
    if start:
        return format_html(_("{name}: {value} ({year})"), **words)
    return format_html("{}", name)


def _unbroken(text: str) -> SafeString:
    return format_html('<span class="nowrap">{}</span>', text)


# ---- the picture ---------------------------------------------------------------------------------------
def indicator_picture(viewer: Viewer, indicator: Indicator, request: HttpRequest) -> dict[str, Any]:
    """Promise, result and proof; the chart; the table in which each number leads to its evidence."""
    plan, results = _results(viewer, indicator, request)
    unit = unit_of(indicator)
    series = [
        ChartSeries(
            str(translated(row.series, "name")), chart_points(row.series.points.all(), row.observations)
        )
        for row in results
    ]
    drawn = indicator_chart(
        series,
        unit=unit,
        title=str(translated(indicator, "name")),
        period=(plan.first_year, plan.last_year),
        ident=f"chart-{indicator.key}",
    )
    loaded = any(row.latest is not None for row in results)
    return {
        "indicator": indicator,
        "plan": plan,
        "unit": unit,
        "lines": [_strip_line(row, unit) for row in results],
        "loaded": loaded,
        "chart": drawn,
        "table": _table(indicator, plan, results, unit),
        "evidence": _evidence(results),
        **_sources(viewer, indicator, results),
    }


def _sources(viewer: Viewer, indicator: Indicator, results: Sequence[SeriesResult]) -> dict[str, Any]:
    """Where each series comes from and what it counts; what several series have alike is said once."""
    node = next(iter(indicator.placements.all())).node
    found = bindings_in_force(subjects=[row.series for row in results])
    listed = [
        Origin(
            placed=Placed(subject=row.series, plan=node.plan, node=node),
            binding=found.get(subject_key(row.series)),
            definitions=row.definitions,
            rows=row.observations,
        )
        for row in results
    ]
    late = late_years(viewer, listed)
    names = [translated(row.series, "name").html for row in results]
    facts = grouped(
        (name, origin_facts(one, late.get(one.placed.key, ())))
        for name, one in zip(names, listed, strict=True)
    )
    counts = grouped((name, counted(one.definitions)) for name, one in zip(names, listed, strict=True))
    return {
        "bound": any(one.binding is not None for one in listed),
        "judged": [
            said
            for name, row, one in zip(names, results, listed, strict=True)
            for said in _judged_by_survey(name, row, one.binding, indicator.unit)
        ],
        "origins": [
            {"name": joined(names) if len(facts) > 1 else "", "facts": said} for names, said in facts
        ],
        "counted": [
            {"name": joined(names) if len(counts) > 1 else "", "definitions": said}
            for names, said in counts
            if said
        ],
    }


def _judged_by_survey(
    name: SafeString, row: SeriesResult, binding: Binding | None, unit: str
) -> list[SafeString]:
    """Whether the survey that measures a share can judge its target: from wave to wave, and at its end."""
    if not is_percentage(unit):
        return []
    rows = [one for one in row.observations if row.promised is None or one.definition == row.promised]
    said = format_html_join(
        " ", "{}", ((line,) for line in target_words(rows, row.start, row.target, binding))
    )
    if not said:
        return []
    named = format_html("<b>{}</b>", name)
    return [format_html(_("{name}: {what}"), name=named, what=said) if name else said]


def _strip_line(row: SeriesResult, unit: str) -> dict[str, Any]:
    value, note = known_value(row, unit)
    return {
        "name": translated(row.series, "name").html,
        "target": row.target,
        "start": row.start,
        "latest": row.latest,
        "known": value,
        "known_note": note,
        "standing": row.standing,
        "word": reason_words(row.standing) if row.standing.place is Place.CANNOT_JUDGE else "",
    }


def _evidence(results: Sequence[SeriesResult]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in results:
        for observation in row.observations:
            evidence = observation.evidence
            found.setdefault(
                evidence.pk,
                {
                    "title": translated(evidence, "title").html,
                    "publisher": evidence.publisher,
                    "url": reverse("figures-evidence", args=[evidence.pk]),
                },
            )
    return list(found.values())


ROLE_ORDER = {"baseline": 0, "current": 1, "actual": 2, "target": 3}


def _table(indicator: Indicator, plan: Plan, results: Sequence[SeriesResult], unit: str) -> Table:
    several = len(results) > 1
    lines: list[tuple[tuple[Any, ...], list[Cell]]] = []
    for index, row in enumerate(results):
        name = Cell(translated(row.series, "name").html)
        for point in row.series.points.all():
            order = (index, point.fiscal_year or 0, ROLE_ORDER[point.role], point.plan_id)
            lines.append((order, ([name] if several else []) + _printed_cells(point, unit, plan)))
        for observation in row.observations:
            order = (index, observation.fiscal_year, ROLE_ORDER["actual"], 0)
            lines.append((order, ([name] if several else []) + _observed_cells(observation, unit)))
    lines.sort(key=lambda line: line[0])
    columns = [
        *([Column(_("Series"))] if several else []),
        Column(_("Year"), head=True, narrow=True),
        Column(_("What it is")),
        Column(_("Value"), numeric=True),
        Column(_("Where it comes from")),
    ]
    return Table(
        caption=format_html(
            _("{name}: every number and where it comes from"), name=translated(indicator, "name").html
        ),
        columns=columns,
        rows=[cells for _order, cells in lines],
        phone="cards",
        ident="numbers",
    )


def _printed_cells(point: Point, unit: str, plan: Plan) -> list[Cell]:
    """A number the plan prints: the proof is the plan's own document, named on its page."""
    value = format_value(point.value, unit, decimals=point.decimals, comparator=point.comparator)
    what = str(point.get_role_display())
    note = ""
    if point.period is not None:
        note = str(translated(point.period, "name"))
    if point.as_of:
        note = _("as of %(day)s") % {"day": as_of_words(point.as_of)}
    said = str(translated(point, "note"))
    source = point.plan.source.get("title") or str(translated(point.plan, "name"))
    return [
        Cell(fiscal_year(point.fiscal_year) if point.fiscal_year else "—"),
        Cell(what, note=note),
        Cell(value, note=said),
        Cell(
            translated(point.plan, "name").html
            if source == point.plan.name
            else _source_name(point.plan, source),
            url=reverse("plan-detail", args=[point.plan.key]) + "#source",
        ),
    ]


def _source_name(plan: Plan, source: str) -> str:
    return str(translated(plan, "name")) or source


def _observed_cells(row: Observation, unit: str) -> list[Cell]:
    said = str(translated(row, "note"))
    notes = [said] if said else []
    if (
        row.coverage_seen is not None
        and row.coverage_whole is not None
        and row.coverage_seen < row.coverage_whole
    ):
        notes.append(
            _("%(seen)d of %(whole)d known") % {"seen": row.coverage_seen, "whole": row.coverage_whole}
        )
    if row.interval_low is not None and row.interval_high is not None:
        notes.append(
            _("95%% interval %(low)s to %(high)s")
            % {
                "low": format_value(row.interval_low, unit, decimals=row.decimals),
                "high": format_value(row.interval_high, unit, decimals=row.decimals),
            }
        )
    if row.revision > 1:
        notes.append(
            _("corrected, version %(number)d: %(reason)s") % {"number": row.revision, "reason": row.reason}
        )
    when = _("as of %(day)s") % {"day": format_date(row.as_of, weekday=False)} if row.as_of else ""
    return [
        Cell(fiscal_year(row.fiscal_year)),
        Cell(_("Result") if row.status != "provisional" else _("Result, provisional"), note=when),
        Cell(
            format_value(row.value, unit, decimals=row.decimals),
            url=reverse("figures-value", args=[row.pk]),
            note=" · ".join(notes),
        ),
        Cell(translated(row.evidence, "title").html, url=reverse("figures-evidence", args=[row.evidence_id])),
    ]
