"""The addresses of the search."""

from __future__ import annotations

from jichi.manifest import Route, Zone

ROUTES: tuple[Route, ...] = (
    Route(name="search", zone=Zone.PUBLIC),
    Route(name="search-suggest", zone=Zone.PUBLIC),
)
