"""What the staff pages of undertakings share: finding the row, the way back, others' changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, go_on_from
from jichi.city.workbench import Crumb
from jichi.undertakings.cards import staff_url
from jichi.undertakings.models import Undertaking
from jichi.undertakings.queries import undertaking_for
from jichi.undertakings.words import mark_of, plain_title_of, reference_of


def undertaking_to(request: ViewedRequest, pk: uuid.UUID, key: str) -> Undertaking:
    """The row, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    row = undertaking_for(request.viewer, pk)
    request.viewer.require(key, row)
    return row


def crumbs() -> list[Crumb]:
    """The way to all undertakings."""
    return [{"title": _("Undertakings"), "url": reverse("staff-undertakings")}]


def below(row: Undertaking) -> list[Crumb]:
    """The way to a page below that of one undertaking."""
    return [*crumbs(), {"title": reference_of(row), "url": staff_url(row)}]


def act_on(
    request: ViewedRequest,
    row: Undertaking,
    form: forms.Form,
    *,
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], object],
    done: str,
    lead: str = "",
    danger: bool = False,
) -> HttpResponse:
    """The page of one act on one undertaking, with what somebody else changed meanwhile."""
    return ask(
        request,
        form,
        title=title,
        button=button,
        back=staff_url(row),
        do=do,
        done=done,
        lead=lead or f"{reference_of(row)} {plain_title_of(row)}",
        danger=danger,
        crumbs=below(row),
        conflict=lambda current: _changed(form, current),
    )


_SHOWN = {"answer_draft": "text", "due_on": "due_on", "adoption_reason": "reason", "summary": "summary"}


def _changed(form: forms.Form, current: Undertaking) -> list[tuple[str, str, str]]:
    """How the row stands now beside what was typed; the form goes on from there."""
    go_on_from(form, version=str(current.version))
    today = timezone.localdate()
    rows = [(_("State"), mark_of(current, today).word, "")]
    titles = {
        "answer_draft": _("Answer as drafted"),
        "due_on": _("Answer by"),
        "adoption_reason": _("Why, or why not"),
        "summary": _("In one sentence"),
    }
    for name, field in _SHOWN.items():
        if field in form.fields:
            now = getattr(current, name)
            rows.append((titles[name], str(now or "–"), str(form.data.get(field) or "–")))
    return rows
