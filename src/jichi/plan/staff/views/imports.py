"""Imports: their list, the upload, the templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.queries import current_city
from jichi.city.uploads import is_refused, keeps_form, too_long_sentence
from jichi.city.workbench import show
from jichi.plan.enums import ImportState
from jichi.plan.importing import (
    ImportHints,
    PlanImportError,
    read_plan_file,
    workbook_template,
    write_workbook,
)
from jichi.plan.models import Plan
from jichi.plan.queries import plan_for, plans_for
from jichi.plan.queries.document import document_of
from jichi.plan.queries.staff import import_runs_for
from jichi.plan.services import start_import
from jichi.plan.services.partial import import_messages

from ..forms.imports import UploadForm
from .plans import plan_or_404

PER_PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, newest first; ``?state=`` narrows them down."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    rows = import_runs_for(viewer)
    if state in ImportState.values:
        rows = rows.filter(state=state)
    tabs = [{"title": _("All"), "url": reverse("staff-imports"), "current": state not in ImportState.values}]
    tabs += [
        {
            "title": one.label,
            "url": f"{reverse('staff-imports')}?state={one.value}",
            "current": state == one.value,
        }
        for one in ImportState
    ]
    context = {
        "title": _("Imports"),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": tabs,
        "may_start": viewer.can("plan.import:start"),
    }
    return show(request, "plan/staff/imports.html", context, crumbs=[])


@keeps_form
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file; what was read from it waits for review. A refused file leaves the form as it was
    typed.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plans = list(plans_for(viewer))
    if request.method != "POST":
        form = UploadForm(plans, initial={"plan": request.GET.get("plan") or (plans[0].key if plans else "")})
        return _upload_page(request, form)
    form = UploadForm(plans, request.POST, request.FILES)
    if is_refused(request):
        form.errors.clear()
        form.add_error("file", too_long_sentence())
        return _upload_page(request, form, status=413)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        content = upload.read()
        try:
            result = read_plan_file(content, filename=upload.name, hints=_hints(viewer, form))
            run = start_import(
                viewer=viewer, result=result, content=content, filename=upload.name, plan_key=form.plan_key
            )
        except PlanImportError as error:
            form.add_error("file", import_messages(error))
        except Invalid as error:
            for name, sentences in error.messages.items():
                form.add_error(name if name in form.fields else "file", sentences)
        else:
            messages.success(request, _("The file was read. Nothing of it is in the plan yet."))
            return redirect(reverse("staff-import", args=[run.pk]))
    return _upload_page(request, form, status=422)


def _upload_page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"title": _("Import a plan"), "form": form}
    crumbs = [{"title": _("Imports"), "url": reverse("staff-imports")}]
    return show(request, "plan/staff/import_new.html", context, crumbs=crumbs, status=status)


def _hints(viewer: Viewer, form: UploadForm) -> ImportHints:
    """What is known of the plan before its text is read."""
    data = form.cleaned_data
    plan = plan_for(viewer, form.plan_key)
    return ImportHints(
        plan_key=form.plan_key,
        plan_name=plan.name if plan else data["new_name"],
        first_year=plan.first_year if plan else data["first_year"],
        last_year=plan.last_year if plan else data["last_year"],
        repairs=repairs_for_city(),
    )


def repairs_for_city() -> tuple[tuple[str, str], ...]:
    """Misread words of the city's documents that its pack knows of."""
    city = current_city()
    if city is None or not city.pack:
        return ()
    try:
        return tuple(Pack.open(city.pack).repairs)
    except Invalid:
        # An installation may outlive its pack; the text is then read without its repairs.
        return ()


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty plan workbook."""
    return _file(workbook_template(), "jichi-plan-template.xlsx")


@require_safe
def workbook(request: HttpRequest, plan_key: str) -> HttpResponse:
    """The present plan as a workbook that can be changed and imported again."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan: Plan = plan_or_404(viewer, plan_key)
    return _file(write_workbook(document_of(viewer, plan.key)), f"{plan.key}.xlsx")
