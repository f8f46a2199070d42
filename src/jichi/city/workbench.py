"""The frame of every page of the workbench: dense style, its own navigation, the way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from jichi.manifest import Zone

from . import registry
from .access import Viewer

Crumb = dict[str, str]


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, crumbs: list[Crumb], status: int = 200
) -> HttpResponse:
    """Render a page of the workbench below its breadcrumb."""
    home = [{"title": _("Workbench"), "url": reverse("workbench")}]
    whole = {
        "dense": True,
        "navigation": navigation(request),
        "crumbs": [*home, *crumbs, {"title": context["title"]}],
        "back_url": [*home, *crumbs][-1]["url"],
        **context,
    }
    return render(request, template, whole, status=status)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The workbench's own navigation: what the rooms declare and the viewer may open."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    pages = [page for room in registry.rooms() for page in room.pages if page.zone is Zone.INNER]
    found = []
    for page in sorted(pages, key=lambda page: page.order):
        if page.action is not None and not viewer.can(page.action):
            continue
        try:
            url = reverse(page.route)
        except NoReverseMatch:
            continue
        home = url == reverse("workbench")
        current = request.path == url if home else request.path.startswith(url)
        found.append({"title": _(page.title), "url": url, "current": current})
    return found
