"""What the pages of the cycle have in common: the viewer, the way back, lines of lists, acts that only do."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import Crumb
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.page_words import due_words, name_of, office_of, state_of
from jichi.evaluation.queries.cycles import cycle_for
from jichi.evaluation.queries.page_queries import sheet_seen


def viewer_of(http: HttpRequest) -> Viewer:
    """On whose behalf the page is shown."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return viewer


def cycle_to(http: HttpRequest, pk: int, key: str) -> Cycle:
    """The cycle, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    viewer = viewer_of(http)
    cycle = cycle_for(viewer, pk)
    viewer.require(key, cycle)
    return cycle


def sheet_to(http: HttpRequest, pk: int, key: str) -> Sheet:
    """The sheet, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    viewer = viewer_of(http)
    sheet = sheet_seen(viewer, pk)
    viewer.require(key, sheet)
    return sheet


# --- the way back -------------------------------------------------------------------------------------
def start_url() -> str:
    """The start of the evaluations."""
    return reverse("staff-evaluation")


def cycle_url(cycle: Cycle) -> str:
    """The page of a cycle."""
    return reverse("staff-evaluation-cycle", args=[cycle.pk])


def board_url(cycle: Cycle) -> str:
    """The progress board of a cycle."""
    return reverse("staff-evaluation-board", args=[cycle.pk])


def sheet_url(sheet: Sheet) -> str:
    """The page of a sheet."""
    return reverse("staff-evaluation-sheet", args=[sheet.pk])


def crumbs() -> list[Crumb]:
    """The way to the evaluations."""
    return [{"title": _("Evaluation"), "url": start_url()}]


def cycle_crumbs(cycle: Cycle) -> list[Crumb]:
    """The way to a page below a cycle's."""
    return [*crumbs(), {"title": cycle.title, "url": cycle_url(cycle)}]


def sheet_crumbs(sheet: Sheet) -> list[Crumb]:
    """The way to a page below a sheet's."""
    return [*cycle_crumbs(sheet.cycle), {"title": name_of(sheet), "url": sheet_url(sheet)}]


def back_from(http: HttpRequest, otherwise: str) -> str:
    """The page one came from (``next``), if it is one of ours."""
    data = http.POST if http.method == "POST" else http.GET
    url = data.get("next", "")
    ours = url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/staff/")
    return url if ours else otherwise


# --- lists --------------------------------------------------------------------------------------------
def line(sheet: Sheet, now: datetime.datetime, viewer: Viewer | None = None) -> dict[str, Any]:
    """A sheet as lists show it. Whose it is within the office only her office learns."""
    given = ""
    if viewer is not None and sheet.assigned_to_id is not None and sheet.state == "filling":
        given = _("given to you") if sheet.assigned_to_id == viewer.person_id else _("given to a colleague")
    return {
        "id": sheet.pk,
        "version": sheet.version,
        "name": name_of(sheet),
        "url": sheet_url(sheet),
        "office": office_of(sheet),
        "kind": sheet.get_kind_display(),
        "cycle": sheet.cycle.title,
        "state": state_of(sheet, now),
        "due": due_words(sheet, now),
        "given": given,
        "returned": sheet.times_returned,
        "remarks": getattr(sheet, "remarks", 0),
        "is_draft": bool(sheet.answer_set.draft) and sheet.answer_set.version > 1,
    }


def chip(title: str, url: str, *, current: bool, count: int | None = None) -> dict[str, Any]:
    """A link above a list that narrows it."""
    return {"title": title, "url": url, "current": current, "count": count}


def address(url: str, **given: Any) -> str:
    """An address with what is asked for."""
    kept = {name: value for name, value in given.items() if value not in ("", None, False)}
    return f"{url}?{urlencode(kept)}" if kept else url


# --- acts ---------------------------------------------------------------------------------------------
def sentences(error: Invalid) -> list[str]:
    """Everything a service objected to, once each."""
    return list(dict.fromkeys(text for texts in error.messages.values() for text in texts))


def do(
    http: HttpRequest, act: Callable[[], Any], *, back: str, done: str | Callable[[Any], str] = ""
) -> HttpResponse:
    """Do an act that a button asked for and go ``back``; what was refused stands above that page.

    Only a POST acts. ``done`` is the sentence of success, made of the act's result where it is a function.
    """
    if http.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        result = act()
    except Invalid as error:
        for text in sentences(error):
            messages.error(http, text)
    except Conflict:
        messages.warning(http, faster())
    else:
        text = done(result) if callable(done) else done
        if text:
            messages.success(http, text)
    return redirect(back)


def faster() -> str:
    """What is said when a row was changed meanwhile."""
    return _("Somebody else was faster: it was changed while you looked at it. Nothing of yours was done.")


def not_now(http: HttpRequest, text: str, back: str) -> HttpResponse:
    """Say why an act is not possible as things stand, and go back."""
    messages.info(http, text)
    return redirect(back)


def chosen(http: HttpRequest, name: str = "sheet") -> list[int]:
    """The numbers that were ticked."""
    data = http.POST if http.method == "POST" else http.GET
    return numbers_in(data.getlist(name))


def number_in(text: str) -> int | None:
    """The number that the text is, None for any other text."""
    return next(iter(numbers_in([text])), None)


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers of rows."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 12]
