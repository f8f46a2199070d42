"""Icons, states, labels: the small things of a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jichi.ui import icons, states

from .base import register, render


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "download" %}``"""
    return icons.icon(name, label)


@register.simple_tag
def mark() -> SafeString:
    """The product's mark."""
    return icons.product_mark()


@register.simple_tag
def state_mark(
    state: str, n: int | None = None, of: int | None = None, word: str = "", bare: bool = False
) -> SafeString:
    """``{% state_mark "met" %}`` · ``{% state_mark "partial" n=3 of=41 %}``"""
    return states.state_mark(state, n=n, of=of, word=word, bare=bare)


@register.simple_tag
def state_grid(items: Iterable[Mapping[str, Any]], label: str = "") -> SafeString:
    """Every figure as one mark, each a link: state, url, title (n, of); and a counting legend."""
    listed = list(items)
    counted = [(state.value, sum(1 for i in listed if i["state"] == state.value)) for state in states.State]
    return render("state_grid", items=listed, counted=[(s, c) for s, c in counted if c], label=label)


@register.simple_tag
def tag(text: str, kind: str = "") -> SafeString:
    """A short label: ``{% tag "施策" %}``; kinds: plain, ``strong``, ``promise``, ``result``, ``sample``."""
    return format_html('<span class="tag{}">{}</span>', f" tag--{kind}" if kind else "", text)


@register.simple_tag
def qr(url: str) -> SafeString:
    """The address as a QR code, drawn as SVG on the server."""
    label = format_html('<svg role="img" aria-label="{}"', _("QR code of this page's address"))
    return mark_safe(_drawn(url).replace("<svg", label, 1))  # noqa: S308 - segno's own drawing


@lru_cache(maxsize=512)  # a tenth of the time of a page
def _drawn(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        out,
        kind="svg",
        omitsize=True,
        border=2,
        xmldecl=False,
        svgns=True,
        nl=False,
        svgclass="qr",
        lineclass="qr__dots",
    )
    return out.getvalue().decode()
