"""What the plan room can count of itself. Declarations only; the counting is in ``queries.metrics``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Cut, Metric, StockFlow

_PLAN = Cut(key="plan", title=_("Plan"))
_BRANCH = Cut(key="branch", title=_("Measure"))
_NOT_DRAFTS = _("Not counted: drafts, and the parts that are known but not held here.")
_ROWS = "jichi.plan.queries.metrics"

METRICS: tuple[Metric, ...] = (
    Metric(
        key="plan.projects",
        title=_("Projects of the plans in force"),
        unit=_("projects"),
        definition="projects-in-force/1",
        counts=_("Projects of published plans that are in force on the last day of the fiscal year."),
        counts_not=_NOT_DRAFTS,
        kind=StockFlow.STOCK,
        cuts=(_PLAN, _BRANCH, Cut(key="department", title=_("Department"))),
        measure=f"{_ROWS}:measure_projects",
        evidence=f"{_ROWS}:projects_behind",
    ),
    Metric(
        key="plan.indicators",
        title=_("Indicators of the plans in force"),
        unit=_("indicators"),
        definition="indicators-in-force/1",
        counts=_(
            "Indicators that a plan in force on the last day of the fiscal year places; one that two of them "
            "place counts once."
        ),
        counts_not=_("Not counted: the yearly numbers of projects, and the series within an indicator."),
        kind=StockFlow.STOCK,
        cuts=(_PLAN, _BRANCH, Cut(key="kind", title=_("Kind"))),
        measure=f"{_ROWS}:measure_indicators",
        evidence=f"{_ROWS}:indicators_behind",
    ),
    Metric(
        key="plan.documents",
        title=_("Policy documents in force"),
        unit=_("documents"),
        definition="documents-in-force/1",
        counts=_(
            "Subordinate plans, policies, guidelines and ordinances that were adopted, revised or in effect "
            "by the end of the fiscal year and had not ended."
        ),
        counts_not=_(
            "Not counted: documents whose dates the plans do not state; the coverage says how many."
        ),
        coverage=_("documents with a date, of all documents the plans name"),
        kind=StockFlow.STOCK,
        cuts=(Cut(key="kind", title=_("Kind")),),
        measure=f"{_ROWS}:measure_documents",
        evidence=f"{_ROWS}:documents_behind",
    ),
    Metric(
        key="plan.activities",
        title=_("Yearly activities planned"),
        unit=_("activities"),
        definition="activities-planned/1",
        counts=_("Activities that the plans in force plan for the fiscal year."),
        counts_not=_("Not counted: activities whose year the plan's table does not tell."),
        coverage=_("activities with a year, of all activities of the plans"),
        kind=StockFlow.FLOW,
        cuts=(_PLAN, _BRANCH, Cut(key="certainty", title=_("Certain or not"))),
        measure=f"{_ROWS}:measure_activities",
        evidence=f"{_ROWS}:activities_behind",
    ),
    Metric(
        key="plan.yearly_targets",
        title=_("Yearly targets of projects"),
        unit=_("targets"),
        definition="yearly-targets/1",
        counts=_("Targets that the plans in force print for the fiscal year, of the numbers of projects."),
        counts_not=_("Not counted: targets of indicators, and reference values."),
        kind=StockFlow.FLOW,
        cuts=(_PLAN, _BRANCH),
        measure=f"{_ROWS}:measure_yearly_targets",
        evidence=f"{_ROWS}:yearly_targets_behind",
    ),
)
