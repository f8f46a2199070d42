"""The public addresses of the plan room and its entries in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

ROUTES: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.PUBLIC)
    for name in (
        "plan-list",
        "plan-detail",
        "node-detail",
        "indicator-list",
        "indicator-detail",
        "document-list",
        "document-detail",
        "scheme-list",
        "not-held",
    )
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("The plan"), route="plan-list", order=10),
    Page(title=gettext_noop("Indicators"), route="indicator-list", order=20),
    Page(title=gettext_noop("Policy documents"), route="document-list", order=30),
    Page(title=gettext_noop("Schemes"), route="scheme-list", order=40),
    Page(title=gettext_noop("What is not held"), route="not-held", order=120),
)
