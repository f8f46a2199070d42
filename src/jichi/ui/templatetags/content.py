"""``{% load content %}``: content of rows in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from jichi.ui.content import chosen, translated

register = template.Library()


@register.simple_tag
def tr(row: Any, field: str) -> SafeString:
    """``{% tr node "name" %}``: the text, in a ``lang`` span where it fell back to the source's language."""
    return translated(row, field).html


@register.simple_tag
def tr_plain(row: Any, field: str) -> str:
    """``{% tr_plain node "name" %}``: the words alone, for titles and attributes, where no span may stand."""
    return str(translated(row, field))


@register.filter
def chosen_text(texts: Mapping[str, Any] | str | None) -> SafeString:
    """``{{ binding.how|chosen_text }}``: one text out of a pack's ``{"ja": …, "en": …}``."""
    return chosen(texts).html
