"""What people type holds no characters that nobody can type and no database keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

# PostgreSQL refuses NUL in a text; the others are no text either. Tab and the ends of lines are.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class PlainTextMiddleware:
    """Takes control characters out of what a query string or a form says, before any view reads it.

    Such a search finds what it would find without them. An address with one in its path is no address. Bodies
    that are no forms (JSON, files) are left to whoever reads them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_control(request.GET):
            request.GET = _plain(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """The form is read here and not before: by now it is known that a view wants it."""
        if _CONTROL.search(request.path):
            raise Http404
        try:
            if request.method == "POST" and _has_control(request.POST):
                request.POST = _plain(request.POST)  # type: ignore[assignment]
        except UnreadablePostError:
            return  # the reader went away in the middle of it; the view meets the same


def _has_control(data: QueryDict) -> bool:
    return any(_CONTROL.search(name) or any(map(_CONTROL.search, values)) for name, values in data.lists())


def _plain(data: QueryDict) -> QueryDict:
    plain = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        for value in values:
            plain.appendlist(_CONTROL.sub("", name), _CONTROL.sub("", value))
    plain._mutable = False
    return plain
