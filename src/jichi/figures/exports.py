"""The public datasets of the figures room. Declarations only; the rows are in ``queries_export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

EXPORTS = (
    Export(
        key="observations",
        title=_("Measured values"),
        description=_(
            "Every published value with its evidence; corrections are further rows, nothing is overwritten."
        ),
        columns=(
            Column(key="indicator", title=_("Indicator key")),
            Column(
                key="series", title=_("Series key"), description=_("Empty where an indicator has one series.")
            ),
            Column(key="plan", title=_("Plan key"), description=_("Of a project's yearly number.")),
            Column(key="project", title=_("Project code")),
            Column(key="figure", title=_("Order of the yearly number"), type="integer"),
            Column(key="name", title=_("Name")),
            Column(
                key="fiscal_year",
                title=_("Fiscal year"),
                type="integer",
                description=_("April of this year to March of the next: 2025 is Reiwa 7."),
            ),
            Column(key="as_of", title=_("As of"), type="date"),
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
            Column(key="coverage_seen", title=_("Coverage: seen"), type="integer"),
            Column(key="coverage_whole", title=_("Coverage: whole"), type="integer"),
            Column(key="n", title=_("Sample size"), type="integer"),
            Column(key="interval_low", title=_("Interval: low"), type="decimal"),
            Column(key="interval_high", title=_("Interval: high"), type="decimal"),
            Column(key="status", title=_("Status"), description=_("provisional, final or corrected.")),
            Column(key="revision", title=_("Revision"), type="integer"),
            Column(key="is_latest", title=_("Latest revision"), type="boolean"),
            Column(key="reason", title=_("Reason of the correction")),
            Column(key="source_kind", title=_("Kind of source")),
            Column(key="evidence", title=_("Evidence")),
            Column(key="evidence_publisher", title=_("Publisher of the evidence")),
            Column(key="evidence_url", title=_("Address of the evidence"), type="url"),
            Column(key="evidence_locator", title=_("Place in the evidence")),
            Column(key="is_sample", title=_("Sample data"), type="boolean"),
            Column(key="note", title=_("Note")),
            Column(key="published_at", title=_("Published"), type="date"),
        ),
        rows="jichi.figures.queries_export:observation_rows",
    ),
)
