"""Home: where the city stands as of today, and where one can go from here."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.queries import current_city, fiscal_year_start_month
from jichi.city.requests import ViewedRequest
from jichi.figures.overview_queries import overview_for
from jichi.figures.queries import evidence_for
from jichi.figures.rows import Row, rows_for
from jichi.plan.enums import PlanState
from jichi.plan.models import Node, Plan
from jichi.plan.queries import (
    Outline,
    current_plan_for,
    documents_for,
    not_held_for,
    outline_for,
    placements_for,
    schemes_for,
)
from jichi.plan.views.common import counts_words, last_day, node_url, state_of
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_years, format_date


def home(request: ViewedRequest) -> HttpResponse:
    """The page of the current plan's standing; before a plan is loaded, a page that says so."""
    city = current_city()
    plan = current_plan_for(
        request.viewer,
        on=timezone.localdate(),
        default_key=city.default_plan_key if city else "",
        start_month=fiscal_year_start_month(),
    )
    if plan is None:
        return render(request, "site/home_empty.html", {})
    return render(request, "site/home.html", _context(request, plan))


def _context(request: ViewedRequest, plan: Plan) -> dict[str, Any]:
    viewer = request.viewer
    outline = outline_for(viewer, plan)
    order = {node.pk: index for index, node in enumerate(outline.walk())}
    placements = sorted(
        placements_for(viewer).filter(node__plan=plan), key=lambda row: (order[row.node_id], row.order)
    )
    rows = rows_for(viewer, placements)
    known = sum(row.is_loaded for row in rows)
    sections: list[dict[str, Any]] = []
    for placement, row in zip(placements, rows, strict=True):
        if not sections or sections[-1]["id"] != placement.node_id:
            node = outline.nodes[placement.node_id]
            sections.append({"id": node.pk, "node": node, "url": node_url(plan, node), "rows": []})
        sections[-1]["rows"].append(row)
    return {
        "plan": plan,
        "sentence": hero_sentence(plan, rows, known),
        "sections": sections,
        "promise": _promise(plan, outline, rows),
        "result": _result(rows, known),
        "proof": _proof(viewer, plan),
        "figures": figures_words(viewer, plan),
        "scheme_groups": _schemes(viewer, plan, outline, order),
        "branches": _glance(outline),
        "not_held": list(not_held_for(viewer).filter(plan=plan)),
    }


def hero_sentence(plan: Plan, rows: list[Row], known: int) -> SafeString:
    """One sentence: what the plan is today, and of how many indicators the result is known."""
    words = {
        "plan": format_html(
            '<a href="{}">{}</a>', reverse("plan-detail", args=[plan.key]), translated(plan, "name").html
        ),
        "years": fiscal_years(plan.first_year, plan.last_year),
        "day": format_date(last_day(plan), weekday=False),
        "total": format_html('<a href="{}">{}</a>', reverse("indicator-list"), _indicators(len(rows))),
        "known": known,
    }
    state = state_of(plan)
    if state is PlanState.ENDED:
        if known:
            text = _("{plan} ended on {day}. Of its {total}, the result of {known} is known here.")
        else:
            text = _("{plan} ended on {day}. Of its {total}, no result is known here yet.")
    elif state is PlanState.IN_FORCE:
        text = _("{plan} runs until {day}. Of its {total}, the result of {known} is known here.")
    elif state is PlanState.SUPERSEDED:
        text = _(
            "{plan} has been followed by another plan. Of its {total}, the result of {known} is known here."
        )
    else:
        text = _("{plan} is a draft for {years}, with {total}.")
    return format_html(text, **words)


def _indicators(number: int) -> str:
    return ngettext("%(number)d indicator", "%(number)d indicators", number) % {"number": number}


def _promise(plan: Plan, outline: Outline, rows: list[Row]) -> dict[str, Any]:
    return {
        "label": _("Indicators with a target"),
        "value": len(rows),
        "text": counts_words(outline),
        "links": [
            {"title": _("The plan as a tree"), "url": reverse("plan-detail", args=[plan.key])},
            {"title": _("All indicators"), "url": reverse("indicator-list")},
        ],
    }


def _result(rows: list[Row], known: int) -> dict[str, Any]:
    part: dict[str, Any] = {
        "label": _("Indicators whose result is known"),
        "value": f"{known}/{len(rows)}",
        "links": [{"title": _("What has come of it"), "url": "#indicators"}],
    }
    if not known:
        part["state"] = "not_loaded"
        part["text"] = _(
            "No published result has been loaded. Each indicator says where its result comes from."
        )
    else:
        met = sum(row.state == "met" for row in rows)
        part["text"] = ngettext(
            "%(number)d stands at its target or beyond.", "%(number)d stand at their targets or beyond.", met
        ) % {"number": met}
    return part


def figures_words(viewer: Viewer, plan: Plan) -> str:
    """Of how many figures, the yearly numbers of projects among them, a result is known here."""
    found = overview_for(viewer, plan)
    if not found.total:
        return ""
    text = ngettext(
        "The plan watches %(total)d figure, yearly numbers of projects counted in: %(known)d with a result, "
        "%(missing)d without one yet.",
        "The plan watches %(total)d figures, yearly numbers of projects counted in: %(known)d with a result, "
        "%(missing)d without one yet.",
        found.total,
    )
    return text % {"total": found.total, "known": found.known, "missing": found.missing}


def _proof(viewer: Viewer, plan: Plan) -> dict[str, Any]:
    documents = documents_for(viewer).filter(nodes__plan=plan).distinct().count()
    evidence = evidence_for(viewer).count()
    missing = not_held_for(viewer).filter(plan=plan).count()
    return {
        "label": _("Policy documents behind it"),
        "value": documents,
        "text": _("Evidence of results: %(evidence)d. Parts known and not held: %(missing)d.")
        % {"evidence": evidence, "missing": missing},
        "links": [
            {"title": _("Policy documents"), "url": reverse("document-list")},
            {"title": _("What is not held"), "url": reverse("not-held")},
        ],
    }


def _schemes(viewer: Viewer, plan: Plan, outline: Outline, order: dict[int, int]) -> list[dict[str, Any]]:
    """The schemes the plan names, under the branch that names them first."""
    groups: dict[int, dict[str, Any]] = {}
    for scheme in schemes_for(viewer).filter(nodes__plan=plan).distinct():
        places = sorted(
            (node for node in scheme.nodes.all() if node.plan_id == plan.pk), key=lambda n: order[n.pk]
        )
        # The last place is the deepest in printed order: a project where one names it.
        node = outline.nodes[places[-1].pk]
        branch = outline.nodes[node.parent_id] if node.is_project and node.parent_id else node
        group = groups.setdefault(branch.pk, {"node": branch, "url": node_url(plan, branch), "schemes": []})
        group["schemes"].append((order[node.pk], scheme))
    found = [groups[pk] for pk in sorted(groups, key=lambda pk: order[pk])]
    for group in found:
        group["schemes"] = [scheme for _place, scheme in sorted(group["schemes"], key=lambda pair: pair[0])]
    return found


def _glance(outline: Outline) -> list[dict[str, Any]]:
    """The tree down to the level above the projects, whatever its depth."""

    def branch(node: Node) -> dict[str, Any]:
        below = outline.children(node)
        projects = [child for child in below if child.is_project]
        return {
            "node": node,
            "url": node_url(outline.plan, node),
            "children": [branch(child) for child in below if not child.is_project],
            "projects": len(projects),
        }

    return [branch(node) for node in outline.roots if not node.is_project]
