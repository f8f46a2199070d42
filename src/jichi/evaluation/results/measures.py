"""The measures of an interim or final evaluation, policy by policy, each with reason and indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.evaluation.fields import PROGRESS
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.public_sheets import rules_named, whole_editions_for
from jichi.evaluation.queries.results import Forms, SheetRow
from jichi.sheets.definition import Address
from jichi.ui.content import translated
from jichi.ui.tables import Cell, Column, Table

from .grades import GradeLine, Rules, lines_of_content
from .lists import office_of, sheet_url
from .sections import public_values
from .words import MISSING_ANSWER, judgement_mark, paragraphs, written


def measures_of(viewer: Viewer, cycle: Cycle, rows: Iterable[SheetRow], forms: Forms) -> list[dict[str, Any]]:
    """The given measures under the policies they belong to."""
    wanted = {row.sheet.pk: row for row in rows}
    contents = {
        edition.sheet_id: edition.content
        for edition in whole_editions_for(viewer, [cycle.pk])
        if edition.sheet_id in wanted
    }
    rules = rules_named(contents.values())
    groups: dict[Any, dict[str, Any]] = {}
    for pk, row in wanted.items():
        parent = row.sheet.node.parent
        key = parent.pk if parent is not None else 0
        title = (
            format_html("{} {}", parent.code, translated(parent, "name").html)
            if parent is not None
            else format_html("{}", _("Measures that stand at the top of the plan"))
        )
        group = groups.setdefault(key, {"title": title, "ident": f"policy-{key}", "measures": []})
        group["measures"].append(_measure(cycle, row, contents.get(pk, {}), forms, rules))
    return list(groups.values())


def _measure(
    cycle: Cycle, row: SheetRow, content: Mapping[str, Any], forms: Forms, rules: Rules
) -> dict[str, Any]:
    form = forms.of(row.sheet.kind)
    values = public_values(content, form)
    reason = str(values.get(Address(f"{PROGRESS}_reason")) or "")
    grades = lines_of_content(content.get("grades") or [], rules)
    return {
        "title": format_html("{} {}", row.code, row.name.html),
        "url": sheet_url(cycle, row.code),
        "mark": judgement_mark(form, PROGRESS, row.judged.get(PROGRESS, "")),
        "reason": paragraphs(reason) if reason else "",
        "office": office_of(row.sheet),
        "grades": grades,
        "table": grade_table(grades, f"grades-{row.sheet.pk}") if grades else None,
        "is_corrected": row.is_corrected,
    }


def grade_table(grades: Iterable[GradeLine], ident: str) -> Table:
    """Indicators with their grade, and in one sentence how it came about."""
    return Table(
        caption=_("Indicators and their grades"),
        columns=[Column(_("Indicator"), head=True), Column(_("Grade")), Column(_("How it came about"))],
        rows=[
            [Cell(one.name, url=one.url), Cell(one.mark), Cell(one.explanation, note=" ".join(one.notes))]
            for one in grades
        ],
        phone="cards",
        ident=ident,
        hide_caption=True,
    )


def projects_table(content: Mapping[str, Any]) -> Table | None:
    """A measure's projects with their accomplishment, as they stood when the sheet was published."""
    projects = content.get("projects") or []
    if not projects:
        return None
    return Table(
        caption=_("How its projects were judged"),
        columns=[Column(_("Project"), head=True), Column(_("Accomplishment"))],
        rows=[
            [
                Cell(format_html("{} {}", one.get("code", ""), written(str(one.get("name", ""))).html)),
                Cell(one.get("accomplishment") or MISSING_ANSWER),
            ]
            for one in projects
        ],
        ident="projects",
        hide_caption=True,
    )
