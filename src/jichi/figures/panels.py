"""What measured values add to the plan's pages. Each function makes the context of one panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.plan.models import Indicator, Node, Placement, Plan, Point
from jichi.ui.charts import ChartSeries, indicator_chart
from jichi.ui.content import chosen, translated
from jichi.ui.numbers import fiscal_year, format_date, format_value
from jichi.ui.states import state_mark
from jichi.ui.tables import Cell, Column, Table

from .models import Observation, SourceKind
from .queries import ProjectNumber, SeriesResult, indicator_results_for, project_numbers_for
from .rows import as_of_words, chart_points, known_value, reason_words, rows_for, unit_of
from .standing import Place


def _main(indicator: Indicator) -> tuple[Plan, str]:
    """The plan whose promise counts on the indicator's page: the newest that places it."""
    placement = next(iter(indicator.placements.all()))
    return placement.node.plan, placement.comparator


def _results(viewer: Viewer, indicator: Indicator) -> tuple[Plan, Sequence[SeriesResult]]:
    plan, comparator = _main(indicator)
    return plan, indicator_results_for(viewer, [(indicator, plan, comparator)])[0].series


# ---- the answer ----------------------------------------------------------------------------------------
def indicator_answer(viewer: Viewer, indicator: Indicator, request: HttpRequest) -> dict[str, Any]:
    """The heading of an indicator's page: its newest value and its target, in one sentence."""
    _plan, results = _results(viewer, indicator)
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
    plan, results = _results(viewer, indicator)
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
        "binding": binding_words(indicator.binding),
        "evidence": _evidence(results),
        "corrections": [o for row in results for o in row.observations if o.revision > 1],
    }


def binding_words(binding: dict[str, Any] | None) -> dict[str, Any]:
    """How a figure truly comes in, in the page's language; empty where the pack does not say."""
    if not binding:
        return {}
    return {
        "source_kind": SourceKind(binding["source_kind"]).label,
        "collected_by": chosen(binding.get("collected_by")).html,
        "how": chosen(binding.get("how")).html,
        "traps": chosen(binding.get("traps")).html,
        "confirmed": bool(binding.get("confirmed", False)),
    }


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
        Cell(format_value(row.value, unit, decimals=row.decimals), note=" · ".join(notes)),
        Cell(translated(row.evidence, "title").html, url=reverse("figures-evidence", args=[row.evidence_id])),
    ]


# ---- lists ---------------------------------------------------------------------------------------------
def node_indicators(viewer: Viewer, node: Node, request: HttpRequest) -> dict[str, Any]:
    """The indicators of a node as rows, those of residents' sense apart from those of outcome.

    ``placements`` must be prefetched as the room's queries do.
    """
    return _grouped(viewer, list(node.placements.all()))


def indicator_list(viewer: Viewer, placements: Sequence[Placement], request: HttpRequest) -> dict[str, Any]:
    """The given placements as rows."""
    return _grouped(viewer, list(placements), by_node=True)


def _grouped(viewer: Viewer, placements: list[Placement], *, by_node: bool = False) -> dict[str, Any]:
    rows = rows_for(viewer, placements)
    groups: list[dict[str, Any]] = []
    for placement, row in zip(placements, rows, strict=True):
        key = (placement.node_id if by_node else 0, placement.indicator.kind)
        if not groups or groups[-1]["key"] != key:
            groups.append(
                {
                    "key": key,
                    "kind": placement.indicator.get_kind_display(),
                    "node": placement.node if by_node else None,
                    "url": reverse("node-detail", args=[placement.node.plan.key, placement.node.code]),
                    "rows": [],
                }
            )
        groups[-1]["rows"].append(row)
    return {"groups": groups, "total": len(rows), "known": sum(row.is_loaded for row in rows)}


# ---- yearly numbers of a project -----------------------------------------------------------------------
def project_numbers(viewer: Viewer, project: Node, request: HttpRequest) -> dict[str, Any]:
    """A project's yearly numbers, each year's promise above its result. ``figures`` must be prefetched."""
    figures = list(project.figures.all())
    numbers = project_numbers_for(viewer, figures, project.plan)
    promised = [row for row in numbers if row.has_target]
    return {
        "table": _promised_table(project, promised) if promised else None,
        "counts": _count_table([row for row in numbers if not row.has_target]),
        "any_loaded": any(year.observation for row in promised for year in row.years),
    }


def _promised_table(project: Node, numbers: Sequence[ProjectNumber]) -> Table:
    years = sorted({year.year for row in numbers for year in row.years})
    columns = [
        Column(_("Number"), head=True),
        Column(_("Reference"), numeric=True),
        *(Column(fiscal_year(year, style="short"), numeric=True) for year in years),
    ]
    rows = []
    for row in numbers:
        by_year = {year.year: year for year in row.years}
        rows.append(
            [
                Cell(translated(row.figure, "name").html),
                Cell(_reference(row)),
                *(Cell(_year_cell(row, by_year.get(year))) for year in years),
            ]
        )
    return Table(
        caption=format_html(
            _("{project}: yearly targets and results"), project=translated(project, "name").html
        ),
        columns=columns,
        rows=rows,
        note=_("Each year's target stands above its result."),
        phone="cards",
        ident="yearly",
    )


def _reference(row: ProjectNumber) -> SafeString | str:
    unit = str(translated(row.figure, "unit"))
    listed: list[tuple[str, str]] = []
    for point in row.references:
        when = as_of_words(point.as_of) if point.as_of else fiscal_year(point.fiscal_year, style="short")
        listed.append((format_value(point.value, unit, decimals=row.figure.decimals), when))
    return format_html_join("", '{} <small class="cell__note">{}</small>', listed) or "—"


def _year_cell(row: ProjectNumber, year: Any) -> SafeString | str:
    if year is None:
        return "—"
    unit, decimals = str(translated(row.figure, "unit")), row.figure.decimals
    target = "—"
    if year.target is not None:
        target = format_value(year.target.value, unit, decimals=decimals, comparator=row.figure.comparator)
    if year.observation is None:
        result = state_mark(Place.NOT_LOADED.value)
    else:
        value = format_value(year.observation.value, unit, decimals=year.observation.decimals)
        url = reverse("figures-evidence", args=[year.observation.evidence_id])
        mark = state_mark(
            year.standing.place.value,
            n=year.standing.seen,
            of=year.standing.whole,
            word=reason_words(year.standing),
        )
        result = format_html('<a href="{}">{}</a> {}', url, value, mark)
    return format_html(
        '<span class="set-against"><span>{}</span><small class="cell__note">{}</small></span>', target, result
    )


def _count_table(numbers: Sequence[ProjectNumber]) -> Table | None:
    """Counts the plan prints without a target: given for reference, never judged."""
    if not numbers:
        return None
    rows = [
        [
            Cell(translated(row.figure, "name").html),
            Cell(
                format_value(point.value, str(translated(row.figure, "unit")), decimals=row.figure.decimals)
            ),
            Cell(as_of_words(point.as_of) if point.as_of else fiscal_year(point.fiscal_year)),
            Cell(translated(point, "note").html),
        ]
        for row in numbers
        for point in row.references
    ]
    return Table(
        caption=_("Counts the plan gives for reference, without a target"),
        columns=[
            Column(_("Number"), head=True),
            Column(_("Value"), numeric=True),
            Column(_("Year")),
            Column(_("Remarks")),
        ],
        rows=rows,
        phone="cards",
        ident="counts",
    )
