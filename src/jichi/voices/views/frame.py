"""What the staff pages of voices share: finding the row, the way back, others' changes."""

from __future__ import annotations

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
from jichi.ui.content import translated
from jichi.ui.numbers import format_date
from jichi.voices import queries
from jichi.voices.duties import title_of, voice_url
from jichi.voices.models import Voice
from jichi.voices.words import mark_of


def voice_to(request: ViewedRequest, pk: int, key: str) -> Voice:
    """The row, for somebody who may do ``key`` to it. Raises DoesNotExist, NotAllowed: both are 404."""
    row = queries.voice_for(request.viewer, pk)
    request.viewer.require(key, row)
    return row


def crumbs() -> list[Crumb]:
    """The way to the inbox."""
    return [{"title": _("Voices"), "url": reverse("staff-voices")}]


def below(row: Voice) -> list[Crumb]:
    """The way to a page below that of one voice."""
    return [*crumbs(), {"title": title_of(row), "url": voice_url(row)}]


def act_on(
    request: ViewedRequest,
    row: Voice,
    form: forms.Form,
    *,
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], object],
    done: str,
    lead: str = "",
    danger: bool = False,
    back: str = "",
    template: str = "city/act.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of one act on one voice, with what somebody else changed meanwhile."""
    return ask(
        request,
        form,
        title=title,
        button=button,
        back=back or voice_url(row),
        do=do,
        done=done,
        lead=lead or title_of(row),
        danger=danger,
        crumbs=below(row),
        conflict=lambda current: changed(form, current),
        template=template,
        more=more,
    )


def changed(form: forms.Form, current: Any) -> list[tuple[str, str, str]]:
    """How the row stands now; the form goes on from there."""
    go_on_from(form, version=str(current.version))
    if not isinstance(current, Voice):
        return []
    day = format_date(current.due_on) if current.due_on else "–"
    return [
        (_("State"), mark_of(current, timezone.localdate()).word, ""),
        (_("Office"), str(translated(current.department, "name")), ""),
        (_("Reply by"), day, ""),
    ]
