"""What a chart says in words: names of its points, its table and its description."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jichi.ui import numbers
from jichi.ui.languages import is_japanese
from jichi.ui.tables import Cell, Column, Table

from .model import ChartPoint, ChartSeries

KIND_ORDER = {"baseline": 0, "current": 1, "actual": 2, "target": 3}


def kind_word(point: ChartPoint) -> str:
    """The name of a point: its own label, or the standing word of its kind."""
    words = {
        "baseline": _("When the plan was drawn up"),
        "current": _("Value in the plan"),
        "actual": _("Result"),
        "target": _("Target"),
    }
    return point.label or words[point.kind]


def value_words(point: ChartPoint, unit: str, language: str) -> str:
    """A point's value with unit, precision and comparator."""
    return numbers.format_value(
        point.value, unit, decimals=point.decimals, comparator=point.comparator, language=language
    )


def remarks(point: ChartPoint, unit: str, language: str) -> str:
    """Interval, coverage and note of a point as one line."""
    parts: list[str] = []
    if point.interval is not None:
        low, high = (
            numbers.format_value(v, unit, decimals=point.decimals, language=language) for v in point.interval
        )
        parts.append(_("95%% interval %(low)s to %(high)s") % {"low": low, "high": high})
    if point.coverage is not None and point.partial:
        parts.append(
            _("%(seen)s of %(whole)s seen") % {"seen": point.coverage[0], "whole": point.coverage[1]}
        )
    if point.note:
        parts.append(point.note)
    return " · ".join(parts)


def ordered(series: ChartSeries) -> list[ChartPoint]:
    """Points by year, and within a year in the order of their kinds."""
    return sorted(series.points, key=lambda p: (p.year, KIND_ORDER[p.kind]))


def chart_table(series: Sequence[ChartSeries], unit: str, caption: str, language: str, ident: str) -> Table:
    """The picture's numbers as a table: year, kind, value, remarks, and the series when there are several."""
    several = len(series) > 1
    noted = any(remarks(p, unit, language) for s in series for p in s.points)
    columns = [
        *([Column(_("Series"))] if several else []),
        Column(_("Year"), head=True, narrow=True),
        Column(_("What it is"), narrow=True),
        Column(_("Value"), numeric=True),
        *([Column(_("Remarks"))] if noted else []),
    ]
    rows = [
        [
            *([Cell(one.name)] if several else []),
            Cell(numbers.fiscal_year(point.year, language)),
            Cell(kind_word(point)),
            Cell(value_words(point, unit, language)),
            *([Cell(remarks(point, unit, language))] if noted else []),
        ]
        for one in series
        for point in ordered(one)
    ]
    return Table(caption, columns, rows, phone="cards", ident=ident)


def describe(series: Sequence[ChartSeries], unit: str, language: str) -> str:
    """The whole picture in sentences, for those who hear it."""
    stop = "。" if is_japanese(language) else ". "
    sentences: list[str] = []
    for one in series:
        head = f"{one.name}: " if len(series) > 1 and one.name else ""
        said = [
            f"{numbers.fiscal_year(p.year, language)} {kind_word(p)} {value_words(p, unit, language)}"
            for p in ordered(one)
            if p.value is not None
        ]
        if not any(p.kind == "actual" and p.value is not None for p in one.points):
            said.append(_("No result has been loaded yet"))
        sentences.append(head + stop.join(said))
    return (stop.join(sentences) + stop).strip()
