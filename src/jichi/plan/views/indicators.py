"""Indicators: the list of them, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from jichi.city.requests import ViewedRequest
from jichi.plan.enums import PointRole
from jichi.plan.models import Indicator, Placement, Plan
from jichi.plan.queries import indicators_for, outline_for, placements_for, plans_for
from jichi.ui.content import SOURCE_LANGUAGE, translated

from .common import crumbs, downloads, plan_state, simple_crumbs, state_sentence


def indicator_list(request: ViewedRequest) -> HttpResponse:
    """Every indicator of every readable plan, newest plan first, in printed order."""
    viewer = request.viewer
    sections: list[dict[str, Any]] = []
    placed: dict[int, list[Placement]] = {}
    for row in placements_for(viewer):
        placed.setdefault(row.node.plan_id, []).append(row)
    for plan in plans_for(viewer):
        rows = placed.get(plan.pk, [])
        if rows:
            place = {node.pk: index for index, node in enumerate(outline_for(viewer, plan).walk())}
            rows.sort(key=lambda row: (place.get(row.node_id, 0), row.order))
            sections.append({"plan": plan, "sentence": state_sentence(plan), "placements": rows})
    context = {
        "sections": sections,
        "total": len({row.indicator_id for rows in placed.values() for row in rows}),
        "crumbs": simple_crumbs((_("Indicators"), "")),
        "downloads": downloads("data-file", ["indicators"]),
    }
    return render(request, "plan/indicator_list.html", context)


def indicator_detail(request: ViewedRequest, key: str) -> HttpResponse:
    """One indicator over all plans that place it."""
    indicator = indicators_for(request.viewer).filter(key=key).first()
    if indicator is None:
        raise Http404
    placements = list(indicator.placements.all())
    main = placements[0]
    plan = main.node.plan
    outline = outline_for(request.viewer, plan)
    node = outline.nodes[main.node_id]
    context = {
        "indicator": indicator,
        "placements": placements,
        "placement": main,
        "plan": plan,
        "node": node,
        "plan_state": plan_state(plan),
        "cite_title": str(translated(indicator, "name")),
        "crumbs": crumbs(plan, outline, node, here=_("Indicator")),
        "downloads": downloads("indicator-data", [indicator.key]),
        "footnotes": _footnotes(indicator, plan),
        "neighbours": _neighbours(request, main),
        "words": _words(indicator),
    }
    return render(request, "plan/indicator_detail.html", context)


def _words(indicator: Indicator) -> str:
    """The words on the page that a glossary may explain, in the plan's own language."""
    with override(SOURCE_LANGUAGE):
        kinds = [str(indicator.get_kind_display()), *(str(role.label) for role in PointRole)]
    return " ".join([indicator.name, indicator.definition, indicator.source, *kinds])


def _footnotes(indicator: Indicator, plan: Plan) -> list[Any]:
    """The notes the plan prints at its points, each once."""
    notes: dict[str, Any] = {}
    for series in indicator.series.all():
        for point in series.points.all():
            if point.note and point.plan_id == plan.pk:
                notes.setdefault(point.note, translated(point, "note").html)
    return list(notes.values())


def _neighbours(request: ViewedRequest, placement: Placement) -> dict[str, Placement | None]:
    """The indicators before and after this one at the same node."""
    rows = list(
        placements_for(request.viewer)
        .filter(node_id=placement.node_id)
        .prefetch_related(None)
        .order_by("order")
    )
    place = next(index for index, row in enumerate(rows) if row.pk == placement.pk)
    return {
        "previous": rows[place - 1] if place else None,
        "next": rows[place + 1] if place + 1 < len(rows) else None,
    }
