"""One approval: where it stands, its steps drawn, its packet, what happened, and what one can do."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.office.actions import PASS, READ, REGISTER, RESUBMIT, SEND_BACK, TAKE_PACKET, WITHDRAW
from jichi.office.holding import Post, objection, posts_of
from jichi.office.models import Approval, ApprovalEvent, ApprovalFile, ApprovalStep, StepDeputy
from jichi.office.queries import events_of, file_for, files_of, steps_of
from jichi.office.words import (
    approval_mark,
    holder_title,
    office_title,
    route_title,
    sentence,
    step_mark,
    step_title,
)
from jichi.ui.content import translated
from jichi.ui.numbers import format_date

from .frame import approval_to, attached, crumbs

State = Approval.State
_UNDECIDED = {ApprovalStep.State.WAITING, ApprovalStep.State.OPEN}


@require_safe
def approval_detail(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of one approval."""
    approval = approval_to(request, pk, READ)
    viewer = request.viewer
    steps = steps_of(viewer, approval)
    events = events_of(viewer, approval)
    back = next((one for one in events if one.kind == ApprovalEvent.Kind.RETURNED), None)
    context = {
        "title": approval.title,
        "kind": route_title(approval.route_version.route),
        "heading": sentence(approval, steps),
        "approval": approval,
        "mark": approval_mark(approval),
        "sent_back": back.text if back is not None and approval.state == State.RETURNED else "",
        "facts": _facts(approval),
        "stages": _stages(steps),
        "files": [_file(approval, one) for one in files_of(viewer, approval)],
        "events": [_event(one) for one in events],
        **_doing(viewer, approval, steps),
    }
    return show(request, "office/detail.html", context, crumbs=crumbs())


@require_safe
def approval_file(request: ViewedRequest, pk: uuid.UUID, file_pk: int) -> HttpResponse:
    """One file of the packet, of this round or of one before."""
    approval_to(request, pk, READ)
    file = file_for(request.viewer, pk, file_pk)
    return attached(bytes(file.content), file.name, file.media_type)


def _facts(approval: Approval) -> list[dict[str, Any]]:
    version = approval.route_version
    source = version.source
    if not version.confirmed:
        source = _("%(source)s (not confirmed)") % {"source": source}
    rows = [
        (_("Put up by"), office_title(approval)),
        (_("Put up on"), format_date(timezone.localdate(approval.drafted_at))),
        (_("Route"), _("%(title)s, version %(number)d") % _route(approval)),
        (_("Source of the route"), source),
        (_("Document number"), _document(approval)),
    ]
    if approval.round > 1:
        text = ngettext("put up %(count)d time", "put up %(count)d times", approval.round)
        rows.insert(2, (_("How often"), text % {"count": approval.round}))
    return [{"term": term, "value": value} for term, value in rows]


def _route(approval: Approval) -> dict[str, Any]:
    version = approval.route_version
    return {"title": route_title(version.route), "number": version.number}


def _document(approval: Approval) -> str:
    if approval.document_number:
        names = {"number": approval.document_number, "day": format_date(approval.document_date)}
        return _("%(number)s of %(day)s") % names
    if approval.packet_taken_at is not None and approval.packet_round == approval.round:
        day = format_date(timezone.localdate(approval.packet_taken_at))
        return _("not come back yet; the packet was taken out on %(day)s") % {"day": day}
    return _("none yet; the packet has not been taken out")


def _stages(steps: list[ApprovalStep]) -> list[dict[str, Any]]:
    """The steps by their order; those beside each other in one stage."""
    found = []
    for _order, together in itertools.groupby(steps, key=lambda one: one.order):
        listed = list(together)
        states = {one.state for one in listed}
        if states <= {ApprovalStep.State.PASSED, ApprovalStep.State.PASSED_ON_BEHALF}:
            state = "done"
        elif states & {ApprovalStep.State.OPEN, ApprovalStep.State.RETURNED}:
            state = "current"
        else:
            state = "todo"
        found.append({"state": state, "steps": [_step(one) for one in listed]})
    return found


def _step(step: ApprovalStep) -> dict[str, Any]:
    return {
        "title": step_title(step),
        "kind": ApprovalStep.Kind(step.kind).label,
        "holder": _holder(step),
        "deputies": [_holder(one) for one in step.deputies.all()] if step.state in _UNDECIDED else [],
        "mark": step_mark(step),
        "at": step.acted_at,
        "behalf_reason": step.behalf_reason,
        "comment": step.comment,
    }


def _holder(one: ApprovalStep | StepDeputy) -> str:
    return holder_title(one.role, str(translated(one.department, "name")) if one.department else None)


def _file(approval: Approval, file: ApprovalFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "url": reverse("staff-approval-file", args=[approval.pk, file.pk]),
        "size": filesizeformat(file.size),
        "sha256": file.sha256,
    }


def _event(event: ApprovalEvent) -> dict[str, Any]:
    office = str(translated(event.office, "name")) if event.office is not None else None
    who = holder_title(event.role, office) if event.role else office or _("the whole city")
    return {
        "kind": ApprovalEvent.Kind(event.kind).label,
        "at": timezone.localtime(event.at),
        "who": who,
        "text": event.text,
    }


def _doing(viewer: Viewer, approval: Approval, steps: list[ApprovalStep]) -> dict[str, Any]:
    """What the viewer can do now, and why she cannot where she might expect to."""
    is_running = approval.state == State.RUNNING
    posts = [one for one in posts_of(viewer, steps) if one.is_open] if is_running and viewer.can(PASS) else []
    against = {one: objection(viewer, approval, one.step, steps) for one in posts}
    is_ours = viewer.can(RESUBMIT, approval)
    is_under_way = approval.state in {State.RUNNING, State.RETURNED}
    packet_is_out = approval.packet_round == approval.round
    return {
        "posts": [_post(approval, one) for one in posts if not against[one] and viewer.can(PASS, one.thing)],
        "objections": sorted({text for one, text in against.items() if text and one.deputy is None}),
        "may": {
            "send_back": any(viewer.can(SEND_BACK, one.thing) for one in posts if not against[one]),
            "resubmit": is_ours and approval.state == State.RETURNED,
            "withdraw": is_under_way and viewer.can(WITHDRAW, approval),
            "packet": approval.state in {State.RUNNING, State.DECIDED} and viewer.can(TAKE_PACKET, approval),
            "register": packet_is_out
            and approval.state != State.WITHDRAWN
            and not approval.document_number
            and viewer.can(REGISTER, approval),
        },
    }


def _post(approval: Approval, post: Post) -> dict[str, Any]:
    decides = post.step.kind == ApprovalStep.Kind.DECIDE
    if post.deputy is not None:
        button = _("Decide on behalf") if decides else _("Agree on behalf")
    else:
        button = pgettext("approval", "Decide") if decides else pgettext("approval", "Agree")
    query = f"?step={post.step.pk}"
    return {
        "title": step_title(post.step),
        "button": button,
        "on_behalf": post.deputy is not None,
        "url": reverse("staff-approval-pass", args=[approval.pk]) + query,
        "send_back_url": reverse("staff-approval-send-back", args=[approval.pk]) + query,
    }
