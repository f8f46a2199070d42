"""``{% load panels %}``: what higher rooms add to a thing's page, without this room knowing them."""

from __future__ import annotations

import logging
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.manifest import Panel

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag(takes_context=True)
def panels(context: template.Context, slot: str, thing: Any) -> SafeString:
    """``{% panels "plan.indicator.picture" indicator %}``; with ``as name`` the result can be asked for.

    Each panel's context comes from its declared ``(viewer, thing, request) -> dict``; an empty dict or
    None means that it has nothing to say here. A panel that fails is logged and left out: the page stands.
    """
    request = context.get("request")
    viewer = getattr(request, "viewer", ANONYMOUS)
    shown = (_shown(panel, viewer, thing, request, context) for panel in registry.panels(slot))
    return mark_safe("".join(shown))  # noqa: S308 - each part was rendered by a template


def _flat(context: template.Context) -> dict[str, Any]:
    return {str(name): value for name, value in context.flatten().items()}


def _shown(panel: Panel, viewer: Any, thing: Any, request: Any, context: template.Context) -> str:
    try:
        found = registry.resolve(panel.context)(viewer, thing, request)
        if not found:
            return ""
        # Not with the context processors again: what the page has is handed on.
        return render_to_string(panel.template, {**_flat(context), **found})
    except Exception:
        logger.exception("the panel %s on %s failed", panel.template, panel.on)
        return ""
