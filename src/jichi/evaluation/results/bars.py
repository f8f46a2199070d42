"""Bars of the results pages, drawn on the server. Each number stands beside its bar: none tells alone."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

_BARS = (
    '<svg class="{}" viewBox="0 0 100 {}" width="100%" height="{}" preserveAspectRatio="none" '
    'aria-hidden="true" focusable="false">{}</svg>'
)
_THICK, _THIN, _GAP = 10, 4, 2


def bar(value: Decimal | int, whole: Decimal | int) -> SafeString:
    """A value as a share of the longest one."""
    return format_html(_BARS, "bars", _THICK, _THICK, _lying(value, whole, 0, _THICK, "c-dot"))


def paired_bars(now: Decimal | int, before: Decimal | int | None, whole: Decimal | int) -> SafeString:
    """This time's value as a thick bar, the one before as a thin outlined bar below it (None: no bar)."""
    if before is None:
        return bar(now, whole)
    height = _THICK + _GAP + _THIN
    lying = format_html(
        "{}{}",
        _lying(now, whole, 0, _THICK, "c-dot"),
        _lying(before, whole, _THICK + _GAP, _THIN, "c-ring-dot"),
    )
    return format_html(_BARS, "bars", height, height, lying)


def _lying(value: Decimal | int, whole: Decimal | int, top: int, height: int, kind: str) -> SafeString:
    width = 100 * Decimal(value) / Decimal(whole) if whole else Decimal(0)
    width = min(max(width, Decimal(0)), Decimal(100))
    return format_html(
        '<rect class="c-period" y="{}" width="100" height="{}"/>'
        '<rect class="{}" y="{}" width="{}" height="{}"/>',
        top,
        height,
        kind,
        top,
        f"{width:.2f}",
        height,
    )
