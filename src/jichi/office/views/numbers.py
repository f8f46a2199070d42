"""Document numbers that came back in a file, and the list that is filled in for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.views.acting import posted
from jichi.city.workbench import show
from jichi.manifest import Column
from jichi.office import services
from jichi.office.actions import TAKE_IN
from jichi.office.forms import NumbersForm
from jichi.office.queries import without_number
from jichi.ui.downloads import Dataset, as_csv

from .frame import attached, crumbs, url_of


@keeps_form
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: ViewedRequest) -> HttpResponse:
    """Upload the file that came back; then what became of each row."""
    viewer = request.viewer
    viewer.require(TAKE_IN)
    form = NumbersForm(posted(request), request.FILES if request.method == "POST" else None)
    report: services.NumbersReport | None = None
    status = 200
    if request.method == "POST" and is_refused(request):
        form.errors.clear()
        form.add_error("file", too_long_sentence())
        status = 413
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                report = services.take_in_numbers(viewer=viewer, content=file.read(), filename=file.name)
            except Invalid as error:
                take_objections(form, error)
            else:
                status = 422 if report.bad else 200
                form = NumbersForm()
    waiting = without_number(viewer).count()
    context = {
        "title": _title(waiting),
        "form": form,
        "waiting": waiting,
        "list_url": reverse("staff-approval-numbers-list"),
        "back": reverse("staff-approvals"),
        "summary": _summary(report) if report is not None else "",
        "entered": [] if report is None else [_entered(one) for one in report.entered],
        "bad": [] if report is None else report.bad,
    }
    return show(request, "office/numbers.html", context, crumbs=crumbs(), status=status)


@require_safe
def to_fill_in(request: ViewedRequest) -> HttpResponse:
    """The approvals whose number has not come back, as CSV with empty columns for number and date."""
    request.viewer.require(TAKE_IN)
    columns = [Column(key=key, title=key) for key in ("id", "title", "number", "date")]
    rows = [{"id": str(one.pk), "title": one.title} for one in without_number(request.viewer)]
    dataset = Dataset(key="document-numbers", title="document-numbers", columns=columns, rows=rows)
    return attached(as_csv(dataset), "document-numbers.csv", "text/csv; charset=utf-8")


def _title(waiting: int) -> str:
    if not waiting:
        return _("No document number is awaited")
    text = ngettext(
        "%(count)d approval waits for its document number",
        "%(count)d approvals wait for their document number",
        waiting,
    )
    return text % {"count": waiting}


def _summary(report: services.NumbersReport) -> str:
    entered, bad = len(report.entered), len(report.bad)
    parts = [
        ngettext("%(count)d number was entered", "%(count)d numbers were entered", entered)
        % {"count": entered}
    ]
    if report.unchanged:
        text = ngettext("%(count)d stood already", "%(count)d stood already", report.unchanged)
        parts.append(text % {"count": report.unchanged})
    if bad:
        text = ngettext("%(count)d row was not entered", "%(count)d rows were not entered", bad)
        parts.append(text % {"count": bad})
    return _(", ").join(parts)


def _entered(approval: Any) -> dict[str, Any]:
    return {
        "title": approval.title,
        "url": url_of(approval),
        "number": approval.document_number,
        "day": approval.document_date,
    }
