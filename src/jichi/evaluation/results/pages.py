"""The pages of whole evaluations, made ready for their templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.fields import CONTRIBUTION, DIRECTION, MEASURE_DIRECTION
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.public_sheets import main_judgement
from jichi.evaluation.queries.results import (
    Changes,
    Forms,
    SheetRow,
    changes_between,
    corrections_counted,
    counted,
    cycle_before,
    forms_of,
    grades_for,
    not_evaluated_for,
    sheet_rows_for,
)
from jichi.ui.content import translated
from jichi.ui.downloads import FORMATS
from jichi.ui.numbers import fiscal_year
from jichi.undertakings.cards import cards_of
from jichi.undertakings.queries import public_for

from .filters import Wanted, choices
from .grades import grades_table, lines_of_grades
from .lists import (
    corrections_url,
    cycle_title,
    cycle_url,
    day_words,
    left_out_table,
    moved_cards,
    sheet_table,
)
from .tallies import answer_sentence, tally_table
from .words import judgement

PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a page of a whole evaluation reads, in a number of queries that does not grow with the sheets."""

    cycle: Cycle
    before: Cycle | None
    rows: Sequence[SheetRow]
    rows_before: Sequence[SheetRow]
    forms: Forms
    wanted: Wanted
    key: str

    @property
    def scope(self) -> list[SheetRow]:
        return self.wanted.scope(self.rows)

    @property
    def scope_before(self) -> list[SheetRow]:
        return self.wanted.scope(self.rows_before)


def read(viewer: Viewer, cycle: Cycle, asked: Mapping[str, str]) -> Read:
    """The sheets of an evaluation and of the one before it, and what of them is wanted."""
    before = cycle_before(viewer, cycle)
    found = sheet_rows_for(viewer, [cycle.pk, *([before.pk] if before is not None else [])])
    rows = [row for row in found if row.cycle_id == cycle.pk]
    key = main_judgement(cycle.kind)
    return Read(
        cycle=cycle,
        before=before,
        rows=rows,
        rows_before=[row for row in found if row.cycle_id != cycle.pk],
        forms=forms_of(viewer, cycle),
        wanted=Wanted.given(asked, rows, key),
        key=key,
    )


def page_of(viewer: Viewer, data: Read, page: str | None) -> dict[str, Any]:
    """Everything that the pages of a yearly, an interim and a final evaluation share."""
    cycle, scope, form = data.cycle, data.scope, next(iter(data.forms.by_kind.values()), None)
    listed = data.wanted.listed(scope, data.key)
    shown = Paginator(listed, PER_PAGE).get_page(page)
    grades = grades_for(viewer, [cycle.pk])
    changes = changes_between(scope, data.scope_before, data.key) if data.before is not None else Changes()
    return {
        "cycle": cycle,
        "title": cycle_title(cycle),
        "year": fiscal_year(cycle.fiscal_year),
        "before": data.before,
        "before_year": fiscal_year(data.before.fiscal_year, style="short") if data.before else "",
        "before_url": cycle_url(data.before) if data.before else "",
        "answer": answer_sentence(counted(scope, data.key), data.key, form, year_sentence(cycle)),
        "main": _tally(data, data.key, form),
        "others": [_tally(data, key, form) for key in _others(cycle)],
        "changes": changes,
        "improved": moved_cards(cycle, changes.improved, data.forms, data.key),
        "worsened": moved_cards(cycle, changes.worsened, data.forms, data.key),
        "filters": choices(data.rows, data.wanted),
        "levels": _levels(data, scope, form),
        "wanted": data.wanted,
        "whole": len(data.rows),
        "in_scope": len(scope),
        "listed": len(listed),
        "page": shown,
        "table": sheet_table(cycle, shown.object_list, data.forms) if listed else None,
        "left_out": _left_out(viewer, cycle),
        "comments": comments_on(viewer, [cycle], data.rows),
        "corrections": corrections_counted(viewer, [cycle.pk])[cycle.pk],
        "corrections_url": corrections_url(cycle),
        "facts": facts_of(cycle),
        "downloads": downloads_of(cycle),
        "grades_table": grades_table(grades) if grades else None,
        "grades": lines_of_grades(grades),
        "crumbs": [*top_crumbs(), {"title": cycle_title(cycle)}],
        "cite_title": str(translated(cycle, "title")),
    }


def year_sentence(cycle: Cycle) -> str:
    """Of which evaluation a sentence speaks."""
    year = fiscal_year(cycle.fiscal_year, style="short")
    if cycle.kind == CycleKind.YEARLY:
        return year
    return _("%(kind)s of %(year)s") % {"kind": cycle.get_kind_display(), "year": year}


def _others(cycle: Cycle) -> tuple[str, ...]:
    return (CONTRIBUTION, DIRECTION) if cycle.kind == CycleKind.YEARLY else (MEASURE_DIRECTION,)


def _tally(data: Read, key: str, form: Any) -> Any:
    before: Counter[str] | None = None
    if data.before is not None:
        before = counted(data.scope_before, key)
    years = (
        fiscal_year(data.cycle.fiscal_year, style="short"),
        fiscal_year(data.before.fiscal_year, style="short") if data.before is not None else "",
    )
    return tally_table(key, form, counted(data.scope, key), before, years)


def _levels(data: Read, scope: Sequence[SheetRow], form: Any) -> list[dict[str, Any]]:
    """The list of sheets by judgement, as links that keep the rest of the filter."""
    tally = counted(scope, data.key)
    links = [
        {
            "title": _("All (%(number)s)") % {"number": len(scope)},
            "url": f"?{data.wanted.address(level='')}#sheets-title",
            "current": not data.wanted.level,
        }
    ]
    for value in sorted(one for one in tally if one):
        words = judgement(form, data.key, value)
        links.append(
            {
                "title": SafeString(f"{words} ({tally[value]})"),
                "url": f"?{data.wanted.address(level=value)}#sheets-title",
                "current": data.wanted.level == value,
            }
        )
    return links


def _left_out(viewer: Viewer, cycle: Cycle) -> Any:
    sheets = not_evaluated_for(viewer, cycle)
    return left_out_table(sheets) if sheets else None


def comments_on(viewer: Viewer, cycles: Sequence[Cycle], rows: Sequence[SheetRow]) -> list[dict[str, Any]]:
    """What was asked of the city about these evaluations and their sheets, as far as it is published."""
    contexts = [f"evaluation.cycle:{cycle.pk}" for cycle in cycles]
    contexts += [f"evaluation.sheet:{row.sheet.pk}" for row in rows]
    return cards_of(public_for(viewer).filter(context__in=contexts))


def rule_words(cycle: Cycle) -> str:
    """The rule by which indicators were graded, with its version."""
    if cycle.rule is None:
        return ""
    words = _("%(title)s, version %(number)s") % {
        "title": translated(cycle.rule.rule_set, "title"),
        "number": cycle.rule.number,
    }
    return (
        words if cycle.rule.is_confirmed else _("%(rule)s (not confirmed by the city yet)") % {"rule": words}
    )


def rule_fact(cycle: Cycle) -> dict[str, Any]:
    """The rule by which indicators were graded, with the page that says it in words."""
    place = [cycle.rule.rule_set.key, cycle.rule.number] if cycle.rule is not None else []
    return {
        "term": _("Rule for the grades of indicators"),
        "value": rule_words(cycle),
        "url": reverse("results-rule", args=place) if place else "",
    }


def facts_of(cycle: Cycle) -> list[dict[str, Any]]:
    """What a reader must know of an evaluation: the plan, when it was published, by which rule."""
    facts: list[dict[str, Any]] = [
        {
            "term": _("Plan"),
            "value": translated(cycle.plan, "name").html,
            "url": reverse("plan-detail", args=[cycle.plan.key]),
        },
        {"term": _("Year judged"), "value": fiscal_year(cycle.fiscal_year)},
        {
            "term": _("Public since"),
            "value": day_words(cycle.public_from),
        },
    ]
    if cycle.department is not None:
        facts.append({"term": _("Office"), "value": translated(cycle.department, "name").html})
    if cycle.rule is not None:
        facts.append(rule_fact(cycle))
    return facts


def downloads_of(cycle: Cycle) -> list[dict[str, str]]:
    """The sheets of an evaluation as a file, in each form."""
    if cycle.kind == CycleKind.YEARLY:
        return [
            {"url": reverse("results-year-data", args=[str(cycle.fiscal_year), form]), "format": form}
            for form in FORMATS
        ]
    return [
        {"url": reverse("results-period-data", args=[cycle.plan.key, cycle.kind, form]), "format": form}
        for form in FORMATS
    ]


def top_crumbs() -> list[dict[str, Any]]:
    """The way down to any page of results."""
    return [
        {"title": _("Home"), "url": reverse("home")},
        {"title": _("Results of the evaluations"), "url": reverse("results-list")},
    ]
