"""The strip of three: promise, result, proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template import TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .base import register, render

_PARTS = ("promise", "result", "proof")


def _part_title(kind: str) -> str:
    return {"promise": _("Promise"), "result": _("Result"), "proof": _("Proof")}[kind]


@register.simple_block_tag
def strip(content: str, label: str = "", size: str = "") -> SafeString:
    """``{% strip %}{% strip_part "promise" %}…{% endstrip_part %}…{% endstrip %}``, in this order."""
    return render("strip", content=content, label=label or _("Promise, result, proof"), size=size)


@register.simple_block_tag
def strip_part(content: str, kind: str, title: str = "") -> SafeString:
    """One of the three parts; ``kind`` is ``promise``, ``result`` or ``proof``."""
    if kind not in _PARTS:
        raise TemplateSyntaxError(f"strip_part needs one of {_PARTS}, not {kind!r}")
    return render("strip_part", content=content, kind=kind, title=title or _part_title(kind))


@register.simple_tag
def promise_strip(
    promise: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    proof: Mapping[str, Any] | None = None,
    label: str = "",
    size: str = "",
) -> SafeString:
    """The strip from three mappings: value, unit, text, meta, state, links (title, url); all optional."""
    content = SafeString("")
    for kind, part in zip(_PARTS, (promise, result, proof), strict=True):
        body = render("strip_body", part=part or {}, kind=kind)
        content += render("strip_part", content=body, kind=kind, title=_part_title(kind))
    return render("strip", content=content, label=label or _("Promise, result, proof"), size=size)
