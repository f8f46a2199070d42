"""Addresses of the site's own pages, and those of search, data and API, gathered."""

from __future__ import annotations

from django.urls import path

from .api import urls as api
from .data import urls as data
from .search import urls as search
from .views import about, glossary, home

plain_urlpatterns = [*api.plain_urlpatterns, *data.plain_urlpatterns, *api.last_urlpatterns]
urlpatterns = [
    *search.urlpatterns,
    *data.urlpatterns,
    *api.urlpatterns,
    path("", home.home, name="home"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("about/", about.about, name="about"),
    path("about/accessibility/", about.accessibility, name="accessibility"),
    path("about/licence/", about.licence, name="licence"),
]
