"""The queue of masks: one distinct text after another, and whether it is shown."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.consultations.answer_forms import MaskForm
from jichi.consultations.marking import pieces_of
from jichi.ui.languages import html_lang
from jichi.voices.actions import DECIDE
from jichi.voices.enums import Decision
from jichi.voices.models import Desk
from jichi.voices.queries import sets as heard
from jichi.voices.services.masking import decide_many, decide_wording, mark_harsh

from .staff_frame import consultation_to, desk_of, number, only_posted, page, sent

MANY = 100


@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """One distinct text after another: what is masked, and whether it is shown."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row, DECIDE)
    waiting = heard.undecided_wordings(request.viewer, desk)
    asked = number(request.POST.get("wording", "") or request.GET.get("wording", ""))
    one = heard.wording_for(request.viewer, asked) if asked else waiting.first()
    if one is not None and one.desk_id != desk.pk:
        raise Desk.DoesNotExist
    plain = heard.undecided_wordings(request.viewer, desk, masks=False)
    context: dict[str, Any] = {"plain_count": plain.count(), "waiting_count": waiting.count()}
    if one is None:
        title = _("Every text is decided on")
        return page(
            request, row, "texts.html", "staff-consultation-texts", {"title": title, "lead": "", **context}
        )
    text = str(one.text)  # type: ignore[attr-defined]
    proposed = list(one.spans if one.mask_confirmed_at else one.proposed_spans)
    form, status = (
        MaskForm(posted(request), text=text, proposed=proposed, initial={"version": one.version}),
        200,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _decide(request, one.pk, form)
            except Invalid as error:
                take_objections(form, error)
            except Conflict:
                messages.warning(
                    request, _("Somebody else decided on this text. It is shown as it stands now.")
                )
                return redirect(f"{request.path}?wording={one.pk}")
            else:
                return redirect("staff-consultation-texts", row.pk)
    context |= {
        "title": _("May this be shown?"),
        "lead": sent(one.size),
        "wording": one,
        "pieces": pieces_of(text, proposed),
        "form": form,
        "text_lang": html_lang(one.language),
        "decided": one.decision != Decision.PENDING,
    }
    return page(request, row, "texts.html", "staff-consultation-texts", context, status=status)


def _decide(request: ViewedRequest, wording_id: int, form: MaskForm) -> None:
    data, spans = form.cleaned_data, form.spans()
    decision = data["decision"]
    if decision == Decision.SHOWN and spans:
        decision = Decision.MASKED
    decide_wording(
        viewer=request.viewer,
        wording_id=wording_id,
        version=data["version"],
        decision=decision,
        reason=data["reason"],
        spans=spans,
    )


def texts_at_once(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the texts of one page in which nothing was proposed to be masked, after they were read."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row, DECIDE)
    if refused := only_posted(request):
        return refused
    shown = {number(one) for one in request.POST.getlist("wording")}
    plain = heard.undecided_wordings(request.viewer, desk, masks=False).filter(pk__in=shown)
    decided = decide_many(
        viewer=request.viewer, wording_ids=[one.pk for one in plain], decision=Decision.SHOWN
    )
    text = ngettext("%(count)d text is shown now.", "%(count)d texts are shown now.", decided.done)
    messages.success(request, text % {"count": decided.done})
    return redirect("staff-consultation-plain", row.pk)


@require_safe
def plain(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Texts without anything to mask, a page at a time, to be read and shown together."""
    row = consultation_to(request, pk)
    desk = desk_of(request, row, DECIDE)
    rows = heard.undecided_wordings(request.viewer, desk, masks=False)[:MANY]
    context = {
        "title": _("Texts without anything to mask"),
        "lead": _("Read them. Take the tick off what should not be shown as it is, then show the rest."),
        "rows": [{"row": one, "lang": html_lang(one.language)} for one in rows],
    }
    return page(request, row, "plain.html", "staff-consultation-texts", context)


def harsh(request: ViewedRequest, pk: uuid.UUID, wording: int) -> HttpResponse:
    """Blur a text in lists, or show it again."""
    row = consultation_to(request, pk)
    desk_of(request, row, DECIDE)
    if refused := only_posted(request):
        return refused
    mark_harsh(
        viewer=request.viewer,
        wording_id=wording,
        version=None,
        is_harsh=request.POST.get("harsh") == "1",
    )
    return redirect(f"{reverse('staff-consultation-texts', args=[row.pk])}?wording={wording}")
