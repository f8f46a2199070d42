"""The officer's inbox over all mechanisms, the look-up by contact, and the desks with their proof."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.city.workbench import show
from jichi.office.actions import READ_MESSAGES
from jichi.ui.content import translated
from jichi.ui.numbers import format_number
from jichi.voices import queries, services
from jichi.voices.actions import ENTER, HAND_OVER, IMPORT, LIST, LOOK_UP, PROVE, TEMPLATE
from jichi.voices.enums import Channel, EndKind
from jichi.voices.forms import LookUpForm
from jichi.voices.models import Desk
from jichi.voices.paging import MOST, Long, page_of
from jichi.voices.queries.lists import (
    ENDED_STATE,
    LATE_STATE,
    OPEN_STATE,
    SOON_STATE,
    UNCHECKED_STATE,
    Filters,
)
from jichi.voices.words import card_of, desk_title

from .frame import crumbs

AT_ONCE = 10_000
"""Voices of a desk whose rows are counted anew whenever its page is looked at; more only when asked for."""

BOARD_SECONDS = 30
"""How long the counts of offices are kept where there are more than :data:`AT_ONCE` open voices."""

DUE_FIRST = (OPEN_STATE, LATE_STATE, SOON_STATE)
"""States whose lists begin with what is due first."""


@require_safe
def inbox(request: ViewedRequest) -> HttpResponse:
    """What is on the viewer's hands, filtered in the address; open voices where nothing is asked for."""
    viewer = request.viewer
    viewer.require(LIST)
    given = request.GET if request.GET else {"state": OPEN_STATE}
    filters = Filters.given(given)
    rows = queries.voices_for(viewer, filters=filters)
    parts = queries.first_due_first(rows) if filters.state in DUE_FIRST else (rows,)
    found = Long(*parts)
    page = page_of(found, request.GET.get("page"))
    today = timezone.localdate()
    board = _board(request)
    context = {
        "title": _("Voices"),
        "lead": _lead(board),
        "chips": _chips(filters),
        "filters": filters,
        "is_filtered": bool(filters.but(state="").address()),
        "cards": [card_of(row, today) for row in page],
        "page": page,
        "cut": format_number(MOST) if found.is_cut else "",
        "board": board if len(board) > 1 else [],
        "desks": [(one.key, desk_title(one)) for one in queries.desks_for(viewer)[:200]],
        "channels": Channel.choices,
        "ends": [one for one in EndKind.choices if one[0] != EndKind.SEALED],
        "acts": _acts(request),
    }
    return show(request, "voices/staff/inbox.html", context, crumbs=[])


def _board(request: ViewedRequest) -> list[queries.BoardRow]:
    """What each office has on its hands; where that are very many it may be some seconds old."""
    offices = request.viewer.departments_for(LIST)
    reached = "all" if offices is None else "-".join(str(pk) for pk in sorted(offices))
    key = f"voices.board:{reached}:{get_language()}:{timezone.localdate()}"
    cache = caches["process"]
    if (kept := cache.get(key)) is not None:
        return list(kept)
    board = queries.board_for(request.viewer)
    if sum(row.open for row in board) > AT_ONCE:
        cache.set(key, board, BOARD_SECONDS)
    return board


def _lead(board: list[queries.BoardRow]) -> str:
    waiting, overdue = sum(row.open for row in board), sum(row.overdue for row in board)
    if not waiting:
        return _("Nothing is open.")
    text = ngettext("%(count)s voice is open", "%(count)s voices are open", waiting)
    sentence = text % {"count": format_number(waiting)}
    if not overdue:
        return _("%(open)s; no reply is late.") % {"open": sentence}
    late = ngettext("%(count)s reply is late", "%(count)s replies are late", overdue)
    return _("%(open)s; %(late)s.") % {"open": sentence, "late": late % {"count": format_number(overdue)}}


def _chips(filters: Filters) -> list[dict[str, Any]]:
    address = reverse("staff-voices")
    titles = [
        (OPEN_STATE, _("Open")),
        (LATE_STATE, _("Reply late")),
        (SOON_STATE, _("Day is near")),
        (UNCHECKED_STATE, _("To be checked")),
        (ENDED_STATE, _("Ended")),
        ("", _("All")),
    ]
    found = []
    for state, title in titles:
        wanted = filters.but(state=state).address() or {"all": "1"}
        found.append(
            {"title": title, "url": f"{address}?{urlencode(wanted)}", "current": filters.state == state}
        )
    return found


def _acts(request: ViewedRequest) -> list[dict[str, str]]:
    possible = [
        ("staff-voice-enter", ENTER, _("Enter a voice")),
        ("staff-voices-import", IMPORT, _("Take in a file")),
        ("staff-voices-look-up", LOOK_UP, _("Look up by contact")),
        ("staff-desks", PROVE, _("Desks and proof")),
        ("staff-templates", TEMPLATE, _("Templates of replies")),
        ("staff-outbox", READ_MESSAGES, _("Mails sent and not sent")),
        ("staff-disclosures", HAND_OVER, _("Files to carry")),
    ]
    return [
        {"title": title, "url": reverse(name)} for name, key, title in possible if request.viewer.can(key)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: ViewedRequest) -> HttpResponse:
    """The voices of exactly this address or number; what was typed stands in no address and no log."""
    request.viewer.require(LOOK_UP)
    form, found, status = LookUpForm(posted(request)), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = services.look_up(viewer=request.viewer, contact=form.cleaned_data["contact"])
                status = 200
            except Invalid as error:
                take_objections(form, error)
    today = timezone.localdate()
    context = {
        "title": _("Look up voices by contact"),
        "lead": _("Only voices of your office are found, and only by the whole address or number."),
        "form": form,
        "cards": None if found is None else [card_of(row, today) for row in found],
    }
    return show(request, "voices/staff/look_up.html", context, crumbs=crumbs(), status=status)


@require_safe
def desks(request: ViewedRequest) -> HttpResponse:
    """Every desk the viewer may prove, with received = open + ended."""
    request.viewer.require(PROVE)
    tallied, asked = queries.tallied_for(request.viewer), "count" in request.GET
    few = [pk for pk, (received, _ended) in tallied.items() if asked or received <= AT_ONCE]
    proof: dict[int, bool] = dict.fromkeys(few, True)
    for line in queries.conservation_for(request.viewer, *few) if few else []:
        proof[line.desk_id] = proof[line.desk_id] and line.holds
    rows = [
        _desk_row(row, tallied.get(row.pk, (0, 0)), proof.get(row.pk) if row.pk in tallied else True)
        for row in queries.desks_for(request.viewer)
    ]
    whole = all(row["holds"] is not False for row in rows)
    context = {
        "title": _("Every voice is accounted for") if whole else _("A count does not fit"),
        "lead": _("Received = open + ended, at each desk, by each channel."),
        "desks": rows,
        "is_left": any(row["holds"] is None for row in rows),
    }
    return show(request, "voices/staff/desks.html", context, crumbs=crumbs())


def _desk_row(row: Desk, tallied: tuple[int, int], holds: bool | None) -> dict[str, Any]:
    """One desk with its count; ``holds`` None: its rows are too many to be counted anew unasked."""
    received, ended = tallied
    late = row.answered_at is not None
    return {
        "title": desk_title(row),
        "url": reverse("staff-desk", args=[row.key]),
        "purpose": row.get_purpose_display(),
        "office": str(translated(row.department, "name")),
        "received": received,
        "open": 0 if late else received - ended,
        "is_answered": late,
        "holds": holds,
    }


@require_safe
def desk(request: ViewedRequest, key: str) -> HttpResponse:
    """One desk: what came by which channel, what is open, how the rest ended."""
    request.viewer.require(PROVE)
    row = queries.desk_for(request.viewer, key)
    received = queries.tallied_for(request.viewer, row.pk).get(row.pk, (0, 0))[0]
    counted = received <= AT_ONCE or "count" in request.GET
    proved = queries.conservation_for(request.viewer, row.pk) if counted else []
    kinds = [one for one in EndKind if any(one in line.ended for line in proved)]
    lines = [
        {
            "channel": str(Channel(line.channel).label),
            "is_late": line.is_late,
            "received": line.received,
            "open": line.open,
            "ended": [line.ended.get(kind, 0) for kind in kinds],
            "holds": line.holds,
        }
        for line in proved
    ]
    total = {
        "received": sum(line.received for line in proved),
        "open": sum(line.open for line in proved),
        "ended": [sum(line.ended.get(kind, 0) for line in proved) for kind in kinds],
    }
    context = {
        "title": desk_title(row),
        "lead": row.get_purpose_display(),
        "kinds": [str(kind.label) for kind in kinds],
        "lines": lines,
        "total": total,
        "holds": all(line.holds for line in proved) if counted else None,
        "tallied": received,
        "voices_url": f"{reverse('staff-voices')}?{urlencode({'desk': row.key})}",
    }
    where = [*crumbs(), {"title": _("Desks and proof"), "url": reverse("staff-desks")}]
    return show(request, "voices/staff/desk.html", context, crumbs=where)
