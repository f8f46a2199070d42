"""Addresses of the evaluation room, gathered from its parts."""

from __future__ import annotations

from django.urls import URLPattern

from . import urls_cycle, urls_finance, urls_forms, urls_print, urls_results, urls_rules

_PARTS = (urls_rules, urls_cycle, urls_forms, urls_print, urls_finance, urls_results)

# The addresses of results end in an open word, so that they come last.
urlpatterns: list[URLPattern] = [one for part in _PARTS for one in getattr(part, "urlpatterns", ())]
staff_urlpatterns: list[URLPattern] = [
    one for part in _PARTS for one in getattr(part, "staff_urlpatterns", ())
]
