"""The public datasets of the evaluations. Declarations only; the rows are in ``queries.results_export``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

_CYCLE = (
    Column(key="plan", title=_("Plan key")),
    Column(
        key="fiscal_year",
        title=_("Fiscal year"),
        type="integer",
        description=_("April of this year to March of the next: 2025 is Reiwa 7."),
    ),
    Column(key="kind", title=_("Kind of evaluation"), description=_("yearly, interim or final.")),
    Column(key="code", title=_("Code")),
    Column(key="name", title=_("Name")),
)
_OFFICE = (
    Column(key="department", title=_("Office")),
    Column(key="ward", title=_("Ward")),
)
_EDITION = (
    Column(
        key="edition",
        title=_("Edition of the sheet"),
        description=_("published, or corrected where a correction took its place."),
    ),
    Column(key="edition_number", title=_("Number of the edition"), type="integer"),
    Column(key="published_on", title=_("Day of the edition"), type="date"),
    Column(
        key="form",
        title=_("Form of the sheet"),
        description=_("Key and version of the form the sheet follows."),
    ),
    Column(key="is_sample", title=_("Sample data"), type="boolean"),
    Column(key="url", title=_("Address"), type="url"),
)


def _cost(key: str, title: str) -> Column:
    return Column(key=key, title=title, type="decimal", description=_("In thousand yen; empty: not given."))


PROJECT_COLUMNS: tuple[Column, ...] = (
    *_CYCLE,
    Column(key="sheet", title=_("Kind of sheet"), description=_("project or ward_project.")),
    *_OFFICE,
    Column(key="accomplishment", title=_("Accomplishment"), description=_("1 to 5; 1 is the best.")),
    Column(key="accomplishment_reason", title=_("Reason of the accomplishment")),
    Column(key="contribution", title=_("Contribution"), description=_("A to C; A is the most.")),
    Column(key="direction", title=_("Direction from now on"), description=_("1 to 6, printed Ⅰ to Ⅵ.")),
    *(
        Column(key=key, title=title, description=_("a, b or c."))
        for key, title in (
            ("needs", _("Needs of residents")),
            ("necessity", _("Need for the city to do it")),
            ("effectiveness", _("Effect")),
            ("private", _("Use of private bodies")),
            ("method", _("Better ways of working")),
            ("quality", _("Better quality")),
        )
    ),
    _cost("project_cost_estimate", _("Project cost, estimate")),
    _cost("project_cost_settled", _("Project cost, settled")),
    _cost("personnel_estimate", _("Personnel cost, estimate")),
    _cost("personnel_settled", _("Personnel cost, settled")),
    _cost("total_estimate", _("Total cost, estimate")),
    _cost("total_settled", _("Total cost, settled")),
    *_EDITION,
)

MEASURE_COLUMNS: tuple[Column, ...] = (
    *_CYCLE,
    *_OFFICE,
    Column(key="progress", title=_("Progress"), description=_("A to D; A is the best.")),
    Column(key="progress_reason", title=_("Reason of the progress")),
    Column(
        key="measure_direction", title=_("Direction from now on"), description=_("1 to 3, printed Ⅰ to Ⅲ.")
    ),
    *_EDITION,
)

GRADE_COLUMNS: tuple[Column, ...] = (
    *_CYCLE,
    Column(key="indicator", title=_("Indicator key")),
    Column(key="series", title=_("Series key"), description=_("Empty where an indicator has one series.")),
    Column(key="indicator_name", title=_("Indicator")),
    Column(
        key="grade",
        title=_("Grade"),
        description=_(
            "Empty where it cannot be judged; the reason then says why. That is never the worst grade."
        ),
    ),
    Column(key="cause", title=_("Why there is no grade")),
    Column(key="value", title=_("Value"), type="decimal"),
    Column(key="value_year", title=_("Fiscal year of the value"), type="integer"),
    Column(key="target", title=_("Target"), type="decimal"),
    Column(key="target_year", title=_("Fiscal year of the target"), type="integer"),
    Column(key="comparator", title=_("Comparator"), description=_("ge: at least; le: at most.")),
    Column(key="start", title=_("Current value in the plan"), type="decimal"),
    Column(key="unit", title=_("Unit")),
    Column(key="explanation", title=_("How the grade came about")),
    Column(key="rule", title=_("Rule")),
    Column(key="rule_version", title=_("Rule version"), type="integer"),
    Column(key="rule_confirmed", title=_("Confirmed by the city"), type="boolean"),
    Column(key="revision", title=_("Revision"), type="integer"),
    Column(key="is_sample", title=_("Sample data"), type="boolean"),
)

_ROWS = "jichi.evaluation.queries.results_export"

EXPORTS: tuple[Export, ...] = (
    Export(
        key="evaluation-projects",
        title=_("Evaluations of projects"),
        description=_("Every published project sheet with its judgements and costs, as it stands today."),
        columns=PROJECT_COLUMNS,
        rows=f"{_ROWS}:project_rows",
    ),
    Export(
        key="evaluation-measures",
        title=_("Evaluations of measures"),
        description=_("Every published measure sheet of the interim and final evaluations."),
        columns=MEASURE_COLUMNS,
        rows=f"{_ROWS}:measure_rows",
    ),
    Export(
        key="evaluation-grades",
        title=_("Grades of indicators"),
        description=_("The grade of every series in every published evaluation, and how it came about."),
        columns=GRADE_COLUMNS,
        rows=f"{_ROWS}:grade_rows",
    ),
)
