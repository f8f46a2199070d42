"""One line in the log for each request: id, method, route, status and time; nothing about the person."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

_log = structlog.get_logger("jichi.request")
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_QUIET = frozenset({"livez", "readyz"})


class RequestLogMiddleware:
    """Gives each request an id, logs it when answered, and returns the id in ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusts_proxy = settings.JICHI.trusted_proxies > 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if self.trusts_proxy and _ID.fullmatch(given) else uuid.uuid4().hex
        request.META["JICHI_REQUEST_ID"] = request_id
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            self._log(request, response, time.perf_counter() - started)
        response.headers["X-Request-ID"] = request_id
        return response

    def _log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        route = match.view_name if match else ""
        if route in _QUIET and response.status_code < 400:
            return
        write = _log.error if response.status_code >= 500 else _log.info
        write(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
