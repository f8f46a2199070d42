"""What every page of the workbench has in common: dense style, its own navigation, the way back."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.manifest import Zone
from jichi.plan.models import DocumentRevision, Indicator, Node, Plan, PolicyDocument, Scheme, Series

from .labels import row_label

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


def plan_crumbs(plan: Plan) -> list[Crumb]:
    """The way to a plan's page."""
    return [
        {"title": _("Plans"), "url": reverse("staff-plans")},
        {"title": plan.name, "url": reverse("staff-plan", args=[plan.key])},
    ]


def row_url(row: models.Model) -> str:
    """Where a row is edited; a heading's own page for a heading, a plan's for a plan."""
    if isinstance(row, Plan):
        return reverse("staff-plan", args=[row.key])
    if isinstance(row, Node):
        return reverse("staff-node", args=[row.plan.key, row.code])
    return reverse("staff-row", args=[type(row).__name__, row.pk])


def row_crumbs(row: models.Model, above: list[models.Model]) -> list[Crumb]:
    """The way to a row: through its plan, or through the list of what outlives plans."""
    if above and isinstance(above[0], Plan):
        crumbs = plan_crumbs(above[0])
        above = above[1:]
    elif isinstance(row, Indicator | Series) or (above and isinstance(above[0], Indicator)):
        crumbs = [{"title": _("Indicators"), "url": reverse("staff-things", args=["indicators"])}]
    elif isinstance(row, PolicyDocument | DocumentRevision):
        crumbs = [{"title": _("Policy documents"), "url": reverse("staff-things", args=["documents"])}]
    elif isinstance(row, Scheme):
        crumbs = [{"title": _("Schemes"), "url": reverse("staff-things", args=["schemes"])}]
    else:
        crumbs = [{"title": _("Plans"), "url": reverse("staff-plans")}]
    return [*crumbs, *({"title": row_label(one), "url": row_url(one)} for one in above)]


def public_url(row: models.Model, above: list[models.Model]) -> str:
    """The public page on which the row is read; empty where there is none."""
    for one in [row, *reversed(above)]:
        try:
            if isinstance(one, Node):
                return reverse("node-detail", args=[one.plan.key, one.code])
            if isinstance(one, Indicator):
                return reverse("indicator-detail", args=[one.key])
            if isinstance(one, PolicyDocument):
                return reverse("document-detail", args=[one.key])
            if isinstance(one, Plan):
                return reverse("plan-detail", args=[one.key])
            if isinstance(one, Scheme):
                return reverse("scheme-list")
        except NoReverseMatch:
            return ""
    return ""
