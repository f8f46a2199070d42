"""What the workbench of a consultation shares: finding it, the way back, its pages side by side."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, go_on_from
from jichi.city.workbench import Crumb, show
from jichi.consultations.actions import LOOK
from jichi.consultations.addresses import staff_url
from jichi.consultations.models import Consultation
from jichi.consultations.queries.consultations import consultation_for
from jichi.ui.content import translated
from jichi.ui.numbers import format_number
from jichi.voices.actions import READ
from jichi.voices.models import Desk


def consultation_to(request: ViewedRequest, pk: uuid.UUID, key: str = LOOK) -> Consultation:
    """The row, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    row = consultation_for(request.viewer, pk)
    request.viewer.require(key, row)
    return row


def crumbs() -> list[Crumb]:
    """The way to all consultations."""
    return [{"title": _("Public comment"), "url": reverse("staff-consultations")}]


def below(row: Consultation) -> list[Crumb]:
    """The way to a page below that of one consultation."""
    return [*crumbs(), {"title": str(translated(row, "title")), "url": staff_url(row)}]


def tabs_of(viewer: Viewer, row: Consultation, current: str) -> list[dict[str, Any]]:
    """The pages of one consultation, as links that stand on each of them."""
    pages = [
        ("staff-consultation", _("Where it stands")),
        ("staff-consultation-facts", _("Facts and texts")),
    ]
    if row.desk is not None and viewer.can(READ, row.desk):
        pages += [
            ("staff-consultation-texts", _("Masks")),
            ("staff-consultation-sets", _("Sets")),
            ("staff-consultation-topics", _("Topics")),
            ("staff-consultation-dispositions", _("Dispositions")),
            ("staff-consultation-result", pgettext("consultation", "Result")),
        ]
    if row.published_at is not None:
        pages.insert(
            -1 if len(pages) > 2 else len(pages), ("staff-consultation-changes", _("Draft and final"))
        )
    return [
        {"title": title, "url": reverse(name, args=[row.pk]), "current": name == current}
        for name, title in pages
    ]


def page(
    request: ViewedRequest,
    row: Consultation,
    template: str,
    current: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    within: list[Crumb] | None = None,
) -> HttpResponse:
    """One page of the workbench of a consultation, with the links to its others."""
    whole = {"row": row, "tabs": tabs_of(request.viewer, row, current), **context}
    where = [*crumbs()] if current == "staff-consultation" else below(row)
    return show(
        request, f"consultations/staff/{template}", whole, crumbs=[*where, *(within or [])], status=status
    )


def act_on(
    request: ViewedRequest,
    row: Consultation,
    form: forms.Form,
    *,
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], object],
    done: str,
    lead: str = "",
    danger: bool = False,
    back: str = "",
) -> HttpResponse:
    """The page of one act on one consultation, with what somebody else changed meanwhile."""
    return ask(
        request,
        form,
        title=title,
        button=button,
        back=back or staff_url(row),
        do=do,
        done=done,
        lead=lead or str(translated(row, "title")),
        danger=danger,
        crumbs=below(row),
        conflict=lambda current: seen_again(form, current),
    )


def seen_again(form: forms.Form, current: Any) -> list[tuple[str, str, str]]:
    """Let the form go on from the row as it stands now."""
    if hasattr(current, "version"):
        go_on_from(form, version=str(current.version))
    return []


def desk_of(request: ViewedRequest, row: Consultation, key: str = READ) -> Desk:
    """The desk, for who may do ``key`` at it. Raises DoesNotExist, NotAllowed."""
    if row.desk is None:
        raise Desk.DoesNotExist
    request.viewer.require(key, row.desk)
    return row.desk


def number(text: str) -> int:
    """A number of an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def acted(request: ViewedRequest, to: str, do: Any, done: str) -> HttpResponse:
    """Do one act of a small form; what objects is said on the page one comes back to."""
    try:
        do()
    except Invalid as error:
        for sentences in error.messages.values():
            for sentence in sentences:
                messages.error(request, sentence)
    except Conflict:
        messages.warning(
            request, _("Somebody else was faster. It is shown as it stands now; nothing of yours was saved.")
        )
    else:
        messages.success(request, done)
    return redirect(to)


def sent(size: int) -> str:
    """How often a text was sent, as a sentence."""
    text = ngettext("Sent %(count)s time.", "Sent %(count)s times.", size)
    return text % {"count": format_number(size)}


def only_posted(request: ViewedRequest) -> HttpResponse | None:
    """The refusal of an act that was not sent by its form; said after it is clear that she may do it."""
    return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])
