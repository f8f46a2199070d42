"""The page of one node: a branch with what it aims at, or a project with its years."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.methods.eras import fiscal_year_of
from jichi.plan.models import Node, Plan
from jichi.plan.queries import NodePage, node_page_for, project_of, projects_for
from jichi.ui.content import translated

from .common import counts_words, crumbs, downloads, node_url, plan_state, today
from .project_table import project_years, projects_years, uncertain, years_of


def node_detail(request: ViewedRequest, plan_key: str, code: str) -> HttpResponse:
    """One node of a plan, at whatever level."""
    page = node_page_for(request.viewer, plan_key, code)
    if page is None:
        raise Http404
    context = _shared(page)
    if page.node.is_project:
        return render(request, "plan/project.html", context | _project(request, page))
    return render(request, "plan/branch.html", context | _branch(request, page))


def _step(page: NodePage, node: Node | None) -> dict[str, Any] | None:
    if node is None:
        return None
    return {"node": node, "url": node_url(page.plan, node), "title": translated(node, "name").html}


def _shared(page: NodePage) -> dict[str, Any]:
    return {
        "page": page,
        "plan": page.plan,
        "node": page.node,
        "cite_title": f"{page.node.code} {translated(page.node, 'name')}",
        "plan_state": plan_state(page.plan),
        "crumbs": crumbs(page.plan, page.outline, page.node),
        "previous": _step(page, page.previous),
        "next": _step(page, page.next),
        "downloads": downloads("node-data", [page.plan.key, page.node.code]),
        "documents": list(page.node.documents.all()),
        "schemes": list(page.node.schemes.all()),
        "not_held": list(page.node.not_held.all()),
    }


def _branch(request: ViewedRequest, page: NodePage) -> dict[str, Any]:
    projects = projects_for(request.viewer, [child for child in page.children if child.is_project])
    table = None
    if projects:
        table = projects_years(
            page.plan,
            projects,
            caption=format_html(
                _("{name}: when each initiative is at work"), name=translated(page.node, "name").html
            ),
            group_title=translated(projects[0].level, "name").html,
            current=fiscal_year_of(today()),
            selected=_selected_year(request, page.plan, years_of(page.plan, projects)),
        )
    return {
        "projects": projects,
        "table": table,
        "uncertain": uncertain(projects),
        "words": _words(page),
        "parts": [
            {
                "url": node_url(page.plan, child),
                "code": child.code,
                "title": translated(child, "name").html,
                "text": translated(child, "summary").html,
                "meta": counts_words(page.outline, child),
            }
            for child in page.children
        ],
    }


def _words(page: NodePage) -> str:
    """The words on the page that a glossary may explain, in the plan's own language."""
    names = [
        page.node.name,
        page.node.summary,
        page.node.level.name,
        *(child.level.name for child in page.children),
    ]
    names += [str(row.indicator.name) for row in page.placements]
    return " ".join(names)


def _selected_year(request: ViewedRequest, plan: Plan, years: list[int]) -> int:
    """The year asked for, else the running one, else the nearest of the plan's own."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) in years:
        return int(asked)
    return min(max(fiscal_year_of(today()), plan.first_year), plan.last_year)


def _project(request: ViewedRequest, page: NodePage) -> dict[str, Any]:
    project = project_of(page)
    return {
        "project": project,
        "table": project_years(
            page.plan,
            project,
            current=fiscal_year_of(today()),
            selected=_selected_year(request, page.plan, years_of(page.plan, [project])),
        ),
        "uncertain": uncertain([project]),
        "words": _words(page),
        "has_figures": bool(project.figures.all()),
    }
