"""The routes of this installation, gathered from the rooms.

A room's ``urls.py`` may hold three lists:

- ``urlpatterns``: its public pages, under the language's prefix (Japanese has none);
- ``plain_urlpatterns``: what stands outside languages (API, files for machines, health);
- ``staff_urlpatterns``: pages of the city's own people, never even routed in the outer zone.

Django's administration belongs to the inner zone alone.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from . import health
from .rooms import ROOMS

Patterns = list[URLPattern | URLResolver]


def _of_rooms(name: str) -> Patterns:
    found: Patterns = []
    for room in ROOMS:
        module = f"jichi.{room.key}.urls"
        if module != __name__ and find_spec(module) is not None:
            found += getattr(import_module(module), name, [])
    return found


def build(zone: str) -> Patterns:
    """All routes served in ``zone`` (``outer``, ``inner`` or ``all``)."""
    plain: Patterns = [
        path("livez", health.livez, name="livez"),
        path("readyz", health.readyz, name="readyz"),
        *_of_rooms("plain_urlpatterns"),
    ]
    pages = _of_rooms("urlpatterns")
    if zone != "outer":
        plain += [path("admin/", admin.site.urls)]
        pages += _of_rooms("staff_urlpatterns")
    return plain + i18n_patterns(*pages, prefix_default_language=False)


urlpatterns = build(settings.JICHI.zone)

handler400 = "jichi.site.views.errors.bad_request"
handler403 = "jichi.site.views.errors.permission_denied"
handler404 = "jichi.site.views.errors.page_not_found"
handler500 = "jichi.site.views.errors.server_error"
