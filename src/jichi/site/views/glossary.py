"""The words of the plan and of the administration in plain words, with an anchor each."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.site.models import GlossaryTerm
from jichi.site.queries import glossary_for
from jichi.ui.content import translated
from jichi.ui.languages import is_japanese

ROWS = (
    "あいうえお",
    "かきくけこ",
    "さしすせそ",
    "たちつてと",
    "なにぬねの",
    "はひふへほ",
    "まみむめも",
    "やゆよ",
    "らりるれろ",
    "わをん",
)
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


def initial_of(term: GlossaryTerm, *, japanese: bool) -> str:
    """The heading a term stands under: the first kana of its row (か for が), or its first letter."""
    if not japanese:
        first = str(translated(term, "term"))[:1].upper()
        return first if first.isascii() and first.isalpha() else "…"
    kana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in (term.reading or term.term))
    plain = unicodedata.normalize("NFD", kana)[:1].translate(_SMALL)
    return next((row[0] for row in ROWS if plain in row), "…") if plain else "…"


def glossary(request: ViewedRequest) -> HttpResponse:
    """All terms, grouped by their first sound or letter."""
    japanese = is_japanese(get_language() or "ja")
    terms = list(glossary_for(request.viewer))
    if not japanese:
        terms.sort(key=lambda term: str(translated(term, "term")).lower())
    known = {term.key: term for term in terms}
    groups: dict[str, list[dict[str, Any]]] = {}
    for term in terms:
        see = [known[key] for key in term.see if key in known]
        groups.setdefault(initial_of(term, japanese=japanese), []).append({"row": term, "see": see})
    context = {
        "groups": [{"initial": key, "terms": rows} for key, rows in groups.items()],
        "total": len(terms),
        "japanese": japanese,
        "crumbs": [{"title": _("Home"), "url": reverse("home")}, {"title": _("Glossary")}],
    }
    return render(request, "site/glossary.html", context)
