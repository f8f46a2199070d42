"""What the consultations room can count of itself. Declarations; the counting is in ``queries.metrics``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Cut, Metric, StockFlow

_ROWS = "jichi.consultations.queries.metrics"
_OF_THE_YEAR = _(
    "A procedure belongs to the fiscal year in which its draft was published; whether the city counts so is"
    " unconfirmed."
)
_WITH_RESULT = _(
    "procedures with a published result, of those known here whose draft was published in the year"
)

METRICS: tuple[Metric, ...] = (
    Metric(
        key="consultations.procedures",
        title=_("Public comment procedures"),
        unit=_("procedures"),
        definition="procedures-by-draft/1",
        counts=_OF_THE_YEAR,
        counts_not=_("Not counted: procedures that were not held, and those that ran without this site."),
        coverage=_("procedures that ran on this site; what the whole city held is asked by inquiry"),
        kind=StockFlow.FLOW,
        cuts=(Cut(key="kind", title=_("Kind")), Cut(key="department", title=_("Department"))),
        measure=f"{_ROWS}:measure_procedures",
        evidence=f"{_ROWS}:procedures_behind",
    ),
    Metric(
        key="consultations.opinions",
        title=_("Opinions in public comment"),
        unit=_("opinions"),
        definition="opinions-in-results/1",
        counts=_(
            "Opinions (one submission may hold several) in the newest published results of the year's drafts."
        ),
        counts_not=_("Not counted: what came late, was withdrawn or refused."),
        coverage=_WITH_RESULT,
        kind=StockFlow.FLOW,
        distinct=False,
        measure=f"{_ROWS}:measure_opinions",
        evidence=f"{_ROWS}:results_behind",
    ),
    Metric(
        key="consultations.changed",
        title=_("Opinions that changed a draft"),
        unit="%",
        definition="opinions-that-changed/1",
        counts=_(
            "Of the opinions in published results, those whose disposition says that the draft was changed."
        ),
        coverage=_WITH_RESULT,
        kind=None,
        decimals=1,
        measure=f"{_ROWS}:measure_changed",
        evidence=f"{_ROWS}:results_behind",
    ),
    Metric(
        key="consultations.days_to_result",
        title=_("Days from the last day to the result"),
        unit=_("days"),
        definition="days-to-result/1",
        counts=_(
            "The mean number of days from the last day of the period to the first publication of the result."
        ),
        coverage=_WITH_RESULT,
        kind=None,
        decimals=1,
        measure=f"{_ROWS}:measure_days",
        evidence=f"{_ROWS}:results_behind",
    ),
)
