"""Entering one value, or a table of them with a preview that writes nothing."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show
from jichi.figures.bulk import COLUMNS, read_table, template_csv, template_xlsx
from jichi.figures.models import SourceKind, StagedUpload
from jichi.figures.queries import bound_definition
from jichi.figures.services import Value, commit_upload, discard_upload, stage_upload
from jichi.figures.services.values import enter_with_evidence
from jichi.figures.staff_queries import (
    BulkResult,
    Known,
    evidence_by_id,
    evidence_choices_for,
    judge_rows,
    staged_for,
)
from jichi.plan.models import Series

from ..forms import EVIDENCE, TableForm, ValueForm
from .known import crumbs, known_or_404, name_of, subject_url, value_words

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _printed(known: Known) -> int:
    return int(known.owner.decimals if isinstance(known.subject, Series) else known.subject.decimals)


def _standing(known: Known) -> list[dict[str, str]]:
    return [{"year": str(row.fiscal_year), "text": value_words(row)} for row in known.observations]


@require_http_methods(["GET", "POST"])
def value_new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The form of one value; where one stands already, it is shown and a reason asked for."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    known = known_or_404(viewer, kind, pk)
    if not known.may_enter:
        raise Http404
    year = request.GET.get("year", "")
    initial = {
        "fiscal_year": year,
        "source_kind": SourceKind.DOCUMENT,
        "status": "final",
        "definition": bound_definition(known.subject),
    }
    data = request.POST if request.method == "POST" else None
    form = ValueForm(evidence_choices_for(viewer), _printed(known), data, initial=initial)
    if form.is_bound and form.is_valid():
        subject: dict[str, Any] = {"series" if known.is_series else "figure": known.subject}
        try:
            enter_with_evidence(
                viewer=viewer,
                value=Value(**form.facts(), **subject),
                evidence=_chosen_evidence(viewer, form.cleaned_data["evidence"]),
                new_evidence=_facts(form.evidence_facts()),
            )
        except Invalid as error:
            form.refuse(error.messages)
        else:
            messages.success(request, _("Saved. The value is not public until it is published."))
            return redirect(subject_url(known))
    context = {
        "title": _("Enter a value: %(name)s") % {"name": name_of(known.subject)},
        "form": form,
        "unit": known.unit,
        "main": [
            form[name] for name in ("fiscal_year", "value", "decimals", "as_of", "status", "source_kind")
        ],
        "evidence": [form[name] for name in EVIDENCE],
        "further": [
            form[name]
            for name in (
                "coverage_seen",
                "coverage_whole",
                "n",
                "interval_low",
                "interval_high",
                "definition",
            )
        ],
        "last": [form[name] for name in ("note", "reason")],
        "standing": _standing(known),
        "open_further": any(
            form[name].errors for name in form.fields if name.startswith(("cov", "int", "n", "def"))
        ),
    }
    way = [*crumbs(), {"title": name_of(known.subject), "url": subject_url(known)}]
    return show(request, "figures/staff/value.html", context, crumbs=way, status=422 if form.errors else 200)


def _chosen_evidence(viewer: Viewer, pk: str) -> Any:
    return evidence_by_id(viewer, int(pk)) if pk and pk.isdigit() else None


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    day = facts["published_on"]
    return {**facts, "published_on": datetime.date.fromisoformat(day) if day else None}


@require_safe
def template_as_csv(request: HttpRequest) -> HttpResponse:
    """The empty table as csv."""
    return _attached(template_csv(), "text/csv; charset=utf-8", "jichi-values.csv")


@require_safe
def template_as_xlsx(request: HttpRequest) -> HttpResponse:
    """The empty table as a workbook."""
    return _attached(template_xlsx(), XLSX, "jichi-values.xlsx")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@keeps_form
@require_http_methods(["GET", "POST"])
def table_new(request: HttpRequest) -> HttpResponse:
    """Upload a table. It is staged and judged row by row; nothing is entered yet."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    known = evidence_choices_for(viewer)
    if request.method != "POST":
        return _table_page(request, TableForm(known, initial={"source_kind": SourceKind.DOCUMENT}))
    form = TableForm(known, request.POST, request.FILES)
    if is_refused(request):
        form.errors.clear()
        form.add_error("file", too_long_sentence())
        return _table_page(request, form, status=413)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            content = upload.read(StagedUpload.MAX_BYTES + 1)
            if len(content) <= StagedUpload.MAX_BYTES:
                read_table(content)
            staged = stage_upload(
                viewer=viewer, filename=upload.name, content=content, options=form.options()
            )
        except Invalid as error:
            for name, sentences in error.messages.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            return redirect(f"{reverse('staff-values-preview')}?token={staged.token}")
    return _table_page(request, form, status=422)


def _table_page(request: HttpRequest, form: TableForm, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Enter a table of values"),
        "form": form,
        "evidence": [form[name] for name in EVIDENCE],
        "columns": COLUMNS,
    }
    return show(request, "figures/staff/table.html", context, crumbs=crumbs(), status=status)


@require_http_methods(["GET", "POST"])
def table_preview(request: HttpRequest) -> HttpResponse:
    """What a staged table (``?token=``) would do, its bad rows first; confirmed, it is entered whole or
    not at all.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    token = _token(request)
    staged = staged_for(viewer, token) if token is not None else None
    if staged is None or token is None:
        messages.warning(request, _("This table was entered or discarded already, or waited for too long."))
        return redirect(reverse("staff-values-import"))
    options = staged.options
    result = judge_rows(
        viewer,
        read_table(bytes(staged.content)),
        source_kind=options["source_kind"],
        status=options["status"],
    )
    problems: list[str] = []
    if request.method == "POST" and request.POST.get("act") == "discard":
        discard_upload(viewer=viewer, token=token)
        messages.success(request, _("The table was discarded. Nothing was entered."))
        return redirect(reverse("staff-values-import"))
    if request.method == "POST" and not result.of("bad"):
        try:
            return _commit(request, staged, result)
        except Invalid as error:
            problems = [text for texts in error.messages.values() for text in texts]
    state = request.GET.get("state", "")
    status = 422 if problems or (request.method == "POST" and result.of("bad")) else 200
    return _preview_page(request, staged, result, state, problems, status)


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("token", ""))
    except ValueError:
        return None


def _commit(request: HttpRequest, staged: StagedUpload, result: BulkResult) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rows = commit_upload(
        viewer=viewer,
        token=staged.token,
        values=result.values,
        evidence=_chosen_evidence(viewer, staged.options["evidence"]),
        new_evidence=_facts(staged.options["new_evidence"]),
    )
    text = ngettext("%(count)d value was entered.", "%(count)d values were entered.", len(rows))
    messages.success(request, text % {"count": len(rows)})
    return redirect(reverse("staff-figures"))


def _preview_page(
    request: HttpRequest,
    staged: StagedUpload,
    result: BulkResult,
    state: str,
    problems: list[str],
    status: int,
) -> HttpResponse:
    bad, total = len(result.of("bad")), len(result.rows)
    words = {
        "bad": _("Cannot be entered"),
        "new": _("New values"),
        "correction": _("Corrections"),
        "same": _("Known already"),
    }
    if state not in words:
        state = next((key for key in words if result.of(key)), "bad")
    address = f"{reverse('staff-values-preview')}?token={staged.token}"
    bad_text = ngettext(
        "%(bad)s bad row of %(total)s: nothing was entered.",
        "%(bad)s bad rows of %(total)s: nothing was entered.",
        bad,
    )
    shown = {"bad": numbers_text(bad), "total": numbers_text(total)}
    page = Paginator(result.of(state), PER_PAGE).get_page(request.GET.get("page"))
    labels = {column.key: column.label for column in COLUMNS}
    context = {
        "title": staged.filename,
        "lead": bad_text % shown if bad else _("Nothing is entered yet. Look at it, then confirm."),
        "bad": bad,
        "problems": problems,
        "enterable": len(result.values),
        "options": [
            {
                "title": word,
                "number": len(result.of(key)),
                "url": f"{address}&state={key}",
                "current": key == state,
            }
            for key, word in words.items()
        ],
        "page": page,
        "lines": [
            {
                "line": row.line,
                "what": " · ".join(
                    text
                    for key in ("indicator", "series", "project", "figure", "fiscal_year")
                    if (text := row.cells.get(key, ""))
                ),
                "value": row.cells.get("value", ""),
                "before": value_words(row.before) if row.before is not None else "",
                "problems": [
                    {"column": labels.get(key, key), "text": text, "cell": row.cells.get(key, "")}
                    for key, text in row.problems.items()
                ],
            }
            for row in page
        ],
        "shows_problems": state == "bad",
        "shows_before": state in {"correction", "same"},
        "evidence_title": staged.options["new_evidence"]["title"] or _("evidence entered before"),
    }
    way = [*crumbs(), {"title": _("Enter a table of values"), "url": reverse("staff-values-import")}]
    return show(request, "figures/staff/preview.html", context, crumbs=way, status=status)


def numbers_text(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}"
