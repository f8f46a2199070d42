"""One published sheet whole, and what was corrected in an evaluation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.evaluation.enums import CycleKind, SheetKind
from jichi.evaluation.models import Cycle, SheetEdition
from jichi.evaluation.queries.public_sheets import (
    FormsNamed,
    SheetPage,
    forms_named,
    main_judgement,
    rules_named,
    sheet_page_for,
    years_of_node,
)
from jichi.evaluation.queries.results import (
    Correction,
    corrections_for,
    name_of,
    period_cycle_for,
    public_cycles_for,
    yearly_cycle_for,
)
from jichi.evaluation.results.costs import costs_table, finance_table
from jichi.evaluation.results.grades import lines_of_content
from jichi.evaluation.results.lists import (
    cycle_title,
    cycle_url,
    day_words,
    office_of,
    sheet_url,
    years_table,
)
from jichi.evaluation.results.measures import projects_table
from jichi.evaluation.results.pages import rule_fact, top_crumbs
from jichi.evaluation.results.sections import (
    has_numbers_part,
    numbers_table,
    public_values,
    shown,
)
from jichi.evaluation.results.versions import changed_between
from jichi.evaluation.results.words import judgement, written
from jichi.sheets.definition import Address
from jichi.ui.content import Text, translated
from jichi.ui.numbers import fiscal_year as year_words
from jichi.undertakings.cards import cards_of
from jichi.undertakings.queries import public_for

from .sheet_files import file_links


@require_safe
def year_sheet(request: ViewedRequest, fiscal_year: str, code: str) -> HttpResponse:
    """The sheet of one project in one year."""
    cycles = public_cycles_for(request.viewer).filter(
        kind=CycleKind.YEARLY, fiscal_year=int(fiscal_year), sheets__node__code=code
    )
    return _sheet(request, cycles.first(), code)


@require_safe
def period_sheet(request: ViewedRequest, plan_key: str, kind: str, code: str) -> HttpResponse:
    """The sheet of one measure in an interim or final evaluation."""
    return _sheet(request, _period(request, plan_key, kind), code)


@require_safe
def year_corrections(request: ViewedRequest, fiscal_year: str) -> HttpResponse:
    """What was corrected in a year's evaluation after its publication."""
    return _corrections(
        request, yearly_cycle_for(request.viewer, int(fiscal_year), request.GET.get("plan", "")[:60])
    )


@require_safe
def period_corrections(request: ViewedRequest, plan_key: str, kind: str) -> HttpResponse:
    """What was corrected in an interim or final evaluation after its publication."""
    return _corrections(request, _period(request, plan_key, kind))


def _period(request: ViewedRequest, plan_key: str, kind: str) -> Cycle | None:
    asked = request.GET.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    return period_cycle_for(request.viewer, plan_key, kind, wanted)


def _sheet(request: ViewedRequest, cycle: Cycle | None, code: str) -> HttpResponse:
    page = sheet_page_for(request.viewer, cycle, code) if cycle is not None else None
    if page is None:
        raise Http404
    return render(request, "evaluation/results/sheet.html", _context(request, page))


def _context(request: ViewedRequest, page: SheetPage) -> dict[str, Any]:
    cycle, sheet, content = page.cycle, page.sheet, page.edition.content
    years = years_of_node(request.viewer, sheet.node)
    name = _name(page).html
    found = shown(content, page.form)
    contexts = [f"evaluation.sheet:{sheet.pk}"]
    return {
        "cycle": cycle,
        "sheet": sheet,
        "kind": SheetKind(sheet.kind).label,
        "name": name,
        "answer": _answer(page, name),
        "title": format_html("{} {}", sheet.node.code, name),
        "path": _path(content),
        "office": office_of(sheet),
        "shown": found,
        "numbers": None if has_numbers_part(page.form) else numbers_table(content),
        "finance": finance_table(content),
        "projects": projects_table(content),
        "grades": lines_of_content(content.get("grades") or [], rules_named([content])),
        "years": years_table(years) if len(years) > 1 else None,
        "costs": costs_table(years),
        "versions": _versions(page),
        "draft": _draft(page),
        "comments": cards_of(public_for(request.viewer).filter(context__in=contexts)),
        "facts": _facts(page),
        "project_url": reverse("node-detail", args=[cycle.plan.key, sheet.node.code]),
        "downloads": file_links(cycle, sheet.node.code) if page.form is not None else [],
        "crumbs": [
            *top_crumbs(),
            {"title": cycle_title(cycle), "url": cycle_url(cycle)},
            {"title": format_html("{} {}", sheet.node.code, name)},
        ],
        "cite_title": f"{sheet.node.code} {_name(page)} ({translated(cycle, 'title')})",
    }


def _name(page: SheetPage) -> Text:
    return name_of(page.sheet, str(page.edition.content.get("node", {}).get("name", "")))


def _answer(page: SheetPage, name: SafeString) -> SafeString:
    """The judgement in a sentence: that is what a reader came for."""
    key = main_judgement(page.cycle.kind)
    value = str(public_values(page.edition.content, page.form).get(Address(key)) or "")
    year = year_words(page.cycle.fiscal_year, style="short")
    if not value or page.form is None:
        return format_html(_("{name} in {year}"), name=name, year=year)
    return format_html(
        _("{name} in {year}: “{judgement}”"), name=name, year=year, judgement=judgement(page.form, key, value)
    )


def _path(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "level": written(str(one.get("level", ""))).html,
            "code": one.get("code", ""),
            "name": written(str(one.get("name", ""))).html,
        }
        for one in content.get("node", {}).get("path") or []
    ]


def _facts(page: SheetPage) -> list[dict[str, Any]]:
    cycle, form = page.cycle, page.edition.content.get("form") or {}
    facts: list[dict[str, Any]] = [
        {"term": _("Evaluation"), "value": cycle_title(cycle), "url": cycle_url(cycle)},
        {
            "term": _("Plan"),
            "value": translated(cycle.plan, "name").html,
            "url": reverse("plan-detail", args=[cycle.plan.key]),
        },
        {"term": _("Edition of the sheet"), "value": _edition_words(page.edition, cycle)},
        {"term": _("Form of the sheet"), "value": f"{form.get('key', '')} {form.get('number', '')}".strip()},
        {"term": _("Checksum of the edition (SHA-256)"), "value": page.edition.digest[:16] + "…"},
    ]
    if page.edition.content.get("grades"):
        facts.append(rule_fact(cycle))
    return facts


def _edition_words(edition: SheetEdition, cycle: Cycle) -> str:
    """Which edition it is and since when it is public."""
    opened = cycle.public_from or edition.made_at
    day = day_words(max(edition.made_at, opened))
    return _("%(kind)s, %(day)s") % {"kind": edition.get_kind_display(), "day": day}


def _draft(page: SheetPage) -> dict[str, Any] | None:
    """What changed between the draft the committee had and what was published first."""
    if page.draft is None:
        return None
    return {
        "day": day_words(page.draft.made_at),
        "changes": changed_between(page.draft, page.published, page.forms),
    }


def _versions(page: SheetPage) -> list[dict[str, Any]]:
    """Every correction, the newest first, with its reason and what it changed."""
    return [
        {
            "day": day_words(after.made_at),
            "reason": written(after.reason).html,
            "changes": changed_between(before, after, page.forms),
        }
        for before, after in reversed(page.corrections)
    ]


def _corrections(request: ViewedRequest, cycle: Cycle | None) -> HttpResponse:
    if cycle is None:
        raise Http404
    rows = corrections_for(request.viewer, cycle)
    forms = forms_named(one for row in rows for one in (row.before, row.after) if one is not None)
    context = {
        "cycle": cycle,
        "title": cycle_title(cycle),
        "rows": [_correction(cycle, row, forms) for row in rows],
        "total": len(rows),
        "crumbs": [
            *top_crumbs(),
            {"title": cycle_title(cycle), "url": cycle_url(cycle)},
            {"title": _("Corrections")},
        ],
        "cycle_url": cycle_url(cycle),
        "cite_title": f"{_('Corrections')}: {translated(cycle, 'title')}",
    }
    return render(request, "evaluation/results/corrections.html", context)


def _correction(cycle: Cycle, row: Correction, forms: FormsNamed) -> dict[str, Any]:
    return {
        "title": format_html("{} {}", row.sheet.node.code, row.name.html),
        "url": sheet_url(cycle, str(row.sheet.node.code)),
        "day": day_words(row.after.made_at),
        "reason": written(row.after.reason).html,
        "office": office_of(row.sheet),
        "changes": changed_between(row.before, row.after, forms) if row.before is not None else (),
    }
