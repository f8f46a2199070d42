"""The addresses of undertakings, their zones and acts, and their entries in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

from . import actions

_STAFF = {
    "staff-undertakings": actions.LOOK,
    "staff-undertakings-assign": actions.ASSIGN,
    "staff-undertaking-new": actions.REMARK,
    "staff-undertaking": actions.LOOK,
    "staff-undertaking-assign": actions.ASSIGN,
    "staff-undertaking-summary": actions.ASSIGN,
    "staff-undertaking-decide": actions.DECIDE,
    "staff-undertaking-draft": actions.DRAFT,
    "staff-undertaking-confirm": actions.CONFIRM,
    "staff-undertaking-progress": actions.PROGRESS,
    "staff-undertaking-finish": actions.FINISH,
    "staff-undertaking-close": actions.CLOSE,
    "staff-undertaking-reopen": actions.REOPEN,
    "staff-undertaking-publish": actions.PUBLISH,
    "staff-undertaking-withdraw": actions.PUBLISH,
}

ROUTES: tuple[Route, ...] = (
    *(Route(name=name, zone=Zone.PUBLIC) for name in ("undertaking-list", "undertaking-detail")),
    *(Route(name=name, zone=Zone.INNER, action=action) for name, action in _STAFF.items()),
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("What was asked of the city"), route="undertaking-list", order=60),
    Page(
        title=gettext_noop("Undertakings"),
        route="staff-undertakings",
        order=530,
        zone=Zone.INNER,
        action=actions.LOOK,
    ),
)
