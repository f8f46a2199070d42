"""The end of a review: the import is confirmed, with what the source does not print, or rejected."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.plan.enums import ImportState
from jichi.plan.models import ImportRun
from jichi.plan.services import confirm_import, reject_import
from jichi.plan.services.imports import document_to_apply

from ..forms.imports import ConfirmForm
from ..forms.rows import ReasonForm
from .review import page_of_run, run_or_404


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the import, with what the source does not print, or reject it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    if run.state != ImportState.REVIEW:
        raise Http404
    head = document_to_apply(viewer, run)["plan"]
    names = ("name", "first_year", "last_year", "adopted_on")
    initial = {"version": run.version, **{name: head[name] for name in names}}
    posted = request.POST if request.method == "POST" else None
    rejecting = posted is not None and posted.get("act") == "reject"
    confirm = ConfirmForm(posted if posted is not None and not rejecting else None, initial=initial)
    reject = ReasonForm(posted if rejecting else None, required=True, prefix="reject")
    form: Form = reject if rejecting else confirm
    changed = False
    if form.is_bound and form.is_valid():
        try:
            if rejecting:
                return _reject(request, run, reject)
            return _confirm(request, run, confirm)
        except Invalid as error:
            for name, sentences in error.messages.items():
                form.add_error(name if name in form.fields else None, sentences)
        except Conflict:
            changed = True
    context = {
        "form": confirm,
        "reject": reject,
        "failed": form if form.is_bound else None,
        "changed": changed,
        "publishes": True,
    }
    status = 409 if changed else 422 if form.is_bound else 200
    return page_of_run(request, run, "staff-import-end", "plan/staff/import_end.html", context, status)


def _confirm(request: HttpRequest, run: ImportRun, form: ConfirmForm) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    report = confirm_import(
        viewer=viewer,
        run_id=run.pk,
        version=form.cleaned_data["version"],
        reason=form.cleaned_data["reason"],
        publish=form.cleaned_data["publish"],
        plan_facts=form.plan_facts(),
    )
    text = ngettext(
        "The import is confirmed: %(count)d row of the plan changed.",
        "The import is confirmed: %(count)d rows of the plan changed.",
        report.touched,
    )
    messages.success(request, text % {"count": report.touched})
    return redirect(reverse("staff-plan", args=[report.plan.key]))


def _reject(request: HttpRequest, run: ImportRun, form: ReasonForm) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    version = request.POST.get("version", "")
    reject_import(
        viewer=viewer,
        run_id=run.pk,
        version=int(version) if version.isdigit() else 0,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("The import is rejected. What was read stays on record."))
    return redirect(reverse("staff-imports"))
