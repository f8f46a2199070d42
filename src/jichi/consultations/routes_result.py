"""The result addresses of consultations."""

from __future__ import annotations

from jichi.manifest import Page, Route, Zone

ROUTES_RESULT: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.PUBLIC)
    for name in ("consultation-result", "consultation-result-changes", "consultation-result-file")
)
PAGES_RESULT: tuple[Page, ...] = ()
