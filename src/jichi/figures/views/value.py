"""The page of one value: the first of the two steps from a number to its proof."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.figures.models import Definition, Observation
from jichi.figures.provenance_queries import Provenance, provenance_for
from jichi.figures.queries.breakdowns import ShownCell, ShownCut
from jichi.ui import tables
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_number, format_value

from .made import interval_words, made_facts
from .members import dimension_title, member_names
from .subjects import Subject, subject_of


def value_detail(request: ViewedRequest, pk: int) -> HttpResponse:
    """One value: what it counts, from what it was taken or computed, how much it saw, and its versions."""
    found = provenance_for(request.viewer, pk)
    if found is None:
        raise Http404
    subject = subject_of(found.value)
    context = {
        "value": found.value,
        "found": found,
        "subject": subject,
        "answer": answer_sentence(found.value, subject),
        "cite_title": f"{subject.plain_name} {fiscal_year(found.value.fiscal_year)}",
        "facts": _facts(found, subject),
        "definition": _definition_facts(found.definition, found.value),
        "breaks": [_break(one) for one in found.other_definitions],
        "made": made_facts(found.value),
        "versions": _versions(found, subject),
        "cuts": [_cut(request, cut, subject, place) for place, cut in enumerate(found.cuts, start=1)],
        "evidence_url": reverse("figures-evidence", args=[found.value.evidence_id]),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": subject.name, "url": subject.url},
            {"title": fiscal_year(found.value.fiscal_year)},
        ],
    }
    return render(request, "figures/value.html", context)


def answer_sentence(row: Observation, subject: Subject) -> SafeString:
    """「町内会・自治会加入率：59.0 %（令和2年度）。64のうち61から」 and its like."""
    words = {
        "name": subject.name,
        "value": format_value(row.value, subject.unit, decimals=row.decimals),
        "year": fiscal_year(row.fiscal_year, style="short"),
        "seen": row.coverage_seen,
        "whole": row.coverage_whole,
    }
    if row.value is None:
        return format_html(_("{name} was not measured in {year}"), **words)
    if is_partial(row):
        return format_html(_("{name}: {value} ({year}), from {seen} of {whole}"), **words)
    return format_html(_("{name}: {value} ({year})"), **words)


def is_partial(row: Observation) -> bool:
    """Whether the value saw only a part of the whole."""
    return (
        row.coverage_seen is not None
        and row.coverage_whole is not None
        and row.coverage_seen < row.coverage_whole
    )


def _facts(found: Provenance, subject: Subject) -> list[dict[str, Any]]:
    row = found.value
    facts: list[tuple[Any, ...]] = [
        (_("Kind of source"), row.get_source_kind_display()),
        (_("Day or period"), _when(row)),
        (_("How much of the whole it saw"), _coverage(row)),
        (_("Answers (n)"), format_number(row.n) if row.n is not None else ""),
        (_("95 % interval"), _interval(row, subject), interval_words(row.interval_method)),
        (_("State"), row.get_status_display()),
        (_("Office that entered it"), translated(row.department, "name").html if row.department else ""),
        (_("Entered"), format_date(row.entered_at, weekday=False)),
        (_("Published"), format_date(row.published_at, weekday=False) if row.published_at else _("not yet")),
        (_("Note"), translated(row, "note").html),
    ]
    return [{"term": term, "value": value, "note": "".join(note)} for term, value, *note in facts if value]


def _when(row: Observation) -> str:
    year = fiscal_year(row.fiscal_year)
    if row.period_first and row.period_last:
        first, last = (format_date(day, weekday=False) for day in (row.period_first, row.period_last))
        return _("%(year)s, from %(first)s to %(last)s") % {"year": year, "first": first, "last": last}
    if row.as_of:
        day = format_date(row.as_of, weekday=False)
        return _("%(year)s, as of %(day)s") % {"year": year, "day": day}
    return year


def _coverage(row: Observation) -> str:
    if row.coverage_seen is None or row.coverage_whole is None:
        return _("Nothing was said about it.")
    words = {"seen": format_number(row.coverage_seen), "whole": format_number(row.coverage_whole)}
    if is_partial(row):
        return _("%(seen)s of %(whole)s: a part, which does not stand for the whole") % words
    return _("all %(whole)s") % words


def _interval(row: Observation, subject: Subject) -> str:
    if row.interval_low is None or row.interval_high is None:
        return ""
    low, high = (
        format_value(end, subject.unit, decimals=row.decimals)
        for end in (row.interval_low, row.interval_high)
    )
    text = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return text


def _definition_facts(definition: Definition | None, row: Observation) -> list[dict[str, Any]]:
    quantity = row.get_quantity_display() if row.quantity else ""
    counting = row.get_counting_display() if row.counting else ""
    facts: list[tuple[str, Any]] = []
    if definition is not None:
        facts = [
            (_("What it counts"), translated(definition, "counts").html),
            (_("What it does not count"), translated(definition, "counts_not").html),
            (_("The question as asked"), translated(definition, "wording").html),
        ]
        quantity = quantity or (definition.get_quantity_display() if definition.quantity else "")
        counting = counting or (definition.get_counting_display() if definition.counting else "")
    facts += [
        (_("Kind of quantity"), quantity),
        (_("How it is counted"), counting),
        (_("Code of the definition"), row.definition),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]


def _break(definition: Definition) -> dict[str, Any]:
    return {
        "code": definition.code,
        "counts": translated(definition, "counts").html,
        "reason": translated(definition, "break_reason").html,
        "since": fiscal_year(definition.first_year, style="short") if definition.first_year else "",
    }


def _versions(found: Provenance, subject: Subject) -> tables.Table | None:
    if len(found.versions) < 2:
        return None
    return tables.Table(
        caption=_("Every version of this value; none was overwritten"),
        columns=[
            tables.Column(_("Version"), head=True, narrow=True),
            tables.Column(_("Value"), numeric=True),
            tables.Column(_("Why")),
            tables.Column(_("Entered")),
        ],
        rows=[_version(row, found, subject) for row in reversed(found.versions)],
        phone="cards",
        ident="versions",
    )


def _version(row: Observation, found: Provenance, subject: Subject) -> list[Any]:
    here = row.pk == found.value.pk
    stands = row.pk == found.newest.pk
    note = _("this page") if here else ""
    return [
        tables.Cell(
            str(row.revision), url="" if here else reverse("figures-value", args=[row.pk]), note=note
        ),
        tables.Cell(
            format_value(row.value, subject.unit, decimals=row.decimals),
            note=_("stands today") if stands else "",
        ),
        tables.Cell(row.reason or _("first version"), note=str(translated(row, "note"))),
        tables.Cell(format_date(row.entered_at, weekday=False)),
    ]


def _cut(request: ViewedRequest, cut: ShownCut, subject: Subject, place: int) -> dict[str, Any]:
    titles = [dimension_title(name, cut.observation.metric) for name in cut.dimensions]
    names = [member_names(request.viewer, name) for name in cut.dimensions]
    columns = [tables.Column(title, head=number == 0) for number, title in enumerate(titles)]
    return {
        "hidden": cut.hidden,
        "least": cut.least_cell,
        "table": tables.Table(
            caption=_("By %(dimensions)s") % {"dimensions": _(", ").join(titles)},
            columns=[*columns, tables.Column(_("Value"), numeric=True)],
            rows=[
                [
                    *(found.get(part, part) for found, part in zip(names, cell.key, strict=True)),
                    _cell(cell, cut, subject),
                ]
                for cell in cut.cells
            ],
            phone="scroll",
            ident=f"cut-{place}",
        ),
    }


def _cell(cell: ShownCell, cut: ShownCut, subject: Subject) -> tables.Cell:
    if cell.is_hidden and not cut.sees_all:
        return tables.Cell(_("hidden"))
    text = format_value(cell.value, subject.unit, decimals=cut.observation.decimals)
    return tables.Cell(text, note=_("hidden from the public") if cell.is_hidden else "")
