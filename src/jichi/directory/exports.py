"""The public datasets of the directory. Declarations only; the rows are in ``queries_export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

_UNKNOWN = _("Empty: not known.")

EXPORTS = (
    Export(
        key="places",
        title=_("Places"),
        description=_("The facilities and places of the city that exist today, who runs them, what access."),
        columns=(
            Column(key="key", title=_("Key")),
            Column(key="name", title=_("Name")),
            Column(key="kind", title=_("Kind")),
            Column(key="address", title=_("Postal address")),
            Column(key="ward", title=_("Key of the ward")),
            Column(
                key="operator", title=_("Operator"), description=_("Empty: the city itself, or not known.")
            ),
            Column(
                key="operator_number",
                title=_("Corporate number of the operator"),
                description=_("13 digits, the check digit first."),
            ),
            Column(key="department", title=_("Office that answers for it")),
            Column(key="hours", title=_("Opening hours")),
            Column(key="step_free", title=_("Step-free access"), type="boolean", description=_UNKNOWN),
            Column(key="toilet", title=_("Toilet for wheelchairs"), type="boolean", description=_UNKNOWN),
            Column(key="hearing_loop", title=_("Hearing loop"), type="boolean", description=_UNKNOWN),
            Column(
                key="interpreter", title=_("Sign language interpreter"), type="boolean", description=_UNKNOWN
            ),
            Column(key="url", title=_("Address on the web"), type="url"),
            Column(key="valid_from", title=_("First day"), type="date"),
            Column(key="valid_to", title=_("Last day"), type="date"),
            Column(key="source", title=_("Where the facts are from")),
        ),
        rows="jichi.directory.queries_export:place_rows",
    ),
    Export(
        key="bodies",
        title=_("Councils and committees"),
        description=_(
            "The councils, commissions and meetings of the city that exist today. No member is named."
        ),
        columns=(
            Column(key="key", title=_("Key")),
            Column(key="name", title=_("Name")),
            Column(key="kind", title=_("Kind")),
            Column(key="legal_basis", title=_("Legal basis")),
            Column(key="department", title=_("Office that answers for it")),
            Column(
                key="seats",
                title=_("Number of seats"),
                type="integer",
                description=_("As its legal basis provides; not how many members there are."),
            ),
            Column(key="term", title=_("Term of office")),
            Column(key="url", title=_("Address on the web"), type="url"),
            Column(key="valid_from", title=_("First day"), type="date"),
            Column(key="valid_to", title=_("Last day"), type="date"),
            Column(key="source", title=_("Where the facts are from")),
        ),
        rows="jichi.directory.queries_export:body_rows",
    ),
)
