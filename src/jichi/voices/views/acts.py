"""The acts on one voice, each a small page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city import keys
from jichi.city.errors import Invalid, JichiError
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.voices import actions, services
from jichi.voices.forms import (
    DueForm,
    EffectForm,
    EndForm,
    NoteForm,
    PassOnForm,
    ReasonForm,
    SealForm,
    SeenForm,
    seen,
)

from .frame import act_on, voice_to
from .showing import said

any_method = require_http_methods(["GET", "HEAD", "POST"])


@any_method
def check(request: ViewedRequest, pk: int) -> HttpResponse:
    """A second person confirms that what was typed is what was said."""
    row = voice_to(request, pk, actions.CHECK)

    def do(data: dict[str, Any]) -> object:
        return services.check_entry(viewer=request.viewer, voice_id=row.pk, version=data["version"])

    return act_on(
        request,
        row,
        SeenForm(posted(request), initial=seen(row)),
        title=_("Is the entry what was said?"),
        button=_("The entry is right"),
        do=do,
        done=_("The entry is checked."),
        lead=_("Compare it with the paper. If it is not right, end it with the reason and enter it anew."),
        template="voices/staff/beside.html",
        more=said(request, row),
    )


@any_method
def pass_on(request: ViewedRequest, pk: int) -> HttpResponse:
    """Give the voice to another office; it stays open."""
    row = voice_to(request, pk, actions.PASS_ON)

    def do(data: dict[str, Any]) -> HttpResponse | object:
        return services.pass_on(
            viewer=request.viewer,
            voice_id=row.pk,
            version=data["version"],
            department_id=data["department_id"].pk,
            reason=data["reason"],
        )

    return act_on(
        request,
        row,
        PassOnForm(posted(request), viewer=request.viewer, initial=seen(row)),
        title=_("Which office takes it over?"),
        button=_("Pass on"),
        do=do,
        done=_("It was passed on and stays open."),
        back=reverse("staff-voices"),
    )


@any_method
def note(request: ViewedRequest, pk: int) -> HttpResponse:
    """Keep a note."""
    row = voice_to(request, pk, actions.NOTE)
    return act_on(
        request,
        row,
        NoteForm(posted(request)),
        title=_("Make a note"),
        button=_("Keep the note"),
        do=lambda data: services.note(viewer=request.viewer, voice_id=row.pk, text=data["text"]),
        done=_("The note is kept."),
    )


@any_method
def due(request: ViewedRequest, pk: int) -> HttpResponse:
    """Set another day for the reply."""
    row = voice_to(request, pk, actions.DUE)
    return act_on(
        request,
        row,
        DueForm(posted(request), initial={**seen(row), "due_on": row.due_on}),
        title=_("By which day is it answered?"),
        button=_("Set the day"),
        do=lambda data: services.set_due(
            viewer=request.viewer,
            voice_id=row.pk,
            version=data["version"],
            due_on=data["due_on"],
            reason=data["reason"],
        ),
        done=_("The day is set."),
    )


@any_method
def end(request: ViewedRequest, pk: int) -> HttpResponse:
    """End the voice otherwise than by a reply sent from here."""
    row = voice_to(request, pk, actions.END)
    return act_on(
        request,
        row,
        EndForm(posted(request), initial=seen(row)),
        title=_("How does it end?"),
        button=_("End it"),
        do=lambda data: services.end_voice(
            viewer=request.viewer,
            voice_id=row.pk,
            version=data["version"],
            kind=data["kind"],
            reason=data["reason"],
        ),
        done=_("It is ended and stays counted."),
    )


@any_method
def reopen(request: ViewedRequest, pk: int) -> HttpResponse:
    """Take up again what had ended."""
    row = voice_to(request, pk, actions.REOPEN)
    return act_on(
        request,
        row,
        ReasonForm(posted(request), initial=seen(row)),
        title=_("Why is it taken up again?"),
        button=_("Take up again"),
        do=lambda data: services.reopen(
            viewer=request.viewer, voice_id=row.pk, version=data["version"], reason=data["reason"]
        ),
        done=_("It is open again."),
    )


@any_method
def seal(request: ViewedRequest, pk: int) -> HttpResponse:
    """Seal a disclosure of violence, abuse or a wish to die, in one act."""
    row = voice_to(request, pk, actions.SEAL)
    lead = _(
        "For a disclosure of violence, abuse or a wish to die. What was said, the contact and the files go,"
        " encrypted, to those who may act, and are destroyed here. The voice stays counted; it leaves inbox,"
        " search, groups and mails."
    )
    lacking = _(
        "No casework key is installed, or it is damaged, so nothing can be sealed yet. Tell the system"
        " administrator, and act by telephone meanwhile."
    )

    def do(data: dict[str, Any]) -> object:
        if not _can_seal():
            raise Invalid({"": [lacking]})
        return services.seal(
            viewer=request.viewer, voice_id=row.pk, version=data["version"], is_urgent=data["is_urgent"]
        )

    return act_on(
        request,
        row,
        SealForm(posted(request), initial=seen(row)),
        title=_("Seal this disclosure?"),
        button=_("Seal"),
        do=do,
        done=_("It is sealed and waits to be carried to those who may act."),
        lead=lead if _can_seal() else lacking,
        danger=True,
        back=reverse("staff-voices"),
    )


def _can_seal() -> bool:
    """Whether the casework key is there and whole: who reads of violence must get an answer, no error."""
    try:
        return keys.public_key("casework") is not None
    except JichiError:
        return False


@any_method
def effect(request: ViewedRequest, pk: int) -> HttpResponse:
    """Enter what the voice changed; its sender sees it by the receipt number."""
    row = voice_to(request, pk, actions.EFFECT)
    choices = [one for one in EffectForm.base_fields["kind"].choices if one[0] != "undertaken"]  # type: ignore[attr-defined]
    form = EffectForm(posted(request))
    form.fields["kind"].choices = choices  # type: ignore[attr-defined]
    return act_on(
        request,
        row,
        form,
        title=_("What did it change?"),
        button=_("Enter"),
        do=lambda data: services.enter_effect(viewer=request.viewer, voice_id=row.pk, **data),
        done=_("It is entered; whoever has the receipt number sees it."),
        lead=_("Be honest about what it did not change, and why. It cannot be rewritten afterwards."),
    )


@any_method
def translate(request: ViewedRequest, pk: int) -> HttpResponse:
    """Ask for a translation of what was said."""
    row = voice_to(request, pk, actions.ASK_TRANSLATION)
    return act_on(
        request,
        row,
        SeenForm(posted(request), initial=seen(row)),
        title=_("Ask for a translation into Japanese?"),
        button=_("Ask for it"),
        do=lambda _data: services.ask_translation(viewer=request.viewer, voice_id=row.pk, to_language="ja"),
        done=_("It waits for a translator."),
    )
