"""The database down, or the disk full: one clear page, and nothing pretends to have been saved."""

from __future__ import annotations

import logging
import sqlite3

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from .keys.errors import KeyProblem
from .limiting import sent

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 60

_SQLITE = ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY", "CORRUPT", "NOTADB", "PROTOCOL")


def is_outage(error: BaseException | None) -> bool:
    """Whether the database cannot be reached or written, as against a statement of ours that is wrong; or
    the folder of keys does not belong to it, so that nothing can be opened or received.

    SQLite reports both as OperationalError and tells them apart by its own code.
    """
    if isinstance(error, InterfaceError | KeyProblem):
        return True
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return any(name.startswith(f"SQLITE_{kind}") for kind in _SQLITE)
    return True


def outage_response(request: HttpRequest, error: Exception) -> HttpResponse:
    """Status 503 with what happened and what to do, made without the database; as JSON below ``/api/``.

    Where a form was sent, the page holds what was typed and sends it again.
    """
    logger.error("database or keys cannot be used", exc_info=error)
    sentence = gettext(
        "The site cannot reach its records at the moment. Nothing was received or saved. "
        "Please try again in a few minutes; if you were filling in a form, go back: "
        "what you typed is still there."
    )
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse(
            {"type": "about:blank", "title": "Service unavailable", "status": 503, "detail": sentence},
            status=503,
            content_type="application/problem+json",
        )
    else:
        # Without the request: context processors may read the database or the session.
        context = {"sentence": sentence, "language": get_language(), **_kept(request)}
        page = render_to_string("city/outage.html", context)
        response = HttpResponse(page, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _kept(request: HttpRequest) -> dict[str, object]:
    """What was typed in a form that shows it again, so that it can be sent again from the page."""
    match = request.resolver_match
    if match is None or not getattr(match.func, "keeps_form", False):
        return {}
    kept, files = sent(request)
    return {"kept": kept, "files": files, "csrf_token": get_token(request)}
