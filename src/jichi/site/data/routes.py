"""The addresses of the data pages and their entry in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

ROUTES: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.PUBLIC)
    for name in (
        "data-catalogue",
        "data-file",
        "node-data",
        "indicator-data",
        "document-data",
        "plan-data",
        "dcat",
        "sitemap",
        "robots",
    )
)

PAGES: tuple[Page, ...] = (Page(title=gettext_noop("Open data"), route="data-catalogue", order=115),)
