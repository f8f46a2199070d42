"""Pages that ask for one act on an approval."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.views.acting import ask, go_on_from, posted
from jichi.city.workbench import show
from jichi.office import services
from jichi.office.actions import PASS, REGISTER, RESUBMIT, SEND_BACK, TAKE_PACKET, WITHDRAW
from jichi.office.forms import (
    BehalfForm,
    PassForm,
    RegisterForm,
    ResubmitForm,
    SendBackForm,
    SendBackOnBehalfForm,
    WithdrawForm,
)
from jichi.office.holding import Post, objection, posts_of
from jichi.office.models import Approval, ApprovalStep
from jichi.office.queries import files_of, steps_of
from jichi.office.words import approval_mark, step_title

from .frame import approval_to, attached, below, our_approval, url_of

PAGE = require_http_methods(["GET", "HEAD", "POST"])
Differences = Callable[[Any], list[tuple[str, str, str]]]


@PAGE
def approval_pass(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree or decide in the step that waits for the viewer."""
    approval = approval_to(request, pk, PASS)
    post = _post(request, approval)
    if post is None:
        return _not_ones_turn(request, approval)
    decides = post.step.kind == ApprovalStep.Kind.DECIDE
    make = PassForm if post.deputy is None else BehalfForm
    form = make(posted(request), initial={"version": approval.version})
    title = _("Decide: %(title)s") if decides else _("Agree: %(title)s")
    return ask(
        request,
        form,
        title=title % {"title": approval.title},
        lead=_lead(post),
        button=pgettext("approval", "Decide") if decides else pgettext("approval", "Agree"),
        back=url_of(approval),
        done=_("You have decided.") if decides else _("You have agreed."),
        crumbs=below(approval),
        conflict=_differences(form, _("to agree")),
        do=lambda data: services.pass_step(
            viewer=request.viewer, approval_id=pk, step_id=post.step.pk, **data
        ),
    )


@PAGE
def approval_send_back(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Send it back to who put it up."""
    approval = approval_to(request, pk, SEND_BACK)
    post = _post(request, approval)
    if post is None:
        return _not_ones_turn(request, approval)
    make = SendBackForm if post.deputy is None else SendBackOnBehalfForm
    form = make(posted(request), initial={"version": approval.version})
    return ask(
        request,
        form,
        title=_("Send back: %(title)s") % {"title": approval.title},
        lead=_("It goes back to the office that put it up. When it is put up again, every step begins anew."),
        button=_("Send back"),
        back=url_of(approval),
        done=_("It was sent back."),
        danger=True,
        crumbs=below(approval),
        conflict=_differences(form, _("to send back")),
        do=lambda data: services.send_back(
            viewer=request.viewer, approval_id=pk, step_id=post.step.pk, **data
        ),
    )


@PAGE
def approval_withdraw(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what is under way."""
    approval = our_approval(request, pk, WITHDRAW)
    if approval.state not in {Approval.State.RUNNING, Approval.State.RETURNED}:
        return _too_late(request, approval)
    form = WithdrawForm(posted(request), initial={"version": approval.version})
    return ask(
        request,
        form,
        title=_("Withdraw: %(title)s") % {"title": approval.title},
        lead=_("It stays on record. It can be put up anew from where it came from."),
        button=pgettext("approval", "Withdraw"),
        back=url_of(approval),
        done=_("It was withdrawn."),
        danger=True,
        crumbs=below(approval),
        conflict=_differences(form, _("to withdraw")),
        do=lambda data: services.withdraw(viewer=request.viewer, approval_id=pk, **data),
    )


@PAGE
def approval_register(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter number and date of the document system by hand."""
    approval = our_approval(request, pk, REGISTER)
    form = RegisterForm(posted(request))
    return ask(
        request,
        form,
        title=_("Document number: %(title)s") % {"title": approval.title},
        lead=_("As the document system gave them. A number that was entered is not changed any more."),
        button=_("Enter"),
        back=url_of(approval),
        done=_("The document number was entered."),
        crumbs=below(approval),
        do=lambda data: services.register_document(viewer=request.viewer, approval_id=pk, **data),
    )


@keeps_form
@PAGE
def approval_resubmit(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put up again what was sent back, with files that stay and files that are new."""
    approval = our_approval(request, pk, RESUBMIT)
    if approval.state != Approval.State.RETURNED:
        return _too_late(request, approval)
    form = ResubmitForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        present=files_of(request.viewer, approval),
        initial={"version": approval.version, "summary": approval.summary},
    )
    status = 200
    if request.method == "POST" and is_refused(request):
        form.errors.clear()
        form.add_error("files", too_long_sentence())
        status = 413
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _resubmit(request, approval, form.cleaned_data)
            except Invalid as error:
                take_objections(form, error)
            except Conflict:
                messages.warning(request, _("Somebody else was faster; it was changed while you looked."))
                return redirect(url_of(approval))
            else:
                messages.success(request, _("It is on its way again."))
                return redirect(url_of(approval))
    context = {
        "title": _("Put up again: %(title)s") % {"title": approval.title},
        "lead": _("Every step begins anew, because the packet may be another one."),
        "form": form,
        "back": url_of(approval),
    }
    return show(request, "office/resubmit.html", context, crumbs=below(approval), status=status)


def approval_packet(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The packet as one zip for the document system. Only a POST takes it, for it is recorded."""
    approval = our_approval(request, pk, TAKE_PACKET)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        name, content = services.take_packet(viewer=request.viewer, approval_id=approval.pk)
    except Invalid as error:
        for text in _sentences(error):
            messages.error(request, text)
        return redirect(url_of(approval))
    return attached(content, name, "application/zip")


def _resubmit(request: ViewedRequest, approval: Approval, data: dict[str, Any]) -> None:
    services.resubmit(
        viewer=request.viewer,
        approval_id=approval.pk,
        version=data["version"],
        note=data["note"],
        summary=data["summary"],
        keep=data.get("keep", ()),
        files=[services.PacketFile(one.name, one.read(), one.content_type or "") for one in data["files"]],
    )


def _post(request: ViewedRequest, approval: Approval) -> Post | None:
    """The open step in which the viewer can act: the one her link names, or the first of hers."""
    steps = steps_of(request.viewer, approval)
    if approval.state != Approval.State.RUNNING:
        return None
    named = request.GET.get("step", "")
    posts = [
        one
        for one in posts_of(request.viewer, steps)
        if one.is_open and not objection(request.viewer, approval, one.step, steps)
    ]
    return next((one for one in posts if str(one.step.pk) == named), posts[0] if posts else None)


def _lead(post: Post) -> str:
    names = {"step": step_title(post.step)}
    if post.deputy is not None:
        return _("You act on behalf in the step: %(step)s") % names
    return _("Your step: %(step)s") % names


def _differences(form: forms.Form, chosen: str) -> Differences:
    def told(current: Approval) -> list[tuple[str, str, str]]:
        go_on_from(form, version=str(current.version))
        return [(_("State"), approval_mark(current).word, chosen)]

    return told


def _not_ones_turn(request: ViewedRequest, approval: Approval) -> HttpResponse:
    messages.info(request, _("There is nothing for you to do in this approval now."))
    return redirect(url_of(approval))


def _too_late(request: ViewedRequest, approval: Approval) -> HttpResponse:
    names = {"state": approval_mark(approval).word}
    messages.info(request, _("This is not possible now. The approval's state: %(state)s") % names)
    return redirect(url_of(approval))


def _sentences(error: Invalid) -> list[str]:
    return [text for texts in error.messages.values() for text in texts]
