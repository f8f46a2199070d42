"""Published evaluations in the API: which there are, what came of each, and every sheet whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from jichi.city.access import ANONYMOUS
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.public_sheets import main_judgement, sheet_page_for
from jichi.evaluation.queries.results import (
    changes_between,
    corrections_counted,
    counted,
    cycle_before,
    public_cycles_for,
    sheet_rows_for,
)
from jichi.evaluation.results.lists import cycle_url, sheet_url
from jichi.evaluation.results.sections import public_values
from jichi.sheets.definition import Definition
from jichi.sheets.reading import to_json
from jichi.sheets.words import say
from jichi.ui.content import translated

from .paging import ABSENT, BAD, Lang
from .reading import absolute

router = Router(tags=["evaluations"])


class Evaluation(Schema):
    """An evaluation that is published and past its embargo."""

    plan: str
    fiscal_year: int
    kind: str
    title: str
    public_since: dt.date
    rule: str | None
    rule_version: int | None
    rule_confirmed: bool | None
    corrections: int
    is_sample: bool
    url: str


class SheetInShort(Schema):
    """One sheet of an evaluation. A judgement that was not given is missing."""

    code: str
    name: str
    department: str | None
    ward: str | None
    kind: str
    judgements: dict[str, str]
    is_corrected: bool
    url: str


class Moved(Schema):
    """A project whose judgement is another one than the time before."""

    code: str
    before: str
    after: str


class EvaluationDetail(Evaluation):
    """An evaluation with its sheets, and what changed since the one before it (year null: none is public)."""

    compared_with: int | None
    improved: list[Moved]
    worsened: list[Moved]
    tallies: dict[str, dict[str, int]]
    sheets: list[SheetInShort]


class Answer(Schema):
    """An answer of a sheet: the field, the row of a table (empty: none), its label and its value as text."""

    field: str
    row: str
    label: str
    value: Any


class Edition(Schema):
    """A version of a sheet that was public."""

    number: int
    kind: str
    made_on: dt.date
    reason: str
    sha256: str


class Sheet(SheetInShort):
    """A sheet as it stands today, whole; numbers are text, as they were given."""

    plan: str
    fiscal_year: int
    evaluation: str
    form: str
    answers: list[Answer]
    grades: list[dict[str, Any]]
    numbers: list[dict[str, Any]]
    finance: list[dict[str, Any]]
    editions: list[Edition]


@router.get(
    "/evaluations",
    response={200: list[Evaluation], **BAD},
    url_name="evaluations",
    summary=gettext_noop("Evaluations"),
)
def evaluations(request: HttpRequest, lang: Lang) -> Any:
    """Every published evaluation, newest first."""
    cycles = list(public_cycles_for(ANONYMOUS))
    corrected = corrections_counted(ANONYMOUS, [row.pk for row in cycles])
    return [_evaluation(row, corrected[row.pk]) for row in cycles]


@router.get(
    "/evaluations/{plan}/{fiscal_year}/{kind}",
    response={200: EvaluationDetail, **ABSENT},
    url_name="evaluation",
    summary=gettext_noop("One evaluation"),
)
def evaluation(request: HttpRequest, plan: str, fiscal_year: int, kind: str, lang: Lang) -> Any:
    """An evaluation with its sheets and what changed since the one before it."""
    cycle = _cycle(plan, fiscal_year, kind)
    before = cycle_before(ANONYMOUS, cycle)
    found = sheet_rows_for(ANONYMOUS, [cycle.pk, *([before.pk] if before else [])])
    rows = [row for row in found if row.cycle_id == cycle.pk]
    key = main_judgement(cycle.kind)
    changes = changes_between(rows, [row for row in found if row.cycle_id != cycle.pk], key)
    judged = sorted({name for row in rows for name in row.judged})
    return {
        **_evaluation(cycle, corrections_counted(ANONYMOUS, [cycle.pk])[cycle.pk]),
        "compared_with": before.fiscal_year if before else None,
        "improved": [_moved(one) for one in changes.improved] if before else [],
        "worsened": [_moved(one) for one in changes.worsened] if before else [],
        "tallies": {name: dict(sorted(counted(rows, name).items())) for name in judged},
        "sheets": [
            {
                **_in_short(cycle, row.sheet),
                "name": str(row.name),
                "judgements": dict(row.judged),
                "is_corrected": row.is_corrected,
            }
            for row in rows
        ],
    }


@router.get(
    "/evaluations/{plan}/{fiscal_year}/{kind}/{code}",
    response={200: Sheet, **ABSENT},
    url_name="evaluation-sheet",
    summary=gettext_noop("One evaluation sheet"),
)
def evaluation_sheet(
    request: HttpRequest, plan: str, fiscal_year: int, kind: str, code: str, lang: Lang
) -> Any:
    """A published sheet as it stands today, with every edition that was public."""
    cycle = _cycle(plan, fiscal_year, kind)
    page = sheet_page_for(ANONYMOUS, cycle, code)
    if page is None:
        raise Http404
    content = page.edition.content
    named = content.get("form") or {}
    answers = _answers(content, page.form)
    judged = {
        one["field"]: one["value"] for one in answers if not one["row"] and isinstance(one["value"], str)
    }
    shown = (page.published, *(after for _before, after in page.corrections))
    return {
        **_in_short(cycle, page.sheet),
        "name": str(content.get("node", {}).get("name", "")),
        "judgements": {key: judged[key] for key in (main_judgement(cycle.kind),) if key in judged},
        "is_corrected": bool(page.corrections),
        "plan": cycle.plan.key,
        "fiscal_year": cycle.fiscal_year,
        "evaluation": cycle.kind,
        "form": f"{named.get('key', '')}#{named.get('number', '')}",
        "answers": answers,
        "grades": content.get("grades") or [],
        "numbers": content.get("numbers") or [],
        "finance": content.get("finance") or [],
        "editions": [
            {
                "number": one.number,
                "kind": one.kind,
                "made_on": timezone.localtime(one.made_at).date(),
                "reason": one.reason,
                "sha256": one.digest,
            }
            for one in shown
        ],
    }


def _cycle(plan: str, fiscal_year: int, kind: str) -> Cycle:
    found = (
        public_cycles_for(ANONYMOUS).filter(plan__key=plan, fiscal_year=fiscal_year, kind=kind).first()
        if 0 < fiscal_year < 10_000
        else None
    )
    if found is None:
        raise Http404
    return found


def _evaluation(cycle: Cycle, corrections: int) -> dict[str, Any]:
    rule = cycle.rule
    return {
        "plan": cycle.plan.key,
        "fiscal_year": cycle.fiscal_year,
        "kind": cycle.kind,
        "title": str(translated(cycle, "title")),
        "public_since": timezone.localtime(cycle.public_from).date() if cycle.public_from else None,
        "rule": rule.rule_set.key if rule else None,
        "rule_version": rule.number if rule else None,
        "rule_confirmed": rule.is_confirmed if rule else None,
        "corrections": corrections,
        "is_sample": cycle.is_sample,
        "url": absolute(cycle_url(cycle)),
    }


def _in_short(cycle: Cycle, sheet: Any) -> dict[str, Any]:
    office = sheet.department
    ward = office.ward if office is not None else None
    return {
        "code": sheet.node.code,
        "department": str(translated(office, "name")) if office is not None else None,
        "ward": str(translated(ward, "name")) if ward is not None else None,
        "kind": sheet.kind,
        "url": absolute(sheet_url(cycle, sheet.node.code)),
    }


def _moved(one: Any) -> dict[str, str]:
    return {"code": one.row.code, "before": one.before, "after": one.after}


def _answers(content: Mapping[str, Any], form: Definition | None) -> list[dict[str, Any]]:
    """The public answers, in the order of the form."""
    values = public_values(content, form)
    if form is None:
        return []
    places = {field.key: (place, field) for place, (_part, field) in enumerate(form.fields())}
    kept = to_json(values)
    ordered = sorted(values, key=lambda one: (places[one.field][0], len(one.row), one.row))
    return [
        {
            "field": one.field,
            "row": one.row,
            "label": say(places[one.field][1].label),
            "value": kept[str(one)],
        }
        for one in ordered
        if str(one) in kept
    ]
