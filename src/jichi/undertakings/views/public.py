"""The public pages: what was asked of the city and what became of it, and one of these things."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year
from jichi.undertakings.cards import cards_of
from jichi.undertakings.chips import chips_of
from jichi.undertakings.models import Adoption, Kind, State, Undertaking, UndertakingEvent
from jichi.undertakings.queries import (
    Filters,
    counted_by_state,
    events_of,
    late_on,
    offices_among,
    public_for,
    public_undertaking,
    years_among,
)
from jichi.undertakings.steps_shown import steps_of
from jichi.undertakings.words import (
    adoption_shape,
    day,
    event_line,
    mark_of,
    office_of,
    plain_title_of,
    reference_of,
    source_of,
    title_of,
)

PER_PAGE = 50
FORMATS = ("csv", "json", "xlsx")


def _downloads() -> list[dict[str, str]]:
    try:
        return [
            {"url": reverse("data-file", args=["undertakings", form]), "format": form} for form in FORMATS
        ]
    except NoReverseMatch:
        return []


@require_safe
def undertaking_list(request: ViewedRequest) -> HttpResponse:
    """All that was asked, counted by where it stands; ``?state= &kind= &department= &year= &late=1``."""
    filters = Filters.given(request.GET)
    every = public_for(request.viewer)
    chosen = public_for(request.viewer, filters.but(state="", late=False))
    found = public_for(request.viewer, filters)
    page = Paginator(found.order_by("-fiscal_year", "-asked_on", "-number"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    counts = counted_by_state(every)
    total = sum(counts.values())
    context = {
        "total": total,
        "done": counts[State.DONE],
        "running": counts[State.ANSWERED] + counts[State.IN_PROGRESS],
        "waiting": counts[State.OPEN],
        "without": counts[State.CLOSED_WITHOUT],
        "filters": filters,
        "is_filtered": bool(filters.address()),
        "found": page.paginator.count,
        "chips": chips_of(
            reverse("undertaking-list"),
            filters,
            counted_by_state(chosen),
            late=chosen.filter(late_on(timezone.localdate())).count(),
        ),
        "groups": [
            {"year": year, "title": fiscal_year(year), "cards": cards_of(rows)}
            for year, rows in groupby(page, key=lambda row: row.fiscal_year)
        ],
        "page": page,
        "kinds": Kind.choices,
        "years": [(year, fiscal_year(year)) for year in years_among(every)],
        "offices": [(one.key, str(translated(one, "name"))) for one in offices_among(every)],
        "kept": {name: filters.address()[name] for name in ("state", "late") if name in filters.address()},
        "crumbs": _crumbs((_("What was asked of the city"), "")),
        "downloads": _downloads(),
    }
    return render(request, "undertakings/list.html", context)


def _crumbs(*steps: tuple[Any, str]) -> list[dict[str, Any]]:
    home = {"title": _("Home"), "url": reverse("home")}
    return [home, *({"title": title, "url": url} for title, url in steps)]


@require_safe
def undertaking_detail(request: ViewedRequest, year: int, number: int) -> HttpResponse:
    """One: asked, adopted or not and why, who answers by when, the answer, the evidence, the history."""
    row = public_undertaking(request.viewer, year, number)
    all_url = reverse("undertaking-list")
    context = {
        **shown(request, row, public=True),
        "cite_title": plain_title_of(row),
        "crumbs": _crumbs((_("What was asked of the city"), all_url), (reference_of(row), "")),
        "all_url": f"{all_url}?{urlencode({'year': row.fiscal_year})}",
        "downloads": _downloads(),
    }
    return render(request, "undertakings/detail.html", context)


def shown(request: ViewedRequest, row: Undertaking, *, public: bool) -> dict[str, Any]:
    """What the page of one undertaking shows, to everybody or to the city's own people."""
    today = timezone.localdate()
    mark = mark_of(row, today)
    events = events_of(request.viewer, row, public=public)
    return {
        "row": row,
        "title_html": title_of(row),
        "reference": reference_of(row),
        "kind": row.get_kind_display(),
        "source": source_of(row),
        "asked_on": day(row.asked_on),
        "mark": mark,
        "is_decided": row.adoption != Adoption.UNDECIDED,
        "adoption": row.get_adoption_display(),
        "adoption_shape": adoption_shape(row.adoption),
        "steps": steps_of(row),
        "facts": _facts(row),
        "is_open": row.state == State.OPEN,
        "done_on": day(row.done_on),
        "closed_on": day(row.closed_on),
        "answered_on": day(timezone.localdate(row.answered_at)) if row.answered_at else "",
        "events": [event_line(event, row) for event in events],
        "latest": _latest(row, events),
        "promise": _promise(row),
        "result": {"state": mark.state, "word": mark.word, "meta": _by_when(row)},
        "proof": _proof(row),
    }


def _latest(row: Undertaking, events: list[UndertakingEvent]) -> dict[str, Any] | None:
    """How far it has come, of what is under way."""
    told = [event for event in events if event.kind == UndertakingEvent.Kind.PROGRESS and event.is_public]
    return event_line(told[-1], row) if told and not row.is_over else None


def _facts(row: Undertaking) -> list[dict[str, Any]]:
    found = [{"term": _("Office that answers"), "value": office_of(row)}]
    if row.due_on is not None:
        found.append({"term": _("Answer by"), "value": day(row.due_on)})
    if row.carry_out_by is not None:
        found.append({"term": _("To be carried out by"), "value": day(row.carry_out_by)})
    if row.context_title:
        found.append({"term": _("What it is about"), "value": translated(row, "context_title").html})
    return found


def _by_when(row: Undertaking) -> str:
    if row.state == State.DONE:
        return _("done on %(day)s") % {"day": day(row.done_on)}
    if row.state == State.CLOSED_WITHOUT:
        return _("closed on %(day)s") % {"day": day(row.closed_on)}
    if row.by_when is None:
        return _("no day is set")
    if row.state == State.OPEN:
        return _("answer by %(day)s") % {"day": day(row.by_when)}
    return _("to be carried out by %(day)s") % {"day": day(row.by_when)}


def _promise(row: Undertaking) -> dict[str, Any]:
    return {
        "state": adoption_shape(row.adoption),
        "word": row.get_adoption_display(),
        "meta": _("asked on %(day)s") % {"day": day(row.asked_on)},
        "links": [{"url": "#asked", "title": _("What was asked")}],
    }


def _proof(row: Undertaking) -> dict[str, Any]:
    if row.state == State.DONE:
        return {
            "text": translated(row, "evidence_text").html,
            "links": [{"url": "#done", "title": _("Evidence of what was done")}],
        }
    return {
        "text": _("Nothing is done yet that could be checked.")
        if not row.is_over
        else _("It was closed without anything being done."),
        "links": [{"url": "#history", "title": _("What happened to it")}],
    }
