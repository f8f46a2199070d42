"""The staff's addresses of voices."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import acts, entering, inbox, papers, parts, replies, showing, translations

_ACTS = {
    "check": acts.check,
    "pass-on": acts.pass_on,
    "note": acts.note,
    "due": acts.due,
    "end": acts.end,
    "reopen": acts.reopen,
    "seal": acts.seal,
    "effect": acts.effect,
    "translate": acts.translate,
    "reply": replies.draft,
    "contact": showing.contact,
    "parts": parts.parts,
    "slip": papers.slip,
    "script": papers.script,
}
_OF_A_REPLY = {
    "edit": replies.edit,
    "put-up": replies.put_up,
    "send": replies.send,
    "withdraw": replies.withdraw,
}

patterns: list[URLPattern] = [
    path("staff/voices/", inbox.inbox, name="staff-voices"),
    path("staff/voices/look-up/", inbox.look_up, name="staff-voices-look-up"),
    path("staff/voices/enter/", entering.enter, name="staff-voice-enter"),
    path("staff/voices/import/", entering.bring, name="staff-voices-import"),
    path("staff/voices/import/<int:pk>/", entering.batch, name="staff-voices-batch"),
    path("staff/voices/desks/", inbox.desks, name="staff-desks"),
    path("staff/voices/desks/<slug:key>/", inbox.desk, name="staff-desk"),
    path("staff/voices/templates/", replies.templates, name="staff-templates"),
    path("staff/voices/templates/new/", replies.template, name="staff-template-new"),
    path("staff/voices/templates/<int:pk>/", replies.template, name="staff-template"),
    path("staff/voices/translations/", translations.translations, name="staff-translations"),
    path("staff/voices/translations/<int:pk>/", translations.translation, name="staff-translation"),
    path("staff/voices/disclosures/", translations.disclosures, name="staff-disclosures"),
    path("staff/voices/disclosures/hand-over/", translations.hand_over, name="staff-disclosures-hand-over"),
    path("staff/voices/sets/<int:pk>/reply/", replies.draft_to_set, name="staff-set-reply"),
    path("staff/voices/replies/<uuid:pk>/", replies.reply, name="staff-reply"),
    *(
        path(f"staff/voices/replies/<uuid:pk>/{name}/", view, name=f"staff-reply-{name}")
        for name, view in _OF_A_REPLY.items()
    ),
    path("staff/voices/<int:pk>/", showing.voice, name="staff-voice"),
    path("staff/voices/<int:pk>/files/<int:file>/", showing.attachment, name="staff-voice-file"),
    path("staff/voices/<int:pk>/letter/<uuid:reply>/", papers.letter, name="staff-voice-letter"),
    *(
        path(f"staff/voices/<int:pk>/{name}/", view, name=f"staff-voice-{name}")
        for name, view in _ACTS.items()
    ),
]
