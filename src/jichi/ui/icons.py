"""The few icons of the pages, drawn by us on a grid of 20, and the mark of the product.

A flag is what was promised, a solid dot what came of it, a sheet what proves it: the same three marks stand
in the strip of three and in every chart.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_STROKE = (
    'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
)
ICONS: dict[str, str] = {
    "promise": f'<path d="M5 18V2.5" {_STROKE}/><path d="M5 2.5h10.5L12.5 6l3 3.5H5z" fill="currentColor"/>',
    "result": '<circle cx="10" cy="10" r="6.5" fill="currentColor"/>',
    "proof": f'<path d="M4 2.5h8l4 4v11H4zM12 2.5v4h4M7 10.5h6M7 14h6" {_STROKE}/>',
    "search": f'<circle cx="8.5" cy="8.5" r="5.5" {_STROKE}/><path d="m13 13 4.5 4.5" {_STROKE}/>',
    "download": f'<path d="M10 2.5v10.5M5.5 8.5 10 13l4.5-4.5M3 17.5h14" {_STROKE}/>',
    "external": f'<path d="M8 4H3.5v12.5H16V12M11.5 3H17v5.5M17 3l-8 8" {_STROKE}/>',
    "info": f'<circle cx="10" cy="10" r="7.5" {_STROKE}/><path d="M10 9v5M10 6v.2" {_STROKE}/>',
    "warn": f'<path d="M10 2.5 18.5 17h-17zM10 8v4M10 14.5v.2" {_STROKE}/>',
    "error": f'<path d="M6.5 2h7L18 6.5v7L13.5 18h-7L2 13.5v-7zM10 6v5M10 13.8v.2" {_STROKE}/>',
    "success": f'<circle cx="10" cy="10" r="7.5" {_STROKE}/><path d="m6.5 10 2.5 2.5 4.5-5" {_STROKE}/>',
    "next": f'<path d="m7.5 4 6 6-6 6" {_STROKE}/>',
    "previous": f'<path d="m12.5 4-6 6 6 6" {_STROKE}/>',
    "open": f'<path d="m4 7.5 6 6 6-6" {_STROKE}/>',
    "print": f'<path d="M5.5 7V2.5h9V7M5.5 14H2.5V7h15v7h-3M5.5 11.5h9v6h-9z" {_STROKE}/>',
}


def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG icon; decorative unless ``label`` gives it a name. An unknown name is a KeyError."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - constants above
    if label:
        return format_html(
            '<svg class="icon icon--{}" viewBox="0 0 20 20" width="20" height="20" role="img" '
            'aria-label="{}">{}</svg>',
            name,
            label,
            drawing,
        )
    return format_html(
        '<svg class="icon icon--{}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" '
        'focusable="false">{}</svg>',
        name,
        drawing,
    )


def product_mark() -> SafeString:
    """Jichi's mark: a ring left open, and the dot that closes it."""
    return mark_safe(
        '<svg class="brand__mark" viewBox="0 0 40 40" width="36" height="36" '
        'aria-hidden="true" focusable="false">'
        '<path d="M25.6 6.1A15 15 0 1 0 33.9 14.4" fill="none" stroke="currentColor" stroke-width="4.5"/>'
        '<circle class="brand__dot" cx="31.6" cy="8.4" r="5" fill="currentColor"/></svg>'
    )
