"""Where a plan's rows have their pages, and the way to them."""

from __future__ import annotations

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from jichi.city.workbench import Crumb
from jichi.plan.models import DocumentRevision, Indicator, Node, Plan, PolicyDocument, Scheme, Series

from .labels import row_label


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
