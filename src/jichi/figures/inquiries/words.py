"""What inquiries and those asked are called on pages, in workbooks and in reminders."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries
from jichi.ui import numbers

Kind = InquirySeries.Kind


def respondent_name(request: InquiryRequest) -> str:
    """Who is asked: the department, the place, or the event with its organiser."""
    if request.place is not None:
        return request.place.name
    office = request.asked.name if request.asked is not None else ""
    return f"{request.label}（{office}）" if request.label else office


def respondent_key(request: InquiryRequest) -> str:
    """The lasting key of who is asked, for workbooks."""
    if request.place is not None:
        return f"place:{request.place.key}"
    office = request.asked.key if request.asked is not None else ""
    return f"department:{office}/{request.label}" if request.label else f"department:{office}"


def due_of(request: InquiryRequest) -> datetime.date:
    """The day by which this one is to answer."""
    return request.due_on or request.inquiry.due_on


def about(inquiry: Inquiry) -> str:
    """Which time the inquiry is about: fiscal year and month, or fiscal year and day."""
    year = numbers.fiscal_year(inquiry.fiscal_year)
    if inquiry.month:
        return _("%(year)s, month %(month)d") % {"year": year, "month": inquiry.month}
    return year


def names_its_year(inquiry: Inquiry) -> bool:
    """Whether the title says itself which year or month it is about."""
    return "年" in inquiry.title


def title_in_workbook(inquiry: Inquiry) -> str:
    """Its title with the time it is about, as its workbooks bear it."""
    return inquiry.title if names_its_year(inquiry) else f"{inquiry.title} {about(inquiry)}"


def as_of_text(inquiry: Inquiry) -> str:
    """The day or period that is asked about, in words; empty where it is the whole fiscal year."""
    if inquiry.as_of is not None:
        return _("as of %(day)s") % {"day": numbers.format_date(inquiry.as_of)}
    if inquiry.period_first is not None and inquiry.period_last is not None:
        first, last = numbers.format_date(inquiry.period_first), numbers.format_date(inquiry.period_last)
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    return ""


def handed_in_words(inquiry: Inquiry) -> str:
    """What stands above the page once an answer is handed in: also who has to look at it first."""
    if inquiry.check_levels == 0:
        return _("The answer is handed in. Thank you.")
    if inquiry.check_levels == 1:
        return _(
            "The answer is handed in. Before it reaches %(office)s, the head of the section checks it."
        ) % {"office": asker_name(inquiry)}
    return _(
        "The answer is handed in. Before it reaches %(office)s, the heads of the section and of the bureau"
        " check it."
    ) % {"office": asker_name(inquiry)}


def asker_name(inquiry: Inquiry) -> str:
    """The office that asks."""
    return inquiry.department.name if inquiry.department is not None else _("the planning section")


def count_words(kind: str, answered: int, whole: int) -> str:
    """How many have answered, in one sentence, in the unit of the kind of inquiry."""
    facts = {"answered": answered, "whole": whole}
    if kind == Kind.OPERATOR:
        return _("%(answered)d of %(whole)d reports have come") % facts
    if kind == Kind.EVENT:
        return _("%(answered)d of %(whole)d events have their slip") % facts
    return _("%(answered)d of %(whole)d departments have answered") % facts


def unit_of(kind: str, count: int) -> str:
    """What is counted in the coverage of an inquiry."""
    if kind == Kind.OPERATOR:
        return pgettext("unit of coverage", "monthly reports")
    if kind == Kind.EVENT:
        return pgettext("unit of coverage", "events")
    return pgettext("unit of coverage", "departments")


def state_of(request: InquiryRequest, today: datetime.date) -> dict[str, object]:
    """How a request stands, as a mark: shape and word (``state``, ``word``; for a wedge ``n`` and ``of``)."""
    state = InquiryRequest.State(request.state)
    is_out = request.inquiry.state == Inquiry.State.SENT
    if is_out and state in {"waiting", "sent_back"} and due_of(request) < today:
        late = _("Late") if state == "waiting" else _("Sent back, late")
        return {"state": "far_below", "word": late, "n": None, "of": None}
    word = str(state.label)
    if request.has_nothing and state != "cancelled":
        word = _("%(state)s: nothing to report") % {"state": word}
    levels = request.inquiry.check_levels
    checked = {"section_checked": 1, "bureau_checked": 2}.get(state.value)
    if checked is not None and levels:
        return {"state": "partial", "word": word, "n": min(checked, levels), "of": levels + 1}
    return {"state": _SHAPES[state.value], "word": word, "n": None, "of": None}


_SHAPES = {
    "waiting": "not_loaded",
    "sent_back": "below",
    "answered": "between",
    "section_checked": "between",
    "bureau_checked": "between",
    "accepted": "met",
    "cancelled": "cannot_judge",
}
"""The shape of each state, from the eight that the whole site draws."""


def reminder_subject(inquiry: Inquiry) -> str:
    """The subject of a mail that reminds."""
    day = numbers.format_date(inquiry.due_on, weekday=False)
    return _("Request for an answer by %(day)s: %(title)s") % {"day": day, "title": inquiry.title}


def reminder_text(inquiry: Inquiry, today: datetime.date, address: str) -> str:
    """The text of a mail that reminds, to be copied: plain, polite, with the address of the page."""
    day = numbers.format_date(inquiry.due_on)
    first = (
        _("We have not received your answer to the following inquiry, which was due on %(day)s.")
        if inquiry.due_on < today
        else _("We kindly remind you of the following inquiry, to be answered by %(day)s.")
    )
    lines = [
        first % {"day": day},
        "",
        _("Inquiry: %(title)s (%(about)s)") % {"title": inquiry.title, "about": about(inquiry)},
        _("What it is for: %(purpose)s") % {"purpose": inquiry.purpose},
        _("How to answer: on the page below, or in the workbook you find there."),
        address,
        "",
        asker_name(inquiry),
    ]
    return "\n".join(lines)


def seen_words(kind: str, seen: int, whole: int) -> str:
    """How many returns were taken together, of how many there are to be."""
    facts = {"seen": seen, "whole": whole}
    if kind == Kind.OPERATOR:
        return _("%(seen)d of %(whole)d monthly reports taken together") % facts
    if kind == Kind.EVENT:
        return _("%(seen)d of %(whole)d slips taken together") % facts
    return _("Returns of %(seen)d of %(whole)d departments taken together") % facts
