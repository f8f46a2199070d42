"""Following a voice or a consultation by mail: asked for, confirmed by its own link, ended by one."""

from __future__ import annotations

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jichi.city import limiting
from jichi.city.errors import Invalid
from jichi.city.requests import ViewedRequest
from jichi.ui.numbers import current_language
from jichi.voices.queries.status import voice_of_number
from jichi.voices.services.following import confirm_follow, end_follow, follow

FOLLOW_SALT = "voices.follow"
LIMIT = "10/m"
"""Mails that one address may have sent: the confirmation may go to somebody else's mailbox."""


def follow_token(context: str) -> str:
    """What a page puts in its follow form, so that only what a page offers can be followed."""
    return signing.dumps(context, salt=FOLLOW_SALT)


@never_cache
@require_POST
def begin(request: ViewedRequest) -> HttpResponse:
    """Send the mail that asks for confirmation; the page says the same if it was followed before."""
    if not limiting.allow(request, "follow", LIMIT):
        return limiting.too_many_response(request)
    email = request.POST.get("email", "").strip()[:200]
    context = _context(request)
    problem = ""
    try:
        validate_email(email)
    except ValidationError:
        problem = _("This is no mail address. Look at it again.")
    if not context:
        problem = _("What you want to follow is not there any more.")
    if not problem:
        try:
            follow(
                context=context,
                email=email,
                language=current_language(),
                is_digest=request.POST.get("digest") == "1",
            )
        except Invalid as error:
            problem = " ".join(text for texts in error.messages.values() for text in texts)
    page = {
        "problem": problem,
        "email": email,
        "what": request.POST.get("what", ""),
        "number": request.POST.get("number", ""),
        "crumbs": _crumbs(_("Follow by mail")),
    }
    return render(request, "voices/public/follow_begun.html", page, status=422 if problem else 200)


def _context(request: ViewedRequest) -> str:
    number = request.POST.get("number", "")
    if number:
        voice = voice_of_number(number[:200])
        return f"voices.voice:{voice.pk}" if voice is not None else ""
    try:
        return str(signing.loads(request.POST.get("what", ""), salt=FOLLOW_SALT))
    except signing.BadSignature:
        return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: ViewedRequest, token: str) -> HttpResponse:
    """The link of the mail: a page with one button, as programs that look through mails open links."""
    return _one_button(request, token, confirm_follow, end=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ViewedRequest, token: str) -> HttpResponse:
    """Every mail's last link: a page with one button, after which no mail comes."""
    return _one_button(request, token, end_follow, end=True)


def _one_button(request: ViewedRequest, token: str, act: object, *, end: bool) -> HttpResponse:
    if not limiting.allow(request, "follow-link", "60/m"):
        return limiting.too_many_response(request)
    title = _("End the mails") if end else _("Confirm that you want mails")
    page = {"title": title, "is_end": end, "is_done": False, "crumbs": _crumbs(title)}
    if request.method == "POST":
        page["is_done"] = True
        page["is_known"] = bool(act(token))  # type: ignore[operator]
    return render(request, "voices/public/follow_link.html", page)


def _crumbs(title: str) -> list[dict[str, str]]:
    return [{"title": _("Home"), "url": reverse("home")}, {"title": title, "url": ""}]
