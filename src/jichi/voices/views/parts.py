"""How one submission falls into opinions, and its correction: cut, join, tell a frame from an opinion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict, Invalid
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.methods.receipts import grouped
from jichi.methods.splitting import Part
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_number
from jichi.voices.actions import SPLIT
from jichi.voices.models import Voice
from jichi.voices.numbers import number_of
from jichi.voices.queries.sets import PartRow, parts_of
from jichi.voices.services.correcting import divide

from .frame import below, voice_to

Places = list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: ViewedRequest, pk: int) -> HttpResponse:
    """The submission as it is divided; each part has its small forms, and together they stay the original."""
    row = voice_to(request, pk, SPLIT)
    rows = parts_of(request.viewer, row)
    typed, wrong, status = "", "", 200
    at = _number(request.POST.get("part", ""))
    if request.method == "POST":
        try:
            if not _same(row, rows, request.POST.get("version", "")):
                raise Conflict(row)
            wanted, places = _changed(rows, at, request.POST.get("act", ""), request.POST.get("words", ""))
            divide(viewer=request.viewer, voice_id=row.pk, version=row.version, parts=wanted, anchors=places)
        except Invalid as error:
            wrong = " ".join(one for sentences in error.messages.values() for one in sentences)
            typed, status = request.POST.get("words", "")[:200], 422
        except Conflict:
            messages.warning(
                request,
                _("Somebody else was faster. It is shown as it stands now; nothing of yours was saved."),
            )
            return redirect("staff-voice-parts", row.pk)
        else:
            messages.success(request, _("It is divided so; nothing of the text is lost."))
            return redirect("staff-voice-parts", row.pk)
    context = {
        "title": _("How does this fall into opinions?"),
        "lead": _lead(rows),
        "row": row,
        "number": grouped(number_of(row)),
        "parts": [_shown(one, place, len(rows)) for place, one in enumerate(rows)],
        "text_lang": html_lang(row.language),
        "wrong": wrong,
        "wrong_at": at,
        "typed": typed,
    }
    return show(request, "voices/staff/parts.html", context, crumbs=below(row), status=status)


def _lead(rows: list[PartRow]) -> str:
    count = sum(1 for one in rows if one.is_opinion)
    text = ngettext("%(count)s opinion is counted.", "%(count)s opinions are counted.", count)
    return text % {"count": format_number(count)}


def _shown(one: PartRow, place: int, count: int) -> dict[str, Any]:
    return {
        "at": place,
        "text": one.text,
        "is_opinion": one.is_opinion,
        "anchor": one.opinion.anchor,
        "has_next": place + 1 < count,
        "set": one.opinion.wording.set if one.opinion.wording is not None else None,
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _same(row: Voice, rows: list[PartRow], version: str) -> bool:
    return version == str(row.version) and bool(rows)


def _changed(rows: list[PartRow], at: int, act: str, words: str) -> tuple[list[Part], Places]:
    """The parts after one correction of the part ``at``, each with its place in the draft.

    Raises:
        Invalid: for words that do not stand within the part, or a correction that is none.
    """
    found = [Part(one.opinion.start, one.opinion.end, one.is_opinion) for one in rows]
    places = [(one.opinion.anchor, one.opinion.question) for one in rows]
    if not 0 <= at < len(found):
        raise Invalid({"parts": [_("This part is not there any more.")]})
    this = found[at]
    if act == "kind":
        found[at] = Part(this.start, this.end, not this.is_opinion)
    elif act == "join" and at + 1 < len(found):
        following = found.pop(at + 1)
        places[at] = places[at] if any(places[at]) else places[at + 1]
        places.pop(at + 1)
        found[at] = Part(this.start, following.end, this.is_opinion or following.is_opinion)
    elif act == "cut":
        cut = this.start + _before(rows[at].text, words)
        found[at : at + 1] = [Part(this.start, cut, this.is_opinion), Part(cut, this.end, this.is_opinion)]
        places.insert(at, places[at])
    else:
        raise Invalid({"parts": [_("Choose what is to be done with this part.")]})
    return found, places


def _before(text: str, words: str) -> int:
    wanted = words.replace("\r\n", "\n").strip()
    place = text.find(wanted, 1) if wanted else -1
    if place <= 0:
        raise Invalid({"parts": [_("These words do not stand inside this part. Copy them from it.")]})
    return place
