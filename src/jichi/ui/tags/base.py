"""The one library of template tags, which each file of this folder adds to."""

from __future__ import annotations

from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = Library()


def render(name: str, **context: Any) -> SafeString:
    """A component's template with its data."""
    return render_to_string(f"ui/components/{name}.html", context)
