"""The search page and the suggestions for what is being typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.methods.bigrams import Piece
from jichi.ui.numbers import format_number

from . import queries, services
from .queries import Hit, Results

MARKED = SafeString("<mark>{}</mark>")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything the public pages hold, by words, in the language of the page."""
    query, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    titles = _titles()
    kind = kind if kind in titles else ""
    results = queries.search(query, language=_language(), source=kind, page=_page(request))
    shown = min(results.total, queries.MOST_RANKED)
    context = {
        "search_query": results.query,
        "results": results,
        "sentence": _sentence(results),
        "items": [_item(hit, titles) for hit in results.hits],
        "related": [_item(hit, titles) for hit in results.related],
        "kinds": _kinds(results, titles, kind),
        "page_of_results": Paginator(range(shown), queries.PAGE).page(results.page) if shown else None,
        "is_cut": results.total > queries.MOST_RANKED,
        "most_shown": format_number(queries.MOST_RANKED),
        "crumbs": [{"title": _("Home"), "url": reverse("home")}, {"title": _("Search")}],
    }
    return render(request, "site/search/results.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles for what is being typed, as JSON: query, suggestions (title, url, kind, code)."""
    titles = _titles()
    query = request.GET.get("q", "")
    found = queries.suggestions(query, language=_language()) or queries.related(query, language=_language())
    listed = [
        {"title": hit.title, "url": hit.url, "kind": titles.get(hit.source, ""), "code": hit.code}
        for hit in found
    ]
    return JsonResponse(
        {"query": query[: queries.LONGEST_QUERY], "suggestions": listed},
        json_dumps_params={"ensure_ascii": False},
    )


def _language() -> str:
    return get_language() or "ja"


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _titles() -> dict[str, str]:
    return {source.key: _(source.title) for source in services.sources()}


def _sentence(results: Results) -> str:
    if not results.query:
        return ""
    if results.is_broad:
        return _("%(count)s or more pages hold “%(query)s”") % {
            "count": format_number(queries.MOST_COUNTED),
            "query": results.query,
        }
    if not results.total:
        return _("No page holds “%(query)s”") % {"query": results.query}
    return ngettext("%(count)s page holds “%(query)s”", "%(count)s pages hold “%(query)s”", results.total) % {
        "count": format_number(results.total),
        "query": results.query,
    }


def _marked(pieces: Iterable[Piece]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html(MARKED, piece.text) if piece.hit else piece.text,) for piece in pieces)
    )


def _item(hit: Hit, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "code": hit.code,
        "title": _marked(hit.title_pieces),
        "url": hit.url,
        "text": _marked(hit.pieces),
        "meta": hit.context,
        "kind": titles.get(hit.source, ""),
    }


def _kinds(results: Results, titles: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    """Links that narrow the results to one kind, with how many there are of it."""
    if not results.counts or (len(results.counts) < 2 and not chosen):
        return []

    def link(key: str, title: str, count: int) -> dict[str, Any]:
        number = "" if results.is_broad else f" {format_number(count)}"
        wanted = {"q": results.query, **({"kind": key} if key else {})}
        return {"title": f"{title}{number}", "url": f"?{urlencode(wanted)}", "current": key == chosen}

    links = [link("", _("All"), sum(results.counts.values()))]
    offered = titles if results.is_broad else results.counts
    return links + [
        link(key, title, results.counts.get(key, 0)) for key, title in titles.items() if key in offered
    ]
