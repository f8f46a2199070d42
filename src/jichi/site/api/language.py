"""In which language the API answers."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest


def language_of(request: HttpRequest) -> str:
    """The language asked for by ``lang``, else by Accept-Language, else the installation's own."""
    offered = [code for code, _name in settings.LANGUAGES]
    asked = request.GET.get("lang", "").lower()
    if asked in offered:
        return asked
    for tag in _accepted(request):
        for code in (tag, tag.split("-")[0]):
            if code in offered:
                return code
    return settings.LANGUAGE_CODE


def _accepted(request: HttpRequest) -> Iterator[str]:
    """The tags of Accept-Language, the preferred first; what cannot be read is left out."""
    parts: list[tuple[float, int, str]] = []
    for item in request.headers.get("Accept-Language", "")[:500].split(","):
        tag, _separator, weight = item.partition(";q=")
        try:
            parts.append((-float(weight or 1), len(parts), tag.strip().lower()))
        except ValueError:
            continue
    return (tag for _weight, _place, tag in sorted(parts) if tag)
