"""How a table is read, with the file's own grid beside it, and where in it each figure stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.requests import ViewedRequest
from jichi.city.workbench import show
from jichi.figures.models import TableImport, TableMapping, TableSource, TableTarget
from jichi.methods.tables.files import Book, open_book
from jichi.methods.tables.finding import find_sheet
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.proposing import propose
from jichi.methods.tables.reading import Table, read_table
from jichi.methods.tables.stored import table_from_json
from jichi.methods.tables.troubles import Severity, TableError, Trouble

from ..declared import MAP
from ..forms import LayoutForm, TargetForm, layout_initial, target_initial
from ..names import subject_name
from ..pictures import grid_picture, table_picture
from ..queries import (
    bound_to,
    import_for,
    imports_of,
    mapping_of,
    readable_import,
    subjects_for_targets,
    target_of,
)
from ..services import map_table, remove_target, save_target
from ..words import layout_sentences, place, sentence
from .sources import changed_meanwhile, crumbs, refuse, source_or_404

MOST_TROUBLES = 60
MOST_MEMBERS = 3_000


def _file_at_hand(viewer: Viewer, source: TableSource, asked: str) -> TableImport | None:
    """The file the layout is looked at with: the one asked for, or the newest that was kept."""
    if asked.isdigit():
        row = import_for(viewer, source.key, int(asked), whole=True)
        return row if row is not None and row.state != TableImport.State.DISCARDED else None
    newest = imports_of(source).exclude(state=TableImport.State.DISCARDED).first()
    return import_for(viewer, source.key, newest.pk, whole=True) if newest is not None else None


@require_http_methods(["GET", "POST"])
def layout_page(request: ViewedRequest, key: str) -> HttpResponse:
    """The layout's form beside the file's first rows (``?import=``); ``?proposed=1`` proposes it anew."""
    viewer = request.viewer
    source = source_or_404(viewer, key, MAP)
    row = _file_at_hand(viewer, source, request.GET.get("import", ""))
    if row is None:
        messages.info(request, _("Upload a file of the table first: the layout is looked at with a file."))
        return redirect("staff-table-source", key=source.key)
    book = open_book(bytes(row.content), most_bytes=settings.UPLOAD_MAX_BYTES)
    current = mapping_of(source)
    if request.method != "POST":
        begun = _begin(book, current, proposed="proposed" in request.GET)
        initial = {**begun.initial, "version": source.version}
        return _layout_page(request, source, row, current, begun.form(book, initial), begun.said)
    form = LayoutForm(book, request.POST)
    if form.is_valid() and form.layout is not None and request.POST.get("act") == "save":
        try:
            map_table(
                viewer=viewer,
                source=source,
                version=form.cleaned_data["version"],
                layout=form.layout.as_json(),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            refuse(form, error)
        except Conflict:
            form.add_error(None, changed_meanwhile())
        else:
            messages.success(request, _("The layout is kept. Files that wait were read by it."))
            return _onward(source, row)
    return _layout_page(request, source, row, current, form, [])


def _onward(source: TableSource, row: TableImport) -> HttpResponse:
    if not source.targets.exists():
        return redirect("staff-table-target-new", key=source.key)
    return redirect("staff-table-import", key=source.key, pk=row.pk)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the form begins with, and what was to be said while looking for it."""

    initial: dict[str, Any]
    said: list[Trouble]
    layout: Layout | None

    def form(self, book: Book, initial: dict[str, Any]) -> LayoutForm:
        form = LayoutForm(book, initial=initial)
        form.layout = self.layout
        return form


def _begin(book: Book, current: TableMapping | None, *, proposed: bool) -> _Begun:
    said: list[Trouble] = []
    layout = Layout.from_json(current.layout) if current is not None and not proposed else None
    position = 0
    try:
        if layout is None:
            layout = propose(book)
        position = find_sheet(book, layout)[0]
        return _Begun(layout_initial(layout, position, book.grid(position)), said, layout)
    except TableError as error:
        said.append(error.trouble)
    marks = {"mark_none": "-", "mark_unknown": "…", "mark_suppressed": "x ***"}
    usual = {"sheet": "0", "sheet_by": "name", "head_first": 1, "head_last": 1, "fill": True, **marks}
    return _Begun(usual, said, None)


def _layout_page(
    request: ViewedRequest,
    source: TableSource,
    row: TableImport,
    current: TableMapping | None,
    form: LayoutForm,
    said: list[Trouble],
) -> HttpResponse:
    table: Table | None = None
    troubles = list(said)
    if form.layout is not None and not form.errors:
        try:
            table = read_table(form.book, form.layout)
            troubles += table.troubles
        except TableError as error:
            troubles.append(error.trouble)
    address = reverse("staff-table-layout", args=[source.key])
    context = {
        "title": _("How is this table read?"),
        "kind": source.title,
        "form": form,
        "rows_fields": [form[name] for name in ("sheet", "head_first", "head_last", "spread")],
        "columns_fields": [
            form[name] for name in ("keys", "year_column", "fill", "shape", "values", "ignore")
        ],
        "leave_fields": [form[name] for name in ("skip", "end", "end_pattern")],
        "mark_fields": [form[f"mark_{name}"] for name in ("none", "unknown", "suppressed", "not_applicable")],
        "later_fields": [form[name] for name in ("sheet_by", "sheet_pattern", "measure")],
        "file": row,
        "is_first": current is None,
        "mapping": current,
        "grid": _grid(form),
        "sentences": layout_sentences(form.layout) if form.layout is not None else [],
        "table": table_picture(table) if table is not None else None,
        "troubles": trouble_lines(troubles, MOST_TROUBLES),
        "unread": table.unread if table is not None else 0,
        "propose_url": f"{address}?import={row.pk}&proposed=1",
    }
    status = 422 if form.errors else 200
    return show(request, "figures/statistics/layout.html", context, crumbs=crumbs(source), status=status)


def _grid(form: LayoutForm) -> Any:
    try:
        grid = form.book.grid(form.position)
    except TableError:
        return None
    return grid_picture(grid, form.layout)


def trouble_lines(troubles: list[Trouble], most: int) -> list[dict[str, Any]]:
    """Troubles as lines of a table, what stops everything first."""
    order = {Severity.STOP: 0, Severity.CELL: 1, Severity.NOTE: 2}
    return [
        {"severity": str(one.severity), "place": place(one), "text": sentence(one)}
        for one in sorted(troubles, key=lambda one: order[one.severity])[:most]
    ]


@require_http_methods(["GET", "POST"])
def target_new(request: ViewedRequest, key: str) -> HttpResponse:
    """Give a figure its place in the table."""
    return _target(request, source_or_404(request.viewer, key, MAP), None)


@require_http_methods(["GET", "POST"])
def target_page(request: ViewedRequest, key: str, pk: int) -> HttpResponse:
    """Change a figure's place, or take it away."""
    source = source_or_404(request.viewer, key, MAP)
    target = target_of(source, pk)
    if target is None:
        raise Http404
    return _target(request, source, target)


def _target(request: ViewedRequest, source: TableSource, target: TableTarget | None) -> HttpResponse:
    viewer = request.viewer
    row = readable_import(source)
    if row is None or not row.rows:
        messages.info(
            request, _("Upload a file and say how it is read first: names and columns come from it.")
        )
        return redirect("staff-table-source", key=source.key)
    table = table_from_json(row.rows)
    names = {name: _members(table, place, target, name) for place, name in enumerate(table.keys)}
    columns = list(dict.fromkeys(column.measure for column in table.columns))
    initial: dict[str, Any] = {"version": source.version}
    if target is not None:
        initial |= target_initial(target, list(names))
        columns += [target.column] if target.column not in columns else []
    data = request.POST if request.method == "POST" else None
    form = TargetForm(
        subjects_for_targets(viewer, source), names, columns, bound_to(source), data, initial=initial
    )
    if form.is_bound and request.POST.get("act") == "remove" and target is not None:
        return _removed(request, source, target)
    if form.is_bound and form.is_valid():
        try:
            save_target(
                viewer=viewer,
                source=source,
                version=form.cleaned_data["version"],
                target=target,
                **form.facts(),
            )
        except Invalid as error:
            refuse(form, error)
        except Conflict:
            form.add_error(None, changed_meanwhile())
        else:
            messages.success(request, _("Saved. Files that wait were read with it."))
            return redirect("staff-table-source", key=source.key)
    return _target_page(request, source, target, row, form)


def _target_page(
    request: ViewedRequest,
    source: TableSource,
    target: TableTarget | None,
    row: TableImport,
    form: TargetForm,
) -> HttpResponse:
    subject = (target.series or target.project_figure) if target is not None else None
    title = (
        _("Where in the table stands this figure: %(name)s") % {"name": subject_name(subject)}
        if subject is not None
        else _("Which figure stands in this table, and where?")
    )
    context = {
        "title": title,
        "form": form,
        "target": target,
        "names": form.name_fields,
        "place_fields": [form[name] for name in ("column", "day")],
        "number_fields": [
            form[name] for name in ("factor", "decimals", "definition", "quantity", "counting")
        ],
        "file": row,
    }
    status = 422 if form.errors else 200
    return show(request, "figures/statistics/target.html", context, crumbs=crumbs(source), status=status)


def _removed(request: ViewedRequest, source: TableSource, target: TableTarget) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        remove_target(
            viewer=request.viewer,
            source=source,
            version=int(version) if version.isdigit() else 0,
            target_id=target.pk,
        )
    except Conflict:
        messages.warning(request, changed_meanwhile())
    else:
        messages.success(request, _("The figure has no place in this table any more. Its values stay."))
    return redirect("staff-table-source", key=source.key)


def _members(table: Table, place: int, target: TableTarget | None, name: str) -> list[str]:
    """The names found in a column, in the order of the file."""
    found = dict.fromkeys(row.keys[place] for row in table.rows)
    chosen = target.select.get(name) if target is not None else None
    listed = list(found)[:MOST_MEMBERS]
    return [*listed, chosen] if chosen and chosen not in listed else listed
