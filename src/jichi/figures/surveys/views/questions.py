"""Changing a report on its way, page by page: the wave's facts, a question, one of its tables."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict
from jichi.city.workbench import show
from jichi.figures.models import SurveyDraft

from ..forms import MORE_ROWS, QuestionForm, TableForm, WaveForm, line_forms, table_of
from ..queries import waves_of
from ..report import Answer, Question, Report, Table, from_json, with_question, written_decimals
from ..services import change_draft
from .common import crumbs, draft_or_404, viewer_of
from .taking import wave_context


def _save(request: HttpRequest, draft: SurveyDraft, report: Report) -> bool:
    """Keep the changed report; False when somebody was faster, and the page is to be shown again."""
    version = request.POST.get("version", "")
    try:
        change_draft(
            viewer=viewer_of(request),
            draft=draft,
            version=int(version) if version.isdigit() else 0,
            report=report,
        )
    except Conflict:
        return False
    return True


def _conflict_words() -> str:
    return _("Somebody changed this report meanwhile. What you typed stands here; save again to keep yours.")


@require_http_methods(["GET", "POST"])
def draft_wave(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The wave's facts."""
    draft = draft_or_404(viewer_of(request), token)
    report = from_json(draft.data)
    form = WaveForm(request.POST or None, initial=WaveForm.initial_of(report))
    if form.is_bound and form.is_valid():
        if _save(request, draft, form.report(report.questions)):
            return redirect(reverse("staff-survey-draft", args=[draft.token]))
        form.add_error(None, _conflict_words())
    context = wave_context(form) | {
        "title": _("Facts of the wave"),
        "version": draft_or_404(viewer_of(request), token).version,
        "button": _("Save"),
    }
    return _shown(request, "figures/surveys/staff/wave_form.html", context, draft, bool(form.errors))


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], draft: SurveyDraft, is_wrong: bool
) -> HttpResponse:
    way = crumbs(draft.survey, draft=draft)
    return show(request, template, context, crumbs=way, status=422 if is_wrong else 200)


# ---- a question --------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def question_new(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """A question that is to be added."""
    return _question(request, draft_or_404(viewer_of(request), token), None)


@require_http_methods(["GET", "POST"])
def question_edit(request: HttpRequest, token: uuid.UUID, number: int) -> HttpResponse:
    """A question of the report."""
    draft = draft_or_404(viewer_of(request), token)
    if number >= len(draft.data["questions"]):
        raise Http404
    return _question(request, draft, number)


def _question(request: HttpRequest, draft: SurveyDraft, number: int | None) -> HttpResponse:
    report = from_json(draft.data)
    before = report.questions[number] if number is not None else None
    initial = {name: getattr(before, name) for name in QuestionForm.base_fields} if before else {}
    form = QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and request.POST.get("act") == "remove" and number is not None:
        rest = tuple(one for place, one in enumerate(report.questions) if place != number)
        if _save(request, draft, replace(report, questions=rest)):
            messages.success(request, _("The question was removed from the report."))
            return redirect(reverse("staff-survey-draft", args=[draft.token]))
        form.add_error(None, _conflict_words())
    elif form.is_bound and form.is_valid():
        taken = [one.code for place, one in enumerate(report.questions) if place != number]
        if form.cleaned_data["code"] in taken:
            text = _("Another question has the code “%(code)s” already.")
            form.add_error("code", text % {"code": form.cleaned_data["code"]})
        elif _save(request, draft, with_question(report, form.question(before), number)):
            place = len(report.questions) if number is None else number
            if before is None or not before.tables:
                return redirect(reverse("staff-survey-draft-table-new", args=[draft.token, place]))
            return redirect(reverse("staff-survey-draft-question", args=[draft.token, place]))
        else:
            form.add_error(None, _conflict_words())
    context = {
        "title": before.code if before else _("Add a question"),
        "kind": _("Question of the survey"),
        "form": form,
        "fields": [form[name] for name in ("code", "wording", "several", "decimals")],
        "version": draft_or_404(viewer_of(request), draft.token).version,
        "tables": _table_lines(draft, number, before),
        "new_table": reverse("staff-survey-draft-table-new", args=[draft.token, number])
        if number is not None
        else "",
        "draft_url": reverse("staff-survey-draft", args=[draft.token]),
        "known_codes": _known_codes(draft, report),
    }
    return _shown(request, "figures/surveys/staff/question_form.html", context, draft, bool(form.errors))


def _known_codes(draft: SurveyDraft, report: Report) -> list[dict[str, str]]:
    """Codes of earlier waves that the report does not use yet, with their wording."""
    used = {one.code for one in report.questions}
    found: dict[str, str] = {}
    for wave in waves_of(draft.survey):
        for row in wave.questions.all():
            if row.code not in used:
                found.setdefault(row.code, row.wording)
    return [{"code": code, "wording": wording} for code, wording in found.items()]


def _table_lines(draft: SurveyDraft, number: int | None, question: Question | None) -> list[dict[str, Any]]:
    if question is None or number is None:
        return []
    return [
        {
            "url": reverse("staff-survey-draft-table", args=[draft.token, number, place]),
            "title": " · ".join(table.place) if table.group else _("All who answered"),
            "n": table.n,
            "answers": len(table.answers),
        }
        for place, table in enumerate(question.tables)
    ]


# ---- a table -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def table_new(request: HttpRequest, token: uuid.UUID, number: int) -> HttpResponse:
    """A table that is to be added: the first of all who answered, then the groups."""
    return _table(request, draft_or_404(viewer_of(request), token), number, None)


@require_http_methods(["GET", "POST"])
def table_edit(request: HttpRequest, token: uuid.UUID, number: int, place: int) -> HttpResponse:
    """A table of a question."""
    return _table(request, draft_or_404(viewer_of(request), token), number, place)


def _table(request: HttpRequest, draft: SurveyDraft, number: int, place: int | None) -> HttpResponse:
    report = from_json(draft.data)
    if number >= len(report.questions):
        raise Http404
    question = report.questions[number]
    if place is not None and place >= len(question.tables):
        raise Http404
    before = question.tables[place] if place is not None else _begun(question)
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    head = TableForm(data, initial={"dimension": before.dimension, "group": before.group, "n": before.n})
    more = MORE_ROWS if act == "more" else 0
    lines = line_forms(data, before.answers, decimals=question.decimals, more=more)
    wrong = False
    if act == "remove" and place is not None:
        rest = tuple(one for at, one in enumerate(question.tables) if at != place)
        if _save(request, draft, with_question(report, replace(question, tables=rest), number)):
            messages.success(request, _("The table was removed from the report."))
            return redirect(reverse("staff-survey-draft-question", args=[draft.token, number]))
        head.add_error(None, _conflict_words())
        wrong = True
    elif data is not None and act != "more":
        wrong = not all([head.is_valid(), *(line.is_valid() for line in lines)])
        if not wrong:
            changed = _put(question, table_of(head, lines), place)
            if _save(request, draft, with_question(report, changed, number)):
                messages.success(request, _("Kept."))
                following = "staff-survey-draft-table-new" if act == "next" else "staff-survey-draft-question"
                return redirect(reverse(following, args=[draft.token, number]))
            head.add_error(None, _conflict_words())
            wrong = True
    context = {
        "title": " · ".join(before.place) if before.group else _("Table of a question"),
        "kind": question.code,
        "lead": question.wording,
        "head": head,
        "fields": [head[name] for name in ("dimension", "group", "n")],
        "lines": lines,
        "rows": len(lines),
        "line_errors": _line_errors(lines),
        "version": draft_or_404(viewer_of(request), draft.token).version,
        "is_new": place is None,
        "back": reverse("staff-survey-draft-question", args=[draft.token, number]),
    }
    return _shown(request, "figures/surveys/staff/table_form.html", context, draft, wrong)


def _begun(question: Question) -> Table:
    """A new table: that of all comes first; a group's has the same answers, without numbers."""
    if not question.tables:
        return Table()
    first = question.tables[0]
    last = question.tables[-1]
    blank = tuple(Answer(option=one.option, subtotal=one.subtotal) for one in first.answers)
    return Table(dimension=last.dimension, answers=blank)


def _put(question: Question, table: Table, place: int | None) -> Question:
    tables = list(question.tables)
    if place is None:
        tables.append(table)
    else:
        tables[place] = table
    # The first numbers typed say with how many digits the report prints them.
    is_first = not any(one.answers for one in question.tables)
    decimals = max(question.decimals, written_decimals(tables)) if is_first else question.decimals
    return replace(question, tables=tuple(tables), decimals=decimals)


def _line_errors(lines: list[Any]) -> list[dict[str, str]]:
    return [
        {
            "url": f"#{line[name].id_for_label}",
            "text": _("Line %(line)d, %(field)s: %(text)s")
            % {"line": place + 1, "field": line[name].label, "text": " ".join(texts)},
        }
        for place, line in enumerate(lines)
        if line.is_bound
        for name, texts in line.errors.items()
        if name in line.fields
    ]
