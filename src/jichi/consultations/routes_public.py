"""The public addresses of consultations."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

_NAMES = (
    "consultation-list",
    "consultation-calendar",
    "consultation-feed",
    "consultation-detail",
    "consultation-draft",
    "consultation-file",
    "consultation-form-pdf",
    "consultation-say",
    "consultation-go-on",
    "consultation-accommodation",
    "consultation-appeal",
    "consultation-follow",
    "consultation-opinions",
    "consultation-arguments",
    "you-said",
)

ROUTES_PUBLIC: tuple[Route, ...] = tuple(Route(name=name, zone=Zone.PUBLIC) for name in _NAMES)
PAGES_PUBLIC: tuple[Page, ...] = (
    Page(title=gettext_noop("Public comment"), route="consultation-list", order=55),
    Page(title=gettext_noop("You said, we did"), route="you-said", order=102),
)
