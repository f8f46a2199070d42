"""The public pages: places and what access they offer, one place, councils and committees."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.models import Ward
from jichi.city.queries import wards
from jichi.city.requests import ViewedRequest
from jichi.directory.access_marks import access_of, marks_of
from jichi.directory.models import Body, Place
from jichi.directory.queries import bodies_for, places_for
from jichi.directory.words import ACCESS, FIELDS, kind_word
from jichi.ui.content import translated
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

FORMATS = ("csv", "json", "xlsx")


def _downloads(dataset: str) -> list[dict[str, str]]:
    try:
        return [{"url": reverse("data-file", args=[dataset, form]), "format": form} for form in FORMATS]
    except NoReverseMatch:
        return []


def _crumbs(*steps: tuple[Any, str]) -> list[dict[str, Any]]:
    return [
        {"title": _("Home"), "url": reverse("home")},
        *({"title": title, "url": url} for title, url in steps),
    ]


def _ward_name(ward: Ward | None) -> Any:
    return translated(ward, "name").html if ward is not None else _("Ward not known")


def _line(place: Place) -> dict[str, Any]:
    return {
        "row": place,
        "kind": kind_word(place),
        "url": reverse("place-detail", args=[place.key]),
        "access": marks_of(place),
    }


def _groups(places: Iterable[Place]) -> list[dict[str, Any]]:
    return [
        {"ward": ward, "title": _ward_name(ward), "lines": [_line(place) for place in found]}
        for ward, found in groupby(places, key=lambda place: place.ward)
    ]


@require_safe
def place_list(request: ViewedRequest) -> HttpResponse:
    """The places of today by ward, with the access facts of each; filtered by ward and by what one needs."""
    places = list(places_for(request.viewer, on=timezone.localdate()))
    chosen = request.GET.get("ward", "")
    needs = [name for name in ACCESS if request.GET.get(name) == "1"]
    found = [
        place
        for place in places
        if (not chosen or (place.ward is not None and place.ward.key == chosen))
        and all(getattr(place, name) for name in needs)
    ]
    context = {
        "total": len(places),
        "step_free": sum(1 for place in places if place.step_free),
        "found": len(found),
        "filtered": bool(chosen or needs),
        "groups": _groups(found),
        "wards": [
            {"key": ward.key, "title": translated(ward, "name"), "current": ward.key == chosen}
            for ward in wards()
        ],
        "needs": [{"name": name, "title": title, "current": name in needs} for name, title in ACCESS.items()],
        "bodies": bodies_for(request.viewer, on=timezone.localdate()).exists(),
        "crumbs": _crumbs((_("Places and access"), "")),
        "downloads": _downloads("places"),
    }
    return render(request, "directory/place_list.html", context)


@require_safe
def place_detail(request: ViewedRequest, key: str) -> HttpResponse:
    """One place: where it is, when it is open, who runs it, what access it offers."""
    place = places_for(request.viewer, on=timezone.localdate()).filter(key=key).first()
    if place is None:
        raise Http404
    facts = access_of(place)
    context = {
        "place": place,
        "kind": kind_word(place),
        "access": [fact.mark for fact in facts],
        "unknown": sum(1 for fact in facts if fact.value is None),
        "facts": _facts(place),
        "cite_title": str(translated(place, "name")),
        "crumbs": _crumbs(
            (_("Places and access"), reverse("place-list")), (translated(place, "name").html, "")
        ),
        "downloads": _downloads("places"),
    }
    return render(request, "directory/place_detail.html", context)


def _facts(place: Place) -> list[dict[str, Any]]:
    unknown = _("not known")
    rows = [
        ("address", translated(place, "address").html or unknown),
        ("ward", translated(place.ward, "name").html if place.ward else unknown),
        ("hours", translated(place, "hours").html or unknown),
        (
            "operator",
            translated(place.operator, "name").html
            if place.operator
            else _("No operator is entered: the city itself runs it, or it is not known."),
        ),
        ("department", translated(place.department, "name").html if place.department else unknown),
    ]
    if place.valid_from is not None:
        rows.append(("valid_from", format_date(place.valid_from, weekday=False)))
    if place.valid_to is not None:
        rows.append(("valid_to", format_date(place.valid_to, weekday=False)))
    return [{"term": FIELDS[name], "value": value} for name, value in rows]


@require_safe
def body_list(request: ViewedRequest) -> HttpResponse:
    """The councils, commissions and meetings of today, with their basis and the office behind each."""
    bodies = list(bodies_for(request.viewer, on=timezone.localdate()))
    context = {
        "total": len(bodies),
        "offices": len({body.department_id for body in bodies}),
        "table": _bodies(bodies),
        "sources": sorted({str(translated(body, "source_note")) for body in bodies if body.source_note}),
        "crumbs": _crumbs(
            (_("Places and access"), reverse("place-list")), (_("Councils and committees"), "")
        ),
        "downloads": _downloads("bodies"),
    }
    return render(request, "directory/body_list.html", context)


def _bodies(bodies: list[Body]) -> Table:
    return Table(
        caption=_("Councils and committees of today"),
        columns=[
            Column(str(FIELDS["name"]), head=True),
            Column(str(FIELDS["legal_basis"])),
            Column(str(FIELDS["seats"]), numeric=True),
            Column(str(FIELDS["term"])),
            Column(str(FIELDS["department"])),
        ],
        rows=[
            [
                Cell(translated(body, "name").html, url=body.url, note=kind_word(body)),
                translated(body, "legal_basis").html or _("not known"),
                _("not fixed") if body.seats is None else body.seats,
                translated(body, "term").html or _("not known"),
                translated(body.department, "name").html,
            ]
            for body in bodies
        ],
        phone="cards",
        hide_caption=True,
    )
