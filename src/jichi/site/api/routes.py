"""The addresses of the API."""

from __future__ import annotations

from jichi.manifest import Route, Zone

OPERATIONS = (
    "plans",
    "plan",
    "plan-figures",
    "nodes",
    "node",
    "indicators",
    "indicator",
    "projects",
    "project",
    "documents",
    "document",
    "schemes",
    "not-held",
    "wards",
    "search",
    "catalogue",
    "evaluations",
    "evaluation",
    "evaluation-sheet",
    "consultations",
    "consultation",
    "consultation-result",
)

ROUTES: tuple[Route, ...] = tuple(
    Route(name=f"api-{name}", zone=Zone.PUBLIC) for name in (*OPERATIONS, "docs", "openapi", "absent")
)
