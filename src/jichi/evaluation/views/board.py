"""How far an evaluation is: bars by bureau and department, and the list of its sheets behind them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.models import Department
from jichi.city.queries import wards
from jichi.city.workbench import show
from jichi.evaluation.actions import ACCEPT, EXTEND, HAND_ON, REMIND, RUN
from jichi.evaluation.enums import CycleState, SheetKind, SheetState
from jichi.evaluation.models import Cycle
from jichi.evaluation.page_words import about, cycle_sentence
from jichi.evaluation.queries.board import Board, Tally, board_of
from jichi.evaluation.queries.page_queries import Filters, offices_among, sheets_seen

from .bars import bar_of
from .frame import address, board_url, chip, cycle_crumbs, cycle_to, line, viewer_of

PER_PAGE = 100


@require_safe
def board(http: HttpRequest, pk: int) -> HttpResponse:
    """The board of an evaluation: one bar for all, then one for each department below its bureau."""
    cycle = cycle_to(http, pk, RUN)
    viewer = viewer_of(http)
    found = board_of(viewer, cycle.pk)
    url = reverse("staff-evaluation-sheets", args=[cycle.pk])
    context = {
        "title": cycle_sentence(found.tally.states),
        "kind": f"{cycle.title} · {about(cycle)}",
        "lead": _lead(found),
        "row": cycle,
        "whole": _office(url, found.tally, {}),
        "bureaus": _bureaus(url, found),
        "sheets_url": url,
        "is_open": cycle.state == CycleState.OPEN,
        "may_remind": viewer.can(REMIND, cycle),
        "next": board_url(cycle),
    }
    return show(http, "evaluation/board.html", context, crumbs=cycle_crumbs(cycle))


def _lead(found: Board) -> str:
    parts = []
    waits = found.tally.states.get(SheetState.PLANNING, 0)
    if found.tally.late:
        text = ngettext("%(count)d sheet is late", "%(count)d sheets are late", found.tally.late)
        parts.append(text % {"count": found.tally.late})
    if found.tally.returned:
        text = ngettext("%(count)d is being corrected", "%(count)d are being corrected", found.tally.returned)
        parts.append(text % {"count": found.tally.returned})
    if waits:
        text = ngettext("%(count)d waits to be accepted", "%(count)d wait to be accepted", waits)
        parts.append(text % {"count": waits})
    return _(", ").join(parts)


def _bureaus(url: str, found: Board) -> list[dict[str, Any]]:
    return [
        {
            "name": _name(one.bureau),
            "all": _office(url, one.tally, _where(one.bureau)),
            "offices": [
                _office(url, office.tally, _where(office.department)) | {"name": _name(office.department)}
                for office in one.offices
            ],
        }
        for one in found.bureaus
    ]


def _name(office: Department | None) -> str:
    return office.name if office is not None else _("without an office")


def _where(office: Department | None) -> dict[str, Any]:
    """How the address of the list names the sheets of an office, or those that belong to none."""
    return {"department": office.pk} if office is not None else {"unowned": "1"}


def _office(url: str, tally: Tally, where: dict[str, Any]) -> dict[str, Any]:
    """A bar with its numbers in words, each leading to the sheets it counts."""
    states: list[dict[str, Any]] = [
        {
            "state": state.value,
            "label": state.label,
            "count": tally.states.get(state.value, 0),
            "url": address(url, state=state.value, **where),
        }
        for state in SheetState
        if tally.states.get(state.value, 0)
    ]
    return {
        "url": address(url, **where),
        "bar": bar_of([(one["state"], one["count"]) for one in states if one["state"] != "withdrawn"]),
        "states": states,
        "accepted": tally.accepted,
        "whole": tally.whole,
        "late": tally.late,
        "late_url": address(url, late="1", **where),
        "returned": tally.returned,
        "returned_url": address(url, returned="1", **where),
    }


@require_safe
def sheet_list(http: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of an evaluation; what is wanted stands in the address."""
    cycle = cycle_to(http, pk, RUN)
    viewer, now = viewer_of(http), timezone.now()
    filters = Filters.given(http.GET).but(cycle=cycle.pk)
    every = sheets_seen(viewer).filter(cycle=cycle)
    rows = filters.applied(every, timezone.localtime(now).date()).order_by("node__code", "pk")
    page = Paginator(rows, PER_PAGE).get_page(http.GET.get("page"))
    count = page.paginator.count
    context = {
        "title": ngettext("%(count)d sheet", "%(count)d sheets", count) % {"count": count},
        "kind": cycle.title,
        "row": cycle,
        "page": page,
        "lines": [line(one, now) for one in page],
        "filters": filters,
        "chips": _chips(cycle, filters),
        "offices": [(one.pk, one.name) for one in offices_among(every)],
        "kinds": SheetKind.choices,
        "wards": [(one.key, one.name) for one in wards()],
        "is_filtered": len(filters.address()) > 1,
        "acts": _acts(viewer, cycle),
        "next": http.get_full_path(),
    }
    crumbs = [*cycle_crumbs(cycle), {"title": _("Progress"), "url": board_url(cycle)}]
    return show(http, "evaluation/sheets/list.html", context, crumbs=crumbs)


def _chips(cycle: Cycle, filters: Filters) -> list[dict[str, Any]]:
    url = reverse("staff-evaluation-sheets", args=[cycle.pk])
    plain = filters.but(state="", late=False, returned=False)

    def one(title: str, **given: Any) -> dict[str, Any]:
        wanted = plain.but(**given)
        asked = {name: value for name, value in wanted.address().items() if name != "cycle"}
        return chip(title, address(url, **asked), current=wanted == filters)

    states = [one(str(state.label), state=state.value) for state in SheetState]
    return [one(_("All")), one(_("Late"), late=True), one(_("Sent back"), returned=True), *states]


def _acts(viewer: Any, cycle: Cycle) -> list[tuple[str, str]]:
    if cycle.state != CycleState.OPEN:
        return []
    known = (
        ("accept", _("Accept"), ACCEPT),
        ("remind", _("Remind"), REMIND),
        ("extend", _("Give more time"), EXTEND),
        ("assign", _("Give to somebody"), HAND_ON),
    )
    return [(act, words) for act, words, key in known if viewer.can(key, cycle)]
