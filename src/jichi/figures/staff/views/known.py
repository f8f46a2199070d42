"""What is known: every indicator and number by year; one of them with all its revisions; publishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.figures.models import Observation
from jichi.figures.queries import READ_UNPUBLISHED
from jichi.figures.services import publish_values
from jichi.figures.staff_queries import (
    Known,
    known_for,
    numbers_known_for,
    revisions_for,
    series_known_for,
    unpublished_for,
)
from jichi.plan.models import Series
from jichi.plan.queries import plans_for
from jichi.plan.queries.staff import place_of
from jichi.ui import numbers

PER_PAGE = 50


def kind_of(known: Known) -> str:
    """The kind of subject in addresses."""
    return "series" if known.is_series else "number"


def name_of(subject: Any) -> str:
    """The subject's whole name: indicator and series, or project code and number."""
    if isinstance(subject, Series):
        return f"{subject.indicator.name} ({subject.name})" if subject.name else subject.indicator.name
    return f"{subject.project.code} {subject.name}"


def value_words(row: Observation) -> str:
    """A value with its unit at its printed precision, or why there is none."""
    return (
        numbers.format_value(row.value, row.unit, decimals=row.decimals)
        if row.value is not None
        else row.note
    )


def subject_url(known: Known) -> str:
    """The page of one subject."""
    return reverse("staff-subject", args=[kind_of(known), known.subject.pk])


def _line(viewer: Viewer, known: Known) -> dict[str, Any]:
    return {
        "title": name_of(known.subject),
        "url": subject_url(known) if viewer.can(READ_UNPUBLISHED, known.owner) else "",
        "unit": known.unit,
        "values": [
            {
                "year": numbers.fiscal_year(row.fiscal_year, style="short"),
                "text": value_words(row),
                "public": row.published_at is not None,
            }
            for row in known.observations
        ],
        "enter_url": reverse("staff-value-new", args=[kind_of(known), known.subject.pk])
        if known.may_enter
        else "",
    }


def _without(rows: Iterable[Known], year: str) -> list[Known]:
    wanted = int(year) if year.isdigit() else None
    return [
        known
        for known in rows
        if not any(wanted is None or row.fiscal_year == wanted for row in known.observations)
    ]


@require_safe
def known_list(request: HttpRequest) -> HttpResponse:
    """What is known by year (``?kind=``, ``?plan=``, ``?missing=`` a year or "any", ``?mine=``, ``?q=``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET
    plans = list(plans_for(viewer))
    plan = next((one for one in plans if one.key == asked.get("plan")), plans[0] if plans else None)
    kind = "number" if asked.get("kind") == "number" else "series"
    rows = (
        series_known_for(viewer, plan)
        if kind == "series"
        else numbers_known_for(viewer, plan)
        if plan
        else []
    )
    missing, search = asked.get("missing", ""), asked.get("q", "").strip()
    if missing:
        rows = _without(rows, missing)
    if asked.get("mine"):
        rows = [known for known in rows if known.may_enter]
    if search:
        rows = [known for known in rows if search.lower() in name_of(known.subject).lower()]
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    keep = {name: asked[name] for name in ("plan", "missing", "mine", "q") if asked.get(name)}
    address = reverse("staff-figures")
    context = {
        "title": _("Measured values"),
        "page": page,
        "lines": [_line(viewer, known) for known in page],
        "tabs": [
            {"title": title, "url": f"{address}?{urlencode({**keep, 'kind': key})}", "current": kind == key}
            for key, title in (("series", _("Indicators")), ("number", _("Numbers of projects")))
        ],
        "kind": "",
        "subject_kind": kind,
        "plans": [{"key": one.key, "name": one.name, "current": one == plan} for one in plans],
        "years": range(plan.first_year - 3, plan.last_year + 1) if plan else [],
        "asked": {"missing": missing, "mine": asked.get("mine", ""), "q": search},
        "filtered": bool(missing or asked.get("mine") or search),
        "may_enter": viewer.can("figures.observation:enter"),
        "may_publicise": viewer.can("figures.publicity:set"),
        "unpublished": unpublished_for(viewer).count() if viewer.can("figures.observation:publish") else 0,
    }
    return show(request, "figures/staff/known.html", context, crumbs=[])


def known_or_404(viewer: Viewer, kind: str, pk: int) -> Known:
    """The subject, or the page that says there is none."""
    known = known_for(viewer, kind, pk) if kind in {"series", "number"} else None
    if known is None:
        raise Http404
    return known


@require_safe
def subject(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One series or number: every value with its revisions, evidence and state."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    known = known_or_404(viewer, kind, pk)
    if not viewer.can(READ_UNPUBLISHED, known.owner):
        raise Http404
    rows = revisions_for(viewer, known.subject)
    standing = {(row.fiscal_year, row.definition): row.pk for row in reversed(rows)}
    points = known.subject.points.order_by("fiscal_year", "role")
    context = {
        "title": name_of(known.subject),
        "kind": _("Measured values"),
        "known": known,
        "rows": [
            {
                "row": row,
                "text": value_words(row),
                "stands": standing[(row.fiscal_year, row.definition)] == row.pk,
            }
            for row in rows
        ],
        "points": [
            {
                "role": point.get_role_display(),
                "year": numbers.fiscal_year(point.fiscal_year, style="short"),
                "text": point.printed or numbers.format_value(point.value, known.unit),
            }
            for point in points
        ],
        "enter_url": reverse("staff-value-new", args=[kind, pk]) if known.may_enter else "",
        "source_url": reverse("staff-source", args=[kind, pk]),
        "place": [str(one) for one in place_of(known.subject)],
    }
    return show(request, "figures/staff/subject.html", context, crumbs=crumbs())


def crumbs() -> list[dict[str, str]]:
    """The way back to the list."""
    return [{"title": _("Measured values"), "url": reverse("staff-figures")}]


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Values that are not public yet; those chosen are published together."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rows = unpublished_for(viewer)
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("value") if pk.isdigit()}
        if request.POST.get("all"):
            chosen = set(rows.values_list("pk", flat=True))
        count = publish_values(viewer=viewer, observation_ids=chosen)
        if count:
            text = ngettext("%(count)d value is public now.", "%(count)d values are public now.", count)
            messages.success(request, text % {"count": count})
        else:
            messages.warning(request, _("Nothing was chosen."))
        return redirect(reverse("staff-values-publish"))
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    context = {
        "title": _("Publish measured values"),
        "page": page,
        "lines": [
            {
                "row": row,
                "title": name_of(row.series or row.project_figure),
                "year": numbers.fiscal_year(row.fiscal_year, style="short"),
                "text": value_words(row),
                "partial": (row.coverage_seen or 0) < (row.coverage_whole or 0),
            }
            for row in page
        ],
        "total": page.paginator.count,
    }
    return show(request, "figures/staff/publish.html", context, crumbs=crumbs())
