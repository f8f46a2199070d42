"""The public addresses of the evaluations' results, and what they add to other rooms' pages."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Daily, Page, Panel, Route, Zone

ROUTES: tuple[Route, ...] = tuple(
    Route(name=f"results-{name}", zone=Zone.PUBLIC)
    for name in (
        "list",
        "year",
        "year-data",
        "year-corrections",
        "year-sheet",
        "period",
        "period-data",
        "period-corrections",
        "period-sheet",
    )
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("Results of the evaluations"), route="results-list", order=50),
)

PANELS: tuple[Panel, ...] = (
    Panel(
        on="plan.node.judged",
        template="evaluation/results/node_panel.html",
        context="jichi.evaluation.results.panels:judged_years",
    ),
)

DAILY: tuple[Daily, ...] = (
    Daily(
        key="evaluation.embargoes",
        title=gettext_noop("Evaluations that became public"),
        run="jichi.evaluation.services.embargoes:tell_ended",
    ),
)
