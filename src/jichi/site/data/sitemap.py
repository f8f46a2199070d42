"""What search engines may read: sitemap.xml with every public page in every language, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.evaluation.queries.public_sheets import public_addresses
from jichi.manifest import Zone
from jichi.plan.queries import documents_for, indicators_for, nodes_for, plans_for
from jichi.ui.languages import html_lang

from . import queries

Address = tuple[str, tuple[str, ...]]


def _addresses() -> Iterator[Address]:
    yield "home", ()
    pages = [
        page
        for room in registry.rooms()
        for page in room.pages
        if page.zone is Zone.PUBLIC and not page.action
    ]
    yield from ((page.route, ()) for page in sorted(pages, key=lambda page: page.order))
    yield from (("plan-detail", (plan.key,)) for plan in plans_for(ANONYMOUS))
    nodes = nodes_for(ANONYMOUS).order_by("plan_id", "code").values_list("plan__key", "code")
    yield from (("node-detail", (plan, code)) for plan, code in nodes)
    yield from (("indicator-detail", (key,)) for key in _keys(indicators_for(ANONYMOUS).order_by("key")))
    yield from (("document-detail", (key,)) for key in _keys(documents_for(ANONYMOUS).order_by("key")))
    yield from public_addresses(ANONYMOUS)


def _keys(rows: Iterable[object]) -> list[str]:
    return [str(row.key) for row in rows]  # type: ignore[attr-defined]


def _in_languages(route: str, args: tuple[str, ...]) -> dict[str, str]:
    """The address of a page in each language, by language tag."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            tag = "ja-Hira" if code == "ja-simple" else html_lang(code)
            found.setdefault(tag, settings.BASE_URL + reverse(route, args=args))
    return found


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, each with its other languages and the day of the last change."""
    changed = queries.changed_at("plan", "figures", "evaluation", "site", "city")
    day = f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for route, args in _addresses():
        try:
            spoken = _in_languages(route, args)
        except NoReverseMatch:
            continue
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(url)}/>'
            for tag, url in spoken.items()
        )
        lines += [f"<url><loc>{escape(url)}</loc>{day}{others}</url>" for url in spoken.values()]
    lines.append("</urlset>")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Public pages may be indexed; what belongs to the city's own people may not. Sample data never is."""
    city = queries.current_city()
    if city is None or city.is_sample:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        inner = ["/staff/", "/accounts/", "/admin/", "/search/"]
        spoken = [
            f"/{code}{path}"
            for code, _name in settings.LANGUAGES
            if code != settings.LANGUAGE_CODE
            for path in inner
        ]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in [*inner, *spoken]), ""]
        lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
