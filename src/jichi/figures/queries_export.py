"""Measured values as flat rows for open data, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from jichi.city.access import Viewer
from jichi.ui.content import translated

from .models import Observation
from .queries import observations_for

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


def _row(row: Observation, *, is_latest: bool) -> Row:
    figure, series = row.project_figure, row.series
    named = series.indicator if series else figure
    return {
        "indicator": series.indicator.key if series else None,
        "series": series.key if series else None,
        "plan": figure.project.plan.key if figure else None,
        "project": figure.project.code if figure else None,
        "figure": figure.order if figure else None,
        "name": str(translated(named, "name")),
        "fiscal_year": row.fiscal_year,
        "as_of": row.as_of,
        "value": row.value,
        "unit": row.unit,
        "decimals": row.decimals,
        "definition": row.definition,
        "coverage_seen": row.coverage_seen,
        "coverage_whole": row.coverage_whole,
        "n": row.n,
        "interval_low": row.interval_low,
        "interval_high": row.interval_high,
        "status": row.status,
        "revision": row.revision,
        "is_latest": is_latest,
        "reason": row.reason,
        "source_kind": row.source_kind,
        "evidence": str(translated(row.evidence, "title")),
        "evidence_publisher": row.evidence.publisher,
        "evidence_url": row.evidence.url,
        "evidence_locator": row.evidence.locator,
        "is_sample": row.evidence.is_sample,
        "note": str(translated(row, "note")),
        "published_at": row.published_at,
    }
