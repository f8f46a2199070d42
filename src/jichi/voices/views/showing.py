"""All of one voice for the office that owns it: what was said, where it stands, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city import attachments as files
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.methods.receipts import grouped
from jichi.office.queries import standing_of
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_date
from jichi.voices import actions, queries, services
from jichi.voices.enums import EffectKind, EndKind, EventKind
from jichi.voices.models import Original, Reply, Voice, VoiceEvent
from jichi.voices.numbers import number_of
from jichi.voices.words import desk_title, field_word, language_word, late_words, mark_of, moment

from .frame import crumbs, voice_to

FOLDED = 1500
"""Characters of an original that are shown at once; the rest unfolds."""
BESIDE = 3
"""Acts that stand open on the page; the others unfold."""


@dataclass(frozen=True, slots=True)
class Acts:
    """Links to acts, the next step first; ``more`` are folded; ``papers`` are what one prints or says."""

    open: list[dict[str, str]]
    more: list[dict[str, str]]
    papers: list[dict[str, str]]


@require_safe
def voice(request: ViewedRequest, pk: int) -> HttpResponse:
    """One voice; its contact stays closed until it is asked for."""
    return shown(request, voice_to(request, pk, actions.LIST))


def contact(request: ViewedRequest, pk: int) -> HttpResponse:
    """The same with the contact opened, which is kept in the trail. A POST, so that no link opens it."""
    row = voice_to(request, pk, actions.CONTACT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return shown(request, row, services.contact_of(viewer=request.viewer, voice=row))


@require_safe
def attachment(request: ViewedRequest, pk: int, file: int) -> HttpResponse | FileResponse:
    """A file that was sent, always as a download and never shown inside a page."""
    row = queries.attachment_for(request.viewer, pk, file)
    try:
        content = files.read(row.key)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = "".join(one if one.isascii() and (one.isalnum() or one in ".-_") else "_" for one in row.name)
    answer["Content-Disposition"] = f'attachment; filename="{name or "file"}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def shown(request: ViewedRequest, row: Voice, opened: dict[str, str] | None = None) -> HttpResponse:
    """The page of one voice, with its contact where it was opened."""
    viewer, today = request.viewer, timezone.localdate()
    reads = viewer.can(actions.READ, row)
    original = queries.original_for(viewer, row) if reads else None
    context = {
        "title": grouped(number_of(row)),
        "lead": desk_title(row.desk),
        "row": row,
        "mark": mark_of(row, today),
        "facts": facts_of(row),
        "original": original,
        **said_of(original),
        "text_lang": html_lang(row.language),
        **parts_of(request, row),
        "attachments": queries.attachments_of(viewer, row),
        "contact": contact_rows(opened),
        "may_contact": row.has_contact and opened is None and viewer.can(actions.CONTACT, row),
        "acts": acts_of(request, row),
        "reply": reply_of(request, row),
        "effects": [
            {
                "kind": str(EffectKind(one.kind).label),
                "text": one.text,
                "about": one.about,
                "at": moment(one.at),
            }
            for one in queries.effects_of(viewer, row)
        ],
        "events": [event_of(one) for one in queries.events_of(viewer, row)],
        "translations": [
            {
                "row": one,
                "language": language_word(one.to_language),
                "lang": html_lang(one.to_language),
                "how": one.get_how_display(),
            }
            for one in queries.translations_of(viewer, row)
            if one.text
        ],
    }
    return show(request, "voices/staff/voice.html", context, crumbs=crumbs())


def said_of(original: Original | None) -> dict[str, Any]:
    """What was said: its beginning, the rest, and the other fields by their names."""
    if original is None or original.destroyed_at is not None:
        return {"head": "", "rest": "", "fields": []}
    text = original.text
    at = len(text)
    if at > FOLDED:
        after_sentence = max(text.rfind("\n", 0, FOLDED), text.rfind("。", 0, FOLDED)) + 1
        at = after_sentence if after_sentence > FOLDED // 2 else FOLDED
    fields = [(field_word(key), value) for key, value in original.fields.items()]
    return {"head": text[:at], "rest": text[at:], "fields": fields}


def said(request: ViewedRequest, row: Voice) -> dict[str, Any]:
    """What was said, for a page of an act beside it; empty for who may not read it."""
    original = queries.original_for(request.viewer, row) if request.viewer.can(actions.READ, row) else None
    return {**said_of(original), "text_lang": html_lang(row.language)}


def parts_of(request: ViewedRequest, row: Voice) -> dict[str, Any]:
    """The groups its opinions are in, and whether any of its texts is harsh to read."""
    parts = [one for one in queries.parts_of(request.viewer, row) if one.opinion.wording is not None]
    groups = {
        one.opinion.wording.set.pk: one.opinion.wording.set
        for one in parts
        if one.opinion.wording is not None and one.opinion.wording.set is not None
    }
    found = [
        {
            "count": group.submissions,
            "url": reverse("staff-set-reply", args=[group.pk])
            if group.submissions > 1 and request.viewer.can(actions.REPLY, row.desk)
            else "",
        }
        for group in groups.values()
        if group.submissions > 1
    ]
    harsh = any(one.opinion.wording is not None and one.opinion.wording.is_harsh for one in parts)
    return {"groups": found, "is_harsh": harsh}


def facts_of(row: Voice) -> list[tuple[str, str]]:
    """How it was received and whose it is."""
    facts = [
        (_("Received"), moment(row.received_at)),
        (_("How it came"), str(row.get_channel_display())),
        (_("Language of the voice"), language_word(row.language)),
        (_("Office"), str(translated(row.department, "name"))),
        (_("Wish for a reply"), _("wanted") if row.wants_reply else _("not wanted")),
        (
            _("Consent to show the masked text"),
            _("given") if row.may_publish else _("refused; it still counts"),
        ),
    ]
    if row.due_on:
        facts.append((_("Reply by"), format_date(row.due_on)))
    if row.is_late:
        facts.append((_("Counted apart"), late_words(row)))
    if row.is_suspect:
        facts.append(
            (_("To be looked at"), _("It may have been sent by a machine. It counts like any other."))
        )
    if row.end_reason:
        facts.append((_("Reason of the end"), row.end_reason))
    return facts


def contact_rows(opened: dict[str, str] | None) -> list[tuple[str, str]]:
    """The opened contact with the names of its parts."""
    titles = {
        "name": _("Name"),
        "organisation": _("Organisation"),
        "postal_code": _("Postal code"),
        "address": _("Postal address"),
        "email": _("Mail address"),
        "phone": _("Telephone"),
    }
    return [(titles.get(key, key), value) for key, value in (opened or {}).items() if value]


def event_of(event: VoiceEvent) -> dict[str, Any]:
    """One event as a step with its day, office and words."""
    kind = str(EventKind(event.kind).label)
    if end := event.facts.get("end"):
        kind = f"{kind} – {EndKind(end).label}" if end in EndKind.values else kind
    offices = [str(translated(one, "name")) for one in (event.office, event.to_office) if one is not None]
    return {"title": kind, "date": moment(event.at), "text": event.text, "office": " → ".join(offices)}


def reply_of(request: ViewedRequest, row: Voice) -> list[dict[str, Any]]:
    """The replies, each with where its approval stands and what can be done with it."""
    return [
        reply_card(request, reply)
        for reply in queries.replies_of(request.viewer, row)
        if reply.withdrawn_at is None
    ]


def reply_card(request: ViewedRequest, reply: Reply) -> dict[str, Any]:
    """One reply in short."""
    approval = standing_of(reply.context)
    return {
        "row": reply,
        "url": reverse("staff-reply", args=[reply.pk]),
        "state": _("sent on %(day)s") % {"day": moment(reply.sent_at)}
        if reply.sent_at
        else (str(approval.get_state_display()) if approval is not None else _("drafted")),
        "approval_url": reverse("staff-approval", args=[approval.pk]) if approval is not None else "",
        "lang": html_lang(reply.language),
        "mark": "met" if reply.sent_at else ("between" if approval is not None else "not_loaded"),
        "is_sent": reply.sent_at is not None,
    }


def acts_of(request: ViewedRequest, row: Voice) -> Acts:
    """What the viewer may do now: the next step, the common ones beside it, the rest folded."""
    viewer, is_open = request.viewer, queries.is_open(row)
    draft = next(
        (one for one in queries.replies_of(viewer, row) if one.sent_at is None and one.withdrawn_at is None),
        None,
    )
    waits = row.entered_by is not None and row.checked_at is None and row.entered_by != viewer.actor
    possible = [
        ("check", actions.CHECK, is_open and waits, _("Check the entry")),
        ("reply", actions.REPLY, is_open and draft is None, _("Draft a reply")),
        ("end", actions.END, is_open, _("End it")),
        ("pass-on", actions.PASS_ON, is_open, _("Pass on")),
        ("note", actions.NOTE, True, _("Make a note")),
        ("due", actions.DUE, is_open, _("Change the day")),
        ("parts", actions.SPLIT, is_open, _("Divide into opinions")),
        ("effect", actions.EFFECT, True, _("Enter what it changed")),
        (
            "translate",
            actions.ASK_TRANSLATION,
            row.language not in ("ja", "ja-simple"),
            _("Ask for a translation"),
        ),
        ("reopen", actions.REOPEN, bool(row.end), _("Take up again")),
        ("seal", actions.SEAL, True, _("Seal a disclosure")),
    ]
    found = [
        {"title": title, "url": reverse(f"staff-voice-{name}", args=[row.pk])}
        for name, key, now, title in possible
        if now and viewer.can(key, row)
    ]
    if draft is not None and is_open and viewer.can(actions.REPLY, draft):
        found.insert(0, {"title": _("Go on with the reply"), "url": reverse("staff-reply", args=[draft.pk])})
    return Acts(found[:BESIDE], found[BESIDE:], _papers(request, row))


def _papers(request: ViewedRequest, row: Voice) -> list[dict[str, str]]:
    if not request.viewer.can(actions.READ, row):
        return []
    slip = reverse("staff-voice-slip", args=[row.pk])
    return [
        {"title": _("Receipt slip (PDF)"), "url": slip},
        {"title": _("Receipt slip in large print (PDF)"), "url": f"{slip}?large"},
        {"title": _("What to say on the telephone"), "url": reverse("staff-voice-script", args=[row.pk])},
    ]
