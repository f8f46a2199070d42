"""The caller's address behind reverse proxies, believed only as far as the city says how many there are."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class RemoteAddressMiddleware:
    """Sets ``REMOTE_ADDR`` (and https) from the trusted proxies' headers, and drops the headers themselves.

    With no trusted proxy the headers are a stranger's claim: they are dropped unread, so that nothing further
    on can count rate limits by them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.proxies: int = settings.JICHI.trusted_proxies

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if self.proxies:
            hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
            # The last hop was written by the proxy nearest to us; further left is only as true as its writer.
            if len(hops) >= self.proxies and _is_address(hops[-self.proxies]):
                request.META["REMOTE_ADDR"] = hops[-self.proxies]
            if scheme in {"http", "https"}:
                request.META["wsgi.url_scheme"] = scheme
        return self.get_response(request)
