"""What somebody sees who has a receipt number: the receipt itself, where her voice stands, and its slip."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import limiting
from jichi.city.requests import ViewedRequest
from jichi.methods.receipts import ReceiptError, grouped, is_outside, read, spoken
from jichi.ui.numbers import current_language
from jichi.voices.queries.status import Status, status_of
from jichi.voices.slips import Slip, slip_pdf, status_address
from jichi.voices.status_words import effects_of, facts_of, heading_of, next_steps, steps_of

GIVEN_SALT = "voices.receipt"
GIVEN_SECONDS = 24 * 60 * 60
LOOK_UPS = "20/m"
"""Look-ups by number from one address: enough for a counter, far too few to guess one of 10^13."""


def receipt_address(number: str) -> str:
    """Where the receipt just given is shown, to nobody but its holder."""
    token = signing.dumps({"n": number}, salt=GIVEN_SALT)
    return reverse("receipt-given", args=[token])


def _crumbs(title: str) -> list[dict[str, str]]:
    return [
        {"title": _("Home"), "url": reverse("home")},
        {"title": _("Receipt number"), "url": reverse("receipt")},
        {"title": title, "url": ""},
    ]


@never_cache
@require_safe
def given(request: ViewedRequest, token: str) -> HttpResponse:
    """The receipt, right after something was sent; for a day, then the number alone opens its state."""
    try:
        said = signing.loads(token, salt=GIVEN_SALT, max_age=GIVEN_SECONDS)
    except signing.BadSignature:
        return HttpResponseRedirect(reverse("receipt"))
    number = str(said["n"])
    status = status_of(number)
    page = {
        "number": grouped(number),
        "digits": number,
        "address": status_address(number),
        "spoken": spoken(number, current_language()),
        "facts": facts_of(status),
        "steps": next_steps(status),
        "crumbs": _crumbs(_("Received")),
    }
    return render(request, "voices/public/given.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: ViewedRequest) -> HttpResponse:
    """Ask for a number, and show where its voice stands."""
    if request.method == "POST":
        return _status_page(request, request.POST.get("number", ""))
    return render(request, "voices/public/look_up.html", {"crumbs": _crumbs("")[:2], "typed": ""})


@never_cache
@require_safe
def status(request: ViewedRequest, number: str) -> HttpResponse:
    """The same by the code on the slip."""
    return _status_page(request, number)


def _status_page(request: ViewedRequest, typed: str) -> HttpResponse:
    if not limiting.allow(request, "receipt-look-up", LOOK_UPS):
        return limiting.too_many_response(request)
    found = _found(typed)
    if found is None and _is_outside(typed):
        return render(request, "voices/public/outside.html", {"crumbs": _crumbs("")[:2]})
    if found is None:
        # One answer for a number that is none, one that was never given, and one that is wrong by a digit.
        context = {"crumbs": _crumbs("")[:2], "typed": typed[:60], "missing": True}
        return render(request, "voices/public/look_up.html", context, status=404)
    digits, state = found
    context = {
        "number": grouped(digits),
        "digits": digits,
        "status": state,
        "facts": facts_of(state),
        "heading": heading_of(state),
        "steps": steps_of(state),
        "effects": effects_of(state),
        "replies": [text for _at, text in state.replies],
        "crumbs": _crumbs(grouped(digits)),
    }
    return render(request, "voices/public/status.html", context)


def _found(typed: str) -> tuple[str, Status] | None:
    try:
        digits = read(typed[:200])
    except ReceiptError:
        return None
    state = status_of(digits)
    return (digits, state) if state is not None else None


@never_cache
@require_safe
def slip(request: ViewedRequest, number: str) -> HttpResponse:
    """The slip as PDF; ``?large=1`` in large print."""
    if not limiting.allow(request, "receipt-look-up", LOOK_UPS):
        return limiting.too_many_response(request)
    found = _found(number)
    if found is None and not _is_outside(number):
        raise Http404(number)
    digits, state = found or (read(number), None)
    paper = Slip(
        number=digits,
        facts=[(one["term"], one["value"]) for one in facts_of(state)],
        steps=next_steps(state),
    )
    body = slip_pdf(paper, large=request.GET.get("large") == "1")
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="receipt.pdf"'
    return response


def _is_outside(typed: str) -> bool:
    """Whether this is a number that the outer zone gives, asked for in the outer zone, which knows no more.

    Every such number looks the same there, given or not.
    """
    if settings.JICHI.zone != "outer":
        return False
    try:
        return is_outside(read(typed[:200]))
    except ReceiptError:
        return False
