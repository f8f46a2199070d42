"""The public addresses of the figures room and what it adds to the plan's pages."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Panel, Route, Zone

ROUTES: tuple[Route, ...] = tuple(
    Route(name=f"figures-{name}", zone=Zone.PUBLIC)
    for name in ("list", "value", "evidence", "corrections", "metrics", "metric")
)

PAGES: tuple[Page, ...] = (Page(title=gettext_noop("Figures"), route="figures-list", order=35),)

PANELS: tuple[Panel, ...] = (
    Panel(
        on="plan.indicator.answer",
        template="figures/indicator_answer.html",
        context="jichi.figures.panels:indicator_answer",
    ),
    Panel(
        on="plan.indicator.picture",
        template="figures/indicator_picture.html",
        context="jichi.figures.panels:indicator_picture",
    ),
    Panel(
        on="plan.node.indicators",
        template="figures/node_indicators.html",
        context="jichi.figures.panels:node_indicators",
    ),
    Panel(
        on="plan.indicator.list",
        template="figures/node_indicators.html",
        context="jichi.figures.panels:indicator_list",
    ),
    Panel(
        on="plan.project.numbers",
        template="figures/project_numbers.html",
        context="jichi.figures.panels:project_numbers",
    ),
)
