"""What the staff pages of measured values declare: addresses, place in the workbench, what waits for whom."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Duty, Page, Panel, Route, Zone

READ = "figures.observation:read_unpublished"
ENTER = "figures.observation:enter"
PUBLISH = "figures.observation:publish"
DECIDE = "figures.binding:decide"
DEFINE = "figures.definition:add"
PUBLICITY = "figures.publicity:set"
RECOMPUTE = "figures.metric:recompute"


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=name, zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner(READ, "staff-figures", "staff-subject", "staff-source", "staff-late"),
    *_inner(DECIDE, "staff-source-decide"),
    *_inner(DEFINE, "staff-definition-new", "staff-definition-amend"),
    *_inner(ENTER, "staff-value-new", "staff-values-import", "staff-values-preview"),
    *_inner(ENTER, "staff-values-csv", "staff-values-xlsx"),
    *_inner(PUBLISH, "staff-values-publish"),
    *_inner(PUBLICITY, "staff-publicity"),
    *_inner(RECOMPUTE, "staff-metric-recompute"),
)

PAGES: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Measured values"), route="staff-figures", order=530, zone=Zone.INNER, action=READ
    ),
)

PANELS: tuple[Panel, ...] = (
    Panel(
        on="plan.incomplete",
        template="figures/staff/incomplete_panel.html",
        context="jichi.figures.staff.duties:incomplete_panel",
    ),
)

DUTIES: tuple[Duty, ...] = (
    Duty(
        key="figures.unpublished",
        title=gettext_noop("Measured values not yet published"),
        waiting="jichi.figures.staff.duties:unpublished_waiting",
    ),
    Duty(
        key="figures.late",
        title=gettext_noop("Figures that are late"),
        waiting="jichi.figures.staff.duties:late_waiting",
    ),
    Duty(
        key="figures.missing",
        title=gettext_noop("Indicators without a measured value"),
        waiting="jichi.figures.staff.duties:missing_waiting",
    ),
)
