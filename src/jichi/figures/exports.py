"""The public datasets of the figures room. Declarations only; the rows are in ``queries_export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

SUBJECT = (
    Column(key="indicator", title=_("Indicator key")),
    Column(key="series", title=_("Series key"), description=_("Empty where an indicator has one series.")),
    Column(key="plan", title=_("Plan key"), description=_("Of a project's yearly number.")),
    Column(key="project", title=_("Project code")),
    Column(key="figure", title=_("Order of the yearly number"), type="integer"),
    Column(key="name", title=_("Name")),
)

EXPORTS = (
    Export(
        key="observations",
        title=_("Measured values"),
        description=_(
            "Every published value with its evidence; corrections are further rows, nothing is overwritten."
        ),
        columns=(
            *SUBJECT,
            Column(
                key="fiscal_year",
                title=_("Fiscal year"),
                type="integer",
                description=_("April of this year to March of the next: 2025 is Reiwa 7."),
            ),
            Column(key="as_of", title=_("As of"), type="date"),
            Column(key="period_first", title=_("First day of the period"), type="date"),
            Column(key="period_last", title=_("Last day of the period"), type="date"),
            Column(
                key="value",
                title=_("Value"),
                type="decimal",
                description=_("Empty where it was not measured; the note says why."),
            ),
            Column(key="unit", title=_("Unit")),
            Column(key="decimals", title=_("Decimal places"), type="integer"),
            Column(
                key="definition",
                title=_("Definition"),
                description=_("Values of different definitions are not comparable."),
            ),
            Column(
                key="quantity",
                title=_("Kind of quantity"),
                description=_("stock, flow, cumulative or rate; empty: not said."),
            ),
            Column(
                key="counting",
                title=_("How it is counted"),
                description=_("times: every time; distinct: each once; empty: not said."),
            ),
            Column(key="coverage_seen", title=_("Coverage: seen"), type="integer"),
            Column(key="coverage_whole", title=_("Coverage: whole"), type="integer"),
            Column(key="n", title=_("Sample size"), type="integer"),
            Column(key="interval_low", title=_("Interval: low"), type="decimal"),
            Column(key="interval_high", title=_("Interval: high"), type="decimal"),
            Column(key="interval_method", title=_("Interval: method")),
            Column(key="status", title=_("Status"), description=_("provisional, final or corrected.")),
            Column(key="revision", title=_("Revision"), type="integer"),
            Column(key="is_latest", title=_("Latest revision"), type="boolean"),
            Column(key="reason", title=_("Reason of the correction")),
            Column(key="source_kind", title=_("Kind of source")),
            Column(key="metric", title=_("Metric"), description=_("Where it was counted by this site.")),
            Column(key="rule_version", title=_("Version of the rule")),
            Column(key="evidence", title=_("Evidence")),
            Column(
                key="evidence_kind",
                title=_("Kind of evidence"),
                description=_("document, inquiry, table, survey or computation."),
            ),
            Column(key="evidence_sha256", title=_("Checksum of the evidence (SHA-256)")),
            Column(key="evidence_publisher", title=_("Publisher of the evidence")),
            Column(key="evidence_url", title=_("Address of the evidence"), type="url"),
            Column(key="evidence_locator", title=_("Place in the evidence")),
            Column(key="is_sample", title=_("Sample data"), type="boolean"),
            Column(key="note", title=_("Note")),
            Column(key="published_at", title=_("Published"), type="date"),
        ),
        rows="jichi.figures.queries_export:observation_rows",
    ),
    Export(
        key="definitions",
        title=_("What the figures count"),
        description=_("Every definition of every figure; nothing is comparable across two of them."),
        columns=(
            *SUBJECT,
            Column(key="definition", title=_("Definition")),
            Column(key="counts", title=_("What it counts")),
            Column(key="counts_not", title=_("What it does not count")),
            Column(key="wording", title=_("The question as asked")),
            Column(key="quantity", title=_("Kind of quantity")),
            Column(key="counting", title=_("How it is counted")),
            Column(key="first_year", title=_("Holds from fiscal year"), type="integer"),
            Column(key="break_reason", title=_("Why it differs from the one before")),
            Column(key="confirmed", title=_("Confirmed by the city"), type="boolean"),
        ),
        rows="jichi.figures.queries_export:definition_rows",
    ),
    Export(
        key="bindings",
        title=_("Where the figures come from"),
        description=_("Every decision on the source of a figure, with the day from which it holds."),
        columns=(
            *SUBJECT,
            Column(key="number", title=_("Number of the decision"), type="integer"),
            Column(key="valid_from", title=_("In force from"), type="date"),
            Column(key="in_force", title=_("In force"), type="boolean"),
            Column(key="source_kind", title=_("Kind of source")),
            Column(key="via", title=_("How values arrive here")),
            Column(key="source_key", title=_("Which one of them")),
            Column(key="definition", title=_("Definition")),
            Column(key="department", title=_("Office that answers for it")),
            Column(key="collected_by", title=_("Collected by")),
            Column(key="traps", title=_("What to beware of")),
            Column(
                key="due",
                title=_("Due"),
                description=_("Month and day, and how many years after the fiscal year begins: 06-30+1."),
            ),
            Column(key="every_years", title=_("Measured every … years"), type="integer"),
            Column(key="confirmed", title=_("Confirmed by the city"), type="boolean"),
            Column(key="decided_on", title=_("Decided on"), type="date"),
            Column(key="decision", title=_("Decision")),
        ),
        rows="jichi.figures.queries_export:binding_rows",
    ),
    Export(
        key="breakdowns",
        title=_("Values by ward and group"),
        description=_("The cells that may be shown; a hidden cell has neither value nor count."),
        columns=(
            *SUBJECT,
            Column(key="fiscal_year", title=_("Fiscal year"), type="integer"),
            Column(key="definition", title=_("Definition")),
            Column(key="revision", title=_("Revision"), type="integer"),
            Column(key="dimensions", title=_("Broken down by")),
            Column(key="cell", title=_("Cell"), description=_("Members in that order; * is the total.")),
            Column(key="value", title=_("Value"), type="decimal"),
            Column(key="unit", title=_("Unit")),
            Column(key="hidden", title=_("Hidden"), type="boolean"),
        ),
        rows="jichi.figures.queries_export:cell_rows",
    ),
)
