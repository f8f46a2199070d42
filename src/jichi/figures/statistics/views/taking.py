"""Next year's file: uploaded, looked at, taken in as a whole or discarded; kept for whoever checks."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.requests import ViewedRequest
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show
from jichi.figures.models import TableImport, TableSource
from jichi.manifest import Column
from jichi.methods.tables.differences import compare
from jichi.methods.tables.stored import table_from_json
from jichi.methods.tables.troubles import Severity, Trouble
from jichi.ui import numbers
from jichi.ui.downloads import Dataset, download
from jichi.ui.tables import Table

from ..declared import MAP, TAKE
from ..forms import TakeForm, UploadForm
from ..judging import CORRECTION, NEW, Judged, judge, stopping
from ..names import IMPORT_STATES, KINDS
from ..pictures import RECORDS, table_picture
from ..places import stops
from ..queries import import_for
from ..services import discard_table, stage_table, take_table
from ..tables import differences_table, entered_table, values_table
from .mapping import trouble_lines
from .sources import crumbs, refuse, source_or_404

MOST_TROUBLES = 200
MOST_CELLS = 200
DIFFERENCE_COLUMNS = (
    Column(key="kind", title=gettext_noop("What")),
    Column(key="names", title=gettext_noop("Row")),
    Column(key="column", title=gettext_noop("Column")),
    Column(key="year_before", title=gettext_noop("Fiscal year before"), type="integer"),
    Column(key="old", title=gettext_noop("Before")),
    Column(key="year", title=gettext_noop("Fiscal year"), type="integer"),
    Column(key="new", title=gettext_noop("Now")),
    Column(key="cell", title=gettext_noop("Cell")),
)


@keeps_form
@require_http_methods(["GET", "POST"])
def upload(request: ViewedRequest, key: str) -> HttpResponse:
    """Upload a file of a table. It is read and compared; nothing is entered."""
    viewer = request.viewer
    source = source_or_404(viewer, key, TAKE)
    if request.method != "POST":
        return _upload_page(request, source, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if is_refused(request):
        form.errors.clear()
        form.add_error("file", too_long_sentence())
        return _upload_page(request, source, form, status=413)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = stage_table(
                viewer=viewer,
                source=source,
                filename=file.name,
                content=file.read(),
                **{name: form.cleaned_data[name] for name in ("fiscal_year", "as_of", "published_on")},
            )
        except Invalid as error:
            refuse(form, error)
        else:
            if row.mapping is None and viewer.can(MAP, source):
                address = reverse("staff-table-layout", args=[source.key])
                return redirect(f"{address}?import={row.pk}")
            return redirect("staff-table-import", key=source.key, pk=row.pk)
    return _upload_page(request, source, form, status=422)


def _upload_page(
    request: ViewedRequest, source: TableSource, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"title": _("Take a file in: %(name)s") % {"name": source.title}, "form": form}
    return show(request, "figures/statistics/upload.html", context, crumbs=crumbs(source), status=status)


def _import_or_404(viewer: Viewer, key: str, pk: int, *, whole: bool = False) -> TableImport:
    row = import_for(viewer, key, pk, whole=whole)
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
def import_page(request: ViewedRequest, key: str, pk: int) -> HttpResponse:
    """What a file says and what differs from the one before; while it waits, what it would enter."""
    viewer = request.viewer
    row = _import_or_404(viewer, key, pk, whole=True)
    if request.method != "POST":
        return _import_page(request, row, TakeForm())
    if not viewer.can(TAKE, row.source):
        raise Http404
    form = TakeForm(request.POST)
    try:
        if request.POST.get("act") == "discard":
            discard_table(viewer=viewer, import_id=row.pk)
            messages.success(request, _("The file was discarded. Nothing of it was entered."))
            return redirect("staff-table-source", key=row.source.key)
        if form.is_valid():
            taken = take_table(viewer=viewer, import_id=row.pk, reason=form.cleaned_data["reason"])
            text = ngettext(
                "%(count)d value was entered.", "%(count)d values were entered.", len(taken.entered)
            )
            messages.success(request, text % {"count": len(taken.entered)})
            return redirect("staff-table-import", key=row.source.key, pk=row.pk)
    except Invalid as error:
        refuse(form, error)
        row = _import_or_404(viewer, key, pk, whole=True)
    except Conflict:
        messages.warning(request, _("Somebody took this file in or discarded it meanwhile."))
        return redirect("staff-table-import", key=row.source.key, pk=row.pk)
    return _import_page(request, row, form, status=422)


def _import_page(request: ViewedRequest, row: TableImport, form: TakeForm, status: int = 200) -> HttpResponse:
    viewer, source = request.viewer, row.source
    is_staged = row.state == TableImport.State.STAGED
    judged = judge(viewer, row) if is_staged and row.rows else []
    blocked = stopping(judged)
    troubles = [Trouble.from_json(item) for item in row.problems]
    stopped = stops(row.problems)
    fresh = sum(one.state in {NEW, CORRECTION} for one in judged)
    corrects = any(one.state == CORRECTION for one in judged)
    form.fields["reason"].required = corrects
    context = {
        "title": _title(row),
        "kind": source.title,
        "row": row,
        "source": source,
        "state": IMPORT_STATES[row.state],
        "is_staged": is_staged,
        "form": form,
        "lead": _lead(row, stopped, blocked, fresh),
        "needs_layout": is_staged and row.mapping is None,
        "may_take": is_staged and viewer.can(TAKE, source),
        "may_map": viewer.can(MAP, source),
        "can_be_taken": is_staged and row.mapping is not None and not stopped and not blocked,
        "corrects": corrects,
        "fresh": fresh,
        "values": values_table(row, judged) if judged else None,
        "entered": _entered(row),
        "bad": trouble_lines([one for one in troubles if one.severity is not Severity.NOTE], MOST_TROUBLES),
        "notes": trouble_lines([one for one in troubles if one.severity is Severity.NOTE], MOST_TROUBLES),
        "bad_count": sum(one.severity is not Severity.NOTE for one in troubles),
        "unread": row.diff.get("unread", 0),
        "read": row.diff.get("read", 0),
        **_differences(row),
        "table": table_picture(table_from_json(row.rows, RECORDS), len(row.rows["rows"]))
        if row.rows
        else None,
        "file_url": reverse("staff-table-file", args=[source.key, row.pk])
        if row.state != TableImport.State.DISCARDED
        else "",
        "layout_url": f"{reverse('staff-table-layout', args=[source.key])}?import={row.pk}",
    }
    return show(request, "figures/statistics/import.html", context, crumbs=crumbs(source), status=status)


def _title(row: TableImport) -> str:
    year = numbers.fiscal_year(row.fiscal_year)
    if row.state == TableImport.State.STAGED:
        return _("What would the table of %(year)s enter?") % {"year": year}
    if row.state == TableImport.State.DISCARDED:
        return _("The file of %(year)s was discarded") % {"year": year}
    return _("What the table of %(year)s says") % {"year": year}


def _lead(row: TableImport, stopped: bool, blocked: list[Judged], fresh: int) -> str:
    if row.state != TableImport.State.STAGED:
        return ""
    if row.mapping is None:
        return _("Nobody has said yet how this table is read. Do that first.")
    if stopped:
        return _("The table could not be read. Nothing can be taken in before that is mended.")
    if blocked:
        text = ngettext(
            "%(count)d number of a figure is not to be had from this table. Mend that first.",
            "%(count)d numbers of figures are not to be had from this table. Mend that first.",
            len(blocked),
        )
        return text % {"count": len(blocked)}
    text = ngettext(
        "%(count)d value would be entered. Nothing is entered yet.",
        "%(count)d values would be entered. Nothing is entered yet.",
        fresh,
    )
    return text % {"count": fresh}


def _entered(row: TableImport) -> Table | None:
    """The values of a table that was taken in, each with the cell it came from."""
    if row.evidence is None:
        return None
    observations = list(
        row.evidence.observations.select_related("series__indicator", "project_figure__project").order_by(
            "fiscal_year", "pk"
        )
    )
    return entered_table(observations) if observations else None


def _differences(row: TableImport) -> dict[str, Any]:
    counts = row.diff.get("counts")
    if counts is None:
        return {"compared": False}
    cells = row.diff.get("cells", ())
    touching = [item for item in cells if item["targets"]]
    others = [item for item in cells if not item["targets"]]
    left = len(others[MOST_CELLS:]) + row.diff.get("left_out", 0)
    return {
        "compared": True,
        "previous_year": numbers.fiscal_year(row.diff.get("previous_year")),
        "counts": [
            *({"word": KINDS[kind], "number": counts[kind]} for kind in KINDS),
            {"word": _("the same"), "number": counts["same"]},
        ],
        "touching": differences_table(touching, _("Differences that touch figures"), "touching")
        if touching
        else None,
        "others": differences_table(others[:MOST_CELLS], _("All other differences"), "others")
        if others
        else None,
        "others_left": left,
        "differences_url": reverse("staff-table-differences", args=[row.source.key, row.pk]),
    }


@require_safe
def kept_file(request: ViewedRequest, key: str, pk: int) -> HttpResponse:
    """The file as it came."""
    row = _import_or_404(request.viewer, key, pk, whole=True)
    if row.state == TableImport.State.DISCARDED:
        raise Http404
    response = HttpResponse(bytes(row.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, row.filename)
    return response


@require_safe
def differences_csv(request: ViewedRequest, key: str, pk: int) -> HttpResponse:
    """Every difference from the table before, as csv."""
    row = _import_or_404(request.viewer, key, pk, whole=True)
    previous = row.previous
    if previous is None or not row.rows or not previous.rows:
        raise Http404
    found = compare(
        table_from_json(previous.rows), previous.fiscal_year, table_from_json(row.rows), row.fiscal_year
    )
    rows = [
        {
            "kind": str(KINDS[one.kind]),
            "names": " / ".join(one.keys),
            "column": one.measure,
            "year_before": one.year_before,
            "old": _number_or_text(one.old),
            "year": one.year,
            "new": _number_or_text(one.new),
            "cell": one.address,
        }
        for one in found.listed
    ]
    dataset = Dataset(
        key=f"{row.source.key}-{row.fiscal_year}-differences",
        title=row.source.title,
        columns=DIFFERENCE_COLUMNS,
        rows=rows,
    )
    return download(dataset, "csv")


def _number_or_text(said: str | None) -> Decimal | str | None:
    """A number stays one in a spreadsheet; a mark stays a mark."""
    if said is None:
        return None
    try:
        return Decimal(said)
    except InvalidOperation:
        return said
