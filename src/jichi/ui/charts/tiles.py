"""A map as a grid of tiles: every area the same size, its value written in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from jichi.ui import numbers
from jichi.ui.tables import Cell, Column, Table

from . import marks
from .model import Chart, Tile

_SIDE, _GAP = 96, 6
_CLASSES = 5


def tile_classes(values: Sequence[Decimal]) -> dict[Decimal, int]:
    """Class 1 (least) to 5 (greatest) of each value, in equal steps of value; one value alone is class 3."""
    low, high = min(values), max(values)
    if low == high:
        return {low: 3}
    width = (high - low) / _CLASSES
    return {v: min(_CLASSES, int((v - low) / width) + 1) for v in values}


def tile_map(
    tiles: Sequence[Tile],
    *,
    title: str,
    unit: str = "",
    decimals: int | None = None,
    description: str = "",
    lang: str | None = None,
    ident: str = "",
) -> Chart:
    """Draw areas as tiles at their given places; an area without a value has a dashed edge and says so."""
    language = numbers.current_language(lang)
    with translation.override(language):
        ident = ident or "t" + hashlib.sha256(repr((title, tiles)).encode()).hexdigest()[:10]
        known = [t.value for t in tiles if t.value is not None]
        classes = tile_classes(known) if known else {}
        body = "".join(_tile(t, classes, unit, decimals, language) for t in tiles)
        width = (max(t.column for t in tiles) + 1) * (_SIDE + _GAP) - _GAP
        height = (max(t.row for t in tiles) + 1) * (_SIDE + _GAP) - _GAP
        rows = [
            [Cell(t.label, t.url), Cell(_printed(t, unit, decimals, language)), Cell(t.note)] for t in tiles
        ]
        columns = [Column(_("Area"), head=True), Column(_("Value"), numeric=True), Column(_("Remarks"))]
        if not any(t.note for t in tiles):
            columns, rows = columns[:2], [row[:2] for row in rows]
        said = description or "、".join(f"{t.label} {_printed(t, unit, decimals, language)}" for t in tiles)
    svg = (
        f'<div class="tiles"><svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{ident}-t" '
        f'aria-describedby="{ident}-d" focusable="false"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(said)}</desc>{body}</svg></div>'
    )
    return Chart(mark_safe(svg), Table(title, columns, rows, ident=f"{ident}-table"), said, (), title)  # noqa: S308


def _printed(tile: Tile, unit: str, decimals: int | None, language: str) -> str:
    if tile.value is None:
        return tile.text or _("Result not loaded")
    return tile.text or numbers.format_value(tile.value, unit, decimals=decimals, language=language)


def _tile(tile: Tile, classes: dict[Decimal, int], unit: str, decimals: int | None, language: str) -> str:
    x, y = tile.column * (_SIDE + _GAP), tile.row * (_SIDE + _GAP)
    css = "none" if tile.value is None else str(classes[tile.value])
    value = tile.text or numbers.format_value(tile.value, unit, decimals=decimals, language=language)
    return (
        f'<g class="tile tile--{css}">'
        f'<rect class="tile__box" x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" rx="4"/>'
        + marks.text(x + 10, y + 24, tile.label)
        + marks.text(x + 10, y + _SIDE - 14, value, css="tile__value")
        + "</g>"
    )
