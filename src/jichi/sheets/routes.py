"""The staff pages of forms: addresses and place in the workbench."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

READ = "sheets.form:read"

ROUTES: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.INNER, action=READ)
    for name in ("staff-forms", "staff-form", "staff-form-paper")
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("Question forms"), route="staff-forms", order=560, zone=Zone.INNER, action=READ),
)
