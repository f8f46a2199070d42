"""The acts on one request, each a small page or a button."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import NotAllowed
from jichi.city.queries import departments_for
from jichi.city.workbench import show
from jichi.figures.models import InquiryRequest
from jichi.sheets.pages import PaperHead, paper_page
from jichi.sheets.parsing import definition_of
from jichi.ui import numbers

from ..actions import ANSWER, CANCEL, CHECK_BUREAU, CHECK_SECTION, HAND_ON, SEND_BACK, TAKE_WORKBOOK, TALK
from ..forms import HandOnForm, SendBackForm, WordsForm
from ..offices import offices_within
from ..queries.board import revision_of
from ..queries.lists import request_for
from ..queries.returns import newest_revisions, previous_values
from ..services import (
    File,
    ask_again,
    ask_question,
    cancel_request,
    check_bureau,
    check_section,
    hand_on,
    reply,
    report_nothing,
    send_back,
    take_workbook,
)
from ..services.checking import open_question
from ..services.workbooks import typed_so_far
from ..sides import asked_through, is_asker, is_checker, is_respondent, require_held, stands_on_both
from ..words import about, as_of_text, asker_name, due_of, handed_in_words, respondent_name
from .frame import ask, below_request, do, number_in, request_to, request_url, title_of, viewer_of
from .requests import read_only
from .returning import attached

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _posted(http: HttpRequest) -> Any:
    return http.POST if http.method == "POST" else None


def _version(http: HttpRequest) -> int | None:
    return number_in(http.POST.get("version", ""))


# --- the answer by other ways ---------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def request_workbook(http: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of the request, as a file."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    if not is_asker(viewer, row):
        require_held(viewer, TAKE_WORKBOOK, row)
    return do(
        http,
        lambda: attached(take_workbook(viewer=viewer, request_id=row.pk), XLSX),
        back=request_url(row),
    )


@require_safe
def request_paper(http: HttpRequest, pk: int) -> HttpResponse:
    """The form on paper: blank, or with what was typed (``?filled``)."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    filled = "filled" in http.GET
    raw = typed_so_far(row, newest_revisions([row]).get(row.pk)) if filled else None
    page = paper_page(
        definition_of(row.inquiry.form_version),
        raw=raw or None,
        previous=previous_values(row),
        head=PaperHead(
            return_to=asker_name(row.inquiry),
            due=numbers.format_date(due_of(row)),
            respondent=respondent_name(row),
            reference=f"{row.inquiry_id}-{row.pk}",
            as_of=as_of_text(row.inquiry),
            explanation=row.inquiry.instructions,
        ),
        version=_("Form %(key)s, version %(number)d")
        % {"key": row.inquiry.form_version.form.key, "number": row.inquiry.form_version.number},
    )
    context = {
        "title": _("On paper: %(title)s") % {"title": title_of(row.inquiry)},
        "filled": filled,
        **page,
    }
    return show(http, "figures/inquiries/paper.html", context, crumbs=below_request(http, row))


@require_http_methods(["GET", "POST"])
def request_nothing(http: HttpRequest, pk: int) -> HttpResponse:
    """Answer that there is nothing to report, and why."""
    row = request_to(http, pk, ANSWER)
    return ask(
        http,
        WordsForm(_posted(http), initial={"version": row.version}),
        title=_("Nothing to report: %(title)s") % {"title": title_of(row.inquiry)},
        lead=_("It counts as an answer of nought. Say why there is nothing, so that nobody has to ask."),
        button=_("Answer: nothing to report"),
        crumbs=below_request(http, row),
        back=request_url(row),
        do=lambda data: report_nothing(
            viewer=viewer_of(http), request_id=row.pk, version=data["version"], text=data["text"]
        ),
        done=handed_in_words(row.inquiry),
    )


@require_http_methods(["GET", "POST"])
def request_hand_on(http: HttpRequest, pk: int) -> HttpResponse:
    """Hand the request on to another office of the bureau."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    if asked_through(viewer, HAND_ON, row) is None:
        raise NotAllowed(HAND_ON)
    return ask(
        http,
        HandOnForm(_posted(http), initial={"version": row.version}, offices=_offices(http, row)),
        title=_("Hand on: %(title)s") % {"title": title_of(row.inquiry)},
        lead=_("The other office answers from then on. Yours can take it back the same way."),
        button=_("Hand on"),
        crumbs=below_request(http, row),
        back=request_url(row),
        do=lambda data: hand_on(
            viewer=viewer,
            request_id=row.pk,
            version=data["version"],
            department_id=int(data["department"]),
            text=data["text"],
        ),
        done=_("Handed on."),
    )


def _offices(http: HttpRequest, row: InquiryRequest) -> list[tuple[str, str]]:
    if row.asked_id is None:
        return []
    offices = list(departments_for(viewer_of(http)))
    inside = offices_within(offices, row.asked_id, timezone.localdate())
    return [(str(one.pk), one.name) for one in offices if one.pk in inside and one.pk != row.department_id]


# --- checking -------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def request_check_section(http: HttpRequest, pk: int) -> HttpResponse:
    """The section's head says that the return is right."""
    row = request_to(http, pk, CHECK_SECTION)
    return do(
        http,
        lambda: check_section(viewer=viewer_of(http), request_id=row.pk, version=_version(http)),
        back=request_url(row),
        done=_("Checked. The return has left the section."),
    )


@require_http_methods(["GET", "POST"])
def request_check_bureau(http: HttpRequest, pk: int) -> HttpResponse:
    """The bureau's head says that the return is right."""
    row = request_to(http, pk, CHECK_BUREAU)
    return do(
        http,
        lambda: check_bureau(viewer=viewer_of(http), request_id=row.pk, version=_version(http)),
        back=request_url(row),
        done=_("Checked. The return has left the bureau."),
    )


@require_http_methods(["GET", "POST"])
def request_send_back(http: HttpRequest, pk: int) -> HttpResponse:
    """Send the return back, saying what is wrong."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    if not (is_asker(viewer, row) or is_checker(viewer, row)):
        raise NotAllowed(SEND_BACK)
    both = is_asker(viewer, row) and is_checker(viewer, row)
    form = SendBackForm(
        _posted(http), initial={"version": row.version}, offices=_both_offices(row) if both else None
    )
    return ask(
        http,
        form,
        title=_("Send back: %(name)s") % {"name": respondent_name(row)},
        lead=_("Say what is to be corrected. The return is kept, and the corrected one becomes the next."),
        button=_("Send back"),
        crumbs=below_request(http, row),
        back=request_url(row),
        do=lambda data: send_back(
            viewer=viewer,
            request_id=row.pk,
            version=data["version"],
            text=data["text"],
            due_on=data["due_on"],
            by_asker=form.by_asker,
        ),
        done=_("Sent back. It stands among the duties of the office."),
    )


@require_http_methods(["GET", "POST"])
def request_talk(http: HttpRequest, pk: int) -> HttpResponse:
    """Put a question to the other side, or reply to its question."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    asker = is_asker(viewer, row)
    if not (asker or is_respondent(viewer, row) or is_checker(viewer, row)):
        raise NotAllowed(TALK)
    question = open_question(row)
    both = stands_on_both(viewer, row)
    # Who stands on both sides replies for the one that was asked the question.
    replies = question is not None and (both or question.by_asker != asker)
    if both and question is not None:
        asker = not question.by_asker
    act = reply if replies else ask_question
    form = WordsForm(_posted(http), offices=_both_offices(row) if both and not replies else None)
    return ask(
        http,
        form,
        title=(_("Reply: %(name)s") if replies else _("Ask a question: %(name)s"))
        % {"name": respondent_name(row) if asker else asker_name(row.inquiry)},
        lead=question.text if question is not None and replies else "",
        button=_("Reply") if replies else _("Ask"),
        crumbs=below_request(http, row),
        back=request_url(row),
        do=lambda data: act(viewer=viewer, request_id=row.pk, text=data["text"], by_asker=form.by_asker),
        done=_("Sent. It stands among the duties of the other office.") if not replies else _("Replied."),
    )


def _both_offices(row: InquiryRequest) -> tuple[str, str]:
    held = row.department.name if row.department is not None else respondent_name(row)
    return asker_name(row.inquiry), held


# --- by the asker alone ---------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def request_cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a request, or make a withdrawn one again."""
    row = request_to(http, pk, CANCEL, asking=True)
    viewer = viewer_of(http)
    if row.state == InquiryRequest.State.CANCELLED:
        if http.method != "POST":
            return redirect(request_url(row))
        return do(
            http,
            lambda: ask_again(viewer=viewer, request_id=row.pk, version=_version(http)),
            back=request_url(row),
            done=_("It is asked for again."),
        )
    return ask(
        http,
        WordsForm(_posted(http), initial={"version": row.version}),
        title=_("No longer ask: %(name)s") % {"name": respondent_name(row)},
        lead=_("It counts no more among those asked. Say why; the office reads it."),
        button=_("Withdraw the request"),
        danger=True,
        crumbs=below_request(http, row),
        back=request_url(row),
        do=lambda data: cancel_request(
            viewer=viewer, request_id=row.pk, version=data["version"], text=data["text"]
        ),
        done=_("The request is withdrawn."),
    )


# --- what was handed in ---------------------------------------------------------------------------
@require_safe
def request_return(http: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One return as it was handed in."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    revision = revision_of(viewer, row, number)
    if revision is None:
        raise Http404
    at: datetime.datetime = timezone.localtime(revision.entered_at)
    context = {
        "title": _("Return no. %(number)d: %(name)s") % {"number": number, "name": respondent_name(row)},
        "kind": f"{row.inquiry.title} {about(row.inquiry)}",
        "lead": _("%(channel)s, %(day)s")
        % {
            "channel": revision.get_channel_display(),
            "day": numbers.format_date(at),
        },
        "note": revision.note,
        **read_only(revision, definition_of(revision.form_version)),
    }
    return show(http, "figures/inquiries/return.html", context, crumbs=below_request(http, row))


@require_safe
def request_file(http: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The file a return came in, as evidence."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    revision = revision_of(viewer, row, number)
    if revision is None or revision.content is None:
        raise Http404
    name = revision.filename.rpartition("/")[2] or f"return-{number}.xlsx"
    return attached(File(name=name, content=bytes(revision.content)), XLSX)
