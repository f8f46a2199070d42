"""The staff's page of one undertaking and the acts on it, each a small page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import show
from jichi.undertakings import services
from jichi.undertakings.actions import (
    ASSIGN,
    CLOSE,
    CONFIRM,
    DECIDE,
    DRAFT,
    FINISH,
    LOOK,
    PROGRESS,
    PUBLISH,
    READ,
    REMARK,
    REOPEN,
)
from jichi.undertakings.cards import public_url, staff_url
from jichi.undertakings.forms import (
    AskForm,
    AssignForm,
    ConfirmForm,
    DecideForm,
    DraftForm,
    FinishForm,
    ProgressForm,
    PublishForm,
    ReasonForm,
    SummaryForm,
)
from jichi.undertakings.models import Adoption, Kind, Undertaking
from jichi.undertakings.words import plain_title_of, reference_of

from .frame import act_on, crumbs, undertaking_to
from .public import shown

any_method = require_http_methods(["GET", "HEAD", "POST"])


@any_method
def new(request: ViewedRequest) -> HttpResponse:
    """Enter what somebody asked of the city."""
    request.viewer.require(REMARK)
    form = AskForm(posted(request), viewer=request.viewer, initial={"asked_on": timezone.localdate()})

    def do(_data: dict[str, Any]) -> HttpResponse:
        row = services.ask_for(viewer=request.viewer, **form.facts())
        return redirect(staff_url(row))

    return ask(
        request,
        form,
        title=_("Enter what was asked of the city"),
        button=_("Enter"),
        back=reverse("staff-undertakings"),
        do=do,
        done=_("It is entered and has its number."),
        lead=_("It gets the next number of its fiscal year. Nobody outside sees it before it is published."),
        crumbs=crumbs(),
    )


# --- the page of one --------------------------------------------------------------------------------
@require_safe
def detail(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """All of one undertaking, and what the viewer may do to it now."""
    row = undertaking_to(request, pk, LOOK)
    viewer = request.viewer
    reads = viewer.can(READ, row)
    is_public = row.is_public(timezone.now())
    context = {
        **shown(request, row, public=False),
        "title": plain_title_of(row),
        "lead": reference_of(row),
        "draft": row.answer_draft if reads else "",
        "own_draft": row.drafted_by is not None and row.drafted_by == viewer.actor,
        "may_confirm": viewer.can(CONFIRM, row),
        "confirm_url": reverse("staff-undertaking-confirm", args=[row.pk]),
        "acts": _acts(request, row),
        "is_public": is_public,
        "waits_for_day": row.published_at is not None and not is_public,
        "public_url": public_url(row) if is_public else "",
    }
    return show(request, "undertakings/staff/detail.html", context, crumbs=crumbs())


def _acts(request: ViewedRequest, row: Undertaking) -> list[dict[str, Any]]:
    """What the viewer may do now, the next step first."""
    running, taken = not row.is_over, row.adoption in (Adoption.ADOPTED, Adoption.PARTLY)
    answered = row.answered_at is not None or row.kind == Kind.PROMISE
    possible = [
        ("assign", ASSIGN, running, _("Office and day")),
        ("draft", DRAFT, running, _("Correct the answer") if row.answered_at else _("Draft the answer")),
        ("decide", DECIDE, running, _("Adopted or not")),
        ("progress", PROGRESS, running and taken, _("Report progress")),
        ("finish", FINISH, running and taken and answered, _("Report as done")),
        ("publish", PUBLISH, row.published_at is None, _("Publish")),
        ("withdraw", PUBLISH, row.published_at is not None, _("Take off the public pages")),
        ("summary", ASSIGN, True, _("Change the title")),
        ("close", CLOSE, running, _("Close without action")),
        ("reopen", REOPEN, row.is_over, _("Take up again")),
    ]
    return [
        {"title": title, "url": reverse(f"staff-undertaking-{name}", args=[row.pk])}
        for name, key, now, title in possible
        if now and request.viewer.can(key, row)
    ]


# --- acts ---------------------------------------------------------------------------------------------
@any_method
def assign(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Who answers, and by when."""
    row = undertaking_to(request, pk, ASSIGN)
    initial = {"version": row.version, "department": row.department_id, "due_on": row.due_on}
    form = AssignForm(posted(request), viewer=request.viewer, row=row, initial=initial)
    return act_on(
        request,
        row,
        form,
        title=_("Who answers, and by when?"),
        button=_("Give it to the office"),
        do=lambda data: services.assign(
            viewer=request.viewer,
            undertaking_id=pk,
            version=data["version"],
            department_id=data["department"].pk if data["department"] is not None else None,
            due_on=data["due_on"],
        ),
        done=_("It stands with the office."),
    )


@any_method
def summary(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Its title; what was asked stays."""
    row = undertaking_to(request, pk, ASSIGN)
    form = SummaryForm(posted(request), initial={"version": row.version, "summary": row.summary})
    return act_on(
        request,
        row,
        form,
        title=_("What was asked, in one sentence"),
        button=_("Save"),
        do=lambda data: services.say_what_it_is(
            viewer=request.viewer, undertaking_id=pk, version=data["version"], summary=data["summary"]
        ),
        done=_("The title is changed."),
        lead=row.text,
    )


@any_method
def decide(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Adopted or not, and why."""
    row = undertaking_to(request, pk, DECIDE)
    initial = {"version": row.version, "adoption": _decided(row), "reason": row.adoption_reason}
    return act_on(
        request,
        row,
        DecideForm(posted(request), initial=initial),
        title=_("Is it adopted?"),
        button=_("Decide"),
        do=lambda data: services.decide_adoption(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("The decision is entered."),
        lead=row.text,
    )


def _decided(row: Undertaking) -> str:
    return "" if row.adoption == Adoption.UNDECIDED else row.adoption


@any_method
def draft(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The answer, for somebody else to confirm."""
    row = undertaking_to(request, pk, DRAFT)
    initial = {"version": row.version, "text": row.answer_draft or row.answer}
    return act_on(
        request,
        row,
        DraftForm(posted(request), initial=initial),
        title=_("What does the city answer?"),
        button=_("Hand in the draft"),
        do=lambda data: services.answer(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("The draft is handed in. A head or the planning section confirms it."),
        lead=row.text,
    )


@any_method
def confirm(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The drafted answer becomes the city's."""
    row = undertaking_to(request, pk, CONFIRM)
    if not row.answer_draft:
        messages.warning(request, _("There is no draft to confirm."))
        return redirect(staff_url(row))
    initial = {
        "version": row.version,
        "draft": row.answer_draft,
        "adoption": _decided(row),
        "adoption_reason": row.adoption_reason,
        "carry_out_by": row.carry_out_by,
    }

    def do(data: dict[str, Any]) -> object:
        data.pop("draft")
        return services.confirm_answer(viewer=request.viewer, undertaking_id=pk, **data)

    return act_on(
        request,
        row,
        ConfirmForm(posted(request), initial=initial),
        title=_("Is this the city's answer?"),
        button=_("Confirm the answer"),
        do=do,
        done=_("The answer is confirmed."),
        lead=row.text,
    )


@any_method
def progress(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it has come."""
    row = undertaking_to(request, pk, PROGRESS)
    initial = {"version": row.version, "carry_out_by": row.carry_out_by, "is_public": True}
    return act_on(
        request,
        row,
        ProgressForm(posted(request), initial=initial),
        title=_("How far has it come?"),
        button=_("Report the progress"),
        do=lambda data: services.report_progress(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("The progress is reported."),
    )


@any_method
def finish(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Done, with the evidence."""
    row = undertaking_to(request, pk, FINISH)
    return act_on(
        request,
        row,
        FinishForm(posted(request), initial={"version": row.version}),
        title=_("When was it done, and by what can one check it?"),
        button=_("Report as done"),
        do=lambda data: services.finish(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("It is reported as done."),
    )


@any_method
def close(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Closed although nothing was done."""
    row = undertaking_to(request, pk, CLOSE)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial={"version": row.version}),
        title=_("Close it without action?"),
        button=_("Close it"),
        do=lambda data: services.close_without(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("It is closed."),
        danger=True,
    )


@any_method
def reopen(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Taken up again."""
    row = undertaking_to(request, pk, REOPEN)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial={"version": row.version}),
        title=_("Take it up again?"),
        button=_("Take it up again"),
        do=lambda data: services.reopen(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("It is taken up again."),
    )


@any_method
def publish(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Shown to everybody."""
    row = undertaking_to(request, pk, PUBLISH)
    initial = {"version": row.version, "visible_from": row.visible_from}
    return act_on(
        request,
        row,
        PublishForm(posted(request), initial=initial),
        title=_("Show it to everybody?"),
        button=_("Publish"),
        do=lambda data: services.publish(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("It is published."),
        lead=_("What was asked, the answer, the evidence and the steps marked as public will be seen."),
    )


@any_method
def withdraw(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """No longer shown to everybody."""
    row = undertaking_to(request, pk, PUBLISH)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial={"version": row.version}),
        title=_("Take it off the public pages?"),
        button=_("Take it off"),
        do=lambda data: services.withdraw_from_public(viewer=request.viewer, undertaking_id=pk, **data),
        done=_("It is off the public pages."),
        danger=True,
    )
