"""What every page that asks for one act has in common: a form, objections, and somebody else's change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing but the button; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def go_on_from(form: forms.Form, **seen: str) -> None:
    """Let the form, shown again after somebody else's change, start from the row as it stands now."""
    data = dict(form.data.items())
    form.data = {**data, **seen}


def ask(
    request: ViewedRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    back: str,
    do: Callable[[dict[str, Any]], object],
    done: str = "",
    lead: str = "",
    danger: bool = False,
    crumbs: list[dict[str, str]] | None = None,
    conflict: Callable[[Any], list[tuple[str, str, str]]] | None = None,
    template: str = "city/act.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form in the workbench below ``crumbs``, or do the act and go ``back``.

    Objections return the form with what was typed (422). After somebody else's change the form comes back
    with
    ``conflict(current)``: rows of what, how it stands now, what one had chosen (409). An act may itself
    return the response to give. ``template`` extends the page of an act, with ``more`` in its context.
    """
    status, differences = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = do(form.cleaned_data)
            except Invalid as error:
                take_objections(form, error)
            except Conflict as error:
                status = 409
                differences = conflict(error.current) if conflict is not None else []
            else:
                if done:
                    messages.success(request, done)
                return answer if isinstance(answer, HttpResponse) else HttpResponseRedirect(back)
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "back": back,
        "danger": danger,
        "differences": differences,
        **(more or {}),
    }
    return show(request, template, context, crumbs=crumbs or [], status=status)
