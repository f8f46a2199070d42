"""The public datasets of public comment. Declarations only; the rows are in ``queries.export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

_ROWS = "jichi.consultations.queries.export"

EXPORTS = (
    Export(
        key="consultations",
        title=_("Public comment procedures"),
        description=_(
            "What was put before the public and when, how many submissions and opinions came in, and how many"
            " changed the draft; also procedures not held, with the reason."
        ),
        columns=(
            Column(key="key", title=_("Key")),
            Column(key="title", title=_("Title")),
            Column(key="kind", title=_("Kind"), description=_("ordinance, plan, standard or other")),
            Column(key="legal_basis", title=_("Legal basis")),
            Column(key="document", title=_("Key of the policy document")),
            Column(key="department", title=_("Office")),
            Column(
                key="stage",
                title=_("Where it stands"),
                description=_("announced, open, considered, published, withdrawn or exempt"),
            ),
            Column(key="first_day", title=_("First day"), type="date"),
            Column(key="last_day", title=_("Last day"), type="date"),
            Column(
                key="days",
                title=_("Days"),
                type="integer",
                description=_("The first and the last day both count."),
            ),
            Column(key="short_reason", title=_("Why it was shorter than the rule")),
            Column(key="exempt_reason", title=_("Why it was not held")),
            Column(key="withdrawn_reason", title=_("Why the proposal was withdrawn")),
            Column(key="result_on", title=_("Result published on"), type="date"),
            Column(key="submissions", title=_("Submissions"), type="integer"),
            Column(key="opinions", title=_("Opinions"), type="integer"),
            Column(key="changed", title=_("Opinions that changed the draft"), type="integer"),
            Column(
                key="late_submissions",
                title=_("Late submissions"),
                type="integer",
                description=_("Counted apart, not among the submissions."),
            ),
            Column(key="is_sample", title=_("Sample"), type="boolean"),
        ),
        rows=f"{_ROWS}:consultation_rows",
    ),
    Export(
        key="consultation_results",
        title=_("What the city said to opinions"),
        description=_(
            "Each row of the newest published result of each public comment: what was said, how often, the"
            " city's view, its code and what was changed."
        ),
        columns=(
            Column(key="consultation", title=_("Key of the procedure")),
            Column(key="edition", title=_("Edition of the result"), type="integer"),
            Column(key="number", title=_("Number in the result"), type="integer"),
            Column(key="topic", title=_("Topic")),
            Column(key="summary", title=_("What was said, in short")),
            Column(key="view", title=_("View of the city")),
            Column(key="change", title=_("Change of the draft")),
            Column(key="code", title=_("Code of disposition")),
            Column(key="code_title", title=_("Disposition")),
            Column(key="opinions", title=_("Opinions"), type="integer"),
            Column(key="submissions", title=_("Submissions"), type="integer"),
            Column(
                key="undertaking",
                title=_("Reference number of what was promised"),
                description=_("As in the dataset of what was asked of the city."),
            ),
            Column(key="is_sample", title=_("Sample"), type="boolean"),
        ),
        rows=f"{_ROWS}:result_rows",
    ),
)
