"""In the outer zone only routes declared public exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from jichi.config.zones import is_served_outside


class ZoneMiddleware:
    """Answers 404 for any route the outer zone does not serve. Denies by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Refuse before the view runs; raising here gives the same page as an absent address."""
        match = request.resolver_match
        if settings.JICHI.zone == "outer" and not is_served_outside(match.view_name if match else None):
            raise Http404
