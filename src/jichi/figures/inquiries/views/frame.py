"""What the pages of inquiries have in common: finding the thing, the way back, acts that ask or only do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.workbench import Crumb, show
from jichi.figures.models import Inquiry, InquiryRequest

from ..queries.lists import inquiry_for, request_for
from ..sides import is_asker, require_held
from ..words import about, names_its_year, respondent_name


def viewer_of(http: HttpRequest) -> Viewer:
    """On whose behalf the page is shown."""
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return viewer


def inquiry_to(http: HttpRequest, pk: int, key: str) -> Inquiry:
    """The inquiry, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    viewer = viewer_of(http)
    inquiry = inquiry_for(viewer, pk)
    viewer.require(key, inquiry)
    return inquiry


def request_to(http: HttpRequest, pk: int, key: str, *, asking: bool = False) -> InquiryRequest:
    """The request, for one who is asked and may do ``key``, or (``asking``) for one who asks."""
    viewer = viewer_of(http)
    row = request_for(viewer, pk)
    if asking:
        viewer.require(key, row.inquiry)
    else:
        require_held(viewer, key, row)
    return row


# --- the way back ---------------------------------------------------------------------------------
def crumbs() -> list[Crumb]:
    """The way to all inquiries."""
    return [{"title": _("Inquiries"), "url": reverse("staff-inquiries")}]


def inquiry_url(inquiry: Inquiry) -> str:
    """The board of an inquiry."""
    return reverse("staff-inquiry", args=[inquiry.pk])


def request_url(row: InquiryRequest) -> str:
    """The page of one request."""
    return reverse("staff-inquiry-request", args=[row.pk])


def inquiry_crumbs(inquiry: Inquiry) -> list[Crumb]:
    """The way to an inquiry."""
    return [*crumbs(), {"title": title_of(inquiry), "url": inquiry_url(inquiry)}]


def request_crumbs(http: HttpRequest, row: InquiryRequest) -> list[Crumb]:
    """The way to a request: through its inquiry for who asks, through the list for who is asked."""
    return inquiry_crumbs(row.inquiry) if is_asker(viewer_of(http), row) else crumbs()


def below_request(http: HttpRequest, row: InquiryRequest) -> list[Crumb]:
    """The way to a page below a request's."""
    title = respondent_name(row) if is_asker(viewer_of(http), row) else title_of(row.inquiry)
    return [*request_crumbs(http, row), {"title": title, "url": request_url(row)}]


def title_of(inquiry: Inquiry) -> str:
    """Its title with the time it is about, unless the title names a year itself."""
    return inquiry.title if names_its_year(inquiry) else f"{inquiry.title}（{about(inquiry)}）"


# --- acts -----------------------------------------------------------------------------------------
def sentences(error: Invalid) -> list[str]:
    """Everything a service objected to."""
    return [text for texts in error.messages.values() for text in texts]


def do(
    http: HttpRequest,
    act: Callable[[], Any],
    *,
    back: str,
    done: str | Callable[[Any], str] = "",
) -> HttpResponse:
    """Do an act that a button asked for and go ``back``; what was refused stands above that page.

    Only a POST acts. ``done`` is the sentence of success, made of the act's result where it is a function. An
    act may itself give the response (a file).
    """
    if http.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        result = act()
    except Invalid as error:
        for text in dict.fromkeys(sentences(error)):
            messages.error(http, text)
    except Conflict:
        text = _(
            "Somebody else was faster: it was changed while you looked at it. Nothing of yours was done."
        )
        messages.warning(http, text)
    else:
        if isinstance(result, HttpResponse):
            return result
        text = done(result) if callable(done) else done
        if text:
            messages.success(http, text)
    return redirect(back)


def ask(
    http: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    crumbs: list[Crumb],
    do: Callable[[dict[str, Any]], object],
    back: str,
    done: str = "",
    lead: str = "",
    danger: bool = False,
    template: str = "figures/inquiries/act.html",
    beside: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form of one act, or do it and go ``back``; objections come back into the form (422, 409)."""
    status, faster = 200, False
    if http.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Invalid as error:
                take_objections(form, error)
            except Conflict as error:
                status, faster = 409, True
                version = getattr(error.current, "version", None)
                if version is not None and "version" in form.fields:
                    form.data = {**form.data.dict(), "version": str(version)}  # type: ignore[attr-defined]
            else:
                if done:
                    messages.success(http, done)
                return redirect(back)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "button": button,
        "back": back,
        "danger": danger,
        "faster": faster,
        **(beside or {}),
    }
    return show(http, template, context, crumbs=crumbs, status=status)


def chosen(http: HttpRequest, name: str = "request") -> list[int]:
    """The numbers that were ticked."""
    data = http.POST if http.method == "POST" else http.GET
    return numbers_in(data.getlist(name))


def number_in(text: str) -> int | None:
    """The number that the text is, None for any other text."""
    return next(iter(numbers_in([text])), None)


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers of rows."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 12]
