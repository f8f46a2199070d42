"""Two short forms that go to desks of their own: a request for accommodation, and an appeal."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import limiting
from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.consultations.queries.readers import desk_of
from jichi.consultations.say_form import ShortForm, TrapForm
from jichi.ui.numbers import current_language
from jichi.voices.enums import Purpose
from jichi.voices.handing_in import Submission, hand_in
from jichi.voices.views.receipt import receipt_address
from jichi.voices.views.receipt_follow import follow_token

from .public import shown
from .public_frame import crumbs_of

LIMIT = "60/m"


def accommodation(request: ViewedRequest, key: str) -> HttpResponse:
    """What somebody needs to take part: an interpreter, another format, more time."""
    return _short(
        request,
        key,
        Purpose.ACCOMMODATION,
        title=_("What do you need to take part?"),
        lead=_("The city answers each request. It asks for no certificate and no reason."),
        question=_("What would help you?"),
        hint=_(
            "For example: large print, the draft read aloud, sign language, an interpreter, "
            "help with writing."
        ),
    )


def appeal(request: ViewedRequest, key: str) -> HttpResponse:
    """That a text should not be shown as it is, or should be shown and is not."""
    return _short(
        request,
        key,
        Purpose.APPEALS,
        title=_("Is something published wrongly, or left out?"),
        lead=_("Another person than the one who decided looks at it again, and the answer says why."),
        question=_("Which text is it, and what is wrong?"),
        hint=_("For example: it shows who I am; it harms somebody; mine was withheld without good reason."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _short(
    request: ViewedRequest, key: str, purpose: Purpose, *, title: str, lead: str, question: str, hint: str
) -> HttpResponse:
    row = shown(key)
    desk = desk_of(row, purpose)
    if desk is None:
        raise Http404(key)
    if request.method == "POST":
        if not limiting.allow(request, f"consultation-{purpose}", LIMIT):
            return limiting.too_many_response(request)
        form = ShortForm(request.POST, question=question, hint=hint)
        if form.is_valid():
            submission = Submission(
                text=form.cleaned_data["text"].replace("\r\n", "\n"),
                contact=form.contact,
                may_publish=False,
                wants_reply=bool(form.contact) or None,
                language=current_language(),
                secret=form.cleaned_data["secret"],
                is_suspect=form.is_suspect,
            )
            try:
                return HttpResponseRedirect(receipt_address(hand_in(desk, submission)))
            except Invalid as error:
                take_objections(form, error)
    else:
        form = ShortForm(initial=TrapForm.begun(), question=question, hint=hint)
    context = {"row": row, "title": title, "lead": lead, "form": form, "crumbs": crumbs_of(row, title)}
    return render(request, "consultations/public/short.html", context)


@never_cache
@require_safe
def follow(request: ViewedRequest, key: str) -> HttpResponse:
    """The form by which one hears of a consultation by mail."""
    row = shown(key)
    title = _("Hear of it by mail")
    context = {
        "row": row,
        "title": title,
        "what": follow_token(row.context),
        "crumbs": crumbs_of(row, title),
    }
    return render(request, "consultations/public/follow.html", context)
