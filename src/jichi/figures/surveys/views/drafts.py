"""A report before it is taken in: what it would change, what looks wrong, what must be decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.figures.models import SurveyDraft, SurveyWave
from jichi.ui.numbers import fiscal_year, format_date, format_number

from ..checks import findings
from ..differences import differences
from ..queries import Judged, judged_questions, report_of, states_for, targets_of, waves_of
from ..queries.measured import ENTERABLE
from ..report import Report, completed, from_json
from ..services import change_draft, discard_draft, take_draft
from ..wording import Asked
from .common import crumbs, draft_or_404, viewer_of
from .lines import difference_lines, figures_table, finding_lines, pieces_html


@require_http_methods(["GET", "POST"])
def draft_detail(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The preview of a report; confirmed, it is taken in whole or not at all."""
    viewer = viewer_of(request)
    draft = draft_or_404(viewer, token)
    if request.method != "POST":
        return _page(request, draft, {}, status=200)
    if request.POST.get("act") == "discard":
        discard_draft(viewer=viewer, draft=draft)
        messages.success(request, _("The report was discarded. Nothing was taken in."))
        return redirect(reverse("staff-survey", args=[draft.survey.key]))
    version = request.POST.get("version", "")
    try:
        # What was decided and typed is kept whether or not the report can be taken in.
        draft = change_draft(
            viewer=viewer,
            draft=draft,
            version=int(version) if version.isdigit() else 0,
            decisions=_decisions(request, draft),
        )
        if request.POST.get("act") == "decide":
            return redirect(reverse("staff-survey-draft", args=[draft.token]))
        taken = take_draft(
            viewer=viewer,
            draft=draft,
            version=draft.version,
            reason=request.POST.get("reason", ""),
            looked_at=bool(request.POST.get("looked_at")),
        )
    except Conflict:
        text = _("Somebody changed this report meanwhile. Look at it again before you confirm it.")
        return _page(request, draft_or_404(viewer, token), {"": [text]}, status=409)
    except Invalid as error:
        return _page(request, draft, error.messages, status=422)
    text = ngettext(
        "The report was taken in and %(count)d value entered.",
        "The report was taken in and %(count)d values entered.",
        len(taken.values),
    )
    messages.success(request, text % {"count": len(taken.values)})
    return redirect(reverse("staff-survey-wave", args=[taken.wave.survey.key, taken.wave.key]))


def _decisions(request: HttpRequest, draft: SurveyDraft) -> dict[str, Any]:
    found = dict(draft.decisions)
    for question in draft.data["questions"]:
        code = question["code"]
        if f"definition-{code}" in request.POST or f"reason-{code}" in request.POST:
            found[code] = {
                "definition": request.POST.get(f"definition-{code}", ""),
                "reason": request.POST.get(f"reason-{code}", "").strip()[:300],
            }
    return found


def _page(
    request: HttpRequest, draft: SurveyDraft, refused: Mapping[str, Sequence[str]], *, status: int
) -> HttpResponse:
    viewer, survey = viewer_of(request), draft.survey
    report = completed(from_json(draft.data), survey.publisher)
    wave = next((one for one in waves_of(survey) if one.key == report.key), None)
    judged = judged_questions(survey, report, draft.decisions)
    states = states_for(viewer, survey, report, judged, targets_of(survey), wave)
    found = findings(report)
    changed = differences(report_of(wave), report) if wave is not None else []
    needs_reason = bool(changed) or any(one.before is not None or one.withdrawn for one in states)
    warnings = finding_lines([one for one in found if not one.is_error], report, draft)
    context = {
        "title": report.title or _("New report"),
        "kind": _("Report to be looked at"),
        "lead": _("Nothing is taken in yet. Look at it, then confirm."),
        "draft": draft,
        "survey": survey,
        "report": report,
        "wave": wave,
        "refused": [text for name, texts in refused.items() for text in texts],
        "errors": finding_lines([one for one in found if one.is_error], report, draft),
        "warnings": warnings,
        "notes": draft.data.get("notes", []),
        "must_look": bool(warnings or draft.data.get("notes")),
        "looked_at": bool(request.POST.get("looked_at")),
        "same": wave is not None and not changed,
        "differences": difference_lines(changed),
        "reason": request.POST.get("reason", ""),
        "needs_reason": wave is not None and needs_reason,
        "decisions": [_decision(one, draft) for one in judged if one.comparison.asked is Asked.CHANGED],
        "elsewhere": [one for one in judged if one.elsewhere],
        "questions": _questions(judged, draft),
        "figures": figures_table(viewer, states) if states else None,
        "enterable": sum(one.standing in ENTERABLE for one in states),
        "facts": _facts(report),
    }
    return show(request, "figures/surveys/staff/draft.html", context, crumbs=crumbs(survey), status=status)


def _facts(report: Report) -> list[tuple[str, Any]]:
    made = SurveyWave(sampling=report.sampling, mode=report.mode)
    days = " – ".join(
        format_date(day, weekday=False) for day in (report.field_first, report.field_last) if day
    )
    rows = [
        (_("Key of the wave"), report.key),
        (_("Fiscal year"), fiscal_year(report.fiscal_year)),
        (_("How people were chosen"), made.get_sampling_display()),
        (_("How they were asked"), made.get_mode_display()),
        (_("Design of the sample"), report.design),
        (_("Who could be chosen"), report.population),
        (_("People asked"), format_number(report.asked) if report.asked is not None else ""),
        (_("People who answered"), format_number(report.answered) if report.answered is not None else ""),
        (_("Dates of the survey"), days),
        (_("Weights"), report.weighting),
        (_("Design effect"), report.design_effect),
        (_("Why it was not run"), report.not_run_reason),
        (_("Title of the report"), report.document.title),
        (_("Published by"), report.document.publisher),
        (_("Page or table"), report.document.locator),
    ]
    return [(term, value) for term, value in rows if value not in (None, "")]


def _decision(one: Judged, draft: SurveyDraft) -> dict[str, Any]:
    comparison, code = one.comparison, one.question.code
    nearest = comparison.nearest
    decided = draft.decisions.get(code, {})
    options = [
        {
            "value": known,
            "title": _("The same question: it keeps the definition %(code)s") % {"code": known},
            "checked": decided.get("definition") == known,
        }
        for known in comparison.known
    ]
    options.append(
        {
            "value": comparison.new_code,
            "title": _("Another question: it gets the definition %(code)s, and the line ends")
            % {"code": comparison.new_code},
            "checked": decided.get("definition") == comparison.new_code,
        }
    )
    return {
        "code": code,
        "words": pieces_html(comparison.words),
        "where": nearest.where if nearest else "",
        "gone": "、".join(comparison.gone),
        "added": "、".join(comparison.added),
        "reordered": comparison.reordered,
        "options": options,
        "reason": decided.get("reason", ""),
        "is_open": one.is_open,
    }


def _questions(judged: Sequence[Judged], draft: SurveyDraft) -> list[dict[str, Any]]:
    lines = []
    for place, one in enumerate(judged):
        question = one.question
        lines.append(
            {
                "question": question,
                "url": reverse("staff-survey-draft-question", args=[draft.token, place]),
                "n": question.whole.n if question.whole else None,
                "tables": len(question.tables),
                "definition": one.definition,
                "is_open": one.is_open,
                "asked": one.comparison.asked.value,
            }
        )
    return lines
