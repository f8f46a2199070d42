"""The staff's list of organisations, places and bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.directory.access_marks import access_of
from jichi.directory.models import Body, Entry, Place
from jichi.directory.queries import named_like, with_places_run
from jichi.directory.words import FIELDS, kind_word
from jichi.ui.content import translated
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

from .kinds import KINDS, Kind, public_url

PER_PAGE = 50


@require_safe
def directory(request: ViewedRequest, kind: str = "places") -> HttpResponse:
    """One of the three lists, searched by name and key; what has ended only when asked for."""
    if kind not in KINDS:
        raise Http404
    one = KINDS[kind]
    search, ended = request.GET.get("q", "").strip(), request.GET.get("ended") == "1"
    today = timezone.localdate()
    rows = one.rows(request.viewer, on=None if ended else today)
    whole = rows.count()
    page = Paginator(_prepared(one, named_like(rows, search)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": str(one.title),
        "lead": _lead(one, whole, ended=ended),
        "kinds": _tabs(kind),
        "search": search,
        "ended": ended,
        "whole": whole,
        "page": page,
        "table": _table(request, one, list(page)),
        "enter_url": one.url("new") if request.viewer.can(one.action) else "",
        "enter": one.enter,
    }
    crumbs = [{"title": _("Directory"), "url": reverse("staff-directory")}]
    return show(request, "directory/staff/list.html", context, crumbs=crumbs)


def _prepared(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    return with_places_run(rows, timezone.localdate()) if kind.name == "organisation" else rows


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"title": one.title, "url": one.list_url, "current": one.key == current} for one in KINDS.values()
    ]


def _lead(kind: Kind, number: int, *, ended: bool) -> str:
    if ended:
        text = ngettext(
            "%(number)d is entered, with those that have ended.",
            "%(number)d are entered, with those that have ended.",
            number,
        )
    else:
        text = ngettext("%(number)d exists today.", "%(number)d exist today.", number)
    return text % {"number": number}


def _table(request: ViewedRequest, kind: Kind, rows: list[Any]) -> Table:
    titles, cells = _COLUMNS[kind.name]
    return Table(
        caption=str(kind.title),
        columns=[Column(str(FIELDS["name"]), head=True), *(Column(str(title)) for title in titles())],
        rows=[[_name(request, kind, row), *cells(row)] for row in rows],
        phone="cards",
        hide_caption=True,
    )


def _name(request: ViewedRequest, kind: Kind, row: Entry) -> Cell:
    notes = [row.key]
    if row.valid_to is not None:
        notes.append(_("until %(day)s") % {"day": format_date(row.valid_to, weekday=False)})
    url = kind.url("edit", row.pk) if request.viewer.can(kind.action, row) else public_url(row)
    return Cell(translated(row, "name").html, url=url, note=" · ".join(notes))


def _of_place(row: Place) -> list[Any]:
    facts = access_of(row)
    known = sum(1 for fact in facts if fact.value is not None)
    return [
        kind_word(row),
        translated(row.ward, "name").html if row.ward else "–",
        translated(row.operator, "name").html if row.operator else "–",
        translated(row.department, "name").html if row.department else "–",
        _("%(known)d of %(whole)d known") % {"known": known, "whole": len(facts)},
    ]


def _of_organisation(row: Any) -> list[Any]:
    return [kind_word(row), row.corporate_number or "–", row.places_run or "–"]


def _of_body(row: Body) -> list[Any]:
    return [
        kind_word(row),
        translated(row, "legal_basis").html or "–",
        "–" if row.seats is None else row.seats,
        translated(row.department, "name").html,
    ]


_COLUMNS: dict[str, tuple[Callable[[], list[Any]], Callable[[Any], list[Any]]]] = {
    "place": (
        lambda: [
            FIELDS["kind"],
            FIELDS["ward"],
            FIELDS["operator"],
            FIELDS["department"],
            _("Access facts"),
        ],
        _of_place,
    ),
    "organisation": (
        lambda: [FIELDS["kind"], FIELDS["corporate_number"], _("Places it runs")],
        _of_organisation,
    ),
    "body": (
        lambda: [FIELDS["kind"], FIELDS["legal_basis"], FIELDS["seats"], FIELDS["department"]],
        _of_body,
    ),
}
