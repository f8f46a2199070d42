"""The staff's addresses of voices: their acts, and their entries in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

from . import actions

_STAFF = {
    "staff-voices": actions.LIST,
    "staff-voices-look-up": actions.LOOK_UP,
    "staff-voice-enter": actions.ENTER,
    "staff-voices-import": actions.IMPORT,
    "staff-voices-batch": actions.IMPORT,
    "staff-desks": actions.PROVE,
    "staff-desk": actions.PROVE,
    "staff-templates": actions.TEMPLATE,
    "staff-template-new": actions.TEMPLATE,
    "staff-template": actions.TEMPLATE,
    "staff-translations": actions.TRANSLATE,
    "staff-translation": actions.TRANSLATE,
    "staff-disclosures": actions.HAND_OVER,
    "staff-disclosures-hand-over": actions.HAND_OVER,
    "staff-set-reply": actions.REPLY,
    "staff-reply": actions.READ,
    "staff-reply-edit": actions.REPLY,
    "staff-reply-put-up": actions.REPLY,
    "staff-reply-send": actions.SEND,
    "staff-reply-withdraw": actions.REPLY,
    "staff-voice": actions.LIST,
    "staff-voice-file": actions.READ,
    "staff-voice-letter": actions.CONTACT,
    "staff-voice-contact": actions.CONTACT,
    "staff-voice-check": actions.CHECK,
    "staff-voice-pass-on": actions.PASS_ON,
    "staff-voice-note": actions.NOTE,
    "staff-voice-due": actions.DUE,
    "staff-voice-end": actions.END,
    "staff-voice-reopen": actions.REOPEN,
    "staff-voice-seal": actions.SEAL,
    "staff-voice-effect": actions.EFFECT,
    "staff-voice-translate": actions.ASK_TRANSLATION,
    "staff-voice-reply": actions.REPLY,
    "staff-voice-parts": actions.SPLIT,
    "staff-voice-slip": actions.READ,
    "staff-voice-script": actions.READ,
}

ROUTES_STAFF: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.INNER, action=action) for name, action in _STAFF.items()
)

PAGES_STAFF: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Voices"),
        route="staff-voices",
        order=300,
        zone=Zone.INNER,
        action=actions.LIST,
    ),
    Page(
        title=gettext_noop("Translations"),
        route="staff-translations",
        order=320,
        zone=Zone.INNER,
        action=actions.TRANSLATE,
    ),
)
