"""The first page of inquiries: what is to be answered, checked, replied to, and what one runs oneself."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.figures.models import Inquiry, InquiryRequest

from ..actions import ANSWER, CHECK_BUREAU, CHECK_SECTION, READ_INQUIRY, SAVE_SERIES
from ..queries.lists import (
    answered_by_office_for,
    inquiries_for,
    to_answer_for,
    to_check_for,
    to_reply_for,
)
from ..words import as_of_text, asker_name, count_words, due_of, respondent_name, state_of
from .frame import inquiry_url, request_url, title_of, viewer_of

PER_PAGE = 50


@require_safe
def inquiry_list(http: HttpRequest) -> HttpResponse:
    """Inquiries of the viewer, by what she has to do with them (``?show=answer|check|done|run``)."""
    viewer = viewer_of(http)
    lists = _lists(viewer)
    wanted = http.GET.get("show", "")
    first = next((key for key, one in lists.items() if one["count"]), next(iter(lists), "run"))
    current = wanted if wanted in lists else first
    rows = lists[current]["rows"] if lists else []
    page = Paginator(rows, PER_PAGE).get_page(http.GET.get("page"))
    today = timezone.localdate()
    make = _running_line if current == "run" else _request_line
    context = {
        "title": _("Inquiries"),
        "lead": _LEADS[current]() if current in _LEADS else "",
        "show": current,
        "tabs": [
            {
                "title": one["title"],
                "url": f"{reverse('staff-inquiries')}?show={key}",
                "current": key == current,
                "count": one["count"],
            }
            for key, one in lists.items()
        ],
        "page": page,
        "lines": [make(one, today) for one in page],
        "series_url": reverse("staff-inquiry-series-list") if viewer.can(SAVE_SERIES) else "",
    }
    return show(http, "figures/inquiries/list.html", context, crumbs=[])


def _lists(viewer: Viewer) -> dict[str, dict[str, Any]]:
    """Only what the viewer's roles have to do with."""
    found: dict[str, dict[str, Any]] = {}
    if viewer.can(ANSWER):
        found["answer"] = {"title": _("To answer"), "rows": to_answer_for(viewer)}
    if viewer.can(CHECK_SECTION) or viewer.can(CHECK_BUREAU):
        found["check"] = {"title": _("To check"), "rows": to_check_for(viewer)}
    if viewer.can(ANSWER) or viewer.can(READ_INQUIRY):
        found["reply"] = {"title": _("Open questions"), "rows": to_reply_for(viewer)}
    if viewer.can(ANSWER):
        found["done"] = {"title": _("Answered"), "rows": answered_by_office_for(viewer)}
    if viewer.can(READ_INQUIRY):
        found["run"] = {"title": _("Asked by us"), "rows": inquiries_for(viewer)}
    for one in found.values():
        one["count"] = one["rows"].count()
    return found


_LEADS = {
    "answer": lambda: _("What your office or your facility has been asked, the first due first."),
    "check": lambda: _("Returns of your offices that leave the house only when you have checked them."),
    "reply": lambda: _("Questions of the other office that wait for a reply."),
    "done": lambda: _("What your office has answered, and what is over."),
    "run": lambda: _("Inquiries that you run or may look into, the newest first."),
}


def _request_line(row: InquiryRequest, today: datetime.date) -> dict[str, Any]:
    due = due_of(row)
    is_out = row.inquiry.state == Inquiry.State.SENT
    return {
        "title": title_of(row.inquiry),
        "url": request_url(row),
        "who": respondent_name(row),
        "asker": asker_name(row.inquiry),
        "due": due,
        "days": (due - today).days,
        "shows_days": is_out and row.state in {"waiting", "sent_back"},
        "state": state_of(row, today),
        "closed": not is_out,
    }


def _running_line(row: Inquiry, today: datetime.date) -> dict[str, Any]:
    answered, whole = row.answered, row.whole  # type: ignore[attr-defined]
    return {
        "title": title_of(row),
        "url": inquiry_url(row),
        "asker": asker_name(row),
        "as_of": as_of_text(row),
        "due": row.due_on,
        "state": row.get_state_display(),
        "is_draft": row.state == Inquiry.State.DRAFT,
        "counts": count_words(row.series.kind, answered, whole) if row.state != "draft" else "",
        "answered": answered,
        "whole": whole,
        "accepted": row.accepted,  # type: ignore[attr-defined]
        "late": row.state == Inquiry.State.SENT and row.due_on < today and answered < whole,
    }
