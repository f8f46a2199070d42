"""The page of a sheet: filled in while it lies with its department, read from then on; drafts; handing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.evaluation.actions import FILL, READ
from jichi.evaluation.deadlines import due_of, is_past
from jichi.evaluation.enums import CycleState, SheetState
from jichi.evaluation.models import Sheet
from jichi.evaluation.page_words import about, lies_in_words, moment_words, name_of
from jichi.evaluation.queries.page_editions import is_inside
from jichi.evaluation.queries.page_queries import (
    newest_revision,
    proposals_for,
    remarks_on,
    sheet_seen,
    standing_values,
    typed_in,
    values_for,
)
from jichi.evaluation.queries.sheets import previous_of
from jichi.evaluation.services.filling import hand_in, save_draft
from jichi.sheets.definition import Definition, Filler, Problem, Raw
from jichi.sheets.pages import form_page, raw_from_post, row_counts, rows_pressed
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import read
from jichi.sheets.services import AnswersInvalid
from jichi.sheets.words import problem_text, typed_differences

from .answers import asides, differing_proposals
from .frame import cycle_crumbs, not_now, number_in, sentences, sheet_crumbs, sheet_to, sheet_url, viewer_of
from .sheet_context import surroundings


@dataclass
class Page:
    """A sheet's page in the making: who looks, what stands, and what came of what was sent."""

    http: HttpRequest
    sheet: Sheet
    viewer: Viewer
    definition: Definition
    raw: Raw = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    rows: dict[str, int] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    faster: bool = False
    status: int = 200


def may_fill_now(viewer: Viewer, sheet: Sheet) -> bool:
    """Whether the viewer can write into the sheet as things stand."""
    is_open = sheet.cycle.state == CycleState.OPEN and sheet.state == SheetState.FILLING
    return is_open and viewer.can(FILL, sheet)


@require_http_methods(["GET", "POST"])
def sheet_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """One sheet; a POST saves the draft, adds a row or goes on to handing in."""
    viewer = viewer_of(http)
    viewer.require(READ)
    if not is_inside(viewer):
        return redirect("staff-evaluation-edition", pk=pk)
    sheet = sheet_seen(viewer, pk)
    page = Page(http, sheet, viewer, definition_of(sheet.answer_set.form_version))
    page.raw = typed_in(sheet, newest_revision(sheet))
    if http.method == "POST":
        if not may_fill_now(viewer, sheet):
            text = _("Nothing can be written here now. Nothing was saved.")
            return not_now(http, f"{text} {lies_in_words(sheet)}", sheet_url(sheet))
        answer = _posted(page)
        if answer is not None:
            return answer
    return show(
        http,
        "evaluation/sheets/sheet.html",
        _context(page),
        crumbs=cycle_crumbs(sheet.cycle),
        status=page.status,
    )


# --- what was sent ------------------------------------------------------------------------------------
def _posted(page: Page) -> HttpResponse | None:
    """What came of the page's form; None where it is shown again with what was typed."""
    data = page.http.POST
    page.raw = raw_from_post(page.definition, data)
    page.rows = row_counts(page.definition, data)
    if rows_pressed(data):
        return None
    version = number_in(data.get("version", "")) or 0
    try:
        page.sheet = save_draft(viewer=page.viewer, sheet_id=page.sheet.pk, raw=page.raw, version=version)
    except Conflict as error:
        page.status, page.faster = 409, True
        page.sheet.answer_set = getattr(error.current, "answer_set", error.current)
        theirs = typed_in(page.sheet, newest_revision(page.sheet))
        page.others = typed_differences(page.definition, theirs, page.raw)
        return None
    except Invalid as error:
        page.status, page.objections = 422, sentences(error)
        return None
    if "hand_in" not in data:
        messages.success(page.http, _saved(page.sheet))
        return redirect(sheet_url(page.sheet))
    reading = read(page.definition, page.raw)
    page.problems = reading.problems
    if not reading.is_acceptable:
        page.status = 422
        return None
    return redirect("staff-evaluation-sheet-hand-in", pk=page.sheet.pk)


def _saved(sheet: Sheet) -> str:
    text = _("The draft is saved. It has not been handed in.")
    return f"{text} {_late_words()}" if _is_late(sheet) else text


def _is_late(sheet: Sheet) -> bool:
    return is_past(due_of(sheet, SheetState.FILLING), timezone.now())


def _late_words() -> str:
    return _("The deadline has passed; it is taken all the same, and marked as late.")


@require_http_methods(["GET", "POST"])
def sheet_save(http: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft while somebody types (called by the page itself); says in JSON what came of it."""
    sheet = sheet_to(http, pk, FILL)
    if http.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    raw = raw_from_post(definition_of(sheet.answer_set.form_version), http.POST)
    version = number_in(http.POST.get("version", "")) or 0
    try:
        saved = save_draft(viewer=viewer_of(http), sheet_id=sheet.pk, raw=raw, version=version)
    except Conflict:
        text = _(
            "A colleague saved this sheet while you were typing. Nothing of yours is lost: press “Save the"
            " draft” to see both side by side."
        )
        return JsonResponse({"text": text}, status=409)
    except Invalid as error:
        return JsonResponse({"text": " ".join(sentences(error))}, status=422)
    now = timezone.localtime()
    text = _("Saved by itself at %(time)s.") % {"time": f"{now:%H:%M}"}
    if _is_late(saved):
        text = f"{text} {_late_words()}"
    return JsonResponse({"version": saved.answer_set.version, "text": text})


# --- handing in ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def sheet_hand_in(http: HttpRequest, pk: int) -> HttpResponse:
    """Look once more at what was written, say why one differs from Jichi's proposals, and hand it in."""
    sheet = sheet_to(http, pk, FILL)
    viewer = viewer_of(http)
    if not may_fill_now(viewer, sheet):
        return not_now(http, lies_in_words(sheet), sheet_url(sheet))
    definition = definition_of(sheet.answer_set.form_version)
    raw = typed_in(sheet, newest_revision(sheet))
    reading = read(definition, raw)
    if not reading.is_acceptable:
        text = _("Something is to be corrected before the sheet can be handed in. The draft is saved.")
        return not_now(http, text, sheet_url(sheet))
    others = differing_proposals(definition, proposals_for(viewer, sheet), reading.values)
    for one in others:
        one["reason"] = http.POST.get(f"reason-{one['field']}", "").strip()
    note, status, objections = http.POST.get("note", "").strip()[:300], 200, []
    if http.method == "POST":
        version = number_in(http.POST.get("version", "")) or 0
        try:
            hand_in(
                viewer=viewer,
                sheet_id=sheet.pk,
                raw=raw,
                version=version,
                note=note,
                reasons={one["field"]: one["reason"] for one in others},
            )
        except Conflict:
            text = _("The draft was changed while you looked at it. Look at it once more and hand it in.")
            status, objections = 409, [text]
        except AnswersInvalid as error:
            status, objections = 422, [problem_text(one, definition) for one in error.problems]
        except Invalid as error:
            status = 422
            for one in others:
                one["error"] = " ".join(error.messages.get(one["field"], []))
            if not any(one["error"] for one in others):
                objections = sentences(error)
        else:
            messages.success(http, _handed_in(sheet_seen(viewer, pk)))
            return redirect(sheet_url(sheet))
    context = {
        "title": _("Hand in: %(name)s") % {"name": name_of(sheet)},
        "kind": f"{sheet.get_kind_display()} · {sheet.cycle.title}",
        "lead": _after_words(sheet),
        "row": sheet,
        "version": sheet.answer_set.version,
        "late": _is_late(sheet),
        "due": due_of(sheet),
        "warnings": [problem_text(one, definition) for one in reading.problems],
        "others": others,
        "note": note,
        "objections": objections,
        "back": sheet_url(sheet),
        **form_page(definition, raw={}, known=reading.values, fill=Filler.ASKER),
    }
    return show(http, "evaluation/sheets/hand_in.html", context, crumbs=sheet_crumbs(sheet), status=status)


def _after_words(sheet: Sheet) -> str:
    if sheet.cycle.check_levels == 1:
        return _("Then the head of the section looks at it, and after that the planning section.")
    return _(
        "Then the heads of the section and of the bureau look at it, and after that the planning section."
    )


def _handed_in(sheet: Sheet) -> str:
    text = _("The sheet is handed in. Thank you.")
    return f"{text} {lies_in_words(sheet)}"


# --- what is shown ------------------------------------------------------------------------------------
def _context(page: Page) -> dict[str, Any]:
    sheet, viewer, definition = page.sheet, page.viewer, page.definition
    now = timezone.now()
    fills = may_fill_now(viewer, sheet)
    revision = newest_revision(sheet)
    earlier = previous_of(viewer, [sheet]).get(sheet.pk)
    remarks = remarks_on(viewer, sheet)
    proposals = proposals_for(viewer, sheet)
    context: dict[str, Any] = {
        "title": name_of(sheet),
        "kind": f"{sheet.get_kind_display()} · {sheet.cycle.title}",
        "lead": lies_in_words(sheet),
        "shows_form": fills,
        "faster": page.faster,
        "others": page.others,
        "objections": page.objections,
        "answers_version": sheet.answer_set.version,
        "save_url": reverse("staff-evaluation-sheet-save", args=[sheet.pk]),
        "draft_at": moment_words(sheet.answer_set.draft_at) if sheet.answer_set.version > 1 else "",
        "compare_url": reverse("staff-evaluation-sheet-compare", args=[sheet.pk]) if earlier else "",
        "is_late": fills and _is_late(sheet),
        "is_draft": revision is None or (sheet.state == SheetState.FILLING and bool(sheet.answer_set.draft)),
        "instructions": sheet.cycle.instructions,
        **surroundings(viewer, sheet, remarks, revision, now, definition),
    }
    previous = values_for(sheet, earlier)
    note = about(earlier.sheet.cycle) if earlier is not None else ""
    beside = asides(sheet, definition, remarks, proposals, may_remark=context["acts"]["remark"] and not fills)
    if fills:
        context |= form_page(
            definition,
            raw=page.raw,
            problems=page.problems,
            previous=previous,
            previous_note=note,
            rows=page.rows,
            action=sheet_url(sheet),
            beside=beside,
        )
    else:
        context |= form_page(
            definition,
            raw={},
            known=standing_values(sheet, revision),
            previous=previous,
            previous_note=note,
            fill=Filler.ASKER,
            beside=beside,
        )
    return context
