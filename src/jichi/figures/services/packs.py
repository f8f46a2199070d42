"""Measured values that a pack brings: samples of a fictitious city, or published figures of a real one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.figures.models import Evidence, Observation
from jichi.plan.models import ProjectFigure, Series
from jichi.plan.services.translations import Memory, translations_for

from .values import Value, add_evidence, enter_values, publish_values


def load_observations(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> int:
    """Enter and publish a pack's values; what stands already with the same value is left as it is.

    Returns the number of values entered.

    Raises:
        Invalid: naming the entry whose indicator or number is unknown.
    """
    entered = 0
    for place, item in enumerate(data["evidence"]):
        fresh = [value for value in _values(item, f"evidence/{place}", pack.memory) if not _stands(value)]
        if not fresh:
            continue
        evidence = Evidence.objects.filter(title=item["title"], publisher=item.get("publisher", "")).first()
        if evidence is None:
            published = item.get("published_on")
            evidence = add_evidence(
                viewer=viewer,
                title=item["title"],
                publisher=item.get("publisher", ""),
                url=item.get("url", ""),
                locator=item.get("locator", ""),
                published_on=datetime.date.fromisoformat(published) if published else None,
                is_sample=pack.is_sample,
                translations=translations_for(
                    pack.memory, {"title": item["title"], "publisher": item.get("publisher", "")}
                ),
            )
        rows = enter_values(viewer=viewer, values=fresh, evidence=evidence)
        publish_values(viewer=viewer, observation_ids=[row.pk for row in rows])
        entered += len(rows)
    return entered


def _stands(value: Value) -> bool:
    return Observation.objects.filter(
        series=value.series,
        project_figure=value.figure,
        fiscal_year=value.fiscal_year,
        definition=value.definition,
    ).exists()


def _values(item: Mapping[str, Any], where: str, memory: Memory) -> list[Value]:
    found = []
    for place, entry in enumerate(item["values"]):
        series, figure = _subject(entry, f"{where}/values/{place}")
        number, interval = entry["value"], entry.get("interval")
        found.append(
            Value(
                series=series,
                figure=figure,
                fiscal_year=entry["fiscal_year"],
                value=None if number is None else Decimal(str(number)),
                decimals=entry.get("decimals", 0),
                as_of=datetime.date.fromisoformat(entry["as_of"]) if entry.get("as_of") else None,
                definition=entry.get("definition", "1"),
                coverage=(entry["coverage"][0], entry["coverage"][1]) if entry.get("coverage") else None,
                n=entry.get("n"),
                interval=(Decimal(str(interval[0])), Decimal(str(interval[1]))) if interval else None,
                status=entry.get("status", "final"),
                source_kind=item.get("source_kind", "document"),
                note=entry.get("note", ""),
                translations=translations_for(memory, {"note": entry.get("note", "")}),
            )
        )
    return found


def _subject(entry: Mapping[str, Any], where: str) -> tuple[Series | None, ProjectFigure | None]:
    if "figure" in entry:
        plan, code, order = entry["figure"].split("/")
        figure = (
            ProjectFigure.objects.select_related("project")
            .filter(project__plan__key=plan, project__code=code, order=int(order))
            .first()
        )
        if figure is not None:
            return None, figure
    elif "indicator" in entry:
        series = (
            Series.objects.select_related("indicator")
            .filter(indicator__key=entry["indicator"], key=entry.get("series", ""))
            .first()
        )
        if series is not None:
            return series, None
    raise Invalid({where: [f"unknown: {entry.get('figure') or entry.get('indicator')}"]})
