"""Readings over the kanji of public pages, for those who asked for them by the link at the head of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language

from jichi.city.queries import current_city, wards
from jichi.config.zones import is_served_outside
from jichi.ui.languages import is_japanese
from jichi.ui.ruby import add_ruby

COOKIE = "jichi_ruby"
_YEAR = 60 * 60 * 24 * 365


class RubyMiddleware:
    """Sets ``request.ruby``, keeps the choice in a cookie, and writes the readings into finished pages.

    ``?ruby=1`` and ``?ruby=0`` are links, so that the choice needs neither a form nor a script: they answer
    with the cookie and lead back to the address without them. Only public pages in 日本語 and やさしい日本語
    are touched; what a member of the city's staff types or edits never is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("ruby", "")
        if asked in {"0", "1"} and request.method in {"GET", "HEAD"} and _speaks_japanese():
            return _remember(request, on=asked == "1")
        on = request.COOKIES.get(COOKIE) == "1" and _speaks_japanese()
        request.ruby = on  # type: ignore[attr-defined]
        response = self.get_response(request)
        if on and _may_be_read(request, response):
            charset = response.charset or "utf-8"
            html = response.content.decode(charset)
            response.content = add_ruby(html, readings()).encode(charset)
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
            # Made of the page without its readings.
            response.headers.pop("ETag", None)
            patch_vary_headers(response, ["Cookie"])
        return response


def readings() -> Mapping[str, str]:
    """The city's own readings: of its words and of its wards."""
    city = current_city()
    found = {ward.name: ward.reading for ward in wards() if ward.reading}
    return {**found, **(city.readings if city else {})}


def _speaks_japanese() -> bool:
    return is_japanese(get_language() or settings.LANGUAGE_CODE)


def _may_be_read(request: HttpRequest, response: HttpResponse) -> bool:
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return False
    match = request.resolver_match
    return match is None or is_served_outside(match.view_name)


def _remember(request: HttpRequest, *, on: bool) -> HttpResponse:
    query = request.GET.copy()
    query.pop("ruby", None)
    # "//host/" as a path would lead to another site.
    path = escape_leading_slashes(request.path)
    response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
    if on:
        response.set_cookie(
            COOKIE, "1", max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    response.headers["Cache-Control"] = "private, no-store"
    return response
