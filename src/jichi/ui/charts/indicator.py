"""The chart of an indicator: what was promised, from where, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe

from jichi.ui.numbers import current_language

from . import panel
from .model import Chart, ChartSeries
from .scale import ValueScale, value_scale
from .words import chart_table, describe, kind_word, value_words


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Size of a drawing and how its panels are set out on it."""

    css: str
    width: float
    height: float
    across: int


_WIDE = _Sheet("chart__wide", 720, 360, 2)
_NARROW = _Sheet("chart__narrow", 330, 320, 1)


def _ident(*parts: object) -> str:
    """A short id that is the same each time the same picture is drawn (hash of what it shows)."""
    return "c" + hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


def _scale(series: Sequence[ChartSeries]) -> ValueScale:
    values: list[Decimal] = []
    for point in (p for one in series for p in one.points):
        values += [point.value] if point.value is not None else []
        values += list(point.interval or ())
    return value_scale(values)


def _years(series: Sequence[ChartSeries], period: tuple[int, int] | None) -> tuple[int, int]:
    years = [p.year for one in series for p in one.points if p.value is not None or p.kind == "actual"]
    years += list(period or ())
    return (min(years), max(years)) if years else (0, 0)


def _svg(ident: str, css: str, width: float, height: float, title: str, description: str, body: str) -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{ident}-t" aria-describedby="{ident}-d" focusable="false">'
        f'<title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(description)}</desc>{body}</svg>'
    )


def _sheet(
    sheet: _Sheet,
    series: Sequence[ChartSeries],
    context: panel.Setting,
    ident: str,
    title: str,
    description: str,
) -> str:
    across = min(sheet.across, len(series))
    down = -(-len(series) // across)
    panel_width = (sheet.width - (across - 1) * 24) / across
    panel_height = sheet.height if across == 1 else 330
    body = []
    for index, one in enumerate(series):
        drawn = panel.draw(one, context, panel_width, panel_height, named=len(series) > 1)
        x, y = (index % across) * (panel_width + 24), (index // across) * (panel_height + 16)
        body.append(f'<g transform="translate({x:g} {y:g})">{drawn}</g>' if x or y else drawn)
    height = down * panel_height + (down - 1) * 16
    return _svg(f"{ident}-{sheet.css[-1]}", sheet.css, sheet.width, height, title, description, "".join(body))


def indicator_chart(
    series: ChartSeries | Sequence[ChartSeries],
    *,
    unit: str,
    title: str,
    description: str = "",
    lang: str | None = None,
    period: tuple[int, int] | None = None,
    expectation: bool = True,
    size: str = "full",
    ident: str = "",
) -> Chart:
    """Draw an indicator.

    ``period`` are the first and last fiscal year of the plan (shown as a soft ground), ``expectation``
    draws the straight line from the plan's current value (or its baseline) to its last target, ``size`` is
    ``full`` or ``spark``. Several series become small multiples over one scale. An empty ``description`` is
    written from the data. ``ident`` must be given when one page draws the same chart twice.
    """
    several = [series] if isinstance(series, ChartSeries) else list(series)
    language = current_language(lang)
    with translation.override(language):
        ident = ident or _ident(title, several, size)
        said = description or describe(several, unit, language)
        table = chart_table(several, unit, title, language, f"{ident}-table")
        first, last = _years(several, period)
        setting = panel.Setting(
            unit=unit,
            language=language,
            period=period,
            expectation=expectation,
            scale=_scale(several),
            first=first,
            last=last,
        )
        if size == "spark":
            svg = _spark(several, setting, ident, title, said)
        else:
            pictures = "".join(
                _sheet(sheet, several, setting, ident, title, said) for sheet in (_WIDE, _NARROW)
            )
            svg = f'<div class="chart__pictures">{pictures}</div>'
        notes = tuple(note for one in several for note in panel.break_notes(one, language))
    return Chart(mark_safe(svg), table, said, notes, title)  # noqa: S308 - every text in it is escaped


def _spark(
    series: Sequence[ChartSeries], setting: panel.Setting, ident: str, title: str, description: str
) -> str:
    body = "".join(
        f'<g transform="translate(0 {index * 60})">{panel.draw_spark(one, setting, 220, 56)}</g>'
        if index
        else panel.draw_spark(one, setting, 220, 56)
        for index, one in enumerate(series)
    )
    height = 56 + 60 * (len(series) - 1)
    return f'<div class="spark">{_svg(ident, "spark__svg", 220, height, title, description, body)}</div>'


def latest(series: ChartSeries) -> str:
    """The newest measured value in words, for the line beside a spark; empty when there is none."""
    known = [p for p in series.points if p.value is not None and p.kind != "target"]
    if not known:
        return ""
    point = max(known, key=lambda p: p.year)
    return f"{kind_word(point)} {value_words(point, '', current_language())}"
