"""The staff's list of undertakings, what is late first, and giving several of them to an office at once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.city.workbench import show
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year
from jichi.undertakings.actions import ASSIGN, REMARK
from jichi.undertakings.cards import cards_of
from jichi.undertakings.chips import chips_of
from jichi.undertakings.forms import SeveralForm
from jichi.undertakings.models import Kind
from jichi.undertakings.queries import (
    Filters,
    counted_by_state,
    late_on,
    offices_among,
    undertakings_for,
    years_among,
)
from jichi.undertakings.services import assign_several

from .frame import crumbs

PER_PAGE = 50


@require_safe
def undertakings(request: ViewedRequest) -> HttpResponse:
    """What the viewer works with or follows, filtered in the address as on the public page."""
    viewer, filters = request.viewer, Filters.given(request.GET)
    every = undertakings_for(viewer)
    chosen = undertakings_for(viewer, filters.but(state="", late=False, unassigned=False))
    page = Paginator(undertakings_for(viewer, filters), PER_PAGE).get_page(request.GET.get("page"))
    late = chosen.filter(late_on(timezone.localdate())).count()
    may_assign = viewer.can(ASSIGN)
    context = {
        "title": _("Undertakings"),
        "lead": _lead(every.exists(), late),
        "chips": chips_of(
            reverse("staff-undertakings"),
            filters,
            counted_by_state(chosen),
            late=late,
            unassigned=chosen.filter(department__isnull=True).count() if may_assign else None,
        ),
        "filters": filters,
        "is_filtered": bool(filters.address()),
        "kept": {
            name: filters.address()[name]
            for name in ("state", "late", "unassigned")
            if name in filters.address()
        },
        "cards": cards_of(page, staff=True),
        "page": page,
        "kinds": Kind.choices,
        "years": [(year, fiscal_year(year)) for year in years_among(every)],
        "offices": [(one.key, str(translated(one, "name"))) for one in offices_among(every)],
        "may_assign": may_assign,
        "new_url": reverse("staff-undertaking-new") if viewer.can(REMARK) else "",
    }
    return show(request, "undertakings/staff/list.html", context, crumbs=[])


def _lead(any_at_all: bool, late: int) -> str:
    if not any_at_all:
        return _("What others asked of the city: adopted or not, who answers by when, and what became of it.")
    if not late:
        return _("Nothing is late.")
    text = ngettext("%(count)d is late and stands first.", "%(count)d are late and stand first.", late)
    return text % {"count": late}


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: ViewedRequest) -> HttpResponse:
    """Give those that were ticked (``?undertaking=id:version``, repeated) to one office or one day."""
    request.viewer.require(ASSIGN)
    versions = _ticked(request)
    if not versions:
        messages.warning(request, _("Tick those that are meant first."))
        return redirect("staff-undertakings")
    form = SeveralForm(posted(request), viewer=request.viewer)
    faster, status = False, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            office = form.cleaned_data["department"]
            try:
                rows = assign_several(
                    viewer=request.viewer,
                    versions=versions,
                    department_id=office.pk if office is not None else None,
                    due_on=form.cleaned_data["due_on"],
                )
            except Invalid as error:
                take_objections(form, error)
            except Conflict:
                faster, status = True, 409
            else:
                text = ngettext("%(count)d was given on.", "%(count)d were given on.", len(rows))
                messages.success(request, text % {"count": len(rows)})
                return redirect("staff-undertakings")
    rows_meant = list(undertakings_for(request.viewer).filter(pk__in=versions))
    context: dict[str, Any] = {
        "title": _title(len(rows_meant)),
        "form": form,
        "faster": faster,
        "cards": cards_of(rows_meant, staff=True),
        "ticked": [f"{row.pk}:{row.version if faster else versions[row.pk]}" for row in rows_meant],
        "back": reverse("staff-undertakings"),
    }
    return show(request, "undertakings/staff/several.html", context, crumbs=crumbs(), status=status)


def _title(count: int) -> str:
    text = ngettext("Who answers this one, and by when?", "Who answers these %(count)d, and by when?", count)
    return text % {"count": count}


def _ticked(request: ViewedRequest) -> dict[uuid.UUID, int]:
    """The ids that were ticked, each with the version that was seen; what is none of them is left out."""
    data = request.POST if request.method == "POST" else request.GET
    found: dict[uuid.UUID, int] = {}
    for text in data.getlist("undertaking"):
        pk, _colon, version = text.partition(":")
        try:
            found[uuid.UUID(pk)] = int(version)
        except ValueError:
            continue
    return found
