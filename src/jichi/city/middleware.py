"""Gives each request its viewer, and turns what went wrong into the page a reader can use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from jichi.manifest import Zone

from . import registry, uploads
from .access import ANONYMOUS, Viewer
from .errors import NotAllowed
from .models import Account
from .outage import is_outage, outage_response
from .requests import ViewedRequest
from .viewers import viewer_for


def _viewer_of(request: HttpRequest) -> Viewer:
    user = getattr(request, "user", None)
    return viewer_for(cast(Account, user)) if user is not None and user.is_authenticated else ANONYMOUS


class ViewerMiddleware:
    """Sets ``request.viewer`` and holds every declared route to the action it names.

    Absent and forbidden are one answer, 404. Only somebody who is not signed in is led to the sign-in
    page, and
    only on a route of the inner zone, where the address alone already tells that a page may be there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(ViewedRequest, request).viewer = cast(Viewer, SimpleLazyObject(lambda: _viewer_of(request)))
        if uploads.is_beyond_reading(request) or (uploads.is_too_long(request) and not _keeps_form(request)):
            # Before anything looks for the form's token in a body that nobody is going to read.
            return uploads.too_long_response(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse before the view runs: an upload too long, or a route whose action the viewer may not do.

        The view's own service checks again, with the thing itself.
        """
        match = request.resolver_match
        route = registry.route_named(match.view_name if match else None)
        if route is not None and route.action is not None:
            try:
                cast(ViewedRequest, request).viewer.require(route.action)
            except (NotAllowed, Error) as error:
                answer = self.process_exception(request, error)
                if answer is None:
                    raise
                return answer
        if uploads.is_refused(request) and not getattr(view, "keeps_form", False):
            return uploads.too_long_response(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what the view raised; None leaves it to Django."""
        if is_outage(error):
            return outage_response(request, error)
        if not isinstance(error, (NotAllowed, ObjectDoesNotExist, Http404)):
            return None
        if _may_be_led_to_sign_in(request):
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if isinstance(error, Http404):
            return None
        raise Http404 from error


def _keeps_form(request: HttpRequest) -> bool:
    try:
        return bool(getattr(resolve(request.path_info).func, "keeps_form", False))
    except Resolver404:
        return False


def _may_be_led_to_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    route = registry.route_named(match.view_name if match else None)
    return (
        request.method in {"GET", "HEAD"}
        and route is not None
        and route.zone is Zone.INNER
        and route.action is not None
        and cast(ViewedRequest, request).viewer.is_anonymous
    )
