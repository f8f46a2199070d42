"""One request: the form to be answered or what was answered, what was said last time, questions, its way."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries, RequestEvent
from jichi.sheets.definition import Definition, Filler, Problem, Raw, Values
from jichi.sheets.models import AnswerRevision, AnswerSet
from jichi.sheets.pages import form_page, raw_from_post, row_counts, rows_pressed
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json
from jichi.sheets.services import AnswersInvalid
from jichi.sheets.words import problem_text, typed_differences

from ..actions import ACCEPT, CANCEL, CHECK_BUREAU, CHECK_SECTION, EXTEND, HAND_ON, TAKE_IN
from ..moves import OPEN, RETURNED, Step, can
from ..queries.board import events_of, revisions_of
from ..queries.lists import request_for
from ..queries.returns import givers_of, newest_revisions, previous_requests, read_all, values_in
from ..services import hand_in, save_draft, take_in
from ..services.checking import open_question
from ..services.steps import giver_of, own_return
from ..services.workbooks import typed_so_far
from ..sides import asked_through, is_asker, is_checker, is_respondent, stands_on_both
from ..words import about, as_of_text, asker_name, due_of, handed_in_words, respondent_name, state_of
from .frame import crumbs, inquiry_crumbs, number_in, request_url, sentences, title_of, viewer_of

Channel = AnswerRevision.Channel


@dataclass
class Page:
    """A request's page in the making: who looks, what stands, and what came of what was sent."""

    http: HttpRequest
    row: InquiryRequest
    viewer: Viewer
    definition: Definition
    raw: Raw = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    rows: dict[str, int] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)
    note: str = ""
    note_error: str = ""
    others: list[dict[str, str]] = field(default_factory=list)
    faster: bool = False
    status: int = 200

    @property
    def enters_paper(self) -> bool:
        """Whether the asker types in what came on paper."""
        return self.http.GET.get("as") == "paper" and self.viewer.can(TAKE_IN, self.row.inquiry)

    @property
    def may_fill(self) -> bool:
        """Whether the viewer may answer, in whichever way, as things stand."""
        step = Step.ANSWER if self.row.state in OPEN else Step.CORRECT
        possible = can(step, self.row.state, levels=self.row.inquiry.check_levels)
        is_out = self.row.inquiry.state == Inquiry.State.SENT
        return is_out and possible and (is_respondent(self.viewer, self.row) or self.enters_paper)

    @property
    def shows_form(self) -> bool:
        """Whether the form stands open: while it is to be answered, or when one goes on to correct it."""
        if not self.may_fill:
            return False
        is_sent = self.http.method == "POST"
        return is_sent or self.row.state in OPEN or self.enters_paper or "correct" in self.http.GET


@require_http_methods(["GET", "POST"])
def request_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """One request; a POST saves the draft, adds a row or hands in (``?correct``, ``?as=paper``)."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    page = Page(http, row, viewer, definition_of(row.inquiry.form_version))
    revision = newest_revisions([row]).get(row.pk)
    page.raw = typed_so_far(row, revision)
    if http.method == "POST" and page.may_fill:
        answer = _posted(page)
        if answer is not None:
            return answer
    elif http.method == "POST":
        messages.error(http, _("Nothing can be answered here now. Nothing was saved."))
        return redirect(request_url(row))
    return show(
        http,
        "figures/inquiries/request.html",
        _context(page, revision),
        crumbs=inquiry_crumbs(row.inquiry) if is_asker(viewer, row) else crumbs(),
        status=page.status,
    )


# --- what was sent --------------------------------------------------------------------------------
def _posted(page: Page) -> HttpResponse | None:
    """What came of the page's form; None where it is shown again with what was typed."""
    data = page.http.POST
    page.raw = raw_from_post(page.definition, data)
    page.rows = row_counts(page.definition, data)
    page.note = data.get("note", "").strip()
    if rows_pressed(data):
        return None
    version = number_in(data.get("version", "")) or 0
    is_draft = "hand_in" not in data
    try:
        if is_draft and not page.enters_paper:
            save_draft(viewer=page.viewer, request_id=page.row.pk, raw=page.raw, version=version)
            messages.success(page.http, _("The draft is saved. It has not been handed in."))
            return redirect(page.http.get_full_path())
        if is_draft:
            return None
        _hand_in(page, version)
    except AnswersInvalid as error:
        page.problems, page.status = error.problems, 422
    except Invalid as error:
        page.status = 422
        page.note_error = " ".join(error.messages.get("note", []))
        page.objections = [] if page.note_error else sentences(error)
    except Conflict as error:
        page.status, page.faster = 409, True
        page.others = _beside(page, error.current)
        page.row.answer_set = error.current
    else:
        thanks = _("The answer is handed in. Thank you.")
        messages.success(page.http, thanks if page.enters_paper else handed_in_words(page.row.inquiry))
        return redirect(request_url(page.row))
    return None


def _hand_in(page: Page, version: int) -> None:
    act, channel = (take_in, Channel.PAPER) if page.enters_paper else (hand_in, Channel.PAGE)
    act(
        viewer=page.viewer,
        request_id=page.row.pk,
        raw=page.raw,
        version=version,
        channel=channel,
        note=page.note,
    )


def _beside(page: Page, current: AnswerSet) -> list[dict[str, str]]:
    """Where a colleague's answers differ from those typed: what, hers, one's own."""
    newest = newest_revisions([page.row]).get(page.row.pk)
    page.row.answer_set = current
    theirs = typed_so_far(page.row, newest)
    return typed_differences(page.definition, theirs, page.raw)


# --- what is shown --------------------------------------------------------------------------------
def _context(page: Page, revision: AnswerRevision | None) -> dict[str, Any]:
    row, viewer = page.row, page.viewer
    inquiry = row.inquiry
    today = timezone.localdate()
    asker = is_asker(viewer, row)
    previous, previous_note = _previous(row)
    context: dict[str, Any] = {
        "title": title_of(inquiry) if not asker else respondent_name(row),
        "kind": inquiry.series.get_kind_display() if not asker else title_of(inquiry),
        "lead": inquiry.purpose if not asker or page.shows_form else "",
        "row": row,
        "inquiry": inquiry,
        "who": respondent_name(row),
        "state": state_of(row, today),
        "facts": _facts(row, today, asker),
        "due": due_of(row),
        "days": (due_of(row) - today).days,
        "waits": row.state in OPEN and inquiry.state == Inquiry.State.SENT,
        "asker": asker,
        "shows_form": page.shows_form,
        "may_fill": page.may_fill,
        "enters_paper": page.enters_paper,
        "note": page.note,
        "note_error": page.note_error,
        "needs_note": row.state == InquiryRequest.State.ACCEPTED,
        "objections": page.objections,
        "faster": page.faster,
        "others": page.others,
        "answers_version": row.answer_set.version if row.answer_set is not None else 0,
        "instructions": inquiry.instructions,
        "sent_back": _sent_back(row),
        "question": _question(viewer, row, asker),
        "may_talk": asker or is_respondent(viewer, row) or is_checker(viewer, row),
        "events": _events(viewer, row),
        "revisions": _revisions(viewer, row),
        "acts": _acts(page),
        "why_not_accept": own_return(inquiry),
        "findings": _findings(page, revision) if asker or is_checker(viewer, row) else [],
    }
    if page.shows_form:
        context |= form_page(
            page.definition,
            raw=page.raw,
            problems=page.problems,
            previous=previous,
            previous_note=previous_note,
            fill=Filler.RESPONDENT,
            rows=page.rows,
            action=page.http.get_full_path(),
        )
    elif revision is not None and not row.has_nothing:
        context |= read_only(revision, page.definition, previous, previous_note)
    return context


def read_only(
    revision: AnswerRevision, definition: Definition, previous: Values | None = None, previous_note: str = ""
) -> dict[str, Any]:
    """A return as it was handed in, to be read: with what was said last time beside it."""
    own = definition_of(revision.form_version)
    return form_page(
        own,
        raw={},
        known=from_json(revision.values, own),
        previous=previous,
        previous_note=previous_note,
        fill=Filler.ASKER,
    )


def _previous(row: InquiryRequest) -> tuple[Values | None, str]:
    earlier = previous_requests(row.inquiry, [row]).get(row.pk)
    if earlier is None or earlier.has_nothing:
        return None, ""
    revision = newest_revisions([earlier]).get(earlier.pk)
    if revision is None:
        return None, ""
    return values_in(revision, row.inquiry.form_version), about(earlier.inquiry)


def _facts(row: InquiryRequest, today: datetime.date, asker: bool) -> list[dict[str, Any]]:
    held = row.department.name if row.department is not None else ""
    asked = row.asked.name if row.asked is not None else ""
    rows = [
        (_("Who answers"), respondent_name(row)),
        (_("Now with"), held if held != asked and row.place is None else ""),
        (_("Asked by"), asker_name(row.inquiry) if not asker else ""),
        (_("As of"), as_of_text(row.inquiry)),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


def _sent_back(row: InquiryRequest) -> str:
    if row.state != InquiryRequest.State.SENT_BACK:
        return ""
    last = row.events.filter(kind="sent_back").order_by("-at", "-pk").first()
    return last.text if last is not None else ""


def _question(viewer: Viewer, row: InquiryRequest, asker: bool) -> dict[str, Any] | None:
    question = open_question(row)
    if question is None:
        return None
    both = stands_on_both(viewer, row)
    return {"text": question.text, "at": question.at, "for_me": both or question.by_asker != asker}


def _events(viewer: Viewer, row: InquiryRequest) -> list[dict[str, Any]]:
    return [
        {
            "kind": event.get_kind_display(),
            "office": _said_by(row, event),
            "side": _("asking") if event.by_asker else _("asked"),
            "at": timezone.localtime(event.at),
            "text": event.text,
            "revision": event.revision,
            "due": event.due_on,
            "is_talk": event.kind in {"question", "reply", "sent_back"},
        }
        for event in events_of(viewer, row)
    ]


def _said_by(row: InquiryRequest, event: RequestEvent) -> str:
    if event.office is not None:
        return event.office.name
    return row.place.name if row.place is not None and not event.by_asker else ""


def _revisions(viewer: Viewer, row: InquiryRequest) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "channel": one.get_channel_display(),
            "at": timezone.localtime(one.entered_at),
            "note": one.note,
            "file": one.filename,
            "url": reverse("staff-inquiry-request-return", args=[row.pk, one.number]),
            "file_url": reverse("staff-inquiry-request-file", args=[row.pk, one.number])
            if one.sha256
            else "",
        }
        for one in revisions_of(viewer, row)
    ]


def _file_url(row: InquiryRequest, one: AnswerRevision) -> str:
    return reverse("staff-inquiry-request-file", args=[row.pk, one.number])


def _acts(page: Page) -> dict[str, bool]:
    """Which buttons stand on the page."""
    row, viewer = page.row, page.viewer
    levels, inquiry = row.inquiry.check_levels, row.inquiry
    is_out = inquiry.state == Inquiry.State.SENT
    asker, respondent = is_asker(viewer, row), is_respondent(viewer, row)
    own_entry = not viewer.system and giver_of(row) == viewer.actor
    is_own = not viewer.system and givers_of([row]).get(row.pk) == viewer.actor

    def now(step: Step) -> bool:
        return is_out and can(step, row.state, levels=levels)

    accept = now(Step.ACCEPT) and viewer.can(ACCEPT, inquiry)
    check_section = now(Step.CHECK_SECTION) and viewer.can(CHECK_SECTION, row)
    check_bureau = now(Step.CHECK_BUREAU) and viewer.can(CHECK_BUREAU, row)
    returned = row.state in RETURNED
    return {
        "workbook": now(Step.TAKE_WORKBOOK) and (respondent or asker),
        "upload": page.may_fill and respondent,
        "paper": (respondent or asker) and row.state != "cancelled",
        "enter_paper": is_out and asker and row.state != "cancelled" and viewer.can(TAKE_IN, inquiry),
        "nothing": page.may_fill and respondent and inquiry.series.kind == InquirySeries.Kind.DEPARTMENTS,
        "hand_on": now(Step.HAND_ON)
        and row.asked_id is not None
        and asked_through(viewer, HAND_ON, row) is not None,
        "correct": page.may_fill and returned and respondent,
        "check_section": check_section and not own_entry,
        "check_bureau": check_bureau and not own_entry,
        "own_entry": (check_section or check_bureau) and own_entry,
        "accept": accept and not is_own,
        "own_return": accept and is_own,
        "send_back": now(Step.SEND_BACK)
        and (asker or (is_checker(viewer, row) and row.state != InquiryRequest.State.ACCEPTED)),
        "talk": now(Step.TALK) and (asker or respondent or is_checker(viewer, row)),
        "extend": now(Step.EXTEND) and viewer.can(EXTEND, inquiry),
        "cancel": now(Step.CANCEL) and viewer.can(CANCEL, inquiry),
        "ask_again": now(Step.ASK_AGAIN) and viewer.can(CANCEL, inquiry),
    }


def _findings(page: Page, revision: AnswerRevision | None) -> list[str]:
    """What the form's checks say of the return, for whoever checks or accepts it."""
    if revision is None or page.row.state not in RETURNED:
        return []
    read = read_all([page.row], page.row.inquiry.form_version)
    return [problem_text(problem, page.definition) for one in read for problem in one.problems]
