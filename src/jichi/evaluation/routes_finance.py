"""The addresses of budget lines, and their entry in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

from .actions import IMPORT_PAST, READ_FINANCE, SHARE, TAKE_FINANCE

ROUTES: tuple[Route, ...] = (
    Route(name="staff-finance", zone=Zone.INNER, action=READ_FINANCE),
    Route(name="staff-finance-line", zone=Zone.INNER, action=READ_FINANCE),
    Route(name="staff-finance-file", zone=Zone.INNER, action=READ_FINANCE),
    Route(name="staff-finance-upload", zone=Zone.INNER, action=TAKE_FINANCE),
    Route(name="staff-finance-shares", zone=Zone.INNER, action=SHARE),
    Route(name="staff-evaluation-past", zone=Zone.INNER, action=IMPORT_PAST),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Budget lines"),
        route="staff-finance",
        order=535,
        zone=Zone.INNER,
        action=READ_FINANCE,
    ),
)
