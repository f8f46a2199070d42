"""Entering voices for their senders one after another, and taking in a file with its report."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.views.acting import posted
from jichi.city.workbench import show
from jichi.methods.receipts import grouped
from jichi.voices import queries, services
from jichi.voices.actions import ENTER, IMPORT
from jichi.voices.duties import voice_url
from jichi.voices.forms import EntryForm, FileForm
from jichi.voices.words import desk_title, field_word

from .frame import crumbs

KEPT = ("desk", "channel", "received_on", "language")
"""What stays for the next entry: a pile of paper has these in common."""


def _key() -> str:
    return f"entry-{secrets.token_urlsafe(24)}"


@keeps_form
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ViewedRequest) -> HttpResponse:
    """One entry after another, by keyboard; the receipt number of each is shown before the next."""
    viewer = request.viewer
    viewer.require(ENTER)
    initial = {"received_on": timezone.localdate(), "language": "ja", "intake_key": _key()}
    for name in KEPT:
        if value := request.GET.get(name, ""):
            initial[name] = value[:80]
    files = request.FILES or None
    form, status = EntryForm(posted(request), files, viewer=viewer, initial=initial), 200
    if is_refused(request):
        form.add_error("scans", too_long_sentence())
        status = 422
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                receipt = _entered(request, form)
            except Invalid as error:
                take_objections(form, error)
            else:
                number = grouped(receipt.number)
                messages.success(request, _("Entered. Receipt number: %(number)s") % {"number": number})
                if "next" not in request.POST:
                    return redirect(voice_url(receipt.voice))
                return redirect(f"{reverse('staff-voice-enter')}?{_kept(form)}")
    context = {
        "title": _("Enter a voice for its sender"),
        "lead": _("In the order of the paper. What was said stands as it was said, also its mistakes."),
        "form": form,
    }
    return show(request, "voices/staff/enter.html", context, crumbs=crumbs(), status=status)


def _entered(request: ViewedRequest, form: EntryForm) -> services.Receipt:
    data = form.cleaned_data
    day = data["received_on"]
    now = timezone.now()
    noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    at = now if day == timezone.localdate() else noon
    return services.enter_for(
        viewer=request.viewer,
        desk_id=data["desk"].pk,
        channel=data["channel"],
        text=data["text"],
        fields={"title": data["title"]} if data["title"] else None,
        contact=form.contact(),
        attachments=data["scans"],
        language=data["language"],
        may_publish=data["may_publish"],
        wants_reply=data["wants_reply"],
        intake_key=data["intake_key"],
        received_at=at,
        postmarked_on=data["postmarked_on"],
        late_reason=data["late_reason"],
    )


def _kept(form: EntryForm) -> str:
    data = form.cleaned_data
    values = {
        "desk": str(data["desk"].pk),
        "channel": data["channel"],
        "received_on": data["received_on"].isoformat(),
        "language": data["language"],
    }
    return "&".join(f"{name}={value}" for name, value in values.items())


@keeps_form
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: ViewedRequest) -> HttpResponse:
    """Take in a table of voices; the worker goes on with it while its page shows how far it is."""
    request.viewer.require(IMPORT)
    status = 200
    form = FileForm(posted(request), request.FILES or None, viewer=request.viewer)
    if is_refused(request):
        form.add_error("file", too_long_sentence())
        status = 422
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                batch = services.bring_file(
                    viewer=request.viewer,
                    desk_id=data["desk"].pk,
                    channel=data["channel"],
                    name=data["file"].name[:200],
                    content=data["file"].read(),
                )
            except Invalid as error:
                take_objections(form, error)
            else:
                return redirect("staff-voices-batch", batch.pk)
    context = {
        "title": _("Take in a file of voices"),
        "lead": _(
            "Each row is one voice. Rows that cannot be placed are listed with their line; the rest comes in."
        ),
        "form": form,
        "batches": queries.batches_for(request.viewer)[:20],
    }
    return show(request, "voices/staff/bring.html", context, crumbs=crumbs(), status=status)


@require_safe
def batch(request: ViewedRequest, pk: int) -> HttpResponse:
    """How far a file is, and what could not be placed, line by line."""
    row = queries.batches_for(request.viewer).get(pk=pk)
    context = {
        "title": _("All rows are accounted for") if row.finished_at else _("The file is being taken in"),
        "lead": f"{row.name} · {desk_title(row.desk)}",
        "row": row,
        "left": row.rows - row.done,
        "problems": [{**one, "column": field_word(str(one.get("column", "")))} for one in row.problems],
    }
    where = [*crumbs(), {"title": _("Take in a file of voices"), "url": reverse("staff-voices-import")}]
    answer = show(request, "voices/staff/batch.html", context, crumbs=where)
    if not row.finished_at:
        answer["Refresh"] = "3"
    return answer
