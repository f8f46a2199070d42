"""What every page knows: the city, where one is, where one can go, and in which language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jichi.city import registry
from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.queries import current_city
from jichi.manifest import Page, Zone
from jichi.ui.content import translated
from jichi.ui.languages import html_lang

# Pages from this order on stand at the foot of a page, not in its head.
FOOT_FROM = 100
# Pages of the inner zone from this order on stand in the workbench's own navigation alone.
WORKBENCH_FROM = 500


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Everything that costs a query is made only when a template asks for it."""
    viewer: Viewer = getattr(request, "viewer", ANONYMOUS)
    return {
        "city": SimpleLazyObject(current_city),
        "pack": SimpleLazyObject(_pack),
        "navigation": SimpleLazyObject(lambda: _links(request, viewer, foot=False)),
        "footer_links": SimpleLazyObject(lambda: _links(request, viewer, foot=True)),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "home_url": _url("home"),
        "search_url": _url("search"),
        "suggest_url": _url("search-suggest"),
        "page_url": settings.BASE_URL.rstrip("/") + request.path,
        "today": timezone.localdate(),
        "zone": settings.JICHI.zone,
        **_ruby(request),
    }


def _url(name: str) -> str:
    """The address of a route; empty where this installation does not serve it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _pack() -> dict[str, Any]:
    city = current_city()
    if city is None:
        return {"city_name": "", "is_sample": False, "key": ""}
    return {"city_name": str(translated(city, "name")), "is_sample": city.is_sample, "key": city.pack}


def _offered(page: Page, viewer: Viewer) -> bool:
    if page.zone is Zone.INNER and (settings.JICHI.zone == "outer" or page.order >= WORKBENCH_FROM):
        return False
    return page.action is None or viewer.can(page.action)


def _links(request: HttpRequest, viewer: Viewer, *, foot: bool) -> list[dict[str, Any]]:
    pages = sorted((p for room in registry.rooms() for p in room.pages), key=lambda p: p.order)
    found = []
    for entry in pages:
        if (entry.order >= FOOT_FROM) is not foot or not _offered(entry, viewer):
            continue
        address = _url(entry.route)
        if address:
            found.append(
                {"title": _(entry.title), "url": address, "current": request.path.startswith(address)}
            )
    return found


def _without_language(path: str) -> str:
    for code, _name in settings.LANGUAGES:
        prefix = f"/{code}/"
        if code != settings.LANGUAGE_CODE and path.startswith(prefix):
            return path[len(prefix) - 1 :]
    return path


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in each language of the city, at its own address."""
    bare = _without_language(request.path)
    query = request.GET.copy()
    query.pop("ruby", None)
    suffix = f"?{query.urlencode()}" if query else ""
    return [
        {
            "code": code,
            "name": name,
            "html_lang": html_lang(code),
            "url": (bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}") + suffix,
            "current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]


def _ruby(request: HttpRequest) -> dict[str, Any]:
    """Readings over the words: asked for in the address, offered on Japanese pages only."""
    if html_lang(get_language() or "") != "ja":
        return {"ruby": False, "ruby_url": ""}
    on = bool(getattr(request, "ruby", request.GET.get("ruby") == "1"))
    query = request.GET.copy()
    query.pop("ruby", None)
    query["ruby"] = "0" if on else "1"
    return {"ruby": on, "ruby_url": f"?{query.urlencode()}"}
