"""What a value is of, as pages name it: an indicator's series, or a yearly number of a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jichi.figures.models import Observation
from jichi.plan.models import ProjectFigure, Series
from jichi.ui.content import translated


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A figure's name (as HTML and plain), the unit it is counted in, and the page it belongs to."""

    name: SafeString
    plain_name: str
    unit: str
    url: str


def subject_of(row: Observation) -> Subject:
    """The subject of a value. ``series__indicator`` or ``project_figure__project__plan`` must be loaded."""
    if row.series is not None:
        return series_subject(row.series)
    assert row.project_figure is not None
    return figure_subject(row.project_figure)


def series_subject(series: Series) -> Subject:
    """An indicator's series; the series is named where the indicator has several."""
    indicator: Any = series.indicator
    name, part = translated(indicator, "name"), translated(series, "name")
    return Subject(
        name=format_html("{}（{}）", name.html, part.html) if part else format_html("{}", name.html),
        plain_name=f"{name} {part}".strip(),
        unit=str(translated(indicator, "unit")),
        url=reverse("indicator-detail", args=[indicator.key]),
    )


def figure_subject(figure: ProjectFigure) -> Subject:
    """A project's yearly number, on the page of its project."""
    project: Any = figure.project
    name = translated(figure, "name")
    return Subject(
        name=format_html("{}", name.html),
        plain_name=str(name),
        unit=str(translated(figure, "unit")),
        url=reverse("node-detail", args=[project.plan.key, project.code]),
    )
