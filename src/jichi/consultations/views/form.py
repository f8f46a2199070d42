"""The form by which anybody says something to a draft: write, look it over, send; or keep it for later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jichi.city import limiting, uploads
from jichi.city.attachments import Attachment, checked
from jichi.city.errors import Invalid
from jichi.city.requests import ViewedRequest
from jichi.consultations.enums import Audience
from jichi.consultations.models import Consultation
from jichi.consultations.queries.readers import answered_one, chosen_draft
from jichi.consultations.say_form import MOST_PASSAGES, SayForm, TrapForm, files_sentence, name_of
from jichi.consultations.saying import LONGEST
from jichi.consultations.showing import shows_opinions, takes_voices
from jichi.methods.drafts import Draft
from jichi.ui.numbers import current_language
from jichi.voices.handing_in import Submission, hand_in
from jichi.voices.queries.similar import hints
from jichi.voices.services.drafts import draft_of, save_draft, throw_draft
from jichi.voices.views.receipt import receipt_address

from .public_frame import crumbs_of, days_line

LIMIT = "600/m"
"""Sendings from one address: a school or an office may sit behind it, and nobody is to be shut out."""
MOST_FILES = 5
FILE_TYPES = ".pdf,.jpg,.jpeg,.png,.gif,.webp,.docx,.xlsx,.pptx,.odt,.txt"


def _shown(key: str) -> Consultation:
    try:
        row = answered_one(key)
    except Consultation.DoesNotExist:
        raise Http404(key) from None
    if row.exempt_reason:
        raise Http404(key)
    return row


def _draft(consultation: Consultation) -> Draft | None:
    return chosen_draft(consultation, Audience.FULL, current_language())


@never_cache
@uploads.keeps_form
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: ViewedRequest, key: str) -> HttpResponse:
    """The form. ``?p=`` chosen passages; posted with ``do``: check, send, edit, add, save."""
    consultation = _shown(key)
    if not takes_voices(consultation, timezone.localdate()):
        return _closed(request, consultation, request.POST.dict(), request.POST.getlist("p"))
    if request.method == "POST":
        if not limiting.allow(request, "consultation-say", LIMIT):
            return limiting.too_many_response(request)
        return _posted(request, consultation)
    return _page(request, consultation, initial=TrapForm.begun(), anchors=request.GET.getlist("p"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: ViewedRequest, key: str, token: str) -> HttpResponse:
    """A draft that was kept, by the link that only its writer has; posted: it is thrown away."""
    consultation = _shown(key)
    if not limiting.allow(request, "consultation-draft", "60/m"):
        return limiting.too_many_response(request)
    found = draft_of(token)
    if found is None or found[0] != consultation.desk_id:
        context = _frame(consultation, _("Draft not found"))
        return render(request, "consultations/public/no_draft.html", context, status=404)
    if request.method == "POST":
        throw_draft(token)
        return render(
            request, "consultations/public/thrown.html", _frame(consultation, _("Draft thrown away"))
        )
    data = dict(found[1])
    anchors = [str(one) for one in data.pop("anchors", [])]
    if not takes_voices(consultation, timezone.localdate()):
        return _closed(request, consultation, data, anchors)
    initial = {**TrapForm.begun(), **{name: value for name, value in data.items() if value}}
    return _page(request, consultation, initial=initial, anchors=anchors, token=token)


def _posted(request: ViewedRequest, consultation: Consultation) -> HttpResponse:
    anchors = request.POST.getlist("p")
    token = request.POST.get("draft", "")[:200]
    act = request.POST.get("do", "check")
    if act == "save":
        return _save(request, consultation, anchors, token)
    if act in {"add", "edit"}:
        anchors = [*anchors, *filter(None, request.POST.getlist("more"))]
        return _page(request, consultation, initial=request.POST.dict(), anchors=anchors, token=token)
    form = SayForm(consultation, _draft(consultation) if anchors else None, anchors, request.POST)
    if not form.is_valid():
        return _page(request, consultation, form=form, anchors=anchors, token=token)
    if act != "send":
        return _review(request, consultation, form, token=token)
    try:
        files = _files(request)
    except Invalid as error:
        problems = [text for texts in error.messages.values() for text in texts]
        return _review(request, consultation, form, token=token, problem=files_sentence(problems))
    return _send(request, consultation, form, files, token)


def _files(request: ViewedRequest) -> list[Attachment]:
    """What was attached, looked at. Raises Invalid."""
    if uploads.is_refused(request):
        raise Invalid({"file": [uploads.too_long_sentence()]})
    given = request.FILES.getlist("files")
    if len(given) > MOST_FILES:
        raise Invalid({"file": [_("At most %(most)s files can be attached.") % {"most": MOST_FILES}]})
    return [checked(one) for one in given]


def _send(
    request: ViewedRequest,
    consultation: Consultation,
    form: SayForm,
    files: list[Attachment],
    token: str,
) -> HttpResponse:
    desk = consultation.desk
    assert desk is not None  # takes_voices saw it
    text, passages = form.said()
    submission = Submission(
        text=text,
        passages=tuple(passages),
        fields=form.other_fields,
        contact=form.contact,
        attachments=tuple(files),
        may_publish=form.cleaned_data["may_publish"] == "yes",
        wants_reply=bool(form.cleaned_data.get("wants_reply")),
        language=current_language(),
        secret=form.cleaned_data.get("secret", ""),
        is_suspect=form.is_suspect,
    )
    try:
        number = hand_in(desk, submission)
    except Invalid as error:
        for texts in error.messages.values():
            for sentence in texts:
                form.add_error("whole", sentence)
        return _page(request, consultation, form=form, anchors=request.POST.getlist("p"), token=token)
    except OSError:
        full = _(
            "It could not be received: the disk of this site is full. Nothing was kept; what you wrote is "
            "still here. Try again later, or send it by post."
        )
        return _review(request, consultation, form, token=token, problem=full, status=503)
    if (kept := draft_of(token)) is not None and kept[0] == desk.pk:
        throw_draft(token)
    return HttpResponseRedirect(receipt_address(number))


def _save(request: ViewedRequest, consultation: Consultation, anchors: list[str], token: str) -> HttpResponse:
    form = SayForm(consultation, _draft(consultation), anchors)
    kept: dict[str, Any] = {
        name: request.POST[name]
        for name in form.fields
        if name in request.POST and name not in {"website", "made"}
    }
    kept["anchors"] = [one.anchor for one in form.passages]
    assert consultation.desk_id is not None
    is_asked_by_page = "application/json" in request.headers.get("Accept", "")
    try:
        saved = save_draft(desk_id=consultation.desk_id, data=kept, token=token)
    except Invalid as error:
        sentence = " ".join(text for texts in error.messages.values() for text in texts)
        if is_asked_by_page:
            return JsonResponse({"text": sentence}, status=422)
        return _page(
            request, consultation, initial=request.POST.dict(), anchors=anchors, token=token, problem=sentence
        )
    if is_asked_by_page:
        return JsonResponse(
            {"draft": saved, "text": _("Your draft was kept at %(time)s.") % {"time": _now()}}
        )
    address = settings.BASE_URL.rstrip("/") + reverse("consultation-go-on", args=[consultation.key, saved])
    context = {
        **_frame(consultation, _("Your draft is kept")),
        "address": address,
    }
    return render(request, "consultations/public/saved.html", context)


def _now() -> str:
    return timezone.localtime().strftime("%H:%M")


# --- pages ----------------------------------------------------------------------------------------


def _frame(consultation: Consultation, title: str) -> dict[str, Any]:
    return {
        "row": consultation,
        "title": title,
        "crumbs": crumbs_of(consultation, title),
        "days": days_line(consultation, timezone.localdate()),
    }


def _closed(
    request: ViewedRequest, consultation: Consultation, typed: Mapping[str, Any], anchors: list[str]
) -> HttpResponse:
    """That the form is not open, with what was typed into it so far: a page may stay open over the end."""
    kept: list[tuple[str, str]] = []
    if typed:
        form = SayForm(consultation, _draft(consultation), anchors)
        kept = [(str(one.label), text) for one in form.boxes if (text := str(typed.get(one.name) or ""))]
    context = {**_frame(consultation, _("Say what you think")), "kept": kept}
    status = 409 if request.method == "POST" else 200
    return render(request, "consultations/public/closed.html", context, status=status)


def _page(
    request: ViewedRequest,
    consultation: Consultation,
    *,
    anchors: list[str],
    initial: Mapping[str, Any] | None = None,
    form: SayForm | None = None,
    token: str = "",
    problem: str = "",
) -> HttpResponse:
    draft = _draft(consultation)
    if form is None:
        form = SayForm(consultation, draft, anchors, initial=dict(initial or {}))
    there = {one.anchor for one in form.passages}
    more = [
        (one.anchor, name_of(one)) for one in (draft.paragraphs if draft else ()) if one.anchor not in there
    ]
    context = {
        **_frame(consultation, _("Say what you think")),
        "form": form,
        "more": more if len(there) < MOST_PASSAGES else [],
        "token": token,
        "longest": LONGEST,
        "problem": problem,
    }
    return render(request, "consultations/public/say.html", context)


def _review(
    request: ViewedRequest,
    consultation: Consultation,
    form: SayForm,
    *,
    token: str,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    desk = consultation.desk
    others: list[Any] = []
    if desk is not None and shows_opinions(consultation, timezone.localdate()):
        others = hints(desk, form.said()[0])
    context = {
        **_frame(consultation, _("Look it over and send it")),
        "form": form,
        "token": token,
        "problem": problem,
        "others": others,
        "most_files": MOST_FILES,
        "file_types": FILE_TYPES,
    }
    return render(request, "consultations/public/review.html", context, status=status)
