"""Which plans there are, and the tree of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.city.requests import ViewedRequest
from jichi.plan.enums import PlanState
from jichi.plan.models import Node, Plan
from jichi.plan.queries import (
    Outline,
    documents_for,
    not_held_for,
    outline_for,
    placements_for,
    plan_for,
    plans_for,
    schemes_for,
)

from .common import node_url, simple_crumbs, state_of, state_sentence


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree as a page shows it."""

    node: Node
    url: str
    children: tuple[Branch, ...]
    indicators: int
    is_leaf: bool


def tree(outline: Outline, indicators: dict[int, int], above: Node | None = None) -> tuple[Branch, ...]:
    """The outline as nested branches; ``indicators`` says how many each node has of its own."""
    return tuple(
        Branch(
            node=node,
            url=node_url(outline.plan, node),
            children=tree(outline, indicators, node),
            indicators=indicators.get(node.pk, 0),
            is_leaf=not outline.children(node),
        )
        for node in outline.children(above)
    )


def plan_list(request: ViewedRequest) -> HttpResponse:
    """All plans, newest first; straight to the plan where there is only one."""
    plans = list(plans_for(request.viewer))
    if len(plans) == 1:
        return redirect("plan-detail", plans[0].key)
    entries = [
        {
            "plan": plan,
            "url": reverse("plan-detail", args=[plan.key]),
            "state": state_of(plan),
            "sentence": state_sentence(plan),
        }
        for plan in plans
    ]
    context = {"entries": entries, "crumbs": simple_crumbs((_("Plans"), ""))}
    return render(request, "plan/plan_list.html", context)


def plan_detail(request: ViewedRequest, plan_key: str) -> HttpResponse:
    """What a plan promises, as a tree of any depth."""
    plan = plan_for(request.viewer, plan_key)
    if plan is None:
        raise Http404
    viewer = request.viewer
    outline = outline_for(viewer, plan)
    numbers: dict[int, int] = {}
    placed = (
        placements_for(viewer)
        .filter(node__plan=plan)
        .prefetch_related(None)
        .values_list("node_id", flat=True)
    )
    for node_id in placed:
        numbers[node_id] = numbers.get(node_id, 0) + 1
    visible = {row.pk: row for row in plans_for(viewer)}
    counts = outline.counts()
    context = {
        "plan": plan,
        "plan_state": {"sentence": state_sentence(plan)},
        "sentence": state_sentence(plan),
        "state": state_of(plan),
        "is_draft": state_of(plan) is PlanState.DRAFT,
        "counts": counts,
        "branches": tree(outline, numbers),
        "indicator_count": sum(numbers.values()),
        "document_count": documents_for(viewer).filter(nodes__plan=plan).distinct().count(),
        "scheme_count": schemes_for(viewer).filter(nodes__plan=plan).distinct().count(),
        "not_held": list(not_held_for(viewer).filter(plan=plan)),
        "predecessor": visible.get(plan.predecessor_id or 0),
        "successor": _following(plan, visible),
        "crumbs": simple_crumbs((_("Plans"), reverse("plan-list")), (str(plan.name), "")),
    }
    return render(request, "plan/plan_detail.html", context)


def _following(plan: Plan, visible: dict[int, Plan]) -> Plan | None:
    return next((row for row in visible.values() if row.predecessor_id == plan.pk), None)
