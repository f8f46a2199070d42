"""The public datasets of the plan room. Declarations only; the rows are in ``queries.export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

_ROWS = "jichi.plan.queries.export"

_PLAN = Column(key="plan", title=_("Plan key"), description=_("The plan this row is printed in."))
_NAME = Column(key="name", title=_("Name"))
_KEY = Column(key="key", title=_("Key"), description=_("Stays the same over plans and years."))
_YEAR = Column(
    key="fiscal_year",
    title=_("Fiscal year"),
    type="integer",
    description=_("April of this year to March of the next: 2025 is Reiwa 7."),
)
_AS_OF = Column(
    key="as_of", title=_("As of"), description=_("The day or month of the value, where one is printed.")
)
_VALUE = Column(
    key="value",
    title=_("Value"),
    type="decimal",
    description=_("Empty where no number is printed; never 0 for that."),
)
_UNIT = Column(key="unit", title=_("Unit"))
_PRINTED = Column(key="printed", title=_("As printed"))
_NOTE = Column(key="note", title=_("Note"))
_COMPARATOR = Column(
    key="comparator",
    title=_("Comparator"),
    description=_("How a target is to be read: ge at least, le at most, about, none stated."),
)
_DECIMALS = Column(key="decimals", title=_("Decimal places"), type="integer")
_URL = Column(key="url", title=_("Page"), type="url")
_NODES = Column(
    key="nodes", title=_("Named in"), description=_("Codes of the plan's parts, separated by spaces.")
)
_PROJECT = (
    _PLAN,
    Column(
        key="project", title=_("Project code"), description=_("Code of the measure and a two-digit order.")
    ),
    Column(key="project_name", title=_("Project")),
)

EXPORTS = (
    Export(
        key="nodes",
        title=_("The plan's tree"),
        description=_("Every policy, measure and project with its code and what stands above it."),
        columns=(
            _PLAN,
            Column(key="code", title=_("Code")),
            Column(key="parent", title=_("Code above")),
            Column(key="level", title=_("Level key")),
            Column(key="level_name", title=_("Level")),
            Column(key="order", title=_("Order"), type="integer"),
            _NAME,
            Column(
                key="summary",
                title=_("Summary"),
                description=_("In the words of this site, not of the plan."),
            ),
            Column(key="department", title=_("Department")),
            _URL,
        ),
        rows=f"{_ROWS}:node_rows",
    ),
    Export(
        key="indicators",
        title=_("Indicators"),
        description=_("Every indicator, where the plan places it and what exactly it measures."),
        columns=(
            _KEY,
            _NAME,
            Column(key="kind", title=_("Kind"), description=_("sense: residents' sense; outcome: outcome.")),
            _PLAN,
            Column(key="node", title=_("Code")),
            Column(key="node_name", title=_("Policy or measure")),
            _UNIT,
            _COMPARATOR,
            _DECIMALS,
            Column(key="source", title=_("Source")),
            Column(key="definition", title=_("Definition")),
            _NOTE,
            Column(key="department", title=_("Department")),
            _URL,
        ),
        rows=f"{_ROWS}:indicator_rows",
    ),
    Export(
        key="indicator-points",
        title=_("Baselines, current values and targets of the indicators"),
        description=_("What the plan prints for each indicator, year by year."),
        columns=(
            Column(key="indicator", title=_("Indicator key")),
            Column(key="indicator_name", title=_("Indicator")),
            Column(
                key="series", title=_("Series key"), description=_("Empty where an indicator has one series.")
            ),
            Column(key="series_name", title=_("Series")),
            _PLAN,
            Column(key="role", title=_("Role"), description=_("baseline, current or target.")),
            _YEAR,
            _AS_OF,
            _VALUE,
            _UNIT,
            _DECIMALS,
            _COMPARATOR,
            Column(key="period", title=_("Period"), type="integer"),
            _PRINTED,
            _NOTE,
        ),
        rows=f"{_ROWS}:point_rows",
    ),
    Export(
        key="project-figures",
        title=_("Yearly numbers of the projects"),
        description=_("Reference values and yearly targets of every project."),
        columns=(
            *_PROJECT,
            Column(key="figure", title=_("Order"), type="integer"),
            Column(key="figure_name", title=_("Number")),
            _UNIT,
            _COMPARATOR,
            _DECIMALS,
            Column(key="initiative", title=_("Initiative")),
            Column(key="role", title=_("Role"), description=_("reference or target.")),
            _YEAR,
            _AS_OF,
            _VALUE,
            _PRINTED,
            _NOTE,
        ),
        rows=f"{_ROWS}:project_figure_rows",
    ),
    Export(
        key="milestones",
        title=_("What the projects do, year by year"),
        description=_("Initiatives of every project and their activities from year to year."),
        columns=(
            *_PROJECT,
            Column(key="initiative", title=_("Initiative's order"), type="integer"),
            Column(key="marker", title=_("Mark")),
            Column(key="parent", title=_("Order of the initiative above"), type="integer"),
            Column(key="initiative_name", title=_("Initiative")),
            Column(key="milestone", title=_("Activity's order"), type="integer"),
            Column(key="text", title=_("Activity")),
            Column(key="first_year", title=_("First fiscal year"), type="integer"),
            Column(key="last_year", title=_("Last fiscal year"), type="integer"),
            Column(key="open_ended", title=_("Goes on afterwards"), type="boolean"),
            Column(
                key="certain",
                title=_("Years are certain"),
                type="boolean",
                description=_("False where the printed table does not say which years are meant."),
            ),
        ),
        rows=f"{_ROWS}:milestone_rows",
    ),
    Export(
        key="documents",
        title=_("Policy documents"),
        description=_("Plans, policies, guidelines and ordinances the plan names, with their revisions."),
        columns=(
            _KEY,
            _NAME,
            Column(key="kind", title=_("Kind")),
            Column(key="legal_basis", title=_("Legal basis")),
            Column(key="summary", title=_("Summary")),
            _YEAR,
            Column(key="event", title=_("Event")),
            Column(key="label", title=_("Edition")),
            _NOTE,
            _NODES,
            _URL,
        ),
        rows=f"{_ROWS}:document_rows",
    ),
    Export(
        key="schemes",
        title=_("Schemes"),
        description=_("Named schemes of the city that the plan speaks of."),
        columns=(_KEY, _NAME, Column(key="summary", title=_("Summary")), _NODES),
        rows=f"{_ROWS}:scheme_rows",
    ),
    Export(
        key="not-held",
        title=_("What is not held here"),
        description=_("Parts the plan refers to and this site does not hold, with the reason."),
        columns=(
            _PLAN,
            _KEY,
            Column(key="title", title=_("Title")),
            Column(key="reason", title=_("Reason")),
            Column(key="node", title=_("Code")),
        ),
        rows=f"{_ROWS}:not_held_rows",
    ),
)
