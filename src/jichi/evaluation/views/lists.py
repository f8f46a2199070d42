"""The first page of the evaluations: what waits for the viewer; and what one does for many sheets at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.workbench import show
from jichi.evaluation.actions import ACCEPT, CHECK_BUREAU, CHECK_SECTION, FILL, READ, REVIEW, RUN
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.page_words import cycle_sentence, name_of
from jichi.evaluation.queries.cycles import open_cycles_for
from jichi.evaluation.queries.page_editions import is_inside
from jichi.evaluation.queries.page_queries import Filters, sheets_seen, to_check, to_fill
from jichi.evaluation.services.checking import Outcome, accept_sheets, pass_sheets

from .frame import (
    address,
    back_from,
    board_url,
    chip,
    chosen,
    line,
    number_in,
    numbers_in,
    sentences,
    start_url,
    viewer_of,
)

PER_PAGE = 50
MOST_TOLD = 20
"""So many sheets that were left as they were are told one by one; of more only the number."""


@require_safe
def start(http: HttpRequest) -> HttpResponse:
    """What waits for the viewer, the first due first (``?show=fill|returned|check|all&cycle=&q=``)."""
    viewer = viewer_of(http)
    viewer.require(READ)
    if not is_inside(viewer):
        name = "staff-evaluation-committee" if viewer.can(REVIEW) else "staff-evaluation-cycles"
        return redirect(name)
    now, filters = timezone.now(), Filters.given(http.GET)
    today = timezone.localtime(now).date()
    lists = _lists(viewer)
    counts = {key: filters.applied(rows(), today).count() for key, (_title, rows) in lists.items()}
    wanted = http.GET.get("show", "")
    first = next((key for key, count in counts.items() if count and key != "all"), next(iter(lists)))
    current = wanted if wanted in lists else first
    rows = filters.applied(lists[current][1](), today)
    page = Paginator(rows, PER_PAGE).get_page(http.GET.get("page"))
    cycles = list(open_cycles_for(viewer))
    context = {
        "title": _heading(current, counts[current]),
        "lead": _LEADS[current](),
        "show": current,
        "tabs": [
            chip(
                title,
                address(start_url(), show=key, **filters.address()),
                current=key == current,
                count=counts[key],
            )
            for key, (title, _rows) in lists.items()
        ],
        "page": page,
        "lines": [line(one, now, viewer) for one in page],
        "filters": filters,
        "cycles": [(one.pk, one.title) for one in cycles],
        "acts": _bulk_acts(viewer, current),
        "next": http.get_full_path(),
        "running": [_running(one) for one in cycles] if viewer.can(RUN) else [],
    }
    return show(http, "evaluation/start.html", context, crumbs=[])


def _running(cycle: Cycle) -> dict[str, Any]:
    """An open evaluation with how far it is, for those who run it."""
    accepted, whole = cycle.accepted, cycle.whole  # type: ignore[attr-defined]
    return {
        "title": cycle.title,
        "words": cycle_sentence({"accepted": accepted, "filling": whole - accepted}),
        "accepted": accepted,
        "whole": max(whole, 1),
        "due": cycle.due_planning,
        "url": board_url(cycle),
    }


Lists = dict[str, tuple[str, Callable[[], QuerySet[Sheet]]]]


def _lists(viewer: Viewer) -> Lists:
    """Only what the viewer's roles have to do with."""
    found: Lists = {}
    if any(viewer.can(key) for key in (CHECK_SECTION, CHECK_BUREAU, ACCEPT)):
        title = _("To accept") if viewer.can(ACCEPT) else _("To check")
        found["check"] = (title, lambda: to_check(viewer))
    if viewer.can(FILL):
        found["returned"] = (_("Sent back to us"), lambda: to_fill(viewer).filter(times_returned__gt=0))
        found["fill"] = (_("To fill in"), lambda: to_fill(viewer).filter(times_returned=0))
    found["all"] = (
        _("All we see"),
        lambda: sheets_seen(viewer).order_by("-cycle__fiscal_year", "node__code", "pk"),
    )
    return found


def _heading(current: str, count: int) -> str:
    if current == "all":
        return _("Evaluation sheets")
    if not count:
        return _("Nothing waits for you here")
    if current == "check":
        text = ngettext("%(count)d sheet waits for your check", "%(count)d sheets wait for your check", count)
    elif current == "returned":
        text = ngettext("%(count)d sheet is to be corrected", "%(count)d sheets are to be corrected", count)
    else:
        text = ngettext("%(count)d sheet is to be filled in", "%(count)d sheets are to be filled in", count)
    return text % {"count": count}


_LEADS = {
    "fill": lambda: _(
        "What lies with your office, the first due first. What was given to a colleague comes last."
    ),
    "returned": lambda: _("What was sent back to your office, with the reason on each sheet."),
    "check": lambda: _("What goes on only when you have looked at it, the first due first."),
    "all": lambda: _("Every sheet that you may look at, whatever its state."),
}


def _bulk_acts(viewer: Viewer, current: str) -> list[tuple[str, str]]:
    """Buttons for those ticked: name of the act, words on the button."""
    if current == "check":
        found = []
        if viewer.can(CHECK_SECTION) or viewer.can(CHECK_BUREAU):
            found.append(("pass", _("Checked: let them go on")))
        if viewer.can(ACCEPT):
            found.append(("accept", _("Accept")))
        return found
    return [("assign", _("Give to somebody"))] if current in {"fill", "returned"} else []


# --- many at once -------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def bulk(http: HttpRequest) -> HttpResponse:
    """What a button asked for on those ticked: pass, accept, and pages for assigning, time, reminders."""
    viewer = viewer_of(http)
    viewer.require(READ)
    back = back_from(http, start_url())
    if http.method != "POST":
        return redirect(back)
    ids, act = _ticked(http), http.POST.get("act", "")
    if not ids:
        messages.warning(http, _("No sheet is ticked. Tick those that are meant, then press the button."))
        return redirect(back)
    pages = {"assign": "assign", "extend": "extend", "remind": "remind"}
    if act in pages:
        http.session["evaluation-chosen"] = ids
        return redirect(address(reverse(f"staff-evaluation-{pages[act]}"), next=back))
    if act in {"pass", "accept"}:
        versions = {one: number_in(http.POST.get(f"version-{one}", "")) or 0 for one in ids}
        service = accept_sheets if act == "accept" else pass_sheets
        try:
            outcomes = service(
                viewer=viewer, sheet_versions=versions, note=http.POST.get("note", "").strip()[:300]
            )
        except Invalid as error:
            for text in sentences(error):
                messages.error(http, text)
        else:
            _tell(http, outcomes, accepting=act == "accept")
    return redirect(back)


def _ticked(http: HttpRequest) -> list[int]:
    """The sheets that are meant: those ticked, or all that the page showed."""
    if "all" not in http.POST:
        return chosen(http)
    shown = [name.removeprefix("version-") for name in http.POST if name.startswith("version-")]
    return numbers_in(shown)


def _tell(http: HttpRequest, outcomes: list[Outcome], *, accepting: bool) -> None:
    """Say how many went on, and of each that did not, why."""
    done = sum(one.is_done for one in outcomes)
    if done and accepting:
        text = ngettext("%(count)d sheet is accepted.", "%(count)d sheets are accepted.", done)
        messages.success(http, text % {"count": done})
    elif done:
        text = ngettext("%(count)d sheet has gone on.", "%(count)d sheets have gone on.", done)
        messages.success(http, text % {"count": done})
    left = [one for one in outcomes if not one.is_done]
    for one in left[:MOST_TOLD]:
        text = _("%(sheet)s: %(why)s") % {"sheet": name_of(one.sheet), "why": one.message}
        messages.warning(http, text)
    more = len(left) - MOST_TOLD
    if more > 0:
        text = ngettext(
            "%(count)d more sheet was left as it was.", "%(count)d more sheets were left as they were.", more
        )
        messages.warning(http, text % {"count": more})


def chosen_sheets(http: HttpRequest, viewer: Viewer) -> list[Sheet]:
    """The sheets an act of many is for: named in the address or form, or ticked on the page before."""
    ids = chosen(http) or http.session.get("evaluation-chosen", [])
    return list(sheets_seen(viewer).filter(pk__in=ids[:2000]).order_by("node__code", "pk"))


def lines_of(sheets: list[Sheet], now: datetime.datetime) -> list[dict[str, Any]]:
    """The sheets as lists show them."""
    return [line(one, now) for one in sheets]
