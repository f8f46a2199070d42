"""Workbooks of sheets: taking them and uploading them, for one sheet, an office, or a whole evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import Crumb, show
from jichi.evaluation.actions import TAKE_ALL, TAKE_IN, TAKE_WORKBOOK
from jichi.evaluation.enums import CycleState
from jichi.evaluation.models import Cycle
from jichi.evaluation.page_words import name_of, state_of
from jichi.evaluation.queries.cycles import cycle_for
from jichi.evaluation.queries.workbooks import (
    OfficeLine,
    office_in,
    offices_in,
    own_offices_in,
    sheets_reached,
)
from jichi.evaluation.services import returning
from jichi.evaluation.services.returning import FileTaken, SheetTaken, take_in_workbooks
from jichi.evaluation.services.workbooks import (
    take_all_workbooks,
    take_department_workbook,
    take_workbook,
)
from jichi.evaluation.workbook_forms import ReturnedForm
from jichi.figures.inquiries.services import File

from .frame import cycle_crumbs, cycle_to, do, sentences, sheet_crumbs, sheet_to, sheet_url, viewer_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

Take = Callable[[Iterable[File], dict[str, Any]], list[FileTaken]]


# --- one sheet ------------------------------------------------------------------------------------
def sheet_workbook(http: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of one sheet."""
    sheet = sheet_to(http, pk, TAKE_WORKBOOK)
    return _given(
        http, lambda: take_workbook(viewer=viewer_of(http), sheet_id=sheet.pk), back=sheet_url(sheet)
    )


@keeps_form
@require_http_methods(["GET", "POST"])
def sheet_return(http: HttpRequest, pk: int) -> HttpResponse:
    """Upload the workbook of one sheet."""
    sheet = sheet_to(http, pk, TAKE_IN)
    return _returned(
        http,
        title=_("Upload the workbook: %(title)s") % {"title": name_of(sheet)},
        way=sheet_crumbs(sheet),
        back=sheet_url(sheet),
        take=lambda files, data: take_in_workbooks(
            viewer=viewer_of(http), sheet_id=sheet.pk, files=files, **data
        ),
    )


# --- an office ------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def office_workbook(http: HttpRequest, pk: int, department: int) -> HttpResponse:
    """What of an evaluation lies with an office, and its workbook with all of that."""
    cycle = cycle_for(viewer_of(http), pk)
    line = office_in(viewer_of(http), cycle, department, TAKE_WORKBOOK)
    if http.method == "POST":
        return _given(
            http,
            lambda: take_department_workbook(
                viewer=viewer_of(http), cycle_id=cycle.pk, department_id=department
            ),
            back=office_url(cycle, line.department),
        )
    context = {
        "title": _("Workbook of %(office)s") % {"office": line.department.name},
        "cycle": cycle,
        "is_open": cycle.state == CycleState.OPEN,
        "line": line,
        "sheets": _sheets(http, cycle, department),
        "return_url": reverse("staff-evaluation-workbooks-office-return", args=[cycle.pk, department]),
    }
    return show(http, "evaluation/workbooks/office.html", context, crumbs=_office_crumbs(http, cycle))


@keeps_form
@require_http_methods(["GET", "POST"])
def office_return(http: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Upload the workbook of an office."""
    cycle = cycle_for(viewer_of(http), pk)
    line = office_in(viewer_of(http), cycle, department, TAKE_IN)
    back = office_url(cycle, line.department)
    title = _("Workbook of %(office)s") % {"office": line.department.name}
    return _returned(
        http,
        title=_("Upload workbooks: %(office)s") % {"office": line.department.name},
        way=[*_office_crumbs(http, cycle), {"title": title, "url": back}],
        back=back,
        take=lambda files, data: take_in_workbooks(
            viewer=viewer_of(http), cycle_id=cycle.pk, department_id=department, files=files, **data
        ),
    )


# --- a whole evaluation ---------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def cycle_workbooks(http: HttpRequest, pk: int) -> HttpResponse:
    """Which office has how many sheets in hand, and the workbooks of all of them in one zip file."""
    cycle = cycle_to(http, pk, TAKE_ALL)
    if http.method == "POST":
        back = reverse("staff-evaluation-workbooks", args=[cycle.pk])
        return _given(http, lambda: take_all_workbooks(viewer=viewer_of(http), cycle_id=cycle.pk), back=back)
    lines = offices_in(viewer_of(http), cycle, TAKE_ALL)
    context = {
        "title": _("Workbooks"),
        "cycle": cycle,
        "is_open": cycle.state == CycleState.OPEN,
        "lines": [_office(cycle, line) for line in lines],
        "open": sum(line.open for line in lines),
        "offices": sum(line.open > 0 for line in lines),
        "return_url": reverse("staff-evaluation-workbooks-return", args=[cycle.pk]),
    }
    return show(http, "evaluation/workbooks/offices.html", context, crumbs=cycle_crumbs(cycle))


@keeps_form
@require_http_methods(["GET", "POST"])
def cycle_return(http: HttpRequest, pk: int) -> HttpResponse:
    """Upload workbooks of any office."""
    cycle = cycle_to(http, pk, TAKE_ALL)
    back = reverse("staff-evaluation-workbooks", args=[cycle.pk])
    return _returned(
        http,
        title=_("Workbooks that came back"),
        way=[*cycle_crumbs(cycle), {"title": _("Workbooks"), "url": back}],
        back=back,
        take=lambda files, data: take_in_workbooks(
            viewer=viewer_of(http), cycle_id=cycle.pk, files=files, **data
        ),
    )


# --- what they have in common ---------------------------------------------------------------------
def office_url(cycle: Cycle, department: Department) -> str:
    """The page of an office's workbook."""
    return reverse("staff-evaluation-workbooks-office", args=[cycle.pk, department.pk])


def office_links(cycle: Cycle, viewer: Viewer) -> list[dict[str, str]]:
    """The workbooks of the viewer's own offices, for the page of an evaluation."""
    return [
        {"title": _("Workbook of %(office)s") % {"office": one.name}, "url": office_url(cycle, one)}
        for one in own_offices_in(viewer, cycle, TAKE_WORKBOOK)
    ]


def _office_crumbs(http: HttpRequest, cycle: Cycle) -> list[Crumb]:
    if not viewer_of(http).can(TAKE_ALL, cycle):
        return cycle_crumbs(cycle)
    url = reverse("staff-evaluation-workbooks", args=[cycle.pk])
    return [*cycle_crumbs(cycle), {"title": _("Workbooks"), "url": url}]


def _given(http: HttpRequest, act: Callable[[], File], *, back: str) -> HttpResponse:
    """A workbook to be saved under its own name; why there is none stands above the page ``back``."""
    made: list[File] = []
    response = do(http, lambda: made.append(act()), back=back)
    if not made:
        return response
    kind = ZIP if made[0].name.endswith(".zip") else XLSX
    response = HttpResponse(made[0].content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, made[0].name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _office(cycle: Cycle, line: OfficeLine) -> dict[str, Any]:
    return {
        "name": line.department.name,
        "url": office_url(cycle, line.department),
        "whole": line.whole,
        "open": line.open,
        "done": line.whole - line.open,
        "given_out": line.given_out,
    }


def _sheets(http: HttpRequest, cycle: Cycle, department: int) -> list[dict[str, Any]]:
    rows = sheets_reached(viewer_of(http), TAKE_WORKBOOK, cycle_id=cycle.pk, department_id=department)
    now = timezone.now()
    return [
        {"name": name_of(sheet), "url": sheet_url(sheet), "state": state_of(sheet, now)} for sheet in rows
    ]


def _returned(http: HttpRequest, *, title: str, way: list[Crumb], back: str, take: Take) -> HttpResponse:
    """The upload; then what became of each file and each sheet in it."""
    form = ReturnedForm(http.POST, http.FILES) if http.method == "POST" else ReturnedForm()
    done: list[FileTaken] = []
    status = 200
    if http.method == "POST" and is_refused(http):
        form.errors.clear()
        form.add_error("files", too_long_sentence())
        status = 413
    elif http.method == "POST":
        status = 422
        if form.is_valid():
            data = dict(form.cleaned_data)
            files = [File(name=one.name, content=one.read()) for one in data.pop("files")]
            try:
                done = take(files, data)
            except Invalid as error:
                for text in sentences(error):
                    form.add_error("files", text)
            else:
                status = 200 if done and all(one.is_settled for one in done) else 422
                form = ReturnedForm(initial={"keep_draft": data["keep_draft"], "note": data["note"]})
                if not done:
                    form = ReturnedForm(http.POST, http.FILES)
                    form.add_error("files", _("There is no workbook in it."))
    context = {
        "title": title,
        "form": form,
        "back": back,
        "files": [_file(one) for one in done],
        "summary": _summary(done),
    }
    return show(http, "evaluation/workbooks/returned.html", context, crumbs=way, status=status)


_MARKS = {
    returning.TAKEN: ("met", gettext_noop("Handed in")),
    returning.SAME: ("met", gettext_noop("Says what stands already")),
    returning.UNTOUCHED: ("not_loaded", gettext_noop("Left alone: nothing was typed into it")),
    returning.DRAFTED: ("partial", gettext_noop("Kept as the draft, not handed in")),
    returning.NEWER: ("cannot_judge", gettext_noop("Not taken in: another answer came first")),
    returning.ELSEWHERE: ("cannot_judge", gettext_noop("Not taken in here")),
    returning.REFUSED: ("far_below", gettext_noop("Not taken in")),
}


def _file(one: FileTaken) -> dict[str, Any]:
    return {
        "name": one.name,
        "sentences": one.sentences,
        "warnings": one.warnings,
        "sheets": [_sheet(sheet) for sheet in one.sheets],
    }


def _sheet(one: SheetTaken) -> dict[str, Any]:
    state, word = _MARKS[one.outcome]
    return {
        "name": one.name,
        "url": sheet_url(one.sheet) if one.sheet is not None else "",
        "state": state,
        "word": _(word),
        "sentences": one.sentences,
        "warnings": one.warnings,
    }


def _summary(done: Sequence[FileTaken]) -> str:
    """How many sheets were handed in, out of all that came."""
    sheets = [sheet for file in done for sheet in file.sheets]
    taken = sum(sheet.outcome in {returning.TAKEN, returning.SAME} for sheet in sheets)
    if not sheets:
        return _("Nothing was taken in") if done else ""
    text = ngettext(
        "%(taken)d of %(count)d sheet was taken in.",
        "%(taken)d of %(count)d sheets were taken in.",
        len(sheets),
    )
    return text % {"taken": taken, "count": len(sheets)}
