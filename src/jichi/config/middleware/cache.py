"""Public pages kept ready for readers who are not signed in, and answered conditionally.

A page is kept in the process until anything in the installation changes: the newest entry of the audit trail
is part of what it is kept under, sealed or not. A reader thus sees a change at most ``FRESH`` seconds after
its commit; whoever is signed in never meets the cache at all.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from jichi.config.zones import is_served_outside
from jichi.site.api.language import language_of
from jichi.site.data.queries import ContentVersion, content_version

FRESH = 0.5
"""Seconds for which the trail's newest entry is believed without asking again."""
LONGEST = 60.0
"""Seconds after which a page is made anew whatever the trail says."""
LARGEST = 4 * 1024 * 1024
LONGEST_ADDRESS = 400
_COMPRESSED = (
    "text/",
    "application/json",
    "application/xml",
    "application/ld+json",
    "application/vnd.oai",
    "image/svg",
)
_STARTED = dt.datetime.now(dt.UTC)


@dataclass(slots=True)
class _Page:
    """An answer as it was made: headers, body, and its compressed forms once asked for."""

    version: object
    body: bytes
    headers: list[tuple[str, str]]
    etag: str
    modified: int
    match: Any
    made: float = field(default_factory=time.monotonic)
    forms: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes held, with room for the compressed forms."""
        return int(len(self.body) * 1.5) + 2000

    def encoded(self, coding: str) -> bytes:
        """The body in a content coding, compressed when first asked for."""
        if coding not in self.forms:
            if coding == "br":
                self.forms[coding] = brotli.compress(self.body, quality=6)
            else:
                self.forms[coding] = gzip.compress(self.body, 6, mtime=0)
        return self.forms[coding]


class PageCacheMiddleware:
    """Answers public pages from memory, with ETag, Last-Modified and compression."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[object, _Page] = OrderedDict()
        self._bytes = 0
        self._guard = threading.Lock()
        # A page is made once, however many ask for it at that moment.
        self._making = [threading.Lock() for _ in range(64)]
        self._seen: tuple[float, ContentVersion] | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_reader(request):
            return _private(request, self.get_response(request))
        version = self._version()
        if version is None:
            return self.get_response(request)
        key = _key(request)
        page = self._find(key, version)
        if page is None:
            if request.method != "GET":
                return self.get_response(request)
            with self._making[hash(key) % len(self._making)]:
                page = self._find(key, version)
                if page is None:
                    response = self.get_response(request)
                    if not _may_be_kept(request, response):
                        return response
                    page = self._keep(key, _page_of(request, response, version))
        return _answer(request, page)

    def _version(self) -> tuple[ContentVersion, dt.date] | None:
        """What the pages are made of now: the trail and the day. None while the database does not answer."""
        now = time.monotonic()
        seen = self._seen
        if seen is None or now - seen[0] > FRESH:
            try:
                seen = self._seen = (now, content_version())
            except Error:
                return None
        return seen[1], timezone.localdate()

    def _find(self, key: object, version: object) -> _Page | None:
        with self._guard:
            page = self._pages.get(key)
            if page is None or page.version != version or time.monotonic() - page.made > LONGEST:
                return None
            self._pages.move_to_end(key)
        return page

    def _keep(self, key: object, page: _Page) -> _Page:
        with self._guard:
            old = self._pages.pop(key, None)
            self._bytes += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._bytes > settings.PAGE_CACHE_BYTES and self._pages:
                self._bytes -= self._pages.popitem(last=False)[1].size
        return page


def _is_reader(request: HttpRequest) -> bool:
    """Whether this is a plain reading by somebody with neither a session nor a waiting message."""
    return (
        settings.PAGE_CACHE_BYTES > 0
        and request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HTTP_RANGE" not in request.META
        and len(request.META.get("QUERY_STRING", "")) + len(request.path) <= LONGEST_ADDRESS
    )


def _key(request: HttpRequest) -> object:
    """Everything an answer depends on: the address, what the reader chose, and for the API the language."""
    chosen = tuple(
        sorted((name, value) for name, value in request.COOKIES.items() if name.startswith("jichi_"))
    )
    return (
        request.scheme,
        request.get_host(),
        request.get_full_path(),
        chosen,
        language_of(request) if request.path.startswith("/api/") else "",
        request.META.get("HTTP_HX_REQUEST", ""),
    )


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Only whole public pages that are the same for every reader who is not signed in."""
    if (
        response.status_code != 200
        or response.streaming
        or response.cookies
        or len(response.content) > LARGEST
    ):
        return False
    # A page with a form holds a token that belongs to one reader.
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return False
    control = response.headers.get("Cache-Control", "")
    if any(word in control for word in ("private", "no-store", "no-cache")):
        return False
    match = request.resolver_match
    return is_served_outside(match.view_name if match else None)


def _page_of(request: HttpRequest, response: HttpResponse, version: tuple[ContentVersion, dt.date]) -> _Page:
    response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    body = response.content
    moments = [
        version[0].at or _STARTED,
        _STARTED,
        dt.datetime.combine(version[1], dt.time(), timezone.get_current_timezone()),
    ]
    kept = [
        (name, value) for name, value in response.headers.items() if name not in {"Content-Length", "ETag"}
    ]
    return _Page(
        version=version,
        body=body,
        headers=kept,
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:24]}"',
        modified=int(max(moments).timestamp()),
        match=request.resolver_match,
    )


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    request.resolver_match = page.match
    response = HttpResponse(status=200)
    del response.headers["Content-Type"]
    for name, value in page.headers:
        response.headers[name] = value
    response.headers["ETag"] = page.etag
    response.headers["Last-Modified"] = http_date(page.modified)
    conditional = get_conditional_response(request, page.etag, page.modified, response)
    if conditional is not response and conditional is not None:
        return conditional
    coding = _coding(request, page)
    response.content = page.encoded(coding) if coding else page.body
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _coding(request: HttpRequest, page: _Page) -> str:
    kind = next((value for name, value in page.headers if name == "Content-Type"), "")
    if len(page.body) < 600 or not kind.startswith(_COMPRESSED):
        return ""
    accepted = {
        part.split(";")[0].strip(): "q=0" not in part.replace(" ", "").replace("q=0.", "q~")
        for part in request.headers.get("Accept-Encoding", "").lower().split(",")
    }
    return next((coding for coding in ("br", "gzip") if accepted.get(coding)), "")


def _private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What a signed-in reader gets belongs to nobody else's cache."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
