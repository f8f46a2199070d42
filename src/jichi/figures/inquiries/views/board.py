"""The board of an inquiry: who has answered; and what one does for many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.workbench import show
from jichi.figures.models import Inquiry, RequestEvent

from ..actions import (
    ACCEPT,
    CHOOSE,
    CLOSE,
    DRAFT,
    EXTEND,
    MERGE,
    READ_INQUIRY,
    REMIND,
    RUN,
    SEND,
    TAKE_IN,
)
from ..queries.board import FILTERS, Board, Line, board_of, clean_versions, merges_of
from ..services import accept_returns, remind, take_workbooks
from ..words import (
    as_of_text,
    asker_name,
    count_words,
    reminder_subject,
    reminder_text,
    respondent_name,
    state_of,
)
from .frame import (
    chosen,
    crumbs,
    do,
    inquiry_crumbs,
    inquiry_to,
    inquiry_url,
    number_in,
    request_url,
    title_of,
    viewer_of,
)
from .returning import attached

ZIP = "application/zip"


@require_safe
def inquiry_board(http: HttpRequest, pk: int) -> HttpResponse:
    """Who has answered: in words, then by bureau (``?only=``, ``?q=``)."""
    inquiry = inquiry_to(http, pk, READ_INQUIRY)
    viewer = viewer_of(http)
    only = http.GET.get("only", "")
    only = only if only in FILTERS else ""
    text = http.GET.get("q", "").strip()
    today = timezone.localdate()
    board = board_of(viewer, inquiry.pk, today, only=only, text=text)
    is_draft = inquiry.state == Inquiry.State.DRAFT
    context = {
        "title": title_of(inquiry)
        if is_draft
        else count_words(inquiry.series.kind, board.answered, board.whole),
        "kind": title_of(inquiry),
        "lead": _lead(board) if not is_draft else _("This is a draft. Nobody has been asked yet."),
        "inquiry": inquiry,
        "board": board,
        "is_draft": is_draft,
        "is_open": inquiry.state == Inquiry.State.SENT,
        "facts": _facts(inquiry),
        "filters": _filters(inquiry, board, only, text),
        "only": only,
        "q": text,
        "groups": [
            {
                "name": group.bureau.name if group.bureau is not None else _("without an office"),
                "counts": f"{group.answered}/{group.whole}",
                "lines": [_line(line, today) for line in group.lines],
            }
            for group in board.groups
        ],
        "may": {
            name: viewer.can(key, inquiry)
            for name, key in {
                "run": RUN,
                "remind": REMIND,
                "accept": ACCEPT,
                "close": CLOSE,
                "choose": CHOOSE,
                "draft": DRAFT,
                "send": SEND,
                "extend": EXTEND,
                "merge": MERGE,
                "take_in": TAKE_IN,
            }.items()
        },
        "merges": merges_of(viewer, inquiry),
    }
    return show(http, "figures/inquiries/board.html", context, crumbs=crumbs())


def _lead(board: Board) -> str:
    parts = []
    if board.late:
        text = ngettext("%(count)d is late", "%(count)d are late", board.late)
        parts.append(text % {"count": board.late})
    if board.ready:
        text = ngettext("%(count)d waits to be accepted", "%(count)d wait to be accepted", board.ready)
        parts.append(text % {"count": board.ready})
    if board.accepted:
        text = ngettext("%(count)d is accepted", "%(count)d are accepted", board.accepted)
        parts.append(text % {"count": board.accepted})
    return _(", ").join(parts)


def _facts(inquiry: Inquiry) -> list[dict[str, Any]]:
    rows = [
        (_("What it is for"), inquiry.purpose),
        (_("Asked by"), asker_name(inquiry)),
        (_("As of"), as_of_text(inquiry)),
        (_("Form"), _("%(title)s, version %(number)d") % _form(inquiry)),
        (_("Checks"), _CHECKS[inquiry.check_levels]()),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


def _form(inquiry: Inquiry) -> dict[str, Any]:
    return {"title": inquiry.form_version.form.title, "number": inquiry.form_version.number}


_CHECKS = (
    lambda: "",
    lambda: _("The section's head checks"),
    lambda: _("The section's and then the bureau's head check"),
)


def _filters(inquiry: Inquiry, board: Board, only: str, text: str) -> list[dict[str, Any]]:
    words = {
        "": (_("All"), sum(board.states.values())),
        "open": (_("Not answered"), board.open),
        "late": (_("Late"), board.late),
        "ready": (_("To accept"), board.ready),
        "sent_back": (_("Sent back"), board.states.get("sent_back", 0)),
        "accepted": (_("Accepted"), board.accepted),
        "cancelled": (_("No longer asked"), board.states.get("cancelled", 0)),
    }
    return [
        {
            "title": title,
            "count": count,
            "url": f"{inquiry_url(inquiry)}?{urlencode({'only': key, 'q': text})}#asked",
            "current": key == only,
        }
        for key, (title, count) in words.items()
        if count or key in {"", only}
    ]


def _line(line: Line, today: Any) -> dict[str, Any]:
    request = line.request
    held = request.department.name if request.department_id and request.department else ""
    asked = request.asked.name if request.asked is not None else ""
    return {
        "id": request.pk,
        "version": request.version,
        "name": respondent_name(request),
        "url": request_url(request),
        "state": state_of(request, today),
        "due": line.due,
        "own_due": request.due_on is not None,
        "question": line.has_question,
        "ready": line.is_ready,
        "with": held if held and asked and held != asked else "",
        "last": RequestEvent.Kind(line.last_kind).label if line.last_kind else "",
        "at": timezone.localtime(line.last_at) if line.last_at else None,
        "cancelled": request.state == "cancelled",
    }


# --- many at once ---------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def inquiry_bulk(http: HttpRequest, pk: int) -> HttpResponse:
    """What a button of the board asked for, on those ticked: workbooks, reminding, more time, acceptance."""
    inquiry = inquiry_to(http, pk, RUN)
    if http.method != "POST":
        return redirect(inquiry_url(inquiry))
    viewer, ids, back = viewer_of(http), chosen(http), inquiry_url(inquiry)
    act = http.POST.get("act", "")
    named = f"?{urlencode([('request', one) for one in ids])}" if ids else ""
    if act == "remind":
        return redirect(reverse("staff-inquiry-remind", args=[inquiry.pk]) + named)
    if act == "extend":
        return redirect(reverse("staff-inquiry-extend", args=[inquiry.pk]) + named)
    if act == "workbooks":
        return do(
            http,
            lambda: attached(
                take_workbooks(viewer=viewer, inquiry_id=inquiry.pk, request_ids=ids or None), ZIP
            ),
            back=back,
        )
    if act in {"accept", "accept_clean"}:
        versions = _versions(http, ids) if act == "accept" else clean_versions(viewer, inquiry)
        return do(http, lambda: _accept(viewer, inquiry, versions), back=back, done=_accepted)
    return redirect(back)


def _versions(http: HttpRequest, ids: list[int]) -> dict[int, int | None]:
    """Request → the version of it that stood on the page."""
    return {one: number_in(http.POST.get(f"version-{one}", "")) for one in ids}


def _accepted(rows: list[Any]) -> str:
    text = ngettext("%(count)d return was accepted.", "%(count)d returns were accepted.", len(rows))
    return text % {"count": len(rows)}


def _accept(viewer: Any, inquiry: Inquiry, versions: dict[int, int | None]) -> list[Any]:
    if not versions:
        raise Invalid({"": [_("Nobody is chosen.")]})
    return accept_returns(viewer=viewer, inquiry_id=inquiry.pk, versions=versions)


@require_http_methods(["GET", "POST"])
def inquiry_remind(http: HttpRequest, pk: int) -> HttpResponse:
    """Remind those chosen, or everybody who is still to answer; with the text of a mail to be copied."""
    inquiry = inquiry_to(http, pk, REMIND)
    viewer, today = viewer_of(http), timezone.localdate()
    ids = set(chosen(http))
    lines = [
        line
        for line in board_of(viewer, inquiry.pk, today, only="open").lines
        if not ids or line.request.pk in ids
    ]
    address = http.build_absolute_uri(reverse("staff-inquiries"))
    if http.method == "POST":
        return do(
            http,
            lambda: remind(
                viewer=viewer,
                inquiry_id=inquiry.pk,
                request_ids=[line.request.pk for line in lines],
                text=http.POST.get("text", "")[:2000],
            ),
            back=inquiry_url(inquiry),
            done=lambda rows: (
                ngettext(
                    "%(count)d was reminded; who had been reminded today is left out.",
                    "%(count)d were reminded; who had been reminded today is left out.",
                    len(rows),
                )
                % {"count": len(rows)}
            ),
        )
    subject, text = reminder_subject(inquiry), reminder_text(inquiry, today, address)
    context = {
        "title": ngettext("Remind %(count)d", "Remind %(count)d", len(lines)) % {"count": len(lines)},
        "kind": title_of(inquiry),
        "lead": _("A reminder stands among the duties of those asked. Mail is not sent from here."),
        "lines": [_line(line, today) for line in lines],
        "subject": subject,
        "text": text,
        "mail_url": f"mailto:?subject={quote(subject)}&body={quote(text)}",
        "back": inquiry_url(inquiry),
    }
    return show(http, "figures/inquiries/remind.html", context, crumbs=inquiry_crumbs(inquiry))
