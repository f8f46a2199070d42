"""Errors of the API as problem details (RFC 9457), in the reader's language."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


def title_of(status: int) -> str:
    """The title of a status in the active language."""
    return {
        404: _("Not found"),
        405: _("Only reading is possible"),
        422: _("This request cannot be answered"),
        429: _("Too many requests"),
        500: _("Something went wrong here"),
    }.get(status, HTTPStatus(status).phrase)


def problem(
    request: HttpRequest, status: int, detail: str = "", *, errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """One problem document."""
    document = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "errors": errors or [],
    }
    content = json.dumps(document, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json; charset=utf-8")
