"""Editing any row of a plan: its form, its history, what hangs on it; adding, removing, translating."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.queries import departments_for
from jichi.city.workbench import show
from jichi.plan.models import Node, Plan
from jichi.plan.queries import plans_for
from jichi.plan.queries.staff import edits_of_row, place_of, row_for, untranslated
from jichi.plan.services import edit_row, remove_row
from jichi.plan.services.edits import EDITABLE, owner_of, version_of
from jichi.plan.services.translate import TRANSLATABLE

from ..adding import additions_below
from ..children import children_of
from ..conflicts import chosen, differences
from ..forms.rows import ReasonForm, RowForm
from ..history import lines_of
from ..labels import kind_label, language_label, row_label
from ..pages import public_url, row_crumbs, row_url

EDIT = "plan.row:edit"


def row_or_404(viewer: Viewer, model: str, pk: Any) -> models.Model:
    """The row, or the page that says there is none."""
    row = row_for(viewer, model, pk)
    if row is None or type(row) not in EDITABLE:
        raise Http404
    return row


def choices_for(viewer: Viewer, row: models.Model | None) -> dict[str, list[tuple[Any, str]]]:
    """What a relation of the form may point to."""
    reach = viewer.departments_for(EDIT)
    departments = departments_for(viewer, timezone.localdate())
    listed = [(one.pk, one.name) for one in departments if reach is None or one.pk in reach]
    found: dict[str, list[tuple[Any, str]]] = {"department_id": listed}
    present = getattr(row, "department", None)
    if present is not None and present.pk not in {pk for pk, _name in listed}:
        listed.insert(0, (present.pk, present.name))
    found["plan_id"] = [(plan.pk, plan.name) for plan in plans_for(viewer)]
    if isinstance(row, Plan):
        found["node_id"] = [(node.pk, row_label(node)) for node in row.nodes.order_by("code")]
    return found


@require_http_methods(["GET", "POST"])
def row_edit(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """The form of one row. After a conflict it keeps what was typed and shows the other's change beside
    it.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    row = row_or_404(viewer, model, pk)
    above = list(place_of(row))
    may_edit = viewer.can(EDIT, owner_of(row))
    if request.method == "POST" and not may_edit:
        raise Http404
    data = chosen(request.POST, row, list(EDITABLE[type(row)])) if request.method == "POST" else None
    form = RowForm(row, data, choices=choices_for(viewer, row))
    conflict: list[Any] = []
    if data is not None and form.is_valid():
        try:
            edit_row(
                viewer=viewer,
                model=model,
                pk=pk,
                version=form.cleaned_data["version"],
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            form.refuse(error.messages)
        except Conflict as error:
            row = error.current
            conflict = differences(row, form.seen_facts(), form.changes())
            form = RowForm(row, _with_present_version(data, row), choices=choices_for(viewer, row))
            form.is_valid()
        else:
            messages.success(request, _("Saved: %(what)s.") % {"what": row_label(row)})
            return redirect(above_url(above, row))
    status = (
        409
        if conflict or (data is not None and form.is_bound and not form.errors)
        else 422
        if form.errors
        else 200
    )
    context = {
        **_around(viewer, row, above),
        "title": row_label(row),
        "kind": kind_label(model),
        "form": form,
        "fields": [form[name] for name in form.names] if may_edit else [],
        "facts": lines_of_row(row),
        "conflict": conflict,
        "is_conflict": status == 409,
        "may_edit": may_edit,
    }
    return show(request, "plan/staff/row.html", context, crumbs=row_crumbs(row, above), status=status)


def _with_present_version(data: Any, row: models.Model) -> Any:
    merged = data.copy()
    fresh = RowForm(row)
    merged["version"], merged["seen"] = version_of(row), fresh.initial["seen"]
    return merged


def lines_of_row(row: models.Model) -> list[Any]:
    """The editable facts of a row in words, for those who may only read."""
    facts = {name: getattr(row, name) for name in EDITABLE[type(row)]}
    return lines_of(type(row), None, facts)


def above_url(above: list[models.Model], row: models.Model) -> str:
    """Where one goes back to after saving: the heading or thing the row belongs to."""
    for one in reversed(above):
        if isinstance(one, Node | Plan) or not isinstance(row, Node):
            return row_url(one)
    return row_url(row)


def _around(viewer: Viewer, row: models.Model, above: list[models.Model]) -> dict[str, Any]:
    model, pk = type(row).__name__, row.pk
    plan = next((one for one in [row, *above] if isinstance(one, Plan)), None)
    may_edit = viewer.can(EDIT, owner_of(row))
    source = plan.language if plan is not None else settings.LANGUAGE_CODE
    names = TRANSLATABLE.get(type(row), ())
    texts = any(getattr(row, name) for name in names)
    return {
        "row": row,
        "children": children_of(row),
        "additions": [
            {"title": one.title, "url": reverse("staff-row-new", args=[one.model.__name__, pk])}
            for one in additions_below(row)
        ]
        if may_edit
        else [],
        "history": [{"edit": edit, "lines": lines_of_edit(edit)} for edit in edits_of_row(viewer, model, pk)],
        "languages_of_row": [
            {
                "title": language_label(code),
                "url": reverse("staff-row-translate", args=[model, pk, code]),
                "missing": bool(untranslated(row, names, code)),
            }
            for code, _name in settings.LANGUAGES
            if code != source
        ]
        if texts and viewer.can("plan.row:translate", owner_of(row))
        else [],
        "public_url": public_url(row, above) if plan is None or plan.published_at else "",
        "remove_url": reverse("staff-row-remove", args=[model, pk]) if may_edit and model != "Plan" else "",
        "may_undo": viewer.can("plan.edit:undo"),
    }


def lines_of_edit(edit: Any) -> list[Any]:
    """What an edit changed, in words."""
    model = ROW_MODELS.get(edit.model)
    return lines_of(model, edit.before, edit.after) if model else []


ROW_MODELS: dict[str, type[models.Model]] = {one.__name__: one for one in EDITABLE}


@require_http_methods(["GET", "POST"])
def row_remove(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """Take a row out, after a page that asks why."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    row = row_or_404(viewer, model, pk)
    if not viewer.can(EDIT, owner_of(row)):
        raise Http404
    above = list(place_of(row))
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, required=True)
    version = request.POST.get("version") or version_of(row)
    changed = False
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            remove_row(viewer=viewer, model=model, pk=pk, version=version, reason=reason)
        except Invalid as error:
            form.refuse(error.messages)
        except Conflict as error:
            changed, row = True, error.current
            version = version_of(row)
        else:
            messages.success(request, _("Removed: %(what)s.") % {"what": row_label(row)})
            return redirect(row_url(above[-1]) if above else reverse("staff-plans"))
    context = {
        "title": _("Remove “%(row)s”") % {"row": row_label(row)},
        "text": _("It leaves the plan. Its content stays in the history, from which it can be brought back."),
        "button": _("Remove"),
        "danger": True,
        "form": form,
        "version": version,
        "facts": lines_of_row(row),
        "changed": changed,
    }
    status = 409 if changed else 422 if form.errors else 200
    crumbs = [
        *row_crumbs(row, above),
        {"title": row_label(row), "url": reverse("staff-row", args=[model, pk])},
    ]
    return show(request, "plan/staff/confirm.html", context, crumbs=crumbs, status=status)
