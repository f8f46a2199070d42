"""What the figures room can count of itself. Declarations only; the counting is in ``queries.metrics``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Cut, Metric, StockFlow

READ = "figures.observation:read_unpublished"
_ROWS = "jichi.figures.queries.metrics"
_CUTS = (
    Cut(key="plan", title=_("Plan")),
    Cut(key="source", title=_("Kind of source")),
    Cut(key="department", title=_("Department")),
)

METRICS: tuple[Metric, ...] = (
    Metric(
        key="figures.known",
        title=_("Figures with a published value"),
        unit="%",
        definition="figures-known/1",
        counts=_(
            "Of the figures that the plans promise to watch in the fiscal year, those with a published value."
        ),
        counts_not=_("A value that saw a part only counts; a reason why there is none does not."),
        kind=None,
        decimals=1,
        cuts=_CUTS,
        measure=f"{_ROWS}:measure_known",
        evidence=f"{_ROWS}:known_behind",
    ),
    Metric(
        key="figures.late",
        title=_("Figures that are late"),
        unit=_("figures"),
        definition="figures-late/1",
        counts=_("Figures whose due date for the fiscal year has passed without a value or a reason."),
        counts_not=_("Not counted: figures whose due date nobody has set."),
        coverage=_("figures with a due date, of all figures expected for the year"),
        kind=StockFlow.STOCK,
        cuts=_CUTS,
        measure=f"{_ROWS}:measure_late",
        evidence=f"{_ROWS}:late_behind",
        action=READ,
    ),
)
