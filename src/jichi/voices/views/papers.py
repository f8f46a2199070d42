"""Paper and telephone: the slip at the counter, the letter, and what to say when somebody calls."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.methods import receipts
from jichi.office.queries import standing_of
from jichi.ui.content import translated
from jichi.ui.numbers import format_date
from jichi.voices import queries, services
from jichi.voices.actions import CONTACT, READ
from jichi.voices.letters import letter_pdf
from jichi.voices.models import Reply, Voice
from jichi.voices.numbers import number_of
from jichi.voices.slips import Slip, slip_pdf
from jichi.voices.status_words import facts_of, heading_of, next_steps
from jichi.voices.words import desk_title

from .frame import below, voice_to

SCRIPTS = ("ja", "en")
"""Languages in which the script for the telephone stands ready."""


@require_safe
def slip(request: ViewedRequest, pk: int) -> HttpResponse:
    """The receipt slip, in the language of the voice where the site has it."""
    row = voice_to(request, pk, READ)
    status = queries.status_of(number_of(row))
    with translation.override(_language(row)):
        facts = [(one["term"], one["value"]) for one in facts_of(status)]
        made = Slip(number=number_of(row), facts=facts, steps=next_steps(status))
        return _pdf(slip_pdf(made, large="large" in request.GET), "slip.pdf")


def letter(request: ViewedRequest, pk: int, reply: uuid.UUID) -> HttpResponse:
    """A sent reply as a letter; that opens the contact, which is kept in the trail."""
    row = voice_to(request, pk, CONTACT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    answer = queries.reply_for(request.viewer, reply)
    if answer.sent_at is None or not queries.letters_of(request.viewer, answer).filter(pk=row.pk).exists():
        raise Http404
    contact = services.contact_of(viewer=request.viewer, voice=row)
    with translation.override(answer.language):
        content = letter_pdf(
            contact=contact,
            number=receipts.grouped(number_of(row)),
            day=format_date(timezone.localtime(answer.sent_at).date()),
            sender=[str(translated(row.department, "name"))],
            about=desk_title(row.desk),
            text=answer.text,
            document=_document(answer),
            language=answer.language,
            large="large" in request.POST,
        )
    return _pdf(content, "letter.pdf")


@require_safe
def script(request: ViewedRequest, pk: int) -> HttpResponse:
    """What to say on the telephone to somebody who has read out her number."""
    row = voice_to(request, pk, READ)
    number = number_of(row)
    context: dict[str, Any] = {
        "title": _("Say the state by telephone"),
        "lead": _(
            "Ask for the number, repeat it group by group, then say what stands below. Nothing else is said."
        ),
        "scripts": [_said(number, language) for language in SCRIPTS],
        "number": receipts.grouped(number),
    }
    return show(request, "voices/staff/script.html", context, crumbs=below(row))


def _said(number: str, language: str) -> dict[str, Any]:
    with translation.override(language):
        status = queries.status_of(number)
        assert status is not None
        return {
            "language": language,
            "groups": receipts.spoken(number, language),
            "heading": heading_of(status),
            "facts": [(one["term"], one["value"]) for one in facts_of(status)],
            "replies": [text for _at, text in status.replies],
            "next": [] if status.end else next_steps(status),
        }


def _document(answer: Reply) -> str:
    approval = standing_of(answer.context)
    if approval is None or not approval.document_number or approval.document_date is None:
        return ""
    return f"{approval.document_number} ({format_date(approval.document_date)})"


def _language(row: Voice) -> str:
    return row.language if row.language in ("ja", "en", "ja-simple") else "ja"


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
