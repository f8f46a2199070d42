"""Asking step by step: what and of when, whom, a last look, and sending; later more time, and the end."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.figures.models import Inquiry, InquirySeries
from jichi.methods.eras import fiscal_year_of
from jichi.sheets.definition import Filler
from jichi.sheets.pages import form_page
from jichi.sheets.parsing import definition_of

from ..actions import CHOOSE, CLOSE, DRAFT, EXTEND, SEND
from ..forms import ConfirmForm, ExtendForm, InquiryForm
from ..offices import by_bureau, exists_on
from ..queries.board import board_of, choosable_departments, choosable_places
from ..queries.lists import series_for
from ..queries.subjects import time_warnings
from ..services import (
    Who,
    change_inquiry,
    choose_respondents,
    close_inquiry,
    draft_inquiry,
    extend,
    reopen_inquiry,
    send_inquiry,
)
from ..words import as_of_text, asker_name, respondent_name
from .frame import (
    ask,
    chosen,
    do,
    inquiry_crumbs,
    inquiry_to,
    inquiry_url,
    number_in,
    numbers_in,
    sentences,
    title_of,
    viewer_of,
)
from .series import series_crumbs

EVENT_LINES = 8
WEEKS = 3
Kind = InquirySeries.Kind


def steps_of(inquiry: Inquiry | None, current: int, asked: int = 0) -> list[dict[str, str]]:
    """Where one is on the way to sending."""
    titles = (
        (_("What is asked"), title_of(inquiry) if inquiry is not None else ""),
        (_("Who is asked"), ngettext("%(count)d asked", "%(count)d asked", asked) % {"count": asked}),
        (_("Look and send"), ""),
    )
    return [
        {
            "title": title,
            "text": text if place < current else "",
            "state": "done" if place < current else "current" if place == current else "todo",
        }
        for place, (title, text) in enumerate(titles)
    ]


# --- what is asked --------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def inquiry_new(http: HttpRequest, pk: int) -> HttpResponse:
    """Ask anew in a series: of what time, by when. Saved as a draft."""
    viewer = viewer_of(http)
    series = series_for(viewer).get(pk=pk)
    today = timezone.localdate()
    form = InquiryForm(
        http.POST if http.method == "POST" else None,
        monthly=series.kind == Kind.OPERATOR,
        initial={
            "title": series.title,
            "purpose": series.purpose,
            "fiscal_year": fiscal_year_of(today),
            "month": str(today.month - 1 or 12),
            "due_on": today + datetime.timedelta(weeks=WEEKS),
        },
    )
    made: list[Inquiry] = []
    answer = ask(
        http,
        form,
        title=_("Ask: %(title)s") % {"title": series.title},
        button=_("Save and choose who is asked"),
        crumbs=series_crumbs(series),
        back=reverse("staff-inquiries"),
        do=lambda _data: made.append(draft_inquiry(viewer=viewer, series_id=series.pk, facts=form.facts())),
        template="figures/inquiries/draft.html",
        beside={"steps": steps_of(None, 0)},
    )
    if not made:
        return answer
    _warn_of_time(http, made[0])
    return redirect(reverse("staff-inquiry-choose", args=[made[0].pk]))


def _warn_of_time(http: HttpRequest, inquiry: Inquiry) -> None:
    for text in time_warnings(viewer_of(http), inquiry):
        messages.warning(http, text)


@require_http_methods(["GET", "POST"])
def inquiry_edit(http: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    inquiry = inquiry_to(http, pk, DRAFT)
    form = InquiryForm(
        http.POST if http.method == "POST" else None,
        monthly=inquiry.series.kind == Kind.OPERATOR,
        initial={
            name: getattr(inquiry, name)
            for name in ("version", *InquiryForm.base_fields)
            if hasattr(inquiry, name)
        }
        | {"month": str(inquiry.month or "")},
    )
    return ask(
        http,
        form,
        title=_("Change the draft: %(title)s") % {"title": inquiry.title},
        button=_("Save"),
        crumbs=inquiry_crumbs(inquiry),
        back=inquiry_url(inquiry),
        do=lambda data: _warn_of_time(
            http,
            change_inquiry(
                viewer=viewer_of(http), inquiry_id=inquiry.pk, version=data["version"], facts=form.facts()
            ),
        ),
        done=_("Saved."),
        template="figures/inquiries/draft.html",
        beside={"steps": steps_of(inquiry, 0)},
    )


# --- who is asked ---------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def inquiry_choose(http: HttpRequest, pk: int) -> HttpResponse:
    """Choose who is asked; after sending, add somebody. ``?like=previous`` ticks who was asked last time."""
    inquiry = inquiry_to(http, pk, CHOOSE)
    problems: list[str] = []
    status = 200
    if http.method == "POST" and "more" not in http.POST:
        version = numbers_in([http.POST.get("version", "")])
        try:
            made = choose_respondents(
                viewer=viewer_of(http),
                inquiry_id=inquiry.pk,
                version=version[0] if version else 0,
                who=_who(http, inquiry),
            )
        except Invalid as error:
            problems, status = sentences(error), 422
        except Conflict:
            status = 409
            problems = [_("Somebody changed the inquiry meanwhile. Look at it and save again.")]
        else:
            text = ngettext("%(count)d is asked anew.", "%(count)d are asked anew.", len(made))
            messages.success(http, text % {"count": len(made)})
            name = "staff-inquiry-send" if inquiry.state == Inquiry.State.DRAFT else "staff-inquiry"
            return redirect(reverse(name, args=[inquiry.pk]))
    inquiry.refresh_from_db(fields=["version"])
    context = {
        "title": _("Who is asked: %(title)s") % {"title": title_of(inquiry)},
        "inquiry": inquiry,
        "steps": steps_of(inquiry, 1) if inquiry.state == Inquiry.State.DRAFT else [],
        "problems": problems,
        "is_sent": inquiry.state != Inquiry.State.DRAFT,
        "like_url": "?like=previous" if inquiry.previous_id else "",
        "back": inquiry_url(inquiry),
        **_choices(http, inquiry),
    }
    return show(http, "figures/inquiries/choose.html", context, crumbs=inquiry_crumbs(inquiry), status=status)


def _who(http: HttpRequest, inquiry: Inquiry) -> list[Who]:
    kind = inquiry.series.kind
    if kind == Kind.OPERATOR:
        return [Who(place_id=pk) for pk in chosen(http, "place")]
    if kind == Kind.DEPARTMENTS:
        return [Who(department_id=pk) for pk in chosen(http, "department")]
    names, offices = http.POST.getlist("event"), http.POST.getlist("organiser")
    found = []
    for name, office in zip(names, offices, strict=False):
        if name.strip():
            numbers = numbers_in([office])
            found.append(Who(label=name, department_id=numbers[0] if numbers else None))
    return found


def _choices(http: HttpRequest, inquiry: Inquiry) -> dict[str, Any]:
    viewer, today = viewer_of(http), timezone.localdate()
    kind = inquiry.series.kind
    asked = list(inquiry.requests.select_related("asked", "place"))
    like = inquiry.previous if http.GET.get("like") == "previous" and not asked else None
    ticked = list(like.requests.all()) if like is not None else asked
    if kind == Kind.OPERATOR:
        chosen_places: set[int | None] = {*chosen(http, "place")} or {row.place_id for row in ticked}
        held = {row.place_id for row in asked}
        return {
            "kind_of": kind,
            "places": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "note": one.operator.name
                    if one.operator
                    else one.department.name
                    if one.department
                    else "",
                    "on": one.pk in chosen_places,
                    "asked": one.pk in held,
                }
                for one in choosable_places(viewer, inquiry, today)
            ],
        }
    offices = choosable_departments(viewer, inquiry, today)
    if kind == Kind.EVENT:
        lines = [{"name": row.label, "office": row.asked_id} for row in ticked]
        if http.method == "POST":
            lines = [
                {"name": name, "office": number_in(office)}
                for name, office in zip(
                    http.POST.getlist("event"), http.POST.getlist("organiser"), strict=False
                )
                if name.strip() or office
            ]
        lines += [{"name": "", "office": None}] * EVENT_LINES
        return {"kind_of": kind, "lines": lines, "offices": offices, "version": inquiry.version}
    on: set[int | None] = {*chosen(http, "department")} or {row.asked_id for row in ticked}
    held = {row.asked_id for row in asked}
    return {
        "kind_of": kind,
        "groups": [
            {
                "bureau": bureau,
                "offices": [
                    {
                        "id": one.office.pk,
                        "name": one.office.name,
                        "depth": min(one.depth, 3),
                        "on": one.office.pk in on,
                        "asked": one.office.pk in held,
                        "ended": not exists_on(one.office, today),
                    }
                    for one in members
                ],
            }
            for bureau, members in by_bureau(offices)
        ],
        "count": len(on),
    }


# --- a last look, and sending ---------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def inquiry_send(http: HttpRequest, pk: int) -> HttpResponse:
    """What those asked will see, and the button that sends it."""
    inquiry = inquiry_to(http, pk, SEND)
    viewer = viewer_of(http)
    if inquiry.state != Inquiry.State.DRAFT:
        return redirect(inquiry_url(inquiry))
    board = board_of(viewer, inquiry.pk, timezone.localdate())
    form = ConfirmForm(http.POST if http.method == "POST" else None, initial={"version": inquiry.version})
    sheet = form_page(definition_of(inquiry.form_version), raw={}, fill=Filler.RESPONDENT)
    return ask(
        http,
        form,
        title=_("Look and send: %(title)s") % {"title": title_of(inquiry)},
        button=ngettext("Send to %(count)d", "Send to %(count)d", board.whole) % {"count": board.whole},
        crumbs=inquiry_crumbs(inquiry),
        back=inquiry_url(inquiry),
        do=lambda data: send_inquiry(viewer=viewer, inquiry_id=inquiry.pk, version=data["version"]),
        done=_("Sent. It stands among the duties of everybody asked; the text for a mail is below."),
        template="figures/inquiries/send.html",
        beside={
            "steps": steps_of(inquiry, 2, board.whole),
            "inquiry": inquiry,
            "as_of": as_of_text(inquiry),
            "time_warnings": time_warnings(viewer, inquiry),
            "asker": asker_name(inquiry),
            "names": [respondent_name(line.request) for line in board.lines],
            "choose_url": reverse("staff-inquiry-choose", args=[inquiry.pk]),
            "edit_url": reverse("staff-inquiry-edit", args=[inquiry.pk]),
            "count": board.whole,
            **sheet,
        },
    )


# --- more time, and the end -----------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def inquiry_extend(http: HttpRequest, pk: int) -> HttpResponse:
    """Give more time to those chosen (``?request=``), or to everybody."""
    inquiry = inquiry_to(http, pk, EXTEND)
    ids = numbers_in(http.GET.getlist("request"))
    lines = board_of(viewer_of(http), inquiry.pk, timezone.localdate()).lines
    names = [respondent_name(line.request) for line in lines if line.request.pk in set(ids)]
    return ask(
        http,
        ExtendForm(http.POST if http.method == "POST" else None),
        title=_("Give more time: %(title)s") % {"title": title_of(inquiry)},
        lead="、".join(names) if names else _("To everybody who has not answered yet."),
        button=_("Give more time"),
        crumbs=inquiry_crumbs(inquiry),
        back=inquiry_url(inquiry),
        do=lambda data: extend(
            viewer=viewer_of(http),
            inquiry_id=inquiry.pk,
            due_on=data["due_on"],
            request_ids=ids or None,
            text=data["text"],
        ),
        done=_("More time was given."),
    )


@require_http_methods(["GET", "POST"])
def inquiry_close(http: HttpRequest, pk: int) -> HttpResponse:
    """Close the inquiry, or open it again."""
    inquiry = inquiry_to(http, pk, CLOSE)
    viewer = viewer_of(http)
    if inquiry.state == Inquiry.State.CLOSED:
        version = numbers_in([http.POST.get("version", "")]) or [inquiry.version]
        if http.method != "POST":
            return redirect(inquiry_url(inquiry))
        return do(
            http,
            lambda: reopen_inquiry(viewer=viewer, inquiry_id=inquiry.pk, version=version[0]),
            back=inquiry_url(inquiry),
            done=_("It is open again."),
        )
    board = board_of(viewer, inquiry.pk, timezone.localdate())
    waiting = [respondent_name(line.request) for line in board.lines if not line.is_answered]
    return ask(
        http,
        ConfirmForm(http.POST if http.method == "POST" else None, initial={"version": inquiry.version}),
        title=_("Close the inquiry: %(title)s") % {"title": title_of(inquiry)},
        lead=_("No answer comes in any more. Still missing: %(names)s") % {"names": "、".join(waiting)}
        if waiting
        else _("Everybody has answered. No answer comes in any more."),
        button=_("Close"),
        crumbs=inquiry_crumbs(inquiry),
        back=inquiry_url(inquiry),
        do=lambda data: close_inquiry(viewer=viewer, inquiry_id=inquiry.pk, version=data["version"]),
        done=_("The inquiry is closed."),
    )
