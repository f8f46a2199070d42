"""The acts on one sheet once it was handed in, each a small page: back, out, remarks, correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Conflict, Invalid
from jichi.city.views.acting import ask, go_on_from, posted
from jichi.city.workbench import show
from jichi.evaluation.actions import COMMENT, CORRECT, READ, SEND_BACK, WITHDRAW
from jichi.evaluation.enums import CycleState, SheetState
from jichi.evaluation.forms import ReasonForm, RemarkForm, SendBackForm
from jichi.evaluation.models import Sheet
from jichi.evaluation.moves import Step, backwards, can
from jichi.evaluation.page_words import lies_in_words, name_of, office_of
from jichi.evaluation.queries.page_editions import is_inside
from jichi.evaluation.queries.page_queries import (
    newest_revision,
    revisions_of,
    sheet_seen,
    typed_in,
)
from jichi.evaluation.queries.sheets import comment_for
from jichi.evaluation.services.checking import send_back
from jichi.evaluation.services.comments import remark, settle
from jichi.evaluation.services.correcting import correct_sheet
from jichi.evaluation.services.withdrawing import restore_sheet, withdraw_sheet
from jichi.evaluation.sides import may_send_back, sides_of
from jichi.sheets.definition import Filler, Problem
from jichi.sheets.pages import form_page, raw_from_post, row_counts, rows_pressed
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import from_json
from jichi.sheets.services import AnswersInvalid
from jichi.sheets.words import say, typed_differences

from .frame import back_from, do, not_now, number_in, sentences, sheet_crumbs, sheet_to, sheet_url, viewer_of


def _seen_again(form: Any) -> Any:
    """Let a form go on from the sheet as it stands now, saying where that is."""

    def again(current: Sheet) -> list[tuple[str, str, str]]:
        go_on_from(form, version=str(current.version))
        return [(_("Where it lies"), lies_in_words(current), "—")]

    return again


_PLACES = {
    SheetState.FILLING: lambda sheet: _("the department (%(office)s)") % {"office": office_of(sheet)},
    SheetState.SECTION: lambda sheet: _("the section's head"),
    SheetState.BUREAU: lambda sheet: _("the bureau"),
}


@require_http_methods(["GET", "POST"])
def sheet_send_back(http: HttpRequest, pk: int) -> HttpResponse:
    """Send a sheet back, saying what is wrong."""
    sheet = sheet_to(http, pk, SEND_BACK)
    is_open = sheet.cycle.state == CycleState.OPEN
    if not (is_open and can(Step.SEND_BACK, sheet.state) and may_send_back(viewer_of(http), sheet)):
        return not_now(http, lies_in_words(sheet), sheet_url(sheet))
    places = [
        (place.value, _PLACES[place](sheet))
        for place in backwards(sheet.state, levels=sheet.cycle.check_levels)
    ]
    form = SendBackForm(posted(http), initial={"version": sheet.version}, places=places)
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Send back: %(name)s") % {"name": name_of(sheet)},
        lead=_("What was handed in is kept; the corrected sheet becomes the next version."),
        button=_("Send back"),
        crumbs=sheet_crumbs(sheet),
        back=sheet_url(sheet),
        do=lambda data: send_back(
            viewer=viewer_of(http),
            sheet_id=sheet.pk,
            version=data["version"],
            reason=data["reason"],
            to=data["to"],
        ),
        done=_("Sent back. It stands among the work of those who correct it, with your reason."),
        conflict=_seen_again(form),
    )


@require_http_methods(["GET", "POST"])
def sheet_withdraw(http: HttpRequest, pk: int) -> HttpResponse:
    """Take a sheet out of the evaluation, or in again."""
    sheet = sheet_to(http, pk, WITHDRAW)
    if sheet.cycle.state != CycleState.OPEN:
        return not_now(http, lies_in_words(sheet), sheet_url(sheet))
    takes_in = sheet.state == SheetState.WITHDRAWN
    if takes_in and http.method == "POST":
        return do(
            http,
            lambda: restore_sheet(
                viewer=viewer_of(http),
                sheet_id=sheet.pk,
                version=number_in(http.POST.get("version", "")) or 0,
            ),
            back=sheet_url(sheet),
            done=_("It is part of the evaluation again."),
        )
    if takes_in:
        return redirect(sheet_url(sheet))
    form = ReasonForm(posted(http), initial={"version": sheet.version})
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Do not evaluate: %(name)s") % {"name": name_of(sheet)},
        lead=_(
            "It counts no more among the sheets of this evaluation. What was written is kept, and the reason"
            " is shown where the sheet would stand."
        ),
        button=_("Take it out of the evaluation"),
        danger=True,
        crumbs=sheet_crumbs(sheet),
        back=sheet_url(sheet),
        do=lambda data: withdraw_sheet(
            viewer=viewer_of(http), sheet_id=sheet.pk, version=data["version"], reason=data["reason"]
        ),
        done=_("It is not evaluated this time."),
        conflict=_seen_again(form),
    )


# --- remarks ------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def sheet_remark(http: HttpRequest, pk: int) -> HttpResponse:
    """Remark on a sheet, or on one of its answers (``?place=``)."""
    sheet = sheet_to(http, pk, COMMENT)
    viewer = viewer_of(http)
    if (
        sheet.cycle.state != CycleState.OPEN
        or not can(Step.REMARK, sheet.state)
        or not sides_of(viewer, sheet)
    ):
        return not_now(http, lies_in_words(sheet), sheet_url(sheet))
    definition = definition_of(sheet.answer_set.form_version)
    known = [(field.key, say(field.label)) for _part, field in definition.fields()]
    form = RemarkForm(
        posted(http),
        initial={"place": http.GET.get("place", "")},
        places=[("", _("the sheet as a whole")), *known],
    )
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Remark on %(name)s") % {"name": name_of(sheet)},
        lead=_("Everybody inside the city who works on this sheet reads it; nothing of it is published."),
        button=_("Put the remark"),
        crumbs=sheet_crumbs(sheet),
        back=f"{sheet_url(sheet)}#remarks",
        do=lambda data: remark(viewer=viewer, sheet_id=sheet.pk, text=data["text"], place=data["place"]),
        done=_("The remark stands beside the answer."),
    )


@require_http_methods(["GET", "POST"])
def remark_settle(http: HttpRequest, pk: int, remark_pk: int) -> HttpResponse:
    """Say that a remark is dealt with."""
    sheet = sheet_to(http, pk, COMMENT)
    row = comment_for(viewer_of(http), remark_pk)
    if row.sheet_id != sheet.pk:
        raise Http404
    return do(
        http,
        lambda: settle(viewer=viewer_of(http), comment_id=row.pk),
        back=f"{sheet_url(sheet)}#remarks",
        done=_("The remark is settled."),
    )


# --- what was handed in, and its correction -----------------------------------------------------------
@require_safe
def sheet_revision(http: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version of the answers as it was handed in."""
    viewer = viewer_of(http)
    viewer.require(READ)
    if not is_inside(viewer):
        return redirect("staff-evaluation-edition", pk=pk)
    sheet = sheet_seen(viewer, pk)
    found = next((one for one in revisions_of(viewer, sheet) if one.number == number), None)
    if found is None:
        raise Http404
    definition = definition_of(found.form_version)
    context = {
        "title": _("Handed in, no. %(number)d: %(name)s") % {"number": number, "name": name_of(sheet)},
        "kind": f"{sheet.get_kind_display()} · {sheet.cycle.title}",
        "row": sheet,
        "revision": found,
        "at": timezone.localtime(found.entered_at),
        **form_page(definition, raw={}, known=from_json(found.values, definition), fill=Filler.ASKER),
    }
    return show(http, "evaluation/sheets/revision.html", context, crumbs=sheet_crumbs(sheet))


@require_http_methods(["GET", "POST"])
def sheet_correct(http: HttpRequest, pk: int) -> HttpResponse:
    """Correct a published sheet, with the reason that is published beside it."""
    sheet = sheet_to(http, pk, CORRECT)
    if sheet.cycle.state != CycleState.PUBLISHED:
        text = _("Only a published sheet is corrected. Until then it is sent back.")
        return not_now(http, text, sheet_url(sheet))
    definition = definition_of(sheet.answer_set.form_version)
    raw = typed_in(sheet, newest_revision(sheet))
    problems: Sequence[Problem] = ()
    rows: dict[str, int] = {}
    objections: list[str] = []
    others: list[dict[str, str]] = []
    status, wrong = 200, ""
    reason = http.POST.get("reason", "").strip()[:300]
    if http.method == "POST":
        standing, raw = raw, raw_from_post(definition, http.POST)
        rows = row_counts(definition, http.POST)
        if not rows_pressed(http.POST):
            version = number_in(http.POST.get("version", "")) or 0
            try:
                correct_sheet(
                    viewer=viewer_of(http), sheet_id=sheet.pk, raw=raw, version=version, reason=reason
                )
            except AnswersInvalid as error:
                status, problems = 422, error.problems
            except Invalid as error:
                status, wrong = 422, " ".join(error.messages.get("reason", []))
                objections = [] if wrong else sentences(error)
            except Conflict:
                status, sheet = 409, sheet_seen(viewer_of(http), pk)
                standing = typed_in(sheet, newest_revision(sheet))
                others = typed_differences(definition, standing, raw)
            else:
                messages.success(
                    http, _("The corrected sheet is the next edition; the reason stands beside it.")
                )
                return redirect(sheet_url(sheet))
    context = {
        "title": _("Correct: %(name)s") % {"name": name_of(sheet)},
        "kind": f"{sheet.get_kind_display()} · {sheet.cycle.title}",
        "lead": _(
            "What was published stays readable. The correction becomes the next edition, and the public"
            " list of corrections names it with the reason."
        ),
        "row": sheet,
        "version": sheet.answer_set.version,
        "reason": reason,
        "reason_error": wrong,
        "objections": objections,
        "faster": status == 409,
        "others": others,
        "back": back_from(http, sheet_url(sheet)),
        **form_page(definition, raw=raw, problems=problems, rows=rows, action=http.path),
    }
    return show(http, "evaluation/sheets/correct.html", context, crumbs=sheet_crumbs(sheet), status=status)
