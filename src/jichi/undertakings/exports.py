"""The public dataset of undertakings. Declarations only; the rows are in ``queries.export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

EXPORTS = (
    Export(
        key="undertakings",
        title=_("What was asked of the city and what became of it"),
        description=_(
            "Published recommendations, remarks, requests, advisory reports and promises: adopted or not,"
            " who answers by when, the answer, and the evidence of what was done."
        ),
        columns=(
            Column(
                key="reference",
                title=_("Reference number"),
                description=_("Fiscal year and number, as in 2025-3."),
            ),
            Column(key="fiscal_year", title=_("Fiscal year"), type="integer"),
            Column(key="number", title=_("Running number"), type="integer"),
            Column(
                key="kind",
                title=_("Kind"),
                description=_("recommendation, remark, request, answer_to_consultation, promise or demand"),
            ),
            Column(key="source", title=_("Who asked")),
            Column(
                key="source_key",
                title=_("Key of the council or committee"),
                description=_("As in the dataset of councils and committees; empty: somebody else."),
            ),
            Column(
                key="addressee",
                title=_("Of whom the city asked it"),
                description=_("For demands of the city itself to the state, the prefecture or others."),
            ),
            Column(key="about", title=_("What it is about")),
            Column(key="asked_on", title=_("Asked on"), type="date"),
            Column(key="summary", title=_("In one sentence")),
            Column(key="text", title=_("What was asked")),
            Column(key="department", title=_("Office that answers")),
            Column(key="due_on", title=_("Answer by"), type="date"),
            Column(
                key="adoption",
                title=_("Adopted or not"),
                description=_("undecided, adopted, partly or not_adopted"),
            ),
            Column(key="adoption_reason", title=_("Why, or why not")),
            Column(key="answer", title=_("Answer of the city")),
            Column(key="answered_on", title=_("Answered on"), type="date"),
            Column(key="carry_out_by", title=_("To be carried out by"), type="date"),
            Column(
                key="state",
                title=_("State"),
                description=_("open, answered, in_progress, done or closed_without"),
            ),
            Column(key="done_on", title=_("Done on"), type="date"),
            Column(key="evidence", title=_("Evidence")),
            Column(key="evidence_url", title=_("Address of the evidence"), type="url"),
            Column(key="closed_on", title=_("Closed on"), type="date"),
            Column(key="closed_reason", title=_("Why it was closed")),
            Column(key="is_sample", title=_("Sample"), type="boolean"),
        ),
        rows="jichi.undertakings.queries.export:undertaking_rows",
    ),
)
