"""The marks of the chart grammar as SVG fragments. Colours come from classes, so that they follow the mode.

Baseline: open ring. Current: ring with dot. Actual: solid dot. Part of the whole: hollow dot. Target: flag
on a stem. Missing: dotted circle. Interval: bar with caps.
"""

from __future__ import annotations

from django.utils.html import escape


def n(value: float) -> str:
    """A coordinate, short."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text(x: float, y: float, content: str, *, css: str = "", anchor: str = "start") -> str:
    """A line of text; its content is escaped."""
    css_part = f' class="{css}"' if css else ""
    anchor_part = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{n(x)}" y="{n(y)}"{anchor_part}{css_part}>{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A straight line."""
    return f'<line class="{css}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"/>'


def circle(x: float, y: float, radius: float, css: str) -> str:
    """A circle."""
    return f'<circle class="{css}" cx="{n(x)}" cy="{n(y)}" r="{n(radius)}"/>'


def ground(x1: float, y: float, x2: float, height: float) -> str:
    """The soft ground of the plan's period."""
    return f'<rect class="c-period" x="{n(x1)}" y="{n(y)}" width="{n(x2 - x1)}" height="{n(height)}"/>'


def axis_break(x: float, y: float) -> str:
    """Two strokes across the foot of an axis that does not start at zero."""
    return f'<path class="c-axis" d="M{n(x - 4)} {n(y - 9)}l8 -4M{n(x - 4)} {n(y - 4)}l8 -4"/>'


def baseline(x: float, y: float, size: float = 1.0) -> str:
    """Open ring."""
    return circle(x, y, 5.5 * size, "c-ring")


def current(x: float, y: float, size: float = 1.0) -> str:
    """Ring with dot."""
    return circle(x, y, 5.5 * size, "c-ring") + circle(x, y, 2 * size, "c-ring-dot")


def actual(x: float, y: float, *, partial: bool = False, size: float = 1.0) -> str:
    """Solid dot; hollow when less than the whole was seen."""
    return circle(x, y, (4.5 if partial else 5.5) * size, "c-dot--part" if partial else "c-dot")


def missing(x: float, y: float, size: float = 1.0) -> str:
    """Open dotted circle: a result that is not loaded."""
    return circle(x, y, 5.5 * size, "c-empty")


def interval(x: float, low: float, high: float) -> str:
    """Vertical bar with caps from ``low`` to ``high`` (places, not values)."""
    cap = f"M{n(x - 5)} {n(high)}h10M{n(x - 5)} {n(low)}h10"
    return f'<path class="c-interval" d="{cap}M{n(x)} {n(high)}V{n(low)}"/>'


def target(
    x: float, y: float, foot: float, *, past: bool = False, left: bool = False, size: float = 1.0
) -> str:
    """Flag on a stem whose head stands at the value; hollow once its year belongs to an earlier period."""
    reach = (-13 if left else 13) * size
    css = "c-flag c-flag--past" if past else "c-flag"
    pennant = f"M{n(x)} {n(y)}L{n(x + reach)} {n(y + 5 * size)}L{n(x)} {n(y + 10 * size)}z"
    return line(x, foot, x, y, "c-stem") + f'<path class="{css}" d="{pennant}"/>'
