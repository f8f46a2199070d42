"""The public addresses of the figures room and what it adds to the plan's pages."""

from __future__ import annotations

from jichi.manifest import Panel, Route, Zone

ROUTES: tuple[Route, ...] = (Route(name="figures-evidence", zone=Zone.PUBLIC),)

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
