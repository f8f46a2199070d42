"""The addresses of the directory, their zones and acts, and their entries in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone

READ = "directory.entry:read"

# The staff pages of one kind of row: the act that each needs is the kind's own.
_KINDS = ("organisation", "place", "body")

ROUTES: tuple[Route, ...] = (
    *(Route(name=name, zone=Zone.PUBLIC) for name in ("place-list", "place-detail", "body-list")),
    *(Route(name=name, zone=Zone.INNER, action=READ) for name in ("staff-directory", "staff-directory-kind")),
    *(
        Route(name=f"staff-{kind}{step}", zone=Zone.INNER, action=f"directory.{kind}:edit")
        for kind in _KINDS
        for step in ("-new", "-edit", "-close")
    ),
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("Places and access"), route="place-list", order=105),
    Page(title=gettext_noop("Directory"), route="staff-directory", order=560, zone=Zone.INNER, action=READ),
)
