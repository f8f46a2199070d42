"""The list of tables, and one table with its layout, its figures and every file taken in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.queries import departments_for
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import Crumb, show
from jichi.figures.models import TableImport, TableSource
from jichi.methods.tables.layout import Layout
from jichi.ui import numbers

from ..declared import MAP, TAKE
from ..forms import SourceForm
from ..names import IMPORT_STATES
from ..queries import (
    SourceLine,
    binding_of_target,
    bound_to,
    imports_of,
    mapping_of,
    source_for,
    source_lines,
    sources_for,
    targets_of,
)
from ..services import create_source, edit_source
from ..tables import sources_table, targets_table
from ..words import layout_sentences

PER_PAGE = 50


def source_or_404(viewer: Viewer, key: str, action: str = "") -> TableSource:
    """The source, if the viewer may look at it and, where one is named, do ``action`` to it."""
    source = source_for(viewer, key)
    if source is None or (action and not viewer.can(action, source)):
        raise Http404
    return source


def crumbs(source: TableSource | None = None) -> list[Crumb]:
    """The way back to the list, or to a source."""
    way = [{"title": _("Tables of statistics"), "url": reverse("staff-table-list")}]
    if source is not None:
        way.append({"title": source.title, "url": reverse("staff-table-source", args=[source.key])})
    return way


@require_safe
def source_list(request: ViewedRequest) -> HttpResponse:
    """Every table the viewer may look at: what was taken in last, what waits, what is due next."""
    viewer = request.viewer
    page = Paginator(sources_for(viewer), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Which published tables do figures come from?"),
        "lead": _("Each is mapped once and taken in again when its publisher brings out the next."),
        "page": page,
        "table": sources_table(source_lines(viewer, page), timezone.localdate()),
        "may_add": viewer.can(MAP),
    }
    return show(request, "figures/statistics/list.html", context, crumbs=[])


def _line(line: SourceLine) -> dict[str, Any]:
    late = line.due is not None and line.due < timezone.localdate()
    return {
        "last": numbers.fiscal_year(line.last.fiscal_year) if line.last else "",
        "last_day": line.last.taken_at if line.last else None,
        "due": line.due,
        "due_year": numbers.fiscal_year(line.due_year) if line.due_year is not None else "",
        "late": late,
        "owner": line.source.department.name if line.source.department else "",
        "waits": reverse("staff-table-import", args=[line.source.key, line.staged.pk]) if line.staged else "",
    }


@require_safe
def source_page(request: ViewedRequest, key: str) -> HttpResponse:
    """One table: who publishes it, how it is read, which figures it measures, every file of it."""
    viewer = request.viewer
    source = source_or_404(viewer, key)
    mapping = mapping_of(source)
    page = Paginator(imports_of(source), PER_PAGE).get_page(request.GET.get("page"))
    [line] = source_lines(viewer, [source])
    bound, targets = bound_to(source), targets_of(source)
    context = {
        "title": source.title,
        "kind": _("Table of statistics"),
        "source": source,
        "line": _line(line),
        "mapping": mapping,
        "layout": layout_sentences(Layout.from_json(mapping.layout)) if mapping else [],
        "targets": targets_table(
            source.key,
            targets,
            {target.pk: binding_of_target(target, bound) is not None for target in targets},
            linked=viewer.can(MAP, source),
        ),
        "target_count": len(targets),
        "page": page,
        "files": [_file(source, row) for row in page],
        "may_map": viewer.can(MAP, source),
        "may_take": viewer.can(TAKE, source),
    }
    return show(request, "figures/statistics/source.html", context, crumbs=crumbs())


def _file(source: TableSource, row: TableImport) -> dict[str, Any]:
    kept = row.state != TableImport.State.DISCARDED
    counts = row.diff.get("counts", {})
    return {
        "row": row,
        "url": reverse("staff-table-import", args=[source.key, row.pk]),
        "file_url": reverse("staff-table-file", args=[source.key, row.pk]) if kept else "",
        "year": numbers.fiscal_year(row.fiscal_year),
        "state": IMPORT_STATES[row.state],
        "revised": counts.get("revised", 0),
    }


@require_http_methods(["GET", "POST"])
def source_new(request: ViewedRequest) -> HttpResponse:
    """Write down another table."""
    viewer = request.viewer
    form = SourceForm(_departments(viewer), None, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            source = create_source(viewer=viewer, **form.facts())
        except Invalid as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Upload a file of the table to say how it is read."))
            return redirect("staff-table-source", key=source.key)
    context = {"title": _("Another table of statistics"), "form": form}
    status = 422 if form.errors else 200
    return show(request, "figures/statistics/form.html", context, crumbs=crumbs(), status=status)


@require_http_methods(["GET", "POST"])
def source_edit(request: ViewedRequest, key: str) -> HttpResponse:
    """Change who publishes a table and who takes it in."""
    viewer = request.viewer
    source = source_or_404(viewer, key, MAP)
    initial = {
        name: getattr(source, name) for name in ("title", "publisher", "url", "licence", "version")
    } | {"department": str(source.department_id or "")}
    data = request.POST if request.method == "POST" else None
    form = SourceForm(_departments(viewer, source), source, data, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            edit_source(
                viewer=viewer, source=source, version=form.cleaned_data["version"] or 0, **form.facts()
            )
        except Invalid as error:
            refuse(form, error)
        except Conflict:
            form.add_error(None, changed_meanwhile())
        else:
            messages.success(request, _("Saved."))
            return redirect("staff-table-source", key=source.key)
    context = {"title": _("Change: %(name)s") % {"name": source.title}, "form": form}
    status = 422 if form.errors else 200
    return show(request, "figures/statistics/form.html", context, crumbs=crumbs(source), status=status)


def changed_meanwhile() -> str:
    """What to tell the person whose form was overtaken."""
    return _("Somebody changed this table meanwhile. What you typed is kept; look, and send it again.")


def refuse(form: Any, error: Invalid) -> None:
    """Put the service's sentences beside their fields."""
    for name, texts in error.messages.items():
        field = {"department_id": "department", "series": "subject"}.get(name, name)
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def _departments(viewer: Viewer, source: TableSource | None = None) -> list[Department]:
    """The departments to which the viewer may give a table."""
    reach = viewer.departments_for(MAP)
    return [one for one in departments_for(viewer) if reach is None or one.pk in reach]
