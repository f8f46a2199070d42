"""The data pages: the catalogue, its files, and the data of single pages."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.access import ANONYMOUS, Viewer
from jichi.manifest import Column
from jichi.plan.importing import write_workbook
from jichi.plan.queries import plans_for
from jichi.plan.queries.document import document_of
from jichi.ui.content import translated
from jichi.ui.downloads import FORMATS, download, file_response

from . import catalogue, tables


def _viewer(request: HttpRequest) -> Viewer:
    found: Viewer = getattr(request, "viewer", ANONYMOUS)
    return found


def _form(fmt: str) -> str:
    if fmt not in FORMATS:
        raise Http404
    return fmt


@require_safe
def data_catalogue(request: HttpRequest) -> HttpResponse:
    """Every public dataset: what it holds, its columns, its licence, when it changed, in which forms."""
    plans = [
        {
            "title": translated(plan, "name"),
            "files": [
                {"url": reverse("plan-data", args=[plan.key, form]), "format": form, "title": title}
                for form, title in (("json", "jichi-plan/1"), ("xlsx", _("Workbook, can be imported again")))
            ],
        }
        for plan in plans_for(ANONYMOUS)
    ]
    entries = catalogue.entries()
    listed = [
        {
            "entry": entry,
            "columns": [
                {"title": _(column.title), "key": column.key, "type": column.type, "text": _described(column)}
                for column in entry.columns
            ],
            "files": [
                {"url": reverse("data-file", args=[entry.key, form]), "format": form} for form in FORMATS
            ],
        }
        for entry in entries
    ]
    context = {
        "listed": listed,
        "plans": plans,
        "licence_sentence": catalogue.licence_sentence(),
        "licence_url": catalogue.licence_url(),
        "contents": [{"title": entry.title, "url": f"#{entry.key}"} for entry in entries],
        "crumbs": [{"title": _("Home"), "url": reverse("home")}, {"title": _("Open data")}],
    }
    return render(request, "site/data/catalogue.html", context)


def _described(column: Column) -> str:
    # gettext of nothing is the head of the catalogue, not nothing.
    return _(column.description) if column.description else ""


@require_safe
def data_file(request: HttpRequest, export: str, fmt: str) -> HttpResponse:
    """One public dataset. It is the same whoever asks: what everybody may read."""
    found = catalogue.export_named(export)
    if found is None:
        raise Http404
    room, declared = found
    made = catalogue.dataset(
        key=declared.key,
        title=_(declared.title),
        description=_(declared.description),
        columns=declared.columns,
        rows=catalogue.rows_of(declared),
        page=request.build_absolute_uri(reverse("data-catalogue")) + f"#{declared.key}",
        room=room,
    )
    return download(made, _form(fmt))


def _table(
    request: HttpRequest,
    found: tuple[str, list[dict[str, Any]]] | None,
    *,
    filename: str,
    columns: tuple[Column, ...],
    fmt: str,
    page: str,
) -> HttpResponse:
    if found is None:
        raise Http404
    title, rows = found
    made = catalogue.dataset(
        key=filename,
        title=title,
        description="",
        columns=columns,
        rows=rows,
        page=settings.BASE_URL + page,
        room="plan",
    )
    return download(made, _form(fmt))


@require_safe
def node_data(request: HttpRequest, plan_key: str, code: str, fmt: str) -> HttpResponse:
    """The data of a node's page and of everything below it."""
    return _table(
        request,
        tables.node_table(_viewer(request), plan_key, code),
        filename=f"{plan_key}-{code}",
        columns=tables.NODE_COLUMNS,
        fmt=fmt,
        page=reverse("node-detail", args=[plan_key, code]),
    )


@require_safe
def indicator_data(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    """The data of an indicator's page: what is printed and what was measured."""
    return _table(
        request,
        tables.indicator_table(_viewer(request), key),
        filename=key,
        columns=tables.INDICATOR_COLUMNS,
        fmt=fmt,
        page=reverse("indicator-detail", args=[key]),
    )


@require_safe
def document_data(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    """The data of a policy document's page."""
    return _table(
        request,
        tables.document_table(_viewer(request), key),
        filename=key,
        columns=tables.DOCUMENT_COLUMNS,
        fmt=fmt,
        page=reverse("document-detail", args=[key]),
    )


@require_safe
def plan_data(request: HttpRequest, plan_key: str, fmt: str) -> HttpResponse:
    """A whole plan: as jichi-plan/1 (json) or as the workbook that can be imported again (xlsx)."""
    viewer = _viewer(request)
    if fmt not in {"json", "xlsx"} or not plans_for(viewer).filter(key=plan_key).exists():
        raise Http404
    # The document is in the plan's own language, with its translations inside.
    with translation.override("ja"):
        document = document_of(viewer, plan_key)
        content = (
            json.dumps(document, ensure_ascii=False, indent=1).encode()
            if fmt == "json"
            else write_workbook(document)
        )
    return file_response(content, f"{plan_key}.{fmt}", FORMATS[fmt])


@require_safe
def dcat(request: HttpRequest) -> HttpResponse:
    """The catalogue for machines (DCAT-AP, JSON-LD)."""
    with translation.override(settings.LANGUAGE_CODE):
        content = json.dumps(catalogue.dcat(), ensure_ascii=False, indent=1).encode()
    return file_response(content, "catalog.jsonld", "application/ld+json", inline=True)
