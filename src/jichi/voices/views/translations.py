"""The translators' queue, and what waits to be carried to the casework installation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import show
from jichi.ui.languages import html_lang
from jichi.voices import queries, services
from jichi.voices.actions import HAND_OVER, TRANSLATE
from jichi.voices.forms import TranslateForm
from jichi.voices.models import Translation
from jichi.voices.words import language_word, moment

from .frame import changed


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Translations"), "url": reverse("staff-translations")}]


@require_safe
def translations(request: ViewedRequest) -> HttpResponse:
    """What waits for a translator, the longest waiting first."""
    request.viewer.require(TRANSLATE)
    rows = queries.translations_waiting_for(request.viewer)
    context = {
        "title": _("Translations"),
        "lead": _("What somebody said into Japanese, and the city's reply back into her language."),
        "rows": [
            {
                "url": reverse("staff-translation", args=[one.pk]),
                "pair": f"{language_word(one.from_language)} → {language_word(one.to_language)}",
                "what": _("what was said") if one.voice_id else _("a reply"),
                "asked": moment(one.asked_at),
            }
            for one in rows[:200]
        ],
    }
    return show(request, "voices/staff/translations.html", context, crumbs=[])


@require_http_methods(["GET", "HEAD", "POST"])
def translation(request: ViewedRequest, pk: int) -> HttpResponse:
    """Translate one text: the source above, the translation below."""
    row = queries.translation_for(request.viewer, pk)
    request.viewer.require(TRANSLATE, row)
    form = TranslateForm(posted(request), initial={"version": row.version})
    source = queries.source_of(request.viewer, row)

    def do(data: dict[str, Any]) -> object:
        return services.make_translation(
            viewer=request.viewer,
            translation_id=row.pk,
            version=data["version"],
            text=data["text"],
            how=data["how"],
        )

    return ask(
        request,
        form,
        title=_title(row),
        lead=_("Translate the sense and the tone. What stands in it stays with the staff."),
        template="voices/staff/beside.html",
        more={"head": source, "text_lang": html_lang(row.from_language)},
        button=_("Keep the translation"),
        back=reverse("staff-translations"),
        crumbs=_crumbs(),
        conflict=lambda now: changed(form, now),
        do=do,
        done=_("The translation is kept, with how it was made."),
    )


def _title(row: Translation) -> str:
    return _("Translate from %(one)s into %(other)s") % {
        "one": language_word(row.from_language),
        "other": language_word(row.to_language),
    }


@require_safe
def disclosures(request: ViewedRequest) -> HttpResponse:
    """How many sealed files wait, and how they are carried; what is in them nobody sees here."""
    request.viewer.require(HAND_OVER)
    rows = list(queries.disclosures_for(request.viewer))
    context = {
        "title": _("Files to carry to the casework installation"),
        "lead": _("They are encrypted for that installation; nothing here can open them."),
        "count": len(rows),
        "urgent": sum(row.is_urgent for row in rows),
        "oldest": moment(min((row.sealed_at for row in rows), default=None)),
    }
    return show(request, "voices/staff/disclosures.html", context, crumbs=[])


@require_POST
def hand_over(request: ViewedRequest) -> HttpResponse:
    """Give out all that waits as one file."""
    request.viewer.require(HAND_OVER)
    ids = [row.pk for row in queries.disclosures_for(request.viewer)]
    content = services.hand_over(viewer=request.viewer, voice_ids=ids)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = 'attachment; filename="jichi-disclosures.zip"'
    answer["Cache-Control"] = "no-store"
    return answer
