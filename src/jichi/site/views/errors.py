"""Pages for what went wrong: what happened, where, what is kept, and what to do next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Page:
    """The msgids of one error page."""

    title: str
    happened: str
    kept: str
    next: str


_PAGES = {
    400: _Page(
        gettext_noop("This request could not be read"),
        gettext_noop("What the browser sent has a form that this site does not understand."),
        gettext_noop("Nothing was changed."),
        gettext_noop(
            "Go back and try again. If you typed the address, compare it with the one you were given."
        ),
    ),
    403: _Page(
        gettext_noop("This was not accepted"),
        gettext_noop("The site refused to carry out what was asked."),
        gettext_noop("Nothing was changed."),
        gettext_noop("If your work needs it, ask the administrator of this site for the role."),
    ),
    404: _Page(
        gettext_noop("There is no page at this address"),
        gettext_noop("It may have been mistyped, or may have moved, or what it showed is not published."),
        gettext_noop("Nothing was changed."),
        gettext_noop("Search for a word or a number of the plan, or begin with the plan itself."),
    ),
    419: _Page(
        gettext_noop("The form could not be checked, so it was not taken in"),
        gettext_noop(
            "A form carries a mark that shows it came from this site. The mark was missing or too old:"
            " the page may have been open for long, you may have signed in again in another window, or"
            " cookies are switched off."
        ),
        gettext_noop(
            "Nothing was saved. What you typed is still in the form: go back to it with your browser."
        ),
        gettext_noop("Copy what you typed, load the form again, and send it once more."),
    ),
    500: _Page(
        gettext_noop("Something broke on our side"),
        gettext_noop("The site met a fault of its own while it made this page. The fault has been recorded."),
        gettext_noop(
            "An act is carried out whole or not at all, so nothing was half saved. What you typed is still in"
            " the form: go back to it with your browser."
        ),
        gettext_noop(
            "Try again in a few minutes. If it happens again, tell the city the time and the address."
        ),
    ),
}


def _answer(request: HttpRequest, status: int, page: _Page) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": _(page.title),
            "status": status,
            "detail": _(page.happened),
        }
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    context: dict[str, Any] = {
        "status": status,
        "address": request.path,
        "error_title": _(page.title),
        "happened": _(page.happened),
        "kept": _(page.kept),
        "next": _(page.next),
        "offer_search": status == 404,
    }
    try:
        body = render_to_string("site/error.html", context, request=request)
    except Exception:
        # The page around the message needs the database; the message does not.
        logger.exception("the page for status %s was made without its surroundings", status)
        body = render_to_string("site/error.html", context)
    response = HttpResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 400."""
    return _answer(request, 400, _PAGES[400])


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 403."""
    return _answer(request, 403, _PAGES[403])


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 404: absent and forbidden look alike."""
    return _answer(request, 404, _PAGES[404])


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500. Made without the page around it, whose own fault it may be."""
    context = {
        "status": 500,
        "address": request.path,
        "error_title": _(_PAGES[500].title),
        "happened": _(_PAGES[500].happened),
        "kept": _(_PAGES[500].kept),
        "next": _(_PAGES[500].next),
    }
    if request.path.startswith("/api/"):
        return _answer(request, 500, _PAGES[500])
    return HttpResponse(render_to_string("site/error.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Status 403 for a form without a valid mark: what was typed stays in the browser."""
    logger.info("a form was refused: %s", reason)
    return _answer(request, 403, _PAGES[419])
