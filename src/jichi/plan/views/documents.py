"""Policy documents, schemes, and what is known to exist but is not held."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.plan.enums import DocumentKind
from jichi.plan.models import Node, PolicyDocument
from jichi.plan.queries import documents_for, not_held_for, schemes_for
from jichi.ui.content import translated

from .common import downloads, node_url, simple_crumbs


def _nodes(nodes: list[Node]) -> list[dict[str, Any]]:
    return [
        {
            "url": node_url(node.plan, node),
            "code": node.code,
            "level": translated(node.level, "name").html,
            "title": translated(node, "name").html,
            "plan": node.plan,
        }
        for node in nodes
    ]


def _years(document: PolicyDocument) -> tuple[int, ...]:
    return tuple(sorted({row.fiscal_year for row in document.revisions.all() if row.fiscal_year is not None}))


def document_list(request: ViewedRequest) -> HttpResponse:
    """The plans, policies, guidelines and ordinances behind the plan, by kind."""
    documents = list(documents_for(request.viewer))
    order = list(DocumentKind)
    documents.sort(key=lambda row: (order.index(DocumentKind(row.kind)), row.key))
    groups = [
        {
            "kind": DocumentKind(kind).label,
            "key": kind,
            "documents": [{"row": row, "years": _years(row), "nodes": len(row.nodes.all())} for row in rows],
        }
        for kind, rows in (
            (kind, list(found)) for kind, found in groupby(documents, key=lambda row: row.kind)
        )
    ]
    context = {
        "groups": groups,
        "total": len(documents),
        "crumbs": simple_crumbs((_("Policy documents"), "")),
    }
    return render(request, "plan/document_list.html", context)


def document_detail(request: ViewedRequest, key: str) -> HttpResponse:
    """One policy document: its revisions by year, and where the plan names it."""
    document = documents_for(request.viewer).filter(key=key).first()
    if document is None:
        raise Http404
    near = documents_for(request.viewer).filter(pk__in=_related(document))
    context = {
        "document": document,
        "cite_title": str(translated(document, "name")),
        "revisions": _timeline(document),
        "nodes": _nodes(list(document.nodes.all())),
        "near": list(near),
        "crumbs": simple_crumbs(
            (_("Policy documents"), reverse("document-list")), (translated(document, "name").html, "")
        ),
        "downloads": downloads("data-file", ["documents"]),
    }
    return render(request, "plan/document_detail.html", context)


def _related(document: PolicyDocument) -> list[int]:
    before = getattr(document, "predecessor", None)
    return [pk for pk in (document.successor_id, before.pk if before else None) if pk is not None]


def _timeline(document: PolicyDocument) -> list[dict[str, Any]]:
    """Revisions with a year in the order of the years, those without at the end."""
    rows = sorted(
        document.revisions.all(), key=lambda row: (row.fiscal_year is None, row.fiscal_year or 0, row.order)
    )
    return [{"row": row, "event": row.get_event_display(), "year": row.fiscal_year} for row in rows]


def scheme_list(request: ViewedRequest) -> HttpResponse:
    """The named schemes of the city that the plan speaks of, with anchors."""
    schemes = [{"row": row, "nodes": _nodes(list(row.nodes.all()))} for row in schemes_for(request.viewer)]
    context = {
        "schemes": schemes,
        "crumbs": simple_crumbs((_("Schemes"), "")),
        "downloads": downloads("data-file", ["schemes"]),
    }
    return render(request, "plan/scheme_list.html", context)


def not_held(request: ViewedRequest) -> HttpResponse:
    """What plans refer to and what is not here, with the reason."""
    rows = list(not_held_for(request.viewer))
    context = {
        "rows": [{"row": row, "url": node_url(row.plan, row.node) if row.node else ""} for row in rows],
        "crumbs": simple_crumbs((_("What is not held"), "")),
    }
    return render(request, "plan/not_held.html", context)
