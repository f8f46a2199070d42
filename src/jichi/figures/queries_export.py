"""Measured values as flat rows for open data, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from jichi.city.access import Viewer
from jichi.plan.models import ProjectFigure, Series
from jichi.ui.content import chosen, translated

from .models import Binding, Breakdown, Cell, Definition, Observation
from .queries import observations_for
from .queries.bindings import bindings_for, bindings_in_force, readable_figures

Row = dict[str, Any]


def _ordered(rows: QuerySet[Observation]) -> QuerySet[Observation]:
    return rows.select_related(
        "evidence", "series__indicator", "project_figure__project__plan", "department"
    ).order_by(
        "series__indicator__key",
        "series__order",
        "project_figure__project__code",
        "project_figure__order",
        "fiscal_year",
        "definition",
        "revision",
    )


def observation_rows(viewer: Viewer, *, indicator: str = "") -> Iterator[Row]:
    """Every value the viewer may read, all revisions; of one indicator where given."""
    rows = observations_for(viewer)
    if indicator:
        rows = rows.filter(series__indicator__key=indicator)
    listed = list(_ordered(rows))
    newest: dict[tuple[Any, ...], int] = {}
    for row in listed:
        newest[_subject(row)] = max(newest.get(_subject(row), 0), row.revision)
    return (_row(row, is_latest=row.revision == newest[_subject(row)]) for row in listed)


def _subject(row: Observation) -> tuple[Any, ...]:
    return (row.series_id, row.project_figure_id, row.fiscal_year, row.definition)


def _named(series: Series | None, figure: ProjectFigure | None) -> Row:
    """The columns that say of which figure a row is."""
    named = series.indicator if series else figure
    return {
        "indicator": series.indicator.key if series else None,
        "series": series.key if series else None,
        "plan": figure.project.plan.key if figure else None,
        "project": figure.project.code if figure else None,
        "figure": figure.order if figure else None,
        "name": str(translated(named, "name")),
    }


def _row(row: Observation, *, is_latest: bool) -> Row:
    plain = (
        "fiscal_year",
        "as_of",
        "period_first",
        "period_last",
        "value",
        "unit",
        "decimals",
        "definition",
        "quantity",
        "counting",
        "coverage_seen",
        "coverage_whole",
        "n",
        "interval_low",
        "interval_high",
        "interval_method",
        "status",
        "revision",
        "reason",
        "source_kind",
        "metric",
        "rule_version",
        "published_at",
    )
    return {
        **_named(row.series, row.project_figure),
        **{name: getattr(row, name) for name in plain},
        "is_latest": is_latest,
        "evidence": str(translated(row.evidence, "title")),
        "evidence_kind": row.evidence.kind,
        "evidence_sha256": row.evidence.sha256,
        "evidence_publisher": row.evidence.publisher,
        "evidence_url": row.evidence.url,
        "evidence_locator": row.evidence.locator,
        "is_sample": row.evidence.is_sample,
        "note": str(translated(row, "note")),
    }


def definition_rows(viewer: Viewer) -> Iterator[Row]:
    """What the figures of readable plans and indicators count."""
    rows = Definition.objects.filter(readable_figures(viewer)).select_related(
        "series__indicator", "project_figure__project__plan"
    )
    for row in rows.order_by("series__indicator__key", "series__order", "project_figure_id", "order"):
        facts = definition_row(row)
        yield {**_named(row.series, row.project_figure), "definition": facts.pop("code"), **facts}


def definition_row(row: Definition) -> Row:
    """One definition in the reader's language."""
    texts = ("counts", "counts_not", "wording", "break_reason")
    plain = ("code", "quantity", "counting", "first_year", "confirmed")
    return {name: str(translated(row, name)) for name in texts} | {name: getattr(row, name) for name in plain}


def latest_row(row: Observation) -> Row:
    """The newest revision of a value; series or number and its plan must be loaded."""
    return _row(row, is_latest=True)


def binding_rows(viewer: Viewer) -> Iterator[Row]:
    """Every decision on where a readable figure comes from, and which of them is in force today."""
    in_force = {row.pk for row in bindings_in_force().values()}
    rows = bindings_for(viewer).order_by(
        "series__indicator__key", "series__order", "project_figure_id", "number"
    )
    for row in rows:
        yield {
            **_named(row.series, row.project_figure),
            "in_force": row.pk in in_force,
            **binding_row(row),
        }


def binding_row(row: Binding) -> Row:
    """One decision in the reader's language. ``due`` is month, day and years after the fiscal year begins."""
    plain = (
        "number",
        "valid_from",
        "source_kind",
        "via",
        "source_key",
        "definition",
        "every_years",
        "confirmed",
        "decided_on",
        "decision",
    )
    due = ""
    if row.due_month is not None and row.due_day is not None:
        due = f"{row.due_month:02d}-{row.due_day:02d}+{row.due_years}"
    return {
        **{name: getattr(row, name) for name in plain},
        "department": str(translated(row.department, "name")) if row.department else "",
        "collected_by": str(chosen(row.texts.get("collected_by"))),
        "traps": str(chosen(row.texts.get("traps"))),
        "due": due,
    }


def cell_rows(viewer: Viewer) -> Iterator[Row]:
    """The cells of the newest cut of each value, hidden ones without value whoever asks: it is open data."""
    newest: dict[tuple[int, tuple[str, ...]], Breakdown] = {}
    cuts = Breakdown.objects.filter(observation__in=observations_for(viewer)).select_related(
        "observation__series__indicator", "observation__project_figure__project__plan"
    )
    for cut in cuts.order_by("observation__fiscal_year", "observation_id", "number"):
        newest[(cut.observation_id, tuple(cut.dimensions))] = cut
    by_id = {cut.pk: cut for cut in newest.values()}
    for cell in Cell.objects.filter(breakdown__in=by_id).order_by("breakdown_id", "order").iterator():
        cut = by_id[cell.breakdown_id]
        value = cut.observation
        hidden = cell.state != Cell.State.SHOWN
        yield {
            **_named(value.series, value.project_figure),
            "fiscal_year": value.fiscal_year,
            "definition": value.definition,
            "revision": value.revision,
            "dimensions": " × ".join(cut.dimensions),
            "cell": " × ".join(part or "*" for part in cell.key),
            "value": None if hidden else cell.value,
            "unit": value.unit,
            "hidden": hidden,
        }
