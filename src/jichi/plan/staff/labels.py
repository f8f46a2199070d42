"""What rows and their facts are called on the workbench: in the reader's language, never by column name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jichi.plan.models import FigurePoint, Milestone, Node, Placement, Plan, Point, Series, Statement
from jichi.plan.queries.staff.rows import related_label
from jichi.ui import languages, numbers

ROW_KINDS: dict[str, Promise] = {
    "Plan": gettext_lazy("Plan"),
    "Level": gettext_lazy("Level of the plan"),
    "Period": gettext_lazy("Period"),
    "Node": gettext_lazy("Heading or project"),
    "Statement": gettext_lazy("Goal or direction"),
    "Indicator": gettext_lazy("Indicator"),
    "Placement": gettext_lazy("Place of an indicator"),
    "Series": gettext_lazy("Series of an indicator"),
    "Point": gettext_lazy("Printed value of an indicator"),
    "Initiative": gettext_lazy("Initiative"),
    "Milestone": gettext_lazy("Activity by year"),
    "ProjectFigure": gettext_lazy("Number of a project"),
    "FigurePoint": gettext_lazy("Printed value of a project's number"),
    "PolicyDocument": gettext_lazy("Policy document"),
    "DocumentRevision": gettext_lazy("Revision of a policy document"),
    "Scheme": gettext_lazy("Scheme"),
    "NotHeld": gettext_lazy("Part not held"),
}

FACTS: dict[str, Promise] = {
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("Text"),
    "summary": gettext_lazy("Summary in our own words"),
    "source_text": gettext_lazy("Text of the source"),
    "order": gettext_lazy("Place in the order"),
    "department_id": gettext_lazy("Department"),
    "kind": gettext_lazy("Kind"),
    "unit": gettext_lazy("Unit"),
    "source": gettext_lazy("Source"),
    "decimals": gettext_lazy("Digits after the point"),
    "definition": gettext_lazy("Definition"),
    "note": gettext_lazy("Note"),
    "comparator": gettext_lazy("How the target is read"),
    "fiscal_year": gettext_lazy("Fiscal year"),
    "first_year": gettext_lazy("First fiscal year"),
    "last_year": gettext_lazy("Last fiscal year"),
    "as_of": gettext_lazy("As of"),
    "value": gettext_lazy("Value"),
    "printed": gettext_lazy("As printed"),
    "marker": gettext_lazy("Printed mark"),
    "open_ended": gettext_lazy("Goes on after the last year"),
    "certain": gettext_lazy("The years are certain"),
    "legal_basis": gettext_lazy("Legal basis"),
    "event": gettext_lazy("What happens"),
    "label": gettext_lazy("Name of the revision"),
    "reason": gettext_lazy("Why it is not held"),
    "adopted_on": gettext_lazy("Day of adoption"),
    "superseded_on": gettext_lazy("Followed by another plan since"),
    "final_evaluation_on": gettext_lazy("Day of the final evaluation"),
    "scope_note": gettext_lazy("What this plan holds"),
    "language": gettext_lazy("Language"),
    "predecessor_id": gettext_lazy("Plan before this one"),
    "key": gettext_lazy("Key in addresses"),
    "code": gettext_lazy("Code"),
    "role": gettext_lazy("What it is"),
    "plan_id": gettext_lazy("Plan"),
    "level_id": gettext_lazy("Level of the plan"),
    "parent_id": gettext_lazy("Stands below"),
    "node_id": gettext_lazy("Heading or project"),
    "project_id": gettext_lazy("Project"),
    "indicator_id": gettext_lazy("Indicator"),
    "initiative_id": gettext_lazy("Initiative"),
    "figure_id": gettext_lazy("Number of a project"),
    "series_id": gettext_lazy("Series of an indicator"),
    "document_id": gettext_lazy("Policy document"),
    "period_id": gettext_lazy("Period"),
    "number": gettext_lazy("Number of the period"),
    "depth": gettext_lazy("Depth"),
    "binding": gettext_lazy("How the figure comes in"),
    "translations": gettext_lazy("Translations"),
}
EMPTY = pgettext_lazy("value", "empty")


def kind_label(model_name: str) -> str:
    """What a row of this model is called."""
    return str(ROW_KINDS.get(model_name, model_name))


def fact_label(name: str) -> str:
    """What a fact is called."""
    return str(FACTS.get(name, name))


def language_label(code: str) -> str:
    """The language by its own name."""
    info = languages.LANGUAGE_INFO.get(code)
    return info["name_local"] if info else code


def shortened(text: str, length: int = 60) -> str:
    """A text that fits a line of a list."""
    return Truncator(" ".join(text.split())).chars(length)


def row_label(row: models.Model) -> str:
    """One line that tells the row from its neighbours."""
    if isinstance(row, Node):
        return f"{row.code} {row.name}"
    if isinstance(row, Statement):
        return f"{row.get_kind_display()}: {shortened(str(row))}"
    if isinstance(row, Point):
        return _point_label(row, str(row.series.name or row.series.indicator.name), row.printed)
    if isinstance(row, FigurePoint):
        return _point_label(row, row.figure.name, row.printed)
    if isinstance(row, Placement):
        return f"{row.node.code}: {row.indicator.name}"
    if isinstance(row, Series):
        return row.name or row.indicator.name
    if isinstance(row, Milestone):
        years = (
            numbers.fiscal_years(row.first_year, row.last_year) if row.first_year else _("years not certain")
        )
        return f"{years}: {shortened(row.text)}"
    return shortened(str(row), 90)


def _point_label(row: Point | FigurePoint, name: str, printed: str) -> str:
    year = numbers.fiscal_year(row.fiscal_year, style="short")
    shown = printed or (numbers.format_number(row.value) if row.value is not None else row.note)
    return f"{shortened(name, 40)}: {row.get_role_display()} {year} {shown}"


def fact_words(model: type[models.Model], name: str, value: Any) -> str:
    """A stored fact in words: choices by their label, years as years, empty as "empty"."""
    if value is None or value == "" or value == {} or value == []:
        return str(EMPTY)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "translations":
        return _translations(value)
    if name in {"fiscal_year", "first_year", "last_year"}:
        return numbers.fiscal_year(int(value))
    field = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    if field.is_relation:
        return related_label(field.related_model, value)  # type: ignore[arg-type]
    if choices := dict(getattr(field, "flatchoices", []) or []):
        return str(choices.get(value, value))
    if isinstance(field, models.DateField):
        return numbers.format_date(datetime.date.fromisoformat(str(value)[:10]), weekday=False)
    if isinstance(field, models.DecimalField):
        return _number(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {found}" for key, found in value.items() if found)
    return str(value)


def _number(value: Any) -> str:
    try:
        return numbers.format_number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _translations(value: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"{language_label(code)} · {fact_label(name)}: {text}"
        for code, fields in value.items()
        for name, text in fields.items()
    )


def changed_names(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterable[str]:
    """The facts that differ, in their usual order; of a new or removed row, those that say something."""
    for name in {**(before or {}), **(after or {})}:
        old, new = (before or {}).get(name), (after or {}).get(name)
        if old != new and ((before is not None and after is not None) or (old or new)):
            yield name


def state_label(plan: Plan, day: datetime.date, start_month: int) -> str:
    """What the plan is on a day, in words."""
    return str(plan.state_on(day, start_month=start_month).label)
