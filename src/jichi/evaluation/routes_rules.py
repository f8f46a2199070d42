"""What the rules and grades add to the site's routes."""

from __future__ import annotations

from jichi.manifest import Page, Route, Zone

from .actions import GRADE, READ_RULES, RUN

ROUTES: tuple[Route, ...] = (
    Route(name="results-rule", zone=Zone.PUBLIC),
    Route(name="staff-evaluation-rules", zone=Zone.INNER, action=READ_RULES),
    Route(name="staff-evaluation-rule", zone=Zone.INNER, action=READ_RULES),
    Route(name="staff-evaluation-grades", zone=Zone.INNER, action=RUN),
    Route(name="staff-evaluation-grade", zone=Zone.INNER, action=GRADE),
    Route(name="staff-evaluation-start-value", zone=Zone.INNER, action=GRADE),
)

PAGES: tuple[Page, ...] = ()
