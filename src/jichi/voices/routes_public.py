"""The public addresses of voices."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

_NAMES = (
    "receipt",
    "receipt-given",
    "receipt-status",
    "receipt-slip",
    "follow-begin",
    "follow-confirm",
    "follow-end",
)

ROUTES_PUBLIC: tuple[Route, ...] = tuple(Route(name=name, zone=Zone.PUBLIC) for name in _NAMES)
PAGES_PUBLIC: tuple[Page, ...] = (Page(title=gettext_noop("Receipt number"), route="receipt", order=104),)
