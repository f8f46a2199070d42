"""The bar of a progress board, drawn on the server. Its numbers stand beside it in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_ORDER = ("accepted", "planning", "bureau", "section", "filling")


def bar_of(counts: Sequence[tuple[str, int]]) -> SafeString:
    """One bar of all sheets, the accepted ones first, each state with its own shade, divided by lines."""
    by_state = dict(counts)
    whole = sum(by_state.values())
    parts: list[tuple[str, str, str]] = []
    start = 0.0
    for state in _ORDER:
        width = 100 * by_state.get(state, 0) / whole if whole else 0
        if width:
            parts.append((state, f"{start:.2f}", f"{width:.2f}"))
            start += width
    rects = format_html_join("", '<rect class="ev-bar__{}" x="{}%" width="{}%" y="0" height="100%"/>', parts)
    return format_html(
        '<svg class="ev-bar" width="100%" height="14" aria-hidden="true" focusable="false">{}</svg>', rects
    )
