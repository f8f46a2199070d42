"""The acts that put a consultation before the public, lengthen, end or correct it: each a small page."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.consultations import actions, services
from jichi.consultations.forms import (
    ExemptForm,
    ExtendForm,
    PutUpForm,
    ReasonForm,
    SeenForm,
)
from jichi.consultations.services.approving import NOTICE, RESULT
from jichi.office.queries import routes_for
from jichi.ui.content import translated

from .staff_frame import act_on, consultation_to
from .staff_preparing import rule_words

any_method = require_http_methods(["GET", "HEAD", "POST"])


def _put_up(request: ViewedRequest, pk: uuid.UUID, what: str, title: str) -> HttpResponse:
    row = consultation_to(request, pk, actions.PUT_UP)
    routes = [
        (one.key, str(translated(one, "title"))) for one in routes_for(request.viewer, row.department_id)
    ]

    def do(data: dict[str, Any]) -> HttpResponse:
        approval = services.put_up(
            viewer=request.viewer, consultation_id=row.pk, route_key=data["route_key"], what=what
        )
        return redirect("staff-approval", approval.pk)

    return act_on(
        request,
        row,
        PutUpForm(posted(request), routes=routes),
        title=title,
        button=_("Put up"),
        do=do,
        done=_("It is on its way, with its packet."),
        lead="" if routes else _("No route of approval holds for this office. The administrator loads one."),
    )


@any_method
def put_up(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the notice up for approval."""
    return _put_up(request, pk, NOTICE, _("Put the notice up for approval"))


@any_method
def put_up_result(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the result up for approval."""
    return _put_up(request, pk, RESULT, _("Put the result up for approval"))


@any_method
def publish(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the draft before the public."""
    row = consultation_to(request, pk, actions.PUBLISH)
    return act_on(
        request,
        row,
        SeenForm(posted(request), initial={"version": row.version}),
        title=_("Put the draft before the public?"),
        button=_("Publish"),
        do=lambda data: services.publish(
            viewer=request.viewer, consultation_id=row.pk, version=data["version"]
        ),
        done=_("It is published. It cannot be closed early."),
        lead=rule_words(row),
    )


@any_method
def exempt(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Publish that the procedure is not held."""
    row = consultation_to(request, pk, actions.PUBLISH)
    return act_on(
        request,
        row,
        ExemptForm(posted(request), initial={"version": row.version}),
        title=_("Publish that it is not held?"),
        button=_("Publish"),
        do=lambda data: services.publish_exempt(
            viewer=request.viewer,
            consultation_id=row.pk,
            version=data["version"],
            reason=data["reason"],
            ground=data["ground"],
        ),
        done=_("It is published with its reason."),
        danger=True,
    )


@any_method
def extend(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Set a later last day."""
    row = consultation_to(request, pk, actions.EXTEND)
    return act_on(
        request,
        row,
        ExtendForm(posted(request), initial={"version": row.version, "last_day": row.last_day}),
        title=_("Until which day is it open?"),
        button=_("Extend"),
        do=lambda data: services.extend(
            viewer=request.viewer,
            consultation_id=row.pk,
            version=data["version"],
            last_day=data["last_day"],
        ),
        done=_("The period is longer now."),
        lead=_("A published period is never shortened."),
    )


@any_method
def withdraw(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Withdraw the proposal."""
    row = consultation_to(request, pk, actions.WITHDRAW)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial={"version": row.version}),
        title=_("Withdraw the proposal?"),
        button=_("Withdraw"),
        do=lambda data: services.withdraw(
            viewer=request.viewer,
            consultation_id=row.pk,
            version=data["version"],
            reason=data["reason"],
        ),
        done=_("The proposal is withdrawn. What was said stays, and the result says so."),
        lead=_("What people said is kept. The result is still published."),
        danger=True,
    )


@any_method
def publish_result(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Publish the result as it was decided."""
    row = consultation_to(request, pk, actions.PUBLISH_RESULT)
    return act_on(
        request,
        row,
        SeenForm(posted(request), initial={"version": row.version}),
        title=_("Publish the result?"),
        button=_("Publish"),
        do=lambda data: services.publish_result(
            viewer=request.viewer, consultation_id=row.pk, version=data["version"]
        ),
        done=_("The result is published, and every voice of the period is answered."),
        lead=_("Exactly what was decided is published. It can be corrected later, never taken back."),
    )


@any_method
def correct(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Publish another edition of the result."""
    row = consultation_to(request, pk, actions.CORRECT)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial={"version": row.version}),
        title=_("Correct the result?"),
        button=_("Publish the correction"),
        do=lambda data: services.correct_result(
            viewer=request.viewer,
            consultation_id=row.pk,
            version=data["version"],
            reason=data["reason"],
        ),
        done=_("The correction is published; the former edition stays readable."),
        danger=True,
    )
